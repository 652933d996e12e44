"""The house in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posthouse.domain.house import OutOfOrder
    from posthouse.services.house.board import Board, Door


def board_json(board: Board) -> dict[str, Any]:
    """Returns the board of a date. All its numbers are one page: a hotel has at most 500."""
    items = [door_json(door) for door in board.doors]
    return {
        "items": items,
        "next_cursor": None,
        "date": board.day.isoformat(),
        "business_date": board.today.isoformat(),
    }


def door_json(door: Door) -> dict[str, Any]:
    """Returns a number, with who has it and who comes after them."""
    guest, following = door.guest, door.following
    return {
        "number": door.number.number,
        "room_id": door.number.room_id,
        "room_name": door.room_name,
        "occupancy": door.presence,
        "housekeeping": door.housekeeping,
        "out_of_order": door.out_of_order,
        "cleaning": door.cleaning,
        "order_no": door.order_no,
        "guest_name": None if guest is None else guest.guest_name,
        "check_in": None if guest is None else guest.stay.check_in.isoformat(),
        "check_out": None if guest is None else guest.stay.check_out.isoformat(),
        "following": None
        if door.following_order_no is None
        else {
            "order_no": door.following_order_no,
            "guest_name": None if following is None else following.guest_name,
            "arrival_time": None if following is None else following.arrival_time,
        },
        "periods_out_of_order": [out_of_order_json(period) for period in door.number.out_of_order],
    }


def state_json(door: Door) -> dict[str, Any]:
    """Returns a number after housekeeping has spoken: without its guests, whose names nobody has read."""
    shown = ("number", "room_id", "room_name", "occupancy", "housekeeping", "out_of_order", "cleaning", "order_no")
    facts = door_json(door)
    return {name: facts[name] for name in shown}


def out_of_order_json(period: OutOfOrder) -> dict[str, Any]:
    """Returns a period in which a number cannot be used."""
    return {
        "out_of_order_id": period.out_of_order_id,
        "from": period.period.begin.isoformat(),
        "to": period.period.end.isoformat(),
        "reason": period.reason,
    }
