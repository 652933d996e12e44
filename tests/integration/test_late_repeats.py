"""A repeat that looked at its key just before the first request committed: it has the first one's answer all the same.

What it reads next is of after the first request: the money is gone, and a refusal would be false.
"""

from __future__ import annotations

from typing import Any

import pytest

from posthouse.store import idempotency
from tests.integration.house import House


def look_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next look at a key be from before anybody used it."""
    find, looks = idempotency.find, iter([True])

    def early(caller_key: str) -> Any:
        return None if next(looks, False) else find(caller_key)

    monkeypatch.setattr(idempotency, "find", early)


@pytest.fixture
def paid(house: House) -> str:
    token = house.guest()
    order_no: str = house.book(token, house.wish(house.room(), begin=3)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    return order_no


@pytest.mark.parametrize("amount", [None, 20_000])
def test_a_refund(house: House, paid: str, monkeypatch: pytest.MonkeyPatch, amount: int | None) -> None:
    body = {"reason": "Noise"} | ({} if amount is None else {"amount": amount})
    path = f"/api/staff/orders/{paid}/refunds"
    first = house.send("POST", path, body, house.admin, Idempotency_Key="twice").must(202)
    look_too_early(monkeypatch)
    assert house.send("POST", path, body, house.admin, Idempotency_Key="twice").must(202) == first


def test_a_change_of_a_balance(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = house.send("GET", "/api/me", token=house.guest()).must(200)["user_id"]
    path = f"/api/staff/users/{user_id}/balance-changes"
    house.send("POST", path, {"change": 500, "reason": "Gift"}, house.admin, Idempotency_Key="gift").must(201)
    less = {"change": -400, "reason": "Back"}
    first = house.send("POST", path, less, house.admin, Idempotency_Key="back").must(201)
    look_too_early(monkeypatch)
    assert house.send("POST", path, less, house.admin, Idempotency_Key="back").must(201) == first
