"""Hotels. A hotel's row also lists its room types, so ``revision`` orders all changes of the hotel and its rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.catalogue import ANYBODY, Hotel, InventoryMode, OpeningState, RoomOffer
from posthouse.domain.days import CHECK_IN_TIME, CHECK_OUT_TIME, DAY_TURNS_AT, clock_of
from posthouse.domain.personal_data import NOTHING
from posthouse.store.occupancy import OCCUPANCY, day_use_facts, day_use_of, occupancy_facts, occupancy_of
from posthouse.store.page import Page, Position, read_page
from posthouse.store.plan_facts import plan_of_short, short
from posthouse.store.table import IntAttribute, TableMeta, TableName, changes_to

if TYPE_CHECKING:
    from posthouse.domain.price import Occupancy
    from posthouse.domain.rate_plan import RatePlan
    from posthouse.store.transaction import Transaction

HOTEL = "hotel"
"""The name of the condition on the hotel's row."""

_LISTING = "hotels"


class _Listed(GlobalSecondaryIndex["HotelRow"]):
    class Meta:
        index_name = "listed"
        projection = AllProjection()

    listing = UnicodeAttribute(hash_key=True)
    hotel_id = UnicodeAttribute(range_key=True)


class HotelRow(Model):
    """One hotel. ``offers`` holds what searches need of each room type; ``extras`` counts the hotel's extras."""

    class Meta(TableMeta):
        table_name = TableName("hotels")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(default=_LISTING)
    name = UnicodeAttribute()
    city = UnicodeAttribute()
    address = UnicodeAttribute()
    phone = UnicodeAttribute()
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    description = UnicodeAttribute()
    images = JSONAttribute()
    time_zone = UnicodeAttribute()
    day_turns_at = UnicodeAttribute(default=DAY_TURNS_AT)
    check_in_time = UnicodeAttribute(default=CHECK_IN_TIME)
    check_out_time = UnicodeAttribute(default=CHECK_OUT_TIME)
    version = IntAttribute()
    avatar = UnicodeAttribute(null=True)
    tags = JSONAttribute()
    opening_state = UnicodeAttribute()
    sort_order = IntAttribute()
    tax_number = UnicodeAttribute(null=True)
    tax_rate_bp = IntAttribute(null=True)
    auto_no_show = BooleanAttribute(null=True)
    revision = IntAttribute()
    offers = JSONAttribute()
    extras = IntAttribute(null=True)

    listed = _Listed()

    def to_domain(self) -> Hotel:
        return hotel_of(self.attribute_values)


def hotel_of(facts: Mapping[str, Any]) -> Hotel:
    """Returns a hotel from the facts of its row."""
    return Hotel(
        hotel_id=facts["hotel_id"],
        name=facts["name"],
        city=facts["city"],
        address=facts["address"],
        phone=facts["phone"],
        latitude=facts["latitude"],
        longitude=facts["longitude"],
        description=facts["description"],
        images=tuple(facts["images"]),
        clock=clock_of(facts),
        version=facts["version"],
        avatar=facts.get("avatar"),
        tags=tuple(facts["tags"]),
        opening_state=OpeningState(facts["opening_state"]),
        sort_order=facts["sort_order"],
        tax_number=facts.get("tax_number"),
        tax_rate_bp=facts.get("tax_rate_bp"),
        auto_no_show=facts.get("auto_no_show") or False,
        revision=facts["revision"],
        offers=offers_of(facts["offers"]),
    )


def hotel_facts(hotel: Hotel) -> dict[str, Any]:
    """Returns the attributes of a hotel's row, without the key."""
    return {
        "name": hotel.name,
        "city": hotel.city,
        "address": hotel.address,
        "phone": hotel.phone,
        "latitude": hotel.latitude,
        "longitude": hotel.longitude,
        "description": hotel.description,
        "images": list(hotel.images),
        **hotel.clock.facts,
        "version": hotel.version,
        "avatar": hotel.avatar,
        "tags": list(hotel.tags),
        "opening_state": hotel.opening_state,
        "sort_order": hotel.sort_order,
        "tax_number": hotel.tax_number,
        "tax_rate_bp": hotel.tax_rate_bp,
        "auto_no_show": hotel.auto_no_show or None,
        "revision": hotel.revision,
        "offers": offer_facts(hotel.offers),
    }


