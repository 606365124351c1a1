"""What is lacking to a condition: the present state, the ways the law offers, and what is under way already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.explain.obstacles import Wanted
from simulator.explain.occasions import Seen, lacking
from simulator.explain.routes import Gap, Route, entry_gap, routes, spans
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.results.trace import Step, iso
from simulator.scenario import conditions as c
from simulator.scenario.sentences import condition_phrase

__all__ = ["Lack", "lack_of", "lacks"]

_PENDING = {"withdrawal": "notify_withdrawal", "suspension": "notify_suspension", "entry_into_force": "deposit"}
_STANCES = {
    "suspended": "suspend_toward",
    "countermeasure": "adopt_countermeasure",
    "non_performance": "cease_performance",
}
_FLAGS = {"domestic_approval": "approve_domestically", "intent_disclaimed": "disclaim_intent"}

Pending = tuple[str, int | None, Step | None]


@dataclass(frozen=True, slots=True)
class Lack:
    """A leaf that is not as wanted: what is so instead (`text`), and what the law would need to change that.

    `pending` are effects under way: kind, day (None while deferred), and the step of the notice. `wanted` are the acts
    that could help; `words` the statuses that would do.
    """

    text: str
    machine: str = ""
    treaty: str = ""
    parties: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    status: str = ""
    since: int | None = None
    routes: tuple[Route, ...] = ()
    gap: Gap | None = None
    pending: tuple[Pending, ...] = ()
    wanted: tuple[Wanted, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {
            "text": self.text,
            "treaty": self.treaty or None,
            "parties": list(self.parties),
            "status": self.status or None,
            "since": iso(self.since),
            "routes": [one.as_json() for one in self.routes],
            "entry_into_force": self.gap.as_json() if self.gap else None,
            "pending": [{"kind": kind, "effective": iso(due)} for kind, due, _ in self.pending],
            "acts": [f"{one.treaty}.{one.party}.{one.act}" for one in self.wanted],
        }


def lacks(seen: Seen) -> list[Lack]:
    """Return every leaf of the question whose truth would have to change, on the last day it is about."""
    assert seen.verdict is not None
    leaves = dict.fromkeys(one for way in lacking(seen.verdict) for one in way)
    return [lack_of(seen, leaf, want, {}, seen.trace.last) for leaf, want in leaves]


def lack_of(seen: Seen, leaf: Any, want: bool, roles: Mapping[str, str], last: int) -> Lack:
    """Return what is lacking to one leaf on a day; `roles` names actor and subject."""
    text = condition_phrase(leaf, roles, negated=want) if roles else condition_phrase(leaf, negated=want)
    if isinstance(leaf, c.StatusIs):
        words = tuple(one for one in STATUSES if (one in leaf.is_) == want)
        people = _members(seen, leaf.of, roles, last)
        return replace(_status(seen, leaf.status, words, people, last), text=text)
    if isinstance(leaf, c.TreatyIs):
        return _treaty(seen, leaf, want, text, last)
    if isinstance(leaf, c.Happened) and isinstance(leaf.happened, c.HappenedWhat) and leaf.happened.act and want:
        what = leaf.happened
        people = _members(seen, what.of, roles, last) if what.of else ("*",)
        return Lack(text, wanted=tuple(Wanted(what.treaty or "", one, what.act or "") for one in people))
    if isinstance(leaf, c.CountIs) and want:
        return _count(seen, leaf, text, last)
    word = _word(leaf)
    if word and want:
        whom = getattr(leaf, "of", None)
        people = _members(seen, whom, roles, last) if whom is not None else ()
        treaty = getattr(leaf, "treaty", "")
        toward = _members(seen, leaf.toward, roles, last) if isinstance(leaf, c.TowardIs) else ()
        return Lack(text, wanted=tuple(Wanted(treaty, one, word, toward) for one in people or ("*",)))
    return Lack(text)


def _word(leaf: Any) -> str:
    if isinstance(leaf, c.PendingIs):
        return _PENDING[leaf.pending]
    if isinstance(leaf, c.TowardIs):
        return _STANCES[leaf.is_[0]]
    return _FLAGS[leaf.flag] if isinstance(leaf, c.FlagIs) else ""


def _members(seen: Seen, whom: Any, roles: Mapping[str, str], last: int) -> tuple[str, ...]:
    """The parties that a reference means on a day."""
    name = whom.value if isinstance(whom, c.Members) else str(whom)
    name = roles.get(name, name)
    names = seen.program.names
    if name not in names.blocs:
        return (name,)
    bloc = seen.program.blocs[names.blocs.index(name)]
    if bloc.treaty < 0:
        return tuple(names.parties[one] for one in bloc.members)
    treaty = names.treaties[bloc.treaty]
    return tuple(one for one in names.parties if _at(seen, treaty, one, last)[0] in ("in_force", "suspended"))


def _at(seen: Seen, treaty: str, party: str, day: int) -> tuple[str, int]:
    """The status on a day, and since when."""
    found = [one for one in spans(seen.trace.steps, treaty, party, max(day, seen.trace.last)) if one[1] <= day]
    return found[-1][:2] if found else ("non_party" if party else "negotiated", 0)


def _status(seen: Seen, treaty: str, words: Sequence[str], people: Sequence[str], last: int) -> Lack:
    """What is lacking to these parties' having one of these statuses."""
    short = tuple(one for one in people if _at(seen, treaty, one, last)[0] not in words)
    if not short:  # the status is right, but has not lasted long enough
        return Lack("", "party", treaty, tuple(people), tuple(words))
    status, since = _at(seen, treaty, short[0], last)
    before = dict(zip(seen.program.names.parties, seen.program.predecessors, strict=True))
    code = before.get(short[0], -1)
    old = seen.program.names.parties[code] if code >= 0 else ""
    heir = bool(old) and any(one.treaty == treaty and one.party == old for one in seen.trace.steps)
    had = spans(seen.trace.steps, treaty, short[0], last)
    # From before it last was so there is nothing to say: it did come about then.
    since_then = had[max((place for place, one in enumerate(had) if one[0] in words), default=-1) + 1 :]
    earlier = [one for one, _, until in since_then if until >= seen.program.first]
    starts = [one for one in dict.fromkeys(reversed(earlier)) if one not in words]
    ways = _nearest([_allowed(seen, treaty, routes("party", one, words, succession=heir)) for one in starts])
    needs_entry = any(one.follows for one in ways) and seen.trace.treaties[treaty][0] == "open"
    return Lack(
        "",
        "party",
        treaty,
        short,
        tuple(words),
        status,
        since or None,
        tuple(ways),
        entry_gap(seen, treaty) if needs_entry and "in_force" in words else None,
        _pending(seen, treaty, short),
        tuple(dict.fromkeys(Wanted(treaty, party, act) for route in ways for party in short for act in route.acts)),
    )


