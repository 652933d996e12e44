"""Coupon templates and guests' coupons. The coupon rows are the ledger of a template's issued quantity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.coupon import Coupon, CouponKind, CouponScope, CouponStatus, CouponTemplate
from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, NOTHING, kept
from posthouse.store.page import Page, Position, read_page
from posthouse.store.pointers import read_pointed_page, rows_of
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

_LISTING = "coupon_templates"

COUPON = "coupon"
"""The name of the condition on a coupon's row."""

TEMPLATE = "template"
"""The name of the condition on a template's row."""

TEMPLATES_AT_ONCE = 4
"""How many templates of a kind are read at once in the search for one that can be granted."""


class _ByKind(GlobalSecondaryIndex["CouponTemplateRow"]):
    class Meta:
        index_name = "by_kind"
        projection = KeysOnlyProjection()

    kind = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class _Listed(GlobalSecondaryIndex["CouponTemplateRow"]):
    class Meta:
        index_name = "listed"
        projection = KeysOnlyProjection()

    listing = UnicodeAttribute(hash_key=True)
    template_id = UnicodeAttribute(range_key=True)


class CouponTemplateRow(Model):
    """One template. ``position`` sorts a kind's templates; ``left`` is there only where the quantity is limited."""

    class Meta(TableMeta):
        table_name = TableName("coupon-templates")
        personal = NOTHING

    template_id = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(default=_LISTING)
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    amount = IntAttribute()
    minimum_spend = IntAttribute()
    scope = UnicodeAttribute()
    valid_days = IntAttribute()
    quantity = IntAttribute(null=True)
    issued = IntAttribute()
    enabled = BooleanAttribute()
    description = UnicodeAttribute()
    sort = IntAttribute()
    position = UnicodeAttribute()
    version = IntAttribute()
    per_guest = IntAttribute(default=1)

    by_kind = _ByKind()
    listed = _Listed()

    def to_domain(self) -> CouponTemplate:
        return CouponTemplate(
            template_id=self.template_id,
            name=self.name,
            kind=CouponKind(self.kind),
            amount=Money(self.amount),
            minimum_spend=Money(self.minimum_spend),
            scope=CouponScope(self.scope),
            valid_days=self.valid_days,
            quantity=self.quantity,
            issued=self.issued,
            enabled=self.enabled,
            description=self.description,
            sort=self.sort,
            version=self.version,
            per_guest=self.per_guest,
        )


def _template_facts(template: CouponTemplate) -> dict[str, Any]:
    """Returns the attributes of a template that staff set; None where there is no limit."""
    return {
        "name": template.name,
        "kind": template.kind,
        "amount": template.amount.fen,
        "minimum_spend": template.minimum_spend.fen,
        "scope": template.scope,
        "valid_days": template.valid_days,
        "quantity": template.quantity,
        "enabled": template.enabled,
        "description": template.description,
        "sort": template.sort,
        "position": f"{template.sort:010d}#{template.template_id}",
        "version": template.version,
        "per_guest": template.per_guest,
    }


def get_template(template_id: str) -> CouponTemplate | None:
    """Returns the template of that id."""
    try:
        return CouponTemplateRow.get(template_id, consistent_read=True).to_domain()
    except CouponTemplateRow.DoesNotExist:
        return None


def create_template(transaction: Transaction, template: CouponTemplate) -> None:
    """Add a template."""
    row = CouponTemplateRow(template.template_id, issued=0, **_template_facts(template))
    transaction.put(TEMPLATE, row, CouponTemplateRow.template_id.does_not_exist())


def replace_template(transaction: Transaction, template: CouponTemplate, read: CouponTemplate) -> None:
    """Change a template, but not its issued quantity: coupons are issued meanwhile.

    Fails as ``template`` if it changed since it was read, or if more are issued now than the new quantity.
    """
    actions = [
        attribute.remove() if value is None else attribute.set(value)
        for attribute, value in ((getattr(CouponTemplateRow, n), v) for n, v in _template_facts(template).items())
    ]
    condition = CouponTemplateRow.version == read.version
    if template.quantity is not None:
        condition &= CouponTemplateRow.issued <= template.quantity
    transaction.update(TEMPLATE, CouponTemplateRow(template.template_id), actions, condition)


def list_templates(limit: int, position: Position | None) -> Page[CouponTemplate]:
    """Returns a page of all templates, oldest first."""
    found = CouponTemplateRow.listed.query(_LISTING, page_size=limit + 1, last_evaluated_key=position)
    return read_pointed_page(found, CouponTemplateRow.to_domain, limit)


def templates_of(kind: CouponKind, at_most: int = 100) -> Iterator[CouponTemplate]:
    """Returns a kind's templates by their ``sort``, read a few at a time: mostly the first one is taken."""
    found = CouponTemplateRow.by_kind.query(kind, limit=at_most)
    # The index may still have a template under its former kind.
    return (row.to_domain() for _, row in rows_of(found, TEMPLATES_AT_ONCE) if row.kind == kind)


