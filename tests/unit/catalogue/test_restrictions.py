"""Restrictions: what the calendar has against a stay, and how staff change them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec import UNSET

from posthouse.domain.restriction import UNRESTRICTED, NightRules, Restricted, Restriction, RulesChange, restricted_by
from posthouse.domain.stay import Stay
from posthouse.entry.problems import problem_of

DAY = date(2026, 12, 1)


def stay(nights: int) -> Stay:
    return Stay(DAY, DAY + timedelta(days=nights))


@pytest.mark.parametrize(
    ("arrival", "departure", "nights", "refused"),
    [
        (UNRESTRICTED, UNRESTRICTED, 1, None),
        (NightRules(min_stay=2), UNRESTRICTED, 1, Restricted(Restriction.MIN_STAY, DAY, 2)),
        (NightRules(min_stay=2, max_stay=2), UNRESTRICTED, 2, None),
        (NightRules(max_stay=2), UNRESTRICTED, 3, Restricted(Restriction.MAX_STAY, DAY, 2)),
        (NightRules(closed_to_arrival=True), UNRESTRICTED, 1, Restricted(Restriction.CLOSED_TO_ARRIVAL, DAY)),
        (NightRules(closed_to_departure=True), UNRESTRICTED, 1, None),
        (UNRESTRICTED, NightRules(4, 1, True), 2, None),
        (
            UNRESTRICTED,
            NightRules(closed_to_departure=True),
            2,
            Restricted(Restriction.CLOSED_TO_DEPARTURE, DAY + timedelta(days=2)),
        ),
    ],
)
def test_only_the_arrivals_and_the_departures_own_rules_count(
    arrival: NightRules, departure: NightRules, nights: int, refused: Restricted | None
) -> None:
    assert restricted_by(arrival, departure, stay(nights)) == refused


def test_a_restricted_stay_is_told_with_its_date_and_only_the_bounds_that_it_has() -> None:
    bound = problem_of(Restricted(Restriction.MIN_STAY, DAY, 2))
    assert (bound.status, bound.code) == (409, "restricted")
    assert bound.facts == {"restriction": "min_stay", "date": DAY, "nights": 2}
    days = problem_of(Restricted(Restriction.WEEKDAYS, DAY, weekdays=(5, 6)))
    assert days.facts == {"restriction": "weekdays", "date": DAY, "weekdays": (5, 6)}
    valid = problem_of(Restricted(Restriction.VALIDITY, DAY, first=DAY))
    assert valid.facts == {"restriction": "validity", "date": DAY, "first": DAY}
    assert '"date": "2026-12-01"' in valid.body("r")


def test_a_change_keeps_what_is_not_sent_and_null_clears() -> None:
    stored = NightRules(2, 5, closed_to_arrival=True)
    assert RulesChange().on(stored) == stored
    assert RulesChange(min_stay=None, closed_to_arrival=False).on(stored) == NightRules(None, 5)
    assert RulesChange(closed_to_departure=True).on(stored) == NightRules(2, 5, True, True)
    assert RulesChange(max_stay=None, closed_to_arrival=None).asked == {"max_stay": None, "closed_to_arrival": None}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (RulesChange(min_stay=6), "min_stay"),
        (RulesChange(max_stay=1), "max_stay"),
        (RulesChange(min_stay=6, max_stay=5), "max_stay"),
        (RulesChange(min_stay=6, max_stay=None), None),
        (RulesChange(closed_to_arrival=True), None),
    ],
)
def test_a_contradiction_names_a_field_that_was_sent(change: RulesChange, field: str | None) -> None:
    found = change.contradiction(DAY, NightRules(2, 5))
    assert (found.field if found else None) == field
    assert field is None or getattr(change, field) is not UNSET
