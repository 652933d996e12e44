"""For each step that changes something: how to make it run. The test finds its calls to AWS and WeChat by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.crash_world import COMPANY, SHIPMENT, WHOM, Act, World
from tests.integration.house import NOW, TODAY
from tests.integration.paid_stay import reserved
from tests.integration.planned_stay import AT_HOTEL, make_plan, set_level
from tests.support.template import functions

LETTERS = str.maketrans("0123456789", "abcdefghij")
"""Make of a phone number something that holds no phone number, not even backwards."""


class Repeat(Enum):
    """How a killed step is repeated."""

    ALWAYS = "whoever gets no answer asks again, with the same key"
    DELIVERED = "the message comes again, and once more"
    ONCE = "the next run comes at its time"
    IF_NOT_DONE = "staff look whether it has happened before they ask again"
    ASKED_ANEW = "an admin asks once more, later; who asked is then on record twice"
    AFTER_REST = "the client asks again until it is no longer in progress"


@dataclass(frozen=True)
class Scene:
    """One step: how to make it run, and how it is repeated."""

    arrange: Callable[[World], Act]
    repeat: Repeat

    def repeats(self, *, happened: bool) -> int:
        """How often the step runs again."""
        if self.repeat is Repeat.IF_NOT_DONE:
            return 0 if happened else 1
        return 2 if self.repeat is Repeat.DELIVERED else 1


SCENES: dict[str, Scene] = {}

CASES: dict[str, Scene] = {}
"""Further scenes of steps that write other rows in another case, by the step and the case."""


def scene(
    step: str, repeat: Repeat | None = None, case: str = ""
) -> Callable[[Callable[[World], Act]], Callable[[World], Act]]:
    """Register how to make a step run."""
    usual = Repeat.ALWAYS if functions()[step].routes else Repeat.DELIVERED

    def register(arrange: Callable[[World], Act]) -> Callable[[World], Act]:
        scenes, name = (CASES, f"{step}, {case}") if case else (SCENES, step)
        assert name not in scenes
        scenes[name] = Scene(arrange, repeat or usual)
        return arrange

    return register


def _request(step: str, path: Callable[[World], str], body: Any = None, repeat: Repeat | None = None) -> None:
    """A request of staff or of the guest, with its own idempotency key."""
    method, route = functions()[step].routes[0]
    of_staff = route.startswith("/api/staff")

    @scene(step, repeat)
    def arrange(world: World) -> Act:
        where, key = path(world), world.key()
        what = body(world) if callable(body) else body
        ask = world.staff if of_staff else world.guest
        return lambda: ask(method, where, what, key)


# ---------------------------------------------------------------- identity and coupons


@scene("create_session")
def _log_in(world: World) -> Act:
    phone = f"139{int(world.key().removeprefix('key-')):08d}"
    return lambda: world.house.log_in(phone, unionid="union-" + phone.translate(LETTERS))


@scene("create_staff_session")
def _staff_log_in(world: World) -> Act:
    name = world.key()
    account = {"username": name, "password": "posthouse-test", "role": "admin", "hotel_ids": []}
    world.staff("POST", "/accounts", account).must(201)
    wrong = {"username": name, "password": "wrong-password"}
    return lambda: world.house.send("POST", "/api/staff/sessions", wrong)


@scene("create_first_admin")
def _first_admin(world: World) -> Act:
    for row in world.house.rows("staff"):
        world.house.dynamodb.delete_item(TableName="posthouse-staff", Key={"username": row["username"]})
    facts = {"username": world.key(), "password": "posthouse-test"}
    return lambda: world.house.invoke("create_first_admin", facts)


_request(
    "create_staff_account",
    lambda _: "/accounts",
    lambda world: {"username": world.key(), "password": "posthouse-test", "role": "admin", "hotel_ids": []},
    repeat=Repeat.IF_NOT_DONE,
)


def _new_account(world: World, name: str = "") -> str:
    username = name or world.key()
    facts = {"role": "staff", "hotel_ids": [world.room["hotel_id"]]}
    world.staff("POST", "/accounts", {"username": username, "password": "posthouse-test", **facts}).must(201)
    return username


_request(
    "update_staff_account",
    lambda world: f"/accounts/{_new_account(world)}",
    {"role": "admin", "hotel_ids": [], "enabled": False, "version": 1},
    repeat=Repeat.IF_NOT_DONE,
)
_request(
    "set_staff_password",
    lambda world: f"/accounts/{_new_account(world)}/password",
    {"password": "another-password"},
    repeat=Repeat.IF_NOT_DONE,
)


@scene("change_my_password", Repeat.IF_NOT_DONE)
def _change_my_password(world: World) -> Act:
    token = world.house.token(Role.ADMIN, subject=_new_account(world))
    passwords = {"current_password": "posthouse-test", "new_password": "another-password"}
    return lambda: world.house.send("POST", "/api/staff/me/password", passwords, token)


@scene("reset_first_login", Repeat.IF_NOT_DONE)
def _reset(world: World) -> Act:
    phone = f"138{int(world.key().removeprefix('key-')):08d}"
    world.house.guest(phone)
    world.house.settle()
    return lambda: world.staff("DELETE", f"/users/{phone}/first-login")


def _claimable(world: World) -> str:
    made: dict[str, Any] = world.house.template(name="Gift", kind="manual", quantity=1000)
    return str(made["template_id"])


_request("claim_coupon", lambda world: f"/coupons/{_claimable(world)}/claims")
_request(
    "grant_coupon", lambda world: f"/users/{world.user_id}/coupons", lambda world: {"template_id": _claimable(world)}
)


@scene("grant_welcome_coupon")
def _welcome(world: World) -> Act:
    world.house.guest(f"137{int(world.key().removeprefix('key-')):08d}")
    return world.feed("grant_welcome_coupon", world.message("WelcomeCouponsQueue"))


@scene("grant_check_out_coupon")
def _check_out_coupon(world: World) -> Act:
    finished = {"outcome": "finished", "user_id": world.user_id}
    facts = {"finished": finished, "order_no": world.paid(), "correlation_id": "c"}
    return lambda: world.house.invoke("grant_check_out_coupon", facts)


_TEMPLATE = {"name": "More", "kind": "manual", "amount": 100, "minimum_spend": 100, "valid_days": 3}
_request("create_coupon_template", lambda _: "/coupon-templates", _TEMPLATE, repeat=Repeat.IF_NOT_DONE)


def _template_change(world: World) -> tuple[str, dict[str, Any]]:
    made = world.staff("POST", "/coupon-templates", _TEMPLATE).must(201)
    return f"/coupon-templates/{made['template_id']}", {**_TEMPLATE, "name": "Other", "version": 1}


@scene("update_coupon_template", Repeat.IF_NOT_DONE)
def _update_template(world: World) -> Act:
    path, body = _template_change(world)
    return lambda: world.staff("PUT", path, body)


def _ended(world: World) -> str:
    """The token of another guest, who has a finished stay and a finished shop order."""
    phone = f"136{int(world.key().removeprefix('key-')):08d}"
    token: str = world.house.log_in(phone, unionid=f"union-{phone[::-1]}")["access_token"]
    stays, goods = (world.house.wish(world.room, begin=3, nights=2), {**world.order_wish(), "balance": 0})
    for path, wish in (("bookings", stays), ("shop-orders", goods)):
        made = world.house.send("POST", f"/api/{path}", wish, token, Idempotency_Key=world.key()).must(201)
        world.house.send("POST", f"/api/{path}/{made['order_no']}/cancellation", token=token).must(200)
    world.house.settle()
    return token


@scene("delete_me")
def _leave(world: World) -> Act:
    token = _ended(world)
    return lambda: world.house.send("DELETE", "/api/me", token=token)


@scene("erase_personal_data", Repeat.ONCE)
def _forget(world: World) -> Act:
    token = _ended(world)
    world.house.send("DELETE", "/api/me", token=token).must(204)
    return lambda: world.house.invoke("erase_personal_data", {})


@scene("rotate_token_key", Repeat.ALWAYS)
def _rotate(world: World) -> Act:
    version = f"{world.key():0>36}"

    def rotate() -> None:
        for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            facts = {"Step": step, "SecretId": "TokenSecret", "ClientRequestToken": version}
            world.house.invoke("rotate_token_key", facts)
        world.house.send("GET", "/api/me", token=world.token).must(200)

    return rotate


# ---------------------------------------------------------------- catalogue

_HOTEL = {"name": "H", "city": "C", "address": "A", "phone": "028-1234567", "latitude": 30.0, "longitude": 104.0}
_TAX = {"tax_number": "91510104MA6C1X2B3D", "tax_rate_bp": 600}
_ROOM = {"name": "Twin", "price": 30000, "units": 2, "area": 30, "bed": "Twin"}
_request("create_hotel", lambda _: "/hotels", _HOTEL, repeat=Repeat.IF_NOT_DONE)
_request(
    "create_room",
    lambda _: "/rooms",
    lambda world: {**_ROOM, "hotel_id": world.room["hotel_id"]},
    repeat=Repeat.IF_NOT_DONE,
)


@scene("update_hotel", Repeat.IF_NOT_DONE)
def _update_hotel(world: World) -> Act:
    made = world.staff("POST", "/hotels", _HOTEL).must(201)
    return lambda: world.staff("PUT", f"/hotels/{made['hotel_id']}", {**_HOTEL, "name": "I", **_TAX, "version": 1})


def _own_room(world: World) -> dict[str, Any]:
    hotel = world.staff("POST", "/hotels", _HOTEL).must(201)
    made: dict[str, Any] = world.staff("POST", "/rooms", {**_ROOM, "hotel_id": hotel["hotel_id"]}).must(201)
    world.house.settle()
    return made


_HOURS = {"hours": 4, "from": "08:00", "to": "23:00"}


def _hourly_room(world: World) -> dict[str, Any]:
    """A room type of one unit that is sold by the hour, open today."""
    facts = {**_ROOM, "hotel_id": world.room["hotel_id"], "units": 1, "day_use": _HOURS}
    made: dict[str, Any] = world.staff("POST", "/rooms", facts).must(201)
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=1))}
    world.staff("PUT", f"/rooms/{made['room_id']}/nights", span).must(200)
    return made


def _hours_of(world: World, room: dict[str, Any]) -> dict[str, Any]:
    return {**world.house.wish(room, 0, 0), "arrival_time": "12:00", "source": "walk_in"}


@scene("update_room", Repeat.IF_NOT_DONE, case="sold by the hour from now on")
def _switch_room(world: World) -> Act:
    room = _own_room(world)
    body = {**_ROOM, "hotel_id": room["hotel_id"], "day_use": _HOURS, "version": room["version"]}
    return lambda: world.staff("PUT", f"/rooms/{room['room_id']}", body)


@scene("update_room", Repeat.IF_NOT_DONE)
def _update_room(world: World) -> Act:
    room = _own_room(world)
    body = {**_ROOM, "hotel_id": room["hotel_id"], "name": "Suite", "version": room["version"]}
    return lambda: world.staff("PUT", f"/rooms/{room['room_id']}", body)


_EXTRA = {"name": "Breakfast", "price": 3800, "per": "guest_night"}
_request(
    "create_extra",
    lambda world: f"/hotels/{world.room['hotel_id']}/extras",
    _EXTRA,
    repeat=Repeat.IF_NOT_DONE,
)


def _extra(world: World, hotel_id: str) -> str:
    made: dict[str, Any] = world.staff("POST", f"/hotels/{hotel_id}/extras", _EXTRA).must(201)
    return str(made["extra_id"])


@scene("update_extra", Repeat.IF_NOT_DONE)
def _update_extra(world: World) -> Act:
    hotel_id = world.room["hotel_id"]
    path = f"/hotels/{hotel_id}/extras/{_extra(world, hotel_id)}"
    return lambda: world.staff("PUT", path, {**_EXTRA, "enabled": True, "price": 4000, "version": 1})


_PLAN = {"name": "Early bird", "breakfasts": 2, "cancel_fee_bp": 10000, "payment": "full", "adjustment_bp": -1500}
_MORE_OF_A_PLAN = {"weekdays": [1, 2], "min_level": "gold", "valid_from": "2026-12-01", "valid_to": "2026-12-31"}
_request(
    "create_rate_plan",
    lambda world: f"/rooms/{_own_room(world)['room_id']}/rate-plans",
    _PLAN,
    repeat=Repeat.IF_NOT_DONE,
)


@scene("update_rate_plan", Repeat.IF_NOT_DONE)
def _update_rate_plan(world: World) -> Act:
    path = f"/rooms/{_own_room(world)['room_id']}/rate-plans"
    made = world.staff("POST", path, _PLAN).must(201)
    return lambda: world.staff("PUT", f"{path}/{made['rate_plan_id']}", {**made, **_MORE_OF_A_PLAN})


@scene("delete_room")
def _delete_room(world: World) -> Act:
    room = _own_room(world)
    world.staff("POST", f"/rooms/{room['room_id']}/rate-plans", _PLAN).must(201)
    return lambda: world.staff("DELETE", f"/rooms/{room['room_id']}")


@scene("open_nights", Repeat.IF_NOT_DONE)
def _open_nights(world: World) -> Act:
    room = _own_room(world)
    span = {"from": "2026-12-01", "to": "2026-12-04"}
    return lambda: world.staff("PUT", f"/rooms/{room['room_id']}/nights", span)


@scene("undo_nights")
def _undo_nights(world: World) -> Act:
    room, key = _own_room(world), world.key()
    path, span = f"/rooms/{room['room_id']}/nights", {"from": "2026-11-23", "to": "2026-12-04", "price": 100}
    change = {"change_id": world.staff("PUT", path, span).must(200)["change_id"]}
    return lambda: world.staff("POST", f"{path}/undo", change, key)


@scene("get_room")
def _get_room(world: World) -> Act:
    room = _own_room(world)
    world.house.dynamodb.delete_item(TableName="posthouse-room-views", Key={"room_id": {"S": room["room_id"]}})
    world.house.forget_caches()
    return lambda: world.house.send("GET", f"/api/rooms/{room['room_id']}")


@scene("refresh_room_view")
def _refresh(world: World) -> Act:
    world.staff("POST", "/hotels", _HOTEL).must(201)
    return world.feed("refresh_room_view", world.message("CatalogueChangesQueue"))


@scene("refresh_room_view", case="nights")
def _refresh_nights(world: World) -> Act:
    room = _own_room(world)
    world.house.settle()
    day = (TODAY + timedelta(days=3)).isoformat()
    end = (TODAY + timedelta(days=4)).isoformat()
    world.staff("PUT", f"/rooms/{room['room_id']}/nights", {"from": day, "to": end, "price": 7}).must(200)
    return world.feed("refresh_room_view", world.message("CatalogueChangesQueue"))


@scene("rebuild_views")
def _rebuild(world: World) -> Act:
    return lambda: world.house.invoke("rebuild_views", {})


# ---------------------------------------------------------------- stays


def _wish_with_extra(world: World) -> dict[str, Any]:
    # In a hotel of its own: a hotel has at most 50 extras, and this is run more often.
    room = _own_room(world)
    opened = {"from": "2026-11-24", "to": "2026-11-26"}
    world.staff("PUT", f"/rooms/{room['room_id']}/nights", opened).must(200)
    chosen = [{"extra_id": _extra(world, room["hotel_id"]), "quantity": 1}]
    return {**world.house.wish(room, begin=3, nights=2), "adults": 2, "children": 1, "extras": chosen}


_request("create_booking", lambda _: "/bookings", _wish_with_extra)


@scene("create_booking", case="a plan for a level, paid at the hotel")
def _reserve_with_a_plan(world: World) -> Act:
    plan = make_plan(world.house, world.room, **AT_HOTEL, min_level="silver")
    set_level(world.user_id, "silver")
    wish, key = world.house.wish(world.room, begin=3, nights=2, rate_plan_id=plan["rate_plan_id"]), world.key()
    return lambda: world.guest("POST", "/bookings", wish, key)


def _unpaid(world: World) -> str:
    """A guest's own stay that is paid at the hotel."""
    return reserved(world.house, token=world.token, room=world.room).order_no


