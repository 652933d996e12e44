"""Bookings: one row has the order, its nights and its timeline. It is the ledger of the nights too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.booking import (
    AHEAD,
    CLAIMABLE,
    FORGOTTEN_AFTER,
    MAY_PAY_THE_BALANCE,
    Booking,
    BookingState,
    Ending,
    Moment,
    Source,
    sources,
)
from posthouse.domain.cancellation import CancelRule
from posthouse.domain.days import CHECK_IN_TIME, CHECK_OUT_TIME, DAY_TURNS_AT, clock_of
from posthouse.domain.money import ZERO, Money
from posthouse.domain.note import Note
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.domain.privacy import ANONYMOUS
from posthouse.domain.terms import Terms
from posthouse.store import due, orders
from posthouse.store.booking_terms import change_facts, change_of, plan_facts, plan_of, terms_facts, terms_of
from posthouse.store.conditional import holds
from posthouse.store.orders import ORDER, MomentMap
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, changes_to, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.domain.folio import Entry
    from posthouse.domain.rate_plan import RatePlan
    from posthouse.store.transaction import Transaction

ENDINGS = frozenset({BookingState.CANCELLED, BookingState.REFUNDING, BookingState.NO_SHOW})
"""The states by which a stay ends that has not begun."""

GRACE = timedelta(seconds=60)
"""How long after its time a booking is left to its timer, before the sweeper sends the message again."""


class _ByGuest(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_guest"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute(range_key=True)


class _ByGuestHotel(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_guest_hotel"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)
    hotel_order = UnicodeAttribute(range_key=True)


class _ByHotel(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_hotel"
        projection = KeysOnlyProjection()

    hotel_id = UnicodeAttribute(hash_key=True)
    arrival = UnicodeAttribute(range_key=True)


class _ByDeparture(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_departure"
        projection = KeysOnlyProjection()

    hotel_id = UnicodeAttribute(hash_key=True)
    departure = UnicodeAttribute(range_key=True)


class _ByHotelStatus(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_hotel_status"
        projection = KeysOnlyProjection()

    hotel_status = UnicodeAttribute(hash_key=True)
    arrival = UnicodeAttribute(range_key=True)


class _ByPhone(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_phone"
        projection = KeysOnlyProjection()

    phone_number = UnicodeAttribute(hash_key=True)
    hotel_order = UnicodeAttribute(range_key=True)


class _ByUnclaimed(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_unclaimed"
        projection = KeysOnlyProjection()

    unclaimed = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute(range_key=True)


class _ByForget(GlobalSecondaryIndex["BookingRow"]):
    class Meta:
        index_name = "by_forget"
        projection = KeysOnlyProjection()

    forget_shard = UnicodeAttribute(hash_key=True)
    forget_at = IntAttribute(range_key=True)


class BookingRow(Model):
    """One booking. ``arrival`` is its check-in date and number, ``departure`` its check-out date and number.

    ``hotel_status`` is its hotel and state.

    ``hotel_order`` is its hotel and number: who looks for a phone number or a guest reads the entries of own hotels
    only. ``notes`` is what staff wrote when they booked it, ``last_note`` their newest note since (store/notes.py).
    ``due_shard`` and ``due_at`` are there only while it waits for its payment, or for its guest until a given time.
    One that staff made has ``forget_shard`` and ``forget_at`` while no guest has claimed it, and ``unclaimed``, its
    phone number, if one may. ``charges`` and ``paid`` are the sums of the folio, ``desk`` the part of ``paid`` that the
    desk has taken, ``paid_by`` the payments whose money has come to it, and ``undone`` what a cancel or no-show took
    away. ``plan`` is the rate plan as it was booked; a stay that is never free to cancel has no ``free_cancel_hours``.
    Numbers that most bookings do not need (one adult, nothing extra, all due now, charges as priced) are left
    out: a row below 1 kB costs one write unit less.
    """

    class Meta(TableMeta):
        table_name = TableName("bookings")
        personal = (
            *forgotten(guest_name="name", phone_number="phone number", arrival_time="time of arrival"),
            *forgotten(unclaimed="phone number"),
            *forgotten(requests="note", notes="note", last_note="note"),
            *kept(BOOKKEEPING, user_id="user id", ended_by="user id"),
        )
        exported_as = "booking"

    order_no = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(null=True)
    hotel_id = UnicodeAttribute()
    hotel_name = UnicodeAttribute()
    room_id = UnicodeAttribute()
    room_name = UnicodeAttribute()
    bed = UnicodeAttribute(default="")
    image = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute()
    day_turns_at = UnicodeAttribute(default=DAY_TURNS_AT)
    check_in_time = UnicodeAttribute(default=CHECK_IN_TIME)
    check_out_time = UnicodeAttribute(default=CHECK_OUT_TIME)
    check_in = UnicodeAttribute()
    check_out = UnicodeAttribute()
    nights = JSONAttribute()
    total = IntAttribute()
    discount = IntAttribute()
    payable = IntAttribute()
    due_now = IntAttribute(null=True)
    points_discount = IntAttribute(null=True)
    guests_total = IntAttribute(null=True)
    extras_total = IntAttribute(null=True)
    adults = IntAttribute(null=True)
    children = IntAttribute(null=True)
    guests_price = IntAttribute(null=True)
    extras = JSONAttribute(null=True)
    breakfasts = IntAttribute(null=True)
    plan = JSONAttribute(null=True)
    source = UnicodeAttribute(null=True)
    made_by = UnicodeAttribute(null=True)
    notes = UnicodeAttribute(null=True)
    requests = UnicodeAttribute(null=True)
    last_note = JSONAttribute(null=True)
    numbers = JSONAttribute(null=True)
    status = UnicodeAttribute()
    guest_name = UnicodeAttribute()
    phone_number = UnicodeAttribute(null=True)
    arrival_time = UnicodeAttribute(null=True)
    coupon_id = UnicodeAttribute(null=True)
    charges = IntAttribute(null=True)
    paid = IntAttribute(null=True)
    desk = IntAttribute(null=True)
    payment_id = UnicodeAttribute(null=True)
    paid_by = ListAttribute(of=UnicodeAttribute, null=True)
    undone = IntAttribute(null=True)
    ended_by = UnicodeAttribute(null=True)
    nights_taken = BooleanAttribute()
    changes = JSONAttribute(null=True)
    free_cancel_hours = IntAttribute(null=True)
    cancel_fee_bp = IntAttribute()
    created_at = TimeAttribute()
    expires_at = TimeAttribute(null=True)
    timeline = ListAttribute(of=MomentMap)
    version = IntAttribute()
    arrival = UnicodeAttribute()
    departure = UnicodeAttribute(null=True)
    hotel_status = UnicodeAttribute()
    hotel_order = UnicodeAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)
    unclaimed = UnicodeAttribute(null=True)
    forget_shard = UnicodeAttribute(null=True)
    forget_at = IntAttribute(null=True)

    by_guest = _ByGuest()
    by_guest_hotel = _ByGuestHotel()
    by_hotel = _ByHotel()
    by_departure = _ByDeparture()
    by_hotel_status = _ByHotelStatus()
    by_phone = _ByPhone()
    by_due = due.DueIndex()
    by_unclaimed = _ByUnclaimed()
    by_forget = _ByForget()

    def to_domain(self) -> Booking:
        """Returns the booking; ``user_id`` is empty where the row has none, so that it is in no guest's index."""
        timeline = tuple(Moment(BookingState(m.status), m.at) for m in self.timeline)
        terms = terms_of(self.attribute_values)
        plan = None if self.plan is None else plan_of(self.plan)
        return Booking(
            order_no=self.order_no,
            user_id=self.user_id or "",
            hotel_id=self.hotel_id,
            hotel_name=self.hotel_name,
            clock=clock_of(self.attribute_values),
            status=BookingState(self.status),
            guest_name=self.guest_name,
            phone_number=self.phone_number or "",
            arrival_time=self.arrival_time,
            coupon_id=self.coupon_id,
            created_at=self.created_at,
            expires_at=self.expires_at,
            timeline=timeline,
            version=self.version,
            nights_taken=self.nights_taken,
            cancel_rule=CancelRule(self.free_cancel_hours, self.cancel_fee_bp, _deposit_of(plan)),
            charges=Money(self.payable if self.charges is None else self.charges),
            paid=Money(self.paid or 0),
            desk=Money(self.desk or 0),
            payment_id=self.payment_id,
            paid_by=tuple(str(number) for number in self.paid_by or ()),
            ending=self._ending(timeline),
            source=Source(self.source or Source.ONLINE),
            made_by=self.made_by,
            notes=self.notes,
            requests=self.requests,
            last_note=None if self.last_note is None else _note_of(self.last_note),
            numbers=tuple(self.numbers or ()),
            changes=tuple(map(change_of, self.changes or ())),
            plan=plan,
            **{name: getattr(terms, name) for name in Terms.__struct_fields__},
        )

    def _ending(self, timeline: tuple[Moment, ...]) -> Ending | None:
        if self.undone is None:
            return None
        moment = next(it for it in timeline if it.status in ENDINGS)
        return Ending(moment.status, moment.at, self.ended_by or "", Money(self.undone))


