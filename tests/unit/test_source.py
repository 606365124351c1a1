"""Claims about the YAML reader: what it reads, what it refuses and where, and that nothing but our errors escapes."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import source, syntax
from simulator.errors import LimitError, ScenarioError
from simulator.marks import Document, Mark
from simulator.source import MAX_BYTES, parse_yaml, read_yaml

# What the reader refuses in any text, and what PyYAML (YAML 1.1) writes without quotes although YAML 1.2 reads a
# number in it: `1e5` and `-.5`.
UNSAFE = source._UNSAFE_VALUE
ONLY_1_2 = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+|[-+]\.[0-9]+")


def problems(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every problem in a text."""
    with pytest.raises((ScenarioError, LimitError)) as caught:
        parse_yaml(text, "f.yaml")
    return [(one.code, one.line, one.column) for one in caught.value.diagnostics]


@pytest.fixture(params=["C", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers of PyYAML in turn."""
    if request.param == "pure":
        monkeypatch.setattr(source, "event_parser", syntax._pure_parser)
    return str(request.param)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None), ("~", None), ("Null", None), ("''", ""), ("'null'", "null"),
        ("true", True), ("FALSE", False), ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("0", 0), ("-0", 0), ("+7", 7), ("-12", -12), ("010", "010"), ("0o17", "0o17"), ("0x1F", "0x1F"),
        ("1_000", "1_000"), ("12:30:45", "12:30:45"), ("9" * 400, int("9" * 400)),
        ("9" * 401, "9" * 401), ("0.25", 0.25), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("1e-3", 0.001),
        ("00.5", "00.5"), ("1e999", "1e999"), ("1e-999", "1e-999"), ("0e-999", 0.0),
        (".nan", ".nan"), (".inf", ".inf"), ("nan", "nan"), ("1.2.3", "1.2.3"),
        ("3/10", "3/10"), ("2007-02-30", "2007-02-30"), ("NO", "NO"), ("=", "="), ("-", None),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, value: Any) -> None:
    """Plain scalars follow the core schema of YAML 1.2 without octal, hexadecimal, infinite and merged forms."""
    read = parse_yaml(f"a: [{text}]" if text != "-" else "a:\n-\n", "f.yaml").data["a"][0]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("style", ["'{}'", '"{}"', "|-\n  {}", ">-\n  {}"])
@pytest.mark.parametrize("word", ["null", "true", "12", "0.5", "<<", "~"])
def test_quoted_is_text(style: str, word: str) -> None:
    """Whatever is quoted, or stands in a block scalar, is text."""
    assert parse_yaml("a: " + style.format(word), "f.yaml").data == {"a": word}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !x 1", [("TS010", 1, 4)]),
        ("a: ! 1", [("TS010", 1, 4)]),
        ("a: !!map {}", [("TS010", 1, 4)]),
        ("- !!python/object/apply:os.system [x]", [("TS010", 1, 3)]),
        ("%TAG !e! tag:e,2000:\n---\na: 1", [("TS010", 1, 1)]),
        ("a: &x 1", [("TS011", 1, 4)]),
        ("a: &x [1]\nb: *x", [("TS011", 1, 4), ("TS012", 2, 4)]),
        ("&k a: 1", [("TS011", 1, 1)]),
        ("<<: {a: 1}", [("TS013", 1, 1)]),
        ("a: 1\n---\nb: 2", [("TS014", 2, 1)]),
        ("a: 1\nb: 2\na: 3", [("TS015", 3, 1)]),
        ("{a: 1, 'a': 2}", [("TS015", 1, 8)]),
        ("1: a", [("TS016", 1, 1)]),
        ("true: a", [("TS016", 1, 1)]),
        ("[a]: b", [("TS016", 1, 1)]),
        ("? {a: b}\n: c", [("TS016", 1, 3)]),
        ("? \n: c", [("TS016", 1, 2)]),
        ("a: \x07", [("TS005", 1, 4)]),
        ("a: b\nc: \u2028", [("TS005", 2, 4)]),
        ("a: \ud800", [("TS005", 1, 4)]),
        ("x: [\ufeff]", [("TS005", 1, 5)]),
        ('a: "\\e[2J"', [("TS005", 1, 4)]),
        ('a: "\\r"', [("TS005", 1, 4)]),
        ("", [("TS008", 0, 0)]),
        ("# only a comment\n", [("TS008", 0, 0)]),
        ("a: 1\n\tb: 2", [("TS007", 2, 1)]),
        ("a:\n\t- b", [("TS007", 2, 1)]),
        ("a: 'b\nc: d", [("TS006", 1, 4)]),
        ("a: @b", [("TS006", 1, 4)]),
        ("a: b: c", [("TS006", 1, 5)]),
        ("a: [1, 2\nb: 3", [("TS006", 2, 2)]),
        ("a: [1, 2", [("TS006", 1, 9)]),
    ],
)  # fmt: skip
def test_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Every refused construct is reported with its code at its own line and column, by either parser."""
    assert problems(text) == expected


def test_problems_come_together() -> None:
    """One reading reports all problems, also those before a syntax error, in file order."""
    text = "a: &x 1\nb: !t 2\na: 3\n1: 4\nc: 'open"
    assert problems(text) == [("TS011", 1, 4), ("TS010", 2, 4), ("TS015", 3, 1), ("TS016", 4, 1), ("TS006", 5, 4)]


def test_first_of_repeated_keys_is_named() -> None:
    """A repeated key says in which line it stood first."""
    with pytest.raises(ScenarioError, match="'a' is repeated; it stands in line 2 already"):
        parse_yaml("# x\na: 1\nb: 2\na: 3", "f.yaml")


def test_an_alias_bomb_is_one_short_message() -> None:
    """However many aliases a file has, at most a hundred problems are kept and nothing is expanded."""
    text = "a: &a [x]\n" + "".join(f"k{i}: [{'*a, ' * 50}]\n" for i in range(5000))
    assert len(problems(text)) == 100


N = 100_000
SHAPES = {
    "lists": "[" * N,
    "closed lists": "[" * N + "]" * N,
    "mappings": "{a: " * N,
    "braces": "{" * N,
    "items": "- " * N,
    "keys": "? " * N,
    "mixed": "[{" * N,
    "keys and lists": "? [" * N,
    "lists in keys": "[? " * N,
    "mappings in keys": "{? " * N,
    "indented keys": "".join(" " * i + "a:\n" for i in range(2000)),
    "indented items": "".join(" " * i + "-\n" for i in range(2000)),
}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("shape", SHAPES)
def test_deep_nesting(shape: str) -> None:
    """A hundred thousand levels end in TS402 with a place, in well under two seconds, whatever they are made of."""
    start = time.process_time()
    with pytest.raises(LimitError) as caught:
        parse_yaml(SHAPES[shape], "f.yaml")
    assert time.process_time() - start < 1.5
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.line > 0, problem.column > 0) == ("TS402", True, True)


def test_forty_levels_are_read() -> None:
    """Forty levels are read and forty-one are refused at the bracket that is one too many."""
    assert parse_yaml("[" * 40 + "]" * 40, "f.yaml").data
    assert problems("[" * 41 + "]" * 41) == [("TS402", 1, 41)]


def test_too_many_values() -> None:
    """A file with more values than the limit is refused at the first one too many."""
    with pytest.raises(LimitError) as caught:
        parse_yaml("- a\n" * 20, "f.yaml", max_nodes=10)
    assert [(one.code, one.line) for one in caught.value.diagnostics] == [("TS403", 10)]


def test_a_hundred_thousand_values_are_fast() -> None:
    """A thousand events of ten keys are read in a fraction of a second."""
    event = "- {id: a, b: 1, c: [1, 2], d: {e: f}, g: 0.5, h: text, i: null, j: true, k: l, m: n}\n"
    start = time.process_time()
    assert len(parse_yaml(event * 1000, "f.yaml").data) == 1000
    assert time.process_time() - start < 1


def test_fallback_without_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without its C parser, the pure one reads the same."""
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    assert parse_yaml("a: [1, {b: c}]", "f.yaml").data == {"a": [1, {"b": "c"}]}


# --- files ------------------------------------------------------------------------------------------------------------


def refused(path: Path) -> str:
    """The code with which a file is refused."""
    with pytest.raises((ScenarioError, LimitError)) as caught:
        read_yaml(path)
    return caught.value.diagnostics[0].code


def test_a_huge_file_is_not_opened(tmp_path: Path) -> None:
    """A file of 50 MB is refused by its size, in no time and with exit code 4."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    start = time.process_time()
    with pytest.raises(LimitError, match="50,000,000 bytes, at most 8,000,000") as caught:
        read_yaml(path)
    assert time.process_time() - start < 0.1
    assert caught.value.exit_code == 4


def test_what_is_no_file(tmp_path: Path) -> None:
    """A missing file, a directory, a pipe, a device and an impossible name are refused and none of them blocks."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refused(tmp_path / "none.yaml") == "TS001"
    assert refused(tmp_path) == "TS002"
    assert refused(pipe) == "TS002"
    assert refused(Path("/dev/zero")) == "TS002"
    assert refused(tmp_path / "a\0b") == "TS003"
    assert refused(tmp_path / ("x" * 5000)) == "TS003"


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission is refused with the reason of the operating system."""
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)  # a mode would not do: root may read everything
    assert refused(path) == "TS003"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is checked again after reading: a file that lies about its size (or grows) is refused too."""
    path = tmp_path / "grown.yaml"
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    real = path.stat()
    lie = os.stat_result((*real[:6], 10, *real[7:10]))
    monkeypatch.setattr(Path, "stat", lambda self: lie)
    assert refused(path) == "TS401"


def test_invalid_utf8_has_a_place(tmp_path: Path) -> None:
    """A byte that is no UTF-8 is reported with line, column and its value."""
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: ü\nb: Stra".encode() + b"\xdfe\n")
    with pytest.raises(ScenarioError, match=r"latin.yaml:2:8: TS004 the byte 0xDF"):
        read_yaml(path, display="latin.yaml")


def test_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends change neither data nor positions; the digest is that of the bytes."""
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - c\r\n")
    document = read_yaml(path)
    assert document.data == {"a": 1, "b": ["c"]}
    assert document.locate(("b", 0)) == Mark(3, 5, 3, 6)
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


