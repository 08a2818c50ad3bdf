"""Invented news for the store: reports with the claims they make, and what the board says when they were taken in."""

import random
from datetime import timedelta

import make

from tracker import board, records, store
from tracker.domain import Report, Source, Standing
from tracker.ingest import accept

NOW = make.moment("2026-11-22T12:00")
START = make.moment("2022-10-10T06:00")
SOURCES = {
    name: Source(name, name.title(), f"http://{name}", standing=standing)
    for name, standing in (
        ("ukrenergo", Standing.OFFICIAL),
        ("radio", Standing.MEDIA),
        ("chat", Standing.CHANNEL),
    )
}
PLACES = ((None, ()), ("Izium", ("Izium district",)), ("Chuhuiv", ("Chuhuiv district",)))


def told(*claims, at="10:00", source="radio", key=None, text=None, **given):
    """A report that makes these claims, and the mapping that says so; its text tells them unless one is given."""
    text = text or " ".join(f"{c.service} {c.kind} {c.region} {c.place} {c.customers}" for c in claims) + f" at {at}"
    report = Report(source, key or text, make.moment(at), "", text, **given)
    return report, {report.id: tuple(claims)}


def take(*news, now=NOW):
    """Takes in reports with their claims, each by itself; gives what became of each."""
    return [accept.accept_all([report], SOURCES[report.source], make.moment(now), claims)[0] for report, claims in news]


def take_at_once(news, now=NOW):
    """Takes in many reports, one transaction a source."""
    for name, source in SOURCES.items():
        mine = [(report, claims) for report, claims in news if report.source == name]
        accept.accept_all([report for report, _ in mine], source, now, {k: v for _, c in mine for k, v in c.items()})


def invent(count, seed=1, regions=("UA-63", "UA-59", "UA-32"), services=("electricity", "water"), days=40):
    """News of some weeks or years: outages, cuts and restorations, places, the country as a whole, edited entries."""
    chance = random.Random(seed)
    news = []
    for number in range(count):
        at = START + timedelta(minutes=chance.randrange(days * 24 * 60))
        source = chance.choice(list(SOURCES))
        key = f"entry {number}"
        claims = [_claim(chance, regions, services) for _ in range(chance.choice((1, 1, 2, 3)))]
        news.append(told(*claims, at=at, source=source, key=key, text=f"{number}: " + _words(claims)))
        if chance.random() < 0.15:
            claims = [_claim(chance, regions, services)]
            edited = at + timedelta(minutes=chance.randrange(1, 300))
            text = f"{number}, edited: " + _words(claims)
            news.append(told(*claims, at=at, source=source, key=key, text=text, updated=edited))
    return news


def _claim(chance, regions, services):
    place, within = chance.choice(PLACES)
    region = chance.choice((*regions, *regions, "UA"))
    kind = chance.choice(("outage", "outage", "partly_restored", "restored", "scheduled"))
    extent = chance.choice((None, None, "whole", "part"))
    if region == "UA":
        place, within = None, ()
    service = chance.choice(services)
    return make.claim(kind, region, service, place=place, within=within, extent=extent, evidence=f"{kind} {region}")


def _words(claims):
    return "; ".join(f"{c.service} {c.kind} {c.region} {c.place} {c.extent}" for c in claims)


def boards(days=range(0, 45, 5), known=None):
    """The board's JSON on some days of the invented weeks."""
    moments = [START + timedelta(days=day, hours=3) for day in days]
    return [records.board_json(board.at(at, known, NOW), "http://tracker") for at in moments]


def cell(at, region="UA-63", service="electricity", known=None):
    """One cell of the board."""
    return board.region(region, make.moment(at), make.moment(known) if known else None, now=NOW)[service]


def counts():
    """How many incidents are told; how many reports, claims, ties between the two, and events we keep."""
    from sqlalchemy import func, select

    from tracker.store.tables import ClaimRow, EventRow, IncidentRow, ReportRow, WordRow

    told = select(func.count()).select_from(IncidentRow).where(IncidentRow.gone.is_(None))
    others = [select(func.count()).select_from(row) for row in (ReportRow, ClaimRow, WordRow, EventRow)]
    with store.reading() as connection:
        return tuple(connection.scalar(wanted) for wanted in (told, *others))
