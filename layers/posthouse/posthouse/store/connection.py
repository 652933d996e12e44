"""One botocore session and one client per service for the whole environment, shared by pynamodb and by us.

pynamodb makes a session and a client (45 ms of CPU, and a TLS connection) for every table: what it looks up as
``get_session`` is replaced by this module's, which hands out the shared ones. The versions are pinned and a test
notices when pynamodb stops asking here.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from pynamodb.connection import base as pynamodb_connection

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
ATTEMPTS = 3


class _SharedSession(botocore.session.Session):
    """A session that makes each service's client once."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def create_client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
        if service_name not in self._made:
            self._made[service_name] = self.new_client(service_name, *args, **kwargs)
        return self._made[service_name]

    def new_client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
        """A client beside the shared one, with a configuration of its own."""
        return super().create_client(service_name, *args, **kwargs)


@cache
def shared_session() -> _SharedSession:
    """The environment's only botocore session."""
    return _SharedSession()


@cache
def aws_client(service: str) -> Any:
    """The environment's client of an AWS service, with time-outs well below a function's own."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    )
    return shared_session().create_client(service, region_name=region(), config=config)


@cache
def patient_client(service: str, read_seconds: float) -> Any:
    """A client for calls that last up to ``read_seconds``, and are not repeated by themselves."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    return shared_session().new_client(service, region_name=region(), config=config)


def region() -> str:
    """The region that Lambda runs in."""
    return os.environ["AWS_REGION"]


pynamodb_connection.get_session = shared_session  # type: ignore[attr-defined]
