"""The report page: what stands on it, what is escaped, and what a run folder that is not as it should be makes it say."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import simulator as ts
from simulator.cli.output import Said, Table, print_table, recorded, say, say_wrapped
from simulator.report.page import Branch, Criterion, Page, Paragraph, render
from simulator.report.slim import slim
from tests.unit.commandline import SCENARIO, Run, runner

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'x' {{ 7*7 }}"
_VOID = {"meta", "link", "img", "source", "br"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, tmp_path, monkeypatch)


class _Tags(HTMLParser):
    """Checks that tags close as they open; keeps names, ids, and addresses that are asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.ids: list[str] = []
        self.asked: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.names.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.asked += [found[name] or "" for name in ("src", "srcset") if name in found]
        self.asked += [found["href"] or ""] if tag == "link" else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _page(**more: object) -> Page:
    given = {"scenario": "toy", "title": "T", "question": "Q", "summary": "", "notices": (), "period": "a year"}
    return Page(**{**given, "view": "depositary", "model": {}, "outcomes": (), "manifest": (), **more})  # type: ignore[arg-type]


def test_whatever_a_scenario_says_is_escaped() -> None:
    rule = {"id": "r", "sentence": HOSTILE, "theory": HOSTILE, "sources": [HOSTILE]}
    branch = Branch(
        "b", HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), (Paragraph(HOSTILE),), HOSTILE, (Criterion(HOSTILE, "ok", HOSTILE),)
    )
    model = {"rules": [rule], "parameters": {}, "variables": {HOSTILE: HOSTILE}, "events": [], "outcomes": []}
    text = render(
        _page(title=HOSTILE, question=HOSTILE, summary=HOSTILE, notices=(HOSTILE,), model=model, branches=(branch,))
    )
    tags = _Tags(text)
    assert "script" not in tags.names
    assert text.count("&lt;script&gt;") >= 14
    assert "49" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_only_web_addresses_become_links() -> None:
    text = render(_page(summary="", outcomes=(Paragraph("javascript:alert(1) http://a.example/x; end"),)))
    assert re.findall(r'<a href="(?!#)([^"]*)"', text) == ["http://a.example/x"]


def test_a_page_has_everything_and_asks_for_nothing(run: Run) -> None:
    Path("likely.yaml").write_text(SCENARIO.replace("{days: 10}", "{days: 175}"), encoding="utf-8")
    done = run("report", "likely.yaml", "-o", "page.html", "--runs", "50", "--jobs", "1")
    assert done.code == 0, done.err
    text = Path("page.html").read_text(encoding="utf-8")
    tags = _Tags(text)
    assert "script" not in tags.names
    assert tags.asked
    assert all(one.startswith("data:") for one in tags.asked)
    assert len(tags.ids) == len(set(tags.ids))
    for name in ("model", "timeline", "outcomes", "branches", "branch-quiet", "reasons", "sources", "manifest"):
        assert name in tags.ids
    assert "When request happens, if RUS is bound by cfe" in text
    assert "Does it run?" in text
    assert "Theory: It must act." in text
    assert "In short, given everything on record" in text
    assert "Report card for Russia has suspended" in text
    assert "Why is it so that RUS is suspended under cfe?" in text
    assert "95 % interval" in text
    assert tags.names.count("figure") == tags.names.count("details") >= 2
    assert '<th scope="col">legal basis</th>' in text


MANY = "outcomes:\n" + "".join(
    f"  - {{id: asked-{n}, title: Number {n}, when: {{status: cfe, of: RUS, is: suspended}}, by: 2009-01-0{n}}}\n"
    for n in range(1, 6)
)


@pytest.mark.parametrize(
    ("words", "asked"),
    [((), (1, 2, 3)), (("--outcomes", "4"), (1, 2, 3, 4)), (("--outcomes", "all"), (1, 2, 3, 4, 5)), (("--outcome", "asked-5"), (5,))],
)  # fmt: skip
def test_the_page_says_which_outcomes_no_branch_was_asked(
    run: Run, words: tuple[str, ...], asked: tuple[int, ...]
) -> None:
    """Those that were asked have a row in the answer; each of the others is named, with the option that asks it."""
    text = SCENARIO.replace("{days: 10}", "{days: 175}").replace("outcomes:\n", MANY)
    text = re.sub(r"  - {id: gone.*\n", "", text)
    Path("many.yaml").write_text(text, encoding="utf-8")
    assert run("report", "many.yaml", "-o", "page.html", "--runs", "10", "--jobs", "1", *words).code == 0
    text = Path("page.html").read_text(encoding="utf-8")
    rows = [n for n in range(1, 6) if f"Number {n} (asked-{n}, by " in text]
    assert tuple(rows) == asked
    left = re.search(r"asked of no branch: (.*?)\. --outcomes all", text)
    named = left[1].split("; ") if left else []
    assert named == [f"Number {n} (asked-{n})" for n in range(1, 6) if n not in asked]
    assert ("Every outcome of the scenario was asked." in text) == (len(asked) == 5)


