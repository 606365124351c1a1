"""Strategies for the clauses of a treaty: entry into force, joining, leaving, duration, as data of a treaty file.

>>> from hypothesis import find
>>> treaty = find(treaties(kind="exchange", having=["withdrawal"], lacking=["duration"]), lambda treaty: True)
>>> treaty["parties"]["model"], "withdrawal" in treaty["clauses"], "duration" in treaty["clauses"]
('bilateral', True, False)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

__all__ = ["CLAUSES", "KINDS", "date_rules", "entry_rules", "treaties"]

KINDS = ("exchange", "pair", "count", "named", "all_signatories", "majority", "mixed")
# The clauses and details that `having` and `lacking` name; details belong to the clause before the dot.
CLAUSES = (
    "signature.opens",
    "signature.closes",
    "signature.closes_on_entry",
    "signature.eligible",
    "signature.definitive",
    "accession",
    "accession.from",
    "accession.eligible",
    "other_consent",
    "late_joiner",
    "entry.delay",
    "entry.floor",
    "provisional",
    "withdrawal",
    "withdrawal.notice",
    "withdrawal.forbidden",
    "withdrawal.later_date_void",
    "lock_in",
    "defer",
    "duration",
    "extension",
    "extension.cap",
    "reservations",
    "floor",
    "organ_sanctions",
    "suspension",
)
# What is so common in treaties that its absence is the exception.
_USUAL = {"accession", "withdrawal", "withdrawal.notice"}
_RARE = {
    "withdrawal.forbidden",
    "withdrawal.later_date_void",
    "signature.eligible",
    "accession.eligible",
    "entry.floor",
    "signature.opens",
}


def date_rules(longest: int = 40) -> st.SearchStrategy[dict[str, Any]]:
    """Rules for a delay or a notice period of at most about `longest` days (months count 30)."""
    months = max(longest // 30, 1)
    days = st.tuples(st.sampled_from(("days_after", "clear_days")), st.integers(0, longest)).map(
        lambda one: {one[0]: one[1]}
    )
    return st.one_of(
        st.just({"same_day": True}),
        days,
        days,
        st.integers(0, months + 1).map(lambda n: {"months": n}),
        st.integers(1, months + 1).map(lambda n: {"first_of_nth_month_after": n}),
        st.integers(0, longest).map(lambda n: {"later_of": [{"days_after": n}, {"months": 1}]}),
    )


@st.composite
def entry_rules(draw: st.DrawFn, kind: str, parties: Sequence[str]) -> dict[str, Any]:
    """When the threshold is met, as a treaty of this kind says it."""
    if kind == "exchange":
        return {"exchange": True}
    if kind in ("all_signatories", "majority"):
        return {"all_signatories": True} if kind == "all_signatories" else {"majority_of_signatories": True}
    count = {"count": draw(st.sampled_from([2, 2, 3, 3, 4][: 2 * len(parties) - 2]))}
    named = st.lists(st.sampled_from(sorted(parties)), min_size=1, max_size=3, unique=True).map(sorted)
    if kind == "named":
        return {"named": draw(named)}
    if kind == "mixed":
        return {"all": [count, {"named": draw(named)}]}
    return {"count": 2} if kind == "pair" else count


class _Shape:
    """Which optional clauses a treaty has: those asked for, not those ruled out, the rest by chance."""

    def __init__(self, draw: st.DrawFn, having: Sequence[str], lacking: Sequence[str]) -> None:
        for name in (*having, *lacking):
            if name not in CLAUSES:
                raise ValueError(f"unknown clause {name!r}; expected one of {', '.join(CLAUSES)}")
        self.draw, self.having, self.lacking = draw, set(having), set(lacking)

    def has(self, name: str) -> bool:
        if name in self.having:
            return True
        if name in self.lacking:
            return False
        # A failing example shrinks towards fewer clauses.
        if name in _USUAL:
            return self.draw(st.integers(0, 4)) > 0
        last = 7 if name in _RARE else 3
        return self.draw(st.integers(0, last)) == last


@st.composite
def treaties(
    draw: st.DrawFn,
    name: str = "alpha",
    parties: Sequence[str] = ("AUT", "BEL", "FIN", "North", "South", "Union"),
    start: dt.date = dt.date(2000, 1, 1),
    *,
    kind: str | None = None,
    having: Sequence[str] = (),
    lacking: Sequence[str] = (),
) -> dict[str, Any]:
    """Treaties as data of a treaty file.

    `kind` is one of KINDS: two parties by exchange or by two deposits, a count, named parties, all signatories, a
    majority of them, a count with named parties. `having` and `lacking` name clauses of CLAUSES; the rest is chance.
    """
    shape = _Shape(draw, having, lacking)
    chosen = kind or draw(st.sampled_from(KINDS))
    two = chosen in ("exchange", "pair")
    of: list[str] = []
    if two:
        of = draw(st.lists(st.sampled_from(parties), min_size=2, max_size=2, unique=True))
    elif chosen in ("named", "all_signatories") and draw(st.booleans()):
        of = sorted(draw(st.lists(st.sampled_from(parties), min_size=3, max_size=5, unique=True)))
    clauses: dict[str, Any] = {"entry_into_force": draw(_entry(shape, chosen, of or list(parties), start))}
    for key, make in _MAKERS.items():
        found = make(shape, start, list(parties))
        if two and key == "signature" and found is not None:
            found.pop("eligible", None)  # a treaty of two names its two
        if found and not (two and key in ("accession", "other_consent", "floor")):
            clauses[key] = found
    model = "bilateral" if two else ("closed" if of else "open")
    treaty = {
        "id": name,
        "title": name.title(),
        "parties": {"model": model, "of": of} if of else {"model": model},
        "clauses": clauses,
    }
    if clauses.get("signature", {}).get("opens", "") > start.isoformat():
        treaty["adopted"] = start.isoformat()  # the text is adopted before it is opened for signature
    return treaty


@st.composite
def _entry(draw: st.DrawFn, shape: _Shape, kind: str, able: list[str], start: dt.date) -> dict[str, Any]:
    clause: dict[str, Any] = {"rule": draw(entry_rules(kind, able))}
    if shape.has("entry.delay"):
        clause["delay"] = draw(date_rules())
    if shape.has("entry.floor"):
        clause["floor"] = {"date": _iso(start, draw(st.integers(0, 60)))}
    return clause


def _iso(start: dt.date, days: int) -> str:
    return (start + dt.timedelta(days=days)).isoformat()


def _signature(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    clause: dict[str, Any] = {}
    if shape.has("signature.opens"):
        clause["opens"] = _iso(start, shape.draw(st.integers(0, 3)))
    if shape.has("signature.closes"):
        clause["closes"] = _iso(start, shape.draw(st.integers(4, 60)))
    elif shape.has("signature.closes_on_entry"):
        clause["closes"] = "entry_into_force"
    if shape.has("signature.definitive"):
        clause["definitive"] = True
    if shape.has("signature.eligible"):
        clause["eligible"] = sorted(shape.draw(st.lists(st.sampled_from(parties), min_size=2, unique=True)))
    return clause or None


def _accession(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    if not shape.has("accession"):
        return None
    clause: dict[str, Any] = {"open": True}
    if shape.has("accession.from"):
        clause["from"] = shape.draw(st.sampled_from(("entry_into_force", _iso(start, 20))))
    if shape.has("accession.eligible"):
        clause["eligible"] = sorted(shape.draw(st.lists(st.sampled_from(parties), min_size=1, unique=True)))
    return clause


def _late_joiner(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    if not shape.has("late_joiner"):
        return None
    after = shape.draw(st.sampled_from(("entry_into_force", "threshold")))
    return {"delay": shape.draw(date_rules(60)), "after": after}


def _provisional(shape: _Shape, start: dt.date, parties: list[str]) -> Any:
    if not shape.has("provisional"):
        return None
    return {
        "from": shape.draw(st.sampled_from(("signature", _iso(start, 10)))),
        "extent": shape.draw(st.sampled_from(("partial", "full"))),
        "ends": shape.draw(st.sampled_from(("entry_into_force", _iso(start, 50)))),
    }


def _withdrawal(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    if not shape.has("withdrawal"):
        return None
    if shape.has("withdrawal.forbidden"):
        return {"allowed": False}
    clause: dict[str, Any] = {"allowed": True}
    if shape.has("withdrawal.later_date_void"):
        clause["later_date"] = False
    if shape.has("withdrawal.notice"):
        clause["notice"] = shape.draw(date_rules(90))
    clause["clock"] = shape.draw(st.sampled_from(("notice", "receipt")))
    if shape.has("lock_in"):
        clause["lock_in"] = {"years": shape.draw(st.integers(1, 2))}
    if shape.has("defer"):
        clause["defer"] = {"armed_conflict": shape.draw(st.sampled_from(("any", "international")))}
    return clause


def _duration(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    if not shape.has("duration"):
        return None
    until = _iso(start, shape.draw(st.integers(0, 900)))
    options: tuple[dict[str, Any], ...] = ({"years": 1}, {"years": 3}, {"until": until}, {"unlimited": True})
    chosen: dict[str, Any] = shape.draw(st.sampled_from(options))
    return chosen


def _extension(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    if not shape.has("extension"):
        return None
    return {"cap_years": shape.draw(st.integers(0, 2))} if shape.has("extension.cap") else {"years": 1}


def _flag(name: str, clause: dict[str, Any]) -> Callable[[_Shape, dt.date, list[str]], dict[str, Any] | None]:
    return lambda shape, start, parties: dict(clause) if shape.has(name) else None


def _floor(shape: _Shape, start: dt.date, parties: list[str]) -> dict[str, Any] | None:
    return {"parties": shape.draw(st.integers(2, 4))} if shape.has("floor") else None


_MAKERS: dict[str, Callable[[_Shape, dt.date, list[str]], Any]] = {
    "signature": _signature,
    "accession": _accession,
    "other_consent": _flag("other_consent", {"open": True}),
    "late_joiner": _late_joiner,
    "provisional": _provisional,
    "withdrawal": _withdrawal,
    "duration": _duration,
    "extension": _extension,
    "reservations": _flag("reservations", {"allowed": False}),
    "floor": _floor,
    "organ_sanctions": _flag("organ_sanctions", {"allowed": True}),
    "suspension": _flag("suspension", {"allowed": True}),
}
