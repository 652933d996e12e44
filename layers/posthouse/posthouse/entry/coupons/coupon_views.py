"""Coupons and their templates in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.coupon import Coupon, CouponTemplate
    from posthouse.services.coupons.claims import Claimable


def coupon_json(coupon: Coupon, now: datetime) -> dict[str, Any]:
    """Returns a guest's coupon with its status now."""
    return {
        "coupon_id": coupon.coupon_id,
        "name": coupon.name,
        "amount": coupon.amount.fen,
        "minimum_spend": coupon.minimum_spend.fen,
        "scope": coupon.scope,
        "status": coupon.status(now),
        "valid_from": rfc3339(coupon.valid_from),
        "valid_until": rfc3339(coupon.valid_until),
        "description": coupon.description,
        "source": coupon.source,
        "order_no": coupon.order_no,
    }


def claimable_json(claimable: Claimable) -> dict[str, Any]:
    """Returns what a guest can claim: as many coupons as are ``left`` (None: no limit), ``per_guest`` at most."""
    template = claimable.template
    return {
        "template_id": template.template_id,
        "name": template.name,
        "amount": template.amount.fen,
        "minimum_spend": template.minimum_spend.fen,
        "scope": template.scope,
        "valid_days": template.valid_days,
        "description": template.description,
        "left": None if template.quantity is None else template.quantity - template.issued,
        "per_guest": template.per_guest,
        "claimed": claimable.claimed,
    }


def coupon_template_json(template: CouponTemplate) -> dict[str, Any]:
    """Returns a coupon template."""
    return {
        "template_id": template.template_id,
        "name": template.name,
        "kind": template.kind,
        "amount": template.amount.fen,
        "minimum_spend": template.minimum_spend.fen,
        "scope": template.scope,
        "valid_days": template.valid_days,
        "quantity": template.quantity,
        "issued": template.issued,
        "enabled": template.enabled,
        "description": template.description,
        "sort": template.sort,
        "version": template.version,
        "per_guest": template.per_guest,
    }
