"""The night audit in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.services.house.audit_pages import Answer, AuditPage


def audit_facts(page: AuditPage) -> dict[str, Any]:
    """Returns what is said of the audit beside its questions; ``made_at`` is null until it is done."""
    return {
        "hotel_id": page.hotel_id,
        "date": page.business_date.isoformat(),
        "status": page.state,
        "made_at": None if page.made_at is None else rfc3339(page.made_at),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """Returns a question and what it is about: a booking, or a number."""
    facts: dict[str, Any] = {"kind": answer.question.kind, "open": answer.is_open}
    if answer.booking is not None:
        facts |= _booking_facts(answer.booking)
    if answer.number is not None:
        facts |= {"number": answer.number.number, "room_id": answer.number.room_id}
    return facts


def _booking_facts(booking: Booking) -> dict[str, Any]:
    return {
        "order_no": booking.order_no,
        "guest_name": booking.guest_name,
        "room_name": booking.room_name,
        "check_in": booking.stay.check_in.isoformat(),
        "check_out": booking.stay.check_out.isoformat(),
        "booking_status": booking.status,
        "paid": booking.paid.fen,
        "balance": booking.balance.fen,
        "numbers": list(booking.numbers),
    }
