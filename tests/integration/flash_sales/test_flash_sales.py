"""Flash sales: every ticket has one verdict, every unit is sold once, and a returned unit is sold again."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from cachetools import TTLCache

from posthouse.domain.challenge import solve
from posthouse.domain.flash_sale import LATE_SUBMISSIONS, FlashSale, Ticket
from posthouse.domain.identity import Role
from posthouse.entry.flash_sales import flash_tokens
from posthouse.services.flash_sales import flash_orders, sale_cache
from posthouse.services.flash_sales import flash_sales as flash_services
from posthouse.store import flash_sales
from posthouse.store.transaction import StoreBusy, Transaction
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.shopping import Shop
from tests.support.clock import clock_at
from tests.support.template import template


class Sale:
    """A sale of so many units at 9900 fen each, open for an hour; the article has 100 units."""

    def __init__(self, house: House, stock: int = 2, **more: Any) -> None:
        self.house = house
        goods = {"name": "Candle", "price": 12800, "stock": 100, "description": "", "images": []}
        self.goods_id: str = house.send("POST", "/api/staff/goods", goods, house.admin).must(201)["goods_id"]
        wish = {
            "goods_id": self.goods_id,
            "price": 9900,
            "stock": stock,
            "starts_at": NOW.isoformat(),
            "ends_at": (NOW + timedelta(hours=1)).isoformat(),
            **more,
        }
        self.sale_id: str = house.send("POST", "/api/staff/flash-sales", wish, house.admin).must(201)["sale_id"]

    def buyer(self, number: int) -> str:
        """A guest's token, without a login."""
        return self.house.token(Role.GUEST, subject=f"U{number:026}")

    def press(self, token: str, body: Any = None) -> Reply:
        return self.house.send("POST", f"/api/flash-sales/{self.sale_id}/orders", body, token)

    def ask(self, token: str, ticket: str) -> Reply:
        return self.house.send("GET", f"/api/flash-sales/{self.sale_id}/orders/mine?ticket={ticket}", token=token)

    def verdict(self, token: str, ticket: str) -> tuple[str, str | None]:
        found = self.ask(token, ticket).must(200)
        return found["status"], found["order_no"]

    def buy(self, token: str) -> tuple[str, str | None]:
        """Submit, process the queue, and ask for the verdict."""
        ticket = self.press(token).must(202)["ticket"]
        assert self.house.drain("place_flash_order") == []
        return self.verdict(token, ticket)

    def change(self, **body: Any) -> Reply:
        return self.house.send("PUT", f"/api/staff/flash-sales/{self.sale_id}", body, self.house.admin)

    def cancel(self, token: str, order_no: str | None) -> None:
        self.house.send("POST", f"/api/shop-orders/{order_no}/cancellation", token=token).must(200)

    @property
    def shown(self) -> dict[str, Any]:
        """The sale as staff see it now."""
        items = self.house.send("GET", "/api/staff/flash-sales", token=self.house.admin).must(200)["items"]
        [found] = [sale for sale in items if sale["sale_id"] == self.sale_id]
        assert found["sold"] + found["left"] + found["moved_back"] == found["stock"]
        result: dict[str, Any] = found
        return result

    @property
    def counts(self) -> tuple[int, int, int]:
        """Sold, left, moved back."""
        return self.shown["sold"], self.shown["left"], self.shown["moved_back"]

    @property
    def stock(self) -> int:
        left: int = self.house.send("GET", f"/api/goods/{self.goods_id}").must(200)["stock"]
        return left


def test_a_sale_takes_its_units_from_the_goods_and_shows_itself(house: House) -> None:
    sale = Sale(house, stock=30)
    assert sale.stock == 70
    [listed] = house.send("GET", "/api/flash-sales").must(200)["items"]
    assert listed == house.send("GET", f"/api/flash-sales/{sale.sale_id}").must(200)
    assert (listed["status"], listed["stock"], listed["left"], listed["price"]) == ("open", 30, 30, 9900)
    house.send("GET", "/api/flash-sales/LNOTHING").refused(404, "not_found")
    wish = {"goods_id": sale.goods_id, "price": 1, "stock": 71, "starts_at": "2026-11-21T04:00:00Z"}
    path = "/api/staff/flash-sales"
    later = {"ends_at": "2026-11-22T04:00:00Z"}
    house.send("POST", path, {**wish, **later}, house.admin).refused(409, "insufficient_stock")
    house.send("POST", path, {**wish, "ends_at": wish["starts_at"]}, house.admin).refused(422, "invalid_request")
    house.send("POST", path, {**wish, **later, "goods_id": "GNOTHING"}, house.admin).refused(404, "not_found")
    assert_balanced(house)


