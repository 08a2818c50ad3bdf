"""Ukrainian and English: by the address (/uk/…, /en/…), else by the browser's wish, else Ukrainian."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from tracker.web.words import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIXED = "tracker.language"
DATA = ("api", "statuspage", "feeds", "export")
"""Blueprints whose answers are the same whatever the browser wishes; a feed names its language in its address."""

NAMES = {"uk": "Українська", "en": "English"}


class Prefixed:
    """Takes /uk or /en off the path, so that every route exists in both languages and links keep the prefix."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        first, slash, rest = path[1:].partition("/")
        if first in LANGUAGES and not environ.get(FIXED):
            if not slash:
                start("308 Permanent Redirect", [("Location", f"/{first}/"), ("Content-Length", "0")])
                return []
            environ[FIXED] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.inner(environ, start)


@lru_cache(1024)
def wished(header: str) -> str:
    """The language that an Accept-Language `header` asks for; Ukrainian when it names neither of ours."""
    return parse_accept_header(header[:200], LanguageAccept).best_match(LANGUAGES, default="uk") or "uk"


def current() -> str:
    """The language of the present request."""
    fixed: str | None = request.environ.get(FIXED)
    return fixed or wished(request.headers.get("Accept-Language", ""))


def address(language: str) -> str:
    """The absolute address of the present page in `language`, filters included."""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True)][:20])
    return f"{current_app.config['BASE_URL'].rstrip('/')}/{language}{request.path}" + (f"?{query}" if query else "")


def other() -> str:
    """The language to switch to."""
    return "en" if current() == "uk" else "uk"


def _vary(response: Response) -> Response:
    """An address without a language answers by the browser's wish, and says so to caches."""
    if request.blueprint in DATA and response.mimetype != "text/html":
        return response
    if FIXED not in request.environ:
        response.vary.add("Accept-Language")
    response.headers.setdefault("Content-Language", current())
    return response


def init_app(app: Flask) -> None:
    """Joins the languages to the application."""
    Babel(
        app,
        locale_selector=current,
        timezone_selector=lambda: "Europe/Kyiv",
        default_translation_directories="translations",
    )
    app.after_request(_vary)
    app.wsgi_app = Prefixed(app.wsgi_app)  # type: ignore[method-assign,assignment]
