"""What can be booked of what is requested, by strongly consistent reads of the room type, nights, plan and extras."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import SoldOut
from posthouse.domain.catalogue import Hotel, Night, NotOnSale, OpeningState, Room
from posthouse.domain.coupon import Coupon, CouponScope, CouponUnusable, discount_of
from posthouse.domain.days import business_dates
from posthouse.domain.level import HIGHEST, Level, levels_from
from posthouse.domain.offer import Offer, OfferChanged, ShownOffer, Sought, calendar_of, not_free, offer_of, terms_of
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.stay import Stay, plan_stay
from posthouse.domain.terms import BookedNight
from posthouse.domain.value import Value
from posthouse.store import coupons, extras, guests, hotels, idempotency, nights, rooms
from posthouse.store.batch import Rows, read_rows

if TYPE_CHECKING:
    from posthouse.domain.days import HotelClock
    from posthouse.domain.price import BookedExtra, Price
    from posthouse.domain.rate_plan import RatePlan
    from posthouse.services.bookings.stay_requests import Desk, StayRequest
    from posthouse.services.step import Step


class AskedStay(Value):
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


class StayOffer(Value):
    """What can be booked, by what was just read. ``calendar`` has the nights as they were read."""

    asked: AskedStay
    calendar: Mapping[date, Night]
    nights: tuple[BookedNight, ...]
    price: Price
    coupon: Coupon | None


def stay_offer(request: StayRequest, step: Step) -> StayOffer | Refusal | idempotency.IdempotencyRow:
    """Returns what can be booked, or what is in the way; the row of the key if it was used before.

    AWS calls: a batch read (the room, its nights and the plan), another (the hotel and the extras).
    """
    # The hotel's business date is known only after the read.
    asked = plan_stay(request.check_in, request.check_out, *business_dates(step.now), units=request.party.units)
    if isinstance(asked, Refusal):
        return asked
    rows = _read(request, asked)
    used: idempotency.IdempotencyRow | None = rows.get(idempotency.IdempotencyRow, request.caller_key)
    if used is not None:
        return used
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


def _asked(request: StayRequest, room: Room, plan: RatePlan | None, step: Step) -> AskedStay | Refusal:
    house = _read_house(request, room.hotel_id, plan)
    hotel_row = house.get(hotels.HotelRow, room.hotel_id)
    if hotel_row is None or not request.may_book_at(room.hotel_id):
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
    return _closed(hotel, room) or AskedStay(room, hotel, clock, stay, chosen, plan, level)


def _level(request: StayRequest, house: Rows) -> Level:
    """Returns the guest's level; who is not read has the lowest one. The desk sells any plan."""
    if request.desk is not None:
        return HIGHEST
    row = house.get(guests.GuestRow, request.user_id)
    return Level.MEMBER if row is None else row.to_domain().level


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


def _offer_of(request: StayRequest, asked: AskedStay, rows: Rows, step: Step) -> StayOffer | Refusal:
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
    return StayOffer(asked, on_sale, booked, price, coupon)


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
    request: StayRequest, asked: AskedStay, made: Offer, coupon: Coupon | None, step: Step
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