# --- places -----------------------------------------------------------------------------------------------------------

RULES = """\
rules:
  - id: one
    when: {all: [{status: cfe}, {status: inf}]}
  - id: two
    note: |
      several
      lines
"""


@pytest.mark.parametrize(
    ("loc", "key", "mark"),
    [
        ((), False, Mark(1, 1, 8, 1)),
        (("rules",), True, Mark(1, 1, 1, 6)),
        (("rules", 0), False, Mark(2, 5, 3, 48)),
        (("rules", 0, "id"), False, Mark(2, 9, 2, 12)),
        (("rules", 0, "when", "#all", "all", 1, "#status", "status"), False, Mark(3, 42, 3, 45)),
        (("rules", 0, "when", "all", 1, "status"), True, Mark(3, 34, 3, 40)),
        (("rules", 0, "nothing"), False, Mark(2, 5, 3, 48)),
        (("rules", 1, "note"), False, Mark(5, 11, 8, 1)),
        (("rules", 7, "id"), False, Mark(2, 3, 8, 1)),
    ],
)
def test_locate(loc: tuple[str | int, ...], key: bool, mark: Mark) -> None:
    """A path leads to the value or key; tags of unions and children that are not there are passed over."""
    assert parse_yaml(RULES, "f.yaml").locate(loc, key=key) == mark


