"""What is counted for reports: rows of hotel and period, what each booking and room type counts for, and pick-ups.

A source is a booking, or a period of a room type's nights. What it counts for is noted in the transaction that adds the
difference to the hotel's rows, so each row is always the sum of what is noted: docs/decisions/0062-reports.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from pynamodb.attributes import JSONAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.days import local_date
from posthouse.domain.ids import IdKind
from posthouse.domain.personal_data import NOTHING
from posthouse.domain.report import NONE, PERIOD, PICK_UP_DAYS, Counts, Tally, by_period, counts_of, difference
from posthouse.domain.value import Value
from posthouse.store.batch import read_rows
from posthouse.store.bookings import BookingRow
from posthouse.store.rooms import RoomRow
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.domain.booking import Booking
    from posthouse.domain.catalogue import Room
    from posthouse.store.transaction import Transaction

SOURCE = "source"
"""The name of the condition that what is noted of a source has not changed."""

PERIODS = "period:"
"""How the names of conditions on rows of periods begin; the first date follows."""

PICK_UPS = "pick_ups"

PICK_UPS_KEPT = timedelta(days=9)
"""How long pick-ups are kept: a week, and the delay of DynamoDB's deletions does not matter."""

_SHORT = {
    "units": "u",
    "out_of_order": "o",
    "sold": "s",
    "room_revenue": "r",
    "arrivals": "a",
    "departures": "d",
    "in_house": "i",
    "no_shows": "n",
    "cancelled": "c",
    "day_use_revenue": "h",
}
"""The numbers of a date by one letter, so that a busy row stays below 1 kB."""

_LONG = {short: name for name, short in _SHORT.items()}

_BEFORE = 2
"""A hotel's date is at most so many days before the date in UTC."""

_AHEAD = PICK_UP_DAYS + 10
"""How many days ahead pick-ups are noted: the dates that a report shows within a week, and those of time zones."""


class PeriodRow(Model):
    """The sums of a hotel on each date of a period, as one letter and the number of the date in it.

    ``version`` counts the changes of the row.
    """

    class Meta(TableMeta):
        table_name = TableName("report-periods")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    period = UnicodeAttribute(range_key=True)
    version = IntAttribute(null=True)
    vars().update(
        {f"{letter}{n}": IntAttribute(null=True) for letter in _SHORT.values() for n in range(PERIOD.days)},
    )

    def to_domain(self) -> dict[date, Tally]:
        first = date.fromisoformat(self.period)
        tallies = {first + timedelta(days=n): self._tally(n) for n in range(PERIOD.days)}
        return {day: tally for day, tally in tallies.items() if tally != NONE}

    def _tally(self, number: int) -> Tally:
        values = self.attribute_values
        return Tally(**{name: values.get(f"{letter}{number}") or 0 for name, letter in _SHORT.items()})


class SourceRow(Model):
    """What a booking or a period of a room type's nights counts for, by date; ``version`` counts its changes."""

    class Meta(TableMeta):
        table_name = TableName("report-sources")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    source = UnicodeAttribute(range_key=True)
    counts = JSONAttribute()
    version = IntAttribute()

    def to_domain(self) -> Noted:
        return Noted(_counts_of(self.counts), self.version)


class PickUpRow(Model):
    """How units sold and revenue changed within an hour, by date: its number of days after the hour's date in UTC."""

    class Meta(TableMeta):
        table_name = TableName("pick-ups")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    hour = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute()
    vars().update({f"{letter}{n}": IntAttribute(null=True) for letter in "sr" for n in range(_BEFORE + _AHEAD)})

    def to_domain(self) -> dict[date, Tally]:
        first = date.fromisoformat(self.hour[:10]) - timedelta(days=_BEFORE)
        values = self.attribute_values
        return {
            first + timedelta(days=n): Tally(sold=values.get(f"s{n}") or 0, room_revenue=values.get(f"r{n}") or 0)
            for n in range(_BEFORE + _AHEAD)
            if f"s{n}" in values or f"r{n}" in values
        }


class Noted(Value):
    """What is noted of a source; version 0 is nothing."""

    counts: Counts
    version: int


