"""Writes the frozen workload: `python -m tests.bench.generate > tests/bench/workload.yaml`.

30 invented parties, 12 invented treaties, 40 rules, 60 events that carry 60 acts, 40 years. The generator is small and
seeded, and draws from the product's own mixer, so that no library's generator is part of what is frozen. Its numbers
were tuned until a run has about 290 changes of a status and cascades die out; then the file was frozen, and a test
holds its digest.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any, TypeVar

import yaml

from simulator.noise import mix64

__all__ = ["SEED", "as_text", "document", "text"]

T = TypeVar("T")
SEED = 31
FIRST, LAST = dt.date(1990, 1, 1), dt.date(2029, 12, 31)
PARTIES = [f"P{number:02}" for number in range(1, 31)]
PACTS = [f"pact-{number:02}" for number in range(1, 13)]
BLOCS = [f"bloc-{number}" for number in range(1, 9)]
JOINED = ["signed", "ratified", "in_force"]
HEADER = "# Written by `python -m tests.bench.generate`; frozen, see the digest in test_bench.py.\n"


class Dice:
    """A counter behind the mixer: the same numbers on every machine."""

    def __init__(self, seed: int) -> None:
        self.seed, self.count = mix64(seed), 0

    def below(self, number: int) -> int:
        """Return a whole number from 0 to `number` - 1."""
        self.count += 1
        return mix64(self.seed ^ mix64(self.count)) % number

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def one(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def some(self, items: Sequence[T], number: int) -> list[T]:
        """Return so many of the items, in their order."""
        left = list(range(len(items)))
        chosen = [left.pop(self.below(len(left))) for _ in range(number)]
        return [items[place] for place in sorted(chosen)]

    def percent(self, low: int, high: int) -> str:
        """Return a probability in hundredths, as the text of a fraction."""
        return f"{self.between(low, high)}/100"

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """Return a day from `first` to `last`."""
        return first + dt.timedelta(days=self.below((last - first).days + 1))


def _status(pact: str, *words: str, of: str = "actor") -> dict[str, Any]:
    return {"status": pact, "of": of, "is": list(words)}


def _becomes(word: str, pact: str, of: str = "*") -> dict[str, Any]:
    return {"becomes": word, "treaty": pact, "of": of}


def _late(dice: Dice, first: int) -> dict[str, Any]:
    """A right-skewed delay in a few dozen steps; what is missing to 1 means never."""
    middle = dice.between(first, 3 * first)
    shape = [2, 6, 9, 9, 8, 7, 6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    steps = [(middle * (number + 2) // 8, share) for number, share in enumerate(shape)]
    return {"table": [{"days": days, "p": f"{share}/100"} for days, share in steps]}


def _opening(dice: Dice, number: int) -> dt.date:
    if number < 5:
        return FIRST + dt.timedelta(days=30 + 60 * number)
    return dice.day(dt.date(1991, 1, 1), dt.date(2008, 12, 31))


def _treaty(dice: Dice, number: int, opened: dt.date) -> dict[str, Any]:
    """Clauses of one treaty: threshold, delays, notice; some with named States, a floor, a window, a floor of parties."""
    rule: dict[str, Any] = {"count": dice.between(2, 4)}
    if number % 4 == 3:
        rule = {"all": [rule, {"named": dice.some(PARTIES, 2)}]}
    delay = dice.one([{"days_after": 30}, {"days_after": 90}, {"months": 3}, {"first_of_nth_month_after": 2}])
    entry: dict[str, Any] = {"rule": rule, "delay": delay}
    if number % 5 == 2:
        entry["floor"] = {"after": "opening", "years": 2}
    clauses: dict[str, Any] = {
        "signature": {"closes": "entry_into_force" if number % 2 else "never"},
        "accession": {"open": True, "from": "entry_into_force" if number % 3 == 1 else "opening"},
        "entry_into_force": entry,
        "late_joiner": {
            "delay": dice.one([{"days_after": 30}, {"days_after": 60}, {"months": 1}]),
            "after": "threshold" if number % 4 == 1 else "entry_into_force",
        },
        "withdrawal": {
            "allowed": True,
            "notice": dice.one([{"months": 3}, {"months": 6}, {"clear_days": 150}, {"months": 12}]),
        },
    }
    if number % 6 == 4:
        clauses["floor"] = {"parties": 3}
    return {"title": f"Pact {number + 1}", "opened": opened, "clauses": clauses}


def _ratify(dice: Dice, number: int, pact: str) -> dict[str, Any]:
    return {
        "id": f"ratify-{number:02}",
        "each": "all-parties",
        "trigger": [_becomes("signed", pact)],
        "when": _status(pact, "signed"),
        "chance": dice.percent(20, 45),
        "after": _late(dice, 250),
        "do": {"act": "deposit", "treaty": pact},
    }


def _follow(dice: Dice, number: int) -> dict[str, Any]:
    pact, other = dice.some(PACTS, 2)
    low, each = dice.between(60, 200), dice.one(BLOCS)
    triggers = [_becomes("signed", pact), _becomes("ratified", pact, dice.one(BLOCS)), _becomes("signed", other)]
    condition = [_status(pact, "non_party"), {"count": pact, "is": JOINED, "at_least": dice.between(2, 4)}]
    return {
        "id": f"follow-{number}",
        "each": each,
        "trigger": triggers,
        "when": {"all": condition},
        "chance": dice.percent(6, 16),
        "after": {"uniform_days": [low, low + dice.between(200, 700)]},
        "do": {"act": "sign", "treaty": pact},
    }


def _join(dice: Dice, number: int) -> dict[str, Any]:
    pact = dice.one(PACTS)
    wait = {"p": f"1/{dice.between(200, 900)}", "from_days": 60, "to_days": 3000}
    before = dice.day(dt.date(2010, 1, 1), dt.date(2025, 1, 1))
    condition = [
        _status(pact, "non_party", "withdrawn"),
        {"count": pact, "is": "in_force", "at_least": dice.between(2, 4)},
        {"date": {"before": before}},
    ]
    return {
        "id": f"join-{number}",
        "each": dice.one(BLOCS),
        "trigger": [{"becomes": "in_force", "treaty": pact}, _becomes("in_force", pact)],
        "when": {"all": condition},
        "chance": dice.percent(5, 12),
        "after": {"geometric": wait},
        "do": {"act": "accede", "treaty": pact},
    }


def _joining(dice: Dice) -> list[dict[str, Any]]:
    """24 rules by which States come in: ratify what they signed, follow others, accede, keep a yearly agenda."""
    rules = [_ratify(dice, number, pact) for number, pact in enumerate(PACTS, 1)]
    rules += [_follow(dice, number) for number in range(1, 8)]
    rules += [_join(dice, number) for number in range(1, 5)]
    pact = dice.one(PACTS[:4])
    agenda = {"id": "agenda", "each": dice.one(BLOCS), "trigger": {"every": "year"}, "when": _status(pact, "signed")}
    return [*rules, agenda | {"chance": "1/4", "after": {"days": 40}, "do": {"act": "deposit", "treaty": pact}}]


def _crisis(dice: Dice, number: int, pact: str) -> dict[str, Any]:
    low = dice.between(1, 40)
    tense = {"variable": "tension", "at_least": dice.between(1, 4)}
    return {
        "id": f"crisis-{number}",
        "each": dice.one(BLOCS),
        "trigger": [{"kind": kind} for kind in dice.some(["crisis", "incident", "exercise"], 2)],
        "when": {"all": [_status(pact, "in_force"), tense]},
        "chance": [
            {"when": {"variable": "tension", "at_least": 6}, "p": dice.percent(30, 60)},
            {"p": dice.percent(10, 30)},
        ],
        "after": {"uniform_days": [low, low + dice.between(20, 120)]},
        "still": _status(pact, "in_force"),
        "do": [
            {"act": "notify_suspension", "treaty": pact, "effective": {"clear_days": dice.between(10, 90)}},
            {"set": {"tension": {"add": 1}}},
        ],
    }


def _answer(dice: Dice, number: int, pact: str) -> dict[str, Any]:
    bloc = dice.one(BLOCS)
    condition = [_status(pact, "in_force"), {"count": pact, "of": bloc, "is": "suspended", "at_least": 1}]
    return {
        "id": f"answer-{number}",
        "each": dice.one(BLOCS),
        "trigger": _becomes("suspended", pact, bloc),
        "when": {"all": condition},
        "chance": dice.percent(10, 25),
        "after": {"uniform_days": [5, dice.between(40, 200)]},
        "do": {"act": "notify_suspension", "treaty": pact},
    }


def _detente(dice: Dice, number: int, struck: Sequence[str]) -> dict[str, Any]:
    pacts = dice.some(struck, 3)
    return {
        "id": f"detente-{number}",
        "each": "all-parties",
        "trigger": [{"kind": "summit"}, *(_becomes("suspended", pact) for pact in pacts)],
        "when": _status(pacts[number % 3], "suspended"),
        "chance": dice.percent(25, 50),
        "after": {"choice": [{"days": 60, "p": "1/4"}, {"days": 200, "p": "1/2"}, {"days": 500, "p": "1/4"}]},
        "do": [{"act": "resume", "treaty": pact} for pact in pacts],
    }


def _suspending(dice: Dice) -> list[dict[str, Any]]:
    """10 rules of crises: suspensions, the answers to them, and the way back."""
    struck = dice.some(PACTS[:8], 5)
    rules = [_crisis(dice, number, pact) for number, pact in enumerate(struck, 1)]
    rules += [_answer(dice, number, struck[number]) for number in range(1, 4)]
    return rules + [_detente(dice, number, struck) for number in range(1, 3)]


def _leaving(dice: Dice) -> list[dict[str, Any]]:
    """6 rules of exits: notices, second thoughts, contagion, and what an exit does to the mood."""
    rules = []
    for number, pact in enumerate(dice.some(PACTS[:8], 3), 1):
        condition = [
            _status(pact, "in_force", "suspended"),
            {"variable": "tension", "at_least": dice.between(2, 4)},
            {"happened": {"kind": "crisis"}, "within_days": 1500},
            {"date": {"from": dice.day(dt.date(1995, 1, 1), dt.date(2005, 1, 1))}},
        ]
        rules.append(
            {
                "id": f"leave-{number}",
                "each": dice.one(BLOCS),
                "trigger": [{"kind": "election"}, {"kind": dice.one(["crisis", "exercise"])}],
                "when": {"all": condition},
                "chance": dice.percent(10, 25),
                "after": {"uniform_days": [30, dice.between(200, 600)]},
                "do": {"act": "notify_withdrawal", "treaty": pact},
            }
        )
    left = rules[0]["do"]["treaty"]  # type: ignore[index]
    other = dice.one([pact for pact in PACTS[:6] if pact != left])
    regret: dict[str, Any] = {
        "id": "regret",
        "each": "all-parties",
        "trigger": {"act": "notify_withdrawal", "treaty": left},
    }
    regret |= {"when": {"pending": "withdrawal", "treaty": left, "of": "actor"}, "chance": "3/10"}
    regret |= {"after": {"uniform_days": [10, 80]}, "do": {"act": "revoke_withdrawal", "treaty": left}}
    spread: dict[str, Any] = {"id": "spread", "each": dice.one(BLOCS), "trigger": _becomes("withdrawn", left)}
    spread |= {"when": {"all": [_status(other, "in_force", "suspended"), _status(left, "withdrawn", of="subject")]}}
    spread |= {"chance": "4/100", "after": {"months": 4}, "do": {"act": "notify_withdrawal", "treaty": other}}
    alarm: dict[str, Any] = {"id": "alarm", "actor": dice.one(PARTIES), "trigger": _becomes("withdrawn", left)}
    alarm |= {"when": {"treaty": left, "is": "in_force"}, "after": {"days": 1}, "do": {"set": {"tension": {"add": 1}}}}
    return [*rules, regret, spread, alarm]


def _events(dice: Dice, opened: Sequence[dt.date]) -> list[dict[str, Any]]:
    """60 events that carry 60 acts: a founding conference for each treaty, then crises, summits and single acts."""
    events: list[dict[str, Any]] = []
    for number, (pact, day) in enumerate(zip(PACTS, opened, strict=True)):
        signs = [{"act": "sign", "treaty": pact, "party": dice.some(PARTIES, 4 if number < 8 else 2)}]
        events.append({"id": f"founding-{number + 1:02}", "date": day, "kind": "conference", "acts": signs})
    kinds = ["crisis"] * 3 + ["incident"] * 3 + ["exercise"] * 2 + ["summit"] * 3 + ["election"] * 2
    mood = {"crisis": 2, "incident": 1, "exercise": 1, "summit": -2, "election": 0}
    for number in range(1, 49):
        kind = dice.one(kinds)
        day = dice.day(dt.date(1991, 1, 1), dt.date(2029, 1, 1))
        event: dict[str, Any] = {"id": f"day-{number:02}", "date": day, "kind": kind}
        if mood[kind]:
            event["set"] = {"tension": {"add": mood[kind]}}
        if number <= 20:
            word = dice.one(["sign", "sign", "accede", "notify_suspension", "notify_withdrawal", "resume"])
            event["acts"] = [{"act": word, "treaty": dice.one(PACTS), "party": dice.one(PARTIES)}]
        events.append(event)
    return events


def document(seed: int = SEED) -> dict[str, Any]:
    """Return the scenario as plain data."""
    dice = Dice(seed)
    blocs = {name: dice.some(PARTIES, dice.between(7, 13)) for name in BLOCS} | {"all-parties": PARTIES}
    opened = [_opening(dice, number) for number in range(len(PACTS))]
    return {
        "schema": 1,
        "id": "bench-workload",
        "title": "Invented treaties for measuring",
        "period": {"from": FIRST, "to": LAST},
        "parties": {"own": {one: {"name": f"Party {one[1:]}"} for one in PARTIES}, "blocs": blocs},
        "treaties": {pact: _treaty(dice, number, opened[number]) for number, pact in enumerate(PACTS)},
        "variables": {"tension": {"start": 2, "min": 0, "max": 10}},
        "events": _events(dice, opened),
        "rules": [*_joining(dice), *_suspending(dice), *_leaving(dice)],
    }


class _Plain(yaml.SafeDumper):
    """Writes a value out wherever it stands: the product's files know no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_text(data: dict[str, Any]) -> str:
    """Return plain data as the text of a file."""
    return yaml.dump(data, Dumper=_Plain, sort_keys=False, width=118, default_flow_style=None)


def text(seed: int = SEED) -> str:
    """Return the scenario as the text of its file."""
    return HEADER + as_text(document(seed))


if __name__ == "__main__":
    sys.stdout.write(text())
