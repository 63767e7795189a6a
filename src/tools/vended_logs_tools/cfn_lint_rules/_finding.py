"""What ``vended-logs check`` finds in a template that cfn-lint has read, in cfn-lint's form.

cfn-lint up to 1.53 hands rules what the SAM translator has made of a template; later releases hand them the template
with its Globals merged in. So the file is read anew, by which both releases, and ``vended-logs check``, find the same
in the same places. Where there is no file (standard input, ``sam validate --lint``), what cfn-lint hands over must do.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cfnlint.rules import RuleMatch
from cfnlint.template import Template as Linted

from vended_logs_tools import template_model
from vended_logs_tools.check import faults
from vended_logs_tools.errors import ToolError
from vended_logs_tools.finding import Fault
from vended_logs_tools.template_model import Template


def find(cfn: Linted) -> Sequence[tuple[str, RuleMatch]]:
    """Return a rule's id and its match for each finding; none for what is no template."""
    template = _template(cfn)
    if template is None:
        return []
    hidden = {"E9601"} if _has_lost_apps(template, cfn) else set()
    return [(one.rule, _match(one, template, cfn)) for one in faults(template) if one.rule not in hidden]


def _template(cfn: Linted) -> Template | None:
    """Return the template; None if there is no file, and what cfn-lint has is no template or in part its invention."""
    if cfn.filename:
        with suppress(ToolError):
            return template_model.read(Path(cfn.filename))
    if _has_guessed_resources(cfn) or not template_model.is_template(cfn.template):
        return None
    return template_model.of(cfn.template, "")


def _has_guessed_resources(cfn: Linted) -> bool:
    """Return whether a loop runs over what is not known here: cfn-lint unrolls it over names of its own making."""
    for section, *_, loop in cfn.transform_pre["Fn::ForEach"]:
        names = loop[1] if isinstance(loop, list) and len(loop) > 1 else None
        if section == "Resources" and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
            return True
    return False


def _has_lost_apps(template: Template, cfn: Linted) -> bool:
    """Return whether the translator has been at nested apps: which ones they were, ours perhaps, is lost then."""
    if template.source is not None or not cfn.has_serverless_transform():
        return False
    return any(resource.kind == "AWS::CloudFormation::Stack" for resource in template.resources.values())


def _match(fault: Fault, template: Template, cfn: Linted) -> RuleMatch:
    """Return cfn-lint's form of a fault; its path lies within the resource, since that is where it can be ignored."""
    resource = ("Resources", fault.resource)
    path = fault.path if fault.path[:2] == resource else resource
    known = {"location": location} if (location := _location(fault, template, cfn)) else {}
    return RuleMatch(list(path), f"{fault.resource}: {fault.message}: {fault.cure}", **known)


def _location(fault: Fault, template: Template, cfn: Linted) -> tuple[int, int, int, int] | None:
    """Return where the fault's path stands, by lines and columns counted from 0, as cfn-lint has them within."""
    if template.source is None:
        found: tuple[int, int, int, int] | None = cfn.get_location_yaml(cfn.template, list(fault.path))
        return found
    line, column = template.place(fault.path)
    last = fault.path[-1] if fault.path else ""
    length = len(last) if isinstance(last, str) else 1
    return line - 1, column - 1, line - 1, column - 1 + length
