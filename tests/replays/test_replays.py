"""Two worked replays: briefings of autumn 2022 walk the one road in, and the board of each hour is compared with the
board that was written down by hand beside them. As the hours pass only what was published by then is known."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from tracker import board, create_app, store, times
from tracker.domain import Report, Service, Source, Standing, State
from tracker.ingest import accept
from tracker.regions import REGIONS

HOUR = timedelta(hours=1)
HERE = Path(__file__).parent
NAMES = ("september-2022", "november-2022")


def load(name):
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


def hours(replay):
    moment, end = times.parse_iso(replay["start"]), times.parse_iso(replay["end"])
    while moment <= end:
        yield moment
        moment += HOUR


def expected_boards(replay):
    """The cells that are not `none`, and the unnamed claims that must be there, for each hour."""
    changes = {times.parse_iso(change["hour"]): change for change in replay["change"]}
    cells = {}
    for hour in hours(replay):
        change = changes.pop(hour, {"cells": []})
        for line in change["cells"]:
            where, service, state = line.split()
            for code in [region.code for region in REGIONS] if where == "UA-*" else [where]:
                cells[f"{code} {service}"] = state
        yield hour, {cell: state for cell, state in cells.items() if state != "none"}, set(change.get("unnamed", ()))
    assert not changes, f"changes at hours that the replay does not visit: {sorted(changes)}"


def reports(replay, name):
    for number, entry in enumerate(replay["report"]):
        at = times.parse_iso(entry["at"])
        source = Source(
            entry["source"], entry["source"], "", standing=Standing[replay["standing"][entry["source"]].upper()]
        )
        text = " ".join(entry["text"].split())
        yield source, Report(source.name, f"{name}-{number}", at, "", text, seen=at)


def said(cells):
    """A board's cells as the replay writes them; whether somebody listens to a region is another matter."""
    silent = (State.NONE, State.UNKNOWN)
    return {
        f"{code} {service}": str(status.state)
        for (code, service), status in cells.items()
        if status.state not in silent
    }


@pytest.fixture(scope="module", params=NAMES)
def replayed(request, tmp_path_factory):
    """Each hour's expected and actual board; every report is taken in at the moment of its publication."""
    replay = load(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/replay.sqlite"}, folder)
    with app.app_context():
        store.upgrade()
        waiting = list(reports(replay, request.param))
        found = []
        for hour, cells, unnamed in expected_boards(replay):
            while waiting and waiting[0][1].published <= hour:
                source, report = waiting.pop(0)
                store.sources.ensure(source)
                accept.accept(report, source, report.published)
            shown = board.at(hour, hour, hour)
            found.append((hour, cells, said(shown.cells), unnamed, shown.unnamed))
        assert not waiting, "reports after the replay's end"
        end = found[-1][0]
        yield found, [(hour, then, said(board.at(hour, None, end).cells)) for hour, _, then, _, _ in found]


def test_the_board_of_every_hour_is_the_one_written_by_hand(replayed):
    wrong, before = [], {}
    for hour, expected, actual, _, _ in replayed[0]:
        now = {
            cell: f"{cell}: {actual.get(cell, 'none')}, by hand {expected.get(cell, 'none')}"
            for cell in sorted(expected.keys() | actual.keys())
            if expected.get(cell, "none") != actual.get(cell, "none")
        }
        local = hour.astimezone(times.KYIV).strftime("%d %b %H:%M")
        wrong += [f"from {local} {line}" for cell, line in now.items() if before.get(cell) != line]
        before = now
    assert not wrong, "\n".join(wrong)


def test_claims_without_a_region_stand_beside_the_board(replayed):
    for hour, _, _, expected, unnamed in replayed[0]:
        shown = {f"{testimony.claim.service} {testimony.claim.kind}" for testimony in unnamed}
        assert expected <= shown, hour


def test_what_we_know_afterwards_about_an_hour_is_what_the_page_said_then(replayed):
    """But for two things: Enerhodar's first day, told the morning after, and cuts, which count from the start of the
    day that they are announced for."""
    for hour, then, afterwards in replayed[1]:
        unplanned = {cell: state for cell, state in afterwards.items() if state != "scheduled" or cell in then}
        assert unplanned == then or hour.day in (9, 10), hour


@pytest.mark.parametrize("name", NAMES)
def test_the_replay_is_written_soundly(name):
    replay = load(name)
    services, states = set(Service), set(State)
    assert [entry["at"] for entry in replay["report"]] == sorted(entry["at"] for entry in replay["report"])
    assert {entry["source"] for entry in replay["report"]} == set(replay["standing"])
    for change in replay["change"]:
        for line in change["cells"]:
            where, service, state = line.split()
            assert where == "UA-*" or any(region.code == where for region in REGIONS)
            assert service in services
            assert state in states
