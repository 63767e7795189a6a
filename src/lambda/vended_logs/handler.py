"""The Lambda function's entry point: the provider or, should it fail to start, what answers in its place."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def _entry_point() -> Callable[[dict[str, Any], Any], Any]:
    # Inside, because a failure of any of these must not keep CloudFormation from its answer.
    try:
        from vended_logs.surroundings import forget_settings  # noqa: PLC0415  its failure is to be answered

        forget_settings(os.environ)
        from vended_logs.provider import handler as provider  # noqa: PLC0415  its failure is to be answered
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, someone waits
        from vended_logs.stand_in import stand_in  # noqa: PLC0415  needed in this case alone

        return stand_in(error)
    return provider


handler = _entry_point()
