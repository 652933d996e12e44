"""Clients of the local cloud's AWS, which ignore the AWS and proxy settings of the developer's shell."""

import os
from typing import Any

import botocore.session
from botocore.config import Config

from local.emulator import REGION

ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - MiniStack's fixed root key, good for nothing else


def aws_environment(endpoint: str) -> dict[str, str]:
    """Environment variables with which an AWS SDK or the AWS CLI calls the local cloud as its root user."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # else StartSyncExecution goes to sync-localhost
    }


def make_client(service: str, endpoint: str) -> Any:
    """Make a client of one AWS service of the local cloud, by boto3's name for it.

    It ignores the shell's profiles, config files and proxies: they belong to the developer's real accounts.
    """
    no_file = (None, None, os.devnull, None)
    session = botocore.session.Session(
        session_vars={"profile": (None, [], None, None), "config_file": no_file, "credentials_file": no_file}
    )
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(
            proxies={},
            inject_host_prefix=False,
            ignore_configured_endpoint_urls=True,
            connect_timeout=5,
            read_timeout=65,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=50,
            request_checksum_calculation="when_required",
            s3={"addressing_style": "path"},
        ),
    )
