"""Claims about messages: our own words, in file order, at the right place, with the nearest name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError
from pydantic_core import core_schema

import simulator
from simulator.errors import Diagnostic
from simulator.marks import Document
from simulator.scenario import wording
from simulator.scenario.codes import codes, explain_code
from simulator.scenario.diagnostics import Below, from_problems, from_validation, in_file_order, render
from simulator.scenario.fields import keys_at, tags_at
from simulator.scenario.library import Problem
from simulator.scenario.schema import Scenario
from simulator.scenario.wording import described, nearest
from simulator.source import parse_yaml

PACKAGE = Path(simulator.__file__).parent


class Strict(BaseModel):
    """Unknown keys are errors, as in scenarios."""

    model_config = ConfigDict(extra="forbid")


class Status(Strict):
    """A leaf that is told apart by its key."""

    tag: ClassVar[str] = "#status"
    status: str
    of: str
    is_: Literal["signed", "in_force"] = Field(alias="is")


class Both(Strict):
    """A group whose key is also the name of its tag."""

    tag: ClassVar[str] = "#all"
    all: tuple[Leaf, ...]


def _head(value: Any) -> str | None:
    return next((f"#{key}" for key in ("all", "status") if isinstance(value, dict) and key in value), None)


Leaf = Annotated[
    Annotated[Status, Tag("#status")] | Annotated[Both, Tag("#all")],
    Discriminator(_head, custom_error_type="head", custom_error_message="a word is needed"),
]


class Item(Strict):
    """An item of a list."""

    actor: str
    number: int = Field(0, ge=0, le=9)
    when: Leaf | None = None
    flag: bool = False
    words: list[str] = Field(default=[], min_length=1)


class File(Strict):
    """A small stand-in for a scenario."""

    title: str = Field(max_length=10)
    items: list[Item] = []
    names: dict[Annotated[str, Field(pattern="^[a-z]+$")], int] = {}


Both.model_rebuild()
Item.model_rebuild()
File.model_rebuild()


def found(text: str, model: type[BaseModel] = File) -> list[Diagnostic]:
    """The diagnostics of a text that is not valid."""
    document: Document = parse_yaml(text, "f.yaml")
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document.data)
    return from_validation(caught.value, document, model, document.data)


def short(text: str, model: type[BaseModel] = File) -> list[tuple[str, int, int]]:
    """Code, line and column of each."""
    return [(one.code, one.line, one.column) for one in found(text, model)]


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "hint"),
    [
        ("title: 3", "TS103", (1, 8), "text is expected here, got 3", ""),
        ("title: [a]", "TS103", (1, 8), "text is expected here, got a list", ""),
        ("title: abcdefghijkl", "TS107", (1, 8),
         "'abcdefghijkl' is too long; at most 10 characters may stand here", ""),
        ("items: []", "TS102", (1, 1), "the key 'title' is missing", "add 'title: ...'"),
        ("title: a\nitems: {}", "TS103", (2, 8), "a list is expected here, got a mapping", ""),
        ("title: a\nitems: [3]", "TS103", (2, 9), "a mapping is expected here, got 3", ""),
        ("title: a\nitems: [{actor: b, number: x}]", "TS103", (2, 28), "a whole number is expected here, got 'x'", ""),
        ("title: a\nitems: [{actor: b, number: 10}]", "TS105", (2, 28), "10 is too large; the most is 9", ""),
        ("title: a\nitems: [{actor: b, number: -1}]", "TS105", (2, 28), "-1 is too small; the least is 0", ""),
        ("title: a\nitems: [{actor: b, words: []}]", "TS108", (2, 27), "a list has too few items; the least is 1", ""),
        ("title: a\nitems: [{actor: b, actr: c}]", "TS101", (2, 20), "unknown key 'actr'", "did you mean 'actor'?"),
        ("title: a\nnames: {A: 1}", "TS107", (2, 9), "'A' has not the form ^[a-z]+$", ""),
    ],
)  # fmt: skip
def test_our_words(text: str, code: str, place: tuple[int, int], message: str, hint: str) -> None:
    """Each kind of error has our words, at the value, or at the key if the key is wrong."""
    (one,) = found(text)
    assert (one.code, (one.line, one.column), one.message, one.hint) == (code, place, message, hint)


def test_a_missing_key_points_at_its_item() -> None:
    """What is missing has no place of its own: the item that lacks it is marked to the end of its first line."""
    (one,) = found("title: a\nitems:\n  - number: 1\n    flag: true\n")
    assert (one.message, one.line, one.column, one.end_column, one.where) == (
        "the key 'actor' is missing", 3, 5, 14, "items.0",
    )  # fmt: skip


def test_missing_and_unknown_are_one_problem() -> None:
    """A key that lacks one letter is one mistake, not a missing and an unknown key."""
    (one,) = found("title: a\nitems: [{aktor: b}]")
    assert (one.message, one.hint) == ("unknown key 'aktor'", "did you mean 'actor'?")


def test_two_items_with_the_same_mistake() -> None:
    """The mistake is joined within each item, never across items."""
    text = "title: a\nitems:\n  - {aktor: b}\n  - {acto: b}\n  - {number: 1}\n"
    assert short(text) == [("TS101", 3, 6), ("TS101", 4, 6), ("TS102", 5, 5)]


def test_unlike_names_stay_two_problems() -> None:
    """An unknown key that resembles nothing does not hide what is missing."""
    assert {one.code for one in found("title: a\nitems: [{zzz: b}]")} == {"TS101", "TS102"}


def test_tags_of_unions_are_passed_over() -> None:
    """Errors inside a union are found although the validator puts names of its forms into the path."""
    when = "{all: [{status: a, of: b, is: signed}, {status: a, of: b, is: sined}, {all: [{status: c, is: signed}]}]}"
    text = f"title: a\nitems:\n- actor: b\n  when: {when}\n"
    first, second = found(text)
    assert (first.where, first.hint) == ("items.0.when.all.1.is", "did you mean 'signed'?")
    assert (second.where, second.message) == ("items.0.when.all.2.all.0", "the key 'of' is missing")


def test_a_part_without_its_word() -> None:
    """Where no word says what a part is, its most similar key is marked; otherwise the known words are listed."""
    near, far = found("title: a\nitems: [{actor: b, when: {statsu: c}}, {actor: b, when: {x: c}}]")
    assert (near.code, near.column, near.hint) == ("TS113", 27, "did you mean 'status'?")
    assert (far.code, far.column, far.hint) == ("TS113", 57, "one of these is needed: status, all")


def test_file_order() -> None:
    """All problems come at once, in the order of the file, whatever the order in which they were found."""
    text = "items:\n- {number: x, actor: 1}\nzzz: 1\ntitle: 1\n"
    assert short(text) == [("TS103", 2, 12), ("TS103", 2, 22), ("TS101", 3, 1), ("TS103", 4, 8)]


def test_order_of_files() -> None:
    """Problems of the first file come first; what is said twice is said once."""
    one, two = Diagnostic("TS101", "x", "b.yaml", 9, 1), Diagnostic("TS101", "x", "a.yaml", 1, 1)
    assert in_file_order([one, two, one], ["a.yaml"]) == [two, one]
    assert in_file_order([one, two]) == [one, two]


def test_nothing_hides_behind_an_empty_key() -> None:
    """A key without a value stops the validation of its part; the other problems of the part are reported too."""
    text = """\
