"""The benchmark measures what it says: the workload is the frozen one, and every engine runs exactly it."""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec

import pytest

from tests.bench import generate
from tests.bench.__main__ import main
from tests.bench.crew import Blocks, Worker, spread
from tests.bench.engines import ENGINES, SEED, Missing, Reference, engine
from tests.bench.lower import Unknown, compile_table
from tests.bench.native import Native, compiler
from tests.bench.parts import Plan, noise
from tests.bench.report import Section, as_json, as_markdown, as_text
from tests.bench.variants import ARCHITECTURE, VARIANTS, WORKLOAD, program

FROZEN = "58c4941992c8c7c35bb3567397e53d2aa84daf1153a1329e271af3f91a3c94ed"
FIRST_SIX = "e0784bc2cc1f9130"
# Engines without a compiler of their own, so that a test of them takes milliseconds; the libraries that only the
# benchmark needs may be absent.
NEEDS = {"mesa": "mesa", "simpy": "simpy", "simpy-callbacks": "simpy"}
COMPILED = {"kernel", "cimba", "c"}
INTERPRETED = [name for name in ENGINES if name not in COMPILED and find_spec(NEEDS.get(name, "json")) is not None]
FAST = ("less-likely", "idle-rules")
SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in VARIANTS if name not in (*FAST, "base")]


def _folds(name: str, variant: str, runs: int) -> object:
    if name == "c" and compiler() is None:
        pytest.skip("gcc is not installed")
    return engine(name, program(variant)).folds(0, runs)


def test_the_workload_is_frozen() -> None:
    """The file is the one that all published numbers are about, and what the generator writes."""
    text = WORKLOAD.read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() == FROZEN
    assert generate.text() == text


def test_the_workload_has_its_size() -> None:
    """360 relationships, 40 rules, 120 dated acts and events, 40 years."""
    frozen = program("base")
    assert len(frozen.names.parties) * len(frozen.terms) == 360
    assert (len(frozen.rules), len(frozen.acts) + len(frozen.events)) == (40, 120)
    assert (frozen.last - frozen.first) // 365 == 40


@pytest.mark.parametrize("name", INTERPRETED)
def test_engines_tell_the_same_runs(name: str) -> None:
    """Every change of a status in six runs, in its order, and the number of refused acts."""
    found = _folds(name, "base", 6)
    assert hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16] == FIRST_SIX


def test_c_tells_the_same_runs() -> None:
    """The C engine agrees with plain Python, run by run."""
    assert _folds("c", "base", 25) == _folds("plain", "base", 25)


@pytest.mark.parametrize("variant", [*FAST, *SLOW])
def test_variants_are_run_alike(variant: str) -> None:
    """What is made of the workload for scaling and branches is run alike, too."""
    assert _folds("c", variant, 2) == _folds("plain", variant, 2)


def test_c_counts_like_the_product() -> None:
    """The C engine fills the product's tally with the same numbers."""
    if compiler() is None:
        pytest.skip("gcc is not installed")
    native = Native(compile_table(program("base")))
    tally = native.tally()
    native.run(SEED, 0, 12, tally)
    assert tally == Reference(program("base")).tally(0, 12)


def test_a_run_has_about_290_changes() -> None:
    """The mix of the workload: changes of parties' statuses a run, and cascades that die out."""
    plain = engine("plain", program("base"))
    folds = plain.folds(0, 40)
    assert folds is not None
    numbers = [number for _, number, _ in folds]
    assert 290 < sum(numbers) / 40 < 330
    assert max(numbers) < 500


def test_idle_parts_change_nothing() -> None:
    """Relationships and rules that stay idle leave every run as it was."""
    base, rules = (engine("plain", program(variant)) for variant in ("base", "idle-rules"))
    assert base.folds(0, 5) == rules.folds(0, 5)


def test_peers_refuse_what_they_do_not_know() -> None:
    """A program that needs more of the law than the workload is no work for the peers."""
    with pytest.raises(Unknown, match="the peers of the benchmark do not know"):
        compile_table(program(ARCHITECTURE))


def test_a_worker_answers() -> None:
    """A worker runs blocks in a process of its own, and says what it cannot do."""
    worker = Worker("plain")
    answer = worker.ask("run", 0, 2)
    assert answer["changes"] > 400
    assert answer["cpu"] > 0
    assert worker.ask("memory")["peak"] > 1
    with pytest.raises(Missing, match="no threads"):
        worker.ask("threads", 0, 2)
    worker.close()


def test_ratios_are_taken_round_by_round() -> None:
    """A slow round of both engines leaves the ratio as it is."""
    slow, fast = Blocks("a", [10.0, 40.0, 10.0]), Blocks("b", [5.0, 20.0, 2.0])
    assert (slow.over(fast).low, slow.over(fast).median, slow.over(fast).high) == (2.0, 2.0, 5.0)
    assert spread([3, 1, 2]).shown(0) == "2 (1-3)"


def test_a_section_is_shown_in_three_ways() -> None:
    """Text, Markdown and JSON hold the same cells."""
    section = Section("Title", ["engine", "us/run"], [["plain", "5,000"]], ["a remark"], {"plain": [5000.0]})
    assert "plain    5,000" in as_text(section)
    assert "| plain | 5,000 |" in as_markdown(section)
    assert as_json([section])["sections"][0]["numbers"] == {"plain": [5000.0]}


@pytest.mark.slow
def test_keys_by_cause_couple_branches_better() -> None:
    """Draws named by their cause leave a branch's effect less variable than one stream does."""
    if compiler() is None:
        pytest.skip("gcc is not installed")
    numbers = noise(Plan(seconds=0.05)).numbers
    assert all(4 * one["cause"] < one["stream"] for one in numbers.values())


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A part that does not exist ends with the list of those that do."""
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no 'speed'; expected some of peers" in capsys.readouterr().err
