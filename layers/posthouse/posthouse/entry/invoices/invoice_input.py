"""What guests and staff send about invoices."""

from __future__ import annotations

from posthouse.domain.invoice import Buyer, BuyerKind, Shelf
from posthouse.domain.money import Money
from posthouse.domain.refusal import InvalidRequest
from posthouse.entry.fields import Amount, Email, InvoiceNumber, Name, TaxNumber
from posthouse.entry.inputs import Input
from posthouse.services.invoices.invoicing import Noted


class InvoiceInput(Input):
    kind: BuyerKind
    title: Name
    email: Email
    tax_number: TaxNumber | None = None


def buyer_of(body: InvoiceInput) -> Buyer | InvalidRequest:
    """Returns whom the invoice names. A company needs its tax number; a person has none."""
    if body.kind is BuyerKind.COMPANY and body.tax_number is None:
        return InvalidRequest("tax_number", "a company's invoice needs its tax number, 15 to 20 letters and digits")
    if body.kind is BuyerKind.PERSONAL and body.tax_number is not None:
        return InvalidRequest("tax_number", "belongs to companies only")
    number = None if body.tax_number is None else body.tax_number.upper()
    return Buyer(body.kind, body.title, number, body.email)


class NotedInput(Input):
    """The number, and optionally the amount (fen) for which the invoice was written."""

    number: InvoiceNumber
    amount: Amount | None = None

    @property
    def noted(self) -> Noted:
        return Noted(self.number, None if self.amount is None else Money(self.amount))


SHELVES: dict[str | None, tuple[Shelf, ...]] = {
    None: (Shelf.REQUESTED, Shelf.ISSUED, Shelf.TO_CORRECT),
    "requested": (Shelf.REQUESTED,),
    "issued": (Shelf.ISSUED, Shelf.TO_CORRECT),
    "to_correct": (Shelf.TO_CORRECT,),
}
"""Which shelves a list of that status shows."""