def list_claimable(limit: int, position: Position | None) -> Page[CouponTemplate]:
    """Returns a page of the templates that guests can claim coupons of, by their ``sort``."""
    found = CouponTemplateRow.by_kind.query(CouponKind.MANUAL, page_size=limit + 1, last_evaluated_key=position)
    return read_pointed_page(found, CouponTemplateRow.to_domain, limit, _is_claimable)


def _is_claimable(row: CouponTemplateRow) -> bool:
    return row.kind == CouponKind.MANUAL and row.to_domain().grantable


class CouponRow(Model):
    """One guest's coupon."""

    class Meta(TableMeta):
        table_name = TableName("coupons")
        personal = kept(BOOKKEEPING, user_id="user id")
        exported_as = "coupon"

    user_id = UnicodeAttribute(hash_key=True)
    coupon_id = UnicodeAttribute(range_key=True)
    template_id = UnicodeAttribute()
    name = UnicodeAttribute()
    amount = IntAttribute()
    minimum_spend = IntAttribute()
    scope = UnicodeAttribute()
    source = UnicodeAttribute()
    granted_at = TimeAttribute()
    valid_until = TimeAttribute()
    description = UnicodeAttribute(default="")
    used = BooleanAttribute()
    used_at = TimeAttribute(null=True)
    order_no = UnicodeAttribute(null=True)

    def to_domain(self) -> Coupon:
        return Coupon(
            coupon_id=self.coupon_id,
            user_id=self.user_id,
            template_id=self.template_id,
            name=self.name,
            amount=Money(self.amount),
            minimum_spend=Money(self.minimum_spend),
            scope=CouponScope(self.scope),
            source=CouponKind(self.source),
            granted_at=self.granted_at,
            valid_until=self.valid_until,
            used=self.used,
            order_no=self.order_no,
            description=self.description,
        )


def get(user_id: str, coupon_id: str) -> Coupon | None:
    """Returns a guest's own coupon."""
    try:
        return CouponRow.get(user_id, coupon_id, consistent_read=True).to_domain()
    except CouponRow.DoesNotExist:
        return None


def grant(transaction: Transaction, coupon: Coupon, template: CouponTemplate) -> None:
    """Grant a coupon and count it as issued.

    Fails as ``coupon`` if it was granted before, as ``template`` if the template changed or has none left since.
    """
    row = CouponRow(
        coupon.user_id,
        coupon.coupon_id,
        template_id=coupon.template_id,
        name=coupon.name,
        amount=coupon.amount.fen,
        minimum_spend=coupon.minimum_spend.fen,
        scope=coupon.scope,
        source=coupon.source,
        granted_at=coupon.granted_at,
        valid_until=coupon.valid_until,
        description=coupon.description,
        used=False,
    )
    transaction.put(COUPON, row, CouponRow.coupon_id.does_not_exist())
    condition = CouponTemplateRow.version == template.version
    if template.quantity is not None:
        condition &= CouponTemplateRow.issued < template.quantity
    transaction.update(TEMPLATE, CouponTemplateRow(template.template_id), [CouponTemplateRow.issued.add(1)], condition)


def use(transaction: Transaction, coupon: Coupon, order_no: str, now: datetime) -> None:
    """Use a coupon on an order. Fails as ``coupon`` if it is used or expired by now."""
    unused = CouponRow.used == False  # noqa: E712 - an expression
    in_date = CouponRow.valid_until > now
    transaction.update(
        COUPON,
        CouponRow(coupon.user_id, coupon.coupon_id),
        [CouponRow.used.set(True), CouponRow.used_at.set(now), CouponRow.order_no.set(order_no)],
        unused & in_date,
    )


def release(transaction: Transaction, user_id: str, coupon_id: str, order_no: str) -> None:
    """Undo a coupon's use on an order. Fails as ``coupon`` if it is not used on that order, which is a fault."""
    used_here = (CouponRow.used == True) & (CouponRow.order_no == order_no)  # noqa: E712 - an expression
    actions = [CouponRow.used.set(False), CouponRow.used_at.remove(), CouponRow.order_no.remove()]
    transaction.update(COUPON, CouponRow(user_id, coupon_id), actions, used_here)


def list_of(
    user_id: str, status: CouponStatus | None, now: datetime, limit: int, position: Position | None
) -> Page[Coupon]:
    """Returns a page of a guest's coupons. The work is bounded by what one guest owns."""
    condition = None
    if status is CouponStatus.USED:
        condition = CouponRow.used == True  # noqa: E712 - an expression
    elif status is CouponStatus.UNUSED:
        condition = (CouponRow.used == False) & (CouponRow.valid_until > now)  # noqa: E712 - an expression
    elif status is CouponStatus.EXPIRED:
        condition = (CouponRow.used == False) & (CouponRow.valid_until <= now)  # noqa: E712 - an expression
    rows = CouponRow.query(
        user_id, filter_condition=condition, limit=limit + 1, last_evaluated_key=position, consistent_read=True
    )
    return read_page(rows, CouponRow.to_domain, limit)
