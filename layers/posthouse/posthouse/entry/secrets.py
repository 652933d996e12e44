"""Secrets, read from Secrets Manager and kept for five minutes: a rotated key is learned without a deployment."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from cachetools import TTLCache, cached
from cachetools.keys import hashkey

from posthouse.store.connection import aws_client

KEPT_SECONDS = 300

RELOADED_EVERY_SECONDS = 10.0
"""How often at most a secret is read before its time: whoever sends nonsense must not make us ask again and again."""

_kept: TTLCache[Any, str] = TTLCache(maxsize=8, ttl=KEPT_SECONDS)
_reloaded: dict[str, float] = {}


@cached(_kept, key=hashkey, lock=Lock())
def read_secret(arn: str) -> str:
    """The secret's text."""
    return str(aws_client("secretsmanager").get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")["SecretString"])


def reload_secret(arn: str) -> str:
    """The secret's text, read anew unless that was done just now."""
    now = time.monotonic()
    if now - _reloaded.get(arn, -RELOADED_EVERY_SECONDS) >= RELOADED_EVERY_SECONDS:
        _reloaded[arn] = now
        _kept.pop(hashkey(arn), None)
    return read_secret(arn)
