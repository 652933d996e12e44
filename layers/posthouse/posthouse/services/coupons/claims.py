"""Coupons of kind ``manual``: guests claim them, and admins give any coupon to a guest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.coupon import AlreadyClaimed, Coupon, CouponKind, CouponTemplate, NoneLeft, make_coupon
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.ids import IdKind, derived_id
from posthouse.domain.refusal import IdempotencyKeyReused, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import coupon_claims, coupons, guests, idempotency
from posthouse.store.audit import record
from posthouse.store.page import Page, Position
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest


class Claimable(Value):
    """A template as a guest sees it, with how many of its coupons the guest has claimed."""

    template: CouponTemplate
    claimed: int


def list_claimable(user_id: str, limit: int, position: Position | None) -> Page[Claimable] | AccountDeleted:
    """Returns a page of what can be claimed. AWS calls: four."""
    guest = guests.get(user_id, consistent=False)
    if guest is None:
        return AccountDeleted()
    page = coupons.list_claimable(limit, position)
    claimed = coupon_claims.counts(page.items, guest)
    return Page([Claimable(it, claimed[it.template_id]) for it in page.items], page.position)


def claim(user_id: str, template_id: str, key: str, step: Step) -> Coupon | Refusal:
    """Claim a coupon. ``key`` identifies the request, so that a repeat gets the same coupon; empty: there is none."""
    coupon_id = derived_id(IdKind.COUPON, "claim", key) if key else step.new_id(IdKind.COUPON)
    for _ in range(ATTEMPTS):
        guest = guests.get(user_id)
        if guest is None:
            return AccountDeleted()
        before = _claimed_before(user_id, template_id, coupon_id) if key else None
        if before is not None:
            return before
        template = coupons.get_template(template_id)
        if template is None or template.kind is not CouponKind.MANUAL or not template.enabled:
            return NotFound("coupon template")
        refusal = _claim_refusal(template, guest)
        if refusal is not None:
            # The first request with the same key may have committed between our reads: then its coupon is returned.
            return (_claimed_before(user_id, template_id, coupon_id) if key else None) or refusal
        coupon = make_coupon(template, coupon_id, user_id, step.now)
        if _store_claim(coupon, template, guest):
            return coupon
    raise busy(template_id)


def _claimed_before(user_id: str, template_id: str, coupon_id: str) -> Coupon | IdempotencyKeyReused | None:
    """Returns the coupon that the first request with the key got, a refusal if it was of another template, or None."""
    before = coupons.get(user_id, coupon_id)
    if before is None or before.template_id == template_id:
        return before
    return IdempotencyKeyReused()


def _claim_refusal(template: CouponTemplate, guest: Guest) -> AlreadyClaimed | NoneLeft | None:
    """Returns why a guest cannot claim a coupon of this template now, or None."""
    if coupon_claims.counts([template], guest)[template.template_id] >= template.per_guest:
        return AlreadyClaimed(template.per_guest)
    return None if template.grantable else NoneLeft(template.kind)


def _store_claim(coupon: Coupon, template: CouponTemplate, guest: Guest) -> bool:
    """Write a claim. Returns False if anything that it was decided by has changed since."""
    transaction = Transaction()
    guests.must_stay(transaction, guest.user_id)
    coupon_claims.count(transaction, template, guest)
    coupons.grant(transaction, coupon, template)
    return transaction.commit() is None


class Gift(Value):
    """A coupon that an admin gives to a guest. ``caller_key`` is the Idempotency-Key, ``body_hash`` the body's hash."""

    user_id: str
    template_id: str
    caller_key: str
    body_hash: str


def give(gift: Gift, actor: str, step: Step) -> Coupon | Refusal:
    """Give a guest a coupon of any enabled template, once for each key. It does not count as a claim."""
    for _ in range(ATTEMPTS):
        given = _given_before(gift)
        if given is not None:
            return given
        if guests.get(gift.user_id) is None:
            return NotFound("guest")
        template = coupons.get_template(gift.template_id)
        if template is None or not template.enabled:
            return NotFound("coupon template")
        if not template.grantable:
            return _given_before(gift) or NoneLeft(template.kind)
        coupon = make_coupon(template, step.new_id(IdKind.COUPON), gift.user_id, step.now, CouponKind.MANUAL)
        if _store_gift(coupon, template, gift, actor, step):
            return coupon
    raise busy(gift.template_id)


def _given_before(gift: Gift) -> Coupon | Refusal | None:
    """Returns the coupon that the first request with the key gave, a refusal if its body was another, or None."""
    coupon_id = idempotency.result_for(gift.caller_key, gift.body_hash)
    if coupon_id is None or isinstance(coupon_id, Refusal):
        return coupon_id
    return coupons.get(gift.user_id, coupon_id) or NotFound("guest")


def _store_gift(coupon: Coupon, template: CouponTemplate, gift: Gift, actor: str, step: Step) -> bool:
    transaction = Transaction()
    guests.must_stay(transaction, gift.user_id)
    idempotency.claim(transaction, gift.caller_key, gift.body_hash, coupon.coupon_id, step.now)
    coupons.grant(transaction, coupon, template)
    after = {"coupon_id": coupon.coupon_id, "template_id": template.template_id, "name": template.name}
    record(transaction, step.actor(actor), "grant_coupon", gift.user_id, after=after)
    return transaction.commit() is None
