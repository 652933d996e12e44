"""Input: a coupon template, from admins who create or change one."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from posthouse.domain.coupon import CouponKind, CouponScope, CouponTemplate
from posthouse.domain.money import Money
from posthouse.entry.fields import Fen, Name, Price, Text
from posthouse.entry.inputs import Input


class CouponTemplateInput(Input, kw_only=True):
    """All fields of a template. Without ``quantity`` there is no limit."""

    name: Name
    kind: Literal["welcome", "check_out", "manual"]
    amount: Price
    minimum_spend: Fen = 0
    scope: Literal["any", "booking", "shop"] = "any"
    valid_days: Annotated[int, Meta(ge=1, le=3650)]
    quantity: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None
    enabled: bool = True
    description: Text = ""
    sort: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    per_guest: Annotated[int, Meta(ge=1, le=100)] = 1

    def to_template(self, template_id: str) -> CouponTemplate:
        """Returns a new template with these fields."""
        return CouponTemplate(
            template_id=template_id,
            name=self.name,
            kind=CouponKind(self.kind),
            amount=Money(self.amount),
            minimum_spend=Money(self.minimum_spend),
            scope=CouponScope(self.scope),
            valid_days=self.valid_days,
            quantity=self.quantity,
            issued=0,
            enabled=self.enabled,
            description=self.description,
            sort=self.sort,
            version=1,
            per_guest=self.per_guest,
        )
