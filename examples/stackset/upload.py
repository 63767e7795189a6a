"""Put the provider's code into a bucket of each region, and member.yaml beside it in the first one.

`.venv/bin/python examples/stackset/upload.py --prefix NAME --organization o-... REGION...`, after `make build`, with
credentials of the account that the stack set is to belong to. The buckets are called NAME-REGION; whoever is in the
organisation may read from them; what else their policies say stays. What is there already is not uploaded again. Prints
the parameters for template.yaml.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

ROOT: Final = Path(__file__).resolve().parents[2]
BUILT: Final = ROOT / ".aws-sam" / "build" / "Provider"
MEMBER: Final = Path(__file__).resolve().parent / "member.yaml"
_FOLDER: Final = "vended-logs-policy"
_SID: Final = "VendedLogsPolicyForTheOrganization"
_EPOCH: Final = (2000, 1, 1, 0, 0, 0)


def main() -> None:
    """Upload, and tell; a mistake is told in a sentence."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--prefix", required=True, help="beginning of the buckets' names")
    parser.add_argument("--organization", required=True, help="id of the organisation, o-...")
    parser.add_argument("regions", nargs="+", metavar="REGION", help="in the order of the rollout")
    given = parser.parse_args()
    if not (BUILT / "vended_logs").is_dir():
        sys.exit(f"There is no built function in {BUILT}: run `make build` first.")
    try:
        told = upload(given.prefix, given.organization, given.regions, archive(BUILT))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"The upload ended early, and can be run again: {error}")
    print(" ".join(f"{name}={value}" for name, value in told.items()))


def upload(prefix: str, organization: str, regions: list[str], code: bytes) -> dict[str, str]:
    """Return the parameters of template.yaml once the code is in each region, and member.yaml in the first.

    Raises botocore's errors as they come.
    """
    member = MEMBER.read_bytes()
    code_key, member_key = _key(code, "zip"), _key(member, "yaml")
    for region in regions:
        storage, bucket = boto3.client("s3", region_name=region), f"{prefix}-{region}"
        _make_bucket(storage, bucket, region, organization)
        _put(storage, bucket, code_key, code)
        if region == regions[0]:
            _put(storage, bucket, member_key, member)
        print(f"{region}: s3://{bucket}/{code_key}", file=sys.stderr)
    home = boto3.client("s3", region_name=regions[0]).meta.endpoint_url
    return {
        "Regions": ",".join(regions),
        "TemplateUrl": f"{home}/{prefix}-{regions[0]}/{member_key}",
        "CodeBucketPrefix": prefix,
        "CodeKey": code_key,
    }


def archive(folder: Path) -> bytes:
    """Return a folder as a zip file; the same files always make the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            target.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _key(content: bytes, ending: str) -> str:
    """Return a key that is another one when the content is: CloudFormation compares keys, not what they lead to."""
    return f"{_FOLDER}/{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


def _make_bucket(storage: Any, bucket: str, region: str, organization: str) -> None:
    if not _is_there(storage.head_bucket, Bucket=bucket):
        # us-east-1 is where a bucket is made that names no region, and may not be named.
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        storage.create_bucket(Bucket=bucket, **place)
    readers = {
        "Sid": _SID,
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:{storage.meta.partition}:s3:::{bucket}/{_FOLDER}/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},
    }
    policy = _policy(storage, bucket)
    others = [statement for statement in policy["Statement"] if statement.get("Sid") != _SID]
    storage.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy | {"Statement": [*others, readers]}))


def _policy(storage: Any, bucket: str) -> dict[str, Any]:
    """Return a bucket's policy with a list of statements, which may be empty."""
    try:
        policy: dict[str, Any] = json.loads(storage.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        return {"Version": "2012-10-17", "Statement": []}
    statements = policy["Statement"]
    return policy | {"Statement": statements if isinstance(statements, list) else [statements]}


def _put(storage: Any, bucket: str, key: str, content: bytes) -> None:
    if not _is_there(storage.head_object, Bucket=bucket, Key=key):
        storage.put_object(Bucket=bucket, Key=key, Body=content)


def _is_there(look: Any, **what: str) -> bool:
    try:
        look(**what)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket", "NoSuchKey", "NotFound"):
            return False
        raise
    return True


if __name__ == "__main__":
    main()
