"""template.yaml can be published to the AWS Serverless Application Repository as it stands."""

import re

import pytest

from tests.lint.project import ROOT, Json

ACCEPTED = {
    line
    for line in (ROOT / "tests" / "lint" / "repository_types.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}


@pytest.fixture
def metadata(template: Json) -> Json:
    """What the repository shows of the app."""
    value: Json = template["Metadata"]["AWS::ServerlessRepo::Application"]
    return value


def test_the_repository_accepts_every_type(template: Json, translated: Json) -> None:
    """Neither the template nor what the transform makes of it has a type that the repository refuses."""
    resources = [*template["Resources"].values(), *translated["Resources"].values()]
    assert {resource["Type"] for resource in resources} - ACCEPTED == set()


def test_there_is_no_macro(template: Json) -> None:
    """The template uses the SAM transform alone: apps with macros are refused."""
    assert template["Transform"] == "AWS::Serverless-2016-10-31"
    assert "Fn::Transform" not in str(template)


def test_the_metadata_is_within_its_limits(metadata: Json) -> None:
    """Each value of the metadata has the form and the length that the repository takes."""
    assert re.fullmatch(r"[a-zA-Z0-9-]{1,140}", metadata["Name"])
    assert 0 < len(metadata["Description"]) <= 256
    assert 0 < len(metadata["Author"]) <= 127
    # Serverless Application Repository API, CreateApplication: words of lower case and digits with single hyphens.
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", metadata["Author"])
    assert 0 < len(metadata["Labels"]) <= 10
    assert all(re.fullmatch(r"[a-zA-Z0-9+_:/@-]{1,127}", label) for label in metadata["Labels"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["SemanticVersion"])
    assert metadata["SpdxLicenseId"] == "Apache-2.0"


def test_the_metadata_is_plain(metadata: Json) -> None:
    """The metadata holds text only, since intrinsic functions are not resolved there."""
    flat = [one for value in metadata.values() for one in (value if isinstance(value, list) else [value])]
    assert all(isinstance(one, str) for one in flat)


def test_the_metadata_points_at_files_that_exist(metadata: Json) -> None:
    """The licence and the README that are uploaded beside the template are there, and are what they are said to be."""
    licence = (ROOT / metadata["LicenseUrl"]).read_text(encoding="utf-8")
    readme = (ROOT / metadata["ReadmeUrl"]).read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert readme.startswith(f"# {metadata['Name']}\n")


def test_the_readme_names_every_parameter_and_output(metadata: Json, template: Json) -> None:
    """Who reads the app's page in the repository finds each parameter with its default, and each output."""
    readme = (ROOT / metadata["ReadmeUrl"]).read_text(encoding="utf-8")
    rows = [line.split("|")[1:3] for line in readme.splitlines() if line.startswith("| ")]
    defaults = {name.strip(): row[1].strip() for row in rows for name in row[0].split(",")}
    for name, parameter in template["Parameters"].items():
        assert name in defaults, name
        if not name.startswith("Allowed") and parameter["Default"]:
            assert defaults[name] == f"`{parameter['Default']}`", name
    for name in template["Outputs"]:
        assert f"`{name}`" in readme or name.startswith("Shared"), name
