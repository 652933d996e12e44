"""Refunds, on the deployed template with WeChat's simulator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e.world import World, until


def test_a_cancelled_stay_is_refunded_and_everybody_can_see_it(world: World) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"], begin=5)).must(201)["order_no"]
    paid = world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    guest.send("POST", f"/api/bookings/{order_no}/cancellation").must(200)
    booking = world.wait_for(guest, order_no, "refunded")
    assert [(refund["amount"], refund["status"]) for refund in booking["refunds"]] == [(30000, "succeeded")]
    [payment] = world.admin.get(f"/api/staff/payments?order_no={order_no}")["items"]
    assert (payment["payment_id"], payment["refunded"]) == (paid["payment_id"], 30000)
    [at_wechat] = world.simulator.get(f"/simulator/refunds?order_no={order_no}")["items"]
    assert (at_wechat["amount"], at_wechat["status"], at_wechat["requests"]) == (30000, "SUCCESS", 1)


@pytest.mark.long
def test_staff_give_a_part_back(world: World) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"], begin=5)).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    path, wish = f"/api/staff/orders/{order_no}/refunds", {"amount": 1000, "reason": "Noise"}
    first = world.admin.send("POST", path, wish, Idempotency_Key="part-1").must(202)
    assert (
        world.admin.send("POST", path, wish, Idempotency_Key="part-1").must(202)["out_refund_no"]
        == (first["out_refund_no"])
    )
    refused = world.admin.send("POST", path, {**wish, "amount": 29001}, Idempotency_Key="part-2")
    assert (refused.status, refused.body["code"]) == (409, "refund_exceeds_payment")
    until(
        lambda: [refund["status"] for refund in guest.get(f"/api/bookings/{order_no}")["refunds"]],
        lambda statuses: statuses == ["succeeded"],
    )
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "paid"
    assert world.admin.get("/api/staff/differences")["next_cursor"] is None


@pytest.mark.long
def test_nights_that_went_to_somebody_else_send_the_money_back(world: World) -> None:
    """A room type that is sold on payment: two guests pay for its last unit, and the second one is refunded."""
    room = world.room(units=1)
    path = f"/api/staff/rooms/{room['room_id']}"
    world.admin.send("PUT", path, {**room, "inventory_mode": "on_payment"}).must(200)
    guests = [world.guest(), world.guest()]
    wish = world.wish(room["room_id"], begin=5)
    orders = [world.book(guest, wish).must(201)["order_no"] for guest in guests]
    for guest, order_no in zip(guests, orders, strict=True):
        world.pay(guest, order_no)
    states = until(
        lambda: [guest.get(f"/api/bookings/{no}")["status"] for guest, no in zip(guests, orders, strict=True)],
        lambda found: sorted(found) == ["cancelled", "paid"],
    )
    loser, order_no = guests[states.index("cancelled")], orders[states.index("cancelled")]
    until(
        lambda: [(it["amount"], it["status"]) for it in loser.get(f"/api/bookings/{order_no}")["refunds"]],
        lambda refunds: refunds == [(30000, "succeeded")],
    )


@pytest.mark.long
def test_the_schedules_run_with_their_own_rights(world: World) -> None:
    for name in ("ReconcileOpenFunction", "CompareLedgerFunction"):
        answer = world.cloud.client("lambda").invoke(FunctionName=world.function(name), Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()


@pytest.mark.long
def test_a_bad_refund_is_refused(world: World) -> None:
    span = world.today + timedelta(days=1)
    path = f"/api/staff/orders/B-{span}/refunds"
    assert world.admin.send("POST", path, {"reason": "x"}, Idempotency_Key="k").status == 404
