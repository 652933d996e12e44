"""Search, room list and booking price a stay alike, whatever the room, the party and the dates."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.catalogue import InventoryMode, Night, RoomOffer, availability
from posthouse.domain.lowest_total import Asked, LowestTotals
from posthouse.domain.money import Money
from posthouse.domain.price import Occupancy, Party, TooManyGuests, price_stay
from posthouse.domain.room_calendar import packed_calendar
from posthouse.domain.stay import Stay
from posthouse.store.hotels import offer_facts, offers_of
from posthouse.store.occupancy import occupancy_facts, occupancy_of
from tests.support.examples import examples

REPEATED = examples(100)
FIRST = date(2026, 11, 23)
fen = st.integers(0, 100_000_000)
bounds = st.none() | st.integers(0, 5)
occupancies = st.builds(Occupancy, bounds, bounds, bounds, st.none() | fen.map(Money), st.none() | fen.map(Money))
parties = st.builds(Party, st.integers(1, 12), st.integers(0, 6), st.integers(1, 3))


def _in_fen(prices: list[int], party: Party, room: Occupancy) -> int | None:
    """The rule by itself, in plain numbers: None if the party does not fit."""
    for guests, most in ((party.adults, room.max_adults), (party.children, room.max_children)):
        if most is not None and guests > most * party.units:
            return None
    included = party.adults if room.included_adults is None else room.included_adults * party.units
    total = 0
    for price in prices:
        total += price * party.units
        total += max(party.adults - included, 0) * (room.extra_adult_price.fen if room.extra_adult_price else 0)
        total += party.children * (room.extra_child_price.fen if room.extra_child_price else 0)
    return total


@REPEATED
@given(st.lists(st.tuples(occupancies, st.lists(fen, min_size=2, max_size=2)), min_size=1, max_size=3), parties)
def test_what_a_search_finds_is_what_a_booking_costs(rooms: list[tuple[Occupancy, list[int]]], party: Party) -> None:
    stay = Stay(FIRST, FIRST + timedelta(days=2))
    booked, found, calendars = [], [], {}
    for number, (occupancy, prices) in enumerate(rooms):
        offer = RoomOffer(f"R{number}", 1, InventoryMode.ON_ORDER, on_sale=True, occupancy=occupancy)
        # As a search reads it: through the hotel's row and its summary.
        [stored] = offers_of(json.loads(json.dumps(offer_facts((offer,)))))
        nights = {
            n: Night(offer.room_id, n, 3, 0, Money(p), closed=False) for n, p in zip(stay.nights, prices, strict=True)
        }
        found.append(availability(stored, stay, party, nights))
        calendars[stored] = packed_calendar(nights.values())
        # As a booking reads it: through the row of the room type.
        bounds_read = occupancy_of(json.loads(json.dumps(occupancy_facts(occupancy))))
        price = price_stay([night.price for night in nights.values()], party, bounds_read)
        booked.append(None if isinstance(price, TooManyGuests) else price.total.fen)
        assert booked[-1] == _in_fen(prices, party, occupancy)
        assert (stored.occupancy.refusal(party) is None) == (booked[-1] is not None)
    assert [None if each.total is None else each.total.fen for each in found] == booked
    by_room = {offer.room_id: calendar for offer, calendar in calendars.items()}
    options = LowestTotals(Asked(stay, party, None)).options(calendars, by_room, FIRST)
    assert [total for total, _ in options] == sorted(it for it in booked if it is not None)


@REPEATED
@given(occupancies)
def test_bounds_come_back_as_they_were_stored(occupancy: Occupancy) -> None:
    assert occupancy_of(occupancy_facts(occupancy)) == occupancy
    assert occupancy_of({}) == Occupancy()


def test_a_hotel_row_of_an_older_release_has_rooms_without_bounds() -> None:
    [old] = offers_of([["R1", 100, "on_order", True, "Twin"]])
    assert old == RoomOffer("R1", 100, InventoryMode.ON_ORDER, True, "Twin", Occupancy())
    assert offer_facts((old,)) == [["R1", 100, "on_order", True, "Twin"]]
