"""W9606: a native resource policy that claims the name under which AWS keeps its own list of log groups."""

from collections.abc import Iterator

from vended_logs_tools.finding import Fault
from vended_logs_tools.rules.grants import NATIVE_TYPE
from vended_logs_tools.rules.stand_ins import DEFAULT_POLICY_NAME
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import Template

RULE = "W9606"


def faults(template: Template) -> Iterator[Fault]:
    """Yield one fault for each AWS::Logs::ResourcePolicy that may have the shared name."""
    resolver = Resolver(template)
    for resource in template.resources.values():
        if resource.kind != NATIVE_TYPE:
            continue
        names = resolver.texts(resource.properties.get("PolicyName"), resource.condition)
        if any(name == DEFAULT_POLICY_NAME and template.conditions.possible(when) for when, name in names):
            yield Fault(
                RULE,
                (*resource.path, "Properties", "PolicyName"),
                resource.logical_id,
                f"it claims {DEFAULT_POLICY_NAME}, to which AWS itself writes: creating it fails where that exists,"
                " and deleting it takes along what other services were granted",
                "use Custom::VendedLogsPolicy, which adds to that policy, or give this one a name of its own",
            )
