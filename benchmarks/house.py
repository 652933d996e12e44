"""Runs handlers in this process against a local cloud, to measure their time and count their calls to AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from local.cloud import LocalCloud
from posthouse.entry.settings import read_settings

CONTEXT = SimpleNamespace(function_name="bench", aws_request_id="bench")


@contextmanager
def running_house() -> Iterator[LocalCloud]:
    """Start the local cloud, and give this process a function's environment as on Lambda."""
    print("starting the local cloud", flush=True)
    with LocalCloud(port=0, progress=lambda line: print(f"  {line}", flush=True)) as cloud:
        os.environ.update(cloud.aws_env)
        os.environ.update(
            {
                "TABLE_PREFIX": cloud.stack_name,
                "STAGE": "local",
                "TOKEN_SECRET_ARN": cloud.outputs["TokenSecretArn"],
                "LOG_LEVEL": "ERROR",
            }
        )
        read_settings.cache_clear()
        yield cloud


def request(
    route: str, parameters: Mapping[str, str], query: Mapping[str, str] | None = None, **headers: str
) -> dict[str, Any]:
    """Make the event of a GET as API Gateway passes it to a function (payload format 2.0)."""
    return {
        "version": "2.0",
        "routeKey": route,
        "headers": {name.replace("_", "-").lower(): value for name, value in headers.items()},
        "pathParameters": dict(parameters),
        "queryStringParameters": dict(query or {}),
        "requestContext": {"requestId": "bench"},
        "isBase64Encoded": False,
    }
