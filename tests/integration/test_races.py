"""A rival commits between a read and its transaction, and the conditions decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.pay_provider import WechatProvider
from posthouse.domain.payment import Settlement
from posthouse.entry import clock, wechat
from posthouse.entry.clock import step
from posthouse.services.bookings import stay_offers
from posthouse.services.payments import payments as payment_services
from posthouse.store import payments
from posthouse.store.batch import Rows, read_rows
from posthouse.store.idempotency import IdempotencyRow
from tests.integration.conftest import Arrange
from tests.integration.house import TODAY, House


def test_a_rival_takes_the_last_room(house: House, before_commit: Arrange) -> None:
    token, rival, room = house.guest(), house.guest("13900000002"), house.room(units=1)
    before_commit(lambda: house.book(rival, house.wish(room)).must(201))
    house.book(token, house.wish(room, nights=2)).refused(409, "sold_out")
    assert house.sold(room) == [1, 0, 0]
    assert len(house.rows("bookings")) == 1


def test_the_price_rises_under_the_guests_hands(house: House, before_commit: Arrange) -> None:
    token, room = house.guest(), house.room(price=100)
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=1)), "price": 150}
    path, admin = f"/api/staff/rooms/{room['room_id']}/nights", house.admin
    before_commit(lambda: house.send("PUT", path, span, admin).must(200))
    refused = house.book(token, house.wish(room, expected_total=100)).refused(409, "price_changed")
    assert (refused["expected"], refused["actual"]) == (100, 150)
    assert house.book(token, house.wish(room), key="key-2").must(201)["total"] == 150


def test_a_night_is_closed_under_the_guests_hands(house: House, before_commit: Arrange) -> None:
    token, room = house.guest(), house.room()
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=1)), "closed": True}
    path, admin = f"/api/staff/rooms/{room['room_id']}/nights", house.admin
    before_commit(lambda: house.send("PUT", path, span, admin).must(200))
    house.book(token, house.wish(room)).refused(409, "sold_out")
    assert house.sold(room, 1) == [0]


def test_one_coupon_in_two_orders_is_used_once(house: House, before_commit: Arrange) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room()
    wish = house.wish(room, coupon_id=coupon["coupon_id"])
    before_commit(lambda: house.book(token, wish, key="rival").must(201))
    house.book(token, wish, key="late").refused(409, "coupon_unusable")
    assert house.sold(room, 1) == [1]


def test_the_same_key_twice_at_once_books_once(house: House, before_commit: Arrange) -> None:
    token, room = house.guest(), house.room(units=5)
    first: list[dict[str, Any]] = []
    before_commit(lambda: first.append(house.book(token, house.wish(room)).must(201)))
    assert house.book(token, house.wish(room)).must(201) == first[0]
    assert house.sold(room, 1) == [1]


def test_a_repeat_outranks_the_refusal_that_its_first_request_caused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a batch read that saw the key before the first request's commit, and the nights after it
    token, room = house.guest(), house.room(units=1)
    first: list[dict[str, Any]] = []

    def torn(keys: Any) -> Rows:
        monkeypatch.setattr(stay_offers, "read_rows", read_rows)
        first.append(house.book(token, house.wish(room)).must(201))
        rows = read_rows(keys)
        return Rows({key: row for key, row in rows._found.items() if key[0] is not IdempotencyRow})

    monkeypatch.setattr(stay_offers, "read_rows", torn)
    assert house.book(token, house.wish(room)).must(201) == first[0]


def test_two_payments_opened_at_once_are_one(house: House, before_commit: Arrange) -> None:
    token = house.guest()
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    path = f"/api/orders/{order_no}/payments"
    first: list[dict[str, Any]] = []
    before_commit(lambda: first.append(house.send("POST", path, token=token).must(201)))
    second = house.send("POST", path, token=token).must(201)
    assert second["payment_id"] == first[0]["payment_id"]
    assert len(house.rows("payments")) == 1


def test_two_check_ins_at_once_are_one(house: House, before_commit: Arrange) -> None:
    token = house.guest()
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    path, admin = f"/api/staff/bookings/{order_no}/check-in", house.admin
    before_commit(lambda: house.send("POST", path, token=admin).must(200))
    house.send("POST", path, token=admin).refused(409, "invalid_transition")
    assert [m["status"] for m in house.booking(token, order_no)["timeline"]].count("checked_in") == 1


def test_two_workflows_at_once_finish_once_and_free_the_nights_once(house: House, before_commit: Arrange) -> None:
    token, room = house.guest(), house.room()
    house.book(token, house.wish(room, nights=2), key="other").must(201)
    order_no = house.book(token, house.wish(room, nights=2)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=house.admin).must(200)
    facts = {"order_no": order_no, "actor": "admin", "correlation_id": ""}
    before_commit(lambda: house.invoke("finish_booking", facts))
    assert house.invoke("finish_booking", facts)["outcome"] == "finished"
    assert house.sold(room, 2) == [1, 1]
    assert sum(row["type"]["S"] == "booking.finished" for row in house.rows("outbox")) == 1


def test_two_grants_at_once_give_one_coupon_and_count_it_once(house: House, before_commit: Arrange) -> None:
    house.template(kind="check_out", quantity=5)
    facts = {"order_no": "B-1", "finished": {"outcome": "finished", "user_id": "U-1"}, "correlation_id": ""}
    before_commit(lambda: house.invoke("grant_check_out_coupon", facts))
    assert house.invoke("grant_check_out_coupon", facts) == {"outcome": "granted_before"}
    assert len(house.rows("coupons")) == 1
    assert house.rows("coupon-templates")[0]["issued"]["N"] == "1"


def test_a_template_that_is_disabled_meanwhile_grants_nothing(house: House, before_commit: Arrange) -> None:
    template, admin = house.template(kind="check_out"), house.admin
    path = f"/api/staff/coupon-templates/{template['template_id']}"
    before_commit(lambda: house.send("PUT", path, {**template, "enabled": False}, admin).must(200))
    facts = {"order_no": "B-1", "finished": {"outcome": "finished", "user_id": "U-1"}, "correlation_id": ""}
    assert house.invoke("grant_check_out_coupon", facts) == {"outcome": "none_left"}
    assert house.rows("coupons") == []


def test_stale_versions_never_overwrite(house: House, before_commit: Arrange) -> None:
    hotel, admin = house.hotel(), house.admin
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    before_commit(lambda: house.send("PUT", path, {**hotel, "name": "First"}, admin).must(200))
    house.send("PUT", path, {**hotel, "name": "Second"}, admin).refused(409, "version_conflict")
    assert house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200)["name"] == "First"


def test_money_is_compared_with_our_own_row_field_by_field(house: House) -> None:
    token = house.guest()
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    opened = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    payment = payments.get(opened["payment_id"])
    assert payment is not None
    true = Settlement(
        app_id=house.config.app_id,
        merchant_id=house.config.merchant_id,
        payment_id=payment.payment_id,
        transaction_id="4200000001",
        amount=payment.payable,
        payer=payment.openid,
        succeeded_at=payment.created_at,
    )
    ours, now = WechatCredentials.parse(house.config.secret_json()), step("test")
    provider = WechatProvider(ours, wechat.wechat_pay, str, clock.now)
    lies = {"app": {"app_id": "wx0"}, "merchant": {"merchant_id": "1"}, "payer": {"payer": "o1"}}
    lies["amount"] = {"amount": payment.payable * 2}  # type: ignore[dict-item]
    for field, lie in lies.items():
        refused = payment_services.settle(replace(true, **lie), provider, now)
        assert getattr(refused, "field", None) == field
    assert house.rows("money-ledger") == []
    payment_services.settle(true, provider, now)
    assert len(house.rows("money-ledger")) == 1
