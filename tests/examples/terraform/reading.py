"""Terraform's files, read with HashiCorp's own parser and formatter: blocks, what they refer to, their order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.examples import node
from tests.examples.ledger import Ledger

_READER: Final = Path(__file__).parent / "hcl"
_REFERENCE: Final = re.compile(r"\$\{([^${}]+)\}")
# What is looked up by its first word, with the number of labels that follow it.
_PREFIXES: Final = {"var": 1, "local": 1, "data": 2}
# What has no block of its own: the types of variables, and where the module is.
_OF_THE_LANGUAGE: Final = {"string", "number", "bool", "any", "list", "map", "set", "object", "path.module"}


@dataclass(frozen=True)
class Block:
    """One block of a module. `name` is what others call it: `aws_x.y`, `data.aws_x.y`, `var.y`, `local.y`."""

    kind: str
    labels: tuple[str, ...]
    body: Any
    references: tuple[str, ...]

    @property
    def name(self) -> str:
        """What others refer to it by; outputs and providers, which nobody refers to, by their kind and labels."""
        kinds = {"resource": (), "variable": ("var",)}
        return ".".join((*kinds.get(self.kind, (self.kind,)), *self.labels))

    @property
    def needs(self) -> frozenset[str]:
        """The names of the blocks that it refers to, `depends_on` among them."""
        return frozenset(named(reference)[0] for reference in self.references)


@dataclass(frozen=True)
class Module:
    """A folder of .tf files: their texts, the same as `terraform fmt` writes them, and all their blocks."""

    texts: Mapping[str, str]
    formatted: Mapping[str, str]
    blocks: tuple[Block, ...]

    def block(self, name: str) -> Block:
        """Return a block by its name; raises KeyError."""
        return {block.name: block for block in self.blocks}[name]

    def of_type(self, kind: str) -> list[Block]:
        """Return the resources of a type."""
        return [block for block in self.blocks if block.kind == "resource" and block.labels[0] == kind]

    def undeclared(self) -> set[str]:
        """Return the names that are referred to and declared nowhere."""
        return {need for block in self.blocks for need in block.needs} - {block.name for block in self.blocks}

    def awaits(self, name: str) -> set[str]:
        """Return all that a block waits for, however indirectly: the law of Terraform's own graph."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = self.block(waiting.pop()).needs - found
            found |= new
            waiting += new
        return found


def read(folder: Path, scratch: Path, ledger: Ledger) -> Module:
    """Read a module; AssertionError with the parser's words if a file is no HCL."""
    paths = sorted(folder.glob("*.tf"))
    assert paths, f"{folder} holds no Terraform"
    home = scratch / _READER.name if (scratch / _READER.name).exists() else node.project(_READER, scratch)
    told = json.loads(node.run(["node", "read.mjs", *map(str, paths)], home, ledger))
    for package in ("hcl2json", "hcl-tools"):
        manifest = json.loads((home / "node_modules" / "@cdktf" / package / "package.json").read_text(encoding="utf-8"))
        ledger.uses(package, manifest["version"])
    return Module(
        {path.name: path.read_text(encoding="utf-8") for path in paths},
        {Path(path).name: found["formatted"] for path, found in told.items()},
        tuple(_block(found) for file in told.values() for found in file["blocks"]),
    )


def _block(found: Mapping[str, Any]) -> Block:
    kind, *labels = found["address"]
    references = (one for one in found["references"] if one not in _OF_THE_LANGUAGE)
    return Block(kind, tuple(labels), found["body"], tuple(references))


def named(reference: str) -> tuple[str, str]:
    """Return the block that a reference is to, and the attribute asked of it: `aws_x.y.arn` is `aws_x.y`, `arn`."""
    parts = re.split(r"[.\[]", reference)
    length = _PREFIXES.get(parts[0], 1) + 1
    return ".".join(parts[:length]), parts[length] if len(parts) > length else ""


def policy_document(module: Module, name: str, values: Mapping[str, str]) -> str:
    """Return the JSON that a `data.aws_iam_policy_document` makes; `values` are those of other data, by reference."""
    block = module.block(f"data.aws_iam_policy_document.{name}")
    return json.dumps({"Version": "2012-10-17", "Statement": list(_statements(_resolved(block.body, module, values)))})


def _statements(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for statement in body["statement"]:
        conditions: dict[str, dict[str, Any]] = {}
        for one in statement.get("condition", []):
            conditions.setdefault(one["test"], {})[one["variable"]] = one["values"]
        principals = {one["type"]: one["identifiers"] for one in statement.get("principals", [])}
        yield {
            "Effect": statement.get("effect", "Allow"),
            "Action": statement["actions"],
            "Resource": statement["resources"],
            **({"Principal": principals} if principals else {}),
            **({"Condition": conditions} if conditions else {}),
        }


def _resolved(value: Any, module: Module, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(inner, module, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, module, values) for inner in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda found: _value(found[1], module, values), value)


def _value(reference: str, module: Module, values: Mapping[str, str]) -> str:
    if reference in values:
        return values[reference]
    return str(_resolved(module.block(reference).body, module, values))
