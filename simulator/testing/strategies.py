"""Hypothesis strategies: random treaties, acts both legal and illegal, armed conflicts, views, and whole cases of them.

This is the one place where random models are made; tests of the product use it, and so can tests of one's own treaty.
Put the clauses in place of the random ones, and let the law's invariants be checked on whatever happens under them:

>>> from hypothesis import given, settings
>>> from simulator.testing.invariants import check_case
>>> pact = {
...     "id": "pact",
...     "title": "A pact of two",
...     "parties": {"model": "bilateral", "of": ["FRA", "DEU"]},
...     "clauses": {
...         "entry_into_force": {"rule": {"exchange": True}},
...         "withdrawal": {"notice": {"months": 6}, "lock_in": {"years": 1}},
...     },
... }
>>> @settings(max_examples=20, derandomize=True, database=None)
... @given(cases(treaties=[pact], parties=("FRA", "DEU")))
... def test_my_pact_obeys_the_law(case):
...     assert check_case(case) == []
>>> test_my_pact_obeys_the_law()

Examples are small on purpose: few parties, short notices, days that coincide. Most cases first let some parties join,
because an act can only go wrong in interesting ways where there is something to lose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from simulator.law.catalogue import parties as shipped_parties
from simulator.law.views import VIEWS
from simulator.testing.cases import Case, CaseAct, Conflict, TreatyData
from simulator.testing.clauses import treaties

__all__ = ["PARTIES", "WORDS", "acts", "cases", "conflicts", "opening", "treaties", "treaty_sets", "views"]

# Three States of our world, and an invented one that two invented others succeed.
PARTIES = ("AUT", "BEL", "FIN", "North", "South", "Union")
HEIRS = {"North": "Union", "South": "Union"}
# The fewer the parties, the more often their acts concern each other.
CASTS = (("AUT", "BEL", "FIN"), ("AUT", "North", "Union"), ("AUT", "BEL", "North", "South", "Union"), PARTIES)
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2009, 12, 31)
HORIZON = dt.timedelta(days=3650)
# Ends of months, leap years and not: where date rules differ.
STARTS = (dt.date(2000, 1, 1), dt.date(2000, 1, 31), dt.date(2001, 12, 29), dt.date(2003, 8, 30))
GAPS = (0, 0, 0, 1, 1, 2, 3, 7, 15, 30, 31, 60, 95, 180, 366)
NUMBERS = (None, None, 0, 1, 5, 20, 45, 100, 400, -3)
LAGS = (0, 0, 0, 3, 20)
LATER = (0, 1, 5, 0, 28, 31, 60, 92, 120, 200, 1, 10)
PAIRS = ("superseding", "linked", "amending", "waiting", "apart")

# `a>b`: one act and, some days later, the one that answers it. A word that stands twice is drawn twice as often.
WORDS = (
    *("sign", "sign", "deposit", "deposit", "accede", "accede", "exchange", "sign_definitively", "consent_otherwise"),
    *("sign>deposit", "sign>exchange", "deposit>withdraw_consent", "accede>withdraw_consent", "withdraw_consent"),
    *("approve_domestically", "announce", "domestic_step", "declare", "disclaim_intent", "apply_provisionally"),
    *("apply_provisionally>end_provisional", "sign>make_reservation", "make_reservation>withdraw_reservation"),
    *("notify_withdrawal", "notify_withdrawal", "notify_withdrawal>revoke_withdrawal", "notify_withdrawal>accede"),
    *("revoke_withdrawal", "notify_suspension", "notify_suspension", "notify_suspension>resume", "resume", "object"),
    *("notify_suspension>object", "notify_suspension>notify_withdrawal", "notify_withdrawal>object"),
    *("suspend_toward", "suspend_toward>resume", "suspend_toward>object", "adopt_countermeasure"),
    *("adopt_countermeasure>lift_countermeasure", "cease_performance", "allege_breach", "determine_breach"),
    *("allege_breach>terminate_for_breach", "terminate_for_breach", "establish_invalidity", "object_to_reservation"),
    *("become_extinct", "become_extinct>succeed", "succeed", "become_extinct>succeed_to_signature"),
    *("succeed_to_signature", "restrict_rights>restore_rights", "restore_rights", "extend", "extend"),
    *("suspend_by_all>resume_by_all", "terminate_by_consent", "lapse", "close_for_signature", "convene_conference"),
)
_BY_TREATY = {
    *("extend", "suspend_by_all", "resume_by_all", "terminate_by_consent", "lapse", "close_for_signature"),
    *("convene_conference", "adopt", "open_for_signature"),
}
_PAIRWISE = {
    *("suspend_toward", "adopt_countermeasure", "lift_countermeasure", "cease_performance", "allege_breach"),
    *("determine_breach", "object_to_reservation"),
}
_LEAVING = {"notify_withdrawal", "become_extinct", "establish_invalidity"}
_STATED = {"notify_withdrawal", "notify_suspension", "suspend_toward"}
_GROUNDS = ("", "VCLT 60", "VCLT 62", "supreme interests")


def views() -> st.SearchStrategy[str]:
    """Views by name: `depositary`, `claimant`, `objector`, `strict`."""
    return st.sampled_from(VIEWS)


@st.composite
def conflicts(
    draw: st.DrawFn, parties: Sequence[str] = PARTIES, start: dt.date = FIRST, *, most: int = 4
) -> tuple[Conflict, ...]:
    """One to `most` armed conflicts, each with its beginning and mostly its end, which may fall on the same day."""
    found = []
    moment = st.tuples(
        st.sampled_from(parties),
        st.sampled_from((3, 8, 20, 60, 150, 300)),
        st.sampled_from((30, 90, 200, 0, 400, 1, 1000, -1)),
        st.booleans(),
    )
    for number, (party, after, lasts, kind) in enumerate(draw(st.lists(moment, min_size=1, max_size=most))):
        begin = start + dt.timedelta(days=after)
        found.append(Conflict(f"w{number}a", begin, (party,), True, kind))
        if lasts >= 0:
            found.append(Conflict(f"w{number}b", begin + dt.timedelta(days=lasts), (party,), False, kind))
    return tuple(found)


def _moments(words: Sequence[str], parties: Sequence[str], most: int) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Draw what acts() turns into acts: plain tuples in a list, which Hypothesis shrinks well."""
    moment = st.tuples(
        st.sampled_from(GAPS),
        st.sampled_from(words),
        st.sampled_from(parties),
        st.sampled_from(parties),
        st.sampled_from(NUMBERS),
        st.integers(0, 11),
    )
    return st.lists(moment, min_size=min(3, most), max_size=most)


