"""Nodes become data in one form, however they are written."""

import pytest

from vended_logs_tools.reading.construct import Path, construct, locate
from vended_logs_tools.reading.source import parse


def data(text: str) -> object:
    """Return the data of a document."""
    return construct(parse(text.encode(), "template.yaml"))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.Arn", {"Fn::GetAtt": ["A", "Arn"]}),
        ("!GetAtt A.Outputs.B", {"Fn::GetAtt": ["A", "Outputs.B"]}),
        ("!GetAtt [A, Arn]", {"Fn::GetAtt": ["A", "Arn"]}),
        ("!Sub 'x${A}'", {"Fn::Sub": "x${A}"}),
        ("!Condition C", {"Condition": "C"}),
        ("!If [C, !Ref A, !Sub b]", {"Fn::If": ["C", {"Ref": "A"}, {"Fn::Sub": "b"}]}),
        ("!Join ['', [a, b]]", {"Fn::Join": ["", ["a", "b"]]}),
        ("!Sub {Fn::Sub: x}", {"Fn::Sub": {"Fn::Sub": "x"}}),
    ],
)
def test_short_forms_are_written_out(short: str, long: object) -> None:
    """The short form of an intrinsic function is the same data as its long form."""
    assert data(f"a: {short}") == {"a": long}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("OFF", "OFF"),
        ("'OFF'", "OFF"),
        ("012", "012"),
        ("null", None),
        ("", None),
        ("~", None),
        ("'~'", "~"),
        ("1_0", "1_0"),
    ],
)
def test_scalars_keep_their_text(text: str, value: object) -> None:
    """A scalar is the text that stands in the file; null alone is no text."""
    assert data(f"a: {text}") == {"a": value}


def test_the_last_duplicate_counts() -> None:
    """Of two entries with one key the last counts."""
    assert data("a: 1\na: 2\n") == {"a": "2"}


def test_merge_keys_and_aliases_are_resolved() -> None:
    """An entry of one's own goes before merged ones, and the first merged mapping before the next."""
    text = "x: &x {p: 1, q: 1}\ny: &y {q: 2, r: 2}\nz: {<<: [*x, *y], p: 0}\nw: *y\n"
    assert data(text) == {
        "x": {"p": "1", "q": "1"},
        "y": {"q": "2", "r": "2"},
        "z": {"p": "0", "q": "1", "r": "2"},
        "w": {"q": "2", "r": "2"},
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (1, 1)),
        (("a", "b"), (2, 3)),
        (("a", "b", 1), (3, 5)),
        (("a", "c", "Fn::If", 1, "Ref"), (4, 14)),
        (("a", "d"), (6, 3)),
        (("m", "b"), (2, 3)),
        (("a", "b", 9), (2, 3)),
        (("a", "nothing", "here"), (1, 1)),
    ],
)
def test_a_path_has_a_place(path: Path, place: tuple[int, int]) -> None:
    """A path leads to its key or item, through short forms and merges; as deep as it can if it does not exist."""
    text = "a: &a\n  b: [1,\n    2]\n  c: !If [C, !Ref X, y]\n  d: 1\n  d: 2\nm: {<<: *a}\n"
    source = parse(text.encode(), "template.yaml")
    assert source.place(locate(source.root, path)) == place
