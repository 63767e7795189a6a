"""IAM, as these tests have it answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tools.account.roles.iam_answers import Answers
from tests.tools.account.stubbed import stubbed


@pytest.fixture
def iam() -> Iterator[Answers]:
    """IAM, answering what a test tells it to."""
    with stubbed("iam", "us-east-1") as stubber:
        yield Answers(stubber)
