"""The price of a stay: guests, extras, and how they add up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Extra, Occupancy, Party, Per, Price, TooManyGuests, price_stay
from tests.support.examples import examples

REPEATED = examples(100)
FAMILY = Occupancy(3, 1, 2, Money(8000), Money(3000))
"""A unit for three adults and a child, two of the adults in its price."""

fen = st.integers(0, 100_000_000).map(Money)
bounds = st.none() | st.integers(0, 6)
occupancies = st.builds(Occupancy, bounds, bounds, bounds, st.none() | fen, st.none() | fen)
parties = st.builds(Party, st.integers(1, 20), st.integers(0, 10), st.integers(1, 9))
prices = st.lists(fen, min_size=1, max_size=9)
extras = st.lists(
    st.builds(
        Extra,
        st.text("ab", max_size=3),
        st.just("H1"),
        st.just("Tea"),
        fen,
        st.sampled_from(Per),
        st.just(True),
        st.just(1),
    )
)


def _nights(*each: int) -> list[Money]:
    return [Money(price) for price in each]


def _fen(price: Price | TooManyGuests) -> tuple[int, int, int]:
    assert isinstance(price, Price)
    return price.nights.fen, price.guests.fen, price.total.fen


@pytest.mark.parametrize(
    ("party", "guests"),
    [
        (Party(), 0),
        (Party(2), 0),
        (Party(3), 2 * 8000),
        (Party(2, 1), 2 * 3000),
        (Party(3, 1), 2 * 11000),
        (Party(4, 0, 2), 0),
        (Party(5, 2, 2), 2 * (8000 + 2 * 3000)),
        (Party(6, 2, 2), 2 * (2 * 8000 + 2 * 3000)),
    ],
)
def test_extra_adults_and_children_cost_for_each_night(party: Party, guests: int) -> None:
    nights = 30000 * party.units
    assert _fen(price_stay(_nights(10000, 20000), party, FAMILY)) == (nights, guests, nights + guests)


@pytest.mark.parametrize(
    ("party", "refused"),
    [
        (Party(4), TooManyGuests(3, 1)),
        (Party(1, 2), TooManyGuests(3, 1)),
        (Party(7, 0, 2), TooManyGuests(6, 2)),
        (Party(6, 3, 2), TooManyGuests(6, 2)),
        (Party(6, 2, 2), None),
    ],
)
def test_a_party_fits_into_all_units_together(party: Party, refused: TooManyGuests | None) -> None:
    priced = price_stay(_nights(100), party, FAMILY)
    assert priced == refused if refused else isinstance(priced, Price)


def test_a_room_without_bounds_holds_everybody_for_its_own_price() -> None:
    assert _fen(price_stay(_nights(100, 50), Party(40, 30, 2), Occupancy())) == (300, 0, 300)
    assert _fen(price_stay(_nights(100), Party(5), Occupancy(extra_adult_price=Money(7)))) == (100, 0, 100)


def test_a_refusal_says_what_fits() -> None:
    assert TooManyGuests(6, 2).explanation == "So many units hold at most 6 adults and 2 children."
    assert TooManyGuests(None, 0).explanation == "So many units hold at most 0 children."


@pytest.mark.parametrize(
    ("per", "amount"), [(Per.STAY, 200), (Per.NIGHT, 600), (Per.GUEST, 1000), (Per.GUEST_NIGHT, 3000)]
)
def test_units_do_not_multiply_an_extra(per: Per, amount: int) -> None:
    extra = Extra("E1", "H1", "Breakfast", Money(100), per, enabled=True, version=4)
    booked = BookedExtra("E1", "Breakfast", per, Money(100), 2, Money(amount))
    assert extra.booked(2, Party(4, 1, 2), 3) == extra.booked(2, Party(4, 1, 1), 3) == booked
    price = price_stay(_nights(1000, 1000, 1000), Party(4, 1, 2), Occupancy(), [booked])
    assert isinstance(price, Price)
    assert (price.extras.fen, price.total.fen) == (amount, 6000 + amount)


def test_a_discount_is_of_the_whole_total() -> None:
    price = Price.of(Money(100), guests=Money(20), extras=Money(30)).less(Money(120))
    assert (price.total, price.discount, price.payable, price.nights) == (Money(150), Money(120), Money(30), Money(100))
    assert price.less(Money(500)).payable == ZERO


def test_points_and_a_deposit_have_their_place() -> None:
    price = Price.of(Money(1000), Money(100), points_discount=Money(450), due_now=Money(90))
    assert (price.payable, price.due_now, price.due_later) == (Money(450), Money(90), Money(360))
    with pytest.raises(ValueError, match="does not add up"):
        Price.of(Money(100), due_now=Money(101))


# ---------------------------------------------------------------- for every input


@REPEATED
@given(prices, parties, occupancies, extras, fen)
def test_the_parts_of_every_price_add_up(
    nights: list[Money], party: Party, occupancy: Occupancy, chosen: list[Extra], discount: Money
) -> None:
    booked = [extra.booked(1 + n, party, len(nights)) for n, extra in enumerate(chosen)]
    price = price_stay(nights, party, occupancy, booked)
    if isinstance(price, TooManyGuests):
        return
    by_unit = sum((night * party.units for night in nights), ZERO)
    by_night = sum((occupancy.guests_price(party) for _ in nights), ZERO)
    assert (price.nights, price.guests) == (by_unit, by_night)
    assert price.extras == sum((extra.amount for extra in booked), ZERO)
    assert price.total == price.payable == price.due_now == by_unit + by_night + price.extras
    less = price.less(discount)
    assert (less.total, less.discount + less.payable) == (price.total, price.total)


@REPEATED
@given(prices, parties, occupancies, extras, st.randoms(use_true_random=False))
def test_the_order_of_nights_and_extras_does_not_matter(
    nights: list[Money], party: Party, occupancy: Occupancy, chosen: list[Extra], chance: object
) -> None:
    booked = [extra.booked(2, party, len(nights)) for extra in chosen]
    shuffled = list(nights)
    other = list(booked)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert price_stay(nights, party, occupancy, booked) == price_stay(shuffled, party, occupancy, other)


@REPEATED
@given(prices, parties, occupancies)
def test_one_more_guest_never_makes_it_cheaper_and_never_makes_it_fit(
    nights: list[Money], party: Party, occupancy: Occupancy
) -> None:
    more = [price_stay(nights, Party(party.adults + n, party.children, party.units), occupancy) for n in range(4)]
    for fewer, one_more in pairwise(more):
        if isinstance(fewer, TooManyGuests):
            assert one_more == fewer
        elif isinstance(one_more, Price):
            assert fewer.total <= one_more.total


@REPEATED
@given(prices, parties, occupancies)
def test_a_stay_costs_as_much_as_its_nights_one_by_one(nights: list[Money], party: Party, occupancy: Occupancy) -> None:
    whole = price_stay(nights, party, occupancy)
    if isinstance(whole, Price):
        each = [price_stay([price], party, occupancy) for price in nights]
        assert sum((part.total for part in each if isinstance(part, Price)), ZERO) == whole.total
