"""Keeps the reports in step with bookings and nights: whatever an event tells, its source is read and counted anew.

So it does not matter in which order events arrive, or how often: docs/decisions/0062-reports.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from posthouse.domain.event import EventType
from posthouse.domain.report import PERIOD, Counts, by_period, counts_of, counts_of_nights, periods_between, total
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import nights, reports
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Night, Room
    from posthouse.domain.event import Event
    from posthouse.services.step import Step
    from posthouse.store.reports import Noted, Source


def count_event(event: Event, step: Step) -> bool:
    """Count what an event's booking, or its nights, stand for now. Returns False if that was counted.

    AWS calls of a booking: one read, and a transaction if something else counts.
    """
    facts = event.payload
    if event.type is not EventType.NIGHTS_CHANGED:
        return count_booking(facts["hotel_id"], facts["order_no"], step.now)
    begin, end = date.fromisoformat(facts["from"]), date.fromisoformat(facts["to"])
    return count_nights(facts["hotel_id"], facts["room_id"], periods_between(begin, end), step.now) > 0


def count_booking(hotel_id: str, order_no: str, now: datetime | None) -> bool:
    """Count what a booking stands for. Returns False if it was counted. ``now`` None: it is in no pick-up.

    Raises StoreBusy if others count it each time.
    """
    for _ in range(ATTEMPTS):
        booking, was = reports.read_with_booking(hotel_id, order_no)
        if booking is None:
            return False
        counts = counts_of(booking)
        if counts == was.counts:
            return False
        transaction = Transaction()
        reports.note(transaction, reports.booking_source(booking), was, counts, now)
        if transaction.commit() is None:
            return True
    raise busy(order_no)


def count_nights(hotel_id: str, room_id: str, periods: Iterable[date], now: datetime | None) -> int:
    """Count the units of a room type's nights in whole periods. Returns how many periods have changed.

    AWS calls: two reads, and a transaction for each period that has changed.
    """
    wanted = {period: reports.nights_source(hotel_id, room_id, period) for period in periods}
    for _ in range(ATTEMPTS):
        room, noted = reports.noted_of_room(room_id, wanted.values())
        before = total(each.counts for each in noted.values())
        opened = nights.read_range(room_id, min(wanted), max(wanted) + PERIOD)
        counts = by_period(counts_of_nights(_by_the_night(opened, room, before)))
        found = {source: counts.get(period, {}) for period, source in wanted.items()}
        changed = {source: it for source, it in found.items() if it != noted[source].counts}
        done = [_noted(source, noted[source], of_source, now) for source, of_source in changed.items()]
        if all(done):
            return len(changed)
    raise busy(room_id)


def _by_the_night(opened: Iterable[Night], room: Room | None, before: Counts) -> list[Night]:
    """Returns the nights of dates on which a room type is sold by the night.

    Of one that is gone nobody knows how it was sold: these are the dates that were counted before.
    """
    return [each for each in opened if (each.night in before if room is None else room.sells_night(each.night))]


def _noted(source: Source, was: Noted, counts: Counts, now: datetime | None) -> bool:
    transaction = Transaction()
    reports.note(transaction, source, was, counts, now)
    return transaction.commit() is None
