"""Our own model of nested apps: CloudFormation runs the SAM transform on a nested template too; the engine does not.

So an `AWS::Serverless::Application`, which is a nested stack once it is translated, can hold serverless resources. The
engine checks a nested template's capabilities once it has read it, and that check is where the transform is put: after
it, so that what has to be acknowledged for a transform still is. Updates of nested stacks stay as the engine has them.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import engine, provisioners

from tests.e2e.patching import existing, replace


def apply() -> None:
    """Put the model over the engine; raises MissingNameError if a name that it needs is not there."""
    check = existing(provisioners, "_check_nested_stack_capabilities")
    transform = existing(engine, "_apply_transforms")
    failed = existing(engine, "_TransformFailed")

    def checked(parent: str, template: dict[str, Any]) -> None:
        check(parent, template)
        transformed = transform(template)
        if isinstance(transformed, failed):
            raise ValueError(transformed.error)  # noqa: TRY004  as the engine does where it transforms itself
        expanded = dict(transformed)  # which may be the template itself
        template.clear()
        template.update(expanded)

    replace(provisioners, "_check_nested_stack_capabilities", checked)
