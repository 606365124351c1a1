"""The start of the command line stays cheap: what a command imports is checked, not how long it takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "networkx", "transitions", "matplotlib", "hypothesis", "asyncio", "numba", "scipy", "pandas"}
HEAVY |= {"altair", "vl_convert"}
SCENARIO = "schema: 1\nid: a\ntitle: A\nperiod: {from: 2000-01-01, to: 2001-01-01}\nrecord: {treaties: [cfe]}\n"


def imported(code: str, **options: object) -> set[str]:
    """The modules that a program has imported when it is done."""
    program = f"import sys\n{code}\nsys.stderr.write('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, **options  # type: ignore[call-overload]
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


def roots(modules: set[str]) -> set[str]:
    """The packages that modules belong to."""
    return {name.partition(".")[0] for name in modules}


def command(*words: str) -> str:
    """Code that runs a command line."""
    return f"from simulator.__main__ import main\nassert main({list(words)!r}) == 0"


def test_the_entry_imports_nothing_but_the_version() -> None:
    """Neither typer nor anything else of ours is needed to load the entry or to answer `--version`."""
    modules = imported(command("--version"))
    assert {name for name in modules if name.startswith("simulator")} == {"simulator", "simulator.__main__"}
    assert not {"typer", "rich", "pydantic", "yaml", "importlib.metadata", *HEAVY} & modules


def test_the_package_imports_nothing() -> None:
    """`import simulator` loads no room before it is used."""
    modules = imported("import simulator")
    assert {name for name in modules if name.startswith("simulator")} == {"simulator"}


def test_command_modules_import_typer_and_the_standard_library_only() -> None:
    """The commands load nothing of the other rooms until one of them runs."""
    modules = imported("import simulator.cli.app")
    ours = {name for name in modules if name.startswith("simulator.")}
    assert {name for name in ours if not name.startswith("simulator.cli")} == set()
    assert not {"rich", "pydantic", "yaml", *HEAVY} & roots(modules)


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"]])
def test_help_is_cheap(words: list[str]) -> None:
    """Help needs neither the law nor what draws tables."""
    modules = imported(command(*words))
    assert not {"rich", "yaml", *HEAVY} & roots(modules)
    assert "simulator.law" not in modules


@pytest.mark.parametrize(
    "words",
    [["check", "a.yaml"], ["list"], ["show", "a.yaml"], ["explain-error", "TS101"], ["graph", "cfe"], ["schema"]],
    ids=lambda words: words[0],
)
def test_commands_that_run_nothing_import_no_engine(words: list[str], tmp_path: object) -> None:
    """Reading and checking needs no engine and no numerical library."""
    (tmp_path / "a.yaml").write_text(SCENARIO, encoding="utf-8")  # type: ignore[operator]
    modules = imported(command(*words), cwd=tmp_path)
    assert not HEAVY & roots(modules)
    assert "simulator.engine" not in modules


def test_a_run_imports_no_numerical_library(tmp_path: object) -> None:
    """One run needs `transitions`; networks and arrays are for what comes after."""
    (tmp_path / "a.yaml").write_text(SCENARIO, encoding="utf-8")  # type: ignore[operator]
    modules = roots(imported(command("run", "a.yaml"), cwd=tmp_path))
    assert "transitions" in modules
    assert not (HEAVY - {"transitions"}) & modules
