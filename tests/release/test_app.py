"""What is published of the app agrees with the package: versions, licence, readme, and the parameters told there."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.release.copies import METADATA, Break, amiss, faults, replace

BROKEN: Final[Mapping[str, Break]] = {
    "another version in the template": (
        "template.yaml",
        r"SemanticVersion: .*",
        "SemanticVersion: 1.2.4",
        "template.yaml has the SemanticVersion 1.2.4, pyproject.toml the version 1.2.3: make both one.",
    ),
    "another version in the package": (
        "pyproject.toml",
        r'^version = ".*"',
        'version = "1.2"',
        "pyproject.toml has the version 1.2, which is not of the form 1.2.3: write one that is.",
    ),
    "a parameter that is not told": (
        "README-SAR.md",
        r"^\| WhenFull .*\n",
        "",
        "README-SAR.md does not name the parameter WhenFull: add a row for it to the table of parameters.",
    ),
    "another default": (
        "README-SAR.md",
        r"^\| WhenFull \| `Widen`",
        "| WhenFull | `Spill`",
        "README-SAR.md gives WhenFull the default `Spill`, and template.yaml `Widen`: write that.",
    ),
    "a default of several that are alike": (
        "README-SAR.md",
        r"^\| AllowedPolicyNames \| `\*`",
        "| AllowedPolicyNames | any",
        "README-SAR.md gives AllowedPolicyNames the default any, and template.yaml `*`: write that.",
    ),
    "a default where there is none": (
        "README-SAR.md",
        r"^\| Refresh \| none",
        "| Refresh | `x`",
        "README-SAR.md gives Refresh the default `x`, and template.yaml none: write that.",
    ),
    "a row of no parameter": (
        "README-SAR.md",
        r"^\| Refresh ",
        "| Refreshed | none | was once |\n| Refresh ",
        "README-SAR.md has a row for the parameter Refreshed, which template.yaml has not: take it out.",
    ),
    "another licence": (
        "template.yaml",
        r"SpdxLicenseId: .*",
        "SpdxLicenseId: MIT",
        "template.yaml has the SpdxLicenseId MIT, pyproject.toml the license Apache-2.0: make both one.",
    ),
    "no licence": (
        "template.yaml",
        r"^ *SpdxLicenseId: .*\n",
        "",
        f"template.yaml has no SpdxLicenseId in its {METADATA}: write Apache-2.0 there.",
    ),
    "no licence of the package": (
        "pyproject.toml",
        r"^license = .*\n",
        "",
        "pyproject.toml has no license under [project]: write the SpdxLicenseId of template.yaml there.",
    ),
    "no published version": (
        "template.yaml",
        r"^ *SemanticVersion: .*\n",
        "",
        f"template.yaml has no SemanticVersion in its {METADATA}: write 1.2.3 there.",
    ),
    "no readme": (
        "template.yaml",
        r"^ *ReadmeUrl: .*\n",
        "",
        f"template.yaml has no ReadmeUrl in its {METADATA}: name a file there.",
    ),
    "no address of the licence": (
        "template.yaml",
        r"LicenseUrl: .*",
        "LicenseUrl: [LICENSE]",
        f"template.yaml has no LicenseUrl in its {METADATA}: name a file there.",
    ),
    "nothing about the app": (
        "template.yaml",
        METADATA,
        "AWS::Another",
        f"template.yaml has no Metadata named {METADATA}: add them, SemanticVersion and all.",
    ),
    "no version": (
        "pyproject.toml",
        r"^version = .*\n",
        "",
        "pyproject.toml has no version under [project]: write one there, such as 1.2.3.",
    ),
    "a licence that is not there": (
        "template.yaml",
        r"LicenseUrl: LICENSE",
        "LicenseUrl: LICENCE",
        "template.yaml names LICENCE as its LicenseUrl, and there is no such file: add it.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_does_not_agree_is_told(case: str, root: Path) -> None:
    """Each fault is one sentence with its cause and its cure."""
    assert amiss(root, BROKEN[case]) == []


def test_a_readme_without_a_table_names_no_parameter(root: Path) -> None:
    """Rows of other tables are not about parameters."""
    replace(root, "README-SAR.md", r"^\| parameter \|", "| name |")
    told = faults(root)
    assert "README-SAR.md does not name the parameter PolicyName: add a row for it to the table of parameters." in told
    assert len(told) == len(plain_parameters(root)) > 1


def plain_parameters(root: Path) -> list[str]:
    """Return the names of the template's parameters, as its text has them."""
    text = (root / "template.yaml").read_text(encoding="utf-8")
    return re.findall(r"^  (\w+):$", text.split("\nParameters:\n")[1].split("\n\n")[0], flags=re.MULTILINE)
