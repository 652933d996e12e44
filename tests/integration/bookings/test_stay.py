"""The stay on moto: each step's rows, refusals and repeats."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House
from tests.support.clock import clock_at


def paid_booking(house: House, token: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    room = house.room()
    booking = house.book(token, house.wish(room, **more)).must(201)
    house.pay(token, booking["order_no"])
    house.settle()
    return room, booking


def finish(house: House, order_no: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the workflow's two steps, connected as in its definition."""
    facts = {"order_no": order_no, "actor": "admin", "correlation_id": "check-out"}
    finished = house.invoke("finish_booking", facts)
    coupon = house.invoke("grant_check_out_coupon", {**facts, "finished": finished})
    return finished, coupon


def test_booking_takes_nights_coupon_order_key_and_message_in_one_transaction(house: House) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room(units=3)
    wish = house.wish(room, nights=2, units=2, coupon_id=coupon["coupon_id"])
    booking = house.book(token, wish).must(201)
    assert (booking["total"], booking["discount"], booking["payable"]) == (120000, 2000, 118000)
    assert booking["status"] == "pending_payment"
    assert booking["expires_at"].startswith((NOW + timedelta(seconds=1800)).strftime("%Y-%m-%dT%H:%M"))
    assert [item["amount"] for item in booking["items"]] == [60000, 60000]
    assert house.sold(room) == [2, 2, 0]
    [used] = house.coupons(token, "used")
    assert used["order_no"] == booking["order_no"]
    [event] = [row for row in house.rows("outbox") if row["type"]["S"] == "booking.created"]
    assert (event["aggregate_id"]["S"], event["sequence"]["N"]) == (booking["order_no"], "1")
    assert [row["result_id"]["S"] for row in house.rows("idempotency")] == [booking["order_no"]]


def test_a_repeat_gives_the_same_booking_even_when_the_house_is_full(house: House) -> None:
    token, room = house.guest(), house.room(units=1)
    first = house.book(token, house.wish(room)).must(201)
    assert house.book(token, house.wish(room)).must(201) == first
    house.book(token, house.wish(room, guest_name="Another")).refused(422, "idempotency_key_reused")
    house.book(token, house.wish(room), key="key-2").refused(409, "sold_out")
    other = house.guest("13900000002")
    house.book(other, house.wish(room, begin=1)).must(201)
    assert house.sold(room) == [1, 1, 0]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"units": 0}, 422, "invalid_request"),
        ({"units": "1"}, 422, "invalid_request"),
        ({"units": 1.5}, 422, "invalid_request"),
        ({"check_in": "2026-02-30"}, 422, "invalid_request"),
        ({"check_out": str(TODAY)}, 422, "invalid_request"),
        ({"check_out": str(TODAY - timedelta(days=1))}, 422, "invalid_request"),
        ({"check_in": "2020-01-01"}, 422, "invalid_request"),
        ({"check_in": "1795219200"}, 422, "invalid_request"),
        ({"check_in": "9999-12-30", "check_out": "9999-12-31"}, 422, "invalid_request"),
        ({"check_out": str(TODAY + timedelta(days=91))}, 422, "stay_too_long"),
        ({"guest_name": ""}, 422, "invalid_request"),
        ({"phone_number": "call me"}, 422, "invalid_request"),
        ({"price": 1}, 422, "invalid_request"),
        ({"room_id": "R-unknown"}, 404, "not_found"),
        ({"coupon_id": "C-foreign"}, 409, "coupon_unusable"),
        ({"expected_total": 29999}, 409, "price_changed"),
        ({"units": 3}, 409, "sold_out"),
        ({"check_out": str(TODAY + timedelta(days=11))}, 409, "sold_out"),
    ],
)
def test_a_bad_booking_is_refused_and_nothing_is_written(
    house: House, change: dict[str, Any], status: int, code: str
) -> None:
    token, room = house.guest(), house.room(units=2)
    before = house.contents()
    house.book(token, {**house.wish(room), **change}).refused(status, code)
    assert house.contents() == before


def test_bad_json_and_a_missing_key_are_refused(house: House) -> None:
    token, room = house.guest(), house.room()
    house.book(token, b"{nonsense").refused(400, "malformed_json")
    house.send("POST", "/api/bookings", house.wish(room), token).refused(422, "idempotency_key_required")
    house.book(token, b"x" * 70000).refused(413, "body_too_large")


