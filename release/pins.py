"""The versions of the app that the examples and the documentation name: all of them that of the release."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final, NamedTuple

import yaml

from release.project import Project
from vended_logs_tools.errors import Unreadable
from vended_logs_tools.reading.source import Source, parse

_FOLDERS: Final = ("docs", "examples")
_PAGES: Final = ("CONTRIBUTING.md", "README-SAR.md", "README.md", "SECURITY.md")
_INSTALLED: Final = {"node_modules", ".venv"}
"""Where somebody who tries an example has its packages."""
_TEMPLATES: Final = (".json", ".yaml", ".yml")
_TYPES: Final = (*_TEMPLATES, ".md", ".py", ".sh", ".tf", ".ts")

_APP: Final = re.compile(r"applications/vended-logs-policy(?![-\w])")
_ANY_APP: Final = "applications/"
_BLOCK: Final = re.compile(
    r'^resource +"aws_serverlessapplicationrepository_cloudformation_stack".*?^}', re.MULTILINE | re.DOTALL
)
_APPLICATION_ID: Final = re.compile(r"^ *application_id *= *(.*)", re.MULTILINE)
_SEMANTIC_VERSION: Final = re.compile(r'^ *semantic_version *= *"([^"$]*)"', re.MULTILINE)
_FENCE: Final = re.compile(r"^ *```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^ *```", re.MULTILINE | re.DOTALL)
_LANGUAGES: Final = {"hcl": ".tf", "terraform": ".tf", "tf": ".tf", "json": ".json", "yaml": ".yaml", "yml": ".yaml"}
_HOOKS: Final = re.compile(r"repo: *\S*/vended-logs-policy(?:\.git)?['\"]?\s+rev: *['\"]?([^\s'\"]+)")
# In an address, a file's name or a requirement: after a space, any version may be meant.
_NAMED: Final = re.compile(
    r"vended[-_]logs[-_]policy(?:\.git|/releases/\w+|/tree|/blob|/archive)?(?:/|@|-|[=~]=)v?(\d+\.\d+\.\d+)"
)


class _Deployed(NamedTuple):
    """A place where the app is deployed: the line, counted from 1, and the version if that is written out."""

    line: int
    version: str | None


def pin_faults(project: Project) -> Iterator[str]:
    """Tell each place that names another version, or that deploys the app in whichever version there is."""
    for name in _names(project):
        text = project.text(name)
        told = {*_deploying(text, name[name.rindex(".") :], project.version), *_naming(text, project.version)}
        yield from (f"{name}:{line} {fault}" for line, fault in sorted(told))


def _names(project: Project) -> Iterator[str]:
    pages = [project.root / name for name in _PAGES]
    found = [path for folder in _FOLDERS for path in (project.root / folder).rglob("*")]
    for path in sorted(pages + found):
        if path.suffix in _TYPES and path.is_file() and not _INSTALLED.intersection(path.parts):
            yield path.relative_to(project.root).as_posix()


def _deploying(text: str, kind: str, version: str) -> Iterator[tuple[int, str]]:
    for line, deployed in _deployed(text, kind):
        if deployed is None:
            yield line, f"deploys the app in a version that is not written out: write {version}."
        elif deployed != version:
            yield line, f"deploys version {deployed} of the app, and this is {version}: write that."


def _naming(text: str, version: str) -> Iterator[tuple[int, str]]:
    for found in _HOOKS.finditer(text):
        if found[1] != f"v{version}":
            told = f"takes the hooks of {found[1]}, and the tag of this version is v{version}: write that."
            yield _line(text, found.start(1)), told
    for found in _NAMED.finditer(text):
        if found[1] != version:
            yield _line(text, found.start(1)), f"names version {found[1]}, and this is {version}: write that."


def _deployed(text: str, kind: str) -> Iterator[_Deployed]:
    if kind == ".md":
        for fence in _FENCE.finditer(text):
            before = _line(text, fence.start("code")) - 1
            for line, version in _deployed(textwrap.dedent(fence["code"]), _LANGUAGES.get(fence["language"], "")):
                yield _Deployed(before + line, version)
    elif kind == ".tf":
        yield from _in_terraform(text)
    elif kind in _TEMPLATES and "ApplicationId" in text:
        yield from _in_template(text)


def _in_terraform(text: str) -> Iterator[_Deployed]:
    for block in _BLOCK.finditer(text):
        application = _APPLICATION_ID.search(block[0])
        if application and _is_ours(application[1]):
            version = _SEMANTIC_VERSION.search(block[0])
            line = _line(text, block.start() + (version or application).start(1))
            yield _Deployed(line, version[1] if version else None)


def _in_template(text: str) -> Iterator[_Deployed]:
    try:
        source = parse(text.encode(), "")
    except Unreadable:
        return  # part of a page that is no document by itself
    pending, seen = [(source.root, "")], set[yaml.Node]()
    while pending:
        node, under = pending.pop()
        if node in seen:  # by an alias, which may stand for itself
            continue
        seen.add(node)
        if isinstance(node, yaml.SequenceNode):
            pending += [(one, "") for one in node.value]
        elif isinstance(node, yaml.MappingNode):
            values = {str(key.value): value for key, value in node.value}
            pending += [(value, key) for key, value in values.items()]
            yield from _in_location(source, values, under)


def _in_location(source: Source, values: dict[str, yaml.Node], under: str) -> Iterator[_Deployed]:
    if (application := values.get("ApplicationId")) is None:
        return
    written = source.text[application.start_mark.index : application.end_mark.index]
    if _APP.search(written) or (under == "Location" and _is_ours(written)):
        version = values.get("SemanticVersion")
        pinned = isinstance(version, yaml.ScalarNode) and not version.tag.startswith("!")
        at = version if version is not None and pinned else application
        yield _Deployed(source.place(at.start_mark)[0], str(at.value) if pinned else None)


def _is_ours(application_id: str) -> bool:
    """Whether it may be our app's: what refers to a parameter may."""
    return _APP.search(application_id) is not None or _ANY_APP not in application_id


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
