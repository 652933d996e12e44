"""Notices of shipments and refunds: sent once, with facts of their own, beside those of the order's states."""

from __future__ import annotations

from typing import Any

from tests.integration.house import House
from tests.integration.shopping import Shop


def told(house: House, openid: str, order_no: str) -> list[dict[str, Any]]:
    """The order's messages that WeChat has delivered; the simulator lives longer than a test."""
    items = house.simulate("GET", f"/simulator/messages?openid={openid}")["items"]
    return [item for item in items if item["order_no"] == order_no]


def openid(house: House) -> str:
    return str(house.codes()["openid"])


def noted(house: House, order_no: str) -> list[tuple[str, str]]:
    path = f"/api/staff/orders/{order_no}/notifications"
    return [(it["kind"], it["status"]) for it in house.send("GET", path, token=house.admin).must(200)["items"]]


def end_refunds(house: House, order_no: str) -> None:
    house.settle()
    for refund in house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]:
        house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})
    house.settle()


def test_goods_that_were_sent_are_told_of_with_their_number(house: House) -> None:
    shop, guest = Shop(house), openid(house)
    order_no = shop.order(balance=50_000).must(201)["order_no"]
    house.settle()
    sent = {"carrier": "顺丰速运", "tracking_no": "SF1234567890123"}
    for _ in range(2):
        shop.staff("POST", f"/orders/{order_no}/shipment", sent).must(200)
        house.settle()
    messages = told(house, guest, order_no)
    assert [message["kind"] for message in messages] == ["paid", "shipped"]
    assert {name: it["value"] for name, it in messages[1]["data"].items()} == {
        "character_string1": order_no,
        "thing2": messages[0]["data"]["thing2"]["value"],
        "thing3": "顺丰速运",
        "character_string4": "SF1234567890123",
    }
    outbox = [row for row in house.rows("outbox") if row["type"]["S"] == "shop_order.shipped"]
    assert "SF1234567890123" not in str(outbox), "a tracking number leads to the guest's address"


def test_each_refund_is_told_of_and_none_hides_a_state(house: House) -> None:
    """A refund is an aggregate of its own, so its events have numbers of their own."""
    house.simulate("POST", "/simulator/refunds", {"result": "hold", "times": 2})
    token, guest = house.guest(), openid(house)
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    path = f"/api/staff/orders/{order_no}/refunds"
    for amount in (1000, 2500):
        house.send("POST", path, {"reason": "Noise", "amount": amount}, house.admin, Idempotency_Key=str(amount)).must(
            202
        )
        end_refunds(house, order_no)
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=house.admin).must(200)
    end_refunds(house, order_no)
    messages = told(house, guest, order_no)
    assert [message["kind"] for message in messages] == [
        "wait_for_payment",
        "paid",
        "refunded",
        "refunded",
        "checked_in",
    ]
    assert [message["data"]["amount2"]["value"] for message in messages[2:4]] == ["¥10.00", "¥25.00"]
    assert messages[2]["data"]["thing3"]["value"] == "原路退回微信支付"
    assert noted(house, order_no) == [(message["kind"], "sent") for message in messages]
    mine = house.send("GET", "/api/me/notifications", token=token).must(200)["items"]
    assert {it["order_no"] for it in mine} == {order_no}
    events = house.send("GET", f"/api/staff/orders/{order_no}/messages", token=house.admin).must(200)["items"]
    [one, two] = [it["consumers"] for it in events if it["type"] == "refund.succeeded"]
    assert {"send_notice": "done"}.items() <= {it["consumer"]: it["state"] for it in one}.items()
    assert {"send_notice": "done"}.items() <= {it["consumer"]: it["state"] for it in two}.items()


def test_a_refund_to_the_balance_is_told_of_too(house: House) -> None:
    shop, guest = Shop(house), openid(house)
    whole, part = (shop.order(key, balance=paid).must(201)["order_no"] for key, paid in (("a", 50_000), ("b", 4000)))
    house.pay(shop.token, part)
    house.settle()
    for order_no in (whole, part):
        shop.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Broken"}, key=order_no).must(202)
        end_refunds(house, order_no)
    [back] = [message["data"] for message in told(house, guest, whole) if message["kind"] == "refunded"]
    assert (back["amount2"]["value"], back["thing3"]["value"]) == ("¥110.00", "退回账户余额")
    [back] = [message["data"] for message in told(house, guest, part) if message["kind"] == "refunded"]
    assert (back["amount2"]["value"], back["thing3"]["value"]) == ("¥110.00", "余额 ¥40.00，其余退回微信")
    assert [kind for kind, _ in noted(house, part)][-2:] == ["cancelled", "refunded"]
