"""Rate plans of a room type, and stays that are booked with one: what tests arrange."""

from __future__ import annotations

from typing import Any

from posthouse.store.guests import GuestRow
from tests.integration.house import House
from tests.integration.paid_stay import PRICE, PaidStay

DEPOSIT = {"name": "定金 Deposit", "breakfasts": 2, "cancel_fee_bp": 1000, "payment": "deposit", "deposit_bp": 3000}
"""A deposit of 18000 fen of two nights that cost 60000; it is more than the fee."""

AT_HOTEL = {"name": "到店付 At the hotel", "breakfasts": 1, "cancel_fee_bp": 5000, "payment": "at_hotel"}

DUE_NOW = 18_000
TOTAL = 2 * PRICE


def make_plan(house: House, room: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Create a rate plan of a room type; without more it is paid in full and costs what the calendar says."""
    body = {"name": "Plan", "breakfasts": 0, "cancel_fee_bp": 0, "payment": "full", **facts}
    path = f"/api/staff/rooms/{room['room_id']}/rate-plans"
    made: dict[str, Any] = house.send("POST", path, body, house.admin).must(201)
    return made


def change_plan(house: House, plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Change a rate plan as staff do."""
    path = f"/api/staff/rooms/{plan['room_id']}/rate-plans/{plan['rate_plan_id']}"
    known = {name: value for name, value in plan.items() if name not in {"rate_plan_id", "room_id"}}
    changed: dict[str, Any] = house.send("PUT", path, {**known, **changes}, house.admin).must(200)
    return changed


def set_level(user_id: str, level: str | None) -> None:
    """Give a guest a level; None takes it away."""
    action = GuestRow.level.remove() if level is None else GuestRow.level.set(level)
    GuestRow(user_id).update(actions=[action])


def planned(house: House, plan: dict[str, Any], *, paid: bool = False, **more: Any) -> PaidStay:
    """A stay of two nights, 60000 fen by the calendar, that its guest has booked with a plan."""
    room = more.pop("room", None) or house.room(price=PRICE, **more.pop("facts", {}))
    made = make_plan(house, room, **plan)
    return PaidStay(house, room=room, rate_plan_id=made["rate_plan_id"], paid=paid, **more)


def held_by(house: House) -> list[int]:
    """The room-nights that guests hold unpaid, of all who ever did."""
    return [int(row["held"]["N"]) for row in house.rows("guests") if "held" in row]
