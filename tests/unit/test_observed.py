"""What a scenario counts as known of acts whose day is not on record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario
from tests.docs.pages import ROOT


@pytest.mark.parametrize(("text", "known"), [("exact_days: true", {"day"}), ("exact_days: false", {"day", "by"})])
def test_exact_days_take_the_day_of_the_record(text: str, known: set[str], tmp_path: Path) -> None:
    """Only the precision changes: the day is the one that the record has, and no act comes or goes."""
    source = (ROOT / "scenarios" / "flank-and-adaptation.yaml").read_text(encoding="utf-8")
    assert source.count("exact_days: true") == 1
    (tmp_path / "edited.yaml").write_text(source.replace("exact_days: true", text), encoding="utf-8")
    shutil.copytree(ROOT / "scenarios" / "lib", tmp_path / "lib")
    found, as_shipped = (
        compile_scenario(load_scenario(name)).observed.acts
        for name in (tmp_path / "edited.yaml", "flank-and-adaptation")
    )
    assert {act.precision for act in found} == known
    assert [(act.day, act.party, act.act) for act in found] == [(act.day, act.party, act.act) for act in as_shipped]
