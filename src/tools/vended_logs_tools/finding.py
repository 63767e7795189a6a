"""What the rules report, before and after its place in the file is known."""

from typing import NamedTuple


class Fault(NamedTuple):
    """What a rule found, by its path in the template."""

    rule: str
    """The rule's id, such as ``E9601``."""
    path: tuple[str | int, ...]
    """Keys and indices from the template's root to the place at fault."""
    resource: str
    """The logical id of the resource at fault."""
    message: str
    """What is wrong, without the cure: half a sentence, to which a colon and the cure may follow."""
    cure: str
    """What to do about it."""


class Finding(NamedTuple):
    """What a rule found, by its place in a file. The fields are those of ``--format json``, in their order."""

    rule: str
    """The rule's id, such as ``E9601``."""
    file: str
    """The file's name, as the user gave it."""
    line: int
    """Counted from 1, as editors count."""
    column: int
    """Counted from 1, in characters."""
    resource: str
    """The logical id of the resource at fault."""
    message: str
    """What is wrong, without the cure: half a sentence, to which a colon and the cure may follow."""
    cure: str
    """What to do about it."""

    @property
    def is_error(self) -> bool:
        """Whether the rule is an error (E...) and not a warning (W...)."""
        return self.rule.startswith("E")
