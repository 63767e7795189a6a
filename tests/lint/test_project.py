"""What is said in several places is said the same."""

import re
import tomllib

import pytest

from tests.lint.project import ROOT, Json

SETS = ["local-cloud", "dev", "sam", "cfn-lint-oldest"]


def read(name: str) -> str:
    """Return a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    """Return the versions that a requirements file pins, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", read(name), flags=re.MULTILINE))


def test_the_version_is_one(template: Json) -> None:
    """The wheel, the published app and the newest entry of the changelog have the same version."""
    wheel = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    published = template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]
    newest = re.search(r"^## \[?v?(\d+\.\d+\.\d+)", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert newest is not None
    assert {wheel, published, newest[1]} == {wheel}


def test_samconfig_sets_parameters_that_exist(template: Json) -> None:
    """Each environment of samconfig.toml gives parameters of the template values that it takes; dev has the canary."""
    environments = tomllib.loads(read("samconfig.toml"))
    assert environments.pop("version") == 0.1
    assert environments.keys() == {"default", "dev"}
    for commands in environments.values():
        overrides = commands["deploy"]["parameters"].get("parameter_overrides", "")
        for name, value in (pair.split("=") for pair in overrides.split()):
            assert value in template["Parameters"][name]["AllowedValues"]
    assert "Canary=true" in environments["dev"]["deploy"]["parameters"]["parameter_overrides"]


@pytest.mark.parametrize("name", SETS)
def test_requirements_are_pinned(name: str) -> None:
    """Every line of the environments' requirements pins one version of one package."""
    lines = [line for line in read(f"requirements/{name}.txt").splitlines() if not line.startswith(("#", "-r "))]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==\S+", line)] == []
    assert len(lines) == len(pins(f"requirements/{name}.txt")) > 20


def test_the_function_is_tested_with_what_it_is_deployed_with() -> None:
    """The local cloud has the very versions that go into the function, and those are pinned by digest."""
    deployed = pins("src/lambda/requirements.txt")
    lean = pins("requirements/local-cloud.txt")
    assert {name: lean.get(name) for name in deployed} == deployed
    assert read("src/lambda/requirements.txt").count("--hash=sha256:") == len(deployed)
    assert not {"boto3", "botocore", "s3transfer", "pydantic"} & deployed.keys()


def test_the_development_set_adds_to_the_lean_one() -> None:
    """The development set repeats no package of the lean one, so that the two cannot contradict each other."""
    assert read("requirements/dev.txt").splitlines()[1] == "-r local-cloud.txt"
    assert pins("requirements/dev.txt").keys() & pins("requirements/local-cloud.txt").keys() == set()


def test_make_lists_every_target() -> None:
    """Each target that is meant to be called has its line in the list that `make` prints."""
    makefile = read("Makefile")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    described = re.findall(r"^([a-z-]+):[^#\n]*## \S", makefile, flags=re.MULTILINE)
    assert sorted(described) == sorted(phony.split())
