"""The probability of the same acts on any dates against full enumeration."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

import pytest

from simulator.counterfactual.abduction import History, explain_record
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.pattern import is_barely, pattern_probability
from simulator.results.trace import Step
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import Program
from tests.agree.enumeration import leaves
from tests.agree.small_worlds import as_record, observing, visible
from tests.agree.test_lattice import PACT, WORLDS
from tests.agree.worlds import TREATY

MOST = 600  # worlds that are enumerated

RARE = (
    TREATY % {"to": "2000-03-31"}
    + """
  - {id: e1, date: 2000-01-01, kind: quarrel}
  - {id: e2, date: 2000-01-11, kind: summit}
rules:
  - {id: out, actor: RUS, trigger: {event: e1}, chance: 1/40, after: {uniform_days: [1, 40]},
     do: {act: allege_breach, treaty: toy, toward: USA}}
  - {id: back, actor: USA, trigger: {event: e2}, chance: 1/50, after: {uniform_days: [1, 40]},
     do: {act: notify_suspension, treaty: toy}}
outcomes:
  - {id: lost, when: {status: toy, of: USA, is: suspended}}
"""
)


def shown(steps: Iterable[Step]) -> Counter[tuple[str, str, str, tuple[str, ...]]]:
    """The acts, without their days."""
    return Counter((step.treaty, step.party, step.act, step.toward) for step in steps)


def cases() -> Iterator[tuple[str, Program, History, Fraction]]:
    """One world for each part of the language, with the record of one of its runs, and the exact answer."""
    for name, rules in WORLDS.items():
        loaded = load_text(PACT % {"view": "depositary"} + rules, "pact.yaml")
        program = compile_scenario(loaded)
        worlds = list(itertools.islice(leaves(program), MOST + 1))
        seen = [visible(trace, program, program.last) for _, trace in worlds]
        steps = next((one for one in reversed(seen) if one), [])
        if len(worlds) > MOST or not steps:
            continue
        program = observing(program, as_record(steps, program), until=program.last)
        same = (weight for (weight, _), one in zip(worlds, seen, strict=True) if shown(one) == shown(steps))
        yield name, program, explain_record(program, loaded.scenario), sum(same, Fraction(0))


def test_each_part_of_the_language() -> None:
    """The mean over many seeds comes as near as its own error says, and the interval nearly always holds the answer."""
    many, inside = 0, 0
    for name, program, history, exact in cases():
        found = [pattern_probability(program, history, 60, seed) for seed in range(25)]
        values = [float(one.value) for one in found]
        mean = sum(values) / len(values)
        error = (sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values)) ** 0.5
        assert abs(mean - exact) <= 4 * error + 1e-9, name
        inside += sum(one.low - 1e-9 <= exact <= one.high + 1e-9 for one in found)
        many += len(found)
    assert many >= 200
    assert inside >= 0.9 * many


def rare() -> tuple[Program, History]:
    """A record of two acts that the model hardly allows."""
    loaded = load_text(RARE, "rare.yaml")
    program = compile_scenario(loaded)
    trace = next(trace for _, trace in leaves(program) if len(visible(trace, program, program.last)) == 2)
    steps = visible(trace, program, program.last)
    program = observing(program, as_record(steps, program), until=program.last)
    return program, explain_record(program, loaded.scenario)


def test_a_pattern_far_rarer_than_the_worlds_drawn() -> None:
    """1/40 of 1/50 is one in two thousand; a hundred worlds find it, although no plain hundred would."""
    program, history = rare()
    found = pattern_probability(program, history, 100, 1)
    assert found.low <= 1 / 2000 <= found.high
    assert found.high < 1 / 1000 and is_barely(found)


def test_a_pattern_that_is_never_seen_is_not_called_impossible() -> None:
    """Without explanations nothing leans towards the record; the interval is that of the worlds drawn plainly."""
    program, history = rare()
    nothing = History((), history.p_record, history.acts, (), history.until, 0)
    found = pattern_probability(program, nothing, 100, 1)
    assert (found.value, found.runs) == (0, 100)
    assert found.high == Number.share(0, 50).high
    assert not is_barely(found)


@pytest.mark.parametrize(
    ("number", "barely"),
    [
        (Number.of(Fraction(1, 1001)), True),
        (Number.of(Fraction(1, 1000)), False),
        (Number(Fraction(0), 0.0, 0.03, 100), False),
        (Number(Fraction(0), 0.0, 0.0005, 9_000), True),
    ],
)
def test_what_is_barely_allowed(number: Number, barely: bool) -> None:
    """Below one in a thousand; where it was never seen, only if it cannot be more frequent."""
    assert is_barely(number) is barely


def test_the_same_seed_gives_the_same_number() -> None:
    """And another one another."""
    program, history = rare()
    one, again, other = (pattern_probability(program, history, 40, seed) for seed in (1, 1, 2))
    assert one == again != other
