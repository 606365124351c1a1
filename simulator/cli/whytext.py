"""The answer to `--why` for people: each step with what it rests on, from the answer back to its roots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.cli.output import paint, say, say_wrapped, wrapped
from simulator.cli.timeline import iso
from simulator.cli.words import spaced, status_style

if TYPE_CHECKING:
    from simulator.explain.why import Group, Link, Need, Part, Why
    from simulator.explain.whynot import WhyNot
    from simulator.results.trace import Step
    from simulator.scenario.load import Loaded

__all__ = ["heading", "print_why", "warned"]

_INDENT = " " * 14
_NAMED = 12  # parties that a line names before it only counts them


def heading(loaded: Loaded, answer: Why | WhyNot) -> None:
    """Say which world the answer is about."""
    scenario = loaded.scenario
    say(f"{scenario.title} ({scenario.id})", "bold")
    mode = "replay of the record" if answer.mode == "replay" else f"simulated with seed {answer.seed}"
    branch = f", branch {answer.branch}" if answer.branch else ""
    say(f"{mode}{branch}, view {answer.view}, up to {iso(answer.last)}", "dim")
    say()


def print_why(loaded: Loaded, answer: Why) -> None:
    """Print the answer."""
    heading(loaded, answer)
    say_wrapped(f"Why is it so that {answer.query.clause}?", "bold")
    warned(answer)
    if not answer.holds or answer.day is None:
        day = f"on {answer.query.on}" if answer.query.on else f"on any day up to {iso(answer.last)}"
        say_wrapped(f"It is not so {day}. --why-not '{answer.query.text}' says what was missing.")
        return
    say_wrapped(f"It is so on {iso(answer.day)}." if answer.query.on else f"First on {iso(answer.day)}.")
    for number, part in enumerate(answer.parts, start=1):
        _part(part, number if len(answer.parts) > 1 else 0)


def warned(answer: Why | WhyNot) -> None:
    """Say what to bear in mind before the answer is read."""
    for text in answer.warnings:
        say_wrapped(f"Warning: {text}.", "yellow", hang="  ")


def _part(part: Part, number: int) -> None:
    say()
    if number:
        say_wrapped(f"{number}. {part.text}", "bold")
    if part.group is not None:
        say_wrapped(f"{summed(part.group)}; the last of them:", indent="  ")
    if not part.chain:
        say_wrapped("No step of the run brought this about: it was so from the beginning.", indent="  ")
    for place, link in enumerate(part.chain):
        if place:
            say("      ↑ because of", "dim")
        _link(link)


def _link(link: Link) -> None:
    step = link.step
    moved = step.before != step.after and step.kind != "decision"
    first, *rest = wrapped(f"{iso(step.day)}  {told(step)}", indent="  ", hang=" " * 12)
    style = status_style(step.after) if moved else "cyan" if step.kind == "event" else "blue" if step.rule else ""
    say(first if not style else first.replace(first[14:], paint(first[14:], style)))
    for line in rest:
        say(line)
    for label, text, styles in _below(link):
        say_wrapped(f"{label}: {text}" if label else text, *styles, indent=_INDENT, hang="  ")


def _below(link: Link) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What stands below a step: label, text, style."""
    step = link.step
    if link.chance:
        yield "decided", link.chance, ()
    if link.theory:
        yield "theory", link.theory, ()
    if step.basis and step.basis != "forced":
        yield "law", step.basis, ("dim",)
    yield from _doubts(link)
    if link.root:
        yield "root", link.root, ("bold",)
    # Of a run of steps that share a source, the one at the root names it.
    if step.sources and (link.root or step.kind == "decision"):
        yield "source", "; ".join(step.sources), ("dim",)
    if link.group is not None:
        yield "rests on", summed(link.group), ()
    for need in link.needs:
        yield "needed", needed(need), ()


def _doubts(link: Link) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What is disputed in law, or rests on no source."""
    step = link.step
    if link.question:
        from simulator.law.views import disputes

        yield f"disputed ({link.question})", disputes()[link.question].title, ("magenta",)
    elif "disputed" in step.note:
        yield "", step.note, ("magenta",)
    if not step.confirmed:
        yield "unconfirmed", "the record rests on memory here, no source was found", ("yellow",)


def told(step: Step) -> str:
    """A step in a few words: who, treaty, what, from and to."""
    if step.kind == "event":
        return f"{step.note or spaced(step.act)}{f' ({step.id})' if step.id and step.note else ''}"
    if step.kind == "decision":
        return f"{step.party or step.note} decides: rule {step.rule} {step.after}"
    whose = " ".join(part for part in (step.party, step.treaty) if part)
    toward = f" towards {', '.join('all' if one == '*' else one for one in step.toward)}" if step.toward else ""
    what = f"variable {step.note}" if step.act == "set" else spaced(step.act).removesuffix(" toward")
    moved = f", {step.before or '?'} → {step.after}" if step.before != step.after else ""
    return f"{whose}: {what}{toward}{moved}" if whose else f"{what}{toward}{moved}"


def needed(need: Need) -> str:
    """A condition that had to hold as well, with what it goes back to on one line."""
    if not need.chain:
        return need.text
    parts = []
    for link in need.chain:
        step = link.step
        word = step.note if step.kind == "event" and step.note else spaced(step.act)
        word += f" of {step.treaty}" if step.treaty and not step.party else ""
        word = f"rule {step.rule} {step.after}" if step.kind == "decision" else word
        parts.append(f"{word} {iso(step.day)}{'' if step.confirmed else ' (unconfirmed)'}")
    last = need.chain[-1].group
    tail = f" ← {summed(last)}" if last else ""
    many = f"{len(need.group.steps)} in all, the last: " if need.group else ""
    return f"{need.text} ({many}{' ← '.join(parts)}{tail})"


def summed(group: Group) -> str:
    """Like steps of several parties in one line."""
    steps = group.steps
    acts = " or ".join(sorted({spaced(one.act) for one in steps}))
    span = iso(steps[0].day) + (f" to {iso(steps[-1].day)}" if steps[-1].day != steps[0].day else "")
    who = f" by {', '.join(one.party for one in steps)}" if len(steps) <= _NAMED and steps[0].party else ""
    doubt = f", {group.unconfirmed} of them unconfirmed" if group.unconfirmed else ""
    return f"{len(steps)} acts ({acts}){who}, {span}{doubt}"
