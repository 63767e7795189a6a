"""A client of AWS that answers what a test tells it to, each answer held against the service's own API model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.stub import Stubber


@contextmanager
def stubbed(service: str, region: str) -> Iterator[Stubber]:
    """Stand in for a service in a region."""
    make: Callable[..., Any] = boto3.client
    client = make(service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106  goes nowhere
    with Stubber(client) as stubber:
        yield stubber
