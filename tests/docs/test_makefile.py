"""What the Makefile does about a browser: installs one where it may, says so where it cannot, and the tests say it too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

MAKE = shutil.which("make")
PACKAGES = "install -y --no-install-recommends chromium chromium-driver fonts-liberation"
pytestmark = pytest.mark.skipif(MAKE is None, reason="no make on PATH")


def _step(where: Path, *, user: int = 0, apt: int | None = 0, driver: bool = False) -> tuple[str, list[str]]:
    """Run the step with programs of our own; return what it prints, and what apt-get was asked for."""
    asked = where / "asked"
    programs = {"id": f"echo {user}"}
    if apt is not None:
        programs["apt-get"] = f'echo "$*" >> {asked}; exit {apt}'
    if driver:
        programs["chromedriver"] = "exit 0"
    for name, text in programs.items():
        (where / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
        (where / name).chmod(0o755)
    assert MAKE is not None
    command = [MAKE, "--no-print-directory", "-f", str(ROOT / "Makefile"), "--eval", "step: ; @$(BROWSER)", "step"]
    done = subprocess.run(command, env={"PATH": str(where)}, cwd=where, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), "a machine without a browser is no failure"
    return done.stdout, asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []


def test_a_browser_is_installed_where_there_is_none(tmp_path: Path) -> None:
    """Root on Debian: the lists are brought up to date, then the browser and its driver are installed."""
    said, asked = _step(tmp_path)
    assert said == "installing Chromium for the browser tests ...\n"
    assert asked == ["-qq update", f"-qq {PACKAGES}"]


def test_a_browser_that_cannot_be_installed_is_said(tmp_path: Path) -> None:
    """Without a network, or without such a package, the set-up goes on and says what will be skipped."""
    said, asked = _step(tmp_path, apt=100)
    assert said.endswith("Chromium cannot be installed; its tests are skipped\n")
    assert asked == ["-qq update"]


@pytest.mark.parametrize("case", [{"user": 1000}, {"apt": None}, {"driver": True}], ids=["no root", "no apt", "there"])
def test_nothing_is_installed_where_it_may_not_or_need_not(tmp_path: Path, case: dict[str, int]) -> None:
    """Others than root, other systems and machines with a browser are left as they are."""
    assert _step(tmp_path, **case) == ("", [])  # type: ignore[arg-type]


def test_without_a_browser_its_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    """The reason names the command that installs what is missing."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-p",
        "no:cacheprovider",
        "tests/docs/test_report_browser.py",
    ]
    environment = os.environ | {"PATH": str(tmp_path), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " skipped in " in done.stdout
    assert "apt-get install chromium chromium-driver" in " ".join(done.stdout.split())
    assert " passed" not in done.stdout
