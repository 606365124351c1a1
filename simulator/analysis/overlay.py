"""Record files of one's own, read beside the shipped record: what they add is replayed together with it.

The law judges the whole: an act that it refuses, and an effect that contradicts what acts and clauses lead to, is a
problem at the row that brings it about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from simulator.analysis.derivation import Finding, findings
from simulator.analysis.derived import refused, tied
from simulator.errors import Diagnostic
from simulator.law.catalogue import treaty_ids
from simulator.law.dates import day_text
from simulator.law.record import RecordedAct, record
from simulator.law.recordcheck import MAX_PROBLEMS, Checked, examine
from simulator.law.recordtext import read_text
from simulator.results.trace import Refusal

__all__ = ["Overlay", "contradictions", "refusals"]


def refusals(view: str = "depositary") -> list[Diagnostic]:
    """Return the acts of the shipped record that the law refuses, each with its file and line.

    >>> refusals()
    []
    """
    found = []
    for one in refused(view):
        line = next((act.line for act in record(one.treaty) if act.id == one.id), 0)
        found.append(_refused(one, f"record/{one.treaty}.csv", line))
    return list(dict.fromkeys(found))


def contradictions(found: Iterable[Finding]) -> list[Diagnostic]:
    """Return what no reading of a named question explains, at the rows of the shipped record that report it."""
    return [
        _contradiction(
            one, f"record/{one.treaty}.csv", next((a.line for a in record(one.treaty) if a.id in one.rows), 0)
        )
        for one in found
        if one.verdict == "contradicts" and not one.explained
    ]


class Overlay:
    """Record files beside the shipped record, read one after the other."""

    def __init__(self) -> None:
        self._files: list[Checked] = []
        self._beside: dict[str, list[RecordedAct]] = {}

    def add(self, path: Path, treaty: str | None = None) -> Checked:
        """Read a file beside the record and the files before it; see `examine`.

        A file whose name is not the id of its treaty needs `treaty`. Raises RecordError or LimitError for a file that
        is no text or too large.
        """
        name = treaty or path.stem
        # A name that is no id is said to be none; it never becomes part of a path.
        beside = self._beside.setdefault(name, list(record(name)) if name in treaty_ids() else [])
        found = examine(read_text(path), name, str(path), beside=beside)
        beside.extend(found.rows)
        self._files.append(found)
        return found

    def problems(self, view: str = "depositary") -> Mapping[str, list[Diagnostic]]:
        """Replay record and files together and return, by file, the acts refused and the effects contradicted.

        A file that has problems of its own is left out. A row of the record that only these rows bring into conflict
        is a problem of theirs. At most MAX_PROBLEMS for each file.
        """
        places = {act.id: (file.name, act) for file in self._files if not file.problems for act in file.rows}
        own = tuple(act for _, act in places.values())
        found: dict[str, list[Diagnostic]] = {}
        for one in _new_refusals(own, view) if own else ():
            name, act = places.get(one.id) or _cause(places, one.treaty, one.party, one.day)
            problem = _refused(one, name, act.line, "" if one.id == act.id else f", which is on record ({one.id})")
            found.setdefault(name, []).append(problem)
        for finding in _new_contradictions(own, view) if own else ():
            told = next((places[row] for row in finding.rows if row in places), None)
            name, act = told or _cause(places, finding.treaty, finding.party, None)
            found.setdefault(name, []).append(_contradiction(finding, name, act.line))
        return {name: sorted(many, key=lambda one: one.line)[:MAX_PROBLEMS] for name, many in found.items()}


def _new_refusals(own: tuple[RecordedAct, ...], view: str) -> Iterator[Refusal]:
    """What is refused with these acts and not without them, once for each row and reason."""
    around = tuple(sorted({near for act in own for near in tied(act.treaty)}))
    told = {(one.id, one.reason) for one in refused(view, around)}
    for one in refused(view, around, own):
        if (one.id, one.reason) not in told:
            told.add((one.id, one.reason))
            yield one


def _new_contradictions(own: tuple[RecordedAct, ...], view: str) -> Iterator[Finding]:
    before = {one for one in findings(view) if one.verdict == "contradicts"}
    for one in findings(view, own):
        if one.verdict == "contradicts" and not one.explained and one not in before:
            yield one


def _cause(
    places: Mapping[str, tuple[str, RecordedAct]], treaty: str, party: str, day: int | None
) -> tuple[str, RecordedAct]:
    """The added row that most likely brought a row of the record into conflict: same treaty and party, just before."""

    def near(place: tuple[str, RecordedAct]) -> tuple[bool, bool, bool, int]:
        act = place[1]
        early = act.day is not None and (day is None or act.day <= day)
        return act.treaty == treaty, act.party == party, early, act.day or 0

    return max(places.values(), key=near)


def _refused(one: Refusal, file: str, line: int, what: str = "") -> Diagnostic:
    who = "the treaty" if one.party == "*" else one.party
    basis = f" ({one.basis})" if one.basis else ""
    reason = one.reason.partition(", from where")[0]  # what else would be legal is of no use for a wrong row
    text = f"the law refuses {one.act} of {who} on {day_text(one.day)}{what}: {reason}{basis}"
    return Diagnostic("TS516", text, file, line, int(line > 0), hint="correct the row, or leave it out")


def _contradiction(one: Finding, file: str, line: int) -> Diagnostic:
    who = "the treaty" if one.party == "*" else one.party
    text = f"{one.what} of {who}: recorded {one.recorded or 'nowhere'}, derived {one.derived or 'never'}"
    text += f" ({one.why})" if one.why else ""
    hint = "mend the row or the clause with a source, or enter the question and the reading into the register"
    return Diagnostic("TS515", text, file, line, int(line > 0), hint=hint)
