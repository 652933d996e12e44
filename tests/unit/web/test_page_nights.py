"""The console works out itself what a change of nights sends and what a rate plan costs: as the API does it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from posthouse.domain.money import BASIS, Money
from posthouse.domain.rate_plan import DaysAhead, PayWhen, RatePlan
from posthouse.domain.stay import Stay
from tests.support.page_code import results

FIRST = date(2026, 11, 28)
CASES = 200
CALLS = """
const { callsFor } = await import(WEB + "/staff/desk/pattern.js");
console.log(JSON.stringify(cases.map(callsFor)));
"""
JOBS = """
const { jobsOf, leaps, linesOf, movesOf } = await import(WEB + "/staff/desk/pattern.js");
console.log(JSON.stringify(cases.map(({ rows, dates, price }) => {
  const known = rows.map(({ room, nights }) => ({ room, nights: new Map(nights) }));
  const moves = movesOf(known, dates, price ?? undefined);
  const lines = linesOf(moves.filter(leaps)).map(({ room, ...line }) => ({ ...line, room: room.room_id }));
  const jobs = jobsOf(moves).map(({ room, range }) => ({ room: room.room_id, ...range }));
  return { jobs, lines };
})));
"""
PLANS = """
const { dueNow, nightPrice, soldOn } = await import(WEB + "/staff/house/plan_price.js");
console.log(JSON.stringify(cases.map(({ plan, calendar, date }) => {
  const price = nightPrice(plan, calendar);
  return { price, due_now: dueNow(plan, price), sold: soldOn(plan, date) };
})));
"""


def day(count: int) -> str:
    return str(FIRST + timedelta(days=count))


def nights_of(call: dict[str, Any]) -> list[str]:
    """The nights that the API changes by a call."""
    begin, end = date.fromisoformat(call["from"]), date.fromisoformat(call["to"])
    every = [begin + timedelta(days=n) for n in range((end - begin).days)]
    return [str(it) for it in every if it.isoweekday() in call.get("weekdays", range(1, 8))]


def test_the_calls_of_a_change_are_few_and_change_its_nights_alone() -> None:
    chance = random.Random(22)  # the same cases in each run
    some = [sorted(chance.sample(range(366), chance.randint(1, 366))) for _ in range(40)]
    by_days = [
        [n for n in range(begin, begin + chance.randint(1, 366)) if (FIRST + timedelta(days=n)).isoweekday() in days]
        for begin in range(0, 400, 7)
        for days in [set(chance.sample(range(1, 8), chance.randint(1, 7)))]
    ]
    cases = [[day(n) for n in case] for case in [*some, *filter(None, by_days)]]
    for dates, calls in zip(cases, results(CALLS, cases), strict=True):
        assert sorted(night for call in calls for night in nights_of(call)) == dates
        for call in calls:
            changed = nights_of(call)
            assert len(changed) == call["count"] <= 90
            assert (date.fromisoformat(call["to"]) - date.fromisoformat(call["from"])).days <= 366
            # A range without gaps is sent as old clients do.
            assert ("weekdays" in call) == (changed[0] != call["from"] or len(changed) < _length(call))
    for days, calls in zip(by_days, results(CALLS, [[day(n) for n in case] for case in by_days if case]), strict=False):
        assert len(calls) <= -(-len(days) // 90), (
            "days of the week of one range need no more calls than their nights do"
        )


def _length(call: dict[str, Any]) -> int:
    return (date.fromisoformat(call["to"]) - date.fromisoformat(call["from"])).days


def test_a_percentage_goes_by_the_price_of_each_night_and_far_prices_are_listed() -> None:
    twin, suite = {"room_id": "twin", "price": 30000}, {"room_id": "suite", "price": 99999}
    nights = [[day(n), {"price": 40001 if n in {2, 3} else 40000}] for n in range(5)]
    rows = [{"room": twin, "nights": nights}, {"room": suite, "nights": []}]
    dates = [day(n) for n in range(6)]
    [tenth, half, more, amount, kept] = results(
        JOBS,
        [
            {"rows": rows, "dates": dates, "price": price}
            for price in ({"bp": 1005}, {"bp": -5000}, {"bp": 5001}, {"fen": 99999}, None)
        ],
    )
    prices = {(job["room"], night): job["price"] for job in tenth["jobs"] for night in nights_of(job)}
    for n, date_of in enumerate(dates):
        was = 30000 if n == 5 else 40001 if n in {2, 3} else 40000
        assert prices["twin", date_of] == Money(was).share(BASIS + 1005).fen
        assert prices["suite", date_of] == Money(99999).share(BASIS + 1005).fen
    assert len(tenth["jobs"]) == 4
    assert tenth["lines"] == []
    assert half["lines"] == [], "exactly half, or less by the rounding, is not more than half"
    assert [(it["room"], it["from"], it["to"]) for it in more["lines"]] == [
        ("twin", day(0), day(1)),
        ("twin", day(2), day(3)),
        ("twin", day(4), day(4)),
        ("twin", day(5), day(5)),
        ("suite", day(0), day(5)),
    ]
    assert [it["room"] for it in amount["lines"]] == ["twin"] * 4
    # Nothing is said of a price that stays.
    assert kept == {"jobs": [{"room": room, "from": day(0), "to": day(6)} for room in ("twin", "suite")], "lines": []}


def _plan(chance: random.Random) -> RatePlan:
    payment = chance.choice(list(PayWhen))
    since = chance.choice([None, FIRST + timedelta(days=chance.randint(-3, 3))])
    return RatePlan(
        "P1",
        "R1",
        "Flexible",
        0,
        0,
        payment,
        chance.randint(-9999, 20000),
        chance.randint(-5000, 5000),
        days_ahead=DaysAhead(),
        weekdays=tuple(chance.sample(range(1, 8), chance.randint(0, 6))),
        deposit_bp=chance.randint(1, 9999) if payment is PayWhen.DEPOSIT else None,
        valid_from=since,
        valid_to=chance.choice([None, (since or FIRST) + timedelta(days=chance.randint(0, 3))]),
    )


def test_the_calendar_shows_a_plans_price_as_the_api_counts_it() -> None:
    chance = random.Random(9)
    plans = [_plan(chance) for _ in range(CASES)]
    calendar = [Money(chance.randint(1, 99_999_999)) for _ in plans]
    dates = [FIRST + timedelta(days=chance.randint(-3, 6)) for _ in plans]
    cases = [
        {
            "plan": {
                "adjustment_bp": plan.adjustment_bp,
                "adjustment": plan.adjustment,
                "payment": plan.payment,
                "deposit_bp": plan.deposit_bp,
                "weekdays": list(plan.weekdays),
                "valid_from": plan.valid_from and str(plan.valid_from),
                "valid_to": plan.valid_to and str(plan.valid_to),
                "enabled": plan.enabled,
            },
            "calendar": price.fen,
            "date": str(on),
        }
        for plan, price, on in zip(plans, calendar, dates, strict=True)
    ]
    shown = results(PLANS, cases)
    assert {it["sold"] for it in shown} == {True, False}
    for plan, price, on, theirs in zip(plans, calendar, dates, shown, strict=True):
        ours = plan.night_price(price)
        assert theirs["price"] == ours.fen
        assert theirs["due_now"] == plan.due_now(ours).fen
        assert theirs["sold"] == (plan.restricted(Stay(on, on + timedelta(days=1)), on) is None)