@scene("check_in", case="paid at the hotel")
def _check_in_unpaid(world: World) -> Act:
    order_no = _unpaid(world)
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/check-in"), days=1)


@scene("mark_no_show", case="paid at the hotel")
def _no_show_unpaid(world: World) -> Act:
    order_no = _unpaid(world)
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/no-show"), days=3)


@scene("reverse_check_in", case="paid at the hotel")
def _reverse_unpaid(world: World) -> Act:
    order_no, key = _unpaid(world), world.key()
    path = f"/bookings/{order_no}/check-in-reversal"
    world.later(lambda: world.staff("POST", f"/bookings/{order_no}/check-in").must(200), days=1)()
    return world.later(lambda: world.staff("POST", path, {"reason": "Wrong guest"}, key), days=1)


@scene("change_stay", case="paid at the hotel")
def _change_unpaid(world: World) -> Act:
    path, body, key = f"/bookings/{_unpaid(world)}/changes", {"units": 2, "reason": "Friends"}, world.key()
    return lambda: world.staff("POST", path, body, key)


@scene("cancel_staff_booking", case="paid at the hotel")
def _cancel_unpaid(world: World) -> Act:
    path, body, key = f"/bookings/{_unpaid(world)}/cancellation", {"reason": "Storm"}, world.key()
    return lambda: world.staff("POST", path, body, key)


