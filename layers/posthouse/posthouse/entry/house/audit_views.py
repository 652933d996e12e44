"""The night audit in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
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
    """Returns a question and what it is about: a booking as in a list of staff, or a number."""
    facts: dict[str, Any] = {"kind": answer.question.kind, "open": answer.is_open}
    if answer.booking is not None:
        facts |= {"order_no": answer.booking.order_no, "booking": listed_booking_json(answer.booking)}
    if answer.number is not None:
        facts |= {"number": answer.number.number, "room_id": answer.number.room_id}
    return facts
