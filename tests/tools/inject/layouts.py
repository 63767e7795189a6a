"""Templates in generated layouts: whatever YAML or JSON lets their authors do with space, quotes and order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

_KINDS = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_COMMENTS = ("", "", " # note", "  # DependsOn: [A, B]", " # {é😀: '\"", "   ")
_NAMES = ("Logs", "Role", "On", "X2")


@dataclass(frozen=True)
class Layout:
    """How a block style template is written."""

    unit: int
    end: str
    key: str
    value: str
    comments: tuple[str, ...]
    blank_lines: bool
    dash: tuple[int, int]
    """Spaces before and after a dash."""
    has_mark: bool
    has_final_end: bool


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Generate a layout."""
    quotes = st.sampled_from(["", "", "'", '"'])
    return Layout(
        unit=draw(st.integers(1, 6)),
        end=draw(st.sampled_from(["\n", "\r\n"])),
        key=draw(quotes),
        value=draw(quotes),
        comments=tuple(draw(st.lists(st.sampled_from(_COMMENTS), min_size=5, max_size=5))),
        blank_lines=draw(st.booleans()),
        dash=(draw(st.integers(0, 4)), draw(st.integers(1, 4))),
        has_mark=draw(st.booleans()),
        has_final_end=draw(st.booleans()),
    )


class _Page:
    """The lines of a block style template, as they are written in a layout."""

    def __init__(self, draw: st.DrawFn, layout: Layout) -> None:
        self._draw = draw
        self._layout = layout
        self._count = 0
        self.lines: list[str] = []

    def put(self, depth: int, text: str) -> None:
        """Add a line, with the next of the comments."""
        comments = self._layout.comments
        self.lines.append(" " * (self._layout.unit * depth) + text + comments[self._count % len(comments)])
        self._count += 1

    def section(self, name: str) -> None:
        """Add a part of the template's top."""
        if name == "Description":
            self.lines += [f"{self._key(name)} |+", " " * self._layout.unit + "Resources: text", ""]
        elif name == "Outputs":
            self.put(0, f"{self._key(name)} {{}}")
        else:
            self.put(0, self._key(name))
            for number in range(self._draw(st.integers(1, 4))):
                self.lines += [""] if self._layout.blank_lines and number else []
                self._machine(f"M{number}")
            for other in _NAMES:
                self.put(1, f"{self._key(other)} {{Type: AWS::Logs::LogGroup}}")

    def _machine(self, name: str) -> None:
        kind = self._draw(st.sampled_from(_KINDS))
        logging = f"{{{'LoggingConfiguration' if 'Functions' in kind else 'Logging'}: {{Level: ALL}}}}"
        names = self._draw(st.lists(st.sampled_from(_NAMES), max_size=3, unique=True))
        if self._draw(st.booleans()):
            listed = f"DependsOn: [{', '.join(names)}], " if self._draw(st.booleans()) else ""
            first, second = self._draw(st.permutations([f"Type: {kind}", f"Properties: {logging}"]))
            self.put(1, f"{self._key(name)} {{{first}, {listed}{second}}}")
            return
        self.put(1, self._key(name))
        for part in self._draw(st.permutations(["Type", "Properties", "DependsOn"])):
            if part == "Type":
                self.put(2, f"{self._key(part)} {self._value(kind)}")
            elif part == "Properties":
                self.put(2, f"{self._key(part)} {logging}")
            else:
                self._depends_on(names)

    def _depends_on(self, names: list[str]) -> None:
        head, form = self._key("DependsOn"), self._draw(st.sampled_from(["", "null", "one", "below", "flow", "block"]))
        if form == "null":
            self.put(2, head)
        elif form == "flow":
            self.put(2, f"{head} [{', '.join(map(self._value, names))}]")
        elif form == "one" and names:
            self.put(2, f"{head} {self._value(names[0])}")
        elif form == "below" and names:
            self.put(2, head)
            self.put(3, self._value(names[0]))
        elif form == "block" and names:
            self.put(2, head)
            before, after = self._layout.dash
            for name in names:
                self.put(2, f"{' ' * before}-{' ' * after}{self._value(name)}")

    def _key(self, name: str) -> str:
        return f"{self._layout.key}{name}{self._layout.key}:"

    def _value(self, name: str) -> str:
        return f"{self._layout.value}{name}{self._layout.value}"


@st.composite
def block_templates(draw: st.DrawFn) -> bytes:
    """Generate a block style template with one to four machines that all start too early."""
    layout = draw(layouts())
    page = _Page(draw, layout)
    for section in draw(st.permutations(["Description", "Resources", "Outputs"])):
        page.section(section)
    text = layout.end.join(page.lines) + (layout.end if layout.has_final_end else "")
    return (b"\xef\xbb\xbf" if layout.has_mark else b"") + text.encode()


def _resource(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=3, unique=True))
    parts: dict[str, Any] = {
        "Type": _KINDS[0],
        "Properties": {"LoggingConfiguration": {"Level": "ALL"}, "StateMachineName": draw(st.text(max_size=5))},
        "DependsOn": names[0] if len(names) == 1 and draw(st.booleans()) else names,
    }
    kept = [part for part in draw(st.permutations(list(parts))) if part != "DependsOn" or draw(st.booleans())]
    return {part: parts[part] for part in kept}


@st.composite
def json_templates(draw: st.DrawFn) -> bytes:
    """Generate a JSON template, minified or pretty, with machines that start too early."""
    resources: dict[str, Any] = {f"M{number}": _resource(draw) for number in range(draw(st.integers(1, 3)))}
    resources |= {name: {"Type": "AWS::Logs::LogGroup"} for name in _NAMES}
    order = draw(st.permutations(list(resources)))
    indent = draw(st.sampled_from([None, 1, 2, 3, 8, "\t"]))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (",", ": "), (" ,", " : ")]))
    text = json.dumps(
        {"Description": draw(st.text(max_size=5)), "Resources": {name: resources[name] for name in order}},
        indent=indent,
        separators=separators,
        ensure_ascii=True,
    )
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = text.replace("\n", end) + draw(st.sampled_from(["", end]))
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode()
