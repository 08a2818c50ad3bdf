"""`tracker doctor`: looks an installation over and says what is wrong, a sentence each."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from tracker import settings, store, times

ROOM = 1 << 30
"""Free bytes that a day of busy polling and its backup may need."""

NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs")
"""File systems whose locks SQLite cannot rely on."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `wrong` things need a hand, the others are said for the record."""

    wrong: bool
    words: str


def register(group: click.Group) -> None:
    """Adds `doctor` to the command line."""
    group.add_command(doctor)


@click.command()
def doctor() -> None:
    """Look this installation over; exit 1 if anything is wrong. Changes nothing."""
    from tracker import ROOT

    findings = list(examine(ROOT / "instance", times.now()))
    for finding in findings:
        click.echo(f"{'WRONG' if finding.wrong else 'ok   '} {finding.words}")
    faults = sum(finding.wrong for finding in findings)
    click.echo(f"{faults} of {len(findings)} points need a hand." if faults else "Nothing is wrong.")
    if faults:
        raise SystemExit(1)


def examine(instance: Path, now: datetime) -> Iterator[Finding]:
    """Every finding about the installation in `instance`, most basic first; stops where nothing further can be seen."""
    from tracker import create_app

    if not instance.is_dir() or not os.access(instance, os.W_OK):
        yield Finding(
            True, f"The folder {instance} is missing or cannot be written; create it for the user who serves."
        )
        return
    yield from room(instance)
    try:
        found = settings.load(instance)
        app = create_app(instance=instance)
    except settings.SettingsError as error:
        yield Finding(True, str(error))
        return
    yield Finding(False, f"All {len(found)} settings can be used.")
    yield from addresses(found)
    yield from secret(instance)
    with app.app_context():
        yield from memory(instance, now)


def room(folder: Path) -> Iterator[Finding]:
    """Free disk space where the installation keeps its files."""
    free = shutil.disk_usage(folder).free
    words = f"{free / ROOM:.1f} GiB are free where {folder} lies"
    yield Finding(free < ROOM, f"{words}; make room, 1 GiB is the least." if free < ROOM else f"{words}.")


def addresses(found: dict[str, object]) -> Iterator[Finding]:
    """Whether links will lead somewhere, and whether sources may reach into the own network."""
    base, host = str(found["BASE_URL"]), str(found["HOST"])
    if host not in LOOPBACK and urlsplit(base).hostname in LOOPBACK:
        yield Finding(
            True, f"The site listens on {host}, but its links say {base}; set TRACKER_BASE_URL to its public address."
        )
    if found["ALLOW_PRIVATE_NETWORKS"]:
        yield Finding(
            True,
            "TRACKER_ALLOW_PRIVATE_NETWORKS is on: whoever edits the sources can make the server ask its own network. "
            "Turn it off outside tests.",
        )


def secret(instance: Path) -> Iterator[Finding]:
    """Whether others on this machine can read the key that signs sessions."""
    path = instance / "secret"
    if not path.exists():
        return
    loose = stat.S_IMODE(path.stat().st_mode) & 0o077
    if loose:
        yield Finding(True, f"Other users can read {path}; run: chmod 600 {path}")
    else:
        yield Finding(False, "The signing key is readable by its owner only.")


def memory(instance: Path, now: datetime) -> Iterator[Finding]:
    """The database: reachable, in its newest form, on a disk it can lock; then what it knows of clock and sources."""
    try:
        condition = store.condition(deep=True)
    except store.Unreachable as error:
        yield Finding(True, str(error))
        return
    name = f"The database ({condition.engine} {condition.version})"
    if condition.damage:
        yield Finding(True, f"{name} is damaged: {condition.damage}. Stop the program and run `tracker restore FILE`.")
        return
    if condition.file is not None:
        if condition.file.parent != instance.resolve():
            yield from room(condition.file.parent)
        kind = file_system(condition.file)
        if kind in NETWORK:
            yield Finding(
                True, f"{condition.file} lies on a network share ({kind}), where locks fail; move it to a disk."
            )
    if condition.current != condition.newest:
        yield Finding(True, f"{name} is not in its newest form; `tracker serve` brings it there when it starts.")
        return
    yield Finding(False, f"{name} is reachable, sound and in its newest form.")
    yield from clock(condition.latest_seen, now)
    yield from listening(now)
    if not any(moderator.active for moderator in store.moderators.all()):
        yield Finding(True, "Nobody can approve public reports; add a moderator with `tracker moderator add NAME`.")


def file_system(path: Path) -> str:
    """The type of the file system that `path` lies on, as Linux names it; empty where that cannot be told."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(len(words[1]), words[2]) for words in mounts if path.resolve().is_relative_to(words[1])]
    return max(holding)[1] if holding else ""


def clock(latest: datetime | None, now: datetime) -> Iterator[Finding]:
    """Whether the clock has run backwards since the last report came in."""
    if latest is not None and latest > now + timedelta(minutes=1):
        yield Finding(
            True,
            f"The clock says {times.iso(now)}, but a report came in at {times.iso(latest)}; set the clock right "
            "(timedatectl set-ntp true).",
        )
    else:
        yield Finding(False, f"The clock says {times.iso(now)}, and nothing stored lies in its future.")


def listening(now: datetime) -> Iterator[Finding]:
    """Whether anybody is heard, and the fault of each source that is not."""
    states = [state for state in store.sources.states() if state.source.active]
    if not states:
        yield Finding(True, "There are no sources; `tracker serve` loads instance/sources.toml when it starts.")
        return
    silent = [state for state in states if not state.healthy(now)]
    words = f"{len(states) - len(silent)} of {len(states)} sources were heard lately"
    if len(silent) == len(states):
        yield Finding(True, f"{words}; is `tracker serve` running, and does this machine reach the network?")
    else:
        yield Finding(False, f"{words}.")
    for state in silent:
        if state.failures:
            yield Finding(True, f"Source {state.name} fails ({state.failures} in a row): {state.last_message}")
