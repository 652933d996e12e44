"""Granting coupons: exactly one for each trigger, as long as a template has any left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.coupon import Coupon, CouponKind, CouponTemplate, NoneLeft, QuantityBelowIssued, make_coupon
from posthouse.domain.ids import IdKind, derived_id
from posthouse.domain.refusal import NotFound, VersionConflict
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import coupons, inbox
from posthouse.store.audit import record
from posthouse.store.transaction import Failed, Transaction

if TYPE_CHECKING:
    from posthouse.domain.event import Event


def grant_welcome(event: Event, consumer: str, step: Step) -> Coupon | NoneLeft | None:
    """Grant the welcome coupon for a guest's first login. Returns None if the event was dealt with before.

    The coupon's id is derived from the guest, so neither a repeated event nor a second "first" login grants another.
    """
    return _grant(CouponKind.WELCOME, event.aggregate_id, event.aggregate_id, step, (event, consumer))


def grant_for_check_out(user_id: str, order_no: str, step: Step) -> Coupon | NoneLeft | None:
    """Grant the coupon of a finished stay. Returns None if it was granted before."""
    return _grant(CouponKind.CHECK_OUT, user_id, order_no, step, None)


def _grant(
    kind: CouponKind, user_id: str, trigger: str, step: Step, consumed: tuple[Event, str] | None
) -> Coupon | NoneLeft | None:
    coupon_id = derived_id(IdKind.COUPON, kind, trigger)
    for _ in range(ATTEMPTS):
        template = next((found for found in coupons.templates_of(kind) if found.grantable), None)
        if template is None:
            repeat = coupons.get(user_id, coupon_id) if consumed is None else not inbox.note_done(*consumed, step.now)
            return None if repeat else NoneLeft(kind)
        coupon = make_coupon(template, coupon_id, user_id, step.now)
        transaction = Transaction()
        coupons.grant(transaction, coupon, template)
        if consumed is not None:
            inbox.done(transaction, *consumed, step.now)
        failed = transaction.commit()
        if failed is None:
            return coupon
        if inbox.DONE in failed:
            return None
        if coupons.COUPON in failed:
            if consumed is not None:
                inbox.note_done(*consumed, step.now)
            return None
    raise busy(f"the template of {kind} coupons")


def create_template(template: CouponTemplate, actor: str, step: Step) -> CouponTemplate:
    """Add a template."""
    transaction = Transaction()
    coupons.create_template(transaction, template)
    after = _facts(template)
    record(transaction, step.actor(actor), "create_coupon_template", template.template_id, after=after)
    _must_hold(transaction.commit())
    return template


def update_template(
    wanted: CouponTemplate, given: int | None, actor: str, step: Step
) -> CouponTemplate | NotFound | VersionConflict | QuantityBelowIssued:
    """Change a template. ``given`` is the version that the caller read, None for any.

    Issued coupons stay as they are, and the quantity cannot go below their number.
    """
    for _ in range(ATTEMPTS):
        read = coupons.get_template(wanted.template_id)
        if read is None:
            return NotFound("coupon template")
        if given is not None and given != read.version:
            return VersionConflict(given)
        if wanted.quantity is not None and wanted.quantity < read.issued:
            return QuantityBelowIssued(wanted.quantity)
        changed = replace(wanted, issued=read.issued, version=read.version + 1)
        transaction = Transaction()
        coupons.replace_template(transaction, changed, read)
        actor_row = step.actor(actor)
        before, after = _facts(read), _facts(changed)
        record(transaction, actor_row, "update_coupon_template", read.template_id, before=before, after=after)
        if transaction.commit() is None:
            return changed
    raise busy(wanted.template_id)


def _facts(template: CouponTemplate) -> dict[str, object]:
    return {
        "name": template.name,
        "amount": template.amount.fen,
        "minimum_spend": template.minimum_spend.fen,
        "quantity": template.quantity,
        "per_guest": template.per_guest,
        "enabled": template.enabled,
    }


def _must_hold(failed: Failed | None) -> None:
    if failed is not None:
        msg = f"a fresh id was taken already: {sorted(failed.names)}"
        raise RuntimeError(msg)