def _deposit_of(plan: RatePlan | None) -> int:
    return 0 if plan is None else plan.deposit_bp or 0


def _note_of(facts: dict[str, Any]) -> Note:
    return Note(**{**facts, "at": datetime.fromisoformat(facts["at"])})


def create(transaction: Transaction, booking: Booking) -> None:
    """Write a new booking; one that ends by itself waits in the ``by_due`` index."""
    ends_at = booking.waits_until
    row = BookingRow(
        booking.order_no,
        user_id=booking.user_id or None,
        hotel_id=booking.hotel_id,
        hotel_name=booking.hotel_name,
        time_zone=booking.clock.time_zone,
        day_turns_at=booking.clock.day_turns_at,
        check_in_time=booking.clock.check_in_time,
        check_out_time=booking.clock.check_out_time,
        **terms_facts(booking.terms),
        plan=None if booking.plan is None else plan_facts(booking.plan),
        source=booking.source if booking.source is not Source.ONLINE else None,
        made_by=booking.made_by,
        notes=booking.notes,
        requests=booking.requests,
        status=booking.status,
        guest_name=booking.guest_name,
        phone_number=booking.phone_number,
        arrival_time=booking.arrival_time,
        coupon_id=booking.coupon_id,
        created_at=booking.created_at,
        expires_at=booking.expires_at,
        timeline=[MomentMap(status=m.status, at=m.at) for m in booking.timeline],
        version=booking.version,
        charges=None if booking.charges == booking.price.payable else booking.charges.fen,
        paid=booking.paid.fen or None,
        nights_taken=booking.nights_taken,
        free_cancel_hours=booking.cancel_rule.free_hours,
        cancel_fee_bp=booking.cancel_rule.fee_bp,
        **_keys(booking),
        hotel_order=f"{booking.hotel_id}#{booking.order_no}",
        due_shard=due_shard(booking.order_no) if ends_at is not None else None,
        due_at=epoch(ends_at + GRACE) if ends_at is not None else None,
    )
    if not booking.user_id:
        row.unclaimed = booking.phone_number if booking.source in CLAIMABLE else None
        row.forget_shard = due_shard(booking.order_no)
        row.forget_at = _forgotten_at(booking)
    transaction.put(ORDER, row, BookingRow.order_no.does_not_exist())


