"""The handler with CloudWatch Logs simulated by moto, and a server that takes its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.integration.logs_service import LogsService, logs_service
from tests.integration.processes import surroundings
from tests.support.answers import Answers
from tests.support.function import REGION, Context, event


@pytest.fixture
def answers(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """The server, trusted by AWS_CA_BUNDLE."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    return answer_taker


@pytest.fixture
def calls() -> list[str]:
    """Return the names of the operations that were called on AWS."""
    return []


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch, calls: list[str]) -> Iterator[Any]:
    """An empty account; every call of the function's is noted."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        import vended_logs.provider as module  # noqa: PLC0415 - the fixtures have prepared its surroundings

        module.gateway.cache_clear()
        client = boto3.client("logs", region_name=REGION)
        # moto listens to the same event as our transport, which would go out to the network.
        monkeypatch.setattr("vended_logs.wire.Wire.client", lambda _self, region: boto3.client("logs", region))
        own = module.gateway(REGION)._client  # noqa: SLF001 - to see what goes out
        own.meta.events.register("before-call.cloudwatch-logs", lambda model, **_: calls.append(model.name))
        yield client
        module.gateway.cache_clear()


@pytest.fixture
def send(logs: Any, answers: Answers) -> Callable[..., dict[str, Any]]:
    """Send the function an event and return its answer."""
    from vended_logs.handler import handler  # noqa: PLC0415 - as above

    def sent(kind: str, properties: dict[str, Any] | None = None, seconds: float = 60.0, **more: Any) -> dict[str, Any]:
        answers.bodies.clear()
        handler(event(kind, answers.url, properties, **more), Context(seconds))
        return answers.only

    return sent


@pytest.fixture(scope="session")
def running_service() -> Iterator[LogsService]:
    """CloudWatch Logs for functions in processes of their own, one a worker."""
    with logs_service() as service:
        yield service


@pytest.fixture
def service(running_service: LogsService) -> LogsService:
    """The service, emptied."""
    running_service.clear()
    return running_service


@pytest.fixture
def environment(service: LogsService, answers: Answers) -> dict[str, str]:
    """The surroundings of a function whose services are on this machine."""
    return surroundings(service, answers)