@pytest.mark.parametrize(("wish", "shards"), [({}, 1), ({"orders_a_second": 250}, 3), ({"shards": 7}, 5)])
def test_a_stock_has_the_shards_that_it_needs(house: House, wish: dict[str, int], shards: int) -> None:
    sale = Sale(house, stock=5, **wish)
    assert sale.shown["shards"] == shards
    assert sum(int(row["left"]["N"]) for row in house.rows("flash-shards")) == 5


def test_staff_see_one_sale_and_how_many_wait_for_a_verdict(house: House) -> None:
    other, sale = Sale(house), Sale(house)

    def asked(sale_id: str) -> Reply:
        return house.send("GET", f"/api/staff/flash-sales?sale_id={sale_id}", token=house.admin)

    for number in range(3):
        sale.press(sale.buyer(number)).must(202)
    found = asked(sale.sale_id).must(200)
    assert ([it["sale_id"] for it in found["items"]], found["next_cursor"], found["waiting"]) == (
        [sale.sale_id],
        None,
        3,
    )
    assert house.drain("place_flash_order") == []
    found = asked(sale.sale_id).must(200)
    assert (found["items"][0]["sold"], found["waiting"]) == (2, 0)
    assert asked(other.sale_id).must(200)["items"][0]["sold"] == 0
    asked("L0NOTHING").refused(404, "not_found")


