"""From what the user names, files and folders, to the templates in them."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vended_logs_tools.errors import NotATemplate, Unreadable
from vended_logs_tools.template_model import Template, parse

STANDARD_INPUT: Final = "-"
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".template"})
# Beside hidden folders: what other programs made or fetched.
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})
# Of UTF-8, then those of UTF-16.
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TEMPLATE: Final = re.compile(
    rb"""AWSTemplateFormatVersion
    | ["']?Transform["']?\s*:[\s\["'-]*AWS::Serverless
    | (?:^|[{,])\s*["']?Resources["']?\s*:(?s:.*?)["']?Type["']?\s*:\s*["']?[A-Za-z0-9]+::
    """,
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a template."""

    name: str
    """As the user gave it, or under the folder that the user gave."""
    was_named: bool
    """Whether the user named the file itself, and so means it to be a template."""

    def content(self) -> bytes:
        """Return what is in it.

        Raises:
            Unreadable: it is not there, or may not be read.
        """
        if self.name == STANDARD_INPUT and sys.stdin is None:  # the shell closed it: `<&-`
            raise Unreadable("<stdin>", "is closed: give the path of a template, or pipe one in")
        try:
            return sys.stdin.buffer.read() if self.name == STANDARD_INPUT else Path(self.name).read_bytes()
        except OSError as error:
            cause = error.strerror or str(error)
            raise Unreadable(self.name, f"cannot be read ({cause}): give the path of a template") from error

    def template(self) -> Template | None:
        """Return the template in it; None if it is none and was not meant to be one.

        Raises:
            Unreadable: it is, or is meant to be, a template, and cannot be read as one.
        """
        content = self.content()
        if not self.was_named and b"Resources" not in _plain(content):
            return None
        try:
            return parse(content, "<stdin>" if self.name == STANDARD_INPUT else self.name)
        except NotATemplate:
            if self.was_named:
                raise
        except Unreadable:
            if self.was_named or looks_like_a_template(content):
                raise
        return None


def templates(
    names: Sequence[str], report: Callable[[Unreadable], object], *, templates_only: bool = False
) -> Iterator[Template]:
    """Read all templates among the files and in the folders named, in the order of their names, each file once.

    Args:
        names: paths, or ``-`` for standard input.
        report: is told of each file that cannot be read, and of each folder without a template; the others go on.
        templates_only: files named are passed over if they are no templates, as those in folders are.
    """
    folders = {name: _inside(name, report) for name in names if _is_folder(name)}
    found = {_identity(name): Candidate(name, not templates_only) for name in reversed(names) if name not in folders}
    for inside in folders.values():
        for identity, name in inside.items():
            found.setdefault(identity, Candidate(name, was_named=False))
    read = set()
    for identity, candidate in sorted(found.items(), key=lambda pair: pair[1].name):
        try:
            template = candidate.template()
        except Unreadable as error:
            report(error)
        else:
            if template is None:
                continue
            yield template
        read.add(identity)
    for folder, inside in folders.items():
        if read.isdisjoint(inside):
            report(Unreadable(folder, "has no CloudFormation template in it: give the path of one, or of their folder"))


def looks_like_a_template(content: bytes) -> bool:
    """Return whether a file that cannot be parsed was meant to be a CloudFormation template."""
    return _TEMPLATE.search(_plain(content)) is not None


def _plain(content: bytes) -> bytes:
    """Return the content without what encodings put before and between ASCII."""
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    plain = content[len(mark) :]
    return plain.replace(b"\0", b"") if mark in _MARKS[1:] else plain


def _inside(folder: str, report: Callable[[Unreadable], object]) -> dict[str, str]:
    """Return the files below a folder that may be templates, by identity: under their own names, not those of links."""
    found: dict[str, str] = {}
    for identity, name in sorted(_walk(folder, report), key=lambda pair: (Path(pair[1]).is_symlink(), pair[1])):
        found.setdefault(identity, name)
    return found


def _walk(folder: str, report: Callable[[Unreadable], object]) -> Iterator[tuple[str, str]]:
    """Yield the identity and the name of each file below a folder that may be a template."""

    def refused(error: OSError) -> None:
        report(Unreadable(str(error.filename), f"cannot be listed ({error.strerror}): make it readable"))

    for inside, below, names in os.walk(folder, onerror=refused):
        below[:] = [name for name in below if not name.startswith(".") and name not in _SKIPPED]
        for name in names:
            path = str(Path(inside, name))
            if _may_be_a_template(path):
                yield _identity(path), path


def _may_be_a_template(path: str) -> bool:
    file = Path(path)
    # Sockets and pipes are none; a link to nowhere is reported when it is read.
    return file.suffix.lower() in _SUFFIXES and not file.name.startswith(".") and (file.is_file() or not file.exists())


def _is_folder(name: str) -> bool:
    return name != STANDARD_INPUT and Path(name).is_dir()


def _identity(name: str) -> str:
    return name if name == STANDARD_INPUT else os.path.realpath(name)
