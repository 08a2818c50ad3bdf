"""Sixty dates as feeds write them, and the moment that each means; a doubtful one means none."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tracker.ingest import dates

TABLE = [
    ("Mon, 23 Nov 2026 10:00:00 GMT", "2026-11-23T10:00"),
    ("Mon, 23 Nov 2026 10:00:00 +0200", "2026-11-23T08:00"),
    ("Mon, 23 Nov 2026 10:00:00 +02:00", "2026-11-23T08:00"),
    ("Mon, 23 Nov 2026 10:00:00 -0500", "2026-11-23T15:00"),
    ("Mon, 23 Nov 2026 10:00:00 EET", "2026-11-23T08:00"),
    ("Mon, 22 Jun 2026 10:00:00 EEST", "2026-06-22T07:00"),
    ("Mon, 22 Jun 2026 10:00:00 EET", "2026-06-22T08:00"),
    ("Mon, 23 Nov 2026 10:00:00 MSK", "2026-11-23T07:00"),
    ("Mon, 23 Nov 2026 10:00:00 CET", "2026-11-23T09:00"),
    ("Mon, 23 Nov 2026 10:00:00 EST", "2026-11-23T15:00"),
    ("Mon, 23 Nov 2026 10:00:00 UTC+3", "2026-11-23T07:00"),
    ("Mon, 23 Nov 2026 10:00:00 GMT+0200", "2026-11-23T08:00"),
    ("Mon, 23 Nov 2026 10:00:00 +0200 (EET)", "2026-11-23T08:00"),
    ("Mon, 23 Nov 2026 10:00:00 Z", "2026-11-23T10:00"),
    ("Mon, 23 Nov 2026 10:00:00 Europe/Kyiv", "2026-11-23T08:00"),
    ("Mon, 23 Nov 2026 10:00:00", "2026-11-23T08:00"),
    ("Mon, 22 Jun 2026 10:00:00", "2026-06-22T07:00"),
    ("23 Nov 2026 10:00 GMT", "2026-11-23T10:00"),
    ("23 Nov 26 10:00 GMT", "2026-11-23T10:00"),
    ("Monday, 23-Nov-26 10:00:00 GMT", "2026-11-23T10:00"),
    ("Mon, 23 November 2026 10:00:00 GMT", "2026-11-23T10:00"),
    ("Nov 23, 2026 10:00 AM EST", "2026-11-23T15:00"),
    ("November 23rd, 2026 10:00 PM GMT", "2026-11-23T22:00"),
    ("Mon Nov 23 10:00:00 2026", "2026-11-23T08:00"),
    ("Mon, 23 Nov 2026 24:00:00 +0000", "2026-11-24T00:00"),
    ("Mon, 23 Nov 2026 10:00:60 GMT", "2026-11-23T10:00:59"),
    ("2026-11-23T10:00:00Z", "2026-11-23T10:00"),
    ("2026-11-23T10:00:00+02:00", "2026-11-23T08:00"),
    ("2026-11-23T10:00:00.123456+02:00", "2026-11-23T08:00"),
    ("2026-11-23T10:00+0200", "2026-11-23T08:00"),
    ("2026-11-23T10:00:00", "2026-11-23T08:00"),
    ("2026-11-23 10:00:00", "2026-11-23T08:00"),
    ("2026-11-23 10:00:00 +0200", "2026-11-23T08:00"),
    ("2026-11-23 10:00", "2026-11-23T08:00"),
    ("20261123T100000Z", "2026-11-23T10:00"),
    ("2026-11-23", "2026-11-23T10:00"),
    ("20261123", "2026-11-23T10:00"),
    ("1795428000", "2026-11-23T10:00"),
    ("1795428000123", "2026-11-23T10:00"),
    ("23 листопада 2026, 10:00", "2026-11-23T08:00"),
    ("23 листопада 2026 року о 10:00", "2026-11-23T08:00"),
    ("10:00, 23 листопада 2026 р.", "2026-11-23T08:00"),
    ("Пн, 23 лис 2026 10:00", "2026-11-23T08:00"),
    ("Пн, 23 лис. 2026 10:00:00 +0200", "2026-11-23T08:00"),
    ("понеділок, 23 листопада 2026 р. 10:00", "2026-11-23T08:00"),
    ("1 травня 2026 09:30", "2026-05-01T06:30"),
    ("Ср, 05 лют 2025 18:45", "2025-02-05T16:45"),
    ("12 вересня 2022 21:00", "2022-09-12T18:00"),
    ("3 січня 2026", "2026-01-03T10:00"),
    ("23 ноября 2026 г. 10:00 МСК", "2026-11-23T07:00"),
    ("23 ноября 2026, 10:00", "2026-11-23T08:00"),
    ("5 мая 2026 10:00", "2026-05-05T07:00"),
    ("Вс, 12 июл 2026 10:00", "2026-07-12T07:00"),
    ("23.11.2026 10:00", "2026-11-23T08:00"),
    ("10:00, 23.11.2026", "2026-11-23T08:00"),
    ("23.11.2026, 10:00:30", "2026-11-23T08:00:30"),
    ("09.11.2025", "2025-11-09T10:00"),
    ("23/11/2026 10:00", "2026-11-23T08:00"),
    ("11/23/2026 10:00", "2026-11-23T08:00"),
    ("  Mon,  23  Nov  2026  10:00:00   GMT ", "2026-11-23T10:00"),
    ("Mon, 23 Nov 2026 10:00:00 XYZ", None),
    ("0001-01-01T00:00:00Z", None),
    ("9999-12-31T23:59:59Z", None),
    ("2026-13-40T10:00:00Z", None),
    ("31.02.2026 10:00", None),
    ("вчора ввечері", None),
    ("5 хвилин тому", None),
    ("Mon, 23 Foo 2026 10:00:00 GMT", None),
    ("", None),
    ("99999999999999", None),
    ("Mon, 23 Nov 2026 10:00:00 +9900", None),
]


@pytest.mark.parametrize(("text", "meant"), TABLE)
def test_a_date_means_its_moment_or_none(text, meant):
    wanted = datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None
    assert dates.read(text) == wanted


def test_there_are_sixty():
    assert sum(meant is not None for _, meant in TABLE) >= 60


def test_a_date_without_a_zone_is_in_the_zone_of_its_source():
    assert dates.read("2026-11-23 10:00", ZoneInfo("Europe/London")) == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_the_hour_that_autumn_repeats_is_read_as_its_first():
    assert dates.read("2026-10-25 03:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_hour_that_spring_leaves_out_is_read_as_some_moment_of_that_night():
    found = dates.read("2026-03-29 03:30")
    assert found and abs(found - datetime(2026, 3, 29, 1, tzinfo=UTC)) <= timedelta(hours=1)


@given(some.text(max_size=200))
def test_any_text_is_a_sane_moment_or_none(text):
    found = dates.read(text)
    assert found is None or (found.tzinfo is UTC and 1990 <= found.year <= 2101)


@given(some.integers(700_000_000, 4_000_000_000))
def test_what_a_program_writes_is_read_to_the_second(seconds):
    aware = datetime.fromtimestamp(seconds, UTC)
    assert dates.read(format_datetime(aware)) == aware
    assert dates.read(aware.isoformat()) == aware
