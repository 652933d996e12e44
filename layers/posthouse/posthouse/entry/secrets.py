"""Secrets, read from Secrets Manager and cached for a while, so that a change needs no deployment.

Ages are measured by the wall clock, because a monotonic clock stands still while Lambda keeps an environment frozen.
"""

from __future__ import annotations

import time

from botocore.exceptions import ClientError

from posthouse.clients import aws
from posthouse.domain.value import Value
from posthouse.entry.logs import logger
from posthouse.store.faults import is_busy, is_down

KEPT_SECONDS = 300.0
"""How long a secret is cached unless the caller asks for less.

While Secrets Manager does not answer, a cached secret is used up to this age, even where the caller asks for less.
"""

AGAIN_SECONDS = 5.0
"""How soon Secrets Manager is asked again after a failure, while the cached secret is in use."""

RELOADS_AT_ONCE = 10
"""How many early reads of a secret in a row an environment makes because of unknown keys in tokens."""

RELOAD_EVERY_SECONDS = 1.0
"""How soon one more early read is allowed: a stranger with made-up keys must not cause unlimited reads."""


class EmptySecret(ValueError):
    """The secret exists but has no value yet, as CloudFormation creates it."""


class _Kept(Value):
    text: str
    read_at: float
    failed_at: float | None = None


class _Reloads:
    """A token bucket of early reads: starts with RELOADS_AT_ONCE, and refills by one each RELOAD_EVERY_SECONDS."""

    def __init__(self) -> None:
        self.left = float(RELOADS_AT_ONCE)
        self._counted_at = time.time()

    def take(self) -> bool:
        """Take one read from the bucket; False if it is empty."""
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
    """Returns the secret's text, at most ``kept_seconds`` old. Raises EmptySecret."""
    known = _kept.get(arn)
    now = time.time()
    if known is None or not (_is_within(known.read_at, kept_seconds, now) or _failed_lately(known, now)):
        known = _kept[arn] = _read_or_reuse(arn, known, now)
    if not known.text:
        raise EmptySecret("the secret has no value")
    return known.text


def _is_within(begin: float, seconds: float, now: float) -> bool:
    return begin <= now < begin + seconds  # a clock may be set back


def _failed_lately(known: _Kept, now: float) -> bool:
    return known.failed_at is not None and _is_within(known.failed_at, AGAIN_SECONDS, now)


def _read_or_reuse(arn: str, known: _Kept | None, now: float) -> _Kept:
    try:
        return _Kept(_read(arn), now)
    except Exception as fault:
        young = known is not None and _is_within(known.read_at, KEPT_SECONDS, now)
        if known is None or not young or not (is_busy(fault) or is_down(fault)):
            raise
        logger.warning("a secret cannot be refreshed", exc_info=fault)
        return _Kept(known.text, known.read_at, now)


def _read(arn: str) -> str:
    try:
        answer = aws.secrets_manager().get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return ""
    return answer.get("SecretString") or ""


def reload_secret(arn: str, since: float) -> str:
    """Returns the secret's text; reads it again if it was last read before ``since`` (Unix seconds).

    Early reads are limited (see _Reloads). ``since`` is the latest time at which the wanted key can have been added.
    Raises the error of Secrets Manager if the read fails: then nobody can tell whether the key is good.
    """
    known = _kept.get(arn)
    if known is not None and known.read_at < since and _reloads.setdefault(arn, _Reloads()).take():
        _kept[arn] = _Kept(_read(arn), time.time())
    return read_secret(arn)


def forget_secrets() -> None:
    """Empty the cache, as in a new execution environment. For tests."""
    _kept.clear()
    _reloads.clear()