def test_a_closed_night_and_an_expired_or_small_coupon_are_refused(house: House) -> None:
    house.template(valid_days=1, minimum_spend=50000)
    token, room = house.guest(), house.room()
    house.settle()
    [coupon] = house.coupons(token)
    house.book(token, house.wish(room, coupon_id=coupon["coupon_id"])).refused(409, "coupon_unusable")
    with clock_at(NOW + timedelta(days=1, minutes=1)):
        token = house.token(Role.GUEST, subject=house.rows("coupons")[0]["user_id"]["S"])
        assert [c["status"] for c in house.coupons(token, "expired")] == ["expired"]
        late = house.wish(room, begin=1, nights=2, coupon_id=coupon["coupon_id"])
        house.book(token, late).refused(409, "coupon_unusable")
    token = house.guest()
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=1)), "closed": True}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span, house.admin).must(200)
    house.book(token, house.wish(room)).refused(409, "sold_out")


def test_a_booking_that_a_coupon_covers_is_paid_at_once(house: House) -> None:
    house.template(amount=50000)
    token, room = house.guest(), house.room(price=30000)
    house.settle()
    [coupon] = house.coupons(token)
    booking = house.book(token, house.wish(room, coupon_id=coupon["coupon_id"])).must(201)
    assert (booking["status"], booking["payable"]) == ("paid", 0)
    house.send("POST", f"/api/orders/{booking['order_no']}/payments", token=token).refused(409, "not_payable")


def test_a_check_out_that_is_refused_grants_nothing(house: House) -> None:
    house.template(kind="check_out", name="Come again")
    token = house.guest()
    _, booking = paid_booking(house, token)
    finished, coupon = finish(house, booking["order_no"])
    assert (finished["outcome"], coupon) == ("refused", {"outcome": "not_finished"})
    assert house.coupons(token) == []


def test_the_whole_stay_to_the_check_out_coupon(house: House) -> None:
    house.template(kind="check_out", amount=3000)
    token = house.guest()
    room, booking = paid_booking(house, token, nights=3)
    order_no = booking["order_no"]
    assert house.booking(token, order_no)["status"] == "paid"
    staff = house.token(Role.STAFF, room["hotel_id"])
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=staff).must(200)
    house.send("POST", f"/api/staff/bookings/{order_no}/check-out", token=staff).must(202)
    finished, coupon = finish(house, order_no)
    assert (finished["outcome"], coupon["outcome"]) == ("finished", "granted")
    assert house.sold(room) == [0, 0, 0]
    assert [c["source"] for c in house.coupons(token)] == ["check_out"]
    assert finish(house, order_no) == ({**finished}, {"outcome": "granted_before"})
    assert len(house.coupons(token)) == 1
    house.settle()
    statuses = [moment["status"] for moment in house.booking(token, order_no)["timeline"]]
    assert statuses == ["pending_payment", "paid", "checked_in", "finished"]


def test_leaving_on_the_second_morning_frees_the_nights_after_it(house: House) -> None:
    token = house.guest()
    room, booking = paid_booking(house, token, nights=3)
    house.send("POST", f"/api/staff/bookings/{booking['order_no']}/check-in", token=house.admin).must(200)
    with clock_at(NOW + timedelta(days=1)):
        facts = {"order_no": booking["order_no"], "actor": "admin", "correlation_id": ""}
        assert house.invoke("finish_booking", facts)["outcome"] == "finished"
        assert house.sold(room) == [1, 0, 0]


def test_check_in_is_neither_too_early_nor_too_late_nor_unpaid(house: House) -> None:
    token = house.guest()
    _, booking = paid_booking(house, token, begin=1)
    path = f"/api/staff/bookings/{booking['order_no']}/check-in"
    house.send("POST", path, token=house.admin).refused(409, "too_early")
    # 22:00 UTC is 06:00 in Chengdu: the arrival's business date has begun there.
    with clock_at(NOW.replace(hour=22, minute=1)):
        house.send("POST", path, token=house.admin).must(200)
        house.send("POST", path, token=house.admin).refused(409, "invalid_transition")
    room = house.room()
    unpaid = house.book(token, house.wish(room), key="unpaid").must(201)
    path = f"/api/staff/bookings/{unpaid['order_no']}"
    house.send("POST", f"{path}/check-in", token=house.admin).refused(409, "invalid_transition")
    house.send("POST", f"{path}/check-out", token=house.admin).refused(409, "invalid_transition")


def test_what_belongs_to_others_is_not_found(house: House) -> None:
    token = house.guest()
    room, booking = paid_booking(house, token)
    other, stranger = house.guest("13900000002"), house.token(Role.STAFF, "H-other")
    order_no = booking["order_no"]
    house.send("GET", f"/api/bookings/{order_no}", token=other).refused(404, "not_found")
    house.send("POST", f"/api/orders/{order_no}/payments", token=other).refused(404, "not_found")
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=stranger).refused(404, "not_found")
    assert house.send("GET", "/api/staff/bookings", token=stranger).must(200)["items"] == []
    by_phone = house.send("GET", "/api/staff/bookings?phone_number=13800138000", token=stranger)
    assert by_phone.must(200)["items"] == []
    by_number = house.send("GET", f"/api/staff/bookings?order_no={order_no}", token=stranger)
    assert by_number.must(200)["items"] == []
    assert house.send("GET", "/api/bookings", token=other).must(200)["items"] == []
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**room, "price": 1}, stranger).refused(404, "not_found")


