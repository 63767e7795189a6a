"""The project's own files, as values."""

import copy
import json
from pathlib import Path
from typing import Any, Final

from cfnlint.decode import decode
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = ROOT / "template.yaml"

Json = dict[str, Any]


def template() -> Json:
    """Return template.yaml with the short forms of intrinsic functions written out."""
    decoded, findings = decode(str(TEMPLATE))
    assert not findings
    plain: Json = json.loads(json.dumps(decoded))
    return plain


def translated(template: Json) -> Json:
    """Return the template as CloudFormation sees it: after the SAM transform, its code packaged."""
    packaged = copy.deepcopy(template)
    packaged["Resources"]["Provider"]["Properties"]["CodeUri"] = "s3://bucket/provider.zip"
    result: Json = Translator({}, Parser()).translate(packaged, {})
    return result


def event(name: str) -> Json:
    """Return one of the example events."""
    value: Json = json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    return value
