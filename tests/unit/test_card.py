"""The report card: every row against values worked out by hand on the example of two enlargements and a decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import isclose, log2
from typing import Any

import pytest

from simulator.counterfactual import card_ground
from simulator.counterfactual.abduction import explain_record
from simulator.counterfactual.card import Card, report_card
from simulator.counterfactual.card_ground import Ground
from simulator.counterfactual.card_worlds import Watcher
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.sampling import Drawn
from simulator.counterfactual.twin import Twin
from simulator.engine.reference import ReferenceEngine
from simulator.errors import ScenarioError
from simulator.noise import KeyedNoise
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_scenario, load_text
from tests.agree.worlds import CASE_1

# Only the statuses are known: the treaty is lost on 2000-01-26 and not before. A second treaty, of which the record is
# complete, keeps the silence about the first one from being evidence. M2, after the evidence, is a second decision.
QUIET = """treaties:
  quiet:
    title: A treaty that nobody leaves
    parties: {model: bilateral, of: [RUS, USA]}
    clauses: {entry_into_force: {rule: {exchange: true}}}
"""
MORE = """
  - {id: m2, date: 2000-06-01, kind: defence}
  - {id: rain, date: 2000-01-03, kind: weather, probability: 3/4}
  - {id: late, date: 2000-01-06, kind: notice, acts: [{act: notify_withdrawal, treaty: toy, party: USA}]}
rules:
"""
LAST = """
  - {id: ever, when: {status: toy, of: RUS, is: suspended}}
branches:
  - {id: no-fire, force: [{rule: re, trigger: e2, fires: false}]}
  - {id: fire, force: [{rule: re, trigger: e2, fires: true}]}
  - {id: fire-first, force: [{rule: re, trigger: e1, fires: true}]}
  - {id: no-rain, drop: [{event: rain}]}
  - {id: bare, drop: [{event: e1}, {event: e2}, {event: m}]}
  - {id: never, chance: {rm: "0"}, force: [{rule: re, trigger: e2, fires: true, delay_days: 7}]}
  - {id: twice, add: [{id: early, date: 2000-01-05, kind: notice, acts: [
      {act: notify_withdrawal, treaty: toy, party: USA}]}]}
  - {id: later, drop: [{event: e2}, {event: late}], move: [{event: m2, to: 2001-06-01}]}
  - {id: backwards, clauses: {toy: {entry_into_force: {delay: {days_after: 100}}}}}
"""
SEEN = """
observed:
  until: 2000-01-26
  complete: [quiet]
  statuses:
    - {date: 2000-01-25, status: toy, of: RUS, is: in_force}
    - {date: 2000-01-26, status: toy, of: RUS, is: suspended}
