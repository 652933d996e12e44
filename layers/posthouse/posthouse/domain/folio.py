"""A stay's folio: the ledger of what is owed for it and of what was paid.

Lines of what was booked are derived from the booking. All other lines are rows that are only ever added. The booking
keeps the two sums. docs/decisions/0052-a-folio-for-every-stay.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking, Ending
    from posthouse.domain.terms import Terms


class LineKind(StrEnum):
    """What a line is for. ``payment`` and ``refund`` are money; all others are charges."""

    ROOM = "room"
    EXTRA = "extra"
    DISCOUNT = "discount"
    CHANGE = "change"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    PAYMENT = "payment"
    REFUND = "refund"


MONEY = frozenset({LineKind.PAYMENT, LineKind.REFUND})
"""Lines of money that came in or went back."""


class DeskMethod(StrEnum):
    """How money is taken at the desk, and given back there: no provider has it."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    OTHER = "other"


_AT_THE_DESK = frozenset(DeskMethod)

SYSTEM = "system"
"""Who adds a line that no person causes."""


class Line(Value):
    """One line. ``amount`` is positive where it raises what the guest owes, negative where it lowers it.

    ``method`` is the way of a payment or refund, ``number`` the id of the payment or of the refund, ``reference`` what
    staff noted with a payment at the desk. ``night`` is the date that a room's line is for.
    """

    line_id: str
    kind: LineKind
    description: str
    amount: Money
    at: datetime
    by: str
    method: str | None = None
    number: str | None = None
    night: date | None = None
    reference: str | None = None

    @property
    def is_desk_money(self) -> bool:
        """Whether it is money that was taken or given back at the desk."""
        return self.method in _AT_THE_DESK


class Folio(Value):
    """The lines of a stay, oldest first, and their sums: ``charges - paid = balance``."""

    lines: tuple[Line, ...]

    @property
    def charges(self) -> Money:
        """What the guest was charged."""
        return charged(self.lines)

    @property
    def paid(self) -> Money:
        """What came in less what went back."""
        return received(self.lines)

    @property
    def balance(self) -> Money:
        """What is still owed; negative if the guest has a credit."""
        return self.charges - self.paid


def charged(lines: Iterable[Line]) -> Money:
    """Returns the sum of the charges."""
    return sum((line.amount for line in lines if line.kind not in MONEY), ZERO)


def received(lines: Iterable[Line]) -> Money:
    """Returns the money that came in, less what went back."""
    return sum((ZERO - line.amount for line in lines if line.kind in MONEY), ZERO)


class Entry(Value):
    """What one step adds to a folio: lines, and what a cancel or no-show undoes.

    ``by`` is who ended the stay. ``settles`` is the payment whose money has come to the folio by this step.
    """

    lines: tuple[Line, ...] = ()
    undone: Money = ZERO
    by: str = ""
    settles: str | None = None

    @property
    def charges(self) -> Money:
        """By how much it changes what was charged."""
        return charged(self.lines) - self.undone

    @property
    def paid(self) -> Money:
        """By how much it changes what was paid."""
        return received(self.lines)

    @property
    def desk(self) -> Money:
        """By how much it changes what the desk has taken and not given back."""
        return received(line for line in self.lines if line.is_desk_money)


NOTHING = Entry()
"""A step that leaves the folio as it is."""


def folio_of(booking: Booking, added: Iterable[Line]) -> Folio:
    """Returns the folio of a booking: what was booked first, then by their time its changes and the ``added`` lines."""
    undone = [] if booking.ending is None else [_undone(booking.ending)]
    later = sorted(
        [*added, *_changed(booking), *undone],
        key=lambda line: (line.at, line.kind is not LineKind.CHANGE, line.line_id),
    )
    return Folio((*_booked(booking), *later))


class _Item(Value):
    """A part of the price: the name of its line and what the line says. ``of`` tells parts of one night apart."""

    name: str
    kind: LineKind
    description: str
    night: date | None = None
    of: tuple[str, int] | None = None


def _booked(booking: Booking) -> Iterator[Line]:
    """Returns the lines of what was booked first."""
    by = booking.made_by or booking.user_id
    terms = booking.booked_terms
    for item, amount in _items(terms, {terms.room_id: terms.room_name}).items():
        yield Line(item.name, item.kind, item.description, amount, booking.created_at, by, night=item.night)


def _changed(booking: Booking) -> Iterator[Line]:
    """Returns the lines of what changed later. With those of ``_booked`` they sum to the booking's ``payable``."""
    followed_by = (*(change.was for change in booking.changes[1:]), booking.terms)
    for number, (change, terms) in enumerate(zip(booking.changes, followed_by, strict=bool(booking.changes)), start=1):
        before, after = (_items(each, booking.room_names) for each in (change.was, terms))
        for place, item in enumerate(dict.fromkeys((*before, *after))):
            amount = after.get(item, ZERO) - before.get(item, ZERO)
            if amount != ZERO:
                name = f"change-{number:02}-{place:03}"
                yield Line(name, item.kind, item.description, amount, change.at, change.by, night=item.night)


def _items(terms: Terms, room_names: Mapping[str, str]) -> dict[_Item, Money]:
    """Returns the parts of a price that cost or take off something. They sum to ``payable``.

    Units of one night at one price are one part: so a change shows what was given up and what was added.
    """
    items: dict[_Item, Money] = {}
    for each in terms.nights:
        room = room_names[each.room_id]
        item = _Item(f"room-{each.night}", LineKind.ROOM, room, each.night, (each.room_id, each.price.fen))
        items[item] = items.get(item, ZERO) + each.amount
    items[_Item("guests", LineKind.ROOM, "extra guests")] = terms.price.guests
    for extra in terms.extras:
        items[_Item(f"extra-{extra.extra_id}", LineKind.EXTRA, extra.name)] = extra.amount
    for name, amount in (("coupon", terms.price.discount), ("points", terms.price.points_discount)):
        items[_Item(f"discount-{name}", LineKind.DISCOUNT, name)] = ZERO - amount
    # Nights and extras are told of also where they cost nothing.
    optional = {"guests", "discount-coupon", "discount-points"}
    return {item: amount for item, amount in items.items() if amount != ZERO or item.name not in optional}


def _undone(ending: Ending) -> Line:
    return Line("ending", LineKind.CHANGE, str(ending.status), ZERO - ending.undone, ending.at, ending.by)


class FolioClosed(Refusal):
    """No line can be added: the stay is not paid yet, or was cancelled."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The booking is {self.status}; its folio takes no lines."
