"""The shapes of the API's answers as JSON Schema: what the OpenAPI document promises and the tests hold us to."""

from __future__ import annotations

from typing import Any

from tracker.domain import Confidence, Development, Ending, Extent, Kind, Service, SourceKind, Standing, State, Track
from tracker.web.api_arguments import REGIONS

Shape = dict[str, Any]

MOMENT: Shape = {"type": "string", "format": "date-time", "example": "2022-09-12T18:00:00Z"}
ADDRESS: Shape = {"type": "string", "description": "An http(s) address, or nothing."}
TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer", "minimum": 0}


def ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(words: Any, about: str = "") -> Shape:
    shape: Shape = {"type": "string", "enum": [getattr(word, "value", word) for word in words]}
    return shape | ({"description": about} if about else {})


def maybe(shape: Shape) -> Shape:
    """`shape`, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def many(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def record(about: str, fields: dict[str, Shape], optional: tuple[str, ...] = ()) -> Shape:
    """An object with exactly these fields."""
    return {
        "type": "object",
        "description": about,
        "properties": fields,
        "required": [name for name in fields if name not in optional],
        "additionalProperties": False,
    }


def listed(about: str, item: str, *, paged: bool = True) -> Shape:
    """A page of a list: its items, where the next ones follow, and the terms of use."""
    fields = {"items": many(ref(item)), "about": ref("About")}
    return record(about, {"next": maybe(TEXT), **fields} if paged else fields)


REGION = one_of(REGIONS, "ISO 3166-2 code")
SERVICE = one_of(Service)
STANDING = {"type": "string", "enum": [standing.name.lower() for standing in Standing]}
INCIDENT_STATE = one_of(
    sorted({*State, *Ending}), "Where the incident stands; how it ended, once nobody shows it any more"
)

CLAIM_FIELDS: dict[str, Shape] = {
    "region": one_of([*REGIONS, "UA"], "ISO 3166-2 code; UA where the text names no region"),
    "service": SERVICE,
    "kind": one_of(Kind),
    "place": maybe(TEXT),
    "customers": maybe(NUMBER),
    "extent": maybe(one_of(Extent)),
    "when": maybe({"type": "string", "format": "date"}),
    "evidence": {"type": "string", "description": "The exact words of the report."},
}

CELL = record(
    "One service in one region at one moment",
    {
        "state": one_of(
            State, "`none` means that no outage is reported, `unknown` that we hear nothing; neither means all is well"
        ),
        "since": maybe(MOMENT),
        "confirmed": maybe(MOMENT),
        "places": many(TEXT),
        "customers": maybe(NUMBER),
        "origins": NUMBER,
        "disputed": {"type": "boolean"},
        "confidence": maybe(one_of(Confidence)),
        "standing": maybe(STANDING),
        "incident": maybe(TEXT),
        "evidence": many(ref("Evidence")),
        "against": many(ref("Evidence")),
        "announced": many(record("Cuts that are announced", {"when": MOMENT, "evidence": many(ref("Evidence"))})),
    },
)

SHAPES: dict[str, Shape] = {
    "About": record(
        "Terms of use, and where the words come from",
        {
            "licence": record("Licence of our data", {"name": TEXT, "url": ADDRESS, "note": TEXT}),
            "sources": ADDRESS,
            "documentation": ADDRESS,
        },
    ),
    "Problem": record(
        "What went wrong (RFC 9457)",
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "instance": TEXT,
            "errors": many(record("A wrong parameter", {"parameter": TEXT, "message": TEXT})),
        },
        optional=("errors",),
    ),
    "Evidence": record("Words behind a state", {"report": TEXT, "quote": TEXT, "source": TEXT, "url": TEXT}),
    "Cell": CELL,
    "RegionStatus": record(
        "All services of one region",
        {
            "code": REGION,
            "name": record("Its names", {"en": TEXT, "uk": TEXT}),
            "services": record("A cell for each service", {service.value: ref("Cell") for service in Service}),
        },
    ),
    "Status": record(
        "The board at one moment",
        {
            "at": MOMENT,
            "regions": many(ref("RegionStatus")),
            "unnamed": many(
                record(
                    "A claim that names no region",
                    {"service": SERVICE, "kind": one_of(Kind), "when": TEXT, "evidence": many(ref("Evidence"))},
                )
            ),
            "coverage": record(
                "How well we listen", {"sources": NUMBER, "healthy": NUMBER, "newest_report": maybe(MOMENT)}
            ),
        },
    ),
    "Claim": record(
        "One assertion of a report",
        {
            "id": TEXT,
            **CLAIM_FIELDS,
            "effective": MOMENT,
            "published": MOMENT,
            "seen": MOMENT,
            "standing": STANDING,
            "origin": TEXT,
            "source": TEXT,
            "report": ADDRESS,
            "url": ADDRESS,
        },
    ),
    "Update": record(
        "One step of an incident's story",
        {
            "at": MOMENT,
            "known": MOMENT,
            "what": one_of(Development),
            "claims": many(ref("Claim")),
            "against": many(ref("Claim")),
        },
    ),
    "Part": record(
        "What an incident says of one place, or of the whole region where `place` is null",
        {
            "place": maybe(TEXT),
            "within": many(TEXT),
            "extent": maybe(one_of(Extent)),
            "latest": one_of(Kind),
            "since": MOMENT,
            "confirmed": MOMENT,
            "customers": maybe(NUMBER),
        },
    ),
}

INCIDENT_FIELDS: dict[str, Shape] = {
    "id": TEXT,
    "region": REGION,
    "service": SERVICE,
    "track": one_of(Track),
    "state": INCIDENT_STATE,
    "opened": MOMENT,
    "confirmed": MOMENT,
    "ended": maybe(MOMENT),
    "ending": maybe(one_of(Ending)),
    "updated": MOMENT,
    "parts": many(ref("Part")),
    "origins": NUMBER,
    "url": ADDRESS,
    "api": ADDRESS,
}

REPORT_FIELDS: dict[str, Shape] = {
    "id": TEXT,
    "source": TEXT,
    "title": TEXT,
    "published": MOMENT,
    "updated": maybe(MOMENT),
    "seen": MOMENT,
    "language": maybe(TEXT),
    "url": ADDRESS,
    "superseded_by": maybe(TEXT),
    "api": ADDRESS,
}

SHAPES |= {
    "Incident": record("One episode of one service in one region", INCIDENT_FIELDS),
    "Story": record(
        "An incident with every update, oldest first",
        INCIDENT_FIELDS | {"updates": many(ref("Update")), "about": ref("About")},
    ),
    "Report": record("One published text", REPORT_FIELDS),
    "ReportClaims": record(
        "One published text and what it claims", REPORT_FIELDS | {"claims": many(ref("Claim")), "about": ref("About")}
    ),
    "Region": record(
        "A region",
        {"code": REGION, "name": record("Its names", {"en": TEXT, "uk": TEXT}), "url": ADDRESS, "api": ADDRESS},
    ),
    "RegionNow": record(
        "A region at one moment",
        {
            "at": MOMENT,
            "code": REGION,
            "name": record("Its names", {"en": TEXT, "uk": TEXT}),
            "services": record("A cell for each service", {service.value: ref("Cell") for service in Service}),
            "about": ref("About"),
        },
    ),
    "Source": record(
        "Who publishes, and how listening goes",
        {
            "name": TEXT,
            "title": TEXT,
            "url": ADDRESS,
            "kind": one_of(SourceKind),
            "standing": STANDING,
            "language": maybe(TEXT),
            "regions": many(REGION),
            "active": {"type": "boolean"},
            "healthy": {"type": "boolean"},
            "heard": maybe(MOMENT),
            "polled": maybe(MOMENT),
        },
    ),
    "History": record(
        "How each service of a region stood over a stretch of time",
        {
            "region": REGION,
            "since": MOMENT,
            "until": MOMENT,
            "services": record(
                "Stretches of one state each, in order",
                {
                    service.value: many(record("A stretch", {"since": MOMENT, "until": MOMENT, "state": one_of(State)}))
                    for service in Service
                },
            ),
            "about": ref("About"),
        },
    ),
    "Change": record("One change; `data` is JSON", {"id": TEXT, "event": one_of(Development), "data": TEXT}),
    "Incidents": listed("A page of incidents, the last developed first", "Incident"),
    "Claims": listed("A page of claims, the latest effect first", "Claim"),
    "Reports": listed("A page of reports, the last published first", "Report"),
    "Regions": listed("The 27 regions", "Region", paged=False),
    "Sources": listed("Every source", "Source", paged=False),
    "Statuspage": {"type": "object", "description": "The summary in the shape of Atlassian Statuspage."},
}
