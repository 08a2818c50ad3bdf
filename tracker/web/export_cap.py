"""An incident as CAP 1.2 messages (OASIS Common Alerting Protocol), in Ukrainian and English.

Off until the operator names a sender: nobody should take a newspaper's word for an official warning by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from tracker import regions
from tracker.domain import Development, Extent, Incident, Kind, Standing, Track, Update
from tracker.web import words
from tracker.web.feeds_story import Teller, mark_of, significant
from tracker.web.feeds_text import kyiv_day, one_line, web_address

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
EXPIRES = timedelta(hours=24)
"""No message outlives a day without being said again; one of cuts that lie ahead lives through their day."""

ENDINGS = {Development.LAPSED, Development.OVER}


@dataclass(frozen=True, slots=True)
class Message:
    """One message about an incident: the step that it tells, and its name for good."""

    identifier: str
    sent: datetime
    kind: str
    update: Update
    onset: datetime

    @property
    def expires(self) -> datetime:
        """Until when it holds, if nothing follows it."""
        return max(self.sent, self.onset) + EXPIRES

    def reference(self, sender: str) -> str:
        """How a later message names this one."""
        return f"{sender},{self.identifier},{stamp(self.sent)}"


def stamp(moment: datetime) -> str:
    """`moment` as CAP wants it: whole seconds and `+00:00`; a `Z` is not valid there."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def messages(incident: Incident) -> tuple[Message, ...]:
    """The messages of an incident in the order in which we learnt its steps.

    What is learnt later comes later, so a message once sent keeps its name, its text and its references.
    """
    steps = sorted(filter(significant, incident.updates), key=lambda step: (step.known, step.at, step.what.value))
    found: list[Message] = []
    for step in steps:
        kind = "Alert" if not found else "Cancel" if step.what in ENDINGS else "Update"
        found.append(
            Message(f"{incident.id}.{mark_of(incident, step)}", step.known, kind, step, _onset(incident, step))
        )
    return tuple(found)


def _onset(incident: Incident, step: Update) -> datetime:
    """When what the step tells of begins: announced cuts begin with their day, not with their announcement."""
    ahead = [said.effective for said in step.standing] if incident.track is Track.SCHEDULED else []
    return max(step.at, min(ahead, default=step.at))


def write(incident: Incident, message: Message, tellers: tuple[Teller, ...], sender: str, status: str) -> bytes:
    """`message` as a CAP document with one `info` for each teller's language."""
    alert = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})
    _add(alert, "identifier", message.identifier)
    _add(alert, "sender", sender)
    _add(alert, "sent", stamp(message.sent))
    _add(alert, "status", status)
    _add(alert, "msgType", message.kind)
    _add(alert, "scope", "Public")
    earlier = _referred(messages(incident), message)
    if earlier:
        _add(alert, "references", " ".join(one.reference(sender) for one in earlier))
    for teller in tellers:
        alert.append(_info(incident, message, teller))
    return bytes(etree.tostring(alert, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _referred(all_of_them: tuple[Message, ...], message: Message) -> tuple[Message, ...]:
    """The earlier messages that still stand when `message` is sent; always the one before it."""
    earlier = all_of_them[: all_of_them.index(message)]
    standing = tuple(one for one in earlier if one.expires > message.sent)
    return standing or earlier[-1:]


def _info(incident: Incident, message: Message, teller: Teller) -> etree._Element:
    step = message.update
    info = etree.Element(f"{{{CAP}}}info")
    _add(info, "language", "uk-UA" if teller.language == "uk" else "en-GB")
    _add(info, "category", "Infra")
    _add(info, "event", teller.service(incident))
    if step.what is Development.BACK:
        _add(info, "responseType", "AllClear")
    _add(info, "urgency", _urgency(message))
    _add(info, "severity", _severity(incident, step))
    _add(info, "certainty", _certainty(step))
    _add(info, "effective", stamp(message.sent))
    _add(info, "onset", stamp(message.onset))
    _add(info, "expires", stamp(message.expires))
    _add(info, "senderName", teller.site)
    _add(info, "headline", one_line(_headline(incident, message, teller), 160))
    _add(info, "description", "\n".join([teller.line(incident, step), *teller.said(step)]))
    _add(info, "web", web_address(f"{teller.base}/{teller.language}/incidents/{incident.id}"))
    area = etree.SubElement(info, f"{{{CAP}}}area")
    _add(area, "areaDesc", _area(incident, step, teller))
    code = etree.SubElement(area, f"{{{CAP}}}geocode")
    _add(code, "valueName", "ISO3166-2")
    _add(code, "value", incident.region)
    return info


def _headline(incident: Incident, message: Message, teller: Teller) -> str:
    """“Electricity: Outage began. Kharkiv Oblast: Izium”, from the step alone: a message once sent never changes."""
    step = message.update
    brought = words.development(step.what, teller.language, incident.track)
    if incident.track is Track.SCHEDULED and step.what is Development.BEGAN:
        brought += f", {kyiv_day(message.onset, teller.language)}"
    return f"{teller.service(incident)}: {brought}. {_area(incident, step, teller)}"


def _area(incident: Incident, step: Update, teller: Teller) -> str:
    region = regions.require(incident.region).name(teller.language)
    named = dict.fromkeys(t.claim.place for t in step.standing)
    places = [teller.place_name(incident.region, place, teller.language) for place in named if place]
    return one_line(f"{region}: {', '.join(places)}" if places and None not in named else region)


def _urgency(message: Message) -> str:
    if message.update.what in {Development.BACK, *ENDINGS}:
        return "Past"
    return "Future" if message.onset > message.sent else "Immediate"


def _severity(incident: Incident, step: Update) -> str:
    """By the step's own words alone, so that a message reads the same for ever."""
    if step.what in {Development.PARTLY_BACK, Development.BACK, *ENDINGS} or incident.track is Track.SCHEDULED:
        return "Minor"
    lost = [t.claim for t in step.standing if t.claim.kind is Kind.OUTAGE]
    whole = any(claim.place is None and claim.extent is Extent.WHOLE for claim in lost)
    return "Severe" if whole else "Moderate"


def _certainty(step: Update) -> str:
    if step.what in ENDINGS:
        return "Unknown"
    best = max((t.standing for t in step.standing), default=Standing.PUBLIC)
    return {Standing.OFFICIAL: "Observed", Standing.MEDIA: "Likely"}.get(best, "Possible")


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{CAP}}}{name}").text = text
