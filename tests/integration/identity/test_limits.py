"""The limit on one guest's orders in an hour, and the lock of a staff account, which cannot be bypassed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.services.identity import guest_login
from tests.integration.house import NOW, House
from tests.integration.shopping import Shop
from tests.support.clock import clock_at

NEXT_HOUR = NOW + timedelta(hours=1)


@pytest.mark.parametrize("notices", ["off", "on"])
def test_logins_of_one_guest_are_limited(house: House, monkeypatch: pytest.MonkeyPatch, notices: str) -> None:
    house._refs["LoginNotices"] = notices
    monkeypatch.setattr(guest_login, "LOGINS_AN_HOUR", 3)
    for _ in range(3):
        house.log_in("13900000001")
    codes = house.codes("13900000001")
    refused = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]})
    refused.refused(429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    house.log_in("13900000002")
    with clock_at(NEXT_HOUR):
        for _ in range(3):
            house.log_in("13900000001")
        codes = house.codes("13900000001")
        again = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]})
        again.refused(429, "too_many_requests")


def test_orders_of_one_guest_are_limited_whatever_their_kind(house: House) -> None:
    house._refs["OrdersPerHour"] = "3"
    shop = Shop(house)
    token, room = house.guest(), house.room(units=9)
    first = house.book(token, house.wish(room), "first").must(201)
    house.book(token, house.wish(room), "second").must(201)
    shop.order("third", token).must(201)
    refused = house.book(token, house.wish(room), "fourth")
    refused.refused(429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    order = shop.order("fifth", token)
    order.refused(429, "too_many_requests")
    assert 0 < int(order.headers["Retry-After"]) <= 3600
    # A repeat does not count, a refused order does not count, and other guests are not limited
    assert house.book(token, house.wish(room), "first").must(201)["order_no"] == first["order_no"]
    assert house.sold(room, 1) == [2]
    house.book(house.guest("13900000002"), house.wish(room)).must(201)
    with clock_at(NEXT_HOUR):
        house.book(token, house.wish(room), "fourth").must(201)


def test_what_was_refused_for_another_reason_is_not_counted(house: House) -> None:
    house._refs["OrdersPerHour"] = "1"
    token, room = house.guest(), house.room(units=1)
    house.book(token, house.wish(room, expected_total=1), "a").refused(409, "price_changed")
    house.book(token, house.wish(room, begin=-400), "b").refused(422, "invalid_request")
    house.book(token, house.wish(room), "c").must(201)


def test_rivals_for_the_last_order_of_the_hour(house: House, before_commit: Any) -> None:
    house._refs["OrdersPerHour"] = "1"
    token, room = house.guest(), house.room(units=9)
    before_commit(lambda: house.book(token, house.wish(room), "rival").must(201))
    house.book(token, house.wish(room), "late").refused(429, "too_many_requests")
    assert house.sold(room, 1) == [1]


STAFF = {"username": "boss", "password": "a-long-password"}


def _try(house: House, **other: str) -> Any:
    return house.send("POST", "/api/staff/sessions", {**STAFF, **other})


def test_a_locked_account_stays_locked_whoever_asks_and_however_the_name_is_spelt(house: House) -> None:
    house.invoke("create_first_admin", STAFF)
    for number in range(5):
        origin = {"X_Forwarded_For": f"10.0.0.{number}", "User_Agent": f"agent-{number}"}
        wrong = {**STAFF, "password": "wrong"}
        house.send("POST", "/api/staff/sessions", wrong, **origin).refused(401, "wrong_credentials")
    # Neither another origin nor the right password opens it, nor another spelling of the name
    house.send("POST", "/api/staff/sessions", STAFF, X_Forwarded_For="10.9.9.9").refused(429, "account_locked")
    for same in ("boss ", " boss", "boss\u0000", "bo\u200bss"):
        _try(house, username=same).refused(429, "account_locked")
    for other in ("Boss", "BOSS", "ｂｏｓｓ", "#first-admin"):
        _try(house, username=other).refused(401, "wrong_credentials")
    # Further tries do not extend the lock, and after it only five more tries are possible
    with clock_at(NOW + timedelta(minutes=14)):
        _try(house, password="wrong").refused(429, "account_locked")
    with clock_at(NOW + timedelta(minutes=16)):
        for _ in range(5):
            _try(house, password="wrong").refused(401, "wrong_credentials")
        _try(house).refused(429, "account_locked")


def test_names_that_nobody_has_leave_nothing_behind(house: House) -> None:
    before = house.contents()
    for number in range(20):
        _try(house, username=f"nobody-{number}").refused(401, "wrong_credentials")
    assert house.contents() == before
