"""The project's promises about itself: versions, pins, the wheel, what may stand in a file, and how long it may be."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import simulator
from simulator.scenario.load import list_shipped
from simulator.source import read_yaml
from tests.docs.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SKIPPED = {".git", ".venv", "build", "dist", "__pycache__", ".ipynb_checkpoints"}
MAX_LINES, MAX_FUNCTION, HARD_LIMIT = 400, 40, 60
# Functions that may be longer, up to the hard limit, and why.
LONGER = {"simulator/law/terms.py terms_of": "one line for each field of the record that it makes"}
# Written in pieces, so that this file does not hold what it looks for.
_FORBIDDEN = {
    "an absolute path": re.compile(r"(?<![\w/.:*-])/(?:home|root|work|opt|mnt|tmp|Users)/[\w.]"),
    "the address of a package registry": re.compile("py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(?:org|com)"),
    "an unfinished thought": re.compile(r"\b(?:TO" + "DO|FIX" + "ME|X" + r"XX)\b"),
}


def _tracked() -> list[Path]:
    """The files that belong to the project: those of git, or of the folder where it is no checkout."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0 and done.stdout:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and not SKIPPED & set(path.parts)]


TRACKED = _tracked()
PYTHON = [path for path in TRACKED if path.suffix == ".py"]


def test_one_version_everywhere() -> None:
    """Citation and change log speak of the version that the package has."""
    citation = read_yaml(ROOT / "CITATION.cff").data
    assert citation["version"] == simulator.__version__
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(citation)
    assert f"## {simulator.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_whole() -> None:
    """The licence file holds the text of Apache-2.0 from its title to its appendix."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert all(part in text for part in ("Apache License", "9. Accepting Warranty", "END OF TERMS", "APPENDIX"))
    assert "Copyright 2026 The treatysim authors" in text
    assert PROJECT["project"]["license"] == "Apache-2.0"


PINS = {
    canonicalize_name(line.partition("==")[0])
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}


def _needed(requirement: Requirement, seen: set[str]) -> Iterator[str]:
    """The installed distributions that a requirement leads to."""
    name = canonicalize_name(requirement.name)
    if name in seen:
        return
    seen.add(name)
    yield name
    for text in distribution(name).requires or ():
        inner = Requirement(text)
        if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)):
            yield from _needed(inner, seen)


def test_everything_that_is_installed_is_pinned() -> None:
    """Each pin is a name and a version; whatever the package, its tests and its build need is among them."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)
    roots = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["test"],
        *PROJECT["build-system"]["requires"],
    ]
    seen: set[str] = set()
    assert [name for root in roots for name in _needed(Requirement(root), seen) if name not in PINS] == []


# -- the wheel -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the working tree."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = out.glob("*.whl")
    return found


def test_the_wheel_holds_scenarios_and_record(wheel: Path) -> None:
    """The wheel has one package with its data and scenarios, and nothing of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names} == {"simulator", f"treatysim-{simulator.__version__}.dist-info"}
    assert all(f"simulator/scenarios/{path.name}" in names for _, path in list_shipped())
    data = [path.relative_to(ROOT).as_posix() for path in (ROOT / "simulator" / "law" / "data").rglob("*.*")]
    assert len(data) > 30
    assert set(data) <= names
    assert "simulator/scenario/codes.yaml" in names


def test_the_unpacked_wheel_replays(wheel: Path, tmp_path: Path) -> None:
    """What is in the wheel is enough to replay a shipped scenario, away from the source tree."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "unpacked")
    code = (
        "import simulator, simulator as ts; trace = ts.replay('cfe-endgame');"
        "print(simulator.__file__); print(trace.expectations_hold, len(trace.checks) > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "unpacked")},
        capture_output=True,
        text=True,
        check=False,
    )
    file, _, rest = done.stdout.partition("\n")
    assert (rest.strip(), done.stderr) == ("True True", "")
    assert Path(file).is_relative_to(tmp_path)


