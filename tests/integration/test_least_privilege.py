"""No function makes a call that its role does not allow, and no role allows a call that no function makes.

The first is checked wherever a test runs a handler (House.invoke), the second at the end of a run of all
tests/integration (conftest.py). Here every function runs in an execution environment of its own, in which
nothing is cached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from posthouse.entry import secrets, staff_tokens, wechat
from posthouse.store import connection
from tests.integration.callers import Callers, Person, expected
from tests.integration.crash_scenes import CASES, SCENES
from tests.integration.crash_world import begun
from tests.integration.house import NOW, House
from tests.integration.standing import Simulator
from tests.integration.test_crash_points import come_to_rest
from tests.support.clock import clock_at
from tests.support.contract import operations
from tests.support.permissions import NotPermitted, granted, unneeded
from tests.support.template import functions, template

QUEUES = [name for name, resource in template()["Resources"].items() if resource["Type"] == "AWS::SQS::Queue"]


def cold(house: House) -> Callable[[str, Any], Any]:
    """Run each function in a new execution environment, so that none uses what another has read."""
    warm = house.invoke

    def invoke(step: str, event: Any) -> Any:
        house.forget_caches()
        secrets.forget_secrets()
        staff_tokens.forget_ended_tokens()
        for cached in (wechat._parsed, wechat._with_keys, wechat._mini_program, wechat._wechat_pay):
            cached.cache_clear()
        return warm(step, event)

    return invoke


@pytest.fixture
def callers(house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callers:
    """A world whose functions all start cold."""
    monkeypatch.setattr(house, "invoke", cold(house))
    return Callers(begun(house, simulator))


def test_every_scene_runs_with_the_permissions_of_its_function(callers: Callers) -> None:
    for scene in (*SCENES.values(), *CASES.values()):
        come_to_rest(callers.house)
        for queue in QUEUES:
            callers.house.messages(queue)
        # Each scene starts in its first minute, however long the earlier ones took.
        with clock_at(NOW):
            scene.arrange(callers.world)()


def test_every_reading_route_runs_with_the_permissions_of_its_function(callers: Callers) -> None:
    callers.world.booked(), callers.world.ordered(), callers.world.won()
    callers.house.room(nights=3, hotel_id=callers.world.room["hotel_id"])
    callers.world.article(100)  # a second page of each list
    for operation in operations():
        if operation.step not in SCENES:
            asked = callers.request(operation)
            paged = replace(asked, path=asked.path + ("&limit=1" if "?" in asked.path else "?limit=1"))
            for person in Person:
                if expected(operation, asked, person) is None:
                    callers.ask(asked, person)
                    if "limit" in operation.optional_query:
                        callers.ask(paged, person)


def test_a_call_that_its_role_does_not_allow_is_stopped(house: House) -> None:
    with (
        house.permissions.of("get_health"),
        pytest.raises(NotPermitted, match="get_health may not dynamodb:GetItem on"),
    ):
        connection.dynamodb().get_item(TableName="posthouse-guests", Key={"user_id": {"S": "U1"}})
    assert house.permissions.refused == {("get_health", ("dynamodb:GetItem", "GuestsTable"))}
    house.permissions.refused.clear()


def test_what_no_run_needs_is_found() -> None:
    every = {(step, permission) for step in functions() for permission in granted(step)}
    assert unneeded(every) == set()
    gone = ("get_booking", ("dynamodb:GetItem", "BookingsTable"))
    assert unneeded(every - {gone}) == {gone}
