"""Bytes become nodes with places, or an error with a place."""

from pathlib import Path

import pytest
import yaml

from vended_logs_tools.errors import Unreadable
from vended_logs_tools.reading.construct import construct
from vended_logs_tools.reading.source import MERGE, NULL, parse, read

BAD = {
    b"": "template.yaml: is empty",
    b"# nothing\n": "template.yaml: is empty",
    b"a: [1": "template.yaml:2:1: is not YAML or JSON",
    b"a: *x": "template.yaml:1:4: is not YAML or JSON",
    b"a:\n{% if b %}\n": "found character that cannot start any token): render it first",
    b"a: [{{ b }}, c\n": "): render it first",
    b"a: '{{resolve:ssm:b}}'\nc: [": "): mend it first",
    b"a: 1\n---\nb: 2\n": "template.yaml: holds more than one YAML document",
    b"a: 1\nb: \xff\n": "template.yaml:2:4: is not UTF-8",
    "a: 1".encode("utf-16"): "template.yaml: is UTF-16: save it as UTF-8",
    b"a: \x07": "template.yaml: is not YAML or JSON (unacceptable character",
    b"[" * 100_000: "template.yaml: is nested more than 2,000 levels deep",
    b"- " * 100_000: "template.yaml: is nested more than 2,000 levels deep",
    b"{a: " * 500 + b"}" * 500: "is nested more than 200 levels deep",
    b"&a [*a]": "template.yaml:1:1: is nested more than 200 levels deep, or contains itself",
}


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_what_cannot_be_read_is_told_with_its_place(data: bytes) -> None:
    """What is no single document of YAML or JSON in UTF-8 is one sentence with the file's name, and no traceback."""
    with pytest.raises(Unreadable) as caught:
        construct(parse(data, "template.yaml"))
    assert BAD[data] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_aliases_do_not_blow_up() -> None:
    """Aliases of aliases that expand to billions of values are refused, and soon."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(Unreadable, match="expands to more than 1,000,000 values"):
        construct(parse("\n".join(lines).encode(), "template.yaml"))


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is told by name."""
    with pytest.raises(Unreadable, match=r"nowhere.yaml: cannot be read \(No such file or directory\)"):
        read(tmp_path / "nowhere.yaml")
    with pytest.raises(Unreadable, match=r"cannot be read \(Is a directory\)"):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa: \xc3\xa9\r\n", b'{"a": 1}', b"a: 1"])
def test_a_source_knows_its_bytes(data: bytes) -> None:
    """A source gives back the bytes that it was read from, byte order mark and line ends included."""
    assert parse(data, "template.yaml").data == data


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_places_are_those_of_an_editor(mark: bytes) -> None:
    """Lines end as in an editor, not where YAML 1.1 also ends them; columns count characters."""
    source = parse(mark + "a: 'é\u2028😀'\r\nbb: {c: d}\n".encode(), "template.yaml")
    [_, (key, value)] = source.root.value
    assert source.place(key.start_mark) == (2, 1)
    assert source.place(value.value[0][1].start_mark) == (2, 9)


def test_json_may_break_a_line_before_a_colon() -> None:
    """JSON that YAML would not take is read all the same, its places right: a line break after a key, a raw DEL."""
    source = parse(
        b'{"a"\n  :\r\n 1, "b \\" c"\t: {"d"\n\n: 2},\n "e": "x\x7fy\nz"}'.replace(b"\nz", b"z"), "template.json"
    )
    assert construct(source) == {"a": "1", 'b " c': {"d": "2"}, "e": "x\ufffdyz"}
    (a, one), (b, inner), (e, _) = source.root.value
    assert [source.place(node.start_mark) for node in (a, one, b, inner.value[0][1], e)] == [
        (1, 2),
        (3, 2),
        (3, 5),
        (5, 3),
        (6, 2),
    ]


def test_json_may_write_characters_as_surrogate_pairs() -> None:
    """A character beyond the first 65,536, escaped as JSON does, is no error, and places after it are right."""
    source = parse(rb'{"a": "\ud83d\ude00 \\ud83d", "b": 1}', "template.json")
    [_, (key, _)] = source.root.value
    assert source.place(key.start_mark) == (1, 31)
    assert construct(source)["b"] == "1"


@pytest.mark.parametrize(
    "text",
    ["", "~", "null", "Null", "NULL", "nULL", "<<", "=", "yes", "OFF", "012", "1:30", "1.5e+3", ".inf", "2026-01-01",
     "text", "'null'", '"~"', "'<<'", "!!null x", "!!str ~", "!Ref ~", "! ~", "[~, <<]", "{<<: {a: ~}}",
     "{a: , b: null}", "|\n  null"],
)  # fmt: skip
def test_nulls_and_merges_are_told_as_yaml_tells_them(text: str) -> None:
    """Null and merge keys have PyYAML's own tags, quoted or tagged ones too, and all else has another."""

    def told(node: yaml.Node) -> list[object]:
        inner = node.value if isinstance(node.value, list) else []
        parts = [part for one in inner for part in (one if isinstance(one, tuple) else (one,))]
        return [node.tag if node.tag in (NULL, MERGE) else "", *(told(part) for part in parts)]

    expected = yaml.compose(f"- {text}", yaml.SafeLoader)
    assert expected is not None
    assert told(parse(f"- {text}".encode(), "x").root) == told(expected)
