"""The small parts below the pages, each on its own."""

import json
from datetime import date, timedelta
from pathlib import Path

import make
import pytest

from tracker import incidents
from tracker.domain import Board, Coverage, Development, Service, State, Status
from tracker.regions import REGIONS
from tracker.web import build_map, calendar, dates, overview, stories
from tracker.web import map as shapes
from tracker.web.plain import clean, mixed, personal

NOW = make.moment("2022-09-20T12:00")


def told(*testimonies):
    """Incidents folded from words, as they stand now."""
    return [one for found in incidents.fold(testimonies) if (one := incidents.as_of(found, NOW))]


def board(**cells):
    """A board on which every cell has no reports but the electricity of the regions named."""
    every = {
        (region.code, service): Status(region.code, service, State.NONE) for region in REGIONS for service in Service
    }
    for code, state in cells.items():
        key = (code.replace("_", "-"), Service.ELECTRICITY)
        every[key] = Status(*key, State(state))
    return Board(NOW, every, (), Coverage(3, 2, NOW))


@pytest.mark.parametrize(
    ("cells", "english", "ukrainian"),
    [
        ({}, "No outage is reported at the moment. That is not proof that all is well.", "Зараз про відключення не"),
        ({"UA_63": "out"}, "Outages in 1 of 27 regions: electricity in 1.", "Відключення в 1 із 27 регіонів"),
        (
            {"UA_63": "out", "UA_59": "recovering"},
            "electricity in 1; coming back: 1 region.",
            "відновлюється: 1 регіон.",
        ),
        ({"UA_63": "recovering"}, "Coming back: 1 region.", "Відновлюється: 1 регіон."),
        ({"UA_63": "unconfirmed", "UA_59": "scheduled"}, "Not confirmed lately: 1 region; scheduled", "за графіком: 1"),
    ],
)
def test_the_summary_is_one_true_sentence(cells, english, ukrainian):
    assert english in overview.summary(board(**cells), "en")
    assert ukrainian in overview.summary(board(**cells), "uk")


def test_changes_are_recent_news_and_no_repetitions():
    found = told(
        make.testimony(at="2022-09-20T08:00"),
        make.testimony(at="2022-09-20T09:00", source="other"),
        make.testimony("restored", at="2022-09-20T11:00"),
    )
    old = told(make.testimony(at="2022-09-19T23:00", region="UA-59"))
    assert [change.what for change in overview.changes([*old, *found], NOW)] == [Development.BACK, Development.BEGAN]


def test_the_calendar_counts_each_cell_once_a_day():
    found = told(make.testimony(at="2022-09-12T10:00"), make.testimony("restored", at="2022-09-14T10:00"))
    days = {day.day: day.cells for day in calendar.days(found, 2022, NOW)}
    assert {day for day, cells in days.items() if cells} == {date(2022, 9, number) for number in (12, 13, 14)}
    assert max(days) == date(2022, 9, 20), "days that have not come are left out"


def test_hours_are_split_at_the_end_of_a_month_and_overlaps_count_once():
    start = make.moment("2022-08-31T20:00")
    four = timedelta(hours=4)
    assert calendar.joined([(start, start + four), (start + four / 2, start + 2 * four)]) == [(start, start + 2 * four)]
    found = told(make.testimony(at="2022-08-31T20:00"), make.testimony("restored", at="2022-09-01T06:00"))
    hours = calendar.hours(found, 2022, NOW)
    assert hours["UA-63"][7:9] == [4, 6]
    assert calendar.hours(found, 2021, NOW) == {}


def test_an_outage_that_nobody_speaks_of_counts_as_long_as_its_last_word_lived():
    found = told(make.testimony(at="2022-09-12T10:00"))
    assert calendar.hours(found, 2022, NOW)["UA-63"][8] == 24
    assert sum(day.cells for day in calendar.days(found, 2022, NOW)) == 2


def test_a_schedule_is_no_outage_in_the_calendar():
    found = told(make.testimony("scheduled", at="2022-09-12T10:00"))
    assert not any(day.cells for day in calendar.days(found, 2022, NOW))


