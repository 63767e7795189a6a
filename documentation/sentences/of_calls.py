"""What the function says of its own permissions and settings, of calls that failed, and of faults of its own."""

from __future__ import annotations

from collections.abc import Callable
from ssl import SSLCertVerificationError
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.exceptions import NoCredentialsError, NoRegionError

from documentation.sentences.of_accounts import document, revocable
from documentation.sentences.said import Group, Said
from documentation.sentences.stage import SCOPE, Logs, answered, deletion, event, hung, raised, refused, silence
from vended_logs import stand_in
from vended_logs.answer import fit
from vended_logs.custom_resource import Gate
from vended_logs.policy import proof
from vended_logs.policy.document import PolicyDocument
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request
from vended_logs.transport import NotSent

_DENIED = "User: x is not authorized to perform: logs:PutResourcePolicy on resource: * with an explicit deny in a"


def permissions() -> Group:
    """Return what is said when the function may not do its work."""

    def put(code: str, text: str = "") -> str:
        return answered(event(), Logs(put_fault=refused(code, text)))

    said = (
        Said(
            answered(event(), Logs(fault=refused("AccessDeniedException"))),
            "Somebody has narrowed or replaced the role that the app made.",
        ),
        Said(
            put("AccessDeniedException", f"{_DENIED} service control policy"),
            "No role can mend that: the organisation forbids it.",
        ),
        Said(
            put("AccessDeniedException", f"{_DENIED} permissions boundary"),
            "Roles made in your account have to carry that boundary.",
        ),
        Said(put("UnrecognizedClientException"), "The role was deleted, or made anew under its old name."),
        Said(answered(event(), Logs(fault=NoCredentialsError())), "Outside of Lambda: no credentials are at hand."),
        Said(
            put("InvalidParameterException", "Invalid resource policy: the ARN is malformed."),
            "In the brackets are the service's own code and words.",
        ),
    )
    return Group("Let the provider function do its work", "Or whoever administers the account does.", said)


def settings() -> Group:
    """Return what is said of the function's package and configuration."""
    said = (
        Said(answered(event(), seconds=(3.0,)), "SAM's own default is three seconds; the template's is 300."),
        Said(answered(event(), seconds=(6.0,)), ""),
        Said(
            answered(event(), environment={"AWS_ENDPOINT_URL": "nowhere"}),
            "Variables of the function that boto3 reads.",
        ),
        Said(
            answered(event(), Logs(fault=SSLCertVerificationError())),
            "A company's proxy shows a certificate of its own.",
        ),
        Said(answered(event(), Logs(fault=NoRegionError())), "In the brackets are boto3's words."),
        *(Said(_started(error), note) for error, note in _starts()),
        Said(_unwatched(), "To the guard, in the function's log alone."),
    )
    intro = (
        "The released app has none of these: somebody has changed the function, or built it in another way. A Delete"
        " that takes nothing back succeeds even if the function cannot start."
    )
    return Group("Mend the provider function", intro, said)


def again() -> Group:
    """Return what is said when trying again is the cure."""

    def put(fault: Exception) -> str:
        return answered(event(), Logs(put_fault=fault))

    fresh = "It went on trying until its time was over."
    said = (
        Said(put(refused("ThrottlingException")), fresh),
        Said(
            put(refused("OperationAbortedException")),
            f"CloudWatch Logs was busy with another change of the policies. {fresh}",
        ),
        Said(put(refused("ServiceUnavailableException", status=503)), fresh),
        Said(put(refused("InternalFailure", status=500)), fresh),
        Said(put(refused("BadGateway", status=502)), fresh),
        Said(put(TimeoutError()), "In a VPC the function needs a way to CloudWatch Logs."),
        Said(put(NotSent()), "Nothing was written: [W](how-it-works.md#many-writers)."),
        Said(answered(event(), step=0.7), "Many deploys write to the policies at once."),
        Said(answered(event(), Logs((("search", document("/orders")),), again=True)), ""),
        Said(answered(event(), Logs(headers={})), "Something between the function and AWS answers in its place."),
        Said(answered(deletion(), _endless()), "At a Delete."),
        Said(hung(), "The deploy has been answered in time all the same."),
        Said(raised(_late), "In the function's log alone: a call came back after the answer."),
    )
    return Group("Deploy again", "If it lasts, look at what the sentence names.", said)


def faults() -> Group:
    """Return what is said of a fault of ours."""
    said = (
        Said(answered(event(), Logs(fault=KeyError("policyName"))), "The traceback is in that log group."),
        *(
            Said(fit(raised(check)), "A plan that does not pass its own proof is not carried out.")
            for check in _unproved()
        ),
    )
    return Group("Report it", "These are faults of this project. Nothing was written.", said)


def _starts() -> tuple[tuple[Exception, str], ...]:
    variable = ValueError("ALLOWED_POLICY_NAMES is not a list")
    return (
        (
            ModuleNotFoundError("No module named 'crhelper'", name="crhelper"),
            "The folder `src/lambda` was packed as it is.",
        ),
        (variable, "A variable that a library cannot read."),
        (ImportError("cannot import name 'x'"), "The package is not the released one."),
        (SyntaxError("invalid syntax"), "The function was put on an older runtime."),
    )


def _started(error: Exception) -> str:
    """Return what is answered in the place of a provider that cannot start."""
    old = SimpleNamespace(version_info=(3, 9) if isinstance(error, SyntaxError) else (3, 13))

    def stands_in(sent: dict[str, Any], context: object) -> None:
        # Made here and not before: it looks at the function's variables.
        stand_in.stand_in(error)(sent, context)

    with patch.object(stand_in, "sys", old):
        return answered(event(), environment={"ALLOWED_POLICY_NAMES": "*"}, through=stands_in)


def _unwatched() -> str:
    """Return what a round of the guard fails with when the provider cannot start."""
    error, _ = _starts()[0]
    with silence():
        return raised(lambda: stand_in.stand_in(error)({}, None))


def _endless() -> Logs:
    """Return an account whose list of log groups has no end."""
    return Logs(((DEFAULT_POLICY_NAME, revocable()),), groups={"logGroups": [], "nextToken": "the same"})


def _late() -> None:
    gate = Gate()
    gate.close()
    with gate.passing():
        pass


def _unproved() -> tuple[Callable[[], None], ...]:
    """Return the three things that a plan must not do, each done by hand."""
    search = PolicyDocument.parse(document("/orders")).statements
    return (
        lambda: proof.prove((), (), Request(scope=SCOPE, policy_name="logs")),
        lambda: proof.check("search", search, (), ()),
        lambda: proof.check("search", (), search, ()),
    )