def test_diagnostic_of_a_long_line() -> None:
    """The excerpt of a very long line is a window around the place, not the line."""
    document = parse_yaml("[" + "a, " * 50_000 + "b]", "f.yaml")
    problem = document.diagnostic("TS199", "here", (50_000,))
    assert problem.column == 150_002
    assert len(problem.excerpt) < 200
    assert problem.excerpt[41] == "b"


# --- properties -------------------------------------------------------------------------------------------------------

PIECES = (
    "a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "\n", "\n  ", "\n    ", '"', "'", "|", ">", "|2\n", ">-\n",
    "!", "!!str ", "!x!", "!<", "&a ", "*a ", "<<: ", "#", " #c\n", "%YAML 1.1\n", "%YAML 99999999999999999999.1\n",
    "%TAG ! x\n", "---\n", "...\n", "\t", "\\", "\\x", '"\\UFFFFFFFF"', '"\\U00110000"', '"\\ud800"', "\x00", "\x85",
    "\u2028", "\U0001f600", "\ufeff", "0", "1e9", "-", ".5", "\r", "\r\n", "@", "`", "~", "null", "=", "  ", "1" * 500,
)  # fmt: skip


@given(text=st.text() | st.lists(st.sampled_from(PIECES), max_size=15).map("".join), pure=st.booleans())
@settings(max_examples=600, deadline=None)
def test_only_our_errors_escape(text: str, pure: bool) -> None:
    """Whatever the text, either parser gives data or one of our two errors, whose places lie inside the text."""
    found = ()
    with pytest.MonkeyPatch.context() as patch:
        if pure:
            patch.setattr(source, "event_parser", syntax._pure_parser)
        try:
            parse_yaml(text, "f.yaml")
        except (ScenarioError, LimitError) as error:
            found = error.diagnostics or ("an error without a diagnostic",)
    lines = re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))
    for one in found:
        assert 0 <= one.line <= len(lines)
        assert one.end_column > one.column >= 1 or one.line == 0
        assert "\n" not in one.excerpt


