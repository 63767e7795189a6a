"""The function's start, crhelper and Powertools included, and its client."""

import os

import vended_logs.handler  # noqa: F401 - its import is what is measured
from vended_logs.provider import gateway

gateway(os.environ["AWS_REGION"])
