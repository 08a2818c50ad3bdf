"""How fast stories are told: the fold beside the plainest loop over the same claims, and one cell's status.

.venv/bin/python tests/benchmarks/bench_fold.py [claims]
"""

import random
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import make

from tracker import incidents
from tracker.domain import Claim, Kind, Service, Standing, Testimony

CELL = ("UA-63", Service.ELECTRICITY)
CELLS = 135
KINDS = (*[Kind.OUTAGE] * 5, *[Kind.PARTLY_RESTORED] * 2, *[Kind.RESTORED] * 3)
PLACES = (None, None, None, "Izium", "Chuhuiv", "Balakliia")
VOICES = [(f"source-{number}", Standing(2 + number % 3)) for number in range(12)]


def stories(count):
    """`count` claims over three years, spread over the cells of the board."""
    rnd = random.Random(1)
    start = make.moment("2022-10-01")
    cells = [[] for _ in range(CELLS)]
    for number in range(count):
        at = start + timedelta(minutes=rnd.randrange(60 * 24 * 1100))
        source, standing = rnd.choice(VOICES)
        claim = Claim(*CELL, rnd.choice(KINDS), "without light", place=rnd.choice(PLACES))
        cells[number % CELLS].append(Testimony(claim, f"k{number}", f"r{number}", source, standing, source, at, at, at))
    return cells, start + timedelta(days=1000)


def plain(words):
    """The least that a fold must do: order the claims and cut them where the kind changes."""
    spans, now = [], None
    for word in sorted(words, key=lambda word: (word.effective, word.key)):
        kind = word.claim.kind
        if now is not None and now[0] is kind:
            now[2] += 1
        else:
            now = [kind, word.effective, 1]
            spans.append(now)
    return spans


def rate(tell, cells, count):
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        told = [tell(words) for words in cells]
        best = min(best, time.process_time() - begun)
    return count / best, told


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    cells, at = stories(count)
    bare, _ = rate(plain, cells, count)
    ours, told = rate(lambda words: incidents.fold(words, region=CELL[0]), cells, count)
    begun = time.process_time()
    for folded in told:
        incidents.status(folded, *CELL, at, True)
    status = (time.process_time() - begun) / CELLS
    print(
        f"plain loop {bare:,.0f} claims/s; fold {ours:,.0f} claims/s ({ours / bare:.2f}); status {status * 1e6:,.0f} µs"
    )


if __name__ == "__main__":
    main()
