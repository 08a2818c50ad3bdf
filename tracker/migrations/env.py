"""Runs migrations on the application's own engine, in one transaction: a killed one leaves the database as it was."""

from alembic import context
from flask import current_app

handle = current_app.extensions["migrate"]
database = handle.db


def render(kind, thing, autogen):
    """Our own column type is written as the plain one beneath it, so that old migrations never need new code."""
    if kind == "type" and type(thing).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


with database.engine.connect().execution_options(writing=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        transactional_ddl=True,
        render_item=render,
        **handle.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