def test_lists_page_through_everything_once(house: House) -> None:
    token, room = house.guest(), house.room(units=9)
    made = [house.book(token, house.wish(room), key=f"key-{n}").must(201)["order_no"] for n in range(5)]
    seen: list[str] = []
    path = "/api/bookings?limit=2"
    while True:
        page = house.send("GET", path, token=token).must(200)
        seen += [booking["order_no"] for booking in page["items"]]
        if page["next_cursor"] is None:
            break
        path = f"/api/bookings?limit=2&cursor={page['next_cursor']}"
        house.send("GET", f"{path}&status=paid", token=token).refused(422, "invalid_request")
    assert sorted(seen) == sorted(made)
    assert len(seen) == 5
    house.send("GET", "/api/bookings?limit=101", token=token).refused(422, "invalid_request")
    house.send("GET", "/api/bookings?cursor=forged", token=token).refused(422, "invalid_request")
    by_phone = house.send("GET", "/api/staff/bookings?phone_number=13800138000&limit=100", token=house.admin)
    assert len(by_phone.must(200)["items"]) == 5
    today = house.send("GET", f"/api/staff/bookings?date={TODAY}&status=pending_payment", token=house.admin)
    assert len(today.must(200)["items"]) == 5
    assert house.send("GET", "/api/staff/bookings?status=paid", token=house.admin).must(200)["items"] == []


def test_staff_find_one_booking_by_its_number(house: House) -> None:
    token, room = house.guest(), house.room()
    made = [house.book(token, house.wish(room), key=f"key-{n}").must(201)["order_no"] for n in range(2)]
    path = f"/api/staff/bookings?order_no={made[0]}"
    found = house.send("GET", path, token=house.admin).must(200)
    assert [booking["order_no"] for booking in found["items"]] == made[:1]
    assert found["next_cursor"] is None
    assert house.send("GET", f"{path}&phone_number=13800138000", token=house.admin).must(200)["items"] != []
    for narrowed in ("status=paid", "hotel_id=H-other", "date=2026-01-01", "phone_number=13900000002"):
        assert house.send("GET", f"{path}&{narrowed}", token=house.admin).must(200)["items"] == [], narrowed
    nowhere = house.send("GET", "/api/staff/bookings?order_no=B-none", token=house.admin)
    assert nowhere.must(200)["items"] == []


def test_a_room_sold_on_payment_takes_its_nights_when_paid(house: House) -> None:
    token, room = house.guest(), house.room(units=1, inventory_mode="on_payment")
    booking = house.book(token, house.wish(room)).must(201)
    assert house.sold(room, 1) == [0]
    house.pay(token, booking["order_no"])
    house.settle()
    assert house.booking(token, booking["order_no"])["status"] == "paid"
    assert house.sold(room, 1) == [1]


def test_an_unlimited_room_is_never_sold_out(house: House) -> None:
    token, room = house.guest(), house.room(units=1, inventory_mode="unlimited")
    for number in range(3):
        house.book(token, house.wish(room), key=f"key-{number}").must(201)
    assert house.sold(room, 1) == [3]


