"""What people and programs see: the pages, the form, the moderators' desk, and the API, feeds and exports."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

PARTS = (
    "languages", "headers", "templating", "errors", "pages", "regional", "badge", "history", "stories", "forms",
    "login", "moderation", "health", "api", "feeds", "export",
)  # fmt: skip
"""The parts that join themselves to the application, in this order: headers are added to what all others answer."""


def register(app: Flask) -> None:
    """Joins every page to the application.

    The bytes of public pages are kept before everything else, the language prefix is taken off behind that.
    """
    app.config.setdefault("MAX_FORM_PARTS", 50)
    app.config["MAX_FORM_MEMORY_SIZE"] = 64 * 1024
    app.config["MAX_CONTENT_LENGTH"] = app.config.get("MAX_CONTENT_LENGTH") or 64 * 1024
    for name in PARTS:
        import_module(f"tracker.web.{name}").init_app(app)
    snapshots = import_module("tracker.web.snapshots")
    app.wsgi_app = snapshots.Snapshots(app.wsgi_app, snapshots.counter(app))  # type: ignore[method-assign]
