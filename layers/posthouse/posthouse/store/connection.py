"""One botocore session for the whole environment, and its DynamoDB client, shared by pynamodb and by us.

The clients of other services come from posthouse.clients.aws.

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
def dynamodb() -> Any:
    """The environment's DynamoDB client, for the few calls that pynamodb does not make."""
    return shared_session().create_client("dynamodb", region_name=region(), config=timeouts(READ_SECONDS, ATTEMPTS))


def timeouts(read_seconds: float, attempts: int) -> Config:
    """The configuration of a client whose calls end well before the function's own time-out."""
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )


def region() -> str:
    """The region that Lambda runs in."""
    return os.environ["AWS_REGION"]


pynamodb_connection.get_session = shared_session  # type: ignore[attr-defined]