def _act(number: int, day: dt.date, treaty: str, drawn: tuple[Any, ...]) -> CaseAct:
    _, word, party, other, stated, mix = drawn
    toward: tuple[str, ...] = (other,) if word in _PAIRWISE else ()
    if word in ("resume", "object") and mix % 3 == 0:
        toward = (other,)
    if word in ("cease_performance", "lift_countermeasure") and mix % 3 == 0:
        toward = ()
    effective = until = None
    if word in _STATED and stated is not None:
        effective = day + dt.timedelta(days=stated)
    if word == "extend":
        until = day + dt.timedelta(days=(stated or 30) * (4 if mix % 2 else 12))
    return CaseAct(
        f"a{number:02}",
        day,
        "*" if word in _BY_TREATY else party,
        word,
        treaty,
        toward,
        effective,
        LAGS[mix % len(LAGS)] if word == "notify_withdrawal" else 0,
        until,
        _GROUNDS[mix % len(_GROUNDS)] if word in ("notify_suspension", "suspend_toward") else "",
    )


def _answerer(words: str, party: str, other: str, mix: int) -> tuple[str, str]:
    """Return who answers an act, and towards whom: another party objects, a successor succeeds, either leaves."""
    first, _, word = words.partition(">")
    heirs = [after for after, before in HEIRS.items() if before == party]
    heirs = heirs or [*shipped_parties()[party].successors] if party in shipped_parties() else heirs
    if word.startswith("succeed"):
        return (heirs[len(other) % len(heirs)] if heirs else other), party
    turned = word == "object" or (first in _PAIRWISE and word in _LEAVING and mix % 2)
    return (other, party) if turned else (party, other)


