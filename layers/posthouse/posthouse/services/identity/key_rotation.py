"""Rotation of the key that signs access tokens, in the four steps that Secrets Manager calls.

The secret holds two keys: the current one signs, the previous one is still accepted. A rotation makes the current key
the previous one. So no token ends early if at least a day lies between two rotations.
Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from posthouse.domain.value import Value

KEY_BYTES = 48
"""HS256 needs at least 32 (RFC 7518, section 3.2)."""

PENDING, CURRENT = "AWSPENDING", "AWSCURRENT"


class RotationFailed(Exception):
    """A step has failed. Secrets Manager retries it, and the current keys stay in use."""


class Rotation(Value):
    """One rotation of one secret; ``version`` is the id of its new version."""

    vault: Any
    secret_id: str
    version: str

    def create(self) -> None:
        """Write the new keys into the pending version, once. Secrets Manager created it empty."""
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
        """Check that the pending version keeps the current key as the previous one, and that its new key is valid.

        When a schedule is set, Secrets Manager calls this step alone, with a version that is empty or a copy of the
        current one, and discards it. ``finish`` would refuse such a version.
        """
        if CURRENT in self._stages().get(self.version, []):
            return
        pending, current = self._written(), self._read(CURRENT)
        if pending is not None and pending != current:
            _must_follow(pending, current)

    def finish(self) -> None:
        """Make the pending version the current one, unless it is so already."""
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
        """Revoke all keys at once after a leak: a new key signs, and only this key is accepted.

        This also ends a rotation that is under way. That rotation would bring back a revoked key, and Secrets Manager
        starts no other while the pending label is on a version that is not the current one.
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
        """Returns the keys in this rotation's version; None if it is empty."""
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
