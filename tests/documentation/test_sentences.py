"""Every sentence that the function can fail with is among those that the documentation has it say."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import vended_logs
from documentation import sentences
from documentation.sentences.of_accounts import unreadable
from vended_logs import errors
from vended_logs.answer import MAX_REASON, fit
from vended_logs.errors import VendedLogsError
from vended_logs.policy import grammar

FOLDER = Path(vended_logs.__file__).parent
MODULES = sorted(path for path in FOLDER.rglob("*.py") if path.name != "__init__.py")
NO_SENTENCE_OF_THEIR_OWN: dict[str, str] = {
    "VendedLogsError": "what all others are",
}
Place = tuple[Path, int]


def module_of(path: Path) -> ModuleType:
    """Return the module of a file of the function."""
    return importlib.import_module(".".join(("vended_logs", *path.relative_to(FOLDER).with_suffix("").parts)))


def is_ours(value: object) -> bool:
    """Return whether a value is a class of our exceptions."""
    return isinstance(value, type) and issubclass(value, VendedLogsError)


def classes(path: Path, tree: ast.AST) -> set[str]:
    """Return the names by which a module calls our exceptions: those it imports and makes, and names for a choice."""
    known = {name for name, value in vars(module_of(path)).items() if is_ours(value)}
    chosen = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)} & known
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return known | chosen


def sites(path: Path) -> Iterator[range]:
    """Yield the lines of each place in a module where one of our exceptions is made."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = classes(path, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in named:
                yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


@pytest.fixture(scope="module")
def made() -> dict[Place, list[VendedLogsError]]:
    """Return the exceptions that are made while the documentation has everything said, by the place that makes them."""
    found: dict[Place, list[VendedLogsError]] = {}

    def note(error: VendedLogsError, *_: Any) -> None:
        caller = sys._getframe(1)  # noqa: SLF001 - who makes an exception is told by nothing else
        found.setdefault((Path(caller.f_code.co_filename), caller.f_lineno), []).append(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VendedLogsError, "__init__", note, raising=False)
        sentences.groups.cache_clear()
        sentences.ours()
        sentences.unreadable()
    return found


@pytest.fixture(scope="module")
def page() -> str:
    """Return all that is said, as it stands in the page."""
    return f"{sentences.ours()}\n{sentences.unreadable()}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_each_place_that_raises_is_heard(path: Path, made: dict[Place, list[VendedLogsError]], page: str) -> None:
    """Wherever the function makes one of its exceptions, a sentence made there stands in the page."""
    for lines in sites(path):
        said = [
            str(error) for place, listed in made.items() if place[0] == path and place[1] in lines for error in listed
        ]
        assert said, f"{path.name}:{lines[0]}: the documentation never has it said"
        assert any(fit(sentence) in page or sentence in page for sentence in said), said


def test_there_are_places_that_raise() -> None:
    """The search for such places finds them: some fifty, in many modules."""
    found = {path.name: len(list(sites(path))) for path in MODULES}

    assert found["properties.py"] >= 3
    assert found["translation.py"] >= 9
    assert sum(found.values()) >= 35


def test_each_kind_of_exception_is_heard(made: dict[Place, list[VendedLogsError]]) -> None:
    """Each class of exceptions is raised by what the documentation has said, or has a reason why not."""
    heard = {type(error) for listed in made.values() for error in listed}
    known = {value for path in MODULES for value in vars(module_of(path)).values() if is_ours(value)}

    assert {one.__name__ for one in known - heard} == {*NO_SENTENCE_OF_THEIR_OWN}
    assert {one for one in vars(errors).values() if is_ours(one)} <= known


def test_each_fault_of_a_document_is_heard() -> None:
    """Each refusal of the grammar of policies is among the reasons that are listed."""
    tree = ast.parse(Path(grammar.__file__).read_text(encoding="utf-8"))
    texts = [
        node.exc.args[0] for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]
    listed = "\n".join(unreadable())

    assert len(texts) >= 15
    for text in texts:
        parts = [part for part in literals(text) if part.strip()]
        assert all(part in listed for part in parts), parts


def literals(node: ast.AST) -> list[str]:
    """Return what is fixed in a text: the whole of it, or what stands between its placeholders."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def whole_sentences(path: Path) -> Iterator[list[str]]:
    """Yield what is fixed of each text in a module that is a cause and a cure, however it comes to a user."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = {
        id(node.value) for whole in ast.walk(tree) if isinstance(whole, described) for node in whole.body
        if isinstance(node, ast.Expr)
    }  # fmt: skip
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in documented | inner:
            parts = literals(node)
            if parts and parts[-1].endswith(".") and ": " in "".join(parts):
                yield [part for part in parts if len(part.strip()) > len(" characters; ")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_each_text_with_a_cure_is_heard(path: Path, page: str) -> None:
    """What the code has in quotes as a cause and a cure, raised or answered, stands in the page."""
    for parts in whole_sentences(path):
        for part in parts:
            assert " ".join(part.split()) in page, part


def test_a_stack_event_shows_each_sentence_whole() -> None:
    """No sentence is longer than a stack event is, and none was cut."""
    for group in sentences.groups():
        for said in group.said:
            assert len(said.sentence) <= MAX_REASON
            assert " ..." not in said.sentence


def test_no_sentence_is_told_twice() -> None:
    """Each sentence stands in one table, once."""
    told = [said.sentence for group in sentences.groups() for said in group.said]

    assert len(told) == len(set(told))


def test_what_the_machine_gives_the_process_plays_no_part(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """The sentences are the same whatever the environment of the one who writes the page."""
    for name, value in {
        "AWS_CA_BUNDLE": "/nowhere",
        "AWS_REGION": "eu-west-1",
        "AWS_PROFILE": "nobody",
        "ALLOWED_POLICY_NAMES": "x",
        "POWERTOOLS_LOG_LEVEL": "nonsense",
        "SSL_CERT_FILE": "/nowhere",
        "HTTPS_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    sentences.groups.cache_clear()

    assert sentences.ours() in page