_ENTERING = {"sign", "accede", "sign_definitively", "consent_otherwise", "succeed", "succeed_to_signature"}


def _cast(drawn: tuple[Any, ...], inside: Sequence[str], outside: Sequence[str]) -> tuple[str, str]:
    """Return who acts and towards whom: mostly someone who can, since joining twice is refused, and refused again."""
    _, words, party, other, _, mix = drawn
    pool = outside if words.partition(">")[0] in _ENTERING else inside
    if pool and mix % 4:
        party = party if party in pool else pool[mix % len(pool)]
        others = [one for one in inside if one != party]
        if others and other not in others:
            other = others[mix % len(others)]
    return party, other


def _expand(found: list[CaseAct], day: dt.date, treaty: str, drawn: tuple[Any, ...]) -> None:
    """Append the act of a moment, and the one that answers it if the moment holds two."""
    gap, words, party, other, stated, mix = drawn
    first, _, then = words.partition(">")
    found.append(_act(len(found), day, treaty, (gap, first, party, other, stated, mix)))
    if then:
        who, whom = _answerer(words, party, other, mix)
        later = day + dt.timedelta(days=LATER[mix])
        found.append(_act(len(found), later, treaty, (gap, then, who, whom, stated, mix)))


def _needed(rule: Mapping[str, Any]) -> tuple[set[str], int]:
    """Return whom a rule of entry into force names, and how many consents it asks for at least."""
    if "all" in rule:
        parts = [_needed(part) for part in rule["all"]]
        return set().union(*(named for named, _ in parts)), max(number for _, number in parts)
    return set(rule.get("named", ())), rule.get("count", 2)


@st.composite
def _joining(draw: st.DrawFn, treaty: TreatyData, parties: Sequence[str]) -> list[tuple[int, str, str]]:
    """Let parties join a treaty, mostly enough for its entry into force: days after the start, word, party."""
    of = treaty.get("parties", {}).get("of", ())
    clauses = treaty.get("clauses", {})
    rule, window = clauses.get("entry_into_force", {}).get("rule", {}), clauses.get("signature", {})
    eligible = window.get("eligible", "any")
    able = [one for one in of or parties if eligible == "any" or one in eligible]
    named, number = _needed(rule)
    others = [one for one in able if one not in named]
    spare = max(min(len(able) - number, len(others)), 0)
    absent = draw(st.lists(st.sampled_from(others), max_size=spare, unique=True)) if spare else []
    word = "exchange" if "exchange" in rule else "deposit"
    found = []
    for party in (one for one in able if one not in absent):
        signs, waits = (
            draw(st.integers(0, 2)) + (3 if "opens" in window and "opened" not in treaty else 0),
            draw(st.sampled_from((0, 0, 0, 1, 5))),
        )
        found += [(signs, "sign", party), (signs + waits + (2 if word == "exchange" else 0), word, party)]
    return sorted(found)


@st.composite
def acts(
    draw: st.DrawFn,
    treaties: Sequence[TreatyData],
    parties: Sequence[str] = PARTIES,
    *,
    start: dt.date = FIRST,
    words: Sequence[str] = WORDS,
    joined: bool | None = None,
    most: int = 12,
) -> tuple[CaseAct, ...]:
    """Acts under these treaties, legal and illegal, roughly in the order of their days.

    `joined` says whether some parties join first (None: mostly). `words` are drawn with equal chance.
    """
    found: list[CaseAct] = []
    begins = joined if joined is not None else bool(draw(st.integers(0, 4)))
    if begins:
        for treaty in treaties:
            for after, word, party in draw(_joining(treaty, parties)):
                day = start + dt.timedelta(days=after)
                found.append(CaseAct(f"a{len(found):02}", day, party, word, treaty["id"]))
    already = {(act.party, act.treaty) for act in found}
    day = start + dt.timedelta(days=7 if begins else 0)
    for drawn in draw(_moments(words, parties, most)):
        day = min(day + dt.timedelta(days=drawn[0]), start + HORIZON)
        treaty = treaties[drawn[5] % len(treaties)]
        inside = [one for one in parties if (one, treaty["id"]) in already]
        party, other = _cast(drawn, inside, [one for one in parties if one not in inside])
        _expand(found, day, treaty["id"], (*drawn[:2], party, other, *drawn[4:]))
    return tuple(found)


