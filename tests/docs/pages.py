"""Reads the documentation: its pages, their fenced blocks, and how a shown output is compared with a real one.

A block is known by the first word after its fence: `python` blocks of a page run one after the other in one namespace;
`console` blocks hold commands (`$ treatysim ...`) and what they print; a `yaml` block with a second word is a file of
that name, which later blocks of the page can use. In a shown output `…` stands for any text, on a line of its own for
any lines.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_FENCE = re.compile(r"^```(\S+)[ ]?([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the rest of the first line, the text, and the line of the page it starts on."""

    language: str
    name: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """A command of a console block with the output that the page shows, and the exit code it must have."""

    text: str
    shown: str
    code: int


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2].strip(), found[3], text[: found.start()].count("\n") + 2)
        for found in _FENCE.finditer(text)
    ]


def commands(block: Block) -> list[Command]:
    """Return the commands of a console block; `console exits N` in its first line gives another exit code than 0."""
    code = int(block.name.removeprefix("exits ")) if block.name.startswith("exits ") else 0
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [Command(head.strip(), shown, code) for head, _, shown in (part.partition("\n") for part in parts)]


def matches(shown: str, real: str) -> bool:
    """Whether a real output is what the page shows; spaces at the ends of lines do not count."""
    pattern = ""
    for line in shown.strip("\n").splitlines():
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n"
    tidy = "".join(f"{line.rstrip()}\n" for line in real.strip("\n").splitlines())
    return re.fullmatch(pattern, tidy) is not None


def tool(name: str) -> ModuleType:
    """Return a program of the folder docs/ as a module; like a program it finds what lies beside it."""
    sys.path.append(str(ROOT / "docs"))
    try:
        spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.pop()
    return module
