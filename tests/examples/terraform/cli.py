"""The machine's own Terraform and AWS provider, if it has them, on a copy of an example and against the local cloud.

Nothing is downloaded for it: the provider has to lie in a folder laid out as a mirror of the registry, in one of the
usual places or where the variable TERRAFORM_PLUGINS says.
"""

from __future__ import annotations

import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.local_cloud import INHERITED, LocalCloud
from tests.examples.leading import leading_to
from tests.examples.ledger import Ledger
from tests.support import programs
from tests.support.programs import Done

_OLDEST: Final = (1, 3)
_SECONDS: Final = 300
_USUAL_PLACES: Final = (
    Path.home() / ".terraform.d" / "plugins",
    Path.home() / ".local" / "share" / "terraform" / "plugins",
    Path("/usr/local/share/terraform/plugins"),
    Path("/usr/share/terraform/plugins"),
    *Path("/opt").glob("*"),
)
# A mirror's folders: host, namespace, type, version, platform, and in it the plugin.
_PROVIDER: Final = "*/hashicorp/aws/*/*/terraform-provider-aws*"


class Terraform:
    """Terraform in a copy of a module, with its provider and no AWS but the local cloud."""

    def __init__(
        self, module: Path, scratch: Path, ledger: Ledger, cloud: LocalCloud | None = None, **settings: str
    ) -> None:
        self.folder = scratch / "terraform" / module.name
        shutil.copytree(module, self.folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        self._ledger = ledger
        self._settings = {"HOME": str(scratch), **(leading_to(cloud) if cloud else {}), **settings}
        self.run("init", "-input=false", f"-plugin-dir={plugins()}")
        ledger.uses("Terraform", json.loads(self.run("version", "-json"))["terraform_version"])
        ledger.uses("AWS provider", self.provider_version())

    def run(self, *command: str) -> str:
        """Run a command and return what it printed; AssertionError with that if it fails."""
        done = self._done(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fail(self, *command: str) -> str:
        """Run a command that is to fail and return its errors, on one line."""
        done = self._done(*command)
        assert done.returncode != 0, done.stdout
        return " ".join(done.stderr.replace("│", " ").split())

    def apply(self, *options: str) -> str:
        """Create or change what the module says."""
        printed = self.run("apply", "-input=false", "-auto-approve", *options)
        self._ledger.did("terraform apply")
        return printed

    def destroy(self, *options: str) -> str:
        """Delete what the state holds."""
        printed = self.run("destroy", "-input=false", "-auto-approve", *options)
        self._ledger.did("terraform destroy")
        return printed

    def assert_settled(self, *options: str) -> None:
        """Hold that nothing is left to change."""
        self.run("plan", "-input=false", "-detailed-exitcode", *options)
        self._ledger.did("terraform plan: no changes")

    def output(self, name: str) -> str:
        """Return an output's value."""
        return str(json.loads(self.run("output", "-json", name)))

    def graph(self) -> dict[str, set[str]]:
        """Return what each resource and data source awaits, however indirectly, as Terraform itself sees it."""
        # Lines of DOT, of the form `"a" -> "b";`.
        lines = [line.strip(" ;\t").split(" -> ") for line in self.run("graph").splitlines() if " -> " in line]
        awaited: dict[str, set[str]] = {}
        for one, other in lines:
            awaited.setdefault(one.strip('"'), set()).add(other.strip('"'))
        for _ in lines:  # no path is longer than there are edges
            for others in awaited.values():
                others |= {far for near in others for far in awaited.get(near, ())}
        return awaited

    def provider_version(self) -> str:
        """Return the AWS provider's version."""
        (version,) = json.loads(self.run("version", "-json"))["provider_selections"].values()
        return str(version)

    def _done(self, *command: str) -> Done:
        return _run(*command, folder=self.folder, **self._settings)


def formatted(folder: Path, ledger: Ledger) -> str:
    """Return the files that `terraform fmt` would change; a pytest skip without Terraform."""
    needed(provider=False)
    done = _run("fmt", "-check", "-recursive", folder=folder)
    ledger.uses("Terraform", ".".join(map(str, version())))
    ledger.did("terraform fmt -check")
    return done.stdout + done.stderr


def needed(*, provider: bool = True) -> None:
    """Skip the test that asks if this machine has no Terraform, or no provider for it."""
    if version() < _OLDEST:
        pytest.skip("no Terraform 1.3 or newer is on the PATH of this machine")
    if provider and plugins() is None:
        pytest.skip(
            "no AWS provider for Terraform lies on this machine (TERRAFORM_PLUGINS names the folder of a mirror)"
        )


@cache
def version() -> tuple[int, ...]:
    """Return the version of this machine's Terraform; empty if it has none."""
    if _binary() is None:
        return ()
    done = _run("version", "-json", folder=Path.cwd())
    try:
        return tuple(int(part) for part in json.loads(done.stdout)["terraform_version"].partition("-")[0].split("."))
    except ValueError:
        return ()  # so old that it does not tell it as JSON


@cache
def plugins() -> Path | None:
    """Return the folder that the provider lies in, laid out as a mirror; None if there is none."""
    told = INHERITED.get("TERRAFORM_PLUGINS")
    places = [Path(told)] if told else _USUAL_PLACES
    return next((place for place in places if any(place.glob(_PROVIDER))), None)


def _binary() -> Path | None:
    found = shutil.which("terraform", path=INHERITED.get("PATH"))
    return Path(found) if found else None


def _quiet() -> dict[str, str]:
    """Return an environment in which nothing inherited counts and nobody is asked or called."""
    return {
        "PATH": INHERITED.get("PATH", os.defpath),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_ARGS": "-no-color",
        "TF_CLI_CONFIG_FILE": os.devnull,
        "TF_IN_AUTOMATION": "1",
    }


def _run(*command: str, folder: Path, **settings: str) -> Done:
    environment = {**_quiet(), **settings}
    return programs.run([str(_binary()), *command], folder, environment, _SECONDS, errors_apart=True)
