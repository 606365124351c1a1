"""Shares and causes given the record: closed forms, sums, coherence, drawn answers against exact ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from simulator.counterfactual.abduction import History, explain_record
from simulator.errors import LimitError, ScenarioError
from simulator.exact.lattice import Lattice
from simulator.explain.attribution import Game, game_of, relevant, rising, shares, shares_in
from simulator.explain.given import causes_given, causes_in
from simulator.explain.weighed import causes_of, shares_of
from simulator.noise import KeyedNoise
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario, load_text
from simulator.scenario.program import Program
from tests.agree.worlds import CASE_1, TREATY, case_9

STATUSES = """
observed:
  statuses:
    - {date: 2000-01-25, status: toy, of: RUS, is: in_force}
    - {date: 2000-01-26, status: toy, of: RUS, is: suspended}
"""


def ready(text: str = CASE_1 + STATUSES, **options: bool) -> tuple[Program, Game]:
    """The compiled example and its game."""
    loaded = load_text(text, "toy")
    program = compile_scenario(loaded)
    return program, game_of(loaded, program, "lost", **options)


def case_2() -> tuple[Program, Game, History]:
    """The closed-form example, whose record knows statuses only: one change, on the last day."""
    loaded = load_text(CASE_1 + STATUSES, "toy")
    program, game = ready()
    return program, game, explain_record(program, loaded.scenario)


# -- shares --------------------------------------------------------------------------------------------------------


def test_shares_for_the_model_alone_have_their_closed_form() -> None:
    """207/1000 for each enlargement and 292/1000 for missile defence, in sum P(outcome) - 0."""
    _, game, _ = case_2()
    found = shares(game)
    assert {name: str(one.value) for name, one in found.shares.items()} == {
        "e1": "207/1000",
        "e2": "207/1000",
        "m": "73/250",
    }
    assert found.total == found.everyone.value - found.nobody.value == Fraction(706, 1000)
    assert found.monotone
    assert found.sets == 8


def test_shares_given_the_record_have_their_closed_form() -> None:
    """History clears the first enlargement: 0, 12/43 and 31/43."""
    _, game, history = case_2()
    found = shares(game, history)
    assert {name: one.value for name, one in found.shares.items()} == {
        "e1": 0,
        "e2": Fraction(12, 43),
        "m": Fraction(31, 43),
    }
    assert found.total == found.everyone.value - found.nobody.value == 1


def test_drawn_shares_agree_with_exact_ones() -> None:
    """Where the exact computation is too large, worlds are drawn; the intervals hold the closed form."""
    _, game, history = case_2()
    for known, exact in ((None, shares(game)), (history, shares(game, history))):
        drawn = shares(game, known, work=1, runs=600, seed=5)
        assert not drawn.everyone.exact
        assert drawn.monotone is None
        assert drawn.total == drawn.everyone.value - drawn.nobody.value
        for name, one in drawn.shares.items():
            assert one.low <= exact.shares[name].value <= one.high, name
            assert one.high - one.low < 0.12


def test_rules_can_be_players() -> None:
    """Rules off: without the missile-defence rule its event adds nothing; sums hold with five players too."""
    _, game = ready(rules=True)
    found = shares(game)
    assert set(found.shares) == {"e1", "e2", "m", "rule:re", "rule:rm"}
    assert found.total == Fraction(706, 1000)
    # M and its rule are needed for each other, so that they share alike; neither does anything alone.
    assert found.shares["m"] == found.shares["rule:rm"]
    assert found.nobody.value == 0


def test_events_go_together_by_actor_and_by_what_they_presuppose() -> None:
    """Two events of one actor are one unit; what presupposes a dropped event goes with it."""
    text = (
        CASE_1.partition("branches:")[0]
        .replace("{id: e1,", "{id: e1, actors: [USA],")
        .replace("{id: m,", "{id: m, actors: [USA],")
    )
    _, game = ready(text.replace("{id: e2,", "{id: e2, presupposes: e1,"), by_actor=True)
    assert game.units == {"USA": {"e1", "m"}, "e2": {"e2"}}
    assert game.coherent(frozenset({"e2"})) == frozenset()
    found = shares(game)
    assert found.shares["e2"].value == Fraction(126, 1000) / 2  # it adds 3/10 of what is left, and only after USA
    assert found.total == Fraction(706, 1000)


def test_an_idle_event_spares_sets_and_changes_nothing() -> None:
    """The first event sets nothing off; the shares are those of a game that does not know it to be idle."""
    text = CASE_1.replace("trigger: {kind: enlargement}", "trigger: {event: e2}")
    later = text.replace("{id: e1,", "{id: e0, date: 1999-12-31, kind: other}\n  - {id: e1,")
    loaded = load_text(text, "toy")
    program = compile_scenario(loaded)
    game = game_of(loaded, program, "lost")
    assert "e1" not in game.players  # nothing reacts to it: outside the cone
    assert later != text
    cfe = load_scenario("cfe-endgame")
    found = game_of(cfe, compile_scenario(cfe), "notice-2007")
    assert found.idle == {"enlargement-1999"}  # the Adapted Treaty was not yet open
    some = frozenset({"enlargement-1999", "us-bases-romania"})
    knowing = Lattice(found.keeping(some)).run().probability("notice-2007")
    assert knowing == Lattice(replace(found, idle=frozenset()).keeping(some)).run().probability("notice-2007")


def test_many_happenings_are_drawn() -> None:
    """Of more than eight units no exact answer is tried."""
    more = "".join(f"  - {{id: x{day}, date: 2000-01-{day:02}, kind: defence}}\n" for day in range(2, 10))
    _, game = ready(CASE_1.replace("  - {id: e2,", more + "  - {id: e2,"))
    found = shares(game, runs=40)
    assert len(game.units) == 11
    assert (found.everyone.exact, found.everyone.runs) == (False, 40)
    with pytest.raises(LimitError):
        shares_in(replace(game, units={str(n): frozenset({"m"}) for n in range(13)}), KeyedNoise(1))


def test_a_worth_that_falls_is_said() -> None:
    """The witness is the smallest: what is kept, and what lowers the worth when it comes in."""
    a, b = frozenset("a"), frozenset("ab")
    found = rising({frozenset(): Fraction(0), a: Fraction(1, 2), b: Fraction(1, 3)})
    assert (found.ok, found.smaller, found.larger) == (False, a, b)


def test_nothing_to_share_is_an_error() -> None:
    """An outcome that no dated event can reach, and an unknown one."""
    loaded = load_scenario("cfe-endgame")
    with pytest.raises(ScenarioError, match="can reach the outcome adapted-in-force"):
        shares_of(loaded, "adapted-in-force")
    with pytest.raises(ScenarioError, match="did you mean 'notice-2007'"):
        shares_of(loaded, "notice-2008")


# -- causes ----------------------------------------------------------------------------------------------------------


def test_causes_are_weighed_over_the_explanations() -> None:
    """Three explanations: M alone 28/43, both 6/43, E2 alone 9/43."""
    program, _, history = case_2()
    found = causes_given(program, "lost", history)
    assert (found.explanations, found.left_out, found.looked_at, found.came) == (3, 0, 1, 1)
    e2, m = frozenset({"e2"}), frozenset({"m"})
    assert {one.players: one.weight for one in found.but_for} == {m: Fraction(28, 43), e2: Fraction(9, 43)}
    assert {one.players: one.weight for one in found.sufficient} == {m: Fraction(34, 43), e2: Fraction(15, 43)}
    rescue = {one.players: one.weight for one in found.rescue}
    assert rescue == {m: Fraction(28, 43), e2: Fraction(9, 43), e2 | m: Fraction(6, 43)}
    # Where both came on the same day, they are a cause together, each with responsibility 1/2, and the tie is said.
    both = next(one for one in found.causes if one.players == e2 | m)
    assert (both.weight, both.tie) == (Fraction(6, 43), True)
    assert found.responsibility == {"m": Fraction(31, 43), "e2": Fraction(12, 43)}
    assert found.monotone == 1


def test_what_does_not_matter_is_not_told_apart() -> None:
    """Explanations that differ only outside the slice are one; their probabilities add up."""
    program, game, history = case_2()
    same = relevant(history, program, game.program)
    assert sum(path.weight for path in same.explanations) == history.p_record
    cut = replace(game.program, rules=tuple(rule for rule in game.program.rules if rule.id == "rm"))
    assert [path.weight for path in relevant(history, program, cut).explanations] == [
        Fraction(238, 1000),
        Fraction(63, 1000),
    ]


def test_pre_emption_and_tie() -> None:
    """E2 comes first and blocks M: no need, cause E2 with M's act left undone; on one day both, and the tie is said."""
    found = causes_in(compile_scenario(load_text(case_9("2000-01-21"), "toy")), "lost", KeyedNoise(1))
    assert found.but_for == ()
    assert [(one.players, one.tie) for one in found.causes] == [(frozenset({"e2"}), False)]
    assert found.causes[0].held
    tied = causes_in(compile_scenario(load_text(case_9("2000-01-16"), "toy")), "lost", KeyedNoise(1))
    assert [(one.players, one.tie) for one in tied.causes] == [(frozenset({"e2", "m"}), True)]


