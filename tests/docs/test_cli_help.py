"""The help of every command, as it is shown: complete, with two examples that are no lies, and known word by word.

`python -m tests.docs.test_cli_help` writes `cli_help.txt` anew; what changed can then be read in the difference.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from simulator.__main__ import main
from simulator.cli.app import app

GOLDEN = Path(__file__).with_name("cli_help.txt")
GROUPS = {str(group.name): group.typer_instance for group in app.registered_groups if group.typer_instance}
COMMANDS = sorted(
    [str(command.name) for command in app.registered_commands]
    + [f"{name} {command.name}" for name, group in GROUPS.items() for command in group.registered_commands]
)
LISTED = len(app.registered_commands) + len(GROUPS)


@contextlib.contextmanager
def _columns(number: int) -> Iterator[None]:
    """A terminal of this width, as far as the help can tell."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(number)
    try:
        yield
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)


def help_of(*words: str) -> str:
    """What a command prints about itself, outside of a terminal."""
    out = io.StringIO()
    with _columns(100), contextlib.redirect_stdout(out):
        assert main([*words, "--help"]) == 0
    return out.getvalue()


def all_help() -> str:
    """The help of the program and of every command."""
    parts = [("$ treatysim --help", help_of())]
    parts += [(f"$ treatysim {name} --help", help_of(*name.split())) for name in sorted([*COMMANDS, *GROUPS])]
    return "\n".join(f"{head}\n{text}" for head, text in parts)


def examples(text: str) -> list[str]:
    """The examples at the end of a help text."""
    return [line.strip() for line in text.partition("Examples:\n")[2].splitlines() if line.strip()]


@pytest.mark.skipif(not typer.__version__.startswith("0.29."), reason="another typer sets help in other words")
def test_help_is_as_written_down() -> None:
    """The help of all commands is that of the golden file."""
    assert all_help() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """First what comes out, then arguments and options, each with a word of help; `--json` everywhere; two examples."""
    text = help_of(*name.split())
    lines = text.splitlines()
    assert re.fullmatch(r"  [A-Z][^.]+\.", lines[2]), "the first sentence says what comes out"
    assert "Print one JSON object." in text
    assert len(examples(text)) >= 2
    options = text.partition("Options:\n")[2]
    for line in re.findall(r"^  (?:-\w, )?--?[\w-]+.*$", options, flags=re.MULTILINE):
        assert re.search(r"\S  +[A-Z]", line) or line.endswith(">"), f"no help: {line}"


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_examples_name_what_exists(name: str) -> None:
    """An example begins with the program, names a command, and uses options that the command has."""
    for example in examples(help_of(*name.split())):
        words = shlex.split(re.split(r"[|>]", example)[0])
        assert words[0] == "treatysim"
        command = words[1:3] if words[1] in GROUPS else words[1:2]
        assert " ".join(command) in COMMANDS
        known = help_of(*command)
        assert all(word in known for word in words[2:] if word.startswith("-"))


def test_short_descriptions_are_not_cut() -> None:
    """The list of commands shows the first sentence of each in full, also in a narrow terminal."""
    with _columns(80):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            main(["--help"])
    listed = out.getvalue().partition("Commands:\n")[2].partition("\n\n")[0]
    assert "..." not in listed
    assert len(listed.splitlines()) == LISTED


if __name__ == "__main__":
    GOLDEN.write_text(all_help(), encoding="utf-8")
