"""What all Python peers share: the law of the tables, and the book of what has changed.

A peer adds the two things that its library is about: who holds the state machines (`step`) and who holds the queue
(`schedule`, and a loop that calls `take` for each item and `settle` at the end of each day). Sharing the rest is kind
to the libraries: what a run costs beyond it is theirs alone.
"""

from __future__ import annotations

from tests.bench.rules import GOLDEN, MASK, Item, Rules, mix
from tests.bench.table import EVENTS, PENDING, Table

__all__ = ["World"]

NON_PARTY, SIGNED, RATIFIED, IN_FORCE, SUSPENDED, WITHDRAWN, TERMINATED = range(7)
NEGOTIATED, OPEN, TREATY_IN_FORCE, ENDED = 0, 2, 3, 5
SIGN, DEPOSIT, ACCEDE, SUSPEND, RESUME, LEAVE, REVOKE, ENTER, SUSPENDED_NOW, LEFT_NOW, ENDED_NOW = range(len(EVENTS))
FOLD = 0x100000001B3


class World(Rules):
    """The state of one run, mirrored in integers whoever holds the machines."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        many, everyone = len(table.treaties), (1 << table.parties) - 1
        self.no_members = [everyone if place % 7 == 0 else 0 for place in range(many * 7)]
        self.first_status = [NEGOTIATED if one.opens >= 0 else OPEN for one in table.treaties]
        self.script: list[Item] = [(day, 0, treaty) for day, treaty in table.openings]
        self.script += [(row[0], 2, place) for place, row in enumerate(table.events)]
        self.script += [(row[0], 3, place) for place, row in enumerate(table.acts)]
        self.script.sort()

    # -- what a peer adds -----------------------------------------------------------------------------------------

    def step(self, event: int, treaty: int, party: int) -> int:
        """Fire an event on a relationship; return its new status, -1 where the lifecycle or `may` refuses."""
        raise NotImplementedError

    def step_treaty(self, treaty: int, status: int) -> None:
        """Let a treaty open, enter into force or end."""
        raise NotImplementedError

    # -- a run ----------------------------------------------------------------------------------------------------

    def reset(self, seed: int, replication: int) -> None:
        """Begin a run."""
        pairs, many = self.parties * len(self.table.treaties), len(self.table.treaties)
        self.start = mix(mix((seed + GOLDEN) & MASK) ^ ((replication * GOLDEN) & MASK))
        self.status, self.who = [NON_PARTY] * pairs, list(self.no_members)
        self.treaty = list(self.first_status)
        self.entries, self.treaty_entries = {}, {}
        self.consent, self.entry_due, self.exit_due = [0] * pairs, [-1] * pairs, [-1] * pairs
        self.claims, self.epoch = [False] * pairs, [0] * pairs
        self.leaving = [0] * many
        self.met, self.due, self.in_force_on = [-1] * many, [-1] * many, [-1] * many
        self.variables = [start for start, _, _ in self.table.variables]
        self.kind_days: list[int | None] = [None] * self.table.kinds
        self.act_count: dict[int, int] = {}
        self.touched: dict[int, list[int]] = {}
        self.exits: list[int] = []
        self.log: list[tuple[int, int, int, int, int]] = []
        self.refused = 0

    def take(self, item: Item) -> None:
        """Do an item of today."""
        day, phase = item[0], item[1]
        if phase == 4:
            self._carry_out(day, item[7], item[8], item[9])
        elif phase == 1:
            self._effect(day, item)
        elif phase == 2:
            self._event(day, item[2])
        elif phase == 3:
            _, treaty, party, act, days, key = self.table.acts[item[2]]
            self.act(day, treaty, party, act, days, key)
        else:
            self._treaty_becomes(day, item[2], OPEN)

    def settle(self, day: int) -> None:
        """The end of a day: thresholds on all consents together, then what exits mean for the treaty."""
        touched, self.touched = self.touched, {}
        for treaty, parties in touched.items():
            terms = self.table.treaties[treaty]
            if self.treaty[treaty] == OPEN and self.met[treaty] < 0:
                consents = self.members(treaty, RATIFIED, IN_FORCE, SUSPENDED)
                if consents.bit_count() >= terms.number and not terms.named & ~consents:
                    self.met[treaty] = day
                    self.due[treaty] = due = max(self.first_day(terms.entry, day), terms.entry_floor)
                    if due < self.horizon:
                        self.schedule((due, 1, treaty, 0, 0, 0))
            elif self.in_force_on[treaty] >= 0:
                for party in sorted(parties):
                    pair = treaty * self.parties + party
                    if self.status[pair] == RATIFIED and self.entry_due[pair] < 0:
                        self._late(day, treaty, party)
        exits, self.exits = self.exits, []
        for treaty in exits:
            left = self.members(treaty, IN_FORCE, SUSPENDED).bit_count()
            if self.treaty[treaty] == TREATY_IN_FORCE and left < max(2, self.table.treaties[treaty].floor):
                self._end(day, treaty)

    # -- acts -----------------------------------------------------------------------------------------------------

    def may(self, event: int, day: int, treaty: int, party: int) -> bool:
        """Whether the law's guards let an act pass; effects have been tested before they are fired."""
        terms, pair, status = self.table.treaties[treaty], treaty * self.parties + party, self.treaty[treaty]
        if event == DEPOSIT:
            return status != ENDED
        if event in (SUSPEND, LEAVE):
            stays = event == SUSPEND or (terms.withdrawal and self.exit_due[pair] < 0)
            return status == TREATY_IN_FORCE and bool(stays)
        if event == RESUME:
            return self.status[pair] == SUSPENDED or self.claims[pair]
        if event == REVOKE:
            return self.exit_due[pair] >= 0
        if event > REVOKE:
            return True
        if status in (ENDED, NEGOTIATED):
            return False
        entered = self.in_force_on[treaty] >= 0
        if event == SIGN:
            shut = day >= terms.closes or (terms.closes_on_entry and entered)
            return not shut and bool(terms.may_sign >> party & 1)
        opened = terms.accession and day >= terms.accession_from and (entered or not terms.accession_after_entry)
        return bool(opened) and bool(terms.may_accede >> party & 1)

    def act(self, day: int, treaty: int, party: int, act: int, days: int, key: int = 0) -> None:
        """A party does an act; `key` names a scripted one to the noise."""
        pair = treaty * self.parties + party
        before, after = self.status[pair], self.step(act, treaty, party)
        if after < 0:
            self.refused += 1
            return
        if before != after:
            self._book(day, treaty, party, before, after)
        if act in (DEPOSIT, ACCEDE):
            self.consent[pair] = day
            self.touched.setdefault(treaty, []).append(party)
        elif act == SUSPEND:
            self._claim(day, treaty, party, days)
        elif act == RESUME:
            self.claims[pair] = False
            self.epoch[pair] += 1
        elif act == LEAVE:
            self.exit_due[pair] = due = self.first_day(self.table.treaties[treaty].notice, day)
            self.leaving[treaty] |= 1 << party
            if due < self.horizon:
                self.schedule((due, 1, treaty, party + 1, 2, 0))
        elif act == REVOKE:
            self._forget_notice(treaty, party)
        cause = self.table.act_cause(treaty, act)
        if self.table.causes[cause]:
            place = pair * 7 + act
            nth = self.act_count[place] = self.act_count.get(place, 0) + 1
            self.react(day, cause, party, key or self.table.act_keys[place], 0 if key else nth)
        if before != after:
            self._became(day, treaty, party, after)

    def _claim(self, day: int, treaty: int, party: int, days: int) -> None:
        pair = treaty * self.parties + party
        self.claims[pair] = True
        if days == 0:
            self._suspend(day, treaty, party)
        elif day + days < self.horizon:
            self.schedule((day + days, 1, treaty, party + 1, 1, self.epoch[pair]))

    def _forget_notice(self, treaty: int, party: int) -> None:
        self.exit_due[treaty * self.parties + party] = -1
        self.leaving[treaty] &= ~(1 << party)

    # -- effects --------------------------------------------------------------------------------------------------

    def _effect(self, day: int, item: Item) -> None:
        treaty, party, kind = item[2], item[3] - 1, item[4]
        if party < 0:
            if self.due[treaty] == day and self.treaty[treaty] == OPEN:
                self._enter(day, treaty)
            return
        pair = treaty * self.parties + party
        if kind == 0:
            if self.entry_due[pair] == day and self.treaty[treaty] == TREATY_IN_FORCE:
                self._bind(day, treaty, party)
        elif kind == 1:
            if self.claims[pair] and self.epoch[pair] == item[5]:
                self._suspend(day, treaty, party)
        elif self.exit_due[pair] == day:
            self._move(day, treaty, party, LEFT_NOW)
            self._close(treaty, party)
            if treaty not in self.exits:
                self.exits.append(treaty)

    def _enter(self, day: int, treaty: int) -> None:
        terms = self.table.treaties[treaty]
        self._treaty_becomes(day, treaty, TREATY_IN_FORCE)
        self.in_force_on[treaty] = day
        last = self.met[treaty] if terms.late_after_threshold else day
        ready = self.members(treaty, RATIFIED)
        for party in range(self.parties):
            if ready >> party & 1:
                if self.consent[treaty * self.parties + party] <= last:
                    self._bind(day, treaty, party)
                else:
                    self._late(day, treaty, party)

    def _late(self, day: int, treaty: int, party: int) -> None:
        pair = treaty * self.parties + party
        first = max(self.first_day(self.table.treaties[treaty].late, self.consent[pair]), self.in_force_on[treaty])
        if first <= day:
            self._bind(day, treaty, party)
        else:
            self.entry_due[pair] = first
            if first < self.horizon:
                self.schedule((first, 1, treaty, party + 1, 0, 0))

    def _bind(self, day: int, treaty: int, party: int) -> None:
        self._move(day, treaty, party, ENTER)
        self.entry_due[treaty * self.parties + party] = -1

    def _suspend(self, day: int, treaty: int, party: int) -> None:
        if self.status[treaty * self.parties + party] == IN_FORCE:
            self._move(day, treaty, party, SUSPENDED_NOW)

    def _close(self, treaty: int, party: int) -> None:
        pair = treaty * self.parties + party
        self.claims[pair], self.entry_due[pair] = False, -1
        self.epoch[pair] += 1
        self._forget_notice(treaty, party)

    def _end(self, day: int, treaty: int) -> None:
        self._treaty_becomes(day, treaty, ENDED)
        for party in range(self.parties):
            if self.members(treaty, IN_FORCE, SUSPENDED) >> party & 1:
                self._move(day, treaty, party, ENDED_NOW)
            self._close(treaty, party)

    def _move(self, day: int, treaty: int, party: int, event: int) -> None:
        before = self.status[treaty * self.parties + party]
        after = self.step(event, treaty, party)
        self._book(day, treaty, party, before, after)
        self._became(day, treaty, party, after)

    # -- the book -------------------------------------------------------------------------------------------------

    def _book(self, day: int, treaty: int, party: int, before: int, after: int) -> None:
        pair = treaty * self.parties + party
        self.status[pair] = after
        self.who[treaty * 7 + before] ^= 1 << party
        self.who[treaty * 7 + after] ^= 1 << party
        self.entries[pair * 7 + after] = self.entries.get(pair * 7 + after, 0) + 1
        self.log.append((day, treaty, party, before, after))

    def _became(self, day: int, treaty: int, party: int, after: int) -> None:
        cause = self.table.status_cause(treaty, after)
        if self.table.causes[cause]:
            place = (treaty * self.parties + party) * 7 + after
            self.react(day, cause, party, self.table.status_keys[place], self.entries[place])

    def _treaty_becomes(self, day: int, treaty: int, status: int) -> None:
        self.step_treaty(treaty, status)
        place = treaty * 7 + status
        self.log.append((day, treaty, -1, self.treaty[treaty], status))
        self.treaty[treaty] = status
        nth = self.treaty_entries[place] = self.treaty_entries.get(place, 0) + 1
        cause = self.table.treaty_cause(treaty, status)
        if self.table.causes[cause]:
            self.react(day, cause, -1, self.table.treaty_keys[place], nth)

    def _event(self, day: int, place: int) -> None:
        _, kind, key, nth, changes = self.table.events[place]
        self.kind_days[kind] = day
        for variable, number in changes:
            self._add(variable, number)
        self.react(day, self.table.kind_cause(kind), -1, key, nth)

    def _add(self, variable: int, number: int) -> None:
        _, low, high = self.table.variables[variable]
        self.variables[variable] = min(max(self.variables[variable] + number, low), high)

    def _carry_out(self, day: int, number: int, party: int, subject: int) -> None:
        rule = self.table.rules[number]
        for clause in rule.still:
            if not (self._having(clause) >> party & 1 if clause.op <= PENDING else self.holds(clause, day, subject)):
                self.refused += 1
                return
        for act, code, days in rule.actions:
            if act < 0:
                self._add(code, days)
            else:
                self.act(day, code, party, act, days)

    # -- results --------------------------------------------------------------------------------------------------

    def digest(self) -> int:
        """Return the fold of all changes of a status, in their order."""
        found = 0xCBF29CE484222325
        for day, treaty, party, before, after in self.log:
            one = day << 32 | treaty << 16 | (party + 1) << 8 | before << 4 | after
            found = ((found ^ one) * FOLD) & MASK
        return found
