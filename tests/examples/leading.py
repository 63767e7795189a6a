"""What leads a program of somebody else's to the local cloud."""

from __future__ import annotations

import os

from tests.e2e.local_cloud import ACCOUNT, LocalCloud


def leading_to(cloud: LocalCloud) -> dict[str, str]:
    """Return the settings that lead what speaks with AWS to a local cloud, and nowhere else."""
    return {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CA_BUNDLE": str(cloud.authority),
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
