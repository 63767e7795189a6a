"""The versions of the app that examples and pages name are that of the release."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.release.copies import Break, amiss

BROKEN: Final[Mapping[str, Break]] = {
    "an older version in an example": (
        "examples/nested.yaml",
        r"SemanticVersion: 1\.2\.3",
        "SemanticVersion: 1.2.2",
        "examples/nested.yaml:7 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "no version in an example": (
        "examples/nested.yaml",
        r"^ *SemanticVersion: 1.*\n",
        "",
        "examples/nested.yaml:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "a version in an example that is a parameter": (
        "examples/nested.yaml",
        r"SemanticVersion: 1.*",
        "SemanticVersion: !Ref Version",
        "examples/nested.yaml:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "no version of an app by a parameter": (
        "examples/nested.yaml",
        r"ApplicationId: .*\n.*",
        "ApplicationId: !Ref App",
        "examples/nested.yaml:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "an older version in Terraform": (
        "examples/main.tf",
        r"1\.2\.3",
        "1.2.2",
        "examples/main.tf:8 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "no version in Terraform": (
        "examples/main.tf",
        r"""semantic_version = "1""",
        '# semantic_version = "1',
        "examples/main.tf:7 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "a version in Terraform that is a variable": (
        "examples/main.tf",
        r'"1\.2\.3"',
        "var.app_version",
        "examples/main.tf:7 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "an older version in an address": (
        "examples/terraform/README.md",
        r"1\.2\.3\.yaml",
        "1.2.2.yaml",
        "examples/terraform/README.md:1 names version 1.2.2, and this is 1.2.3: write that.",
    ),
    "an older version in a page's template": (
        "examples/terraform/README.md",
        r"SemanticVersion: 1\.2\.3",
        "SemanticVersion: 1.2.2",
        "examples/terraform/README.md:7 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "no version in a page's template": (
        "examples/terraform/README.md",
        r"^ *SemanticVersion: .*\n",
        "",
        "examples/terraform/README.md:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "no version in a page's Terraform": (
        "examples/terraform/README.md",
        r"^ *semantic_version = \"1.*\n",
        "",
        "examples/terraform/README.md:17 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "an older tag of the hooks": (
        "docs/cli.md",
        r"v1\.2\.3",
        "v1.2.2",
        "docs/cli.md:6 takes the hooks of v1.2.2, and the tag of this version is v1.2.3: write that.",
    ),
    "a version of the hooks that is no tag": (
        "docs/cli.md",
        r"v1\.2\.3",
        "1.2.3",
        "docs/cli.md:6 takes the hooks of 1.2.3, and the tag of this version is v1.2.3: write that.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_another_version_is_told(case: str, root: Path) -> None:
    """A place that names another version, or none where one is needed, is one sentence with its line and its cure."""
    assert amiss(root, BROKEN[case]) == []
