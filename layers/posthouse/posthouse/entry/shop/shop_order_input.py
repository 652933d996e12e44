"""Queries and changes of shop orders, as clients send them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from posthouse.domain.shop_order import ShopState
from posthouse.entry.fields import LINE, NOT_BLANK
from posthouse.entry.inputs import Input
from posthouse.entry.listing import ListQuery

Carrier = Annotated[str, LINE, Meta(min_length=1, max_length=50, pattern=NOT_BLANK)]
TrackingNo = Annotated[str, LINE, Meta(pattern=r"^\s*[0-9A-Za-z-]{1,50}\s*\Z")]


class ShopOrdersQuery(ListQuery):
    """Orders in a state, or all."""

    status: ShopState | None = None


class ShipmentInput(Input):
    """With whom the goods went."""

    carrier: Carrier
    tracking_no: TrackingNo


class ReturnInput(Input):
    """Why goods come back, and how much money goes back for them; without an amount, all that is left."""

    reason: Annotated[str, Meta(min_length=1, max_length=80)] = "return"
    amount: Annotated[int, Meta(ge=0, le=100_000_000)] | None = None