"""


@cache
def _toy() -> Loaded:
    text = CASE_1.replace("to: 2000-01-26", "to: 2003-01-26").replace("treaties:\n", QUIET).replace("\nrules:\n", MORE)
    text = text.replace("{id: lost,", "{id: lost, by: 2000-01-26,").replace("\nbranches:\n", LAST)
    return load_text(text + SEEN, "case")


@cache
def _twin(branch: str | None, name: str = "", work: int = 6_000) -> tuple[Loaded, Twin]:
    loaded = load_scenario(name) if name else _toy()
    factual, edited = compile_scenario(loaded), compile_scenario(loaded, branch=branch)
    history = _history(name)
    return loaded, Twin(factual, edited, history, work=work)


@cache
def _history(name: str) -> Any:
    loaded = load_scenario(name) if name else _toy()
    return explain_record(compile_scenario(loaded), loaded.scenario)


@cache
def _card(branch: str, outcome: str = "lost") -> Card:
    loaded, twin = _twin(branch)
    return report_card(loaded, twin, branch, outcome)


def _data(branch: str, row: str, outcome: str = "lost") -> Mapping[str, Any]:
    return _card(branch, outcome).row(row).data


def test_the_example_is_the_hand_worked_one() -> None:
    """Three explanations and P(record) = 301/1000, as without the additions: of the rain the record tells nothing."""
    _, twin = _twin("no-e2")
    assert twin.history.p_record == Fraction(301, 1000) and len(twin.history.explanations) == 3


def test_all_ten_criteria_are_there_and_are_plain_data() -> None:
    """Each row has a verdict and one sentence, and the card is JSON without a number that JSON lacks."""
    card = _card("no-e2")
    names = (
        "clarity cotenability rewrite theory statistics projectability proximity redirection conjunction competition"
    )
    assert [row.id for row in card.rows] == names.split()
    assert {row.verdict for row in card.rows} <= {"ok", "note", "warning"}
    assert all(row.sentence.endswith(".") and not row.sentence[0].islower() for row in card.rows)
    assert json.loads(json.dumps(card.as_json(), allow_nan=False)) == card.as_json()
    with pytest.raises(KeyError, match="the criteria are clarity"):
        card.row("beauty")


def test_clarity_names_the_edit_and_the_last_day() -> None:
    """The edit is a sentence and the outcome has a day; an outcome without a day of its own is noted."""
    row = _card("no-e2").row("clarity")
    assert (
        row.verdict == "ok" and row.data["edits"] == ["Event e2 does not happen."] and row.data["last"] == "2000-01-26"
    )
    assert _card("no-e2", "ever").row("clarity").verdict == "note"


def test_surprise_of_a_forced_decision() -> None:
    """By the rule's chance 0.51 and 1.74 bits; given the record E2 fired with probability 15/43."""
    for branch, own, given in (("no-fire", 7 / 10, 28 / 43), ("fire", 3 / 10, 15 / 43)):
        data = _data(branch, "rewrite")
        assert isclose(data["bits"], -log2(own)) and isclose(data["bits_given_record"], -log2(given))
        assert data["miracles"] == [] and data["forced"][0]["asked"] == 1
    assert "0.51 bits" in _card("no-fire").row("rewrite").sentence
    assert "1.74 bits" in _card("fire").row("rewrite").sentence


def test_what_the_record_rules_out_is_noted_not_refused() -> None:
    """E1 cannot have fired: forcing it has a chance by the rule, none given the record."""
    data, row = _data("fire-first", "rewrite"), _card("fire-first").row("cotenability")
    assert isclose(data["bits"], -log2(3 / 10)) and data["bits_given_record"] is None
    assert row.verdict == "note" and row.data["known_otherwise"] == ["re fires at e1"]


def test_a_dropped_event_is_a_miracle_unless_it_had_a_chance() -> None:
    """E2 is one miracle; an event of probability 3/4 costs two bits, and the record tells nothing about it."""
    assert _data("no-e2", "rewrite")["miracles"] == ["e2"] and _data("no-e2", "rewrite")["bits"] == 0
    rain = _data("no-rain", "rewrite")
    assert rain["miracles"] == [] and rain["bits"] == rain["bits_given_record"] == 2


def test_nothing_changes_before_the_edit_unless_a_clause_reaches_back() -> None:
    """A later entry into force rewrites 100 days of both parties and of the treaty before the period begins."""
    row = _card("no-e2").row("rewrite")
    assert row.data["status_days_before"] == 0 and row.data["antecedent"] == "2000-01-11"
    assert row.data["divergence"] == "2000-01-26" and row.verdict == "ok"
    late = _card("backwards").row("rewrite")
    assert late.verdict == "warning" and late.data["status_days_before"] == 3 * 100


def test_acts_that_the_edit_makes_illegal() -> None:
    """A notice that is given a day earlier already leaves the recorded one without effect in law."""
    row = _card("twice").row("cotenability")
    assert row.verdict == "warning" and [one["id"] for one in row.data["illegal_acts"]] == [
        "late/toy.USA.notify_withdrawal"
    ]
    assert _card("no-e2").row("cotenability").verdict == "ok"


def test_a_delay_that_the_rule_never_has_is_impossible() -> None:
    """The rule answers after 5 or 15 days, never after 7."""
    row = _card("never").row("cotenability")
    assert row.verdict == "warning" and row.data["impossible_decisions"] == ["re fires at e2"]


