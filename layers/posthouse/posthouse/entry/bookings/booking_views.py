"""Bookings in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import BookingState
from posthouse.domain.cancellation import cancellable_until
from posthouse.domain.note import known_of
from posthouse.domain.phone import mask_phone, show_phone
from posthouse.entry.views import rfc3339, rfc3339_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posthouse.domain.booking import Booking
    from posthouse.domain.note import Note
    from posthouse.domain.price import BookedExtra
    from posthouse.domain.terms import BookedNight, Change


def booking_json(booking: Booking) -> dict[str, Any]:
    """Returns a booking in full, for its guest and for who reads it at the hotel with a row in the audit."""
    return {
        "order_no": booking.order_no,
        "status": booking.status,
        "hotel_id": booking.hotel_id,
        "hotel_name": booking.hotel_name,
        "room_id": booking.room_id,
        "room_name": booking.room_name,
        "bed": booking.bed,
        "image": booking.image,
        **booking.clock.facts,
        "check_in": booking.stay.check_in.isoformat(),
        "check_out": booking.stay.check_out.isoformat(),
        "day_use": booking.stay.is_day_use,
        "leaves_at": rfc3339_or_none(booking.leaves_at),
        "units": booking.units,
        "adults": booking.adults,
        "children": booking.children,
        "guest_name": booking.guest_name,
        "phone_number": show_phone(booking.phone_number),
        "arrival_time": booking.arrival_time,
        "requests": booking.requests,
        "coupon_id": booking.coupon_id,
        "total": booking.price.total.fen,
        "discount": booking.price.discount.fen,
        "points_discount": booking.price.points_discount.fen,
        "payable": booking.price.payable.fen,
        "due_now": booking.price.due_now.fen,
        "due_later": booking.price.due_later.fen,
        **_plan_json(booking),
        "guests_total": booking.price.guests.fen,
        "extras_total": booking.price.extras.fen,
        "extras": [booked_extra_json(extra) for extra in booking.extras],
        "charges": booking.charges.fen,
        "paid": booking.paid.fen,
        "balance": booking.balance.fen,
        "folio_balance": booking.balance.fen,
        "items": [_night_json(night, booking.room_names) for night in booking.nights],
        "created_at": rfc3339(booking.created_at),
        "expires_at": None if booking.expires_at is None else rfc3339(booking.expires_at),
        "free_cancel_until": rfc3339_or_none(booking.cancel_rule.free_until(booking.stay.check_in, booking.clock)),
        "cancellable_until": rfc3339(cancellable_until(booking.stay.check_in, booking.clock)),
        "cancel_fee_bp": booking.cancel_rule.fee_bp,
        "timeline": [{"status": m.status, "at": rfc3339(m.at)} for m in booking.timeline],
        "source": booking.source,
        # A guest learns the number with the key: until then the desk may give another one.
        "numbers": list(booking.numbers) if booking.status in {BookingState.CHECKED_IN, BookingState.FINISHED} else [],
    }


def _plan_json(booking: Booking) -> dict[str, Any]:
    """Returns what a booking has by its rate plan; without one it has what its room type had."""
    plan = booking.plan
    return {
        "rate_plan_id": None if plan is None else plan.rate_plan_id,
        "rate_plan_name": None if plan is None else plan.name,
        "payment": "full" if plan is None else plan.payment,
        "breakfasts": booking.breakfasts,
        "free_cancel_hours": booking.cancel_rule.free_hours,
        "deposit_bp": booking.cancel_rule.deposit_bp or None,
    }


def _night_json(night: BookedNight, room_names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "date": night.night.isoformat(),
        "room_id": night.room_id,
        "room_name": room_names[night.room_id],
        "units": night.units,
        "price": night.price.fen,
        "amount": night.amount.fen,
    }


def desk_booking_json(booking: Booking, written: Iterable[Note], of_guest: Iterable[Note]) -> dict[str, Any]:
    """Returns a booking in full for the desk, with all notes of it, and of its guest in its hotel."""
    return {**asked_booking_json(booking, written, of_guest), "phone_number": show_phone(booking.phone_number)}


def asked_booking_json(booking: Booking, written: Iterable[Note], of_guest: Iterable[Note]) -> dict[str, Any]:
    """Returns a booking that was asked for by its number: with all notes, and a masked phone number."""
    return {**listed_booking_json(booking), "notes": notes_json(written), "guest_notes": notes_json(of_guest)}


def _for_staff(booking: Booking) -> dict[str, Any]:
    """Returns what only staff see in every booking: whose it is, version, desk money, changes, numbers and notes."""
    return {
        "user_id": booking.user_id or None,
        "version": booking.version,
        "desk": booking.desk.fen,
        "changes": [_change_json(change) for change in booking.changes],
        "numbers": list(booking.numbers),
        "notes": notes_json(known_of(booking)),
    }


def my_changes_json(booking: Booking) -> list[dict[str, Any]]:
    """Returns the changes of a booking for its guest: no name of an account of staff is in them."""
    return [{name: value for name, value in _change_json(it).items() if name != "by"} for it in booking.changes]


def _change_json(change: Change) -> dict[str, Any]:
    """Returns a change with what was booked before it."""
    was = {
        "check_in": change.was.stay.check_in.isoformat(),
        "check_out": change.was.stay.check_out.isoformat(),
        "room_id": change.was.room_id,
        "room_name": change.was.room_name,
        "units": change.was.units,
        "adults": change.was.adults,
        "children": change.was.children,
        "payable": change.was.price.payable.fen,
    }
    return {"at": rfc3339(change.at), "by": change.by, "was": was}


def notes_json(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Returns notes for staff."""
    return [note_json(note) for note in notes]


def note_json(note: Note) -> dict[str, Any]:
    """Returns a note for staff; ``by`` is a member of staff, or the user id of the guest who asked for something."""
    facts = {"note_id": note.note_id, "text": note.text, "at": rfc3339(note.at), "by": note.by}
    return {**facts, "hotel_id": note.hotel_id or None}


def my_notes_json(notes: Iterable[Note], user_id: str) -> list[dict[str, Any]]:
    """Returns notes for their guest: no name of an account of staff is in them."""
    return [{**note_json(note), "by": "guest" if note.by == user_id else "hotel"} for note in notes]


def booked_extra_json(extra: BookedExtra) -> dict[str, Any]:
    """Returns an extra as it was booked."""
    return {
        "extra_id": extra.extra_id,
        "name": extra.name,
        "per": extra.per,
        "price": extra.price.fen,
        "quantity": extra.quantity,
        "amount": extra.amount.fen,
    }


def my_listed_booking_json(booking: Booking) -> dict[str, Any]:
    """Returns a booking for its guest's list: with a masked phone number."""
    return {**booking_json(booking), "phone_number": mask_phone(booking.phone_number)}


def listed_booking_json(booking: Booking) -> dict[str, Any]:
    """Returns a booking for a list of staff, or as they have changed it: with a masked phone number."""
    return {**my_listed_booking_json(booking), **_for_staff(booking)}
