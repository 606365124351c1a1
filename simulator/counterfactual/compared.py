"""A comparison as plain data and in clauses: what `--json` prints and what text is made of."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from simulator.counterfactual.alignment import Row
from simulator.counterfactual.compare import Comparison, Verdict, World
from simulator.counterfactual.telling import date, reason, said
from simulator.results.trace import Step

__all__ = ["LABEL", "as_json", "missing", "side", "why_same"]

LABEL = "not conditioned on the record"


def side(found: Comparison, row: Row, number: int) -> str:
    """One world's part of a row in words: what happens there and why, or why it does not happen there."""
    step = row.second if number else row.first
    if step is None:
        return missing(found, row)
    return f"{said(step)}; cause: {reason(step, found.worlds[number].trace.steps)}"


def missing(found: Comparison, row: Row) -> str:
    """Why a step is missing in the world that lacks it."""
    world = found.worlds[1 if row.second is None else 0]
    step = row.step
    refused = next(
        (one for one in world.trace.refused if step.id and (one.id, one.party) == (step.id, step.party)), None
    )
    if refused is not None:
        return f"not done: {refused.reason}"
    if row.how == "edited":
        return "left out by the edit" if row.second is None else "only the edit brings it about"
    if row.because >= 0:
        other = found.rows[row.because]
        there = other.second if row.second is None else other.first
        if there is None:
            return f"does not follow, since this is missing: {said(other.step)}"
        return f"does not follow, since this differs: {said(there)} on {date(there.day)}"
    return "no reason was found"


def why_same(found: Comparison, one: Verdict) -> str:
    """Why an outcome is the same in both worlds, or through which step it differs."""
    if one.why == "independent":
        return "nothing that it depends on is edited"
    if one.why == "same_steps":
        number = f"{one.decisions} decision{'' if one.decisions == 1 else 's'}"
        decided = f"; {number} that could reach it came out alike" if one.decisions else ""
        return f"no step that it asks about differs{decided}"
    if one.why == "other_cause":
        return "the same acts came by other causes"
    if one.why == "no_effect":
        return "steps that it asks about differ, the answer does not"
    if one.through < 0:
        return "the answer differs"
    row = found.rows[one.through]
    return f"through this: {said(row.step)}"


def as_json(found: Comparison) -> dict[str, Any]:
    """The promised fields of `compare`; days are ISO dates, fractions are text."""
    trace = found.worlds[0].trace
    return {
        "scenario": trace.scenario,
        "mode": trace.mode,
        "seed": trace.seed,
        "period": {"from": date(trace.first), "to": date(trace.last)},
        "worlds": [_world(world) for world in found.worlds],
        "identical": found.identical,
        "first_divergence": _divergence(found),
        "cone": _cone(found),
        "same": _same(found),
        "outcomes": {name: _outcome(found, one) for name, one in found.outcomes.items()},
        "effect": _effect(found),
        "timeline": [_row(row) for row in found.rows if row.day >= trace.first or row.is_odd],
    }


def _world(world: World) -> dict[str, Any]:
    return {
        "branch": world.branch.id if world.branch else None,
        "title": world.branch.title if world.branch else None,
        "view": world.trace.view,
        "edits": [edit.sentence() for edit in world.edits],
        "warnings": list(world.trace.warnings),
    }


def _divergence(found: Comparison) -> dict[str, Any] | None:
    parting = found.divergence
    if parting is None:
        return None
    follows = _told(found, parting.follows) if parting.follows is not None else None
    return {**_told(found, parting.row), "then_follows": follows}


def _told(found: Comparison, row: Row) -> dict[str, Any]:
    texts = {name: side(found, row, number) for number, name in enumerate(("first", "second"))}
    return {"row": row.number, "date": date(row.day), "how": row.how or None, **texts}


def _cone(found: Comparison) -> dict[str, Any]:
    odd = found.differing
    return {
        "steps": len(odd),
        "edited": sum(row.how == "edited" for row in odd),
        "follows": sum(row.how in ("cause", "facts") for row in odd),
        "relationships": [
            {
                "party": one.party or None,
                "treaty": one.treaty,
                "since": date(one.since),
                "first": one.first,
                "second": one.second,
                "ends_alike": one.ends_alike,
                "rows": list(one.rows),
            }
            for one in found.reached
        ],
        "outcomes": [name for name, one in found.outcomes.items() if not one.is_same],
        "contradictions": [*(said(row.step) for row in found.unlinked), *found.lost],
    }


def _same(found: Comparison) -> dict[str, Any]:
    draws = found.draws
    return {
        "steps": sum(row.kind == "same" for row in found.rows),
        "relationships": [
            {"party": one.party, "treaty": one.treaty, "why": "independent" if one.independent else "same_steps"}
            for one in found.same
        ],
        "outcomes": [name for name, one in found.outcomes.items() if one.is_same],
        "uniforms": {name: getattr(draws, name) for name in ("shared", "alike", "only_first", "only_second")},
        "decisions": {"alike": draws.decided_alike, "otherwise": draws.decided_otherwise},
    }


def _outcome(found: Comparison, one: Verdict) -> dict[str, Any]:
    return {
        "title": one.first.title,
        "first": one.first.as_json(),
        "second": one.second.as_json(),
        "same": one.is_same,
        "why": one.why,
        "text": why_same(found, one),
        "through": one.through if one.through >= 0 else None,
    }


def _effect(found: Comparison) -> dict[str, Any]:
    outcomes: Mapping[str, Verdict] = found.outcomes
    runs = next((one.runs for one in found.effects.values()), 0)
    return {
        "label": LABEL,
        "runs": runs,
        "outcomes": {
            name: {
                "exact": _exact(one),
                "sampled": found.effects[name].as_json() if name in found.effects else None,
            }
            for name, one in outcomes.items()
        },
    }


def _exact(one: Verdict) -> dict[str, str] | None:
    first, second = one.exact
    if first is None or second is None:
        return None
    return {"first": _text(first), "second": _text(second), "difference": _text(second - first)}


def _text(number: Fraction) -> str:
    return str(number)


def _row(row: Row) -> dict[str, Any]:
    return {
        "row": row.number,
        "kind": row.kind,
        "how": row.how or None,
        "because": row.because if row.because >= 0 else None,
        "shift_days": row.shift,
        "differs": list(row.differs),
        "first": _step(row.first),
        "second": _step(row.second),
    }


def _step(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    given = step.as_json()
    names = ("number", "date", "kind", "act", "party", "treaty", "from", "to", "cause", "rule", "id")
    return {name: given[name] for name in names} | {"text": said(step)}
