"""Telling a cell anew from its last quiet moment gives what telling all of it would."""

import random
from datetime import timedelta

import make
import news
import pytest

from tracker import incidents, store
from tracker.domain import Service
from tracker.ingest import refold

pytestmark = pytest.mark.usefixtures("each_engine")

CELL = ("UA-63", Service.ELECTRICITY)


@pytest.mark.parametrize(("seed", "count", "days"), [(3, 40, 900), (5, 50, 60)])
def test_years_told_report_by_report_in_any_order_are_the_whole_story(seed, count, days):
    """Years with long silences, and months in which it never was quiet; every report comes late."""
    feed = news.invent(count, seed, regions=("UA-63",), services=("electricity",), days=days)
    random.Random(seed).shuffle(feed)
    news.take(*feed)
    assert stored() == whole()


def test_an_incident_older_than_the_look_back_that_ends_where_another_begins_is_looked_for():
    """Three words of one moment: the first two end what began two months before, the third begins anew."""
    yesterday = {"when": "2022-12-15"}
    news.take(
        news.told(make.claim("outage"), at="2022-10-20T10:00"),
        news.told(make.claim("outage", customers=1), at="2022-11-10T10:00"),
        news.told(make.claim("outage", customers=5), at="2022-12-01T10:00"),
        news.told(make.claim("outage", customers=2, **yesterday), at="2022-12-16T07:00"),
        news.told(make.claim("restored", **yesterday), at="2022-12-16T08:00", source="ukrenergo"),
        news.told(make.claim("outage", customers=3, **yesterday), at="2022-12-16T09:00", source="ukrenergo"),
        news.told(make.claim("outage", customers=4), at="2022-12-20T10:00"),
    )
    assert len(whole()) == 2
    assert stored() == whole()


def test_of_the_day_at_which_the_look_back_ends_every_incident_is_counted():
    """Incidents are numbered by day; the third of a day stays the third when the first lies just out of sight."""
    hours = (("outage", "02"), ("restored", "03"), ("outage", "05"), ("restored", "06"), ("outage", "10"))
    day = [news.told(make.claim(kind), at=f"2022-10-20T{hour}:00") for kind, hour in hours]
    late = make.moment("2022-10-20T04:00") + refold.RECENT
    news.take(*day, news.told(make.claim("outage"), at=late))
    assert sorted(stored())[2].endswith("2022-10-20-3")
    assert stored() == whole()


def stored():
    """The incidents of the cell as they were kept."""
    return {one.id: one for one in store.incidents.between(news.START - timedelta(days=3), news.NOW, *CELL)}


def whole():
    """The incidents of the cell as telling all of it would have them."""
    words = [w for w in store.claims.testimonies(*CELL, withdrawn=True) if w.until is None or w.until > w.seen]
    return {one.id: one for one in incidents.fold(words, region="UA-63")}
