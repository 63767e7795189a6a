"""The programs that are measured: each does one whole Create, or fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tests.examples
from benchmarks import node
from benchmarks.not_measured import NotMeasured
from benchmarks.places import CONTENDERS, ROOT
from benchmarks.service import Service, serving

PYTHON_CONTENDERS = ("bare", "provider")


def run(name: str, service: Service, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a contender as it is measured, with the function's sources in place of its package."""
    return subprocess.run(  # noqa: S603  our own interpreter and program
        [sys.executable, str(CONTENDERS / "create" / f"{name}.py"), *arguments],
        env={**service.environment(), "PYTHONPATH": str(ROOT / "src" / "lambda"), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", PYTHON_CONTENDERS)
def test_a_contender_does_one_whole_create(name: str, service: Service) -> None:
    """It reads the policies once, answers a success for the event's resource, prints nothing and ends well."""
    done = run(name, service)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert service.calls() == ["DescribeResourcePolicies"]
    [answer] = service.answers()
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "AWSLogDeliveryWrite20150319"


@pytest.mark.parametrize("name", PYTHON_CONTENDERS)
def test_a_contender_repeats_its_create(name: str, service: Service) -> None:
    """Asked for three, it answers three events in one process, with one call each."""
    assert run(name, service, "3").returncode == 0
    assert [answer["Status"] for answer in service.answers()] == ["SUCCESS"] * 3
    assert len(service.calls()) == 3


def test_the_provider_found_the_grant(service: Service) -> None:
    """What is measured of the provider is the path that writes nothing."""
    run("provider", service)
    [answer] = service.answers()
    assert (answer["Data"]["Outcome"], answer["Data"]["Settled"]) == ("AlreadyGranted", "true")


@pytest.mark.parametrize("name", PYTHON_CONTENDERS)
def test_a_contender_whose_answer_is_refused_fails(name: str, service: Service) -> None:
    """Where the answer is not taken, the program does not end with 0: nothing can be measured that did not happen."""
    done = run(name, service, RESPONSE_URL=f"{service.url}/elsewhere")
    assert done.returncode == 1
    assert "not taken" in done.stderr
    assert service.answers() == []


def test_a_hand_written_create_without_the_grant_fails() -> None:
    """The hand-written one looks at what it reads: without the grant it answers a failure, and does not end with 0."""
    with serving("empty") as service:
        assert run("bare", service).returncode == 1
        assert [answer["Status"] for answer in service.answers()] == ["FAILED"]


def test_a_contender_checks_certificates(service: Service, tmp_path: Path) -> None:
    """With a list that lacks the service's authority, the hand-written one does not get an answer through."""
    others = tmp_path / "others.pem"
    others.write_bytes(service.ca_file.read_bytes().replace(service.authority.read_bytes(), b""))
    assert run("bare", service, SSL_CERT_FILE=str(others), AWS_MAX_ATTEMPTS="1").returncode == 1
    assert service.answers() == []


def test_without_node_nothing_is_measured_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where Node.js is not installed, that is said, and no figure is made up."""
    monkeypatch.delattr(tests.examples, "node", raising=False)
    monkeypatch.setitem(sys.modules, "tests.examples.node", None)
    with pytest.raises(NotMeasured, match=r"Node\.js is not installed"):
        node.commands(tmp_path)
