"""What is installed: the wheel and the source archive, built, looked into, installed and run."""

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Final

import pytest

from tests.support import programs
from tests.support.archives import build

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = (ROOT / "src" / "lambda" / "vended_logs", ROOT / "src" / "tools" / "vended_logs_tools")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSION: Final = PROJECT["version"]
NAME: Final = f"vended_logs_policy-{VERSION}"
LARGEST: Final = 400_000
# A machine that logs and does not wait.
TEMPLATE: Final = """\
Resources:
  Orders:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/orders
      DefinitionString: '{}'
      LoggingConfiguration:
        Level: ALL
        Destinations:
          - CloudWatchLogsLogGroup:
              LogGroupArn: arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/orders:*
"""


def modules() -> dict[str, bytes]:
    """Return the modules of both packages as they are in the sources, by their path in the wheel."""
    return {
        str(path.relative_to(package.parent)): path.read_bytes()
        for package in PACKAGES
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built source archive, unpacked."""
    folder = tmp_path_factory.mktemp("archive")
    with tarfile.open(build(ROOT, folder, "sdist")) as packed:
        packed.extractall(folder, filter="data")
    return folder / NAME


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment's folder of programs, with the wheel installed and what it needs lent by this environment."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    # A path only: the .pth files in it, one of which leads to the checkout, are not followed.
    lent = Path(pytest.__file__).parents[1]
    (packages / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    return folder / "bin"


def run(program: Path, *arguments: str, folder: Path) -> programs.Done:
    """Run an installed program in a folder, with nothing inherited but where programs are."""
    return programs.run([str(program), *arguments], folder, {"PATH": os.environ["PATH"]}, 60, errors_apart=True)


def test_the_wheel_has_both_packages_and_nothing_else(wheel: Path) -> None:
    """Every module of the function and of the tools is in the wheel as it is in the sources, and no test is."""
    with zipfile.ZipFile(wheel) as archive:
        records = f"{NAME}.dist-info/"
        found = {name: archive.read(name) for name in archive.namelist() if not name.startswith(records)}
        beside = {name.removeprefix(records) for name in archive.namelist() if name.startswith(records)}
    assert found == modules()
    assert beside == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert wheel.name == f"{NAME}-py3-none-any.whl"
    assert wheel.stat().st_size < LARGEST


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    """The wheel's metadata has each dependency with its range, cfn-lint as an extra, and the command."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f"{NAME}.dist-info/METADATA"))
        commands = archive.read(f"{NAME}.dist-info/entry_points.txt").decode()
    required = metadata.get_all("Requires-Dist") or []
    plain = [one.split(";")[0] for one in required if ";" not in one]
    assert len(plain) == len(PROJECT["dependencies"]) == 6
    assert [one for one in plain if "," not in one and not one.startswith("boto3")] == []
    assert [one for one in required if ";" in one] == ["cfn-lint<2,>=1.52; extra == 'cfn-lint'"]
    assert "vended-logs = vended_logs_tools.cli:main" in commands


def test_the_wheel_is_the_same_every_time(wheel: Path, archive: Path, tmp_path: Path) -> None:
    """Built again, and from the source archive, the wheel is the same byte for byte."""
    assert build(ROOT, tmp_path / "again", "wheel").read_bytes() == wheel.read_bytes()
    assert build(archive, tmp_path / "from-archive", "wheel").read_bytes() == wheel.read_bytes()


def test_the_source_archive_is_complete(archive: Path) -> None:
    """The source archive has all that the checkout has: sources, tests, docs and what builds and configures them."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout, so there is no list to hold the archive to")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    # What git is to leave out concerns the checkout alone.
    expected = set(listed.stdout.splitlines()) - {".gitignore"}
    found = {str(path.relative_to(archive)) for path in archive.rglob("*") if path.is_file()}
    assert {name for name in expected - found if (ROOT / name).exists()} == set()
    assert [name for name in found if name.endswith(".pyc") or ".venv" in name] == []


def test_the_command_is_installed(installed: Path, tmp_path: Path) -> None:
    """The installed command tells its version, and runs from the wheel, not from the checkout."""
    done = run(installed / "vended-logs", "--version", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"vended-logs {VERSION}\n", "")
    where = "import vended_logs, vended_logs_tools as tools; print(vended_logs.__file__, tools.__file__, sep='\\n')"
    files = run(installed / "python", "-c", where, folder=tmp_path).stdout.split()
    assert [Path(file).is_relative_to(installed.parent) for file in files] == [True, True]


def test_the_installed_command_checks_and_injects(installed: Path, tmp_path: Path) -> None:
    """The installed command finds a fault, shows and makes the change that mends it, and finds none afterwards."""
    program = installed / "vended-logs"
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    assert "E9601" in run(program, "check", ".", folder=tmp_path).stdout
    shown = run(program, "inject", "--diff", "template.yaml", folder=tmp_path)
    assert shown.returncode == 0
    assert "ShareProvider=true" in shown.stderr
    assert "+    DependsOn: VendedLogsPolicy\n" in shown.stdout
    assert run(program, "inject", "template.yaml", folder=tmp_path).returncode == 0
    done = run(program, "check", "template.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
