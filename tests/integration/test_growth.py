"""The costs of a request do not depend on the number of stored rows."""

from __future__ import annotations

import pytest

from tests.integration import growth
from tests.integration.growth import Crowd
from tests.integration.house import House


@pytest.mark.long
def test_lists_and_steps_cost_as_much_among_a_thousand_rows_as_among_ten(house: House) -> None:
    crowd = Crowd(house)
    crowd.grow(10)
    few = dict([*crowd.lists(), *crowd.steps()])
    crowd.grow(1000)
    many = dict([*crowd.lists(), *crowd.steps()])
    assert many == few


@pytest.mark.long
def test_finding_guests_costs_as_much_among_a_thousand_as_among_ten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(growth.VARIED, "bookings", ("order_no", "user_id"))
    crowd = Crowd(house)
    crowd.only_claimed()
    crowd.grow(30)
    few = crowd.guests()
    crowd.grow(1000)
    assert crowd.guests() == few
    assert few.calls <= 5
