"""Secrets, read from Secrets Manager and kept for a while: a changed one is learned without a deployment.

Ages are told by the wall clock: a monotonic one stands still while Lambda keeps an environment frozen.
"""

from __future__ import annotations

import time

from botocore.exceptions import ClientError

from posthouse.domain.value import Value
from posthouse.store.connection import aws_client

KEPT_SECONDS = 300.0

RELOADS_AT_ONCE = 10
"""How often an environment reads a secret before its time, one after the other, because of what callers send."""

RELOAD_EVERY_SECONDS = 1.0
"""How soon it may do so once more: whoever sends nonsense must not make us ask again and again."""


class EmptySecret(ValueError):
    """There is a secret, and nothing in it yet: CloudFormation makes it so."""


class _Kept(Value):
    text: str
    read_at: float


class _Reloads:
    """How many reads before their time are left; one more comes with each second, up to the number to begin with."""

    def __init__(self) -> None:
        self.left = float(RELOADS_AT_ONCE)
        self._counted_at = time.time()

    def take(self) -> bool:
        """Use one up, if there is one."""
        now = time.time()
        gained = max(0.0, now - self._counted_at) / RELOAD_EVERY_SECONDS
        self.left, self._counted_at = min(RELOADS_AT_ONCE, self.left + gained), now
        if self.left < 1:
            return False
        self.left -= 1
        return True


_kept: dict[str, _Kept] = {}
_reloads: dict[str, _Reloads] = {}


def read_secret(arn: str, kept_seconds: float = KEPT_SECONDS) -> str:
    """The secret's text, as it was within the last ``kept_seconds``. Raises EmptySecret."""
    known = _kept.get(arn)
    now = time.time()
    if known is None or not known.read_at <= now < known.read_at + kept_seconds:  # a clock may be set back
        known = _kept[arn] = _Kept(_ask(arn), now)
    if not known.text:
        raise EmptySecret("the secret has no value")
    return known.text


def _ask(arn: str) -> str:
    try:
        answer = aws_client("secretsmanager").get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return ""
    return answer.get("SecretString") or ""


def reload_secret(arn: str, since: float) -> str:
    """The secret's text, read anew if it has not been since that moment, and not too often was.

    ``since`` (Unix seconds) is when what is looked for can have come into the secret at the latest.
    """
    known = _kept.get(arn)
    if known is not None and known.read_at < since and _reloads.setdefault(arn, _Reloads()).take():
        del _kept[arn]
    return read_secret(arn)


def forget_secrets() -> None:
    """Begin a new execution environment, which has read nothing."""
    _kept.clear()
    _reloads.clear()
