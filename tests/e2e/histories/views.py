"""What every view must show in the end: nights, goods, sales and orders, in lists and alone, to guests and staff."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from tests.e2e.histories.lives import Life
from tests.e2e.histories.stage import OPEN_DAYS, ROOMS, SALE_UNITS, Stage, wait_until


def nights_agree(stage: Stage) -> None:
    world = stage.world
    begin, to = world.today, world.today + timedelta(days=OPEN_DAYS)
    for name, room in stage.rooms.items():
        rows = world.admin.get(f"/api/staff/rooms/{room['room_id']}/nights?from={begin}&to={to}")["items"]
        by_date = {
            row["date"]: 0 if row["closed"] else row["units"] - row["out_of_order"] - row["sold"] for row in rows
        }
        for first, last in itertools.combinations(range(4), 2):
            dates = [str(begin + timedelta(days=number)) for number in range(first, last)]
            left = min(by_date[date] for date in dates)
            span = f"check_in={dates[0]}&check_out={begin + timedelta(days=last)}"
            path = f"/api/hotels/{room['hotel_id']}/rooms?{span}"
            settles(
                partial(_available, world, path, room["room_id"]), partial(_is_same, name, left), (name, span, left)
            )


def _available(world: Any, path: str, room_id: str) -> int | None:
    found = [it for it in world.nobody.get(path)["items"] if it["room_id"] == room_id]
    return found[0]["available"] if found else None


def _left_of(stage: Stage, path: str) -> int:
    left: int = stage.world.nobody.get(path)["left"]
    return left


def settles(ask: Callable[[], Any], holds: Callable[[Any], bool], about: object) -> None:
    """A view may be older than what it shows, for a few seconds."""
    assert wait_until(lambda: holds(ask()), 30), f"{about}: still {ask()}"


def _is_same(name: str, left: int, shown: int | None) -> bool:
    if ROOMS[name].get("inventory_mode") == "unlimited":
        return shown is not None and shown > 0
    return (shown or 0) == left


def goods_agree(stage: Stage) -> None:
    world = stage.world
    listed = {it["goods_id"]: it["stock"] for it in pages(world.nobody, "/api/goods")}
    for goods_id in stage.goods.values():
        one = world.nobody.get(f"/api/goods/{goods_id}")["stock"]
        staff = {it["goods_id"]: it["stock"] for it in pages(world.admin, "/api/staff/goods")}[goods_id]
        assert one == listed[goods_id] == staff, (goods_id, one, listed[goods_id], staff)


def sales_agree(stage: Stage) -> None:
    for sale_id, units in zip(stage.sales, SALE_UNITS, strict=True):
        staff = next(it for it in pages(stage.world.admin, "/api/staff/flash-sales") if it["sale_id"] == sale_id)
        assert staff["sold"] + staff["left"] + staff["moved_back"] == units, staff
        orders = list(pages(stage.world.admin, f"/api/staff/flash-orders?sale_id={sale_id}"))
        alive = [it for it in orders if it["status"] not in {"cancelled", "refunding", "refunded"}]
        assert staff["sold"] == len(alive), (staff, len(alive))
        path = f"/api/flash-sales/{sale_id}"
        settles(partial(_left_of, stage, path), partial(operator.eq, staff["left"]), (sale_id, staff))


def lists_agree(stage: Stage, lives: Sequence[Life]) -> None:
    staff = {it["order_no"]: it["status"] for it in pages(stage.world.admin, "/api/staff/shop-orders")}
    for room in list(stage.rooms.values())[:1]:
        path = f"/api/staff/bookings?hotel_id={room['hotel_id']}"
        staff |= {it["order_no"]: it["status"] for it in pages(stage.world.admin, path)}
    mine: dict[str, str] = {}
    for guest in stage.guests:
        for path in ("/api/bookings", "/api/shop-orders"):
            mine |= {it["order_no"]: it["status"] for it in pages(guest.client, path)}
    for life in lives:
        if not life.order_no or life.left_house:
            continue
        one = life.guest.client.get(life.one)["status"]
        if life.script.kind not in {"leaver", "desk"}:
            assert mine.get(life.order_no) == one, (life.order_no, mine.get(life.order_no), one)
        if life.order_no[0] != "F" or life.order_no in staff:
            assert staff.get(life.order_no) == one, (life.order_no, staff.get(life.order_no), one)


def nothing_is_dead(stage: Stage) -> None:
    letters = {it["queue"]: it["waiting"] for it in stage.world.admin.get("/api/staff/dead-letters")["items"]}
    assert not any(letters.values()), letters


def pages(client: Any, path: str) -> Iterator[dict[str, Any]]:
    """All items of a list."""
    cursor = ""
    while True:
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit=100{cursor}")
        yield from page["items"]
        if not page["next_cursor"]:
            return
        cursor = f"&cursor={page['next_cursor']}"
