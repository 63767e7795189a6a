"""What every test may count on: no setting of the shell that ran them reaches the code."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.support.answers import Answers, answer_server

# A shell starts background jobs with Ctrl-C ignored, and whoever is started from here inherits that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_PREFIXES = ("AWS_", "POWERTOOLS_", "ALLOWED_")
_NAMES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _no_inherited_settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget inherited settings; the end-to-end tests look after their own, for engines that outlive a test."""
    if "tests/e2e/" not in request.node.nodeid:
        for name in [name for name in os.environ if name.startswith(_PREFIXES) or name in _NAMES]:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def answer_taker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """A server that takes answers, one a worker."""
    with answer_server(tmp_path_factory.mktemp("answers")) as taker:
        yield taker
