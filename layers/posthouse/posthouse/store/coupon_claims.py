"""How many coupons of a template a person has claimed; the coupons themselves are in posthouse.store.coupons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import RETURN, kept
from posthouse.store.batch import read_rows
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.domain.coupon import CouponTemplate
    from posthouse.domain.identity import Guest
    from posthouse.store.transaction import Transaction

CLAIM = "claim"
"""The name of the condition that the guest may claim one more."""


class CouponClaimRow(Model):
    """One person's claims of one template: ``claim`` is the template and the id of the person's first account."""

    class Meta(TableMeta):
        table_name = TableName("coupon-claims")
        personal = kept(RETURN, claim="user id")

    claim = UnicodeAttribute(hash_key=True)
    claimed = IntAttribute()


def _key(template_id: str, guest: Guest) -> str:
    return f"{template_id}#{guest.first_id}"


def count(transaction: Transaction, template: CouponTemplate, guest: Guest) -> None:
    """Count a claim. Fails as ``claim`` if the person has claimed as many as one guest may."""
    row = CouponClaimRow(_key(template.template_id, guest))
    more = CouponClaimRow.claimed.does_not_exist() | (CouponClaimRow.claimed < template.per_guest)
    transaction.update(CLAIM, row, [CouponClaimRow.claimed.add(1)], more)


def counts(templates: Iterable[CouponTemplate], guest: Guest) -> dict[str, int]:
    """Returns how many coupons of each template the person has claimed, by the templates' ids."""
    keys = {template.template_id: _key(template.template_id, guest) for template in templates}
    rows = read_rows([(CouponClaimRow, (key,)) for key in keys.values()])
    found = {template_id: rows.get(CouponClaimRow, key) for template_id, key in keys.items()}
    return {template_id: 0 if row is None else row.claimed for template_id, row in found.items()}
