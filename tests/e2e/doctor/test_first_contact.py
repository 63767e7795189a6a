"""``vended-logs`` against a service whose certificate nobody here trusts, as behind a company's proxy."""

from __future__ import annotations

import pytest

from tests.e2e.command import command
from tests.e2e.local_cloud import LocalCloud


@pytest.mark.parametrize("verb", [["doctor"], ["ensure", "--dry-run"]])
def test_a_certificate_of_an_unknown_authority(cloud: LocalCloud, verb: list[str]) -> None:
    """One line says that the certificate is not trusted, and which variable names the authority's file."""
    done = command(cloud, cloud.folder)(*verb, AWS_CA_BUNDLE="")

    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert line.startswith(f"vended-logs: the certificate of {cloud.endpoint}")
    assert "is not trusted (" in line
    assert line.endswith("AWS_CA_BUNDLE has to name the file with its authority's certificate")


def test_a_file_of_authorities_that_is_not_there(cloud: LocalCloud) -> None:
    """A name that leads nowhere is told as that, not as a fault of the network."""
    done = command(cloud, cloud.folder)("doctor", AWS_CA_BUNDLE="/nowhere.pem")

    assert done.returncode == 2
    assert "the file of trusted certificates cannot be used (No such file or directory): look at" in done.stderr
    assert "network" not in done.stderr
