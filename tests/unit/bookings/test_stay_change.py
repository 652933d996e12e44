"""Changing a stay: what stays keeps its price, what is taken and freed is the difference, the folio adds up."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, SoldOut
from posthouse.domain.cancellation import CancelRule
from posthouse.domain.catalogue import InventoryMode, Night, NotOnSale, OpeningState, Room
from posthouse.domain.days import HotelClock
from posthouse.domain.folio import LineKind, folio_of
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import Extra, Occupancy, Party, Per, Price
from posthouse.domain.refusal import InvalidRequest, InvalidTransition, Refusal
from posthouse.domain.stay import MAX_NIGHTS, Stay
from posthouse.domain.stay_change import (
    CHANGEABLE,
    MAX_CHANGES,
    ChangeTooLarge,
    OnSale,
    StayChange,
    TooManyChanges,
    WantedStay,
    aim_of,
    change_of,
)
from posthouse.domain.terms import BookedNight, Change, room_nights
from posthouse.store.booking_terms import change_facts, terms_facts, terms_of
from posthouse.store.booking_terms import change_of as stored_change
from tests.support.examples import examples

NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
DAY = date(2026, 12, 1)
ROOMS = ("R1", "R2")


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def a_room(room_id: str = "R1", **more: Any) -> Room:
    facts: dict[str, Any] = {
        "hotel_id": "H1",
        "name": f"Room {room_id}",
        "price": Money(10_000),
        "list_price": None,
        "units": 9,
        "area": 20,
        "bed": f"Bed {room_id}",
        "breakfasts": 0,
        "description": "",
        "images": (),
        "inventory_mode": InventoryMode.ON_ORDER,
        "free_cancel_hours": 18,
        "cancel_fee_bp": 0,
        "version": 1,
        "occupancy": Occupancy(included_adults=1, extra_adult_price=Money(700), extra_child_price=Money(300)),
    }
    return Room(room_id, **{**facts, **more})


def a_booking(
    nights: int = 2,
    units: int = 1,
    *,
    adults: int = 1,
    children: int = 0,
    discount: int = 0,
    extras: tuple[Extra, ...] = (),
    status: BookingState = BookingState.PAID,
    price: int = 10_000,
) -> Booking:
    """A stay in R1 from the first date on."""
    party = Party(adults, children, units)
    guests = a_room().occupancy.guests_price(party)
    booked = tuple(BookedNight(day(n), units, Money(price + n), "R1", guests) for n in range(nights))
    with_it = tuple(extra.booked(2, party, nights) for extra in extras)
    costs = Price.of(
        sum((each.amount for each in booked), ZERO),
        Money(discount),
        guests=guests * nights,
        extras=sum((each.amount for each in with_it), ZERO),
    )
    return Booking(
        order_no="B1",
        user_id="U1",
        hotel_id="H1",
        hotel_name="Inn",
        room_id="R1",
        room_name="Room R1",
        clock=HotelClock("Asia/Shanghai"),
        stay=Stay(DAY, day(nights)),
        nights=booked,
        price=costs,
        status=status,
        guest_name="Li Lei",
        phone_number="",
        arrival_time=None,
        coupon_id=None,
        created_at=NOW,
        expires_at=None,
        timeline=(Moment(status, NOW),),
        version=1,
        nights_taken=True,
        cancel_rule=CancelRule(18, 5000),
        charges=costs.payable,
        adults=adults,
        children=children,
        guests_price=guests,
        extras=with_it,
    )


def on_sale(room: Room, price: int = 20_000, left: int = 9) -> OnSale:
    opened = {day(n): Night(room.room_id, day(n), left, 0, Money(price), closed=False) for n in range(-5, 120)}
    return OnSale(room, OpeningState.OPEN, opened)


def change(
    booking: Booking, wanted: WantedStay, today: date = DAY, price: int = 20_000, **room: Any
) -> StayChange | Refusal:
    aim = aim_of(booking, wanted, today)
    return aim if isinstance(aim, Refusal) else change_of(booking, aim, on_sale(a_room(aim.room_id, **room), price))


def made(booking: Booking, wanted: WantedStay, today: date = DAY, price: int = 20_000) -> Booking:
    found = change(booking, wanted, today, price)
    assert isinstance(found, StayChange), found
    return booking.changed(found.terms, "desk", NOW + timedelta(hours=len(booking.changes) + 1))


def prices(booking: Booking) -> list[tuple[date, str, int, int]]:
    return [(each.night, each.room_id, each.units, each.price.fen) for each in booking.nights]


# ---------------------------------------------------------------- by example


def test_nights_that_stay_keep_their_price() -> None:
    longer = made(a_booking(), WantedStay(check_out=day(3)))
    assert prices(longer) == [(day(0), "R1", 1, 10_000), (day(1), "R1", 1, 10_001), (day(2), "R1", 1, 20_000)]
    later = made(longer, WantedStay(check_in=day(1), check_out=day(4)), price=30_000)
    assert [each[3] for each in prices(later)] == [10_001, 20_000, 30_000]
    back = made(later, WantedStay(check_in=day(0), check_out=day(2)), price=5_000)
    assert [each[3] for each in prices(back)] == [5_000, 10_001], "one that was given up is priced anew"


def test_units_that_are_added_at_the_same_price_are_joined() -> None:
    more = made(a_booking(1), WantedStay(units=3), price=10_000)
    assert prices(more) == [(day(0), "R1", 3, 10_000)]
    dear = made(more, WantedStay(units=4), price=12_000)
    assert prices(dear) == [(day(0), "R1", 3, 10_000), (day(0), "R1", 1, 12_000)]
    assert (dear.units, dear.size, [each.units for each in dear.room_nights]) == (4, 4, [4])
    assert prices(made(dear, WantedStay(units=3))) == prices(more), "what was added last goes first"


def test_the_sum_of_extra_guests_is_of_the_nights_as_they_were_booked() -> None:
    booking = a_booking(2, adults=2)
    dear = Occupancy(included_adults=1, extra_adult_price=Money(900))
    aim = aim_of(booking, WantedStay(check_out=day(3)), DAY)
    assert not isinstance(aim, Refusal)
    longer = change_of(booking, aim, on_sale(a_room(occupancy=dear)))
    assert isinstance(longer, StayChange)
    assert longer.terms.price.guests == Money(700 + 700 + 900)
    assert longer.terms.guests_price == Money(900)
    assert made(booking, WantedStay(adults=3)).price.guests == Money(2 * 1400)
    assert made(booking, WantedStay(units=2)).price.guests == ZERO, "two units include two adults"


@pytest.mark.parametrize(
    ("per", "amounts"),
    [
        (Per.STAY, (200, 200, 200)),
        (Per.NIGHT, (400, 600, 400)),
        (Per.GUEST, (400, 600, 200)),
        (Per.GUEST_NIGHT, (800, 1800, 800)),
    ],
)
def test_extras_follow_the_nights_and_the_guests(per: Per, amounts: tuple[int, int, int]) -> None:
    extra = Extra("E1", "H1", "Tea", Money(100), per, enabled=True, version=1)
    booking = a_booking(2, adults=1, children=1, extras=(extra,))
    longer = made(booking, WantedStay(check_out=day(3), adults=2))
    # In the house, with the first night over: only the rest is for fewer guests.
    inside = replace(longer, status=BookingState.CHECKED_IN)
    fewer = made(inside, WantedStay(check_out=day(2), adults=1, children=0), today=day(1))
    assert tuple(it.extras[0].amount.fen for it in (booking, longer)) == amounts[:2]
    of_first_night = 600 if per is Per.GUEST_NIGHT else 0
    assert fewer.extras[0].amount.fen == (of_first_night + 200 if of_first_night else amounts[2])


def test_in_the_house_what_is_over_stays() -> None:
    inside = a_booking(3, status=BookingState.CHECKED_IN)
    moved = made(inside, WantedStay(room_id="R2", units=2), today=day(1))
    assert [each[:3] for each in prices(moved)] == [(day(0), "R1", 1), (day(1), "R2", 2), (day(2), "R2", 2)]
    assert (moved.units, moved.room_id, moved.room_names) == (2, "R2", {"R1": "Room R1", "R2": "Room R2"})
    gone = made(inside, WantedStay(check_out=day(1)), today=day(1))
    assert [each[0] for each in prices(gone)] == [day(0)]
    assert isinstance(change(inside, WantedStay(check_in=day(1)), today=day(1)), InvalidRequest)
    # Nobody sells a night that is over: the guest stayed on, and nobody has said so.
    over = change(inside, WantedStay(check_out=day(6)), today=day(5))
    assert isinstance(over, InvalidRequest)
    assert over.field == "check_out"


@pytest.mark.parametrize("status", sorted({*BookingState} - CHANGEABLE))
def test_other_stays_do_not_change(status: BookingState) -> None:
    assert isinstance(change(a_booking(status=status), WantedStay(units=2)), InvalidTransition)


def test_what_is_in_the_way() -> None:
    booking = a_booking()
    aim = aim_of(booking, WantedStay(check_out=day(4), units=2), DAY)
    assert not isinstance(aim, Refusal)
    room = a_room()
    assert change_of(booking, aim, on_sale(room, left=1)) == SoldOut((day(2), day(3)))
    unlimited = replace(room, inventory_mode=InventoryMode.UNLIMITED)
    assert isinstance(change_of(booking, aim, on_sale(unlimited, left=0)), StayChange)
    assert change_of(booking, aim, on_sale(replace(room, on_sale=False))) == NotOnSale("room")
    closed = replace(on_sale(room), opening_state=OpeningState.CLOSED)
    assert change_of(booking, aim, closed) == NotOnSale("hotel")
    fewer = aim_of(booking, WantedStay(check_out=day(1)), DAY)
    assert not isinstance(fewer, Refusal)
    assert isinstance(change_of(booking, fewer, closed), StayChange), "nothing is sold"
    small = change(booking, WantedStay(adults=3), occupancy=Occupancy(max_adults=2))
    assert type(small).__name__ == "TooManyGuests"


def test_too_large() -> None:
    assert isinstance(change(a_booking(), WantedStay(check_out=day(MAX_NIGHTS))), StayChange)
    assert isinstance(change(a_booking(), WantedStay(check_out=day(MAX_NIGHTS + 1))), ChangeTooLarge)
    assert isinstance(change(a_booking(2), WantedStay(units=43)), ChangeTooLarge)
    assert change(a_booking(50), WantedStay(room_id="R2")) == ChangeTooLarge(100), "fifty are freed, fifty taken"
    often = replace(a_booking(), changes=(Change(NOW, "desk", a_booking().terms),) * MAX_CHANGES)
    assert change(often, WantedStay(units=2)) == TooManyChanges()


# ---------------------------------------------------------------- by property

wanted_stays = st.builds(
    WantedStay,
    check_in=st.none() | st.integers(-1, 6).map(day),
    check_out=st.none() | st.integers(0, 9).map(day),
    room_id=st.none() | st.sampled_from(ROOMS),
    units=st.none() | st.integers(1, 4),
    adults=st.none() | st.integers(1, 3),
    children=st.none() | st.integers(0, 2),
)
steps = st.lists(st.tuples(wanted_stays, st.integers(0, 3), st.integers(1, 50_000)), min_size=1, max_size=6)
PER_ALL = tuple(Extra(f"E{per}", "H1", per, Money(130), per, enabled=True, version=1) for per in Per)


@given(steps, st.integers(1, 5), st.integers(1, 3), st.integers(0, 60_000), st.booleans())
@examples(300)
def test_whatever_is_changed(
    asked: list[tuple[WantedStay, int, int]], nights: int, units: int, discount: int, inside: bool
) -> None:
    status = BookingState.CHECKED_IN if inside else BookingState.PAID
    booking = a_booking(nights, units, adults=2, discount=discount, extras=PER_ALL, status=status)
    today = DAY
    for wanted, later, price in asked:
        today += timedelta(days=later)
        found = change(booking, wanted, today, price)
        if isinstance(found, Refusal):
            continue
        after = booking.changed(found.terms, "desk", NOW)
        _taken_and_freed_are_the_difference(booking, after, found)
        _what_stays_keeps_its_price(booking, after, today, price)
        _sums(booking, after)
        assert after.price.discount <= booking.price.discount
        assert {each.night for each in after.nights} == set(after.stay.nights)
        assert [each.night for each in after.nights] == sorted(each.night for each in after.nights)
        if inside:
            assert after.stay.check_in == booking.stay.check_in
        over = [each for each in after.nights if each.night < today]
        assert set(over) <= set(booking.nights), "what is over is as it was"
        if any(each.night >= today for each in after.nights):
            assert {each.room_id for each in after.nights if each.night >= today} == {after.room_id}
            assert after.units == (wanted.units or booking.units)
        assert terms_of(terms_facts(after.terms)) == after.terms, "and it is stored whole"
        assert stored_change(change_facts(after.changes[-1])) == after.changes[-1]
        booking = after


def _taken_and_freed_are_the_difference(before: Booking, after: Booking, found: StayChange) -> None:
    units: Counter[tuple[str, date]] = Counter()
    for each in before.room_nights:
        units[each.room_id, each.night] += each.units
    for taken in found.taken:
        units[taken.room_id, taken.night] += taken.units
    for freed in found.freed:
        units[freed.room_id, freed.night] -= freed.units
    assert +units == Counter({(each.room_id, each.night): each.units for each in after.room_nights})
    assert min(units.values(), default=0) >= 0
    rows = [(each.room_id, each.night) for each in (*room_nights(found.taken), *found.freed)]
    assert len(rows) == len(set(rows)) <= MAX_NIGHTS, "each row of the calendar is an item of one transaction, once"


def _what_stays_keeps_its_price(before: Booking, after: Booking, today: date, price: int) -> None:
    was: Counter[tuple[str, date, int]] = Counter()
    now: Counter[tuple[str, date, int]] = Counter()
    for each in before.nights:
        was[each.room_id, each.night, each.price.fen] += each.units
    for each in after.nights:
        now[each.room_id, each.night, each.price.fen] += each.units
    new = now - was
    assert all(cost == price and night >= today for _, night, cost in new), "what is new has today's price"
    kept = Counter({(each.room_id, each.night): each.units for each in room_nights(before.nights)}) & Counter(
        {(each.room_id, each.night): each.units for each in room_nights(after.nights)}
    )
    assert sum((was & now).values()) >= sum(kept.values()), "no unit that stays gets another price"


def _sums(before: Booking, after: Booking) -> None:
    price = after.price
    assert price.nights == sum((each.amount for each in after.nights), ZERO)
    assert price.guests == sum((each.guests for each in after.nights), ZERO)
    assert price.extras == sum((extra.amount for extra in after.extras), ZERO)
    assert after.charges - before.charges == price.payable - before.price.payable
    folio = folio_of(after, [])
    assert folio.charges == after.charges == price.payable
    assert len({line.line_id for line in folio.lines}) == len(folio.lines)
    assert all(line.kind in {LineKind.ROOM, LineKind.EXTRA, LineKind.DISCOUNT} for line in folio.lines)
    assert folio.lines[: len(folio_of(before, []).lines)] == folio_of(before, []).lines, "lines are only added"


@given(wanted_stays, st.integers(1, 5), st.integers(1, 3))
@examples(100)
def test_a_change_and_back_costs_the_same_where_prices_stay(wanted: WantedStay, nights: int, units: int) -> None:
    booking = a_booking(nights, units)
    same = replace(booking, nights=tuple(replace(each, price=Money(20_000)) for each in booking.nights))
    same = replace(same, price=Price.of(Money(20_000) * same.size), charges=Money(20_000) * same.size)
    there = change(same, replace(wanted, adults=None, children=None))
    assume(isinstance(there, StayChange))
    assert isinstance(there, StayChange)
    after = same.changed(there.terms, "desk", NOW)
    back = made(after, WantedStay(same.stay.check_in, same.stay.check_out, "R1", same.units))
    assert (back.price.payable, prices(back)) == (same.price.payable, prices(same))
