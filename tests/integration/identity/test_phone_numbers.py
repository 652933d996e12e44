"""One phone number in any spelling, on every way in; and two numbers that look alike."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.flash_sales.test_flash_sales import Sale
from tests.integration.house import House

SPELLINGS = ("13800138000", "+86 138-0013-8000", "8613800138000", "0086 138 0013 8000", "（＋８６）138－0013－8000")
FIXED = "(028) 8660-0127"


def found_by(house: House, path: str, text: str) -> list[str]:
    page = house.send("GET", f"{path}phone_number={quote(text)}", token=house.admin).must(200)
    return [order["order_no"] for order in page["items"]]


def test_a_booking_is_found_by_every_spelling_of_the_number_that_it_was_made_with(house: House) -> None:
    token, room = house.guest(), house.room(units=9)
    made = []
    for number, text in enumerate(SPELLINGS):
        booking = house.book(token, house.wish(room, phone_number=text), key=f"key-{number}").must(201)
        assert booking["phone_number"] == "13800138000"
        made.append(booking["order_no"])
    fixed = house.book(token, house.wish(room, phone_number=FIXED), key="key-fixed").must(201)
    assert fixed["phone_number"] == "028-86600127"
    for text in SPELLINGS:
        assert sorted(found_by(house, "/api/staff/bookings?", text)) == sorted(made), text
    assert found_by(house, "/api/staff/bookings?", "+86 28 86600127") == [fixed["order_no"]]
    listed = house.send("GET", "/api/staff/bookings", token=house.admin).must(200)["items"]
    assert {booking["phone_number"] for booking in listed} == {"138****8000", "028*****0127"}
    house.send("GET", "/api/staff/bookings?phone_number=call%20me", token=house.admin).refused(422, "invalid_request")


def test_the_same_request_in_another_spelling_is_the_same_request(house: House) -> None:
    token, room = house.guest(), house.room(units=9)
    wish = house.wish(room, phone_number=SPELLINGS[0])
    first = house.book(token, wish).must(201)
    again = house.book(token, {**wish, "phone_number": SPELLINGS[1]}).must(201)
    assert again["order_no"] == first["order_no"]


@pytest.mark.parametrize("way", ["phone_code", "encrypted_phone"])
def test_the_country_code_makes_another_person(house: House, way: str) -> None:
    users: dict[str, set[str]] = {}
    for phone in ("+852 61234567", "+1 61234567", "+852 6123 4567"):
        codes = house.codes(phone)
        wanted = {"login_code": codes["login_code"], way: codes[way]}
        user = house.send("POST", "/api/sessions", wanted).must(201)["user"]
        users.setdefault(user["phone_number"], set()).add(user["user_id"])
    assert set(users) == {"+85261234567", "+161234567"}
    assert [len(ids) for ids in users.values()] == [1, 1]


def first_logins(house: House, *phones: str) -> list[bool]:
    return [house.log_in(phone)["is_first_login"] for phone in phones]


def test_a_reset_takes_every_spelling_and_only_that_number(house: House) -> None:
    phones = ("13800138000", "+85261234567", "+161234567")
    first_logins(house, *phones)
    for text, others in (
        ("+86 138 0013 8000", [True, False, False]),
        ("00852-6123-4567", [False, True, False]),
        ("+1 61234567", [False, False, True]),
    ):
        house.send("DELETE", f"/api/staff/users/{quote(text)}/first-login", token=house.admin).must(204)
        assert first_logins(house, *phones) == others, text
    wrong = house.send("DELETE", "/api/staff/users/nobody/first-login", token=house.admin)
    wrong.refused(422, "invalid_request")


def test_flash_orders_and_verdicts_are_found_by_every_spelling(house: House) -> None:
    sale = Sale(house, stock=3)
    _, order_no = sale.buy(house.guest("13900000001"))
    for text in ("13900000001", "+86 139-0000-0001", "１３９ 0000 0001"):
        assert found_by(house, "/api/staff/flash-orders?", text) == [order_no]
        path = f"/api/staff/flash-sales/{sale.sale_id}/verdicts?phone_number={quote(text)}"
        assert len(house.send("GET", path, token=house.admin).must(200)["items"]) == 1


def test_a_hotel_has_an_area_code_and_an_extension_wherever_it_is_shown(house: House) -> None:
    hotel = house.hotel(phone="(028) 86600127 转 8001")
    room = house.room(hotel_id=hotel["hotel_id"])
    house.settle()
    shown: list[Any] = [
        hotel,
        house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200),
        house.send("GET", f"/api/rooms/{room['room_id']}").must(200)["hotel"],
        *house.send("GET", "/api/hotels").must(200)["items"],
        *house.send("GET", "/api/staff/hotels", token=house.admin).must(200)["items"],
    ]
    assert {it["phone"] for it in shown} == {"028-86600127-8001"}
    same = {name: hotel[name] for name in ("name", "city", "address", "phone", "latitude", "longitude", "version")}
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    version = house.send("GET", path.replace("/staff", "")).must(200)["version"]
    assert house.send("PUT", path, {**same, "version": version}, house.admin).must(200)["phone"] == hotel["phone"]
    told = house.send("GET", "/api/staff/audit", token=house.admin).must(200)["items"]
    assert told[0]["after"]["phone"] == "028-86600127-8001"


def test_an_audit_row_masks_numbers_of_elsewhere_too(house: House) -> None:
    user_id = house.log_in()["user"]["user_id"]
    change = {"change": 5, "reason": "Rang +85261234567 and +8613955556666"}
    path = f"/api/staff/users/{user_id}/balance-changes"
    house.send("POST", path, change, house.admin, Idempotency_Key="k").must(201)
    told = str(house.send("GET", "/api/staff/audit", token=house.admin).must(200)["items"])
    assert "Rang +852****4567 and 139****6666" in told
