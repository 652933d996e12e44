"""A crowd at a flash sale on the deployed template, whose consumer is killed in the middle."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.flash_sale import Crowd, Press
from local.cloud import LocalCloud
from tests.e2e.killing import kill_processes
from tests.e2e.world import Guest, World, until

pytestmark = pytest.mark.e2e
UNITS, BUYERS, SUBMISSIONS = 50, 500, 2000


def kill_workers(cloud: LocalCloud, function: str) -> int:
    """Kill the processes in which this local cloud runs a function; returns their number."""
    return len(kill_processes({"AWS_LAMBDA_FUNCTION_NAME": function, "AWS_ENDPOINT_URL": cloud.aws_endpoint}))


@pytest.mark.long
def test_a_crowd_gets_exactly_what_there_is(world: World) -> None:
    crowd = Crowd(world.cloud)
    function = world.function("PlaceFlashOrder")
    sale_id = crowd.begin_sale(UNITS, shards=2)
    killed: list[int] = []
    storm = crowd.storm(
        sale_id, BUYERS, SUBMISSIONS, seed=7, meanwhile=lambda: killed.append(kill_workers(world.cloud, function))
    )

    assert len(storm.presses) == SUBMISSIONS
    assert set(storm.answers) <= {"202", "sold_out", "already_bought"}, storm.answers
    # Every ticket has a verdict, and the number of winners is the number of units.
    assert storm.verdicts.total() == len(storm.tickets)
    assert storm.verdicts["won"] == UNITS
    assert set(storm.verdicts) <= {"won", "sold_out", "already_bought"}
    assert (crowd.sold(sale_id), crowd.left(sale_id)) == (UNITS, 0)
    # No guest has two, and the guests' own views agree.
    winners = Counter(storm.tickets[it.ticket] for it in winning(world, crowd, sale_id, storm.presses) if it.ticket)
    assert winners.total() == UNITS
    assert max(winners.values()) == 1
    # The number of units was the same in every sample.
    assert len(storm.samples) > 10
    for before, sold, after in storm.samples:
        assert UNITS - before <= sold <= UNITS - after
    assert killed[0] >= 1, "nothing was killed, so nothing was shown"


def winning(world: World, crowd: Crowd, sale_id: str, presses: list[Press]) -> list[Press]:
    """The presses whose tickets won according to the API, each ticket once."""
    seen: set[str] = set()
    found = []
    for press in presses:
        if press.ticket is None or press.ticket in seen:
            continue
        seen.add(press.ticket)
        guest = Guest(world.cloud.url, crowd.token(press.buyer), pool=world.nobody.pool)
        status = guest.get(f"/api/flash-sales/{sale_id}/orders/mine?ticket={press.ticket}")["status"]
        assert status in {"won", "sold_out", "already_bought"}
        found += [press] if status == "won" else []
    return found


def test_a_winner_pays_and_a_unit_that_returns_is_sold_again(world: World) -> None:
    sale_id = Crowd(world.cloud).begin_sale(1)
    path = f"/api/flash-sales/{sale_id}"

    def buy(guest: Guest) -> tuple[str, str | None]:
        answer = guest.send("POST", f"{path}/orders")
        if answer.status == 409:
            return answer.body["code"], None
        ticket = answer.must(202)["ticket"]
        verdict = until(lambda: guest.get(f"{path}/orders/mine?ticket={ticket}"), lambda it: it["status"] != "queued")
        return verdict["status"], verdict["order_no"]

    first, second = world.guest(), world.guest()
    status, order_no = buy(first)
    assert status == "won"
    assert buy(second) == ("sold_out", None)
    until(lambda: second.send("POST", f"{path}/orders").status, lambda status: status == 409)
    first.send("POST", f"/api/shop-orders/{order_no}/cancellation").must(200)
    until(lambda: world.nobody.get(path)["left"], lambda left: left == 1)
    until(lambda: buy(second)[0], lambda verdict: verdict == "won")
    [order] = world.admin.get(f"/api/staff/flash-orders?sale_id={sale_id}&phone_number={second.phone}")["items"]
    world.pay(second, order["order_no"])
    until(lambda: second.get(f"/api/flash-orders/{order['order_no']}")["status"], lambda status: status == "paid")
    address = {"address": "1 Test Road", "consignee": "李雷", "phone_number": "13800138000"}
    second.send("PUT", f"/api/flash-orders/{order['order_no']}/address", address).must(200)
    shipment = {"carrier": "SF", "tracking_no": "SF2"}
    world.admin.send("POST", f"/api/staff/orders/{order['order_no']}/shipment", shipment).must(200)
    closed = world.admin.send("PUT", f"/api/staff/flash-sales/{sale_id}", {"state": "ended"}).must(200)
    assert (closed["sold"], closed["left"], closed["moved_back"]) == (1, 0, 0)
    world.nobody.send("POST", f"{path}/orders").must(401)
