"""Every file in this folder is broken in one way and must be met with a clear error; `expected.yaml` says which."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import LimitError, TreatySimError
from simulator.scenario.codes import codes
from simulator.scenario.diagnostics import render
from simulator.scenario.load import load_scenario
from simulator.source import parse_yaml

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = parse_yaml(
    (HERE / "expected.yaml").read_text(encoding="utf-8"), "expected.yaml"
).data
SECONDS = 2.0  # of the processor: what else the computer does is not our business
HEAD = "schema: 1\nid: generated\ntitle: Generated\nperiod: {from: 1990-11-19, to: 2026-11-22}\n"


def refused(ref: str | Path) -> TreatySimError:
    """The error with which a scenario is refused, within the time that a user is willing to wait."""
    start = time.process_time()
    with pytest.raises(TreatySimError) as caught:
        load_scenario(ref)
    assert time.process_time() - start < SECONDS
    return caught.value


def listing(folder: Path) -> set[tuple[str, float]]:
    """Names and times of all files, to see whether anything was written; what Python caches does not count."""
    files = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {(str(path), path.stat().st_mtime) for path in files}


def test_every_file_is_listed() -> None:
    """No broken file lies here without saying how it must be met, and none is expected that is missing."""
    found = {path.name for path in HERE.glob("*.y*ml")} - {"expected.yaml"}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if case.get("stage") != "run"])
def test_broken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is refused in time with its exit code and codes, at its line and column, in its words."""
    monkeypatch.chdir(HERE)
    case = EXPECTED[name]
    before = listing(HERE)
    error = refused(name)
    first = error.diagnostics[0]
    text = render(error.diagnostics, limit=200)
    assert error.exit_code == case["exit"]
    found = [one.code for one in error.diagnostics]
    assert (found if len(found) == len(case["codes"]) else sorted(set(found))) == case["codes"]
    assert first.file == case.get("file", name)
    assert [first.line, first.column] == case.get("at", [0, 0])
    assert [word for word in case["words"] if word not in text] == []
    assert not re.search(r"Traceback|pydantic|Input should|ValidationError|<class|yaml\.", text)
    assert listing(HERE) == before


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if case.get("stage") == "run"])
def test_only_a_run_can_meet_it(name: str) -> None:
    """A file whose mistake shows only in a run is a valid file, and its run stops in time, in words, without a trace."""
    assert load_scenario(HERE / name).scenario.id == name.removesuffix(".yaml")
    before = listing(HERE)
    branch = EXPECTED[name].get("branch")
    command = [sys.executable, "-m", "simulator", "run", name, *(["--branch", branch] if branch else [])]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == EXPECTED[name]["exit"]
    assert [word for word in EXPECTED[name]["words"] if word not in done.stderr] == []
    assert "Traceback" not in done.stderr + done.stdout
    assert listing(HERE) == before


def test_all_codes_are_explained() -> None:
    """Every code that a broken file is met with has an entry in the catalogue."""
    assert {code for case in EXPECTED.values() for code in case["codes"]} <= set(codes())


# --- files that are too large to keep ---------------------------------------------------------------------------------


def nested(opening: str, closing: str = "", count: int = 100_000) -> Callable[[], str | bytes]:
    """A scenario with one key that is nested `count` times."""
    return lambda: HEAD + "note: " + opening * count + closing * count + "\n"


def indented(step: str, count: int = 3000) -> Callable[[], str | bytes]:
    """A scenario that is nested by indentation."""
    return lambda: HEAD + "note:\n" + "".join(" " * (i + 1) + step + "\n" for i in range(count))


