"""Every error of AWS, of botocore and of the network as one of ours: cause, then cure.

Part of the gateway: AWS's error codes are known here and nowhere else.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from ssl import SSLCertVerificationError

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from vended_logs.errors import AwsRefused, NotApplied, PolicyTooLarge, TryAgain, shortened
from vended_logs.policy.limits import MAX_POLICIES
from vended_logs.transport import NotSent
from vended_logs.wire import CALL_SECONDS

_ACCESS = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"})
# The role was deleted or made anew, its session has expired, or something else stands where the endpoint points.
_CREDENTIALS = frozenset({
    "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "IncompleteSignatureException",
    "InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "RequestExpired", "SignatureDoesNotMatch", "UnrecognizedClientException",
})  # fmt: skip
_DENIED_BY = re.compile(
    r"(?:explicit deny in|because no) (?:an? )?((?!identity)[a-zA-Z -]*policy|permissions boundary)"
)
"""What AWS says when it is not the role itself that lacks the permission (IAM User Guide, "Access denied errors")."""
_NOT_APPLIED = {
    "ThrottlingException": "throttled",
    "Throttling": "throttled",
    "TooManyRequestsException": "throttled",
    "RequestLimitExceeded": "throttled",
    # A concurrent change of the same policy; neither of botocore's retry modes knows this one.
    "OperationAbortedException": "aborted for a concurrent change",
}
"""Answers after which nothing has changed, but the call may be tried again."""
_PASSING = {
    **_NOT_APPLIED,
    "ServiceUnavailableException": "turned away as unavailable",
    "ServiceUnavailable": "turned away as unavailable",
    "InternalFailure": "met by an internal failure",
    "InternalServerError": "met by an internal failure",
}
_SERVER_ERROR = 500
# What botocore raises for the network and for answers that it cannot read, and what our transport does.
_LOST = (HTTPClientError, NoConnectionError, ResponseParserError, UnicodeDecodeError, HTTPException, OSError)
_PASSING_STATUSES = (408, 429)


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Turn what AWS and the network raise into our exceptions, which end with a cure."""
    try:
        yield
    except ClientError as error:
        raise _refusal(action, error) from error
    except NotSent as error:
        message = (
            f"{action} was not sent, because too long had passed since the policies were read: deploy again in some"
            " minutes."
        )
        raise NotApplied(message) from error
    except SSLCertVerificationError as error:
        message = (
            f"{action} was not sent, because the certificate of the endpoint is not trusted: name its authority in the"
            " provider function's AWS_CA_BUNDLE, then deploy again."
        )
        raise AwsRefused(message) from error
    except _LOST as error:
        message = (
            f"{action} was not answered within {CALL_SECONDS} seconds, or the connection failed: look at the provider"
            " function's network, then deploy again."
        )
        raise TryAgain(message) from error
    except NoCredentialsError as error:
        message = (
            f"{action} could not be called without credentials: give the provider function its role, then deploy again."
        )
        raise AwsRefused(message) from error
    except BotoCoreError as error:
        message = (
            f"{action} could not be called ({error}): mend the provider function's configuration, then deploy again."
        )
        raise AwsRefused(message) from error


def _refusal(action: str, error: ClientError) -> Exception:
    code = error_code(error)
    text = str(error.response.get("Error", {}).get("Message", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _ACCESS | _CREDENTIALS:
        return AwsRefused(_not_permitted(action, code, text))
    # botocore's standard mode would take this one for throttling; no waiting makes room for an eleventh policy.
    if code == "LimitExceededException":
        return AwsRefused(
            f"{action} was refused because {MAX_POLICIES} of {MAX_POLICIES} policies exist in this region: delete or"
            " merge one, or set PolicyName to one of them.",
        )
    if code in _PASSING or status in _PASSING_STATUSES or status >= _SERVER_ERROR:
        reason = _PASSING.get(code, f"answered {status}")
        kind = NotApplied if code in _NOT_APPLIED else TryAgain
        return kind(f"{action} was {reason} by CloudWatch Logs until the time ran out: deploy again in some minutes.")
    if action == "logs:PutResourcePolicy" and _speaks_of_size(code, text):
        return PolicyTooLarge(
            f"{action} refused the policy's size: remove entries that nobody needs, then deploy again."
        )
    said = shortened(text, 100).rstrip(" .")
    return AwsRefused(f"{action} was refused ({code}: {said}): mend that, then deploy again.")


def _not_permitted(action: str, code: str, text: str) -> str:
    """Return the sentence for a role that may not, or that is nobody."""
    if code in _CREDENTIALS:
        # Without AWS's own words: they may quote the request, session token and all.
        return (
            f"{action} was refused because the provider function's credentials are not valid ({code}): set the"
            " function's role anew, then deploy again."
        )
    denied_by = _DENIED_BY.search(text)
    if denied_by:
        return f"{action} is denied to the provider function by a {denied_by[1]}: allow it there, then deploy again."
    return f"The provider function's role is not authorized to call {action}: allow it in that role, then deploy again."


def _speaks_of_size(code: str, text: str) -> bool:
    """Return whether a refusal is about the document's length.

    Seen: "Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120" and the API model's own
    "Member must have length less than or equal to 51200".
    """
    words = text.lower()
    about_size = "document" in words and ("length" in words or "size" in words)
    return code in ("InvalidParameterException", "ValidationException") and about_size


def error_code(error: ClientError) -> str:
    """Return AWS's code."""
    return str(error.response.get("Error", {}).get("Code", ""))
