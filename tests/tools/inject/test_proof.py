"""The proof that precedes every write: an edit that does anything else than was asked for does not pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs_tools.editing.proof import Additions, NotProved, check, is_subsequence
from vended_logs_tools.reading.source import parse

_BEFORE = """\
Resources:
  A: &a {Type: X, List: [1, two]} # a comment
  M:
    Type: "AWS::StepFunctions::StateMachine"
    DependsOn: A
  N: {Type: Y, Same: *a}
  O:
    Type: Z
    DependsOn: [A, M]
  P: {Type: Z, DependsOn: }
  Q: {Type: Z}
"""
_AFTER = """\
Resources:
  G: {Type: Custom::VendedLogsPolicy, Properties: {ServiceTimeout: 360}}
  A: &a {Type: X, List: [1, two]} # a comment
  M:
    Type: "AWS::StepFunctions::StateMachine"
    DependsOn: [A, G]
  N: {Type: Y, Same: *a}
  O:
    Type: Z
    DependsOn: [A, M, G]
  P: {Type: Z, DependsOn: G }
  Q: {Type: Z, DependsOn: G}
"""
_ADDITIONS = Additions(
    {"G": {"Type": "Custom::VendedLogsPolicy", "Properties": {"ServiceTimeout": 360}}},
    {("Resources", name): ["G"] for name in "MOPQ"},
)


def _check(before: str, after: str, additions: Additions = _ADDITIONS) -> None:
    check(parse(before.encode(), "t.yaml"), parse(after.encode(), "t.yaml"), additions)


def test_the_additions_alone_pass() -> None:
    """A resource in front and one more name in each kind of DependsOn is what was asked for."""
    _check(_BEFORE, _AFTER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" # a comment", ""),
        ("two]", "two, three]"),
        ("[1, two]", "[two, 1]"),
        ("{Type: Y, Same: *a}", "{Type: Y, Same: {Type: X, List: [1, two]}}"),
        ("{Type: Y, Same: *a}", "{Type: Y, Same: *a, Same: *a}"),
        ("{Type: Y,", "{Type: !!str Y,"),
        ("List:", '"List":'),
        ('"AWS::StepFunctions::StateMachine"', "'AWS::StepFunctions::StateMachine'"),
        ("    Type: Z\n    DependsOn: [A, M, G]", "    DependsOn: [A, M, G]\n    Type: Z"),
        ("[A, M, G]", "[A, G, M]"),
        ("[A, M, G]", "[A, M, G, G]"),
        ("[A, M, G]", "[A, M]"),
        ("[A, M, G]", "[A, M, H]"),
        ("DependsOn: [A, G]", "DependsOn: [A, A, G]"),
        ("DependsOn: [A, G]", "DependsOn: [G]"),
        ("DependsOn: [A, G]", "DependsOn: G"),
        ("DependsOn: G }", "DependsOn: [A, G] }"),
        ("{Type: Z, DependsOn: G}", "{Type: Z, DependsOn: [M, G]}"),
        ("{Type: Z, DependsOn: G}", "{Type: Z, DependsOn: G, More: 1}"),
        ("{Type: Z, DependsOn: G}", "{Type: Z}"),
        ("ServiceTimeout: 360", "ServiceTimeout: 36"),
        ("ServiceTimeout: 360", "ServiceTimeout: 360, Other: 1"),
        ("  G: {", "  H: {"),
        ("  N: ", "  G: {Type: X}\n  N: "),
        ("Resources:\n", "Description: more\nResources:\n"),
    ],
)
def test_anything_else_does_not_pass(old: str, new: str) -> None:
    """A byte lost, a value, style, tag, order, alias or duplicate changed, too much or too little added: refused."""
    assert old in _AFTER
    with pytest.raises(NotProved):
        _check(_BEFORE, _AFTER.replace(old, new))


def test_json_that_would_become_yaml_does_not_pass() -> None:
    """An edit that only a YAML parser takes is refused in JSON."""
    additions = Additions({}, {("Resources", "M"): ["G"]})
    before = '{"Resources": {"M": {"Type": "X"}}}'
    _check(before, '{"Resources": {"M": {"Type": "X", "DependsOn": "G"}}}', additions)
    with pytest.raises(NotProved, match="JSON"):
        _check(before, '{"Resources": {"M": {"Type": "X", DependsOn: G}}}', additions)


@given(old=st.binary(max_size=6), new=st.binary(max_size=8))
def test_a_subsequence_is_what_brute_force_says(old: bytes, new: bytes) -> None:
    """Bytes are a subsequence exactly if some choice of the other's places spells them."""
    small_old, small_new = bytes(byte % 3 for byte in old), bytes(byte % 3 for byte in new)
    spelt = {b""}
    for byte in small_new:
        spelt |= {word + bytes([byte]) for word in spelt}
    assert is_subsequence(small_old, small_new) == (small_old in spelt)
