"""Values that the template's parameters take, and those that they refuse."""

import re

from tests.lint.project import Json


def refuses(parameter: Json, value: str) -> bool:
    """Return whether CloudFormation would refuse the value, by the rules that parameters have."""
    allowed = parameter.get("AllowedValues", [value])
    pattern = parameter.get("AllowedPattern", r"(?s).*")
    longest = int(parameter.get("MaxLength", 4096))
    return value not in allowed or not re.fullmatch(pattern, value) or len(value) > longest
