"""No cursor of any list can be read: neither names of attributes nor any value that is stored."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.growth import Crowd
from tests.integration.house import NOW, House
from tests.integration.shopping import Shop
from tests.support.contract import Operation, operations

LISTS = [operation for operation in operations() if "cursor" in operation.optional_query]
PERSON = {"kind": "personal", "title": "韩梅梅", "email": "han@example.com"}
SHORTEST_WORD = 5
"""So short a word is not found in random bytes by chance."""


@pytest.fixture
def crowd(house: House) -> Crowd:
    """A house in which every list has more than one row."""
    crowd = Crowd(house)
    crowd.grow(4)
    hotel_id = crowd.room["hotel_id"]
    for number in range(2):
        house.room(hotel_id=hotel_id)
        account = {"username": f"clerk-{number}", "password": "a-long-password", "hotel_ids": [hotel_id]}
        house.send("POST", "/api/staff/accounts", account, house.admin).must(201)
        order = house.book(crowd.shop.token, house.wish(crowd.room), f"wrong-{number}").must(201)
        house.pay(crowd.shop.token, order["order_no"], fault="wrong_amount")
        house.template(kind="manual")
        extra = {"name": f"Breakfast {number}", "price": 3800, "per": "guest_night", "enabled": True}
        house.send("POST", f"/api/staff/hotels/{hotel_id}/extras", extra, house.admin).must(201)
        plan = {"name": f"Early {number}", "breakfasts": 0, "cancel_fee_bp": 0, "payment": "full", "enabled": True}
        house.send("POST", f"/api/staff/rooms/{crowd.room['room_id']}/rate-plans", plan, house.admin).must(201)
    _two_refunds_are_owed(house, crowd)
    _two_shipments_are_refused(house, crowd.shop)
    _two_guests_leave_owing(house, crowd)
    house.room(hotel_id=house.hotel(name="Second")["hotel_id"])
    house.settle()
    house.forget_caches()
    return crowd


def _two_refunds_are_owed(house: House, crowd: Crowd) -> None:
    guest = house.guest("13900000009")
    order_no = house.book(guest, house.wish(crowd.room), "refunded").must(201)["order_no"]
    house.pay(guest, order_no)
    house.settle()
    path = f"/api/staff/orders/{order_no}/refunds"
    numbers = []
    for number in range(2):
        body, key = {"amount": 100, "reason": "Noise"}, f"refund-{number}"
        numbers.append(house.send("POST", path, body, house.admin, Idempotency_Key=key).must(202)["out_refund_no"])
    house.settle()
    for out_refund_no in numbers:
        house.simulate("POST", f"/simulator/refunds/{out_refund_no}", {"result": "closed"})
    house.settle()


def _two_shipments_are_refused(house: House, shop: Shop) -> None:
    for number in range(2):
        order_no = shop.order(f"shipped-{number}", tea=1, cups=0).must(201)["order_no"]
        house.pay(shop.token, order_no)
        house.settle()
        asked = f"/api/orders/{order_no}/invoice-requests"
        house.send("POST", asked, PERSON, shop.token).must(201)
        sent = {"carrier": "Nobody's Express", "tracking_no": "N1"}
        shop.staff("POST", f"/orders/{order_no}/shipment", sent, f"shipped-{number}").must(200)
    house.settle()


def _two_guests_leave_owing(house: House, crowd: Crowd) -> None:
    """So that the night audit has two questions."""
    room = house.room(hotel_id=crowd.room["hotel_id"])
    for number in range(2):
        wish = {**house.wish(room), "source": "walk_in"}
        made = house.send("POST", "/api/staff/bookings", wish, house.admin, Idempotency_Key=f"owing-{number}")
        order_no = made.must(201)["order_no"]
        path = f"/api/staff/bookings/{order_no}/check-in"
        house.send("POST", path, token=house.admin, Idempotency_Key=f"owing-in-{number}").must(200)
        facts = {"order_no": order_no, "actor": "admin", "left": "Pays later", "correlation_id": ""}
        assert house.invoke("finish_booking", facts)["outcome"] == "finished"


def requests(crowd: Crowd, operation: Operation) -> Iterator[str]:
    """Requests of a list: plain, and with what its filters take."""
    examples = {
        "hotel_id": crowd.room["hotel_id"],
        "room_id": crowd.room["room_id"],
        "phone_number": "13800138000",
        "sale_id": crowd.sale_id,
        "goods_id": crowd.shop.tea["goods_id"],
        "user_id": crowd.shop.user_id,
        "day": f"{NOW:%Y-%m-%d}",
        "date": f"{NOW:%Y-%m-%d}",
        "city": "成都",
        "account": "points",
        "status": "pending_payment",
        "query": "8000",
    }
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"{{{name}}}", examples[name])
    required = "".join(f"&{name}={examples[name]}" for name in operation.required_query)
    yield f"{path}?limit=1{required}"
    yield from (
        f"{path}?limit=1{required}&{name}={examples[name]}" for name in operation.optional_query & set(examples)
    )


def stored_words(value: Any) -> Iterator[str]:
    """All texts in stored rows, whole and in their parts."""
    match value:
        case dict():
            for name, part in value.items():
                yield name
                yield from stored_words(part)
        case list():
            for part in value:
                yield from stored_words(part)
        case str():
            yield value
            yield from re.split(r"[#@,: {}\"]", value)


def readings(cursor: str) -> Iterator[bytes]:
    """The cursor as it is, and what each part of it decodes to."""
    yield cursor.encode()
    for part in [cursor, *cursor.split(".")]:
        for begin in range(4):
            text = part.replace(".", "")[begin:]
            yield base64.urlsafe_b64decode(text[: len(text) // 4 * 4])


def test_no_cursor_can_be_read(crowd: Crowd) -> None:
    house = crowd.house
    words = {it.encode() for it in stored_words(house.contents()) if len(it) >= SHORTEST_WORD}
    assert b"13800138000" in words or b"+8613800138000" in words
    seen: dict[str, int] = {}
    for operation in LISTS:
        for path in requests(crowd, operation):
            staff = Role.ADMIN in operation.roles
            token = house.admin if staff else crowd.shop.token
            reply = house.send("GET", path, token=token)
            if reply.status == 422:  # a filter whose example is of another list
                continue
            cursor = reply.must(200)["next_cursor"]
            if cursor is None:
                continue
            seen[operation.step] = seen.get(operation.step, 0) + 1
            read = [word for text in readings(cursor) for word in words if word in text]
            assert read == [], (path, cursor)
            assert house.send("GET", f"{path}&cursor={cursor}", token=token).must(200)["items"], path
            # Another caller cannot use it.
            if operation.roles:
                other = house.token(Role.ADMIN if staff else Role.GUEST, subject="somebody-else")
                house.send("GET", f"{path}&cursor={cursor}", token=other).refused(422, "invalid_request")
    assert set(seen) == {operation.step for operation in LISTS}, "each list must show a cursor here"