def test_theory_and_statistics() -> None:
    """Neither rule says why it holds; the record has its probability, and a barely allowed pattern is a warning."""
    assert _card("no-e2").row("theory").verdict == "warning" and set(_data("no-e2", "theory")["lacking"]) == {
        "re",
        "rm",
    }
    assert _data("no-e2", "statistics")["p_record"] == "301/1000"
    loaded, twin = _twin("no-e2")
    card = report_card(loaded, twin, "no-e2", "lost", runs=1, p_pattern=Number.of(Fraction(1, 2000)))
    assert card.row("statistics").verdict == "warning" and card.row("statistics").data["p_pattern"] == "1/2000"


def test_projectability_scores_each_rule() -> None:
    """RE had two occasions and fired on 15/43 of them, RM one and fired on 34/43."""
    rules = _data("no-e2", "projectability")["rules"]
    re, rm = rules["re"], rules["rm"]
    assert (re["occasions"], rm["occasions"]) == (2, 1)
    assert isclose(re["expected_given_record"], 15 / 43) and isclose(re["expected_by_chance"], 0.6)
    assert isclose(rm["expected_given_record"], 34 / 43)
    assert isclose(rm["brier"], (34 * 0.36 + 9 * 0.16) / 43)
    assert isclose(re["brier"], (0.09 + (28 * 0.09 + 15 * 0.49) / 43) / 2)


def test_anchoring() -> None:
    """Without E2 history has fixed 2 of 2 decisions; with nothing left but a later event it has fixed none."""
    near = _data("no-e2", "proximity")
    assert (near["fixed"], near["asked"], near["anchoring"]) == (2, 2, 1)
    assert (near["days"], near["firings"]) == (15, 1)
    far = _card("bare", "ever").row("proximity")
    assert far.verdict == "warning" and far.data["anchoring"] == Fraction(0) and "mostly model" in far.sentence


def test_the_reversion_curve() -> None:
    """34/43 by the last day; where M did not fire, M2 has a fresh chance of 2/5 within the next year."""
    by_then = Fraction(34, 43) + Fraction(9, 43) * Fraction(2, 5)
    curve = _data("no-e2", "redirection")["curve"]
    assert [(one["years"], one["p"]) for one in curve] == [(0, "34/43"), (1, str(by_then)), (2, str(by_then))]


def test_the_reversion_curve_counts_up_to_each_day() -> None:
    """M2 comes in the second year: it adds nothing to the first."""
    by_then = Fraction(34, 43) + Fraction(9, 43) * Fraction(2, 5)
    curve = _data("later", "redirection")["curve"]
    assert [(one["years"], one["p"]) for one in curve] == [(0, "34/43"), (1, "34/43"), (2, str(by_then))]


def test_drawn_numbers_say_so_and_hold_the_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is exact, the curve and the competing changes are shares with intervals around the truth."""
    monkeypatch.setattr(card_ground, "FEW", 0)
    loaded, _ = _twin("no-e2")
    factual, edited = compile_scenario(loaded), compile_scenario(loaded, branch="no-e2")
    card = report_card(loaded, Twin(factual, edited, _history(""), work=1), "no-e2", "lost", runs=100)
    curve, dropped = (card.row(name).data[key] for name, key in (("redirection", "curve"), ("competition", "dropped")))
    exact = {"e1": 1.0, "e2": 34 / 43, "m": 15 / 43}
    assert all(one["low"] <= exact[one["event"]] <= one["high"] for one in dropped if one["event"] in exact)
    assert [one["exact"] for one in curve] == [False] * 3 and curve[0]["runs"] == 100
    assert curve[1]["low"] <= 188 / 215 <= curve[1]["high"]


def test_the_chain_and_its_links() -> None:
    """Without E2 the outcome comes by M alone: 2/5 by the rule's chance, 34/43 given the record."""
    data = _data("no-e2", "conjunction")
    assert [(one["rule"], one["after"], one["p"], one["p_given_record"]) for one in data["links"]] == [
        ("rm", "m", "2/5", "34/43")
    ]
    assert (data["product"], data["product_given_record"]) == ("2/5", "34/43")
    assert _data("bare", "conjunction")["links"] == [] and _data("bare", "conjunction")["reached"] == 0


def test_competing_changes() -> None:
    """Dropping M alone would have done more than dropping E2; dropping E1 nothing."""
    row = _card("no-e2").row("competition")
    assert [(one["event"], one["p"]) for one in row.data["dropped"]] == [
        ("m", "15/43"),
        ("e2", "34/43"),
        ("e1", "1"),
        ("late", "1"),
    ]
    assert row.verdict == "note" and _card("no-m").row("competition").verdict == "ok" and row.data["baseline"] == "1"


