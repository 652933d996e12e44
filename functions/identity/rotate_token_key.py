"""Rotates the key of access tokens every month: a new key signs, and the previous one is still accepted.

Secrets Manager calls each step. After a leak an operator calls ``endKeys`` (docs/operations.md), which revokes all keys
at once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from posthouse.entry.identity.token_key_rotation import rotation_of
from posthouse.entry.logs import flush_metrics, log_as, logger
from posthouse.services.identity.key_rotation import Rotation

STEPS: Mapping[str, Callable[[Rotation], None] | None] = {
    "createSecret": Rotation.create,
    "setSecret": None,  # nothing to do: the functions read the secret itself
    "testSecret": Rotation.test,
    "finishSecret": Rotation.finish,
    "endKeys": Rotation.end_keys,
}


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, str]:
    log_as(event["ClientRequestToken"], step=event["Step"])
    act = STEPS[event["Step"]]
    if act is not None:
        act(rotation_of(event))
    logger.info("a step of the rotation is done")
    flush_metrics()
    return {"step": event["Step"]}
