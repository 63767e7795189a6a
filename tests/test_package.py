"""What is deployed: the function's artifact, built as `sam build` builds it, and looked into."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "lambda"
BROUGHT: Final = {"aws_lambda_powertools", "crhelper", "jmespath", "typing_extensions"}
LARGEST: Final = 1_300_000


def build(folder: Path) -> Path:
    """Build the artifact into a new folder, with the Python that runs the tests."""
    folder.mkdir()
    target = ["build-Provider", f"ARTIFACTS_DIR={folder}", f"PYTHON={sys.executable}"]
    subprocess.run(["make", "-C", str(SOURCE), *target], check=True)
    return folder


def files(folder: Path) -> list[str]:
    """Return the paths of all files in a folder, relative to it, in order."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def zipped(folder: Path) -> bytes:
    """Return the folder as an archive that depends on its contents alone."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for name in files(folder):
            writing.write(folder / name, name)
    return archive.getvalue()


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built artifact."""
    return build(tmp_path_factory.mktemp("package") / "artifact")


def test_it_holds_the_whole_function(artifact: Path) -> None:
    """Every module of the function is in the artifact, as it is in the sources."""
    ours = [name for name in files(SOURCE) if name.startswith("vended_logs/") and "__pycache__" not in name]
    assert [name for name in files(artifact) if name.startswith("vended_logs/")] == ours
    assert all((artifact / name).read_bytes() == (SOURCE / name).read_bytes() for name in ours)


def test_it_holds_what_the_function_needs_and_no_more(artifact: Path) -> None:
    """Beside the function there are crhelper, Powertools and what Powertools needs; boto3 is the runtime's."""
    found = {name.split("/")[0].removesuffix(".py") for name in files(artifact) if ".dist-info/" not in name}
    assert found == BROUGHT | {"vended_logs"}


def test_it_holds_no_tests_and_no_leftovers(artifact: Path) -> None:
    """There are no tests, no scripts, no compiled files and no records of this machine in the artifact."""
    names = files(artifact)
    assert [name for name in names if "tests/" in name or name.startswith(("bin/", "test"))] == []
    assert [name for name in names if name.endswith((".pyc", ".so", "RECORD", "direct_url.json", "Makefile"))] == []


def test_it_keeps_the_licences(artifact: Path) -> None:
    """Each package that is handed on comes with its licence and with the record of its version."""
    names = [name.lower() for name in files(artifact)]
    for package in sorted(BROUGHT):
        records = [name for name in names if name.startswith(f"{package}-") and ".dist-info/" in name]
        assert any("licen" in name.split("/", 1)[1] for name in records), package
        assert any(name.endswith("/metadata") for name in records), package


def test_it_is_small(artifact: Path) -> None:
    """The archive stays under 1.3 MB."""
    assert len(zipped(artifact)) < LARGEST


def test_it_is_the_same_every_time(artifact: Path, tmp_path: Path) -> None:
    """Built again from the same sources, the archive is the same byte for byte, so nothing is deployed in vain."""
    assert zipped(build(tmp_path / "again")) == zipped(artifact)


def test_the_handler_runs_from_it(artifact: Path) -> None:
    """The handler is found in the artifact, with its libraries, and boto3 where the runtime would have it."""
    script = (
        "import vended_logs.handler as entry, crhelper, aws_lambda_powertools as powertools;"
        "assert callable(entry.handler);"
        "print(entry.__file__, crhelper.__file__, powertools.__file__, sep='\\n')"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(artifact), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment, cwd=artifact
    )
    assert [Path(line).is_relative_to(artifact) for line in done.stdout.split()] == [True, True, True]