_request("cancel_booking", lambda world: f"/bookings/{world.paid()}/cancellation")


def _guest_with_a_stay(world: World) -> str:
    world.booked()
    return f"/guests/{world.user_id}"


_request("get_guest", _guest_with_a_stay, repeat=Repeat.ASKED_ANEW)
_request("get_staff_booking", lambda world: f"/bookings/{world.paid()}", repeat=Repeat.ASKED_ANEW)


@scene("check_in", case="without a number")
def _check_in(world: World) -> Act:
    order_no = world.paid()
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/check-in"), days=3)


_request(
    "create_staff_booking",
    lambda _: "/bookings",
    lambda world: {
        "room_id": world.room["room_id"],
        "check_in": "2026-11-24",
        "check_out": "2026-11-26",
        "guest_name": "Nobody Yet",
        "phone_number": "+85261234567",
        "arrival_time": "20:15",
        "source": "phone",
        "hold_until": "2026-11-24T10:00:00Z",
        "notes": "High floor",
    },
)


@scene("reverse_check_in")
def _reverse_check_in(world: World) -> Act:
    path, key = f"/bookings/{world.arrived()}/check-in-reversal", world.key()
    return world.later(lambda: world.staff("POST", path, {"reason": "Wrong guest"}, key), days=3)


_request(
    "cancel_staff_booking",
    lambda world: f"/bookings/{world.paid()}/cancellation",
    {"reason": "Called us", "fee": 0},
)


