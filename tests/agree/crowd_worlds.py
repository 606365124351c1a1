"""Random worlds of many: 34 parties, so that a set of them takes two numbers, and rules that each of a bloc answers.

Statuses differ from the start, so that conditions on one's own status, alone or in groups, choose among the members.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

from tests.agree.small_worlds import KINDS, PAIRWISE, Data, Draw, date

MANY = tuple(f"P{number:02}" for number in range(34))
WING = (*MANY[::4], *MANY[29:32])
STATUSES = ("signed", "in_force", "suspended", "withdrawn")
# Scripted acts that set the parties apart, by the day on which they come.
APART = {
    "notify_suspension": MANY[3::6],
    "notify_withdrawal": MANY[5::7],
}


class Crowd(Draw):
    """As `Draw`, with rules of which each member of a bloc decides for itself."""

    parties = ("P00", "P31", "P33")
    circle = MANY

    def __init__(self, pick: Callable[[int], int]) -> None:
        super().__init__(pick)
        self.options: dict[str, list[str]] = {}  # of each rule that chooses
        self.asked_by: dict[str, list[str]] = {}  # the events that set each rule off
        self.each: set[str] = set()  # the rules that many answer

    def treaty(self, name: str, bilateral: bool) -> Data:
        """The clauses of a treaty; the first is one of many."""
        return super().treaty(name, bilateral and name != "alpha")

    def own(self) -> Data:
        """A condition on the status of the one who decides."""
        words = self.one([["in_force"], ["in_force", "suspended"], ["signed", "in_force"], ["suspended", "signed"]])
        found: Data = {"status": self.one(self.treaties), "of": "actor", "is": words}
        return found | {"for_days": self.one([1, 9])} if self.often(4) else found

    def asked(self) -> Data:
        """What a rule needs: of the one who decides, of the world, of the one who set it off."""
        parts = [self.own() for _ in range(self.one([0, 1, 1, 2]))]
        parts += [self.condition(True, 1) for _ in range(self.one([0, 0, 1]))]
        if self.often(3):
            parts.append(
                {"status": "alpha", "of": "subject", "is": self.one([["in_force"], ["suspended", "in_force"]])}
            )
        if self.often(5):
            parts.append({"any": [self.own(), self.one([self.condition, self.about])(True)]})
        if self.often(5):
            whom = self.one(["actor", "subject"])
            parts.append({"toward": whom, "of": "P00", "treaty": "alpha", "is": ["suspended", "countermeasure"]})
        return {"all": parts}

    def rule(self, number: int, events: int, rules: int) -> Data:
        """A rule; of its decisions most are drawn together, as one chance is the same for all."""
        found = super().rule(number, events, rules)
        if found["noise"] == "path" and not self.often(4):
            found["noise"] = "what"
        if self.often(6):
            return self.fitting(found)
        found.pop("actor", None)
        self.each.add(found["id"])
        found["each"] = self.one(["wing", "wing", "all-of-alpha", "some"])
        found.pop("when", None)
        asked = self.asked()
        if asked["all"]:
            found["when"] = asked
        if "chance" in found and self.often(2):
            cases = [
                {"when": self.one([self.condition, self.about, self.mine])(True), "p": self.one(["1/3", "0", "1"])}
            ]
            found["chance"] = cases + [{"p": "3/4"}] * self.pick(2)
        return self.fitting(found)

    def fitting(self, rule: Data) -> Data:
        """The rule as it is possible: the calendar is nobody that a condition could ask about."""
        self.options[rule["id"]] = [one["id"] for one in rule.get("choose", ())]
        triggers = [(one.get("event"), one.get("kind")) for one in rule["trigger"]]
        events = [(f"e{number}", KINDS[number % 2]) for number in range(2)]
        self.asked_by[rule["id"]] = [name for name, kind in events if {(name, None), (None, kind)} & {*triggers}]
        if all("every" in trigger for trigger in rule["trigger"]):
            return dict(json.loads(json.dumps(rule).replace('"subject"', '"actor"')))
        return rule

    def branches(self, events: int, rules: int) -> Iterator[Data]:
        """An edit of each kind, and what one or two parties decide."""
        yield from (one for one in super().branches(events, rules) if "force" not in one)
        rule, first = f"r{self.pick(rules)}", {"fires": self.often(2)}
        if first["fires"] and self.options[rule]:
            first["outcome"] = self.one(self.options[rule])
        if first["fires"] and self.often(2):
            first["delay_days"] = self.one([0, 3])
        if rule in self.each and self.often(2):
            first["actor"] = self.one(WING)
        if self.asked_by[rule] and self.often(2):
            first["trigger"] = self.one(self.asked_by[rule])
        yield {"id": "force", "force": [{"rule": rule} | first]}

    def about(self, inside: bool) -> Data:
        """A condition on the one who set the rule off."""
        return {"status": "alpha", "of": "subject", "is": self.one(STATUSES)}

    def mine(self, inside: bool) -> Data:
        """A condition on the one who decides."""
        return self.own()

    def scenario(self, most_rules: int, branches: bool) -> Data:
        """The data of a scenario file."""
        data = super().scenario(most_rules, branches)
        data["parties"]["own"] = {party: {"name": f"State {party}"} for party in MANY}
        data["parties"]["blocs"]["wing"] = {"members": list(WING)}
        for event in data["events"]:
            if event["kind"] == "birth" and event["acts"][1]["act"] == "deposit":
                event["acts"][1]["party"] = list(MANY[:28])  # the others have signed only
        acts: list[Data] = [{"act": word, "treaty": "alpha", "party": list(APART[word])} for word in APART]
        acts += [{"act": word, "treaty": "alpha", "party": "P00", "toward": list(MANY[2::3])} for word in PAIRWISE[:2]]
        data["events"].append({"id": "apart", "date": date(self.pick(9)), "kind": "ka", "acts": acts})
        return data


def crowd_world(seed: int) -> Data:
    """The data of a scenario file from a seed."""
    source = random.Random(seed)
    return Crowd(lambda n: int(source.random() * n)).scenario(5, True)
