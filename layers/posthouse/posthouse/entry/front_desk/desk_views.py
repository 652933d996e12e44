"""Money at the desk in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.folio import LineKind
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.folio import Line
    from posthouse.domain.takings import DayTakings


def desk_payment_json(order_no: str, line: Line) -> dict[str, Any]:
    """Returns a payment that the desk has taken; ``amount`` is positive."""
    return {
        "desk_payment_id": line.number,
        "order_no": order_no,
        "method": line.method,
        "amount": -line.amount.fen,
        "reference": line.reference,
        "at": rfc3339(line.at),
        "by": line.by,
    }


def given_back_json(order_no: str, line: Line) -> dict[str, Any]:
    """Returns money that the desk has given back, or a payment that was taken back."""
    name = "desk_refund_id" if line.kind is LineKind.REFUND else "desk_payment_id"
    return {
        name: line.number,
        "order_no": order_no,
        "method": line.method,
        "amount": line.amount.fen,
        "reason": line.description,
        "at": rfc3339(line.at),
        "by": line.by,
    }


def takings_json(day: DayTakings) -> dict[str, Any]:
    """Returns the takings of a day."""
    return {
        "hotel_id": day.hotel_id,
        "date": day.business_date.isoformat(),
        "items": [
            {
                "method": it.method,
                "username": it.username,
                "taken": it.taken.fen,
                "given_back": it.given_back.fen,
                "count": it.count,
            }
            for it in day.items
        ],
        "next_cursor": None,
        "total": day.total.fen,
        "closed": day.closed,
    }
