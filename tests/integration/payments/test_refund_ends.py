"""The simulator ends the refunds of one order as it was told for that order, whatever it was told for all others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.house import House


def paid_stay(house: House, key: str = "stay-1") -> str:
    token = house.guest()
    wish = house.wish(house.room(), begin=3)
    order_no: str = house.send("POST", "/api/bookings", wish, token, Idempotency_Key=key).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    return order_no


def refund(house: House, order_no: str) -> dict[str, Any]:
    body, path = {"reason": "Noise", "amount": 100}, f"/api/staff/orders/{order_no}/refunds"
    house.send("POST", path, body, house.admin, Idempotency_Key=order_no).must(202)
    house.settle()
    [payment] = house.send("GET", f"/api/staff/payments?order_no={order_no}", token=house.admin).must(200)["items"]
    [found] = payment["refunds"]
    return dict(found)


@pytest.mark.parametrize(("end", "status", "at_wechat"), [("not_enough", "requested", 0), ("hold", "processing", 1)])
def test_an_orders_refund_ends_as_planned_for_it(house: House, end: str, status: str, at_wechat: int) -> None:
    order_no = paid_stay(house)
    house.simulate("POST", "/simulator/refunds", {"result": end, "order_no": order_no})
    assert refund(house, order_no)["status"] == status
    assert len(house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]) == at_wechat


def test_what_is_planned_for_one_order_is_not_for_another(house: House) -> None:
    first, second = paid_stay(house), paid_stay(house, "stay-2")
    house.simulate("POST", "/simulator/refunds", {"result": "not_enough", "order_no": first})
    assert refund(house, second)["status"] == "processing"
    assert refund(house, first)["status"] == "requested"