GENERATED: dict[str, tuple[Callable[[], str | bytes], int, str]] = {
    "lists": (nested("["), 4, "TS402"),
    "closed-lists": (nested("[", "]"), 4, "TS402"),
    "braces": (nested("{"), 4, "TS402"),
    "mappings": (nested("{a: "), 4, "TS402"),
    "mixed": (nested("[{a: "), 4, "TS402"),
    "lists-in-keys": (nested("[? "), 4, "TS402"),
    "mappings-in-keys": (nested("{? "), 4, "TS402"),
    "indented-keys": (indented("a:"), 4, "TS402"),
    "indented-items": (indented("-"), 4, "TS402"),
    "items": (lambda: "- " * 100_000, 4, "TS402"),
    "keys": (lambda: "? " * 100_000, 4, "TS402"),
    "many-values": (lambda: "note: [" + "a," * 1_000_000 + "]", 4, "TS403"),
    "many-mappings": (lambda: "note: [" + "{a: b}," * 250_000 + "]", 4, "TS403"),
    "anchors": (lambda: "&a " * 100_000, 3, "TS011"),
    "aliases": (lambda: "a: [" + "*a," * 1_000_000 + "]", 3, "TS012"),
    "tags": (lambda: "a: [" + "!a b," * 1_000_000 + "]", 3, "TS010"),
    "one-long-text": (lambda: HEAD + "summary: " + "a" * 7_900_000, 3, "TS107"),
    "one-long-key": (lambda: HEAD + "? " + "a" * 7_900_000 + "\n: b\n", 3, "TS101"),
    "one-long-number": (lambda: HEAD + "view: " + "9" * 7_900_000, 3, "TS104"),
    "long-exponent": (lambda: HEAD + "parameters: {p: {value: 1e-999999999}}", 3, "TS110"),
    "huge-fraction": (lambda: HEAD + "parameters: {p: {value: " + "9" * 5000 + "/1}}", 3, "TS110"),
    "unknown-keys": (lambda: HEAD + "".join(f"k{i}: 1\n" for i in range(25_000)), 3, "TS101"),
    "broken-rules": (lambda: HEAD + "rules:\n" + "- {id: A}\n" * 25_000, 3, "TS107"),
    "broken-events": (lambda: HEAD + "events:\n" + "- {id: A, dat: x}\n" * 10_000, 3, "TS101"),
    "empty-keys": (lambda: HEAD + "rules:\n" + "- {id: a, when: }\n" * 20_000, 3, "TS112"),
    "long-extends": (lambda: HEAD + "extends: " + "a" * 5_000_000, 3, "TS020"),
    "many-extends": (lambda: HEAD + "extends: [" + "a," * 100_000 + "]", 4, "TS405"),
    "many-removals": (lambda: HEAD + "remove: {" + ",".join(f"a{i}: b" for i in range(50_000)) + "}", 3, "TS024"),
    "spaces": (lambda: " " * 8_000_000, 3, "TS008"),
    "comments": (lambda: "#\n" * 4_000_000, 3, "TS008"),
    "zeros": (lambda: "\0" * 1_000_000, 3, "TS005"),
    "random-bytes": (lambda: bytes(range(256)) * 1000, 3, "TS004"),
}


@pytest.mark.parametrize("name", GENERATED)
def test_generated(name: str, tmp_path: Path) -> None:
    """Bombs of every shape end in time, with a code, a place and a message of bounded length."""
    content, exit_code, code = GENERATED[name]
    path = tmp_path / f"{name}.yaml"
    text = content()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    error = refused(path)
    assert error.exit_code == exit_code
    assert code in {one.code for one in error.diagnostics}
    assert len(error.diagnostics) <= 501
    assert max(len(line) for line in render(error.diagnostics).splitlines()) < 600
    assert "Traceback" not in str(error)


@pytest.mark.parametrize("size", [8_000_001, 50_000_000, 50_000_000_000])
def test_huge_file(size: int, tmp_path: Path) -> None:
    """A file above the limit is refused by its size alone, before anything of it is read."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), size)
    start = time.process_time()
    error = refused(path)
    assert time.process_time() - start < 0.2
    assert isinstance(error, LimitError)
    assert [one.code for one in error.diagnostics] == ["TS401"]
    assert f"{size:,} bytes" in str(error)


def test_a_fan_of_files(tmp_path: Path) -> None:
    """Files that each extend many others cannot make the work explode: every file is read once, and few in all."""
    for level in range(8):
        for index in range(6):
            names = ", ".join(f"f{level + 1}-{i}.yaml" for i in range(6))
            (tmp_path / f"f{level}-{index}.yaml").write_text(f"extends: [{names}]\n" if level < 7 else "title: x\n")
    error = refused(tmp_path / "f0-0.yaml")
    assert [one.code for one in error.diagnostics] == ["TS405"]


def test_many_files_over_a_large_one(tmp_path: Path) -> None:
    """Laying many small files over a large one takes time, but not much of it."""
    (tmp_path / "base.yaml").write_text("rules:\n" + "".join(f"- {{id: r{i}}}\n" for i in range(40_000)))
    for index in range(28):
        (tmp_path / f"f{index}.yaml").write_text(f"rules: [{{id: new{index}}}]\n")
    names = ", ".join(f"f{index}.yaml" for index in range(28))
    (tmp_path / "top.yaml").write_text(HEAD + f"extends: [base.yaml, {names}]\nremove: {{rules: [r1, nothing]}}\n")
    error = refused(tmp_path / "top.yaml")
    assert [one.code for one in error.diagnostics] == ["TS025"]


def test_a_long_chain_of_files(tmp_path: Path) -> None:
    """Files that extend each other more than eight levels deep are refused at the ninth."""
    for index in range(12):
        (tmp_path / f"f{index}.yaml").write_text(f"# {index}\nextends: f{index + 1}.yaml\n")
    error = refused(tmp_path / "f0.yaml")
    assert [one.code for one in error.diagnostics] == ["TS404"]
    assert (error.diagnostics[0].file, error.diagnostics[0].line) == (str(tmp_path / "f8.yaml"), 2)
