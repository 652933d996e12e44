"""Changing a stay: from what is booked, what is wanted and today's calendar to what is booked then.

Nights that stay keep their price; added nights and units are priced by now's calendar. A night before the business date
keeps its room type and units as long as it is part of the stay, and none is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import BookingState, SoldOut
from posthouse.domain.catalogue import InventoryMode, Night, NotOnSale, OpeningState, Room
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Party, Per, Price
from posthouse.domain.rate_plan import DaysAhead
from posthouse.domain.refusal import InvalidRequest, InvalidTransition, NotFound, Refusal
from posthouse.domain.restriction import Restricted, StayEnds
from posthouse.domain.stay import MAX_DAYS_AHEAD, MAX_NIGHTS, Stay, unfit_dates
from posthouse.domain.terms import BookedNight, RoomNight, Terms, room_nights
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking

CHANGEABLE = frozenset({BookingState.RESERVED, BookingState.PAID, BookingState.CHECKED_IN})
"""States in which staff may change what is booked. All of them have taken their nights."""

MAX_CHANGES = 50
"""How often a stay may be changed: its row keeps what was booked before each change."""


class ChangeTooLarge(Refusal):
    """More nights than one booking can hold, or than one change can take and free."""

    nights: int

    @property
    def explanation(self) -> str:
        return f"A stay, and a change of one, has at most {MAX_NIGHTS} nights times units; this has {self.nights}."


class TooManyChanges(Refusal):
    """The stay has been changed as often as possible."""

    @property
    def explanation(self) -> str:
        return f"A stay can be changed {MAX_CHANGES} times; book anew what is to be different."


class WantedStay(Value):
    """What staff want of a stay; None leaves it as it is.

    ``despite_restrictions``: also what restrictions of the calendar forbid.
    """

    check_in: date | None = None
    check_out: date | None = None
    room_id: str | None = None
    units: int | None = None
    adults: int | None = None
    children: int | None = None
    despite_restrictions: bool = False


class Aim(Value):
    """What a stay shall be, by the booking alone.

    ``kept`` are the nights that stay, with their price, and ``missing`` the units to be added, by date. ``today`` is
    the business date. The restrictions of its ``ends`` count, as far as they are new; None where none do. ``barred`` is
    what the booked plan has against what is new of it.
    """

    today: date
    room_id: str
    stay: Stay
    party: Party
    kept: tuple[BookedNight, ...]
    missing: Mapping[date, int]
    ends: StayEnds | None = None
    barred: Restricted | None = None

    @property
    def dates(self) -> list[date]:
        """The dates of the calendar that must be known."""
        return [*{*self.missing, *(() if self.ends is None else self.ends.dates)}]


class OnSale(Value):
    """The room type that is wanted and its open nights, as they were read now. ``opening_state`` is its hotel's."""

    room: Room
    opening_state: OpeningState
    nights: Mapping[date, Night]


class StayChange(Value):
    """A change that is possible: what is booked after it, the nights that it takes and those that it frees."""

    terms: Terms
    taken: tuple[BookedNight, ...]
    freed: tuple[RoomNight, ...]


def aim_of(booking: Booking, wanted: WantedStay, today: date) -> Aim | Refusal:
    """Returns what a stay shall be, or why it cannot be changed to that on ``today``, its hotel's business date."""
    if booking.status not in CHANGEABLE:
        return InvalidTransition(booking.status, "changed")
    if len(booking.changes) >= MAX_CHANGES:
        return TooManyChanges()
    stay = _stay(booking, wanted, today)
    if isinstance(stay, Refusal):
        return stay
    party = Party(
        booking.adults if wanted.adults is None else wanted.adults,
        booking.children if wanted.children is None else wanted.children,
        wanted.units or booking.units,
    )
    aim = _aim(booking, stay, wanted.room_id or booking.room_id, party, today)
    if not wanted.despite_restrictions:
        aim = replace(aim, ends=_ends(booking, aim), barred=_barred(booking, aim))
    return _too_large(booking, aim) or _unfit(booking, aim) or aim


def _stay(booking: Booking, wanted: WantedStay, today: date) -> Stay | Refusal:
    check_in, check_out = wanted.check_in or booking.stay.check_in, wanted.check_out or booking.stay.check_out
    in_house = booking.status is BookingState.CHECKED_IN
    earliest = today if in_house or booking.stay.is_day_use else today + timedelta(days=1)
    unfit = unfit_dates(check_in, check_out, day_use=booking.stay.is_day_use)
    if unfit is not None:
        return unfit
    if in_house and check_in != booking.stay.check_in:
        return InvalidRequest("check_in", "stays as it is: the guest has arrived")
    if check_out < earliest:
        return InvalidRequest("check_out", f"is before {earliest}, the first that is possible")
    if (check_in - today).days > MAX_DAYS_AHEAD:
        return InvalidRequest("check_in", f"is more than {MAX_DAYS_AHEAD} days ahead")
    stay = Stay(check_in, check_out)
    return ChangeTooLarge(len(stay)) if len(stay) > MAX_NIGHTS else stay


