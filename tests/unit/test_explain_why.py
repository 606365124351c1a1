"""Why something happened and why not: causes back to roots, what blocked it, and changes that a run confirms."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from simulator.engine.reference import ReferenceEngine
from simulator.errors import ScenarioError
from simulator.explain.changes import Change, Verified
from simulator.explain.occasions import Setting, Verdict, lacking
from simulator.explain.query import Query, read_query
from simulator.explain.routes import routes
from simulator.explain.why import Why, why
from simulator.explain.whynot import WhyNot, why_not
from simulator.scenario.compile import compile_scenario
from simulator.scenario.conditions import All, AnyOf, AtLeast, Happened, Not
from simulator.scenario.load import load_scenario, load_text

TOY = """\
schema: 1
id: toy
title: A toy treaty
period: {from: 2000-01-01, to: 2010-12-31}
parties:
  own: {AAA: {name: A}, BBB: {name: B}, CCC: {name: C}}
  blocs: {trio: [AAA, BBB, CCC]}
variables: {tension: {start: 0, min: 0, max: 10}}
treaties:
  toy:
    id: toy
    title: Toy treaty
    clauses:
      entry_into_force: {rule: {count: 2}, delay: {days_after: 10}, article: '1'}
      withdrawal: {notice: {months: 6}, article: '2'}
events:
  - {id: founding, date: 2000-02-01, kind: meeting, actors: [AAA, BBB, CCC], acts: [{act: sign, treaty: toy}]}
  - {id: deposits, date: 2000-03-01, kind: meeting, actors: [AAA, BBB], acts: [{act: deposit, treaty: toy}]}
  - {id: quarrel, date: 2004-05-01, kind: crisis, set: {tension: {add: 3}}}
  - {id: summit, date: 2006-01-01, kind: meeting}
rules:
  - id: leave
    actor: AAA
    trigger: {event: quarrel}
    when: {all: [{status: toy, of: AAA, is: in_force}, {variable: tension, at_least: LEVEL}]}
    chance: CHANCE
    after: {days: 30}
    do: {act: notify_withdrawal, treaty: toy}
    theory: A State leaves when tension is high.
outcomes:
  - {id: aaa-out, when: {status: toy, of: AAA, is: withdrawn}}
  - id: both
    when: {all: [{status: toy, of: AAA, is: withdrawn}, {happened: summit}]}
  - {id: all-in, when: {count: toy, is: in_force, at_least: 3}}
branches:
  - {id: calm, drop: [{event: quarrel}]}
