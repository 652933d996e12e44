"""Money at the desk on the deployed template: taken, taken back, given back, and counted by day."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def test_the_desk_takes_and_gives_back_money_and_counts_it(world: World) -> None:
    guest, staff = world.guest(), world.admin
    room = world.room(units=2, price=25000)
    order_no = world.book(guest, world.wish(room["room_id"], nights=1)).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")

    def ask(path: str, **body: Any) -> Any:
        return staff.send("POST", f"/api/staff/{path}", body, Idempotency_Key=uuid.uuid4().hex)

    payments, refunds = f"orders/{order_no}/desk-payments", f"orders/{order_no}/desk-refunds"
    ask(f"bookings/{order_no}/folio-lines", kind="fee", description="Minibar", amount=3000).must(201)
    assert ask(payments, method="cash", amount=3001).must(409)["code"] == "overpaid"
    wrong = ask(payments, method="card", amount=3000, reference="Receipt 17").must(201)
    back = ask(f"{payments}/{wrong['desk_payment_id']}/reversal", reason="Typed by mistake").must(200)
    assert back["amount"] == 3000
    ask(payments, method="cash", amount=3000).must(201)
    refused = ask(refunds, method="cash", amount=3001, reason="Noise").must(409)
    assert (refused["code"], refused["refundable"]) == ("refund_exceeds_payment", 3000)
    ask(refunds, method="cash", amount=1000, reason="Noise").must(201)
    booking = guest.get(f"/api/bookings/{order_no}")
    assert (booking["status"], booking["charges"], booking["paid"], booking["balance"]) == ("paid", 27000, 27000, 0)
    found = staff.get(f"/api/staff/takings?hotel_id={room['hotel_id']}")
    assert [(it["method"], it["taken"], it["given_back"], it["count"]) for it in found["items"]] == [
        ("card", 3000, 3000, 2),
        ("cash", 3000, 1000, 2),
    ]
    assert (found["total"], found["closed"]) == (2000, False)
    # What is left at the desk keeps the stay; the desk gives it back, and the stay ends.
    ask(f"orders/{order_no}/refunds", reason="Noise").must(202)
    ask(refunds, method="cash", amount=2000, reason="Noise").must(201)
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "cancelled"
