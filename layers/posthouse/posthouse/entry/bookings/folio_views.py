"""Folios in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.folio import SYSTEM
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posthouse.domain.folio import Line
    from posthouse.services.bookings.taxed_folios import TaxedFolio


def folio_json(taxed: TaxedFolio) -> dict[str, Any]:
    """Returns a folio for staff; its lines sum to ``balance``."""
    return _folio_json(taxed, [line_json(line) for line in taxed.folio.lines])


def my_folio_json(taxed: TaxedFolio, user_id: str) -> dict[str, Any]:
    """Returns a folio for its guest, who sees of whoever added a line only whose side it was."""
    return _folio_json(taxed, my_lines_json(taxed.folio.lines, user_id))


def my_lines_json(lines: Iterable[Line], user_id: str) -> list[dict[str, Any]]:
    """Returns lines for their guest: no name of an account of staff is in them."""
    return [{**line_json(line), "by": _side(line, user_id)} for line in lines]


def _side(line: Line, user_id: str) -> str:
    if line.by == SYSTEM:
        return SYSTEM
    return "guest" if line.by == user_id else "hotel"


def _folio_json(taxed: TaxedFolio, lines: list[dict[str, Any]]) -> dict[str, Any]:
    folio, tax = taxed.folio, taxed.tax
    return {
        "lines": lines,
        "charges": folio.charges.fen,
        "paid": folio.paid.fen,
        "balance": folio.balance.fen,
        "tax_rate_bp": taxed.tax_rate_bp,
        "tax": None if tax is None else tax.fen,
    }


def line_json(line: Line) -> dict[str, Any]:
    """Returns one line for staff; ``amount`` is positive for what is owed, negative for what was paid."""
    return {
        "line_id": line.line_id,
        "kind": line.kind,
        "method": line.method,
        "description": line.description,
        "date": None if line.night is None else line.night.isoformat(),
        "number": line.number,
        "reference": line.reference,
        "amount": line.amount.fen,
        "at": rfc3339(line.at),
        "by": line.by,
    }
