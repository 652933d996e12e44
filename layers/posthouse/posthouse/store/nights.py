"""Nights on sale, one row for a room type and a date.

``left`` = ``units`` - ``out_of_order`` - ``sold``, which conditions use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from posthouse.domain.catalogue import InventoryMode, Night
from posthouse.domain.money import Money
from posthouse.domain.personal_data import NOTHING
from posthouse.domain.restriction import UNCHANGED, NightRules, RulesChange
from posthouse.domain.value import Value
from posthouse.store.batch import read_rows
from posthouse.store.table import IntAttribute, TableMeta, TableName, changes_to

if TYPE_CHECKING:
    from posthouse.domain.restriction import StayEnds
    from posthouse.domain.terms import BookedNight, RoomNight
    from posthouse.store.transaction import Transaction

NIGHT = "night:"
"""How the names of conditions on nights begin; the date follows."""


FREED = "freed:"
"""How the names of conditions on nights begin that go back on sale; the room type and the date follow."""


class NightRow(Model):
    """One night of one room type. A restriction that it does not have is no attribute."""

    class Meta(TableMeta):
        table_name = TableName("nights")
        personal = NOTHING

    room_id = UnicodeAttribute(hash_key=True)
    night = UnicodeAttribute(range_key=True)
    units = IntAttribute()
    sold = IntAttribute()
    left = IntAttribute()
    price = IntAttribute()
    closed = BooleanAttribute()
    out_of_order = IntAttribute(null=True)
    min_stay = IntAttribute(null=True)
    max_stay = IntAttribute(null=True)
    closed_to_arrival = BooleanAttribute(null=True)
    closed_to_departure = BooleanAttribute(null=True)

    def to_domain(self) -> Night:
        return Night(
            room_id=self.room_id,
            night=date.fromisoformat(self.night),
            units=self.units,
            sold=self.sold,
            price=Money(self.price),
            closed=self.closed,
            out_of_order=self.out_of_order or 0,
            rules=self.rules,
        )

    @property
    def rules(self) -> NightRules:
        """The restrictions of stays that begin or end on this date."""
        return NightRules(self.min_stay, self.max_stay, bool(self.closed_to_arrival), bool(self.closed_to_departure))


class NightChange(Value):
    """What staff set on nights. None keeps an open night's value, and takes the room's default for a new night."""

    units: int | None
    price: Money | None
    closed: bool | None
    rules: RulesChange = UNCHANGED


def key(room_id: str, night: date) -> tuple[str, str]:
    """Returns the key of a night's row."""
    return room_id, night.isoformat()


def read_range(room_id: str, begin: date, end: date) -> list[Night]:
    """Returns a room's open nights from ``begin`` up to, and without, ``end``."""
    rows = NightRow.query(
        room_id,
        NightRow.night.between(begin.isoformat(), end.isoformat()),
        consistent_read=True,
    )
    return [row.to_domain() for row in rows if row.night < end.isoformat()]


def read_ahead(room_id: str, today: date) -> list[Night]:
    """Returns a room's open nights from ``today`` on."""
    rows = NightRow.query(room_id, NightRow.night >= today.isoformat(), consistent_read=True)
    return [row.to_domain() for row in rows]


def dates_of(room_id: str) -> list[date]:
    """Returns the dates of all open nights of a room, past ones too; strongly consistent."""
    rows = NightRow.query(room_id, consistent_read=True, attributes_to_get=["night"])
    return [date.fromisoformat(row.night) for row in rows]


def read_many(room_ids: Iterable[str], wanted: Sequence[date], *, consistent: bool) -> dict[str, dict[date, Night]]:
    """Returns the same nights of several rooms, where they are open. The work grows with rooms times nights."""
    ids = list(room_ids)
    rows = read_rows(((NightRow, key(room_id, night)) for room_id in ids for night in wanted), consistent=consistent)
    return {
        room_id: from_rows({night: rows.get(NightRow, *key(room_id, night)) for night in wanted}) for room_id in ids
    }


def withdraw(transaction: Transaction, night: Night) -> None:
    """Delete a night that nobody has booked. Fails as ``night:<date>`` if somebody has."""
    row = NightRow(*key(night.room_id, night.night))
    transaction.delete(NIGHT + night.night.isoformat(), row, NightRow.sold == 0)


