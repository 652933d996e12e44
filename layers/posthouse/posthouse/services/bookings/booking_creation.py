"""Booking a stay: one transaction takes the nights, uses the coupon, and writes the booking and its event."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import MAX_HELD, Booking, BookingState, Moment, Source, TooManyHeld, first_state
from posthouse.domain.catalogue import InventoryMode
from posthouse.domain.event import EventType
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.ids import IdKind
from posthouse.domain.offer import terms_of
from posthouse.domain.refusal import IdempotencyKeyReused, NotFound, Refusal
from posthouse.domain.restriction import StayEnds
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.bookings.stay_offers import AskedStay, StayOffer, stay_offer
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import allowances, bookings, coupons, guests, idempotency, nights, outbox
from posthouse.store.audit import record
from posthouse.store.transaction import Failed, Transaction

if TYPE_CHECKING:
    from posthouse.services.bookings.stay_requests import StayRequest

FIRST_EVENT = {
    BookingState.PENDING_PAYMENT: EventType.BOOKING_CREATED,
    BookingState.RESERVED: EventType.BOOKING_RESERVED,
    BookingState.PAID: EventType.BOOKING_PAID,
}
"""The event of a new booking, by its state."""


class BookingRules(Value):
    """How long a booking waits for its payment, and how many orders a guest may make in an hour."""

    payment_timeout: timedelta
    orders_an_hour: int


def book(request: StayRequest, rules: BookingRules, step: Step) -> Booking | Refusal:
    """Book a stay. Refusals come from strongly consistent reads; each write carries what was read as a condition.

    AWS calls: a batch read (the room and its nights), another (the hotel and the extras), one transaction.
    """
    for _ in range(ATTEMPTS):
        offer = stay_offer(request, step)
        if isinstance(offer, Refusal):
            # A first request with the same key may have committed between our reads: then its booking is returned.
            return _repeat_of(request) or offer
        if isinstance(offer, idempotency.IdempotencyRow):
            return _result(offer, request)
        booking = _booking(request, offer, rules.payment_timeout, step)
        failed = _commit(request, offer, booking, rules.orders_an_hour, step)
        if failed is None:
            return booking
        if idempotency.CONDITION in failed:
            return _repeat_of(request) or NotFound("booking")
        if allowances.ALLOWANCE in failed:
            return allowances.refusal(failed, step.now)
        if guests.HELD in failed and _has_level(failed, offer.asked, request):
            return TooManyHeld(MAX_HELD, booking.held) if guests.HELD in failed.rows else AccountDeleted()
    raise busy(request.room_id)


def _has_level(failed: Failed, asked: AskedStay, request: StayRequest) -> bool:
    """Whether the guest's level is not why the booking could not be written."""
    row = failed.rows.get(guests.HELD)
    if request.desk is not None or not asked.levels or row is None:
        return True
    return row.get("level", {}).get("S") in asked.levels


def _booking(request: StayRequest, offer: StayOffer, payment_timeout: timedelta, step: Step) -> Booking:
    room, hotel, desk = offer.asked.room, offer.asked.hotel, request.desk
    status = first_state(offer.price) if desk is None else BookingState.RESERVED
    unpaid_until = None if status is BookingState.RESERVED else step.now + payment_timeout
    terms = terms_of(offer.asked.plan, room)
    return Booking(
        order_no=step.new_id(IdKind.BOOKING),
        user_id=request.user_id,
        hotel_id=room.hotel_id,
        hotel_name=hotel.name,
        room_id=room.room_id,
        room_name=room.name,
        clock=offer.asked.clock,
        stay=offer.asked.stay,
        nights=offer.nights,
        price=offer.price,
        status=status,
        guest_name=request.guest_name,
        phone_number=request.phone_number,
        arrival_time=request.arrival_time,
        coupon_id=request.coupon_id,
        created_at=step.now,
        expires_at=unpaid_until if desk is None else desk.hold_until,
        timeline=(Moment(status, step.now),),
        version=1,
        nights_taken=room.inventory_mode is not InventoryMode.ON_PAYMENT or status is not BookingState.PENDING_PAYMENT,
        cancel_rule=terms.cancel_rule,
        bed=room.bed,
        image=next(iter(room.images), None),
        adults=request.party.adults,
        children=request.party.children,
        guests_price=room.occupancy.guests_price(request.party),
        extras=offer.asked.extras,
        plan=offer.asked.plan,
        breakfasts=terms.breakfasts,
        charges=offer.price.payable,
        source=Source.ONLINE if desk is None else desk.source,
        made_by=None if desk is None else desk.caller.subject,
        notes=None if desk is None else desk.notes,
        requests=request.requests,
    )


