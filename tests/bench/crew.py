"""Workers and alternating blocks: every round gives each engine one block, so that a slow minute hits them all."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.engines import Missing

__all__ = ["Blocks", "Spread", "Worker", "alternate", "length_of", "spread", "start_all"]

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """The process of one engine on one variant; raises Missing where the engine cannot be made."""

    def __init__(self, name: str, variant: str = "base") -> None:
        self.name, self.variant = name, variant
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", name, variant],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker of {self.name} ended with code {self.process.wait()}")
        found: dict[str, Any] = json.loads(line)
        if "missing" in found:
            raise Missing(found["missing"])
        return found

    def ask(self, command: str, *numbers: int) -> dict[str, Any]:
        """Send a command and return the answer."""
        assert self.process.stdin is not None
        print(command, *numbers, file=self.process.stdin, flush=True)
        return self._read()

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@dataclass(slots=True)
class Spread:
    """Median and range of what the rounds gave."""

    median: float
    low: float
    high: float

    def shown(self, digits: int = 2) -> str:
        """Return the median with its range."""
        return f"{self.median:,.{digits}f} ({self.low:,.{digits}f}-{self.high:,.{digits}f})"


def spread(values: Iterable[float]) -> Spread:
    """Return median and range."""
    listed = sorted(values)
    return Spread(statistics.median(listed), listed[0], listed[-1])


@dataclass(slots=True)
class Blocks:
    """The blocks of one engine: microseconds of CPU a run in each round, and changes of a status a run."""

    name: str
    micros: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    peak: float = 0.0

    def over(self, other: Blocks) -> Spread:
        """Return how many times as long a run takes as the other engine's, round by round."""
        return spread(own / its for own, its in zip(self.micros, other.micros, strict=True))


def start_all(names: Iterable[str], variant: str = "base") -> tuple[list[Worker], dict[str, str]]:
    """Start workers; returns those that run, and for the others why not."""
    workers, missing = [], {}
    for name in names:
        try:
            workers.append(Worker(name, variant))
        except Missing as reason:
            missing[name] = str(reason)
    return workers, missing


def alternate(workers: Sequence[Worker], rounds: int, seconds: float) -> list[Blocks]:
    """Give each worker one block of about so many seconds in each round."""
    found = [Blocks(worker.name) for worker in workers]
    lengths = [length_of(worker, seconds) for worker in workers]
    for number in range(rounds):
        for worker, blocks, runs in zip(workers, found, lengths, strict=True):
            answer = worker.ask("run", number * runs, runs)
            blocks.micros.append(answer["cpu"] / runs * 1e6)
            blocks.changes.append(answer["changes"] / runs)
    for worker, blocks in zip(workers, found, strict=True):
        blocks.peak = worker.ask("memory")["peak"]
    return found


def length_of(worker: Worker, seconds: float) -> int:
    """Return how many runs take about so many seconds; warms the worker up by finding out."""
    worker.ask("run", 0, 2)
    runs = 2
    while True:
        wall = worker.ask("run", 0, runs)["wall"]
        if wall >= seconds / 4:
            return max(2, int(runs * seconds / wall))
        runs = int(runs * min(10, max(2, seconds / 2 / max(wall, 1e-6))))
