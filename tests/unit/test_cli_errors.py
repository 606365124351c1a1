"""The command line under bad input and in hostile surroundings: a message, a code, never a stack trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.commandline import SCENARIO, Run, process, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder that holds `small.yaml`."""
    return runner(capsys, tmp_path, monkeypatch)


# --- bad input --------------------------------------------------------------------------------------------------------

BAD: dict[tuple[str, ...], int] = {
    ("frobnicate",): 2,
    ("run",): 2,
    ("run", "small.yaml", "--frob"): 2,
    ("run", "small.yaml", "extra"): 2,
    ("run", "missing.yaml"): 3,
    ("run", "missing"): 3,
    ("run", "."): 3,
    ("run", "binary.yaml"): 3,
    ("run", "x" * 5000): 3,
    ("run", "small.yaml", "--until", "2007-02-30"): 2,
    ("run", "small.yaml", "--until", "1990-01-01"): 2,
    ("run", "small.yaml", "--branch", "nope"): 3,
    ("run", "small.yaml", "--branch", ""): 2,
    ("run", "small.yaml", "--view", "nobody"): 2,
    ("run", "small.yaml", "--seed", "-1"): 2,
    ("run", "small.yaml", "--seed", "x"): 2,
    ("run", "small.yaml", "--seed", str(2**64)): 2,
    ("run", "small.yaml", "--replay", "--seed", "1"): 2,
    ("run", "small.yaml", "--out", "small.yaml"): 3,
    ("run", "small.yaml", "--out", "small.yaml/x"): 3,
    ("run", "small.yaml", "--out", "."): 3,
    ("run", "loop.yaml"): 4,
    ("run", "forced.yaml", "--branch", "b"): 3,
    ("check", "deep.yaml"): 4,
    ("check",): 2,
    ("status", "--date", "tomorrow"): 2,
    ("status", "--json", "--csv"): 2,
    ("status", "--party", ""): 3,
    ("list", "nothing"): 2,
    ("show", "small.yaml", "--resolved", "--branch", "quiet"): 2,
    ("show", "small.yaml", "--branch", "nope"): 3,
    ("graph", "nope"): 3,
    ("graph", "cfe", "--format", "svg"): 2,
    ("new", "Not An Id"): 3,
    ("new", "small"): 3,
    ("new", "x", "-o", "no/such/folder.yaml"): 3,
    ("new", "x", "--from", "nope"): 3,
    ("schema", "-o", "."): 3,
    ("explain-error", "TS000"): 3,
}


