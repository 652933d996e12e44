"""Invoices (发票): who asks for one, for how much, its number, and what has gone back since it was issued.

We issue none ourselves: staff write it in their tax system and note its number here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from posthouse.domain.ids import IdKind, make_id
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value


class BuyerKind(StrEnum):
    """To whom the invoice is made out."""

    PERSONAL = "personal"
    COMPANY = "company"


class InvoiceState(StrEnum):
    """The state of a request. ``cancelled``: all money went back before it was issued, so there is none."""

    REQUESTED = "requested"
    ISSUED = "issued"
    CANCELLED = "cancelled"


class Shelf(StrEnum):
    """Where staff find a request: those of ``issued`` that need a correction lie apart."""

    REQUESTED = "requested"
    ISSUED = "issued"
    TO_CORRECT = "to_correct"


class Buyer(Value):
    """Whom the invoice names, and where it is sent. A company has a ``tax_number``, in capital letters."""

    kind: BuyerKind
    title: str
    tax_number: str | None
    email: str


class Correction(Value):
    """An invoice of less than zero (红字发票) for an ``amount`` that went back after the invoice was issued."""

    number: str
    amount: Money
    at: datetime
    by: str


class Invoice(Value):
    """The one invoice of an order, from its request on. ``version`` counts its changes.

    ``amount`` is what was paid and had not gone back: when it was requested, and then when it was issued.
    ``refunded_since`` is how much of it is not paid any more. ``hotel_id`` is empty for an order of goods. ``entry`` is
    its place in the lists, which sorts by the time of the request.
    """

    invoice_id: str
    order_no: str
    user_id: str
    hotel_id: str
    buyer: Buyer
    status: InvoiceState
    amount: Money
    requested_at: datetime
    entry: str
    version: int = 1
    number: str | None = None
    issued_at: datetime | None = None
    issued_by: str | None = None
    refunded_since: Money = ZERO
    corrections: tuple[Correction, ...] = ()

    @property
    def corrected(self) -> Money:
        """What corrections have taken off."""
        return sum((each.amount for each in self.corrections), ZERO)

    @property
    def to_correct(self) -> Money:
        """What went back and is not corrected yet."""
        return max(self.refunded_since - self.corrected, ZERO)

    @property
    def shelf(self) -> Shelf | None:
        """Where staff find it; None: nowhere any more."""
        match self.status:
            case InvoiceState.REQUESTED:
                return Shelf.REQUESTED
            case InvoiceState.ISSUED:
                return Shelf.TO_CORRECT if self.to_correct > ZERO else Shelf.ISSUED
            case InvoiceState.CANCELLED:
                return None

    def with_paid(self, paid: Money) -> Invoice:
        """Returns the invoice where ``paid`` is what was paid of its order and has not gone back."""
        if self.status is InvoiceState.REQUESTED:
            return replace(self, amount=paid)
        return replace(self, refunded_since=max(self.amount - paid, ZERO))

    def after_refunds(self, paid: Money) -> Invoice:
        """Returns the invoice as it is kept once money went back. Without any left, nobody issues it any more."""
        after = self.with_paid(paid)
        ended = self.status is InvoiceState.REQUESTED and paid <= ZERO
        return replace(after, status=InvoiceState.CANCELLED) if ended else after

    def issued(self, number: str, by: str, now: datetime) -> Invoice:
        """Returns the invoice with its number. What is paid now is what it says, from now on."""
        return replace(self, status=InvoiceState.ISSUED, number=number, issued_at=now, issued_by=by)

    def with_correction(self, number: str, by: str, now: datetime) -> Invoice:
        """Returns the invoice with a correction of all that is to be corrected."""
        return replace(self, corrections=(*self.corrections, Correction(number, self.to_correct, now, by)))


def invoice_id_of(order_no: str) -> str:
    """Returns the id of an order's invoice: an order has one."""
    return make_id(IdKind.INVOICE, order_no)


class NotPaid(Refusal):
    """Nothing of the order is paid, or all of it went back: there is nothing to invoice."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The order is {self.status}, and nothing of it is paid: there is nothing to invoice."


class InvoiceRequested(Refusal):
    """The order has an invoice, or a request of one."""

    invoice_id: str

    @property
    def explanation(self) -> str:
        return "An invoice of this order was requested before."


class InvoiceIssued(Refusal):
    """The invoice cannot be issued: it has a number, or is not wanted any more."""

    status: str
    number: str | None

    @property
    def explanation(self) -> str:
        if self.number is None:
            return "All money of this order went back; no invoice of it is issued."
        return f"This invoice was issued before, with the number {self.number}."


class InvoiceAmountChanged(Refusal):
    """The invoice was written for another amount than it has now (both in fen)."""

    expected: int
    actual: int

    @property
    def explanation(self) -> str:
        return f"It is {self.actual} fen now, not {self.expected}: write it anew."


class NothingToCorrect(Refusal):
    """The invoice was not issued, or says what is paid."""

    status: str

    @property
    def explanation(self) -> str:
        return "Nothing went back of this invoice that is not corrected."