"""


def setting(*, level: int = 3, chance: str = "1", **more: Any) -> Setting:
    """The toy world, simulated with seed 1 unless said otherwise."""
    loaded = load_text(TOY.replace("LEVEL", str(level)).replace("CHANCE", chance), "toy.yaml")
    return Setting(loaded, **({"mode": "simulate"} | more))


def query(where: Setting, text: str) -> Query:
    return read_query(text, where.loaded, where.program().names)


def asked(where: Setting, text: str) -> Why:
    return why(where, query(where, text))


def asked_not(where: Setting, text: str) -> WhyNot:
    return why_not(where, query(where, text))


def sentences(one: Verified) -> str:
    return " ".join(one.change.sentences())


def holds_in_the_file(where: Setting, text: str, change: Change) -> bool:
    """Whether the outcome holds when the change is written into the file as a branch, without any of our own code."""
    data = copy.deepcopy(where.loaded.data)
    data.setdefault("branches", []).append(change.as_json()["branch"])
    data.setdefault("outcomes", []).append(
        {"id": "it", "when": query(where, text).when.model_dump(by_alias=True, mode="json", exclude_none=True)}
    )
    loaded = load_text(json.dumps(data, default=str), "edited.yaml")
    program = compile_scenario(loaded, mode=where.mode, branch="enabled")
    return ReferenceEngine(program).run(seed=where.seed).outcomes["it"].value


# --- questions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("aaa-out", "AAA is withdrawn from toy"),
        ("toy.AAA=in_force", "AAA is bound by toy"),
        ("toy=in_force", "toy is in force"),
        ("toy.AAA.notify_withdrawal", "AAA has notified withdrawal from toy"),
        ("toy.AAA=suspended@2005-01-01", "AAA is suspended under toy"),
    ],
)
def test_questions_are_understood(text: str, clause: str) -> None:
    """Every form of the small grammar becomes a condition, and its words say what is asked."""
    found = query(setting(), text)
    assert found.clause == clause
    assert (str(found.on) if found.on else "") == text.partition("@")[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aaa-uot", ["no outcome of toy", "did you mean 'aaa-out'"]),
        ("tpy=in_force", ["unknown treaty 'tpy'", "did you mean 'toy'"]),
        ("toy.AAB=in_force", ["unknown party 'AAB'", "did you mean"]),
        ("toy.AAA=suspendet", ["unknown status", "did you mean 'suspended'"]),
        ("toy=suspended", ["status of a treaty", "suspended_as_whole"]),
        ("toy.AAA.withdrawal_effective", ["an effect and no act", "toy.AAA=withdrawn"]),
        ("toy.AAA.notify_withdraw", ["unknown act", "notify_withdrawal"]),
        ("toy.AAA=suspended@2005-13-01", ["no day of the calendar", "YYYY-MM-DD"]),
        ("toy.AAA=suspended@1980-01-01", ["outside the period", "2000-01-01 to 2010-12-31"]),
        ("toy.AAA", ["is not understood", "an outcome id"]),
    ],
)
def test_questions_that_cannot_be_asked_say_why(text: str, words: list[str]) -> None:
    """A misspelt question names what is wrong and the nearest name or the forms that there are."""
    with pytest.raises(ScenarioError) as caught:
        query(setting(), text)
    assert all(word in str(caught.value) for word in words), str(caught.value)


# --- conditions --------------------------------------------------------------------------------------------------------


def verdict(condition: Any, *truths: bool) -> Verdict:
    parts = tuple(Verdict(leaf, truth) for leaf, truth in zip(LEAVES, truths, strict=False))
    holds = {All: all(truths), AnyOf: any(truths), Not: not truths[0], AtLeast: sum(truths) >= 2}[type(condition)]
    return Verdict(condition, holds, parts)


LEAVES = [Happened(happened=name) for name in ("one", "two", "three")]


def test_the_smallest_sets_of_parts_that_would_have_to_change() -> None:
    """A conjunction needs all that failed, a disjunction any, a threshold as many as it is short of."""
    both, either = All(all=tuple(LEAVES[:2])), AnyOf(any=tuple(LEAVES[:2]))
    two = AtLeast.model_validate({"at_least": {"n": 2, "of": [{"happened": one.happened} for one in LEAVES]}})
    assert lacking(verdict(both, True, True)) == [()]
    assert lacking(verdict(both, False, True)) == [((LEAVES[0], True),)]
    assert lacking(verdict(both, False, False)) == [((LEAVES[0], True), (LEAVES[1], True))]
    assert lacking(verdict(either, False, False)) == [((LEAVES[0], True),), ((LEAVES[1], True),)]
    assert lacking(verdict(either, True, False), want=False) == [((LEAVES[0], False),)]
    assert lacking(verdict(two, True, False, False)) == [((LEAVES[1], True),), ((LEAVES[2], True),)]
    assert lacking(verdict(two, True, True, False), want=False) == [((LEAVES[0], False),), ((LEAVES[1], False),)]
    assert lacking(verdict(Not.model_validate({"not": {"happened": "one"}}), True)) == [((LEAVES[0], False),)]


def test_ways_of_the_law_come_from_the_lifecycle_tables() -> None:
    """A way names its acts in legal order, the rows of the table, and what the acts alone do not bring about."""
    (leave,) = routes("party", "suspended", ["withdrawn"])[:1]
    assert (leave.acts, leave.moves) == (("notify_withdrawal",), ("P19",))
    joins = {one.acts: one for one in routes("party", "non_party", ["in_force"])}
    assert joins[("sign", "deposit")].follows == ("the treaty is in force",)
    assert ("succeed",) not in joins
    assert ("succeed",) in {one.acts for one in routes("party", "non_party", ["in_force"], succession=True)}


# --- why ---------------------------------------------------------------------------------------------------------------


def test_a_withdrawal_goes_back_to_the_rule_and_to_what_set_it_off() -> None:
    """The chain runs from the effect to the notice, the decision and the event; each step says what it rests on."""
    found = asked(setting(), "aaa-out")
    (part,) = found.parts
    assert [link.step.act for link in part.chain] == ["withdrawal_effective", "notify_withdrawal", "leave", "crisis"]
    decision = part.chain[2]
    assert decision.theory == "A State leaves when tension is high."
    assert {need.text for need in decision.needs} == {"AAA is bound by toy", "tension is at least 3"}
    bound = next(need for need in decision.needs if "bound" in need.text)
    assert [link.step.act for link in bound.chain] == ["enter_into_force", "enter_into_force", "threshold_met"]
    deposits = bound.chain[-1].group
    assert deposits is not None
    assert [one.party for one in deposits.steps] == ["AAA", "BBB"]
    assert part.chain[-1].root == "event quarrel"


def test_each_part_of_a_composed_outcome_is_explained() -> None:
    """A conjunction has one part for each condition, with its own causes."""
    found = asked(setting(), "both")
    assert [(part.text, part.chain[0].step.act) for part in found.parts] == [
        ("AAA is withdrawn from toy", "withdrawal_effective"),
        ("summit has happened", "meeting"),
    ]


def test_the_day_of_a_question_counts() -> None:
    """A status on one day is explained by the step that led to it, not by a later one; before it, the answer is no."""
    where = setting()
    assert asked(where, "toy.AAA=in_force@2003-01-01").parts[0].chain[0].step.act == "enter_into_force"
    assert not asked(where, "toy.AAA=withdrawn@2003-01-01").holds
    assert asked(where, "toy.AAA=withdrawn@2009-01-01").day is not None


def test_the_suspension_of_2007_rests_on_the_disputed_notice() -> None:
    """The record: the notice of July 2007, its legal basis, the disputed question, and the deposits before it."""
    where = Setting(load_scenario("cfe-endgame"))
    found = asked(where, "cfe.RUS=suspended")
    effect, notice = found.parts[0].chain
    assert effect.step.move == "P22"
    assert notice.step.id == "cfe.RUS.notify_suspension.2007-07-14"
    assert "VCLT 57-62; 65" in notice.step.basis
    assert notice.question == "D1"
    assert notice.root == "recorded act cfe.RUS.notify_suspension.2007-07-14"
    (need,) = notice.needs
    assert need.chain[-1].group is not None
    assert len(need.chain[-1].group.steps) == 29
    row = found.as_json()["parts"][0]["chain"][1]
    assert row["date"] == "2007-07-14"
    assert row["disputed"]["id"] == "D1"


# --- why not -----------------------------------------------------------------------------------------------------------


def test_what_happened_has_no_why_not() -> None:
    """The two questions agree on whether a thing happened, and on the day."""
    where = setting()
    one, other = asked(where, "aaa-out"), asked_not(where, "aaa-out")
    assert one.holds and other.holds
    assert one.day == other.day
    assert not other.tried.runs


def test_chance_that_said_no_is_named_and_forcing_it_is_enough() -> None:
    """A rule with chance 0 was asked once; firing it by hand at that event is a change of one part."""
    where = setting(chance="0")
    found = asked_not(where, "aaa-out")
    (report,) = found.rules
    (asking,) = report.askings
    assert (asking.answer, str(asking.occasion.p)) == ("chance", "0")
    assert "Rule leave fires at quarrel." in [sentences(one) for one in found.tried.verified]


def test_the_part_of_the_condition_that_failed_is_named() -> None:
    """The blocked part is said in words; making it true is enough, and each part of that change is needed."""
    where = setting(level=5)
    found = asked_not(where, "aaa-out")
    assert found.rules[0].askings[0].blocked == ("tension is not at least 5",)
    through_the_rule = [one for one in found.tried.verified if "assumption" in repr(one) and "tension" in repr(one)]
    assert through_the_rule
    assert all(one.minimal for one in found.tried.verified)


def test_a_rule_that_nothing_set_off_is_said_to_wait() -> None:
    """In a world without the quarrel the rule was never asked."""
    found = asked_not(setting(branch="calm"), "aaa-out")
    assert [(one.rule.id, one.state) for one in found.rules] == [("leave", "never asked")]


def test_an_act_due_after_the_horizon_is_under_way() -> None:
    """A notice that was given in time takes effect too late; the pending effect is shown."""
    found = asked_not(setting(until=731_800), "aaa-out")
    assert found.rules[0].askings[0].answer == "done"
    assert [kind for kind, _, _ in found.lacks[0].pending] == ["withdrawal"]


def test_what_was_so_and_ended_is_kept_by_dropping_what_ended_it() -> None:
    """Had the rule not fired, the party would still be bound on the last day."""
    found = asked_not(setting(), "toy.AAA=in_force@2010-01-01")
    assert "Rule leave does not fire at quarrel." in [sentences(one) for one in found.tried.verified]


def test_a_count_says_who_is_missing() -> None:
    """Three parties are asked for and two are there: the third has signed and not deposited."""
    found = asked_not(setting(branch="calm"), "all-in")
    (lack,) = found.lacks
    assert (lack.parties, lack.status) == (("CCC",), "signed")
    assert any("CCC deposits its instrument for toy" in sentences(one) for one in found.tried.verified)


def test_too_many_are_fewer_if_some_do_not_act() -> None:
    """Where nobody should be out, the act of the rule is what must not be done."""
    text = TOY.replace(
        "  - {id: all-in,",
        "  - {id: none-out, when: {count: toy, is: withdrawn, at_most: 0}, on: 2010-01-01}\n  - {id: all-in,",
    )
    where = Setting(load_text(text.replace("LEVEL", "3").replace("CHANCE", "1"), "toy.yaml"), mode="simulate")
    found = asked_not(where, "none-out")
    assert found.lacks[0].text.endswith(": 1 (AAA)")
    assert [sentences(one) for one in found.tried.verified] == ["Rule leave does not fire at quarrel."]


def test_any_member_of_a_bloc_may_do_the_act() -> None:
    """An act that nobody of a bloc did is proposed for each of its members."""
    text = TOY.replace(
        "  - {id: all-in,",
        "  - {id: left, when: {happened: {act: notify_withdrawal, treaty: toy, of: trio}}}\n  - {id: all-in,",
    )
    where = Setting(load_text(text.replace("LEVEL", "3").replace("CHANCE", "0"), "toy.yaml"))
    found = asked_not(where, "left")
    assert [one.party for one in found.lacks[0].wanted] == ["AAA", "BBB", "CCC"]
    assert len(found.tried.verified) == 2
    assert "of CCC" in found.tried.failed[0].reason


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("aaa-out", {"chance": "0"}),
        ("aaa-out", {"level": 5}),
        ("aaa-out", {"mode": "replay"}),
        ("all-in", {}),
        ("toy.BBB=suspended", {}),
        ("toy.CCC.deposit", {"mode": "replay"}),
        ("toy=suspended_as_whole", {"mode": "replay"}),
    ],
)
def test_every_change_that_is_offered_works_when_it_is_written_into_the_file(text: str, more: dict[str, Any]) -> None:
    """The branch of a verified change, put into the scenario, gives the outcome; without any part of it, it does not."""
    where = setting(**more)
    found = asked_not(where, text)
    assert found.tried.verified
    for one in found.tried.verified:
        assert holds_in_the_file(where, text, one.change), sentences(one)
        for part in one.change.elements if len(one.change.elements) > 1 else ():
            rest = Change(tuple(other for other in one.change.elements if other != part))
            assert not holds_in_the_file(where, text, rest), sentences(one)


def test_the_law_says_why_a_proposal_fails() -> None:
    """Estonia can neither sign CFE, whose window has closed, nor accede: the refusal and its basis are shown."""
    found = asked_not(Setting(load_scenario("cfe-endgame")), "cfe.EST=in_force")
    assert not found.tried.verified
    (failed,) = found.tried.failed
    assert "signature window of CFE has closed" in failed.reason
    assert "X4" in failed.basis


def test_the_adapted_treaty_waits_for_the_deposits_of_all_signatories() -> None:
    """Of thirty signatories three have consented; the other 27 deposits together are needed and enough."""
    where = Setting(load_scenario("cfe-endgame"))
    found = asked_not(where, "cfe-adapted-1999=in_force")
    gap = found.lacks[0].gap
    assert gap is not None
    assert sorted(one.party for one in gap.given) == ["BLR", "KAZ", "RUS"]
    assert len(gap.missing) == gap.needed == 27
    (only,) = found.tried.verified
    assert {part.party for part in only.change.elements if hasattr(part, "party")} == set(gap.missing)
    assert only.minimal
    assert found.as_json()["lacking"][0]["entry_into_force"]["basis"] == "Adapted CFE 31(3)"


def test_a_late_effect_of_the_record_comes_in_time_if_its_notice_is_moved() -> None:
    """On 1 December 2007 the suspension was pending; eleven days earlier would have been enough."""
    found = asked_not(Setting(load_scenario("cfe-endgame")), "cfe.RUS=suspended@2007-12-01")
    texts = [sentences(one) for one in found.tried.verified]
    assert "The recorded act cfe.RUS.notify_suspension.2007-07-14 is done 11 days earlier." in texts
