"""What a long answer is at: a moving line in a terminal, now and then a line everywhere else; always on stderr."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from types import TracebackType

from simulator.cli.output import is_terminal, note

__all__ = ["Busy"]

_FIRST, _EVERY, _AGAIN = 2.0, 10.0, 0.5  # seconds until something is shown, between two lines, and in a terminal
_CLEAR = "\r\x1b[K"  # to the start of the line, and nothing on it


class Busy:
    """Told what is being worked at; shows it with the seconds that it took so far. Short work shows nothing.

    A quiet one never shows anything.
    """

    def __init__(self, stage: str, *, quiet: bool = False) -> None:
        self.stage, self.quiet = stage, quiet
        self._started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, name="busy", daemon=True)

    def __enter__(self) -> Busy:
        if not self.quiet:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if not self.quiet:
            self._thread.join()

    def __call__(self, stage: str) -> None:
        """Take up something else."""
        self.stage = stage

    def line(self) -> str:
        """Say in one line what is being worked at."""
        return f"working on {self.stage} ({time.monotonic() - self._started:.0f} s)"

    def _show(self) -> None:
        if self._over.wait(_FIRST):
            return
        # A stream that was closed meanwhile is no reason to stop the work.
        with contextlib.suppress(OSError, ValueError):
            if is_terminal(sys.stderr):
                self._move()
                return
            note(self.line())
            while not self._over.wait(_EVERY):
                note(self.line())

    def _move(self) -> None:
        over = False
        while not over:
            width = shutil.get_terminal_size().columns - 1  # a longer line would wrap, and could not be taken away
            sys.stderr.write(_CLEAR + self.line()[:width])
            sys.stderr.flush()
            over = self._over.wait(_AGAIN)
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()
