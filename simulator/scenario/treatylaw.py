"""Treaty law of a scenario: own treaties, changed clauses of shipped ones, and the checks of both.

An own treaty has the shape of a shipped one (`simulator.law.clauses`); a change says only what differs. What a branch
changes is laid over what the scenario says. Every mistake is reported with its place in the scenario's own file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from simulator.law.catalogue import parties as shipped_parties
from simulator.law.catalogue import treaty_data, treaty_ids
from simulator.law.clauses import Treaty, merge_patch, parse_treaty
from simulator.scenario.library import Library, Loc, Problem
from simulator.scenario.schema import Branch, ForcedStatus, Scenario
from simulator.scenario.wording import nearest, said

__all__ = ["clause_problems", "forced_status_problems", "named_parties", "named_treaties", "treaty_texts"]

_WHOLE = frozenset(Treaty.model_fields)  # a change that uses one of these keys is written like a whole treaty


def _patch(own: Mapping[str, Any], shipped: bool) -> Mapping[str, Any]:
    """A change of a shipped treaty may leave out the level `clauses`."""
    return own if not shipped or _WHOLE & set(own) else {"clauses": own}


def treaty_texts(scenario: Scenario, branch: Branch | None, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the plain data of every treaty: shipped or own, with the scenario's and the branch's changes."""
    texts: dict[str, dict[str, Any]] = {}
    for one in sorted(set(wanted) | set(scenario.treaties)):
        own = scenario.treaties.get(one, {})
        shipped = one in treaty_ids()
        base: Mapping[str, Any] = treaty_data(one) if shipped else {"id": one, "title": one}
        text = merge_patch(dict(base), _patch(own, shipped))
        if branch and one in branch.clauses:
            text = merge_patch(text, {"clauses": branch.clauses[one]})
        texts[one] = text
    return texts


def named_parties(treaty: Treaty) -> Iterator[tuple[str, Loc]]:
    """Yield every party that a treaty names, with its place in the treaty's data."""
    yield from ((party, ("parties", "of", i)) for i, party in enumerate(treaty.parties.of))
    for name, table in treaty.attributes.items():
        yield from ((party, ("attributes", name, party)) for party in table)
    clauses = treaty.clauses
    for section in ("signature", "accession"):
        eligible = getattr(getattr(clauses, section), "eligible", "any")
        if not isinstance(eligible, str):
            yield from ((party, ("clauses", section, "eligible", i)) for i, party in enumerate(eligible))
    todo: list[tuple[Any, Loc]] = []
    if clauses.entry_into_force:
        todo.append((clauses.entry_into_force.rule, ("clauses", "entry_into_force", "rule")))
    while todo:
        rule, loc = todo.pop()
        yield from ((party, (*loc, "named", i)) for i, party in enumerate(rule.named or ()))
        todo.extend((part, (*loc, "all", i)) for i, part in enumerate(rule.all or ()))


def named_treaties(treaty: Treaty) -> Iterator[tuple[str, Loc]]:
    """Yield every other treaty that a treaty names, with its place."""
    for name in ("amends", "requires_in_force"):
        if getattr(treaty, name):
            yield getattr(treaty, name), (name,)
    if treaty.clauses.supersedes:
        found = enumerate(treaty.clauses.supersedes.treaties)
        yield from ((one, ("clauses", "supersedes", "treaties", i)) for i, one in found)
    if treaty.clauses.linked_termination:
        yield treaty.clauses.linked_termination.ends_with, ("clauses", "linked_termination", "ends_with")


def clause_problems(scenario: Scenario, library: Library) -> Iterator[Problem]:
    """Yield what is wrong with own treaties and with changes of clauses, in the scenario and in its branches."""
    broken: set[str] = set()
    for name, text in treaty_texts(scenario, None, scenario.treaties).items():
        short = name in library.treaty_ids and not _WHOLE & set(scenario.treaties[name])
        for problem in _problems(text, ("treaties", name), 1 if short else 0, scenario, library):
            broken.add(name)
            yield problem
    for number, branch in enumerate(scenario.branches):
        known = set(library.treaty_ids) | set(scenario.treaties)
        for name, text in treaty_texts(scenario, branch, set(branch.clauses) & known).items():
            if name in branch.clauses and name not in broken:
                yield from _problems(text, ("branches", number, "clauses", name), 1, scenario, library)


