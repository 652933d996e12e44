"""The protocol of a provider of payments: what the services of payments know of WeChat Pay, or of any other.

Why it is so: docs/decisions/0053-a-protocol-for-providers.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from posthouse.domain.payment import Payment, Settlement, SettlementMismatch, Way
    from posthouse.domain.provider import (
        Handover,
        Opened,
        OpenRefused,
        PaymentReport,
        PaymentRequest,
        RefundRefused,
    )
    from posthouse.domain.refund import Refund, RefundReport


class Provider(Protocol):
    """One merchant's account at a provider.

    Every call to the provider may be repeated with the same arguments, and raises ProviderUnavailable on a fault, also
    when the outcome is unknown. Bodies are kept before they are sent, so that a retry sends the same one.

    Attributes
    ----------
    name
        The name in payments, refunds and ledger rows.
    title
        How a person calls it.
    keeps_books
        Whether it can tell what it has of a payment or a refund, to compare our ledger with.
    """

    name: str
    title: str
    keeps_books: bool

    def binds_payer(self, way: Way) -> bool:
        """Whether only the guest who orders may pay in this way, whom the provider knows by the openid of the login."""
        ...

    def payment_body(self, request: PaymentRequest) -> str:
        """Returns the body that opens a payment. Raises ValueError for what the provider always refuses."""
        ...

    def open(self, payment: Payment) -> Opened | OpenRefused:
        """Open a payment in its way, by the body that was kept; also one that is open, when its ``Opened`` is old."""
        ...

    def handover(self, payment: Payment) -> Handover:
        """Returns what the client needs to pay an open payment. Nothing is sent to the provider."""
        ...

    def query(self, payment_id: str) -> PaymentReport:
        """Query a payment."""
        ...

    def compare(self, payment: Payment, settlement: Settlement) -> SettlementMismatch | None:
        """Returns the first field in which a settlement of this provider's is not that of our payment, or None."""
        ...

    def close(self, payment_id: str) -> None:
        """Close an unpaid payment. No answer of the provider is final: query afterwards."""
        ...

    def refund_body(self, refund: Refund) -> str:
        """Returns the body that requests a refund. Raises ValueError for what the provider always refuses."""
        ...

    def refund(self, refund: Refund, body: str) -> RefundReport | RefundRefused:
        """Send a refund, by the body that was kept. A report may only tell that it was accepted."""
        ...

    def query_refund(self, out_refund_no: str, payment_id: str) -> RefundReport | None:
        """Query a refund of a payment. Returns None if the provider knows no refund of that number."""
        ...


Providers = Callable[[str], Provider]
"""Returns the provider of a name. Raises ProviderNotSetUp, and LookupError for a name that is none."""
