"""The lines that a long answer shows: after two seconds, on stderr, never with `--json`."""

from __future__ import annotations

import io
import sys
import time

import pytest

from simulator.cli import busy
from simulator.cli.busy import Busy


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "_FIRST", 0.05)
    monkeypatch.setattr(busy, "_EVERY", 0.05)
    monkeypatch.setattr(busy, "_AGAIN", 0.05)


def test_long_work_says_what_it_is_at(capsys: pytest.CaptureFixture[str]) -> None:
    """One line soon, others now and then, with the stage of the moment; nothing on stdout."""
    with Busy("the record") as told:
        time.sleep(0.08)
        told("drawn worlds, 7 of 150")
        time.sleep(0.12)
    done = capsys.readouterr()
    lines = done.err.splitlines()
    assert lines[0] == "working on the record (0 s)"
    assert "working on drawn worlds, 7 of 150 (0 s)" in lines[1:]
    assert done.out == ""


def test_short_and_quiet_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads JSON, or has the answer at once, sees no such line."""
    with Busy("the record"):
        pass
    with Busy("the record", quiet=True):
        time.sleep(0.15)
    assert capsys.readouterr().err == ""


def test_an_error_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Once the work has failed nothing more is shown."""
    with pytest.raises(ValueError, match="no"), Busy("the record"):
        raise ValueError("no")
    time.sleep(0.1)
    assert capsys.readouterr().err == ""


def test_a_terminal_has_one_moving_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken away again, and says what is worked at."""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with Busy("the record"):
        time.sleep(0.4)
    assert "working on the record" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")  # the line is empty again


def test_a_closed_stream_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work counts, not the line about it."""

    class Closed:
        def write(self, _: str) -> int:
            raise OSError("closed")

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stderr", Closed())
    with Busy("the record") as told:
        time.sleep(0.12)
    assert told.stage == "the record"