def restore(transaction: Transaction, night: Night) -> None:
    """Write a deleted night again. Fails as ``night:<date>`` if it was opened again meanwhile."""
    row = NightRow(
        *key(night.room_id, night.night),
        units=night.units,
        sold=night.sold,
        left=night.units - night.out_of_order - night.sold,
        price=night.price.fen,
        closed=night.closed,
        out_of_order=night.out_of_order or None,
        **rules_facts(night.rules),
    )
    transaction.put(NIGHT + night.night.isoformat(), row, NightRow.room_id.does_not_exist())


def rules_facts(rules: NightRules) -> dict[str, Any]:
    """Returns the attributes of restrictions, with None for what a row does not have."""
    return {name: value or None for name, value in asdict(rules).items()}


class OpenedNight(Value):
    """A night to open or change, and how many numbers are out of order in it."""

    room_id: str
    night: date
    out_of_order: int


def change(transaction: Transaction, opened: OpenedNight, asked: NightChange, defaults: NightChange) -> None:
    """Open or change a night. Fails as ``night:<date>`` if more units are sold or out of order than it would have.

    What is out of order is as the caller has read it: the caller conditions on that (``rooms.note_calendar_change``).
    """
    units, price, closed = asked.units, asked.price, asked.closed
    actions = [
        NightRow.sold.set(NightRow.sold | 0),
        NightRow.price.set(price.fen if price is not None else NightRow.price | _fen(defaults)),
        NightRow.closed.set(closed if closed is not None else NightRow.closed | False),
        *changes_to(NightRow, asked.rules.asked),
    ]
    if opened.out_of_order:
        actions.append(NightRow.out_of_order.set(opened.out_of_order))
    if units is None:
        left = (defaults.units or 0) - opened.out_of_order
        actions += [NightRow.units.set(NightRow.units | defaults.units), NightRow.left.set(NightRow.left | left)]
        condition: Condition = NightRow.room_id.does_not_exist() | NightRow.room_id.exists()
    else:
        usable = units - opened.out_of_order
        actions += [NightRow.units.set(units), NightRow.left.set(usable - (NightRow.sold | 0))]
        # An unlimited room type is sold beyond its units: those that stay as they are, or grow, are no harm.
        condition = NightRow.sold.does_not_exist() | (NightRow.sold <= usable) | (NightRow.units <= units)
    night = opened.night
    transaction.update(NIGHT + night.isoformat(), NightRow(*key(opened.room_id, night)), actions, condition)


def put_back(transaction: Transaction, before: Night) -> None:
    """Give a night back what staff had set before a change; what is sold stays.

    Fails as ``night:<date>`` if more units are sold than it had. What is out of order is as it was then, which the
    caller conditions on (``rooms.note_calendar_change``).
    """
    usable = before.units - before.out_of_order
    actions = [
        NightRow.units.set(before.units),
        NightRow.left.set(usable - NightRow.sold),
        NightRow.price.set(before.price.fen),
        NightRow.closed.set(before.closed),
        *changes_to(NightRow, rules_facts(before.rules)),
    ]
    row = NightRow(*key(before.room_id, before.night))
    enough = (NightRow.sold <= usable) | (NightRow.units <= before.units)
    transaction.update(NIGHT + before.night.isoformat(), row, actions, enough)


def _fen(change_: NightChange) -> int:
    if change_.price is None:
        raise ValueError("the defaults of a night have a price")
    return change_.price.fen


def check_ends(transaction: Transaction, ends: StayEnds, written: Iterable[tuple[str, date]]) -> None:
    """Check that the restrictions allow a stay, at those of its ends whose rows are not ``written`` by its nights.

    Fails as ``night:<date>``. It holds where there is no row.
    """
    done = {night for room_id, night in written if room_id == ends.room_id}
    for day in ends.dates:
        allowed = _allows(ends, ends.room_id, day)
        if allowed is not None and day not in done:
            transaction.check(NIGHT + day.isoformat(), NightRow, key(ends.room_id, day), allowed)


def _allows(ends: StayEnds, room_id: str, night: date) -> Condition | None:
    """Returns what the row of a date must say of a stay; None if it is not asked."""
    if room_id != ends.room_id or night not in ends.dates:
        return None
    if night == ends.stay.check_out:
        leaves: Condition = NightRow.closed_to_departure.does_not_exist()
        return leaves
    asked: list[Condition] = [NightRow.closed_to_arrival.does_not_exist()] if ends.begins else []
    if ends.has_length:
        nights = len(ends.stay)
        asked.append(NightRow.min_stay.does_not_exist() | (NightRow.min_stay <= nights))
        asked.append(NightRow.max_stay.does_not_exist() | (NightRow.max_stay >= nights))
    return reduce(and_, asked)


