"""A boto3 session that reads what the function's four calls need, and not the data of four hundred services.

botocore finds its data along a path of folders (botocore's "Loaders Reference"). Its own folder costs a cold start a
fifth of its time: a listing of every service, twice, the endpoints of every service, and the model of the hundred
operations of CloudWatch Logs of which the function calls four. ``botocore_data`` beside this module has the same in
little: the files' names and forms are botocore's, which are open to everyone's models.
"""

from __future__ import annotations

import os

import boto3
import botocore.loaders
import botocore.session

DATA = os.path.join(os.path.dirname(__file__), "botocore_data")  # noqa: PTH118, PTH120 - pathlib's import costs cold starts


def lean_session(region: str) -> boto3.Session:
    """Return a session for CloudWatch Logs alone, in a region whose addresses are known here.

    What it makes is wrong for FIPS and dual-stack endpoints, and botocore says so when a client is to be made.

    Raises:
        botocore.exceptions.UnknownRegionError: the region lies in none of the partitions known here.
    """
    session = botocore.session.get_session()
    loader = botocore.loaders.Loader(extra_search_paths=[DATA], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    session.get_partition_for_region(region)
    return boto3.Session(botocore_session=session)
