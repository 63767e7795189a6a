"""The answer's way to CloudFormation: over TLS alone, and in the time that is left."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import repeat
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme

from tests.support.answers import Answers
from vended_logs import answer
from vended_logs.answer import deliver


def counting_down(seconds: float) -> Callable[[], float]:
    """Return what tells the seconds left of so many."""
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that does this with each connection, and give its URL."""
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def accept() -> None:
            while not stopped.is_set():
                with suppress(TimeoutError):
                    connection, _ = listener.accept()
                    threading.Thread(target=attended, args=(connection,), daemon=True).start()

        def attended(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.settimeout(5)
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}/answer"
        finally:
            stopped.set()
            thread.join()


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS, trusted by AWS_CA_BUNDLE."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_server_that_never_answers_costs_the_time_and_no_more() -> None:
    """A connection that is accepted and left alone, handshake and all, is given up in time."""

    def listen(connection: socket.socket) -> None:
        while connection.recv(100):
            pass

    begun = time.monotonic()
    with listening(listen) as url:
        assert not deliver(url, b"{}", counting_down(0.6))
        assert time.monotonic() - begun < 1.2


def test_a_server_that_trickles_costs_the_time_and_no_more(secured: ssl.SSLContext) -> None:
    """An answer that comes byte by byte, and never to its end, is given up in time."""

    def trickle(connection: socket.socket) -> None:
        with secured.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1000)
            for byte in (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1000, *repeat(b"y", 50)):
                secure.sendall(byte)
                time.sleep(0.05)

    begun = time.monotonic()
    with listening(trickle) as url:
        assert not deliver(url, b"{}", counting_down(0.6))
        assert time.monotonic() - begun < 1.2


def test_a_name_that_is_looked_up_for_ever_costs_the_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver knows no time-out; the answer's way does."""
    released = threading.Event()

    def hang(*_: object, **__: object) -> None:
        released.wait(10)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    begun = time.monotonic()
    assert not deliver("https://name.example/x", b"{}", counting_down(0.6))
    assert time.monotonic() - begun < 1.2
    released.set()


def test_a_lookup_that_hangs_once_does_not_lose_the_answer(
    answer_taker: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next attempt does not wait for the one that hangs."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    monkeypatch.setattr(answer, "_ATTEMPT_SECONDS", 0.3)
    released, found = threading.Event(), socket.getaddrinfo
    waits = [10.0]

    def hang_once(*given: object, **more: object) -> object:
        if waits and released.wait(waits.pop()):
            raise socket.gaierror
        return found(*given, **more)  # type: ignore[arg-type]  # whatever it was given is handed on

    monkeypatch.setattr(socket, "getaddrinfo", hang_once)
    assert deliver(answer_taker.url, b"{}", counting_down(5))
    assert len(answer_taker.bodies) == 1
    released.set()


def test_a_certificate_that_nobody_trusts_gets_no_answer(
    answer_taker: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    """The signed URL is a secret, so it goes to no server that cannot say who it is; the log has the failure."""
    answer_taker.clear()
    assert not deliver(answer_taker.url, b"{}", counting_down(0.5))
    assert answer_taker.bodies == []
    assert "SSLCertVerificationError" in {getattr(record, "reason", "") for record in caplog.records}


def test_a_server_that_is_broken_for_ever_is_given_up(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all the time there is, the attempts are counted: some minute or two of them."""
    answer_taker.clear()
    answer_taker.statuses = [503] * 100
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    slept: list[float] = []
    monkeypatch.setattr(answer, "time", SimpleNamespace(sleep=slept.append))

    assert not deliver(answer_taker.url, b"{}", lambda: 300.0)
    assert len(answer_taker.bodies) == len(slept) + 1 == 20
    assert 60 < sum(slept) < 120


@pytest.mark.parametrize("status", [301, 307, 308, 400, 403, 404])
def test_a_redirect_or_a_refusal_is_the_end(
    answer_taker: Answers, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The signature holds for the one address: no other is followed, and none is tried twice that said no."""
    answer_taker.clear()
    answer_taker.statuses = [status]
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))

    assert not deliver(answer_taker.url, b"{}", lambda: 300.0)
    assert len(answer_taker.bodies) == 1


@pytest.mark.parametrize("url", ["https://127.0.0.1:99999/x", "https://127.0.0.1:1/a b", "https://h\u00e9\u00df..x/"])
def test_a_url_that_cannot_be_used_does_no_harm(url: str) -> None:
    """Whatever stands in a URL, there is no traceback, only no delivery."""
    assert not deliver(url, b"{}", counting_down(0.3))


def test_the_time_left_is_not_passed_by_a_last_attempt(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time left there is one attempt, and it is short."""
    answer_taker.clear()
    answer_taker.statuses = [0] * 10
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    begun = time.monotonic()

    assert not deliver(answer_taker.url, b"{}", lambda: 0.0)
    assert time.monotonic() - begun < 0.5
    assert len(answer_taker.bodies) <= 1


def test_tracing_of_http_prints_no_url(
    answer_taker: Answers, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever switched http.client's tracing on for the whole process sees nothing of the answer's address."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)

    assert deliver(answer_taker.url, b"{}", counting_down(5))
    assert capsys.readouterr() == ("", "")
