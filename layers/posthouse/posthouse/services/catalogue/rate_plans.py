"""Staff create and change the rate plans of their room types.

The row of the hotel carries the enabled plans of all its room types, so every change raises its revision. That orders
the changes, and bounds how many plans there are. Searches learn of it as they do of a change of the room type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.money import Money
from posthouse.domain.rate_plan import MAX_HOTEL_PLANS, MAX_PLANS, RatePlan, TooManyPlans
from posthouse.domain.refusal import NotFound, Refusal, VersionConflict
from posthouse.domain.value import Value
from posthouse.services.catalogue.catalogue_changes import room_for_staff, tell
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import hotels, rate_plans
from posthouse.store.audit import record
from posthouse.store.plan_facts import plan_facts
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Hotel
    from posthouse.domain.identity import Principal


class _Read(Value):
    """A hotel, and then all plans of its room type: whatever changes them later raises the hotel's revision."""

    hotel: Hotel
    plans: list[RatePlan]


def create_rate_plan(plan: RatePlan, caller: Principal, step: Step) -> RatePlan | Refusal:
    """Create a rate plan of a room type that the caller serves."""
    for _ in range(ATTEMPTS):
        read = _read(plan.room_id, caller)
        if isinstance(read, NotFound):
            return read
        if len(read.plans) >= MAX_PLANS:
            return TooManyPlans(MAX_PLANS)
        hotel = _with(read, plan)
        if isinstance(hotel, Refusal):
            return hotel
        transaction = Transaction()
        rate_plans.create_plan(transaction, plan)
        _tell(transaction, hotel, plan, step)
        record(transaction, step.actor(caller.subject), "create_rate_plan", plan.rate_plan_id, after=plan_facts(plan))
        if transaction.commit() is None:
            return plan
    raise busy(plan.room_id)


def update_rate_plan(wanted: RatePlan, caller: Principal, step: Step) -> RatePlan | Refusal:
    """Change a rate plan. ``wanted`` carries the version that the caller has read. Bookings keep what they booked."""
    for _ in range(ATTEMPTS):
        read = _read(wanted.room_id, caller)
        if isinstance(read, NotFound):
            return read
        before = next((plan for plan in read.plans if plan.rate_plan_id == wanted.rate_plan_id), None)
        if before is None:
            return NotFound("rate plan")
        if before.version != wanted.version:
            return VersionConflict(wanted.version)
        changed = replace(wanted, version=before.version + 1)
        hotel = _with(read, changed)
        if isinstance(hotel, Refusal):
            return hotel
        transaction = Transaction()
        rate_plans.update_plan(transaction, changed)
        _tell(transaction, hotel, changed, step)
        actor, was, after = step.actor(caller.subject), plan_facts(before), plan_facts(changed)
        record(transaction, actor, "update_rate_plan", changed.rate_plan_id, before=was, after=after)
        if transaction.commit() is None:
            return changed
    raise busy(wanted.room_id)


def _read(room_id: str, caller: Principal) -> _Read | NotFound:
    room = room_for_staff(room_id, caller)
    hotel = None if isinstance(room, NotFound) else hotels.get_hotel(room.hotel_id)
    if hotel is None or hotel.offer_of(room_id) is None:
        return NotFound("room")
    return _Read(hotel, rate_plans.list_plans(room_id))


def _with(read: _Read, plan: RatePlan) -> Hotel | Refusal:
    """Returns the hotel after a plan was added or changed, or why that is refused."""
    offer = read.hotel.offer_of(plan.room_id)
    broken = None if offer is None else plan.broken_rule(Money(offer.price))
    if broken is not None:
        return broken
    others = [other for other in read.plans if other.rate_plan_id != plan.rate_plan_id]
    plans = sorted([*others, plan], key=lambda each: each.rate_plan_id)
    changed = read.hotel.with_plans(plan.room_id, plans)
    enabled = sum(len(each.plans) for each in changed.offers)
    before = sum(len(each.plans) for each in read.hotel.offers)
    return TooManyPlans(MAX_HOTEL_PLANS) if before < enabled > MAX_HOTEL_PLANS else changed


def _tell(transaction: Transaction, hotel: Hotel, plan: RatePlan, step: Step) -> None:
    hotels.update_hotel(transaction, hotel)
    tell(transaction, hotel, plan.room_id, step)


def rate_plan_for_staff(room_id: str, rate_plan_id: str, caller: Principal) -> RatePlan | NotFound:
    """Returns a rate plan of a room type that the caller serves."""
    room = room_for_staff(room_id, caller)
    found = None if isinstance(room, NotFound) else rate_plans.get_plan(room_id, rate_plan_id)
    return NotFound("rate plan") if found is None else found


class RatePlanPage(Value):
    """One page; ``after`` is the id of its last plan if more follow."""

    items: list[RatePlan]
    after: str | None


def rate_plans_of(room_id: str, caller: Principal, limit: int, after: str | None) -> RatePlanPage | NotFound:
    """Returns a page of all plans of a room type, in the order of their creation. They are few: one read for all."""
    room = room_for_staff(room_id, caller)
    if isinstance(room, NotFound):
        return room
    waiting = [plan for plan in rate_plans.list_plans(room_id) if after is None or plan.rate_plan_id > after]
    page = waiting[:limit]
    return RatePlanPage(page, page[-1].rate_plan_id if len(waiting) > limit else None)
