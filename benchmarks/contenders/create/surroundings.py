"""What Lambda gives a Python function: an event, a context, and one event after the other."""

import json
import os
import sys
import time
from typing import Any


def times() -> int:
    """Return how many events are to be handled."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else 1


def event() -> dict[str, Any]:
    """Return the event of a Create whose answer goes to the service."""
    with open(os.environ["EVENT"], encoding="utf-8") as file:  # noqa: PTH123  pathlib would be imported for it
        return {**json.load(file), "ResponseURL": os.environ["RESPONSE_URL"]}


class Context:
    """Lambda's context object, of a function with a minute."""

    memory_limit_in_mb = "512"
    aws_request_id = "b6c0c3c5-1d2c-4a5e-9a8f-0f8f1b0d2c11"

    def __init__(self, event: dict[str, Any]) -> None:
        """Start the function's time."""
        self.invoked_function_arn = event["ServiceToken"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._end = time.monotonic() + 60

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of the function's time."""
        return int((self._end - time.monotonic()) * 1000)
