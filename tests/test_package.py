"""What is deployed: the function's artifact, built as `sam build` builds it, and looked into."""

import io
import os
import re
import shutil
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
LARGEST_WITH_BYTECODE: Final = 2_500_000
HERE: Final = f"{sys.version_info[0]}.{sys.version_info[1]}"
NOWHERE: Final = "3.99"
"""A version that no Python has, so that none can make its bytecode."""


def make(folder: Path, runtime: str) -> str:
    """Build the artifact into a folder, with the Python that runs the tests; return what is said on the way."""
    target = ["build-Provider", f"ARTIFACTS_DIR={folder}", f"PYTHON={sys.executable}", f"RUNTIME={runtime}"]
    return subprocess.run(["make", "-C", str(SOURCE), *target], check=True, capture_output=True, text=True).stderr


def build(folder: Path, runtime: str = HERE) -> Path:
    """Build the artifact into a new folder, for a runtime of the version that runs the tests unless told otherwise."""
    folder.mkdir()
    make(folder, runtime)
    return folder


def run(artifact: Path, script: str) -> str:
    """Return what a script prints that has the artifact on its path, as the function has in Lambda."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(artifact), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=artifact).stdout


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
    found = [name for name in files(artifact) if name.startswith("vended_logs/") and "__pycache__" not in name]
    assert found == ours
    assert all((artifact / name).read_bytes() == (SOURCE / name).read_bytes() for name in ours)


def test_it_holds_what_the_function_needs_and_no_more(artifact: Path) -> None:
    """Beside the function there are crhelper, Powertools and what Powertools needs; boto3 is the runtime's."""
    found = {name.split("/")[0].removesuffix(".py") for name in files(artifact) if ".dist-info/" not in name}
    assert found - {"__pycache__"} == BROUGHT | {"vended_logs"}


def test_it_holds_no_tests_and_no_leftovers(artifact: Path) -> None:
    """There are no tests, no scripts, no libraries and no records of this machine in the artifact."""
    names = files(artifact)
    assert [name for name in names if "tests/" in name or name.startswith(("bin/", "test"))] == []
    assert [name for name in names if name.endswith((".so", "RECORD", "direct_url.json", "Makefile"))] == []


def test_it_keeps_the_licences(artifact: Path) -> None:
    """Each package that is handed on comes with its licence and with the record of its version."""
    names = [name.lower() for name in files(artifact)]
    for package in sorted(BROUGHT):
        records = [name for name in names if name.startswith(f"{package}-") and ".dist-info/" in name]
        assert any("licen" in name.split("/", 1)[1] for name in records), package
        assert any(name.endswith("/metadata") for name in records), package


def test_it_is_small(artifact: Path, tmp_path: Path) -> None:
    """The archive stays under 2.5 MB with bytecode, and under 1.3 MB without."""
    without = build(tmp_path / "without", NOWHERE)
    assert len(zipped(without)) < LARGEST < len(zipped(artifact)) < LARGEST_WITH_BYTECODE


def test_all_that_is_imported_comes_compiled(artifact: Path) -> None:
    """Where Python has the runtime's version, a cold start compiles nothing, of the function or of its libraries."""
    script = (
        "import sys; seen = []\n"
        "sys.addaudithook(lambda name, args: name == 'compile' and seen.append(str(args[1])))\n"
        "import vended_logs.handler, vended_logs.stand_in\n"
        "print(*seen, sep='\\n')"
    )
    compiled = [name for name in run(artifact, script).split() if name.startswith(str(artifact))]
    assert compiled == []
    assert any(name.endswith(".pyc") for name in files(artifact))


def test_bytecode_never_hides_a_change(artifact: Path, tmp_path: Path) -> None:
    """A source that is edited where it lies, as in the console, counts at once: the bytecode holds its hash."""
    changed = tmp_path / "changed"
    shutil.copytree(artifact, changed)
    with (changed / "vended_logs" / "__init__.py").open("a", encoding="utf-8") as module:
        module.write("\nEDITED = True\n")
    assert run(changed, "import vended_logs; print(vended_logs.EDITED)") == "True\n"


def test_it_is_built_without_a_python_of_the_runtimes_version(tmp_path: Path) -> None:
    """Then there is no bytecode, it is said why the function starts slower, and all else is there."""
    said = make(tmp_path, NOWHERE)
    assert f"No CPython {NOWHERE} was found" in said
    assert [name for name in files(tmp_path) if name.endswith(".pyc")] == []
    assert run(tmp_path, "import vended_logs.handler as entry; print(callable(entry.handler))") == "True\n"


def test_it_is_built_for_the_templates_runtime() -> None:
    """The version that the artifact is built for is that of the function."""
    [built_for] = re.findall(r"^RUNTIME := (.*)$", (SOURCE / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert f"Runtime: python{built_for}\n" in (ROOT / "template.yaml").read_text("utf-8")


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
    assert [Path(line).is_relative_to(artifact) for line in run(artifact, script).split()] == [True, True, True]
