"""Shop orders: their price, their states, and the release of everything if they are cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.arranged import arranged
from tests.integration.conftest import Arrange
from tests.integration.costs import counted
from tests.integration.flash_operations import flash_sale
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.shopping import Shop
from tests.integration.standing import Simulator
from tests.support.clock import clock_at


@pytest.fixture
def shop(house: House, simulator: Simulator) -> Shop:
    return arranged(house, simulator, Shop)


def test_an_order_takes_goods_coupon_and_balance_and_waits_for_the_rest(house: House, shop: Shop) -> None:
    order = shop.order(**shop.whole).must(201)
    amounts = {name: order[name] for name in ("goods_total", "shipping_fee", "discount", "balance_paid", "payable")}
    assert amounts == {
        "goods_total": 11000,
        "shipping_fee": 0,
        "discount": 2000,
        "balance_paid": 4000,
        "payable": 5000,
    }
    assert (order["status"], order["expires_at"][:16]) == ("pending_payment", "2026-11-21T04:30")
    assert shop.state == Shop.TAKEN
    assert shop.order(**shop.whole).must(201) == order
    shop.order(tea=1).refused(422, "idempotency_key_reused")
    assert [listed["order_no"] for listed in shop.orders()] == [order["order_no"]]
    house.settle()
    assert_balanced(house)


def test_money_makes_it_paid_and_earns_points_and_is_logged(house: House, shop: Shop) -> None:
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    payment = house.pay(shop.token, order_no)
    assert payment["amount"] == 5000
    house.settle()
    assert [moment["status"] for moment in shop.get(order_no)["timeline"]] == ["unconfirmed", "pending_payment", "paid"]
    assert shop.me["points"] == 50
    [logged] = shop.staff("GET", "/payment-log?day=2026-11-21").must(200)["items"]
    assert (logged["order_no"], logged["amount"], logged["payment_id"]) == (order_no, 5000, payment["payment_id"])
    house.send("POST", f"/api/orders/{order_no}/payments", token=shop.token).refused(409, "not_payable")
    kinds = [it["kind"] for it in house.send("GET", "/api/me/notifications", token=shop.token).body["items"]]
    assert sorted(kinds) == ["paid", "wait_for_payment"]
    assert_balanced(house)


def test_what_the_balance_covers_is_paid_at_once(house: House, shop: Shop) -> None:
    order = shop.order(balance=50_000).must(201)
    assert (order["status"], order["balance_paid"], order["payable"]) == ("paid", 11000, 0)
    house.send("POST", f"/api/orders/{order['order_no']}/payments", token=shop.token).refused(409, "not_payable")
    house.settle()
    assert shop.me["balance"] == 9000
    assert shop.me["points"] == 0
    assert_balanced(house)


def test_cheap_goods_cost_their_sending(shop: Shop) -> None:
    order = shop.order(cups=0, tea=1, balance=3500).must(201)
    assert [order[name] for name in ("goods_total", "shipping_fee", "balance_paid", "payable")] == [
        3000,
        1000,
        3500,
        500,
    ]
    assert shop.order(key="order-2", cups=0, tea=4).must(201)["shipping_fee"] == 0


@pytest.mark.parametrize(
    ("wish", "code", "status"),
    [
        ({"tea": 11}, "out_of_stock", 409),
        ({"balance": 10_500, "tea": 7}, "insufficient_balance", 409),
        ({"expected_total": 10_999}, "price_changed", 409),
        ({"coupon_id": "CNOBODYS"}, "coupon_unusable", 409),
        ({"items": [{"goods_id": "GNOTHING", "quantity": 1}]}, "not_found", 404),
        ({"items": []}, "invalid_request", 422),
        ({"balance": -1}, "invalid_request", 422),
        ({"address": " "}, "invalid_request", 422),
        ({"price": 1}, "invalid_request", 422),
    ],
)
def test_what_cannot_be_ordered_is_refused_and_takes_nothing(
    house: House, shop: Shop, wish: dict[str, Any], code: str, status: int
) -> None:
    if code == "insufficient_balance":
        shop.put_on_balance(-10_000, "less")
    before = shop.state
    shop.order(**wish).refused(status, code)
    assert shop.state == before
    assert_balanced(house)
    # A refusal is not stored: the same key may try again later.
    assert shop.order().must(201)["status"] == "pending_payment"


def test_goods_are_named_once_and_must_be_on_sale(house: House, shop: Shop) -> None:
    twice = [{"goods_id": shop.tea["goods_id"], "quantity": 1}] * 2
    shop.order(items=twice).refused(422, "invalid_request")
    text = {"name": "Tea", "price": 3000, "description": "", "images": [], "on_sale": False}
    shop.staff("PUT", f"/goods/{shop.tea['goods_id']}", text).must(200)
    shop.order().refused(409, "not_on_sale")
    assert house.rows("shop-orders") == []


def test_out_of_stock_names_the_goods(shop: Shop) -> None:
    refused = shop.order(tea=11, cups=5).refused(409, "out_of_stock")
    assert refused["names"] == ["Tea", "Cup"]
    assert refused["goods_ids"] == [shop.tea["goods_id"], shop.cup["goods_id"]]


def _take_stock(shop: Shop) -> None:
    body = {"change": -3, "reason": "Broken"}
    shop.staff("POST", f"/goods/{shop.cup['goods_id']}/stock-changes", body).must(200)


def _use_coupon(shop: Shop) -> None:
    shop.order("rival", tea=4, cups=0, coupon_id=shop.coupon["coupon_id"]).must(201)


def _take_balance(shop: Shop) -> None:
    shop.put_on_balance(-19_000, "gone")


def _raise_price(shop: Shop) -> None:
    text = {"name": "Tea", "price": 3100, "description": "", "images": [], "on_sale": True}
    shop.staff("PUT", f"/goods/{shop.tea['goods_id']}", text).must(200)


def _take_off_sale(shop: Shop) -> None:
    text = {"name": "Tea", "price": 3000, "description": "", "images": [], "on_sale": False}
    shop.staff("PUT", f"/goods/{shop.tea['goods_id']}", text).must(200)


@pytest.mark.parametrize(
    ("rival", "code"),
    [
        (_take_stock, "out_of_stock"),
        (_use_coupon, "coupon_unusable"),
        (_take_balance, "insufficient_balance"),
        (_raise_price, "price_changed"),
        (_take_off_sale, "not_on_sale"),
    ],
)
def test_what_is_gone_by_the_time_it_is_taken_gives_everything_back(
    house: House, shop: Shop, rival: Callable[[Shop], None], code: str
) -> None:
    waiting = [rival]

    def late(when: str, step: str) -> None:
        if waiting and (when, step) == ("before", "save_order"):
            waiting.pop()(shop)

    house.workflow_faults = late
    refused = shop.order(cups=2, **shop.whole).refused(409, code)
    if code == "out_of_stock":
        assert refused["names"] == ["Cup"]
    assert shop.orders("cancelled") == []
    house.settle()
    assert_balanced(house)
    mine = [row for row in house.rows("shop-orders") if row["caller_key"]["S"].endswith("#order-1")]
    assert {row["status"]["S"] for row in mine} <= {"cancelled"}


def test_a_repeat_is_told_that_the_first_still_runs(shop: Shop) -> None:
    answers = []

    def again(when: str, step: str) -> None:
        if when == "before" and step in {"reserve_stock", "confirm_order"}:
            answers.append(shop.order().status)
            shop.order().refused(409, "in_progress")

    shop.house.workflow_faults = again
    order = shop.order().must(201)
    assert answers == [409, 409]
    assert shop.order().must(201)["order_no"] == order["order_no"]


def test_two_requests_with_one_key_make_one_order(house: House, shop: Shop) -> None:
    rivals: list[Any] = []

    def meanwhile(when: str, step: str) -> None:
        if (when, step) == ("before", "save_order") and not rivals:
            rivals.append(None)
            rivals.append(shop.order().must(201))

    house.workflow_faults = meanwhile
    assert shop.order().must(201) == rivals[1]
    assert shop.stock == (8, 3)
    assert_balanced(house)


@pytest.mark.parametrize("paid", [False, True])
def test_a_guest_cancels_until_it_is_paid(house: House, shop: Shop, paid: bool) -> None:
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    house.pay(shop.token, order_no, lost=not paid)
    path = f"/api/shop-orders/{order_no}/cancellation"
    if paid:
        # The money has arrived but is not settled yet.
        house.send("POST", path, token=shop.token).refused(409, "not_cancellable")
        house.settle()
        house.send("POST", path, token=shop.token).refused(409, "not_cancellable")
        assert shop.get(order_no)["status"] == "paid"
    else:
        assert house.send("POST", path, token=shop.token).must(200)["status"] == "cancelled"
        assert house.send("POST", path, token=shop.token).must(200)["status"] == "cancelled"
        assert shop.state == Shop.UNTOUCHED
        house.settle()
        # WeChat did have the guest's money: it is refunded automatically.
        [refund] = house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]
        assert refund["amount"] == 5000
    assert_balanced(house)


def test_only_a_cancellation_names_the_payment_to_close(house: House, shop: Shop) -> None:
    cancelled = shop.order("cancelled", balance=0).must(201)["order_no"]
    house.send("POST", f"/api/orders/{cancelled}/payments", token=shop.token).must(201)
    house.send("POST", f"/api/shop-orders/{cancelled}/cancellation", token=shop.token).must(200)
    paid = shop.order("paid", balance=0).must(201)["order_no"]
    house.pay(shop.token, paid)
    house.settle()
    assert shop.get(paid)["status"] == "paid"
    naming = [
        (row["aggregate_id"]["S"], row["type"]["S"])
        for row in house.rows("outbox")
        if row["aggregate_id"]["S"] in {cancelled, paid} and "payment_id" in row["payload"]["S"]
    ]
    assert naming == [(cancelled, "shop_order.cancelled")]


def test_an_order_that_is_not_paid_in_time_is_cancelled(house: House, shop: Shop) -> None:
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    house.settle()
    [early] = [json for json in house.messages("ShopOrderWaitsQueue") if order_no in json]
    with clock_at(NOW + timedelta(minutes=29)):
        assert house.feed("end_shop_order_wait", [early]) == []
        assert shop.get(order_no)["status"] == "pending_payment"
    with clock_at(NOW + timedelta(minutes=31)):
        assert house.feed("end_shop_order_wait", [early, early]) == []
        assert shop.get(order_no)["status"] == "cancelled"
        assert shop.state == Shop.UNTOUCHED
        house.settle()
        assert_balanced(house)


def test_the_sweeper_wakes_a_timer_that_was_lost(house: House, shop: Shop) -> None:
    order_no = shop.order().must(201)["order_no"]
    house.settle()
    house.messages("ShopOrderWaitsQueue")
    with clock_at(NOW + timedelta(minutes=30, seconds=30)):
        assert house.invoke("sweep_due", {})["woken"] == 0
    with clock_at(NOW + timedelta(minutes=32)):
        assert house.invoke("sweep_due", {})["woken"] == 1
        assert house.drain("end_shop_order_wait") == []
        assert shop.get(order_no)["status"] == "cancelled"
        assert house.invoke("sweep_due", {})["woken"] == 0


def test_an_order_is_woken_once_in_ten_minutes(house: House, shop: Shop) -> None:
    shop.order().must(201)
    house.settle()
    house.messages("ShopOrderWaitsQueue")
    for minutes, woken in ((32, 1), (33, 0), (41, 0), (43, 1)):
        with clock_at(NOW + timedelta(minutes=minutes)):
            assert house.invoke("sweep_due", {})["woken"] == woken, minutes
    assert len(house.messages("ShopOrderWaitsQueue")) == 2


def test_points_have_no_ceiling_when_they_are_earned(house: House, shop: Shop) -> None:
    body = {"change": 99_999_990, "reason": "Much"}
    shop.staff("POST", f"/users/{shop.user_id}/points-changes", body).must(201)
    order_no = _paid(house, shop)
    assert shop.me["points"] == 100_000_100
    _refund(shop, order_no).must(202)
    house.settle()
    _arrive(house, order_no)
    assert shop.me["points"] == 99_999_990
    assert_balanced(house)


def test_money_that_wechat_knows_of_keeps_an_order_past_its_time(house: House, shop: Shop) -> None:
    order_no = shop.order().must(201)["order_no"]
    house.pay(shop.token, order_no, lost=True)
    house.settle()
    with clock_at(NOW + timedelta(minutes=32)):
        house.invoke("sweep_due", {})
        assert house.drain("end_shop_order_wait") == []
        house.settle()
        assert shop.get(order_no)["status"] == "paid"
        assert_balanced(house)


def test_money_for_an_order_that_was_cancelled_goes_back(house: House, shop: Shop, before_commit: Arrange) -> None:
    order_no = shop.order().must(201)["order_no"]
    house.pay(shop.token, order_no, lost=True)
    house.send("POST", f"/api/shop-orders/{order_no}/cancellation", token=shop.token).must(200)
    house.settle()
    [refund] = house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]
    assert refund["amount"] == 11000
    house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})
    house.settle()
    assert shop.get(order_no)["status"] == "cancelled"
    assert shop.me["points"] == 0
    assert_balanced(house)


def _paid(house: House, shop: Shop, **more: Any) -> str:
    order_no: str = shop.order(**more).must(201)["order_no"]
    if shop.get(order_no)["status"] == "pending_payment":
        house.pay(shop.token, order_no)
    house.settle()
    return order_no


def _ship(shop: Shop, order_no: str, tracking_no: str = "SF123", key: str = "ship-1") -> Any:
    body = {"carrier": "SF", "tracking_no": tracking_no}
    return shop.staff("POST", f"/orders/{order_no}/shipment", body, key)


def test_goods_are_sent_and_received(house: House, shop: Shop) -> None:
    order_no = shop.order().must(201)["order_no"]
    _ship(shop, order_no).refused(409, "invalid_transition")
    house.pay(shop.token, order_no)
    house.settle()
    receipt = f"/api/shop-orders/{order_no}/receipt"
    house.send("POST", receipt, token=shop.token).refused(409, "invalid_transition")
    assert _ship(shop, order_no).must(200)["tracking_no"] == "SF123"
    assert _ship(shop, order_no).must(200)["status"] == "shipped"
    assert _ship(shop, order_no, key="ship-2").must(200)["status"] == "shipped"
    _ship(shop, order_no, "SF999", "ship-3").refused(409, "invalid_transition")
    house.send("POST", receipt, token=house.guest("13900000002")).refused(404, "not_found")
    assert house.send("POST", receipt, token=shop.token).must(200)["status"] == "received"
    assert house.send("POST", receipt, token=shop.token).must(200)["status"] == "received"
    house.settle()
    assert_balanced(house)


def test_goods_count_as_received_after_ten_days(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop)
    _ship(shop, order_no).must(200)
    house.settle()
    house.messages("ShopOrderWaitsQueue")
    with clock_at(NOW + timedelta(days=9, hours=23)):
        assert house.invoke("sweep_due", {})["woken"] == 0
    with clock_at(NOW + timedelta(days=10, minutes=1)):
        assert house.invoke("sweep_due", {})["woken"] == 1
        assert house.drain("end_shop_order_wait") == []
        house.settle()
    [row] = house.rows("shop-orders")
    assert row["status"]["S"] == "received"
    assert "due_at" not in row


def _refund(shop: Shop, order_no: str, amount: int | None = None, key: str = "refund-1") -> Any:
    body = {"reason": "Broken"} | ({} if amount is None else {"amount": amount})
    return shop.staff("POST", f"/orders/{order_no}/refunds", body, key)


def _arrive(house: House, order_no: str) -> None:
    for refund in house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]:
        if refund["status"] != "SUCCESS":
            house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})
    house.settle()


def test_a_whole_refund_goes_back_the_way_the_money_came(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop, **shop.whole)
    refund = _refund(shop, order_no).must(202)
    assert (refund["amount"], refund["from_balance"], refund["status"]) == (9000, 4000, "requested")
    assert shop.get(order_no)["status"] == "refunding"
    assert shop.state == Shop.UNTOUCHED
    assert _refund(shop, order_no).must(202)["out_refund_no"] == refund["out_refund_no"]
    house.settle()
    assert shop.me["points"] == 50
    _arrive(house, order_no)
    assert shop.get(order_no)["status"] == "refunded"
    assert shop.me["points"] == 0
    _refund(shop, order_no, 1, "refund-2").refused(409, "refund_exceeds_payment")
    assert_balanced(house)


def test_an_order_of_goods_has_no_folio_to_pay_a_credit_from(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop, **shop.whole)
    body = {"reason": "Broken", "from_credit": True}
    refused = shop.staff("POST", f"/orders/{order_no}/refunds", body, "refund-1").refused(422, "invalid_request")
    assert [it["field"] for it in refused["errors"]] == ["from_credit"]
    assert house.rows("refunds") == []
    assert_balanced(house)


def test_a_refund_takes_wechats_money_first_then_the_balance(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop, **shop.whole)
    assert _refund(shop, order_no, 3000).must(202)["from_balance"] == 0
    assert shop.get(order_no)["status"] == "paid"
    house.settle()
    _arrive(house, order_no)
    assert shop.me["points"] == 20
    second = _refund(shop, order_no, 2500, "refund-2").must(202)
    assert (second["amount"], second["from_balance"]) == (2500, 500)
    house.settle()
    assert shop.me["balance"] == 16500
    _refund(shop, order_no, 3501, "refund-3").refused(409, "refund_exceeds_payment")
    # The rest was paid from the balance, but WeChat has not paid its part of the refund yet.
    third = _refund(shop, order_no, 3500, "refund-3").must(202)
    assert (third["amount"], third["from_balance"], third["status"], third["payment_id"]) == (
        3500,
        3500,
        "succeeded",
        None,
    )
    assert shop.get(order_no)["status"] == "refunding"
    _arrive(house, order_no)
    assert shop.get(order_no)["status"] == "refunded"
    assert shop.state == Shop.UNTOUCHED
    assert [refund["amount"] for refund in shop.get(order_no)["refunds"]] == [3000, 2500, 3500]
    assert_balanced(house)


def test_the_last_refund_meets_money_that_arrives_at_the_same_moment(
    house: House, shop: Shop, before_commit: Arrange
) -> None:
    order_no = _paid(house, shop, **shop.whole)
    _refund(shop, order_no, 5000).must(202)
    house.settle()
    before_commit(lambda: _arrive(house, order_no))
    _refund(shop, order_no, 4000, "refund-2").must(202)
    assert shop.get(order_no)["status"] == "refunded"
    house.settle()
    assert_balanced(house)


def test_what_the_balance_paid_is_refunded_at_once(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop, balance=11000)
    assert _refund(shop, order_no).must(202)["status"] == "succeeded"
    assert shop.get(order_no)["status"] == "refunded"
    assert shop.state == Shop.UNTOUCHED
    house.settle()
    assert_balanced(house)


def test_what_a_coupon_paid_can_be_ended_too(house: House) -> None:
    house.template(name="All", amount=100_000, minimum_spend=0)
    shop = Shop(house)
    order_no = _paid(house, shop, coupon_id=shop.coupon["coupon_id"])
    assert shop.get(order_no)["payable"] == 0
    _refund(shop, order_no, 1).refused(409, "refund_exceeds_payment")
    _refund(shop, order_no).must(202)
    assert shop.get(order_no)["status"] == "refunded"
    assert shop.state == Shop.UNTOUCHED
    assert_balanced(house)


@pytest.mark.parametrize("amount", [None, 4000])
def test_goods_that_come_back_are_in_stock_and_their_money_goes_back(
    house: House, shop: Shop, amount: int | None
) -> None:
    order_no = _paid(house, shop, **shop.whole)
    path = f"/orders/{order_no}/return"
    shop.staff("POST", path, {}).refused(409, "invalid_transition")
    _ship(shop, order_no).must(200)
    # Goods that were sent stay with the guest after a refund.
    _refund(shop, order_no, 1000).must(202)
    assert shop.stock == (8, 3)
    body = {} if amount is None else {"amount": amount}
    shop.staff("POST", path, {"amount": 8001}).refused(409, "refund_exceeds_payment")
    assert shop.staff("POST", path, body).must(200)["status"] == "returned"
    assert shop.staff("POST", path, body).must(200)["status"] == "returned"
    house.settle()
    _arrive(house, order_no)
    if amount is None:
        assert shop.state == Shop.UNTOUCHED
        assert shop.me["points"] == 0
    else:
        assert shop.state == ((10, 4), 16000, "used")
        assert shop.me["points"] == 0
    assert shop.get(order_no)["status"] == "returned"
    assert_balanced(house)


def test_a_checkout_that_came_to_nothing_cannot_be_refunded(house: House, shop: Shop) -> None:
    def fail(when: str, step: str) -> None:
        if (when, step) == ("before", "confirm_order"):
            raise RuntimeError("broken")

    house.workflow_faults = fail
    shop.order(**shop.whole).refused(503, "busy")
    [row] = house.rows("shop-orders")
    refused = _refund(shop, row["order_no"]["S"]).refused(409, "refund_exceeds_payment")
    assert refused["refundable"] == 0
    assert shop.state == Shop.UNTOUCHED
    assert_balanced(house)


def test_a_key_is_good_for_one_order(house: House, shop: Shop) -> None:
    first = _paid(house, shop, balance=7000, tea=1, cups=0)
    second = shop.order("order-2", balance=7000, tea=1, cups=0).must(201)["order_no"]
    assert _refund(shop, first).must(202)["order_no"] == first
    _refund(shop, second).refused(422, "idempotency_key_reused")
    assert shop.get(second)["status"] == "paid"
    body, other = {"change": 5, "reason": "Gift"}, house.log_in("13900000002")["user"]["user_id"]
    shop.staff("POST", f"/users/{shop.user_id}/balance-changes", body, "k").must(201)
    shop.staff("POST", f"/users/{other}/balance-changes", body, "k").refused(422, "idempotency_key_reused")


def test_the_coupon_of_returned_goods_comes_with_the_last_fen(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop, **shop.whole)
    _ship(shop, order_no).must(200)
    shop.staff("POST", f"/orders/{order_no}/return", {"amount": 6000}).must(200)
    assert shop.state == ((10, 4), 17000, "used")
    _refund(shop, order_no, 1000).must(202)
    assert shop.state == ((10, 4), 18000, "used")
    _refund(shop, order_no, key="refund-2").must(202)
    assert shop.state == Shop.UNTOUCHED
    house.settle()
    _arrive(house, order_no)
    assert_balanced(house)


def test_what_an_order_took_comes_back_to_a_full_account_too(house: House, shop: Shop) -> None:
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    shop.put_on_balance(100_000_000 - 16_000, "much")
    house.send("POST", f"/api/shop-orders/{order_no}/cancellation", token=shop.token).must(200)
    assert shop.me["balance"] == 100_004_000
    assert_balanced(house)


def test_points_that_are_gone_are_not_taken_back(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop)
    body = {"change": -100, "reason": "Gift shop"}
    shop.staff("POST", f"/users/{shop.user_id}/points-changes", body).must(201)
    assert shop.me["points"] == 10
    _refund(shop, order_no).must(202)
    house.settle()
    _arrive(house, order_no)
    assert shop.me["points"] == 0
    assert_balanced(house)


def test_a_refund_that_is_heard_of_before_its_payment_earns_nothing(house: House, shop: Shop) -> None:
    order_no = shop.order().must(201)["order_no"]
    house.pay(shop.token, order_no)
    house.relay()
    [late] = house.messages("PointsQueue")
    house.drain("mark_shop_order_paid")
    house.settle()
    _refund(shop, order_no, 5050).must(202)
    house.settle()
    _arrive(house, order_no)
    assert shop.me["points"] == 0
    assert house.feed("award_points", [late, late]) == []
    assert shop.me["points"] == 59
    assert_balanced(house)


def test_staff_see_orders_by_state_and_guests_their_own(house: House, shop: Shop) -> None:
    paid = _paid(house, shop, tea=1, cups=0)
    numbers = [shop.order(f"key-{n}", tea=1, cups=0).must(201)["order_no"] for n in range(3)]

    def listed(query: str, token: str | None = None) -> list[str]:
        found: list[str] = []
        cursor = ""
        while True:
            page = house.send("GET", f"/api/{query}{cursor}", token=token or house.admin).must(200)
            found += [order["order_no"] for order in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    newest_first = [*reversed(numbers), paid]
    assert listed("staff/shop-orders?limit=2") == newest_first
    assert listed("staff/shop-orders?limit=1&status=pending_payment") == newest_first[:3]
    assert listed("staff/shop-orders?status=paid") == [paid]
    assert listed("shop-orders?limit=3", shop.token) == newest_first
    assert listed("shop-orders?limit=3&status=paid", shop.token) == [paid]
    stranger = house.guest("13900000002")
    assert listed("shop-orders?limit=3", stranger) == []
    house.send("GET", f"/api/shop-orders/{paid}", token=stranger).refused(404, "not_found")
    house.send("POST", f"/api/shop-orders/{paid}/cancellation", token=stranger).refused(404, "not_found")
    house.send("POST", f"/api/orders/{paid}/payments", token=stranger).refused(404, "not_found")
    [masked] = house.send("GET", "/api/staff/shop-orders?status=paid", token=house.admin).body["items"]
    assert masked["phone_number"] == "138****8000"
    [whole] = house.send("GET", f"/api/staff/shop-orders?order_no={paid}", token=house.admin).must(200)["items"]
    assert (whole["order_no"], whole["phone_number"]) == (paid, "13800138000")
    house.send("GET", "/api/staff/shop-orders?order_no=S0NOTHING", token=house.admin).refused(404, "not_found")


def test_the_packers_queue_has_all_kinds_in_the_order_of_their_making(house: House, shop: Shop) -> None:
    sale_id = flash_sale(house, stock=9)
    made: list[str] = []
    for number in range(3):
        # In turns, each two minutes after the one before.
        with clock_at(NOW + timedelta(minutes=4 * number)):
            buyer = house.guest(f"1390000000{number}")
            flash = _won(house, sale_id, buyer)
            house.pay(buyer, flash)
            house.settle()
        with clock_at(NOW + timedelta(minutes=4 * number + 2)):
            made += [flash, shop.order(f"k-{number}", tea=1, cups=0, balance=4000).must(201)["order_no"]]
            house.settle()

    def listed(query: str, limit: int) -> list[str]:
        found: list[str] = []
        cursor = ""
        while True:
            path = f"/api/staff/shop-orders?limit={limit}{query and f'&{query}'}{cursor}"
            page = house.send("GET", path, token=house.admin).must(200)
            assert [it["kind"] for it in page["items"]] == [KINDS[it["order_no"][0]] for it in page["items"]]
            found += [it["order_no"] for it in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    for limit in (1, 2, 5, 20):
        assert listed("status=paid&oldest_first=true", limit) == made
        assert listed("status=paid", limit) == listed("", limit) == made[::-1]
        assert listed("oldest_first=true", limit) == made
        assert listed("status=paid&kind=flash&oldest_first=true", limit) == made[::2]
        assert listed("kind=shop", limit) == made[1::2][::-1]
    # What is packed leaves the queue, and may be returned to no other list's cursor.
    first = house.send("GET", "/api/staff/shop-orders?status=paid&limit=1", token=house.admin).must(200)
    other = f"/api/staff/shop-orders?status=paid&limit=1&oldest_first=true&cursor={first['next_cursor']}"
    house.send("GET", other, token=house.admin).refused(422, "invalid_request")
    shop.staff("POST", f"/orders/{made[1]}/shipment", {"carrier": "SF", "tracking_no": "SF1"}).must(200)
    assert listed("status=paid&oldest_first=true", 2) == [made[0], *made[2:]]
    seen = counted(lambda: shop.staff("GET", "/shop-orders?limit=20").must(200))
    assert seen.number_of_calls <= 5
    assert_balanced(house)


KINDS = {"S": "shop", "F": "flash"}


def _won(house: House, sale_id: str, token: str) -> str:
    path = f"/api/flash-sales/{sale_id}/orders"
    ticket = house.send("POST", path, token=token).must(202)["ticket"]
    assert house.drain("place_flash_order") == []
    order_no: str = house.send("GET", f"{path}/mine?ticket={ticket}", token=token).must(200)["order_no"]
    return order_no


def test_who_packs_reads_a_phone_number_in_full_and_the_audit_says_who(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop)

    def readers() -> list[str]:
        entries = shop.staff("GET", f"/audit?target={order_no}").must(200)["items"]
        return [entry["actor"] for entry in entries if entry["action"] == "read_order"]

    def moved(path: str, body: dict[str, Any]) -> str:
        where = f"/api/staff/orders/{order_no}/{path}"
        phone: str = house.send("POST", where, body, house.admin, Idempotency_Key="k").must(200)["phone_number"]
        return phone

    shown = [moved("shipment", {"carrier": "SF", "tracking_no": "SF1"}) for _ in range(2)]
    shown += [moved("return", {"reason": "Broken"}) for _ in range(2)]
    assert shown == ["138****8000"] * 4
    shop.staff("GET", "/shop-orders").must(200)
    assert readers() == []
    packer = house.token(Role.ADMIN, subject="packer")
    path = f"/api/staff/shop-orders?order_no={order_no}"
    [whole] = house.send("GET", path, token=packer).must(200)["items"]
    assert whole["phone_number"] == "13800138000"
    assert readers() == ["packer"]
    # Whoever may not read it leaves no trace.
    house.send("GET", path, token=house.token(Role.STAFF, "H-any")).refused(403, "forbidden")
    assert readers() == ["packer"]


def test_goods_are_the_admins(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop)
    clerk = house.token(Role.STAFF, house.hotel()["hotel_id"])
    house.send("GET", "/api/staff/shop-orders", token=clerk).refused(403, "forbidden")
    for path in (f"orders/{order_no}/messages", f"payments?order_no={order_no}", f"orders/{order_no}/notifications"):
        house.send("GET", f"/api/staff/{path}", token=clerk).refused(404, "not_found")
        house.send("GET", f"/api/staff/{path}", token=house.admin).must(200)
    refund = {"reason": "Mine"}
    path = f"/api/staff/orders/{order_no}/refunds"
    house.send("POST", path, refund, clerk, Idempotency_Key="k").refused(404, "not_found")


def test_staff_see_an_orders_messages_and_what_became_of_them(house: House, shop: Shop) -> None:
    order_no = shop.order().must(201)["order_no"]

    def messages() -> dict[str, tuple[str, dict[str, tuple[str, int]]]]:
        found = shop.staff("GET", f"/orders/{order_no}/messages").must(200)["items"]
        return {
            it["type"]: (it["state"], {one["consumer"]: (one["state"], one["tries"]) for one in it["consumers"]})
            for it in found
        }

    waiting = {"end_shop_order_wait": ("waiting", 0), "send_notice": ("waiting", 0)}
    assert messages() == {"shop_order.created": ("waiting", waiting)}
    house.relay()
    sent = {"end_shop_order_wait": ("in_progress", 0), "send_notice": ("in_progress", 0)}
    assert messages() == {"shop_order.created": ("sent", sent)}
    house.pay(shop.token, order_no)
    house.relay()
    [paid] = house.messages("PaidShopOrdersQueue")
    assert house.feed("mark_shop_order_paid", [paid.replace(order_no, "S0NOTHING")]) != []
    house.drain("award_points")
    after = messages()["payment.succeeded"]
    assert after == (
        "sent",
        {
            "mark_shop_order_paid": ("failed", 1),
            "award_points": ("done", 1),
            "record_payment_log": ("in_progress", 0),
        },
    )
    house.feed("mark_shop_order_paid", [paid])
    assert messages()["payment.succeeded"][1]["mark_shop_order_paid"] == ("done", 2)


def test_a_wait_that_ended_at_the_second_try_is_not_shown_as_failed(house: House, shop: Shop) -> None:
    order_no = _paid(house, shop)
    _ship(shop, order_no).must(200)
    house.settle()
    house.messages("ShopOrderWaitsQueue")

    def timer() -> tuple[str, int]:
        found = shop.staff("GET", f"/orders/{order_no}/messages").must(200)["items"]
        [sent] = [message for message in found if message["type"] == "shop_order.shipped"]
        [known] = [one for one in sent["consumers"] if one["consumer"] == "end_shop_order_wait"]
        return known["state"], known["tries"]

    later = NOW + timedelta(days=10, minutes=1)
    with clock_at(later), pytest.MonkeyPatch.context() as patch:
        house.invoke("sweep_due", {})
        [message] = house.messages("ShopOrderWaitsQueue")
        patch.setattr("posthouse.services.shop.shop_order_waits.receive_by_time", lambda *_: 1 / 0)
        assert house.feed("end_shop_order_wait", [message]) != []
    assert timer() == ("failed", 1)
    with clock_at(later):
        assert house.feed("end_shop_order_wait", [message]) == []
    assert shop.get(order_no)["status"] == "received"
    assert timer() == ("done", 2)


def test_a_booking_has_its_messages_and_points_too(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    clerk = house.token(Role.STAFF, room["hotel_id"])
    found = house.send("GET", f"/api/staff/orders/{order_no}/messages", token=clerk).must(200)["items"]
    assert [it["type"] for it in found] == ["booking.created", "payment.succeeded", "booking.paid"]
    waiting = {(one["consumer"], one["state"]) for it in found for one in it["consumers"] if one["state"] != "done"}
    assert waiting == set()
    assert house.send("GET", "/api/me", token=token).must(200)["points"] == 300
    assert_balanced(house)