NOT_NOTED = Noted({}, 0)


class Source(Value):
    """What counts for something: a booking, or a period of a room type's nights."""

    hotel_id: str
    name: str


def booking_source(booking: Booking) -> Source:
    """Returns the source that a booking is."""
    return Source(booking.hotel_id, booking.order_no)


def nights_source(hotel_id: str, room_id: str, period: date) -> Source:
    """Returns the source that the nights of a room type in a period are."""
    return Source(hotel_id, f"{room_id}#{period}")


def _counts_of(facts: Mapping[str, Mapping[str, int]]) -> dict[date, Tally]:
    return {
        date.fromisoformat(day): Tally(**{_LONG[letter]: number for letter, number in each.items()})
        for day, each in facts.items()
    }


def _facts_of(counts: Counts) -> dict[str, dict[str, int]]:
    return {day.isoformat(): _letters(tally) for day, tally in sorted(counts.items())}


def _letters(tally: Tally) -> dict[str, int]:
    return {_SHORT[name]: number for name, number in asdict(tally).items() if number}


def read_with_booking(hotel_id: str, order_no: str) -> tuple[Booking | None, Noted]:
    """Returns a booking and what is noted of it, both strongly consistent in one call."""
    found = read_with_bookings(hotel_id, [order_no])
    return found[0] if found else (None, NOT_NOTED)


def is_noted(hotel_id: str, order_no: str) -> bool:
    """Whether a booking is counted as it is now."""
    booking, noted = read_with_booking(hotel_id, order_no)
    return booking is not None and counts_of(booking) == noted.counts


def read_with_bookings(hotel_id: str, order_numbers: Iterable[str]) -> list[tuple[Booking, Noted]]:
    """Returns bookings of a hotel and what is noted of them, strongly consistent. AWS calls: one for each fifty."""
    numbers = list(order_numbers)
    keys = [((BookingRow, (number,)), (SourceRow, (hotel_id, number))) for number in numbers]
    rows = read_rows([key for pair in keys for key in pair])
    pairs = [(rows.get(BookingRow, number), rows.get(SourceRow, hotel_id, number)) for number in numbers]
    return [
        (found.to_domain(), NOT_NOTED if noted is None else noted.to_domain())
        for found, noted in pairs
        if found is not None
    ]


def noted_of_room(room_id: str, sources: Iterable[Source]) -> tuple[Room | None, dict[Source, Noted]]:
    """Returns a room type and what is noted of its periods, strongly consistent. AWS calls: one for each hundred."""
    wanted = list(sources)
    rows = read_rows([(RoomRow, (room_id,)), *((SourceRow, (each.hotel_id, each.name)) for each in wanted)])
    room = rows.get(RoomRow, room_id)
    found = {source: rows.get(SourceRow, source.hotel_id, source.name) for source in wanted}
    noted = {source: NOT_NOTED if row is None else row.to_domain() for source, row in found.items()}
    return None if room is None else room.to_domain(), noted


def all_noted(hotel_id: str) -> Iterator[Noted]:
    """Returns what is noted of all sources of a hotel, strongly consistent."""
    return (row.to_domain() for row in SourceRow.query(hotel_id, consistent_read=True))


def periods_noted(hotel_id: str) -> dict[str, set[date]]:
    """Returns the periods that are noted of each room type of a hotel, deleted ones too; strongly consistent."""
    found: dict[str, set[date]] = {}
    for row in SourceRow.query(hotel_id, SourceRow.source.startswith(IdKind.ROOM), consistent_read=True):
        room_id, _, period = row.source.partition("#")
        found.setdefault(room_id, set()).add(date.fromisoformat(period))
    return found


def note(transaction: Transaction, source: Source, was: Noted, counts: Counts, now: datetime | None) -> None:
    """Note what a source counts for now, and add the difference to the hotel's rows; in the pick-up of ``now``.

    None: it is no pick-up. Fails as ``source`` if something else was noted of it since ``was`` was read.
    """
    changes = difference(counts, was.counts)
    row = SourceRow(source.hotel_id, source.name, counts=_facts_of(counts), version=was.version + 1)
    unchanged = SourceRow.version == was.version if was.version else SourceRow.hotel_id.does_not_exist()
    transaction.put(SOURCE, row, unchanged)
    for period, days in by_period(changes).items():
        _add(transaction, source.hotel_id, period, days)
    if now is not None:
        _pick_up(transaction, source.hotel_id, changes, now)


