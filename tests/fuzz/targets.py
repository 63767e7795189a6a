"""All targets."""

from __future__ import annotations

from tests.fuzz import handling, parsing, planning, texts
from tests.fuzz.target import Target

TARGETS = {
    target.name: target
    for target in (
        Target("document", 35, texts.document, parsing.check_document, 3_000),
        Target("properties", 20, parsing.properties, parsing.check_properties, 1_000),
        Target("patterns", 15, planning.patterns, planning.check_patterns, 3_000),
        Target("plan", 10, planning.situation, planning.check_plan, 5_000),
        Target("handler", 20, handling.case, handling.check_case, 20_000),
    )
}