def test_blocking_is_no_monotone_world() -> None:
    """What is enough alone need not be with more: B keeps A from acting, C keeps B from it."""
    text = (
        (TREATY % {"to": "2000-02-26"})
        + """
  - {id: a, date: 2000-01-11, kind: one}
  - {id: b, date: 2000-01-05, kind: two}
rules:
  - id: ra
    actor: RUS
    trigger: {event: a}
    when: {not: {happened: b}}
    do: {act: notify_suspension, treaty: toy}
outcomes:
  - {id: lost, when: {not: {happened: {act: notify_suspension, treaty: toy, of: RUS}}}, on: 2000-02-01}
"""
    )
    found = causes_in(compile_scenario(load_text(text, "toy")), "lost", KeyedNoise(1))
    assert (found.came, found.monotone) == (1, 0)
    game = ready(text)[1]
    falls = shares(game).monotone
    assert falls is not None
    assert not falls.ok
    assert shares_in(game, KeyedNoise(1)).shares == shares(game).shares


def test_a_branch_is_asked_with_the_record_of_the_unedited_world() -> None:
    """Without the enlargement of 2004, one cause less; what the record teaches stays."""
    loaded = load_scenario("cfe-endgame")
    answer = causes_of(loaded, "notice-2007", branch="no-2004")
    assert "enlargement-2004" not in answer.causes.titles
    assert 0 < answer.causes.came < answer.causes.looked_at


def test_what_presupposes_a_happening_goes_with_it() -> None:
    """Finland's accession presupposes the invasion: alone it is never enough, and taking the invasion takes both."""
    answer = causes_of(load_scenario("cfe-endgame"), "russia-out-2023", world=10)
    pair = [frozenset({"finland-nato", "invasion-ukraine"})]
    assert [one.players for one in answer.causes.sufficient] == pair
    assert [set(one.players) for one in answer.causes.but_for] == [{"finland-nato"}, {"invasion-ukraine"}]
