"""The guide builds without a warning and without a network, and its pages of reference say what there is."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import simulator
import simulator.teaching
from tests.docs.pages import ROOT, tool

DOCS = ROOT / "docs"
_REMOTE = re.compile(
    r"""<(?:script|img|iframe|source)[^>]*\bsrc=["']?(?:https?:)?//|<link[^>]*\bhref=["']?(?:https?:)?//"""
)


TOOL = tool("reference")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide as a reader opens it; a warning is an error."""
    out = tmp_path_factory.mktemp("guide")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-E", "-d", str(out / "trees"), "-b", "html"]
    done = subprocess.run(
        [*command, str(DOCS), str(out / "html")], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out / "html"


def test_every_page_is_in_the_guide_and_is_led_to(site: Path) -> None:
    """Each Markdown page became a page of the site, and the first page's table of contents names it."""
    first = (site / "index.html").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).with_suffix(".html").as_posix()
        assert (site / name).exists()
        assert f'href="{name}"' in first or name == "index.html"


def test_the_site_asks_the_network_for_nothing(site: Path) -> None:
    """No page loads a script, picture, font or style from elsewhere."""
    for page in site.rglob("*.html"):
        assert _REMOTE.search(page.read_text(encoding="utf-8")) is None, page.name
    for style in site.rglob("*.css"):
        assert re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", style.read_text(encoding="utf-8")) is None, style.name


def test_the_check_for_remote_files_can_fail() -> None:
    """The pattern finds a remote script and a remote style, and lets links of the text pass."""
    assert _REMOTE.search('<script async src="https://cdn.example/x.js">')
    assert _REMOTE.search('<link rel="stylesheet" href="//fonts.example/a.css">')
    assert not _REMOTE.search('<a href="https://example.org">text</a>')


def _described(room: str) -> list[str]:
    """The functions and classes that a room of `simulator.testing` exports."""
    module = importlib.import_module(f"simulator.testing.{room}")
    values = {name: getattr(module, name) for name in module.__all__}
    return [name for name, one in values.items() if inspect.isclass(one) or inspect.isroutine(one)]


def test_the_whole_interface_is_on_its_page(site: Path) -> None:
    """Every public name of the package and of the rooms for tests and teaching is described."""
    text = (site / "api.html").read_text(encoding="utf-8")
    names = [f"simulator.{name}" for name in simulator.__all__ if not name.startswith("__")]
    names += [f"simulator.teaching.{name}" for name in simulator.teaching.__all__]
    for room in ("cases", "invariants", "strategies", "scenarios", "machine"):
        names += [f"simulator.testing.{room}.{name}" for name in _described(room)]
    missing = [name for name in names if f'id="{name}"' not in text]
    assert missing == []


@pytest.mark.parametrize("name", sorted(TOOL.PAGES))
def test_pages_of_reference_are_up_to_date(name: str) -> None:
    """Keys and commands stand there as they are; `make schema` writes the pages anew."""
    assert (DOCS / name).read_text(encoding="utf-8") == TOOL.PAGES[name]()


def test_every_key_has_a_meaning() -> None:
    """The schema, and with it every editor, explains each key of a scenario file."""
    assert TOOL.unexplained() == []


def test_a_key_without_a_meaning_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: a key whose description is taken away is named."""
    period = TOOL.PARTS["Period"]
    bare = {key: {"type": "string"} if key == "to" else node for key, node in period["properties"].items()}
    monkeypatch.setitem(TOOL.PARTS, "Period", period | {"properties": bare})
    assert TOOL.unexplained() == ["Period.to"]


def test_a_stale_page_is_found_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--check` ends with 1 where a page is missing or old; `--write` mends it."""
    monkeypatch.setitem(TOOL.run.__globals__, "ROOT", tmp_path)
    pages = {tmp_path / "small.md": lambda: "# Small\n"}
    assert TOOL.run("reference.py", pages, ["--check"]) == 1
    assert TOOL.run("reference.py", pages, ["--write"]) == 0
    assert TOOL.run("reference.py", pages, ["--check"]) == 0
    assert TOOL.run("reference.py", pages, []) == 2