def _same_in_both(text: str) -> bool:
    """Whether PyYAML's YAML 1.1 and our YAML 1.2 agree on how the text must be quoted, and we read it at all."""
    return not UNSAFE.search(text) and not ONLY_1_2.fullmatch(text)


WORDS = (
    "null",
    "no",
    "12",
    "0.5",
    "010",
    "0x1F",
    "<<",
    "~",
    "- a",
    "a: b",
    "# a",
    "'",
    '"',
    "a\nb",
    " a",
    "a ",
    "!a",
    "=",
    "",
)
TEXT = st.sampled_from(WORDS) | st.text(max_size=40).filter(_same_in_both)
LEAF = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXT
DATA = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20
)


@given(data=DATA, flow=st.sampled_from([None, True, False]), width=st.sampled_from([20, 80, 1000]), wide=st.booleans())
@settings(max_examples=400, deadline=None)
def test_round_trip(data: Any, flow: bool | None, width: int, wide: bool) -> None:
    """What PyYAML writes is read back the same, in every style: texts, numbers, lists and mappings."""
    text = yaml.safe_dump(data, default_flow_style=flow, width=width, allow_unicode=wide, sort_keys=False)
    read = parse_yaml(text, "f.yaml").data
    assert read == data
    assert repr(read) == repr(data)


def _leaves(data: Any, loc: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in _leaves(value, (*loc, key))]
    if isinstance(data, list):
        return [leaf for index, value in enumerate(data) for leaf in _leaves(value, (*loc, index))]
    return [(loc, data)]


def _marked(document: Document, mark: Mark) -> str:
    lines = document.lines[mark.line - 1 : mark.end_line]
    lines[-1] = lines[-1][: mark.end_column - 1]
    return "\n".join([lines[0][mark.column - 1 :], *lines[1:]])


@given(data=DATA, flow=st.sampled_from([None, True, False]))
@settings(max_examples=300, deadline=None)
def test_marks_cover_their_values(data: Any, flow: bool | None) -> None:
    """The text under the mark of a value or key, read by itself, gives that value or key again."""
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    document = parse_yaml(text, "f.yaml")
    for loc, value in _leaves(document.data):
        assert parse_yaml(_marked(document, document.locate(loc)) or "~", "part").data == value
        if loc and isinstance(loc[-1], str):
            assert parse_yaml(_marked(document, document.locate(loc, key=True)), "part").data == loc[-1]
