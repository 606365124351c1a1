"""I6 cascades, I7 resilience, and how far an order depends on weights: by hand, day by day, by brute force."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import permutations

import pytest

import simulator as ts
from simulator.analysis.cascades import cascades, losses
from simulator.analysis.indicators import Architecture
from simulator.analysis.resilience import area, resilience
from simulator.analysis.robustness import kendall, rank_robustness
from simulator.analysis.scope import scope_of
from simulator.analysis.timeline import timeline
from simulator.analysis.worlds import world
from simulator.scenario.load import load_text
from tests.unit.architectures import day

# --- I6 ---------------------------------------------------------------------------------------------------------------

CHAIN = """
schema: 1
id: chain
title: One exit answers another
period: {from: 2000-01-01, to: 2010-12-31}
treaties:
  one: {title: One, clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}, withdrawal: {notice: {days_after: 30}}}}
  two: {title: Two, parties: {model: bilateral, of: [AUT, BEL]}, clauses: {entry_into_force: {rule: {exchange: true}}, withdrawal: {notice: {days_after: 10}}}}
  three: {title: Three, clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}, linked_termination: {ends_with: two}}}
events:
  - {id: a, date: 2000-02-01, kind: act, acts: [{act: accede, treaty: one, party: [AUT, BEL, CHE, DNK]}]}
  - {id: b, date: 2000-02-01, kind: act, acts: [{act: sign, treaty: two, party: [AUT, BEL]}]}
  - {id: c, date: 2000-02-02, kind: act, acts: [{act: exchange, treaty: two, party: [AUT, BEL]}]}
  - {id: d, date: 2000-02-03, kind: act, acts: [{act: accede, treaty: three, party: [AUT, CHE, DNK]}]}
  - {id: crisis, date: 2001-01-01, kind: crisis}
rules:
  - {id: first, actor: AUT, trigger: {event: crisis}, do: {act: notify_withdrawal, treaty: one}, theory: It leaves.}
  - {id: second, actor: BEL, trigger: {act: notify_withdrawal, treaty: one, of: AUT}, after: {days: 5}, do: {act: notify_suspension, treaty: one}, theory: It answers the notice.}
  - {id: third, actor: BEL, trigger: {becomes: withdrawn, treaty: one, of: AUT}, do: {act: notify_withdrawal, treaty: two}, theory: It answers the exit.}
"""


def test_losses_are_linked_by_decisions_and_by_law() -> None:
    """Austria leaves (crisis); Belgium answers its notice under the same treaty and its exit under another, which ends
    that one for both and a third one with it."""
    trace = ts.run(load_text(CHAIN, "chain"), seed=1)
    rows = {(one.party, one.treaty): one for one in losses(trace)}
    assert set(rows) == {
        ("AUT", "one"),
        ("BEL", "one"),
        ("BEL", "two"),
        ("AUT", "two"),
        *((party, "three") for party in ("AUT", "CHE", "DNK")),
    }
    root = rows["AUT", "one"]
    assert (root.parent, root.ripple, root.status) == (-1, False, "withdrawn")
    assert (rows["BEL", "one"].parent, rows["BEL", "one"].ripple) == (root.step, True)
    assert (rows["BEL", "two"].parent, rows["BEL", "two"].ripple) == (root.step, True)
    assert (rows["AUT", "two"].parent, rows["AUT", "two"].ripple) == (rows["BEL", "two"].step, False)
    (whole,) = cascades(trace)
    assert (whole.size, whole.depth, whole.ripples, whole.treaties) == (7, 2, 2, ("one", "three", "two"))
    assert whole.as_json()["date"] == "2001-01-31"


def test_the_trigger_is_the_act_and_never_the_first_in_the_alphabet() -> None:
    """Belgium leaves a bilateral treaty: Austria loses it too, and a third treaty falls; the trigger is Belgium's notice."""
    notice = "{id: e, date: 2002-01-01, kind: act, acts: [{act: notify_withdrawal, treaty: two, party: [BEL]}]}"
    trace = ts.replay(load_text(CHAIN.replace("  - {id: crisis", f"  - {notice}\n  - {{id: crisis"), "chain"))
    (whole,) = cascades(trace)
    assert (whole.trigger.party, whole.trigger.treaty, whole.trigger.act) == ("BEL", "two", "notify_withdrawal")
    assert (whole.root.party, whole.size, whole.treaties) == ("BEL", 5, ("three", "two"))
    scope = scope_of(timeline(trace), treaties=["three"], states=["AUT", "CHE"], served=[], list_of_tasks=[])
    (part,) = cascades(trace, scope=scope)
    assert (part.trigger, part.size, part.treaties) == (whole.trigger, 2, ("three",))


