"""The ratchet: labelled reports are scored whole, and no figure may fall below the floor kept in floors.toml.

Raise a floor when a change has lifted its figure; never lower one. A false all-clear fails at once.
"""

import json
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tracker.language import extract
from tracker.language.quality import ATTRIBUTES, score

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
SETS = sorted({path.name.split(".")[0] for path in (HERE / "corpus").glob("*.jsonl")})


@cache
def scored(name):
    rows = []
    for path in sorted((HERE / "corpus").glob(f"{name}.*.jsonl")):
        rows += [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return score(rows, extract)


def figures(tally):
    shares = {name: tally.attribute(name) for name in ATTRIBUTES}
    return {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1, **shares}


@pytest.mark.parametrize("name", SETS)
def test_every_set_has_floors(name):
    assert name in FLOORS


@pytest.mark.parametrize(("name", "group"), [(name, group) for name in FLOORS for group in FLOORS[name]])
def test_no_figure_falls_below_its_floor(name, group):
    now = figures(scored(name).languages[group])
    fallen = {key: (round(now[key], 3), floor) for key, floor in FLOORS[name][group].items() if now[key] < floor}
    assert not fallen, f"{name} {group}: (now, floor) {fallen}"


@pytest.mark.parametrize("name", SETS)
def test_no_false_all_clear(name):
    assert scored(name).false_all_clears == []


@pytest.mark.parametrize("name", SETS)
def test_few_empty_reports_raise_an_alarm(name):
    made = scored(name)
    assert made.languages["all"].false_alarm_share <= 0.03, made.false_alarms
