"""Claims → incidents: the story that all words about one service in one region tell together.

Words are taken in order of effect, whatever the order in which they came, so that a late report needs no care:
the story up to any moment depends only on the words up to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tracker.domain import (
    COUNTRY,
    Correction,
    Ending,
    Extent,
    Incident,
    Kind,
    Mending,
    Service,
    Standing,
    Testimony,
    Track,
)
from tracker.incidents.corrections import mending_for, same_words, with_withdrawn
from tracker.incidents.disputes import Voices, too_weak
from tracker.incidents.restart import Restart
from tracker.incidents.rules import LAPSE, RESTORED_FOR
from tracker.incidents.schedules import cuts
from tracker.incidents.story import Story
from tracker.times import kyiv_day

RANK = {Kind.OUTAGE: 0, Kind.SCHEDULED: 0, Kind.PARTLY_RESTORED: 1, Kind.RESTORED: 2}


def fold(
    testimonies: Iterable[Testimony],
    corrections: Sequence[Correction] = (),
    *,
    region: str | None = None,
    after: Restart | None = None,
) -> tuple[Incident, ...]:
    """The incidents of one cell, both tracks, oldest first, from all its testimonies in any order.

    `region` names the cell where words about the whole country are among them. Withdrawn words (`until` set) tell
    nothing; they leave a `corrected` step. With `after` the words are those from `after.load` on, and only the
    incidents that follow `after.kept` are told.
    """
    words = in_order(testimonies)
    live = [word for word in words if word.until is None and _of_a_cell(word)]
    if not words:
        return ()
    where = region or next((w.claim.region for w in words if w.claim.region != COUNTRY), COUNTRY)
    service = words[0].claim.service
    after = after or Restart()
    outages = _outages(live, corrections, after)
    incidents = _named(outages, where, service, after) + _cuts(live, where, service, after)
    incidents.sort(key=lambda incident: (incident.opened, incident.track, incident.id))
    withdrawn = [word for word in words if word.until is not None and _of_a_cell(word)]
    if withdrawn:
        incidents = with_withdrawn(incidents, withdrawn, {same_words(word) for word in live})
    return tuple(incidents)


def in_order(testimonies: Iterable[Testimony]) -> list[Testimony]:
    """By moment of effect, then publication, then loss before return, then identity; each word once.

    A report that tells of a loss and of its end at one moment tells the loss first.
    """
    ordered = sorted(
        testimonies,
        key=lambda word: (word.effective, word.published, RANK[word.claim.kind], word.report, word.key, word.seen),
    )
    if len({word.key for word in ordered}) == len(ordered):
        return ordered
    return list({word.key: word for word in reversed(ordered)}.values())[::-1]


def _of_a_cell(word: Testimony) -> bool:
    """Words about unnamed regions change no cell; those about the whole country speak of every one."""
    return word.claim.region != COUNTRY or word.claim.extent is Extent.WHOLE


def _outages(words: Iterable[Testimony], corrections: Sequence[Correction], after: Restart) -> list[Story]:
    """Tell the outage track."""
    stories: list[Story] = []
    voices = Voices()
    for word in words:
        if word.claim.kind is Kind.SCHEDULED:
            continue
        against = voices.hear(word)
        if after.start is not None and word.effective < after.start:
            continue
        story = stories[-1] if stories else None
        if story is not None and story.ended is None and word.effective - story.spoken >= LAPSE:
            story.lapse()
        if word.claim.kind is Kind.OUTAGE:
            new = _loss(story, word, against, corrections)
            if new is not None:
                stories.append(new)
        elif story is not None:
            _return(story, word, against)
    return stories


def _loss(
    story: Story | None, word: Testimony, against: tuple[Testimony, ...], corrections: Sequence[Correction]
) -> Story | None:
    """Tell an outage word in `story`, or in a new one, which is then given back."""
    weak = too_weak(word, against)
    if story is not None and story.ended is None:
        if weak and not story.scene.is_open(word.claim.place):
            story.doubt(word, against)
            return None
        mending = mending_for(corrections, story, word)
        if mending is None or mending.what is Mending.MERGE:
            story.lose(word, against)
            return None
        story.correct(word.effective, mending.made, Ending.NOT_REPORTED)
    elif weak:
        if story is not None and _fresh(story, word):
            story.doubt(word, against)
        return None
    elif story is not None:
        mending = mending_for(corrections, story, word)
        if mending is not None and mending.what is Mending.MERGE:
            story.correct(word.effective, mending.made, None)
            story.lose(word, against)
            return None
    new = Story(word.effective)
    new.lose(word, against)
    return new


def _return(story: Story, word: Testimony, against: tuple[Testimony, ...]) -> None:
    """Tell a restoration word, partial or full; with nothing open it opens nothing."""
    if story.ended is not None:
        if _fresh(story, word):
            story.regain(word, against)
        return
    form = word.standing is Standing.PUBLIC
    if (against or form) and story.scene.closes(word):
        kept = story.scene.kept_open(word) if form else ()
        if kept or too_weak(word, against):
            story.doubt(word, against or kept)
            return
    story.regain(word, against)


def _fresh(story: Story, word: Testimony) -> bool:
    """Whether the ended `story` still shows as restored: then a word about it is one more voice for or against."""
    return story.ending is Ending.RESTORED and story.ended is not None and word.effective - story.ended < RESTORED_FOR


def _named(stories: Iterable[Story], region: str, service: Service, after: Restart) -> list[Incident]:
    """Incidents named by the day on which they open, in Kyiv, and their number on that day."""
    opened = Counter(kyiv_day(kept.opened) for kept in after.kept if kept.track is Track.OUTAGE)
    incidents = []
    for story in stories:
        day = kyiv_day(story.opened)
        opened[day] += 1
        name = f"{region}-{service}-{day}" + (f"-{opened[day]}" if opened[day] > 1 else "")
        incidents.append(story.frozen(name, region, service))
    return incidents


def _cuts(words: Iterable[Testimony], region: str, service: Service, after: Restart) -> list[Incident]:
    """Tell the scheduled track, from the day on which `after` starts."""
    planned = [word for word in words if word.claim.kind is Kind.SCHEDULED]
    if after.start is not None:
        first = kyiv_day(after.start)
        planned = [word for word in planned if kyiv_day(word.effective) >= first]
    return cuts(planned, region, service)
