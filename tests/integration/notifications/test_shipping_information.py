"""Shipping information: WeChat holds a payment's money until it knows what was sent, or that the guest has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.clients.wechat.shipping import ShippingClient
from tests.integration.house import NOW, House, Reply
from tests.integration.shopping import Shop
from tests.support.clock import clock_at


def held(house: House, order_no: str) -> tuple[str, Any]:
    """Whether WeChat holds the money of the order's payment, and what it was told."""
    [payment] = house.simulate("GET", f"/simulator/payments?order_no={order_no}")["items"]
    return payment["settlement"], payment["shipping"]


def paid_goods(house: House) -> tuple[Shop, str]:
    shop = Shop(house)
    order_no = shop.order().must(201)["order_no"]
    house.pay(shop.token, order_no)
    house.settle()
    assert held(house, order_no) == ("held", None)
    return shop, order_no


def ship(shop: Shop, order_no: str, carrier: str, tracking_no: str = "SF1234567890123") -> None:
    sent = {"carrier": carrier, "tracking_no": tracking_no}
    shop.staff("POST", f"/orders/{order_no}/shipment", sent).must(200)
    shop.house.settle()


def missing(house: House, status: str = "refused") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.send(
        "GET", f"/api/staff/shipping-information?status={status}", token=house.admin
    ).must(200)["items"]
    return found


def again(house: House, payment_id: str, body: Any = None) -> Reply:
    path = f"/api/staff/shipping-information/{payment_id}/retry"
    return house.send("POST", path, body, house.admin)


@pytest.mark.parametrize(("typed", "code"), [("顺丰 速运", "SF"), ("ZTO", "ZTO"), ("韵达快递", "YD")])
def test_goods_are_told_of_when_they_are_sent(house: House, typed: str, code: str) -> None:
    shop, order_no = paid_goods(house)
    ship(shop, order_no, typed)
    settlement, told = held(house, order_no)
    assert (settlement, told["logistics_type"], told["corrections"]) == ("released", 1, 0)
    [parcel] = told["shipping_list"]
    assert (parcel["express_company"], parcel["tracking_no"]) == (code, "SF1234567890123")
    assert parcel.get("contact") == ({"receiver_contact": "138****8000"} if code == "SF" else None)
    [row] = house.rows("shipping-information")
    assert (row["status"]["S"], "missing" in row, "SF1234567890123" in str(row)) == ("uploaded", False, False)
    assert missing(house) == []


def test_a_stay_is_told_of_when_the_guest_comes(house: House) -> None:
    token = house.guest()
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    assert held(house, order_no) == ("held", None)
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=house.admin).must(200)
    house.settle()
    settlement, told = held(house, order_no)
    assert (settlement, told["logistics_type"]) == ("released", 4)
    assert told["shipping_list"] == [{"item_desc": "驿站 Test Twin"}]


def test_what_is_kept_of_a_late_cancellation_is_told_of(house: House) -> None:
    """What is given back whole is not: WeChat has nothing to settle."""
    room = house.room(cancel_fee_bp=2500, free_cancel_hours=24 * 30, nights=3)
    free = house.room(nights=3)
    token = house.guest()
    orders = [
        house.book(token, house.wish(one, begin=2), key=one["room_id"]).must(201)["order_no"] for one in (room, free)
    ]
    for order_no in orders:
        house.pay(token, order_no)
        house.settle()
        house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).must(200)
        house.settle()
    settlement, told = held(house, orders[0])
    assert (settlement, told["logistics_type"]) == ("released", 3)
    assert held(house, orders[1])[1] is None
    assert missing(house) == []


def test_staff_choose_the_carrier_that_wechat_does_not_know(house: House) -> None:
    shop, order_no = paid_goods(house)
    ship(shop, order_no, "老王的三轮车")
    assert held(house, order_no)[0] == "held"
    [refused] = missing(house)
    assert (refused["order_no"], refused["reason"], refused["carrier"]) == (order_no, "unknown_carrier", None)
    assert again(house, refused["payment_id"]).must(200)["status"] == "refused"
    again(house, refused["payment_id"], {"carrier": "zto"}).refused(422, "invalid_request")
    told = again(house, refused["payment_id"], {"carrier": "ZTO"}).must(200)
    assert (told["status"], told["carrier"], told["reason"]) == ("uploaded", "ZTO", None)
    assert held(house, order_no)[0] == "released"
    assert missing(house) == []
    assert again(house, refused["payment_id"]).must(200) == told, "a repeat is the same answer"
    again(house, "P-nobody").refused(404, "not_found")
    assert "retry_shipping" in str(house.rows("audit"))


