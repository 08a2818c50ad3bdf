"""Builders, so that a test states only what it is about: `make.testimony(kind="restored", at="12:00")`.

A bare time of day is Kyiv time on DAY. Names of enums and places may be given as plain text.
"""

from datetime import date, datetime

from tracker import times
from tracker.domain import Claim, Extent, Kind, Report, Service, Source, SourceKind, Standing, Testimony, short_hash

DAY = "2022-09-12"


def moment(text):
    """An aware moment from `10:30` (on DAY), `2022-09-13`, `2022-09-13T10:30` (Kyiv time), or a datetime as it is."""
    if isinstance(text, datetime):
        return text
    return times.parse_iso(f"{DAY}T{text}" if "-" not in text else text)


def claim(
    kind="outage",
    region="UA-63",
    service="electricity",
    place=None,
    within=(),
    extent=None,
    customers=None,
    when=None,
    evidence="no power",
    originator=None,
    start=0,
    end=0,
    rule="test",
):
    return Claim(
        region=region,
        service=Service(service),
        kind=Kind(kind),
        evidence=evidence,
        place=place,
        within=(within,) if isinstance(within, str) else tuple(within),
        customers=customers,
        extent=None if extent is None else Extent(extent),
        when=date.fromisoformat(when) if isinstance(when, str) else when,
        start=start,
        end=end,
        originator=originator,
        rule=rule,
    )


def testimony(
    kind="outage",
    at="10:00",
    source="radio",
    standing="media",
    origin=None,
    seen=None,
    until=None,
    effective=None,
    report=None,
    key=None,
    url="",
    **claimed,
):
    """A claim (see `claim` for the rest of the words) that `source` published `at` and that we saw at once.

    Its report and key follow from what it says, so that equal calls make equal testimonies.
    """
    said = claim(kind, **claimed)
    published = moment(at)
    standing = Standing[standing.upper()] if isinstance(standing, str) else standing
    report = report or short_hash("report", source, times.iso(published))
    identity = (report, said.region, said.service, said.kind, said.place or "", str(said.when))
    return Testimony(
        claim=said,
        key=key or short_hash(*identity),
        report=report,
        source=source,
        standing=standing,
        origin=origin or source,
        published=published,
        seen=moment(seen) if seen else published,
        effective=moment(effective) if effective else said.effective(published),
        until=moment(until) if until else None,
        url=url,
    )


def outage(at="10:00", **given):
    return testimony("outage", at, **given)


def restored(at="12:00", **given):
    return testimony("restored", at, **given)


def partly(at="12:00", **given):
    return testimony("partly_restored", at, **given)


def scheduled(at="08:00", **given):
    return testimony("scheduled", at, **given)


def report(text="", title="", at="10:00", source="radio", key=None, **given):
    """A report published `at`; its key follows from its words."""
    return Report(source, key or short_hash(title, text), moment(at), title, text, **given)


def source(name="radio", title=None, url="https://radio.example/feed", kind="feed", standing="media", **given):
    standing = Standing[standing.upper()] if isinstance(standing, str) else standing
    return Source(name, title or name, url, SourceKind(kind), standing, **given)