def test_what_ends_by_time_or_by_consent_is_no_loss() -> None:
    """New START expired for both on one day; the only loss is the Russian suspension before."""
    trace = ts.replay(load_text(_RECORD_OF_NEW_START, "new-start"))
    assert [(one.party, one.status) for one in losses(trace)] == [("RUS", "suspended")]
    for end in ("terminate_by_consent", "suspend_by_all"):
        act = f"{{id: e, date: 2002-01-01, kind: act, acts: [{{act: {end}, treaty: two, party: '*'}}]}}"
        trace = ts.replay(load_text(CHAIN.replace("  - {id: crisis", f"  - {act}\n  - {{id: crisis"), "chain"))
        assert trace.treaties["two"][0] in ("terminated", "suspended_as_whole")
        assert losses(trace) == []


def test_the_record_has_no_cascade_without_an_act() -> None:
    """Each trigger is an act of the record; nothing of another scope, nothing that expired, was ended by all or replaced."""
    line = world("record")
    scope = scope_of(line)
    found = cascades(line.trace, scope=scope)
    acts = {(step.day, step.party, step.treaty, step.act) for step in line.trace.steps if step.id}
    for one in found:
        trigger = one.trigger
        assert (trigger.day, trigger.party, trigger.treaty, trigger.act) in acts
        assert trigger.act in ("notify_withdrawal", "notify_suspension", "terminate_for_breach")
        assert set(one.treaties) <= set(scope.instruments)
    ended = {"jcpoa", "warsaw-pact", "brussels-treaty-weu", "start-1", "start-1-lisbon"}
    assert not ended & {one.root.treaty for one in found}
    abm = next(one for one in found if one.root.treaty == "abm")
    assert (abm.trigger.party, abm.size, abm.treaties) == ("USA", 4, ("abm", "abm-protocol"))


_RECORD_OF_NEW_START = """
schema: 1
id: new-start-record
title: New START
period: {from: 2010-01-01, to: 2026-06-30}
record: {treaties: [new-start]}
"""


def test_a_treaty_that_is_replaced_is_no_loss() -> None:
    """SORT gave way to New START on 2011-02-05; nobody lost anything by that."""
    line = world("record")
    assert line.status("RUS", "sort", day("2011-02-05")) == "terminated"
    assert not [one for one in losses(line.trace) if one.treaty == "sort"]


def test_cascades_share_all_losses_among_them() -> None:
    """In simulations of the shipped scenarios each loss is in one cascade, and what it answers began before it."""
    for name in ("cfe-endgame", "inf-endgame", "open-skies-exit"):
        for seed in range(1, 6):
            trace = ts.run(name, seed=seed)
            found = losses(trace)
            steps = {one.step for one in found}
            for one in found:
                chain = {step.number for step in trace.chain(one.parent)} if one.parent >= 0 else set()
                assert one.parent == -1 or (one.parent in steps and min(chain) < one.step)
            shared = [one.step for whole in cascades(trace, 0, trace.last) for one in whole.losses]
            assert sorted(shared) == sorted(steps)


# --- I7 ---------------------------------------------------------------------------------------------------------------


