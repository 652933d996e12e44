"""The business operations whose costs are counted: each prepares what it needs, and is counted from there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.integration.costs import Counted, counted
from tests.integration.house import NOW, TODAY, House
from tests.integration.shopping import Shop
from tests.support import workflow
from tests.support.clock import clock_at

TIMEOUT = timedelta(seconds=1800)


def search(house: House) -> Counted:
    """A search by dates and city in an environment that has the hotels cached, with its read of the change log."""
    house.room()
    house.settle()
    query = f"/api/hotels?city=成都&check_in={TODAY}&check_out={TODAY + timedelta(days=2)}"
    with clock_at(NOW + timedelta(minutes=1)):
        house.send("GET", query).must(200)
    with clock_at(NOW + timedelta(minutes=1, seconds=2)):
        return counted(lambda: house.send("GET", query).must(200))


def room_read_warm(house: House) -> Counted:
    """A read from the environment's memory."""
    path = _room_path(house)
    house.send("GET", path).must(200)
    return counted(lambda: house.send("GET", path).must(200))


def room_read_cold(house: House) -> Counted:
    """A read from the read model, by an environment with empty caches."""
    path = _room_path(house)
    house.forget_caches()
    return counted(lambda: house.send("GET", path).must(200))


def _room_path(house: House) -> str:
    room = house.room()
    house.settle()
    return f"/api/rooms/{room['room_id']}"


def booked(house: House) -> Counted:
    """The request, the relay and its consumers; the timer's first message is sent on."""
    token, room = _guest_and_room(house)

    def act() -> None:
        house.book(token, house.wish(room)).must(201)
        house.settle()

    return counted(act)


def booked_and_paid(house: House) -> Counted:
    """From the request to the end of the timer that finds the booking paid."""
    token, room = _guest_and_room(house)
    return counted(lambda: _pay_for_a_stay(house, token, room))


def whole_stay(house: House) -> Counted:
    """From the request to the check-out coupon: three nights, checked out as planned."""
    return _stay(house)


def whole_stay_with_number(house: House) -> Counted:
    """The same, with a number of the room: given at the check-in, free and dirty after the check-out."""
    return _stay(house, "301")


def _stay(house: House, *numbers: str) -> Counted:
    house.template(name="Come again", kind="check_out", amount=3000)
    token, room = _guest_and_room(house)
    if numbers:
        path, body = f"/api/staff/rooms/{room['room_id']}/numbers", {"numbers": list(numbers)}
        house.send("PUT", path, body, house.admin).must(200)

    def act() -> None:
        order_no = _pay_for_a_stay(house, token, room)
        path = f"/api/staff/bookings/{order_no}"
        given = {"numbers": list(numbers)} if numbers else None
        house.send("POST", f"{path}/check-in", given, house.admin).must(200)
        house.settle()
        house.send("POST", f"{path}/check-out", token=house.admin).must(202)
        facts = {"order_no": order_no, "actor": "admin", "correlation_id": "check-out"}
        asl = workflow.definition("functions/bookings/check_out.asl.json")
        ended = workflow.run_workflow(asl, facts, lambda task, given: house.invoke(_step(task), given))
        assert ended["coupon"]["outcome"] == "granted"
        house.settle()

    return counted(act)


def cancelled_by_timer(house: House) -> Counted:
    """From the request to the cancellation by the timer, half an hour later."""
    token, room = _guest_and_room(house)

    def act() -> None:
        order_no = house.book(token, house.wish(room)).must(201)["order_no"]
        house.settle()
        let_time_pass(house, "cancel_unpaid_booking")
        [row] = house.rows("bookings")
        assert (row["order_no"]["S"], row["status"]["S"]) == (order_no, "cancelled")

    return counted(act)


def shop_order_confirmed(house: House) -> Counted:
    """Two articles, a coupon and a part of the balance, taken by the Express workflow; with relay and consumers."""
    shop = Shop(house)
    house.settle()

    def act() -> None:
        shop.order(**shop.whole).must(201)
        house.settle()

    return counted(act)


def shop_order_paid(house: House) -> Counted:
    """The same, paid, to the end of its timer."""
    shop = Shop(house)
    house.settle()

    def act() -> None:
        order_no = shop.order(**shop.whole).must(201)["order_no"]
        house.settle()
        house.pay(shop.token, order_no)
        house.settle()
        let_time_pass(house, "end_shop_order_wait")

    return counted(act)


def _guest_and_room(house: House) -> tuple[str, dict[str, Any]]:
    house.template()
    token, room = house.guest(), house.room()
    house.settle()
    return token, room


def _pay_for_a_stay(house: House, token: str, room: dict[str, Any]) -> str:
    order_no: str = house.book(token, house.wish(room)).must(201)["order_no"]
    house.settle()
    house.pay(token, order_no)
    house.settle()
    let_time_pass(house, "cancel_unpaid_booking")
    return order_no


def let_time_pass(house: House, timer: str) -> None:
    """Deliver the timer's messages at the end of their delays, until the last is processed; the machine may be slow."""
    for after in (timedelta(seconds=960), TIMEOUT + timedelta(seconds=120)):
        with clock_at(NOW + after):
            assert house.drain(timer) == []
            house.settle()


def _step(resource: str) -> str:
    """``${FinishBookingFunctionArn}`` is the function ``finish_booking``."""
    name = resource.removeprefix("${").removesuffix("FunctionArn}")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")