def offer_facts(offers: tuple[RoomOffer, ...]) -> list[list[Any]]:
    """Returns offers as short JSON lists, because a search reads thousands of them."""
    return [_short(offer) for offer in offers]


def _short(offer: RoomOffer) -> list[Any]:
    """Returns a list without the empty ends that most room types have, as older rows have no more either."""
    bounds = [] if offer.occupancy == ANYBODY else [*occupancy_facts(offer.occupancy).values()]
    more = [bounds, [short(plan) for plan in offer.plans], day_use_facts(offer.day_use) or []]
    while more and not more[-1]:
        more.pop()
    return [offer.room_id, offer.price, offer.mode, offer.on_sale, offer.name, *more]


PlanReader = Callable[[str, Sequence[Any]], "RatePlan"]
"""Returns a rate plan of a room type from its short list."""


def offers_of(facts: list[list[Any]], plan_of: PlanReader = plan_of_short) -> tuple[RoomOffer, ...]:
    """Returns offers from their JSON lists."""
    return tuple(_offer_of(plan_of, *each) for each in facts)


def _offer_of(
    plan_of: PlanReader, room_id: str, price: int, mode: str, on_sale: bool, name: str = "", *more: Sequence[Any]
) -> RoomOffer:
    bounds, plans, day_use, *_ = cast("tuple[Sequence[Any], ...]", (*more, (), (), ()))
    occupancy = _occupancy_of(tuple(bounds)) if bounds else ANYBODY
    unpacked = tuple(plan_of(room_id, plan) for plan in plans)
    facts = (room_id, price, InventoryMode(mode), on_sale, name, occupancy, unpacked)
    return RoomOffer(*facts, day_use=day_use_of(day_use))


@lru_cache(maxsize=1000)
def _occupancy_of(bounds: tuple[int | None, ...]) -> Occupancy:
    """Returns the same value for the same bounds: a search keeps those of thousands of rooms in memory."""
    return occupancy_of(dict(zip(OCCUPANCY, bounds, strict=True)))


def get_hotel(hotel_id: str) -> Hotel | None:
    """Returns the hotel with this id, or None."""
    try:
        return HotelRow.get(hotel_id, consistent_read=True).to_domain()
    except HotelRow.DoesNotExist:
        return None


def create_hotel(transaction: Transaction, hotel: Hotel) -> None:
    """Create a hotel."""
    transaction.put(HOTEL, HotelRow(hotel.hotel_id, **hotel_facts(hotel)), HotelRow.hotel_id.does_not_exist())


def update_hotel(transaction: Transaction, hotel: Hotel) -> None:
    """Change a hotel or its offers; fails as ``hotel`` unless the stored revision is the preceding one."""
    unchanged = HotelRow.revision == hotel.revision - 1
    transaction.update(HOTEL, HotelRow(hotel.hotel_id), changes_to(HotelRow, hotel_facts(hotel)), unchanged)


def must_be_open(transaction: Transaction, hotel_id: str) -> None:
    """Check that a hotel takes bookings. Fails as ``hotel``."""
    transaction.check(HOTEL, HotelRow, (hotel_id,), HotelRow.opening_state == OpeningState.OPEN)


def count_extra(transaction: Transaction, hotel_id: str, at_most: int) -> None:
    """Count one more extra of a hotel; fails as ``hotel`` if it has so many, or does not exist."""
    space = HotelRow.extras.does_not_exist() | (HotelRow.extras < at_most)
    transaction.update(HOTEL, HotelRow(hotel_id), [HotelRow.extras.add(1)], HotelRow.hotel_id.exists() & space)


def list_hotels(limit: int, position: Position | None) -> Page[Hotel]:
    """Returns a page of hotels in the order of their creation."""
    rows = HotelRow.listed.query(_LISTING, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, HotelRow.to_domain, limit)


def ids_from(hotel_id: str) -> Iterator[str]:
    """Returns the ids of all hotels from this one on."""
    at_or_after = HotelRow.hotel_id >= hotel_id if hotel_id else None
    for row in HotelRow.listed.query(_LISTING, at_or_after, attributes_to_get=["hotel_id"], page_size=100):
        yield row.hotel_id