@st.composite
def cases(
    draw: st.DrawFn,
    treaties: Sequence[TreatyData] | None = None,
    parties: Sequence[str] = PARTIES,
    *,
    kind: str | None = None,
    having: Sequence[str] = (),
    lacking: Sequence[str] = (),
    pair: str | None = None,
    words: Sequence[str] = WORDS,
    joined: bool | None = None,
    wars: bool | None = None,
    view: str | None = None,
    most: int = 12,
) -> Case:
    """Whole cases: treaties (given ones, or one or two random ones), acts, conflicts and a view.

    `kind`, `having` and `lacking` shape the first random treaty as in `treaties`; `pair` adds a second one that stands
    to it as `superseding`, `linked`, `amending`, `waiting` or `apart`. Given treaties are lived through for ten years
    from the day on which the last of them is opened.

    >>> from hypothesis import find
    >>> from simulator.law.catalogue import treaty_data
    >>> case = find(cases([treaty_data("new-start")], ("RUS", "USA"), joined=True, most=0), lambda case: True)
    >>> case.run().treaties["new-start"][:2]
    ('terminated', 'expiry')
    """
    start = draw(st.sampled_from(STARTS)) if treaties is None else opening(treaties)
    if parties is PARTIES:
        parties = draw(st.sampled_from(CASTS))
    treaties_are_random = treaties is None
    if treaties is None:
        treaties = [draw(_treaty("alpha", parties, start, kind=kind, having=having, lacking=lacking))]
        if pair is not None:
            treaties.append(draw(_second(pair, parties, start)))
    at_war = wars if wars is not None else bool(draw(st.integers(0, 2)) == 0)
    return Case(
        tuple(treaties),
        draw(acts(treaties, parties, start=start, words=words, joined=joined, most=most)),
        draw(conflicts(parties, start)) if at_war else (),
        FIRST if treaties_are_random else start,
        LAST if treaties_are_random else start + 2 * HORIZON,
        view or draw(views()),
        {after: before for after, before in HEIRS.items() if after in parties or before in parties},
    )


def opening(treaties: Sequence[TreatyData]) -> dt.date:
    """Return the day from which all these treaties can be signed."""
    windows = [one.get("clauses", {}).get("signature", {}).get("opens") for one in treaties]
    days = [*windows, *(one.get("opened") for one in treaties)]
    return max((dt.date.fromisoformat(str(day)) for day in days if day), default=FIRST)


def _treaty(name: str, parties: Sequence[str], start: dt.date, **shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    return treaties(name, parties, start, **shape)


def _linked(treaty: dict[str, Any], pair: str) -> dict[str, Any]:
    if pair == "superseding":
        treaty["clauses"]["supersedes"] = {"treaties": ["alpha"]}
    elif pair == "linked":
        treaty["clauses"]["linked_termination"] = {"ends_with": "alpha"}
    elif pair == "amending":
        treaty["amends"] = "alpha"
    elif pair == "waiting":
        treaty["requires_in_force"] = "alpha"
    elif pair != "apart":
        raise ValueError(f"pair is one of {', '.join(PAIRS)}; got {pair!r}")
    return treaty


def _second(pair: str, parties: Sequence[str], start: dt.date) -> st.SearchStrategy[dict[str, Any]]:
    return treaties("beta", parties, start).map(lambda treaty: _linked(treaty, pair))


@st.composite
def treaty_sets(
    draw: st.DrawFn, parties: Sequence[str] = PARTIES, start: dt.date = FIRST, *, lacking: Sequence[str] = ()
) -> tuple[TreatyData, ...]:
    """One random treaty, or two that stand to each other in one of PAIRS; clauses named in `lacking` they have not."""
    first = draw(treaties("alpha", parties, start, lacking=lacking))
    pair = draw(st.sampled_from((None, *PAIRS)))
    return (first,) if pair is None else (first, _linked(draw(treaties("beta", parties, start, lacking=lacking)), pair))
