"""State diagrams as text, in Mermaid or DOT: the lifecycles of the law, and what one treaty's clauses make of them.

Every edge is a row of the table of moves, with its id and legal basis. The machine of a treaty leaves out the moves
that its clauses rule out from the start (no accession clause, no right to withdraw, more than two parties), and says
what the clauses add: notice periods, thresholds, end dates. What depends on the day is for a run to find out.

>>> print(as_mermaid(lifecycle_diagram("treaty")).splitlines()[5].strip())
negotiated --> adopted : T1 adopt (VCLT 9)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.clauses import EntryRule, Treaty
from simulator.law.lifecycle import INITIAL, STATUSES, TREATY_STATUSES, Move, lifecycle

__all__ = ["Diagram", "Edge", "Machine", "as_dot", "as_mermaid", "lifecycle_diagram", "treaty_diagram"]


@dataclass(frozen=True, slots=True)
class Edge:
    """Moves from one status to another; `labels` has one line for each."""

    source: str
    target: str
    moves: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine: its statuses in order, the first one, and the moves between them."""

    id: str
    title: str
    statuses: tuple[str, ...]
    initial: str
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """One or more machines under a title."""

    title: str
    machines: tuple[Machine, ...]


# --- what is drawn ----------------------------------------------------------------------------------------------------


def lifecycle_diagram(machine: str, *, quiet: bool = False) -> Diagram:
    """The lifecycle of the law, `party` or `treaty`; `quiet` adds the moves that keep the status."""
    titles = {"party": "A party under a treaty", "treaty": "A treaty"}
    return Diagram(f"{titles[machine]}: the lifecycle of the law", (_machine(machine, None, quiet),))


def treaty_diagram(name: str, *, quiet: bool = False) -> Diagram:
    """The machine of one shipped treaty: the moves that its clauses allow.

    Raises RecordError for an unknown treaty.
    """
    found = treaty(name)
    machines = (_machine("party", found, quiet), _machine("treaty", found, quiet))
    return Diagram(f"{found.name}: the moves that its clauses allow", machines)


def _machine(kind: str, of: Treaty | None, quiet: bool) -> Machine:
    known = STATUSES if kind == "party" else TREATY_STATUSES
    moves = [one for one in lifecycle().of(kind) if of is None or _allowed(one, of)]
    grouped: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        for source in move.sources:
            target = source if move.target == "=" else move.target
            if source != target or quiet:
                grouped.setdefault((source, target), []).append(move)
    reached = _reached(INITIAL[kind], grouped)
    order = {status: place for place, status in enumerate(known)}
    edges = tuple(
        Edge(source, target, tuple(one.id for one in found), tuple(_label(one, of) for one in found))
        for (source, target), found in sorted(grouped.items(), key=lambda item: [order[one] for one in item[0]])
        if source in reached
    )
    title = {"party": "a party", "treaty": "the treaty"}[kind]
    return Machine(kind, title, tuple(one for one in known if one in reached), INITIAL[kind], edges)


