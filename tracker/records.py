"""The contract's JSON shapes, in one place: what the API, the command line and exports say alike."""

from __future__ import annotations

from typing import Any

from tracker.domain import Board, Claim, Service, Status, Testimony
from tracker.regions import REGIONS
from tracker.times import iso, kyiv_day

Record = dict[str, Any]


def board_json(board: Board, base_url: str) -> Record:
    """The board as `GET /api/v1/status` and `tracker status --json` give it."""
    return {
        "at": iso(board.at),
        "regions": [
            {
                "code": region.code,
                "name": {"en": region.en, "uk": region.uk},
                "services": {
                    service.value: status_json(board.cells[region.code, service], base_url) for service in Service
                },
            }
            for region in REGIONS
        ],
        "unnamed": unnamed_json(board, base_url),
        "coverage": {
            "sources": board.coverage.sources,
            "healthy": board.coverage.healthy,
            "newest_report": iso(board.coverage.newest_report) if board.coverage.newest_report else None,
        },
    }


def status_json(status: Status, base_url: str) -> Record:
    """One cell of the board."""
    return {
        "state": status.state.value,
        "since": iso(status.since) if status.since else None,
        "confirmed": iso(status.confirmed) if status.confirmed else None,
        "places": list(status.places),
        "customers": status.customers,
        "origins": status.origins,
        "disputed": status.disputed,
        "confidence": status.confidence.value if status.confidence else None,
        "standing": status.standing.name.lower() if status.standing else None,
        "incident": status.incident,
        "evidence": [evidence_json(word, base_url) for word in status.evidence],
        "against": [evidence_json(word, base_url) for word in status.against],
        "announced": [
            {"when": iso(word.effective), "evidence": [evidence_json(word, base_url)]} for word in status.announced
        ],
    }


def unnamed_json(board: Board, base_url: str) -> list[Record]:
    """What was said of regions that no text names: the same thing said of one day by several is one item."""
    items: dict[tuple[str, str, str], list[Testimony]] = {}
    for word in board.unnamed:
        day = word.claim.when or kyiv_day(word.effective)
        items.setdefault((word.claim.service.value, word.claim.kind.value, day.isoformat()), []).append(word)
    return [
        {
            "service": service,
            "kind": kind,
            "when": when,
            "evidence": [evidence_json(word, base_url) for word in words],
        }
        for (service, kind, when), words in items.items()
    ]


def evidence_json(word: Testimony, base_url: str) -> Record:
    """The words behind a statement; those that nobody published on the web have their page here as address."""
    on_the_web = word.url.startswith(("http://", "https://"))
    return {
        "report": word.report,
        "quote": word.claim.evidence,
        "source": word.source,
        "url": word.url if on_the_web else f"{base_url.rstrip('/')}/reports/{word.report}",
    }


def claim_record(claim: Claim) -> Record:
    """A claim in the record shape of the corpus: attributes that the text does not state are left out."""
    record: Record = {"region": claim.region, "service": claim.service.value, "kind": claim.kind.value}
    if claim.place:
        record["place"] = claim.place
    if claim.customers is not None:
        record["customers"] = claim.customers
    if claim.extent:
        record["extent"] = claim.extent.value
    if claim.when:
        record["when"] = claim.when.isoformat()
    return record | {"evidence": claim.evidence}
