"""What is requested of a stay: by its guest, or by staff for one."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Source
    from posthouse.domain.identity import Principal
    from posthouse.domain.price import Party


class ChosenExtra(Value):
    """How many of an extra a guest wants."""

    extra_id: str
    quantity: int


class Desk(Value):
    """What is said of a stay that staff book: it needs no payment, and is held until a time, if one is given.

    ``despite_restrictions``: it may be one that restrictions forbid to guests.
    """

    caller: Principal
    source: Source
    hold_until: datetime | None
    notes: str | None
    despite_restrictions: bool = False


class StayRequest(Value):
    """A stay that a guest requests, or staff for one: then ``user_id`` is empty, and ``desk`` says the rest.

    ``caller_key`` is the Idempotency-Key, ``body_hash`` the hash of the body.
    """

    user_id: str
    room_id: str
    check_in: date
    check_out: date
    party: Party
    guest_name: str
    phone_number: str
    arrival_time: str | None
    coupon_id: str | None
    expected_total: int | None
    caller_key: str
    body_hash: str
    extras: tuple[ChosenExtra, ...] = ()
    requests: str | None = None
    desk: Desk | None = None
    rate_plan_id: str | None = None

    @property
    def despite_restrictions(self) -> bool:
        return self.desk is not None and self.desk.despite_restrictions

    def may_book_at(self, hotel_id: str) -> bool:
        """Whether who books may do so at this hotel: guests at every one, staff at theirs."""
        return self.desk is None or self.desk.caller.serves(hotel_id)
