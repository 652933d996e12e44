"""The read model of calendars: one packed row for each room type, in a few partitions that are read completely.

A row has all nights of its room type from the day of its renewal on, with prices and restrictions. What is left of a
night is not in it: searches read that from the night itself.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BinaryAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.domain.restriction import NightRules
from posthouse.domain.room_calendar import NO_NIGHTS, PRICES, RoomCalendar
from posthouse.store import connection
from posthouse.store.batch import read_rows
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

CALENDAR = "calendar:"
"""The prefix of the names of the calendars' conditions; the room's id follows."""

SHARDS = 4
"""Partitions of the table. Each serves 3,000 reads/s of 4 kB; its pages are read one after another."""

GONE = 2**53
"""The version of a deleted room type: above every number of changes."""

GONE_KEPT = timedelta(days=30)
"""How long the row of a deleted room type is kept: longer than any broadcast can be late."""

_PRICE_BYTES = array(PRICES).itemsize


class RoomCalendarRow(Model):
    """One room type. ``version`` counts the changes of its nights (``Room.calendar``); a deleted one has no nights."""

    class Meta(TableMeta):
        table_name = TableName("room-calendars")
        personal = NOTHING

    shard = UnicodeAttribute(hash_key=True)
    room_id = UnicodeAttribute(range_key=True)
    version = IntAttribute()
    nights = BinaryAttribute(null=True, legacy_encoding=False)
    expires_at = TTLAttribute(null=True)


def shard_of(room_id: str) -> str:
    """Returns the partition of a room type's calendar."""
    return str(zlib.crc32(room_id.encode()) % SHARDS)


def put_calendar(transaction: Transaction, room_id: str, version: int, calendar: RoomCalendar) -> None:
    """Write a calendar that is at least of this version; fails as ``calendar:<room_id>`` if a newer one is stored."""
    not_newer = RoomCalendarRow.version.does_not_exist() | (RoomCalendarRow.version <= version)
    transaction.put(CALENDAR + room_id, row_of(room_id, version, calendar), not_newer)


def bury_calendar(transaction: Transaction, room_id: str, now: datetime) -> None:
    """Mark a room type as deleted; no calendar is written after it."""
    row = RoomCalendarRow(shard_of(room_id), room_id, version=GONE, expires_at=now + GONE_KEPT)
    transaction.put(
        CALENDAR + room_id, row, RoomCalendarRow.version.does_not_exist() | (RoomCalendarRow.version <= GONE)
    )


def row_of(room_id: str, version: int, calendar: RoomCalendar) -> RoomCalendarRow:
    """Returns the row of a calendar."""
    return RoomCalendarRow(shard_of(room_id), room_id, version=version, nights=_packed(calendar))


def all_calendars() -> Iterator[tuple[str, RoomCalendar]]:
    """Returns every room type's id and calendar, strongly consistent (see room_views.get_view).

    Without pynamodb, which takes seconds for thousands of rows.
    """
    client = connection.dynamodb()
    for shard in range(SHARDS):
        pages = client.get_paginator("query").paginate(
            TableName=RoomCalendarRow.Meta.table_name,
            ConsistentRead=True,
            KeyConditionExpression="#shard = :shard",
            ProjectionExpression="room_id, nights",
            ExpressionAttributeNames={"#shard": "shard"},  # a reserved word of DynamoDB
            ExpressionAttributeValues={":shard": {"S": str(shard)}},
        )
        for page in pages:
            for item in page["Items"]:
                if "nights" in item:
                    yield item["room_id"]["S"], _unpacked(item["nights"]["B"])


def calendars_of(room_ids: Iterable[str]) -> dict[str, RoomCalendar]:
    """Returns the calendars of these room types, those without nights too."""
    keys = {room_id: (RoomCalendarRow, (shard_of(room_id), room_id)) for room_id in room_ids}
    rows = read_rows(keys.values())
    return {room_id: calendar_of(rows.get(model, *key)) for room_id, (model, key) in keys.items()}


def calendar_of(row: Any) -> RoomCalendar:
    """Returns the calendar of a row; without one, or of a deleted room type, it has no nights."""
    return NO_NIGHTS if row is None or row.nights is None else _unpacked(row.nights)


def _packed(calendar: RoomCalendar) -> bytes:
    """Returns the bytes of a calendar: its first day, how many there are, a price for each, and the rules as JSON.

    Numbers have their lowest byte first: arm64 and x86_64 agree.
    """
    head = array(PRICES, [calendar.first, len(calendar.prices)])
    rules = [[day, *_rules_facts(rules)] for day, rules in calendar.rules.items()]
    text = json.dumps(rules, separators=(",", ":")).encode() if rules else b""
    return zlib.compress(head.tobytes() + calendar.prices.tobytes() + text)


def _unpacked(packed: bytes) -> RoomCalendar:
    content = zlib.decompress(packed)
    begin = 2 * _PRICE_BYTES
    first, number = array(PRICES, content[:begin])
    end = begin + number * _PRICE_BYTES
    listed = json.loads(content[end:]) if len(content) > end else ()
    rules: Mapping[int, NightRules] = {day: _rules_of(*facts) for day, *facts in listed}
    return RoomCalendar(first, array(PRICES, content[begin:end]), rules)


def _rules_facts(rules: NightRules) -> tuple[int | None, int | None, bool, bool]:
    return rules.min_stay, rules.max_stay, rules.closed_to_arrival, rules.closed_to_departure


@lru_cache(maxsize=10_000)
def _rules_of(least: int | None, most: int | None, arrival: bool, departure: bool) -> NightRules:
    """Returns the same value for the same rules: a search keeps those of thousands of nights in memory."""
    return NightRules(least, most, arrival, departure)
