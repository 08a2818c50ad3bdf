"""A partner pushes reports over HTTP: taken in at once and on the board, or refused with a sentence."""

import hashlib
import json
from datetime import timedelta

import pytest
from out.conftest import BASE

from tracker import store, times
from tracker.domain import Source, SourceKind, Standing

TOKEN = "a token that only the partner knows"
PATH = "/api/v1/sources/grid/reports"
OUT = "The whole of Kharkiv Oblast is without electricity after the strike."


@pytest.fixture
def grid(app):
    mark = hashlib.sha256(TOKEN.encode()).hexdigest()
    given = {"kind": SourceKind.PUSH, "standing": Standing.OFFICIAL, "settings": (("token_sha256", mark),)}
    store.sources.save(Source("grid", "Grid", "", **given))
    return app.test_client()


def report(**changed):
    published = times.iso(times.now() - timedelta(minutes=3))
    return {"id": "118", "published": published, "title": "Power", "text": OUT, "lang": "en", **changed}


def send(client, what, token=TOKEN, path=PATH):
    body = what if isinstance(what, bytes) else json.dumps(what).encode()
    return client.post(path, data=body, base_url=BASE, headers={"Authorization": f"Bearer {token}"})


def test_a_pushed_report_is_on_the_board_at_once_and_the_same_again_changes_nothing(grid):
    one = report()
    assert send(grid, one).json == {"results": ["new"]}
    status = grid.get("/api/v1/status", base_url=BASE).json
    kharkiv = next(region for region in status["regions"] if region["code"] == "UA-63")
    assert kharkiv["services"]["electricity"]["state"] == "out"
    assert send(grid, [one, report(id="119", text="There is no water in Sumy.")]).json == {"results": ["known", "new"]}
    assert send(grid, report(text="Electricity is back in all of Kharkiv Oblast.")).json == {"results": ["changed"]}


@pytest.mark.parametrize(
    ("what", "status", "sentence"),
    [
        (b"{", 400, "not JSON"),
        ([], 400, "between 1 and 100"),
        ([report(), report(id="")], 422, "Report 2 needs an `id`"),
        (report(published="yesterday"), 422, "published"),
        (report(colour="red"), 422, "“colour”"),
        (report(text="x" * 2**20), 413, "1 MiB"),
    ],
)
def test_what_is_wrong_is_refused_whole_with_a_sentence(grid, what, status, sentence):
    answer = send(grid, what)
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert sentence in answer.json["detail"]
    assert store.reports.page().items == ()


def test_a_wrong_name_is_answered_like_a_wrong_token(grid):
    answers = [send(grid, report(), "another"), send(grid, report(), path="/api/v1/sources/nobody/reports")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json["detail"] == answers[1].json["detail"]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert grid.get(PATH, base_url=BASE).status_code == 405
