"""What moderators change: two incidents that are one, one that is two, and words that were withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tracker.domain import Correction, Development, Incident, Kind, Mending, Refused, Testimony, Track, Update
from tracker.incidents.moment import as_of
from tracker.incidents.rules import LAPSE
from tracker.incidents.story import Story


def merging(first: Incident, second: Incident, now: datetime, by: str = "", why: str = "") -> Correction:
    """The correction that makes `second` a part of `first`; Refused if they cannot be one."""
    if (first.region, first.service) != (second.region, second.service):
        raise Refused("Only incidents of one region and one service can be merged.")
    if Track.SCHEDULED in (first.track, second.track):
        raise Refused("Scheduled cuts end with their day and cannot be merged.")
    if first.opened > second.opened:
        first, second = second, first
    if first.opened == second.opened:
        raise Refused("An incident cannot be merged with itself; choose two that began at different moments.")
    return Correction(
        first.region, first.service, Mending.MERGE, at=second.opened, made=now, since=first.opened, by=by, why=why
    )


def splitting(incident: Incident, at: datetime, now: datetime, by: str = "", why: str = "") -> Correction:
    """The correction that lets a new incident begin with the first outage word at or after `at`; else Refused."""
    if incident.track is Track.SCHEDULED:
        raise Refused("Scheduled cuts are one incident a day and cannot be split.")
    if not incident.opened < at <= incident.spoken:
        raise Refused("Split an incident at a moment after its beginning and not after its last word.")
    return Correction(incident.region, incident.service, Mending.SPLIT, at=at, made=now, by=by, why=why)


def mending_for(corrections: Sequence[Correction], story: Story, word: Testimony) -> Correction | None:
    """The correction that says whether the outage `word` goes on with `story` or opens a new one.

    Of several the one made last: whoever joins what was parted, or parts what was joined, is heeded.
    """
    fitting = [one for one in corrections if _merges(one, story, word) or _splits(one, story, word)]
    return max(fitting, key=lambda one: one.made, default=None)


def _merges(correction: Correction, story: Story, word: Testimony) -> bool:
    """Whether `word` goes on with `story`, although that has ended or was parted from it."""
    since = correction.since
    if correction.what is not Mending.MERGE or since is None:
        return False
    return since < word.effective <= correction.at and max(story.spoken, story.ended or story.spoken) >= since


def _splits(correction: Correction, story: Story, word: Testimony) -> bool:
    """Whether `word` opens a new story, although `story` is open or was joined with it."""
    return correction.what is Mending.SPLIT and story.opened < correction.at <= word.effective


def with_withdrawn(incidents: list[Incident], withdrawn: Sequence[Testimony], live: set[object]) -> list[Incident]:
    """`incidents` with a step for each withdrawn word, so that whoever follows one learns of the retraction.

    A word belongs to the last incident that opened at or before it and had not ended or lapsed before it. One that
    a live word still says (an edited entry that repeats it) is no correction.
    """
    for word in withdrawn:
        if word.until is None or same_words(word) in live:
            continue
        track = Track.SCHEDULED if word.claim.kind is Kind.SCHEDULED else Track.OUTAGE
        for index in range(len(incidents) - 1, -1, -1):
            incident = incidents[index]
            if incident.track is track and incident.opened <= word.effective:
                if _lasted_until(incident, word.effective):
                    step = Update(word.effective, word.until, Development.CORRECTED, (word,))
                    updates = sorted((*incident.updates, step), key=lambda update: update.at)
                    incidents[index] = replace(incident, updates=tuple(updates))
                break
    return incidents


def _lasted_until(incident: Incident, moment: datetime) -> bool:
    """Whether it was open at `moment`, as its story stood then: a merge lets it go on only from its own moment."""
    if any(update.what is Development.CORRECTED and not update.testimonies for update in incident.updates):
        incident = as_of(incident, moment) or incident
    return moment < incident.spoken + LAPSE if incident.ended is None else moment <= incident.ended


def same_words(word: Testimony) -> tuple[object, ...]:
    """What makes two versions' claims the same assertion of one source."""
    claim = word.claim
    return (claim.kind, claim.place, word.effective, word.source)
