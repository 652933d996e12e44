"""The read model of searches: one short row for each hotel, in a few partitions that are read completely."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.catalogue import OpeningState
from posthouse.domain.catalogue_view import HotelSummary
from posthouse.domain.days import clock_of
from posthouse.domain.personal_data import NOTHING
from posthouse.store import connection
from posthouse.store.batch import read_rows
from posthouse.store.hotels import offer_facts, offers_of
from posthouse.store.plan_facts import plan_of_short
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.domain.rate_plan import RatePlan
    from posthouse.store.transaction import Transaction

SUMMARY = "summary"
"""The name of the summary's condition."""

SHARDS = 4
"""Partitions of the table. Each serves 3,000 reads/s of 4 kB; its pages are read one after another."""


class HotelSummaryRow(Model):
    """One hotel. Its facts are one JSON text, because parsing single attributes of thousands of rows takes seconds."""

    class Meta(TableMeta):
        table_name = TableName("hotel-summaries")
        personal = NOTHING

    shard = UnicodeAttribute(hash_key=True)
    hotel_id = UnicodeAttribute(range_key=True)
    revision = IntAttribute()
    facts = UnicodeAttribute()

    def to_domain(self) -> HotelSummary:
        return _summary_of(self.hotel_id, self.revision, self.facts)


def shard_of(hotel_id: str) -> str:
    """Returns the partition of a hotel's summary."""
    return str(zlib.crc32(hotel_id.encode()) % SHARDS)


def put_summary(transaction: Transaction, summary: HotelSummary) -> None:
    """Write a summary; fails as ``summary`` if a newer one is stored."""
    not_newer = HotelSummaryRow.revision.does_not_exist() | (HotelSummaryRow.revision <= summary.revision)
    transaction.put(SUMMARY, row_of(summary), not_newer)


def row_of(summary: HotelSummary) -> HotelSummaryRow:
    """Returns the row of a summary."""
    facts: dict[str, Any] = {
        "name": summary.name,
        "city": summary.city,
        "address": summary.address,
        "phone": summary.phone,
        "latitude": summary.latitude,
        "longitude": summary.longitude,
        "images": summary.images,
        "avatar": summary.avatar,
        "tags": summary.tags,
        "opening_state": summary.opening_state,
        **summary.clock.facts,
        "sort_order": summary.sort_order,
        "offers": offer_facts(summary.offers),
    }
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return HotelSummaryRow(shard_of(summary.hotel_id), summary.hotel_id, revision=summary.revision, facts=text)


def _summary_of(hotel_id: str, revision: int, text: str) -> HotelSummary:
    facts = json.loads(text)
    return HotelSummary(
        hotel_id=hotel_id,
        name=facts["name"],
        city=facts["city"],
        address=facts["address"],
        phone=facts["phone"],
        latitude=facts["latitude"],
        longitude=facts["longitude"],
        images=tuple(facts["images"]),
        avatar=facts["avatar"],
        tags=tuple(facts["tags"]),
        opening_state=OpeningState(facts["opening_state"]),
        clock=clock_of(facts),
        sort_order=facts["sort_order"],
        offers=offers_of(facts["offers"], _plan_of),
        revision=revision,
    )


def _plan_of(_room_id: str, listed: Sequence[Any]) -> RatePlan:
    return _shared_plan(tuple(tuple(fact) if isinstance(fact, list) else fact for fact in listed))


@lru_cache(maxsize=10_000)
def _shared_plan(listed: tuple[Any, ...]) -> RatePlan:
    """Returns the same value for the same plan: thousands of room types have equal ones."""
    return plan_of_short("", listed)


def all_summaries() -> Iterator[HotelSummary]:
    """Returns every hotel's summary, strongly consistent (see room_views.get_view).

    Without pynamodb, which takes seconds for thousands of rows.
    """
    client = connection.dynamodb()
    for shard in range(SHARDS):
        pages = client.get_paginator("query").paginate(
            TableName=HotelSummaryRow.Meta.table_name,
            ConsistentRead=True,
            KeyConditionExpression="#shard = :shard",
            ExpressionAttributeNames={"#shard": "shard"},  # a reserved word of DynamoDB
            ExpressionAttributeValues={":shard": {"S": str(shard)}},
        )
        for page in pages:
            for item in page["Items"]:
                yield _summary_of(item["hotel_id"]["S"], int(item["revision"]["N"]), item["facts"]["S"])


def summaries_of(hotel_ids: Iterable[str]) -> list[HotelSummary]:
    """Returns the summaries of these hotels."""
    wanted = [(HotelSummaryRow, (shard_of(hotel_id), hotel_id)) for hotel_id in hotel_ids]
    rows = read_rows(wanted)
    return [row.to_domain() for model, key in wanted if (row := rows.get(model, *key)) is not None]
