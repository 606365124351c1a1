"""Tables of the documentation agree with the law's data, published test vectors with an implementation of their own."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from simulator.law.dates import KINDS
from simulator.noise import Key, KeyedNoise, key_id, threshold
from simulator.scenario.acts import DateRule
from simulator.scenario.branches import Branch
from simulator.scenario.conditions import HEADS, Condition
from simulator.source import parse_yaml
from tests.docs.pages import ROOT, tool

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


TOOL = tool("tables")


@pytest.mark.parametrize("page", TOOL.PAGES, ids=lambda page: page.name)
def test_tables_are_up_to_date(page: Path) -> None:
    """A page shows the law's data as it is; `make schema` writes the tables anew."""
    text = page.read_text(encoding="utf-8")
    assert TOOL.fresh(text) == text


def test_every_table_stands_on_a_page() -> None:
    """A table that the tool can write is shown somewhere."""
    text = "".join(page.read_text(encoding="utf-8") for page in TOOL.PAGES)
    assert all(f"<!-- table: {name} -->" in text for name in TOOL.TABLES)


def test_every_date_rule_is_explained() -> None:
    """docs/law.md has a row for each rule of calculation, and no other."""
    text = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    part = text.split("## Rules of calculation")[1].split("##")[0]
    assert sorted(re.findall(r"^\| `([a-z_]+):", part, re.MULTILINE)) == sorted(KINDS)
    assert sorted(DateRule.model_fields) == sorted(KINDS)


GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")


def test_every_condition_is_shown_and_reads() -> None:
    """The guide shows each word of the vocabulary of conditions, in an example that the schema accepts."""
    part = GUIDE.split("## 5. The vocabulary")[1].split("## 6.")[0]
    examples = [parse_yaml(text, "guide").data for text in re.findall(r"`(\{[^`]+\})`", part)]
    assert all(TypeAdapter(Condition).validate_python(one) for one in examples)
    shown = {head for one in examples for head in one} | set(re.findall(r"`(all|any|not|at_least)[`:]", part))
    assert set(HEADS) <= shown


def test_every_edit_of_a_branch_is_shown() -> None:
    """The guide has a row for each edit that a branch can make."""
    part = GUIDE.split("## 4. Change the world")[1].split("## 5.")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+`) \|", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(Branch.model_fields) - {"id", "title", "question", "note"}


def _rows(head: str) -> list[list[str]]:
    """The rows of the table of docs/noise.md that has this header."""
    lines = (ROOT / "docs" / "noise.md").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines[lines.index(head) + 2 :]:
        if not line.startswith("|"):
            break
        cells = re.split(r"(?<!\\)\|", line)[1:-1]
        found.append([cell.strip().strip("`").replace("\\|", "|") for cell in cells])
    return found


NAMES = _rows("| name | number |")
UNIFORMS = _rows("| seed | replication | site | what | nth | purpose | 53 bits |")
THRESHOLDS = _rows("| p | t(p) |")


def _mix(z: int) -> int:
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def _name(text: str) -> int:
    return int(hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest(), 16)


def _bits(seed: int, replication: int, site: int, what: int, nth: int, purpose: int) -> int:
    """The recipe of docs/noise.md, written down a second time and line by line."""
    s = _mix(_mix((seed + GOLDEN) & MASK) ^ (replication * GOLDEN & MASK))
    t = _mix(_mix(s ^ site) ^ what)
    return _mix((t + (4 * nth + purpose + 1) * GOLDEN) & MASK) >> 11


@pytest.mark.parametrize(("name", "number"), NAMES)
def test_vector_of_a_name(name: str, number: str) -> None:
    """The number of a name is the published one."""
    assert key_id(name) == _name(name) == int(number, 16)


@pytest.mark.parametrize("row", UNIFORMS, ids="-".join)
def test_vector_of_a_uniform(row: list[str]) -> None:
    """The generator, and the recipe followed by hand, give the published bits."""
    seed, replication, nth, purpose, bits = (int(row[i]) for i in (0, 1, 4, 5, 6))
    key = Key(key_id(row[2]), key_id(row[3]), nth, purpose)
    assert KeyedNoise(seed, replication).bits(key) == bits
    assert _bits(seed, replication, _name(row[2]), _name(row[3]), nth, purpose) == bits


@pytest.mark.parametrize(("p", "bound"), THRESHOLDS)
def test_vector_of_a_threshold(p: str, bound: str) -> None:
    """A probability is rounded up to 53 bits."""
    assert threshold(Fraction(p)) == int(bound) == -(-Fraction(p) * 2**53 // 1)


def test_there_are_vectors() -> None:
    """The page does publish vectors, for every purpose and for more than one seed."""
    assert len(NAMES) >= 4
    assert {row[5] for row in UNIFORMS} == {"0", "1", "2"}
    assert len({row[0] for row in UNIFORMS}) >= 3


def test_decisions_are_short_and_numbered() -> None:
    """A decision has its number in name and title, a date, a status, and about ten lines."""
    notes = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert [note.name[:4] for note in notes] == [f"{n:04}" for n in range(1, len(notes) + 1)]
    for note in notes:
        text = note.read_text(encoding="utf-8")
        assert text.startswith(f"# {note.name[:4]} ")
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}\. Status: \w+", text, re.MULTILINE)
        assert len(text.splitlines()) <= 20
