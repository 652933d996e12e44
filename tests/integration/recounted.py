"""The reports counted again from all bookings and all nights, by adding them up."""

from __future__ import annotations

from datetime import date

from posthouse.domain.report import NONE, Counts, Tally, counts_of, counts_of_nights, total
from posthouse.store import reports
from posthouse.store.bookings import BookingRow
from posthouse.store.nights import NightRow
from posthouse.store.rooms import RoomRow
from tests.integration.house import House
from tests.integration.ledgers import every


def _without_nothing(counts: Counts) -> dict[date, Tally]:
    return {day: tally for day, tally in counts.items() if tally != NONE}


def reported(hotel_id: str) -> dict[date, Tally]:
    """What the rows of a hotel's reports say."""
    return _without_nothing(total(row.counts for row in reports.all_sums(hotel_id).values()))


def recounted(hotel_id: str) -> dict[date, Tally]:
    """What its bookings and the nights of its room types say."""
    bookings = [row.to_domain() for row in every(BookingRow) if row.hotel_id == hotel_id]
    rooms = {row.room_id: row.to_domain() for row in every(RoomRow) if row.hotel_id == hotel_id}
    nights = [row.to_domain() for row in every(NightRow) if row.room_id in rooms]
    slept = [counts_of_nights([each]) for each in nights if rooms[each.room_id].sells_night(each.night)]
    return _without_nothing(total([*map(counts_of, bookings), *slept]))


def assert_reported(house: House) -> None:
    """After all messages were delivered, each hotel's reports are what its bookings and nights say."""

    def compare() -> str:
        for row in house.rows("hotels"):
            hotel_id = row["hotel_id"]["S"]
            assert reported(hotel_id) == recounted(hotel_id)
        return ""

    house.as_function("rebuild_reports", compare)
