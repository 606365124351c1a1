"""The script: dated acts and events of a program, from the record and the scenario, under the edits of a branch."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from simulator.errors import ScenarioError
from simulator.law.catalogue import parties
from simulator.law.dates import DateRule, day_text
from simulator.law.lifecycle import lifecycle
from simulator.law.record import RecordedAct, world_events
from simulator.law.views import disputes
from simulator.noise import Cuts, key_id
from simulator.scenario.codebook import Codebook
from simulator.scenario.lower import Lowering
from simulator.scenario.program import ALL, ScriptedAct, WorldEvent
from simulator.scenario.schema import ActSpec, Branch, Event, RecordActs, Scenario, Selector, SelectorOrId
from simulator.scenario.values import plain

__all__ = ["Script", "selects"]

# Acts that relate back: a succession counts from the day of the succession (VCST 23), whenever it was notified.
_RELATES_BACK = {"succeed", "succeed_to_signature", "become_extinct"}
_STATES_EFFECT = {"notify_withdrawal", "notify_suspension", "suspend_toward", "resume"}


def selects(selector: SelectorOrId, record_id: str) -> bool:
    """Whether a selector, or an id, means this recorded act; an act of a scenario's event has a slash and is none."""
    if "/" in record_id:
        return False
    return selector.matches(record_id) if isinstance(selector, Selector) else selector == record_id


