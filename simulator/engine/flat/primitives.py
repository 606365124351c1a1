"""The operations of `bits` for the compiler: fixed-width numbers that wrap by themselves.

Only ever called as compiled code; tests hold both against each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def state_of(start: int, site: int, what: int) -> Any:
    """See `bits.state_of`."""
    state = np.uint64(start) ^ np.uint64(site)
    state = (state ^ (state >> _30)) * _FIRST
    state = (state ^ (state >> _27)) * _SECOND
    state = (state ^ (state >> _31)) ^ np.uint64(what)
    state = (state ^ (state >> _30)) * _FIRST
    state = (state ^ (state >> _27)) * _SECOND
    return np.int64(state ^ (state >> _31))


def drawn(state: int, step: int) -> Any:
    """See `bits.drawn`."""
    last = np.uint64(state) + np.uint64(step) * _GOLDEN + _GOLDEN
    last = (last ^ (last >> _30)) * _FIRST
    last = (last ^ (last >> _27)) * _SECOND
    return np.int64((last ^ (last >> _31)) >> _11)


def joined(name: int, what: int, nth: int) -> Any:
    """See `bits.joined`."""
    state = np.uint64(name) ^ np.uint64(what) ^ np.uint64(nth)
    state = (state ^ (state >> _30)) * _FIRST
    state = (state ^ (state >> _27)) * _SECOND
    return np.int64(state ^ (state >> _31))


def unsigned_less(one: int, other: int) -> Any:
    """See `bits.unsigned_less`."""
    return np.uint64(one) < np.uint64(other)


def start_of(seed: int, replication: int) -> Any:
    """See `bits.start_of`."""
    state = np.uint64(seed) ^ (np.uint64(replication) * _GOLDEN)
    state = (state ^ (state >> _30)) * _FIRST
    state = (state ^ (state >> _27)) * _SECOND
    return np.int64(state ^ (state >> _31))