def _count(seen: Seen, leaf: c.CountIs, text: str, last: int) -> Lack:
    """So many more parties would have to take the same way, beside those that had taken it on the best day."""
    word, number = leaf.comparison
    everyone = tuple(sorted({one.party for one in seen.trace.final if one.treaty == leaf.count}))
    people = _members(seen, leaf.of, {}, last) if leaf.of else everyone
    more = word in ("at_least", "above", "is")
    best, held = _best(seen, leaf, people, last)
    found = [one for one in people if held.get(one, "non_party") in leaf.is_]
    when = "" if best == last else f" at best, on {iso(best)}"
    text = f"{text}: {len(found)}{when} ({', '.join(found)})" if found else f"{text}: none"
    short = number + (word == "above") - len(found)
    groups: dict[str, list[str]] = {}
    for one in people:
        if one not in found:
            groups.setdefault(held.get(one, "non_party"), []).append(one)
    for some in sorted(groups.values(), key=len, reverse=True):
        if len(some) >= short > 0 and more:
            return replace(_status(seen, leaf.count, leaf.is_, some[:short], last), text=text)
    return Lack(text)


def _best(seen: Seen, leaf: c.CountIs, people: Sequence[str], last: int) -> tuple[int, dict[str, str]]:
    """The day, the last if it is as good as any, on which most of these parties had the status, and all statuses."""
    held: dict[str, str] = {}
    days: dict[int, dict[str, str]] = {}
    for one in seen.trace.steps:
        if one.treaty == leaf.count and one.party and one.before != one.after and one.day <= last:
            held[one.party] = one.after
            days[max(one.day, seen.program.first)] = dict(held)
    days[last] = held
    if leaf.comparison[0] in ("at_most", "below"):  # too many had it: how many do now is what counts
        return last, held

    def number(day: int) -> tuple[int, bool]:
        return sum(days[day].get(one, "non_party") in leaf.is_ for one in people), day == last

    best = max(days, key=number)
    return best, days[best]


