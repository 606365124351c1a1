"""Engines by name, and which of them answers soonest.

The compiled kernel costs about a second before its first run, and on a machine that has not compiled it yet about
twenty; a job that the interpreted kernel finishes sooner never loads the compiler.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.flat import native
from simulator.ensemble.backends import Backend, ReferenceBackend
from simulator.ensemble.flat import compiled_kernel, interpreted_kernel
from simulator.errors import ScenarioError
from simulator.scenario.program import Program

__all__ = ["ENGINES", "announce", "choose", "make", "prepare"]

# Seconds, and shares of the interpreted kernel's time; measured on the shipped scenarios, and only used to choose.
_LOAD, _COMPILE, _COMPILED_SHARE = 1.0, 25.0, 1 / 60


def _reference(program: Program, seed: int) -> Backend:
    return ReferenceBackend(program, seed)


ENGINES: dict[str, Callable[[Program, int], Backend]] = {
    "reference": _reference,
    "kernel": compiled_kernel,
    "kernel, interpreted": interpreted_kernel,
}


def make(engine: str, program: Program, seed: int) -> Backend:
    """Return the backend of this name. Raises ScenarioError where there is none."""
    if engine not in ENGINES:
        raise ScenarioError(f"there is no engine {engine!r} for ensembles; the engines are {', '.join(ENGINES)}")
    return ENGINES[engine](program, seed)


def choose(program: Program, seed: int, *, runs: int, engine: str = "auto", jobs: int = 1) -> Backend:
    """Return the backend that is expected to answer soonest, or the one that is named."""
    if engine != "auto":
        return make(engine, program, seed)
    found = interpreted_kernel(program, seed)
    if isinstance(found, ReferenceBackend) or not native.has_compiler():
        return found
    start = _LOAD if native.is_warm() else _COMPILE
    work = runs * found.seconds / jobs
    return found if work <= start + work * _COMPILED_SHARE else compiled_kernel(program, seed)


def announce(tell: Callable[[], None]) -> None:
    """Have `tell` called before machine code is made, which takes a while and happens once for each version."""
    native.before_compiling = tell


def prepare() -> list[tuple[str, float]]:
    """Make what can be made ahead of the first ensemble; returns what was prepared and the seconds it took."""
    if not native.has_compiler():
        return []
    return [("kernel", native.seconds_to_load())]
