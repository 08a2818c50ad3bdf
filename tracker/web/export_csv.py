"""Claims and incidents as CSV (RFC 4180): stable columns, ISO times, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from tracker import regions
from tracker.domain import Incident, Testimony
from tracker.times import iso
from tracker.web.feeds_text import clean

FORMULA = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet takes for the start of a formula."""

# Column, its HXL tag (https://hxlstandard.org), both fixed: programs read them by name.
CLAIM_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "#meta+id"),
    ("region", "#adm1+code"),
    ("region_en", "#adm1+name+i_en"),
    ("region_uk", "#adm1+name+i_uk"),
    ("place", "#loc+name"),
    ("within", "#loc+within"),
    ("service", "#sector"),
    ("kind", "#event+type"),
    ("extent", "#severity+extent"),
    ("customers", "#affected"),
    ("effective", "#date+effective"),
    ("published", "#date+reported"),
    ("seen", "#date+seen"),
    ("standing", "#meta+standing"),
    ("origin", "#meta+origin"),
    ("source", "#meta+source"),
    ("url", "#meta+url"),
    ("report", "#meta+report"),
    ("evidence", "#description+evidence"),
)
INCIDENT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "#meta+id"),
    ("region", "#adm1+code"),
    ("region_en", "#adm1+name+i_en"),
    ("region_uk", "#adm1+name+i_uk"),
    ("service", "#sector"),
    ("track", "#event+type"),
    ("places", "#loc+name+list"),
    ("customers", "#affected"),
    ("opened", "#date+start"),
    ("spoken", "#date+confirmed"),
    ("ended", "#date+end"),
    ("ending", "#status+ending"),
    ("updates", "#indicator+updates+num"),
    ("origins", "#indicator+origins+num"),
    ("updated", "#date+updated"),
)

NUMBERS = frozenset({"customers", "updates", "origins"})
"""Columns that hold whole numbers."""


def named(columns: tuple[tuple[str, str], ...], cells: tuple[object, ...]) -> dict[str, object]:
    """A row's cells by the names of its columns."""
    return {
        name: clean(cell) if isinstance(cell, str) else cell for (name, _), cell in zip(columns, cells, strict=True)
    }


def safe(cell: object) -> str:
    """`cell` as text that stays text in a spreadsheet: `=cmd|…` becomes `'=cmd|…`; a number stays as it is."""
    if cell is None:
        return ""
    text = clean(str(cell))
    return f"'{text}" if isinstance(cell, str) and text.lstrip(" ").startswith(FORMULA) else text


def claim_cells(testimony: Testimony) -> tuple[object, ...]:
    """A testimony in the order of CLAIM_COLUMNS."""
    claim = testimony.claim
    return (
        testimony.key,
        claim.region,
        *_names(claim.region),
        claim.place,
        "; ".join(claim.within),
        claim.service.value,
        claim.kind.value,
        claim.extent.value if claim.extent else None,
        claim.customers,
        iso(testimony.effective),
        iso(testimony.published),
        iso(testimony.seen),
        testimony.standing.name.lower(),
        testimony.origin,
        testimony.source,
        testimony.url,
        testimony.report,
        claim.evidence,
    )


def incident_cells(incident: Incident) -> tuple[object, ...]:
    """An incident in the order of INCIDENT_COLUMNS; `customers` is the last number said of it."""
    said = [spoken for update in incident.updates for spoken in update.standing]
    numbers = [spoken.claim.customers for spoken in said if spoken.claim.customers is not None]
    return (
        incident.id,
        incident.region,
        *_names(incident.region),
        incident.service.value,
        incident.track.value,
        "; ".join(part.place for part in incident.parts if part.place is not None),
        numbers[-1] if numbers else None,
        iso(incident.opened),
        iso(incident.spoken),
        iso(incident.ended) if incident.ended else None,
        incident.ending.value if incident.ending else None,
        len(incident.updates),
        len({spoken.origin for spoken in said}),
        iso(incident.updated),
    )


def _names(code: str) -> tuple[str, str]:
    region = regions.BY_CODE.get(code)
    return (region.en, region.uk) if region else ("Ukraine", "Україна")


def lines(columns: tuple[tuple[str, str], ...], rows: Iterable[tuple[object, ...]], *, hxl: bool) -> Iterator[str]:
    """The table line by line, so that a long one never lies in memory: header, HXL tags if asked for, rows."""
    yield _line([name for name, _ in columns])
    if hxl:
        yield _line([mark for _, mark in columns])
    for row in rows:
        yield _line([safe(cell) for cell in row])


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
