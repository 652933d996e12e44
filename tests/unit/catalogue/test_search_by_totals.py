"""Searches with dates give the totals, and the order, that all hotels have when each is priced by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.catalogue import Hotel, InventoryMode, Night, RoomOffer
from posthouse.domain.catalogue_view import Search, night_of, summary_of
from posthouse.domain.day_use import DayUse
from posthouse.domain.days import HotelClock
from posthouse.domain.level import Level
from posthouse.domain.lowest_total import Asked, LowestTotals
from posthouse.domain.money import Money
from posthouse.domain.number_sets import pack_numbers, unpack_numbers
from posthouse.domain.offer import Sought, offers_of
from posthouse.domain.price import Occupancy, Party
from posthouse.domain.rate_plan import DaysAhead, PayWhen, RatePlan
from posthouse.domain.restriction import NightRules, Restriction
from posthouse.domain.room_calendar import packed_calendar
from posthouse.domain.stay import Stay
from posthouse.services.catalogue import search as search_service
from posthouse.services.catalogue.hotel_index import Catalogue
from posthouse.services.catalogue.search import FoundPage, find_hotels
from posthouse.store import hotel_summaries, room_calendars
from posthouse.store import nights as nights_store
from tests.support.examples import examples

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
CLOCK = HotelClock("Asia/Shanghai")
DAYS = 6
"""For so many days from today a calendar may have nights."""

Nights = dict[str, dict[date, Night]]


class World:
    """Hotels with the nights of their room types, as the tables have them."""

    def __init__(self, hotels: Sequence[Hotel], nights: Nights) -> None:
        self.hotels = hotels
        self.nights = nights
        self.reads: list[int] = []

    def catalogue(self) -> Catalogue:
        """What an environment has in memory after it has read the rows of the read model."""
        summaries = [hotel_summaries.row_of(summary_of(hotel)).to_domain() for hotel in self.hotels]
        rows = {it: room_calendars.row_of(it, 1, packed_calendar(self.nights[it].values())) for it in self.nights}
        return Catalogue(summaries, {it: room_calendars.calendar_of(row) for it, row in rows.items()})

    def read_many(self, room_ids: Iterable[str], wanted: Sequence[date], *, consistent: bool) -> Nights:
        """Stands for the table of nights."""
        ids = list(room_ids)
        self.reads.append(len(ids) * len(wanted))
        assert not consistent
        return {it: {day: self.nights[it][day] for day in wanted if day in self.nights[it]} for it in ids}


@pytest.fixture
def patch() -> Iterable[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as found:
        yield found


def hotel(number: int, *offers: RoomOffer) -> Hotel:
    facts = (f"H{number:03d}", f"n{number % 3}", "城", "a", "1", 30.0 + number % 2, 104.0, "", (), CLOCK, 1)
    return Hotel(*facts, offers=offers)


def plan(number: int = 1, **more: Any) -> RatePlan:
    facts = {"breakfasts": 0, "cancel_fee_bp": 0, "payment": PayWhen.FULL, **more}
    return RatePlan(rate_plan_id=f"P{number}", room_id="R", name=f"Plan {number}", **facts)


def room(room_id: str, *plans: RatePlan, **more: Any) -> RoomOffer:
    facts = {"mode": InventoryMode.ON_ORDER, "on_sale": True, **more}
    return RoomOffer(room_id, 100, plans=plans, **facts)


def night(room_id: str, day: int, price: int = 100, left: int = 1, **more: Any) -> Night:
    facts = {"units": 9, "sold": 9 - left, "closed": False, **more}
    return Night(room_id=room_id, night=TODAY + day * DAY, price=Money(price), **facts)


def calendar(*nights: Night) -> dict[date, Night]:
    return {each.night: each for each in nights}


def cheapest(world: World, search: Search, each: Hotel) -> int | None:
    """The cheapest stay of a hotel that can be booked now: every room type by every plan, one by one."""
    assert search.stay is not None
    sought = Sought(search.stay, search.party, CLOCK.business_date(search.now), search.level)
    offers = [offers_of(it, sought, world.nights[it.room_id]) for it in each.offers if it.takes(search.stay)]
    found = [it for one in offers if (it := one.cheapest(search.level)) is not None]
    return min((it.price.total.fen for it in found), default=None)


def expected(world: World, search: Search) -> list[tuple[str, int]]:
    """All hotels that a search finds with their totals, in its order."""
    assert search.stay is not None
    found = [(each, total) for each in world.hotels if (total := cheapest(world, search, each)) is not None]
    allowed = [(each, total) for each, total in found if search.allows(night_of(total, len(search.stay)))]
    keys = {
        "price": lambda it: (it[1], it[0].hotel_id),
        "name": lambda it: (it[0].name, it[0].hotel_id),
        "distance": lambda it: (it[0].latitude, it[0].hotel_id),
        None: lambda it: (it[0].name, it[0].hotel_id),
    }
    return [(each.hotel_id, total) for each, total in sorted(allowed, key=keys[search.sort])]


def walked(catalogue: Catalogue, search: Search, limit: int) -> list[FoundPage]:
    """All pages; a cursor travels as JSON."""
    pages, after = [], None
    for _ in range(500):
        pages.append(find_hotels(catalogue, search, limit, after))
        assert len(pages[-1].items) <= limit
        after = json.loads(json.dumps(pages[-1].after))
        if after is None:
            return pages
    raise AssertionError("the cursor does not come to an end")


def found_in(pages: Iterable[FoundPage]) -> list[tuple[str, int | None]]:
    return [(each.summary.hotel_id, each.total) for page in pages for each in page.items]


# ---------------------------------------------------------------- random worlds

bounds = st.sampled_from([None, None, None, 1, 2, 3])
plans = st.builds(
    plan,
    st.integers(1, 9),
    adjustment_bp=st.sampled_from([-5000, -1000, -333, 0, 500]),
    adjustment=st.sampled_from([-30, 0, 0, 20]),
    min_stay=bounds,
    days_ahead=st.builds(DaysAhead, bounds, bounds),
    weekdays=st.sampled_from([(), (), (1, 2, 3, 6, 7), (6,)]),
    min_level=st.sampled_from([None, None, Level.MEMBER, Level.GOLD]),
    valid_to=st.sampled_from([None, None, TODAY + 2 * DAY]),
)
rules = st.builds(NightRules, bounds, bounds, st.booleans(), st.booleans())
night_facts: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "price": st.integers(1, 120),
        "left": st.sampled_from([0, 1, 2, 2, 2]),
        "closed": st.sampled_from([False] * 9 + [True]),
        "rules": st.one_of(*[st.just(NightRules())] * 5, rules),
    }
)
occupancies = st.sampled_from([Occupancy(), Occupancy(max_adults=1), Occupancy(2, 1, 1, Money(7), Money(3))])
rooms_of = st.tuples(
    st.lists(st.one_of(*[night_facts] * 9, st.none()), min_size=DAYS, max_size=DAYS),
    st.lists(plans, max_size=3),
    occupancies,
    st.sampled_from([*InventoryMode]),
    st.sampled_from([None, None, None, DayUse(3, "09:00", "18:00")]),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    nights: Nights = {}
    hotels = []
    for number, drawn in enumerate(draw(st.lists(st.lists(rooms_of, min_size=1, max_size=3), min_size=2, max_size=6))):
        offers = []
        for index, (days, sold_by, occupancy, mode, day_use) in enumerate(drawn):
            room_id = f"R{number:03d}-{index}"
            nights[room_id] = calendar(*(night(room_id, day, **facts) for day, facts in enumerate(days) if facts))
            offers.append(room(room_id, *sold_by, occupancy=occupancy, mode=mode, day_use=day_use))
        hotels.append(hotel(number, *offers))
    return World(hotels, nights)


searches = st.builds(
    Search,
    now=st.just(NOW),
    stay=st.sampled_from(
        [Stay(TODAY + begin * DAY, TODAY + (begin + n) * DAY) for begin in (0, 1, 2) for n in range(4)]
    ),
    party=st.sampled_from([Party(), Party(2), Party(2, 1), Party(3, 1, 2)]),
    near=st.just((29.0, 104.0)),
    price_min=st.sampled_from([None, None, 40]),
    price_max=st.sampled_from([None, None, 80]),
    sort=st.sampled_from(["price", "price", "name", "distance", None]),
    level=st.sampled_from([None, Level.MEMBER, Level.DIAMOND]),
)


@examples(200)
@given(world=worlds(), search=searches, limit=st.integers(1, 4), bound=st.integers(1, 12), keys=st.integers(1, 9))
def test_a_walk_with_cursors_is_the_order_of_all_hotels(
    world: World, search: Search, limit: int, bound: int, keys: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nights_store, "read_many", world.read_many)
        patch.setattr(search_service, "NIGHTS_LOOKED_AT", bound)
        patch.setattr(search_service, "MAX_KEYS", keys)
        pages = walked(world.catalogue(), search, limit)
    assert found_in(pages) == expected(world, search)
    for page in pages[1:]:
        assert (page.open_dates, page.restricted) == (None, None)


@examples(100)
@given(world=worlds(), search=searches)
def test_what_stands_against_a_stay_is_told_only_if_it_could_be_booked_without(world: World, search: Search) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nights_store, "read_many", world.read_many)
        told = find_hotels(world.catalogue(), search, 9, None).restricted
    free = {it: {day: without_rules(each) for day, each in nights.items()} for it, nights in world.nights.items()}
    without = expected(World(world.hotels, free), search)
    assert (told is not None) == (not expected(world, search) and without != []) or search.price_min is not None


def without_rules(each: Night) -> Night:
    facts = {name: getattr(each, name) for name in each.__struct_fields__ if name != "rules"}
    return Night(**facts)


@examples(100)
@given(numbers=st.frozensets(st.integers(0, 6000)))
def test_sets_of_numbers_travel_as_text(numbers: frozenset[int]) -> None:
    assert unpack_numbers(pack_numbers(numbers)) == numbers
    assert len(pack_numbers(numbers)) <= 1100


@pytest.mark.parametrize("limit", [1, 2])
def test_a_hotel_that_goes_back_is_found_later_and_one_that_was_found_is_not(
    patch: pytest.MonkeyPatch, limit: int
) -> None:
    rooms = {
        "H000": [("R000-0", 100, 0), ("R000-1", 300, 1)],
        "H001": [("R001-0", 200, 1), ("R001-1", 350, 1)],
        "H002": [("R002-0", 250, 1), ("R002-1", 275, 1)],
        "H003": [("R003-0", 400, 1)],
        "H004": [("R004-0", 150, 0), ("R004-1", 260, 0), ("R004-2", 500, 1)],
    }
    nights = {it: calendar(night(it, 0, price, left)) for each in rooms.values() for it, price, left in each}
    world = World([hotel(n, *(room(it) for it, *_ in each)) for n, each in enumerate(rooms.values())], nights)
    patch.setattr(nights_store, "read_many", world.read_many)
    pages = walked(world.catalogue(), by_price(1), limit)
    assert found_in(pages) == expected(world, by_price(1))
    assert [hotel_id for hotel_id, _ in found_in(pages)] == ["H001", "H002", "H000", "H003", "H004"]


# ---------------------------------------------------------------- what is read


def many(number: int, left: int = 1, rooms: int = 2) -> World:
    nights = {
        f"R{n:03d}-{index}": calendar(*(night(f"R{n:03d}-{index}", day, 100 + n + index, left) for day in range(2)))
        for n in range(number)
        for index in range(rooms)
    }
    return World([hotel(n, *(room(f"R{n:03d}-{index}") for index in range(rooms))) for n in range(number)], nights)


def by_price(nights: int = 2, **more: Any) -> Search:
    return Search(now=NOW, stay=Stay(TODAY, TODAY + nights * DAY), sort="price", **more)


def test_only_the_cheapest_rooms_of_a_page_are_read(patch: pytest.MonkeyPatch) -> None:
    world = many(200)
    patch.setattr(nights_store, "read_many", world.read_many)
    assert len(find_hotels(world.catalogue(), by_price(), 20, None).items) == 20
    assert world.reads == [40]


def test_where_rooms_are_sold_out_a_request_reads_full_batches_up_to_its_bound(patch: pytest.MonkeyPatch) -> None:
    world = many(1500, left=0)
    patch.setattr(nights_store, "read_many", world.read_many)
    page = find_hotels(world.catalogue(), by_price(), 20, None)
    assert (page.items, page.after is None, sum(world.reads)) == ([], False, 2040)
    assert set(world.reads[1:]) == {100}


def test_totals_that_are_known_are_not_reckoned_again(patch: pytest.MonkeyPatch) -> None:
    world = many(3)
    patch.setattr(nights_store, "read_many", world.read_many)
    reckoned: list[str] = []
    options = LowestTotals.options

    def noted(self: LowestTotals, offers: Any, *more: Any) -> Any:
        reckoned.extend(offer.room_id for offer in offers)
        return options(self, offers, *more)

    patch.setattr(LowestTotals, "options", noted)
    catalogue = world.catalogue()
    for _ in range(2):
        find_hotels(catalogue, by_price(), 20, None)
    assert len(reckoned) == 6
    catalogue.forget("H001")
    find_hotels(catalogue, by_price(), 20, None)
    assert reckoned[6:] == ["R001-0", "R001-1"]
    find_hotels(catalogue, by_price(party=Party(2)), 20, None)
    assert len(reckoned) == 14


def test_the_night_that_is_read_counts_where_memory_has_another_price(patch: pytest.MonkeyPatch) -> None:
    world = many(3, rooms=1)
    patch.setattr(nights_store, "read_many", world.read_many)
    catalogue = world.catalogue()
    world.nights["R000-0"] = calendar(night("R000-0", 0, 500), night("R000-0", 1, 500))
    world.nights["R002-0"] = calendar(night("R002-0", 0, 90), night("R002-0", 1, 90))
    found = find_hotels(catalogue, by_price(), 20, None).items
    assert [(each.summary.hotel_id, each.total) for each in found] == [("H001", 202), ("H002", 180), ("H000", 1000)]


def test_a_restriction_is_told_where_it_alone_stands_against_a_stay(patch: pytest.MonkeyPatch) -> None:
    world = many(2, rooms=1)
    world.nights["R001-0"] = calendar(night("R001-0", 0, rules=NightRules(min_stay=2)), night("R001-0", 1))
    world.nights["R000-0"] = calendar(night("R000-0", 0, left=0, rules=NightRules(closed_to_arrival=True)))
    patch.setattr(nights_store, "read_many", world.read_many)
    page = find_hotels(world.catalogue(), by_price(1), 20, None)
    assert page.restricted is not None
    assert (page.restricted.restriction, page.restricted.nights) == (Restriction.MIN_STAY, 2)
    assert page.open_dates is not None
    assert find_hotels(world.catalogue(), by_price(1, price_max=99), 20, None).restricted is None


def test_equal_plans_of_many_room_types_are_one_object_in_memory() -> None:
    world = World([hotel(n, room(f"R{n}", plan(n, adjustment_bp=-500))) for n in range(2)], {"R0": {}, "R1": {}})
    one, two = (each.offers[0].plans[0] for each in world.catalogue().hotels)
    assert one is two
    dearer = summary_of(hotel(1, room("R", plan(adjustment=5), plan(adjustment_bp=100))))
    assert dearer.offers[0].plans == ()


def test_the_lowest_totals_are_those_of_the_offers() -> None:
    asked = Asked(Stay(TODAY, TODAY + 2 * DAY), Party(3, 1, 2), None)
    offer = room("R", plan(adjustment_bp=-3333, adjustment=1), occupancy=Occupancy(2, 1, 1, Money(7), Money(3)))
    nights = calendar(night("R", 0, 101, left=5), night("R", 1, 55, left=5))
    [(total, _)] = LowestTotals(asked).options([offer], {"R": packed_calendar(nights.values())}, TODAY)
    made: Mapping[date, Night] = nights
    assert offers_of(offer, asked.sought(TODAY), made).offers[0].price.total.fen == total == 2 * (68 + 38) + 2 * (7 + 3)