def _aim(booking: Booking, stay: Stay, room_id: str, party: Party, today: date) -> Aim:
    kept: list[BookedNight] = []
    missing: dict[date, int] = {}
    booked = _by_date(booking.nights)
    for night in stay.nights:
        here = booked.get(night, ())
        if night < today and here:
            kept += here
            continue
        stays = tuple(_first(party.units, (each for each in here if each.room_id == room_id)))
        kept += stays
        more = party.units - sum(each.units for each in stays)
        if more:
            missing[night] = more
    return Aim(today, room_id, stay, party, tuple(kept), missing)


def _ends(booking: Booking, aim: Aim) -> StayEnds | None:
    """Returns the ends of a stay that are new. Who is in the house has arrived, and stays for as long as they like."""
    arrives, moves = booking.status is not BookingState.CHECKED_IN, aim.room_id != booking.room_id
    begins = arrives and (moves or aim.stay.check_in != booking.stay.check_in)
    has_length = arrives and (moves or aim.stay != booking.stay)
    ends = aim.stay.check_out != booking.stay.check_out or (arrives and moves)
    is_asked = not aim.stay.is_day_use and (has_length or ends)
    return StayEnds(aim.room_id, aim.stay, begins, has_length, ends) if is_asked else None


def _barred(booking: Booking, aim: Aim) -> Restricted | None:
    """Returns what the booked plan has against a stay: nights that were booked are as they were, only new ones count.

    How long it is, and how far ahead it begins, is asked as long as the guest has not come.
    """
    plan = booking.plan
    if plan is None:
        return None
    arrives, was = booking.status is not BookingState.CHECKED_IN, {*booking.stay.nights}
    of_whole = replace(
        plan,
        days_ahead=plan.days_ahead if arrives and aim.stay.check_in != booking.stay.check_in else DaysAhead(),
        min_stay=plan.min_stay if arrives and aim.stay != booking.stay else None,
        weekdays=(),
        valid_from=None,
        valid_to=None,
    )
    of_nights = replace(plan, days_ahead=DaysAhead(), min_stay=None)
    new = (Stay(night, night + timedelta(days=1)) for night in aim.stay.nights if night not in was)
    against = (of_nights.restricted(night, aim.today) for night in new)
    return of_whole.restricted(aim.stay, aim.today) or next(filter(None, against), None)


def _by_date(nights: Iterable[BookedNight]) -> dict[date, tuple[BookedNight, ...]]:
    found: dict[date, tuple[BookedNight, ...]] = {}
    for each in nights:
        found[each.night] = (*found.get(each.night, ()), each)
    return found


def _first(units: int, nights: Iterable[BookedNight]) -> Iterator[BookedNight]:
    """Returns so many units at most: what was added last is given up first."""
    for each in nights:
        if units > 0:
            yield replace(each, units=min(units, each.units))
        units -= each.units


def _too_large(booking: Booking, aim: Aim) -> ChangeTooLarge | None:
    size = sum(each.units for each in aim.kept) + sum(aim.missing.values())
    rows = len(aim.missing) + len(_freed(booking, aim))
    return ChangeTooLarge(max(size, rows)) if max(size, rows) > MAX_NIGHTS else None


def _unfit(booking: Booking, aim: Aim) -> InvalidRequest | None:
    """Returns why the aim is not one of this booking: it is as before, or changes what is over."""
    as_before = (aim.stay, aim.room_id, aim.party) == (booking.stay, booking.room_id, booking.party)
    if as_before and not aim.missing:
        return InvalidRequest("body", "changes nothing")
    over = next((night for night in sorted(aim.missing) if night < aim.today), None)
    if over is not None:
        field = "check_in" if over < booking.stay.check_in else "check_out"
        return InvalidRequest(field, f"adds the night of {over}, which is over")
    if aim.stay.end <= aim.today and (aim.room_id, aim.party) != (booking.room_id, booking.party):
        return InvalidRequest("check_out", "leaves no night for which something else can change")
    return None


def _freed(booking: Booking, aim: Aim) -> tuple[RoomNight, ...]:
    kept = {(each.room_id, each.night): each.units for each in room_nights(aim.kept)}
    left = ((each, each.units - kept.get((each.room_id, each.night), 0)) for each in booking.room_nights)
    return tuple(replace(each, units=units) for each, units in left if units)


def change_of(booking: Booking, aim: Aim, on_sale: OnSale | None) -> StayChange | Refusal:
    """Returns the change that reaches an aim, or what is in the way. ``on_sale`` is None if there is no such room."""
    if on_sale is None:
        return NotFound("room")
    refusal = _not_possible(booking, aim, on_sale)
    if refusal is not None:
        return refusal
    taken = tuple(
        BookedNight(night, units, _night_price(booking, on_sale.nights[night]), aim.room_id)
        for night, units in aim.missing.items()
    )
    nights = tuple(_nights(booking, aim, taken, on_sale.room))
    extras = tuple(_extra(extra, booking, aim) for extra in booking.extras)
    moves = aim.room_id != booking.room_id
    terms = Terms(
        room_id=aim.room_id,
        room_name=on_sale.room.name if moves else booking.room_name,
        bed=on_sale.room.bed if moves else booking.bed,
        image=next(iter(on_sale.room.images), None) if moves else booking.image,
        stay=aim.stay,
        nights=nights,
        price=_price(booking, nights, extras),
        adults=aim.party.adults,
        children=aim.party.children,
        guests_price=on_sale.room.occupancy.guests_price(aim.party),
        extras=extras,
        breakfasts=on_sale.room.breakfasts if moves and booking.plan is None else booking.breakfasts,
    )
    return StayChange(terms, taken, _freed(booking, aim))


