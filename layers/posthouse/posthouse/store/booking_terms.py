"""What is booked, as a booking's row keeps it: now in its own attributes, and before each change in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Per, Price
from posthouse.domain.stay import Stay
from posthouse.domain.terms import BookedNight, Change, Terms

if TYPE_CHECKING:
    from posthouse.domain.rate_plan import RatePlan


def terms_facts(terms: Terms) -> dict[str, Any]:
    """Returns the attributes; None where one is left out: most bookings have one adult, nothing extra, all due now."""
    price = terms.price
    return {
        "room_id": terms.room_id,
        "room_name": terms.room_name,
        "bed": terms.bed,
        "image": terms.image,
        "check_in": terms.stay.check_in.isoformat(),
        "check_out": terms.stay.check_out.isoformat(),
        "nights": list(_night_facts(terms)),
        "total": price.total.fen,
        "discount": price.discount.fen,
        "payable": price.payable.fen,
        "due_now": price.due_now.fen if price.due_later > ZERO else None,
        "points_discount": price.points_discount.fen or None,
        "guests_total": price.guests.fen or None,
        "extras_total": price.extras.fen or None,
        "adults": terms.adults if terms.adults > 1 else None,
        "children": terms.children or None,
        "guests_price": terms.guests_price.fen or None,
        "extras": [_extra_facts(extra) for extra in terms.extras] or None,
        "breakfasts": terms.breakfasts or None,
    }


def terms_of(facts: Mapping[str, Any]) -> Terms:
    """Returns the terms of these attributes."""
    guests_price = Money(facts.get("guests_price") or 0)
    nights = tuple(_nights_of(facts["nights"], facts["room_id"], guests_price))
    return Terms(
        room_id=facts["room_id"],
        room_name=facts["room_name"],
        bed=facts.get("bed") or "",
        image=facts.get("image"),
        stay=Stay(date.fromisoformat(facts["check_in"]), date.fromisoformat(facts["check_out"])),
        nights=nights,
        price=_price_of(facts, sum((night.amount for night in nights), ZERO)),
        adults=facts.get("adults") or 1,
        children=facts.get("children") or 0,
        guests_price=guests_price,
        extras=tuple(map(_extra_of, facts.get("extras") or ())),
        breakfasts=facts.get("breakfasts") or 0,
    )


def plan_facts(plan: RatePlan) -> dict[str, Any]:
    """Returns a rate plan as the row keeps it; what it does not have is left out. Most rows have none."""
    from posthouse.store import plan_facts as stored

    return {name: value for name, value in stored.plan_facts(plan).items() if value is not None}


def plan_of(facts: Mapping[str, Any]) -> RatePlan:
    """Returns the rate plan that was booked."""
    from posthouse.store import plan_facts as stored

    return stored.plan_of(facts)


def change_facts(change: Change) -> dict[str, Any]:
    """Returns a change as the row lists it."""
    was = {name: value for name, value in terms_facts(change.was).items() if value is not None}
    return {"at": change.at.isoformat(), "by": change.by, "was": was}


def change_of(facts: Mapping[str, Any]) -> Change:
    """Returns a change of the row's list."""
    return Change(datetime.fromisoformat(facts["at"]), facts["by"], terms_of(facts["was"]))


def _night_facts(terms: Terms) -> Iterator[dict[str, Any]]:
    """Returns the nights; room type and price of the extra guests only where they are not those of the terms."""
    before = None
    for each in terms.nights:
        facts = {"date": each.night.isoformat(), "units": each.units, "price": each.price.fen}
        if each.room_id != terms.room_id:
            facts["room_id"] = each.room_id
        if each.guests != (terms.guests_price if each.night != before else ZERO):
            facts["guests"] = each.guests.fen
        before = each.night
        yield facts


def _nights_of(nights: Iterable[Mapping[str, Any]], room_id: str, guests_price: Money) -> Iterator[BookedNight]:
    before = None
    for facts in nights:
        night = date.fromisoformat(facts["date"])
        usual = guests_price if night != before else ZERO
        guests = Money(facts["guests"]) if "guests" in facts else usual
        before = night
        yield BookedNight(night, facts["units"], Money(facts["price"]), facts.get("room_id", room_id), guests)


def _price_of(facts: Mapping[str, Any], nights: Money) -> Price:
    payable = Money(facts["payable"])
    due_now = facts.get("due_now")
    now = payable if due_now is None else Money(due_now)
    return Price(
        nights=nights,
        guests=Money(facts.get("guests_total") or 0),
        extras=Money(facts.get("extras_total") or 0),
        total=Money(facts["total"]),
        discount=Money(facts["discount"]),
        points_discount=Money(facts.get("points_discount") or 0),
        payable=payable,
        due_now=now,
        due_later=payable - now,
    )


def _extra_of(facts: Mapping[str, Any]) -> BookedExtra:
    amounts = {"price": Money(facts["price"]), "amount": Money(facts["amount"])}
    return BookedExtra(**{**facts, **amounts, "per": Per(facts["per"])})


def _extra_facts(extra: BookedExtra) -> dict[str, Any]:
    return {**asdict(extra), "price": extra.price.fen, "amount": extra.amount.fen}