_request(
    "change_stay",
    lambda world: f"/bookings/{world.paid()}/changes",
    {"check_out": "2026-11-26", "adults": 2, "reason": "Stays longer"},
)


@scene("change_stay", case="to another room type")
def _another_room(world: World) -> Act:
    """A reserved stay, in other rooms than its first nights: it is paid by the change, as it costs less now."""
    body = {**world.house.wish(world.room, begin=3, nights=3), "source": "phone", "hold_until": "2026-11-24T10:00:00Z"}
    order_no = world.staff("POST", "/bookings", body).must(201)["order_no"]
    world.staff("POST", f"/orders/{order_no}/desk-payments", {"method": "cash", "amount": 1000}).must(201)
    cheap = world.house.room(hotel_id=world.room["hotel_id"], price=400)
    change, key = {"room_id": cheap["room_id"], "check_out": "2026-11-26", "reason": "Smaller"}, world.key()
    return lambda: world.staff("POST", f"/bookings/{order_no}/changes", change, key)


@scene("check_out")
def _check_out(world: World) -> Act:
    order_no = world.arrived()
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/check-out"), days=4)


@scene("finish_booking")
def _finish(world: World) -> Act:
    facts = {"order_no": world.arrived(), "actor": "admin", "correlation_id": "c"}
    return world.later(lambda: world.house.invoke("finish_booking", facts), days=4)


@scene("finish_booking", case="a day use")
def _finish_day_use(world: World) -> Act:
    facts = {"order_no": _day_use_in(world), "actor": "admin", "left": "Later", "correlation_id": "c"}
    return lambda: world.house.invoke("finish_booking", facts)


def _day_use_in(world: World) -> str:
    room = _hourly_room(world)
    number = world.key()
    world.staff("PUT", f"/rooms/{room['room_id']}/numbers", {"numbers": [number]}).must(200)
    order_no = str(world.staff("POST", "/bookings", _hours_of(world, room)).must(201)["order_no"])
    world.staff("POST", f"/bookings/{order_no}/check-in", {"numbers": [number]}).must(200)
    world.house.settle()
    return order_no


@scene("create_staff_booking", case="a day use")
def _walk_in_by_the_hour(world: World) -> Act:
    wish, key = _hours_of(world, _hourly_room(world)), world.key()
    return lambda: world.staff("POST", "/bookings", wish, key)


@scene("mark_no_show")
def _no_show(world: World) -> Act:
    order_no = world.paid()
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/no-show"), days=4)


_request(
    "add_folio_line",
    lambda world: f"/bookings/{world.paid()}/folio-lines",
    lambda world: {"kind": "extra", "extra_id": _extra(world, world.room["hotel_id"]), "quantity": 2},
)


