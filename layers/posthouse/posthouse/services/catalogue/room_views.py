"""Keeps the catalogue's read model fresh, and records every renewal in the change log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from posthouse.domain.catalogue_view import summary_of, view_of
from posthouse.services.step import busy
from posthouse.store import change_log, hotel_summaries, hotels, inbox, room_views
from posthouse.store.catalogue_snapshot import Snapshot, snapshot
from posthouse.store.change_log import Change
from posthouse.store.transaction import Failed, Transaction, jitter

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step

TRIES = 20
"""Two renewals at once conflict on the change log's counter, and one of them has to retry."""


def refresh(event: Event, consumer: str, step: Step) -> bool:
    """Renew the views of the changed hotel or room type, once. Returns False if the event was done before.

    A broadcast only names what changed. The views are built from the source tables and never replace newer ones, so
    broadcasts may arrive twice and in any order.
    """
    change = Change(event.payload["hotel_id"], event.payload.get("room_id"))

    def once() -> Failed | None:
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        return _renew(transaction, change, step.now)

    return _until_renewed(once)


def rebuild(hotel_ids: Iterable[str], step: Step) -> int:
    """Renew all views of the hotels, after the read model was lost or its form has changed. Returns how many hotels."""
    changes = [Change(hotel_id, None) for hotel_id in hotel_ids]
    for change in changes:
        _until_renewed(lambda change=change: _renew(Transaction(), change, step.now))  # type: ignore[misc]
    return len(changes)


def _until_renewed(once: Callable[[], Failed | None]) -> bool:
    for attempt in range(TRIES):
        failed = once()
        if failed is None or inbox.DONE in failed:
            return failed is None
        time.sleep(jitter(attempt))
    raise busy("the change log")


def _renew(transaction: Transaction, change: Change, now: datetime) -> Failed | None:
    last = change_log.last_number()
    change_log.append(transaction, last, change, now)
    found = _snapshot(change)
    if found is not None:
        hotel_summaries.put_summary(transaction, summary_of(found.hotel))
        on_offer = {offer.room_id for offer in found.hotel.offers}
        for room in found.rooms:
            if room.room_id in on_offer:
                room_views.put_view(transaction, view_of(found.hotel, room))
        if change.room_id is not None and change.room_id not in on_offer:
            room_views.bury_view(transaction, change.room_id, found.hotel.revision, now)
    return transaction.commit()


def _snapshot(change: Change) -> Snapshot | None:
    if change.room_id is not None:
        return snapshot(change.hotel_id, [change.room_id])
    hotel = hotels.get_hotel(change.hotel_id)
    # A room type that is added between the two reads has its own broadcast.
    return None if hotel is None else snapshot(change.hotel_id, [offer.room_id for offer in hotel.offers])