def test_a_report_is_cut_where_evidence_begins_and_ends():
    report = make.report(title="No power", text="Dark in Izium. Stay calm.")
    said = [make.testimony(start=0, end=8), make.testimony(start=9, end=23, place="Izium")]
    title, text = stories.pieces(report, said)
    assert [(piece.text, piece.marked) for piece in title] == [("No power", True)]
    assert [(piece.text, piece.marked) for piece in text] == [("Dark in Izium.", True), (" Stay calm.", False)]
    assert "".join(piece.text for piece in title) + "\n" + "".join(piece.text for piece in text) == report.whole


def test_a_report_without_evidence_is_shown_whole():
    report = make.report(title="", text="Nothing here.")
    assert stories.pieces(report, []) == ([], [stories.Piece("Nothing here.", False)])


@pytest.mark.parametrize(
    ("minutes", "english", "ukrainian"),
    [
        (0, "just now", "щойно"),
        (40, "40 min ago", "40 хв тому"),
        (200, "3 h ago", "3 год тому"),
        (60 * 48, "2 days ago", "2 дні тому"),
        (60 * 24 * 5, "5 days ago", "5 днів тому"),
        (-120, "in 2 h", "через 2 год"),
    ],
)
def test_ages_are_said_as_people_say_them(minutes, english, ukrainian):
    when = NOW - timedelta(minutes=minutes)
    assert dates.ago(when, "en", NOW).replace("\xa0", " ") == english
    assert dates.ago(when, "uk", NOW).replace("\xa0", " ") == ukrainian


def test_moments_are_kyiv_time_as_short_as_is_clear():
    assert dates.moment(make.moment("2022-09-20T08:05"), "en", NOW) == "08:05"
    assert dates.moment(make.moment("2022-09-12T08:05"), "uk", NOW) == "12 вер., 08:05"
    assert dates.moment(make.moment("2021-09-12T08:05"), "en", NOW) == "12 Sep 2021, 08:05"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("e\u0301", "é"),
        ("a\u0300\u0301\u0302\u0303\u0304", "à\u0301\u0302"),
        ("two\u00a0 words\tmore", "two words more"),
    ],
)
def test_what_is_typed_is_cleaned(typed, kept):
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Дзвоніть +380 67 123 45 67", True),
        ("write to me@example.org", True),
        ("вулиця Шевченка темна", True),
        ("буд. 5, кв. 12", True),
        ("12 Main Street", True),
        ("Без світла 12 300 абонентів з 14:00", False),
        ("У будь-якому разі без води; будемо чекати", False),
        ("Since 14:00 on 12 September 2022, whole town", False),
    ],
)
def test_what_could_find_a_person_is_noticed(text, found):
    assert personal(text) is found


def test_mixed_letters_are_noticed():
    assert mixed("Пiвдень без води, FM-радіо") == ("Пiвдень",)


def test_the_map_has_all_27_and_each_sign_stands_inside():
    found = shapes.load()
    assert set(found.shapes) == {region.code for region in REGIONS}
    for shape in found.shapes.values():
        assert 0 < shape.x < found.width and 0 < shape.y < found.height and shape.path.startswith("M")


def test_neighbours_share_their_border_when_the_map_is_made():
    def square(code, west):
        ring = [
            [west, 48],
            [west + 1, 48],
            [west + 1, 48.5],
            [west + 1.01, 48.7],
            [west + 1, 49],
            [west, 49],
            [west, 48],
        ]
        if west > 30:
            ring = [
                [west, 48],
                [west + 1, 48],
                [west + 1, 49],
                [west, 49],
                [west + 0.01, 48.7],
                [west, 48.5],
                [west, 48],
            ]
        return {"properties": {"iso": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    made = build_map.build({"features": [square("UA-01", 30), square("UA-02", 31)]})
    assert set(made["regions"]) == {"UA-01", "UA-02"}
    assert all(region["path"].endswith("z") for region in made["regions"].values())
    ours = json.loads((Path(build_map.__file__).parent / "map.json").read_text("utf-8"))
    assert ours["credit"] == made["credit"] and ours["width"] == made["width"]
