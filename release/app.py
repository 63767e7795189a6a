"""Whether what is published of the app agrees: template.yaml, its readme and licence, and the plain template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from release import plain_template
from release.project import Project, Unreleasable, section

_METADATA: Final = "AWS::ServerlessRepo::Application"
_OF_THE_PACKAGE: Final = {"SemanticVersion": "version", "SpdxLicenseId": "license"}
_FILES: Final = ("LicenseUrl", "ReadmeUrl")
_NO_DEFAULT: Final = "none"


def app_faults(project: Project) -> Iterator[str]:
    """Tell where template.yaml, what it names and what is made of it differ."""
    metadata = section(project.template, "Metadata", _METADATA)
    if not metadata:
        yield f"template.yaml has no Metadata named {_METADATA}: add them, SemanticVersion and all."
        return
    differing = list(_package_faults(project, metadata))
    yield from differing
    for name in _FILES:
        yield from _file_faults(project, name, metadata.get(name))
    # What is to be made of a template that has another version is known once it has the right one.
    if not differing:
        yield from _plain_faults(project)


def readme_faults(project: Project) -> Iterator[str]:
    """Tell where the readme's table of parameters and the template's parameters differ: in names, in defaults."""
    name = section(project.template, "Metadata", _METADATA).get("ReadmeUrl")
    if not isinstance(name, str) or not (project.root / name).is_file() or not (readme := project.text(name)).strip():
        return  # told above
    rows = _rows(readme)
    parameters = {each: _default(one) for each, one in section(project.template, "Parameters").items()}
    for parameter in [each for each in parameters if each not in dict(rows)]:
        yield f"{name} does not name the parameter {parameter}: add a row for it to the table of parameters."
    for parameter, told in rows:
        if parameter not in parameters:
            yield f"{name} has a row for the parameter {parameter}, which template.yaml has not: take it out."
        elif told != (default := parameters[parameter]):
            yield f"{name} gives {parameter} the default {told}, and template.yaml {default}: write that."


def _package_faults(project: Project, metadata: dict[str, object]) -> Iterator[str]:
    for name, theirs in _OF_THE_PACKAGE.items():
        published, wanted = metadata.get(name), project.package.get(theirs)
        if wanted is None:
            yield f"pyproject.toml has no {theirs} under [project]: write the {name} of template.yaml there."
        elif not published:
            yield f"template.yaml has no {name} in its {_METADATA}: write {wanted} there."
        elif published != wanted:
            yield f"template.yaml has the {name} {published}, pyproject.toml the {theirs} {wanted}: make both one."


def _file_faults(project: Project, name: str, file: object) -> Iterator[str]:
    if not file or not isinstance(file, str):
        yield f"template.yaml has no {name} in its {_METADATA}: name a file there."
    elif not (project.root / file).is_file():
        yield f"template.yaml names {file} as its {name}, and there is no such file: add it."
    elif not project.text(file).strip():
        yield f"template.yaml names {file} as its {name}, and that is empty: write it."


def _plain_faults(project: Project) -> Iterator[str]:
    made = plain_template.plain(project.text("template.yaml"))
    name = plain_template.NAME
    try:
        stands = project.text(name)
    except Unreleasable as error:
        raise Unreleasable(f"{name} cannot be read: write it with `make plain-template`.") from error
    if stands != made:
        yield f"{name} is not what template.yaml comes to: write it anew with `make plain-template`."


def _rows(readme: str) -> list[tuple[str, str]]:
    """Return the first two cells of the rows of the table whose first column is headed `parameter`."""
    rows: list[tuple[str, str]] = []
    lines = iter(readme.splitlines())
    for line in lines:
        if _cells(line)[0] == "parameter":
            next(lines, None)  # the rule below the head
            break
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(_cells(line))
    return rows


def _cells(line: str) -> tuple[str, str]:
    cells = [cell.strip() for cell in line.split("|")]
    return (cells[1], cells[2]) if len(cells) > 2 else ("", "")  # noqa: PLR2004  what is before the first bar, and two


def _default(parameter: object) -> str:
    default = section({"of": parameter}, "of").get("Default")
    return f"`{default}`" if default else _NO_DEFAULT