def _fee_paid_at_the_desk(world: World) -> tuple[str, str]:
    """A paid stay that was charged a fee, which its guest paid in cash; and that payment."""
    order_no = world.paid()
    fee = {"kind": "fee", "description": "Minibar", "amount": 2800}
    world.staff("POST", f"/bookings/{order_no}/folio-lines", fee).must(201)
    made = world.staff("POST", f"/orders/{order_no}/desk-payments", {"method": "cash", "amount": 2800}).must(201)
    return order_no, made["desk_payment_id"]


@scene("create_desk_payment")
def _desk_payment(world: World) -> Act:
    stay = reserved(world.house, token=world.token, room=world.room)
    body = {"method": "card", "amount": stay.booking["payable"], "reference": "Receipt 17"}
    key = world.key()
    return lambda: world.staff("POST", f"/orders/{stay.order_no}/desk-payments", body, key)


@scene("reverse_desk_payment")
def _desk_reversal(world: World) -> Act:
    order_no, number = _fee_paid_at_the_desk(world)
    path, key = f"/orders/{order_no}/desk-payments/{number}/reversal", world.key()
    return lambda: world.staff("POST", path, {"reason": "Typed by mistake"}, key)


@scene("create_desk_refund")
def _desk_refund(world: World) -> Act:
    """What WeChat can give back has gone: what the desk gives back ends the stay."""
    order_no, _ = _fee_paid_at_the_desk(world)
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise"}).must(202)
    world.house.settle()
    body, key = {"method": "cash", "amount": 2800, "reason": "Noise"}, world.key()
    return lambda: world.staff("POST", f"/orders/{order_no}/desk-refunds", body, key)


@scene("create_order_note")
def _order_note(world: World) -> Act:
    """A second note of a stay: the first one moves to a row of its own."""
    order_no, key = world.booked(), world.key()
    world.staff("POST", f"/orders/{order_no}/notes", {"text": "High floor, she said"}).must(201)
    return lambda: world.staff("POST", f"/orders/{order_no}/notes", {"text": "High floor is full"}, key)


@scene("create_order_note", case="of goods")
def _goods_note(world: World) -> Act:
    order_no, key = world.paid_goods(), world.key()
    return lambda: world.staff("POST", f"/orders/{order_no}/notes", {"text": "High floor, leave it there"}, key)


@scene("create_guest_note")
def _guest_note(world: World) -> Act:
    world.booked()
    key = world.key()
    return lambda: world.staff("POST", f"/guests/{world.user_id}/notes", {"text": "High floor, always"}, key)


@scene("cancel_booking", case="with a fee")
def _late_cancel(world: World) -> Act:
    order_no, key = world.paid_with_fee(), world.key()
    return lambda: world.guest("POST", f"/bookings/{order_no}/cancellation", key=key)


@scene("make_night_audits", Repeat.ONCE)
def _night_audit(world: World) -> Act:
    """A guest has not come, and the hotel lets the audit say so."""
    hotel = world.house.send("GET", f"/api/hotels/{world.room['hotel_id']}").must(200)
    world.house.send(
        "PUT", f"/api/staff/hotels/{hotel['hotel_id']}", {**hotel, "auto_no_show": True}, world.house.admin
    )
    world.paid_with_fee()
    return world.later(lambda: world.house.invoke("make_night_audits", {}), days=4)


@scene("mark_no_show", case="with a refund")
def _no_show_refund(world: World) -> Act:
    order_no, key = world.paid_with_fee(), world.key()
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/no-show", key=key), days=4)


@scene("mark_booking_paid", case="too much")
def _paid_too_much(world: World) -> Act:
    order_no = world.paid()
    world.charge(order_no, "fee", 2800)
    opened = world.guest("POST", f"/orders/{order_no}/payments").must(201)
    world.charge(order_no, "adjustment", -1000)
    prepay_id = opened["wechat"]["package"].removeprefix("prepay_id=")
    world.house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success"})
    return world.feed("mark_booking_paid", world.message("PaidBookingsQueue"))


@scene("create_refund", case="of two payments")
def _refund_of_two(world: World) -> Act:
    order_no, key = world.paid(), world.key()
    world.charge(order_no, "fee", 2800)
    world.with_payment(order_no)
    world.house.settle()
    return lambda: world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 5000}, key)


@scene("mark_booking_paid")
def _booking_paid(world: World) -> Act:
    world.with_payment(world.booked())
    return world.feed("mark_booking_paid", world.message("PaidBookingsQueue"))


@scene("cancel_unpaid_booking")
def _timeout(world: World) -> Act:
    order_no = world.booked()
    world.guest("POST", f"/orders/{order_no}/payments").must(201)
    body = world.message("BookingWaitsQueue")
    return world.later(world.feed("cancel_unpaid_booking", body), minutes=31)


def _refunded(world: World, order_no: str) -> None:
    """Request the order's refund, send it to WeChat and let WeChat pay it; that event still waits."""
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise"}).must(202)
    world.house.settle()
    for refund in world.house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]:
        world.house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})


@scene("mark_booking_refunded")
def _booking_refunded(world: World) -> Act:
    _refunded(world, world.paid())
    return world.feed("mark_booking_refunded", world.message("ArrivedRefundsQueue"))


# ---------------------------------------------------------------- rooms by number


