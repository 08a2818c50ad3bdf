"""Signatures that hold meanings, and fewer, smaller keys to find copies by. `tracker rebuild` makes them anew."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_column("reports", "signature")
    op.add_column("reports", sa.Column("signature", sa.LargeBinary(), nullable=True))
    op.drop_table("bands")
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("band", "hour", "report", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
