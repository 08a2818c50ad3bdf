"""`tracker extract`, `explain` and `evaluate`: the language layer from the command line, without any database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import IO, Any

import click
from tqdm import tqdm

from tracker.language import explain, extract, guess_language, shortened, unread
from tracker.language.quality import ATTRIBUTES, Score, Tally, claim_row, report_of, score


def register(group: click.Group) -> None:
    """Adds this module's commands to `group`."""
    for command in (extract_command, explain_command, evaluate_command):
        group.add_command(command)


class Lines:
    """JSON Lines of reports; a bad line is told on standard error with its number, and the rest goes on."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.stream = stream
        self.name = name
        self.bad = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(self.stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8"))
                if not isinstance(row, dict):
                    raise ValueError("is no JSON object")
                report_of(row)
            except (ValueError, RecursionError) as error:
                self.bad += 1
                click.echo(f"{self.name}, line {number}: {_reason(error)}", err=True)
                continue
            yield row


def _name(file: IO[bytes]) -> str:
    """What a file is called in messages."""
    return str(getattr(file, "name", "standard input"))


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is no JSON ({error.msg})"
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8"
    return str(error) or "cannot be read"


@click.command("extract")
@click.argument("file", type=click.File("rb"), default="-")
def extract_command(file: IO[bytes]) -> None:
    """Claims of the reports in FILE (JSON Lines: id, published, title, text, optional lang), as JSON Lines.

    A report of more than 200,000 characters is read up to there; `unread` says how many were left out.
    """
    lines = Lines(file, _name(file))
    for row in lines:
        report = report_of(row)
        claims = [claim_row(claim) for claim in extract(report)]
        language = report.language or guess_language(report.whole)
        rest = unread(report.whole)
        more = {"unread": rest} if rest else {}
        click.echo(json.dumps({"id": row["id"], "lang": language, "claims": claims, **more}, ensure_ascii=False))
    if lines.bad:
        sys.exit(1)


@click.command("explain")
@click.argument("file", type=click.File("rb"), default="-")
def explain_command(file: IO[bytes]) -> None:
    """The whole reasoning for each report in FILE: mentions, cues that silenced them, the rule behind each claim."""
    lines = Lines(file, _name(file))
    for row in lines:
        click.echo(f"=== {row['id']}")
        click.echo(str(explain(report_of(row))))
    if lines.bad:
        sys.exit(1)


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.File("rb"))
@click.option("--errors", is_flag=True, help="Also name every claim that was missed or made up.")
def evaluate_command(gold: tuple[IO[bytes], ...], errors: bool) -> None:
    """Scores the rules on labelled reports GOLD…, by language, kind and service."""
    rows: list[dict[str, Any]] = []
    bad = 0
    for file in gold:
        lines = Lines(file, _name(file))
        for row in lines:
            if isinstance(row.get("claims"), list):
                rows.append({"lang": "?", **row})
                whole = report_of(row).whole
                if unread(whole):
                    click.echo(f"{_name(file)}: {row['id']} is {shortened(whole)}", err=True)
            else:
                bad += 1
                click.echo(f"{_name(file)}: {row['id']} has no list of claims", err=True)
        bad += lines.bad
    shown = tqdm(rows, unit=" reports", disable=not sys.stderr.isatty(), file=sys.stderr, leave=False)
    _show(score(shown, extract), errors)
    if bad:
        sys.exit(1)


def _show(made: Score, errors: bool) -> None:
    """The tables of `tracker evaluate`, then the failures that hurt people, by name."""
    click.echo(f"{'language':14} {'reports':>7} {'P':>6} {'R':>6} {'F1':>6} {'exact':>6}  when   customers place")
    for name in sorted(made.languages, key=lambda one: (one == "all", one)):
        tally = made.languages[name]
        shares = "  ".join(f"{tally.attribute(a):.3f}" for a in ATTRIBUTES)
        exact = tally.counts["exact"] / tally.counts["reports"]
        click.echo(f"{name:14} {tally.counts['reports']:7} {_figures(tally)} {exact:6.3f}  {shares}")
    for title, table in (("kind", made.kinds), ("service", made.services)):
        click.echo(f"\n{title:14} {'claims':>7} {'P':>6} {'R':>6} {'F1':>6}")
        for name, tally in table.items():
            click.echo(f"{name:15} {tally.counts['hit'] + tally.counts['miss']:6} {_figures(tally)}")
    every = made.languages.get("all", Tally()).counts
    click.echo(f"\nfalse all-clears: {len(made.false_all_clears)}")
    click.echo("".join(f"  {line}\n" for line in made.false_all_clears), nl=False)
    click.echo(f"false alarms: {every['false_alarm']} of {every['empty']} reports without a claim")
    click.echo("".join(f"  {line}\n" for line in made.false_alarms), nl=False)
    if errors:
        click.echo("\nerrors:")
        click.echo("".join(f"  {line}\n" for line in made.errors), nl=False)


def _figures(tally: Tally) -> str:
    return f"{tally.precision:6.3f} {tally.recall:6.3f} {tally.f1:6.3f}"
