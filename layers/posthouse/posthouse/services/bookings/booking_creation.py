"""Booking a stay: one transaction takes the nights, uses the coupon, and writes the booking and its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import (
    MAX_HELD,
    Booking,
    BookingState,
    Moment,
    SoldOut,
    Source,
    TooManyHeld,
    first_state,
)
from posthouse.domain.catalogue import Hotel, InventoryMode, Night, NotOnSale, OpeningState, Room
from posthouse.domain.coupon import Coupon, CouponScope, CouponUnusable, discount_of
from posthouse.domain.days import business_dates
from posthouse.domain.event import EventType
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.ids import IdKind
from posthouse.domain.level import HIGHEST, Level, levels_from
from posthouse.domain.offer import Offer, OfferChanged, ShownOffer, Sought, calendar_of, not_free, offer_of, terms_of
from posthouse.domain.refusal import IdempotencyKeyReused, InvalidRequest, NotFound, Refusal
from posthouse.domain.restriction import StayEnds
from posthouse.domain.stay import Stay, plan_stay
from posthouse.domain.terms import BookedNight
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import (
    allowances,
    bookings,
    coupons,
    extras,
    guests,
    hotels,
    idempotency,
    nights,
    outbox,
    rooms,
)
from posthouse.store.audit import record
from posthouse.store.batch import Rows, read_rows
from posthouse.store.transaction import Failed, Transaction

if TYPE_CHECKING:
    from posthouse.domain.days import HotelClock
    from posthouse.domain.identity import Principal
    from posthouse.domain.price import BookedExtra, Party, Price
    from posthouse.domain.rate_plan import RatePlan


class ChosenExtra(Value):
    """How many of an extra a guest wants."""

    extra_id: str
    quantity: int


FIRST_EVENT = {
    BookingState.PENDING_PAYMENT: EventType.BOOKING_CREATED,
    BookingState.RESERVED: EventType.BOOKING_RESERVED,
    BookingState.PAID: EventType.BOOKING_PAID,
}
"""The event of a new booking, by its state."""


class Desk(Value):
    """What is said of a stay that staff book: it needs no payment, and is held until a time, if one is given.

    ``despite_restrictions``: it may be one that restrictions forbid to guests.
    """

    caller: Principal
    source: Source
    hold_until: datetime | None
    notes: str | None
    despite_restrictions: bool = False


class StayRequest(Value):
    """A stay that a guest requests, or staff for one: then ``user_id`` is empty, and ``desk`` says the rest.

    ``caller_key`` is the Idempotency-Key, ``body_hash`` the hash of the body.
    """

    user_id: str
    room_id: str
    check_in: date
    check_out: date
    party: Party
    guest_name: str
    phone_number: str
    arrival_time: str | None
    coupon_id: str | None
    expected_total: int | None
    caller_key: str
    body_hash: str
    extras: tuple[ChosenExtra, ...] = ()
    requests: str | None = None
    desk: Desk | None = None
    rate_plan_id: str | None = None

    @property
    def despite_restrictions(self) -> bool:
        return self.desk is not None and self.desk.despite_restrictions


class BookingRules(Value):
    """How long a booking waits for its payment, and how many orders a guest may make in an hour."""

    payment_timeout: timedelta
    orders_an_hour: int


class _Asked(Value):
    """What the guest asks for, by what was just read: a stay in a room type of a hotel, with a plan and with extras.

    ``level`` is what the guest has, the highest one at the desk.
    """

    room: Room
    hotel: Hotel
    clock: HotelClock
    stay: Stay
    extras: tuple[BookedExtra, ...]
    plan: RatePlan | None
    level: Level

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of which the guest must have one when the booking is written; empty if any will do."""
        asked = None if self.plan is None else self.plan.min_level
        return () if asked is None or asked is Level.MEMBER else levels_from(asked)


class _Offer(Value):
    """What can be booked, by what was just read. ``calendar`` has the nights as they were read."""

    asked: _Asked
    calendar: Mapping[date, Night]
    nights: tuple[BookedNight, ...]
    price: Price
    coupon: Coupon | None


