"""Two steps decide by two rows, and each changes only one of them: each must check the row that it only reads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.conftest import Arrange
from tests.integration.house import House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.shopping import Shop


class Sent:
    """An order of goods with a coupon, paid through WeChat and sent."""

    def __init__(self, house: House, **more: Any) -> None:
        self.house, self.shop = house, Shop(house)
        self.order_no: str = self.shop.order(coupon_id=self.shop.coupon["coupon_id"], **more).must(201)["order_no"]
        self.payment_id: str = house.pay(self.shop.token, self.order_no)["payment_id"]
        house.settle()
        shipment = {"carrier": "SF", "tracking_no": "SF123"}
        self.shop.staff("POST", f"/orders/{self.order_no}/shipment", shipment).must(200)

    def refund(self, amount: int | None = None, key: str = "refund") -> Reply:
        body = {"reason": "Broken"} | ({} if amount is None else {"amount": amount})
        return self.shop.staff("POST", f"/orders/{self.order_no}/refunds", body, key)

    def take_back(self, amount: int | None = None) -> Reply:
        body = {} if amount is None else {"amount": amount}
        return self.shop.staff("POST", f"/orders/{self.order_no}/return", body)

    @property
    def coupon(self) -> str:
        [coupon] = self.house.coupons(self.shop.token)
        return str(coupon["status"])


@pytest.mark.parametrize("first", ["refund", "return"])
def test_a_whole_refund_and_a_return_of_nothing_at_once_give_the_coupon_back(
    house: House, before_commit: Arrange, first: str
) -> None:
    sent = Sent(house)
    if first == "refund":
        before_commit(lambda: sent.take_back(0).must(200))
        sent.refund().must(202)
    else:
        before_commit(lambda: sent.refund().must(202))
        sent.take_back(0).must(200)
    assert sent.coupon == "unused", "all money is back, and so are the goods"
    house.settle()
    assert_balanced(house)


def test_a_cancellation_without_a_refund_sees_a_refund_that_wechat_closes_meanwhile(
    house: House, before_commit: Arrange
) -> None:
    token, room = house.guest(), house.room(cancel_fee_bp=5000, free_cancel_hours=72)
    order_no = house.book(token, house.wish(room, begin=1)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    path = f"/api/staff/orders/{order_no}/refunds"
    asked = house.send("POST", path, {"reason": "x", "amount": 20000}, house.admin, Idempotency_Key="k").must(202)
    house.settle()
    number = asked["out_refund_no"]
    before_commit(lambda: house.simulate("POST", f"/simulator/refunds/{number}", {"result": "closed"}))
    cancelled = house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).must(200)
    # 20000 of 30000 fen had been promised, so the fee of 15000 fen cannot be kept: what was promised is sent anew.
    assert cancelled["status"] == "refunding"
    refunds = sorted((row["amount"]["N"], row["status"]["S"]) for row in house.rows("refunds"))
    assert refunds == [("20000", "failed"), ("20000", "requested")]
    house.settle()
    assert_balanced(house)
