"""Inputs of the catalogue: hotels and room types (to create and to change them), and nights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from posthouse.domain.catalogue import Hotel, InventoryMode, OpeningState, Room
from posthouse.domain.day_use import MAX_HOURS, DayUse
from posthouse.domain.days import (
    CHECK_IN_TIME,
    CHECK_OUT_TIME,
    DAY_TURNS_AT,
    HOME_TIME_ZONE,
    HotelClock,
    is_time_zone,
)
from posthouse.domain.money import Money
from posthouse.domain.price import Occupancy
from posthouse.domain.refusal import InvalidRequest
from posthouse.entry.fields import (
    CODE,
    Address,
    Fen,
    HotelPhone,
    Hour,
    Id,
    Image,
    Images,
    Latitude,
    Longitude,
    Name,
    Numbers,
    Price,
    Tag,
    TaxNumber,
    Text,
    Units,
    Version,
)
from posthouse.entry.inputs import Input

TaxRate = Annotated[int, Meta(ge=0, le=10_000)]


class HotelFacts(Input):
    """The fields of a hotel that are the same where it is created and where it is changed."""

    name: Name
    city: Name
    address: Address
    phone: HotelPhone
    latitude: Latitude
    longitude: Longitude
    description: Text = ""
    images: Images = ()
    time_zone: Annotated[str, CODE, Meta(max_length=64)] = HOME_TIME_ZONE
    day_turns_at: Hour = DAY_TURNS_AT
    check_in_time: Hour = CHECK_IN_TIME
    check_out_time: Hour = CHECK_OUT_TIME
    avatar: Image | None = None
    tags: Annotated[tuple[Tag, ...], Meta(max_length=20)] = ()
    opening_state: Literal["open", "opening_soon", "closed"] = "open"
    sort_order: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] = 0

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if not is_time_zone(self.time_zone):
            yield "time_zone", "is not an IANA time zone, like Asia/Shanghai"
        hours = {"check_in_time": self.check_in_time, "check_out_time": self.check_out_time}
        yield from (("day_turns_at", f"must not be after {name}") for name in hours if self.day_turns_at > hours[name])

    def with_later(self, later: Mapping[str, Any], hotel_id: str, version: int) -> Hotel:
        """Returns the hotel in the given version."""
        return Hotel(
            hotel_id=hotel_id,
            name=self.name,
            city=self.city,
            address=self.address,
            phone=self.phone,
            # Seven decimals are about a centimetre; DynamoDB cannot store a number as small as 1e-200.
            latitude=round(self.latitude, 7),
            longitude=round(self.longitude, 7),
            description=self.description,
            images=self.images,
            clock=HotelClock(self.time_zone, self.day_turns_at, self.check_in_time, self.check_out_time),
            avatar=self.avatar,
            tags=self.tags,
            opening_state=OpeningState(self.opening_state),
            sort_order=self.sort_order,
            version=version,
            **later,
        )


LATER_FACTS = ("tax_number", "tax_rate_bp", "auto_no_show")
"""Fields that clients of the first edition do not know."""


class HotelInput(HotelFacts):
    """The fields of a new hotel."""

    tax_number: TaxNumber | None = None
    tax_rate_bp: TaxRate | None = None
    auto_no_show: bool = False

    def to_hotel(self, hotel_id: str, version: int) -> Hotel:
        """Returns the hotel in the given version."""
        return self.with_later({name: getattr(self, name) for name in LATER_FACTS}, hotel_id, version)


class HotelChange(HotelFacts, kw_only=True):
    """A hotel as it shall be. What older clients do not know stays as it is where it is not sent.

    The client may send back everything that it has read; fields that cannot change are ignored.
    """

    tax_number: TaxNumber | UnsetType | None = UNSET
    tax_rate_bp: TaxRate | UnsetType | None = UNSET
    auto_no_show: bool | UnsetType = UNSET
    version: Version
    hotel_id: Id | None = None
    from_price: Fen | None = None

    def to_hotel(self, hotel_id: str) -> tuple[Hotel, frozenset[str]]:
        """Returns the hotel in the version that was read, and the names of the fields that stay."""
        sent = {name: value for name in LATER_FACTS if (value := getattr(self, name)) is not UNSET}
        return self.with_later(sent, hotel_id, self.version), frozenset(LATER_FACTS) - frozenset(sent)


MOST_IN_A_ROOM = 99
"""The most guests that one unit may be said to hold."""


MaxAdults = Annotated[int, Meta(ge=1, le=MOST_IN_A_ROOM)]
MaxChildren = Annotated[int, Meta(ge=0, le=MOST_IN_A_ROOM)]
IncludedAdults = Annotated[int, Meta(ge=0, le=MOST_IN_A_ROOM)]


class DayUseInput(Input):
    """The hours for which a room type is sold, and the window in which its guests come and leave."""

    hours: Annotated[int, Meta(ge=1, le=MAX_HOURS)]
    begin: Hour = field(name="from")
    end: Hour = field(name="to")

    @property
    def day_use(self) -> DayUse:
        return DayUse(self.hours, self.begin, self.end)


class RoomFacts(Input):
    """The fields of a room type that are the same where it is created and where it is changed."""

    hotel_id: Id
    name: Name
    price: Price
    units: Units
    area: Annotated[int, Meta(ge=1, le=10_000)]
    bed: Name
    breakfasts: Annotated[int, Meta(ge=0, le=20)] = 0
    description: Text = ""
    images: Images = ()
    list_price: Price | None = None
    inventory_mode: Literal["on_order", "on_payment", "unlimited"] = "on_order"
    free_cancel_hours: Annotated[int, Meta(ge=0, le=8760)] = 24
    cancel_fee_bp: Annotated[int, Meta(ge=0, le=10_000)] = 0
    on_sale: bool = True

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.list_price is not None and self.list_price < self.price:
            yield "list_price", "must not be below price"

    def with_later(self, occupancy: Occupancy, day_use: DayUseInput | None, room_id: str, version: int) -> Room:
        """Returns the room type in the given version."""
        return Room(
            room_id=room_id,
            hotel_id=self.hotel_id,
            name=self.name,
            price=Money(self.price),
            list_price=_money(self.list_price),
            units=self.units,
            area=self.area,
            bed=self.bed,
            breakfasts=self.breakfasts,
            description=self.description,
            images=self.images,
            inventory_mode=InventoryMode(self.inventory_mode),
            free_cancel_hours=self.free_cancel_hours,
            cancel_fee_bp=self.cancel_fee_bp,
            version=version,
            on_sale=self.on_sale,
            occupancy=occupancy,
            day_use=None if day_use is None else day_use.day_use,
        )


class RoomInput(RoomFacts):
    """The fields of a new room type."""

    max_adults: MaxAdults | None = None
    max_children: MaxChildren | None = None
    included_adults: IncludedAdults | None = None
    extra_adult_price: Fen | None = None
    extra_child_price: Fen | None = None
    day_use: DayUseInput | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        yield from RoomFacts.broken_rules(self)
        yield from _broken(self._occupancy.broken_rule, self.day_use)

    def to_room(self, room_id: str, version: int) -> Room:
        """Returns the room type in the given version."""
        return self.with_later(self._occupancy, self.day_use, room_id, version)

    @property
    def _occupancy(self) -> Occupancy:
        return Occupancy(
            max_adults=self.max_adults,
            max_children=self.max_children,
            included_adults=self.included_adults,
            extra_adult_price=_money(self.extra_adult_price),
            extra_child_price=_money(self.extra_child_price),
        )


class RoomChange(RoomFacts, kw_only=True):
    """A room type as it shall be. Its bounds and hours stay where they are not sent: older clients do not know them.

    The client may send back everything that it has read; fields that cannot change are ignored.
    """

    max_adults: MaxAdults | UnsetType | None = UNSET
    max_children: MaxChildren | UnsetType | None = UNSET
    included_adults: IncludedAdults | UnsetType | None = UNSET
    extra_adult_price: Fen | UnsetType | None = UNSET
    extra_child_price: Fen | UnsetType | None = UNSET
    day_use: DayUseInput | UnsetType | None = UNSET
    version: Version
    room_id: Id | None = None
    hotel: dict[str, Any] | None = None
    numbers: Numbers = ()

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        yield from RoomFacts.broken_rules(self)
        yield from _broken(None, None if self.day_use is UNSET else self.day_use)

    def to_room(self, room_id: str) -> tuple[Room, frozenset[str]]:
        """Returns the room type in the version that was read, and the names of the fields that stay."""
        counts = {name: getattr(self, name) for name in ("max_adults", "max_children", "included_adults")}
        prices = {name: getattr(self, name) for name in ("extra_adult_price", "extra_child_price")}
        kept = frozenset(name for name, value in {**counts, **prices}.items() if value is UNSET)
        bounds = {**counts, **{name: value if name in kept else _money(value) for name, value in prices.items()}}
        occupancy = Occupancy(**{name: value for name, value in bounds.items() if name not in kept})
        hours = None if self.day_use is UNSET else self.day_use
        stay = kept | ({"day_use"} if self.day_use is UNSET else set())
        return self.with_later(occupancy, hours, room_id, self.version), stay


def _broken(bounds: InvalidRequest | None, hours: DayUseInput | None) -> Iterator[tuple[str, str]]:
    for broken in (bounds, None if hours is None else hours.day_use.broken_rule):
        if broken is not None:
            yield broken.field, broken.message


def _money(fen: int | None) -> Money | None:
    return None if fen is None else Money(fen)


MAX_NIGHTS_SHOWN = 366


class NightsQuery(Input):
    """A range of nights, ``to`` not included."""

    begin: date = field(name="from")
    to: date


def range_refusal(begin: date, to: date, at_most: int) -> InvalidRequest | None:
    """Returns why a range of nights is refused; None if it is allowed."""
    if not 0 < (to - begin).days <= at_most:
        return InvalidRequest("to", f"must be 1 to {at_most} days after from")
    return None