@pytest.mark.slow
def test_the_wheel_installs_and_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """`pip install` of the wheel in a new environment gives a command that replays a shipped scenario."""
    venv.create(tmp_path / "env", with_pip=True)
    folder = tmp_path / "env" / "bin"
    install = [folder / "python", "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel]
    subprocess.run(install, check=True, cwd=tmp_path)
    command = [folder / "treatysim", "run", "cfe-endgame", "--replay"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2007-12-12" in done.stdout


# -- what may stand in a file --------------------------------------------------------------------------------------


def _texts() -> Iterator[tuple[str, str]]:
    for path in TRACKED:
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a broken file of the tests is broken on purpose


@pytest.mark.parametrize("what", sorted(_FORBIDDEN))
def test_no_file_holds_what_belongs_elsewhere(what: str) -> None:
    """No tracked file holds a path of one machine, the address of a registry, or a note to oneself."""
    found = [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0]}"
        for name, text in _texts()
        for hit in _FORBIDDEN[what].finditer(text)
    ]
    assert found == []


def test_files_are_short_enough_to_read() -> None:
    """No Python file is longer than 400 lines."""
    lengths = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8").count("\n") for path in PYTHON}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and its docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_functions_are_short_enough_to_read() -> None:
    """No function is longer than 40 lines, its docstring apart, unless it stands in the short list with its reason."""
    found = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > MAX_FUNCTION:
                found[f"{path.relative_to(ROOT).as_posix()} {node.name}"] = _length(node)
    assert {name: lines for name, lines in found.items() if name not in LONGER} == {}
    assert all(lines <= HARD_LIMIT for lines in found.values())
    assert set(LONGER) <= set(found), "a function that is short again needs no exception"


def test_every_module_says_what_it_is_for() -> None:
    """Every module that holds code has a docstring."""
    silent = []
    for path in PYTHON:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.parent.name == "notebooks":
            continue  # its first cell says it
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(path.relative_to(ROOT).as_posix())
    assert silent == []


# -- make ----------------------------------------------------------------------------------------------------------


def _make(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", where)
    settings = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=where, env=settings, capture_output=True, text=True, check=False, timeout=60
    )


def _fake_python(path: Path, lines: str) -> Path:
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_make_shows_its_targets(tmp_path: Path) -> None:
    """`make` without a target explains itself and installs nothing."""
    done = _make(tmp_path)
    assert done.returncode == 0
    assert all(f"make {name} " in done.stdout for name in ("install", "run", "test", "test-all", "bench", "clean"))
    assert not (tmp_path / ".venv").exists()


def test_ci_runs_what_make_test_runs() -> None:
    """The script for continuous integration can be started, asks nothing, and calls `make test`."""
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash")
    assert "\nmake test" in text
    assert "exec </dev/null" in text


def test_make_refuses_an_old_python(tmp_path: Path) -> None:
    """An old Python is named, with what is needed and what to do, and nothing is left behind."""
    old = _fake_python(tmp_path / "old", 'case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac')
    done = _make(tmp_path, "install", f"PYTHON={old}")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_make_says_which_package_is_missing_for_environments(tmp_path: Path) -> None:
    """Debian's Python without venv leads to the name of the package."""
    bare = _fake_python(tmp_path / "bare", 'case "$*" in *ensurepip*) exit 1;; esac')
    done = _make(tmp_path, "install", f"PYTHON={bare}")
    assert done.returncode != 0
    assert "python3-venv" in done.stderr


def test_a_failed_install_is_tried_again(tmp_path: Path) -> None:
    """An install that fails leaves no stamp, so that the next call does not take it for done."""
    inner = "mkdir -p .venv/bin; printf '#!/bin/sh\\ncase \"$*\" in *install*) exit 1;; esac\\n' > .venv/bin/python"
    script = f'case "$*" in "-m venv"*) {inner}; chmod +x .venv/bin/python;; esac'
    fake = _fake_python(tmp_path / "fake", script)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    for _ in range(2):
        done = _make(tmp_path, "install", f"PYTHON={fake}")
        assert done.returncode != 0
        assert "installing treatysim" in done.stdout
    assert not (tmp_path / ".venv" / ".stamps" / "run").exists()
