"""Which files are templates, and which are meant to be."""

import errno
import os
from pathlib import Path
from typing import Final

import pytest

from vended_logs_tools import files
from vended_logs_tools.errors import NotATemplate, Unreadable

TEMPLATE: Final = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
BROKEN: Final = "AWSTemplateFormatVersion: '2010-09-09'\nResources: [\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has an empty folder for itself, and stands in it."""
    monkeypatch.chdir(tmp_path)


def write(*names: str, text: str = TEMPLATE) -> None:
    """Write the text into files, their folders included."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")


def read(*names: str, templates_only: bool = False) -> tuple[list[str], list[Unreadable]]:
    """Return the names of the templates read, and what was reported."""
    problems: list[Unreadable] = []
    found = [template.name for template in files.templates(names, problems.append, templates_only=templates_only)]
    return found, problems


def test_folders_are_walked() -> None:
    """A folder stands for the templates in it and below it, of each usual ending, in the order of their names."""
    write("infra/b.yml", "infra/a/c.json", "infra/z.template", "infra/a.YAML", "infra/notes.md", "infra/z.txt")
    assert read("infra") == (["infra/a.YAML", "infra/a/c.json", "infra/b.yml", "infra/z.template"], [])


@pytest.mark.parametrize("folder", [".git", ".aws-sam", ".hidden", "node_modules", "__pycache__", ".venv", "venv"])
def test_what_others_made_is_left_out(folder: str) -> None:
    """Hidden folders, and those that programs fill, are not walked; but one that is named is."""
    write("app.yaml", f"{folder}/built/template.yaml")
    assert read(".") == (["app.yaml"], [])
    assert read(folder) == ([f"{folder}/built/template.yaml"], [])


def test_each_file_is_read_once() -> None:
    """A file named twice, or named and in a folder named, or linked to, is read once, under the name given first."""
    write("infra/a.yaml")
    Path("link.yaml").symlink_to("infra/a.yaml")
    assert read("infra", "infra/a.yaml", "./infra/a.yaml", "link.yaml", "infra") == (["infra/a.yaml"], [])
    assert read("link.yaml", "infra") == (["link.yaml"], [])


def test_links_to_folders_are_not_followed() -> None:
    """A folder that links to one above it is not walked without end."""
    write("infra/a.yaml")
    Path("infra/again").symlink_to("..")
    assert read("infra") == (["infra/a.yaml"], [])


def test_files_in_folders_that_are_no_templates_are_passed_over() -> None:
    """Other YAML and JSON in a folder is passed over without a word, even if it cannot be parsed."""
    write("infra/a.yaml")
    write("infra/values.yaml", text="a: {{ .Values.b }}\n")
    write("infra/many.yaml", text="kind: Pod\n---\nkind: Service\n")
    write("infra/package.json", text='{"Resources": {"name": "x"}}')
    write("infra/empty.yaml", text="")
    write("infra/resources.yaml", text="Resources: {{ .Values }}\n")
    Path("infra/binary.json").write_bytes(b"\xff\x00Resources")
    assert read("infra") == (["infra/a.yaml"], [])


@pytest.mark.parametrize(
    "text",
    [
        BROKEN,
        "Transform: AWS::Serverless-2016-10-31\nResources: {\n",
        "Transform:\n  - AWS::Serverless-2016-10-31\nResources: {\n",
        '{"Transform": ["AWS::Serverless-2016-10-31"], "Resources": {',
        "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n  }\n",
        '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}',
        'Resources:\n  Grant:\n    Type: Custom::VendedLogsPolicy\n    Properties: "\n',
    ],
)
def test_a_template_in_a_folder_that_cannot_be_parsed_is_reported(text: str) -> None:
    """A file in a folder that was meant to be a template is not passed over, and the others are read all the same."""
    write("infra/a.yaml", "infra/c.yaml")
    write("infra/b.yaml", text=text)
    found, [problem] = read("infra")
    assert found == ["infra/a.yaml", "infra/c.yaml"]
    assert problem.name == "infra/b.yaml"


def test_a_template_in_utf_16_is_reported() -> None:
    """A template in UTF-16, as some shells write it, is reported and not taken for no template."""
    write("infra/a.yaml")
    Path("infra/b.yaml").write_text(TEMPLATE, encoding="utf-16")
    assert [problem.cause for problem in read("infra")[1]] == ["is UTF-16: save it as UTF-8"]


def test_a_file_that_is_named_is_meant_to_be_a_template() -> None:
    """A file that the user names is reported if it is none, unless only templates are asked for."""
    write("values.yaml", text="a: b\n")
    write("values.json", text="{")
    found, problems = read("values.yaml", "values.json")
    assert found == []
    assert [(type(problem), problem.name) for problem in problems] == [
        (Unreadable, "values.json"),
        (NotATemplate, "values.yaml"),
    ]
    assert read("values.yaml", "values.json", templates_only=True) == ([], [])


def test_only_templates_still_includes_those_that_cannot_be_parsed() -> None:
    """A file that was meant to be a template, or is not there, is reported even if only templates are asked for."""
    write("broken.yaml", text=BROKEN)
    found, problems = read("broken.yaml", "missing.yaml", templates_only=True)
    assert found == []
    assert [problem.name for problem in problems] == ["broken.yaml", "missing.yaml"]


def test_an_ending_does_not_matter_for_a_file_that_is_named() -> None:
    """A template may have any name if it is named."""
    write("stack.txt")
    assert read("stack.txt") == (["stack.txt"], [])


def test_a_folder_without_templates_is_reported() -> None:
    """A folder in which nothing was found is most likely the wrong one, and one with a broken template is not."""
    write("docs/values.yaml", text="a: b\n")
    write("infra/a.yaml")
    write("broken/a.yaml", text=BROKEN)
    found, problems = read("docs", "infra", "broken")
    assert found == ["infra/a.yaml"]
    assert sorted(problem.name for problem in problems) == ["broken/a.yaml", "docs"]


def test_nested_folders_may_both_be_named() -> None:
    """A folder whose templates are all in another folder named is not reported as empty."""
    write("infra/app/a.yaml")
    assert read("infra/app", "infra") == (["infra/app/a.yaml"], [])


def test_what_may_not_be_read_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not where a link leads, and a folder that may not be listed, are reported by name."""
    write("infra/c.yaml", "infra/closed/b.yaml")
    Path("infra/a.yaml").symlink_to("nowhere.yaml")
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found, problems = read("infra")
    assert found == ["infra/c.yaml"]
    assert sorted(str(problem) for problem in problems) == [
        "infra/a.yaml: cannot be read (No such file or directory): give the path of a template",
        "infra/closed: cannot be listed (Permission denied): make it readable",
    ]


def test_what_is_no_file_is_passed_over() -> None:
    """A pipe with the name of a template is not read, since it may never end."""
    write("infra/a.yaml")
    os.mkfifo("infra/b.yaml")
    assert read("infra") == (["infra/a.yaml"], [])


def test_a_file_goes_by_its_own_name_and_not_by_that_of_a_link(tmp_path: Path) -> None:
    """A template and a link to it in one folder are one, under the template's own name."""
    (tmp_path / "z.yaml").write_text("Resources: {Q: {Type: T}}", encoding="utf-8")
    (tmp_path / "a.yaml").symlink_to(tmp_path / "z.yaml")
    found = [template.name for template in files.templates([str(tmp_path)], print)]

    assert found == [str(tmp_path / "z.yaml")]