@scene("set_numbers", Repeat.IF_NOT_DONE)
def _set_numbers(world: World) -> Act:
    path = f"/rooms/{_own_room(world)['room_id']}/numbers"
    world.staff("PUT", path, {"numbers": ["101", "102"]}).must(200)
    return lambda: world.staff("PUT", path, {"numbers": ["102", "103"]})


_request(
    "assign_numbers",
    lambda world: f"/bookings/{world.paid()}/numbers",
    lambda world: {"numbers": [world.number()]},
)


@scene("check_in")
def _check_in_with_number(world: World) -> Act:
    order_no, key, body = world.paid(), world.key(), {"numbers": [world.number()]}
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/check-in", body, key), days=3)


@scene("assign_numbers", case="a move in the house")
def _move(world: World) -> Act:
    order_no, key, body = world.arrived(world.number()), world.key(), {"numbers": [world.number()]}
    return world.later(lambda: world.staff("POST", f"/bookings/{order_no}/numbers", body, key), days=3)


@scene("reverse_check_in", case="with a number")
def _reversal_with_number(world: World) -> Act:
    path, key = f"/bookings/{world.arrived(world.number())}/check-in-reversal", world.key()
    return world.later(lambda: world.staff("POST", path, {"reason": "Wrong guest"}, key), days=3)


@scene("finish_booking", case="with a number")
def _finish_with_number(world: World) -> Act:
    facts = {"order_no": world.arrived(world.number()), "actor": "admin", "correlation_id": "c"}
    return world.later(lambda: world.house.invoke("finish_booking", facts), days=4)


@scene("cancel_booking", case="with a number")
def _cancel_with_number(world: World) -> Act:
    order_no, key = world.paid(), world.key()
    world.staff("POST", f"/bookings/{order_no}/numbers", {"numbers": [world.number()]}).must(200)
    return lambda: world.guest("POST", f"/bookings/{order_no}/cancellation", key=key)


@scene("set_housekeeping", Repeat.IF_NOT_DONE)
def _set_housekeeping(world: World) -> Act:
    path = f"/hotels/{world.room['hotel_id']}/numbers/{world.number()}"
    return lambda: world.staff("PUT", path, {"housekeeping": "inspected"})


_LEAK = {"from": "2026-11-23", "to": "2026-11-26", "reason": "The bath leaks"}
_request(
    "create_out_of_order",
    lambda world: f"/hotels/{world.room['hotel_id']}/numbers/{world.number()}/out-of-order",
    _LEAK,
)


@scene("end_out_of_order", Repeat.IF_NOT_DONE)
def _end_out_of_order(world: World) -> Act:
    path = f"/hotels/{world.room['hotel_id']}/numbers/{world.number()}/out-of-order"
    made = world.staff("POST", path, _LEAK).must(201)
    return lambda: world.staff("DELETE", f"{path}/{made['out_of_order_id']}")


# ---------------------------------------------------------------- payments

_request("create_payment", lambda world: f"/orders/{world.booked()}/payments")


def _owing(world: World) -> str:
    order_no = world.paid()
    world.charge(order_no, "fee", 2800)
    return order_no


_request("create_staff_payment", lambda world: f"/orders/{_owing(world)}/payments", {"via": "native", "amount": 1000})


@scene("create_staff_payment", case="in the place of the guest's")
def _code_for_an_open_payment(world: World) -> Act:
    order_no, key = _owing(world), world.key()
    world.guest("POST", f"/orders/{order_no}/payments").must(201)
    return lambda: world.staff("POST", f"/orders/{order_no}/payments", {"via": "native"}, key)


@scene("create_staff_payment", case="in the place of one that was paid")
def _code_for_a_payment_that_came_in(world: World) -> Act:
    order_no, key = _owing(world), world.key()
    opened = world.guest("POST", f"/orders/{order_no}/payments").must(201)
    played = {"result": "success", "lost": True}
    world.house.simulate("POST", f"/simulator/payments/{opened['payment_id']}", played)
    return lambda: world.staff("POST", f"/orders/{order_no}/payments", {"via": "native"}, key)


@scene("get_payment")
def _get_payment(world: World) -> Act:
    payment_id = world.with_payment(world.booked(), lost=True)
    return lambda: world.guest("GET", f"/payments/{payment_id}")


@scene("get_staff_payment")
def _look_at_payment(world: World) -> Act:
    payment_id = world.with_payment(world.booked(), lost=True)
    return lambda: world.staff("GET", f"/payments/{payment_id}")


def _notification(world: World, result: Callable[[], Any]) -> Act:
    """A delivery of WeChat's, recorded as it came; the test repeats it."""
    deliver = world.house.deliver
    taken: list[tuple[Any, Any]] = []

    def take(*args: Any, **kwargs: Any) -> Any:
        taken.append((args, kwargs))
        return _REFUSED

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.house, "deliver", take)
        result()
    [(args, kwargs)] = taken
    return lambda: deliver(*args, **kwargs)


class _Refused:
    status, raw = 500, ""


_REFUSED: Any = _Refused()


@scene("receive_payment_notification")
def _paid_notification(world: World) -> Act:
    order_no = world.booked()
    return _notification(world, lambda: world.with_payment(order_no))


@scene("receive_payment_notification", case="of a QR code")
def _paid_code(world: World) -> Act:
    code = world.staff("POST", f"/orders/{_owing(world)}/payments", {"via": "native"}).must(201)
    path = f"/simulator/payments/{code['payment_id']}"
    return _notification(world, lambda: world.house.simulate("POST", path, {"result": "success"}))


