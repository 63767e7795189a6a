"""What the function says of what it is asked for: properties, its own bounds, and events that nobody should send."""

from __future__ import annotations

from typing import Final

from documentation.sentences.said import Group, Said
from documentation.sentences.stage import STACK, answered, event, guarded, raised
from vended_logs.identifiers import plain

_BOUNDS: Final = {
    "ALLOWED_LOG_GROUP_PATTERNS": "/aws/vendedlogs/*",
    "ALLOWED_POLICY_NAMES": "AWSLogDeliveryWrite20150319",
}
_BAD: Final[tuple[tuple[dict[str, object], str], ...]] = (
    ({"LogGroupPattern": "/aws/vendedlogs/*"}, ""),
    ({"PolicyName": "logs:all"}, ""),
    ({"LogGroupPatterns": {"Orders": "/aws/vendedlogs/*"}}, "A mapping stands where a list is meant."),
    ({"LogGroupPatterns": ["/aws/vendedlogs/*", ""]}, "Most often a parameter that was given no value."),
    ({"LogGroupPatterns": ["*"]}, "A grant for every log group of the account is refused."),
    ({"LogGroupPatterns": ["/aws/vended logs/*"]}, ""),
    ({"Principals": ["delivery.logs"]}, ""),
    ({"SourceConditions": "Region"}, ""),
    ({"WhenFull": "Shrink"}, ""),
    (
        {"OnDelete": "Delete"},
        "`DeletionPolicy` is CloudFormation's attribute, beside `Properties`; this is a property.",
    ),
    ({"SettleSeconds": "3"}, "[Why not less](how-it-works.md#what-is-assumed)."),
    ({"Refresh": ["1"]}, ""),
)


def properties() -> Group:
    """Return what is said of the resource's properties."""
    said = [Said(answered(event(given)), note) for given, note in _BAD]
    return Group("Mend the resource's properties", "In the template; [all of them](properties.md).", said)


def bounds() -> Group:
    """Return what is said of a request that the provider's own configuration does not allow."""

    def bounded(**given: object) -> str:
        return answered(event(given), environment=_BOUNDS)

    elsewhere = STACK.replace("us-west-2", "eu-west-1")
    said = [
        Said(answered(event({"Principals": "es.amazonaws.com"})), "Log delivery is the only one by default."),
        Said(bounded(LogGroupPatterns="/orders/*"), ""),
        Said(bounded(PolicyName="orders"), ""),
        Said(answered(event(StackId=elsewhere)), "The `ServiceToken` belongs to another account, region or partition."),
        Said(
            guarded({"ResourceProperties": {"OnDelete": "RemoveWhenUnused"}}),
            "A guard would make a grant that no Delete takes out. In the function's log alone.",
        ),
    ]
    intro = "Parameters of the provider's own stack bound [what may be asked](how-it-works.md#who-may-ask)."
    return Group("Ask for what the provider allows, or have it allow more", intro, said)


def events() -> Group:
    """Return what is said of an event that neither CloudFormation nor the guard sends."""
    said = [
        Said(answered(event(StackId="orders")), ""),
        Said(answered(event(RequestId=None)), ""),
        Said(answered(event(kind="Read")), ""),
        Said(answered(event(properties=[])), ""),
        Said(raised(lambda: plain([])), "In the function's log alone, for there is nobody to answer."),
    ]
    return Group("Send the event as CloudFormation makes it", "Only for who invokes the function by hand.", said)