def _keys(booking: Booking) -> dict[str, Any]:
    """Returns the attributes by which a booking stands in the lists of its hotel."""
    return {
        "arrival": f"{booking.stay.check_in}#{booking.order_no}",
        "departure": f"{booking.stay.check_out}#{booking.order_no}",
        "hotel_status": f"{booking.hotel_id}#{booking.status}",
    }


def _forgotten_at(booking: Booking) -> int:
    return epoch(booking.clock.arrival(booking.stay.check_out) + FORGOTTEN_AFTER)


def get(order_no: str) -> Booking | None:
    """Returns the booking of that number."""
    try:
        return BookingRow.get(order_no, consistent_read=True).to_domain()
    except BookingRow.DoesNotExist:
        return None


def move(
    transaction: Transaction,
    booking: Booking,
    to: BookingState,
    now: datetime,
    *changes: Action,
    ends_at: datetime | None = None,
) -> None:
    """Move a booking that was just read into another state. Given ``ends_at``, it waits for that time there.

    Fails as ``order`` if it or its open payment changed since, or if the table of transitions forbids the step.
    """
    actions: list[Action] = [
        BookingRow.status.set(to),
        BookingRow.hotel_status.set(f"{booking.hotel_id}#{to}"),
        orders.append_moment(BookingRow, to, booking.no_earlier(now)),
        BookingRow.version.set(booking.version + 1),
        *_waits_until(booking.order_no, ends_at),
        *changes,
    ]
    allowed = BookingRow.status.is_in(*sources(to))
    unchanged = orders.is_unchanged(BookingRow, booking)
    transaction.update(ORDER, BookingRow(booking.order_no), actions, allowed & unchanged)


