"""Whom the doctor looks at: a state machine that may be ill, and IAM of the account with those who read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.doctor.iam import READING, Iam
from tests.e2e.doctor.patient import Patient
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.scene import Scene
from vended_logs_tools.account.calls import Reader


@pytest.fixture
def patient(scene: Scene) -> Patient:
    """An empty cloud."""
    return Patient(scene)


@pytest.fixture
def iam(cloud: LocalCloud) -> Iam:
    """IAM of an empty account."""
    return Iam(cloud)


@pytest.fixture(params=["simulated", "read"])
def reader(request: pytest.FixtureRequest, iam: Iam) -> Callable[[], Reader]:
    """A reader who may ask for the simulation, and one who may only read."""
    return iam.reader if request.param == "simulated" else lambda: iam.reader_with(*READING)
