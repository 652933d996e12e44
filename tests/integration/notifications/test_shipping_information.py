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
    again(house, refused["payment_id"]).refused(409, "shipping_uploaded")
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
