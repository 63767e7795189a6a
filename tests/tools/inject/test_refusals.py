"""What inject refuses to edit: each with its place, its cause and its cure, and the file left as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.inject.flows import FLOW, LOGGING, MACHINE
from vended_logs_tools.errors import NotATemplate, Refused, Unreadable
from vended_logs_tools.inject import inject, inject_into
from vended_logs_tools.reading.source import parse

_CASES = {
    "resources twice": (f"Resources: {{A: {{Type: X}}}}\nResources: {{M: {FLOW}}}", "2:1: Resources is there twice"),
    "machine twice": (f"Resources:\n  M: {{Type: X}}\n  M: {FLOW}", "3:3: M is there twice"),
    "depends on twice": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: A\n    {LOGGING}\n    DependsOn: B",
        "6:5: DependsOn is there twice",
    ),
    "type twice": (f"Resources:\n  M:\n    Type: X\n    {MACHINE}\n    {LOGGING}", "4:5: Type is there twice"),
    "resources an alias": (
        f"X: &r {{M: {FLOW}}}\nResources: *r",
        "2:1: Resources is an alias (*)",
    ),
    "resources used elsewhere": (
        f"Resources: &r\n  M: {FLOW}\nX: *r",
        "1:12: Resources is anchored (&) and used elsewhere too",
    ),
    "resources merged": (
        f"X: &x {{A: {{Type: X}}}}\nResources:\n  <<: *x\n  M: {FLOW}",
        "3:3: Resources takes entries from elsewhere by a merge key (<<)",
    ),
    "resources from a merge at the top": (
        f"X: &x {{Resources: {{M: {FLOW}}}}}\n<<: *x",
        "1:1: Resources is not written out here",
    ),
    "resources tagged": (f"Resources: !!map\n  M: {FLOW}", "1:12: Resources has a tag (!)"),
    "resources anchored and tagged": (f"Resources: &a !!map\n  M: {FLOW}", "1:12: Resources has a tag (!)"),
    "anchor on a line of its own": (
        f"Resources:\n  &r\n  M: {FLOW}",
        "3:3: the first resource is not alone on a line of its own",
    ),
    "machine an alias": (f"X: &m {FLOW}\nResources:\n  M: *m", "3:3: M is an alias (*)"),
    "machine used elsewhere": (
        f"Resources:\n  M: &m\n    {MACHINE}\n    {LOGGING}\n  N: *m",
        "2:6: M is anchored (&) and used elsewhere too",
    ),
    "machine merged": (
        f"X: &x {{{LOGGING}}}\nResources:\n  M:\n    <<: *x\n    {MACHINE}",
        "4:5: M takes entries from elsewhere by a merge key (<<)",
    ),
    "machine tagged": (f"Resources:\n  M: !!map {FLOW}", "2:6: M has a tag (!)"),
    "machine with a complex key": (f"Resources:\n  ? M\n  : {FLOW}", "2:5: the key M is a complex key (?)"),
    "machine in a flow with a complex key": (f"Resources: {{? M : {FLOW}}}", "1:15: the key M is a complex key (?)"),
    "machine with an anchored key": (f"Resources:\n  &k M: {FLOW}", "2:3: the key M has an anchor (&) or a tag (!)"),
    "machine with a tagged key": (f"Resources:\n  !!str M: {FLOW}", "2:3: the key M has an anchor (&) or a tag (!)"),
    "machine with an alias for a key": (
        f"X: &k M\nResources:\n  A: {{Type: X}}\n  *k : {FLOW}",
        "3:3: the key M is an alias (*)",
    ),
    "first resource with a complex key": (
        f"Resources:\n  ? A\n  : Type: X\n  M: {FLOW}",
        "2:5: the first resource is not alone on a line of its own",
    ),
    "depends on an alias": (
        f"X: &d A\nResources:\n  M:\n    {MACHINE}\n    DependsOn: *d\n    {LOGGING}",
        "5:5: DependsOn of M is an alias (*)",
    ),
    "depends on used elsewhere": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: &d [A]\n    {LOGGING}\n  A: {{Type: X, DependsOn: *d}}",
        "4:16: DependsOn of M is anchored (&) and used elsewhere too",
    ),
    "depends on tagged": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: !!str A\n    {LOGGING}",
        "4:16: DependsOn of M has a tag (!)",
    ),
    "depends on a function": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: !Ref A\n    {LOGGING}",
        "4:16: DependsOn of M has a tag (!)",
    ),
    "depends on a list tagged": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: !!seq [A]\n    {LOGGING}",
        "4:16: DependsOn of M has a tag (!)",
    ),
    "depends on a mapping": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: {{Ref: A}}\n    {LOGGING}",
        "4:16: DependsOn of M is neither a name nor a list",
    ),
    "depends on a list with a list": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: [A, [B]]\n    {LOGGING}",
        "4:20: DependsOn of M lists something other than names",
    ),
    "depends on a list with null": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn:\n      - A\n      -\n    {LOGGING}",
        "6:8: DependsOn of M lists something other than names",
    ),
    "depends on a list with an alias": (
        f"X: &a A\nResources:\n  M:\n    {MACHINE}\n    DependsOn: [*a]\n    {LOGGING}",
        "5:16: DependsOn of M has an alias (*)",
    ),
    "depends on a list with a tag": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: [!Ref A]\n    {LOGGING}",
        "4:17: DependsOn of M has a tag (!)",
    ),
    "depends on a block scalar": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: |-\n      A\n    {LOGGING}",
        "4:16: DependsOn of M is a block scalar (|)",
    ),
    "depends on a folded item": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn:\n      - >-\n        A\n    {LOGGING}",
        "5:9: DependsOn of M is a block scalar (>)",
    ),
    "depends on a word for null": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn: ~\n    {LOGGING}",
        "4:16: DependsOn is null, and a word cannot be taken away",
    ),
    "depends on nothing at all": (f"Resources: {{M: {{{MACHINE}, DependsOn, {LOGGING}}}}}", "DependsOn has no value"),
    "an item below its dash": (
        f"Resources:\n  M:\n    {MACHINE}\n    DependsOn:\n      -\n        A\n    {LOGGING}",
        "6:9: the last item of DependsOn does not follow its dash",
    ),
    "null in json": (
        """{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "DependsOn": null,
          "Properties": {"LoggingConfiguration": {"Level": "ALL"}}}}}""",
        "1:79: DependsOn is null",
    ),
    "a loop over an alias": (
        f"""Transform: AWS::LanguageExtensions
