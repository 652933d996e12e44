"""Delivers messages in all ways that queues and streams may: each consumer's message comes from its scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.integration.crash_scenes import SCENES
from tests.integration.crash_world import World
from tests.integration.house import House
from tests.support.clock import clock_at
from tests.support.template import functions

Call = Callable[[Any, str, dict[str, Any]], Any]


def _hears(step: str) -> bool:
    return any(event["Type"] == "SQS" for event in functions()[step].properties.get("Events", {}).values())


EVERY_CONSUMER = sorted(step for step in functions() if _hears(step))
"""All consumers of the template's queues, so that a new one cannot be forgotten."""


@dataclass(frozen=True)
class Message:
    """A message that waits for its consumer, and when it is due."""

    step: str
    body: str
    at: datetime


def awaited(world: World, step: str) -> Message:
    """Make a change that has a message for the consumer; it is not delivered yet."""
    act = SCENES[step].arrange(world)
    taken: list[Message] = []

    def take(to: str, bodies: list[str]) -> list[Any]:
        [body] = bodies
        taken.append(Message(to, body, datetime.now(UTC)))
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.house, "feed", take)
        act()
    [message] = taken
    assert message.step == step
    return message


def delivered(house: House, messages: list[Message], at: datetime | None = None) -> list[int]:
    """Deliver messages of one consumer in one batch; returns the positions of those that it reported as failed."""
    when = at or max(message.at for message in messages)
    with clock_at(when):
        failures = house.feed(messages[0].step, [message.body for message in messages])
    return [int(failure["itemIdentifier"]) for failure in failures]


class Wire:
    """Every call to AWS goes through this, where a test may change it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._call: Call = BaseClient._make_api_call
        self.meet: Call = self._call

        def pass_on(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
            return self.meet(client, name, kwargs)

        monkeypatch.setattr(BaseClient, "_make_api_call", pass_on)

    def send(self, client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        """Make the call itself."""
        return self._call(client, name, kwargs)

    def mend(self) -> None:
        """Let all later calls succeed."""
        self.meet = self._call

    def break_for(self, aggregate_id: str) -> None:
        """Let all calls about this aggregate fail, except the one that records the failure."""

        def meet(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
            if aggregate_id in str(kwargs) and not _records_failure(kwargs):
                raise fault_of(name)
            return self.send(client, name, kwargs)

        self.meet = meet


def _records_failure(kwargs: dict[str, Any]) -> bool:
    written = kwargs.get("ExpressionAttributeValues", {}).values()
    return kwargs.get("TableName", "").endswith("-inbox") and {"S": "failed"} in written


def fault_of(operation: str) -> ClientError:
    """An error of AWS for this operation."""
    return ClientError({"Error": {"Code": "InternalServerError", "Message": "injected"}}, operation)
