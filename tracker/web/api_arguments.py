"""What the API's parameters may be: each is described exactly, so that whatever matches its description is answered."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from tracker import regions
from tracker.domain import COUNTRY, Kind, Service

_DAY = (
    r"(((199[1-9]|20[0-9][0-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31))"
    r"|((199[26]|20([02468][048]|[13579][26]))-02-29))"
)
_CLOCK = r"T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+ -](0[0-9]|1[0-3]):[0-5][0-9])?"
MOMENT = rf"^{_DAY}({_CLOCK})?\Z"
"""A day or a moment of 1991 to 2099 that exists; a plus that came through an address as a space is a plus."""

MARK = r"^[A-Za-z0-9_-]{1,200}\Z"
"""The letters of ids and cursors."""


def published(pattern: str) -> str:
    """`pattern` as JSON Schema writes it: Python's `\\Z` is its `$`."""
    return pattern.replace(r"\Z", "$")


def text(pattern: str, about: str, example: str) -> fields.String:
    """A string of one pattern, described with an example."""
    metadata = {"description": about, "example": example, "pattern": published(pattern)}
    sentence = f"“{{input}}” will not do. {about} For example: {example}"
    return fields.String(validate=_Matches(pattern, error=sentence), metadata=metadata)


class _Matches(validate.Regexp):
    """A pattern that the description's writer leaves alone, since we publish it ourselves; errors cut long input."""

    def _format_error(self, value: str | bytes) -> str:
        return super()._format_error(value[:40])


def moment(about: str) -> fields.String:
    """A moment in time, by Kyiv's clock where it names no zone."""
    return text(MOMENT, f"{about} Written like 2022-09-12T23:00+03:00; without a zone it is Kyiv time.", "2022-09-12")


def several(words: list[str], about: str) -> fields.List[str]:
    """One or more of `words`; the parameter is repeated for more than one."""
    one = fields.String(validate=validate.OneOf(words, error="“{input}” is not known; it can be {choices}."))
    return fields.List(one, validate=validate.Length(max=30), metadata={"description": f"{about} May be repeated."})


REGIONS = [region.code for region in regions.REGIONS]


class Arguments(Schema):
    """The ground of all: a parameter that we do not know is refused, so that a slip of the pen is noticed."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "There is no parameter of this name here."}  # noqa: RUF012  marshmallow's way


class AtArguments(Arguments):
    """A past moment, and what was known then."""

    at = moment("The moment whose state is wanted; now if it is left out.")
    known = moment("Only what we knew by this moment counts.")


class StatusArguments(AtArguments):
    """Which cells of the board, and when."""

    region = several(REGIONS, "ISO 3166-2 code of a region.")


class PageArguments(Arguments):
    """Where to read on, and how much."""

    cursor = text(MARK, "Where to read on: what the page before gives as next.", "MjAyMi0wOS0xMg")
    limit = fields.Integer(
        load_default=50,
        strict=False,
        validate=validate.Range(1, 200, error="The limit lies between 1 and 200."),
        metadata={"description": "How many at most.", "default": 50},
    )


class IncidentArguments(PageArguments):
    """Which incidents."""

    region = several(REGIONS, "ISO 3166-2 code of a region.")
    service = several([service.value for service in Service], "A service.")
    kind = several([kind.value for kind in Kind], "Only incidents of which somebody said this.")
    since = moment("Only incidents that were open at this moment or later.")
    until = moment("Only incidents that were open before this moment.")


class ClaimArguments(PageArguments):
    """Which claims."""

    region = several([*REGIONS, COUNTRY], "ISO 3166-2 code of a region; UA for claims that name none.")
    service = several([service.value for service in Service], "A service.")
    kind = several([kind.value for kind in Kind], "What the claim says.")
    source = text(r"^[a-z0-9][a-z0-9-]{0,99}\Z", "Name of a source, as /api/v1/sources lists it.", "ukrenergo")
    since = moment("Only claims that took effect at this moment or later.")
    until = moment("Only claims that took effect before this moment.")


class ReportArguments(PageArguments):
    """Which reports."""

    source = text(r"^[a-z0-9][a-z0-9-]{0,99}\Z", "Name of a source, as /api/v1/sources lists it.", "ukrenergo")
    since = moment("Only reports published at this moment or later.")
    until = moment("Only reports published before this moment.")


class HistoryArguments(Arguments):
    """Which stretch of which region's history."""

    region = fields.String(
        required=True,
        validate=validate.OneOf(REGIONS, error="“{input}” is not one of the 27 region codes; write one like UA-63."),
        metadata={"description": "ISO 3166-2 code of a region.", "example": "UA-63"},
    )
    since = moment("Where the stretch begins; a week before its end if it is left out.")
    until = moment("Where the stretch ends; now if it is left out.")
