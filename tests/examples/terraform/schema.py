"""What the AWS provider of Terraform says of the types that the example uses, kept in schema.json.

The facts are the provider's own (`terraform providers schema -json`); `python -m tests.examples.terraform.schema` asks
anew, with a Terraform and a provider at hand, and writes them down. The tests need neither.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.examples.ledger import Ledger
from tests.examples.terraform.cli import Terraform
from tests.examples.terraform.reading import Block, Module, named, read
from tests.examples.terraform.ways import EXAMPLE

FACTS: Final = Path(__file__).with_suffix(".json")
_KINDS: Final = {"resource": "resource_schemas", "data": "data_source_schemas"}
# Terraform's own, allowed in every resource.
_META: Final = {"count", "depends_on", "for_each", "lifecycle", "provider"}


def faults(module: Module, facts: Mapping[str, Any]) -> list[str]:
    """Return what the provider would refuse: unknown types, arguments and attributes, and what it misses."""
    found = [fault for block in module.blocks if block.kind in _KINDS for fault in _of_block(block, facts)]
    return found + [fault for block in module.blocks for fault in _of_references(block, facts)]


def _of_block(block: Block, facts: Mapping[str, Any]) -> Iterator[str]:
    schema = facts[_KINDS[block.kind]].get(block.labels[0])
    if schema is None:
        yield f"{block.name}: no such type"
        return
    body = {key: value for key, value in block.body.items() if key not in _META}
    yield from (f"{block.name}: {fault}" for fault in _of_body(body, schema))


def _of_body(body: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    attributes, nested = schema["attributes"], schema["blocks"]
    for key, value in body.items():
        if key in nested:
            for inner in value if isinstance(value, list) else [value]:
                yield from (f"{key}: {fault}" for fault in _of_body(inner, nested[key]))
        elif attributes.get(key) not in ("required", "optional"):
            yield f"{key} cannot be set"
    required = {key for key, kind in attributes.items() if kind == "required"}
    required |= {key for key, inner in nested.items() if inner["required"]}
    yield from (f"{key} is missing" for key in sorted(required - body.keys()))


def _of_references(block: Block, facts: Mapping[str, Any]) -> Iterator[str]:
    for reference in block.references:
        name, attribute = named(reference)
        kind, _, rest = name.partition(".") if name.startswith("data.") else ("resource", "", name)
        schema = facts[_KINDS[kind]].get(rest.partition(".")[0]) if kind in _KINDS else None
        if schema and attribute and attribute not in {**schema["attributes"], **schema["blocks"]}:
            yield f"{block.name}: {reference} does not exist"


def facts() -> dict[str, Any]:
    """Return what is kept."""
    return dict(json.loads(FACTS.read_text(encoding="utf-8")))


def asked(terraform: Terraform, types: Mapping[str, set[str]]) -> dict[str, Any]:
    """Return the same from the provider itself, for the types of each kind."""
    schemas = json.loads(terraform.run("providers", "schema", "-json"))["provider_schemas"]
    (schema,) = schemas.values()
    return {
        "provider": f"hashicorp/aws {terraform.provider_version()}",
        **{
            _KINDS[kind]: {name: _reduced(schema[_KINDS[kind]][name]["block"]) for name in sorted(types[kind])}
            for kind in _KINDS
        },
    }


def types_of(modules: Mapping[str, Module]) -> dict[str, set[str]]:
    """Return the types that modules use, by kind."""
    blocks = [block for module in modules.values() for block in module.blocks]
    return {kind: {block.labels[0] for block in blocks if block.kind == kind} for kind in _KINDS}


def modules(scratch: Path, ledger: Ledger) -> dict[str, Module]:
    """Read all modules of the example."""
    return {folder.name: read(folder, scratch, ledger) for folder in sorted(EXAMPLE.iterdir()) if folder.is_dir()}


def _reduced(block: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    nested = block.get("block_types", {})
    return {
        "required": required,
        "attributes": {name: _kind(attribute) for name, attribute in sorted(block.get("attributes", {}).items())},
        "blocks": {
            name: _reduced(inner["block"], required=inner.get("min_items", 0) > 0)
            for name, inner in sorted(nested.items())
        },
    }


def _kind(attribute: Mapping[str, Any]) -> str:
    return next(kind for kind in ("required", "optional", "computed") if attribute.get(kind))


def main() -> None:
    """Ask the provider, and write down what it says."""
    with tempfile.TemporaryDirectory() as folder:
        ledger, scratch = Ledger(), Path(folder)
        types = types_of(modules(scratch, ledger))
        terraform = Terraform(EXAMPLE / "native", scratch, ledger)
        FACTS.write_text(json.dumps(asked(terraform, types), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{FACTS.name}: written\n")


if __name__ == "__main__":
    main()
