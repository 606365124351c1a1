"""The few operations on 32- and 64-bit numbers that Python and compiled code do in different ways.

`native` has the same functions for the compiler. A 64-bit number without sign (a name, a draw's state) is kept as the
signed number of the same bits, because that is what an integer array holds.
"""

from __future__ import annotations

from simulator.noise import mix64

__all__ = ["drawn", "joined", "lowest", "ones", "signed", "start_of", "state_of", "unsigned_less"]

# These have a twin for the compiler in `primitives`; `lowest` and `ones` are instructions of the processor.
TWINS = ("state_of", "drawn", "start_of", "joined", "unsigned_less")
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_TOP = -(1 << 63)


def signed(value: int) -> int:
    """Return the signed 64-bit number that has the bits of an unsigned one.

    >>> signed(2**64 - 1)
    -1
    """
    return value - (1 << 64) if value >> 63 else value


def lowest(word: int) -> int:
    """Return the place of the lowest bit that is set; the word is not zero.

    >>> lowest(12)
    2
    """
    return (word & -word).bit_length() - 1


def ones(word: int) -> int:
    """Return how many bits are set.

    >>> ones(13)
    3
    """
    return word.bit_count()


def state_of(start: int, site: int, what: int) -> int:
    """Return where the uniforms of a site stand under a name, as a signed number."""
    return signed(mix64(mix64((start ^ site) & _MASK) ^ (what & _MASK)))


def drawn(state: int, step: int) -> int:
    """Return the 53-bit uniform of a key as `simulator.noise.KeyedNoise.bits` does; `step` is nth * 4 + purpose."""
    return mix64((state + step * _GOLDEN + _GOLDEN) & _MASK) >> 11


def start_of(seed: int, replication: int) -> int:
    """Return where the noise of a replication starts; `seed` is the mixed seed, as a signed number."""
    return signed(mix64((seed ^ (replication * _GOLDEN)) & _MASK))


def joined(name: int, what: int, nth: int) -> int:
    """Return the name of a chain of causes, or of a happening that a decision brings about: `mix64` of the three."""
    return signed(mix64((name ^ what ^ nth) & _MASK))


def unsigned_less(one: int, other: int) -> bool:
    """Compare two 64-bit numbers without sign, given as signed ones.

    >>> unsigned_less(1, -1)
    True
    """
    return (one ^ _TOP) < (other ^ _TOP)
