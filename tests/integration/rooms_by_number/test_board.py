"""The board: who is in, comes and leaves; what is clean; and that it is read in a few calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from posthouse.domain.identity import Role
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House
from tests.integration.ledgers import assert_balanced
from tests.integration.numbered_house import Doors
from tests.support.clock import clock_at

SHOWN = ("occupancy", "housekeeping", "cleaning")


def _tomorrow(days: int = 1, **delta: int) -> Any:
    return clock_at(NOW + timedelta(days=days, **delta))


def _seen(doors: Doors, day: int | None = None) -> dict[str, tuple[Any, ...]]:
    return {number: tuple(it[name] for name in SHOWN) for number, it in doors.board(day).items()}


def test_the_board_shows_who_is_in_who_comes_and_who_leaves(house: House) -> None:
    doors = Doors(house)
    stays, leaves, comes = doors.reserve(nights=3), doors.reserve(nights=1), doors.reserve(begin=1, nights=1)
    doors.check_in(stays, "301").must(200)
    doors.check_in(leaves, "302").must(200)
    doors.give(comes, "302").must(200)
    doors.give(doors.reserve(begin=1, nights=2, guest_name="Ada Lovelace", arrival_time="20:15"), "303").must(200)
    doors.close("304", begin=1, nights=1).must(201)
    today = doors.board()
    assert today["301"] == {
        "number": "301",
        "room_id": doors.room_id,
        "room_name": "Twin",
        "occupancy": "occupied",
        "housekeeping": "clean",
        "out_of_order": False,
        "cleaning": None,
        "order_no": stays,
        "guest_name": "李雷",
        "check_in": str(TODAY),
        "check_out": str(TODAY + timedelta(days=3)),
        "following": None,
        "periods_out_of_order": [],
    }
    assert {number: it["occupancy"] for number, it in today.items()} == {
        "301": "occupied",
        "302": "occupied",
        "303": "vacant",
        "304": "vacant",
        "305": "vacant",
    }
    with _tomorrow():
        board = doors.board()
        assert (board["302"]["occupancy"], board["302"]["order_no"]) == ("due_out", leaves)
        assert board["302"]["following"] == {"order_no": comes, "guest_name": "李雷", "arrival_time": None}
        assert (board["303"]["occupancy"], board["303"]["guest_name"]) == ("arriving", "Ada Lovelace")
        assert (board["304"]["occupancy"], board["304"]["out_of_order"]) == ("vacant", True)
        assert [it["reason"] for it in board["304"]["periods_out_of_order"]] == ["The bath leaks"]


def test_the_board_of_a_later_date_is_what_is_planned(house: House) -> None:
    doors = Doors(house)
    here, next_one = doors.reserve(nights=2), doors.reserve(begin=2, nights=2)
    doors.check_in(here, "301").must(200)
    doors.give(next_one, "301").must(200)
    found = [doors.board(day)["301"] for day in (None, 1, 2, 3, 4, 5)]
    assert [it["occupancy"] for it in found] == ["occupied", "occupied", "due_out", "occupied", "due_out", "vacant"]
    assert [it["order_no"] for it in found] == [here, here, here, next_one, next_one, None]
    assert found[2]["following"]["order_no"] == next_one
    query = f"?date={TODAY - timedelta(days=1)}"
    doors.send("GET", f"/hotels/{doors.hotel_id}/house{query}").refused(422, "invalid_request")


def test_the_board_turns_with_the_hotels_day(house: House) -> None:
    doors = Doors(house)
    doors.check_in(doors.reserve(nights=1), "301").must(200)
    # The hotel's day turns at six: 05:59 in China on the next calendar date, and a minute later.
    early = NOW.replace(hour=21, minute=59)
    with clock_at(early):
        assert doors.board()["301"]["occupancy"] == "occupied"
    with clock_at(early + timedelta(minutes=1)):
        assert doors.board()["301"]["occupancy"] == "due_out"


def test_a_guest_who_is_over_time_is_in_the_way_of_the_next_one(house: House) -> None:
    doors = Doors(house)
    over, comes = doors.reserve(nights=1), doors.reserve(begin=2, nights=1)
    doors.check_in(over, "301").must(200)
    doors.give(comes, "301").must(200)
    with _tomorrow(2):
        board = doors.board()["301"]
        assert (board["occupancy"], board["order_no"], board["following"]["order_no"]) == ("due_out", over, comes)
        doors.close("302", begin=2).must(201)
        assert doors.close("301", begin=2).refused(409, "overlaps")["order_nos"] == [over, comes]
        doors.check_in(comes).refused(409, "number_taken")


# ---------------------------------------------------------------- housekeeping


def test_housekeeping_says_how_a_number_is(house: House) -> None:
    doors = Doors(house)
    for state in ("dirty", "clean", "inspected"):
        said = doors.clean("301", state).must(200)
        assert (said["number"], said["housekeeping"]) == ("301", state)
        assert doors.board()["301"]["housekeeping"] == state
    doors.clean("301", "filthy").refused(422, "invalid_request")
    doors.clean("309").refused(404, "not_found")
    stranger = house.token(Role.STAFF, house.hotel()["hotel_id"])
    path = f"/api/staff/hotels/{doors.hotel_id}/numbers/301"
    house.send("PUT", path, {"housekeeping": "clean"}, stranger).refused(404, "not_found")
    found = house.send("GET", "/api/staff/audit?limit=100", token=house.admin).must(200)["items"]
    kept = [(it["target"], it["before"], it["after"]) for it in found if it["action"] == "set_housekeeping"]
    to_inspected = ({"housekeeping": "clean"}, {"housekeeping": "inspected"})
    assert kept[0] == (f"{doors.hotel_id}/301", *to_inspected)


def test_what_is_to_be_cleaned(house: House) -> None:
    doors = Doors(house)
    stays, leaves, gone = doors.reserve(nights=3), doors.reserve(nights=1), doors.reserve(nights=2)
    for order_no, number in ((stays, "301"), (leaves, "302"), (gone, "303")):
        doors.check_in(order_no, number).must(200)
    clean = ("vacant", "clean", None)
    assert _seen(doors) == {
        **dict.fromkeys(("301", "302", "303"), ("occupied", "clean", None)),
        **dict.fromkeys(("304", "305"), clean),
    }
    doors.leave(gone)
    assert _seen(doors)["303"] == ("vacant", "dirty", "check_out")
    with _tomorrow():
        # Nobody has written anything since: the day has turned.
        assert _seen(doors) == {
            "301": ("occupied", "dirty", "stay_over"),
            "302": ("due_out", "dirty", "check_out"),
            "303": ("vacant", "dirty", "check_out"),
            "304": clean,
            "305": clean,
        }
        doors.clean("301").must(200)
        doors.clean("303", "inspected").must(200)
        doors.leave(leaves)
        assert _seen(doors) == {
            "301": ("occupied", "clean", None),
            "302": ("vacant", "dirty", "check_out"),
            "303": ("vacant", "inspected", None),
            "304": clean,
            "305": clean,
        }
    with _tomorrow(2):
        assert _seen(doors)["301"] == ("occupied", "dirty", "stay_over"), "every morning again"
        assert _seen(doors)["303"] == ("vacant", "inspected", None)
    assert_balanced(house)


def test_a_number_that_is_out_of_order_is_not_cleaned(house: House) -> None:
    doors = Doors(house)
    doors.clean("301", "dirty").must(200)
    doors.close("301", nights=1).must(201)
    assert _seen(doors)["301"] == ("vacant", "dirty", None)
    with _tomorrow():
        assert _seen(doors)["301"] == ("vacant", "dirty", "check_out")


def test_who_moves_into_a_room_today_has_a_clean_one(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(nights=4)
    with _tomorrow():
        doors.check_in(order_no, "301").must(200)
        assert _seen(doors)["301"] == ("occupied", "clean", None), "its nights have begun, but nobody has slept in it"
    with _tomorrow(2):
        doors.give(order_no, "302").must(200)
        assert _seen(doors)["302"] == ("occupied", "clean", None)
        assert _seen(doors)["301"] == ("vacant", "dirty", "check_out")


# ---------------------------------------------------------------- load


def test_four_hundred_numbers_are_read_in_eight_calls(house: House) -> None:
    doors = Doors(house, ())
    numbers = [str(1000 + number) for number in range(400)]
    doors.put(*numbers).must(200)
    order_no = doors.reserve()
    _fill(house, doors, order_no)
    with _tomorrow():
        house.send("GET", f"/api/staff/hotels/{doors.hotel_id}/rooms", token=house.admin).must(200)
        found = counted(doors.board)
        board = doors.board()
    assert {it["guest_name"] for it in board.values()} == {"李雷"}
    assert {it["occupancy"] for it in board.values()} == {"arriving"}
    assert len(board) == 400
    assert found.number_of_calls <= 8


def _fill(house: House, doors: Doors, order_no: str) -> None:
    """Give each number a booking of its own, from today on: in the tables, as 400 requests would take too long."""
    booking = next(row for row in house.rows("bookings") if row["order_no"]["S"] == order_no)
    nights = {"S": f"{TODAY}/{TODAY + timedelta(days=2)}"}
    rows: dict[str, list[Any]] = {"bookings": [], "numbers": []}
    for place, number in enumerate(house.rows("numbers")):
        other = f"{order_no[:-4]}{place:04}"
        rows["bookings"].append({**booking, "order_no": {"S": other}})
        rows["numbers"].append({**number, "stays": {"M": {other: nights}}})
    for table, items in rows.items():
        for at in range(0, len(items), 25):
            puts = [{"PutRequest": {"Item": item}} for item in items[at : at + 25]]
            house.dynamodb.batch_write_item(RequestItems={f"posthouse-{table}": puts})