class Script:
    """Builds the acts and events. `replay` keeps everything; otherwise what rules explain is taken out."""

    def __init__(self, book: Codebook, lowering: Lowering, branch: Branch | None, replay: bool) -> None:
        self.book, self.lowering, self.branch, self.replay = book, lowering, branch, replay
        self.scenario: Scenario = book.scenario
        self.taken_out: dict[str, ScriptedAct] = {}
        self.events: dict[str, WorldEvent] = {}
        self.acts: dict[str, ScriptedAct] = {}
        self._build()

    def _build(self) -> None:
        for acts in self.book.records.values():
            for act in acts:
                if act.day is not None and lifecycle().acts[act.act].scriptable and not self._by_clause(act):
                    self.acts[act.id] = self._recorded(act, act.day)
        for event in self.scenario.events:
            self._event(event)
        for event in self.branch.add if self.branch else ():
            self._event(event)
        if not self.replay:
            self._take_out()
        if self.branch:
            self._edit(self.branch)
        self._check_carried()
        self._rank()

    def _by_clause(self, act: RecordedAct) -> bool:
        """Adoption and opening whose day the treaty's own clauses name happen by the clause, not a second time."""
        treaty = self.book.treaties[act.treaty]
        day = {"adopt": treaty.adopted, "open_for_signature": treaty.opens}.get(act.act)
        return day is not None and day.toordinal() == act.day

    # -- from the record -----------------------------------------------------------------------------------------

    def _waits(self, act: RecordedAct) -> bool:
        """Whether a succession counts from its notification only (D73); who continues another State does not wait."""
        own = parties().get(act.party)
        read = self.book.view.readings.get("D73") == "notification"
        return read and act.act == "succeed" and not (own is not None and own.continues)

    def _recorded(self, act: RecordedAct, day: int) -> ScriptedAct:
        book = self.book
        if self._waits(act):
            day = max(day, act.recorded or day)
        elif act.act in _RELATES_BACK and act.effective is not None:
            day = min(day, act.effective)
        stated = -1
        if act.act in _STATES_EFFECT and act.effective is not None and act.effective >= day:
            stated = act.effective - day
        # A question about a date or a word is said, and does not make the status a disputed one.
        legal = act.dispute if act.dispute and disputes()[act.dispute].of_effect else ""
        seen = f"see {act.dispute}" if act.dispute and not legal else ""
        return ScriptedAct(
            id=act.id,
            key=key_id(f"act:{act.id}"),
            day=day,
            rank=0,
            order=lifecycle().acts[act.act].order,
            treaty=book.treaty[act.treaty],
            party=-1 if act.party == "*" else book.party[act.party],
            act=book.act[act.act],
            toward=tuple(ALL if one == "*" else book.party[one] for one in act.toward),
            stated_after=stated,
            received_after=max(act.received - day, 0) if act.received is not None else 0,
            until=act.until if act.until is not None else -1,
            ground=act.ground,
            stage=act.stage,
            dispute=legal,
            treatment=book.view.treatment(act.dispute),
            sources=(act.source,) if act.source else (),
            confirmed=act.confirmed,
            precision=act.precision,
            note="; ".join(part for part in (act.instrument, _dated(act), seen) if part),
        )

    # -- from the scenario ---------------------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        shared = world_events().get(event.from_record or "")
        day = event.date.toordinal() if event.date else (shared.day if shared else 0)
        sources = self.book.cite(event.source) or ((shared.source,) if shared and shared.source else ())
        conflict = event.conflict
        code = self.book.event[event.id]
        chance = None
        if event.probability is not None and not self.replay:
            chance = Cuts.at([self.lowering.p(event.probability)])
        self.events[event.id] = WorldEvent(
            code,
            event.id,
            key_id(f"event:{event.id}"),
            day,
            event.kind or (shared.kind if shared else "event"),
            event.title or (shared.title if shared else event.id),
            self.lowering.changes(event.set),
            tuple(sorted(self.book.party[one] for one in conflict.begins)) if conflict else (),
            tuple(sorted(self.book.party[one] for one in conflict.ends)) if conflict else (),
            conflict.international if conflict else True,
            chance,
            sources,
            shared.confidence == "sourced" if shared else True,
        )
        for act in event.acts:
            if isinstance(act, RecordActs):
                self._carry(code, act.record)
        # Like acts of one party are told apart by a number, which their content gives and not their place in the file.
        own = [act for act in event.acts if not isinstance(act, RecordActs)]
        for act in sorted(own, key=lambda one: one.model_dump_json()) if len(own) > 1 else own:
            self._own_act(event, code, day, act, sources)

    def _carry(self, code: int, selector: SelectorOrId) -> None:
        for name, act in self.acts.items():
            if selects(selector, name):
                self.acts[name] = dataclasses.replace(act, event=code)

    def _own_act(self, event: Event, code: int, day: int, act: ActSpec, sources: tuple[str, ...]) -> None:
        organ = lifecycle().acts[act.act].by == "treaty"
        rule = DateRule.parse(plain(act.effective)) if act.effective is not None else None
        for party in [-1] if organ else self._members(event, act.party or event.actors):
            name = "*" if party < 0 else self.book.names.parties[party]
            identity = f"{event.id}/{act.treaty}.{name}.{act.act}"
            count = sum(other.split("~")[0] == identity for other in self.acts)
            identity += f"~{count + 1}" if count else ""
            self.acts[identity] = ScriptedAct(
                id=identity,
                key=key_id(f"act:{identity}"),
                day=day,
                rank=0,
                order=lifecycle().acts[act.act].order,
                treaty=self.book.treaty[act.treaty],
                party=party,
                act=self.book.act[act.act],
                toward=tuple(self._members(event, act.toward)),
                stated_after=rule.first_day(day) - day if rule else -1,
                until=act.until.toordinal() if act.until else -1,
                ground=act.ground or "",
                stage=act.stage or "",
                to=tuple(sorted(act.to)),
                dispute=act.dispute or "",
                treatment=self.book.view.treatment(act.dispute or ""),
                sources=sources,
                event=code,
            )

    def _members(self, event: Event, names: Iterable[str]) -> list[int]:
        found: list[int] = []
        for name in names:
            who = self.book.who(name)
            if who.kind == "party":
                found.append(who.code)
            elif who.kind == "everyone":
                found.append(ALL)
            else:
                bloc = self.book.blocs()[who.code]
                if bloc.treaty >= 0:
                    text = (
                        f"event {event.id}: the members of {name} depend on the day; a scripted act lists its parties"
                    )
                    raise ScenarioError(text)
                found.extend(bloc.members)
        return found

    # -- edits ---------------------------------------------------------------------------------------------------

    def _take_out(self) -> None:
        """Take out what a rule stands for: the rule must produce it, also if it is switched off."""
        for rule in self.scenario.rules:
            for selector in rule.explains:
                for name in [name for name in self.acts if selects(selector, name)]:
                    self.taken_out[name] = self.acts.pop(name)

    def _edit(self, branch: Branch) -> None:
        for target in branch.drop:
            if target.event is not None:
                self._drop_event(target.event)
            elif target.record is not None:
                self.acts = {name: act for name, act in self.acts.items() if not selects(target.record, name)}
        for move in branch.move:
            if move.event is not None:
                event = self.events.get(move.event)
                if event is not None:
                    shift = move.to.toordinal() - event.day if move.to else (move.by_days or 0)
                    self.events[move.event] = dataclasses.replace(event, day=event.day + shift)
                    self._shift([n for n, a in self.acts.items() if a.event == event.code], None, shift)
            elif move.record is not None:
                names = [name for name in self.acts if selects(move.record, name)]
                self._shift(names, move.to.toordinal() if move.to else None, move.by_days or 0)

    def _drop_event(self, name: str) -> None:
        event = self.events.pop(name, None)
        if event is not None:
            self.acts = {one: act for one, act in self.acts.items() if act.event != event.code}

    def _shift(self, names: list[str], to: int | None, by_days: int) -> None:
        for name in names:
            act = self.acts[name]
            # What the act states, and when it was received, are lengths: they move with it.
            self.acts[name] = dataclasses.replace(act, day=act.day + by_days if to is None else to)

    def _check_carried(self) -> None:
        """An act that lies before the event that carries it would silently never be done."""
        days = {event.code: event for event in self.events.values()}
        for act in self.acts.values():
            event = days.get(act.event)
            if event is not None and act.day < event.day:
                text = (
                    f"event {event.id} ({day_text(event.day)}) carries {act.id}, which is done before it "
                    f"({day_text(act.day)}); let it carry later acts only, or move both"
                )
                raise ScenarioError(text)

    def _rank(self) -> None:
        ranked = sorted(self.acts)
        self.acts = {name: dataclasses.replace(self.acts[name], rank=place) for place, name in enumerate(ranked)}


def _dated(act: RecordedAct) -> str:
    return "" if act.precision == "day" else f"date known as: {act.done}"
