"""Orders that end without a stay, on the deployed template: by timeout, by hand, and in a race with a payment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.e2e.world import Guest, World, bare_world, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]
TIMEOUT_SECONDS = 12
RACES = 200


@pytest.fixture(scope="module")
def hasty() -> Iterator[World]:
    """A world in which orders wait only a few seconds for their payment."""
    with LocalCloud(0, {"PaymentTimeoutSeconds": str(TIMEOUT_SECONDS)}, seed=False) as cloud:
        yield bare_world(cloud)


def nights_sold(world: World, room: dict[str, Any], wish: dict[str, Any]) -> list[int]:
    span = f"from={wish['check_in']}&to={wish['check_out']}"
    items = world.admin.get(f"/api/staff/rooms/{room['room_id']}/nights?{span}")["items"]
    return [night["sold"] for night in items]


def held(world: World, what: str, order_no: str) -> list[dict[str, Any]]:
    """The money that WeChat has for an order."""
    items: list[dict[str, Any]] = world.simulator.get(f"/simulator/{what}?order_no={order_no}")["items"]
    return items


def test_an_order_left_alone_is_cancelled_within_ten_seconds_and_everything_is_back(hasty: World) -> None:
    guest = hasty.guest()
    [coupon] = until(guest.coupons, bool)
    room = hasty.room(units=2)
    wish = hasty.wish(room["room_id"], nights=3, coupon_id=coupon["coupon_id"])
    order_no = hasty.book(guest, wish).must(201)["order_no"]
    guest.send("POST", f"/api/orders/{order_no}/payments").must(201)
    assert nights_sold(hasty, room, wish) == [1, 1, 1]
    booking = until(
        lambda: guest.get(f"/api/bookings/{order_no}"),
        lambda found: found["status"] == "cancelled",
        TIMEOUT_SECONDS + 15,
    )
    late = datetime.fromisoformat(booking["timeline"][-1]["at"]) - datetime.fromisoformat(booking["expires_at"])
    assert 0 <= late.total_seconds() < 10
    assert nights_sold(hasty, room, wish) == [0, 0, 0]
    assert [c["status"] for c in guest.coupons()] == ["unused"]
    until(lambda: [trade["trade_state"] for trade in held(hasty, "payments", order_no)], lambda s: s == ["CLOSED"])
    kinds = ["wait_for_payment", "cancelled"]
    until(lambda: [message["kind"] for message in hasty.messages(guest)], lambda found: found == kinds)


def test_an_order_whose_notification_was_lost_is_paid_not_cancelled(hasty: World) -> None:
    guest = hasty.guest()
    room = hasty.room(units=1)
    order_no = hasty.book(guest, hasty.wish(room["room_id"])).must(201)["order_no"]
    hasty.pay(guest, order_no, lost=True)
    booking = until(
        lambda: guest.get(f"/api/bookings/{order_no}"),
        lambda found: found["status"] != "pending_payment",
        TIMEOUT_SECONDS + 15,
    )
    assert booking["status"] == "paid"
    assert datetime.fromisoformat(booking["timeline"][-1]["at"]) <= datetime.now(UTC)


def test_a_guest_cancels_by_hand_before_and_after_paying(world: World) -> None:
    guest = world.guest()
    room = world.room(units=1)
    wish = world.wish(room["room_id"], begin=5, nights=2)
    first = world.book(guest, wish).must(201)["order_no"]
    cancelled = guest.send("POST", f"/api/bookings/{first}/cancellation").must(200)
    assert guest.send("POST", f"/api/bookings/{first}/cancellation").must(200) == cancelled
    second = world.book(guest, wish).must(201)["order_no"]
    world.pay(guest, second)
    world.wait_for(guest, second, "paid")
    guest.send("POST", f"/api/bookings/{second}/cancellation").must(200)
    booking = guest.get(f"/api/bookings/{second}")
    assert booking["status"] in {"refunding", "refunded"}
    assert [refund["amount"] for refund in booking["refunds"]] == [60000]
    assert nights_sold(world, room, wish) == [0, 0]


def test_a_guest_who_does_not_come_is_a_no_show_only_from_the_next_day_on(world: World) -> None:
    guest = world.guest()
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"], nights=2)).must(201)["order_no"]
    path = f"/api/staff/bookings/{order_no}/no-show"
    refused = world.admin.send("POST", path)
    assert (refused.status, refused.body["code"]) == (409, "invalid_transition")
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    refused = world.admin.send("POST", path)
    assert (refused.status, refused.body["code"]) == (409, "too_early")


def race(world: World, guest: Guest, order_no: str) -> int:
    """Pay and cancel at the same time; returns how the cancel ended."""
    payment = guest.send("POST", f"/api/orders/{order_no}/payments").must(201)
    prepay_id = payment["wechat"]["package"].removeprefix("prepay_id=")
    with ThreadPoolExecutor(2) as pool:
        paying = pool.submit(
            world.simulator.send, "POST", f"/simulator/payments/{prepay_id}", {"result": "success", "retry": True}
        )
        cancelling = pool.submit(guest.send, "POST", f"/api/bookings/{order_no}/cancellation")
        paying.result()
        return cancelling.result().status


def test_pay_and_cancel_at_once_end_in_one_of_the_right_states(world: World) -> None:
    room = world.room(units=RACES)
    wish = world.wish(room["room_id"], begin=5)
    guests = [world.guest() for _ in range(8)]
    kept = {"paid": 30000, "cancelled": 0, "refunded": 0}

    def book(number: int) -> tuple[Guest, str]:
        guest = guests[number % len(guests)]
        return guest, world.book(guest, wish).must(201)["order_no"]

    def ended(order: tuple[Guest, str]) -> tuple[str, int]:
        """The order's state, and the money that is neither kept by the rules nor refunded."""
        guest, order_no = order
        booking = guest.get(f"/api/bookings/{order_no}")
        [trade] = held(world, "payments", order_no)
        came = trade["amount"] if trade["trade_state"] in {"SUCCESS", "REFUND"} else 0
        at_wechat = [refund["amount"] for refund in held(world, "refunds", order_no) if refund["status"] == "SUCCESS"]
        arrived = [refund["amount"] for refund in booking["refunds"] if refund["status"] == "succeeded"]
        assert len(booking["refunds"]) <= 1
        rest = came - sum(arrived) - kept.get(booking["status"], -1)
        return booking["status"], rest if arrived == at_wechat else -1

    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(book, range(RACES)))
        answers = list(pool.map(lambda order: race(world, *order), orders))
        assert set(answers) <= {200, 409}
        ends = until(
            lambda: list(pool.map(ended, orders)),
            lambda found: all(state in kept and rest == 0 for state, rest in found),
            300,
        )
    for answer, (state, _) in zip(answers, ends, strict=True):
        assert (answer == 409) == (state == "paid"), (answer, state)
    paid = sum(state == "paid" for state, _ in ends)
    assert nights_sold(world, room, wish) == [paid]
