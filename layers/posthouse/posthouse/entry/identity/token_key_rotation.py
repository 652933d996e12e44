"""The rotation of the token key, from an event of Secrets Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posthouse.clients import aws
from posthouse.services.identity.key_rotation import Rotation


def rotation_of(event: Mapping[str, Any]) -> Rotation:
    """Returns the rotation that an event of Secrets Manager describes."""
    return Rotation(aws.secrets_manager(), event["SecretId"], event["ClientRequestToken"])