def _reached(initial: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    known, reached = list(pairs), {initial}
    for _ in known:
        reached |= {target for source, target in known if source in reached}
    return reached


def _label(move: Move, of: Treaty | None) -> str:
    detail = _DETAILS[move.event](of) if of is not None and move.event in _DETAILS else ""
    own = _article(of, move.event)
    basis = f"{own}; {move.basis}" if own else move.basis
    text = f"{move.id} {move.event.replace('_', ' ')}{', ' + detail if detail else ''} ({basis})"
    return text.replace("; ", ", ").replace(";", ",").replace(":", ",")


def _article(of: Treaty | None, event: str) -> str:
    """The treaty's own article on this event, if its clauses name one."""
    clause = getattr(of.clauses, _CLAUSES[event]) if of is not None and event in _CLAUSES else None
    first = clause[0] if isinstance(clause, tuple) and clause else clause
    article = getattr(first, "article", "")
    return f"{of.name} {article}" if of is not None and article and article != "none" else ""


_CLAUSES: Final = {
    "sign": "signature",
    "deposit": "ratification",
    "accede": "accession",
    "consent_otherwise": "other_consent",
    "exchange": "entry_into_force",
    "threshold_met": "entry_into_force",
    "enter_into_force": "entry_into_force",
    "enter_into_force_for_party": "late_joiner",
    "apply_provisionally": "provisional",
    "notify_withdrawal": "withdrawal",
    "withdrawal_effective": "withdrawal",
    "defer_withdrawal": "withdrawal",
    "expire": "duration",
    "extend": "extension",
    "floor_breached": "floor",
    "linked_termination": "linked_termination",
    "restrict_rights": "organ_sanctions",
    "restore_rights": "organ_sanctions",
}


# --- what the clauses rule out ----------------------------------------------------------------------------------------


def _allowed(move: Move, of: Treaty) -> bool:
    """Whether the clauses leave room for the move at all."""
    tests = [_GUARDS[guard] for guard in move.guards if guard in _GUARDS]
    tests += [_EVENTS[move.event]] if move.event in _EVENTS else []
    return all(test(of) for test in tests)


def _signable(of: Treaty) -> bool:
    return of.clauses.signature is not None


def _by_exchange(of: Treaty) -> bool:
    """Whether instruments are exchanged: where the clause says so, or where nobody is there to hold them."""
    entry = of.clauses.entry_into_force
    return not of.depositaries or (entry is not None and bool(entry.rule.exchange))


def _ends_by_date(of: Treaty) -> bool:
    duration = of.clauses.duration
    return duration is not None and not duration.unlimited and (duration.until or duration.years) is not None


def _may_join_later(of: Treaty) -> bool:
    return of.parties.model == "open" or of.clauses.late_joiner is not None


@cache
def _superseded() -> frozenset[str]:
    """The treaties that a later one replaces."""
    clauses = (treaty(name).clauses.supersedes for name in treaty_ids())
    return frozenset(name for one in clauses if one is not None for name in one.treaties)


_Test = Callable[[Treaty], bool]

_GUARDS: Final[dict[str, _Test]] = {
    "signature_open": _signable,
    "predecessor_signed": _signable,
    "signed_before": _signable,
    "definitive_signature_allowed": lambda of: of.clauses.signature is not None and of.clauses.signature.definitive,
    "accession_open": lambda of: of.clauses.accession is not None and of.clauses.accession.open,
    "other_consent_open": lambda of: of.clauses.other_consent is not None and of.clauses.other_consent.open,
    "exchange_agreed": _by_exchange,
    "provisional_application_allowed": lambda of: bool(of.clauses.provisional),
    "withdrawal_right": lambda of: of.clauses.withdrawal is not None and of.clauses.withdrawal.allowed,
    "bilateral_treaty": lambda of: of.parties.model == "bilateral",
    "organ_sanctions_allowed": lambda of: of.clauses.organ_sanctions is not None,
    "reservations_allowed": lambda of: of.clauses.reservations is None or of.clauses.reservations.allowed,
    "before_expiry": _ends_by_date,
}
_EVENTS: Final[dict[str, _Test]] = {
    "deposit": lambda of: _signable(of) and not _by_exchange(of),
    "withdrawal_effective": _GUARDS["withdrawal_right"],
    "revoke_withdrawal": _GUARDS["withdrawal_right"],
    "defer_withdrawal": lambda of: of.clauses.withdrawal is not None and of.clauses.withdrawal.defer is not None,
    "enter_into_force_for_party": _may_join_later,
    "expire": _ends_by_date,
    "supersede": lambda of: of.id in _superseded(),
    "bilateral_exit": _GUARDS["bilateral_treaty"],
    "terminate_for_breach": _GUARDS["bilateral_treaty"],
    "party_exit": lambda of: of.parties.model != "bilateral",
    "no_two_parties": lambda of: of.parties.model != "bilateral",
    "floor_breached": lambda of: of.clauses.floor is not None,
    "linked_termination": lambda of: of.clauses.linked_termination is not None,
    "amendment_in_force": lambda of: any(treaty(name).amends == of.id for name in treaty_ids()),
}


# --- what the clauses add ---------------------------------------------------------------------------------------------


def _notice(of: Treaty) -> str:
    clause = of.clauses.withdrawal
    if clause is None or clause.notice is None:
        return "after 12 months"
    return f"{clause.notice}{' from receipt' if clause.clock == 'receipt' else ''}"


def _threshold(of: Treaty) -> str:
    entry = of.clauses.entry_into_force
    return _rule(entry.rule) if entry is not None else ""


def _rule(rule: EntryRule) -> str:
    """What must have happened before the treaty enters into force, in a few words."""
    if rule.all is not None:
        return " and ".join(_rule(part) for part in rule.all)
    if rule.count is not None:
        return f"{rule.count} consents"
    if rule.named is not None:
        few = len(rule.named) <= 8
        return f"consent of {' '.join(rule.named)}" if few else f"consent of {len(rule.named)} named States"
    if rule.attribute is not None:
        return f"consent of all with {rule.attribute.replace('_', ' ')} of {rule.at_least} or more"
    if rule.exchange:
        return "instruments exchanged"
    return "consent of a majority of signatories" if rule.majority_of_signatories else "consent of all signatories"


def _entry(of: Treaty) -> str:
    entry = of.clauses.entry_into_force
    return f"{_rule(entry.rule)}, then {entry.delay}" if entry is not None else ""


def _late_delay(of: Treaty) -> str:
    return str(of.clauses.late_joiner.delay) if of.clauses.late_joiner is not None else ""


def _end(of: Treaty) -> str:
    duration = of.clauses.duration
    if duration is None:
        return ""
    return f"on {duration.until}" if duration.until else f"after {duration.years} years"


def _extension(of: Treaty) -> str:
    extension = of.clauses.extension
    if extension is None or extension.years is None:
        return ""
    cap = f", {extension.cap_years} in all" if extension.cap_years is not None else ""
    return f"by {extension.years} years{cap}"


def _least(of: Treaty) -> str:
    return f"fewer than {of.clauses.floor.parties} parties" if of.clauses.floor is not None else ""


def _link(of: Treaty) -> str:
    linked = of.clauses.linked_termination
    return f"when {linked.ends_with} ends" if linked is not None else ""


_DETAILS: Final[dict[str, Callable[[Treaty], str]]] = {
    "withdrawal_effective": _notice,
    "threshold_met": _threshold,
    "enter_into_force": _entry,
    "enter_into_force_for_party": _late_delay,
    "expire": _end,
    "extend": _extension,
    "floor_breached": _least,
    "linked_termination": _link,
}


# --- as text ----------------------------------------------------------------------------------------------------------


def as_mermaid(diagram: Diagram) -> str:
    """The diagram as a Mermaid state diagram, for Markdown files and web pages."""
    lines = ["---", f"title: {json.dumps(diagram.title, ensure_ascii=False)}", "---", "stateDiagram-v2"]
    several = len(diagram.machines) > 1
    for machine in diagram.machines:
        pad = "    " if not several else "        "
        prefix = f"{machine.id}_" if several else ""
        if several:
            lines.append(f'    state "{machine.title}" as {machine.id} {{')
            lines += [f'{pad}state "{status}" as {prefix}{status}' for status in machine.statuses]
        lines.append(f"{pad}[*] --> {prefix}{machine.initial}")
        for edge in machine.edges:
            label = "<br/>".join(edge.labels)
            lines.append(f"{pad}{prefix}{edge.source} --> {prefix}{edge.target} : {label}")
        if several:
            lines.append("    }")
    return "\n".join(lines) + "\n"


def as_dot(diagram: Diagram) -> str:
    """The diagram in the DOT language of Graphviz."""
    lines = [
        "digraph machine {",
        f"  label={_quoted(diagram.title)}; labelloc=t; rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    for machine in diagram.machines:
        name = machine.id
        lines.append(f"  subgraph cluster_{name} {{")
        lines.append(f"    label={_quoted(machine.title)}; color=gray;")
        lines.append(f"    {name}_start [shape=point];")
        lines += [f"    {name}_{status} [label={_quoted(status)}];" for status in machine.statuses]
        lines.append(f"    {name}_start -> {name}_{machine.initial};")
        for edge in machine.edges:
            label = _quoted("\n".join(edge.labels))
            lines.append(f"    {name}_{edge.source} -> {name}_{edge.target} [label={label}];")
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    """Text in DOT's quotes; a line break is written as backslash n.

    >>> print(_quoted('a "b"'))
    "a \\"b\\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