@scene("receive_refund_notification")
def _refund_notification(world: World) -> Act:
    order_no = world.paid()
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise"}).must(202)
    world.house.settle()
    [refund] = world.house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]
    path = f"/simulator/refunds/{refund['out_refund_no']}"
    return _notification(world, lambda: world.house.simulate("POST", path, {"result": "success"}))


@scene("index_booking")
def _index(world: World) -> Act:
    world.booked()
    return world.feed("index_booking", world.message("BookingIndexQueue"))


@scene("count_booking")
def _count(world: World) -> Act:
    world.with_payment(world.booked())
    world.house.relay()
    assert world.house.drain("mark_booking_paid") == []
    return world.feed("count_booking", world.message("ReportCountsQueue"))


@scene("count_booking", case="nights")
def _count_nights(world: World) -> Act:
    world.house.room()
    return world.feed("count_booking", world.message("ReportCountsQueue"))


@scene("rebuild_reports")
def _rebuild_reports(world: World) -> Act:
    order_no = world.paid()
    world.house.settle()
    key = {"hotel_id": {"S": world.room["hotel_id"]}, "source": {"S": order_no}}
    world.house.dynamodb.delete_item(TableName="posthouse-report-sources", Key=key)
    return lambda: world.house.invoke("rebuild_reports", {"from": world.room["hotel_id"]})


@scene("receive_refund_notification", case="closed")
def _closed_notification(world: World) -> Act:
    order_no = world.paid()
    asked = world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 100}).must(202)
    world.house.settle()
    path = f"/simulator/refunds/{asked['out_refund_no']}"
    return _notification(world, lambda: world.house.simulate("POST", path, {"result": "closed"}))


@scene("close_payment")
def _close(world: World) -> Act:
    order_no = world.booked()
    world.guest("POST", f"/orders/{order_no}/payments").must(201)
    world.guest("POST", f"/bookings/{order_no}/cancellation").must(200)
    return world.feed("close_payment", world.message("CancelledOrdersQueue"))


def _outdated(world: World) -> str:
    """A stay that owes 2800 fen, for which its guest has opened a payment."""
    order_no = _owing(world)
    world.guest("POST", f"/orders/{order_no}/payments").must(201)
    return order_no


@scene("create_desk_payment", case="while a payment is open")
def _desk_payment_while_one_is_open(world: World) -> Act:
    order_no, key = _outdated(world), world.key()
    return lambda: world.staff("POST", f"/orders/{order_no}/desk-payments", {"method": "cash", "amount": 800}, key)


@scene("add_folio_line", case="while a payment is open")
def _adjustment_while_a_payment_is_open(world: World) -> Act:
    order_no, key = _outdated(world), world.key()
    line = {"kind": "adjustment", "description": "Noise", "amount": -800}
    return lambda: world.staff("POST", f"/bookings/{order_no}/folio-lines", line, key)


@scene("close_payment", case="that asks for too much")
def _close_what_asks_for_too_much(world: World) -> Act:
    order_no = _outdated(world)
    world.staff("POST", f"/orders/{order_no}/desk-payments", {"method": "cash", "amount": 800}).must(201)
    return world.feed("close_payment", world.message("CancelledOrdersQueue"))


@scene("create_refund")
def _create_refund(world: World) -> Act:
    order_no, key = world.paid_goods(), world.key()
    return lambda: world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise"}, key)


@scene("send_refund")
def _send_refund(world: World) -> Act:
    order_no = world.paid()
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise"}).must(202)
    return world.feed("send_refund", world.message("RequestedRefundsQueue"))


_request("request_invoice", lambda world: f"/orders/{world.paid()}/invoice-requests", COMPANY, Repeat.IF_NOT_DONE)
_request(
    "note_invoice_issued",
    lambda world: f"/invoice-requests/{world.invoice()}/issued",
    {"number": "26510000000012345678"},
)
_request(
    "note_invoice_corrected",
    lambda world: f"/invoice-requests/{world.outdated_invoice()}/corrected",
    {"number": "26510000000012345999"},
)


@scene("note_invoice_refund")
def _invoice_refund(world: World) -> Act:
    order_no = world.paid()
    world.issued_invoice(order_no)
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 100}).must(202)
    return world.feed("note_invoice_refund", world.message("InvoiceRefundsQueue"))


_request("retry_refund", lambda world: f"/refunds/{world.closed_refund()}/retry")


@scene("award_points")
def _award(world: World) -> Act:
    world.with_payment(world.booked())
    return world.feed("award_points", world.message("PointsQueue"))


@scene("record_payment_log")
def _log(world: World) -> Act:
    world.with_payment(world.booked())
    return world.feed("record_payment_log", world.message("PaymentLogQueue"))


@scene("compare_ledger", Repeat.IF_NOT_DONE)
def _compare(world: World) -> Act:
    world.paid()
    return world.later(lambda: world.house.invoke("compare_ledger", {}), days=1)


@scene("reconcile_open", Repeat.ONCE)
def _reconcile(world: World) -> Act:
    world.with_payment(world.booked(), lost=True)
    return world.later(lambda: world.house.invoke("reconcile_open", {}), minutes=40)


# ---------------------------------------------------------------- the shop

