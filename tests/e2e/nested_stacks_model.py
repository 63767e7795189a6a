"""Our own model of nested apps: CloudFormation runs the SAM transform on a nested template too; the engine does not.

So an `AWS::Serverless::Application`, which is a nested stack once it is translated, can hold serverless resources. The
engine looks its parser up anew for each nested template, and has its own copy for all others: only nested ones are
changed here. Updates of nested stacks stay as the engine has them.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import engine

from tests.e2e.patching import existing, replace


def apply() -> None:
    """Put the model over the engine; raises MissingNameError if a name that it needs is not there."""
    parse = existing(engine, "_parse_template")
    transform = existing(engine, "_apply_transforms")
    failed = existing(engine, "_TransformFailed")

    def parsed(template_body: str) -> dict[str, Any]:
        template = transform(parse(template_body))
        if isinstance(template, failed):
            raise ValueError(template.error)  # noqa: TRY004  as the engine does where it transforms itself
        return dict(template)

    replace(engine, "_parse_template", parsed)
