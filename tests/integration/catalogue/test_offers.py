"""GET /api/hotels/{hotel_id}/rooms: for what a stay can be booked by each plan, and what stands against the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.house import TODAY, House

FLEX = {"name": "Flexible", "breakfasts": 0, "cancel_fee_bp": 0, "payment": "full"}


def _plan(house: House, room: dict[str, Any], **facts: Any) -> dict[str, Any]:
    path = f"/api/staff/rooms/{room['room_id']}/rate-plans"
    made: dict[str, Any] = house.send("POST", path, {**FLEX, **facts}, house.admin).must(201)
    return made


def _nights(house: House, room: dict[str, Any], begin: int = 0, nights: int = 1, **facts: Any) -> None:
    span = {"from": str(TODAY + timedelta(days=begin)), "to": str(TODAY + timedelta(days=begin + nights))}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", {**span, **facts}, house.admin).must(200)


def _shown(
    house: House, room: dict[str, Any], nights: int = 2, begin: int = 0, token: str | None = None, **more: Any
) -> dict[str, Any]:
    asked = {"check_in": TODAY + timedelta(days=begin), "check_out": TODAY + timedelta(days=begin + nights), **more}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    [item] = house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?{query}", token=token).must(200)["items"]
    found: dict[str, Any] = item
    return found


def test_the_offers_of_a_room_the_cheapest_first(house: House) -> None:
    room = house.room(price=30000, breakfasts=1, free_cancel_hours=24, cancel_fee_bp=5000)
    _nights(house, room, 1, price=40001)
    cheap = _plan(house, room, name="Saver", adjustment_bp=-1000, free_cancel_hours=None, cancel_fee_bp=10000)
    deposit = _plan(
        house,
        room,
        name="Breakfast",
        adjustment=2000,
        breakfasts=2,
        payment="deposit",
        deposit_bp=3333,
        cancel_fee_bp=1,
    )
    later = _plan(house, room, name="At the hotel", adjustment=3000, payment="at_hotel", free_cancel_hours=6)
    shown = _shown(house, room, units=2)
    days = [str(TODAY), str(TODAY + timedelta(days=1))]
    # Check-in is at 14:00 of Shanghai, and the arrival's business date ends at 06:00 there.
    until = {"cancellable_until": "2026-11-21T22:00:00.000Z"}
    assert shown["offers"] == [
        {
            "rate_plan_id": cheap["rate_plan_id"],
            "name": "Saver",
            "total": 2 * (27000 + 36001),
            "due_now": 2 * (27000 + 36001),
            "due_later": 0,
            "nights": [{"date": days[0], "price": 27000}, {"date": days[1], "price": 36001}],
            "breakfasts": 0,
            "free_cancel_hours": None,
            "cancel_fee_bp": 10000,
            "free_cancel_until": None,
            **until,
            "payment": "full",
            "deposit_bp": None,
            "bookable": True,
        },
        {
            "rate_plan_id": None,
            "name": "Standard",
            "total": 140002,
            "due_now": 140002,
            "due_later": 0,
            "nights": [{"date": days[0], "price": 30000}, {"date": days[1], "price": 40001}],
            "breakfasts": 1,
            "free_cancel_hours": 24,
            "cancel_fee_bp": 5000,
            "free_cancel_until": "2026-11-20T06:00:00.000Z",
            **until,
            "payment": "full",
            "deposit_bp": None,
            "bookable": True,
        },
        {
            "rate_plan_id": deposit["rate_plan_id"],
            "name": "Breakfast",
            "total": 148002,
            "due_now": 49329,  # 49,329.07, half up
            "due_later": 98673,
            "nights": [{"date": days[0], "price": 32000}, {"date": days[1], "price": 42001}],
            "breakfasts": 2,
            "free_cancel_hours": 24,
            "cancel_fee_bp": 1,
            "free_cancel_until": "2026-11-20T06:00:00.000Z",
            **until,
            "payment": "deposit",
            "deposit_bp": 3333,
            "bookable": True,
        },
        {
            "rate_plan_id": later["rate_plan_id"],
            "name": "At the hotel",
            "total": 152002,
            "due_now": 0,
            "due_later": 152002,
            "nights": [{"date": days[0], "price": 33000}, {"date": days[1], "price": 43001}],
            "breakfasts": 0,
            "free_cancel_hours": 6,
            "cancel_fee_bp": 0,
            "free_cancel_until": "2026-11-21T00:00:00.000Z",
            **until,
            "payment": "at_hotel",
            "deposit_bp": None,
            "bookable": True,
        },
    ]
    assert (shown["total"], shown["available"], shown["restrictions"]) == (140002, 2, [])


def test_a_plan_that_does_not_fit_is_said(house: House) -> None:
    room = house.room()
    plan = _plan(house, room, name="Long", min_stay=3)
    early = _plan(house, room, name="Early", days_ahead={"min": 7})
    shown = _shown(house, room)
    assert [offer["name"] for offer in shown["offers"]] == ["Standard"]
    assert shown["restrictions"] == [
        {
            "rate_plan_id": plan["rate_plan_id"],
            "name": "Long",
            "restriction": "min_stay",
            "date": str(TODAY),
            "nights": 3,
            "possible": {"check_in": str(TODAY), "check_out": str(TODAY + timedelta(days=3))},
        },
        {
            "rate_plan_id": early["rate_plan_id"],
            "name": "Early",
            "restriction": "days_ahead",
            "date": str(TODAY),
            "first": str(TODAY + timedelta(days=7)),
            "possible": {"check_in": str(TODAY + timedelta(days=7)), "check_out": str(TODAY + timedelta(days=9))},
        },
    ]


def test_what_the_calendar_restricts_is_not_sold_out(house: House) -> None:
    room = house.room()
    _plan(house, room)
    _nights(house, room, min_stay=3)
    _nights(house, room, 4, closed_to_departure=True)
    shown = _shown(house, room)
    assert (shown["offers"], shown["total"], shown["available"]) == ([], None, 2)
    [restriction] = shown["restrictions"]
    facts = {"rate_plan_id": None, "name": "Standard", "restriction": "min_stay", "date": str(TODAY), "nights": 3}
    assert {name: restriction[name] for name in facts} == facts
    assert len(_shown(house, room, nights=3)["offers"]) == 2
    closed = _shown(house, room, nights=4)
    assert [each["restriction"] for each in closed["restrictions"]] == ["closed_to_departure"]
    # A night that is sold out is only that.
    _nights(house, room, 1, closed=True)
    full = _shown(house, room)
    assert (full["offers"], full["restrictions"], full["available"]) == ([], [], 0)


def test_too_few_units_leave_no_offer_but_the_total_of_before(house: House) -> None:
    room = house.room(units=2, price=30000, max_adults=2)
    _plan(house, room)
    shown = _shown(house, room, units=3)
    assert (shown["offers"], shown["available"], shown["total"]) == ([], 2, 180000)
    crowded = _shown(house, room, adults=3)
    assert (crowded["offers"], crowded["fits"], crowded["total"]) == ([], False, None)


def _at_level(house: House, token_of: str, level: str) -> None:
    house.dynamodb.update_item(
        TableName="posthouse-guests",
        Key={"user_id": {"S": token_of}},
        UpdateExpression="SET #level = :level",
        ExpressionAttributeNames={"#level": "level"},
        ExpressionAttributeValues={":level": {"S": level}},
    )


def test_members_offers_are_shown_to_all_and_said_to_be_bookable_by_those_who_may(house: House) -> None:
    room = house.room()
    _plan(house, room, name="Members", adjustment=-100, min_level="member")
    _plan(house, room, name="Gold", adjustment=-200, min_level="gold")
    user_id = house.log_in("13900000007")["user"]["user_id"]
    guest = house.token(Role.GUEST, subject=user_id)

    def bookable(token: str | None) -> list[bool]:
        shown = _shown(house, room, token=token)["offers"]
        assert [(offer["name"], offer.get("min_level")) for offer in shown] == [
            ("Gold", "gold"),
            ("Members", "member"),
            ("Standard", None),
        ]
        return [offer["bookable"] for offer in shown]

    assert bookable(None) == bookable("no token of ours") == bookable(house.admin) == [False, False, True]
    assert bookable(guest) == [False, True, True]
    _at_level(house, user_id, "silver")
    assert bookable(guest) == [False, True, True]
    _at_level(house, user_id, "diamond")
    assert bookable(guest) == [True, True, True]
    assert bookable(house.token(Role.GUEST, subject="U-nobody")) == [False, False, True]


@pytest.mark.parametrize(("level", "token", "reads"), [("gold", True, 1), ("member", True, 0), ("gold", False, 0)])
def test_the_level_is_read_only_where_it_makes_a_difference(
    house: House, monkeypatch: pytest.MonkeyPatch, level: str, token: bool, reads: int
) -> None:
    from posthouse.store import guests

    room = house.room()
    _plan(house, room, min_level=level)
    guest = house.guest()
    asked: list[str] = []
    level_of = guests.level_of

    def noted(user_id: str) -> object:
        asked.append(user_id)
        return level_of(user_id)

    monkeypatch.setattr(guests, "level_of", noted)
    _shown(house, room, token=guest if token else None)
    assert len(asked) == reads
