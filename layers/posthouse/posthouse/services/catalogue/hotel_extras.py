"""Staff create and change what their hotel sells with a stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.price import MAX_EXTRAS, Extra, TooManyExtras
from posthouse.domain.refusal import NotFound, VersionConflict
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import extras, hotels
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def create_extra(extra: Extra, caller: Principal, step: Step) -> Extra | NotFound | TooManyExtras:
    """Create an extra in a hotel that the caller serves."""
    if not caller.serves(extra.hotel_id) or hotels.get_hotel(extra.hotel_id) is None:
        return NotFound("hotel")
    transaction = Transaction()
    hotels.count_extra(transaction, extra.hotel_id, MAX_EXTRAS)
    extras.create_extra(transaction, extra)
    record(transaction, step.actor(caller.subject), "create_extra", extra.extra_id, after=_audit(extra))
    return extra if transaction.commit() is None else TooManyExtras()


def update_extra(wanted: Extra, caller: Principal, step: Step) -> Extra | NotFound | VersionConflict:
    """Change an extra. ``wanted`` carries the version that the caller has read. Bookings keep what they booked."""
    for _ in range(ATTEMPTS):
        read = extra_for_staff(wanted.hotel_id, wanted.extra_id, caller)
        if isinstance(read, NotFound):
            return read
        if read.version != wanted.version:
            return VersionConflict(wanted.version)
        changed = replace(wanted, version=read.version + 1)
        transaction = Transaction()
        extras.update_extra(transaction, changed)
        actor = step.actor(caller.subject)
        record(transaction, actor, "update_extra", read.extra_id, before=_audit(read), after=_audit(changed))
        if transaction.commit() is None:
            return changed
    raise busy(wanted.extra_id)


def extra_for_staff(hotel_id: str, extra_id: str, caller: Principal) -> Extra | NotFound:
    """Returns an extra of a hotel that the caller serves."""
    found = extras.get_extra(hotel_id, extra_id) if caller.serves(hotel_id) else None
    return NotFound("extra") if found is None else found


class ExtraPage(Value):
    """One page; ``after`` is the id of its last extra if more follow."""

    items: list[Extra]
    after: str | None


def extras_of(hotel_id: str, limit: int, after: str | None, *, only_enabled: bool = False) -> ExtraPage:
    """Returns a page of a hotel's extras, in the order of their creation. They are few: one read for all of them."""
    found = (extra for extra in extras.list_extras(hotel_id) if extra.enabled or not only_enabled)
    waiting = [extra for extra in found if after is None or extra.extra_id > after]
    page = waiting[:limit]
    return ExtraPage(page, page[-1].extra_id if len(waiting) > limit else None)


def _audit(extra: Extra) -> dict[str, object]:
    return {"hotel_id": extra.hotel_id, **extras.extra_facts(extra)}
