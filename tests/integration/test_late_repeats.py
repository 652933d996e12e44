"""A repeat that looked at its key just before the first request committed: it has the first one's answer all the same.

What it reads next is of after the first request: the money is gone, and a refusal would be false.
"""

from __future__ import annotations

from typing import Any

import pytest

from posthouse.store import coupons, idempotency
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


def test_the_last_coupon_that_is_given(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = house.send("GET", "/api/me", token=house.guest()).must(200)["user_id"]
    template_id = house.template(name="Gift", kind="manual", quantity=1)["template_id"]
    path, body = f"/api/staff/users/{user_id}/coupons", {"template_id": template_id}
    first = house.send("POST", path, body, house.admin, Idempotency_Key="gift").must(201)
    look_too_early(monkeypatch)
    assert house.send("POST", path, body, house.admin, Idempotency_Key="gift").must(201) == first


@pytest.mark.parametrize("quantity", [1, 10])
def test_the_only_coupon_that_a_guest_may_claim(house: House, monkeypatch: pytest.MonkeyPatch, quantity: int) -> None:
    token, template_id = house.guest(), house.template(name="Gift", kind="manual", quantity=quantity)["template_id"]
    path = f"/api/coupons/{template_id}/claims"
    first = house.send("POST", path, token=token, Idempotency_Key="claim").must(201)
    get, looks = coupons.get, iter([True])

    def early(user_id: str, coupon_id: str) -> Any:
        return None if next(looks, False) else get(user_id, coupon_id)

    monkeypatch.setattr(coupons, "get", early)
    assert house.send("POST", path, token=token, Idempotency_Key="claim").must(201) == first
