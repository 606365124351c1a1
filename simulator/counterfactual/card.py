"""The report card: what a thoughtful reader would ask about a counterfactual, answered by computation.

The criteria are those that international relations asks of counterfactual arguments: clarity, cotenability,
consistency with history and theory, statistics and projectability (Tetlock & Belkin, Counterfactual Thought Experiments
in World Politics, 1996, ch. 1); an antecedent close to its outcome (Fearon, World Politics 43, 1991, and in Tetlock &
Belkin, 1996); strategic behaviour that returns history to its course, and competing counterfactuals (Levy, Security
Studies 24, 2015); plausible or miracle worlds, conjunctions, and what else follows (Lebow, Forbidden Fruit, 2010). The
thresholds between ok, note and warning are conventions of this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.counterfactual.card_course import competition, conjunction, projectability, proximity, redirection
from simulator.counterfactual.card_edits import clarity, cotenability, rewrite, statistics, theory
from simulator.counterfactual.card_ground import Ground, Row
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.twin import Twin
from simulator.scenario.compile import BranchLike
from simulator.scenario.load import Loaded

__all__ = ["Card", "Row", "report_card"]

_ROWS = (
    clarity,
    cotenability,
    rewrite,
    theory,
    statistics,
    projectability,
    proximity,
    redirection,
    conjunction,
    competition,
)


@dataclass(frozen=True, slots=True)
class Card:
    """The report card of one edit and one outcome; `runs` is how many worlds were drawn for what is not exact."""

    scenario: str
    branch: str
    outcome: str
    runs: int
    rows: tuple[Row, ...]

    def row(self, criterion: str) -> Row:
        """Return the row of a criterion; raises KeyError for an unknown one."""
        found = {row.id: row for row in self.rows}
        if criterion not in found:
            raise KeyError(f"unknown criterion {criterion!r}; the criteria are {', '.join(found)}")
        return found[criterion]

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain data: exact probabilities as text, drawn ones as numbers with an interval."""
        return {
            "scenario": self.scenario,
            "branch": self.branch,
            "outcome": self.outcome,
            "runs": self.runs,
            "rows": [row.as_json() for row in self.rows],
        }


def report_card(
    loaded: Loaded,
    twin: Twin,
    branch: BranchLike,
    outcome_id: str,
    *,
    runs: int = 60,
    given: Number | None = None,
    p_pattern: Number | None = None,
) -> Card:
    """Check a counterfactual against every criterion.

    `given` is the outcome's probability in the edited world given the record and `p_pattern` that of the recorded acts
    on any dates, where they have been computed already. Raises ScenarioError for an unknown branch or outcome,
    ValueError where no world is to be drawn.

    >>> from simulator.counterfactual.abduction import explain_record
    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> loaded = load_scenario("cfe-endgame")
    >>> factual, edited = (compile_scenario(loaded, branch=one) for one in (None, "no-2004"))
    >>> twin = Twin(factual, edited, explain_record(factual, loaded.scenario))
    >>> card = report_card(loaded, twin, "no-2004", "adapted-in-force", runs=10)
    >>> card.row("rewrite").data["miracles"]
    ['enlargement-2004']
    """
    ground = Ground(loaded, twin, branch, outcome_id, runs=runs, given=given, p_pattern=p_pattern)
    rows = []
    for number, make in enumerate(_ROWS, 1):
        twin.told(f"the report card, criterion {number} of {len(_ROWS)}")
        rows.append(make(ground))
    return Card(loaded.scenario.id, ground.edited.branch, outcome_id, runs, tuple(rows))
