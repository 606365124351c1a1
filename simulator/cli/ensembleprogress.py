"""How far an ensemble is: a bar in a terminal, now and then a line everywhere else; always on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from simulator.cli.output import is_terminal, note

__all__ = ["Progress", "compiling"]

_SOON, _FIRST, _EVERY = 1.0, 3.0, 10.0  # seconds until a bar, until a line, and between two lines


class Progress:
    """Told how many runs are done, and of how many; shows it, with the speed and the time that is left."""

    def __init__(self) -> None:
        self._started = self._shown = time.monotonic()
        self._wait = _SOON if is_terminal(sys.stderr) else _FIRST
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is; short work shows nothing."""
        now = time.monotonic()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done)
        elif now - self._shown < self._wait:
            return
        elif is_terminal(sys.stderr):
            self._bar = _bar()
            self._bar.add_task("runs", total=total, completed=done)
            self._bar.start()
        else:
            self._shown, self._wait = now, _EVERY
            note(line(done, total, now - self._started))


def compiling() -> None:
    """Say that machine code is being made, which happens before the first large ensemble."""
    note("compiling the engine for this machine: about 20 seconds, once for each version")


def line(done: int, total: int, seconds: float) -> str:
    """Say how far it is in one line.

    >>> line(12_000, 100_000, 6.0)
    '12,000 of 100,000 runs, 2,000 runs/s, 44 s left'
    """
    speed = done / seconds if seconds else 0.0
    left = f", {(total - done) / speed:,.0f} s left" if speed else ""
    return f"{done:,} of {total:,} runs, {speed:,.0f} runs/s{left}"


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Speed(ProgressColumn):
        """Runs a second."""

        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f} runs/s" if task.speed else "")

    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), Speed(), TimeRemainingColumn())
    return Bar(*columns, console=Console(file=sys.stderr), transient=True)
