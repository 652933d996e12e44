"""Inputs: queries and changes of shop orders."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from posthouse.domain.shop_order import ShopState
from posthouse.entry.fields import LINE, NOT_BLANK, ShortReason
from posthouse.entry.inputs import Input
from posthouse.entry.listing import ListQuery

Carrier = Annotated[str, LINE, Meta(min_length=1, max_length=50, pattern=NOT_BLANK)]
TrackingNo = Annotated[str, LINE, Meta(pattern=r"^[0-9A-Za-z-]{1,50}\Z")]


class ShopOrdersQuery(ListQuery):
    """The state to list; None for all."""

    status: ShopState | None = None


class ShipmentInput(Input):
    """The carrier of the goods and its tracking number."""

    carrier: Carrier
    tracking_no: TrackingNo


class ReturnInput(Input):
    """The reason of a return, and the amount to refund; without an amount, all that is left."""

    reason: ShortReason = "return"
    amount: Annotated[int, Meta(ge=0)] | None = None
