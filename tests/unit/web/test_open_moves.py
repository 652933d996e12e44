"""Which moves the console offers for a booking: on a day use's one date its guest may arrive, and not on the next."""

from __future__ import annotations

from tests.support.page_code import results

MOVES = """
const { openMoves } = await import(WEB + "/staff/desk/open_moves.js");
const days = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"];
console.log(JSON.stringify(cases.map(([check_in, check_out]) =>
  days.map((now) => openMoves({ status: "paid", check_in, check_out, timeline: [] }, now).check_in))));
"""


def test_a_guest_may_arrive_on_each_date_of_a_stay_and_on_the_one_of_a_day_use() -> None:
    found = results(MOVES, [["2026-11-21", "2026-11-21"], ["2026-11-21", "2026-11-23"]])
    assert found == [[False, True, False, False], [False, True, True, False]]
