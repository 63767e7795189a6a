"""Every template that this repository ships, run through inject as it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.support.shipped import files
from tests.tools.inject.samples import HERE
from vended_logs_tools.check import check
from vended_logs_tools.editing.nodes import every_node
from vended_logs_tools.errors import Refused, Unreadable
from vended_logs_tools.inject import PROVIDERS, Options, inject, inject_into
from vended_logs_tools.reading.construct import construct
from vended_logs_tools.reading.source import Source, parse, read
from vended_logs_tools.template_model import of_source

_ROOT = HERE.parents[2]
_ENDINGS = {".yaml", ".yml", ".json", ".template"}


def _sources() -> dict[str, Source]:
    """Return what can be read as a template below tests/ and examples/, and the published template itself."""
    found = {}
    for path in [
        _ROOT / "template.yaml",
        *files(_ROOT / "tests"),
        *files(_ROOT / "examples"),
    ]:
        if path.suffix in _ENDINGS:
            try:
                source = read(path)
                of_source(source)
            except Unreadable:
                continue
            found[str(path.relative_to(_ROOT))] = source
    return found


_SOURCES = _sources()


def _is_contained(old: bytes, new: bytes) -> bool:
    place = 0
    for byte in new:
        if place < len(old) and old[place] == byte:
            place += 1
    return place == len(old)


def _duplicates(root: yaml.Node) -> list[str]:
    """Return the keys that a mapping of the template has twice."""
    mappings = [node for node in every_node(root) if isinstance(node, yaml.MappingNode)]
    counts = [Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)) for node in mappings]
    return [key for count in counts for key, times in count.items() if times > 1]


@pytest.mark.parametrize("name", _SOURCES)
def test_a_shipped_template_is_kept_or_mended(name: str) -> None:
    """Each stays as it is to the byte if it lacks nothing, else grows by what it lacks; or is refused with a line."""
    source = _SOURCES[name]
    early = [finding for finding in check(of_source(source)) if finding.rule == "E9601"]
    if early and "DependsOn" in _duplicates(source.root):
        with pytest.raises(Refused, match=r":\d+:\d+: DependsOn is there twice: "):
            inject_into(source)
        return
    injection = inject_into(source)
    assert injection.is_change == bool(early)
    if not early:
        assert injection.data == source.data == (_ROOT / name).read_bytes()
        return
    after = parse(injection.data, source.name)
    assert _is_contained(source.data, injection.data)
    assert [finding for finding in check(of_source(after)) if finding.rule == "E9601"] == []
    assert {finding.resource for finding in early} <= injection.machines.keys()
    old, new = construct(source), construct(after)
    assert {key: new[key] for key in new if key != "Resources"} == {key: old[key] for key in old if key != "Resources"}
    assert list(new["Resources"]) == [*injection.additions.resources, *old["Resources"]]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_our_own_template_lacks_nothing(provider: str) -> None:
    """The published template is left as it is, whatever provider is asked for."""
    injection = inject(_ROOT / "template.yaml", Options(provider=provider))  # type: ignore[arg-type]  # one of those that Options names
    assert injection.data == (_ROOT / "template.yaml").read_bytes()


def test_there_are_templates_of_many_shapes() -> None:
    """More than forty templates are run through inject, and in more than forty of them it has something to add."""
    assert len(_SOURCES) > 40
    assert len([name for name in _SOURCES if Path(name).suffix == ".json"]) > 10


def figures() -> Counter[str]:
    """Count templates, those mended and those kept, and the edits, for ``python -m`` to print."""
    counts: Counter[str] = Counter(templates=len(_SOURCES))
    for source in _SOURCES.values():
        try:
            injection = inject_into(source)
        except Refused:
            counts["refused"] += 1
            continue
        counts["mended" if injection.is_change else "kept to the byte"] += 1
        counts["resources added"] += len(injection.additions.resources)
        counts["DependsOn written or extended"] += len(injection.additions.depends_on)
    return counts


if __name__ == "__main__":
    for what, count in figures().items():
        print(f"{count:4} {what}")  # noqa: T201  run by hand, for the figures
