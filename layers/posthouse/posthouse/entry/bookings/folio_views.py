"""Folios in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.folio import Folio, Line


def folio_json(folio: Folio) -> dict[str, Any]:
    """Returns a folio; its lines sum to ``balance``."""
    return {
        "lines": [line_json(line) for line in folio.lines],
        "charges": folio.charges.fen,
        "paid": folio.paid.fen,
        "balance": folio.balance.fen,
    }


def line_json(line: Line) -> dict[str, Any]:
    """Returns one line; ``amount`` is positive for what is owed, negative for what was paid."""
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