def book(request: StayRequest, rules: BookingRules, step: Step) -> Booking | Refusal:
    """Book a stay. Refusals come from strongly consistent reads; each write carries what was read as a condition.

    AWS calls: a batch read (the room and its nights), another (the hotel and the extras), one transaction.
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
        if guests.HELD in failed and _has_level(failed, offer.asked, request):
            return TooManyHeld(MAX_HELD, booking.held) if guests.HELD in failed.rows else AccountDeleted()
    raise busy(request.room_id)


def _offer(request: StayRequest, step: Step) -> _Offer | Booking | Refusal:
    # The hotel's business date is known only after the read.
    asked = plan_stay(request.check_in, request.check_out, *business_dates(step.now), units=request.party.units)
    if isinstance(asked, Refusal):
        return asked
    rows = _read(request, asked)
    used = rows.get(idempotency.IdempotencyRow, request.caller_key)
    if used is not None:
        return _result(used, request)
    room_row = rows.get(rooms.RoomRow, request.room_id)
    if room_row is None:
        return NotFound("room")
    plan = _plan(request, rows)
    asked_for = plan if isinstance(plan, NotFound) else _asked(request, room_row.to_domain(), plan, step)
    return asked_for if isinstance(asked_for, Refusal) else _offer_of(request, asked_for, rows, step)


def _plan(request: StayRequest, rows: Rows) -> RatePlan | NotFound | None:
    if request.rate_plan_id is None:
        return None
    from posthouse.store.rate_plans import RatePlanRow

    row = rows.get(RatePlanRow, request.room_id, request.rate_plan_id)
    return NotFound("rate plan") if row is None else row.to_domain()


def _asked(request: StayRequest, room: Room, plan: RatePlan | None, step: Step) -> _Asked | Refusal:
    house = _read_house(request, room.hotel_id, plan)
    hotel_row = house.get(hotels.HotelRow, room.hotel_id)
    if hotel_row is None or not _may_book(request, room.hotel_id):
        return NotFound("room")
    hotel = hotel_row.to_domain()
    by_the_hour = room.day_use is not None
    stay = plan_stay(request.check_in, request.check_out, hotel.clock.business_date(step.now), day_use=by_the_hour)
    if isinstance(stay, Refusal):
        return stay
    clock = _clock(request, room, hotel, step)
    if isinstance(clock, Refusal):
        return clock
    chosen = _extras(request, hotel, stay, house)
    unfit = None if request.desk is None else _unfit_hold(request.desk, hotel, stay, step)
    if unfit is not None:
        return unfit
    if isinstance(chosen, Refusal):
        return chosen
    level = _level(request, house)
    return _closed(hotel, room) or _Asked(room, hotel, clock, stay, chosen, plan, level)


def _level(request: StayRequest, house: Rows) -> Level:
    """Returns the guest's level; who is not read has the lowest one. The desk sells any plan."""
    if request.desk is not None:
        return HIGHEST
    row = house.get(guests.GuestRow, request.user_id)
    return Level.MEMBER if row is None else row.to_domain().level


def _has_level(failed: Failed, asked: _Asked, request: StayRequest) -> bool:
    """Whether the guest's level is not why the booking could not be written."""
    row = failed.rows.get(guests.HELD)
    if request.desk is not None or not asked.levels or row is None:
        return True
    return row.get("level", {}).get("S") in asked.levels


def _clock(request: StayRequest, room: Room, hotel: Hotel, step: Step) -> HotelClock | InvalidRequest:
    """Returns the hotel's clock; for a day use with the guest's own hours, or why those are not possible.

    A guest cannot book hours that are over; the desk may note those of a guest who is there.
    """
    if room.day_use is None:
        return hotel.clock
    refused = room.day_use.refusal(request.arrival_time)
    if refused is not None:
        return refused
    clock = room.day_use.clock(hotel.clock, request.arrival_time)
    over = request.desk is None and clock.departure(request.check_out) <= step.now
    return InvalidRequest("arrival_time", "these hours are over") if over else clock


def _may_book(request: StayRequest, hotel_id: str) -> bool:
    return request.desk is None or request.desk.caller.serves(hotel_id)


def _unfit_hold(desk: Desk, hotel: Hotel, stay: Stay, step: Step) -> InvalidRequest | None:
    if desk.hold_until is None:
        return None
    if desk.hold_until <= step.now:
        return InvalidRequest("hold_until", "is in the past")
    # From the end of the last night on nobody can arrive.
    over = desk.hold_until > hotel.clock.end_of(stay.nights[-1])
    return InvalidRequest("hold_until", "is after the stay") if over else None


def _read_house(request: StayRequest, hotel_id: str, plan: RatePlan | None) -> Rows:
    """Returns the rows of the hotel, of the extras, and of the guest if the plan asks for a level."""
    keys: list[tuple[Any, tuple[Any, ...]]] = [(hotels.HotelRow, (hotel_id,))]
    keys += ((extras.ExtraRow, (hotel_id, extra.extra_id)) for extra in request.extras)
    if plan is not None and plan.min_level not in {None, Level.MEMBER} and request.desk is None:
        keys.append((guests.GuestRow, (request.user_id,)))
    return read_rows(keys)


