"""Coupons and their templates in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.coupon import Coupon, CouponTemplate


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
    }
