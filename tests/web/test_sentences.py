"""What the form writes, our own rules read back: one claim, the one that was chosen."""

import pytest

from tracker.domain import Kind, Report, Service
from tracker.language import extract, gazetteer
from tracker.regions import BY_CODE, REGIONS
from tracker.times import parse_iso
from tracker.web.sentences import compose

MOMENT = parse_iso("2025-11-08T12:00")


def read(text, language):
    report = Report("form", "key", MOMENT, text, "", language=language)
    return [(claim.region, claim.service, claim.kind, claim.place) for claim in extract(report)]


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_every_answer_is_read_back_as_it_was_given(region, language):
    for service in Service:
        for kind in Kind:
            text = compose(region, service, kind, "", language)
            assert read(text, language) == [(region.code, service, kind, None)], text


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize(("code", "typed"), [("UA-63", "Ізюм"), ("UA-12", "Nikopol"), ("UA-51", "Ізмаїл")])
def test_a_place_stays_a_place(code, typed, language):
    place = gazetteer.resolve(code, typed)
    shown = gazetteer.place_name(code, place.name, language)
    text = compose(BY_CODE[code], Service.WATER, Kind.OUTAGE, shown, language)
    assert read(text, language) == [(code, Service.WATER, Kind.OUTAGE, place.name)], text
