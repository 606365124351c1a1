"""Addresses of sources in tables: whole where programs read, numbered with a list below where people do."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from simulator.cli.output import is_terminal, say

__all__ = ["Sources"]


class Sources:
    """The addresses of one table, each with a number from 1 on."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._numbered = is_terminal(sys.stdout)

    def cell(self, addresses: Iterable[str]) -> str:
        """What stands in the row: the addresses themselves, or their numbers."""
        own = dict.fromkeys(addresses)
        if not self._numbered:
            return " ".join(own)
        return " ".join(f"[{self._numbers.setdefault(one, len(self._numbers) + 1)}]" for one in own)

    def say(self) -> None:
        """Write the list below the table, where addresses can be opened and copied; nothing if they stand in it."""
        if self._numbers:
            say()
        for address, number in self._numbers.items():
            say(f"[{number}] {address}")
