"""Rotation of the key that signs access tokens, in the four steps in which Secrets Manager asks for it.

The secret holds two keys: the current one signs, the previous one is still accepted. A rotation makes the current one
the previous one, so a token stays good as long as it would have been, if a day at least lies between two rotations.
Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from posthouse.domain.value import Value

KEY_BYTES = 48
"""HS256 wants 32 at least (RFC 7518, section 3.2)."""

PENDING, CURRENT = "AWSPENDING", "AWSCURRENT"


class RotationFailed(Exception):
    """A step cannot be done; Secrets Manager tries again, and the current keys stay in use."""


class Rotation(Value):
    """One rotation of one secret; ``version`` is the id of the version that it makes."""

    vault: Any
    secret_id: str
    version: str

    def create(self) -> None:
        """Write the new pair of keys as the pending version, once: Secrets Manager has made it, with nothing in it."""
        if self._written() is not None:
            return
        current = self._read(CURRENT)
        pair = {"current": secrets.token_urlsafe(KEY_BYTES), "previous": current["current"]}
        self.vault.put_secret_value(
            SecretId=self.secret_id,
            ClientRequestToken=self.version,
            SecretString=json.dumps(pair),
            VersionStages=[PENDING],
        )

    def test(self) -> None:
        """Make sure that what was signed until now will be accepted, and that the new key is one.

        When a schedule is set, Secrets Manager tries this step alone, on a version that holds what the current one
        holds, or nothing, and that is thrown away. Should it ever come further, ``finish`` does not take it.
        """
        if CURRENT in self._stages().get(self.version, []):
            return
        pending, current = self._written(), self._read(CURRENT)
        if pending is not None and pending != current:
            _must_follow(pending, current)

    def finish(self) -> None:
        """Make the pending version the current one; that it is so already is fine."""
        stages = self._stages()
        if CURRENT in stages.get(self.version, []):
            return
        _must_follow(self._written() or {}, self._read(CURRENT))
        before = next((version for version, labels in stages.items() if CURRENT in labels), None)
        self.vault.update_secret_version_stage(
            SecretId=self.secret_id,
            VersionStage=CURRENT,
            MoveToVersionId=self.version,
            **({"RemoveFromVersionId": before} if before else {}),
        )

    def end_keys(self) -> None:
        """End the keys in use at once, since one has leaked: a new one signs, and none but it is accepted.

        A rotation under way ends with it. It would bring a key back that is to be gone, and Secrets Manager begins no
        other as long as the pending label stands elsewhere than the current one.
        """
        if CURRENT in self._stages().get(self.version, []):
            return
        self.vault.put_secret_value(
            SecretId=self.secret_id,
            ClientRequestToken=self.version,
            SecretString=json.dumps({"current": secrets.token_urlsafe(KEY_BYTES)}),
            VersionStages=[CURRENT, PENDING],
        )

    def _written(self) -> dict[str, str] | None:
        """What this rotation's version holds; None for nothing."""
        try:
            found = self.vault.get_secret_value(SecretId=self.secret_id, VersionId=self.version)
        except self.vault.exceptions.ResourceNotFoundException:
            return None
        keys: dict[str, str] = json.loads(found["SecretString"])
        return keys

    def _stages(self) -> dict[str, list[str]]:
        stages: dict[str, list[str]] = self.vault.describe_secret(SecretId=self.secret_id)["VersionIdsToStages"]
        return stages

    def _read(self, stage: str) -> dict[str, str]:
        found = self.vault.get_secret_value(SecretId=self.secret_id, VersionStage=stage)
        keys: dict[str, str] = json.loads(found["SecretString"])
        return keys


def _must_follow(pending: Mapping[str, str], current: Mapping[str, str]) -> None:
    new = pending.get("current", "")
    if pending.get("previous") != current["current"] or new in set(current.values()):
        raise RotationFailed("the pending keys do not follow the current ones")
    if len(new) < KEY_BYTES:
        raise RotationFailed("the pending key is too short")
