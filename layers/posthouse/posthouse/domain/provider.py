"""What is said to a provider of payments and what it says: WeChat Pay, and any other that takes money for an order.

The protocol that a provider keeps is posthouse.clients.provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from posthouse.domain.money import Money
from posthouse.domain.payment import Settlement, Way
from posthouse.domain.value import Value


class PaymentRequest(Value):
    """The facts of a payment that is to be opened; ``subject`` is what the guest reads at the provider.

    ``payer`` is the only person who may pay it, by the provider's id; empty where anybody may.
    """

    payment_id: str
    order_no: str
    way: Way
    subject: str
    amount: Money
    payer: str
    expires_at: datetime


class Opened(Value):
    """The payment is open. ``opened_as`` is what the client's parameters are made of, and is valid for ``life``."""

    opened_as: str
    life: timedelta


class OpenRefused(Value):
    """The provider refuses to open the payment, and will refuse the same request again."""

    code: str


class Handover(Value):
    """What the client needs to go on to the provider. One of them is there.

    ``parameters`` are for wx.requestPayment, ``code_url`` is shown as a QR code, ``url`` is a page to go to.
    """

    parameters: Mapping[str, str] | None = None
    code_url: str | None = None
    url: str | None = None


class Standing(StrEnum):
    """How a payment stands at its provider."""

    OPEN = "open"
    """It may still be paid, or is being paid just now."""
    PAID = "paid"
    """It was paid; perhaps it was refunded later."""
    CLOSED = "closed"
    """Nobody can pay it any more."""
    UNKNOWN = "unknown"
    """The provider knows no payment of that number."""


class PaymentReport(Value):
    """A payment as its provider holds it. ``said`` is the provider's own word for its state.

    ``settlement`` is there if it was paid, and only then.
    """

    standing: Standing
    said: str
    settlement: Settlement | None = None

    def __post_init__(self) -> None:
        if (self.standing is Standing.PAID) != (self.settlement is not None):
            msg = f"a payment that is {self.standing} has {'a' if self.settlement else 'no'} settlement"
            raise ValueError(msg)


class RefundRefused(Value):
    """The provider refused the refund. The refusal is believed only when the provider knows no such refund.

    ``may_be_sent_again``: the merchant's account has too little money, and the same body is accepted later.
    """

    code: str
    may_be_sent_again: bool = False
