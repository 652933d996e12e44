"""The numbers of hotels: one row for each. All that two desks could want at once is in that row, under one version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import MapAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from posthouse.domain.house import KNOWN_FOR, Housekeeping, Number, OutOfOrder, Period
from posthouse.domain.personal_data import NOTHING
from posthouse.store.batch import read_rows
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

NUMBER = "number:"
"""How the names of conditions on numbers begin; the number follows."""


class NumberRow(Model):
    """One number. ``stays`` has the nights ("from/to", of a day use
    "date/date") by order number, ``out_of_order`` the periods by their ids."""

    class Meta(TableMeta):
        table_name = TableName("numbers")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    number = UnicodeAttribute(range_key=True)
    room_id = UnicodeAttribute()
    housekeeping = UnicodeAttribute()
    housekept_on = UnicodeAttribute(null=True)
    stays: MapAttribute[str, Any] = MapAttribute()
    out_of_order: MapAttribute[str, Any] = MapAttribute()
    occupied_by = UnicodeAttribute(null=True)
    occupied_since = UnicodeAttribute(null=True)
    version = IntAttribute()

    def to_domain(self) -> Number:
        closed = self.out_of_order.as_dict()
        return Number(
            hotel_id=self.hotel_id,
            number=self.number,
            room_id=self.room_id,
            housekeeping=Housekeeping(self.housekeeping),
            housekept_on=_date_of(self.housekept_on),
            stays={order_no: _period_of(nights) for order_no, nights in self.stays.as_dict().items()},
            out_of_order=tuple(OutOfOrder(key, _period_of(it["nights"]), it["reason"]) for key, it in closed.items()),
            occupied_by=self.occupied_by,
            occupied_since=_date_of(self.occupied_since),
            version=self.version,
        )


def _date_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _period_of(text: str) -> Period:
    begin, end = map(date.fromisoformat, text.split("/"))
    return Period(begin, end) if begin < end else Period(begin, end + timedelta(days=1), day_use=True)


def _nights(period: Period) -> str:
    return f"{period.begin}/{period.leaves_on}"


def list_of_hotel(hotel_id: str) -> list[Number]:
    """Returns all numbers of a hotel. AWS calls: one for each MB, which is one for 500 numbers."""
    return [row.to_domain() for row in NumberRow.query(hotel_id, consistent_read=True)]


def get_many(hotel_id: str, numbers: Iterable[str]) -> dict[str, Number]:
    """Returns those of these numbers that a hotel has. AWS calls: one for a hundred."""
    wanted = list(numbers)
    rows = read_rows((NumberRow, (hotel_id, number)) for number in wanted)
    return {number: row.to_domain() for number in wanted if (row := rows.get(NumberRow, hotel_id, number)) is not None}


def get(hotel_id: str, number: str) -> Number | None:
    """Returns a number of a hotel, or None."""
    try:
        return NumberRow.get(hotel_id, number, consistent_read=True).to_domain()
    except NumberRow.DoesNotExist:
        return None


def create(transaction: Transaction, hotel_id: str, number: str, room_id: str) -> None:
    """Add a number to a room type. Fails as ``number:<number>`` if the hotel has it."""
    row = NumberRow(
        hotel_id, number, room_id=room_id, housekeeping=Housekeeping.CLEAN, stays={}, out_of_order={}, version=1
    )
    transaction.put(NUMBER + number, row, NumberRow.hotel_id.does_not_exist())


def delete(transaction: Transaction, number: Number) -> None:
    """Delete a number. Fails as ``number:<number>`` if it has changed since it was read."""
    row = NumberRow(number.hotel_id, number.number)
    transaction.delete(NUMBER + number.number, row, NumberRow.version == number.version)


def _change(transaction: Transaction, number: Number, actions: list[Action]) -> None:
    transaction.update(
        NUMBER + number.number,
        NumberRow(number.hotel_id, number.number),
        [*actions, NumberRow.version.set(number.version + 1)],
        NumberRow.version == number.version,
    )


def assign(
    transaction: Transaction, number: Number, order_no: str, period: Period, occupied_since: date | None
) -> None:
    """Give a number to a booking; its guest is in it now if ``occupied_since`` says so.

    Fails as ``number:<number>`` if it has changed since it was read.
    """
    actions: list[Action] = [NumberRow.stays[order_no].set(_nights(period))]
    if occupied_since is not None:
        actions.append(NumberRow.occupied_by.set(order_no))
        actions.append(NumberRow.occupied_since.set(occupied_since.isoformat()))
    _change(transaction, number, actions)


def free(
    transaction: Transaction, hotel_id: str, number: str, order_no: str, *, was_in: bool, dirty_on: date | None = None
) -> None:
    """Take a number from a booking that has it; nothing of the number has to be read for that.

    ``was_in`` says that its guest is in it until now, ``dirty_on`` that it is to be cleaned, and on which business
    date it became dirty. Fails as ``number:<number>`` if the booking has not got it any more.
    """
    actions: list[Action] = [NumberRow.stays[order_no].remove(), NumberRow.version.add(1)]
    if was_in:
        actions += [NumberRow.occupied_by.remove(), NumberRow.occupied_since.remove()]
    if dirty_on is not None:
        actions += _housekeeping(Housekeeping.DIRTY, dirty_on)
    row = NumberRow(hotel_id, number)
    transaction.update(NUMBER + number, row, actions, NumberRow.stays[order_no].exists())


def _housekeeping(state: Housekeeping, on: date) -> list[Action]:
    return [NumberRow.housekeeping.set(state), NumberRow.housekept_on.set(on.isoformat())]


def set_housekeeping(transaction: Transaction, number: Number, state: Housekeeping, on: date) -> None:
    """Note what housekeeping says on a business date. Fails as ``number:<number>`` if it has changed since."""
    _change(transaction, number, _housekeeping(state, on))


def put_out_of_order(transaction: Transaction, number: Number, added: OutOfOrder, today: date) -> None:
    """Note a period out of order, and forget what is long over. Fails as ``number:<number>`` if it has changed."""
    facts = {"nights": _nights(added.period), "reason": added.reason}
    over = [each for each in number.out_of_order if each.period.end + KNOWN_FOR <= today]
    forgotten: list[Action] = [NumberRow.out_of_order[each.out_of_order_id].remove() for each in over]
    _change(transaction, number, [NumberRow.out_of_order[added.out_of_order_id].set(facts), *forgotten])


def end_out_of_order(transaction: Transaction, number: Number, ended: OutOfOrder, today: date) -> None:
    """End a period out of order on a business date; the nights before stay in it. Fails as ``number:<number>``."""
    place = NumberRow.out_of_order[ended.out_of_order_id]
    if ended.period.begin >= today:
        return _change(transaction, number, [place.remove()])
    facts = {"nights": _nights(Period(ended.period.begin, today)), "reason": ended.reason}
    return _change(transaction, number, [place.set(facts)])