def test_the_page_names_its_own_options(run: Run) -> None:
    """What makes a drawn number surer is an option of this command."""
    words = ("--branch", "no-2004", "--worlds", "10", "--runs", "10", "--outcome", "allies-suspended", "--jobs", "1")
    assert run("report", "cfe-endgame", "-o", "page.html", *words).code == 0
    text = Path("page.html").read_text(encoding="utf-8")
    assert "--worlds draws more" in text
    assert "--runs draws" not in text
    assert "--work " not in text


def test_a_branch_without_an_answer_says_why_and_the_page_is_written(run: Run) -> None:
    assert run("report", "small.yaml", "-o", "page.html", "--runs", "10", "--jobs", "1").code == 0
    text = Path("page.html").read_text(encoding="utf-8")
    assert "<strong>No answer:</strong> the model gives the record probability zero" in text


def test_the_same_page_twice_is_the_same(run: Run) -> None:
    for name in ("one.html", "two.html"):
        assert run("report", "small.yaml", "-o", name, "--runs", "20", "--no-whatif", "--jobs", "1").code == 0
    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()
    assert "What-if answers were left out" in Path("one.html").read_text(encoding="utf-8")


def test_a_hostile_scenario_stays_text_on_its_page(run: Run) -> None:
    text = SCENARIO.replace("A small scenario", "'</title><script>alert(1)</script>'")
    Path("hostile.yaml").write_text(text, encoding="utf-8")
    assert run("report", "hostile.yaml", "-o", "page.html", "--runs", "10", "--no-whatif", "--jobs", "1").code == 0
    assert "script" not in _Tags(Path("page.html").read_text(encoding="utf-8")).names


