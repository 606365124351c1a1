"""Claims about loading: which file is meant, how files are joined, what may be reached, and where errors are placed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import Diagnostic, LimitError, ScenarioError
from simulator.scenario import compose as composing
from simulator.scenario import load, shipped
from simulator.scenario.load import Loaded, digest_of, list_shipped, load_scenario, load_text

HEAD = "schema: 1\nid: top\ntitle: Top\nperiod: {from: 1990-11-19, to: 2026-11-22}\n"
RULE = "{id: %s, actor: RUS, trigger: {act: sign, treaty: cfe}, do: {act: deposit, treaty: cfe}}"


def write(folder: Path, **files: str) -> Path:
    """Write files (`lib__a` is lib/a.yaml) and return the path of `top.yaml`."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "top.yaml"


def errors(path: Path, **options: Any) -> list[Diagnostic]:
    """The diagnostics with which a scenario is refused."""
    with pytest.raises((ScenarioError, LimitError)) as caught:
        load_scenario(path, **options)
    return list(caught.value.diagnostics)


def codes(path: Path, **options: Any) -> list[str]:
    """The codes with which a scenario is refused."""
    return [one.code for one in errors(path, **options)]


# --- joining ----------------------------------------------------------------------------------------------------------


def test_a_file_alone(tmp_path: Path) -> None:
    """A file that extends nothing gives its own data, its digest and itself as the only file."""
    path = write(tmp_path, top=HEAD)
    loaded = load_scenario(path)
    assert isinstance(loaded, Loaded)
    assert loaded.scenario.id == "top"
    assert loaded.data["period"] == {"from": "1990-11-19", "to": "2026-11-22"}
    assert loaded.files == (("top.yaml", hashlib.sha256(path.read_bytes()).hexdigest()),)
    assert loaded.path == path


def test_extends_several(tmp_path: Path) -> None:
    """Of several extended files the later one counts, and the file itself most; a file reached twice is read once."""
    path = write(
        tmp_path,
        top=HEAD + "extends: [lib/a.yaml, lib/b.yaml]\nvariables: {x: {note: top}}\n",
        lib__a="extends: base.yaml\nvariables: {x: {min: 1, note: a}, y: {min: 0, max: 1}}\n",
        lib__b="extends: base.yaml\nvariables: {x: {max: 7, note: b}}\n",
        lib__base="variables: {x: {min: 0, max: 9, note: base}}\n",
    )
    loaded = load_scenario(path)
    assert loaded.data["variables"]["x"] == {"min": 0, "max": 7, "note": "top"}
    assert [name for name, _ in loaded.files] == ["top.yaml", "lib/a.yaml", "lib/base.yaml", "lib/b.yaml"]
    assert "extends" not in loaded.data
    assert "remove" not in loaded.data


def test_remove(tmp_path: Path) -> None:
    """`remove` takes entries out by id or key, also below a section; what is given again is replaced as a whole."""
    path = write(
        tmp_path,
        top=HEAD
        + "extends: base.yaml\nremove: {rules: [one, two], variables: fear, parties.blocs: [west]}\n"
        + f"rules: [{RULE % 'two'}]\n",
        base=f"rules: [{RULE % 'one'}, {{id: two, note: old, actor: USA}}, {RULE % 'three'}]\n"
        "variables: {fear: {min: 0, max: 1}, hope: {min: 0, max: 1}}\n"
        "parties: {blocs: {west: [USA], east: [RUS]}}\n",
    )
    data = load_scenario(path).data
    assert [rule["id"] for rule in data["rules"]] == ["three", "two"]
    assert "note" not in data["rules"][1]
    assert list(data["variables"]) == ["hope"]
    assert data["parties"]["blocs"] == {"east": ["RUS"]}


