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
    updates = tuple(u for u in incident.updates if u.at <= at and u.what is not Development.OVER)
    words = tuple(w for update in updates if update.what is not Development.CORRECTED for w in update.testimonies)
    if not words:
        return None
    if incident.track is Track.SCHEDULED:
        return _cuts(incident, updates, words, at)
    scene = Scene()
    for update in updates:
        apply(scene, update)
    spoken = words[-1].effective
    ended, ending = ended_by(scene, updates)
    if ended is None and at - spoken >= LAPSE:
        ended, ending = spoken + LAPSE, Ending.NOT_REPORTED
        updates = (*updates, Update(ended, ended, Development.LAPSED))
    return replace(incident, updates=updates, parts=scene.parts(), spoken=spoken, ended=ended, ending=ending)


def _cuts(incident: Incident, updates: tuple[Update, ...], words: tuple[Testimony, ...], at: datetime) -> Incident:
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