_request("create_goods", lambda _: "/goods", {"name": "Cup", "price": 100, "stock": 3}, repeat=Repeat.IF_NOT_DONE)
_request("change_balance", lambda world: f"/users/{world.user_id}/balance-changes", {"change": 5, "reason": "Gift"})
_request("change_points", lambda world: f"/users/{world.user_id}/points-changes", {"change": 5, "reason": "Gift"})
_request(
    "change_stock",
    lambda world: f"/goods/{world.goods}/stock-changes",
    {"change": 5, "reason": "Delivery"},
    repeat=Repeat.IF_NOT_DONE,
)
_request("update_goods", lambda world: f"/goods/{world.article(3)}", {"name": "Mug", "price": 3000, "version": 1})
_request(
    "list_staff_shop_orders", lambda world: f"/shop-orders?order_no={world.paid_goods()}", repeat=Repeat.ASKED_ANEW
)
_request("create_shop_order", lambda _: "/shop-orders", lambda world: world.order_wish(), Repeat.AFTER_REST)
_request("cancel_shop_order", lambda world: f"/shop-orders/{world.ordered()}/cancellation")
_request("receive_goods", lambda world: f"/shop-orders/{world.sent_goods()}/receipt")
_request("ship_goods", lambda world: f"/orders/{world.paid_goods()}/shipment", SHIPMENT)
_request(
    "retry_shipping_information",
    lambda world: f"/shipping-information/{world.refused_shipping()}/retry",
    {"carrier": "ZTO"},
)
_request("return_goods", lambda world: f"/orders/{world.sent_goods()}/return", {"reason": "Broken"})


@scene("upload_shipping_information")
def _shipped_goods(world: World) -> Act:
    order_no = world.paid_goods()
    world.staff("POST", f"/orders/{order_no}/shipment", SHIPMENT).must(200)
    return world.feed("upload_shipping_information", world.message("ShippingInformationQueue"))


_FORWARD = ("save_order", "reserve_stock", "use_coupon", "deduct_balance", "confirm_order", "abandon_order")
_BACKWARD = ("restore_stock", "return_coupon", "refund_balance", "end_checkout")


def _checkout(step: str) -> None:
    @scene(step)
    def arrange(world: World) -> Act:
        facts = world.checkout_at(step, undone=step in (*_BACKWARD, "abandon_order"))
        return lambda: world.house.invoke(step, facts)


for _step in (*_FORWARD, *_BACKWARD):
    _checkout(_step)


@scene("mark_shop_order_paid")
def _goods_paid(world: World) -> Act:
    world.with_payment(world.ordered())
    return world.feed("mark_shop_order_paid", world.message("PaidShopOrdersQueue"))


@scene("mark_shop_order_refunded")
def _goods_refunded(world: World) -> Act:
    _refunded(world, world.paid_goods())
    return world.feed("mark_shop_order_refunded", world.message("RefundedShopOrdersQueue"))


@scene("end_shop_order_wait")
def _goods_timeout(world: World) -> Act:
    world.guest("POST", f"/orders/{world.ordered()}/payments").must(201)
    body = world.message("ShopOrderWaitsQueue")
    return world.later(world.feed("end_shop_order_wait", body), minutes=31)


# ---------------------------------------------------------------- flash sales

_request(
    "create_flash_sale",
    lambda _: "/flash-sales",
    lambda world: {
        "goods_id": world.goods,
        "price": 900,
        "stock": 3,
        "starts_at": NOW.isoformat(),
        "ends_at": "2026-11-22T04:00:00Z",
    },
    repeat=Repeat.IF_NOT_DONE,
)
_request("change_flash_sale", lambda world: f"/flash-sales/{world.sale()}", {"state": "ended"})
_request("set_flash_address", lambda world: f"/flash-orders/{world.won()}/address", WHOM)


@scene("submit_flash_order")
def _submit(world: World) -> Act:
    path = f"/flash-sales/{world.sale()}/orders"
    return lambda: world.guest("POST", path)


@scene("place_flash_order")
def _place(world: World) -> Act:
    world.guest("POST", f"/flash-sales/{world.sale()}/orders").must(202)
    return world.feed("place_flash_order", world.message("FlashOrdersQueue"))


@scene("close_flash_sales", Repeat.ONCE)
def _close_sales(world: World) -> Act:
    world.sale(minutes=1)
    return world.later(lambda: world.house.invoke("close_flash_sales", {}), minutes=10)


# ---------------------------------------------------------------- messages


@scene("relay_outbox")
def _relay(world: World) -> Act:
    world.booked()
    records = {"Records": list(world.house.records())}
    return lambda: world.house.invoke("relay_outbox", records)


@scene("sweep_due", Repeat.ONCE)
def _sweep(world: World) -> Act:
    world.booked()
    return world.later(lambda: world.house.invoke("sweep_due", {}), minutes=2)


@scene("send_notice")
def _notify(world: World) -> Act:
    world.booked()
    world.house.relay()
    [body] = [it for it in world.house.messages("NotificationsQueue") if json.loads(it)["type"] == "booking.created"]
    return world.feed("send_notice", body)


@scene("redrive_dead_letters", Repeat.ASKED_ANEW)
def _redrive(world: World) -> Act:
    world.with_payment(world.booked())
    body = world.message("PaidBookingsQueue")
    url = world.house.sqs.get_queue_url(QueueName="posthouse-paid-bookings-dead-letters")["QueueUrl"]
    world.house.sqs.send_message(QueueUrl=url, MessageBody=body)

    def ask() -> Any:
        return world.staff("POST", "/dead-letters/paid-bookings/redrive")

    def ask_later() -> Any:  # what a redrive that was killed has received is hidden for a minute
        return world.later(ask, minutes=world.try_at())()

    return ask_later
