"""What template.yaml says of itself: parameters, outputs, and what the function may do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from documentation.markdown import code, table
from tests.lint import project

_NO_DEFAULT: Final = "none"
_template = cache(project.template)


def parameters(group: str = "") -> str:
    """Return the table of the parameters, of one of the groups of the console or of all: name, default, description.

    Raises:
        ValueError: there is no such group.
    """
    return _table(_group(group) if group else section("Parameters"))


def bounds() -> str:
    """Return the table of the parameters that bound what other stacks may ask for."""
    return _table(name for name in section("Parameters") if name.startswith("Allowed"))


def default(parameter: str) -> str:
    """Return a parameter's default in code style, or a word for that there is none."""
    text = section("Parameters")[parameter].get("Default")
    return code(str(text)) if text else _NO_DEFAULT


def description(parameter: str) -> str:
    """Return what the console says of a parameter, stars as themselves."""
    text: str = section("Parameters")[parameter]["Description"]
    return _plain(text)


def outputs() -> str:
    """Return the table of the outputs: name, whether it is exported, and description."""
    return table(
        ("output", "what it is", "where"),
        (
            (code(name), _plain(output["Description"]), _condition(output) + _export(output))
            for name, output in section("Outputs").items()
        ),
    )


def permissions() -> str:
    """Return the table of what the function's role allows: actions, and on which resources."""
    policies = section("Resources")["ProviderRole"]["Properties"]["Policies"]
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    return table(
        ("the function may", "on"),
        ((", ".join(map(code, each["Action"])), _resource(each["Resource"])) for each in reversed(statements)),
    )


def _table(names: Iterable[str]) -> str:
    return table(("parameter", "default", "meaning"), ((name, default(name), description(name)) for name in names))


def section(name: str) -> dict[str, Any]:
    """Return a section of the template, such as ``Parameters``."""
    found: dict[str, Any] = _template()[name]
    return found


def _group(label: str) -> tuple[str, ...]:
    groups = section("Metadata")["AWS::CloudFormation::Interface"]["ParameterGroups"]
    found = [tuple(group["Parameters"]) for group in groups if group["Label"]["default"] == label]
    if not found:
        raise ValueError(f"No group of parameters is called {label!r}: see Metadata in template.yaml.")
    return found[0]


def _plain(text: str) -> str:
    return text.strip().replace("*", "\\*")


def _condition(output: dict[str, Any]) -> str:
    return {"Shares": "with `ShareProvider=true`", "HasCanary": "with `Canary=true`"}.get(
        output.get("Condition", ""), ""
    )


def _export(output: dict[str, Any]) -> str:
    name = output.get("Export", {}).get("Name", {}).get("Fn::Sub", "")
    return f", exported as `{name.replace('${AWS::StackName}', '<stack>')}`" if name else ""


def _resource(resource: object) -> str:
    if resource == "*":
        return "every policy and log group of the account and region: they have no narrower form"
    if resource == {"Fn::GetAtt": ["ProviderLogGroup", "Arn"]}:
        return "its own log group"
    raise ValueError(f"The role allows something on {resource}: say here what that is.")
