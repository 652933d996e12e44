"""Rate plans: staff write them, the hotel's row carries the enabled ones, and they go with their room type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posthouse.domain.catalogue import MAX_ROOMS
from posthouse.domain.identity import Role
from posthouse.domain.rate_plan import MAX_HOTEL_PLANS, MAX_PLANS
from posthouse.store import hotel_summaries
from tests.integration.conftest import Arrange
from tests.integration.house import House

FULL = {
    "name": "提前预订 Early bird",
    "adjustment_bp": -1500,
    "adjustment": 800,
    "breakfasts": 2,
    "free_cancel_hours": None,
    "cancel_fee_bp": 10000,
    "min_stay": 2,
    "days_ahead": {"min": 14, "max": 300},
    "weekdays": [1, 2, 3],
    "min_level": "gold",
    "payment": "deposit",
    "deposit_bp": 3000,
    "valid_from": "2026-12-01",
    "valid_to": "2027-03-31",
    "enabled": True,
}
FLEX = {"name": "Flexible", "breakfasts": 0, "cancel_fee_bp": 0, "payment": "full"}
EMPTY: dict[str, Any] = {
    "adjustment_bp": 0,
    "adjustment": 0,
    "min_stay": None,
    "days_ahead": None,
    "weekdays": [],
    "min_level": None,
    "deposit_bp": None,
    "valid_from": None,
    "valid_to": None,
    "enabled": True,
}


def _path(room: dict[str, Any], plan: dict[str, Any] | None = None) -> str:
    return f"/api/staff/rooms/{room['room_id']}/rate-plans" + (f"/{plan['rate_plan_id']}" if plan else "")


def _new(house: House, room: dict[str, Any], **facts: Any) -> dict[str, Any]:
    made: dict[str, Any] = house.send("POST", _path(room), {**FLEX, **facts}, house.admin).must(201)
    return made


def _carried(house: House) -> list[str]:
    """The names of the plans that the hotel's row carries."""
    [row] = house.rows("hotels")
    return [plan[1] for offer in json.loads(row["offers"]["S"]) for plan in (offer[6] if len(offer) > 6 else [])]


def _searched(house: House) -> list[int]:
    """By how much the plans that searches carry change a price, in basis points."""
    house.settle()
    [summary] = hotel_summaries.all_summaries()
    return [plan.adjustment_bp for offer in summary.offers for plan in offer.plans]


def test_staff_of_the_hotel_create_change_and_list_the_plans_of_a_room_type(house: House) -> None:
    room = house.room()
    desk = house.token(Role.STAFF, room["hotel_id"], subject="desk")
    made = house.send("POST", _path(room), FULL, desk).must(201)
    ids = {"rate_plan_id": made["rate_plan_id"], "room_id": room["room_id"]}
    assert made == {**FULL, **ids, "version": 1}
    plain = house.send("POST", _path(room), FLEX, desk).must(201)
    assert plain == {**FLEX, **EMPTY, "rate_plan_id": plain["rate_plan_id"], "room_id": room["room_id"], "version": 1}
    # What was read may be sent back; what is not sent has its default, also how long cancelling is free.
    same = house.send("PUT", _path(room, made), made, desk).must(200)
    assert same == {**made, "version": 2}
    changed = house.send("PUT", _path(room, made), {**FLEX, "enabled": False, "version": 2}, desk).must(200)
    assert changed == {**FLEX, **EMPTY, **ids, "enabled": False, "version": 3}
    house.send("PUT", _path(room, made), {**made, "version": 2}, desk).refused(409, "version_conflict")
    assert house.send("GET", _path(room), token=desk).must(200)["items"] == [changed, plain]
    page = house.send("GET", _path(room) + "?limit=1", token=desk).must(200)
    rest = house.send("GET", f"{_path(room)}?limit=1&cursor={page['next_cursor']}", token=desk).must(200)
    assert (page["items"], rest["items"], rest["next_cursor"]) == ([changed], [plain], None)
    recorded = [row for row in house.rows("audit") if row["target"]["S"] == made["rate_plan_id"]]
    assert sorted(row["action"]["S"] for row in recorded) == [
        "create_rate_plan",
        "update_rate_plan",
        "update_rate_plan",
    ]
    assert {row["actor"]["S"] for row in recorded} == {"desk"}


def test_the_hotel_and_its_summary_carry_the_enabled_plans(house: House) -> None:
    room = house.room()
    early = _new(house, room, name="Early", adjustment_bp=-1000)
    flexible = _new(house, room, name="Flexible", adjustment_bp=-500, enabled=False)
    assert (_carried(house), _searched(house)) == (["Early"], [-1000])
    house.send("PUT", _path(room, flexible), {**flexible, "enabled": True}, house.admin).must(200)
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**room, "name": "Suite"}, house.admin).must(200)
    assert (_carried(house), _searched(house)) == (["Early", "Flexible"], [-1000, -500])
    house.send("PUT", _path(room, early), {**early, "enabled": False}, house.admin).must(200)
    assert (_carried(house), _searched(house)) == (["Flexible"], [-500])
    # A search needs no plan that is never below the calendar's price.
    _new(house, room, name="Dear", adjustment=1000)
    assert (_carried(house), _searched(house)) == (["Flexible", "Dear"], [-500])


