"""What a form's answers say, as a sentence that people read and our own extraction understands: one road for all."""

from __future__ import annotations

from tracker.domain import Kind, Service
from tracker.regions import Region

SAYING = {
    "en": {
        Kind.OUTAGE: "{where}: {service} outage.",
        Kind.SCHEDULED: "{where}: scheduled {service} outages.",
        Kind.PARTLY_RESTORED: "{where}: {service} partially restored.",
        Kind.RESTORED: "{where}: {service} restored.",
    },
    "uk": {
        Kind.OUTAGE: "{where}: немає {service}.",
        Kind.SCHEDULED: "{where}: діють планові відключення {service}.",
        Kind.PARTLY_RESTORED: "{where}: частково відновлено {service_now}.",
        Kind.RESTORED: "{where}: відновлено {service_now}.",
    },
}

NAMES = {
    "en": {
        Service.ELECTRICITY: "power",
        Service.WATER: "water supply",
        Service.HEATING: "heating",
        Service.GAS: "gas supply",
        Service.COMMUNICATIONS: "mobile network",
    },
    "uk": {
        Service.ELECTRICITY: "електропостачання",
        Service.WATER: "водопостачання",
        Service.HEATING: "опалення",
        Service.GAS: "газопостачання",
        Service.COMMUNICATIONS: "зв'язку",
    },
}
ACCUSATIVE = {Service.COMMUNICATIONS: "зв'язок"}


def compose(region: Region, service: Service, kind: Kind, place: str, language: str) -> str:
    """One sentence for the answers, in the language of the form."""
    where = f"{place}, {region.name(language)}" if place else region.name(language)
    name = NAMES[language][service]
    return SAYING[language][kind].format(
        where=where[:1].upper() + where[1:], service=name, service_now=ACCUSATIVE.get(service, name)
    )
