"""Wrong record files: each is refused with file, line, code, what is wrong and what to do; all problems at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.errors import RecordError
from simulator.law.catalogue import treaty_ids
from simulator.law.record import COLUMNS, record
from simulator.law.recordcheck import STAGES, check_file, check_shipped, check_text
from simulator.source import parse_yaml

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = parse_yaml((HERE / "expected.yaml").read_text(encoding="utf-8"), "expected").data
SHIPPED = Path(__file__).resolve().parents[3] / "simulator" / "law" / "data" / "record"


def test_every_file_is_expected() -> None:
    """No file lies here untested, and none is expected that is not here."""
    assert {path.name for path in HERE.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_wrong_file_is_refused(name: str) -> None:
    """Every problem has its file and line, its code, what was got and what is expected, and says what to do."""
    case = EXPECTED[name]
    found = check_file(HERE / name, case.get("treaty"))
    assert [(one.line, one.code) for one in found] == [(one["line"], one["code"]) for one in case["problems"]]
    for problem, wanted in zip(found, case["problems"], strict=True):
        assert problem.file.endswith(name)
        assert problem.hint
        assert [words for words in wanted["says"] if words not in str(problem)] == [], str(problem)


@pytest.mark.parametrize("name", treaty_ids())
def test_the_shipped_record_passes(name: str) -> None:
    """The record that comes with the product has none of these problems."""
    assert [str(one) for one in check_file(SHIPPED / f"{name}.csv")] == []


def test_every_shipped_file_is_checked() -> None:
    """All files of the record, and no other treaty's."""
    assert check_shipped() == []
    assert {path.stem for path in SHIPPED.glob("*.csv")} == {*treaty_ids()}


def test_what_is_on_record_counts_for_the_order() -> None:
    """A file that only adds a row is read beside the acts that are there already."""
    text = f"{','.join(COLUMNS)}\n2000-01-01,POL,notify_withdrawal,,,,,,,,,,,,recalled,"
    assert [one.code for one in check_text(text, "cfe")] == ["TS508"]
    assert check_text(text, "cfe", beside=record("cfe")) == []


def test_a_date_of_reduced_precision_is_not_called_impossible() -> None:
    """What can have happened in the right order is not refused."""
    rows = ["1990,POL,sign", "1990-11,POL,deposit", "by 1990-12-01,DEU,sign", "1990-11-30,DEU,deposit"]
    lines = [f"{row},,,,,,,,,,,,recalled," for row in rows]
    assert check_text("\n".join([",".join(COLUMNS), *lines]), "cfe") == []


def test_stages_are_those_of_the_documentation() -> None:
    """The page on the record names the same stages."""
    page = (SHIPPED.parents[3] / "docs" / "record.md").read_text(encoding="utf-8")
    assert all(f"`{stage}`" in page for stage in STAGES)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A file in another encoding says so."""
    (tmp_path / "cfe.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecordError, match="UTF-8"):
        check_file(tmp_path / "cfe.csv")
