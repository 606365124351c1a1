"""Hand-written C: builds engine.c with gcc into a temporary folder, hands it the tables, and runs ensembles.

It is the yardstick for the compiled kernel and no part of the product. Calls release the interpreter's lock, so two
threads use two cores.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.results.tally import Tally, TallyLayout
from tests.bench.flat import ARRAYS, Flat
from tests.bench.table import Table

__all__ = ["Native", "compiler"]

FLAGS = ("-O3", "-march=native", "-shared", "-fPIC", "-Wno-psabi")
SCALARS = ("P", "T", "H", "R", "V", "K", "causes", "n_static", "months_n")


class _Scenario(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in SCALARS] + [(name, ctypes.c_void_p) for name in ARRAYS]


COUNTED = ("pairs", "treaties", "bound", "asked", "fired", "runs_fired", "sums", "squares")


class _Counts(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in COUNTED]


def compiler() -> str | None:
    """Return the path of gcc, None if there is none."""
    return shutil.which("gcc")


@cache
def _library(*options: str) -> ctypes.CDLL:
    gcc = compiler()
    if gcc is None:
        raise FileNotFoundError("gcc is not installed")
    source = Path(__file__).with_name("ensemble.c")
    with tempfile.TemporaryDirectory(prefix="treatysim-bench-") as folder:
        built = Path(folder, "ensemble.so")
        subprocess.run([gcc, *FLAGS, *options, str(source), "-o", str(built)], check=True)
        library = ctypes.CDLL(str(built))
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    library.run_ensemble.argtypes = [pointer, number, number, ctypes.c_uint64, number, number, *[pointer] * 4]
    return library


class Native:
    """The C engine for one table; `options` are those of the compiler beside the usual ones."""

    def __init__(self, table: Table, *options: str) -> None:
        self.table, self.library, self.flat = table, _library(*options), Flat(table)
        arrays = self.flat.arrays
        sizes = (table.parties, len(table.treaties), table.horizon, len(table.rules), len(table.variables), table.kinds)
        self.scenario = _Scenario(
            *sizes,
            len(table.causes),
            len(arrays["script"]),
            len(table.month_days),
            *(arrays[name].ctypes.data for name in ARRAYS),
        )

    def _call(self, seed: int, first: int, runs: int, tally: Tally | None, *memory: NDArray[np.generic] | None) -> None:
        places = [one.ctypes.data if one is not None else None for one in memory]
        counts = _Counts(*(getattr(tally, name).ctypes.data for name in COUNTED)) if tally else None
        sizes = (len(self.flat.clauses.rows), len(self.flat.cases.rows))
        given = (seed, first, runs, ctypes.byref(counts) if counts else None, *places)
        if self.library.run_ensemble(ctypes.byref(self.scenario), *sizes, *given):
            raise MemoryError("a run of the C engine needed more memory than it has")

    def tally(self) -> Tally:
        """Return an empty tally of the product, which the C engine fills."""
        table = self.table
        sizes = (table.parties, len(table.treaties), table.first, table.first + table.horizon - 1)
        return Tally(TallyLayout(*sizes, 0, len(table.rules), len(table.variables)))

    def folds(self, seed: int, first: int, runs: int) -> list[tuple[int, int, int]]:
        """Return for each run the fold of its changes, how many they are, and how many acts were refused."""
        folds, sizes = self._single(seed, first, runs)
        return [(int(fold), int(row[0]), int(row[1])) for fold, row in zip(folds, sizes, strict=True)]

    def bound(self, seed: int, first: int, runs: int) -> NDArray[np.int64]:
        """Return for each run how many memberships there are at the end."""
        return self._single(seed, first, runs)[1][:, 2]

    def _single(self, seed: int, first: int, runs: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        folds, sizes, totals = np.zeros(runs, np.uint64), np.zeros((runs, 3), np.int64), np.zeros(3, np.int64)
        self._call(seed, first, runs, None, totals, folds, sizes)
        return folds, sizes

    def run(self, seed: int, first: int, runs: int, tally: Tally | None = None) -> int:
        """Run and count; returns the number of changes of a status."""
        totals = np.zeros(3, np.int64)
        self._call(seed, first, runs, tally, totals, None, None)
        if tally is not None:
            tally.runs += runs
            tally.moves += int(totals[0])
            tally.refused += int(totals[1])
            tally.pattern += runs
        return int(totals[0])

    def run_threads(self, seed: int, first: int, runs: int, threads: int = 2) -> int:
        """Run in threads, each with a tally of its own."""
        cuts = [first + runs * place // threads for place in range(threads + 1)]
        with ThreadPoolExecutor(threads) as pool:
            parts = pool.map(
                lambda place: self.run(seed, cuts[place], cuts[place + 1] - cuts[place], self.tally()), range(threads)
            )
            return sum(parts)
