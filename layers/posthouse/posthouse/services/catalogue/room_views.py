"""Keeps the catalogue's read model fresh, and records every renewal in the change log.

A change of a hotel or room type renews their views, a change of nights the calendar of their room type. The log says
which it was, so that caches drop no more than what changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from posthouse.domain.catalogue_view import summary_of, view_of
from posthouse.domain.days import business_dates
from posthouse.domain.event import EventType
from posthouse.domain.room_calendar import packed_calendar
from posthouse.services.step import busy
from posthouse.store import change_log, hotel_summaries, hotels, inbox, nights, room_calendars, room_views, rooms
from posthouse.store.catalogue_snapshot import Snapshot, snapshot
from posthouse.store.change_log import Change
from posthouse.store.transaction import Failed, Transaction, jitter

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step

TRIES = 20
"""Two renewals at once conflict on the change log's counter, and one of them has to retry."""


def refresh(event: Event, consumer: str, step: Step) -> bool:
    """Renew what is kept of the changed hotel, room type or nights, once. Returns False if the event was done before.

    A broadcast only names what changed. The views are built from the source tables and never replace newer ones, so
    broadcasts may arrive twice and in any order.
    """
    of_nights = event.type is EventType.NIGHTS_CHANGED
    change = Change(event.payload["hotel_id"], event.payload.get("room_id"), of_nights)

    def once() -> Failed | None:
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        return _renew(transaction, change, step.now)

    return _until_renewed(once)


def rebuild(hotel_ids: Iterable[str], step: Step) -> int:
    """Renew all views and calendars of the hotels, after they were lost or their form has changed.

    Returns how many hotels.
    """
    rebuilt = 0
    for hotel_id in hotel_ids:
        for change in (Change(hotel_id, None), Change(hotel_id, None, calendar=True)):
            _until_renewed(lambda change=change: _renew(Transaction(), change, step.now))  # type: ignore[misc]
        rebuilt += 1
    return rebuilt


def _until_renewed(once: Callable[[], Failed | None]) -> bool:
    for attempt in range(TRIES):
        failed = once()
        if failed is None or inbox.DONE in failed:
            return failed is None
        time.sleep(jitter(attempt))
    raise busy("the change log")


def _renew(transaction: Transaction, change: Change, now: datetime) -> Failed | None:
    change_log.append(transaction, change_log.last_number(), change, now)
    renew = _renew_calendars if change.calendar else _renew_views
    renew(transaction, change, now)
    return transaction.commit()


def _renew_views(transaction: Transaction, change: Change, now: datetime) -> None:
    found = _snapshot(change)
    if found is not None:
        hotel_summaries.put_summary(transaction, summary_of(found.hotel))
        on_offer = {offer.room_id for offer in found.hotel.offers}
        for room in found.rooms:
            if room.room_id in on_offer:
                room_views.put_view(transaction, view_of(found.hotel, room))
        if change.room_id is not None and change.room_id not in on_offer:
            room_views.bury_view(transaction, change.room_id, found.hotel.revision, now)


def _renew_calendars(transaction: Transaction, change: Change, now: datetime) -> None:
    """Renew the calendars of a room type, or of all those of a hotel, with their nights from today on.

    The number of a room type's changes is read before its nights, so they are never older than it says.
    """
    first, _ = business_dates(now)
    for room_id in [change.room_id] if change.room_id is not None else _rooms_of(change.hotel_id):
        room = rooms.get_room(room_id)
        if room is None:
            room_calendars.bury_calendar(transaction, room_id, now)
        else:
            calendar = packed_calendar(nights.read_ahead(room_id, first))
            room_calendars.put_calendar(transaction, room_id, room.calendar, calendar)


def _rooms_of(hotel_id: str) -> list[str]:
    hotel = hotels.get_hotel(hotel_id)
    return [] if hotel is None else [offer.room_id for offer in hotel.offers]


def _snapshot(change: Change) -> Snapshot | None:
    if change.room_id is not None:
        return snapshot(change.hotel_id, [change.room_id])
    hotel = hotels.get_hotel(change.hotel_id)
    # A room type that is added between the two reads has its own broadcast.
    return None if hotel is None else snapshot(change.hotel_id, [offer.room_id for offer in hotel.offers])
