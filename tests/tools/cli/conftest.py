"""A folder of templates."""

from pathlib import Path

import pytest

from tests.tools.cli.process import FAILING, PASSING


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands in a folder with a template that fails, one that passes and a file that is none."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    Path("failing.yaml").write_text(FAILING, encoding="utf-8")
    Path("passing.yaml").write_text(PASSING, encoding="utf-8")
    Path("values.yaml").write_text("a: b\n", encoding="utf-8")
