"""Properties of the pure rules that hold for every input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain import booking, flash_sale, payment, refund, shop_order
from posthouse.domain.cancellation import CancelRule
from posthouse.domain.coupon import Coupon, CouponKind, CouponScope, CouponUnusable, discount_of
from posthouse.domain.days import HotelClock, local_date
from posthouse.domain.money import BASIS, ZERO, Money, yuan
from posthouse.domain.payment import FEN_A_POINT, Payment, PaymentState
from posthouse.domain.price import Price
from posthouse.domain.shop_order import ShippingRule, ShopPrice
from posthouse.domain.stay import MAX_DAYS_AHEAD, MAX_NIGHTS, Stay, plan_stay
from tests.support.examples import examples

REPEATED = examples(100)
ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC")

fen = st.integers(0, 10**10)
amounts = fen.map(Money)
signed = st.integers(-(10**10), 10**10).map(Money)
shares = st.integers(0, BASIS)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- UTC follows
stays = st.builds(lambda begin, nights: Stay(begin, begin + timedelta(days=nights)), days, st.integers(0, MAX_NIGHTS))
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)
zones = st.sampled_from(ZONES)


# ---------------------------------------------------------------- money


@REPEATED
@given(signed, shares)
def test_a_share_and_its_exact_value_are_half_a_fen_apart_at_most(amount: Money, basis_points: int) -> None:
    exact = Fraction(amount.fen * basis_points, BASIS)
    assert abs(amount.share(basis_points).fen - exact) <= Fraction(1, 2)
    assert abs(amount.share(basis_points).fen) <= abs(amount.fen)
    assert (ZERO - amount).share(basis_points) == ZERO - amount.share(basis_points)


@REPEATED
@given(amounts, shares, shares)
def test_a_greater_share_is_never_less(amount: Money, one: int, other: int) -> None:
    assert amount.share(min(one, other)) <= amount.share(max(one, other))
    assert (amount.share(0), amount.share(BASIS)) == (ZERO, amount)


@REPEATED
@given(signed, weights)
def test_a_split_adds_up_and_each_part_is_within_a_fen_of_its_due(amount: Money, by: list[int]) -> None:
    parts = amount.split(by)
    assert sum(parts, ZERO) == amount
    for part, weight in zip(parts, by, strict=True):
        assert abs(part.fen - Fraction(amount.fen * weight, sum(by))) < 1
        assert weight or part == ZERO


@REPEATED
@given(signed, weights)
def test_a_split_gives_equal_weights_the_same_but_for_a_fen(amount: Money, by: list[int]) -> None:
    parts = amount.split(by)
    for weight in by:
        of_it = [part.fen for part, own in zip(parts, by, strict=True) if own == weight]
        assert max(of_it) - min(of_it) <= 1


@REPEATED
@given(signed)
def test_what_a_guest_reads_is_the_amount(amount: Money) -> None:
    sign, _, figures = yuan(amount).partition("¥")
    whole, _, rest = figures.partition(".")
    assert len(rest) == 2
    assert int(whole + rest) * (-1 if sign else 1) == amount.fen


# ---------------------------------------------------------------- stays


@REPEATED
@given(stays, days)
def test_nights_are_the_days_between_arrival_and_departure(stay: Stay, today: date) -> None:
    nights = stay.nights
    assert len(nights) == len(stay) == max(1, (stay.check_out - stay.check_in).days)
    assert (nights[0], nights[-1] + timedelta(days=1)) == (stay.check_in, stay.end)
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(nights))
    left = stay.nights_left(today)
    assert left == nights[len(nights) - len(left) :]
    assert all(night >= today for night in left)
    assert all(night < today for night in nights[: len(nights) - len(left)])


@REPEATED
@given(stays, st.integers(-3, MAX_NIGHTS + 3))
def test_a_guest_can_arrive_as_long_as_a_night_is_left(stay: Stay, after: int) -> None:
    today = stay.check_in + timedelta(days=after)
    assert stay.can_arrive(today) == (after >= 0 and bool(stay.nights_left(today)))


@REPEATED
@given(days, st.integers(-2, MAX_DAYS_AHEAD + 2), st.integers(-1, MAX_NIGHTS + 2), st.sampled_from([None, True, False]))
def test_a_stay_is_planned_where_every_rule_allows_it(
    today: date, ahead: int, nights: int, day_use: bool | None
) -> None:
    check_in = today + timedelta(days=ahead)
    check_out = check_in + timedelta(days=nights)
    planned = plan_stay(check_in, check_out, today, day_use=day_use)
    as_sold = nights >= 0 if day_use is None else (nights == 0 if day_use else nights > 0)
    if 0 <= ahead <= MAX_DAYS_AHEAD and nights <= MAX_NIGHTS and as_sold:
        assert planned == Stay(check_in, check_out)
    else:
        assert not isinstance(planned, Stay)


@REPEATED
@given(moments, zones)
def test_the_date_of_a_moment_is_the_day_of_the_zone_that_it_falls_into(now: datetime, zone: str) -> None:
    today = local_date(now, zone)
    midnight = datetime.combine(today, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    following = datetime.combine(today + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    assert midnight <= now < following


# ---------------------------------------------------------------- prices


@REPEATED
@given(amounts, amounts)
def test_a_price_adds_up_and_is_never_below_nothing(total: Money, discount: Money) -> None:
    price = Price.of(total, discount)
    assert price.payable + price.discount == price.total == total
    assert price.payable >= ZERO
    assert price.discount == min(discount, total)
    assert (price.due_now, price.due_later, price.nights) == (price.payable, ZERO, total)


@REPEATED
@given(amounts, amounts, amounts, amounts)
def test_a_shop_price_adds_up_and_takes_no_more_than_it_needs(
    goods: Money, fee: Money, discount: Money, balance: Money
) -> None:
    price = ShopPrice.of(goods, fee, discount, balance)
    assert price.payable + price.balance_paid + price.discount == price.total == goods + fee
    assert price.payable >= ZERO
    assert ZERO <= price.balance_paid <= balance
    assert ZERO <= price.discount <= min(discount, goods)
    assert price.payable == ZERO or price.balance_paid == balance


@REPEATED
@given(st.tuples(*[st.integers(-3, 12).map(Money)] * 5))
def test_a_shop_price_that_does_not_add_up_does_not_exist(parts: tuple[Money, ...]) -> None:
    goods, fee, discount, balance, payable = parts
    sound = min(parts) >= ZERO and discount <= goods and goods + fee - discount - balance == payable
    assert _exists(ShopPrice, *parts) == sound


@REPEATED
@given(amounts, amounts, amounts, amounts, amounts, shares)
def test_no_part_of_a_price_can_be_a_fen_off(
    nights: Money, guests: Money, extras: Money, discount: Money, points: Money, deposit: int
) -> None:
    whole = Price.of(nights, discount, guests=guests, extras=extras, points_discount=points)
    now = whole.payable.share(deposit)
    price = Price.of(nights, discount, guests=guests, extras=extras, points_discount=points, due_now=now)
    assert price.nights + price.guests + price.extras == price.total
    assert price.discount + price.points_discount + price.due_now + price.due_later == price.total
    parts = [getattr(price, name) for name in price.__struct_fields__]
    assert _exists(Price, *parts)
    for index, by in product(range(len(parts)), (Money(1), Money(-1))):
        assert not _exists(Price, *parts[:index], parts[index] + by, *parts[index + 1 :])


@REPEATED
@given(st.tuples(*[st.integers(0, 9).map(Money)] * 6), st.integers(0, 8))
def test_no_part_of_a_price_is_negative(parts: tuple[Money, ...], less: int) -> None:
    nights, guests, extras, discount, points, now = parts
    total = nights + guests + extras
    payable = total - discount - points
    whole = [nights, guests, extras, total, discount, points, payable, now, payable - now]
    assert _exists(Price, *whole) == (min(whole) >= ZERO)
    # All parts add up still when two of them move against each other.
    moved = {0: 1, 1: 0, 2: 0, 4: 5, 5: 4, 7: 8, 8: 7}.get(less)
    if moved is not None:
        by = whole[less] + Money(1)
        whole[less], whole[moved] = whole[less] - by, whole[moved] + by
        assert not _exists(Price, *whole)


def _exists(price: Callable[..., Any], *parts: Money) -> bool:
    try:
        price(*parts)
    except ValueError:
        return False
    return True


@REPEATED
@given(amounts, amounts, amounts, amounts)
def test_more_goods_are_never_sent_for_a_higher_fee(fee: Money, free_from: Money, one: Money, other: Money) -> None:
    rule = ShippingRule(fee, free_from)
    assert rule.fee_for(max(one, other)) <= rule.fee_for(min(one, other)) <= fee


# ---------------------------------------------------------------- coupons, fees, points


def _coupon(amount: Money, minimum: Money, scope: CouponScope, until: datetime, *, used: bool) -> Coupon:
    return Coupon(
        coupon_id="C1",
        user_id="U1",
        template_id="T1",
        name="Welcome",
        amount=amount,
        minimum_spend=minimum,
        scope=scope,
        source=CouponKind.WELCOME,
        granted_at=until - timedelta(days=30),
        valid_until=until,
        used=used,
    )


coupons = st.builds(_coupon, amounts, amounts, st.sampled_from(CouponScope), moments, used=st.booleans())


@REPEATED
@given(coupons, st.sampled_from([CouponScope.BOOKING, CouponScope.SHOP]), amounts, st.integers(-2, 2))
def test_a_coupon_takes_off_what_it_is_worth_and_never_more_than_the_order(
    coupon: Coupon, on: CouponScope, total: Money, seconds: int
) -> None:
    now = coupon.valid_until + timedelta(seconds=seconds)
    usable = not coupon.used and seconds < 0 and coupon.scope in {CouponScope.ANY, on} and total >= coupon.minimum_spend
    taken = discount_of(coupon, on, total, now)
    if usable:
        assert taken == min(coupon.amount, total)
        assert Price.of(total, taken).discount == taken
    else:
        assert isinstance(taken, CouponUnusable)


@REPEATED
@given(stays, zones, amounts, st.integers(0, 720), shares, st.integers(-(10**6), 10**6))
def test_the_fee_and_what_goes_back_are_what_was_paid(
    stay: Stay, zone: str, paid: Money, free_hours: int, fee_bp: int, seconds: int
) -> None:
    rule = CancelRule(free_hours, fee_bp)
    free_until = rule.free_until(stay.check_in, HotelClock(zone))
    assert free_until is not None
    now = free_until + timedelta(seconds=seconds)
    fee = rule.fee(stay, HotelClock(zone), paid, now)
    assert (fee is None) == (fee_bp == 0 or seconds <= 0)
    kept = fee or ZERO
    back = paid - kept
    assert kept >= ZERO
    assert kept in {ZERO, paid.share(fee_bp)}
    assert kept + back == paid
    assert back >= ZERO


@REPEATED
@given(stays, zones, amounts, st.integers(0, 720), shares, moments, moments)
def test_a_later_cancellation_never_costs_less(
    stay: Stay, zone: str, paid: Money, free_hours: int, fee_bp: int, one: datetime, other: datetime
) -> None:
    rule = CancelRule(free_hours, fee_bp)
    fees = [rule.fee(stay, HotelClock(zone), paid, now) or ZERO for now in sorted((one, other))]
    assert fees == sorted(fees)


@REPEATED
@given(amounts, st.lists(shares, max_size=5))
def test_points_follow_the_money_that_stays(paid: Money, refunds: list[int]) -> None:
    returned = ZERO
    due = [_payment(paid, returned).points_due]
    for share in refunds:
        returned += (paid - returned).share(share)
        due.append(_payment(paid, returned).points_due)
    assert due == sorted(due, reverse=True)
    assert 0 <= due[-1] * FEN_A_POINT <= (paid - returned).fen < (due[-1] + 1) * FEN_A_POINT
    assert _payment(paid, paid).points_due == 0


def _payment(paid: Money, returned: Money) -> Payment:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Payment("P1", "B1", "U1", "o1", paid, ZERO, paid, PaymentState.SUCCEEDED, "", at, at, returned=returned)


# ---------------------------------------------------------------- flash sales


@REPEATED
@given(st.integers(1, 10**6), st.integers(1, 10**5))
def test_the_shards_of_a_sale_hold_its_stock_and_none_is_empty(stock: int, rate: int) -> None:
    shards = flash_sale.shards_for(stock, rate)
    units = flash_sale.spread(stock, shards)
    assert 1 <= shards <= min(stock, flash_sale.MAX_SHARDS)
    assert (len(units), sum(units)) == (shards, stock)
    assert 1 <= min(units) <= max(units) <= min(units) + 1
    assert shards * flash_sale.ORDERS_A_SHARD >= min(rate, stock, flash_sale.MAX_SHARDS * flash_sale.ORDERS_A_SHARD)


# ---------------------------------------------------------------- state machines


MACHINES: list[Any] = [
    pytest.param(booking, booking.BookingState, booking.BookingState.PENDING_PAYMENT, id="booking"),
    pytest.param(shop_order, shop_order.ShopState, shop_order.ShopState.UNCONFIRMED, id="shop order"),
    pytest.param(payment, payment.PaymentState, payment.PaymentState.CREATED, id="payment"),
    pytest.param(refund, refund.RefundState, refund.RefundState.REQUESTED, id="refund"),
    pytest.param(flash_sale, flash_sale.SaleState, flash_sale.SaleState.ACTIVE, id="flash sale"),
]


@pytest.mark.parametrize(("rules", "states", "_first"), MACHINES)
def test_the_sources_of_a_state_are_where_it_is_next(rules: Any, states: Iterable[StrEnum], _first: StrEnum) -> None:
    for target in states:
        assert rules.sources(target) == [state for state in states if target in rules.next_states(state)]
        assert target not in rules.next_states(target)


@pytest.mark.parametrize(("rules", "states", "first"), MACHINES)
def test_every_state_can_be_reached_and_every_way_has_an_end(
    rules: Any, states: Iterable[StrEnum], first: StrEnum
) -> None:
    assert _reached(rules, first) == set(states)
    ends = {state for state in states if not rules.next_states(state)}
    assert all(_reached(rules, state) & ends for state in states)


def _reached(rules: Any, start: StrEnum) -> set[StrEnum]:
    found, ahead = {start}, [start]
    while ahead:
        new = rules.next_states(ahead.pop()) - found
        found |= new
        ahead += new
    return found
