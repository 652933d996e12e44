"""Rules of hotels, room types, nights and searches."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from posthouse.domain.catalogue import (
    MANY,
    Availability,
    Hotel,
    InventoryMode,
    Night,
    OpeningState,
    RoomOffer,
    availability,
    distance_km,
)
from posthouse.domain.catalogue_view import HotelSummary, Search, Sort, fits, found, summary_of
from posthouse.domain.days import HotelClock
from posthouse.domain.money import Money
from posthouse.domain.price import Occupancy, Party
from posthouse.domain.stay import Stay

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
STAY = Stay(MONDAY, MONDAY + timedelta(days=2))


def offer(room_id: str, price: int, *, on_sale: bool = True) -> RoomOffer:
    return RoomOffer(room_id, price, InventoryMode.ON_ORDER, on_sale)


def hotel(**more: Any) -> Hotel:
    facts: dict[str, Any] = {
        "hotel_id": "H1",
        "name": "驿站 Ｐosthouse",
        "city": "成都",
        "address": "长顺上街 127 Changshun STRASSE",
        "phone": "028-1",
        "latitude": 30.67,
        "longitude": 104.06,
        "description": "",
        "images": (),
        "clock": HotelClock("Asia/Shanghai"),
        "version": 1,
    }
    return Hotel(**{**facts, **more})


def summary(**more: Any) -> HotelSummary:
    return summary_of(hotel(**more))


def night(day: int, units: int, sold: int = 0, *, closed: bool = False) -> tuple[date, Night]:
    on = MONDAY + timedelta(days=day)
    return on, Night("R1", on, units, sold, Money(100 + day), closed)


def test_a_stay_finds_the_fewest_units_and_the_sum_of_the_nights() -> None:
    found = availability(offer("R1", 1), STAY, Party(), dict([night(0, 5, 1), night(1, 3, 1)]))
    assert (found.available, found.total) == (2, Money(201))


def test_a_stay_is_priced_for_the_whole_party() -> None:
    opened, family = dict([night(0, 5), night(1, 5)]), Occupancy(3, 1, 2, Money(30), Money(7))
    room = replace(offer("R1", 1), occupancy=family)
    totals = [availability(room, STAY, party, opened).total for party in (Party(2), Party(3, 1), Party(5, 1, 2))]
    assert totals == [Money(201), Money(201 + 2 * 37), Money(402 + 2 * 37)]
    assert availability(room, STAY, Party(4), opened) == Availability(5, None)


def test_a_search_looks_at_rooms_that_hold_the_party() -> None:
    small = replace(offer("R1", 1), occupancy=Occupancy(max_adults=2))
    of_both = summary(offers=(small, offer("R2", 2)))
    assert [
        [it.room_id for it in of_both.holding(Party(adults, 0, units), STAY)]
        for adults, units in ((2, 1), (3, 1), (4, 2))
    ] == [
        ["R1", "R2"],
        ["R2"],
        ["R1", "R2"],
    ]


@pytest.mark.parametrize(
    ("mode", "second", "available"),
    [
        (InventoryMode.ON_ORDER, night(1, 3, 3), 0),
        (InventoryMode.ON_ORDER, night(1, 3, closed=True), 0),
        (InventoryMode.ON_PAYMENT, night(1, 3, 2), 1),
        (InventoryMode.UNLIMITED, night(1, 3, 7), MANY),
        (InventoryMode.UNLIMITED, night(1, 3, closed=True), 0),
    ],
)
def test_what_is_left_depends_on_the_mode(mode: InventoryMode, second: tuple[date, Night], available: int) -> None:
    found = availability(replace(offer("R1", 1), mode=mode), STAY, Party(), dict([night(0, MANY), second]))
    assert found.available == available


def test_a_night_that_was_never_opened_leaves_nothing_and_has_no_price() -> None:
    found = availability(replace(offer("R1", 1), mode=InventoryMode.UNLIMITED), STAY, Party(), dict([night(0, 5)]))
    assert (found.available, found.total) == (0, None)


def test_the_lowest_price_is_that_of_the_rooms_on_sale() -> None:
    with_rooms = hotel(offers=(offer("R1", 300), offer("R2", 100, on_sale=False)))
    assert (hotel().from_price, with_rooms.from_price) == (None, 300)
    assert summary_of(with_rooms).from_price == 300
    assert [each.room_id for each in summary_of(with_rooms).offers] == ["R1"]


def test_every_change_of_a_room_is_one_of_its_hotel() -> None:
    first = hotel().with_offer(offer("R2", 200)).with_offer(offer("R1", 300))
    assert ([each.room_id for each in first.offers], first.revision) == (["R1", "R2"], 3)
    changed = first.with_offer(offer("R1", 100))
    assert (changed.from_price, len(changed.offers), changed.revision) == (100, 2, 4)
    assert (changed.without_offer("R1").offers, changed.without_offer("R1").revision) == (first.offers[1:], 5)


def test_the_distance_from_beijing_to_shanghai() -> None:
    assert abs(distance_km(39.9042, 116.4074, 31.2304, 121.4737) - 1067) < 5
    assert distance_km(31.2304, 121.4737, 31.2304, 121.4737) == 0


@pytest.mark.parametrize(
    ("keyword", "fitting"),
    [
        ("posthouse", True),
        ("POSTHOUSE 驿站", True),
        ("ｐｏｓｔｈｏｕｓｅ", True),
        ("长顺", True),
        ("成都", True),
        ("straße", True),
        ("驿站 beijing", False),
        ("", True),
    ],
)
def test_keywords_meet_name_address_and_city_whatever_their_case_and_width(keyword: str, fitting: bool) -> None:
    assert fits(Search(NOW, keyword=keyword))(summary()) is fitting


def test_a_city_is_met_whole() -> None:
    assert fits(Search(NOW, city=" 成都 "))(summary())
    assert not fits(Search(NOW, city="成"))(summary())


def test_guests_find_hotels_that_open_soon_but_no_stay_in_them() -> None:
    soon, closed = summary(opening_state=OpeningState.OPENING_SOON), summary(opening_state=OpeningState.CLOSED)
    assert [fits(Search(NOW))(each) for each in (summary(), soon, closed)] == [True, True, False]
    assert [fits(Search(NOW, stay=STAY))(each) for each in (summary(), soon, closed)] == [True, False, False]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("price", ["H2", "H3", "H1", "H4"]),
        ("name", ["H4", "H3", "H2", "H1"]),
        ("distance", ["H1", "H2", "H3", "H4"]),
        (None, ["H2", "H4", "H3", "H1"]),
    ],
)
def test_orders(sort: Sort | None, order: list[str]) -> None:
    hotels = [
        summary(hotel_id="H1", name="d", latitude=30.0, sort_order=1, offers=(offer("a", 300),)),
        summary(hotel_id="H2", name="C", latitude=30.1, sort_order=0, offers=(offer("b", 100),)),
        summary(hotel_id="H3", name="b", latitude=30.2, sort_order=1, offers=(offer("c", 100),)),
        summary(hotel_id="H4", name="A", latitude=30.3, sort_order=1),
    ]
    search = Search(NOW, sort=sort, near=(30.0, 104.06))
    places = {each.hotel_id: found(each, search).place for each in hotels}
    assert sorted(places, key=places.__getitem__) == order