def _add(transaction: Transaction, hotel_id: str, period: date, changes: Counts) -> None:
    actions: list[Action] = [PeriodRow.version.add(1)]
    for day, tally in changes.items():
        number = (day - period).days
        actions += [getattr(PeriodRow, f"{letter}{number}").add(n) for letter, n in _letters(tally).items()]
    always = PeriodRow.hotel_id.does_not_exist() | PeriodRow.hotel_id.exists()
    transaction.update(PERIODS + period.isoformat(), PeriodRow(hotel_id, period.isoformat()), actions, always)


def _pick_up(transaction: Transaction, hotel_id: str, changes: Counts, now: datetime) -> None:
    here = now.astimezone(UTC)
    first = local_date(here, "UTC") - timedelta(days=_BEFORE)
    numbers = {(day - first).days: Tally(sold=it.sold, room_revenue=it.room_revenue) for day, it in changes.items()}
    sold = {n: tally for n, tally in numbers.items() if 0 <= n < _BEFORE + _AHEAD and tally != NONE}
    if not sold:
        return
    actions: list[Action] = [PickUpRow.expires_at.set(here + PICK_UPS_KEPT)]
    for number, tally in sold.items():
        actions += [getattr(PickUpRow, f"{letter}{number}").add(n) for letter, n in _letters(tally).items()]
    always = PickUpRow.hotel_id.does_not_exist() | PickUpRow.hotel_id.exists()
    transaction.update(PICK_UPS, PickUpRow(hotel_id, _hour(here)), actions, always)


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def read_days(
    hotel_ids: Iterable[str], periods: Iterable[date], *, consistent: bool = False
) -> list[dict[date, Tally]]:
    """Returns the sums of each hotel in each period. AWS calls: one for each hundred rows, the caller bounds them."""
    starts = [period.isoformat() for period in periods]
    keys = [(hotel_id, period) for hotel_id in hotel_ids for period in starts]
    rows = read_rows([(PeriodRow, key) for key in keys], consistent=consistent)
    return [row.to_domain() for key in keys if (row := rows.get(PeriodRow, *key)) is not None]


def pick_ups_since(hotel_id: str, moment: datetime) -> dict[datetime, dict[date, Tally]]:
    """Returns the changes of each hour since a moment, by the hour's begin. AWS calls: one query."""
    rows = PickUpRow.query(hotel_id, PickUpRow.hour >= _hour(moment))
    return {datetime.fromisoformat(row.hour + ":00+00:00"): row.to_domain() for row in rows}


class Sums(Value):
    """A hotel's row of a period, as it was read."""

    period: date
    counts: Counts
    version: int


def all_sums(hotel_id: str) -> dict[date, Sums]:
    """Returns all rows of a hotel, strongly consistent."""
    rows: Iterator[Any] = PeriodRow.query(hotel_id, consistent_read=True)
    found = [Sums(date.fromisoformat(row.period), row.to_domain(), row.version or 0) for row in rows]
    return {sums.period: sums for sums in found}


def correct(transaction: Transaction, hotel_id: str, sums: Sums, right: Counts) -> None:
    """Make the sums of a row right. Fails as ``period:<date>`` if something was counted in it since it was read."""
    actions: list[Action] = [PeriodRow.version.set(sums.version + 1)]
    for day in {*sums.counts, *right}:
        number, letters = (day - sums.period).days, _letters(right.get(day, NONE))
        for letter in _SHORT.values():
            attribute = getattr(PeriodRow, f"{letter}{number}")
            actions.append(attribute.set(letters[letter]) if letter in letters else attribute.remove())
    unchanged = PeriodRow.version == sums.version if sums.version else PeriodRow.version.does_not_exist()
    row = PeriodRow(hotel_id, sums.period.isoformat())
    transaction.update(PERIODS + sums.period.isoformat(), row, actions, unchanged)
