"""Whatever happens to bookings, and however their events come, the reports are what the bookings say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, next_states
from posthouse.domain.event import Event, EventType
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import Price
from posthouse.domain.report import Tally, counts_of
from posthouse.domain.stay import Stay
from posthouse.domain.terms import BookedNight
from posthouse.services.reports import counting
from posthouse.services.reports.counting import count_booking
from posthouse.store import reports
from posthouse.store.bookings import BookingRow, create
from posthouse.store.reports import PeriodRow
from posthouse.store.transaction import Transaction
from tests.integration.house import NOW, TODAY, House, client, stored_rows
from tests.integration.paid_stay import PaidStay
from tests.integration.recounted import recounted, reported
from tests.unit.reports.test_report import booking

HOTEL = "H1"


def lose(table: str) -> None:
    """Delete all rows of a table."""
    keys = {
        "report-periods": ("hotel_id", "period"),
        "report-sources": ("hotel_id", "source"),
        "bookings": ("order_no",),
    }
    for row in stored_rows(f"posthouse-{table}"):
        client("dynamodb").delete_item(TableName=f"posthouse-{table}", Key={name: row[name] for name in keys[table]})


def write(one: Booking) -> None:
    """Store a booking as it is, whatever was there."""
    transaction = Transaction()
    create(transaction, one)
    BookingRow(one.order_no).delete()
    assert transaction.commit() is None


@st.composite
def lives(draw: Callable[[Any], Any]) -> list[Booking]:
    """The versions of one booking: moves, changes of its stay, its prices and its discount."""
    n = draw(st.integers(0, 2))
    one = replace(booking(BookingState.PENDING_PAYMENT), order_no=f"B{n}", version=1)
    found = [replace(one, timeline=(Moment(BookingState.PENDING_PAYMENT, NOW),))]
    for _ in range(draw(st.integers(1, 5))):
        last = found[-1]
        after = sorted(next_states(last.status))
        if after and draw(st.booleans()):
            found.append(last.moved(draw(st.sampled_from(after)), NOW + timedelta(hours=draw(st.integers(0, 90)))))
            continue
        begin = TODAY + timedelta(days=draw(st.integers(0, 30)))
        rows = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 999)), min_size=1, max_size=4))
        booked = tuple(BookedNight(begin + timedelta(days=d), *_night(it), f"R{d % 2}") for d, it in enumerate(rows))
        price = Price.of(sum((night.amount for night in booked), ZERO), Money(draw(st.integers(0, 500))))
        stay = Stay(begin, begin + timedelta(days=len(rows)))
        found.append(replace(last, stay=stay, nights=booked, price=price, version=last.version + 1))
    return found


def _night(it: tuple[int, int]) -> tuple[int, Money]:
    return it[0], Money(it[1])


@given(st.lists(lives(), min_size=1, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_reports_are_the_bookings_whenever_and_however_often_events_come(
    house: House, found: list[list[Booking]], chance: Any
) -> None:
    def act() -> str:
        for table in ("report-periods", "report-sources", "bookings"):
            lose(table)
        waiting: list[str] = []
        for version in [version for life in found for version in life]:
            write(version)
            waiting += [version.order_no] * chance.randint(0, 2)
            chance.shuffle(waiting)
            while waiting and chance.random() < 0.5:
                count_booking(HOTEL, waiting.pop(), NOW)
        for order_no in [*waiting, *(life[-1].order_no for life in found)]:
            count_booking(HOTEL, order_no, NOW)
        assert reported(HOTEL) == recounted(HOTEL)
        return ""

    house.as_function("rebuild_reports", act)


def test_two_that_count_one_booking_at_once_count_it_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> str:
        write(booking())
        read = reports.read_with_booking

        def late(hotel_id: str, order_no: str) -> Any:
            seen = read(hotel_id, order_no)
            monkeypatch.setattr(reports, "read_with_booking", read)
            write(replace(booking(BookingState.CHECKED_IN), version=3))
            assert counting.count_booking(hotel_id, order_no, NOW), "the other is faster"
            return seen

        monkeypatch.setattr(reports, "read_with_booking", late)
        assert counting.count_booking(HOTEL, "B1", NOW) is False
        assert reported(HOTEL) == counts_of(booking(BookingState.CHECKED_IN))
        return ""

    house.as_function("count_booking", act)


def test_a_stay_that_moves_by_half_a_year_is_one_transaction(house: House) -> None:
    def act() -> str:
        long = booking(prices=(100,) * 85)
        write(long)
        count_booking(HOTEL, "B1", NOW)
        far = timedelta(days=200)
        moved = tuple(replace(night, night=night.night + far) for night in long.nights)
        later = Stay(long.stay.check_in + far, long.stay.check_out + far)
        write(replace(long, nights=moved, stay=later, version=3))
        assert count_booking(HOTEL, "B1", NOW)
        assert reported(HOTEL) == recounted(HOTEL)
        return ""

    house.as_function("count_booking", act)


def _event(order_no: str, hotel_id: str, at: datetime = NOW) -> str:
    facts = {"order_no": order_no, "hotel_id": hotel_id}
    return Event(EventType.BOOKING_PAID, order_no, 2, at, facts, "test").to_json()


def test_an_event_of_a_booking_that_is_not_there_is_taken(house: House) -> None:
    assert house.feed("count_booking", [_event("B1", HOTEL)]) == []


# ---------------------------------------------------------------- rebuilding


def rebuild(house: House, stay: PaidStay) -> tuple[int, int, int]:
    done = house.invoke("rebuild_reports", {"from": stay.room["hotel_id"]})
    assert (done["hotel_id"], done["next"]) == (stay.room["hotel_id"], None)
    return done["bookings"], done["nights"], done["rows"]


@pytest.mark.parametrize("lost", [["report-periods"], ["report-sources"], ["report-periods", "report-sources"]])
def test_lost_reports_are_rebuilt_from_bookings_and_nights(house: House, lost: list[str]) -> None:
    stay = PaidStay(house, begin=0, units=4)
    PaidStay(house, begin=1, room=stay.room, token=house.guest("13900000002"))
    cancelled = PaidStay(house, begin=2, room=stay.room, token=house.guest("13900000003"))
    cancelled.cancel().must(200)
    house.settle()
    before = reported(stay.room["hotel_id"])
    assert before == recounted(stay.room["hotel_id"])
    assert rebuild(house, stay) == (0, 0, 0), "nothing differs"
    for table in lost:
        lose(table)
    assert sum(rebuild(house, stay)) > 0
    assert reported(stay.room["hotel_id"]) == before
    assert rebuild(house, stay) == (0, 0, 0)


def test_a_rebuilding_misses_nothing_that_is_counted_meanwhile(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stay = PaidStay(house, begin=0, units=4)
    hotel_id = stay.room["hotel_id"]
    lose("report-periods")
    read = reports.all_noted

    def meanwhile(asked: str) -> Any:
        monkeypatch.setattr(reports, "all_noted", read)
        noted = list(read(asked))
        PaidStay(house, begin=1, room=stay.room, token=house.guest("13900000002"))
        return iter(noted)

    monkeypatch.setattr(reports, "all_noted", meanwhile)
    rebuild(house, stay)
    assert reported(hotel_id) == recounted(hotel_id)


def test_rebuilding_goes_through_the_hotels_one_by_one(house: House) -> None:
    first, second = sorted(house.hotel()["hotel_id"] for _ in range(2))
    done = house.invoke("rebuild_reports", {})
    assert (done["hotel_id"], done["next"]) == (first, second)
    done = house.invoke("rebuild_reports", {"from": second})
    assert (done["hotel_id"], done["next"]) == (second, None)


def test_a_room_type_whose_deletion_nobody_told_is_taken_out(house: House) -> None:
    stay = PaidStay(house, begin=0)
    hotel_id = stay.room["hotel_id"]
    other = house.room(hotel_id=hotel_id, nights=3)
    house.settle()
    for row in house.rows("nights"):
        if row["room_id"]["S"] == other["room_id"]:
            key = {name: row[name] for name in ("room_id", "night")}
            house.dynamodb.delete_item(TableName="posthouse-nights", Key=key)
    rebuild(house, stay)
    assert reported(hotel_id) == recounted(hotel_id)


def test_rows_stay_below_one_write_unit(house: House) -> None:
    """A busy hotel: each write of a row larger than 1 kB would cost twice as much."""
    busy = Tally(9999, 999, 9999, 99_999_999, 999, 999, 999, 99, 99, 99_999_999)
    names = PeriodRow.get_attributes()
    row = {"hotel_id": "H" * 27, "period": "2026-11-16"}
    letters = dict(zip("uosradinch", busy.numbers, strict=True))
    size = sum(len(name) + len(value) for name, value in row.items()) + len("version") + 4
    for name in names.keys() - {*row, "version"}:
        size += len(name) + (len(str(letters[name[0]])) + 1) // 2 + 1
    assert size < 1024, size