def _nearest(sets: Sequence[Sequence[Route]]) -> list[Route]:
    """The ways from those statuses of the past from which the fewest moves were left, without needless acts."""
    best = min((len(one.moves) for some in sets for one in some), default=0)
    near = [some for some in sets if any(len(one.moves) == best for one in some)]
    found = [one for some in near for one in some if len(one.moves) <= best + 1]

    def detour(one: Route) -> bool:
        return any(other.start == one.start and set(other.acts) < set(one.acts) for other in found)

    return [one for one in found if not detour(one)]


def _allowed(seen: Seen, treaty: str, ways: Sequence[Route]) -> list[Route]:
    """Leave out ways of joining that the treaty's own clauses do not know at all."""
    terms = seen.program.terms[seen.program.names.treaties.index(treaty)]
    closed = {
        "accede": not terms.accession_open,
        "consent_otherwise": not terms.other_consent,
        "sign_definitively": not terms.definitive,
        "exchange": not (terms.bilateral and terms.entry is not None and terms.entry.kind == "named"),
        "terminate_for_breach": not terms.bilateral,
    }
    return [one for one in ways if not any(closed.get(act, False) for act in one.acts)]


def _pending(seen: Seen, treaty: str, parties: Sequence[str]) -> tuple[Pending, ...]:
    found: list[Pending] = []
    for one in seen.trace.final:
        if one.treaty == treaty and one.party in parties:
            for kind, due in one.pending:
                words = {"withdrawal": ("notify_withdrawal",), "entry_into_force": ("deposit", "accede", "exchange")}
                acts = words.get(kind, ("notify_suspension", "suspend_toward"))
                steps = [s for s in seen.trace.steps if (s.treaty, s.party) == (treaty, one.party) and s.act in acts]
                found.append((kind, due, steps[-1] if steps else None))
    return tuple(found)


def _treaty(seen: Seen, leaf: c.TreatyIs, want: bool, text: str, last: int) -> Lack:
    treaty, names = leaf.treaty, seen.program.names
    words = tuple(one for one in TREATY_STATUSES if (one in leaf.is_) == want)
    status, since = _at(seen, treaty, "", last)
    terms = seen.program.terms[names.treaties.index(treaty)]
    ways = list(routes("treaty", status, words))
    wanted = [Wanted(treaty, "*", act) for route in ways for act in route.acts]
    gap = entry_gap(seen, treaty) if "in_force" in words and status in ("open", "adopted", "negotiated") else None
    if gap is not None:
        wanted += [Wanted(treaty, party, "deposit") for party in gap.missing]
    if "terminated" in words and terms.bilateral:
        wanted += [Wanted(treaty, names.parties[one], "notify_withdrawal") for one in terms.parties]
    return Lack(
        text,
        "treaty",
        treaty,
        ("*",),
        words,
        status,
        since or None,
        tuple(ways),
        gap,
        (),
        tuple(dict.fromkeys(wanted)),
    )
