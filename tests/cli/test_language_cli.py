"""`tracker extract`, `explain` and `evaluate`: lines in, lines out, bad ones by number, no database."""

import json

from click.testing import CliRunner

from tracker.cli import main

GOOD = {"id": "a", "published": "2025-11-12T10:00:00+02:00", "title": "", "text": "У Сумах немає світла."}


def run(command, *lines, options=()):
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return CliRunner().invoke(main, [command, *options, "-"], input=text)


def test_extract_gives_a_line_of_claims_for_each_report():
    result = run("extract", GOOD, {**GOOD, "id": "b", "text": "Нічого."})
    assert result.exit_code == 0
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], first["lang"], second["claims"]) == ("a", "uk", [])
    claim = first["claims"][0]
    assert (claim["region"], claim["place"], claim["evidence"]) == ("UA-59", "Sumy", "У Сумах немає світла.")


def test_a_bad_line_is_told_with_its_number_and_the_rest_goes_on():
    result = run("extract", GOOD, "{no", [1], {"id": "c"}, {**GOOD, "published": "soon"}, {**GOOD, "id": "z"})
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "z"]
    for number in (2, 3, 4, 5):
        assert f"line {number}:" in result.stderr


def test_explain_tells_the_reasoning():
    result = run("explain", GOOD)
    assert result.exit_code == 0
    assert "=== a" in result.stdout and "rule “lack”" in result.stdout


def test_evaluate_prints_tables_and_names_the_failures():
    wanted = [{"region": "UA-59", "service": "electricity", "kind": "outage", "place": "Sumy"}]
    result = run("evaluate", {**GOOD, "lang": "uk", "claims": wanted}, {**GOOD, "id": "b", "lang": "uk", "claims": []})
    assert result.exit_code == 0
    assert "false all-clears: 0" in result.stdout
    assert "false alarms: 1 of 1 reports without a claim\n  b UA-59 electricity outage" in result.stdout


def test_evaluate_lists_errors_on_request_and_refuses_rows_without_gold():
    result = run("evaluate", {**GOOD, "lang": "uk", "claims": []}, GOOD, options=["--errors"])
    assert result.exit_code == 1
    assert "made up a UA-59 electricity outage" in result.stdout
    assert "a has no list of claims" in result.stderr


LONG = {**GOOD, "id": "long", "text": GOOD["text"] + "\n" + "й" * 200_000}


def test_a_report_that_was_not_read_to_its_end_is_marked():
    row = json.loads(run("extract", LONG).stdout)
    assert row["unread"] > 0 and row["claims"]
    assert "unread" not in json.loads(run("extract", GOOD).stdout)
    said = "cut: only the first 200,000 of"
    assert said in run("explain", LONG).stdout and said not in run("explain", GOOD).stdout
    assert f"long is {said}" in run("evaluate", {**LONG, "claims": []}).stderr


def test_explain_names_every_language_of_a_mixed_report():
    mixed = {**GOOD, "text": "У Сумах зникло світло.\n\nГубернатор: «Энергетики выехали, объявлены отключения»."}
    assert "language: ru, in places uk" in run("explain", mixed).stdout