@pytest.mark.parametrize(
    ("remove", "code", "column", "hint"),
    [
        ("{rulez: [one]}", "TS025", 10, "did you mean 'rules'?"),
        ("{rules: [won, one]}", "TS025", 18, "did you mean 'one'?"),
        ("{rules: [one, 3]}", "TS024", 17, "write remove"),
        ("{rules: []}", "TS024", 17, "write remove"),
        ("{rules: {one: 1}}", "TS024", 17, "write remove"),
        ("[one]", "TS024", 9, "write remove"),
        ("{period: [one]}", "TS025", 19, "known: from, to"),
        ("{schema: [one]}", "TS025", 10, ""),
    ],
)
def test_remove_that_is_wrong(tmp_path: Path, remove: str, code: str, column: int, hint: str) -> None:
    """What cannot be removed is an error at its place, never passed over."""
    base = f"schema: 1\nperiod: {{from: 1990-01-01, to: 1999-01-01}}\nrules: [{RULE % 'one'}]\n"
    (one,) = errors(write(tmp_path, top=HEAD + f"extends: base.yaml\nremove: {remove}\n", base=base))
    assert (one.code, one.line, one.column) == (code, 6, column)
    assert hint in one.hint


# --- places -----------------------------------------------------------------------------------------------------------


def test_errors_are_placed_in_the_file_they_come_from(tmp_path: Path) -> None:
    """After joining, every error stands at the line of the file that had the last word, in file order."""
    path = write(
        tmp_path,
        top=HEAD + "extends: base.yaml\nrules:\n- {id: two, chance: 3}\n- {id: four, aktor: RUS}\n",
        base=f"rules:\n- {RULE % 'one'}\n- {RULE % 'two'}\n- {{id: three, actor: rus-sia-, priority: x}}\n",
    )
    found = [(Path(one.file).name, one.line, one.code) for one in errors(path)]
    assert found == [
        ("top.yaml", 7, "TS110"),
        ("top.yaml", 8, "TS102"),
        ("top.yaml", 8, "TS101"),
        ("base.yaml", 4, "TS102"),
        ("base.yaml", 4, "TS107"),
        ("base.yaml", 4, "TS103"),
    ]


def test_names_are_checked_after_joining(tmp_path: Path) -> None:
    """The checks see the joined scenario: a name that only a base declares is known, one that none declares is not."""
    base = f"rules:\n- {RULE % 'one'}\n- {RULE.replace('cfe', 'cef') % 'two'}\n"
    path = write(tmp_path, top=HEAD + "extends: base.yaml\nbranches: [{id: b, off: [one, three]}]\n", base=base)
    top, *rest = errors(path)
    assert (top.code, top.line, top.column) == ("TS208", 6, 31)
    assert {(Path(one.file).name, one.line, one.code) for one in rest} == {("base.yaml", 3, "TS201")}


def test_later_steps_can_place_their_errors(tmp_path: Path) -> None:
    """What is loaded can place an error of a later step in the file that a value came from."""
    path = write(tmp_path, top=HEAD + "extends: base.yaml\n", base=f"rules:\n- {RULE % 'one'}\n")
    one = load_scenario(path).diagnostic("TS330", "late", ("rules", 0, "do", 0, "act"))
    assert (Path(one.file).name, one.line, one.where) == ("base.yaml", 2, "rules.0.do.act")


def test_all_files_are_read_before_giving_up(tmp_path: Path) -> None:
    """Errors of several extended files are reported together, the first file's own first."""
    path = write(
        tmp_path, top=HEAD + "extends: [a.yaml, b.yaml, c.yaml, /d.yaml]\n", a="x: [", b="- a list\n", c="y: &a 1\n"
    )
    found = [(Path(one.file).name, one.code) for one in errors(path)]
    assert found[0] == ("top.yaml", "TS020")
    assert set(found[1:]) == {("a.yaml", "TS006"), ("b.yaml", "TS009"), ("c.yaml", "TS011")}


