"""Checks of exercises: nothing empty passes, nothing raises, hints come one after the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from simulator.errors import ExtraError, RecordError
from simulator.law.catalogue import treaty
from simulator.law.views import disputes
from simulator.report import charts
from simulator.teaching import bands, check, hint, history, readings, steps, table
from simulator.teaching.answers import Each, blank
from simulator.teaching.checking import ROOMS, Question, judge, question, questions, restart
from simulator.teaching.lens import record_acts
from simulator.teaching.news import CLAIMS

ALL = [one for room in ROOMS for one in questions(room).values()]
# The answer to 7.1 is a test (test_teaching_machines); the notebook of exercise 4 runs its questions.
QUICK = [one for one in ALL if not one.id.startswith("4.") and one.id not in ("0.5", "7.1")]


def _name(one: Question) -> str:
    return one.id


@pytest.fixture(autouse=True)
def _fresh() -> None:
    restart()


@pytest.mark.parametrize("asked", ALL, ids=_name)
def test_nothing_empty_is_an_answer(asked: Question, capsys: pytest.CaptureFixture[str]) -> None:
    """None, ..., blanks and empty containers are missing answers; the check repeats the question and gives no hint."""
    for empty in (None, ..., "", " ", "...", "?", [], {}, set(), {"a": None}, [""], {"x": [...]}):
        assert judge(asked.id, empty).state == "missing"
    check(asked.id)
    said = capsys.readouterr().out
    assert "no answer yet" in said and "Hint" not in said


@pytest.mark.parametrize("asked", ALL, ids=_name)
def test_no_answer_raises(asked: Question) -> None:
    """Whatever is written, the check has words for it, and says how an answer is written."""
    junk: list[Any] = [
        object(),
        b"x",
        1j,
        float("nan"),
        float("inf"),
        "hello",
        True,
        {1: 2},
        [[1]],
        dt.time(1),
        int,
        10**400,
    ]
    for one in junk:
        verdict = judge(asked.id, one)
        assert verdict.state in ("unreadable", "wrong"), one
        assert verdict.text


@pytest.mark.parametrize("asked", [one for one in ALL if isinstance(one.kind, Each)], ids=_name)
def test_a_half_filled_dictionary_says_what_is_missing(asked: Question) -> None:
    """Each name that is still empty is named, also where the template has lost one."""
    names = asked.kind.names  # type: ignore[attr-defined]
    verdict = judge(asked.id, {names[0]: "1"})
    assert verdict.state == "unreadable"
    assert all(name in verdict.text for name in names[1:])


@pytest.mark.parametrize("asked", QUICK, ids=_name)
def test_the_truth_is_right_in_the_form_in_which_it_is_asked(asked: Question) -> None:
    """What record and engine say passes its own check, and comes with a reason."""
    verdict = judge(asked.id, asked.truth())
    assert verdict.right, verdict.text
    assert verdict.text


@pytest.mark.parametrize("asked", ALL, ids=_name)
def test_hints_are_graded(asked: Question) -> None:
    """Three or more, all different, each a sentence."""
    assert len(set(asked.hints)) == len(asked.hints) >= 3
    assert all(one.endswith((".", "?")) for one in asked.hints)


def test_each_new_wrong_answer_earns_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """The same wrong answer again repeats the hint; after the last one no more come."""
    shown = []
    for day in ("2007-07-14", "2007-07-14", "2007-12-11", "2007-12-13", "2007-12-14"):
        check("0.1", day)
        shown.append(capsys.readouterr().out)
    assert ["Hint 1" in shown[0], "Hint 1" in shown[1], "Hint 2" in shown[2]] == [True] * 3
    assert ["Hint 3" in one for one in shown[3:]] == [True] * 2
    assert "too early by a day" in shown[2] and "too late by less than a week" in shown[4]
    check("0.1", "2007-12-12", predicted="2007-12-12")
    assert "right. " in (said := capsys.readouterr().out) and "what you predicted" in said
    check("0.1", dt.date(2007, 12, 12), predicted="2007-07-14")
    assert "what surprised you" in capsys.readouterr().out
    check("0.1", "2007-12-12", predicted="")
    assert "no prediction" in capsys.readouterr().out


def test_hints_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """`hint` gives one after the other; an unknown question is said to be unknown."""
    hint("1.5")
    hint("1.5")
    assert capsys.readouterr().out.count("Hint") == 2
    hint("9.9")
    assert "no such question" in capsys.readouterr().out
    check("9.9", 1)
    assert "there is no question '9.9'" in capsys.readouterr().out
    assert question("9.9") is None and question(3) is None


def test_sets_say_how_many_are_missing_and_what_is_too_much() -> None:
    """Codes are read from sets, lists and text, in any case."""
    assert judge("1.3", "ben, khm").right
    assert judge("1.3", ["BEN"]).text == "1 missing"
    assert judge("1.3", {"BEN", "KHM", "HND"}).text == "not among them: HND"


def test_the_hint_on_the_news_counts_right() -> None:
    """Two true, three false, the rest imprecise; every claim has a source or says that none was kept."""
    verdicts = [one.verdict for one in CLAIMS]
    assert (verdicts.count("true"), verdicts.count("false")) == (2, 3)
    assert all("https://" in one.read_in or "no page kept" in one.read_in for one in CLAIMS)


def test_a_table_wraps_long_cells(capsys: pytest.CaptureFixture[str]) -> None:
    """A long cell goes on below its column; an address stays whole."""
    table(["a", "b"], [["x " * 40, "https://example.org/" + "y" * 80]], wide=20)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 4 and lines[2].endswith("y" * 80)
    assert all(len(line) <= 20 for line in lines[3:])


def test_rows_and_steps_are_chosen_by_year(capsys: pytest.CaptureFixture[str]) -> None:
    """`since` and `until` take a year, a month or a day, both included."""
    assert [one.done for one in record_acts("abm", act="notify_withdrawal", since="2001", until="2001")] == [
        "2001-12-13"
    ]
    assert record_acts("abm", act="notify_withdrawal", since="2001-12-14") == []
    steps(history("abm"), treaty="abm", party="", since="2002", until="2002-06")
    assert "bilateral exit" in capsys.readouterr().out


def test_without_the_extra_a_table_takes_the_place_of_a_chart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same spans are printed."""

    def missing(*_: Any, **__: Any) -> None:
        raise ExtraError("altair is not installed")

    monkeypatch.setattr(charts, "status_bands", missing)
    assert bands(history("cfe"), "cfe", ["RUS"], since="2007-01-01") is None
    said = capsys.readouterr().out
    assert "suspended  2007-12-12  2023-11-07" in said


