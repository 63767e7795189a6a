"""The rules, one after the other, over one template."""

from collections.abc import Iterator
from typing import Any

from vended_logs_tools.finding import Fault, Finding
from vended_logs_tools.rules import destination, native, role
from vended_logs_tools.rules.order import Order
from vended_logs_tools.template_model import Template

RULES = ("E9601", "E9602", "E9603", "W9604", "W9605", "W9606")


def check(template: Template) -> list[Finding]:
    """Return what the rules find in a template, in the order of its lines."""
    findings = [_placed(fault, template) for fault in faults(template)]
    return sorted(findings, key=lambda finding: (finding.line, finding.column, finding.rule, finding.resource))


def faults(template: Template) -> Iterator[Fault]:
    """Yield what the rules find in a template; nothing for one that a macro may change as a whole."""
    if template.is_opaque:
        return
    for found in (
        Order(template).faults(),
        role.faults(template),
        destination.faults(template),
        native.faults(template),
    ):
        for fault in found:
            if not _is_ignored(fault, template):
                yield fault


def _is_ignored(fault: Fault, template: Template) -> bool:
    """Return whether the template's metadata, or the resource's, tells cfn-lint to leave the rule out."""
    for body in (template.data, template.resources[fault.resource].body):
        found: Any = body.get("Metadata")
        for key in ("cfn-lint", "config", "ignore_checks"):
            found = found.get(key) if isinstance(found, dict) else None
        # As cfn-lint has it: the beginning of a rule's name stands for all that begin so.
        listed = found if isinstance(found, list) else []
        if any(isinstance(name, str) and name and fault.rule.startswith(name) for name in listed):
            return True
    return False


def _placed(fault: Fault, template: Template) -> Finding:
    line, column = template.place(fault.path)
    return Finding(fault.rule, template.name, line, column, fault.resource, fault.message, fault.cure)