def _commit(request: StayRequest, offer: StayOffer, booking: Booking, orders_an_hour: int, step: Step) -> Failed | None:
    transaction = Transaction()
    if request.desk is None:
        allowances.take(transaction, request.user_id, orders_an_hour, step.now)
    else:
        made = _audited(booking) | ({"despite_restrictions": True} if request.despite_restrictions else {})
        record(transaction, step.actor(request.desk.caller.subject), "book", booking.order_no, after=made)
    idempotency.claim(transaction, request.caller_key, request.body_hash, booking.order_no, step.now)
    _take_nights(transaction, request, offer, booking)
    _check_plan(transaction, request, offer, booking)
    if offer.coupon is not None:
        coupons.use(transaction, offer.coupon, booking.order_no, step.now)
    bookings.create(transaction, booking)
    outbox.send(transaction, booking_event(booking, FIRST_EVENT[booking.status], booking.version, step))
    return transaction.commit()


def _check_plan(transaction: Transaction, request: StayRequest, offer: StayOffer, booking: Booking) -> None:
    """Count what the guest holds unpaid, and check that the plan, and the guest's level, are as they were read."""
    levels = offer.asked.levels if request.desk is None else ()
    if booking.held:
        guests.hold_nights(transaction, booking.user_id, booking.held, MAX_HELD, levels)
    elif levels:
        guests.must_have_level(transaction, booking.user_id, levels)
    if offer.asked.plan is not None:
        from posthouse.store import rate_plans

        rate_plans.must_be_unchanged(transaction, offer.asked.plan)


def _take_nights(transaction: Transaction, request: StayRequest, offer: StayOffer, booking: Booking) -> None:
    """Take the nights, or check them if they are taken later; restrictions count when the stay is booked."""
    ends = None if request.despite_restrictions else StayEnds.of(booking.room_id, booking.stay)
    for night in booking.nights:
        read = offer.calendar[night.night]
        if booking.nights_taken:
            nights.take(transaction, night, read, offer.asked.room.inventory_mode, ends)
        else:
            nights.still_free(transaction, night, read, ends)
    if ends is not None:
        nights.check_ends(transaction, ends, ((night.room_id, night.night) for night in booking.nights))


def _audited(booking: Booking) -> dict[str, Any]:
    stay = {"check_in": booking.stay.check_in.isoformat(), "check_out": booking.stay.check_out.isoformat()}
    plan = {} if booking.plan is None else {"rate_plan_id": booking.plan.rate_plan_id}
    return {"room_id": booking.room_id, **stay, "units": booking.units, "source": booking.source, **plan}


def _repeat_of(request: StayRequest) -> Booking | Refusal | None:
    used = idempotency.find(request.caller_key)
    return None if used is None else _result(used, request)


def _result(used: idempotency.IdempotencyRow, request: StayRequest) -> Booking | Refusal:
    order_no = idempotency.result_of(used, request.body_hash)
    if isinstance(order_no, IdempotencyKeyReused):
        return order_no
    booking = bookings.get(order_no)
    return NotFound("booking") if booking is None or not request.may_book_at(booking.hotel_id) else booking
