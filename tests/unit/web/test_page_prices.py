"""The guest's pages count a stay's price themselves, while its form is filled in: to the fen as the API does.

So they do with each rate plan, with a coupon, with what is due now and later, and with what a late cancellation costs.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from posthouse.domain.cancellation import CancelRule
from posthouse.domain.days import HotelClock
from posthouse.domain.money import Money
from posthouse.domain.offer import Offer, ShownOffer, Terms
from posthouse.domain.price import Extra, Occupancy, Party, Per, Price, TooManyGuests, price_stay
from posthouse.domain.rate_plan import PayWhen, RatePlan
from posthouse.domain.stay import Stay
from posthouse.entry.catalogue.catalogue_views import extra_json, occupancy_json
from posthouse.entry.catalogue.offer_views import offer_json
from tests.support.page_code import results

PRICES = """
const { dueOf, nightsOf, priceStay } = await import(WEB + "/guest/stay/price.js");
const { discountOf } = await import(WEB + "/guest/coupons/rules.js");
const { lateFee } = await import(WEB + "/shared/rule.js");
const { holds } = await import(WEB + "/shared/occupancy.js");
const priced = cases.map(({ room, party, range, nights, chosen, offer, coupon }) => {
  const { total, extras, guests } = priceStay(room, party, range, nightsOf(offer, new Map(nights)), chosen);
  const payable = total - discountOf(coupon, total);
  const due = dueOf(payable, offer);
  const late = lateFee({ ...offer, payable });
  return { fits: holds(room, party), total, guests, extras: extras.map(({ amount }) => amount), payable, due, late };
});
console.log(JSON.stringify(priced));
"""
CASES = 300
FIRST = date(2026, 12, 30)


def _maybe(chance: random.Random, most: int) -> int | None:
    return chance.choice([None, chance.randrange(most + 1)])


def _money(fen: int | None) -> Money | None:
    return None if fen is None else Money(fen)


def _plan(chance: random.Random) -> RatePlan | None:
    """A plan of any kind, or none; some are as far from the calendar's price as they can be."""
    payment = chance.choice([None, *PayWhen])
    if payment is None:
        return None
    return RatePlan(
        "P1",
        "R1",
        "Early",
        chance.randint(0, 4),
        chance.choice([0, 1, 3333, 5000, 10_000]),
        payment,
        adjustment_bp=chance.choice([-9999, -1000, -333, 0, 1, 777, 100_000]),
        adjustment=chance.choice([-100_000, -501, 0, 1, 4800]),
        deposit_bp=chance.choice([1, 3000, 3333, 9999]) if payment is PayWhen.DEPOSIT else None,
    )


def _terms(plan: RatePlan | None, stay: Stay, nights: tuple[Money, ...], price: Price) -> dict[str, Any]:
    """The offer as the API shows it."""
    rule = CancelRule(24, 3000) if plan is None else plan.cancel_rule(CancelRule(24, 3000))
    payment = PayWhen.FULL if plan is None else plan.payment
    shown = ShownOffer(Offer(plan, stay, nights, price), Terms(2, rule, payment), HotelClock("Asia/Shanghai"))
    return offer_json(shown)


def _case(chance: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """A stay as the page gets it, and what it costs by our own rule."""
    room = Occupancy(
        _maybe(chance, 5),
        _maybe(chance, 3),
        _maybe(chance, 4),
        _money(_maybe(chance, 99_999)),
        _money(_maybe(chance, 999)),
    )
    party = Party(chance.randint(1, 12), chance.randint(0, 5), chance.randint(1, 4))
    nights = [Money(chance.randint(0, 99_999_999)) for _ in range(chance.randint(1, 5))]
    wanted = [
        (
            Extra(f"E{n}", "H1", "Tea", Money(chance.randint(0, 99_999)), per, enabled=True, version=1),
            chance.randint(1, 9),
        )
        for n, per in enumerate(chance.sample(list(Per), chance.randint(0, 4)))
    ]
    booked = [extra.booked(quantity, party, len(nights)) for extra, quantity in wanted]
    plan = _plan(chance)
    price = price_stay(nights, party, room, booked, plan)
    fits = not isinstance(price, TooManyGuests)
    if isinstance(price, TooManyGuests):  # the page shows it all the same, and says that it does not fit
        price = price_stay(nights, party, replace(room, max_adults=None, max_children=None), booked, plan)
    assert not isinstance(price, TooManyGuests)
    coupon = chance.choice([None, 1, 2000, 99_999_999])
    reduced = price.less(Money(coupon or 0), plan)
    stay = Stay(FIRST, FIRST + timedelta(days=len(nights)))
    priced_nights = tuple(nights if plan is None else map(plan.night_price, nights))
    offer = _terms(plan, stay, priced_nights, price)
    dates = [str(FIRST + timedelta(days=n)) for n in range(len(nights) + 1)]
    sent = {
        "room": occupancy_json(room),
        "party": {"adults": party.adults, "children": party.children, "units": party.units},
        "range": {"check_in": dates[0], "check_out": dates[-1]},
        "nights": [[day, {"price": price.fen, "available": 9}] for day, price in zip(dates, nights, strict=False)],
        "chosen": [{"extra": extra_json(extra), "quantity": quantity} for extra, quantity in wanted],
        "offer": offer,
        "coupon": None if coupon is None else {"amount": coupon},
    }
    rule = CancelRule(None, offer["cancel_fee_bp"], offer["deposit_bp"] or 0)
    return sent, {
        "fits": fits,
        "total": price.total.fen,
        "guests": price.guests.fen,
        "extras": [extra.amount.fen for extra in booked],
        "payable": reduced.payable.fen,
        "due": {"now": reduced.due_now.fen, "later": reduced.due_later.fen},
        "late": rule.late_fee(reduced.payable).fen,
    }


def test_the_page_and_the_api_count_alike() -> None:
    chance = random.Random(51)  # the same cases in each run
    cases = [_case(chance) for _ in range(CASES)]
    shown = results(PRICES, [sent for sent, _ in cases])
    assert {case["fits"] for _, case in cases} == {True, False}
    assert {sent["offer"]["payment"] for sent, _ in cases} == set(PayWhen)
    for (sent, ours), theirs in zip(cases, shown, strict=True):
        assert theirs == ours, sent
