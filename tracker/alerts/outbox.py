"""Takes each receiver on from where it was: at least once, in order, and with the same name for a repeated notice."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from flask import Flask

from tracker import store
from tracker.alerts.receivers import Receiver, SendError
from tracker.domain import short_hash
from tracker.store.alerts import Progress
from tracker.store.events import Event

OWNER = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
LEASE_SECONDS = 25
"""With the five seconds between two rounds, a receiver waits half a minute at most when its sender was killed."""

READ = 500
AT_ONCE = 8
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = 70
"""Tries after which one notice is given up (about two and a half days), so that it does not hold up all later ones."""

log = structlog.get_logger()
Clock = Callable[[], datetime]


def run(app: Flask, receivers: Sequence[Receiver], clock: Clock, owner: str = OWNER) -> int:
    """Tells every receiver what is new to it; gives how many notices were taken. Needs an application context."""
    names = [receiver.name for receiver in receivers]
    newest = store.events.latest()
    progress = store.alerts.progress(names)
    for name in set(names) - progress.keys():
        store.alerts.enrol(name, newest, clock())
    behind = [one for one in receivers if (known := progress.get(one.name)) and _due(known, newest, clock())]
    if not behind:
        return 0
    waiting = _concerned(behind, progress)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return sum(pool.map(lambda receiver: _in_context(app, receiver, clock, owner), waiting))


def _due(known: Progress, newest: int, now: datetime) -> bool:
    return known.cursor < newest and (known.next_try is None or known.next_try <= now)


def _concerned(behind: Sequence[Receiver], progress: dict[str, Progress]) -> list[Receiver]:
    """Those whom something new concerns; the others are moved past it together."""
    start = min(progress[receiver.name].cursor for receiver in behind)
    events = store.events.since(start, READ)
    concerned: list[Receiver] = []
    idle: list[Receiver] = []
    for receiver in behind:
        known = progress[receiver.name]
        touched = known.batch is not None or any(event.id > known.cursor and receiver.wants(event) for event in events)
        (concerned if touched else idle).append(receiver)
    if idle and events:
        store.alerts.skip([receiver.name for receiver in idle], events[-1].id)
    return concerned


def _in_context(app: Flask, receiver: Receiver, clock: Clock, owner: str) -> int:
    with app.app_context():
        return serve(receiver, clock, owner)


def serve(receiver: Receiver, clock: Clock, owner: str = OWNER) -> int:
    """Tells one receiver everything that it wants and that is due; gives how many notices it took."""
    known = store.alerts.lease(receiver.name, owner, clock(), LEASE_SECONDS)
    if known is None:
        return 0
    taken, again = 0, None
    try:
        while (notice := _next(receiver, known)) is not None:
            again = None if known.batch else receiver.ready(notice[0], clock())
            if again is not None and again > clock():
                break
            known = _tell(receiver, known, notice, clock, owner)
            taken += 1
            again = known.next_try
            if again is not None or taken >= READ:
                break
    except SendError as error:
        again = _put_off(receiver, known, error, clock(), owner)
    finally:
        store.alerts.release(receiver.name, owner, again)
    return taken


def _next(receiver: Receiver, known: Progress) -> tuple[Event, ...] | None:
    """The events of the next notice: one for a machine, all that is new for people, and the same ones when repeated."""
    events = store.events.since(known.cursor, READ)
    wanted = [event for event in events if receiver.wants(event)]
    if known.batch is not None:
        wanted = [event for event in wanted if event.id <= known.batch]
    if not wanted:
        return None
    return tuple(wanted[:1] if receiver.single else wanted)


def _tell(receiver: Receiver, known: Progress, notice: tuple[Event, ...], clock: Clock, owner: str) -> Progress:
    """Sends one notice and moves the cursor behind it. What the notice holds is fixed before it is sent."""
    last = notice[-1].id
    if not receiver.single and not store.alerts.begin(receiver.name, owner, last):
        raise SendError("Another process serves this receiver.")
    receiver.send(notice, name_of(receiver, notice))
    pause = None if receiver.single else clock() + receiver.pause
    if not store.alerts.told(receiver.name, owner, last, clock(), pause, LEASE_SECONDS):
        raise SendError("Another process serves this receiver.")
    return Progress(receiver.name, last, None, 0, pause, None)


def name_of(receiver: Receiver, notice: tuple[Event, ...]) -> str:
    """The notice's name: the same at every try, on every machine, and another after a database was set back."""
    said = "|".join(f"{event.id} {event.incident} {event.what} {event.known.isoformat()}" for event in notice)
    return f"{notice[-1].id}-{short_hash(receiver.name, said)}"


def _put_off(receiver: Receiver, known: Progress, error: SendError, now: datetime, owner: str) -> datetime | None:
    """Notes a failure; when the receiver is tried again, later each time, and None once the notice is given up."""
    log.warning("alert not taken", receiver=receiver.name, attempts=known.attempts + 1, error=str(error))
    again = now + min(FIRST_PAUSE * int(2 ** min(known.attempts, 12)), LONGEST_PAUSE)
    if known.attempts + 1 < PATIENCE:
        store.alerts.failed(receiver.name, owner, str(error), now, again)
        return again
    notice = _next(receiver, known)
    if notice is not None:
        log.error("alert given up", receiver=receiver.name, last=notice[-1].id)
        store.alerts.told(receiver.name, owner, notice[-1].id, now)
    return None