def _folder(run: Run, **changes: object) -> str:
    """Make an ensemble, change its manifest, and return the page about it."""
    done = run("ensemble", "small.yaml", "--runs", "30", "--jobs", "1", "--sample", "--out", "results")
    assert done.code == 0, done.err
    place = Path("results/manifest.json")
    place.write_text(json.dumps(json.loads(place.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    done = run("report", "results", "-o", "page.html", "--no-whatif", "--jobs", "1")
    assert done.code == 0, done.err
    return Path("page.html").read_text(encoding="utf-8")


def test_a_good_folder_gives_a_page_without_notices(run: Run) -> None:
    text = _folder(run)
    assert "Attention:" not in text
    assert "30 runs, seed 1" in text
    assert "run folder: version" in text


def test_a_folder_that_is_incomplete_or_of_another_version_says_so(run: Run) -> None:
    text = _folder(run, complete=False, version="0.0.9", scenario_digest="other")
    assert "The run folder is incomplete" in text
    assert "made by version 0.0.9" in text
    assert "The scenario has changed since these runs were made" in text


def test_a_folder_without_its_results_or_its_scenario_says_so(run: Run) -> None:
    _folder(run)
    Path("results/tallies.npz").unlink()
    assert run("report", "results", "-o", "page.html", "--no-whatif", "--jobs", "1", "--force").code == 0
    assert "cannot be read and are left out" in Path("page.html").read_text(encoding="utf-8")
    _folder_again = run("ensemble", "small.yaml", "--runs", "30", "--jobs", "1", "--sample", "--out", "results")
    assert _folder_again.code == 0
    Path("small.yaml").unlink()
    done = run("report", "results", "-o", "page.html", "--force", "--json")
    assert done.code == 0
    assert len(done.json["data"]["notices"]) == 1
    assert "The scenario small.yaml cannot be read" in Path("page.html").read_text(encoding="utf-8")


def test_a_folder_of_one_run_shows_that_run(run: Run) -> None:
    """Timeline and reasons are those of the run; a fault of the folder stands at the top."""
    assert run("run", "small.yaml", "--seed", "5", "--branch", "quiet", "--out", "kept").code == 0
    words = ("report", "kept", "-o", "page.html", "--no-whatif", "--runs", "10", "--jobs", "1", "--force")
    assert run(*words).code == 0
    text = Path("page.html").read_text(encoding="utf-8")
    assert "Attention:" not in text
    assert "Timeline of the simulation with seed 5, branch quiet" in text
    assert "Why is it not so that RUS is suspended under cfe?" in text
    place = Path("kept/manifest.json")
    manifest = json.loads(place.read_text(encoding="utf-8")) | {"complete": False, "version": "0.0.9"}
    place.write_text(json.dumps(manifest), encoding="utf-8")
    Path("kept/trace.csv").write_text("", encoding="utf-8")
    assert run(*words).code == 0
    text = Path("page.html").read_text(encoding="utf-8")
    for said in ("The run folder is incomplete", "made by version 0.0.9", "The folder is damaged: trace.csv"):
        assert said in text
    Path("small.yaml").unlink()
    assert run(*words).code == 0
    assert "The scenario small cannot be read" in Path("page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("seed", "replication"), [(0, 0), (1, 1)])
def test_a_folder_of_one_of_many_runs_shows_that_one(run: Run, seed: int, replication: int) -> None:
    numbers = ("--seed", str(seed), "--replication", str(replication))
    assert run("run", "cfe-endgame", *numbers, "--out", "kept").code == 0
    words = ("report", "kept", "-o", "page.html", "--no-whatif", "--runs", "10", "--jobs", "1", "--branch", "no-2004")
    assert run(*words).code == 0
    text = Path("page.html").read_text(encoding="utf-8")
    number = f", replication {replication}" if replication else ""
    assert f"Timeline of the simulation with seed {seed}{number}" in text
    asked = [one.split("?", 1)[0] for one in text.split('class="reason"')[1:]]
    answers = ts.run("cfe-endgame", seed=seed, replication=replication).outcomes.values()
    assert ["is it not so that" not in one for one in asked] == [bool(one.value) for one in answers]


def test_what_cannot_be_reported_is_refused_at_once(run: Run) -> None:
    Path("empty").mkdir()
    Path("there.html").write_text("mine", encoding="utf-8")
    for words, says in (
        (("report", "empty", "-o", "p.html"), "holds no runs"),
        (("report", "small.yaml", "-o", "p.pdf"), "does not end in .html"),
        (("report", "small.yaml", "-o", "there.html"), "exists already"),
        (("report", "small.yaml", "-o", "p.html", "--branch", "none"), "none"),
        (("report", "small.yaml", "-o", "p.html", "--outcome", "none"), "unknown outcome"),
        (("report", "small.yaml", "-o", "p.html", "--outcomes", "0"), "neither a number from 1 to 1000 nor all"),
        (("report", "small.yaml", "-o", "p.html", "--outcomes", "most"), "neither a number from 1 to 1000 nor all"),
        (
            ("report", "small.yaml", "-o", "p.html", "--outcomes", "2", "--outcome", "gone"),
            "no effect beside --outcome",
        ),
        (("report", "small.yaml", "-o", "p.html", "--outcomes", "2", "--no-whatif"), "no effect beside --no-whatif"),
    ):
        done = run(*words)
        assert done.code in (2, 3)
        assert says in done.err
    assert Path("there.html").read_text(encoding="utf-8") == "mine"
    assert not Path("p.html").exists()


@pytest.mark.parametrize("missing", ["altair", "vl_convert", "jinja2"])
def test_a_missing_part_is_named_with_the_command_that_installs_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    done = run("report", "small.yaml", "-o", "p.html")
    assert done.code == 3
    assert "python -m pip install" in done.err
    assert "jinja2>=3.1" in done.err


def test_what_is_recorded_is_what_would_have_been_printed(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(("a",), [("1",)])
    with recorded() as heard:
        say("  in", "bold")
        say_wrapped("word " * 60, indent="    ")
        print_table(table)
    assert heard == [Said("in", ("bold",), 2), Said(("word " * 60).strip(), (), 4), table]
    say("out")
    assert capsys.readouterr().out == "out\n"


def test_a_slim_picture_keeps_what_is_seen() -> None:
    lines = "".join(f'<line transform="translate({x},1)" x2="2" y2="-2" stroke="red"/>' for x in (1, 5))
    assert slim(f"<svg >{lines}</svg>") == '<svg ><path d="M1,1l2,-2M5,1l2,-2" stroke="red"/></svg>'
    kept = '<svg ><text font-size="11px">0.12345 role="x"</text><path d="M0,0L1,1L2,0Z" fill="red"/></svg>'
    assert slim(kept) == kept


@pytest.mark.slow
def test_the_page_of_cfe_endgame_with_all_its_branches_is_small(run: Run) -> None:
    """Every branch has its answer, its report card and its pair of worlds, in less than 2 MB, whatever the workers."""
    assert run("report", "cfe-endgame", "-o", "page.html").code == 0
    page = Path("page.html").read_bytes()
    text = page.decode()
    assert len(page) < 2_000_000
    assert text.count('<article id="branch-') == text.count("Report card for ") == 10
    assert text.count('<figure id="chart-branch-') == 10
    assert "No answer:" not in text
