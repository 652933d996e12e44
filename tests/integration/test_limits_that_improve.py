"""A limit refuses what makes things worse, and never a change that makes them better."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.conftest import Arrange
from tests.integration.house import NOW, TODAY, House
from tests.integration.shopping import Shop


@pytest.mark.parametrize(("units", "status"), [(2, 200), (3, 200), (1, 409)])
def test_a_room_type_sold_beyond_its_units_is_not_made_smaller(house: House, units: int, status: int) -> None:
    token, room = house.guest(), house.room(units=2, inventory_mode="unlimited")
    house.book(token, house.wish(room, units=9)).must(201)
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=1)), "units": units, "price": 31000}
    assert house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span, house.admin).status == status


def test_a_balance_above_its_cap_is_lowered(house: House) -> None:
    shop = Shop(house)
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    shop.put_on_balance(100_000_000 - 16_000, "much")
    house.send("POST", f"/api/shop-orders/{order_no}/cancellation", token=shop.token).must(200)
    assert shop.me["balance"] == 100_004_000
    path, body = f"/users/{shop.user_id}/balance-changes", {"change": 1, "reason": "Gift"}
    shop.staff("POST", path, body, "more").refused(409, "insufficient_balance")
    shop.staff("POST", path, {**body, "change": -1}, "less").must(201)
    assert shop.me["balance"] == 100_003_999


def test_a_part_of_a_very_dear_stay_is_refunded(house: House) -> None:
    token, room = house.guest(), house.room(units=9, price=100_000_000)
    order_no = house.book(token, house.wish(room, nights=2, units=9)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    body = {"reason": "Noise", "amount": 1_700_000_000}
    path = f"/api/staff/orders/{order_no}/refunds"
    assert house.send("POST", path, body, house.admin, Idempotency_Key="k").must(202)["amount"] == 1_700_000_000


def test_an_article_with_too_much_stock_is_changed(house: House) -> None:
    shop = Shop(house)
    goods = {**shop.tea, "stock": 10_000_001, "name": "Green tea"}
    changed = house.send("PUT", f"/api/staff/goods/{shop.tea['goods_id']}", goods, house.admin).must(200)
    assert changed["name"] == "Green tea"


# ---------------------------------------------------------------- prices that cannot be meant


def test_a_list_price_is_not_below_the_price(house: House) -> None:
    room = house.room(price=30000, list_price=30000)
    for method, path, more in (("POST", "/rooms", {}), ("PUT", f"/rooms/{room['room_id']}", {"version": 1})):
        facts = {name: room[name] for name in ("hotel_id", "name", "units", "area", "bed")}
        wrong = {**facts, "price": 30000, "list_price": 29999, **more}
        refused = house.send(method, f"/api/staff{path}", wrong, house.admin).refused(422, "invalid_request")
        assert refused["errors"][0]["field"] == "list_price"


def test_a_flash_price_is_not_above_the_shops_price(house: House, before_commit: Arrange) -> None:
    shop = Shop(house)
    times = {"starts_at": NOW.isoformat(), "ends_at": (NOW + timedelta(hours=1)).isoformat()}
    sale = {"goods_id": shop.tea["goods_id"], "price": 3001, "stock": 1, **times}
    refused = shop.staff("POST", "/flash-sales", sale, "s1").refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == "price"
    assert shop.stock == (10, 4)
    shop.staff("POST", "/flash-sales", {**sale, "price": 3000}, "s2").must(201)
    cheaper, path = {**shop.tea, "price": 2000}, f"/goods/{shop.tea['goods_id']}"
    before_commit(lambda: shop.staff("PUT", path, cheaper).must(200))
    shop.staff("POST", "/flash-sales", {**sale, "price": 2500}, "s3").refused(422, "invalid_request")


def test_a_key_belongs_to_the_route_it_was_used_on(house: House) -> None:
    shop = Shop(house)
    body = {"change": 5, "reason": "Gift"}
    for account in ("balance", "points"):
        made = shop.staff("POST", f"/users/{shop.user_id}/{account}-changes", body, "same").must(201)
        assert shop.staff("POST", f"/users/{shop.user_id}/{account}-changes", body, "same").must(201) == made
    assert (shop.me["balance"], shop.me["points"]) == (20005, 5)
