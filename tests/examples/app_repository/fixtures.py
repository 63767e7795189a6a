"""A publisher's account, an empty repository, and who asks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from botocore.config import Config

from tests.e2e.local_cloud import ACCOUNT
from tests.examples.app_repository import publisher as publishers
from tests.examples.app_repository.publisher import REGION, Account, Publisher
from tests.examples.app_repository.repository import Repository
from tests.examples.app_repository.server import serving
from tests.examples.ledger import Ledger
from tests.lint import project

APP: Final = f"arn:aws:serverlessrepo:{REGION}:{ACCOUNT}:applications/vended-logs-policy"
COLLEAGUE: Final = "210987654321"
STRANGER: Final = "999999999999"
ORGANISATION: Final = "o-exampleorgid"
"""What ACCOUNT and COLLEAGUE are members of."""
FOUND_BY: Final = "AWS_ENDPOINT_URL_SERVERLESSAPPLICATIONREPOSITORY"
"""The variable that tells a program of AWS's where the repository is."""
EVERYBODY: Final = [{"Principals": ["*"], "Actions": ["Deploy"]}]
"""The statements that make an application public."""


@pytest.fixture
def account() -> Iterator[Account]:
    """The publisher's account."""
    with publishers.account() as running:
        yield running


@pytest.fixture
def repository(account: Account) -> Repository:
    """An empty repository."""
    return Repository({ACCOUNT: account.client("s3")}, {ACCOUNT: ORGANISATION, COLLEAGUE: ORGANISATION})


@pytest.fixture
def served(repository: Repository) -> Iterator[str]:
    """Where the repository is."""
    with serving(repository) as url:
        yield url


@pytest.fixture
def publisher(tmp_path: Path, account: Account, served: str, ledger: Ledger) -> Publisher:
    """Somebody about to release."""
    return Publisher(tmp_path, account, served, ledger)


def release(account: Account, code: bytes = b"code") -> dict[str, Any]:
    """Upload what the project's template names, and return the request that publishes it."""
    named = {"readme": b"# Read me", "licence": b"A licence", "code": code}
    for key, content in named.items():
        account.client("s3").put_object(Bucket=account.bucket, Key=key, Body=content)
    readme, licence, code_uri = (f"s3://{account.bucket}/{key}" for key in named)
    template = project.template()
    metadata = template["Metadata"].pop("AWS::ServerlessRepo::Application")
    template["Resources"]["Provider"]["Properties"]["CodeUri"] = code_uri
    return {**metadata, "ReadmeUrl": readme, "LicenseUrl": licence, "TemplateBody": json.dumps(template)}


def client(url: str, account: str = ACCOUNT, region: str = REGION) -> Any:
    """Return a client of the repository's, as one of an account; what it is given it sends, without a look at it."""
    make: Callable[..., Any] = boto3.client  # its overloads want a literal name
    return make(
        "serverlessrepo",
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=account,
        aws_secret_access_key="local",  # noqa: S106  any will do
        config=Config(parameter_validation=False, proxies={}),
    )