def _waits_until(order_no: str, ends_at: datetime | None) -> list[Action]:
    if ends_at is None:
        return due.stop_waiting(BookingRow)
    return [BookingRow.due_shard.set(due_shard(order_no)), BookingRow.due_at.set(epoch(ends_at + GRACE))]


def waits_for_its_guest() -> Action:
    """Returns the change by which a reserved booking no longer ends by itself."""
    waits: Action = BookingRow.expires_at.remove()
    return waits


def change(transaction: Transaction, booking: Booking, *changes: Action) -> None:
    """Change a booking that was just read, and leave its state. Fails as ``order`` if it changed since."""
    actions: list[Action] = [BookingRow.version.set(booking.version + 1), *changes]
    transaction.update(ORDER, BookingRow(booking.order_no), actions, orders.is_unchanged(BookingRow, booking))


def change_terms(transaction: Transaction, booking: Booking, after: Booking, *changes: Action) -> None:
    """Change what a booking that was just read has booked, with all that depends on it.

    Fails as ``order`` if it or its open payment changed since.
    """
    facts: dict[str, Any] = {
        **terms_facts(after.terms),
        **_keys(after),
        "status": after.status,
        "charges": after.charges.fen,
        "changes": [change_facts(change) for change in after.changes],
        "expires_at": after.expires_at,
        "timeline": [MomentMap(status=m.status, at=m.at) for m in after.timeline],
        "version": after.version,
    }
    if not booking.user_id:
        facts["forget_at"] = _forgotten_at(after)
    actions = [*changes_to(BookingRow, facts), *_waits_until(booking.order_no, after.waits_until), *changes]
    transaction.update(ORDER, BookingRow(booking.order_no), actions, orders.is_unchanged(BookingRow, booking))


def entered(booking: Booking, entry: Entry) -> tuple[Action, ...]:
    """Returns the changes of a booking by what a step adds to its folio; the caller writes the lines beside them."""
    actions: list[Action] = []
    if entry.charges != ZERO:
        actions.append(BookingRow.charges.set((booking.charges + entry.charges).fen))
    if entry.paid != ZERO:
        actions.append(BookingRow.paid.set((booking.paid + entry.paid).fen))
    if entry.desk != ZERO:
        actions.append(BookingRow.desk.set((booking.desk + entry.desk).fen))
    if entry.settles is not None:
        actions.append(BookingRow.paid_by.set((BookingRow.paid_by | []).append([entry.settles])))
    if entry.undone != ZERO:
        actions += [BookingRow.undone.set(entry.undone.fen), BookingRow.ended_by.set(entry.by)]
    return tuple(actions)


