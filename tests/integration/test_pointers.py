"""Rows move from one place of an index to another; an index of keys may show the old place, or both."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.deliveries import Wire
from tests.integration.house import House
from tests.integration.shopping import Shop
from tests.integration.test_index_lag import Indexes


def _paid(house: House, shop: Shop) -> str:
    order_no: str = shop.order().must(201)["order_no"]
    house.pay(shop.token, order_no)
    house.settle()
    return order_no


def _ship(shop: Shop, order_no: str) -> None:
    shipment = {"carrier": "SF Express", "tracking_no": "SF1"}
    shop.staff("POST", f"/orders/{order_no}/shipment", shipment).must(200)


def _listed(house: House, query: str) -> list[tuple[str, str]]:
    found = house.send("GET", f"/api/staff/shop-orders{query}", token=house.admin).must(200)
    return [(order["order_no"], order["status"]) for order in found["items"]]


def test_an_order_that_moves_while_all_are_listed_is_listed_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an order that is sent after the list was read, and before its row
    shop, wire = Shop(house), Wire(monkeypatch)
    order_no = _paid(house, shop)
    waiting = [lambda: _ship(shop, order_no)]

    def meet(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        answer = wire.send(client, name, kwargs)
        if waiting and name == "Query" and kwargs.get("IndexName") == "by_kind":
            waiting.pop()()
        return answer

    wire.meet = meet
    assert _listed(house, "") == [(order_no, "shipped")]
    assert waiting == []


def test_a_list_by_state_has_no_order_that_left_the_state(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, indexes = Shop(house), Indexes(monkeypatch)
    left = _paid(house, shop)
    stays = [shop.order(f"key-{n}", tea=1, cups=0, balance=4000).must(201)["order_no"] for n in range(2)]
    indexes.keep()
    _ship(shop, left)
    with indexes.behind():
        assert _listed(house, "?status=paid") == [(number, "paid") for number in reversed(stays)]


def test_a_template_that_changed_its_kind_is_not_given_for_the_old_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = Indexes(monkeypatch)
    template = house.template(kind="check_out")
    indexes.keep()
    path = f"/api/staff/coupon-templates/{template['template_id']}"
    house.send("PUT", path, {**template, "kind": "manual"}, house.admin).must(200)
    facts = {"order_no": "B-1", "finished": {"outcome": "finished", "user_id": "U-1"}, "correlation_id": ""}
    with indexes.behind():
        assert house.invoke("grant_check_out_coupon", facts) == {"outcome": "none_left"}
    assert house.rows("coupons") == []


def test_a_template_that_is_sorted_anew_may_be_seen_at_both_places(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(monkeypatch)
    house.template(kind="check_out")

    def meet(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        answer = wire.send(client, name, kwargs)
        if kwargs.get("IndexName") == "by_kind":
            [item] = answer["Items"]
            answer |= {"Items": [item, {**item, "position": {"S": "0000000009#moved"}}], "Count": 2}
        return answer

    wire.meet = meet
    facts = {"order_no": "B-1", "finished": {"outcome": "finished", "user_id": "U-1"}, "correlation_id": ""}
    assert house.invoke("grant_check_out_coupon", facts)["outcome"] == "granted"


def test_an_index_that_lags_neither_denies_nor_repeats(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    indexes = Indexes(monkeypatch)
    template = house.template(kind="check_out", quantity=1, enabled=False)
    indexes.keep()
    path = f"/api/staff/coupon-templates/{template['template_id']}"
    house.send("PUT", path, {**template, "enabled": True}, house.admin).must(200)
    facts = {"order_no": "B-1", "finished": {"outcome": "finished", "user_id": "U-1"}, "correlation_id": ""}
    with indexes.behind():
        assert house.invoke("grant_check_out_coupon", facts)["outcome"] == "granted"
        assert house.invoke("grant_check_out_coupon", {**facts, "order_no": "B-2"}) == {"outcome": "none_left"}
