"""What the house must show in the end: reports equal a plain count of the bookings, audits ask each question once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from operator import eq
from typing import Any

from posthouse.domain.booking import Booking
from posthouse.domain.report import room_revenues
from posthouse.store.nights import NightRow
from tests.e2e.histories.house_changes import make_audits, turn_the_day_again
from tests.e2e.histories.stage import OPEN_DAYS, Stage
from tests.e2e.histories.views import pages, settles
from tests.integration.ledgers import Books

Counted = Counter[tuple[date, str]]
"""How much of what there is on a date."""

COUNTED = (
    "units",
    "out_of_order",
    "sold",
    "room_revenue",
    "arrivals",
    "departures",
    "in_house",
    "no_shows",
    "cancelled",
)
GONE = {"cancelled", "refunding", "refunded"}
HERE = {"checked_in", "finished"}


def nothing_is_sold_twice(stage: Stage, books: Books) -> None:
    """No night has sold more than its units that can be slept in, but of the room type without a limit."""
    endless = stage.rooms["unlimited"]["room_id"]
    for night in (it for it in books.every(NightRow) if it.room_id != endless):
        taken = night.sold + (night.out_of_order or 0)
        assert taken <= night.units, (night.room_id, night.night, taken, night.units)


def reports_are_the_bookings(stage: Stage, books: Books) -> None:
    """The report of the hotel, and that of all hotels, is what its bookings and nights count for."""
    wanted = Counter({key: number for key, number in _counted(books).items() if number})
    begin, end = stage.world.today - timedelta(days=2), stage.world.today + timedelta(days=OPEN_DAYS + 30)
    for of_hotel in (f"hotel_id={stage.rooms['wide']['hotel_id']}&", ""):
        path = f"/api/staff/reports/daily?{of_hotel}from={begin}&to={end}"
        settles(partial(_reported, stage, path), partial(eq, wanted), (path, "right is", dict(wanted)))


def _reported(stage: Stage, path: str) -> Counted:
    items = stage.admin.client.get(path)["items"]
    found = {(date.fromisoformat(it["date"]), name): it[name] for it in items for name in COUNTED}
    return Counter({key: number for key, number in found.items() if number})


def _counted(books: Books) -> Counted:
    found: Counted = Counter()
    for night in books.every(NightRow):
        day = date.fromisoformat(night.night)
        found[day, "units"] += night.units
        found[day, "out_of_order"] += night.out_of_order or 0
    for booking in books.bookings:
        for day, what, number in _counts(booking):
            found[day, what] += number
    return found


def _counts(booking: Booking) -> Iterator[tuple[date, str, int]]:
    status, stay = str(booking.status), booking.stay
    if status in GONE:
        at = next(moment.at for moment in booking.timeline if str(moment.status) in GONE)
        yield booking.clock.business_date(at), "cancelled", 1
    if status == "no_show":
        yield stay.check_in, "no_shows", 1
    if status in {"reserved", "paid", *HERE}:
        yield stay.check_in, "arrivals", 1
        yield stay.check_out, "departures", 1
    if status in HERE:
        gone = [moment.at for moment in booking.timeline if str(moment.status) == "finished"]
        left = booking.clock.calendar_date(gone[-1]) if gone else stay.check_out
        yield from ((day, "in_house", 1) for day in {night.night for night in booking.nights} if day < left)
    discount = booking.price.discount + booking.price.points_discount
    for night, revenue in zip(booking.nights, room_revenues(booking.nights, discount), strict=True):
        if status in {"reserved", "paid", *HERE} or (status == "no_show" and night.night == stay.check_in):
            yield night.night, "sold", night.units
            yield night.night, "room_revenue", revenue.fen


def audits_ask_once(stage: Stage, books: Books) -> None:
    """However often a night was audited, each question is asked once, and waits as long as what it is about."""
    turn_the_day_again(stage)
    faults = [make_audits(stage), make_audits(stage)]
    assert not any(faults), faults
    hotel = f"/api/staff/hotels/{stage.rooms['wide']['hotel_id']}"
    yesterday = stage.world.today - timedelta(days=1)
    state = stage.admin.client.get(f"{hotel}/night-audit?date={yesterday}")["status"]
    assert state == "done", state
    uneven = {it.order_no for it in books.bookings if not it.is_even}
    dirty = {it["number"] for it in stage.admin.client.get(f"{hotel}/house")["items"] if it["housekeeping"] == "dirty"}
    asked = [
        it for day in (yesterday, stage.world.today) for it in _questions(stage, f"{hotel}/night-audit?date={day}")
    ]
    subjects = Counter((it["kind"], _subject(it)) for it in asked)
    assert set(subjects.values()) <= {1}, subjects
    assert {kind for kind, _ in subjects} <= {"number", "folio"}, subjects
    waiting = {(it["kind"], _subject(it)) for it in asked if it["open"]}
    assert {number for kind, number in waiting if kind == "number"} == dirty, (waiting, dirty)
    for kind, subject in subjects:
        assert kind == "number" or ((kind, subject) in waiting) == (subject in uneven), (subject, waiting, uneven)


def _questions(stage: Stage, path: str) -> Iterator[dict[str, Any]]:
    return pages(stage.admin.client, path)


def _subject(question: dict[str, Any]) -> str:
    found: str = question["number"] if question["kind"] == "number" else question["booking"]["order_no"]
    return found