def test_a_world_that_is_not_run_again_is_the_same_world() -> None:
    """Worlds whose decisions fall alike are run once; each is what the engine gives for its own noise."""
    loaded, twin = _twin("no-e2")
    ground = Ground(loaded, twin, "no-e2", "ever", runs=40, given=None, p_pattern=None)
    watcher, engine = Watcher(twin.edited, twin.source, twin.seed), ReferenceEngine(twin.edited)
    traces = set()
    for number, path in enumerate(ground.chosen(40)):
        found = watcher.run(path, number)
        plain = engine.run(Drawn(path, twin.source, KeyedNoise(twin.seed, number)))
        assert found.trace.as_json() == plain.as_json() and found.path is path
        traces.add(id(found.trace))
    assert 1 < len(traces) < 40


def test_unknown_names_are_refused() -> None:
    """An unknown outcome or branch, and a card without worlds."""
    loaded, twin = _twin("no-e2")
    with pytest.raises(ScenarioError, match="did you mean"):
        report_card(loaded, twin, "no-e2", "lots")
    with pytest.raises(ScenarioError, match="no branch"):
        report_card(loaded, twin, "no-e7", "lost")
    with pytest.raises(ValueError, match="at least one world"):
        report_card(loaded, twin, "no-e2", "lost", runs=0)


def test_the_card_of_a_shipped_scenario() -> None:
    """On the CFE Treaty: tagged rules, one miracle, a curve that never falls, chains no likelier than their links."""
    loaded, twin = _twin("no-2004", "cfe-endgame", work=50)
    card = report_card(loaded, twin, "no-2004", "countermeasures", runs=20)
    assert card.row("theory").verdict == "ok" and card.row("rewrite").data["miracles"] == ["enlargement-2004"]
    assert card.row("rewrite").data["status_days_before"] == 0
    curve = [one["value"] for one in card.row("redirection").data["curve"]]
    assert len(curve) == 5 and curve == sorted(curve)
    chain = card.row("conjunction").data
    assert len(chain["links"]) >= 2
    assert Fraction(chain["product_given_record"]) <= min(Fraction(one["p_given_record"]) for one in chain["links"])
    dropped = card.row("competition").data["dropped"]
    assert {"enlargement-2004", "us-bases-romania"} <= {one["event"] for one in dropped}
    assert json.dumps(card.as_json(), allow_nan=False)


PAIR = """schema: 1
id: pair
title: Pair
period: {from: 2000-01-01, to: 2001-01-01}
record: {treaties: [cfe]}
events:
  - {id: stop, date: 2000-06-01, kind: other, acts: [
      {act: adopt_countermeasure, treaty: cfe, party: USA, toward: RUS}]}
rules:
  - {id: never, actor: RUS, trigger: {kind: other}, chance: 1/2, do: {act: notify_suspension, treaty: cfe}}
outcomes:
  - {id: lost, when: {status: cfe, of: RUS, is: suspended}}
observed: {complete: []}
branches:
  - {id: without, drop: [{event: stop}], off: [never]}
  - {id: off, off: [never]}
"""


def test_what_one_state_holds_against_another_counts_as_a_change() -> None:
    """No status differs where a countermeasure between two parties falls away; the worlds part all the same."""
    loaded = load_text(PAIR, "pair")
    factual = compile_scenario(loaded)
    history = explain_record(factual, loaded.scenario)
    cards = {}
    for branch in ("without", "off"):
        twin = Twin(factual, compile_scenario(loaded, branch=branch), history)
        cards[branch] = report_card(loaded, twin, branch, "lost", runs=4).row("rewrite")
    assert cards["without"].data["divergence"] == "2000-06-01"
    assert cards["without"].sentence.startswith("The worlds part on 2000-06-01; it takes 2 edits and 1 miracle")
    assert "gives it no chance to fail: stop" in cards["without"].sentence
    same = "In the compared worlds no status differs, nor what one State holds against another"
    first = cards["off"].data["divergence"]
    assert cards["off"].sentence.startswith(same if first is None else f"The worlds part on {first}")
