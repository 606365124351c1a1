"""The examples of README and docs are run, and their links lead somewhere."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.scenario.load import list_shipped
from tests.docs.pages import PAGES, ROOT, Block, Command, blocks, commands, matches

WITH_EXAMPLES = [page for page in PAGES if any(one.language in ("python", "console") for one in blocks(page))]
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # how a progress bar moves about
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def _program() -> str:
    found = shutil.which("treatysim", path=str(Path(sys.executable).parent)) or shutil.which("treatysim")
    assert found, "the command treatysim is not installed beside this Python"
    return found


def _run(command: Command, where: Path) -> tuple[int, str]:
    """Run a command as a reader would, in a terminal 120 columns wide and in a folder of its own, without colours."""
    words = command.text.split()
    assert words[0] == "treatysim", f"only treatysim is run from a console block; got {command.text!r}"
    settings = os.environ | {"NO_COLOR": "1", "COLUMNS": "120", "HOME": str(where), "PYTHONUTF8": "1", "TERM": "xterm"}
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [_program(), *words[1:]], cwd=where, env=settings, stdin=subprocess.DEVNULL, stdout=other_end, stderr=other_end
    )
    os.close(other_end)
    shown = b""
    while chunk := _read(terminal):
        shown += chunk
    os.close(terminal)
    lines = _CONTROL.sub("", shown.decode("utf-8")).replace("\r\n", "\n").split("\n")
    # What a return takes back, such as the line about long work, is not there any more.
    return process.wait(timeout=60), "\n".join(line.rpartition("\r")[2] for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


def _check(command: Command, place: str, where: Path) -> None:
    code, real = _run(command, where)
    assert code == command.code, f"{place}: {command.text} ends with {code}\n{real}"
    assert matches(command.shown, real), f"{place}: {command.text} prints\n{real}\nthe page shows\n{command.shown}"


def _take(block: Block, page: Path, names: dict[str, Any], where: Path) -> None:
    place = f"{page.relative_to(ROOT)}:{block.line}"
    if block.language == "yaml" and block.name:
        (where / block.name).write_text(block.text, encoding="utf-8")
    elif block.language == "python":
        exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)
    elif block.language == "console":
        for command in commands(block):
            _check(command, place, where)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_examples_of_a_page_run_in_order(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, Python and commands of a page work one after the other, and print what the page shows."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        _take(block, page, names, tmp_path)


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def _links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, target


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link names a file that exists, and a heading that this file has."""
    broken = []
    for page, target in _links():
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def test_readme_lists_every_shipped_scenario() -> None:
    """A scenario that ships is named in the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name, _ in list_shipped() if f"`{name}`" not in text]
    assert list_shipped()
    assert not missing


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        ("a\nb\n", "a  \nb\n\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a … c\n", "a b c\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "b\n", False),
        ("p = 0.5\n", "p = 0x5\n", False),
    ],
)
def test_a_shown_output_means_what_it_says(shown: str, real: str, same: bool) -> None:
    """Dots stand for anything where they stand, and for nothing elsewhere."""
    assert matches(shown, real) is same