schema: 1
id: x
title: a
period: {from: 1990-01-01, to: 1991-01-01}
rules:
  - id: one
    actor: RUS
    trigger:
    when:
    do: {act: sign, treaty: cfe, until: never}
    priority: 2000
"""
    assert short(text, Scenario) == [("TS112", 8, 5), ("TS112", 9, 5), ("TS106", 10, 41), ("TS105", 11, 15)]


def test_very_many_problems() -> None:
    """The list is bounded, and says how many it leaves out."""
    diagnostics = found("title: a\nitems:\n" + "- {actor: 1}\n" * 2000)
    assert len(diagnostics) == 501
    assert diagnostics[-1].message == "1500 more problems are not listed"


def test_no_pydantic_english() -> None:
    """Every kind of error that pydantic knows has our words: its own texts, kinds of models and links never appear."""
    for kind in sorted(set(core_schema.ErrorType.__args__)):
        error = {"type": kind, "input": "x", "ctx": {"expected": "'a' or 'b'", "error": "e"}, "msg": "Input should be"}
        code, message, hint = wording.said(error)
        assert code in codes()
        assert "Input should be" not in message + hint


def raised_types() -> Iterator[str]:
    """The kinds of errors that the models of scenarios raise themselves."""
    for path in (PACKAGE / "scenario").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("PydanticCustomError", "_only"):
                yield from (one.value for one in node.args[:2] if isinstance(one, ast.Constant))
                yield from (one.value for one in node.keywords if one.arg == "custom_error_type")


def test_every_kind_of_our_models_has_a_code() -> None:
    """An error that our models raise has a code of its own, not the one for everything else."""
    kinds = {one for one in raised_types() if isinstance(one, str) and re.fullmatch("[a-z_]+", one)}
    assert kinds - set(wording._CUSTOM) - {"empty", "head", "condition_head"} == set()


def test_a_part_that_is_validated_by_itself() -> None:
    """Errors of a part that another model reads are placed in the file that the part stands in."""
    document = parse_yaml("treaties:\n  own: {title: a, nams: {}}\n", "f.yaml")
    part = document.data["treaties"]["own"]
    with pytest.raises(ValidationError) as caught:
        File.model_validate(part)
    (one,) = from_validation(caught.value, Below(document, ("treaties", "own")), File, part)
    assert (str(one), one.where) == (
        "f.yaml:2:19: TS101 unknown key 'nams'; did you mean 'names'?", "treaties.own.nams",
    )  # fmt: skip


# --- crosscheck -------------------------------------------------------------------------------------------------------


def test_problems_of_the_crosscheck() -> None:
    """A problem is placed at its value or key, and its second place is named by line."""
    document = parse_yaml("a: {b: 1}\nc: [x, y]\n", "f.yaml")
    problems = [
        Problem(("c", 1), "TS301", "twice", "rename", other=("c", 0)),
        Problem(("a", "b"), "TS316", "taken", key=True),
    ]
    key, value = from_problems(problems, document)
    assert (key.line, key.column, key.end_column) == (1, 5, 6)
    assert (value.line, value.column, value.hint) == (2, 8, "rename; see line 2")


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("aktor", ["actor", "when"], "did you mean 'actor'?"),
        ("ACTOR", ["actor", "when"], "did you mean 'actor'?"),
        ("cfe", ["CFE"], "did you mean 'CFE'?"),
        ("zzz", ["actor", "when"], "known: actor, when"),
        ("zzz", [f"word{i}" for i in range(40)], ""),
        ("x" * 200, ["x" * 199], "known: " + "x" * 199),
        ("a", [], ""),
    ],
)
def test_nearest(name: str, known: list[str], hint: str) -> None:
    """The nearest name is offered, else all names if they are few, else nothing; long names are not compared."""
    assert nearest(name, known) == hint


def test_described() -> None:
    """Values are named as their authors would, and cut."""
    assert described("x" * 100) == "'" + "x" * 57 + "...'"
    assert [described(value) for value in (False, 0, 0.5, (), "a")] == ["false", "0", "0.5", "a list", "'a'"]


def test_keys_at() -> None:
    """The keys that may stand at a place come from the models: through lists, mappings, unions and their tags."""
    assert keys_at(File, ()) == ["title", "items", "names"]
    assert keys_at(File, ("items", 3)) == ["actor", "number", "when", "flag", "words"]
    assert keys_at(File, ("items", 3, "when", "#all", "all", 0, "#status")) == ["status", "of", "is"]
    assert tags_at(File, ("items", 3, "when")) == ["status", "all"]
    assert keys_at(File, ("names",)) == []
    assert keys_at(Scenario, ("rules", 0, "when", "#not", "not", "#all", "all", 0, "#happened"))[0] == "happened"
    assert "statuses" in keys_at(Scenario, ("observed",))


def test_codes() -> None:
    """Every code that the package uses is in the catalogue, with a title and two to five lines that fit a terminal."""
    used = {code for path in PACKAGE.rglob("*.py") for code in re.findall(r'"(TS[0-9]{3})"', path.read_text("utf-8"))}
    assert used - set(codes()) == set()
    for entry in codes().values():
        lines = entry.text.splitlines()
        assert entry.title
        assert 2 <= len(lines) <= 5
        assert max(map(len, lines)) <= 120


def test_explain_code() -> None:
    """A code is explained in any case and with spaces around it; an unknown one is a KeyError."""
    assert explain_code(" ts104 ").startswith("TS104: not one of the known words\n\n")
    with pytest.raises(KeyError):
        explain_code("TS000")


# --- rendering --------------------------------------------------------------------------------------------------------


def test_render() -> None:
    """The layout: code and message, place and path, source line, caret under the value with the hint beside it."""
    document = parse_yaml("a: 1\nb: {kind: withdraw_notise}\n", "bad.yaml")
    one = document.diagnostic("TS104", "'withdraw_notise' is unknown", ("b", "kind"), hint="did you mean 'x'?")
    assert render([one]).splitlines() == [
        "error[TS104]: 'withdraw_notise' is unknown",
        "  --> bad.yaml:2:11  (b.kind)",
        "2 | b: {kind: withdraw_notise}",
        "  |           ^^^^^^^^^^^^^^^ did you mean 'x'?",
    ]


def test_render_without_a_place() -> None:
    """Where no line is known, the file and the hint still stand."""
    one = Diagnostic("TS401", "too large", "big.yaml", hint="split it")
    assert render([one]) == "error[TS401]: too large\n  --> big.yaml\n  = split it"


def test_render_counts_the_rest() -> None:
    """Twenty problems are shown, the others are counted."""
    many = [Diagnostic("TS101", f"m{i}", "f.yaml", i + 1, 1) for i in range(23)]
    text = render(many)
    assert text.count("error[") == 20
    assert text.endswith("... and 3 more problems")
    assert render(many[:21]).endswith("... and 1 more problem")
    assert "more problem" not in render(many[:20])


@pytest.mark.parametrize("line", ["a: x", "日本: x", "\u00e9e\u0301: x", "\ta: x"])
def test_the_caret_stands_below_its_character(line: str) -> None:
    """Wide characters, accents and tabs do not move the caret away from what it marks."""
    column = line.index("x") + 1
    excerpt = line.replace("\t", " ")
    text = render([Diagnostic("TS101", "m", "f.yaml", 1, column, column + 1, excerpt=excerpt)]).splitlines()[-1]
    wide = sum(1 for char in line if char in "日本")
    combining = sum(1 for char in line if char == "\u0301")
    assert text.index("^") == len("1 | ") + column - 1 + wide - combining


def test_a_hostile_name_cannot_write_to_the_terminal() -> None:
    """Control characters in the name of a file are not printed."""
    assert "\x1b" not in render([Diagnostic("TS001", "no file", "a\x1b[2J.yaml")])
