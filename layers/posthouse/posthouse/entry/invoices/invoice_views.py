"""Invoices in JSON, with the names of openapi.yaml; money in fen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.invoice import Correction, Invoice
    from posthouse.services.invoices.invoicing import Listed


def my_invoice_json(invoice: Invoice) -> dict[str, Any]:
    """Returns an invoice for its guest: no name of an account of staff is in it."""
    buyer = invoice.buyer
    return {
        "invoice_id": invoice.invoice_id,
        "order_no": invoice.order_no,
        "kind": buyer.kind,
        "title": buyer.title,
        "tax_number": buyer.tax_number,
        "email": buyer.email,
        "status": invoice.status,
        "amount": invoice.amount.fen,
        "number": invoice.number,
        "requested_at": rfc3339(invoice.requested_at),
        "issued_at": None if invoice.issued_at is None else rfc3339(invoice.issued_at),
        "refunded_since": invoice.refunded_since.fen,
        "corrections": [_correction_json(each) for each in invoice.corrections],
    }


def _correction_json(each: Correction) -> dict[str, Any]:
    return {"number": each.number, "amount": each.amount.fen, "at": rfc3339(each.at)}


def invoice_json(listed: Listed) -> dict[str, Any]:
    """Returns an invoice for staff, with what was sold and what is to be corrected."""
    invoice = listed.invoice
    return {
        **my_invoice_json(invoice),
        "hotel_id": invoice.hotel_id or None,
        "subject": listed.subject,
        "issued_by": invoice.issued_by,
        "to_correct": invoice.to_correct.fen,
    }
