"""Who vouches for a state, and who speaks for too much at once."""

import make
import pytest

from tracker import incidents
from tracker.domain import Confidence, State
from tracker.regions import REGIONS


@pytest.mark.parametrize(
    "voices, expected",
    [
        ((), None),
        ((("radio", "media"),), Confidence.REPORTED),
        ((("radio", "media"), ("radio", "media")), Confidence.REPORTED),
        ((("radio", "media"), ("chat", "channel")), Confidence.CONFIRMED),
        ((("mayor", "official"),), Confidence.OFFICIAL),
        ((("form-1", "public"), ("form-2", "public")), Confidence.REPORTED),
        ((("form-1", "public"), ("chat", "channel")), Confidence.CONFIRMED),
    ],
)
def test_confirmed_needs_two_voices_or_an_authority(voices, expected):
    assert incidents.confidence(make.outage(source=who, standing=weight) for who, weight in voices) is expected


def board(count, minutes=0, standing="official", kind="restored", second=None):
    """Cells of `count` regions, each changed by one source's word, `minutes` apart."""
    cells = {}
    for number, region in enumerate(REGIONS[:count]):
        at = f"12:{number * minutes:02}"
        words = [
            make.outage("08:00", source="mayor", standing="official", region=region.code),
            make.testimony(kind, at, source="grid", standing=standing, region=region.code),
        ]
        if second is not None:
            words.append(make.testimony(kind, at, source=second, standing=standing, region=region.code))
        told = incidents.fold(words)
        cells[region.code] = incidents.status(told, region.code, words[0].claim.service, make.moment("13:00"), True)
    return cells


def confidences(cells):
    return {cell.confidence for cell in incidents.hold_sweeps(cells).values()}


def test_an_authority_that_alone_changes_more_than_five_regions_at_once_waits_for_a_second_voice():
    cells = board(6)
    assert {cell.confidence for cell in cells.values()} == {Confidence.OFFICIAL}
    assert confidences(cells) == {Confidence.REPORTED}
    assert {cell.state for cell in incidents.hold_sweeps(cells).values()} == {State.RESTORED}
    assert incidents.sweeping_sources(cells.values()) == {"grid"}


def test_five_regions_or_a_slower_pace_or_a_second_source_is_no_sweep():
    assert confidences(board(5)) == {Confidence.OFFICIAL}
    assert confidences(board(10, minutes=3)) == {Confidence.OFFICIAL}
    assert confidences(board(8, second="dtek")) == {Confidence.OFFICIAL}
    assert confidences(board(7, minutes=2)) == {Confidence.REPORTED}


def test_schedules_for_the_whole_country_are_an_authoritys_daily_work():
    words = [make.scheduled("08:00", source="grid", standing="official", region=r.code) for r in REGIONS]
    cells = {
        w.claim.region: incidents.status(
            incidents.fold([w]), w.claim.region, w.claim.service, make.moment("09:00"), True
        )
        for w in words
    }
    assert confidences(cells) == {Confidence.OFFICIAL}
