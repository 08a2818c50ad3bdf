"""What people and programs see: the pages, the form, the moderators' desk, and the API, feeds and exports."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.web import (
    api,
    badge,
    errors,
    export,
    feeds,
    forms,
    headers,
    health,
    history,
    languages,
    login,
    moderation,
    notices,
    notices_push,
    pages,
    push,
    regional,
    snapshots,
    stories,
    templating,
)

PARTS = (
    languages,
    headers,
    templating,
    errors,
    pages,
    regional,
    badge,
    history,
    stories,
    forms,
    login,
    moderation,
    health,
    api,
    push,
    feeds,
    export,
    notices,
    notices_push,
)
"""The parts that join themselves to the application, in this order: headers are added to what all others answer."""


def register(app: Flask) -> None:
    """Joins every page to the application.

    The bytes of public pages are kept before everything else; behind that the language is taken off the address.
    """
    app.config["MAX_FORM_PARTS"] = 50
    app.config["MAX_FORM_MEMORY_SIZE"] = 64 * 1024
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or 64 * 1024
    for part in PARTS:
        part.init_app(app)
    app.extensions["fresh"] = app.wsgi_app
    app.wsgi_app = snapshots.Snapshots(app.wsgi_app, snapshots.counter(app))  # type: ignore[method-assign,assignment]
    if proxies := int(app.config["PROXIES"]):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
