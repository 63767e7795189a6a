"""A state machine that cannot log, for each cause that lies in its configuration or its log group.

On the engine as it comes, which takes any logging configuration: the faults are there as if they had come later.
"""

from __future__ import annotations

import pytest

from tests.e2e import account
from tests.e2e.doctor.patient import GROUP, Patient, causes
from tests.e2e.local_cloud import ACCOUNT, REGION
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.doctor import Target, exit_code

pytestmark = pytest.mark.parametrize("scene", ["plain"], indirect=True)


def test_an_arn_without_its_star_is_named(patient: Patient) -> None:
    """Step Functions refuses such an ARN."""
    patient.machine(arn=f"{account.LOG_GROUP_PREFIX}{GROUP}")
    patient.grant()

    assert causes(patient.examined()) == ["arn-without-star"]


def test_a_missing_log_group_is_named(patient: Patient) -> None:
    """Somebody has deleted the log group."""
    patient.machine(group=None)
    patient.grant()
    found = patient.examined()

    assert causes(found) == ["log-group-missing"]
    assert found.command(found.findings[0].commands[0]).startswith(
        f"aws logs create-log-group --log-group-name {GROUP}"
    )


def test_a_missing_log_group_is_not_a_missing_policy(patient: Patient) -> None:
    """AWS adds a log group that is there: so what is missing first is the log group."""
    patient.machine(group=None)

    assert causes(patient.examined()) == ["log-group-missing"]


@pytest.mark.parametrize(
    ("where", "said"), [(f"eu-west-1:{ACCOUNT}", "in eu-west-1"), (f"{REGION}:999999999999", "account 999999999999")]
)
def test_a_log_group_elsewhere_is_named(patient: Patient, where: str, said: str) -> None:
    """A machine logs to its own region and account alone."""
    patient.machine(arn=f"arn:aws:logs:{where}:log-group:{GROUP}:*")
    patient.grant()
    found = patient.examined()

    assert causes(found) == ["log-group-elsewhere"]
    assert said in found.findings[0].message


def test_logging_that_is_off_is_named(patient: Patient) -> None:
    """Nothing else is looked at then, since it is not asked for."""
    patient.machine(level="OFF")
    found = patient.examined()

    assert causes(found) == ["logging-off"]
    assert exit_code([found]) == 1


def test_an_express_machine_has_a_note(patient: Patient) -> None:
    """What the console calls Unknown is no fault, and does not count as one."""
    patient.machine(type="EXPRESS")
    patient.grant()
    found = patient.examined()

    assert causes(found) == ["express-unknown"]
    assert found.findings[0].weight is Weight.NOTE
    assert exit_code([found]) == 0


def test_a_log_group_may_be_asked_about(patient: Patient) -> None:
    """Without a machine: whether logs can be delivered there."""
    patient.account.create_log_group(GROUP)
    assert causes(patient.examined(Target("log group", GROUP))) == ["policy-missing"]
    patient.grant()
    assert causes(patient.examined(Target("log group", GROUP))) == []
    assert causes(patient.examined(Target("log group", f"{account.LOG_GROUP_PREFIX}{GROUP}:*"))) == []


def test_a_log_group_that_is_not_there_is_named(patient: Patient) -> None:
    """Though one begins with its name."""
    patient.account.create_log_group(f"{GROUP}-2")
    patient.grant()

    assert causes(patient.examined(Target("log group", GROUP))) == ["log-group-missing"]
