"""What every answer carries: a strict content policy without inline code, and the few other protective headers."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request
from markupsafe import Markup

STYLE_FILE = Path(__file__).parent.parent / "static" / "style.css"
EMBEDDABLE = re.compile(r"/regions/[A-Z0-9-]+/(badge\.svg|card)$")


@cache
def style() -> Markup:
    """The stylesheet, packed: it stands in every page, since a second request costs a second on 2G."""
    text = re.sub(r"/\*.*?\*/", "", STYLE_FILE.read_text("utf-8"), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return Markup(re.sub(r" ?([{};,>]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip())  # noqa: S704


@cache
def policy(embeddable: bool = False) -> str:
    """The Content-Security-Policy: nothing from elsewhere, no inline code; our one inline style by its hash."""
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; manifest-src 'self'; "
        f"worker-src 'self'; style-src 'self' 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {'*' if embeddable else chr(39) + 'none' + chr(39)}"
    )


def _protect(response: Response) -> Response:
    embeddable = bool(EMBEDDABLE.search(request.path))
    response.headers.setdefault("Content-Security-Policy", policy(embeddable))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if embeddable else "same-origin")
    if not embeddable:
        response.headers.setdefault("X-Frame-Options", "DENY")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def trusted(config: dict[str, object]) -> list[str]:
    """The host names under which we answer: the public one, the one we listen on, and this machine."""
    names = {urlsplit(str(config["BASE_URL"])).hostname or "", str(config["HOST"]), "localhost", "127.0.0.1", "[::1]"}
    return sorted(names - {"", "0.0.0.0", "::"})  # noqa: S104 - names that are taken out


def init_app(app: Flask) -> None:
    """Joins the headers and the list of trusted hosts to the application."""
    app.config["TRUSTED_HOSTS"] = trusted(app.config)
    app.after_request(_protect)
