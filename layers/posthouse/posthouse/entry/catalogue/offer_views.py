"""JSON forms of offers, of what stands against a stay, and of rate plans, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.cancellation import cancellable_until
from posthouse.domain.level import reaches
from posthouse.domain.offer import STANDARD, ShownOffer, terms_of
from posthouse.domain.rate_plan import Cancelling
from posthouse.entry.catalogue.catalogue_views import listed_room_json, moments_json, restricted_json
from posthouse.entry.views import fen_or_none, rfc3339, rfc3339_or_none

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Room
    from posthouse.domain.days import HotelClock
    from posthouse.domain.offer import Barred, Sought
    from posthouse.domain.rate_plan import DaysAhead, RatePlan
    from posthouse.domain.stay import Stay
    from posthouse.services.catalogue.availability import OnOffer


def offer_json(shown: ShownOffer) -> dict[str, Any]:
    """Returns an offer: ``total``, ``due_now`` and ``due_later`` of all units and guests, ``nights`` of one unit."""
    offer, terms = shown.offer, shown.terms
    rule, check_in, plan = terms.cancel_rule, offer.stay.check_in, offer.plan
    nights = zip(offer.stay.nights, offer.nights, strict=True)
    level = {} if offer.min_level is None else {"min_level": offer.min_level}
    return {
        "rate_plan_id": offer.rate_plan_id,
        "name": STANDARD if plan is None else plan.name,
        "total": offer.price.total.fen,
        "due_now": offer.price.due_now.fen,
        "due_later": offer.price.due_later.fen,
        "nights": [{"date": night.isoformat(), "price": price.fen} for night, price in nights],
        "breakfasts": terms.breakfasts,
        "free_cancel_hours": rule.free_hours,
        "cancel_fee_bp": rule.fee_bp,
        "free_cancel_until": rfc3339_or_none(rule.free_until(check_in, shown.clock)),
        "cancellable_until": rfc3339(cancellable_until(check_in, shown.clock)),
        "payment": terms.payment,
        "deposit_bp": None if plan is None else plan.deposit_bp,
        **level,
    }


def room_on_offer_json(room: Room, sought: Sought, has: OnOffer, clock: HotelClock) -> dict[str, Any]:
    """Returns a room type with what is left of it for a stay, for what it can be booked, and what stands against it.

    ``total`` and the moments beside it are the standard offer's. ``bookable`` is whether this guest may have an offer.
    """
    # Of a day use, that begins as early as possible.
    clock = clock if room.day_use is None else room.day_use.clock(clock)
    shown = (ShownOffer(offer, terms_of(offer.plan, room), clock) for offer in has.offers.offers)
    return {
        **listed_room_json(room, sought.party),
        "available": has.found.available,
        "total": fen_or_none(has.found.total),
        **moments_json(room, sought.stay.check_in, clock),
        "offers": [{**offer_json(each), "bookable": reaches(sought.level, each.offer.min_level)} for each in shown],
        "restrictions": [barred_json(barred) for barred in has.offers.barred],
    }


def barred_json(barred: Barred) -> dict[str, Any]:
    """Returns what stands against a stay; without a plan it holds for every one of them."""
    plan = barred.plan
    return {
        "rate_plan_id": None if plan is None else plan.rate_plan_id,
        "name": STANDARD if plan is None else plan.name,
        **restricted_json(barred.restricted),
        **({} if barred.possible is None else {"possible": _dates(barred.possible)}),
    }


def _dates(stay: Stay) -> dict[str, str]:
    return {"check_in": stay.check_in.isoformat(), "check_out": stay.check_out.isoformat()}


def rate_plan_json(plan: RatePlan) -> dict[str, Any]:
    """Returns a rate plan as staff see it. Without ``free_cancel_hours`` the room type's hold; null is never free."""
    hours = {} if plan.cancelling is Cancelling.AS_ROOM else {"free_cancel_hours": plan.free_cancel_hours}
    return {
        "rate_plan_id": plan.rate_plan_id,
        "room_id": plan.room_id,
        "name": plan.name,
        "adjustment_bp": plan.adjustment_bp,
        "adjustment": plan.adjustment,
        "breakfasts": plan.breakfasts,
        **hours,
        "cancel_fee_bp": plan.cancel_fee_bp,
        "min_stay": plan.min_stay,
        "days_ahead": _days_ahead_json(plan.days_ahead),
        "weekdays": list(plan.weekdays),
        "min_level": plan.min_level,
        "payment": plan.payment,
        "deposit_bp": plan.deposit_bp,
        "valid_from": None if plan.valid_from is None else plan.valid_from.isoformat(),
        "valid_to": None if plan.valid_to is None else plan.valid_to.isoformat(),
        "enabled": plan.enabled,
        "version": plan.version,
    }


def _days_ahead_json(ahead: DaysAhead) -> dict[str, int | None] | None:
    return None if ahead.min is None and ahead.max is None else {"min": ahead.min, "max": ahead.max}
