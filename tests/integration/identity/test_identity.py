"""Logins of guests and staff, tokens, accounts."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import jwt
import pytest

from posthouse.domain.identity import Role
from posthouse.entry import secrets
from posthouse.store import guests
from tests.integration.house import NOW, House
from tests.support.clock import clock_at


def test_the_first_login_is_told_once_and_later_ones_are_not(house: House) -> None:
    first = house.log_in("13911112222", nickname="小梅")
    assert first["is_first_login"]
    assert first["user"]["phone_number"] == "13911112222"
    assert not house.log_in("13911112222")["is_first_login"]
    assert [row["type"]["S"] for row in house.rows("outbox")] == ["guest.first_login"]
    me = house.send("GET", "/api/me", token=first["access_token"]).must(200)
    assert (me["balance"], me["points"]) == (0, 0)


def test_two_logins_that_race_make_one_first_login(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a second login that commits after the first has looked, and before it writes
    first, second = house.codes(), house.codes()
    log_in_first = guests.log_in_first
    raced: list[dict[str, Any]] = []

    def race(*args: Any) -> None:
        if not raced:
            raced.append({})
            raced[0] = house.send("POST", "/api/sessions", {"login_code": second["login_code"]}).must(201)
        log_in_first(*args)

    monkeypatch.setattr("posthouse.store.guests.log_in_first", race)
    session = house.send("POST", "/api/sessions", {"login_code": first["login_code"]}).must(201)
    assert [raced[0]["is_first_login"], session["is_first_login"]] == [True, False]
    assert len(house.rows("outbox")) == 1


def test_a_phone_number_comes_from_encrypted_data_too(house: House) -> None:
    codes = house.codes("13922223333")
    wanted = {"login_code": codes["login_code"], "encrypted_phone": codes["encrypted_phone"]}
    assert house.send("POST", "/api/sessions", wanted).must(201)["user"]["phone_number"] == "13922223333"
    codes = house.codes("13922223333")
    broken = {"login_code": codes["login_code"], "encrypted_phone": {"encrypted_data": "AAAA", "iv": "AAAA"}}
    house.send("POST", "/api/sessions", broken).refused(422, "phone_refused")


def test_codes_that_wechat_refuses_and_a_wechat_that_is_down(house: House) -> None:
    codes = house.codes()
    house.send("POST", "/api/sessions", {"login_code": "unknown"}).refused(401, "invalid_login_code")
    house.send("POST", "/api/sessions", {"login_code": codes["login_code"]}).must(201)
    house.send("POST", "/api/sessions", {"login_code": codes["login_code"]}).refused(401, "used_login_code")
    for errcode, status, code in ((40226, 403, "high_risk_account"), (45011, 429, "rate_limited")):
        house.simulate("POST", "/simulator/faults", {"api": "jscode2session", "errcode": errcode, "times": 1})
        house.send("POST", "/api/sessions", {"login_code": "any"}).refused(status, code)
    house.simulate("POST", "/simulator/faults", {"api": "jscode2session", "http_status": 502, "times": 1})
    answer = house.send("POST", "/api/sessions", {"login_code": house.codes()["login_code"]})
    answer.refused(503, "wechat_unavailable")
    assert "Retry-After" in answer.headers
    house.send("POST", "/api/sessions", {"login_code": 7}).refused(422, "invalid_request")
    house.send("POST", "/api/sessions", b"[").refused(400, "malformed_json")


def test_tokens_are_checked(house: House) -> None:
    good = house.guest()
    claims = jwt.decode(good, options={"verify_signature": False})
    forged = jwt.encode(claims, "f" * 64, "HS256")
    unsigned = jwt.encode(claims, "", "none")
    previous = jwt.encode(claims, "p" * 64, "HS256")
    cursor = jwt.encode({**claims, "aud": "cursor bookings"}, "k" * 64, "HS256")
    house.send("GET", "/api/me").refused(401, "missing_token")
    for bad in (forged, unsigned, cursor, "x.y.z", good + "x"):
        house.send("GET", "/api/me", token=bad).refused(401, "invalid_token")
    house.send("GET", "/api/me", token=previous).must(200)
    house.send("GET", "/api/me", token=house.admin).refused(403, "forbidden")
    house.send("GET", "/api/staff/bookings", token=good).refused(403, "forbidden")
    with clock_at(NOW + timedelta(days=1, minutes=1)):
        house.send("GET", "/api/me", token=good).refused(401, "token_expired")


def test_a_rotated_key_is_learned(house: House) -> None:
    old = house.guest()
    keys = json.dumps({"current": "n" * 64, "previous": "k" * 64})
    boto3.client("secretsmanager").put_secret_value(SecretId="TokenSecret", SecretString=keys)
    secrets.forget_secrets()
    house.send("GET", "/api/me", token=old).must(200)
    assert jwt.decode(house.guest(), "n" * 64, ["HS256"], audience="caller")["role"] == "guest"


def test_the_first_admin_is_made_once_and_makes_accounts(house: House) -> None:
    wanted = {"username": "boss", "password": "a-long-password"}
    assert house.invoke("create_first_admin", {"username": "boss", "password": "short"})["outcome"] == "refused"
    assert house.invoke("create_first_admin", wanted)["outcome"] == "created"
    assert house.invoke("create_first_admin", {**wanted, "username": "other"})["outcome"] == "refused"
    session = house.send("POST", "/api/staff/sessions", wanted).must(201)
    assert session["staff"] == {"username": "boss", "role": "admin", "hotel_ids": []}
    hotel_id = house.hotel()["hotel_id"]
    account = {"username": "desk", "password": "a-long-password", "hotel_ids": [hotel_id]}
    token = session["access_token"]
    house.send("POST", "/api/staff/accounts", account, token).must(201)
    house.send("POST", "/api/staff/accounts", account, token).refused(409, "already_exists")
    unknown = {**account, "username": "desk2", "hotel_ids": ["H-unknown"]}
    house.send("POST", "/api/staff/accounts", unknown, token).refused(404, "not_found")
    house.send("POST", "/api/staff/accounts", {**account, "hotel_ids": []}, token).refused(422, "invalid_request")
    desk = house.send("POST", "/api/staff/sessions", {"username": "desk", "password": "a-long-password"}).must(201)
    assert desk["staff"]["hotel_ids"] == [hotel_id]
    assert "a-long-password" not in str(house.contents())


def test_five_wrong_passwords_lock_the_account_for_a_while(house: House) -> None:
    good = {"username": "boss", "password": "a-long-password"}
    house.invoke("create_first_admin", good)
    for _ in range(5):
        house.send("POST", "/api/staff/sessions", {**good, "password": "wrong"}).refused(401, "wrong_credentials")
    house.send("POST", "/api/staff/sessions", good).refused(429, "account_locked")
    house.send("POST", "/api/staff/sessions", {**good, "username": "nobody"}).refused(401, "wrong_credentials")
    with clock_at(NOW + timedelta(minutes=16)):
        house.send("POST", "/api/staff/sessions", good).must(201)


def test_a_reset_lets_the_next_login_count_and_grants_nothing_twice(house: House) -> None:
    house.template()
    token = house.guest("13933334444")
    house.settle()
    house.send("DELETE", "/api/staff/users/13933334444/first-login", token=house.admin).must(204)
    assert house.log_in("13933334444")["is_first_login"]
    house.settle()
    assert len(house.coupons(token)) == 1
    assert len(house.rows("inbox")) == 2
    house._refs["Stage"] = "prod"
    answer = house.send("DELETE", "/api/staff/users/13933334444/first-login", token=house.admin)
    answer.refused(403, "access_denied")


def test_every_staff_write_leaves_an_audit_row(house: House) -> None:
    room = house.room()
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**room, "price": 1}, house.admin).must(200)
    template = house.template()
    path = f"/api/staff/coupon-templates/{template['template_id']}"
    house.send("PUT", path, {**template, "enabled": False}, house.admin).must(200)
    actions = sorted(row["action"]["S"] for row in house.rows("audit"))
    assert actions == [
        "create_coupon_template",
        "create_hotel",
        "create_room",
        "open_nights",
        "update_coupon_template",
        "update_room",
    ]
    assert {row["actor"]["S"] for row in house.rows("audit")} == {"admin"}
    assert house.token(Role.STAFF)


def test_a_guest_sees_from_when_until_when_and_for_what_a_coupon_is(house: House) -> None:
    made = house.template(description="Not with other offers\r\nnor on holidays")
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    assert coupon["description"] == "Not with other offers\nnor on holidays"
    days = datetime.fromisoformat(coupon["valid_until"]) - datetime.fromisoformat(coupon["valid_from"])
    assert days == timedelta(days=made["valid_days"])
    # What was granted stays as it was.
    path = f"/api/staff/coupon-templates/{made['template_id']}"
    house.send("PUT", path, {**made, "description": "Changed"}, house.admin).must(200)
    assert house.coupons(token) == [coupon]
