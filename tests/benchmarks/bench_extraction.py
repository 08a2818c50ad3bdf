"""How many reports a second `extract` reads on one core, beside the least that any reader must do.

    python tests/benchmarks/bench_extraction.py [REPORTS]

The limit, measured in the same run: decode the record, split it into sentences, one pass of an Aho-Corasick automaton
over the place names. Figures are per CPU second. Goals: 300 reports a second of 300 words, 0.2 of the limit, cost
linear in length (a text ten times as long in at most twelve times the time).
"""

import json
import random
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import ahocorasick_rs

from tracker.domain import Report

PUBLISHED = datetime(2025, 11, 8, 16, 0, tzinfo=UTC)
SENTENCE = re.compile(r"[.!?…][»”\")]*\s+|\n+")
CASES = Path(__file__).parent.parent / "language" / "cases"
FILLER = {
    "en": "The council met in the morning and spoke about the roads, the schools and the harvest of the year.",
    "uk": "Рада зібралася вранці й говорила про дороги, школи та цьогорічний урожай.",
    "ru": "Совет собрался утром и говорил о дорогах, школах и урожае этого года.",
}


def sentences(language):
    """Sentences of the language tests, so that the texts speak of outages in every construction that we know."""
    import tomllib

    rows = tomllib.loads((CASES / f"{language}.toml").read_text("utf-8"))["row"]
    return [row["text"] for row in rows]


def corpus(count):
    """Reports of about 300 words, in the three languages by turns, half of their sentences about something else."""
    chance = random.Random(7)
    pools = {language: sentences(language) for language in FILLER}
    out = []
    for number in range(count):
        language = ("en", "uk", "ru")[number % 3]
        parts, words = [], 0
        while words < 300:
            part = chance.choice(pools[language]) if chance.random() < 0.5 else FILLER[language]
            parts.append(part)
            words += len(part.split())
        out.append(json.dumps({"title": parts[0][:80], "text": "\n".join(parts)}).encode())
    return out


def names():
    """Place names of the table that ships with the program."""
    import csv

    with (Path(__file__).parents[2] / "tracker/language/words/places.csv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    return sorted({cell.lower() for row in rows for cell in row if len(cell) > 3 and cell[0].isalpha()})[:2048]


def rate(work, records):
    """Records a CPU second, the better of two rounds."""
    best = 0.0
    for _ in range(2):
        start = time.process_time()
        for record in records:
            work(record)
        best = max(best, len(records) / (time.process_time() - start))
    return best


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    records = corpus(count)
    automaton = ahocorasick_rs.AhoCorasick(names(), matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST)

    def limit(record):
        text = json.loads(record)["text"]
        sum(1 for _ in SENTENCE.finditer(text))
        automaton.find_matches_as_indexes(text)

    start = time.process_time()
    from tracker.language import extract

    extract(Report("", "", PUBLISHED, "Світло зникло в Сумах", ""))
    ready = time.process_time() - start

    def ours(record):
        row = json.loads(record)
        extract(Report("", "", PUBLISHED, row["title"], row["text"]))

    for record in records[:20]:
        ours(record)
    top, speed = rate(limit, records), rate(ours, records)
    text = json.loads(records[1])["text"]
    once, tenfold = (
        1 / rate(lambda r: extract(Report("", "", PUBLISHED, "", r)), [text * times] * (20 // times + 2))
        for times in (1, 10)
    )
    print(f"limit    {top:8.0f} reports/s")
    print(f"extract  {speed:8.0f} reports/s   {speed / top:.3f} of the limit (goal 0.2; at least 300 a second)")
    print(f"ready in {ready:8.2f} s with all imports (goal 0.5)")
    print(f"a text ten times as long takes {tenfold / once:.1f} times the time (goal: at most 12)")


if __name__ == "__main__":
    main()