def test_staff_see_how_many_submissions_have_a_verdict(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    other, sale = Sale(house), Sale(house, stock=2, shards=2)
    buyers = [sale.buyer(number) for number in range(5)]
    for buyer in buyers:
        sale.press(buyer).must(202)
    house.forget_caches()
    # In another environment a winner submits again, and another guest buys in another sale.
    sale.press(buyers[0]).must(202)
    other.press(buyers[0]).must(202)
    bodies = house.messages("FlashOrdersQueue")
    real, counted = BaseClient._make_api_call, Counter[str]()

    def counting(client: Any, name: str, kwargs: Any) -> Any:
        counted[name] += name == "UpdateItem"
        return real(client, name, kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", counting)
        assert house.feed("place_flash_order", bodies) == []
    verdicts = Counter(row["verdict"]["S"] for row in house.rows("flash-verdicts"))
    assert verdicts == {"won": 3, "sold_out": 3, "already_bought": 1}
    assert counted["UpdateItem"] == 2, "one for each sale, however many verdicts"
    assert (sale.shown["decided"], other.shown["decided"]) == (6, 1)
    # A repeated submission with any verdict changes no count and writes nothing.
    assert house.feed("place_flash_order", bodies) == []
    house.forget_caches()
    assert house.feed("place_flash_order", bodies) == []
    assert sale.change(state="ended").must(200)["decided"] == 6
    assert other.shown["decided"] == 1
    assert_balanced(house)


def test_a_tally_that_cannot_be_written_fails_no_ticket(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sale = Sale(house, stock=1)
    tickets = [(sale.buyer(number), sale.press(sale.buyer(number)).must(202)["ticket"]) for number in range(2)]
    bodies = house.messages("FlashOrdersQueue")
    real = BaseClient._make_api_call

    def breaking(client: Any, name: str, kwargs: Any) -> Any:
        if name == "UpdateItem":
            raise ConnectionError("broken")
        return real(client, name, kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", breaking)
        assert house.feed("place_flash_order", bodies) == []
    assert [it.message for it in caplog.records if it.levelname == "WARNING"] == ["the work after a batch has failed"]
    assert "ERROR" not in {it.levelname for it in caplog.records}, "the alarm of faults counts those"
    assert sorted(sale.verdict(*it)[0] for it in tickets) == ["sold_out", "won"]
    assert sale.shown["decided"] == 0
    # Counts that were not written are dropped, not kept for later.
    assert sale.buy(sale.buyer(2))[0] == "sold_out"
    assert sale.shown["decided"] == 1


def test_a_winner_pays_says_where_to_and_is_sent_it(house: House) -> None:
    sale, token = Sale(house), house.guest()
    ticket = sale.press(token).must(202)
    assert ticket["status"] == "queued"
    assert sale.verdict(token, ticket["ticket"]) == ("queued", None)
    assert house.rows("flash-verdicts") == house.rows("shop-orders") == []
    assert house.drain("place_flash_order") == []
    status, order_no = sale.verdict(token, ticket["ticket"])
    assert status == "won"
    order = house.send("GET", f"/api/flash-orders/{order_no}", token=token).must(200)
    assert (order["status"], order["payable"], order["sale_id"]) == ("pending_payment", 9900, sale.sale_id)
    assert house.pay(token, str(order_no))["amount"] == 9900
    house.settle()
    shipment = {"carrier": "SF", "tracking_no": "SF1"}
    ship = f"/api/staff/orders/{order_no}/shipment"
    house.send("POST", ship, shipment, house.admin).refused(409, "address_missing")
    address = {"address": "1 Test Road", "consignee": "李雷", "phone_number": "13800138000"}
    path = f"/api/flash-orders/{order_no}/address"
    house.send("PUT", path, address, sale.buyer(9)).refused(404, "not_found")
    assert house.send("PUT", path, address, token).must(200)["consignee"] == "李雷"
    house.send("POST", ship, shipment, house.admin).must(200)
    house.send("PUT", path, address, token).refused(409, "invalid_transition")
    house.settle()
    assert sale.counts == (1, 1, 0)
    kinds = [it["kind"] for it in house.send("GET", "/api/me/notifications", token=token).body["items"]]
    assert sorted(kinds) == ["paid", "shipped", "wait_for_payment"]
    assert_balanced(house)


def test_who_presses_again_has_one_ticket_and_who_has_bought_is_told(house: House) -> None:
    sale, token = Sale(house), house.guest()
    first = sale.press(token).must(202)
    assert sale.press(token).must(202) == first
    assert len(house.messages("FlashOrdersQueue")) == 1
    house.forget_caches()
    # Another environment does not know of it: both are queued, and one wins.
    tickets = [first["ticket"], sale.press(token).must(202)["ticket"]]
    bodies = house.messages("FlashOrdersQueue")
    house.feed("place_flash_order", [_message(first["ticket"], sale), *bodies])
    assert [sale.verdict(token, ticket)[0] for ticket in tickets] == ["won", "already_bought"]
    sale.press(token).refused(409, "already_bought")
    assert sale.counts == (1, 1, 0)
    assert_balanced(house)


def _message(signed: str, sale: Sale) -> str:
    """The message of a ticket."""
    import jwt

    claims = jwt.decode(signed, options={"verify_signature": False})
    event = {
        "event_id": f"{claims['jti']}.1",
        "type": "flash_sale.submitted",
        "aggregate_id": claims["jti"],
        "sequence": 1,
        "occurred_at": claims["at"],
        "correlation_id": "again",
        "payload": {"sale_id": sale.sale_id, "user_id": claims["sub"]},
    }
    return json.dumps(event)


@pytest.mark.parametrize("shards", [1, 3])
def test_as_many_win_as_there_are_units_and_gateways_learn_it(house: House, shards: int) -> None:
    sale = Sale(house, stock=3, shards=shards)
    buyers = [sale.buyer(number) for number in range(8)]
    tickets = [sale.press(buyer).must(202)["ticket"] for buyer in buyers]
    bodies = house.messages("FlashOrdersQueue")
    assert house.feed("place_flash_order", bodies) == []
    verdicts = [sale.verdict(buyer, ticket) for buyer, ticket in zip(buyers, tickets, strict=True)]
    assert Counter(status for status, _ in verdicts) == {"won": 3, "sold_out": 5}
    # Messages that come again, twice or in another order change nothing.
    house.forget_caches()
    assert house.feed("place_flash_order", [*reversed(bodies), *bodies]) == []
    assert [sale.verdict(buyer, ticket) for buyer, ticket in zip(buyers, tickets, strict=True)] == verdicts
    sale.press(sale.buyer(99)).refused(409, "sold_out")
    assert sale.counts == (3, 0, 0)
    # A returned unit is on sale again, and gateways stop reporting the sale as sold out.
    winner, order_no = next((b, no) for b, (status, no) in zip(buyers, verdicts, strict=True) if status == "won")
    sale.cancel(winner, order_no)
    house.forget_caches()
    assert house.send("GET", f"/api/flash-sales/{sale.sale_id}").must(200)["left"] == 1
    assert sale.buy(winner)[0] == "won"
    assert sale.counts == (3, 0, 0)
    assert_balanced(house)


def test_a_unit_that_is_not_paid_for_is_sold_again(house: House) -> None:
    sale, token = Sale(house, stock=1), house.guest()
    _, order_no = sale.buy(token)
    assert sale.buy(sale.buyer(2)) == ("sold_out", None)
    house.settle()
    [early] = [body for body in house.messages("ShopOrderWaitsQueue") if str(order_no) in body]
    with clock_at(NOW + timedelta(minutes=31)):
        assert house.feed("end_shop_order_wait", [early]) == []
        assert house.send("GET", f"/api/flash-orders/{order_no}", token=token).must(200)["status"] == "cancelled"
        house.forget_caches()
        assert sale.buy(sale.buyer(3))[0] == "won"
        house.forget_caches()
        assert sale.buy(token)[0] == "sold_out"
        assert_balanced(house)


def test_a_unit_that_returns_just_as_the_last_shard_empties_is_sold(house: House, before_commit: Arrange) -> None:
    sale = Sale(house, stock=2, shards=2)
    first, second, third = (sale.buyer(number) for number in range(3))
    _, order_no = sale.buy(first)
    assert sale.buy(second)[0] == "won"
    ticket = sale.press(third).must(202)["ticket"]
    # The third finds its shard empty, then both; a unit is returned before it can write its verdict.
    before_commit(lambda: sale.cancel(first, order_no), skip=1)
    assert house.drain("place_flash_order") == []
    assert sale.verdict(third, ticket)[0] == "won"
    assert sale.counts == (2, 0, 0)
    assert_balanced(house)


def test_the_flag_is_not_set_while_a_shard_has_a_unit(house: House, before_commit: Arrange) -> None:
    sale = Sale(house, stock=2, shards=2)
    first, second, third = (sale.buyer(number) for number in range(3))
    _, order_no = sale.buy(first)
    assert sale.buy(second)[0] == "won"
    house.forget_caches()
    ticket = sale.press(third).must(202)["ticket"]
    # The store shows a return row by row: the sale's row is read after the return, the shard's row before it.
    empty = flash_sales.shards_of(_stored(sale))
    sale.cancel(first, order_no)
    with pytest.MonkeyPatch.context() as patch:
        views = [empty]
        real = flash_sales.shards_of
        patch.setattr(flash_sales, "shards_of", lambda it: views.pop() if views else real(it))
        patch.setattr(flash_orders, "_first_shard", lambda *_: None)
        assert house.drain("place_flash_order") == []
    assert sale.verdict(third, ticket)[0] == "won"
    assert_balanced(house)


def _stored(sale: Sale) -> FlashSale:
    found = flash_sales.get(sale.sale_id)
    assert found is not None
    return found


def test_a_verdict_comes_though_everybody_writes_the_flag_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = Sale(house, stock=1)
    sale.buy(sale.buyer(1))
    late = sale.buyer(2)
    ticket = sale.press(late).must(202)["ticket"]
    commit = Transaction.commit

    def busy(transaction: Transaction) -> Any:
        if any(name == "verdict" for name, _ in transaction._groups["put"]):
            raise StoreBusy("conflicts")
        return commit(transaction)

    # The shard is known to be empty: only the flag is written, and there all writers conflict.
    monkeypatch.setattr(flash_orders, "_first_shard", lambda *_: None)
    monkeypatch.setattr(Transaction, "commit", busy)
    assert house.drain("place_flash_order") == []
    assert sale.verdict(late, ticket)[0] == "sold_out"


@pytest.mark.parametrize(
    "window",
    [
        {"ends_at": "9999-12-31T00:00:00Z"},
        {"ends_at": "9999-12-31T23:59:59Z"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": "2026-11-21T04:00:00"},
    ],
)
def test_a_sale_is_within_a_year(house: House, window: dict[str, str]) -> None:
    sale = Sale(house)
    wish = {"goods_id": sale.goods_id, "price": 1, "stock": 1}
    times = {"starts_at": "2026-11-21T04:00:00Z", "ends_at": "2026-11-22T04:00:00Z"}
    path = "/api/staff/flash-sales"
    house.send("POST", path, {**wish, **times, **window}, house.admin).refused(422, "invalid_request")


def test_flash_orders_are_in_no_list_of_all_orders_until_they_are_paid(house: House) -> None:
    """No key is written by everybody while a sale makes its orders, or ends those that nobody paid."""
    sale = Sale(house, stock=3)
    token = house.guest()
    _, order_no = sale.buy(token)
    _, given_up = sale.buy(house.guest("13900000002"))
    sale.cancel(house.guest("13900000002"), given_up)

    def listed(query: str = "") -> list[tuple[str, str]]:
        found = house.send("GET", f"/api/staff/shop-orders{query}", token=house.admin).must(200)
        return [(it["order_no"], it["kind"]) for it in found["items"]]

    assert listed() == listed("?status=pending_payment") == listed("?status=cancelled") == []
    assert [row for row in house.rows("shop-orders") if {"listing", "kind"} & set(row)] == []
    house.pay(token, str(order_no))
    house.settle()
    assert listed() == listed("?status=paid") == listed("?kind=flash") == [(order_no, "flash")]
    assert listed("?kind=shop") == listed("?status=shipped") == []


def test_a_paid_order_can_be_refunded_when_its_claim_is_long_gone(house: House) -> None:
    sale, token = Sale(house, stock=1), house.guest()
    _, order_no = sale.buy(token)
    house.pay(token, str(order_no))
    house.settle()
    [row] = house.rows("flash-claims")
    house.dynamodb.delete_item(TableName="posthouse-flash-claims", Key={"claim": row["claim"]})
    path = f"/api/staff/orders/{order_no}/refunds"
    house.send("POST", path, {"reason": "Lost"}, house.admin, Idempotency_Key="r").must(202)
    assert sale.counts == (0, 1, 0)


def test_a_cached_sale_may_expire_between_two_reads(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = Sale(house)
    clock = itertools.count(0, sale_cache.FRESH_SECONDS * 0.6)
    known = sale_cache.SaleCache()
    monkeypatch.setattr(known, "_sales", TTLCache(10, sale_cache.FRESH_SECONDS, timer=lambda: next(clock)))
    monkeypatch.setattr(known, "_left", TTLCache(10, sale_cache.FRESH_SECONDS, timer=lambda: next(clock)))
    for _ in range(10):
        found = known.sale(sale.sale_id)
        assert found is not None
        assert known.left(found) == 2


@pytest.mark.parametrize("fault", [StoreBusy("stuck"), EndpointConnectionError(endpoint_url="https://aws")], ids=repr)
def test_a_sale_that_cannot_be_closed_holds_back_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    sales = [Sale(house, stock=3) for _ in range(3)]
    close = flash_services._close_shard

    def stuck(sale: FlashSale, shard: Any, step: Any) -> None:
        if sale.sale_id == sales[0].sale_id:
            raise fault
        close(sale, shard, step)

    with clock_at(NOW + timedelta(hours=2)):
        monkeypatch.setattr(flash_services, "_close_shard", stuck)
        with pytest.raises(type(fault)):
            house.invoke("close_flash_sales", {})
        assert [sale.shown["left"] for sale in sales] == [3, 0, 0]
        monkeypatch.setattr(flash_services, "_close_shard", close)
        assert house.invoke("close_flash_sales", {}) == {"closed": 1}
    assert_balanced(house)


def test_a_sale_whose_creation_was_not_answered_is_there_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = BaseClient._make_api_call, Counter[str]()

    def lost(client: Any, name: str, kwargs: Any) -> Any:
        answer = real(client, name, kwargs)
        if name == "TransactWriteItems" and "posthouse-flash-sales" in str(kwargs) and not tries["lost"]:
            tries["lost"] = 1
            error = {"Error": {"Code": "TransactionInProgressException", "Message": "in progress"}}
            raise ClientError(error, name)
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", lost)
    sale = Sale(house, stock=60)
    assert tries["lost"] == 1
    assert (sale.counts, sale.stock) == ((0, 60, 0), 40)
    assert_balanced(house)


def test_a_stock_above_its_limit_can_be_made_smaller(house: House) -> None:
    sale = Sale(house, stock=50)
    path = f"/api/staff/goods/{sale.goods_id}/stock-changes"
    house.send("POST", path, {"change": 10_000_000 - 50, "reason": "Delivery"}, house.admin).must(200)
    sale.change(state="ended").must(200)
    assert sale.stock == 10_000_050
    house.send("POST", path, {"change": 1, "reason": "More"}, house.admin).refused(409, "insufficient_stock")
    assert house.send("POST", path, {"change": -20, "reason": "Less"}, house.admin).must(200)["stock"] == 10_000_030


def tokens_ticket(house: House, sale: Sale, token: str, at: Any = NOW) -> str:
    """Make a ticket, signed as the gateway would sign it."""
    import jwt

    user_id = jwt.decode(token, options={"verify_signature": False})["sub"]
    ticket = Ticket("01M7Y45NJECXPH5MMEMG1DEXVK", sale.sale_id, user_id, at)
    return house.as_function("submit_flash_order", lambda: flash_tokens.sign_ticket(ticket))


def test_sales_begin_pause_and_end(house: House) -> None:
    sale, token = Sale(house, stock=5, starts_at=(NOW + timedelta(minutes=5)).isoformat()), house.guest()
    assert sale.press(token).refused(409, "sale_not_open")["status"] == 409
    assert house.send("GET", f"/api/flash-sales/{sale.sale_id}").must(200)["status"] == "scheduled"
    with clock_at(NOW + timedelta(minutes=6)):
        sale.press(token).must(202)
        assert sale.change(state="paused").must(200)["status"] == "paused"
        house.forget_caches()
        sale.press(token).refused(409, "sale_not_open")
        assert sale.change(state="active").must(200)["status"] == "open"
        house.forget_caches()
        sale.press(token).must(202)
    with clock_at(NOW + timedelta(minutes=60)):
        sale.press(token).refused(409, "sale_not_open")
    assert sale.change(state="ended").must(200)["status"] == "ended"
    assert sale.change(state="ended").must(200)["status"] == "ended"
    sale.change(state="active").refused(409, "invalid_transition")
    house.send("PUT", "/api/staff/flash-sales/LNOTHING", {"state": "ended"}, house.admin).refused(404, "not_found")


def test_an_ended_sale_gives_its_units_back_and_closes_on_those_who_wait(house: House) -> None:
    sale = Sale(house, stock=6, shards=3)
    first, second = house.guest(), sale.buyer(2)
    _, order_no = sale.buy(first)
    ticket = sale.press(second).must(202)["ticket"]
    assert sale.change(state="ended").must(200)["moved_back"] == 5
    assert (sale.counts, sale.stock) == ((1, 0, 5), 99)
    assert house.drain("place_flash_order") == []
    assert sale.verdict(second, ticket) == ("sale_closed", None)
    # A unit that comes back now goes to the goods' stock.
    sale.cancel(first, order_no)
    assert (sale.counts, sale.stock) == ((0, 0, 6), 100)
    house.settle()
    assert_balanced(house)


def test_a_sale_is_closed_minutes_after_its_time(house: House) -> None:
    sale, token = Sale(house, stock=3), house.guest()
    ticket = sale.press(token).must(202)["ticket"]
    [late] = house.messages("FlashOrdersQueue")
    with clock_at(NOW + timedelta(hours=1, minutes=4)):
        assert house.invoke("close_flash_sales", {}) == {"closed": 0}
        # A submission that was made in time is still sold.
        assert house.feed("place_flash_order", [late]) == []
        assert sale.verdict(token, ticket)[0] == "won"
    with clock_at(NOW + timedelta(hours=1, minutes=6)):
        assert house.invoke("close_flash_sales", {}) == {"closed": 1}
        assert house.invoke("close_flash_sales", {}) == {"closed": 0}
        assert (sale.counts, sale.stock) == ((1, 0, 2), 99)
    assert_balanced(house)


def test_a_submission_in_time_survives_a_failed_try(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sale, token = Sale(house, stock=3), house.guest()
    with clock_at(NOW + timedelta(minutes=59, seconds=50)):
        ticket = sale.press(token).must(202)["ticket"]
        [body] = house.messages("FlashOrdersQueue")
        with monkeypatch.context() as patch:
            patch.setattr(flash_orders, "TRIES", 0)
            assert house.feed("place_flash_order", [body]) == [{"itemIdentifier": "0"}]
    with clock_at(NOW + timedelta(minutes=61, seconds=1)):
        assert house.invoke("close_flash_sales", {}) == {"closed": 0}
    with clock_at(NOW + timedelta(minutes=61, seconds=20)):
        assert house.feed("place_flash_order", [body]) == []
    assert sale.verdict(token, ticket)[0] == "won"
    assert_balanced(house)


def test_a_sale_stays_open_for_all_tries_of_a_message() -> None:
    queue = template()["Resources"]["FlashOrdersQueue"]["Properties"]
    tries = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
    assert timedelta(seconds=tries) < LATE_SUBMISSIONS


def test_closing_that_breaks_off_goes_on(house: House, monkeypatch: pytest.MonkeyPatch, before_commit: Arrange) -> None:
    sale = Sale(house, stock=9, shards=3)
    buyer = sale.buyer(1)
    ticket = sale.press(buyer).must(202)["ticket"]
    real, calls = BaseClient._make_api_call, Counter[str]()

    def breaking(client: Any, name: str, kwargs: Any) -> Any:
        calls[name] += 1
        if name == "TransactWriteItems" and calls[name] == 3:
            raise ConnectionError("broken")
        return real(client, name, kwargs)

    with clock_at(NOW + timedelta(hours=1, minutes=6)):
        monkeypatch.setattr(BaseClient, "_make_api_call", breaking)
        with pytest.raises(ConnectionError):
            house.invoke("close_flash_sales", {})
        monkeypatch.setattr(BaseClient, "_make_api_call", real)
        assert 0 < sale.shown["left"] < 9
        # A guest buys from a shard while it is being closed.
        before_commit(lambda: house.drain("place_flash_order"))
        assert house.invoke("close_flash_sales", {}) == {"closed": 1}
    assert sale.verdict(buyer, ticket)[0] in {"won", "sale_closed"}
    assert sale.shown["left"] == 0
    assert sale.stock == 100 - sale.shown["sold"]
    assert_balanced(house)


def test_a_consumer_killed_anywhere_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = Sale(house, stock=3, shards=2)
    real = BaseClient._make_api_call
    broken: list[tuple[int, str]] = []
    calls: list[str] = []

    def breaking(client: Any, name: str, kwargs: Any) -> Any:
        number = len(calls)
        calls.append(name)
        if (number, "before") in broken:
            raise ConnectionError("broken")
        answer = real(client, name, kwargs)
        if (number, "after") in broken:
            raise ConnectionError("broken")
        return answer

    tickets = []
    for number in range(12):
        buyer = sale.buyer(number)
        house.forget_caches()
        if sale.shown["sold_out"]:
            break
        ticket = sale.press(buyer).must(202)["ticket"]
        tickets.append((buyer, ticket))
        [body] = house.messages("FlashOrdersQueue")
        broken[:] = [(number // 2, "before" if number % 2 else "after")]
        calls.clear()
        monkeypatch.setattr(BaseClient, "_make_api_call", breaking)
        house.feed("place_flash_order", [body])
        broken.clear()
        monkeypatch.setattr(BaseClient, "_make_api_call", real)
        assert house.feed("place_flash_order", [body]) == []
        assert_balanced(house)
    verdicts = Counter(sale.verdict(buyer, ticket)[0] for buyer, ticket in tickets)
    assert verdicts["won"] == 3
    assert set(verdicts) <= {"won", "sold_out"}


def test_tickets_are_the_guests_own_and_for_one_sale(house: House) -> None:
    sale, other = Sale(house), Sale(house)
    token, stranger = house.guest(), sale.buyer(2)
    ticket = sale.press(token).must(202)["ticket"]
    sale.ask(stranger, ticket).refused(422, "invalid_ticket")
    other.ask(token, ticket).refused(422, "invalid_ticket")
    sale.ask(token, ticket[:-4] + "AAAA").refused(422, "invalid_ticket")
    sale.ask(token, "nonsense").refused(422, "invalid_ticket")
    sale.ask(token, token).refused(422, "invalid_ticket")
    old = tokens_ticket(house, sale, token, NOW - timedelta(hours=25))
    sale.ask(token, old).refused(422, "invalid_ticket")
    path = f"/api/flash-sales/{sale.sale_id}/orders/mine"
    house.send("GET", path, token=token).refused(422, "invalid_request")
    house.send("GET", f"{path}?ticket={ticket}").refused(401, "missing_token")


@pytest.mark.parametrize("body", [{"price": 1}, {"quantity": 2}, {"goods_id": "G1"}, {"challenge": "x"}])
def test_the_client_decides_neither_price_nor_quantity(house: House, body: dict[str, Any]) -> None:
    sale = Sale(house)
    sale.press(house.guest(), body).refused(422, "invalid_request")
    assert house.messages("FlashOrdersQueue") == []


def test_a_sale_can_ask_for_a_solved_puzzle(house: House) -> None:
    sale, token, stranger = Sale(house, challenge=True), house.guest(), house.guest("13900000002")
    path = f"/api/flash-sales/{sale.sale_id}/challenge"
    found = house.send("GET", path, token=token).must(200)
    assert found["required"]
    sale.press(token).refused(403, "challenge_required")
    answer = solve(found["puzzle"], found["bits"])
    wrong = str(int(answer) + 1)
    for puzzle, tried, who in (
        (found["puzzle"], wrong, token),
        (found["puzzle"], answer, stranger),
        (token, solve(token, found["bits"]), token),
    ):
        body = {"challenge": {"puzzle": puzzle, "answer": tried}}
        sale.press(who, body).refused(403, "challenge_required")
    solved = {"challenge": {"puzzle": found["puzzle"], "answer": answer}}
    with clock_at(NOW + timedelta(minutes=6)):
        sale.press(token, solved).refused(403, "challenge_required")
    sale.press(token, solved).must(202)
    assert sale.change(challenge=False).must(200)["challenge"] is False
    house.forget_caches()
    sale.press(stranger).must(202)


def test_a_guest_may_have_more_where_the_sale_says_so(house: House) -> None:
    sale, token = Sale(house, stock=5, per_user_limit=2), house.guest()
    assert [sale.buy(token)[0] for _ in range(2)] == ["won", "won"]
    sale.press(token).refused(409, "already_bought")
    house.forget_caches()
    assert sale.buy(token) == ("already_bought", None)
    assert sale.counts == (2, 3, 0)
    assert_balanced(house)


def test_staff_see_orders_and_verdicts_of_a_phone(house: House) -> None:
    sale, token = Sale(house, stock=3, shards=3), house.guest()
    _, order_no = sale.buy(token)
    house.forget_caches()
    sale.buy(token)
    others = [sale.buy(sale.buyer(number))[1] for number in range(2)]

    def listed(query: str) -> list[str]:
        found = house.send("GET", f"/api/staff/flash-orders?{query}", token=house.admin).must(200)
        return [order["order_no"] for order in found["items"]]

    assert listed(f"sale_id={sale.sale_id}") == sorted([str(order_no), *map(str, others)], reverse=True)
    assert listed(f"sale_id={sale.sale_id}&phone_number=13900000001") == [order_no]
    assert listed("phone_number=13900000001") == [order_no]
    assert listed("sale_id=LOTHER&phone_number=13900000001") == []
    path = "/api/staff/flash-orders"
    house.send("GET", path, token=house.admin).refused(422, "invalid_request")
    house.send("GET", f"{path}?sale_id=LOTHER", token=house.admin).refused(404, "not_found")
    house.send("GET", path, token=token).refused(403, "forbidden")
    found = house.send(
        "GET", f"/api/staff/flash-sales/{sale.sale_id}/verdicts?phone_number=13900000001", token=house.admin
    )
    assert [it["status"] for it in found.must(200)["items"]] == ["already_bought", "won"]


def test_a_refund_before_sending_puts_the_unit_on_sale_again(house: House) -> None:
    sale, token = Sale(house, stock=1), house.guest()
    _, order_no = sale.buy(token)
    house.pay(token, str(order_no))
    house.settle()
    body = {"reason": "Changed their mind"}
    path = f"/api/staff/orders/{order_no}/refunds"
    house.send("POST", path, body, house.admin, Idempotency_Key="r").must(202)
    assert sale.counts == (0, 1, 0)
    house.settle()
    house.forget_caches()
    assert sale.buy(token)[0] == "won"
    assert_balanced(house)


def test_flash_orders_and_shop_orders_are_in_one_list_newest_first(house: House) -> None:
    shop, sale = Shop(house), Sale(house)
    made = []
    for minutes in range(4):
        with clock_at(NOW + timedelta(minutes=minutes)):
            if minutes == 1:
                ticket = sale.press(shop.token).must(202)["ticket"]
                assert house.drain("place_flash_order") == []
                made.append(sale.verdict(shop.token, ticket)[1])
            else:
                made.append(shop.order(key=f"order-{minutes}", cups=0, tea=1).must(201)["order_no"])
    newest = made[::-1]
    for limit in (1, 2, 3, 4):
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            path = f"/api/shop-orders?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            page = house.send("GET", path, token=shop.token).must(200)
            found += [it["order_no"] for it in page["items"]]
            cursor = page["next_cursor"]
        assert found == newest, limit
    waiting = house.send("GET", "/api/shop-orders?status=pending_payment&limit=3", token=shop.token).must(200)
    assert [it["order_no"] for it in waiting["items"]] == newest[:3]
