"""Every transaction of every step conflicts with another one, as in DynamoDB; the local cloud cannot show this.

DynamoDB then reports TransactionConflict, which says nothing about our conditions; single writes that meet a
transaction get an error of their own. A step that gets such an error once at each change has the same effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zlib import crc32

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.integration.crash_scenes import SCENES
from tests.integration.crash_world import Picture, begun
from tests.integration.house import House
from tests.integration.standing import Simulator
from tests.integration.test_crash_points import come_to_rest, difference, facts, hold_true


class Rivals:
    """Another transaction on the same items, once before each of ours."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.met = 0
        self.here = False
        self._let_through = False
        call = BaseClient._make_api_call

        def meet(client: Any, name: str, kwargs: Any) -> Any:
            single = name in {"UpdateItem", "PutItem", "DeleteItem"} and "ConditionExpression" in kwargs
            if not self.here or not (name == "TransactWriteItems" or single):
                return call(client, name, kwargs)
            self._let_through = not self._let_through
            if not self._let_through:
                return call(client, name, kwargs)
            self.met += 1
            raise _conflict(name, len(kwargs.get("TransactItems", [])))

        monkeypatch.setattr(BaseClient, "_make_api_call", meet)
        monkeypatch.setattr("posthouse.store.transaction.time.sleep", lambda _: None)
        monkeypatch.setattr("posthouse.store.conditional.time.sleep", lambda _: None)


def _conflict(name: str, items: int) -> ClientError:
    if not items:
        return ClientError({"Error": {"Code": "TransactionConflictException", "Message": "injected"}}, name)
    # Conditions may be reported as failed beside the conflict: then they mean nothing.
    reasons: list[dict[str, Any]] = [{"Code": "ConditionalCheckFailed"} for _ in range(items)]
    reasons[-1] = {"Code": "TransactionConflict"}
    error = {"Code": "TransactionCanceledException", "Message": "injected"}
    return ClientError({"Error": error, "CancellationReasons": reasons}, name)


def _in_turns(steps: Iterable[str]) -> list[Any]:
    """Every step; every second one is left to `make test-long`."""
    return [pytest.param(step, marks=[pytest.mark.long] if crc32(step.encode()) % 2 else []) for step in steps]


@pytest.mark.parametrize("step", _in_turns(sorted(SCENES)))
def test_a_step_that_meets_others_at_each_of_its_changes_does_what_it_does_alone(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    scene, world, rivals = SCENES[step], begun(house, simulator), Rivals(monkeypatch)
    act = scene.arrange(world)
    arranged, before = Picture.of(world), facts(house)
    differences = []
    for disturbed in (False, True):
        arranged.put_back(world)
        rivals.here = disturbed
        answer = act()
        rivals.here = False
        assert getattr(answer, "status", 200) < 500, answer
        come_to_rest(house)
        hold_true(house)
        differences.append(difference(facts(house), before))
    assert differences[0] == differences[1], rivals.met
