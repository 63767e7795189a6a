"""From ``--profile`` and ``--region`` to an account's regions, by the configuration that every AWS tool reads."""

import os
import re
import shlex
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, which is not the built-in one
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from vended_logs.errors import shortened
from vended_logs.gateway import Gateway
from vended_logs.policy.grant import Scope
from vended_logs.wire import ca_bundle
from vended_logs_tools.account.calls import CONNECTION_CURE, Reader
from vended_logs_tools.account.certificates import distrust
from vended_logs_tools.errors import ToolError

SERVICES: Final = ("logs", "iam", "kms", "stepfunctions", "cloudformation")
"""What is read of an account."""

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}", re.ASCII)
# Reads may be repeated: what is throttled or lost is asked again by botocore.
_CONFIG = Config(connect_timeout=4, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


@dataclass(frozen=True, slots=True)
class Account:
    """Who is asking, and where."""

    session: boto3.Session
    number: str
    """Twelve digits."""
    partition: str
    regions: tuple[str, ...]
    profile: str | None
    """The profile that was named, None if the environment chose."""

    def scope(self, region: str) -> Scope:
        """Return where a grant holds."""
        return Scope(self.partition, region, self.number)

    def reader(self, region: str) -> Reader:
        """Return the read-only calls to a region."""
        return Reader(self.scope(region), _Clients(self.session, region))

    def gateway(self, region: str) -> Gateway:
        """Return CloudWatch Logs in a region, as the function talks to it: one attempt a call.

        Raises:
            ToolError: no client could be made of the configuration.
        """
        with _told():
            return Gateway(region, session=self.session)

    def options(self, region: str) -> str:
        """Return the options of a command about a region, for a shell: ``--region eu-west-1 --profile work``."""
        return f"--region {shlex.quote(region)}" + (f" --profile {shlex.quote(self.profile)}" if self.profile else "")


def open_account(profile: str | None, regions: Sequence[str] = (), *, every_region: bool = False) -> Account:
    """Return the account of a profile, and the regions that were named or else the profile's own.

    One call: sts:GetCallerIdentity; with ``every_region`` also ec2:DescribeRegions.

    Raises:
        ToolError: no such profile, no region, no or no valid credentials: cause, then cure.
    """
    with _told():
        session = boto3.Session(profile_name=profile)
        # boto3 knows AWS_DEFAULT_REGION alone; the AWS CLI and the other SDKs go by AWS_REGION first.
        usual = os.environ.get("AWS_REGION") or session.region_name
        named = tuple(dict.fromkeys(regions)) or ((usual,) if usual else ())
        for region in named:
            if not _REGION.fullmatch(region):
                raise ToolError(f"{region!r} is no name of a region: give one such as eu-west-1 as --region")
        if not named:
            raise ToolError("no region is named: give --region, or set AWS_REGION or the profile's region")
        identity, home = _identity(session, named)
        found = _enabled(session, home) if every_region else named
    # arn:aws:sts::123456789012:assumed-role/...: an identity's has no region.
    partition = identity["Arn"].split(":")[1]
    return Account(session, identity["Account"], partition, found, profile)


def _identity(session: boto3.Session, regions: Sequence[str]) -> tuple[dict[str, Any], str]:
    """Return who asks, by the first of the regions that takes the credentials, and that region.

    One that is not enabled for the account says of good credentials that they are not valid.
    """
    *others, last = regions
    for region in others:
        try:
            return _client(session, "sts", region).get_caller_identity(), region
        except (ClientError, ConnectionError):
            continue
    return _client(session, "sts", last).get_caller_identity(), last


def _enabled(session: boto3.Session, region: str) -> tuple[str, ...]:
    """Return the regions that are enabled for the account, sorted.

    Raises:
        ToolError: that may not be read.
    """
    try:
        answer = _client(session, "ec2", region).describe_regions()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise ToolError(
            f"ec2:DescribeRegions was refused ({code}): allow it, or name the regions with --region"
        ) from error
    return tuple(sorted(one["RegionName"] for one in answer["Regions"]))


class _Clients(Mapping[str, Any]):
    """botocore's clients of a region, each made when it is first needed; sessions serve one thread at a time."""

    _making = threading.Lock()

    def __init__(self, session: boto3.Session, region: str) -> None:
        self._session = session
        self._region = region
        self._made: dict[str, Any] = {}

    def __getitem__(self, service: str) -> Any:
        with self._making:
            if service not in self._made:
                if service not in SERVICES:
                    raise KeyError(service)
                self._made[service] = _client(self._session, service, self._region)
        return self._made[service]

    def __iter__(self) -> Iterator[str]:
        return iter(SERVICES)

    def __len__(self) -> int:
        return len(SERVICES)


def _client(session: boto3.Session, service: str, region: str) -> Any:
    make: Any = session.client  # its overloads want a literal name
    return make(service, region_name=region, config=_CONFIG, verify=ca_bundle())


@contextmanager
def _told() -> Iterator[None]:
    """Turn what is wrong with the configuration or the credentials into one sentence."""
    try:
        yield
    except ProfileNotFound as error:
        raise ToolError(f"{_cause(error)}{_other_profile(error.kwargs['profile'])}") from error
    except PartialCredentialsError as error:
        raise ToolError(f"{_cause(error)}: give all parts, or none of them and a --profile") from error
    except NoCredentialsError as error:
        raise ToolError(
            "no credentials were found: log in (`aws configure`, `aws sso login`), name a profile with --profile, or"
            " set AWS_PROFILE"
        ) from error
    except (SSOError, TokenRetrievalError) as error:
        raise ToolError(f"{_cause(error)}: log in with `aws sso login`") from error
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise ToolError(
            f"AWS does not take these credentials ({code}): log in again, or name another --profile"
        ) from error
    except ConnectionError as error:
        found = distrust(error)
        raise ToolError(": ".join(found or (_cause(error), CONNECTION_CURE))) from error
    # Not only botocore's own exceptions: a nonsense endpoint is a ValueError.
    except (BotoCoreError, ValueError) as error:
        raise ToolError(f"{_cause(error)}: mend the AWS configuration") from error


def _other_profile(name: str) -> str:
    """Return what follows after that a profile is not there: the cure, and the rest of the cause."""
    # botocore's own session: boto3's wants the profile that AWS_PROFILE names to be there.
    known = botocore.session.Session().available_profiles
    if known:
        return f": give one that is there as --profile ({', '.join(known)})"
    variable = next((one for one in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE") if os.environ.get(one) == name), None)
    without = f"unset {variable}" if variable else "leave --profile out"
    return f", and no profile is configured: run `aws configure`, or {without}"


def _cause(error: Exception) -> str:
    return shortened(str(error), 160).rstrip(" .")
