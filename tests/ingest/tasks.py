"""Tasks for the cage that no decent parser would be; a child must be able to import them."""

import os
import time
from pathlib import Path

from tracker.ingest.errors import RefusedError


def spin(seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return "done"


def sleep():
    time.sleep(60)


def eat():
    kept = []
    while True:
        kept.append(bytearray(2**20))


def die():
    os.abort()


def recurse(depth=0):
    return recurse(depth + 1)


def refuse():
    raise RefusedError("Not this one.", status=418)


def write(path):
    Path(path).write_bytes(b"x" * 10)
