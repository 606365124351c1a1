"""Runs command lines in tests: in this process, as a process of its own, and in a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from simulator.__main__ import main

__all__ = ["SCENARIO", "Done", "Run", "process", "runner"]

SCENARIO = """\
schema: 1
id: small
title: A small scenario
question: Does it run?
period: {from: 2007-01-01, to: 2009-12-31}
record: {treaties: [cfe]}
events:
  - {id: request, from_record: gbi-europe-request}
rules:
  - id: moratorium
    actor: RUS
    trigger: {event: request}
    when: {status: cfe, of: RUS, is: in_force}
    after: {days: 10}
    do: {act: notify_suspension, treaty: cfe, effective: {clear_days: 150}}
    explains: [cfe.RUS.notify_suspension.2007-07-14]
    theory: It must act.
  - id: again
    actor: RUS
    trigger: {becomes: suspended, treaty: cfe, of: RUS}
    do: {act: accede, treaty: cfe}
outcomes:
  - {id: gone, title: Russia has suspended, when: {status: cfe, of: RUS, is: suspended}}
branches:
  - {id: quiet, title: Nobody asks, drop: [{event: request}]}
expect:
  - {date: 2007-12-11, status: cfe, of: RUS, is: in_force}
  - {date: 2007-12-12, status: cfe, of: RUS, is: suspended}
"""


class Done(NamedTuple):
    """What a command line left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The object that it printed."""
        return json.loads(self.out)


Run = Callable[..., Done]


def runner(capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs command lines in a folder that holds `small.yaml`; none of them may show a stack trace."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    Path("small.yaml").write_text(SCENARIO, encoding="utf-8")

    def one(*words: str) -> Done:
        capsys.readouterr()
        code = main(words)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err)

    return one


def process(*words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    command = [sys.executable, "-m", "simulator", *words]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, encoding="utf-8", env={**os.environ, **env}
    )
