"""Guests, admins and the token key on the deployed template, with each function's own role."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from benchmarks.flash_sale import Crowd
from tests.e2e.world import Client, World


def _invoke(world: World, name: str, facts: dict[str, Any]) -> Any:
    answer = world.cloud.client("lambda").invoke(FunctionName=world.function(name), Payload=json.dumps(facts).encode())
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def test_a_guest_takes_their_data_and_leaves(world: World) -> None:
    guest = world.guest()
    first, room = guest.get("/api/me"), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"], guest_name="Ada Lovelace")).must(201)["order_no"]
    refused = guest.send("DELETE", "/api/me").must(409)
    assert (refused["code"], refused["order_nos"]) == ("orders_open", [order_no])
    guest.send("POST", f"/api/bookings/{order_no}/cancellation").must(200)
    kinds: list[str] = []
    cursor = ""
    while True:
        page = guest.get(f"/api/me/data?limit=100{cursor}")
        kinds += [item["kind"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert {"account", "booking", "coupon"} <= set(kinds)
    guest.send("DELETE", "/api/me").must(204)
    assert guest.send("GET", "/api/me").status == 404
    late = world.book(guest, world.wish(room["room_id"])).must(401)
    assert late["code"] == "account_deleted"
    assert _invoke(world, "ErasePersonalDataFunction", {})["forgotten"] >= 0
    kept = world.admin.get(f"/api/staff/bookings?hotel_id={room['hotel_id']}")["items"]
    assert [(found["order_no"], found["guest_name"], found["phone_number"]) for found in kept] == [(order_no, "—", "")]
    anew = world.log_in(world.codes(phone=guest.phone))
    assert anew.first_login
    assert anew.get("/api/me")["user_id"] != first["user_id"]
    assert anew.get("/api/bookings")["items"] == []


@pytest.mark.long
def test_admins_read_who_changed_what(world: World) -> None:
    room = world.room(units=3)
    entries = world.admin.get(f"/api/staff/audit?target={room['room_id']}")["items"]
    assert [entry["action"] for entry in entries] == ["open_nights", "create_room"]
    assert world.guest().send("GET", "/api/staff/audit").status == 403


@pytest.mark.long
def test_the_token_key_is_rotated_while_guests_are_logged_in(world: World) -> None:
    before = world.guest()
    assert before.get("/api/bookings")["items"] == []
    vault = world.cloud.client("secretsmanager")
    [secret] = [it["ARN"] for it in vault.list_secrets()["SecretList"] if "TokenSecret" in it["Name"]]
    version = str(uuid.uuid4())
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        facts = {"Step": step, "SecretId": secret, "ClientRequestToken": version}
        assert _invoke(world, "RotateTokenKeyFunction", facts) == {"step": step}
    # A token of the new key, in an environment that knows the old one: it names its key, so the secret is read again.
    newcomer = Client(world.cloud.url, Crowd(world.cloud).token(1))
    assert newcomer.get("/api/bookings")["items"] == []
    # Some environments have read the new keys by now, others have not
    for guest in (before, world.guest()):
        assert guest.get("/api/me")["user_id"]
        assert guest.get("/api/me/coupons")["items"] is not None
        assert guest.get("/api/bookings")["items"] == []
    assert world.admin.get("/api/staff/audit")["items"]
