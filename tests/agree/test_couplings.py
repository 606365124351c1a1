"""Bounds over all mechanisms: against closed forms, and against worlds in which every joint law is followed in turn."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from simulator.counterfactual.couplings import outcome_bounds
from simulator.counterfactual.evidence import Record
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.mechanisms import MECHANISMS, Joint, corner_joints, joint, sharp_bounds, transition
from simulator.counterfactual.whatif import Settings, what_if
from simulator.exact.belief import Cells, Place, cells_of
from simulator.exact.history import Path, paths
from simulator.exact.lattice import Lattice
from simulator.exact.regions import full
from simulator.noise import CHOICE, Cuts, Key
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_text
from tests.agree.worlds import TREATY

# One quarrel or two; Russia suspends, withdraws or does nothing, with chances that the branch turns round.
CHOICES = (
    TREATY % {"to": "2000-12-31"}
    + """
  - {id: q1, date: 2000-01-02, kind: quarrel}
  %(second)s
parameters: {p_suspend: {value: 1/2}, p_leave: {value: 1/3}}
rules:
  - id: answer
    actor: RUS
    trigger: {kind: quarrel}
    choose:
      - {id: suspend, p: p_suspend, do: {act: notify_suspension, treaty: toy}}
      - {id: leave, p: p_leave, do: {happens: farewell}}
outcomes:
  - {id: lost, by: 2000-01-04, when: {status: toy, of: RUS, is: suspended}}
  - {id: leaves, by: 2000-01-04, when: {happened: {kind: farewell}}}
observed: {until: 2000-01-03, complete: %(complete)s, statuses: [%(known)s]}
branches: [{id: turned, parameters: {p_suspend: 1/6, p_leave: 1/3}}]
"""
)
SUSPENDED = "{date: 2000-01-02, status: toy, of: RUS, is: suspended}"
# The gravest first, doing nothing last.
LEAVE, SUSPEND = 0, 1
P = [Fraction(1, 3), Fraction(1, 2), Fraction(1, 6)]
Q = [Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)]


def loaded(second: str = "", known: str = SUSPENDED) -> Loaded:
    return load_text(CHOICES % {"second": second, "known": known, "complete": "[]"}, "choices")


def explained(one: Loaded) -> list[Path]:
    program = compile_scenario(one)
    return paths(Lattice(program, witness=Record(program), keep=True, last=program.observed.until).run().ends, 1000)


class Fixed(Explanations):
    """One joint law for each decision, in place of a mechanism."""

    def __init__(self, histories: list[Path], laws: dict[Key, Joint]) -> None:
        super().__init__(histories)
        self.laws = laws

    def spread(self, place: Place | None, key: Key, cuts: Cuts) -> Cells:
        if place is None or key.purpose != CHOICE:
            return super().spread(place, key, cuts)
        row = self.laws[key][place.cell]
        regions = {cell: region for cell, region, _ in cells_of(full(), cuts)}
        return tuple((cell, regions[cell], chance / sum(row)) for cell, chance in enumerate(row) if chance)


def keys(histories: list[Path]) -> list[Key]:
    return sorted({key for path in histories for key in path.places if key.purpose == CHOICE})


def under(one: Loaded, histories: list[Path], laws: list[Joint], outcome: str) -> Fraction:
    edited = compile_scenario(one, branch="turned")
    source = Fixed(histories, dict(zip(keys(histories), laws, strict=True)))
    return Lattice(edited, source=source).run().probability(outcome)


def bounds(one: Loaded, outcome: str) -> tuple[Fraction, Fraction, bool]:
    found = outcome_bounds(compile_scenario(one, branch="turned"), outcome, explained(one), {"answer"}, 10_000)
    return found.low, found.high, found.sharp


def test_one_known_decision_has_the_frechet_bounds() -> None:
    """Suspension was seen: what it may become under the new chances is what the closed form says."""
    assert bounds(loaded(), "lost") == (*sharp_bounds(P, Q, SUSPEND, SUSPEND), True)
    assert bounds(loaded(), "leaves") == (*sharp_bounds(P, Q, SUSPEND, LEAVE), True)


@pytest.mark.parametrize(
    ("second", "known"),
    [
        # The record leaves open which decision it was, and what the other one would have been.
        ("- {id: q2, date: 2000-01-03, kind: quarrel}", "{date: 2000-01-03, status: toy, of: RUS, is: suspended}"),
        ("- {id: q2, date: 2000-01-03, kind: quarrel}", "{date: 2000-01-02, status: toy, of: RUS, is: in_force}"),
    ],
)
@pytest.mark.parametrize("outcome", ["lost", "leaves"])
def test_bounds_are_the_extremes_over_all_corners(second: str, known: str, outcome: str) -> None:
    """Two decisions: every pair of corner laws is followed by itself; mixtures and mechanisms lie between."""
    one = loaded(second, known)
    histories = explained(one)
    assert len(keys(histories)) == 2
    corners = corner_joints(P, Q, 1000)
    assert corners is not None
    values = [under(one, histories, list(laws), outcome) for laws in itertools.product(corners, repeat=2)]
    low, high, sharp = bounds(one, outcome)
    assert (low, high, sharp) == (min(values), max(values), True)
    assert low < high
    draw = random.Random(1)
    for _ in range(5):
        mixed = [_mixture(corners, draw) for _ in range(2)]
        assert low <= under(one, histories, mixed, outcome) <= high
    for name in ("monotone", "gumbel", "independent"):
        assert low <= under(one, histories, [joint(name, P, Q)] * 2, outcome) <= high


def _mixture(corners: list[Joint], draw: random.Random) -> Joint:
    shares = [draw.randint(0, 5) for _ in corners]
    whole = sum(shares) or 1
    shares[0] += 0 if sum(shares) else 1
    return tuple(
        tuple(sum((law[i][j] * share for law, share in zip(corners, shares, strict=True)), Fraction(0)) / whole
              for j in range(3))
        for i in range(3)
    )  # fmt: skip


def test_many_decisions_are_improved_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the corners are too many to try, the ends are attained by some law and are said not to be sharp."""
    one = loaded(
        "- {id: q2, date: 2000-01-03, kind: quarrel}", "{date: 2000-01-02, status: toy, of: RUS, is: in_force}"
    )
    exact = bounds(one, "lost")
    monkeypatch.setattr("simulator.counterfactual.couplings.TRIED", 1)
    low, high, sharp = bounds(one, "lost")
    assert not sharp
    assert exact[0] <= low <= high <= exact[1]