# --- what may be reached ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/etc/passwd", "TS020"),
        ("~/secret.yaml", "TS020"),
        ("C:/x.yaml", "TS020"),
        ("'lib\\x.yaml'", "TS020"),
        ("https://example.org/x.yaml", "TS020"),
        ("file:///etc/passwd", "TS020"),
        ("//host/share.yaml", "TS020"),
        ("../x.yaml", "TS021"),
        ("lib/../../x.yaml", "TS021"),
        ("lib/../../{folder}/lib/a.yaml", "TS021"),
        ("outside.yaml", "TS021"),
        ("linked/x.yaml", "TS021"),
        ("circle.yaml", "TS022"),
        ("none.yaml", "TS022"),
        ("lib", "TS022"),
        ("''", "TS020"),
        ("[[a]]", "TS020"),
        ("7", "TS020"),
    ],
)
def test_extends_stays_inside(tmp_path: Path, target: str, code: str) -> None:
    """No path leaves the folder of the scenario: not absolute, not by `..`, not by a link, not over the network."""
    home = tmp_path / "home"
    text = target.format(folder="home")
    path = write(home, top=HEAD + f"extends: {text}\n", lib__a="view: strict\n")
    (tmp_path / "x.yaml").write_text("view: strict\n")
    (home / "outside.yaml").symlink_to(tmp_path / "x.yaml")
    (home / "linked").symlink_to(tmp_path)
    (home / "circle.yaml").symlink_to(home / "circle.yaml")
    assert codes(path) == [code]


def test_links_inside_and_dots_inside(tmp_path: Path) -> None:
    """Links and `..` that stay in the folder are followed; a link is the file that it leads to."""
    path = write(tmp_path, top=HEAD + "extends: [lib/sub/x.yaml, alias.yaml]\n", lib__a="view: strict\n")
    write(tmp_path, lib__sub__x="extends: ../a.yaml\n")
    (tmp_path / "alias.yaml").symlink_to(tmp_path / "lib" / "a.yaml")
    assert [name for name, _ in load_scenario(path).files] == ["top.yaml", "lib/sub/x.yaml", "lib/a.yaml"]


def test_a_wider_root(tmp_path: Path) -> None:
    """A caller may allow a wider folder; then `..` reaches its files and still nothing outside of it."""
    write(tmp_path, shared="view: strict\n")
    path = write(tmp_path / "deep", top=HEAD + "extends: ../shared.yaml\n")
    assert codes(path) == ["TS021"]
    assert load_scenario(path, root=tmp_path).files[1][0] == "shared.yaml"
    outside = write(tmp_path / "deep", top=HEAD + "extends: ../../x.yaml\n")
    assert codes(outside, root=tmp_path) == ["TS021"]


def test_a_circle_is_named_whole(tmp_path: Path) -> None:
    """A circle names each of its files in order, and stands where it closes."""
    path = write(
        tmp_path, top=HEAD + "extends: a.yaml\n", a="extends: b.yaml\n", b="extends: [c.yaml]\n", c="extends: a.yaml\n"
    )
    (one,) = errors(path)
    assert (one.code, Path(one.file).name, one.line) == ("TS023", "c.yaml", 1)
    assert "a.yaml -> b.yaml -> c.yaml -> a.yaml" in one.message


def test_eight_levels(tmp_path: Path) -> None:
    """Eight levels of extended files are read; the ninth is a limit with exit code 4."""
    files = {f"f{index}": f"extends: f{index + 1}.yaml\n" for index in range(1, 8)}
    path = write(tmp_path, top=HEAD + "extends: f1.yaml\n", **files, f8="view: strict\n")
    assert load_scenario(path).data["view"] == "strict"
    write(tmp_path, f8="extends: f9.yaml\n", f9="view: strict\n")
    with pytest.raises(LimitError) as caught:
        load_scenario(path)
    assert [one.code for one in caught.value.diagnostics] == ["TS404"]


def test_the_files_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits on size and number of values count for all files of a scenario together."""
    path = write(tmp_path, top=HEAD + "extends:\n- a.yaml\n- b.yaml\n", a="# " + "x" * 600 + "\nview: strict\n", b="")
    write(tmp_path, b="# " + "x" * 600 + "\nview: strict\n")
    monkeypatch.setattr(composing, "MAX_BYTES", 1000)
    (one,) = errors(path)
    assert (one.code, one.line) == ("TS405", 7)
    monkeypatch.setattr(composing, "MAX_BYTES", 8000)
    monkeypatch.setattr(composing, "MAX_NODES", 15)
    assert codes(path) == ["TS405"]
    monkeypatch.setattr(composing, "MAX_NODES", 8000)
    monkeypatch.setattr(composing, "MAX_FILES", 2)
    assert codes(path) == ["TS405"]


# --- which file is meant ----------------------------------------------------------------------------------------------


@pytest.fixture
def shipping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the shipped scenarios."""
    folder = tmp_path / "shipped"
    write(folder, top=HEAD, other="extends: lib/part.yaml\n" + HEAD.replace("top", "other"), lib__part="view: strict\n")
    for module in (load, shipped):
        monkeypatch.setattr(module, "scenarios_folder", folder.resolve)
    return folder


