"""The pictures of the documentation are what the command shows today, and need nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from documentation import house, pictures
from documentation.drawing import draw
from documentation.scenes import PICTURES
from tests.documentation.texts import ROOT
from tests.support.facts import SHARED_POLICY


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_current(name: str) -> None:
    """Drawn anew, each picture is byte for byte the one that is kept: `make docs` draws them."""
    assert (pictures.FOLDER / name).read_bytes() == PICTURES[name]().encode()


def test_no_other_picture_is_kept() -> None:
    """The folder holds what is drawn, and nothing else."""
    assert sorted(path.name for path in pictures.FOLDER.iterdir()) == sorted(PICTURES)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_stands_alone(name: str) -> None:
    """A picture is light XML that loads nothing and says in its title what it shows."""
    text = (pictures.FOLDER / name).read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - of our own making
    assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
    assert not {"@import", "@font-face", "url(", "<script", "<image", "href"} & set(re.findall(r"[@<\w-]+\(?", text))
    assert len(text.encode()) < 60_000
    assert root[0].tag.endswith("title")
    assert root[0].text


@pytest.mark.parametrize("name", ["before-and-after.svg", "doctor.svg"])
def test_a_picture_of_a_policy_names_it(name: str) -> None:
    """What is shown is the policy that readers have in their accounts."""
    assert SHARED_POLICY in (pictures.FOLDER / name).read_text(encoding="utf-8")


def test_the_house_has_a_room_for_every_module() -> None:
    """Each module or package of the function and of the command is in the picture of the house."""
    drawn = (pictures.FOLDER / "house.svg").read_text(encoding="utf-8")
    for folder in ("src/lambda/vended_logs", "src/tools/vended_logs_tools"):
        for path in (ROOT / folder).iterdir():
            if (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").exists():
                assert f">{path.stem}</text>" in drawn, path


def test_who_calls_aws_is_marked() -> None:
    """In the function the gateway and what stands right beneath it, in the command what reads accounts: nobody else."""
    marked = {room.name for each in house.houses() for floor in each.floors for room in floor if room.calls_aws}
    assert marked == {"account", "gateway", "translation", "wire", "session"}


def test_what_is_stale_is_told_and_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check names the pictures that are stale and exits with 1; drawing mends that, and the check is quiet."""
    monkeypatch.setattr(pictures, "FOLDER", tmp_path / "pictures")
    assert pictures.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert all(f"docs/pictures/{name}: stale" in told for name in PICTURES)
    assert not (tmp_path / "pictures").exists()
    assert pictures.main([]) == 0
    (tmp_path / "pictures" / "doctor.svg").write_text("<svg/>", encoding="utf-8")
    capsys.readouterr()
    assert pictures.main(["--check"]) == 1
    assert capsys.readouterr().out.count("stale") == 1
    assert pictures.main([]) == 0
    assert pictures.main(["--check"]) == 0


def test_a_line_that_would_be_cut_is_refused() -> None:
    """What does not fit into 80 columns is no picture."""
    with pytest.raises(ValueError, match="81 characters"):
        draw("wide", lambda screen: screen.print("x" * 81, soft_wrap=True))
