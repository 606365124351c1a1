"""Questions about one run: an outcome of the scenario, a status, the state of a treaty, or an act.

The grammar is small and closed:

- `cfe-lost-2007`: an outcome of the scenario;
- `cfe.RUS=suspended`: a party's status under a treaty, on some day of the period;
- `cfe=terminated`: the state of a treaty as a whole;
- `cfe.RUS.notify_suspension`: an act under a treaty (`cfe.*.extend` for an act of the treaty itself).

`@2007-12-12` after the last three asks about that one day. Every question becomes a condition of the scenario language,
so it is judged by the same words as an outcome.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import Diagnostic, ScenarioError
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES, lifecycle
from simulator.scenario.conditions import Happened, StatusIs, TreatyIs
from simulator.scenario.load import Loaded
from simulator.scenario.program import Names
from simulator.scenario.schema import Outcome
from simulator.scenario.sentences import condition_phrase
from simulator.scenario.wording import close, cut

__all__ = ["Query", "read_query"]

_FORMS = "an outcome id, cfe.RUS=suspended, cfe=terminated or cfe.RUS.notify_suspension; @2007-12-12 asks about one day"
_SHAPE = re.compile(
    r"(?P<treaty>[^.=@\s]+)(?:\.(?P<party>[^.=@\s]+))?(?:=(?P<status>[^.=@\s]+)|\.(?P<act>[^.=@\s]+))"
    r"(?:[@.](?P<day>[^.=@\s]+))?"
)


@dataclass(frozen=True, slots=True)
class Query:
    """One question: the text as asked, a clause that says it (`RUS is suspended under cfe`), and its condition.

    `on` is the one day it is about, None for any day of the period; `outcome` is what the engine is asked.
    """

    text: str
    clause: str
    outcome: Outcome

    @property
    def when(self) -> Any:
        """The condition."""
        return self.outcome.when

    @property
    def on(self) -> dt.date | None:
        """The one day the question is about."""
        return self.outcome.on


def read_query(text: str, loaded: Loaded, names: Names) -> Query:
    """Understand a question about a scenario; `names` are those of the compiled program.

    Raises ScenarioError with the nearest name for an unknown outcome, treaty, party, status or act, and for a day that
    is none or lies outside the period.
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        return _outcome(text.strip(), loaded)
    treaty = _known("treaty", found["treaty"], names.treaties, text)
    day = _day(found["day"], loaded, text) if found["day"] else None
    party = found["party"] or ""
    if party and not (party == "*" and found["act"]):
        _known("party", party, names.parties, text)
    if found["act"]:
        return _act(text, treaty, party, found["act"], day)
    return _status(text, treaty, party, found["status"], day)


def _status(text: str, treaty: str, party: str, word: str, day: dt.date | None) -> Query:
    when: Any
    if party:
        _known("status", word, STATUSES, text)
        when = StatusIs.model_validate({"status": treaty, "of": party, "is": word})
    else:
        _known("status of a treaty", word, TREATY_STATUSES, text)
        when = TreatyIs.model_validate({"treaty": treaty, "is": word})
    return _query(text, when, day)


def _act(text: str, treaty: str, party: str, word: str, day: dt.date | None) -> Query:
    acts = lifecycle().acts
    if not party:
        raise _refused(f"'{cut(text)}' is not understood", _FORMS)
    if word in acts and not acts[word].scriptable:
        raise _refused(
            f"'{word}' is an effect and no act: it follows from acts and clauses",
            f"ask for a status, as in {treaty}.{party}=withdrawn",
        )
    _known("act", word, [name for name, one in acts.items() if one.scriptable], text)
    what = {"act": word, "treaty": treaty} | ({"of": party} if party != "*" else {})
    data = {"happened": what} | ({"within_days": 0} if day else {})
    return _query(text, Happened.model_validate(data), day)


def _query(text: str, when: Any, day: dt.date | None) -> Query:
    outcome = Outcome.model_construct(id="asked", title=None, when=when, by=None, on=day, note=None)
    return Query(text.strip(), condition_phrase(when), outcome)


def _outcome(text: str, loaded: Loaded) -> Query:
    known = {one.id: one for one in loaded.scenario.outcomes}
    if text in known:
        one = known[text]
        return Query(text, condition_phrase(one.when), one)
    near = close(text, list(known))
    hint = f"did you mean '{near}'?" if near else f"a question is {_FORMS}; outcomes here: {', '.join(known) or 'none'}"
    raise _refused(f"'{cut(text)}' is no outcome of {loaded.scenario.id}", hint)


def _known(what: str, given: str, known: Sequence[str], text: str) -> str:
    if given in known:
        return given
    near = close(given, list(known)[:1000])
    some = f"known: {', '.join(known)}" if len(known) <= 20 else "treatysim list shows what there is"
    where = f" in '{cut(text)}'" if given != text else ""
    raise _refused(f"unknown {what} '{cut(given)}'{where}", f"did you mean '{near}'?" if near else some)


def _day(given: str, loaded: Loaded, text: str) -> dt.date:
    period = loaded.scenario.period
    try:
        day = dt.date.fromisoformat(given) if len(given) == len("2007-12-12") else None
    except ValueError:
        day = None
    if day is None:
        raise _refused(f"'{cut(given)}' in '{cut(text)}' is no day of the calendar", "write YYYY-MM-DD")
    if not period.from_ <= day <= period.to:
        raise _refused(f"{day} lies outside the period", f"ask about a day from {period.from_} to {period.to}")
    return day


def _refused(message: str, hint: str) -> ScenarioError:
    return ScenarioError(diagnostics=[Diagnostic("TS605", message, hint=hint)])
