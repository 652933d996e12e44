"""JSON forms and inputs of shipping information."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from posthouse.entry.inputs import Input
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.shipping_information import ShippingInformation


class RetryInput(Input):
    """WeChat's code of the carrier, where the name that was typed says none."""

    carrier: Annotated[str, Meta(pattern=r"^[A-Z0-9_]{2,32}\Z")] | None = None


def shipping_json(told: ShippingInformation) -> dict[str, Any]:
    """Returns the shipping information of a payment, with why WeChat did not take it."""
    return {
        "payment_id": told.payment_id,
        "order_no": told.order_no,
        "status": told.status,
        "logistics_type": told.logistics_type,
        "carrier": told.carrier,
        "reason": told.reason,
        "detail": told.words,
        "tries": told.tries,
        "at": rfc3339(told.at),
    }