def test_a_shipped_scenario_by_id(shipping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id means the shipped scenario, unless a file of that name stands in the working directory."""
    monkeypatch.chdir(tmp_path)
    assert [name for name, _ in list_shipped()] == ["other", "top"]
    assert load_scenario("top").path == shipping.resolve() / "top.yaml"
    assert load_scenario("other").data["view"] == "strict"
    (tmp_path / "top").write_text(HEAD.replace("Top", "Mine"))
    assert load_scenario("top").scenario.title == "Mine"


@pytest.mark.usefixtures("shipping")
def test_an_unknown_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that is neither file nor id gets the nearest id; a path that is not there is a missing file."""
    monkeypatch.chdir(tmp_path)
    for ref, code, words in (
        ("othr", "TS026", "other"),
        ("zzz", "TS026", "known: other, top"),
        ("a/b", "TS001", "no such"),
    ):
        (one,) = errors(Path(ref))
        assert (one.code, words in str(one)) == (code, True)
    (tmp_path / "folder").mkdir()
    assert codes(Path("folder")) == ["TS002"]


def test_installed_or_editable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped scenarios are found inside an installed package, else beside the package of an editable install."""
    package = tmp_path / "simulator"
    package.mkdir()
    monkeypatch.setattr(shipped, "files", lambda _: package)
    find = shipped.scenarios_folder.__wrapped__
    assert find() is None
    (tmp_path / "scenarios").mkdir()
    assert find() == (tmp_path / "scenarios").resolve()
    (package / "scenarios").mkdir()
    assert find() == (package / "scenarios").resolve()


def test_shipped_ids_are_their_names() -> None:
    """Each shipped scenario is named like its file."""
    for name, path in list_shipped():
        assert load_scenario(path).scenario.id == name


# --- text and digest --------------------------------------------------------------------------------------------------


def test_text_that_stands_in_no_file() -> None:
    """A text is loaded like a file, with places in the text; it cannot extend anything."""
    assert load_text(HEAD).scenario.id == "top"
    cases = {HEAD + "extends: a.yaml\n": "TS020", "": "TS008", "- a": "TS009", "~": "TS009", HEAD + "x: 1": "TS101"}
    for text, code in cases.items():
        with pytest.raises(ScenarioError) as caught:
            load_text(text, "cell 3")
        assert [(one.code, one.file) for one in caught.value.diagnostics] == [(code, "cell 3")]


def test_the_digest_is_of_what_is_said() -> None:
    """Comments, order of keys and layout do not change the digest; every value and the order of lists do."""
    one = load_text(HEAD + "sources: [{id: a, title: A}, {id: b, title: B}]\n")
    same = load_text("# x\n" + HEAD + "sources:\n- title: 'A'\n  id: a\n- {id: b, title: B}\n")
    other = load_text(HEAD + "sources: [{id: b, title: B}, {id: a, title: A}]\n")
    assert one.digest == same.digest
    assert one.digest != other.digest
    assert digest_of({"a": 1}) != digest_of({"a": 1.0})
    assert digest_of({}) == hashlib.sha256(b"{}").hexdigest()


def test_the_digest_does_not_know_the_files(tmp_path: Path) -> None:
    """A scenario split over files has the digest of the same scenario in one file."""
    whole = load_text(HEAD + "view: strict\n")
    path = write(tmp_path, top="extends: a.yaml\n" + HEAD, a="view: strict\n")
    assert load_scenario(path).digest == whole.digest


def test_nothing_is_written(tmp_path: Path) -> None:
    """Loading writes nothing beside the file."""
    path = write(tmp_path, top=HEAD)
    load_scenario(path)
    assert os.listdir(tmp_path) == ["top.yaml"]
