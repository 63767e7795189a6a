"""What the repository reads of the publisher's S3, and what it puts into its own for those who deploy."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.examples.app_repository.refusal import bad_request

SERVICE: Final = "serverlessrepo.amazonaws.com"
_URL: Final = re.compile(r"s3://(?P<bucket>[a-z0-9.\-]{3,63})/(?P<key>.+)")


@dataclass(frozen=True)
class Shelf:
    """An account's S3, read as the service: what the bucket's policy allows it, and nothing else."""

    client: Any
    account: str

    def read(self, url: Any) -> bytes:
        """Return what an `s3://` URL names; raises RefusedError in the words that `sam publish` understands."""
        if not isinstance(url, str) or not (found := _URL.fullmatch(url)):
            raise bad_request(f"Invalid S3 URI: {url!r} is not of the form s3://bucket/key.")
        bucket, key = found["bucket"], found["key"]
        try:
            if not self._may_read(bucket, key):
                raise _unread(bucket, key)
            body: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            raise _unread(bucket, key) from error  # S3 tells a stranger no more
        return body

    def _may_read(self, bucket: str, key: str) -> bool:
        policy = json.loads(self.client.get_bucket_policy(Bucket=bucket)["Policy"])
        context = {"aws:SourceAccount": self.account}
        resource = f"arn:aws:s3:::{bucket}/{key}"
        # What a statement denies, moto refuses by itself.
        return any(_applies(one, resource, context) for one in policy["Statement"] if one["Effect"] == "Allow")


def _unread(bucket: str, key: str) -> Exception:
    return bad_request(f"Failed to copy S3 object. Access denied: bucket={bucket}, key={key}")


def _applies(statement: dict[str, Any], resource: str, context: dict[str, str]) -> bool:
    principal = statement["Principal"]
    service = principal == "*" or SERVICE in _listed(principal.get("Service", []))
    action = any(_matches(pattern, "s3:GetObject") for pattern in _listed(statement["Action"]))
    named = any(_matches(pattern, resource) for pattern in _listed(statement["Resource"]))
    return service and action and named and _holds(statement.get("Condition", {}), context)


def _holds(condition: dict[str, Any], context: dict[str, str]) -> bool:
    """Whether a condition holds; raises ValueError for one that this cannot judge, so that no test rests on a guess."""
    if condition.keys() - {"StringEquals"}:
        message = f"The bucket policy has a condition that is not modelled: {condition}."
        raise ValueError(message)
    wanted = condition.get("StringEquals", {})
    return all(context[key] in _listed(values) for key, values in wanted.items())


def _matches(pattern: str, text: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