@pytest.mark.parametrize("elsewhere", [0, 1, 2, 30])
def test_staff_do_not_learn_of_bookings_elsewhere(house: House, elsewhere: int) -> None:
    """Neither from items nor from cursors: they get the same answer whatever the guest has booked elsewhere."""
    token, there, here = house.guest(), house.room(units=99), house.room(units=99)
    third = house.hotel(name="Third")["hotel_id"]
    for number in range(elsewhere):
        house.book(token, house.wish(there, phone_number="13800138000"), f"there-{number}").must(201)
    clerk = house.token(Role.STAFF, here["hotel_id"], third)
    path = "/api/staff/bookings?phone_number=13800138000&limit=1"
    assert house.send("GET", path, token=clerk).must(200) == {"items": [], "next_cursor": None}
    own = [house.book(token, house.wish(here), f"here-{number}").must(201)["order_no"] for number in range(2)]
    found, cursor = [], ""
    for _ in own:
        page = house.send("GET", path + cursor, token=clerk).must(200)
        found += [it["order_no"] for it in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert found == own[::-1]
    assert page["next_cursor"] is None
    # Nor from how much is read
    used = counted(lambda: house.send("GET", path, token=clerk).must(200))
    assert used.items_read <= 4


def test_bookings_of_a_number_are_filtered_by_state_and_date_too(house: House) -> None:
    token, room = house.guest(), house.room(units=99)
    orders = [house.book(token, house.wish(room, begin=day), f"day-{day}").must(201)["order_no"] for day in (1, 2, 3)]
    house.send("POST", f"/api/bookings/{orders[1]}/cancellation", token=token).must(200)
    clerk = house.token(Role.STAFF, room["hotel_id"])
    for caller in (clerk, house.admin):
        for query, wanted in (
            ("", orders[::-1]),
            ("&status=cancelled", orders[1:2]),
            (f"&date={TODAY + timedelta(days=3)}", orders[2:]),
            (f"&hotel_id={room['hotel_id']}&status=pending_payment", [orders[2], orders[0]]),
            ("&hotel_id=H-unknown", []),
        ):
            path = f"/api/staff/bookings?phone_number=13800138000{query}"
            first = house.send("GET", f"{path}&limit=1", token=caller).must(200)
            assert [it["order_no"] for it in first["items"]] == wanted[:1], query
            assert (first["next_cursor"] is not None) == (len(wanted) > 1), query
            every = house.send("GET", f"{path}&limit=100", token=caller).must(200)
            assert [it["order_no"] for it in every["items"]] == wanted, query


def test_the_desk_reads_a_phone_number_in_full_and_the_audit_says_who(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    path = f"/api/staff/bookings/{order_no}"
    desk = house.token(Role.STAFF, room["hotel_id"], subject="desk")
    listed = house.send("GET", f"/api/staff/bookings?order_no={order_no}", token=desk).must(200)["items"]
    assert [it["phone_number"] for it in listed] == ["138****8000"]
    assert "read_booking" not in actions_on(house, order_no)
    assert house.send("GET", path, token=desk).must(200)["phone_number"] == "13800138000"
    assert actions_on(house, order_no) == {"read_booking": "desk"}
    # Whoever may not read it leaves no trace, and learns nothing.
    house.send("GET", path, token=house.token(Role.STAFF, "H-other")).refused(404, "not_found")
    house.send("GET", path, token=token).refused(403, "forbidden")
    house.send("GET", "/api/staff/bookings/B-none", token=desk).refused(404, "not_found")
    assert actions_on(house, order_no) == {"read_booking": "desk"}


def test_a_move_by_the_desk_shows_the_phone_number_masked(house: House) -> None:
    _, booking = paid_booking(house, house.guest())
    _, absent = paid_booking(house, house.guest("13900000002"))
    path, other = (f"/api/staff/bookings/{it['order_no']}" for it in (booking, absent))

    def moved(where: str, status: int = 200, **headers: str) -> Any:
        return house.send("POST", where, token=house.admin, **headers).must(status)["phone_number"]

    shown = [moved(f"{path}/check-in", Idempotency_Key="k"), moved(f"{path}/check-in", Idempotency_Key="k")]
    shown.append(moved(f"{path}/check-out", 202))
    with clock_at(NOW + timedelta(days=1)):
        shown += [moved(f"{other}/no-show", Idempotency_Key="k"), moved(f"{other}/no-show", Idempotency_Key="k")]
    assert shown == ["138****8000"] * 5
    assert "read_booking" not in actions_on(house, booking["order_no"])


def actions_on(house: House, target: str) -> dict[str, str]:
    found = house.send("GET", f"/api/staff/audit?target={target}", token=house.admin).must(200)
    return {entry["action"]: entry["actor"] for entry in found["items"]}


def test_a_booking_shows_the_bed_and_the_picture_of_the_room_as_it_was_booked(house: House) -> None:
    token, room = house.guest(), house.room(bed="大床 King", images=["/images/a.svg", "/images/b.svg"])
    made = house.book(token, house.wish(room)).must(201)
    facts = {"bed": "Sofa", "images": [], "version": room["version"]}
    change = {name: room[name] for name in ("hotel_id", "name", "price", "units", "area")} | facts
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", change, house.admin).must(200)
    shown = [
        made,
        house.booking(token, made["order_no"]),
        *house.send("GET", "/api/bookings", token=token).must(200)["items"],
        *house.send("GET", "/api/staff/bookings", token=house.admin).must(200)["items"],
        house.send("GET", f"/api/staff/bookings/{made['order_no']}", token=house.admin).must(200),
    ]
    assert {(it["bed"], it["image"]) for it in shown} == {("大床 King", "/images/a.svg")}
    plain = house.book(token, house.wish(house.room()), key="key-2").must(201)
    assert (plain["bed"], plain["image"]) == ("Twin", None)
