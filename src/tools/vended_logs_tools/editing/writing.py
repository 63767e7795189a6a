"""Plain data as YAML or JSON text in a given style. For what is added only: nothing that was there is written anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from vended_logs_tools.editing.style import Quotes


@dataclass(frozen=True, slots=True)
class GetAtt:
    """An attribute of another resource: ``!GetAtt`` in YAML, ``Fn::GetAtt`` in JSON."""

    resource: str
    attribute: str


Data: TypeAlias = "str | int | GetAtt | Sequence[Data] | Mapping[str, Data]"


@dataclass(frozen=True, slots=True)
class BlockWriter:
    """Writes block style: indentation of a mapping below its key, of a dash below its key, and quotes."""

    unit: str
    list_indent: str
    quotes: Quotes

    def lines(self, data: Mapping[str, Data], pad: str) -> Iterator[str]:
        """Yield a mapping's lines without their ends, each after ``pad``."""
        for name, value in data.items():
            head = f"{pad}{self.quotes.key(name)}:"
            if isinstance(value, Mapping):
                yield head
                yield from self.lines(value, pad + self.unit)
            elif _is_long(value):
                yield head
                yield from self._items(value, pad + self.list_indent)
            else:
                yield f"{head} {self._scalar(value)}"

    def _items(self, items: Data, pad: str) -> Iterator[str]:
        for item in items if isinstance(items, Sequence) else ():
            if isinstance(item, Mapping):
                first, *others = self.lines(item, pad + "  ")
                yield f"{pad}- {first.removeprefix(pad + '  ')}"
                yield from others
            else:
                yield f"{pad}- {self._scalar(item)}"

    def _scalar(self, value: Data) -> str:
        if isinstance(value, str):
            return self.quotes.value(value)
        if isinstance(value, GetAtt):
            return f"!GetAtt {value.resource}.{value.attribute}"
        if isinstance(value, Sequence):
            return f"[{', '.join(self._scalar(item) for item in value)}]"
        return str(value)


@dataclass(frozen=True, slots=True)
class FlowWriter:
    """Writes flow style: on lines of their own with a line end and a unit of indentation, else all on one line."""

    end: str
    unit: str
    colon: str
    inside: str
    """White space inside the brackets of what is on one line."""
    quotes: Quotes
    is_json: bool

    @property
    def space(self) -> str:
        """The space after a comma on one line: none where there is none after a colon."""
        return " " if self.colon.endswith(" ") else ""

    def text(self, value: Data, pad: str) -> str:
        """Return a value; its closing bracket, if on a line of its own, comes after ``pad``."""
        if isinstance(value, str):
            return self.quotes.value(value)
        if isinstance(value, GetAtt):
            return self._get_att(value, pad)
        deeper = pad + self.unit
        if isinstance(value, Mapping):
            parts = [f"{self.quotes.key(key)}{self.colon}{self.text(item, deeper)}" for key, item in value.items()]
            return self._in_brackets("{}", parts, pad)
        if isinstance(value, Sequence):
            return self._in_brackets("[]", [self.text(item, deeper) for item in value], pad)
        return str(value)

    def _get_att(self, value: GetAtt, pad: str) -> str:
        if self.is_json:
            return self.text({"Fn::GetAtt": [value.resource, value.attribute]}, pad)
        return f"!GetAtt {value.resource}.{value.attribute}"

    def _in_brackets(self, brackets: str, parts: Sequence[str], pad: str) -> str:
        if not self.end:
            return f"{brackets[0]}{self.inside}{f',{self.space}'.join(parts)}{self.inside}{brackets[1]}"
        deeper = self.end + pad + self.unit
        return f"{brackets[0]}{deeper}{f',{deeper}'.join(parts)}{self.end}{pad}{brackets[1]}"


def _is_long(value: Data) -> bool:
    """Tell whether a value is a list that does not go on one line."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return False
    return len(value) > 1 or any(isinstance(item, Mapping) for item in value)
