"""Coupons: their amount, their scope and their time."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value


class CouponKind(StrEnum):
    """What grants a coupon."""

    WELCOME = "welcome"
    CHECK_OUT = "check_out"
    MANUAL = "manual"


class CouponScope(StrEnum):
    """What a coupon may be used on."""

    ANY = "any"
    BOOKING = "booking"
    SHOP = "shop"


class CouponStatus(StrEnum):
    """The status of a coupon. ``expired`` is never stored: it follows from the time."""

    UNUSED = "unused"
    USED = "used"
    EXPIRED = "expired"


class CouponUnusable(Refusal):
    """The coupon cannot be used on this order."""

    reason: str

    @property
    def explanation(self) -> str:
        return f"This coupon cannot be used here: {self.reason}."


class QuantityBelowIssued(Refusal):
    """More coupons have been issued than the new quantity allows."""

    quantity: int

    @property
    def explanation(self) -> str:
        return f"More than {self.quantity} coupons of this template have been issued already."


class AlreadyClaimed(Refusal):
    """The guest has claimed as many coupons of this template as one guest may."""

    per_guest: int

    @property
    def explanation(self) -> str:
        return f"Each guest can claim {self.per_guest} of these coupons, and you have."


class NoneLeft(Refusal):
    """No enabled template of the kind has a coupon left."""

    kind: CouponKind

    @property
    def explanation(self) -> str:
        return f"There is no {self.kind} coupon left to give."


class CouponTemplate(Value):
    """What coupons are made from. ``quantity`` None means no limit; ``sort`` orders a kind's templates.

    ``per_guest`` is how many of kind ``manual`` one guest may claim.
    """

    template_id: str
    name: str
    kind: CouponKind
    amount: Money
    minimum_spend: Money
    scope: CouponScope
    valid_days: int
    quantity: int | None
    issued: int
    enabled: bool
    description: str
    sort: int
    version: int
    per_guest: int = 1

    @property
    def grantable(self) -> bool:
        return self.enabled and (self.quantity is None or self.issued < self.quantity)


class Coupon(Value):
    """A guest's coupon."""

    coupon_id: str
    user_id: str
    template_id: str
    name: str
    amount: Money
    minimum_spend: Money
    scope: CouponScope
    source: CouponKind
    granted_at: datetime
    valid_until: datetime
    used: bool = False
    order_no: str | None = None
    description: str = ""

    @property
    def valid_from(self) -> datetime:
        """The moment from which it can be used."""
        return self.granted_at

    def status(self, now: datetime) -> CouponStatus:
        if self.used:
            return CouponStatus.USED
        return CouponStatus.EXPIRED if now >= self.valid_until else CouponStatus.UNUSED


def make_coupon(
    template: CouponTemplate, coupon_id: str, user_id: str, now: datetime, source: CouponKind | None = None
) -> Coupon:
    """Returns the coupon that ``template`` grants to a guest now. ``source`` is what grants it, if not its kind."""
    return Coupon(
        coupon_id=coupon_id,
        user_id=user_id,
        template_id=template.template_id,
        name=template.name,
        amount=template.amount,
        minimum_spend=template.minimum_spend,
        scope=template.scope,
        source=source or template.kind,
        granted_at=now,
        valid_until=now + timedelta(days=template.valid_days),
        description=template.description,
    )


def discount_of(coupon: Coupon | None, on: CouponScope, total: Money, now: datetime) -> Money | CouponUnusable:
    """Returns what a coupon takes off an order of ``total``, or why it cannot be used.

    A coupon of another guest is passed as None, so that the refusal does not tell that it exists.
    """
    if coupon is None:
        return CouponUnusable("it is not yours")
    match coupon.status(now):
        case CouponStatus.USED:
            return CouponUnusable("it has been used")
        case CouponStatus.EXPIRED:
            return CouponUnusable("it has expired")
        case CouponStatus.UNUSED:
            pass
    if coupon.scope not in {CouponScope.ANY, on}:
        return CouponUnusable(f"it is for {coupon.scope} orders")
    if total < coupon.minimum_spend:
        return CouponUnusable(f"it needs an order of {coupon.minimum_spend.fen} fen or more")
    return min(coupon.amount, total)
