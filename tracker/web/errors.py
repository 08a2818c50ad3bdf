"""Pages for what went wrong: a sentence, a way on, and nothing of the program's insides."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from tracker import store
from tracker.web.languages import current
from tracker.web.words import say


def _(text: str) -> str:
    return text


SENTENCES = {
    400: _("This address cannot be understood."),
    401: _("Please log in first."),
    403: _("This is not allowed from here. Open the page again and try once more."),
    404: _("There is no such page."),
    405: _("This address does not take that kind of request."),
    413: _("That is too much text at once. Please shorten it."),
    429: _("Too many requests from your network. Please try again later."),
    500: _("Something went wrong on our side. It has been noted; please try again."),
    503: _("Our memory does not answer at the moment. Please try again in a minute."),
}


RETRY_SECONDS = 30
UNTRUSTED = _("This site does not answer to the name in your request. Set TRACKER_BASE_URL.")


def sentence(error: HTTPException) -> str:
    """What the page says: our own sentence where we gave one, else the one for the status."""
    standard = type(error).description
    if error.description and error.description != standard and (error.code or 500) < 500:
        return str(error.description)
    return say(current(), SENTENCES.get(error.code or 500, SENTENCES[400]))


def page(error: HTTPException) -> Response:
    """The page of an error, in the reader's language; problem+json for the API."""
    if isinstance(error, SecurityError):
        return plain(say(current(), UNTRUSTED), 400)
    if request.path.startswith("/api/"):
        from tracker.web.api_problems import problem_response

        return problem_response(error)
    if error.response is not None:
        return make_response(error.response)
    response = make_response(render_template("error.html", error=error, sentence=sentence(error)), error.code or 500)
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type",):
            response.headers[name] = value
    return response


def plain(text: str, status: int) -> Response:
    """A sentence and nothing else, for when no page can be made."""
    return Response(text + "\n", status, content_type="text/plain; charset=utf-8")


def _fault(error: InternalServerError) -> Response:
    """A fault of ours: Flask has logged it; the reader gets a page, or a line if even that fails.

    A database that does not answer is no fault of the request: 503, and when to come again.
    """
    told: HTTPException = error
    if store.is_silent(error.original_exception):
        told = ServiceUnavailable(SENTENCES[503], retry_after=RETRY_SECONDS)
    try:
        return page(told)
    except Exception:
        return plain("Something went wrong on our side.", told.code or 500)


def init_app(app: Flask) -> None:
    """Joins the error pages to the application."""
    app.register_error_handler(HTTPException, page)
    app.register_error_handler(InternalServerError, _fault)