def _night_price(booking: Booking, night: Night) -> Money:
    """Returns what one unit of a night costs now, by the plan that was booked, also in another room type."""
    return night.price if booking.plan is None else booking.plan.night_price(night.price)


def _not_possible(booking: Booking, aim: Aim, on_sale: OnSale) -> Refusal | None:
    if aim.missing and on_sale.opening_state is not OpeningState.OPEN:
        return NotOnSale("hotel")
    if aim.missing and not on_sale.room.on_sale:
        return NotOnSale("room")
    if aim.missing and not _same_hours(booking, on_sale.room):
        return InvalidRequest("room_id", "is sold by the night, by the hour, or for other hours than the booked one")
    if (aim.room_id, aim.party) != (booking.room_id, booking.party):
        crowd = on_sale.room.occupancy.refusal(aim.party)
        if crowd is not None:
            return crowd
    full = tuple(night for night, units in aim.missing.items() if not _has_room(on_sale, night, units))
    if full:
        return SoldOut(full)
    rules = {day: night.rules for day, night in on_sale.nights.items()}
    closed = None if aim.ends is None else aim.ends.restricted(rules)
    return closed or aim.barred


def _same_hours(booking: Booking, room: Room) -> bool:
    """Whether a room type is sold as the booked one: by the night, or for the very hours of a day use."""
    if room.day_use is None or not booking.stay.is_day_use:
        return room.day_use is None and not booking.stay.is_day_use
    fits = room.day_use.refusal(booking.arrival_time) is None
    return fits and room.day_use.clock(booking.clock, booking.arrival_time) == booking.clock


def _has_room(on_sale: OnSale, night: date, units: int) -> bool:
    found = on_sale.nights.get(night)
    if found is None or found.closed:
        return False
    return on_sale.room.inventory_mode is InventoryMode.UNLIMITED or found.left >= units


def _nights(booking: Booking, aim: Aim, taken: Iterable[BookedNight], room: Room) -> Iterator[BookedNight]:
    """Returns all nights. A night that stays as it is, for as many guests, keeps the price of its extra guests too."""
    before, kept, added = _by_date(booking.nights), _by_date(aim.kept), {each.night: each for each in taken}
    same_guests = (aim.party.adults, aim.party.children) == (booking.adults, booking.children)
    now = room.occupancy.guests_price(aim.party)
    for night in aim.stay.nights:
        here = kept.get(night, ())
        stays = here == before.get(night) and night not in added and (same_guests or night < aim.today)
        parts = tuple(_joined(here, added.get(night)))
        for place, each in enumerate(parts):
            yield each if stays else replace(each, guests=now if place == 0 else ZERO)


def _joined(kept: Iterable[BookedNight], more: BookedNight | None) -> Iterator[BookedNight]:
    """Returns the units of a night; those that are added at a price that it has already are joined with them."""
    for each in kept:
        if more is not None and each.price == more.price:
            yield replace(each, units=each.units + more.units)
            more = None
        else:
            yield each
    if more is not None:
        yield more


def _extra(extra: BookedExtra, booking: Booking, aim: Aim) -> BookedExtra:
    """Returns an extra for as many nights and guests as there are then, at the price that it was booked for.

    Only nights that are no part of the past count: all of them were booked for the guests of the party.
    """
    past = {night for night in booking.stay.nights if night < aim.today} & {*aim.stay.nights}
    before, after = len({*booking.stay.nights} - past), len({*aim.stay.nights} - past)
    was, now = booking.party.guests, aim.party.guests
    more = {
        Per.STAY: 0,
        Per.NIGHT: after - before,
        Per.GUEST: now - was,
        Per.GUEST_NIGHT: after * now - before * was,
    }[extra.per]
    amount = extra.amount.fen + extra.price.fen * extra.quantity * more
    return replace(extra, amount=replace(extra.amount, fen=max(amount, 0)))


def _price(booking: Booking, nights: Iterable[BookedNight], extras: Iterable[BookedExtra]) -> Price:
    """Returns the new price. A discount is the same at most; the booked plan says what of it is due now."""
    was = booking.price
    price = Price.of(
        sum((each.amount for each in nights), ZERO),
        was.discount,
        guests=sum((each.guests for each in nights), ZERO),
        extras=sum((extra.amount for extra in extras), ZERO),
        points_discount=was.points_discount,
    )
    return price.due_by(booking.plan)