def _extras(request: StayRequest, hotel: Hotel, stay: Stay, house: Rows) -> tuple[BookedExtra, ...] | InvalidRequest:
    booked = []
    for place, chosen in enumerate(request.extras):
        row = house.get(extras.ExtraRow, hotel.hotel_id, chosen.extra_id)
        if row is None or not row.enabled:
            return InvalidRequest(f"extras.{place}.extra_id", "is not on sale")
        booked.append(row.to_domain().booked(chosen.quantity, request.party, len(stay.nights)))
    return tuple(booked)


def _closed(hotel: Hotel, room: Room) -> NotOnSale | None:
    if hotel.opening_state is not OpeningState.OPEN:
        return NotOnSale("hotel")
    return None if room.on_sale else NotOnSale("room")


def _offer_of(request: StayRequest, asked: _Asked, rows: Rows, step: Step) -> _Offer | Refusal:
    room, dates, party = asked.room, asked.stay.nights, request.party
    read = {n: rows.get(nights.NightRow, *nights.key(room.room_id, n)) for n in (*dates, asked.stay.check_out)}
    on_sale = nights.from_rows(read)
    sought = Sought(asked.stay, party, asked.hotel.clock.business_date(step.now), asked.level)
    full = not_free(sought, on_sale, room.inventory_mode)
    calendar = calendar_of(asked.stay, on_sale)
    if full or calendar is None:
        return SoldOut(full)
    made = offer_of(room.offer, sought, calendar, asked.plan, despite_restrictions=request.despite_restrictions)
    if isinstance(made, Refusal):
        return made
    coupon_row = rows.get(coupons.CouponRow, request.user_id, request.coupon_id) if request.coupon_id else None
    coupon = coupon_row.to_domain() if coupon_row is not None else None
    price = _discounted(request, asked, made, coupon, step)
    if isinstance(price, Refusal):
        return price
    of_guests = room.occupancy.guests_price(party)
    booked = tuple(
        BookedNight(night, party.units, each, room.room_id, of_guests)
        for night, each in zip(dates, made.nights, strict=True)
    )
    return _Offer(asked, on_sale, booked, price, coupon)


def _read(request: StayRequest, stay: Stay) -> Rows:
    keys: list[tuple[Any, tuple[Any, ...]]] = [
        (idempotency.IdempotencyRow, (request.caller_key,)),
        (rooms.RoomRow, (request.room_id,)),
        *((nights.NightRow, nights.key(request.room_id, day)) for day in {*stay.nights, stay.check_out}),
    ]
    if request.coupon_id is not None:
        keys.append((coupons.CouponRow, (request.user_id, request.coupon_id)))
    if request.rate_plan_id is not None:
        from posthouse.store.rate_plans import RatePlanRow

        keys.append((RatePlanRow, (request.room_id, request.rate_plan_id)))
    return read_rows(keys)


def _discounted(
    request: StayRequest, asked: _Asked, made: Offer, coupon: Coupon | None, step: Step
) -> Price | OfferChanged | CouponUnusable:
    """Returns the price after the coupon's discount, if its total is the one that the guest saw."""
    price = made.with_extras(*asked.extras)
    if request.expected_total is not None and request.expected_total != price.total.fen:
        shown = ShownOffer(made, terms_of(asked.plan, asked.room), asked.clock)
        return OfferChanged(request.expected_total, price.total.fen, shown)
    if request.coupon_id is None:
        return price
    discount = discount_of(coupon, CouponScope.BOOKING, price.total, step.now)
    return discount if isinstance(discount, CouponUnusable) else price.less(discount, asked.plan)


def _booking(request: StayRequest, offer: _Offer, payment_timeout: timedelta, step: Step) -> Booking:
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


def _commit(request: StayRequest, offer: _Offer, booking: Booking, orders_an_hour: int, step: Step) -> Failed | None:
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


def _check_plan(transaction: Transaction, request: StayRequest, offer: _Offer, booking: Booking) -> None:
    """Count what the guest holds unpaid, and check that the plan, and the guest's level, are as they were read."""
    levels = offer.asked.levels if request.desk is None else ()
    if booking.held:
        guests.hold_nights(transaction, booking.user_id, booking.held, MAX_HELD, levels)
    elif levels:
        guests.must_have_level(transaction, booking.user_id, levels)
    if offer.asked.plan is not None:
        from posthouse.store import rate_plans

        rate_plans.must_be_unchanged(transaction, offer.asked.plan)


def _take_nights(transaction: Transaction, request: StayRequest, offer: _Offer, booking: Booking) -> None:
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
    return NotFound("booking") if booking is None or not _may_book(request, booking.hotel_id) else booking
