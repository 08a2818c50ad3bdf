"""Scoring and explaining: the same counts as the contract's scorer, errors and failures by name."""

from datetime import UTC, datetime

import pytest

from tracker.domain import Report
from tracker.language import explain, extract
from tracker.language.quality import claim_row, folded, is_false_all_clear, report_of, score

ROW = {
    "id": "a", "lang": "uk", "published": "2025-11-12T10:00:00+02:00", "title": "", "text": "У Сумах немає світла.",
    "claims": [{"region": "UA-59", "service": "electricity", "kind": "outage", "place": "Sumy", "when": "2025-11-12"}],
}  # fmt: skip


def test_a_right_claim_is_a_hit_with_its_attributes():
    tally = score([ROW], extract).languages["uk"]
    assert (tally.precision, tally.recall, tally.f1) == (1, 1, 1)
    assert tally.attribute("when") == tally.attribute("place") == 1


def test_a_missed_claim_is_named():
    made = score([ROW], lambda report: ())
    assert made.languages["all"].recall == 0
    assert made.errors == ["missed a UA-59 electricity outage"]


def test_an_outage_in_an_empty_report_is_a_false_alarm_by_name():
    made = score([{**ROW, "claims": []}], extract)
    assert made.languages["all"].false_alarm_share == 1
    assert made.false_alarms == ["a UA-59 electricity outage"]


def test_an_optional_claim_neither_helps_nor_hurts():
    made = score([{**ROW, "claims": [], "optional": ROW["claims"]}], extract)
    assert made.errors == [] and made.languages["all"].counts["hit"] == 0


@pytest.mark.parametrize(
    ("place", "wrong"), [("Sumy", True), (None, True), ("Romny", False)], ids=["its place", "the region", "another"]
)
def test_an_all_clear_where_it_is_out_is_counted(place, wrong):
    claim = {"region": "UA-59", "service": "electricity", "kind": "restored", "place": place}
    assert is_false_all_clear(claim, ROW) is wrong


def test_places_are_compared_without_their_sort():
    assert folded("Nikopol district") == folded("Nikopol Raion") == "nikopol"


def test_a_row_that_lacks_its_id_is_refused_by_name():
    with pytest.raises(ValueError, match="lacks id"):
        report_of({"published": "2025-11-12", "text": "…"})


def test_a_claim_row_leaves_out_what_the_text_does_not_state():
    claim = extract(report_of({**ROW, "text": "Сумщина без світла з осені."}))[0]
    assert "customers" not in claim_row(claim)


def explained(text):
    return str(explain(Report("test", "1", datetime(2025, 11, 12, 8, tzinfo=UTC), "", text)))


def test_explain_shows_mentions_rule_and_evidence():
    told = explained("На Сумщині без світла лишилися 8,4 тис. абонентів.")
    for piece in (
        "“Сумщині” place: UA-59",
        "“без” state: lack",
        "number: 8400 customers",
        "by rule “lack”",
        "claims: 1",
    ):
        assert piece in told


def test_explain_names_the_cue_that_silenced_a_claim():
    told = explained("На Сумщині можливі відключення світла.")
    assert "silenced: possible: “можлив*”" in told and "claims: 0" in told


def test_explain_names_skipped_noise():
    assert "skipped, noise: “читайте також”" in explained("Читайте також: Сумщина без світла")
