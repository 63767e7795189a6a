"""What is added to each of the templates in ``before/``: exactly what stands in ``after/``."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.inject.samples import AFTER, BEFORE, NAMES, options_of
from vended_logs_tools.inject import inject, write
from vended_logs_tools.rules.order import Order
from vended_logs_tools.template_model import read

_UNCHANGED = {"no-machine.json", "nothing-to-add.yaml"}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_becomes_what_is_expected(name: str) -> None:
    """The result is the expected one byte for byte."""
    assert inject(BEFORE / name, options_of(name)).data == (AFTER / name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_changes_nothing(name: str) -> None:
    """What was mended needs nothing more, whatever the provider asked for."""
    assert not inject(AFTER / name).is_change


@pytest.mark.parametrize("name", NAMES)
def test_nothing_starts_too_early_afterwards(name: str) -> None:
    """Every state machine of the mended template waits for the grant."""
    assert Order(read(AFTER / name)).unguarded() == ()


@pytest.mark.parametrize("name", sorted(set(NAMES) - _UNCHANGED))
def test_the_samples_need_mending(name: str) -> None:
    """A sample that is expected to change has a machine that starts too early."""
    assert Order(read(BEFORE / name)).unguarded() != ()


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".json")])
def test_json_stays_json(name: str) -> None:
    """A JSON template is still one that a JSON parser takes, with the same data and more."""
    old = json.loads((BEFORE / name).read_text("utf-8-sig"))
    new = json.loads((AFTER / name).read_text("utf-8-sig"))
    assert old["Resources"].keys() <= new["Resources"].keys()
    assert {key: old[key] for key in old if key != "Resources"} == {key: new[key] for key in new if key != "Resources"}


def test_every_sample_has_its_result() -> None:
    """The two folders hold the same names, and more than forty shapes."""
    assert sorted(path.name for path in AFTER.iterdir()) == NAMES
    assert len(NAMES) > 45


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_written_as_expected(name: str, tmp_path: Path) -> None:
    """Writing puts the expected bytes into the file, and leaves nothing beside it."""
    file = tmp_path / name
    file.write_bytes((BEFORE / name).read_bytes())
    write(inject(file, options_of(name)))
    assert file.read_bytes() == (AFTER / name).read_bytes()
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_to_add_writes_nothing(tmp_path: Path) -> None:
    """A file that lacks nothing is not touched, not even by a copy of itself."""
    file = tmp_path / "template.yaml"
    file.write_bytes((BEFORE / "nothing-to-add.yaml").read_bytes())
    file.chmod(0o444)
    before = file.stat()
    injection = inject(file)
    write(injection)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (injection.summary(), injection.diff()) == ("nothing to add", "")


def test_the_summary_says_what_is_added() -> None:
    """One line names the added resources with their types, and what each machine waits for."""
    assert inject(BEFORE / "conditional-grantors.yaml").summary() == (
        "Always waits for ForProd and ForOthers; InProd waits for ForProd; InTest waits for ForOthers"
    )
    assert inject(BEFORE / "block-two-spaces.yaml").summary() == (
        "adds VendedLogsPolicy (Custom::VendedLogsPolicy); Machine waits for VendedLogsPolicy"
    )


def test_the_diff_is_one_that_patch_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unified diff with the line ends of the file, and names as git writes them for a path from here."""
    file = tmp_path / "t.yaml"
    file.write_bytes(
        b"Resources:\r\n  A: {Type: Custom::VendedLogsPolicy}\r\n"
        b"  M:\r\n    Properties: {Logging: {Level: ALL}}\r\n    Type: AWS::Serverless::StateMachine"
    )
    assert inject(file).diff().startswith(f"--- {file}\n+++ {file}\n")
    monkeypatch.chdir(tmp_path)
    assert inject(Path("t.yaml")).diff() == (
        "--- a/t.yaml\n+++ b/t.yaml\n@@ -2,4 +2,5 @@\n"
        "   A: {Type: Custom::VendedLogsPolicy}\r\n"
        "   M:\r\n"
        "     Properties: {Logging: {Level: ALL}}\r\n"
        "-    Type: AWS::Serverless::StateMachine\n\\ No newline at end of file\n"
        "+    Type: AWS::Serverless::StateMachine\r\n"
        "+    DependsOn: A\n\\ No newline at end of file\n"
    )


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the program patch")
@pytest.mark.parametrize("name", [name for name in NAMES if name != "old-mac-line-ends.yaml"])
def test_patch_makes_the_same_of_the_diff(name: str, tmp_path: Path) -> None:
    """The diff, given to patch, turns the template into the expected result (but for line ends of old Macs)."""
    file = tmp_path / name
    file.write_bytes((BEFORE / name).read_bytes())
    diff = inject(file, options_of(name)).diff().encode()
    command = ["patch", "--binary", "--quiet", str(file)]
    subprocess.run(command, input=diff, check=True, timeout=20)  # noqa: S603 - our own arguments
    assert file.read_bytes() == (AFTER / name).read_bytes()
