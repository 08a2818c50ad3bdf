"""The moderators' door: passwords by argon2, sessions kept in the store, so that logging out ends them for good."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from tracker import store, times
from tracker.web.languages import current
from tracker.web.limits import Limit, network
from tracker.web.words import say

blueprint = Blueprint("login", __name__)

SHORTEST = 12
LONGEST = 200


class User(UserMixin):  # type: ignore[misc]
    """A moderator in an open session; what the browser holds is the session's token, never the name."""

    def __init__(self, name: str, token: str) -> None:
        self.name, self.id = name, token


def hasher() -> PasswordHasher:
    """The one way in which passwords are hashed."""
    found: PasswordHasher = current_app.config["PASSWORD_HASHER"]
    return found


@cache
def _nobody(made_by: PasswordHasher) -> str:
    """A hash that no password fits, so that an unknown name takes as long as a known one."""
    return made_by.hash(secrets.token_hex(16))


def too_weak(password: str) -> str | None:
    """Why a password cannot be taken, as a sentence; None when it can."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"The password must have {SHORTEST} to {LONGEST} characters."
    if len(set(password)) < 5:
        return "The password repeats too few characters; choose another one."
    return None


def checked(name: str, password: str) -> bool:
    """Whether this is an active moderator's password; an unknown name takes as long as a known one."""
    found = store.moderators.get(name)
    try:
        good = hasher().verify(found.password_hash if found else _nobody(hasher()), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(good and found and found.active)


def token_hash(token: str) -> str:
    """What the store keeps of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@blueprint.get("/login")
def ask_name() -> Response:
    """The form for name and password."""
    if current_user.is_authenticated:
        return make_response(redirect(f"{request.script_root}/moderation"))
    return make_response(render_template("login.html", message=None, name=""))


@blueprint.post("/login")
def enter() -> Response:
    """Opens a session. Whatever fails, the answer is the same; after five failures one has to wait."""
    now, limit = times.now(), _limit()
    name, address = request.form.get("name", "")[:80].strip(), network(request.remote_addr or "")
    if wait := max(limit.wait(address, now), _names().wait(name.casefold(), now)):
        raise TooManyRequests(say(current(), "Too many failed attempts. Please wait and try again."), retry_after=wait)
    if "\x00" in name or not checked(name, request.form.get("password", "")):
        limit.note(address, now)
        _names().note(name.casefold(), now)
        current_app.logger.warning("a log-in failed")
        message = say(current(), "Name and password do not fit together.")
        return make_response(render_template("login.html", message=message, name=name), 401)
    limit.forget(address, now)
    session.clear()
    token = secrets.token_urlsafe(32)
    store.moderators.open_session(name, token_hash(token), now)
    login_user(User(name, token))
    current_app.logger.info("%s logged in", name)
    return make_response(redirect(f"{request.script_root}/moderation", 303))


@blueprint.post("/logout")
def leave() -> Response:
    """Ends the session in the store, so that a copy of the cookie opens nothing either."""
    if current_user.is_authenticated:
        store.moderators.close_session(token_hash(current_user.id))
    logout_user()
    session.clear()
    return make_response(redirect(f"{request.script_root}/login", 303))


def _load(token: str) -> User | None:
    name = store.moderators.session(token_hash(token), times.now())
    return User(name, token) if name else None


def _to_login() -> Response:
    return make_response(redirect(f"{request.script_root}/login"))


def _limit() -> Limit:
    limit: Limit = current_app.extensions["login_limit"]
    return limit


def _names() -> Limit:
    limit: Limit = current_app.extensions["login_names"]
    return limit


def init_app(app: Flask) -> None:
    """Joins sessions, the door and the tokens against foreign forms to the application."""
    app.config.setdefault("PASSWORD_HASHER", PasswordHasher())
    secure = urlsplit(str(app.config["BASE_URL"])).scheme == "https"
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    # By network and by name, never all together: who guesses from many networks must not lock everybody out.
    app.extensions["login_limit"] = Limit("login", 5, None, timedelta(minutes=15))
    app.extensions["login_names"] = Limit("login name", 50, None, timedelta(minutes=15))
    manager = LoginManager()
    app.login_manager = manager  # type: ignore[attr-defined] # its init_app would touch the session on public pages
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_login)
    protect = CSRFProtect(app)

    @app.before_request
    def own_forms_only() -> None:
        """Every form but the public one, which keeps what was typed, is refused without its token."""
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.blueprint in ("login", "moderation"):
            if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
                raise CSRFError
            protect.protect()

    app.register_error_handler(CSRFError, _refused)
    app.register_blueprint(blueprint)


def _refused(_error: CSRFError) -> Response:
    from werkzeug.exceptions import Forbidden

    from tracker.web.errors import page

    return page(Forbidden())