def take(
    transaction: Transaction, booked: BookedNight, read: Night, mode: InventoryMode, ends: StayEnds | None = None
) -> None:
    """Sell units of a night, whose price was made from the calendar's as it was read.

    Fails as ``night:<date>`` if the calendar has another price now, or if that is not possible any more. So it does if
    the restrictions of an end of the stay are against it.
    """
    transaction.update(
        NIGHT + booked.night.isoformat(),
        NightRow(*key(booked.room_id, booked.night)),
        [NightRow.sold.add(booked.units), NightRow.left.add(-booked.units)],
        _allowing(ends, booked, _on_sale(booked, read, mode)),
    )


def still_free(transaction: Transaction, booked: BookedNight, read: Night, ends: StayEnds | None = None) -> None:
    """Check what ``take`` checks, but sell nothing: this room's nights are sold when they are paid."""
    name = NIGHT + booked.night.isoformat()
    condition = _allowing(ends, booked, _on_sale(booked, read, InventoryMode.ON_PAYMENT))
    transaction.check(name, NightRow, key(booked.room_id, booked.night), condition)


def _allowing(ends: StayEnds | None, night: BookedNight | RoomNight, condition: Condition) -> Condition:
    allowed = None if ends is None else _allows(ends, night.room_id, night.night)
    return condition if allowed is None else condition & allowed


def take_paid(transaction: Transaction, taken: RoomNight) -> None:
    """Sell units of a night that has been paid. Fails as ``night:<date>`` if not enough are left."""
    transaction.update(
        NIGHT + taken.night.isoformat(),
        NightRow(*key(taken.room_id, taken.night)),
        [NightRow.sold.add(taken.units), NightRow.left.add(-taken.units)],
        NightRow.left >= taken.units,
    )


def _on_sale(booked: BookedNight, read: Night, mode: InventoryMode) -> Condition:
    open_now = NightRow.closed == False  # noqa: E712 - an expression
    same_price = NightRow.price == read.price.fen
    enough_left = NightRow.left >= booked.units
    sellable: Condition = open_now & same_price
    return sellable if mode is InventoryMode.UNLIMITED else sellable & enough_left


def release(transaction: Transaction, freed: RoomNight, ends: StayEnds | None = None) -> None:
    """Put units of a night back on sale. Fails as ``freed:<room>:<date>`` if they were not sold, which is a fault.

    With ``ends`` it also fails if the restrictions of an end of the changed stay are against it. A row of the calendar
    can be freed once in a transaction: a booking's ``room_nights`` name each once.
    """
    transaction.update(
        FREED + f"{freed.room_id}:{freed.night}",
        NightRow(*key(freed.room_id, freed.night)),
        [NightRow.sold.add(-freed.units), NightRow.left.add(freed.units)],
        _allowing(ends, freed, NightRow.sold >= freed.units),
    )


def put_out_of_order(transaction: Transaction, room_id: str, night: date, mode: InventoryMode) -> None:
    """Take one unit of a night off sale, because its number cannot be used.

    Fails as ``night:<date>`` if no unit is left, where the room type can be sold out.
    """
    free = NightRow.room_id.exists() if mode is InventoryMode.UNLIMITED else NightRow.left >= 1
    actions = [NightRow.out_of_order.add(1), NightRow.left.add(-1)]
    transaction.update(NIGHT + night.isoformat(), NightRow(*key(room_id, night)), actions, free)


def put_in_order(transaction: Transaction, room_id: str, night: date) -> None:
    """Put a unit back on sale that was out of order. Fails as ``night:<date>`` if none was, which is a fault."""
    actions = [NightRow.out_of_order.add(-1), NightRow.left.add(1)]
    row = NightRow(*key(room_id, night))
    transaction.update(NIGHT + night.isoformat(), row, actions, NightRow.out_of_order >= 1)


def from_rows(rows: Mapping[date, Any]) -> dict[date, Night]:
    """Returns the nights of a batch read, without those that are not open."""
    return {night: row.to_domain() for night, row in rows.items() if row is not None}
