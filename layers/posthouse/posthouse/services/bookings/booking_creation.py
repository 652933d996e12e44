"""Booking a stay: one transaction takes the nights, uses the coupon, and writes the booking and its event."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from posthouse.domain.booking import (
    MAX_HELD,
    BookedNight,
    Booking,
    BookingState,
    Moment,
    SoldOut,
    TooManyHeld,
)
from posthouse.domain.cancellation import CancelRule
from posthouse.domain.catalogue import Hotel, InventoryMode, Night, NotOnSale, OpeningState, Room
from posthouse.domain.coupon import Coupon, CouponScope, CouponUnusable, discount_of
from posthouse.domain.days import HotelClock, business_dates
from posthouse.domain.event import EventType
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.ids import IdKind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import Price, total_of
from posthouse.domain.refusal import IdempotencyKeyReused, NotFound, PriceChanged, Refusal
from posthouse.domain.stay import Stay, plan_stay
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import allowances, bookings, coupons, guests, hotels, idempotency, nights, outbox, rooms
from posthouse.store.batch import Rows, read_rows
from posthouse.store.transaction import Failed, Transaction


class StayRequest(Value):
    """A stay that a guest requests. ``caller_key`` is the Idempotency-Key, ``body_hash`` the hash of the body."""

    user_id: str
    room_id: str
    check_in: date
    check_out: date
    units: int
    guest_name: str
    phone_number: str
    arrival_time: str | None
    coupon_id: str | None
    expected_total: int | None
    caller_key: str
    body_hash: str


class BookingRules(Value):
    """How long a booking waits for its payment, and how many orders a guest may make in an hour."""

    payment_timeout: timedelta
    orders_an_hour: int


class _Offer(Value):
    """What can be booked, by what was just read."""

    room: Room
    hotel_name: str
    clock: HotelClock
    stay: Stay
    nights: tuple[BookedNight, ...]
    price: Price
    coupon: Coupon | None


def book(request: StayRequest, rules: BookingRules, step: Step) -> Booking | Refusal:
    """Book a stay. Refusals come from strongly consistent reads; each write carries what was read as a condition.

    AWS calls: one batch read (rooms and nights), one read of the hotel, one transaction.
    """
    for _ in range(ATTEMPTS):
        offer = _offer(request, step)
        if isinstance(offer, Refusal):
            # A first request with the same key may have committed between our reads: then its booking is returned.
            return _repeat_of(request) or offer
        if isinstance(offer, Booking):
            return offer
        booking = _booking(request, offer, rules.payment_timeout, step)
        failed = _commit(request, offer, booking, rules.orders_an_hour, step)
        if failed is None:
            return booking
        if idempotency.CONDITION in failed:
            return _repeat_of(request) or NotFound("booking")
        if allowances.ALLOWANCE in failed:
            return allowances.refusal(failed, step.now)
        if guests.HELD in failed:
            return TooManyHeld(MAX_HELD, booking.held) if guests.HELD in failed.rows else AccountDeleted()
    raise busy(request.room_id)


def _offer(request: StayRequest, step: Step) -> _Offer | Booking | Refusal:
    # The hotel's business date is known only after the read.
    asked = plan_stay(request.check_in, request.check_out, *business_dates(step.now), units=request.units)
    if isinstance(asked, Refusal):
        return asked
    rows = _read(request, asked)
    used = rows.get(idempotency.IdempotencyRow, request.caller_key)
    if used is not None:
        return _result(used, request)
    room_row = rows.get(rooms.RoomRow, request.room_id)
    hotel = hotels.get_hotel(room_row.hotel_id) if room_row is not None else None
    if room_row is None or hotel is None:
        return NotFound("room")
    stay = plan_stay(request.check_in, request.check_out, hotel.clock.business_date(step.now))
    if isinstance(stay, Refusal):
        return stay
    room = room_row.to_domain()
    return _closed(hotel, room) or _offer_of(request, room, hotel, stay, rows, step)


def _closed(hotel: Hotel, room: Room) -> NotOnSale | None:
    if hotel.opening_state is not OpeningState.OPEN:
        return NotOnSale("hotel")
    return None if room.on_sale else NotOnSale("room")


def _offer_of(request: StayRequest, room: Room, hotel: Hotel, stay: Stay, rows: Rows, step: Step) -> _Offer | Refusal:
    on_sale = nights.from_rows({n: rows.get(nights.NightRow, *nights.key(room.room_id, n)) for n in stay.nights})
    full = tuple(n for n in stay.nights if not _has_room(on_sale.get(n), request.units, room.inventory_mode))
    if full:
        return SoldOut(full)
    coupon_row = rows.get(coupons.CouponRow, request.user_id, request.coupon_id) if request.coupon_id else None
    coupon = coupon_row.to_domain() if coupon_row is not None else None
    price = _price(request, {n: on_sale[n].price for n in stay.nights}, coupon, step)
    if isinstance(price, Refusal):
        return price
    booked = tuple(BookedNight(n, request.units, on_sale[n].price) for n in stay.nights)
    return _Offer(room, hotel.name, hotel.clock, stay, booked, price, coupon)


def _read(request: StayRequest, stay: Stay) -> Rows:
    keys: list[tuple[Any, tuple[Any, ...]]] = [
        (idempotency.IdempotencyRow, (request.caller_key,)),
        (rooms.RoomRow, (request.room_id,)),
        *((nights.NightRow, nights.key(request.room_id, night)) for night in stay.nights),
    ]
    if request.coupon_id is not None:
        keys.append((coupons.CouponRow, (request.user_id, request.coupon_id)))
    return read_rows(keys)


def _has_room(night: Night | None, units: int, mode: InventoryMode) -> bool:
    if night is None or night.closed:
        return False
    return mode is InventoryMode.UNLIMITED or night.left >= units


def _price(
    request: StayRequest, prices: dict[date, Money], coupon: Coupon | None, step: Step
) -> Price | PriceChanged | CouponUnusable:
    total = total_of(prices.values(), request.units)
    if request.expected_total is not None and request.expected_total != total.fen:
        return PriceChanged(request.expected_total, total.fen)
    if request.coupon_id is None:
        return Price.of(total)
    discount = discount_of(coupon, CouponScope.BOOKING, total, step.now)
    return discount if isinstance(discount, CouponUnusable) else Price.of(total, discount)


def _booking(request: StayRequest, offer: _Offer, payment_timeout: timedelta, step: Step) -> Booking:
    status = BookingState.PENDING_PAYMENT if offer.price.payable > ZERO else BookingState.PAID
    return Booking(
        order_no=step.new_id(IdKind.BOOKING),
        user_id=request.user_id,
        hotel_id=offer.room.hotel_id,
        hotel_name=offer.hotel_name,
        room_id=offer.room.room_id,
        room_name=offer.room.name,
        clock=offer.clock,
        stay=offer.stay,
        nights=offer.nights,
        price=offer.price,
        status=status,
        guest_name=request.guest_name,
        phone_number=request.phone_number,
        arrival_time=request.arrival_time,
        coupon_id=request.coupon_id,
        created_at=step.now,
        expires_at=step.now + payment_timeout,
        timeline=(Moment(status, step.now),),
        version=1,
        nights_taken=offer.room.inventory_mode is not InventoryMode.ON_PAYMENT or status is BookingState.PAID,
        cancel_rule=CancelRule(offer.room.free_cancel_hours, offer.room.cancel_fee_bp),
        bed=offer.room.bed,
        image=next(iter(offer.room.images), None),
    )


def _commit(request: StayRequest, offer: _Offer, booking: Booking, orders_an_hour: int, step: Step) -> Failed | None:
    transaction = Transaction()
    allowances.take(transaction, request.user_id, orders_an_hour, step.now)
    idempotency.claim(transaction, request.caller_key, request.body_hash, booking.order_no, step.now)
    for night in booking.nights:
        if booking.nights_taken:
            nights.take(transaction, booking.room_id, night, offer.room.inventory_mode)
        else:
            nights.still_free(transaction, booking.room_id, night)
    if booking.held:
        guests.hold_nights(transaction, booking.user_id, booking.held, MAX_HELD)
    if offer.coupon is not None:
        coupons.use(transaction, offer.coupon, booking.order_no, step.now)
    bookings.create(transaction, booking)
    created = EventType.BOOKING_CREATED if booking.status is BookingState.PENDING_PAYMENT else EventType.BOOKING_PAID
    outbox.send(transaction, booking_event(booking, created, booking.version, step))
    return transaction.commit()


def _repeat_of(request: StayRequest) -> Booking | Refusal | None:
    used = idempotency.find(request.caller_key)
    return None if used is None else _result(used, request)


def _result(used: idempotency.IdempotencyRow, request: StayRequest) -> Booking | Refusal:
    order_no = idempotency.result_of(used, request.body_hash)
    if isinstance(order_no, IdempotencyKeyReused):
        return order_no
    return bookings.get(order_no) or NotFound("booking")
