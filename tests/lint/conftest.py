"""The template, read and translated once."""

import copy

import pytest

from tests.lint import project
from tests.lint.project import Json

_TEMPLATE = project.template()


@pytest.fixture
def template() -> Json:
    """template.yaml, the test's own copy."""
    return copy.deepcopy(_TEMPLATE)


@pytest.fixture
def translated(template: Json, monkeypatch: pytest.MonkeyPatch) -> Json:
    """template.yaml after the SAM transform."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # which the transform asks for, to know the partition
    return project.translated(template)