def test_resilience_is_the_sum_over_days() -> None:
    """The area under the steps equals the values of all days added up."""
    view = Architecture(scope_of(world("cfe-endgame")))
    first, last = day("2006-01-01"), day("2010-01-01")
    for name, ask in (("I3", view.limits), ("I4", view.transparency)):
        total = sum((ask(number) or F(0) for number in range(first, last)), F(0))
        start = ask(first)
        assert start
        assert view.resilience(name, first, last) == total / (start * (last - first))
        assert area(view.steps_of(name, first, last), last) == total


def test_resilience_where_there_was_nothing_or_no_time() -> None:
    """Nothing to lose has no resilience; a gain counts above one."""
    assert resilience([(0, F(0)), (5, F(1))], 10) is None
    assert resilience([(3, F(1))], 3) is None
    assert resilience([(0, F(1, 2)), (5, F(1))], 10) == F(3, 2)


# --- robustness -------------------------------------------------------------------------------------------------------


def test_kendall_counts_inversions() -> None:
    """For all orders of five values tau is one less twice the share of inverted pairs; ties count half way."""
    base = [F(n) for n in range(5)]
    for order in permutations(base):
        inversions = sum(order[a] > order[b] for a in range(5) for b in range(a + 1, 5))
        assert kendall(base, list(order)) == 1 - F(2 * inversions, 10)
    assert kendall([F(1), F(1)], [F(1), F(2)]) == 0
    assert kendall([F(1), F(1)], [F(3), F(3)]) == 1
    assert kendall([F(1)], [F(2)]) == 1


def test_an_order_that_dominates_never_changes() -> None:
    """What is better on every indicator stays in front under all weights."""
    rows = {"good": {"a": F(1), "b": F(3, 4)}, "bad": {"a": F(1, 2), "b": F(1, 2)}}
    for how in ("perturb", "sample"):
        found = rank_robustness(rows, {"a": F(1, 2), "b": F(1, 2)}, how=how, draws=200)
        assert (found.order, found.same, found.tau, found.least) == (("good", "bad"), 1, 1, 1)
        assert found.first == {"good": 1, "bad": 0}


def test_how_often_an_order_stays_is_a_volume_of_weights() -> None:
    """One row stands above the other where its weight exceeds 1/3: two thirds of all weights."""
    rows = {"one": {"a": F(1), "b": F(0)}, "two": {"a": F(0), "b": F(1, 2)}}
    found = rank_robustness(rows, {"a": F(1, 2), "b": F(1, 2)}, how="sample", draws=4000)
    assert abs(float(found.same) - 2 / 3) < 0.03
    assert found.tau == 2 * found.same - 1
    perturbed = rank_robustness(rows, {"a": F(1, 2), "b": F(1, 2)}, spread=F(1, 4), draws=200)
    assert perturbed.same == 1  # the least ratio of the weights is 3/5, above 1/2


def test_draws_are_named_and_repeatable() -> None:
    """The same seed gives the same figures, another seed others; no spread changes nothing."""
    rows = {name: {"a": F(n), "b": F(5 - n * n, 3)} for n, name in enumerate("pqrst")}
    weights = {"a": F(1, 2), "b": F(1, 2)}
    one, two, three = (rank_robustness(rows, weights, how="sample", draws=100, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != three
    assert rank_robustness(rows, weights, spread=F(0), draws=10).same == 1
    assert one.as_json()["order"] == list(one.order)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"how": "guess"}, "perturb or sample"), ({"spread": F(2)}, "spread"), ({"draws": 0}, "draws")],
)
def test_robustness_refuses_what_makes_no_sense(options: dict[str, object], words: str) -> None:
    """Wrong ways, spreads and numbers of draws are named."""
    with pytest.raises(ValueError, match=words):
        rank_robustness({"x": {"a": F(1)}}, {"a": F(1)}, **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no value for x: b"):
        rank_robustness({"x": {"a": F(1)}}, {"b": F(1)})
