"""Steps and their causes in plain words, for answers that are read as text and as data.

>>> said(Step(0, 732841, 3, "claim", "notify_suspension", "RUS", "cfe", "in_force", "in_force", ("*",)))
'RUS notifies suspension of cfe'
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from simulator.results.trace import Step
from simulator.scenario.phrases import a, joined, verb

__all__ = ["date", "reason", "said"]


def date(day: int) -> str:
    """An ordinal as a date."""
    return dt.date.fromordinal(day).isoformat()


def said(step: Step, who: str = "") -> str:
    """A step as a clause; `who` stands for several parties that took it on one day."""
    who = who or step.party
    if step.kind == "event":
        return _event(step)
    if step.kind == "decision":
        whose = f" of {who}" if who else ""
        return f"rule {step.rule}{whose} {step.after}"
    if step.kind == "forced":
        return f"the status of {who} under {step.treaty} is set to {_spaced(step.after)}"
    if step.act == "set":
        return f"variable {step.note} goes from {step.before} to {step.after}"
    toward = [one for one in step.toward if one != "*"]
    tail = f" towards {joined(toward)}" if toward else ""
    if step.kind == "effect":
        return _effect(step, who) + tail
    if not who:
        return f"the parties {verb(step.act, step.treaty, 'many')}" + tail
    return f"{who} {verb(step.act, step.treaty)}" + tail


def _event(step: Step) -> str:
    if step.id:
        return f"event {step.id} happens"
    if step.act.startswith("every_"):
        return f"a new {step.act.removeprefix('every_')} begins"
    return f"{a(_spaced(step.act))} happens"


def _effect(step: Step, who: str) -> str:
    if step.before == step.after or not step.after:
        return f"{_spaced(step.act)} for {who} under {step.treaty}" if who else f"{_spaced(step.act)} of {step.treaty}"
    if who:
        return f"{who} becomes {_STATUS.get(step.after, _spaced(step.after))} {step.treaty}"
    return f"{step.treaty} becomes {_TREATY.get(step.after, _spaced(step.after))}"


_STATUS = {
    "in_force": "bound by",
    "suspended": "suspended under",
    "withdrawn": "withdrawn from",
    "terminated": "released by the end of",
    "signed": "a signatory of",
    "ratified": "a contracting State of",
    "non_party": "a non-party to",
}
_TREATY = {"open": "open for signature", "in_force": "law in force"}


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def reason(step: Step, steps: Sequence[Step]) -> str:
    """What caused a step in its own world, in a few words."""
    if step.kind == "forced":
        return "forced by the branch"
    if step.cause >= 0:
        parent = steps[step.cause]
        when = "" if parent.day == step.day else f" on {date(parent.day)}"
        forced = " (forced by the branch)" if parent.basis == "forced" else ""
        return f"{said(parent)}{when}{forced}"
    if step.kind == "event":
        return "it is dated in the scenario" if step.id else "the calendar"
    if step.id:
        recorded = "/" not in step.id
        return "it stands in the record" if recorded else f"event {step.id.partition('/')[0]} carries it"
    return "the treaty's own clauses"