def _problems(
    text: Mapping[str, Any], start: Loc, skip: int, scenario: Scenario, library: Library
) -> Iterator[Problem]:
    """Validate one treaty; `skip` levels of its data are not written in the file."""
    try:
        options = _all_readings(text)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            yield _problem(details, start, skip)
        return
    # The shipped tables count whatever the library: a changed treaty still names the parties it always had.
    parties = set(library.party_ids) | set(scenario.parties.own) | set(shipped_parties())
    treaties = set(library.treaty_ids) | set(scenario.treaties) | set(treaty_ids())
    seen: set[str] = set()
    for one in options:
        for kind, known, named in (("party", parties, named_parties(one)), ("treaty", treaties, named_treaties(one))):
            for name, loc in named:
                if name not in known and name not in seen:
                    seen.add(name)
                    yield Problem(
                        (*start, *loc[skip:]), "TS330", f"unknown {kind} '{name}'", nearest(name, sorted(known))
                    )


def forced_status_problems(scenario: Scenario) -> Iterator[Problem]:
    """Yield the forced statuses that no run can reach, whatever happens in it: the clauses alone forbid them.

    A status is refused only if every reading of disputed clauses forbids it. Everything else shows in the run.
    """
    for number, branch in enumerate(scenario.branches):
        wanted = {one.treaty for one in branch.status}
        texts = treaty_texts(scenario, branch, wanted & set(treaty_ids())) if wanted else {}
        for j, one in enumerate(branch.status):
            try:
                treaties = _all_readings(texts.get(one.treaty, {}))
            except ValidationError:  # unknown, or reported with its clauses
                continue
            found = [_unreachable(treaty, one) for treaty in treaties]
            if all(found):
                place = ("branches", number, "status", j)
                hint = "change the day or the status, or change the clause in the same branch"
                yield Problem(place, "TS319", f"{one.of} cannot be {one.is_} under {one.treaty}: {found[0]}", hint)


def _all_readings(text: Mapping[str, Any]) -> list[Treaty]:
    """The treaty as it stands, and under each single reading of its disputed clauses."""
    treaty = parse_treaty(text)
    return [treaty, *(parse_treaty(text, {d: r}) for d, readings in treaty.readings.items() for r in readings)]


def _unreachable(treaty: Treaty, forced: ForcedStatus) -> str:
    """Return why the clauses allow nobody this status on this day; empty if they may."""
    if forced.is_ == "non_party":
        return ""
    if forced.is_ == "terminated":
        return "this status follows from the end of the treaty, and nobody is put into it"
    if treaty.adopted and forced.date < treaty.adopted:
        return f"it was adopted on {treaty.adopted}, and does not exist on {forced.date}"
    if treaty.opens and forced.date < treaty.opens:
        return f"it opens on {treaty.opens}, and nobody can sign or join it on {forced.date}"
    if forced.is_ == "withdrawn" and not (treaty.clauses.withdrawal and treaty.clauses.withdrawal.allowed):
        return "it gives no right to withdraw"
    return ""


def _problem(error: Any, start: Loc, skip: int) -> Problem:
    loc = tuple(part for part in error["loc"] if isinstance(part, int) or part not in _UNION_PARTS)
    place = (*start, *loc[skip:])
    kind = error["type"]
    if kind == "extra_forbidden":
        hint = nearest(str(loc[-1]), _keys_at(loc[:-1]))
        return Problem(place, "TS330", f"unknown key '{loc[-1]}' in a treaty", hint, key=True)
    if kind == "missing":
        return Problem(place[:-1], "TS330", f"'{loc[-1]}' is missing")
    if kind == "value_error":
        return Problem(place, "TS330", str(error["ctx"]["error"]))
    _, message, hint = said(error)
    return Problem(place, "TS330", message, hint)


_UNION_PARTS = frozenset({"Provisional", "str", "date", "literal"})


def _keys_at(loc: Loc) -> list[str]:
    """Return the keys that may stand at a place of a treaty's data."""
    model: type[BaseModel] = Treaty
    for part in loc:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if field is None:
            continue
        inner = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
        model = next((one for one in inner if issubclass(one, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]
