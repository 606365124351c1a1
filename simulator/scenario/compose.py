"""Follows `extends` from file to file, inside one folder and within bounds, and joins what it finds.

Every file is read once, however often it is extended. All problems of all files are reported together.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Final, NoReturn

from simulator.errors import Diagnostic, LimitError, ScenarioError
from simulator.marks import Document, Loc
from simulator.scenario.diagnostics import in_file_order
from simulator.scenario.merge import Merged, lay_over, of_document, take_out
from simulator.source import MAX_BYTES, MAX_NODES, read_yaml

__all__ = ["MAX_EXTENDS", "MAX_FILES", "Composed", "compose", "resolved"]

MAX_EXTENDS: Final = 8
MAX_FILES: Final = 32

_LONGEST: Final = 200
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_ABSOLUTE: Final = re.compile(r"[/~]|[A-Za-z]:")
_HOW: Final = "name a file relative to this one, as in extends: lib/europe.yaml"


@dataclass(frozen=True, slots=True)
class Composed:
    """The joined data, and the files it came from: the first one first, each with its path below the root."""

    merged: Merged
    documents: tuple[Document, ...]
    files: tuple[tuple[str, str], ...]


def compose(path: Path, *, display: str | None = None, root: Path | None = None) -> Composed:
    """Read a scenario file with everything that it extends; `root` is the folder that no path may leave.

    Raises: ScenarioError -- with every problem of every file. LimitError -- too much, or nested too deeply.
    """
    first = resolved(path) or path
    composer = _Composer((resolved(root) or root) if root is not None else first.parent)
    document = read_yaml(first, display=display if display is not None else str(path))
    merged = composer.join(first, document, ())
    if composer.problems or merged is None:
        names = [one.path for one in composer.documents.values()]
        raise ScenarioError(diagnostics=in_file_order(composer.problems, names))
    files = tuple((composer.name(where), one.sha256) for where, one in composer.documents.items())
    return Composed(merged, tuple(composer.documents.values()), files)


def resolved(path: Path) -> Path | None:
    """The path with all links followed, or None where they lead nowhere (a circle of links, a name too long)."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


