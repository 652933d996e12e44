"""Shop orders on the deployed template: the real workflow, its races, and an order's states up to its end."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.world import Guest, Reply, World, until

pytestmark = pytest.mark.e2e


def article(world: World, stock: int, price: int = 6000) -> str:
    body = {"name": "Teapot", "price": price, "stock": stock, "description": "", "images": []}
    goods_id: str = world.admin.send("POST", "/api/staff/goods", body).must(201)["goods_id"]
    return goods_id


def give(world: World, guest: Guest, fen: int) -> None:
    path = f"/api/staff/users/{guest.get('/api/me')['user_id']}/balance-changes"
    world.admin.send("POST", path, {"change": fen, "reason": "Gift"}, Idempotency_Key=uuid.uuid4().hex).must(201)


def order(guest: Guest, goods: dict[str, int], key: str | None = None, **more: Any) -> Reply:
    items = [{"goods_id": goods_id, "quantity": quantity} for goods_id, quantity in goods.items()]
    whom = {"address": "1 Test Road", "consignee": "韩梅梅", "phone_number": "13800138000"}
    body = {"items": items, **whom, **more}
    return guest.send("POST", "/api/shop-orders", body, Idempotency_Key=key or uuid.uuid4().hex)


def stock_of(world: World, goods_id: str) -> int:
    left: int = world.nobody.get(f"/api/goods/{goods_id}")["stock"]
    entries = world.admin.get(f"/api/staff/goods/{goods_id}/stock-entries?limit=100")["items"]
    assert sum(entry["change"] for entry in entries) == left
    return left


def wait_for(guest: Guest, order_no: str, status: str) -> dict[str, Any]:
    found: dict[str, Any] = until(lambda: guest.get(f"/api/shop-orders/{order_no}"), lambda it: it["status"] == status)
    return found


def test_the_whole_way_of_an_order(world: World) -> None:
    guest = world.guest()
    [coupon] = until(guest.coupons, bool)
    give(world, guest, 5000)
    tea, pot = article(world, 5), article(world, 5, 4000)
    key = uuid.uuid4().hex
    made = order(guest, {tea: 1, pot: 2}, key, coupon_id=coupon["coupon_id"], balance=3000).must(201)
    assert [made[it] for it in ("goods_total", "discount", "balance_paid", "payable")] == [14000, 2000, 3000, 9000 + 0]
    assert order(guest, {tea: 1, pot: 2}, key, coupon_id=coupon["coupon_id"], balance=3000).must(201) == made
    order_no = made["order_no"]
    world.pay(guest, order_no)
    wait_for(guest, order_no, "paid")
    until(lambda: guest.get("/api/me")["points"], lambda points: points == 90)
    shipment = {"carrier": "SF", "tracking_no": "SF1"}
    world.admin.send("POST", f"/api/staff/orders/{order_no}/shipment", shipment).must(200)
    guest.send("POST", f"/api/shop-orders/{order_no}/receipt").must(200)
    world.admin.send("POST", f"/api/staff/orders/{order_no}/return", {"reason": "Broken"}).must(200)
    until(lambda: guest.get("/api/me")["points"], lambda points: points == 0)
    assert guest.get("/api/me")["balance"] == 5000
    assert [it["status"] for it in guest.coupons()] == ["unused"]
    assert (stock_of(world, tea), stock_of(world, pot)) == (5, 5)
    until(
        lambda: [message["kind"] for message in world.messages(guest)],
        lambda kinds: kinds == ["wait_for_payment", "paid", "shipped", "refunded"],
    )

    def states() -> Counter[str]:
        found = world.admin.get(f"/api/staff/orders/{order_no}/messages")["items"]
        return Counter(consumer["state"] for message in found for consumer in message["consumers"])

    until(states, lambda found: set(found) == {"done"})


@pytest.mark.long
def test_a_refusal_of_the_workflow_gives_everything_back(world: World) -> None:
    guest = world.guest()
    [coupon] = until(guest.coupons, bool)
    give(world, guest, 5000)
    tea = article(world, 50)
    wish = {"coupon_id": coupon["coupon_id"], "balance": 5000}

    def press(_: int) -> int:
        return order(guest, {tea: 2}, **wish).status

    # There is one coupon, and balance for one order: the refused checkouts gave back what they had taken.
    with ThreadPoolExecutor(4) as pool:
        answers = Counter(pool.map(press, range(4)))
    assert answers[201] == 1, answers
    assert set(answers) <= {201, 409}
    until(lambda: stock_of(world, tea), lambda left: left == 48)
    assert guest.get("/api/me")["balance"] == 0
    [mine] = guest.get("/api/shop-orders")["items"]
    guest.send("POST", f"/api/shop-orders/{mine['order_no']}/cancellation").must(200)
    assert stock_of(world, tea) == 50
    assert guest.get("/api/me")["balance"] == 5000
    assert [it["status"] for it in guest.coupons()] == ["unused"]


@pytest.mark.long
def test_24_buyers_for_7_units(world: World) -> None:
    buyers = [world.guest() for _ in range(24)]
    pot = article(world, 7)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda buyer: order(buyer, {pot: 1}), buyers))
    assert Counter(answer.status for answer in answers) == {201: 7, 409: 17}, [it.body for it in answers]
    assert {answer.body["code"] for answer in answers if answer.status == 409} == {"out_of_stock"}
    assert stock_of(world, pot) == 0


@pytest.mark.long
def test_eight_orders_at_once_against_a_balance_for_two(world: World) -> None:
    guest, pot = world.guest(), article(world, 100, 10_000)
    give(world, guest, 20_000)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: order(guest, {pot: 1}, balance=10_000), range(8)))
    codes = Counter(answer.body.get("code", answer.body["status"]) for answer in answers)
    assert codes == {"paid": 2, "insufficient_balance": 6}
    assert guest.get("/api/me")["balance"] == 0
    until(lambda: stock_of(world, pot), lambda left: left == 98)
