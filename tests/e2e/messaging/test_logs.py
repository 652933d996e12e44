"""One correlation id goes from a request to its last consumer, through outbox, topic, queues and workflows."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from local.story import main
from tests.e2e.world import World, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def logged(world: World, order_no: str) -> dict[str, set[str]]:
    """For each function that logged lines about an order, the correlation ids that it logged."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    log = world.cloud.log_folder / "functions.log"
    lines: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    own = {it["correlation_id"] for it in lines if order_no in json.dumps(it) and it.get("correlation_id")}
    for it in lines:
        if it.get("correlation_id") in own:
            found[it["function"]].add(it["correlation_id"])
    return found


def test_one_correlation_id_leads_from_a_request_to_its_last_consumer(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    guest = world.guest()
    room = world.room(1)
    booked = world.book(guest, world.wish(room["room_id"])).must(201)
    order_no = booked["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    world.admin.send("POST", f"/api/staff/bookings/{order_no}/check-in").must(200)
    world.admin.send("POST", f"/api/staff/bookings/{order_no}/check-out").must(202)
    world.wait_for(guest, order_no, "finished")
    until(lambda: world.messages(guest), lambda told: "finished" in {message["kind"] for message in told})
    until(guest.coupons, lambda coupons: "check_out" in {coupon["source"] for coupon in coupons})

    until(lambda: logged(world, order_no), lambda it: {"send_notice", "grant_check_out_coupon"} <= set(it))
    ids = until(lambda: logged(world, order_no), lambda it: len(it["send_notice"]) >= 4)

    # Through stream, topic and queue; through the FIFO queue; through the workflow, whose event is in the stream.
    assert ids["create_booking"] <= ids["relay_outbox"] & ids["send_notice"]
    notified = ids["receive_payment_notification"]
    assert notified
    for consumer in ("mark_booking_paid", "award_points", "record_payment_log", "send_notice"):
        assert notified <= ids[consumer], consumer
    assert ids["check_out"] == ids["finish_booking"] == ids["grant_check_out_coupon"]
    assert ids["check_out"] <= ids["send_notice"]

    capsys.readouterr()
    assert main([order_no]) == 0
    story = capsys.readouterr().out.splitlines()
    told = [line.split()[2] for line in story[:-1]]
    begun = [
        told.index(step) for step in ("create_booking", "create_payment", "mark_booking_paid", "check_in", "check_out")
    ]
    assert begun == sorted(begun), story


def test_a_checkout_of_goods_is_one_story(world: World) -> None:
    guest = world.guest()
    goods = world.admin.send(
        "POST", "/api/staff/goods", {"name": "Told", "price": 3000, "stock": 3, "description": "", "images": []}
    ).must(201)
    whom = {"address": "1 Test Road", "consignee": "李雷", "phone_number": "13800138000"}
    wish = {"items": [{"goods_id": goods["goods_id"], "quantity": 1}], **whom}
    order = guest.send("POST", "/api/shop-orders", wish, Idempotency_Key=guest.openid).must(201)

    steps = {"create_shop_order", "save_order", "reserve_stock", "confirm_order", "relay_outbox", "send_notice"}
    ids = until(lambda: logged(world, order["order_no"]), lambda it: steps <= set(it))

    assert len({frozenset(ids[step]) for step in steps}) == 1, ids


def test_the_dashboard_is_there(world: World) -> None:
    cloudwatch = world.cloud.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=world.cloud.stack_name)["DashboardBody"])
    [bookings] = [one for one in body["widgets"] if one["properties"]["title"] == "Bookings"]
    assert bookings["properties"]["metrics"][0] == ["Posthouse", "BookingsCreated", "service", world.cloud.stack_name]