@pytest.mark.parametrize("errcode", [10060023, 10060002, 10060003])
def test_a_repeat_and_a_hand_that_was_faster_are_no_failures(house: House, errcode: int) -> None:
    """WeChat has it already: from an answer that was lost, or entered at its own console."""
    shop, order_no = paid_goods(house)
    house.simulate("POST", "/simulator/faults", {"api": "upload_shipping_info", "errcode": errcode})
    ship(shop, order_no, "ZTO")
    [row] = house.rows("shipping-information")
    assert (row["status"]["S"], row["words"]["S"].split()[0]) == ("uploaded", str(errcode))
    assert missing(house) == []


@pytest.mark.parametrize("errcode", [-1, 10060012, 45009, 10060001])
def test_what_may_succeed_later_is_tried_again(house: House, errcode: int) -> None:
    shop, order_no = paid_goods(house)
    house.simulate("POST", "/simulator/faults", {"api": "upload_shipping_info", "errcode": errcode})
    sent = {"carrier": "ZTO", "tracking_no": "Z1"}
    shop.staff("POST", f"/orders/{order_no}/shipment", sent).must(200)
    house.relay()
    [message] = house.messages("ShippingInformationQueue")
    assert house.feed("upload_shipping_information", [message]) != []
    [waits] = missing(house, "waiting")
    assert waits["order_no"] == order_no
    assert house.feed("upload_shipping_information", [message]) == []
    assert held(house, order_no)[0] == "released"
    assert missing(house, "waiting") == []


def test_what_wechat_refuses_for_good_is_shown_with_its_words(house: House) -> None:
    shop, order_no = paid_goods(house)
    house.simulate("POST", "/simulator/faults", {"api": "upload_shipping_info", "errcode": 10060001})
    shop.staff("POST", f"/orders/{order_no}/shipment", {"carrier": "ZTO", "tracking_no": "Z1"}).must(200)
    house.relay()
    [message] = house.messages("ShippingInformationQueue")
    with clock_at(NOW + timedelta(minutes=4)):
        assert house.feed("upload_shipping_information", [message]) == []
    [refused] = missing(house)
    assert (refused["reason"], refused["detail"].split()[0]) == ("unknown_payment", "10060001")


@pytest.mark.parametrize("typed", ["SHUNFENG", "shunfeng"])
def test_a_code_that_is_none_of_wechats_is_an_unknown_carrier(house: House, typed: str) -> None:
    shop, order_no = paid_goods(house)
    ship(shop, order_no, typed)
    [refused] = missing(house)
    assert refused["reason"] == "unknown_carrier"
    assert again(house, refused["payment_id"], {"carrier": "SF"}).must(200)["status"] == "uploaded"


def close_whole_refund(house: House, order_no: str) -> None:
    wish = {"reason": "Broken"}
    path = f"/api/staff/orders/{order_no}/refunds"
    asked = house.send("POST", path, wish, house.admin, Idempotency_Key="whole").must(202)
    house.settle()
    house.simulate("POST", f"/simulator/refunds/{asked['out_refund_no']}", {"result": "closed"})
    house.settle()


def test_money_that_we_owe_back_is_not_kept(house: House) -> None:
    """WeChat closed the refund before it was told: it must not settle what the guest still gets."""
    token = house.guest()
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    path = f"/api/staff/orders/{order_no}/refunds"
    asked = house.send("POST", path, {"reason": "x"}, house.admin, Idempotency_Key="whole").must(202)
    house.relay()
    house.drain("send_refund")
    house.simulate("POST", f"/simulator/refunds/{asked['out_refund_no']}", {"result": "closed"})
    [message] = house.messages("ShippingInformationQueue")
    assert house.feed("upload_shipping_information", [message]) == []
    assert house.booking(token, order_no)["refund_owed"] > 0
    assert (held(house, order_no), house.rows("shipping-information")) == (("held", None), [])


@pytest.mark.parametrize("closed", [False, True])
def test_goods_that_were_refunded_whole_are_missing_no_more(house: House, closed: bool) -> None:
    shop, order_no = paid_goods(house)
    ship(shop, order_no, "老王的三轮车")
    [refused] = missing(house)
    if closed:
        close_whole_refund(house, order_no)
    else:
        shop.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Broken"}, "whole").must(202)
        house.settle()
    ended = again(house, refused["payment_id"], {"carrier": "ZTO"}).must(200)
    assert (ended["status"], missing(house), missing(house, "waiting")) == ("not_needed", [], [])
    assert held(house, order_no) == ("held", None)
    assert again(house, refused["payment_id"]).must(200) == ended


