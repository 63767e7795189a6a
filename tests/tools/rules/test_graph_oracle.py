"""Which resource waits for which, held against the SAM translator's own output.

The oracle reads plain CloudFormation by itself: DependsOn, Ref, Fn::GetAtt and Fn::Sub of the translated template, and
no more. What it finds between the resources of the original template is what our graph has to find in the original.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.e2e.deploying import read_template
from tests.support.shipped import files
from vended_logs_tools import template_model
from vended_logs_tools.rules.graph import Graph

Json = dict[str, Any]
Waits = dict[str, frozenset[str]]

ROOT: Final = Path(__file__).resolve().parents[3]
SAM: Final = "AWS::Serverless-2016-10-31"
FOLDERS: Final = ("tests/tools", "tests/e2e", "examples")
TARGET: Final = "Target"
RICH: Final = sorted((Path(__file__).parent / "oracle").glob("*.yaml"))


def fixtures() -> Iterator[Path]:
    """Yield every SAM template of the repository that is whole: not a part of one, and without loops."""
    found = [path for folder in FOLDERS for path in files(ROOT / folder) if path.suffix in (".yaml", ".json")]
    for path in [ROOT / "template.yaml", *sorted(found)]:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        if SAM in text and "Resources" in text and "Fn::ForEach" not in text and path not in RICH:
            yield path


def plain(path: Path) -> Json:
    """Return a template as plain values, by a reader that is not ours."""
    if path.suffix == ".json":
        return dict(json.loads(path.read_text(encoding="utf-8-sig")))
    return read_template(path)


def translated(template: Json) -> Json:
    """Return what the transform makes of a template, its code and its nested apps packaged."""
    packaged = copy.deepcopy(template)
    for body in packaged["Resources"].values():
        properties = body.get("Properties", {})
        location = properties.get("Location")
        if isinstance(location, str) or "ApplicationId" in (location or {}):
            properties["Location"] = "https://s3.amazonaws.com/bucket/app.yaml"
        for name in ("CodeUri", "ContentUri", "DefinitionUri"):
            if isinstance(properties.get(name), str):
                properties[name] = "s3://bucket/key"
    result: Json = Translator({}, Parser()).translate(packaged, {})
    return result


def mentioned(value: Any) -> Iterator[str]:
    """Yield the names that a value of plain CloudFormation refers to."""
    if isinstance(value, list):
        for item in value:
            yield from mentioned(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield str(inner)
            elif key == "Fn::GetAtt":
                yield str(inner if isinstance(inner, str) else inner[0]).split(".")[0]
            elif key == "Fn::Sub":
                yield from _in_sub(inner)
            else:
                yield from mentioned(inner)


def _in_sub(value: Any) -> Iterator[str]:
    text, names = (value, {}) if isinstance(value, str) else value
    for name in re.findall(r"\$\{([^!][^}]*)\}", text):
        if name not in names:
            yield name.split(".")[0]
    yield from mentioned(names)


def closures(resources: Mapping[str, Json]) -> Waits:
    """Return what each resource of a plain template waits for, directly or not."""
    direct = {}
    for logical_id, body in resources.items():
        named = body.get("DependsOn", [])
        read = [value for key, value in body.items() if key not in ("Type", "Condition", "DependsOn")]
        direct[logical_id] = {*([named] if isinstance(named, str) else named), *mentioned(read)} & set(resources)
    found: Waits = {}
    for start in resources:
        reached: set[str] = set()
        waiting = [start]
        while waiting:
            waiting.extend(new := direct[waiting.pop()] - reached)
            reached |= new
        found[start] = frozenset(reached - {start})
    return found


def by_the_transform(template: Json, plain_form: Json) -> Waits:
    """Return what the transform has each resource of the original wait for, in the original's names."""
    found = closures(plain_form["Resources"])
    after = {_original(name, template): {_original(one, template) for one in waits} for name, waits in found.items()}
    known = template["Resources"].keys() & after.keys()
    return {name: frozenset(after[name] & known) for name in known}