def test_the_answer_carries_the_bounds_beside_the_mechanisms() -> None:
    """Every mechanism that uses the record lies inside; an edit of events alone leaves nothing open."""
    answer = what_if(loaded(), "turned")
    found = answer.bounds["lost"]
    assert (found.low, found.high, found.decisions) == (*sharp_bounds(P, Q, SUSPEND, SUSPEND), 1)
    numbers = answer.mechanisms["lost"]
    assert all(found.low <= number.value <= found.high for number in numbers.values())
    assert answer.as_json()["bounds"]["lost"] == {"low": "0", "high": "1/3", "sharp": True, "decisions": 1}
    assert what_if(loaded(), {"id": "none", "drop": [{"event": "q1"}]}).bounds == {}


@pytest.mark.parametrize("work", [5_500, 1])
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_an_answer_follows_its_mechanism(mechanism: str, work: int) -> None:
    """Suspension was seen: each mechanism has its own row; where worlds are drawn, it lies in the interval."""
    answer = what_if(loaded(), "turned", settings=Settings(mechanism, work=work, runs=1_000))
    for outcome in answer.effects:
        cell = SUSPEND if outcome.outcome == "lost" else LEAVE
        chance = transition(mechanism, P, Q, SUSPEND)[cell]
        assert outcome.given_record.exact is (work > 1)
        assert outcome.given_record.low - 1e-12 <= chance <= outcome.given_record.high + 1e-12
        if work > 1:
            assert {name: number.value for name, number in answer.mechanisms[outcome.outcome].items()} == {
                name: transition(name, P, Q, SUSPEND)[cell] for name in MECHANISMS
            }


def test_inaction_is_the_mildest_outcome() -> None:
    """A greater chance of the milder act turns inaction into that act, never past it into the graver one."""
    text = CHOICES % {"second": "", "known": "", "complete": "[toy]"}
    text = text.replace("{happens: farewell}", "{act: notify_withdrawal, treaty: toy}")
    text = text.replace("{kind: farewell}", "{act: notify_withdrawal, treaty: toy}")
    text = text.replace(
        "{p_suspend: {value: 1/2}, p_leave: {value: 1/3}}", "{p_suspend: {value: 0.1}, p_leave: {value: 0.2}}"
    )
    answer = what_if(load_text(text, "choices"), {"id": "harsher", "parameters": {"p_suspend": "0.3"}})
    assert [one.given_record.value for one in answer.effects] == [Fraction(2, 7), 0]


def test_chances_of_yes_and_no_are_bounded_too() -> None:
    """Fired at 1/2, edited to 2/3: the monotone answer is certain, another mechanism may go down to 1/3."""
    text = (
        CHOICES[: CHOICES.index("parameters:")]
        + """rules:
  - {id: answer, actor: RUS, trigger: {kind: quarrel}, chance: 1/2, do: {act: notify_suspension, treaty: toy}}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}}
observed: {complete: [], statuses: [%(known)s]}
branches: [{id: likelier, chance: {answer: 2/3}}]
"""
    )
    answer = what_if(load_text(text % {"second": "", "known": SUSPENDED}, "yes"), "likelier")
    assert answer.effects[0].given_record.value == 1
    assert (answer.bounds["lost"].low, answer.bounds["lost"].high) == (Fraction(1, 3), 1)
