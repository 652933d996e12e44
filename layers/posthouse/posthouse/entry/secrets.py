"""Secrets, read from Secrets Manager and kept for a while: a changed one is learned without a deployment.

Ages are told by the wall clock: a monotonic one stands still while Lambda keeps an environment frozen.
"""

from __future__ import annotations

import time

from botocore.exceptions import ClientError

from posthouse.clients import aws
from posthouse.domain.value import Value
from posthouse.entry.logs import logger
from posthouse.store.faults import is_busy, is_down

KEPT_SECONDS = 300.0
"""How long a secret is kept; where less is asked for, how long one that is older than that helps out meanwhile, while
Secrets Manager does not answer."""

AGAIN_SECONDS = 5.0
"""How soon Secrets Manager is asked again that did not answer, as long as what is kept helps out."""

RELOADS_AT_ONCE = 10
"""How often an environment reads a secret before its time, one after the other, because of what callers send."""

RELOAD_EVERY_SECONDS = 1.0
"""How soon it may do so once more: whoever sends nonsense must not make us ask again and again."""


class EmptySecret(ValueError):
    """There is a secret, and nothing in it yet: CloudFormation makes it so."""


class _Kept(Value):
    text: str
    read_at: float
    failed_at: float | None = None


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
    if known is None or not (_lies_within(known.read_at, kept_seconds, now) or _helps_out(known, now)):
        known = _kept[arn] = _asked(arn, known, now)
    if not known.text:
        raise EmptySecret("the secret has no value")
    return known.text


def _lies_within(begin: float, seconds: float, now: float) -> bool:
    return begin <= now < begin + seconds  # a clock may be set back


def _helps_out(known: _Kept, now: float) -> bool:
    return known.failed_at is not None and _lies_within(known.failed_at, AGAIN_SECONDS, now)


def _asked(arn: str, known: _Kept | None, now: float) -> _Kept:
    try:
        return _Kept(_ask(arn), now)
    except Exception as fault:
        young = known is not None and _lies_within(known.read_at, KEPT_SECONDS, now)
        if known is None or not young or not (is_busy(fault) or is_down(fault)):
            raise
        logger.warning("a secret cannot be read anew", exc_info=fault)
        return _Kept(known.text, known.read_at, now)


def _ask(arn: str) -> str:
    try:
        answer = aws.secrets_manager().get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")
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
        # Where it cannot be read nobody knows whether what is looked for is in it: that is a fault, and no refusal.
        _kept[arn] = _Kept(_ask(arn), time.time())
    return read_secret(arn)


def forget_secrets() -> None:
    """Begin a new execution environment, which has read nothing."""
    _kept.clear()
    _reloads.clear()
