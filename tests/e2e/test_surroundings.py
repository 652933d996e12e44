"""The deployed template besides the stay itself: the work of staff, lists, refusals, and each function's own role."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from typing import Any

import jwt
import pytest

from tests.e2e.world import Client, World, until

pytestmark = pytest.mark.e2e

TEMPLATE = {"name": "By hand", "kind": "manual", "amount": 500, "valid_days": 7, "quantity": 3, "minimum_spend": 1000}


@pytest.mark.long
def test_an_admin_changes_hotels_rooms_and_nights(world: World) -> None:
    admin = world.admin
    room = world.room(units=4, price=20000)
    hotel = admin.get(f"/api/hotels/{room['hotel_id']}")
    assert hotel["from_price"] == 20000
    changed = admin.send("PUT", f"/api/staff/hotels/{hotel['hotel_id']}", {**hotel, "name": "Renamed"}).must(200)
    assert (changed["name"], changed["version"], changed["from_price"]) == ("Renamed", 2, 20000)
    stale = admin.send("PUT", f"/api/staff/hotels/{hotel['hotel_id']}", {**hotel, "name": "Late"})
    assert (stale.status, stale.body["code"]) == (409, "version_conflict")
    cheaper = admin.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**room, "price": 15000}).must(200)
    assert (cheaper["price"], cheaper["version"]) == (15000, 2)
    assert admin.get(f"/api/hotels/{room['hotel_id']}")["from_price"] == 15000
    span = {"from": str(world.today), "to": str(world.today + timedelta(days=2)), "units": 1, "price": 99900}
    path = f"/api/staff/rooms/{room['room_id']}/nights"
    nights = admin.send("PUT", path, span).must(200)["items"]
    assert [(night["units"], night["price"], night["sold"]) for night in nights] == [(1, 99900, 0)] * 2
    guest = world.guest()
    world.book(guest, world.wish(room["room_id"])).must(201)
    below = admin.send("PUT", path, {**span, "units": 0})
    assert (below.status, below.body["code"]) == (409, "units_below_sold")
    found = admin.get(f"{path}?from={span['from']}&to={span['to']}")["items"]
    assert [(night["units"], night["sold"]) for night in found] == [(1, 1), (1, 0)]


@pytest.mark.long
def test_staff_see_their_own_hotel_only(world: World) -> None:
    mine, other = world.room(units=1), world.room(units=1)
    name = f"staff-{uuid.uuid4().hex[:8]}"
    account = {"username": name, "password": "long-enough", "hotel_ids": [mine["hotel_id"]]}
    world.admin.send("POST", "/api/staff/accounts", account).must(201)
    staff = world.staff(name, "long-enough")
    guest = world.guest()
    orders = [world.book(guest, world.wish(room["room_id"])).must(201)["order_no"] for room in (mine, other)]
    listed = staff.get("/api/staff/bookings")["items"]
    assert [booking["order_no"] for booking in listed] == orders[:1]
    assert "*" in listed[0]["phone_number"]
    assert staff.send("POST", f"/api/staff/bookings/{orders[1]}/check-in").status == 404
    assert staff.send("POST", "/api/staff/coupon-templates", TEMPLATE).status == 403
    everybody = world.admin.get("/api/staff/bookings?phone_number=13800138000&limit=100")["items"]
    assert set(orders) <= {booking["order_no"] for booking in everybody}
    pages, cursor = [], ""
    while True:
        page = world.admin.get(f"/api/staff/bookings?limit=3{cursor}")
        pages += [booking["order_no"] for booking in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert set(orders) <= set(pages)
    assert len(pages) == len(set(pages))


def test_coupon_templates_are_made_changed_and_listed(world: World) -> None:
    admin = world.admin
    made = admin.send("POST", "/api/staff/coupon-templates", TEMPLATE).must(201)
    path = f"/api/staff/coupon-templates/{made['template_id']}"
    changed = admin.send("PUT", path, {**TEMPLATE, "enabled": False}).must(200)
    assert (changed["enabled"], changed["version"]) == (False, 2)
    listed = admin.get("/api/staff/coupon-templates?limit=100")["items"]
    assert changed in listed


@pytest.mark.long
def test_a_reset_first_login_counts_again_and_grants_no_second_coupon(world: World) -> None:
    codes = world.codes()
    guest = world.log_in(codes)
    until(guest.coupons, bool)
    again = world.log_in(world.codes(codes["phone"]))
    assert not again.first_login
    world.admin.send("DELETE", f"/api/staff/users/%2B86%20{codes['phone']}/first-login").must(204)
    after = world.log_in(world.codes(codes["phone"]))
    assert after.first_login
    events = world.cloud.client("dynamodb")
    user_id = after.get("/api/me")["user_id"]
    key = {"aggregate_id": {"S": user_id}}

    def inbox() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = events.query(
            TableName="posthouse-inbox",
            KeyConditionExpression="aggregate_id = :id",
            ExpressionAttributeValues={":id": key["aggregate_id"]},
        )["Items"]
        return found

    rows = until(inbox, lambda found: len(found) == 2)
    assert {row["state"]["S"] for row in rows} == {"done"}
    assert len(after.coupons()) == 1


def test_open_reads(world: World) -> None:
    nobody = world.nobody
    assert nobody.get("/api/health")["status"] == "ok"
    kinds = {"wait_for_payment", "cancelled", "paid", "checked_in", "finished"}
    assert set(nobody.get("/api/notification-templates")) >= kinds
    found = nobody.get("/api/hotels?keyword=posthouse&sort=distance&latitude=39.9&longitude=116.4")["items"]
    assert [hotel["city"] for hotel in found] == ["北京", "成都", "深圳"]
    assert found[0]["distance_km"] < 10
    cheapest = nobody.get("/api/hotels?keyword=驿站&sort=price&limit=2")
    assert [hotel["from_price"] for hotel in cheapest["items"]] == [36800, 45800]
    rest = nobody.get(f"/api/hotels?keyword=驿站&sort=price&limit=2&cursor={cheapest['next_cursor']}")
    assert [hotel["from_price"] for hotel in rest["items"]] == [49800]
    assert rest["next_cursor"] is None
    monday = world.today + timedelta(days=7 - world.today.weekday())
    stay = f"check_in={monday}&check_out={monday + timedelta(days=2)}"
    assert len(nobody.get(f"/api/hotels?keyword=驿站&{stay}")["items"]) == 3
    rooms = nobody.get(f"/api/hotels/{found[1]['hotel_id']}/rooms?{stay}")["items"]
    assert [(room["available"], room["total"]) for room in rooms] == [(8, 85600), (12, 73600), (3, 177600)]
    assert nobody.send("GET", f"/api/rooms/{rooms[0]['room_id']}").headers["X-Cache"] in {"l1", "l2"}


@pytest.mark.long
def test_the_sweeper_sends_what_was_never_relayed(world: World) -> None:
    name = world.function("SweepDueFunction")
    user_id = f"U{uuid.uuid4().hex[:26].upper()}"
    lost = {
        "aggregate_id": {"S": user_id},
        "sequence": {"N": "1"},
        "type": {"S": "guest.first_login"},
        "payload": {"S": json.dumps({"user_id": user_id})},
        "occurred_at": {"S": "2026-01-01T00:00:00.000000+00:00"},
        "correlation_id": {"S": "lost"},
        "due_shard": {"S": "3"},
        "due_at": {"N": str(int(time.time()) - 5)},
    }
    dynamodb = world.cloud.client("dynamodb")
    # The stream sends this row too; whichever is first, nothing may wait after the sweep.
    dynamodb.put_item(TableName="posthouse-outbox", Item=lost)
    outcome = json.loads(world.cloud.client("lambda").invoke(FunctionName=name)["Payload"].read())
    assert "swept" in outcome, outcome
    key = {"aggregate_id": lost["aggregate_id"], "sequence": lost["sequence"]}

    def waits() -> bool:
        return "due_at" in dynamodb.get_item(TableName="posthouse-outbox", Key=key)["Item"]

    until(waits, lambda waiting: not waiting)


@pytest.mark.long
def test_bad_bookings_are_refused_and_write_nothing(world: World) -> None:
    guest, other = world.guest(), world.guest()
    [foreign] = until(other.coupons, bool)
    room = world.room(units=2)
    good = world.wish(room["room_id"], nights=2)
    long = str(world.today + timedelta(days=91))
    cases: list[tuple[dict[str, Any] | bytes, int, str]] = [
        (b"{nonsense", 400, "malformed_json"),
        ({**good, "units": "2"}, 422, "invalid_request"),
        ({**good, "units": 0}, 422, "invalid_request"),
        ({**good, "check_in": "2027-02-30"}, 422, "invalid_request"),
        ({**good, "check_out": good["check_in"]}, 422, "invalid_request"),
        ({**good, "check_in": "2020-01-01"}, 422, "invalid_request"),
        ({**good, "check_out": long}, 422, "stay_too_long"),
        ({**good, "price": 1}, 422, "invalid_request"),
        ({**good, "room_id": "R-unknown"}, 404, "not_found"),
        ({**good, "coupon_id": foreign["coupon_id"]}, 409, "coupon_unusable"),
        ({**good, "expected_total": 1}, 409, "price_changed"),
        ({**good, "units": 3}, 409, "sold_out"),
    ]
    for wish, status, code in cases:
        reply = world.book(guest, wish)  # type: ignore[arg-type]
        assert (reply.status, reply.body["code"]) == (status, code), wish
        assert reply.headers["Content-Type"] == "application/problem+json"
    assert guest.send("POST", "/api/bookings", good).body["code"] == "idempotency_key_required"
    assert guest.get("/api/bookings")["items"] == []
    nights = world.admin.get(
        f"/api/staff/rooms/{room['room_id']}/nights?from={good['check_in']}&to={good['check_out']}"
    )
    assert [night["sold"] for night in nights["items"]] == [0, 0]


@pytest.mark.long
def test_tokens_that_are_not_ours_are_refused(world: World) -> None:
    guest = world.guest()
    claims = jwt.decode(guest.token or "", options={"verify_signature": False})
    forged = jwt.encode(claims, "another key that is long enough for HS256", "HS256")
    unsigned = jwt.encode(claims, "", "none")
    cases = [(None, "missing_token"), (forged, "invalid_token"), (unsigned, "invalid_token"), ("x", "invalid_token")]
    for token, code in cases:
        reply = Client(world.cloud.url, token).send("GET", "/api/me")
        assert (reply.status, reply.body["code"]) == (401, code)
    assert guest.send("GET", "/api/staff/bookings").status == 403
    assert world.admin.send("GET", "/api/me").status == 403


@pytest.mark.long
def test_a_used_login_code_is_refused(world: World) -> None:
    codes = world.codes()
    world.log_in(codes)
    reply = world.nobody.send("POST", "/api/sessions", {"login_code": codes["login_code"]})
    assert (reply.status, reply.body["code"]) == (401, "used_login_code")