def test_what_does_not_exist_is_refused_with_what_does() -> None:
    """No treaty, and an unknown question of the register."""
    with pytest.raises(RecordError, match="at least one treaty"):
        history()
    with pytest.raises(RecordError, match="D1 to D"):
        readings("D999")


def test_blank_knows_zero_and_no() -> None:
    """Zero and False are answers."""
    assert [blank(one) for one in (0, 0.0, False, "no", {"a": 0})] == [False] * 5


def test_the_changes_of_the_cfe_treaty_are_told_alike_everywhere() -> None:
    """Record, register, treaty files and the exercise on the news: 1996 adopted, 1997 in force, 1999 signed only."""
    verdicts = {one.id: one.verdict for one in CLAIMS}
    assert (verdicts["a"], verdicts["b"], verdicts["c"]) == ("imprecise", "imprecise", "false")
    days = {
        (step.treaty, step.act): dt.date.fromordinal(step.day).isoformat()
        for step in history("cfe").steps
        if not step.party
    }
    assert days["cfe-flank-1996", "open_for_signature"] == "1996-05-31"
    assert days["cfe-flank-1996", "enter_into_force"] == days["cfe", "amendment_in_force"] == "1997-05-15"
    assert days["cfe-adapted-1999", "open_for_signature"] == "1999-11-19"
    assert ("cfe-adapted-1999", "enter_into_force") not in days
    reading = disputes()["D15"].readings["flank_1997"].text
    assert all(one in reading for one in ("1996-05-31", "1997-05-15", "no amendment under Article XX", "1999-11-19"))
    assert "not an amendment under Article XX" in " ".join(treaty("cfe-flank-1996").note.split())