def test_nobody_else_reaches_a_plan(house: House) -> None:
    room, other = house.room(), house.room()
    made = _new(house, room)
    stranger = house.token(Role.STAFF, other["hotel_id"])
    house.send("POST", _path(room), FLEX, stranger).refused(404, "not_found")
    house.send("GET", _path(room), token=stranger).refused(404, "not_found")
    house.send("PUT", _path(room, made), made, stranger).refused(404, "not_found")
    # A plan is found at its own room type only, also by an admin.
    house.send("PUT", _path(other, made), made, house.admin).refused(404, "not_found")
    house.send("POST", _path({"room_id": "R0"}), FLEX, house.admin).refused(404, "not_found")


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("adjustment_bp", {"adjustment_bp": -10_000}),
        ("adjustment_bp", {"adjustment_bp": 100_001}),
        ("adjustment", {"adjustment": -30_000}),
        ("adjustment", {"adjustment_bp": -5_000, "adjustment": -15_000}),
        ("adjustment", {"adjustment": 0.5}),
        ("deposit_bp", {"payment": "deposit"}),
        ("deposit_bp", {"payment": "deposit", "deposit_bp": 0}),
        ("deposit_bp", {"payment": "deposit", "deposit_bp": 10_000}),
        ("deposit_bp", {"payment": "deposit", "deposit_bp": 10_001}),
        ("deposit_bp", {"deposit_bp": 3_000}),
        ("payment", {"payment": "later"}),
        ("breakfasts", {"breakfasts": -1}),
        ("cancel_fee_bp", {"cancel_fee_bp": 10_001}),
        ("free_cancel_hours", {"free_cancel_hours": -1}),
        ("min_stay", {"min_stay": 0}),
        ("days_ahead", {"days_ahead": {"min": 5, "max": 4}}),
        ("days_ahead.max", {"days_ahead": {"max": -1}}),
        ("weekdays.1", {"weekdays": [1, 8]}),
        ("weekdays", {"weekdays": [1, 1]}),
        ("min_level", {"min_level": "platinum"}),
        ("valid_to", {"valid_from": "2026-12-02", "valid_to": "2026-12-01"}),
        ("valid_from", {"valid_from": "tomorrow"}),
        ("name", {"name": " "}),
        ("x", {"x": 1}),
    ],
)
def test_bad_fields_are_named(house: House, field: str, facts: dict[str, Any]) -> None:
    room = house.room()
    made = _new(house, room)
    for method, path, body in (("POST", _path(room), FLEX), ("PUT", _path(room, made), made)):
        refused = house.send(method, path, {**body, **facts}, house.admin).refused(422, "invalid_request")
        assert [error["field"] for error in refused["errors"]] == [field]
    assert len(house.rows("rate-plans")) == 1


def test_a_room_type_has_twenty_at_most_also_if_two_desks_create_at_once(house: House, before_commit: Arrange) -> None:
    room = house.room()
    for _ in range(MAX_PLANS - 1):
        _new(house, room, enabled=False)
    before_commit(lambda: _new(house, room))
    refused = house.send("POST", _path(room), FLEX, house.admin).refused(409, "too_many_plans")
    assert refused["at_most"] == MAX_PLANS == len(house.rows("rate-plans"))


def test_a_hotel_carries_so_many_that_its_row_stays_small(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    room = house.room()
    monkeypatch.setattr("posthouse.services.catalogue.rate_plans.MAX_HOTEL_PLANS", 2)
    first, _, third = _new(house, room), _new(house, room), _new(house, room, enabled=False)
    house.send("POST", _path(room), FLEX, house.admin).refused(409, "too_many_plans")
    house.send("PUT", _path(room, third), {**third, "enabled": True}, house.admin).refused(409, "too_many_plans")
    house.send("PUT", _path(room, first), {**first, "name": "Other"}, house.admin).must(200)


def test_the_longest_plans_of_a_hotel_fit_into_its_row(house: House) -> None:
    room = house.room(name="房" * 100)
    longest = {**FULL, "name": "房" * 100, "weekdays": [1, 2, 3, 4, 5, 6], "min_level": "diamond"}
    _new(house, room, **{**longest, "adjustment": 100_000_000, "adjustment_bp": 100_000})
    [row] = house.rows("hotels")
    [offer] = json.loads(row["offers"]["S"])
    of_rooms, of_plans = len(json.dumps([offer[:6]])) * MAX_ROOMS, len(json.dumps(offer[6])) * MAX_HOTEL_PLANS
    assert len(row["offers"]["S"]) == len(json.dumps([offer]))  # as it is stored
    assert of_rooms + of_plans < 350_000  # of 400 kB; the rest is for the hotel's own texts


def test_two_desks_that_change_plans_at_once_lose_nothing(house: House, before_commit: Arrange) -> None:
    room = house.room()
    made = _new(house, room)
    before_commit(lambda: house.send("PUT", _path(room, made), {**made, "name": "First"}, house.admin).must(200))
    house.send("PUT", _path(room, made), {**made, "name": "Second"}, house.admin).refused(409, "version_conflict")
    before_commit(lambda: _new(house, room, name="Third"))
    _new(house, room, name="Fourth")
    assert sorted(_carried(house)) == ["First", "Fourth", "Third"]


def test_the_plans_go_with_their_room_type_also_one_that_is_made_meanwhile(
    house: House, before_commit: Arrange
) -> None:
    room = house.room()
    _new(house, room)
    before_commit(lambda: _new(house, room))
    house.send("DELETE", f"/api/staff/rooms/{room['room_id']}", token=house.admin).must(204)
    assert house.rows("rate-plans") == []
    house.send("POST", _path(room), FLEX, house.admin).refused(404, "not_found")
