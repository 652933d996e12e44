"""A stay on the deployed template, from the WeChat login to the check-out coupon."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.world import World, until

pytestmark = pytest.mark.e2e


def test_a_stay_from_login_to_the_check_out_coupon(world: World) -> None:
    guest = world.guest(nickname="韩梅梅")
    [welcome] = until(guest.coupons, bool)
    assert (welcome["source"], welcome["amount"], welcome["status"]) == ("welcome", 2000, "unused")
    room = world.room(units=2, price=25000)
    room_path = f"/api/rooms/{room['room_id']}"
    assert guest.get(room_path)["price"] == 25000

    wish = world.wish(room["room_id"], nights=2, coupon_id=welcome["coupon_id"], expected_total=50000)
    booking = world.book(guest, wish).must(201)
    assert (booking["total"], booking["discount"], booking["payable"]) == (50000, 2000, 48000)
    order_no = booking["order_no"]

    paid = world.pay(guest, order_no)
    assert [delivery["status"] for delivery in paid["deliveries"]] == [204]
    world.wait_for(guest, order_no, "paid")
    assert guest.get(f"/api/payments/{paid['payment_id']}")["status"] == "succeeded"

    staff = world.admin
    listed = staff.get(f"/api/staff/bookings?hotel_id={room['hotel_id']}&status=paid&date={world.today}")["items"]
    assert [found["order_no"] for found in listed] == [order_no]
    staff.send("POST", f"/api/staff/bookings/{order_no}/check-in").must(200)
    staff.send("POST", f"/api/staff/bookings/{order_no}/check-out").must(202)
    finished = world.wait_for(guest, order_no, "finished")
    assert [moment["status"] for moment in finished["timeline"]] == [
        "pending_payment",
        "paid",
        "checked_in",
        "finished",
    ]
    coupons = until(guest.coupons, lambda found: len(found) == 2)
    assert {(c["source"], c["status"]) for c in coupons} == {("welcome", "used"), ("check_out", "unused")}
    kinds = ["wait_for_payment", "paid", "checked_in", "finished"]
    told = until(lambda: world.messages(guest), lambda found: len(found) == len(kinds))
    assert [message["kind"] for message in told] == kinds
    noted = until(lambda: guest.get("/api/me/notifications")["items"], lambda found: len(found) == len(kinds))
    assert {note["status"] for note in noted} == {"sent"}


@pytest.mark.long
def test_a_second_check_out_grants_nothing_more(world: World) -> None:
    guest = world.guest()
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    world.admin.send("POST", f"/api/staff/bookings/{order_no}/check-in").must(200)
    with ThreadPoolExecutor(4) as pool:
        path = f"/api/staff/bookings/{order_no}/check-out"
        statuses = [reply.status for reply in pool.map(lambda _: world.admin.send("POST", path), range(4))]
    assert statuses == [202] * 4
    world.wait_for(guest, order_no, "finished")
    world.admin.send("POST", f"/api/staff/bookings/{order_no}/check-out").must(202)
    _all_workflows_ended(world)
    granted = [coupon for coupon in guest.coupons() if coupon["source"] == "check_out"]
    assert len(granted) == 1


def _all_workflows_ended(world: World) -> None:
    workflows = world.cloud.client("stepfunctions")
    arn = world.cloud.outputs["CheckOutWorkflowArn"]

    def running() -> int:
        listed = workflows.list_executions(stateMachineArn=arn, statusFilter="RUNNING")
        return len(listed["executions"])

    until(running, lambda count: count == 0)
    assert not workflows.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]


@pytest.mark.long
def test_twelve_simultaneous_logins_of_a_new_guest_give_one_coupon(world: World) -> None:
    dead = _waiting(world, dead=True)
    codes = world.codes()
    twelve = [codes, *(world.codes(codes["phone"]) for _ in range(11))]
    with ThreadPoolExecutor(12) as pool:
        guests = list(pool.map(world.log_in, twelve))
    assert sum(guest.first_login for guest in guests) == 1
    until(guests[0].coupons, bool)
    _queues_are_empty(world, dead)
    assert len(guests[0].coupons()) == 1


def _waiting(world: World, *, dead: bool) -> int:
    """Messages in the queues, or in those of dead letters."""
    sqs, total = world.cloud.client("sqs"), 0
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for url in sqs.list_queues()["QueueUrls"]:
        if ("dead-letters" in url) is dead:
            found: dict[str, Any] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            total += sum(int(found[name]) for name in names)
    return total


def _queues_are_empty(world: World, dead_before: int) -> None:
    """What other tests have left among the dead letters stays there; nothing came to it."""
    until(lambda: _waiting(world, dead=False), lambda count: count == 0)
    assert _waiting(world, dead=True) <= dead_before


@pytest.mark.long
def test_each_notification_delivered_three_times_changes_nothing_the_second_time(world: World) -> None:
    dead = _waiting(world, dead=True)
    guest = world.guest()
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    paid = world.pay(guest, order_no, deliveries=3)
    assert [delivery["status"] for delivery in paid["deliveries"]] == [204, 204, 204]
    booking = world.wait_for(guest, order_no, "paid")
    _queues_are_empty(world, dead)
    assert guest.get(f"/api/bookings/{order_no}") == booking
    assert [moment["status"] for moment in booking["timeline"]] == ["pending_payment", "paid"]
    assert [message["kind"] for message in world.messages(guest)] == ["wait_for_payment", "paid"]


@pytest.mark.long
@pytest.mark.parametrize("fault", ["bad_signature", "stale", "signtest", "wrong_amount", "unknown_serial"])
def test_a_hostile_notification_is_refused_and_pays_nothing(world: World, fault: str) -> None:
    guest = world.guest()
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    paid = world.pay(guest, order_no, fault=fault)
    [delivery] = paid["deliveries"]
    assert 400 <= delivery["status"] < 500
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "pending_payment"


@pytest.mark.long
def test_a_lost_notification_is_made_good_by_asking(world: World) -> None:
    guest = world.guest()
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    paid = world.pay(guest, order_no, lost=True)
    assert guest.get(f"/api/payments/{paid['payment_id']}")["status"] == "succeeded"
    world.wait_for(guest, order_no, "paid")


@pytest.mark.long
def test_forty_buyers_for_three_units_book_exactly_three(world: World) -> None:
    room = world.room(units=3)
    guests = [world.guest() for _ in range(10)]
    wish = world.wish(room["room_id"], begin=3, nights=3)
    with ThreadPoolExecutor(40) as pool:
        replies = list(pool.map(lambda guest: world.book(guest, wish), guests * 4))
    assert sorted(reply.status for reply in replies) == [201] * 3 + [409] * 37
    assert {reply.body["code"] for reply in replies if reply.status == 409} == {"sold_out"}
    span = f"from={wish['check_in']}&to={wish['check_out']}"
    nights = world.admin.get(f"/api/staff/rooms/{room['room_id']}/nights?{span}")["items"]
    assert [night["sold"] for night in nights] == [3, 3, 3]


@pytest.mark.long
def test_one_coupon_in_five_simultaneous_orders_is_used_once(world: World) -> None:
    guest, room = world.guest(), world.room(units=9)
    [coupon] = until(guest.coupons, bool)
    wish = world.wish(room["room_id"], begin=3, coupon_id=coupon["coupon_id"])
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda _: world.book(guest, wish), range(5)))
    assert sorted(reply.status for reply in replies) == [201] + [409] * 4
    assert {reply.body["code"] for reply in replies if reply.status == 409} == {"coupon_unusable"}
    [order_no] = [reply.body["order_no"] for reply in replies if reply.status == 201]
    assert [(each["status"], each["order_no"]) for each in guest.coupons()] == [("used", order_no)]


@pytest.mark.long
def test_one_key_pressed_many_times_books_once(world: World) -> None:
    guest = world.guest()
    room = world.room(units=5)
    wish = world.wish(room["room_id"])
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: world.book(guest, wish, key="the-same"), range(8)))
    assert {reply.status for reply in replies} <= {200, 201}
    assert len({reply.body["order_no"] for reply in replies}) == 1
    other = world.book(guest, {**wish, "units": 2}, key="the-same")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")


@pytest.mark.long
def test_wechat_down_at_login_and_at_prepay_is_503_and_heals(world: World) -> None:
    guest = world.guest()
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    world.simulator.send("POST", "/simulator/faults", {"api": "jsapi", "http_status": 500, "times": 1})
    refused = guest.send("POST", f"/api/orders/{order_no}/payments")
    assert (refused.status, refused.body["code"]) == (503, "wechat_unavailable")
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    codes = world.codes()
    world.simulator.send("POST", "/simulator/faults", {"api": "jscode2session", "http_status": 500, "times": 1})
    login = {"login_code": codes["login_code"], "phone_code": codes["phone_code"]}
    refused = world.nobody.send("POST", "/api/sessions", login)
    assert (refused.status, refused.body["code"]) == (503, "wechat_unavailable")
    assert world.log_in(codes).first_login
