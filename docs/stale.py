"""Writes pages anew, or says which of them are stale: what the tools of this folder have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["run"]

ROOT = Path(__file__).resolve().parent.parent


def run(tool: str, pages: Mapping[Path, Callable[[], str]], arguments: list[str]) -> int:
    """With `--write`, write the pages whose text is not what it should be; with `--check`, name them and return 1."""
    if arguments not in (["--check"], ["--write"]):
        print(f"usage: python docs/{tool} --check | --write", file=sys.stderr)
        return 2
    stale = 0
    for path, page in pages.items():
        new = page()
        if path.exists() and path.read_text(encoding="utf-8") == new:
            continue
        stale += 1
        name = path.relative_to(ROOT)
        if arguments == ["--write"]:
            path.write_text(new, encoding="utf-8")
            print(f"{name}: written anew")
        else:
            print(f"{name}: not up to date; run `python docs/{tool} --write`", file=sys.stderr)
    return 1 if stale and arguments == ["--check"] else 0
