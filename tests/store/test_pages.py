"""Long lists in pages: every item once, in order, and a mark that is not ours refused."""

import make
import news
import pytest

from tracker import store
from tracker.store import BadCursor

pytestmark = pytest.mark.usefixtures("each_engine")

LISTS = [
    store.claims.page,
    store.reports.page,
    store.incidents.page,
    lambda **given: store.incidents.page(order="opened", **given),
]


@pytest.mark.parametrize("page", LISTS)
def test_pages_hold_every_item_once_and_in_order(page):
    news.take_at_once(news.invent(20, regions=("UA-63",)))
    whole = page(limit=500)
    assert whole.next is None
    items, cursor = [], None
    while True:
        found = page(limit=3, cursor=cursor)
        items += found.items
        cursor = found.next
        if cursor is None:
            break
        assert len(found.items) == 3
    assert tuple(items) == whole.items
    assert len(items) > 10


@pytest.mark.parametrize("page", [*LISTS, store.actions.page])
@pytest.mark.parametrize("cursor", ["x", "AAAA", "%%%", "MjAyMi0wOS0xMiBh", "٣", "9" * 400])
def test_a_mark_that_is_not_ours_is_refused(page, cursor):
    with pytest.raises(BadCursor, match="start again"):
        page(cursor=cursor)


def test_incidents_and_claims_are_found_by_what_they_are_about():
    news.take(
        news.told(make.claim("outage"), at="10:00", source="radio"),
        news.told(make.claim("restored"), at="12:00", source="ukrenergo"),
        news.told(make.claim("outage", "UA-59", "water"), at="13:00", source="chat"),
    )
    found = store.incidents.page
    assert [one.region for one in found(region=["UA-59", "UA-63"], order="opened").items] == ["UA-59", "UA-63"]
    assert [one.region for one in found(kind="restored").items] == ["UA-63"]
    assert [one.region for one in found(source="chat").items] == ["UA-59"]
    assert [one.region for one in found(open=True).items] == ["UA-59"]
    assert [one.region for one in found(end=make.moment("11:00")).items] == ["UA-63"]
    assert [one.region for one in found(start=make.moment("12:30"), service="water").items] == ["UA-59"]
    assert len(store.claims.page(region="UA-63", kind=["outage", "restored"]).items) == 2
    assert store.claims.page(source="chat", since=make.moment("13:30")).items == ()
    assert len(store.reports.page(source="chat", until=make.moment("14:00")).items) == 1
    (restored,) = store.claims.page(kind="restored").items
    assert store.incidents.of_claims([restored.key]) == {restored.key: (found(kind="restored").items[0].id,)}


def test_a_session_opens_nothing_after_its_end_or_a_new_password():
    moderators = store.moderators
    assert moderators.add("olena", "old", news.NOW)
    assert not moderators.add("olena", "other", news.NOW)
    moderators.open_session("olena", "token", news.NOW)
    assert moderators.session("token", news.NOW) == "olena"
    assert moderators.session("token", news.NOW + moderators.SESSION) is None
    moderators.set_password("olena", "new")
    assert moderators.session("token", news.NOW) is None
    moderators.open_session("olena", "token", news.NOW)
    moderators.deactivate("olena")
    assert (moderators.session("token", news.NOW), moderators.get("olena").active) == (None, False)