def test_a_payment_without_its_payer_is_listed_until_staff_press(house: House) -> None:
    """The guest's account was deleted: only WeChat's own console can take it, and a press says that it was done."""
    shop, order_no = paid_goods(house)
    ship(shop, order_no, "老王的三轮车")
    [row] = house.rows("payments")
    house.dynamodb.update_item(
        TableName="posthouse-payments",
        Key={"payment_id": row["payment_id"]},
        UpdateExpression="SET openid = :nobody",
        ExpressionAttributeValues={":nobody": {"S": ""}},
    )
    [refused] = missing(house)
    told = again(house, refused["payment_id"], {"carrier": "ZTO"}).must(200)
    assert (told["status"], told["reason"], len(missing(house))) == ("refused", "no_payer", 1)
    ended = again(house, refused["payment_id"]).must(200)
    assert (ended["status"], ended["reason"], missing(house)) == ("not_needed", "no_payer", [])


def test_a_redelivery_keeps_the_carrier_that_staff_chose(house: House) -> None:
    shop, order_no = paid_goods(house)
    sent = {"carrier": "SHUNFENG", "tracking_no": "Z1"}
    shop.staff("POST", f"/orders/{order_no}/shipment", sent).must(200)
    house.relay()
    [message] = house.messages("ShippingInformationQueue")
    busy = {"api": "upload_shipping_info", "errcode": -1}
    house.simulate("POST", "/simulator/faults", busy)
    assert house.feed("upload_shipping_information", [message]) != []
    [waits] = missing(house, "waiting")
    house.simulate("POST", "/simulator/faults", busy)
    again(house, waits["payment_id"], {"carrier": "ZTO"}).refused(503, "wechat_unavailable")
    assert house.feed("upload_shipping_information", [message]) == []
    settlement, told = held(house, order_no)
    assert (settlement, told["shipping_list"][0]["express_company"]) == ("released", "ZTO")


def test_a_redelivery_after_a_whole_refund_ends_what_waits(house: House) -> None:
    shop, order_no = paid_goods(house)
    shop.staff("POST", f"/orders/{order_no}/shipment", {"carrier": "ZTO", "tracking_no": "Z1"}).must(200)
    house.relay()
    [message] = house.messages("ShippingInformationQueue")
    house.simulate("POST", "/simulator/faults", {"api": "upload_shipping_info", "errcode": -1})
    assert house.feed("upload_shipping_information", [message]) != []
    shop.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Broken"}, "whole").must(202)
    assert house.feed("upload_shipping_information", [message]) == []
    [row] = house.rows("shipping-information")
    assert (row["status"]["S"], "missing" in row) == ("not_needed", False)


def test_that_wechat_does_not_ask_is_remembered_for_minutes_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, order_no = paid_goods(house)
    later = shop.order("order-later").must(201)["order_no"]
    house.pay(shop.token, later)
    house.settle()
    with monkeypatch.context() as before:
        before.setattr(ShippingClient, "is_managed", lambda _self, _token: False)
        ship(shop, order_no, "ZTO")
    assert house.rows("shipping-information") == []
    with clock_at(NOW + timedelta(minutes=6)):
        shop.staff("POST", f"/orders/{later}/shipment", {"carrier": "ZTO", "tracking_no": "Z2"}, "later").must(200)
        house.settle()
    assert held(house, later)[0] == "released"


def test_staff_tell_of_a_stay_again_when_the_access_token_has_expired(house: House) -> None:
    token = house.guest()
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    house.simulate("POST", "/simulator/faults", {"api": "upload_shipping_info", "errcode": 10060001})
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=house.admin).must(200)
    house.relay()
    [message] = house.messages("ShippingInformationQueue")
    with clock_at(NOW + timedelta(minutes=4)):
        assert house.feed("upload_shipping_information", [message]) == []
    [refused] = missing(house)
    with clock_at(NOW + timedelta(hours=3)):
        assert again(house, refused["payment_id"]).must(200)["status"] == "uploaded"
    assert (held(house, order_no)[0], missing(house)) == ("released", [])


def test_where_wechat_does_not_ask_nothing_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShippingClient, "is_managed", lambda _self, _token: False)
    shop, order_no = paid_goods(house)
    ship(shop, order_no, "ZTO")
    assert held(house, order_no) == ("held", None)
    assert house.rows("shipping-information") == []
