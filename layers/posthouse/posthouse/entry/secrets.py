"""Secrets, read from Secrets Manager and kept for five minutes: a rotated key is learned without a deployment."""

from __future__ import annotations

from threading import Lock

from cachetools import TTLCache, cached

from posthouse.store.connection import aws_client

KEPT_SECONDS = 300


@cached(TTLCache(maxsize=8, ttl=KEPT_SECONDS), lock=Lock())
def read_secret(arn: str) -> str:
    """The secret's text."""
    return str(aws_client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
