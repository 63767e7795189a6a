"""What is left when the provider cannot start: its sentences, the settings that are forgotten, the rule on deleting."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.answers import Answers
from tests.support.function import FUNCTION_ARN, Context, event
from vended_logs import deletion
from vended_logs.deletion import revoked_policy_name
from vended_logs.event import removal_of
from vended_logs.policy.request import DEFAULT_POLICY_NAME
from vended_logs.stand_in import CannotStart, stand_in
from vended_logs.surroundings import forget_settings, variable_in

NAMES = st.sampled_from(["AWSLogDeliveryWrite20150319", "mine", "vended-logs-policy-create-failed", "", None, 7])


def sentence(error: BaseException) -> str:
    """Return what the guard would be told."""
    with pytest.raises(CannotStart) as told:
        stand_in(error)({}, Context())
    return str(told.value)


def test_a_runtime_that_is_too_old_is_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an old Python stumbles over, it is the Runtime that has to change."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))

    assert sentence(TypeError("dataclass() got an unexpected keyword argument 'slots'")) == (
        "The provider function could not start, because it runs on Python 3.9: set its Runtime to python3.11 or newer,"
        " then try again."
    )


def test_a_variable_that_is_named_is_in_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that names a variable is taken at its word."""
    monkeypatch.setenv("AWS_CA_BUNDLE", "x")

    assert sentence(ValueError("AWS_CA_BUNDLE is no file")).endswith(
        "(ValueError: AWS_CA_BUNDLE is no file): mend or remove its environment variable AWS_CA_BUNDLE, then try again."
    )


def test_what_nobody_can_have_made_is_not_echoed(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Identifiers that are no text or far too long are left out, and the answer stays small."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    odd = {**event("Create", answer_taker.url), "StackId": {"a": 1}, "LogicalResourceId": "x" * 9000}
    stand_in(ValueError("x"))(odd, Context())

    assert (answer_taker.only["StackId"], answer_taker.only["LogicalResourceId"]) == ("", "")
    assert answer_taker.only["Status"] == "FAILED"


@pytest.mark.parametrize("error", [ValueError("x " * 400), ValueError("a: b: c" * 90), SyntaxError(), KeyError("\n\n")])
def test_every_cause_leaves_room_for_the_cure(answer_taker: Answers, error: Exception) -> None:
    """However long and however odd the cause, the answer is one sentence whose cure is whole."""
    answer_taker.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
        stand_in(error)(event("Create", answer_taker.url), Context())

    assert len(answer_taker.only["Reason"]) <= 240
    assert "\n" not in answer_taker.only["Reason"]
    assert answer_taker.only["Reason"].endswith(": put the released package in its place, then deploy again.")


def test_settings_of_the_libraries_are_forgotten() -> None:
    """What the function needs and what is nobody's stays; all else that the libraries would read goes."""
    kept = {
        "AWS_ACCESS_KEY_ID", "AWS_CA_BUNDLE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ENDPOINT_URL",
        "AWS_LAMBDA_LOG_LEVEL", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_USE_FIPS_ENDPOINT",
        "ALLOWED_PRINCIPALS", "HTTPS_PROXY", "PATH", "POWERTOOLS_LOG_LEVEL", "SSL_CERT_FILE",
    }  # fmt: skip
    gone = {"AWS_PROFILE", "AWS_MAX_ATTEMPTS", "AWS_NO_SUCH_SETTING", "BOTO_CONFIG", "POWERTOOLS_DEV", "SSLKEYLOGFILE"}
    environment = dict.fromkeys((*kept, *gone), "x")
    forget_settings(environment)

    assert environment.keys() == kept


@pytest.mark.parametrize(
    ("said", "variable"),
    [
        ("Invalid endpoint: htp:/x", "AWS_ENDPOINT_URL"),
        ("bad POWERTOOLS_LOG_LEVEL", "POWERTOOLS_LOG_LEVEL"),
        ("bad AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"),
        ("us-west-2 is fine", None),
        ("the key is 5ecret", None),
        ("", None),
    ],
)
def test_the_variable_behind_a_failure_is_found(said: str, variable: str | None) -> None:
    """By its name or by its value, but never by a value that is Lambda's own, or short, or a secret."""
    environment = {
        "AWS_ENDPOINT_URL": "htp:/x",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "y",
        "AWS_REGION": "us-west-2",
        "AWS_SECRET_ACCESS_KEY": "5ecret",
        "POWERTOOLS_LOG_LEVEL": "is",
        "_": "/usr/bin/python",
    }

    assert variable_in(said, environment) == variable


@given(
    name=NAMES,
    physical_id=NAMES,
    on_delete=st.sampled_from(["Retain", "RemoveWhenUnused", "", None]),
    has_name=st.booleans(),
)
def test_the_stand_in_and_the_provider_agree_on_deleting(
    name: object, physical_id: object, on_delete: object, *, has_name: bool
) -> None:
    """A Delete of the provider's own account is one that takes something back for both or for neither."""
    given_properties: dict[str, Any] = {"OnDelete": on_delete, **({"PolicyName": name} if has_name else {})}
    sent = event("Delete", "", given_properties) | {"PhysicalResourceId": physical_id}
    sent["ResourceProperties"] = given_properties

    assert (removal_of(sent, FUNCTION_ARN, {}) is None) == (revoked_policy_name(sent) is None)


def test_both_take_the_same_policy_for_the_default() -> None:
    """The stand-in may not import the core, so it says the default's name itself; here the two are held together."""
    assert deletion.DEFAULT_POLICY_NAME == DEFAULT_POLICY_NAME
