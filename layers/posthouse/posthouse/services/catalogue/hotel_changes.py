"""Admins change a hotel.

A booking keeps the zone and the hours that it was made under, so a change never moves what a guest was told. But one
front desk cannot work by two zones: the time zone cannot change while guests have stays ahead. A booking that is made
in the very moment of the change keeps the old zone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.catalogue import Hotel, StaysAhead
from posthouse.domain.refusal import InvalidRequest, NotFound, VersionConflict
from posthouse.services.catalogue.catalogue_changes import hotel_audit, tell
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import booking_lists, hotels
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def update_hotel(
    wanted: Hotel, kept: Collection[str], caller: Principal, step: Step
) -> Hotel | NotFound | VersionConflict | StaysAhead | InvalidRequest:
    """Change a hotel. ``wanted`` carries the version that the caller has read; ``kept`` names the fields that stay.

    Its time zone stays while guests have stays ahead. New hours hold for new bookings.
    """
    for _ in range(ATTEMPTS):
        read = hotels.get_hotel(wanted.hotel_id)
        if read is None:
            return NotFound("hotel")
        if read.version != wanted.version:
            return VersionConflict(wanted.version)
        if wanted.clock.time_zone != read.clock.time_zone:
            ahead = booking_lists.open_arrivals(read.hotel_id, read.clock.business_date(step.now))
            if ahead:
                return StaysAhead(tuple(sorted(ahead)))
        early = (offer.day_use.unfit(wanted.clock) for offer in read.offers if offer.day_use is not None)
        if any(early):
            return InvalidRequest("day_turns_at", "must not be after a room type's day_use.from")
        stays = {name: getattr(read, name) for name in ("offers", *kept)}
        changed = replace(wanted, version=read.version + 1, revision=read.revision + 1, **stays)
        transaction = Transaction()
        hotels.update_hotel(transaction, changed)
        tell(transaction, changed, None, step)
        actor, before = step.actor(caller.subject), hotel_audit(read)
        record(transaction, actor, "update_hotel", read.hotel_id, before=before, after=hotel_audit(changed))
        if transaction.commit() is None:
            return changed
    raise busy(wanted.hotel_id)
