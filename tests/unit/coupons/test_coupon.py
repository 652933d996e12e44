"""A coupon's discount, and when there is none."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from posthouse.domain.coupon import Coupon, CouponKind, CouponScope, CouponUnusable, discount_of
from posthouse.domain.money import Money

NOW = datetime(2026, 11, 21, tzinfo=UTC)
COUPON = Coupon(
    coupon_id="C1",
    user_id="U1",
    template_id="T1",
    name="Welcome",
    amount=Money(2000),
    minimum_spend=Money(10000),
    scope=CouponScope.ANY,
    source=CouponKind.WELCOME,
    granted_at=NOW,
    valid_until=NOW + timedelta(days=30),
)


def test_a_coupon_takes_its_amount_off_but_never_more_than_the_total() -> None:
    assert discount_of(COUPON, CouponScope.BOOKING, Money(10000), NOW) == Money(2000)
    rich = replace(COUPON, amount=Money(99999))
    assert discount_of(rich, CouponScope.BOOKING, Money(10000), NOW) == Money(10000)


@pytest.mark.parametrize(
    ("coupon", "total", "now", "word"),
    [
        (None, 10000, NOW, "yours"),
        (replace(COUPON, used=True), 10000, NOW, "used"),
        (COUPON, 10000, COUPON.valid_until, "expired"),
        (replace(COUPON, scope=CouponScope.SHOP), 10000, NOW, "shop"),
        (COUPON, 9999, NOW, "10000 fen"),
    ],
)
def test_a_coupon_that_does_not_fit_says_why(coupon: Coupon | None, total: int, now: datetime, word: str) -> None:
    refused = discount_of(coupon, CouponScope.BOOKING, Money(total), now)
    assert isinstance(refused, CouponUnusable)
    assert word in refused.explanation
