"""The modules of the example by name, the order that they promise, and copies of them with something changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT
from tests.examples import node
from tests.examples.terraform.reading import Module
from vended_logs.policy.grant import Grant, Scope
from vended_logs.policy.request import Request

EXAMPLE: Final = ROOT / "examples" / "terraform"
MACHINE: Final = "aws_sfn_state_machine.orders"
GRANTS: Final = {
    "from-repository": "aws_serverlessapplicationrepository_cloudformation_stack.vended_logs",
    "from-template": "aws_cloudformation_stack.vended_logs",
    "from-shared-provider": "aws_cloudformation_stack.vended_logs",
    "native": "aws_cloudwatch_log_resource_policy.vended_logs",
}
"""What brings the grant, by the way."""
OWN_POLICY: Final = "vended-logs"
"""The name of the policy that native writes."""

each_way = pytest.mark.parametrize("way", GRANTS)


def changed(way: str, folder: Path, *instead: tuple[str, str]) -> Path:
    """Return a copy of a module with something in it replaced, which has to be there."""
    copy = folder / "changed" / way
    node.copied(EXAMPLE / way, copy.parent)
    for before, after in instead:
        holders = [path for path in copy.glob("*.tf") if before in path.read_text(encoding="utf-8")]
        assert holders, before
        for path in holders:
            path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return copy


def without_capability(module: Module, capability: str) -> Module:
    """Return the module with a stack that acknowledges one thing less."""
    block = module.block(GRANTS["from-template"])
    less = [one for one in block.body["capabilities"] if one != capability]
    changed_block = replace(block, body={**block.body, "capabilities": less})
    return replace(module, blocks=tuple(changed_block if one is block else one for one in module.blocks))


def without_depends_on(module: Module) -> Module:
    """Return the module with no block that names what it depends on."""
    blocks = [block for block in module.blocks if "depends_on" not in block.body]
    bare = [
        replace(
            block, references=tuple(one for one in block.references if f"${{{one}}}" not in block.body["depends_on"])
        )
        for block in module.blocks
        if "depends_on" in block.body
    ]
    assert bare
    return replace(module, blocks=(*blocks, *bare))


def the_grant() -> Grant:
    """Return the grant that our resource asks for by default."""
    (grant,) = Request(scope=Scope("aws", REGION, ACCOUNT)).grants
    return grant