@pytest.fixture
def bad_files(run: Run) -> None:
    """Files that some of the bad command lines name."""
    Path("binary.yaml").write_bytes(bytes(range(256)))
    Path("deep.yaml").write_text("a: " + "[" * 100, encoding="utf-8")
    head = "schema: 1\nid: a\ntitle: A\nperiod: {from: 2007-01-01, to: 2008-01-01}\nrecord: {treaties: [cfe]}\n"
    rules = (
        "rules:\n"
        "  - {id: a, actor: RUS, trigger: {kind: ping}, do: {happens: pong}}\n"
        "  - {id: b, actor: RUS, trigger: {kind: pong}, do: {happens: ping}}\n"
        "events: [{id: e, date: 2007-02-01, kind: ping}]\n"
    )
    Path("loop.yaml").write_text(head + rules, encoding="utf-8")
    forced = "branches: [{id: b, status: [{date: 2007-02-01, treaty: cfe, of: CHN, is: in_force}]}]\n"
    Path("forced.yaml").write_text(head + forced, encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code"), BAD.items(), ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else ""
)
def test_bad_input_gives_a_message_and_a_code(run: Run, bad_files: None, words: tuple[str, ...], code: int) -> None:
    """Every bad command line ends with its exit code and a message that is no stack trace, and leaves no files."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    done = run(*words)
    assert done.code == code
    assert done.out + done.err
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_a_bug_is_admitted_and_its_trace_kept(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Exit code 70, a short message, the trace in a file of the temporary folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("simulator.scenario.load.load_scenario", lambda ref: 1 // 0)
    done = run("run", "small.yaml")
    assert done.code == 70
    assert "ZeroDivisionError" in done.err
    assert len(done.err.splitlines()) == 2
    (trace,) = tmp_path.glob("treatysim-*.txt")
    assert "Traceback" in trace.read_text(encoding="utf-8")
    assert run("run", "small.yaml", "--json").json["diagnostics"][0]["code"] == "TS902"


def test_traceback_is_shown_on_demand() -> None:
    """`--traceback` may stand anywhere."""
    done = process("run", "nope", "--traceback")
    assert done.returncode == 3
    assert "Traceback" in done.stderr
    assert "TS026" in done.stderr


def test_an_interrupted_command_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves a word and no files."""

    def interrupt(ref: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.scenario.load.load_scenario", interrupt)
    done = run("run", "small.yaml", "--out", "results")
    assert (done.code, done.err) == (130, "interrupted\n")
    assert not Path("results").exists()


def test_every_code_that_a_command_gives_is_explained(run: Run) -> None:
    """Codes of the command line itself are in the catalogue as well."""
    known = {one["code"] for one in run("list", "codes", "--json").json["data"]}
    given = {one["code"] for words in BAD for one in run(*words, "--json").json["diagnostics"]}
    assert given <= known
    assert {"TS601", "TS602", "TS603", "TS604", "TS605", "TS606", "TS406", "TS901", "TS902"} <= known


# --- streams ----------------------------------------------------------------------------------------------------------


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """`| head` ends the command quietly."""
    Path(tmp_path, "small.yaml").write_text(SCENARIO, encoding="utf-8")
    for words in ("run small.yaml --json", "list parties", "--version", "--help"):
        command = f'set -o pipefail; "{sys.executable}" -m simulator {words} | true'
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """Output that cannot be written ends with code 3 and a message."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "simulator", "list", "parties"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"COLUMNS": "1"},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent"},
    ],
    ids=",".join,
)
def test_no_environment_breaks_the_output(tmp_path: Path, env: dict[str, str]) -> None:
    """Narrow or ASCII-only output degrades; JSON stays JSON."""
    Path(tmp_path, "small.yaml").write_text(SCENARIO, encoding="utf-8")
    done = process("run", "small.yaml", "--replay", cwd=tmp_path, **env)
    assert done.returncode == 0, done.stderr
    listed = process("list", "parties", "--json", **env)
    names = {one["id"]: one["name"] for one in json.loads(listed.stdout)["data"]}
    assert names["TUR"] == "Türkiye"


def _in_terminal(*words: str, cwd: Path, **env: str) -> str:
    """What a terminal of 100 columns shows for a command."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    settings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50", **env}
    settings = {name: value for name, value in settings.items() if value}
    command = [sys.executable, "-m", "simulator", *words]
    with subprocess.Popen(command, cwd=cwd, env=settings, stdout=slave, stderr=slave) as child:
        os.close(slave)
        found = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # how Linux says that the other end has been closed
                break
            if not part:
                break
            found += part
        assert child.wait() == 0
    os.close(master)
    return found.decode().replace("\r\n", "\n")


def test_a_terminal_gets_aligned_tables_with_colours(tmp_path: Path) -> None:
    """In a terminal tables are aligned, what belongs together stands in one row, and nothing exceeds the width."""
    Path(tmp_path, "small.yaml").write_text(SCENARIO, encoding="utf-8")
    shown = _in_terminal("run", "small.yaml", cwd=tmp_path, NO_COLOR="")
    assert "\x1b[" in shown
    plain = _in_terminal("run", "small.yaml", cwd=tmp_path, NO_COLOR="1")
    assert "\x1b[" not in plain
    assert "\t" not in plain
    assert "RUS cfe: suspension effective, in_force → suspended" in plain
    assert max(len(line) for line in plain.splitlines()) <= 100