def keep_note(transaction: Transaction, booking: Booking, newest: Note) -> None:
    """Keep the newest note of a booking with it, so that lists show it. Its state and version stay.

    Fails as ``order`` if a guest has claimed it since it was read, or if its guest was forgotten.
    """
    owner = BookingRow.user_id
    same = owner == booking.user_id if booking.user_id else owner.does_not_exist()
    actions: list[Action] = [BookingRow.last_note.set({**asdict(newest), "at": newest.at.isoformat()})]
    transaction.update(ORDER, BookingRow(booking.order_no), actions, same & (BookingRow.guest_name != ANONYMOUS))


def has_numbers(numbers: Sequence[str]) -> Action:
    """Returns the change of the numbers that a booking has; none removes them."""
    changed: Action = BookingRow.numbers.set(list(numbers)) if numbers else BookingRow.numbers.remove()
    return changed


def takes_its_nights() -> Action:
    """Returns the change that notes that the nights are taken now."""
    taken: Action = BookingRow.nights_taken.set(True)
    return taken


def add_paid(transaction: Transaction, order_no: str, amount: Money) -> None:
    """Add to what the folio has received; below zero for money that goes back. It decides nothing, so it always holds.

    Steps that decided by the folio as it was before fail as ``order``.
    """
    actions = [BookingRow.paid.add(amount.fen), BookingRow.version.add(1)]
    transaction.update(ORDER, BookingRow(order_no), actions, BookingRow.order_no.exists())


def open_payment(transaction: Transaction, booking: Booking, payment_id: str, now: datetime) -> None:
    """Make a payment the booking's open one.

    Fails as ``order`` if it has another now, if something else is owed, or if it cannot be paid any more.
    """
    waits = (BookingRow.status == BookingState.PENDING_PAYMENT) & (BookingRow.expires_at > now)
    stays = BookingRow.status.is_in(*sorted(MAY_PAY_THE_BALANCE))
    payable = waits if booking.status is BookingState.PENDING_PAYMENT else stays
    condition = payable & orders.is_unchanged(BookingRow, booking)
    transaction.update(ORDER, BookingRow(booking.order_no), [BookingRow.payment_id.set(payment_id)], condition)


def claim(order_no: str, phone_number: str, user_id: str) -> bool:
    """Make a stay a guest's own. Returns False if it is another's, has another phone number now, or has ended."""
    actions = [BookingRow.user_id.set(user_id), BookingRow.version.add(1), *_not_unclaimed()]
    open_still = BookingRow.status.is_in(*sorted(AHEAD)) & BookingRow.user_id.does_not_exist()
    mine = BookingRow.unclaimed == phone_number
    return holds(lambda: BookingRow(order_no).update(actions=actions, condition=open_still & mine))


def forget(order_no: str, now: datetime) -> bool:
    """Erase what an unclaimed stay has of its guest. Returns False if it is not due any more.

    From now on nobody claims it, and nothing is noted of it. It stays due until ``note_forgotten``.
    """
    erasing = [*erasing_of_guest(), BookingRow.unclaimed.remove()]
    is_due = (BookingRow.forget_at <= epoch(now)) & BookingRow.user_id.does_not_exist()
    return holds(lambda: BookingRow(order_no).update(actions=erasing, condition=is_due))


def erasing_of_guest() -> list[Action]:
    """Returns the changes that erase what a booking has of its guest."""
    texts = (BookingRow.arrival_time, BookingRow.notes, BookingRow.requests, BookingRow.last_note)
    return [BookingRow.guest_name.set(ANONYMOUS), *(it.remove() for it in (BookingRow.phone_number, *texts))]


def note_forgotten(order_no: str) -> None:
    """Note that nothing of its guest is left of a stay that nobody has claimed."""
    BookingRow(order_no).update(actions=_not_unclaimed(), condition=BookingRow.user_id.does_not_exist())


def _not_unclaimed() -> list[Action]:
    return [it.remove() for it in (BookingRow.unclaimed, BookingRow.forget_shard, BookingRow.forget_at)]


def wake_again_at(order_no: str, at: datetime) -> None:
    """Let the sweeper wake a booking again at that time, if it still waits."""
    due.postpone(BookingRow(order_no), at)
