"""Machine code against the interpreted kernel and the reference engine: the same tallies, the same rows.

Compiling takes some twenty seconds the first time on a machine, so all of this stands in one file.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.flat import bits, native, primitives
from simulator.engine.kernel import Chunk, Kernel, UnsupportedError
from simulator.ensemble.backends import ReferenceBackend
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario
from tests.agree.test_kernel import same, worlds

pytestmark = pytest.mark.skipif(not native.has_compiler(), reason="numba is not installed")


def test_the_instructions_agree() -> None:
    import numba

    made, source = native._instructions(), random.Random(2)
    lowest, ones = made[bits.lowest], made[bits.ones]
    asked = numba.njit(lambda word: (lowest(word), ones(word)))
    for _ in range(300):
        word = source.getrandbits(32) or 1
        assert asked(word) == (bits.lowest(word), bits.ones(word))


def test_the_primitives_agree() -> None:
    source = random.Random(1)
    with np.errstate(over="ignore"):
        for _ in range(300):
            big = [bits.signed(source.getrandbits(64)) for _ in range(3)]
            step = source.getrandbits(30)
            unsigned = [np.int64(one).astype(np.uint64) for one in big]
            assert primitives.state_of(*unsigned) == bits.state_of(*big)
            assert primitives.drawn(unsigned[0], step) == bits.drawn(big[0], step)
            assert primitives.start_of(unsigned[0], step) == bits.start_of(big[0], step)
            assert primitives.joined(*unsigned) == bits.joined(*big)
            assert primitives.unsigned_less(*unsigned[:2]) == bits.unsigned_less(*big[:2])


@pytest.mark.parametrize("seed", range(15))
def test_random_worlds(seed: int) -> None:
    for program in worlds(seed):
        try:
            kernel, oracle = Kernel(program, compiled=True), Kernel(program)
        except UnsupportedError:
            continue
        found, expected = (one.chunk(3, 0, 40, rows=True) for one in (kernel, oracle))
        assert found.tally == expected.tally
        assert found.rows.tolist() == expected.rows.tolist()
        assert found.stopped == expected.stopped


@pytest.mark.parametrize("name", ["cfe-endgame", "new-start-end", "ottawa-eastern-flank"])
def test_shipped(name: str) -> None:
    program = compile_scenario(load_scenario(name))
    kernel = Kernel(program, compiled=True)
    expected = ReferenceBackend(program, 5).chunk(100, 12, rows=True)
    found = kernel.chunk(5, 100, 12, rows=True)
    assert found.tally == expected.tally
    assert expected.rows is not None
    assert found.rows.tolist() == expected.rows.tolist()


def test_pieces_and_threads_add_up_to_the_whole() -> None:
    kernel = Kernel(compile_scenario(load_scenario("cfe-endgame")), compiled=True)
    whole = kernel.chunk(1, 0, 1_000).tally

    def piece(number: int) -> Chunk:
        return kernel.chunk(1, number * 50, 50)

    with ThreadPoolExecutor(4) as threads:
        pieces = [done.tally for done in threads.map(piece, reversed(range(20)))]
    total = pieces[0]
    for one in pieces[1:]:
        total.merge(one)
    assert total == whole


def test_a_run_leaves_nothing_behind() -> None:
    kernel = Kernel(compile_scenario(load_scenario("cfe-endgame")), compiled=True)
    once = kernel.chunk(1, 7, 1, rows=True).rows.tolist()
    kernel.chunk(1, 0, 500)
    assert kernel.chunk(1, 7, 1, rows=True).rows.tolist() == once


def test_nothing_is_cached_beside_the_sources(tmp_path: Path) -> None:
    """A process that used numba before, with other settings, finds our cache folder all the same."""
    told = (
        "import os, numba; numba.njit(lambda: 1)(); os.environ['COLUMNS'] = '91'\n"
        "from simulator.engine.flat import native\n"
        "with native._settings(native.cache_folder()): print(numba.config.CACHE_DIR, numba.config.OPT)\n"
        "print(repr(numba.config.CACHE_DIR), 'NUMBA_CACHE_DIR' in os.environ)"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    env["XDG_CACHE_HOME"] = str(tmp_path)
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, env=env, check=True)
    folder, *_, after, given = done.stdout.split()
    assert Path(folder).is_relative_to(tmp_path)
    assert (after, given) == ("''", "False")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_150))
def test_many_random_worlds(seed: int) -> None:
    for program in worlds(seed):
        try:
            same(program, Kernel(program), range(5))
        except UnsupportedError:
            continue
