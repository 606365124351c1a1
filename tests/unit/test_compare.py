"""Two worlds compared: where they part, what that reaches, what stays, and how large the effect is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from simulator.counterfactual.alignment import Row, align
from simulator.counterfactual.compare import Comparison, compare
from simulator.counterfactual.compared import as_json, missing, side
from simulator.counterfactual.difference import Edited, edited
from simulator.counterfactual.paired import MAX_RUNS, paired_effects, paired_interval, wilson_interval
from simulator.counterfactual.reach import Dependence, link
from simulator.errors import ScenarioError
from simulator.exact.cone import cone
from simulator.scenario.compile import compile_scenario, find_branch
from simulator.scenario.load import Loaded, list_shipped, load_scenario, load_text
from simulator.scenario.program import Program
from tests.agree.worlds import CASE_1
from tests.unit.commandline import SCENARIO

SHIPPED = [name for name, _ in list_shipped()]
SMALL = ["inf-endgame", "new-start-end", "open-skies-exit"]


def toy() -> Loaded:
    return load_text(CASE_1, "toy.yaml")


def small(more: str = "") -> Loaded:
    return load_text(SCENARIO.replace("branches:\n", f"branches:\n{more}"), "small.yaml")


def acts(found: Comparison, act: str) -> list[Row]:
    return [row for row in found.rows if row.step.act == act and row.is_odd]


# --- consistency and placebo ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SMALL)
def test_a_world_compared_with_itself_shows_nothing(name: str) -> None:
    """No step differs, every outcome is independent, and every pair of runs agrees."""
    loaded = load_scenario(name)
    for branch in (None, loaded.scenario.branches[0].id):
        for mode, runs in (("simulate", 3), ("replay", 0)):
            found = compare(loaded, branch, branch, mode=mode, seed=4, runs=runs)
            assert found.identical
            assert found.divergence is None
            assert not found.reached
            assert {one.why for one in found.outcomes.values()} == {"independent"}
            assert all(one.proved and one.difference == 0 for one in found.effects.values())
            assert found.draws.only_first == found.draws.only_second == 0
            assert found.draws.shared == found.draws.alike


def _placebos(loaded: Loaded) -> list[str]:
    """Events that stand outside the cone of every outcome, and that no other event presupposes."""
    program = compile_scenario(loaded)
    inside = cone(program, [one.id for one in program.outcomes]).events
    needed = {one for event in loaded.scenario.events for one in event.presupposes}
    needed |= {one for rule in loaded.scenario.rules for one in rule.presupposes}
    return [event.id for event in program.events if event.code not in inside and event.id not in needed]


def test_dropping_an_event_outside_every_cone_changes_no_outcome() -> None:
    """The placebo property on shipped scenarios: no outcome moves, and each is known to be independent beforehand."""
    tried = 0
    for name in SMALL:
        loaded = load_scenario(name)
        for event in _placebos(loaded)[:2]:
            branch = {"id": "placebo", "drop": [{"event": event}]}
            for seed in (1, 2, 3):
                found = compare(loaded, None, branch, seed=seed)
                assert all(one.is_same and one.why == "independent" for one in found.outcomes.values())
                assert not found.unlinked
                tried += 1
    assert tried >= 6


@pytest.mark.parametrize("name", SMALL)
def test_every_difference_goes_back_to_the_edit(name: str) -> None:
    """In every branch each step that differs is linked to the edit, and no link goes round in a circle."""
    loaded = load_scenario(name)
    for branch in loaded.scenario.branches:
        for mode in ("simulate", "replay"):
            found = compare(loaded, None, branch.id, mode=mode, seed=1)
            assert not found.unlinked
            assert not found.lost
            for row in found.differing:
                here, seen = row, set()
                while here.how != "edited":
                    assert here.number not in seen
                    seen.add(here.number)
                    here = found.rows[here.because]
                assert here.is_odd


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_every_difference_goes_back_to_the_edit_everywhere(name: str) -> None:
    """The same for every shipped scenario and branch; what is called independent never differs."""
    loaded = load_scenario(name)
    for branch in loaded.scenario.branches:
        found = compare(loaded, None, branch.id, seed=2)
        assert not found.unlinked
        assert not found.lost


def test_what_is_called_independent_is_the_same_for_every_seed() -> None:
    """The static answer is a promise about all worlds, not about this one."""
    loaded = load_scenario("cfe-endgame")
    branch = {"id": "no-lead", "off": ["countermeasure"]}
    first = compare(loaded, None, branch, seed=1)
    free = {name for name, one in first.outcomes.items() if one.why == "independent"}
    pairs = {(one.party, one.treaty) for one in first.same if one.independent}
    assert 0 < len(free) < len(first.outcomes)
    assert pairs
    for seed in range(2, 8):
        found = compare(loaded, None, branch, seed=seed)
        assert all(found.outcomes[name].is_same for name in free)
        assert not pairs & {(one.party, one.treaty) for one in found.reached}


# --- one pair of worlds -----------------------------------------------------------------------------------------------


def test_the_first_divergence_is_the_edit_and_then_what_follows() -> None:
    """Dropping the request removes the event itself; the decision that it set off follows from it."""
    found = compare(small(), None, "quiet")
    assert found.divergence is not None
    assert found.divergence.row.how == "edited"
    assert found.divergence.row.step.id == "request"
    follows = found.divergence.follows
    assert follows is not None
    assert (follows.step.rule, follows.how, follows.because) == ("moratorium", "cause", found.divergence.row.number)
    assert side(found, follows, 0) == "rule moratorium of RUS fires; cause: event request happens"
    assert missing(found, follows) == "does not follow, since this is missing: event request happens"
    assert found.outcomes["gone"].why == "reached"
    assert found.rows[found.outcomes["gone"].through].step.after == "suspended"


def test_a_moved_event_moves_what_follows_by_the_same_days() -> None:
    """Moved steps are paired with themselves, and keep their draws."""
    found = compare(small("  - {id: later, move: [{event: request, by_days: 30}]}\n"), None, "later")
    rows = [row for row in found.differing if row.step.rule == "moratorium" or row.step.id == "request"]
    assert [(row.kind, row.shift) for row in rows] == [("moved", 30)] * 3
    effect = next(row for row in found.differing if row.step.act == "suspension_effective")
    assert (effect.kind, effect.shift, effect.how) == ("moved", 30, "cause")
    assert found.draws.only_first == found.draws.only_second == 0


def test_the_same_act_by_another_cause_is_one_step() -> None:
    """With both accounts forced, dropping the earlier event leaves the notice to the later one: same act, other cause."""
    text = CASE_1.replace("chance: 3/10", "chance: 1").replace("chance: 4/10", "chance: 1")
    text = text.replace("{choice: [{days: 5, p: 1/2}, {days: 15, p: 1/2}]}", "{days: 5}")
    found = compare(load_text(text, "toy.yaml"), None, "no-e1")
    notice = acts(found, "notify_suspension")
    assert [(row.kind, row.shift, row.how) for row in notice] == [("other_cause", 10, "cause")]
    effect = next(row for row in found.differing if row.step.act == "suspension_effective")
    assert (effect.kind, effect.shift, effect.because) == ("moved", 10, notice[0].number)
    # E2's decision was not asked in the first world, since the status had changed by then: it follows by a fact.
    decision = next(row for row in found.differing if row.kind == "only_second" and row.step.rule == "re")
    assert decision.how == "facts"


def test_a_substitute_on_the_same_day_changes_no_outcome() -> None:
    """Where the other cause brings the act about on the same day, the outcome says so."""
    text = CASE_1.replace("chance: 3/10", "chance: 1").replace("chance: 4/10", "chance: 1")
    text = text.replace("{choice: [{days: 5, p: 1/2}, {days: 15, p: 1/2}]}", "{days: 15}")
    text = text.replace("branches:\n", "branches:\n  - {id: only-m, drop: [{event: e1}, {event: e2}]}\n")
    text = text.replace("{id: m, date: 2000-01-21,", "{id: m, date: 2000-01-11,")
    found = compare(load_text(text, "toy.yaml"), None, "only-m")
    assert found.outcomes["lost"].is_same
    assert found.outcomes["lost"].why == "other_cause"
    assert [(row.kind, row.shift) for row in acts(found, "notify_suspension")] == [("other_cause", 0)]


def test_two_branches_are_compared_with_each_other() -> None:
    """What both branches edit alike is no difference between them."""
    found = compare(toy(), "no-e2", "no-e2-no-m", seed=3)
    assert found.divergence is not None
    assert found.divergence.row.step.id == "m"
    assert all(row.step.id != "e2" for row in found.differing)


def test_an_act_that_the_other_world_refuses_says_so() -> None:
    """A deposit of a State that has acceded already is refused there, with the reason of the law."""
    more = (
        "  - {id: early, status: [{date: 2007-12-20, treaty: cfe, of: RUS, is: in_force}]}\n"
        "  - {id: off, off: [again]}\n"
    )
    found = compare(small(more), None, "off")
    assert all(row.how == "edited" for row in found.differing)
    data = as_json(found)
    assert data["cone"]["contradictions"] == []
    assert data["same"]["outcomes"] == ["gone"]


def test_until_stops_both_worlds() -> None:
    """Nothing after the day is compared."""
    found = compare(toy(), None, "no-m", until=dt.date(2000, 1, 15))
    assert found.identical
    assert {world.trace.last for world in found.worlds} == {dt.date(2000, 1, 15).toordinal()}


def test_every_step_stands_in_one_row() -> None:
    """Alignment loses nothing and pairs nothing twice."""
    found = compare(load_scenario("cfe-endgame"), None, "adapted-in-force", seed=2)
    for world, name in zip(found.worlds, ("first", "second"), strict=True):
        numbers = [step.number for row in found.rows if (step := getattr(row, name)) is not None]
        assert sorted(numbers) == list(range(len(world.trace.steps)))
    again = align(found.worlds[0].trace, found.worlds[1].trace)
    assert [(row.kind, row.day) for row in again] == [(row.kind, row.day) for row in found.rows]


def test_a_difference_without_a_link_is_a_contradiction() -> None:
    """Told that nothing is edited, no step can be linked, and the comparison says so instead of staying silent."""
    found = compare(small(), None, "quiet")
    traces = [world.trace for world in found.worlds]
    rows = align(*traces)
    graphs = [Dependence(world.program) for world in found.worlds]
    unlinked = link(rows, Edited(), traces, graphs)
    assert [row.step.id for row in unlinked] == ["request"]
    data = as_json(dataclasses.replace(found, unlinked=tuple(unlinked), lost=("cfe.RUS ends differently",)))
    assert data["cone"]["contradictions"] == ["event request happens", "cfe.RUS ends differently"]


# --- what is edited ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("branch", "names"),
    [
        ({"parameters": {"p_deployment": "1/3"}}, {"rules": {"counter-deployment"}}),
        ({"off": ["moratorium"]}, {"rules": {"moratorium"}}),
        ({"delay": {"moratorium": {"days": 3}}}, {"rules": {"moratorium"}}),
        ({"force": [{"rule": "moratorium", "fires": False}]}, {"rules": {"moratorium"}}),
        ({"drop": [{"event": "us-bases-romania"}]}, {"events": {"us-bases-romania"}}),
        ({"clauses": {"cfe": {"withdrawal": {"notice": {"days_after": 300}}}}}, {"treaties": {"cfe"}}),
        (
            {"status": [{"date": "2001-01-01", "treaty": "cfe", "of": "RUS", "is": "suspended"}]},
            {"statuses": {("cfe", "RUS")}},
        ),
    ],
)
def test_an_edit_is_traced_to_what_it_touches(branch: dict[str, Any], names: dict[str, set[Any]]) -> None:
    """Only what the branch changes is named, by the rule that uses a parameter as well."""
    loaded = load_scenario("cfe-endgame")
    given = {"id": "edit", **branch}
    first, second = (compile_scenario(loaded, branch=one) for one in (None, given))
    found = edited(first, second, (None, find_branch(loaded.scenario, given)))
    for section in ("acts", "events", "rules", "statuses", "treaties"):
        assert getattr(found, section) == names.get(section, set()), section
    assert not found.reading


# --- effects ----------------------------------------------------------------------------------------------------------


def test_the_effect_agrees_with_the_closed_form() -> None:
    """1 - 7/10 * 7/10 * 6/10 = 706/1000 with all three events, 29/50 without the first: the interval holds -63/500."""
    loaded = toy()
    found = compare(loaded, None, "no-e1", seed=1, runs=1500)
    one = found.effects["lost"]
    low, high = one.interval
    assert low < -63 / 500 < high < 0
    (p, p_low, p_high), (q, q_low, q_high) = one.shares()
    assert p_low < 706 / 1000 < p_high
    assert q_low < 29 / 50 < q_high
    assert one.difference == pytest.approx(q - p)
    assert one.runs == 1500


def test_effects_do_not_depend_on_what_is_left_out() -> None:
    """Slices give the same counts as the whole programs, and independent outcomes are copied."""
    loaded = load_scenario("inf-endgame")
    programs = [compile_scenario(loaded, branch=one) for one in (None, "no-finding")]
    names = [one.id for one in programs[0].outcomes]
    effects = paired_effects(programs[0], programs[1], seed=5, runs=6)
    alone = [paired_effects(p, p, seed=5, runs=6, independent=names) for p in programs]
    for name, one in effects.items():
        assert one.both + one.only_first == alone[0][name].both
        assert one.both + one.only_second == alone[1][name].both


def test_the_paired_interval_covers_the_difference() -> None:
    """Exact coverage over every table of 15 pairs, for several truths: near 95 % in the mean, nowhere far below."""
    size, covered = 15, []
    tables = [
        (a, b, c, size - a - b - c)
        for a in range(size + 1)
        for b in range(size + 1 - a)
        for c in range(size + 1 - a - b)
    ]
    spans = {one: paired_interval(*one) for one in tables}
    ways = {one: math.factorial(size) / math.prod(map(math.factorial, one)) for one in tables}
    for cells in [(0.4, 0.2, 0.1, 0.3), (0.1, 0.3, 0.1, 0.5), (0.7, 0.1, 0.1, 0.1), (0.05, 0.15, 0.05, 0.75)]:
        truth = cells[2] - cells[1]
        inside = [one for one in tables if spans[one][0] <= truth <= spans[one][1]]
        covered.append(sum(ways[one] * math.prod(p**n for p, n in zip(cells, one, strict=True)) for one in inside))
    assert min(covered) > 0.93
    assert sum(covered) / len(covered) > 0.945


def test_the_interval_is_symmetric_and_holds_the_estimate() -> None:
    """Swapping the worlds turns the interval round; no table leaves [-1, 1]."""
    for both, one, other, neither in product(range(4), repeat=4):
        runs = both + one + other + neither
        if runs:
            low, high = paired_interval(both, one, other, neither)
            assert -1 <= low <= (other - one) / runs <= high <= 1
            back = paired_interval(both, other, one, neither)
            assert back == pytest.approx((-high, -low))
    assert wilson_interval(0, 200)[0] == 0
    assert wilson_interval(200, 200)[1] == 1


def test_an_exact_answer_is_shown_as_fractions() -> None:
    """What is plugged in is asked of both programs by outcome; where it has no answer, none is shown."""
    asked: list[tuple[str, str]] = []

    def exact(program: Program, outcome: str) -> Fraction | None:
        asked.append((program.branch, outcome))
        return Fraction(29, 50) if program.branch else Fraction(353, 500)

    found = compare(toy(), None, "no-e1", exact=exact)
    assert asked == [("", "lost"), ("no-e1", "lost")]
    shown = as_json(found)["effect"]["outcomes"]["lost"]
    assert shown["exact"] == {"first": "353/500", "second": "29/50", "difference": "-63/500"}
    assert shown["sampled"] is None
    assert (
        as_json(compare(toy(), None, "no-e1", exact=lambda _program, _name: None))["effect"]["outcomes"]["lost"][
            "exact"
        ]
        is None
    )


def test_what_cannot_be_compared_is_refused() -> None:
    """Unknown branches, runs of a replay, and numbers of runs out of bounds."""
    with pytest.raises(ScenarioError, match="no branch 'no-e'"):
        compare(toy(), None, "no-e")
    with pytest.raises(ScenarioError, match="leaves nothing to chance"):
        compare(toy(), None, "no-e1", mode="replay", runs=5)
    program = compile_scenario(toy())
    for runs in (0, MAX_RUNS + 1):
        with pytest.raises(ScenarioError, match="number of runs"):
            paired_effects(program, program, seed=1, runs=runs)