@dataclass(slots=True)
class _Composer:
    """What has been read so far, in reading order, and what it has been joined to."""

    root: Path
    documents: dict[Path, Document] = field(default_factory=dict)
    joined: dict[Path, Merged | None] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    bytes: int = 0
    nodes: int = 0

    def name(self, path: Path) -> str:
        """The path below the root, the same on every computer."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def join(self, path: Path, document: Document, chain: tuple[Path, ...]) -> Merged | None:
        """What a file says, laid over what it extends; None if nothing can be said, with the problems noted."""
        self.documents[path] = document
        self.bytes += len(document.text.encode())
        self.nodes += document.nodes
        self.joined[path] = self._lay(document, path, (*chain, path))
        return self.joined[path]

    def _lay(self, document: Document, path: Path, chain: tuple[Path, ...]) -> Merged | None:
        try:
            own = of_document(document)
        except ScenarioError as error:
            self.problems.extend(error.diagnostics)
            return None
        bases = [self._base(document, loc, text, path, chain) for loc, text in self._wanted(document)]
        known = [base for base in bases if base is not None]
        if "remove" in document.data and "extends" not in document.data:
            message = "'remove' takes things out of what a file extends, and this one extends nothing"
            self.problems.append(document.diagnostic("TS024", message, ("remove",), key=True, hint="add extends"))
        if not known or len(known) < len(bases):
            return own
        # Which are joined first makes no difference to the result; in pairs, a large file is not copied once per file.
        while len(known) > 1:
            pairs = zip_longest(known[::2], known[1::2])
            known = [lay_over(base, later) if later is not None else base for base, later in pairs]
        base, problems = take_out(known[0], document)
        self.problems.extend(problems)
        return lay_over(base, own)

    def _wanted(self, document: Document) -> Iterator[tuple[Loc, str]]:
        """The paths that a file extends, each with its place."""
        wanted = document.data.get("extends", [])
        items: list[tuple[Loc, object]] = [(("extends",), wanted)]
        if isinstance(wanted, list):
            if len(wanted) > MAX_FILES:
                self._too_much(document, ("extends",), f"more than {MAX_FILES} files")
            items = [(("extends", index), one) for index, one in enumerate(wanted)]
        for loc, one in items:
            if isinstance(one, str) and one.isprintable() and 0 < len(one) <= _LONGEST:
                yield loc, one
            else:
                self.problems.append(document.diagnostic("TS020", "a path is expected here", loc, hint=_HOW))

    def _base(self, document: Document, loc: Loc, text: str, path: Path, chain: tuple[Path, ...]) -> Merged | None:
        """What one extended file says; None if it cannot be had, with the problem noted."""
        target = self._target(document, loc, text, path)
        if target is None:
            return None
        display = PurePosixPath(os.path.normpath(PurePosixPath(Path(document.path).as_posix()).parent / text))
        if target in chain:
            circle = [self.name(one) for one in (*chain[chain.index(target) :], target)]
            message = f"extends runs in a circle: {' -> '.join(circle)}"
            self.problems.append(document.diagnostic("TS023", message, loc, hint="take one of them out"))
            return None
        if len(chain) > MAX_EXTENDS:
            message = f"files extend each other more than {MAX_EXTENDS} levels deep"
            raise LimitError(diagnostics=[document.diagnostic("TS404", message, loc, hint="join some of them")])
        if target in self.joined:
            return self.joined[target]
        extended = self._read(document, loc, target, str(display))
        return self.join(target, extended, chain) if extended is not None else None

    def _target(self, document: Document, loc: Loc, text: str, path: Path) -> Path | None:
        """The file that a path means; None if the path is not one that may be followed, with the problem noted."""
        problem = ""
        if _URL.match(text) or text.startswith("//"):
            problem = f"'{text}' is a web address; nothing is fetched from the network"
        elif _ABSOLUTE.match(text):
            problem = f"'{text}' is an absolute path"
        elif "\\" in text:
            problem = f"'{text}' holds a backslash; folders are separated by '/'"
        if problem:
            self.problems.append(document.diagnostic("TS020", problem, loc, hint=_HOW))
            return None
        # Both the words of the path and the file it leads to must stay inside: `..` that leaves the folder and comes
        # back depends on the folder's name, a link can lead anywhere.
        folder = path.parent.relative_to(self.root) if path.parent.is_relative_to(self.root) else Path()
        leaves = os.path.normpath(folder / text).split(os.sep)[0] == os.pardir
        target = resolved(path.parent / text)
        if leaves or (target is not None and not target.is_relative_to(self.root)):
            message = f"'{text}' leads out of the folder of the scenario"
            self.problems.append(document.diagnostic("TS021", message, loc, hint="move or copy the file into it"))
            return None
        if target is None:
            self.problems.append(document.diagnostic("TS022", f"'{text}' cannot be found", loc, hint=_HOW))
        return target

    def _read(self, document: Document, loc: Loc, target: Path, display: str) -> Document | None:
        """Read one extended file within what the files before it have left of the limits."""
        if len(self.documents) >= MAX_FILES:
            self._too_much(document, loc, f"more than {MAX_FILES} files")
        try:
            extended = read_yaml(
                target, display=display, max_bytes=MAX_BYTES - self.bytes, max_nodes=MAX_NODES - self.nodes
            )
        except LimitError as error:
            if error.diagnostics[-1].code == "TS402":
                raise
            self._too_much(document, loc, f"more than {MAX_BYTES:,} bytes or {MAX_NODES:,} values")
        except ScenarioError as error:
            first = error.diagnostics[0]
            if first.code in ("TS001", "TS002", "TS003"):
                hint = "the path is relative to this file" if first.code == "TS001" else ""
                self.problems.append(document.diagnostic("TS022", f"{display}: {first.message}", loc, hint=hint))
            else:
                self.problems.extend(error.diagnostics)
            return None
        return extended

    def _too_much(self, document: Document, loc: Loc, what: str) -> NoReturn:
        message = f"the scenario and what it extends are {what} together"
        raise LimitError(diagnostics=[document.diagnostic("TS405", message, loc, hint="extend less")]) from None
