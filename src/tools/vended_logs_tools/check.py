"""The rules, one after the other, over one template."""

from collections.abc import Iterator

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
    order = Order(template)
    for found in (
        order.faults(),
        role.faults(template, order.machines, order.graph, order.resolver),
        destination.faults(template, order.machines, order.grants),
        native.faults(template),
    ):
        for fault in found:
            if not template.ignores(fault.rule, fault.resource):
                yield fault


def _placed(fault: Fault, template: Template) -> Finding:
    line, column = template.place(fault.path)
    return Finding(fault.rule, template.name, line, column, fault.resource, fault.message, fault.cure)