X: &x {{'${{N}}M': {FLOW}}}
Resources:
  Fn::ForEach::Loop:
    - N
    - [A, B]
    - *x""",
        "6:7: item 3 is an alias (*)",
    ),
}


@pytest.mark.parametrize(("text", "words"), _CASES.values(), ids=_CASES)
def test_what_cannot_be_edited_is_refused_with_its_place(text: str, words: str, tmp_path: Path) -> None:
    """The message begins with file, line, column and cause, and ends with the cure; the file is as it was."""
    file = tmp_path / "template.yaml"
    file.write_bytes(text.encode())
    with pytest.raises(Refused) as caught:
        inject(file)
    message = str(caught.value)
    assert message.startswith(f"{file}:")
    assert words in message
    assert message.count(": ") >= 2
    assert "\n" not in message
    assert file.read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [file]


def test_a_line_is_one_of_an_editor() -> None:
    """A line separator in a text, a line end to YAML only, does not shift the line that is named."""
    text = f"Description: 'a\u2028 b'\nResources:\n  M: {{Type: X}}\n  M: {FLOW}"
    with pytest.raises(Refused, match=r"^t\.yaml:4:3: M is there twice"):
        inject_into(parse(text.encode(), "t.yaml"))


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"Name: no template", NotATemplate), (b"Resources: {", Unreadable), (b"", Unreadable), (b"- a", NotATemplate)],
)
def test_what_is_no_template_is_not_edited(data: bytes, error: type[Exception]) -> None:
    """Other files are not edited, and are said to be what they are."""
    with pytest.raises(error):
        inject_into(parse(data, "t.yaml"))