def is_whole(template: Json) -> bool:
    """Return whether all that a template's properties refer to is there: CloudFormation refuses it otherwise."""
    known = template["Resources"].keys() | template.get("Parameters", {}).keys()
    bodies = (body.get("Properties") for body in template["Resources"].values())
    return all(name in known or name.startswith("AWS::") for name in mentioned(list(bodies)))


def _original(name: str, template: Json) -> str:
    """Return a resource's name in the original: the transform appends a digest to the name of a layer."""
    stem = re.sub("[0-9a-f]{10}$", "", name)
    return stem if template["Resources"].get(stem, {}).get("Type") == "AWS::Serverless::LayerVersion" else name


def by_our_graph(template: template_model.Template, known: Iterable[str]) -> Waits:
    """Return what our graph has each known resource wait for; the transform makes nothing of a connector's name."""
    graph = Graph(template)
    return {name: graph.closure(name) & frozenset(known) for name in known}


def refused(path: Path) -> bool:
    """Return whether a template is there for its layout alone, of which the transform could make nothing."""
    return path.name in {"globals.yaml", "intrinsics.yaml"} and path.is_relative_to(ROOT / "tests" / "tools" / "inject")


def name_of(path: Path) -> str:
    """Return a template's path in the project."""
    return str(path.relative_to(ROOT))


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the translator the region that it asks boto3 for."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")


@pytest.mark.parametrize("path", [path for path in fixtures() if not refused(path)], ids=name_of)
def test_each_template_waits_as_the_transform_has_it(path: Path) -> None:
    """In every SAM template of the repository our graph and the transform's output agree on who waits for whom."""
    expected = by_the_transform(plain(path), translated(plain(path)))
    assert by_our_graph(template_model.read(path), expected) == expected


@pytest.mark.parametrize("path", [path for path in fixtures() if refused(path)], ids=name_of)
def test_a_template_that_the_transform_refuses_has_no_graph_to_compare(path: Path) -> None:
    """What is left out above is refused by the transform itself."""
    with pytest.raises(InvalidDocumentException):
        translated(plain(path))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every scalar in a value that is not a function's argument."""
    if isinstance(value, dict) and any(key == "Ref" or str(key).startswith("Fn::") for key in value):
        return
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    elif not isinstance(value, dict | list):
        yield path


def with_reference(template: Json, path: tuple[str | int, ...]) -> Json:
    """Return the template with a reference to the target in place of one of its scalars."""
    changed = copy.deepcopy(template)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = {"Ref": TARGET}
    return changed


def variants(template: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield the template once for each scalar among its properties and its Globals, a reference put in its place."""
    for logical_id, body in template["Resources"].items():
        for path in leaves(body.get("Properties", {}), ("Resources", logical_id, "Properties")):
            yield path, with_reference(template, path)
    for path in leaves(template.get("Globals", {}), ("Globals",)):
        yield path, with_reference(template, path)


@pytest.mark.parametrize("path", RICH, ids=lambda path: path.stem)
def test_a_reference_in_any_property_counts_as_the_transform_has_it(path: Path) -> None:
    """Wherever in a SAM resource a reference stands, our graph counts it if the transform keeps it there."""
    original = plain(path)
    wrong, tried = {}, 0
    for place, variant in variants(original):
        try:
            plain_form = translated(variant)
        except Exception:  # noqa: BLE001, S112  the transform refuses, or breaks on, a reference at some places
            continue
        if not is_whole(plain_form):
            continue
        tried += 1
        expected = by_the_transform(variant, plain_form)
        ours = by_our_graph(template_model.of(variant, path.name), expected)
        differing = {
            name: (sorted(ours[name]), sorted(expected[name])) for name in expected if ours[name] != expected[name]
        }
        if differing:
            wrong[".".join(map(str, place))] = differing

    assert tried > 10
    assert wrong == {}
