"""A shop order's price, its states, and who may do what to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from posthouse.domain.money import ZERO, Money
from posthouse.domain.shop_order import (
    Delivery,
    OrderLine,
    ShippingRule,
    ShopMoment,
    ShopOrder,
    ShopPrice,
    ShopState,
    cancel_refusal,
    goods_total,
    move_refusal,
    next_states,
    sources,
    waits_until,
)

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LINES = (OrderLine("G1", "Tea", Money(3000), 2), OrderLine("G2", "Cup", Money(5000), 1))


def order(status: ShopState = ShopState.PENDING_PAYMENT) -> ShopOrder:
    return ShopOrder(
        order_no="S1",
        user_id="U1",
        lines=LINES,
        price=ShopPrice.of(Money(11000), ZERO, Money(2000), Money(4000)),
        status=status,
        delivery=Delivery("1 Test Road", "Li", "13800138000"),
        coupon_id="C1",
        caller_key="U1#key",
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=30),
        waits_until=None,
        timeline=(ShopMoment(ShopState.UNCONFIRMED, NOW), ShopMoment(status, NOW)),
        version=2,
    )


def test_the_lines_add_up() -> None:
    assert goods_total(LINES) == Money(11000)
    assert goods_total(()) == ZERO


@pytest.mark.parametrize(
    ("goods", "fee", "discount", "balance", "expected"),
    [
        (11000, 0, 2000, 4000, (2000, 4000, 5000)),
        (11000, 1000, 0, 0, (0, 0, 12000)),
        # A coupon does not reduce the shipping fee, and the balance pays at most the amount due.
        (1000, 1000, 2000, 0, (1000, 0, 1000)),
        (1000, 1000, 2000, 9000, (1000, 1000, 0)),
    ],
)
def test_a_price_is_what_is_left_after_coupon_and_balance(
    goods: int, fee: int, discount: int, balance: int, expected: tuple[int, int, int]
) -> None:
    price = ShopPrice.of(Money(goods), Money(fee), Money(discount), Money(balance))
    assert (price.discount.fen, price.balance_paid.fen, price.payable.fen) == expected
    assert price.total == Money(goods + fee)


@pytest.mark.parametrize("parts", [(100, 0, 0, 0, 99), (100, 0, 0, 101, -1), (100, 50, 120, 0, 30), (-1, 0, 0, 0, -1)])
def test_a_price_that_does_not_add_up_cannot_be(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        ShopPrice(*(Money(part) for part in parts))


def test_sending_is_free_from_an_amount_on() -> None:
    rule = ShippingRule(Money(1000), Money(9900))
    assert rule.fee_for(Money(9899)) == Money(1000)
    assert rule.fee_for(Money(9900)) == ZERO
    assert ShippingRule(Money(1000), ZERO).fee_for(Money(1)) == ZERO


def test_the_table_of_transitions() -> None:
    s = ShopState
    assert {state: next_states(state) for state in s} == {
        s.UNCONFIRMED: {s.PENDING_PAYMENT, s.PAID, s.CANCELLING},
        s.CANCELLING: {s.CANCELLED},
        s.PENDING_PAYMENT: {s.PAID, s.CANCELLED},
        s.PAID: {s.SHIPPED, s.REFUNDING, s.REFUNDED},
        s.SHIPPED: {s.RECEIVED, s.RETURNED},
        s.RECEIVED: {s.RETURNED},
        s.REFUNDING: {s.REFUNDED},
        s.CANCELLED: set(),
        s.REFUNDED: set(),
        s.RETURNED: set(),
    }
    assert sources(s.CANCELLED) == [s.CANCELLING, s.PENDING_PAYMENT]
    assert move_refusal(order(s.PAID), s.SHIPPED) is None
    assert move_refusal(order(s.SHIPPED), s.PAID) is not None


@pytest.mark.parametrize("state", ShopState)
def test_a_guest_cancels_an_unpaid_order_only(state: ShopState) -> None:
    assert (cancel_refusal(order(state)) is None) == (state is ShopState.PENDING_PAYMENT)


def test_what_happens_by_itself_and_when() -> None:
    expires_at = NOW + timedelta(minutes=30)
    waits = {state: waits_until(state, expires_at, NOW) for state in ShopState}
    assert {state: at - NOW for state, at in waits.items() if at is not None} == {
        ShopState.UNCONFIRMED: timedelta(seconds=45),
        ShopState.CANCELLING: timedelta(seconds=45),
        ShopState.PENDING_PAYMENT: timedelta(minutes=30),
        ShopState.SHIPPED: timedelta(days=10),
    }


def test_an_order_knows_what_it_is_about_and_whether_it_was_ever_confirmed() -> None:
    assert order().subject == "Tea 等2种商品"
    assert replace(order(), lines=LINES[:1]).subject == "Tea"
    assert order().confirmed
    assert not replace(order(ShopState.CANCELLED), timeline=(ShopMoment(ShopState.UNCONFIRMED, NOW),)).confirmed
    assert replace(order(), balance_refunded=Money(1500)).balance_left == Money(2500)
