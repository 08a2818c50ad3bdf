"""One incident as it stood at a moment: later steps taken away, the clock's doings added."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tracker.domain import Development, Ending, Incident, Testimony, Track, Update
from tracker.incidents.rules import LAPSE
from tracker.incidents.scene import Scene, apply
from tracker.incidents.schedules import announced_parts, said


def as_of(incident: Incident, at: datetime) -> Incident | None:
    """`incident` as it stood at `at`; None when nothing of it had been said yet.

    Cuts announced for tomorrow exist from their announcement on, with `opened` still ahead. An outage of which
    nobody has spoken for 30 days has lapsed, whether or not a later word has told so.
    """
    if incident.track is Track.OUTAGE and whole_by(incident, at):
        return faded(incident, at)
    updates = steps_by(incident, at)
    if incident.track is Track.SCHEDULED:
        return _cuts(incident, updates, at)
    scene = Scene()
    for update in updates:
        apply(scene, update)
    return stood(incident, updates, scene, at)


def whole_by(incident: Incident, at: datetime) -> bool:
    """Whether all of an outage's story was told by `at`: then its parts, its end and its last word need no retelling.

    A story that the store cut short has no parts.
    """
    return bool(incident.parts) and incident.updates[-1].at <= at


def faded(incident: Incident, at: datetime) -> Incident:
    """An outage all of whose words are told by `at`, which 30 days of silence since may have ended."""
    if incident.ended is not None or at - incident.spoken < LAPSE:
        return incident
    ended = incident.spoken + LAPSE
    updates = (*incident.updates, Update(ended, ended, Development.LAPSED))
    return replace(incident, updates=updates, ended=ended, ending=Ending.NOT_REPORTED)


def steps_by(incident: Incident, at: datetime) -> tuple[Update, ...]:
    """The steps told of `incident` by `at`; that its day is over is the clock's doing, and no step."""
    return tuple([u for u in incident.updates if u.at <= at and u.what is not Development.OVER])


def stood(incident: Incident, updates: tuple[Update, ...], scene: Scene, at: datetime) -> Incident | None:
    """The outage `incident` after those `updates` alone, which brought `scene` about."""
    words = _words(updates)
    if not words:
        return None
    ended, ending = ended_by(scene, updates)
    told = replace(
        incident, updates=updates, parts=scene.parts(), spoken=words[-1].effective, ended=ended, ending=ending
    )
    return faded(told, at)


def _words(updates: tuple[Update, ...]) -> tuple[Testimony, ...]:
    return tuple([w for update in updates if update.what is not Development.CORRECTED for w in update.testimonies])


def _cuts(incident: Incident, updates: tuple[Update, ...], at: datetime) -> Incident | None:
    words = _words(updates)
    if not words:
        return None
    told = replace(incident, updates=updates, parts=announced_parts(words), spoken=said(words[-1]))
    if incident.ended is None or at < incident.ended:
        return replace(told, ended=None, ending=None)
    return replace(told, updates=(*updates, Update(incident.ended, incident.ended, Development.OVER)))


def ended_by(scene: Scene, updates: tuple[Update, ...]) -> tuple[datetime | None, Ending | None]:
    """When and how the story that `updates` tell has ended: all parts back, silence, or a moderator's cut."""
    if scene.closed is not None:
        return scene.closed, Ending.RESTORED
    last = next(update for update in reversed(updates) if not withdrawal(update))
    if not last.testimonies:
        return last.at, Ending.NOT_REPORTED
    return None, None


def withdrawal(update: Update) -> bool:
    """Whether `update` only tells that a word was withdrawn."""
    return update.what is Development.CORRECTED and bool(update.testimonies)
