"""The table of AWS's own policies, against their documents and against what is known of a few by heart."""

from pathlib import Path

import pytest

from tests.support.facts import ROLE_ACTIONS
from tests.tools.rules.managed_policies import rendered
from tests.tools.rules.managed_policies import table as recomputed
from vended_logs_tools.rules import aws_managed_policies
from vended_logs_tools.rules.aws_managed_policies import actions_of, table
from vended_logs_tools.rules.holes import HOLE

_ALL = frozenset(ROLE_ACTIONS)
_WRITING = {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_the_table_is_what_the_documents_say() -> None:
    """Every policy that can be attached and grants one of the ten actions is listed with just those that it grants."""
    assert table() == recomputed()


def test_the_table_is_as_it_is_printed() -> None:
    """The module holds the table as ``python -m tests.tools.rules.managed_policies`` prints it."""
    assert rendered() in Path(aws_managed_policies.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "AdministratorAccess",
        "PowerUserAccess",
        "CloudWatchLogsFullAccess",
        "CloudWatchFullAccess",
        "CloudWatchFullAccessV2",
    ],
)
def test_broad_policies_grant_all_ten(name: str) -> None:
    """Policies known to allow all of CloudWatch Logs grant every action."""
    assert actions_of(name) == _ALL


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        ("AWSLambdaBasicExecutionRole", _WRITING),
        ("service-role/AWSLambdaBasicExecutionRole", _WRITING),
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", _WRITING),
        ("arn:aws-cn:iam::aws:policy/CloudWatchLogsFullAccess", _ALL),
        ("arn:aws-us-gov:iam::aws:policy/job-function/SystemAdministrator", _ALL),
        ("AWSStepFunctionsFullAccess", set()),
        ("AmazonS3ReadOnlyAccess", set()),
        ("arn:aws:iam::aws:policy/NoSuchPolicy", set()),
    ],
)
def test_a_policy_is_known_by_name_or_arn(policy: str, actions: set[str]) -> None:
    """The name decides, with or without a path, in every partition; what is not listed grants nothing."""
    assert set(actions_of(policy) or ()) == actions
    assert actions_of(policy) is not None


@pytest.mark.parametrize(
    "policy",
    [
        "arn:aws:iam::123456789012:policy/CloudWatchLogsFullAccess",
        "arn:aws:iam::aws:role/CloudWatchLogsFullAccess",
        f"arn:aws:iam::aws:policy/{HOLE}",
        f"{HOLE}FullAccess",
        "{{resolve:ssm:policy}}",
    ],
)
def test_nothing_is_said_of_a_policy_that_is_not_awss(policy: str) -> None:
    """A customer's policy, or a name with unknown parts, may grant anything."""
    assert actions_of(policy) is None
