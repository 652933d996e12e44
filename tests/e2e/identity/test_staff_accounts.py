"""A member of staff who leaves: the account is disabled, and within a minute the token opens no route any more."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import pytest

from tests.e2e.world import World
from tests.support.contract import operations

BOUND_SECONDS = 60

# It waits until every environment has read the list again, and starts one of every staff route. Each day the routes are
# asked on moto: test_a_token_of_a_changed_account_opens_no_route.
pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Asked:
    """A reply, and when its request was sent (seconds)."""

    at: float
    reply: Any

    @classmethod
    def now(cls, caller: Any, method: str, path: str) -> Asked:
        return cls(monotonic(), caller.send(method, path))


def test_the_token_of_a_disabled_account_opens_no_route_of_any_environment(world: World) -> None:
    routes = [it for it in operations() if "admin" in it.roles]
    credentials = {"username": f"leaver-{uuid.uuid4().hex[:8]}", "password": "a-long-password"}
    made = world.admin.send("POST", "/api/staff/accounts", {**credentials, "role": "admin", "hotel_ids": []}).must(201)
    leaver = world.staff(**credentials)
    # Given environments of all kinds of staff routes that have seen the token work
    ours = [it for it in routes if it.method == "GET" and not it.path_parameters and not it.required_query]
    assert len(ours) > 10
    for route in ours:
        assert leaver.send("GET", route.path).status in {200, 422}, route.path  # one of them needs a filter
    # When an admin disables the account
    world.admin.send("PUT", f"/api/staff/accounts/{made['username']}", {**made, "enabled": False}).must(200)
    begin = monotonic()
    # Then the token ends everywhere
    for route in routes:
        path = route.path.replace("{", "x").replace("}", "x")
        # A slow machine needs longer for all of them: what is sent after the bound is refused at once.
        while (asked := Asked.now(leaver, route.method, path)).reply.status != 401:
            assert asked.at - begin < BOUND_SECONDS, path
            sleep(0.2)
        assert asked.reply.body["code"] == "token_ended", path
    assert world.nobody.send("POST", "/api/staff/sessions", credentials).must(401)["code"] == "account_disabled"
