"""The numbers of a stay: chosen and given in the transaction of a step, and freed in that of the step that ends it.

A booking without numbers costs no call and no item more. To free numbers nothing has to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import BookingState
from posthouse.domain.house import Number, NumberTaken, NumberUnknown, Period, period_of
from posthouse.domain.refusal import InvalidRequest
from posthouse.domain.value import Value
from posthouse.store import bookings, numbers

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.domain.booking import Booking
    from posthouse.domain.refusal import Refusal
    from posthouse.store.transaction import Transaction


class Keys(Value):
    """What to do so that a booking has ``numbers``: these are given as they were read, those go back.

    ``period`` is the nights from the business date ``today`` on; ``go_in`` says that its guest is in them from now on.
    """

    numbers: tuple[str, ...]
    given: tuple[Number, ...]
    dropped: tuple[str, ...]
    period: Period
    today: date
    go_in: bool

    def give(self, transaction: Transaction, booking: Booking) -> list[Action]:
        """Give and free the numbers. Returns the changes of the booking's row, for the step that writes it.

        Fails as ``number:<number>`` if one of them has changed since it was read.
        """
        for number in self.given:
            # One that its guest is in keeps the date since when.
            goes_in = self.go_in and number.occupied_by != booking.order_no
            numbers.assign(transaction, number, booking.order_no, self.period, self.today if goes_in else None)
        free(transaction, booking, self.dropped, self.today)
        return [] if self.numbers == booking.numbers else [bookings.has_numbers(self.numbers)]

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the audit log says of them; nothing where there are none."""
        return {"numbers": list(self.numbers)} if self.numbers or self.dropped else {}


def choose_numbers(booking: Booking, wanted: Sequence[str] | None, today: date, *, go_in: bool) -> Keys | Refusal:
    """Returns what to do so that a booking has these numbers, or why that is not possible; None: those that it has.

    ``go_in`` says that its guest gets the keys now. AWS calls: none if no number is touched, else one.
    """
    chosen = booking.numbers if wanted is None else tuple(wanted)
    touched = [number for number in chosen if go_in or number not in booking.numbers]
    return _keys(booking, booking, chosen, touched, _When(today, go_in or booking.status is BookingState.CHECKED_IN))


def choose_after_change(booking: Booking, after: Booking, wanted: Sequence[str] | None, today: date) -> Keys | Refusal:
    """Returns what to do so that a booking has these numbers after a change; None: those that it has.

    Another room type drops them. Other dates are noted with each that stays. AWS calls: as ``choose_numbers``.
    """
    stays = booking.numbers if after.room_id == booking.room_id else ()
    chosen = stays if wanted is None else tuple(wanted)
    touched = [number for number in chosen if number not in stays or after.stay != booking.stay]
    return _keys(booking, after, chosen, touched, _When(today, booking.status is BookingState.CHECKED_IN))


class _When(Value):
    """The business date, and whether the guest is in the rooms from now on."""

    today: date
    is_in: bool


def _keys(
    booking: Booking, after: Booking, chosen: tuple[str, ...], touched: Sequence[str], when: _When
) -> Keys | Refusal:
    if len(chosen) > after.units:
        return InvalidRequest("numbers", f"this booking has {after.units} rooms")
    dropped = tuple(number for number in booking.numbers if number not in chosen)
    today, is_in = when.today, when.is_in
    period = period_of(after.stay.check_in, after.stay.check_out, today)
    found = numbers.get_many(booking.hotel_id, touched) if touched else {}
    unknown = tuple(it for it in touched if it not in found or found[it].room_id != after.room_id)
    if unknown:
        return NumberUnknown(unknown)
    taken = tuple(it for it in touched if found[it].is_taken(booking.order_no, period, now=is_in))
    if taken:
        return NumberTaken(taken)
    return Keys(chosen, tuple(found[it] for it in touched), dropped, period, today, is_in)


def free(transaction: Transaction, booking: Booking, some: Iterable[str], today: date | None) -> None:
    """Free some numbers of a booking; those that its guest was in are dirty, on a business date.

    Without a date they stay as they are: the guest was in them by mistake.
    """
    was_in = booking.status is BookingState.CHECKED_IN
    for number in some:
        numbers.free(
            transaction,
            booking.hotel_id,
            number,
            booking.order_no,
            was_in=was_in,
            dirty_on=today if was_in else None,
        )
