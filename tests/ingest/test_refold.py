"""Telling a cell anew from its last quiet moment gives what telling all of it would."""

import random
from datetime import timedelta

import news
import pytest

from tracker import incidents, store
from tracker.domain import Service

pytestmark = pytest.mark.usefixtures("each_engine")

CELL = ("UA-63", Service.ELECTRICITY)


@pytest.mark.parametrize(("seed", "count", "days"), [(3, 60, 900), (4, 140, 500), (5, 90, 60)])
def test_years_told_report_by_report_in_any_order_are_the_whole_story(seed, count, days):
    """Years with long silences, and months in which it never was quiet; every report comes late."""
    feed = news.invent(count, seed, regions=("UA-63",), services=("electricity",), days=days)
    random.Random(seed).shuffle(feed)
    news.take(*feed)
    words = [w for w in store.claims.testimonies(*CELL, withdrawn=True) if w.until is None or w.until > w.seen]
    whole = incidents.fold(words, region="UA-63")
    stored = store.incidents.between(news.START - timedelta(days=3), news.NOW, *CELL)
    assert {one.id: one for one in stored} == {one.id: one for one in whole}
