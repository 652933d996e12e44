"""Refunds that do not reach their guest: heard of by staff, tried again once, and never paid twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from posthouse.clients.wechat.pay import WechatPay
from posthouse.domain.identity import Role
from posthouse.domain.refund import next_refund_no
from posthouse.services.payments.reconciliation import ReconciliationIncomplete
from posthouse.store import payments
from tests.integration.arranged import arranged
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.payments.test_refunds import Paid
from tests.integration.shopping import Shop
from tests.integration.standing import Simulator
from tests.support.clock import clock_at


@pytest.fixture
def paid(house: House, simulator: Simulator) -> Paid:
    return arranged(house, simulator, Paid)


def owed(house: House, status: str = "failed") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.send("GET", f"/api/staff/refunds?status={status}", token=house.admin).must(200)[
        "items"
    ]
    return found


def retry(house: House, number: str) -> Reply:
    return house.send("POST", f"/api/staff/refunds/{number}/retry", token=house.admin)


def between_reads(monkeypatch: pytest.MonkeyPatch, rival: Callable[[], object]) -> None:
    """Let a rival act once, just before the next payment is read."""
    read, waiting = payments.get, [rival]

    def late(payment_id: str) -> Any:
        if waiting:
            waiting.pop()()
        return read(payment_id)

    monkeypatch.setattr(payments, "get", late)


def test_a_closed_refund_is_owed_until_a_new_one_has_arrived(house: House, paid: Paid) -> None:
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    [found] = owed(house)
    assert (found["out_refund_no"], found["order_no"], found["amount"]) == (number, paid.order_no, 58000)
    assert (found["reason"], found["status"], found["failure"], found["owed"]) == ("Noise", "failed", "CLOSED", 58000)
    assert (found["trouble"], found["since"][:10]) == ("failed", "2026-11-21")
    assert house.booking(paid.token, paid.order_no)["refund_owed"] == 58000
    assert paid.status == "refunding", "it does not look finished"
    assert_balanced(house)

    again = retry(house, number).must(202)
    assert (again["out_refund_no"], again["status"], again["retry_of"]) == (f"{number}-r2", "requested", number)
    assert owed(house) == []
    assert house.booking(paid.token, paid.order_no)["refund_owed"] == 0
    house.settle()
    paid.tell(again["out_refund_no"])
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))
    assert [refund["amount"] for refund in paid.at_wechat if refund["status"] == "SUCCESS"] == [58000]
    retry(house, again["out_refund_no"]).refused(409, "nothing_owed")
    assert_balanced(house)


def test_a_press_again_is_the_same_try(house: House, paid: Paid, before_commit: Arrange) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    first: list[Any] = []
    before_commit(lambda: first.append(retry(house, number).must(202)))
    assert retry(house, number).must(202) == first[0]
    assert retry(house, number).must(202) == first[0]
    assert len(house.rows("refunds")) == 2
    assert paid.refunded == (20000, 0)
    house.settle()
    assert [refund["status"] for refund in paid.at_wechat] == ["CLOSED", "PROCESSING"]
    assert len([row for row in house.rows("audit") if row["action"]["S"] == "retry_refund"]) == 1


def test_a_try_that_fails_too_is_owed_again_and_tried_under_the_next_number(house: House, paid: Paid) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    for expected in ("-r2", "-r3"):
        house.settle()
        paid.tell(number, "closed")
        [found] = owed(house)
        assert found["out_refund_no"] == number
        number = retry(house, number).must(202)["out_refund_no"]
        assert number.endswith(expected)
    house.settle()
    paid.tell(number)
    assert (paid.status, paid.refunded) == ("paid", (20000, 20000))
    assert owed(house) == []
    assert_balanced(house)


def test_another_refund_pays_what_is_owed_first(house: House, paid: Paid) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    paid.give_back(15000, key="key-2").must(202)
    assert [found["owed"] for found in owed(house)] == [5000]
    assert house.booking(paid.token, paid.order_no)["refund_owed"] == 5000
    rest = retry(house, number).must(202)
    assert rest["amount"] == 5000
    assert paid.refunded == (20000, 0)
    house.settle()
    for refund in paid.at_wechat[1:]:
        paid.tell(refund["out_refund_no"])
    assert (paid.status, paid.refunded) == ("paid", (20000, 20000))
    assert_balanced(house)


def test_what_another_refund_has_paid_is_not_tried_again(house: House, paid: Paid) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    other = paid.give_back(key="key-2").must(202)
    assert (other["amount"], owed(house)) == (58000, [])
    assert retry(house, number).must(202)["out_refund_no"] == other["out_refund_no"]
    assert paid.refunded == (58000, 0)


@pytest.mark.parametrize(
    ("amount", "again", "refunded"), [(15000, 5000, 20000), (20000, 20000, 20000), (None, 58000, 58000)]
)
def test_a_refund_between_the_reads_of_a_retry_is_not_paid_twice(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch, amount: int | None, again: int, refunded: int
) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    between_reads(monkeypatch, lambda: paid.give_back(amount, key="key-2").must(202))
    assert retry(house, number).must(202)["amount"] == again
    assert (paid.refunded, owed(house)) == ((refunded, 0), [])
    assert_balanced(house)


def test_a_refund_that_arrives_although_it_was_closed_is_not_owed_any_more(house: House, paid: Paid) -> None:
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    assert paid.tell(number) == [204]
    assert (paid.status, paid.refunded, owed(house)) == ("refunded", (58000, 58000), [])
    retry(house, number).refused(409, "nothing_owed")
    [found] = house.rows("differences")
    assert (found["number"]["S"], found["ours"]["S"], found["theirs"]["S"]) == (number, "CLOSED", "SUCCESS")
    assert_balanced(house)


@pytest.mark.parametrize("how", ["part", "retry"])
def test_a_refund_that_arrives_although_another_took_its_place_is_shown_to_staff(
    house: House, paid: Paid, how: str
) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    again = (retry(house, number) if how == "retry" else paid.give_back(15000, key="key-2")).must(202)
    for _ in range(2):
        assert paid.tell(number, "success") == [204]
    assert (paid.refunded, paid.refunds[0]) == ((20000 if how == "retry" else 15000, 0), (20000, "failed"))
    [found] = house.rows("differences")
    assert found["ours"]["S"] == ("CLOSED" if how == "part" else f"CLOSED, {again['out_refund_no']}")


def test_a_refund_that_arrives_while_it_is_tried_again_is_paid_once_by_us(
    house: House, paid: Paid, before_commit: Arrange
) -> None:
    number = paid.give_back(20000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    before_commit(lambda: paid.tell(number))
    retry(house, number).refused(409, "nothing_owed")
    assert paid.refunded == (20000, 20000)
    assert_balanced(house)


def test_an_abnormal_refund_is_listed_and_asked_about_under_its_own_number(house: House, paid: Paid) -> None:
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "abnormal")
    [found] = owed(house)
    assert (found["failure"], found["owed"]) == ("ABNORMAL", 58000)
    assert house.booking(paid.token, paid.order_no)["refund_owed"] == 58000
    for minutes in (0, 2):
        with clock_at(NOW + timedelta(minutes=minutes)):
            assert retry(house, number).must(202)["out_refund_no"] == number
            house.settle()
    assert [(refund["out_refund_no"], refund["requests"]) for refund in paid.at_wechat] == [(number, 1)]
    assert paid.refunded == (58000, 0)
    # Sent by hand on WeChat's platform; its notification is lost, and the next press finds it.
    paid.tell(number, "success", lost=True)
    with clock_at(NOW + timedelta(minutes=4)):
        retry(house, number).must(202)
        house.settle()
    assert (paid.status, paid.refunded, owed(house)) == ("refunded", (58000, 58000), [])
    assert_balanced(house)


def test_an_abnormal_refund_that_wechat_closes_can_go_back_under_a_new_number(house: House, paid: Paid) -> None:
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "abnormal")
    paid.tell(number, "closed")
    [found] = owed(house)
    assert (found["failure"], found["owed"], paid.refunded) == ("CLOSED", 58000, (0, 0))
    again = retry(house, number).must(202)["out_refund_no"]
    house.settle()
    paid.tell(again)
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))
    assert_balanced(house)


def test_a_refund_without_money_on_our_account_waits_in_sight(house: House, paid: Paid) -> None:
    fault = {"api": "refund", "http_status": 403, "errcode": "NOT_ENOUGH", "times": 2}
    house.simulate("POST", "/simulator/faults", fault)
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    [found] = owed(house, "stuck")
    assert (found["out_refund_no"], found["status"], found["failure"]) == (number, "requested", "NOT_ENOUGH")
    assert (found["owed"], found["trouble"], owed(house)) == (58000, "stuck", [])
    for minutes in (2, 4):  # still too little, and then enough
        with clock_at(NOW + timedelta(minutes=minutes)):
            assert retry(house, number).must(202)["out_refund_no"] == number
            house.settle()
    assert owed(house, "stuck") == []
    assert [(refund["out_refund_no"], refund["requests"]) for refund in paid.at_wechat] == [(number, 1)]
    paid.tell(number)
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))


def test_a_refund_that_takes_too_long_is_listed_until_it_arrives(house: House, paid: Paid) -> None:
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    with clock_at(NOW + timedelta(hours=71)):
        house.invoke("reconcile_open", {})
        assert owed(house, "stuck") == []
    with clock_at(NOW + timedelta(hours=73)):
        house.invoke("reconcile_open", {})
        [found] = owed(house, "stuck")
        assert (found["out_refund_no"], found["status"]) == (number, "processing")
        paid.tell(number)
        assert owed(house, "stuck") == []


def test_a_refund_that_wechat_does_not_respond_to_is_listed_too(house: House, paid: Paid) -> None:
    paid.give_back().must(202)
    house.simulate("POST", "/simulator/faults", {"api": "query_refund", "http_status": 500, "times": 1})
    with clock_at(NOW + timedelta(hours=2)):
        house.invoke("reconcile_open", {})
        assert [found["status"] for found in owed(house, "stuck")] == ["requested"]


def test_a_refund_that_wechat_refuses_is_owed(house: House, paid: Paid) -> None:
    fault = {"api": "refund", "http_status": 400, "errcode": "INVALID_REQUEST", "times": 1}
    house.simulate("POST", "/simulator/faults", fault)
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    [found] = owed(house)
    assert (found["out_refund_no"], found["failure"], found["owed"]) == (number, "INVALID_REQUEST", 58000)
    again = retry(house, number).must(202)["out_refund_no"]
    house.settle()
    paid.tell(again)
    assert paid.status == "refunded"
    assert_balanced(house)


def test_money_owed_is_the_admins(house: House, paid: Paid) -> None:
    desk = house.token(Role.STAFF, paid.room["hotel_id"])
    house.send("GET", "/api/staff/refunds", token=desk).refused(403, "forbidden")
    house.send("POST", "/api/staff/refunds/P-1/retry", token=desk).refused(403, "forbidden")
    retry(house, "P-1").refused(404, "not_found")
    house.send("GET", "/api/staff/refunds?status=lost", token=house.admin).refused(422, "invalid_request")


def test_the_list_has_pages_in_the_order_of_waiting(house: House, paid: Paid) -> None:
    numbers = [paid.give_back(100, key=f"key-{n}").must(202)["out_refund_no"] for n in range(3)]
    house.settle()
    for minutes, number in enumerate(numbers):
        with clock_at(NOW + timedelta(minutes=minutes + 1)):
            paid.tell(number, "closed")
    page = house.send("GET", "/api/staff/refunds?limit=2", token=house.admin).must(200)
    assert [found["out_refund_no"] for found in page["items"]] == numbers[:2]
    rest = house.send("GET", f"/api/staff/refunds?limit=2&cursor={page['next_cursor']}", token=house.admin).must(200)
    assert [found["out_refund_no"] for found in rest["items"]] == numbers[2:]
    assert rest["next_cursor"] is None


def test_the_alarm_hears_how_many_refunds_do_not_arrive(
    house: House, paid: Paid, capsys: pytest.CaptureFixture[str]
) -> None:
    number = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    counted = []
    for failed in (False, True):
        if failed:
            paid.tell(number, "closed")
        capsys.readouterr()
        house.invoke("reconcile_open", {})
        counted.append('"RefundsOwed":[1.0]' in capsys.readouterr().out.replace(" ", ""))
    assert counted == [False, True]


def test_the_alarm_hears_of_refunds_also_while_reconciliation_has_a_fault(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = [paid.give_back(100, key=key).must(202)["out_refund_no"] for key in ("a", "b")]
    house.settle()
    paid.tell(numbers[0], "closed")

    def broken(*_: object) -> None:
        raise ValueError("a body that nobody expected")

    monkeypatch.setattr(WechatPay, "query_refund", broken)
    capsys.readouterr()
    with clock_at(NOW + timedelta(minutes=30)), pytest.raises(ReconciliationIncomplete):
        house.invoke("reconcile_open", {})
    assert '"RefundsOwed":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_long_stay_with_many_failed_refunds_says_what_to_do_first(house: House) -> None:
    """Each refund that another takes over is one item of a transaction, and each night is one too."""
    token, room = house.guest(), house.room(nights=90)
    order_no = house.book(token, house.wish(room, begin=3, nights=85)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    path = f"/api/staff/orders/{order_no}/refunds"

    def give_back(key: str, **more: int) -> Reply:
        return house.send("POST", path, {"reason": "x", **more}, house.admin, Idempotency_Key=key)

    numbers = [give_back(f"k{n}", amount=100).must(202)["out_refund_no"] for n in range(12)]
    house.settle()
    for number in numbers:
        end(house, number, "closed")
    give_back("whole").refused(409, "refunds_owed_first")
    house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).refused(409, "not_cancellable")
    for number in numbers:
        retry(house, number).must(202)
    assert give_back("whole").must(202)["amount"] > 0


def test_the_next_number_counts_on() -> None:
    assert next_refund_no("P1-0") == "P1-0-r2"
    assert next_refund_no("P1-0-r9") == "P1-0-r10"
    assert len(next_refund_no("P" + 26 * "0" + "-" + 16 * "f" + "-r998")) <= 64


# ---------------------------------------------------------------- goods


def sent_goods(house: House, shop: Shop) -> str:
    order_no: str = shop.order(**shop.whole).must(201)["order_no"]
    house.pay(shop.token, order_no)
    house.settle()
    shop.staff("POST", f"/orders/{order_no}/shipment", {"carrier": "SF", "tracking_no": "SF1"}).must(200)
    return order_no


def end(house: House, number: str, result: str) -> None:
    house.simulate("POST", f"/simulator/refunds/{number}", {"result": result})
    house.settle()


def at_wechat(house: House, order_no: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]
    return found


@pytest.mark.parametrize("how", ["retry", "refund"])
def test_returned_goods_whose_refund_was_closed_are_refunded_all_the_same(house: House, how: str) -> None:
    shop = Shop(house)
    order_no = sent_goods(house, shop)
    shop.staff("POST", f"/orders/{order_no}/return", {}).must(200)
    house.settle()
    [refund] = at_wechat(house, order_no)
    end(house, refund["out_refund_no"], "closed")
    assert (shop.get(order_no)["status"], shop.get(order_no)["refund_owed"]) == ("returned", 5000)
    if how == "retry":
        retry(house, refund["out_refund_no"]).must(202)
    else:
        shop.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Broken"}, "again").must(202)
    house.settle()
    end(house, at_wechat(house, order_no)[1]["out_refund_no"], "success")
    assert (shop.state, shop.get(order_no)["refund_owed"], owed(house)) == (Shop.UNTOUCHED, 0, [])
    assert shop.me["points"] == 0
    assert_balanced(house)


def test_a_return_pays_what_an_earlier_refund_still_owes(house: House) -> None:
    shop = Shop(house)
    order_no = sent_goods(house, shop)
    number = shop.staff("POST", f"/orders/{order_no}/refunds", {"reason": "x", "amount": 2000}).must(202)
    house.settle()
    end(house, number["out_refund_no"], "closed")
    shop.staff("POST", f"/orders/{order_no}/return", {}).must(200)
    assert owed(house) == []
    assert_balanced(house)


@pytest.mark.parametrize("kind", ["booking", "goods"])
def test_money_that_came_too_late_pays_what_a_closed_refund_owes(house: House, kind: str) -> None:
    """The order is cancelled, its late money is refunded by staff, WeChat closes that, and then the event comes."""
    if kind == "goods":
        shop = Shop(house)
        token, order_no, path = shop.token, shop.order().must(201)["order_no"], "shop-orders"
    else:
        token = house.guest()
        order_no, path = house.book(token, house.wish(house.room())).must(201)["order_no"], "bookings"
    house.pay(token, order_no, lost=True)
    house.send("POST", f"/api/{path}/{order_no}/cancellation", token=token).must(200)
    house.relay()
    house.drain("close_payment")
    wish = {"reason": "Late"}
    asked = house.send("POST", f"/api/staff/orders/{order_no}/refunds", wish, house.admin, Idempotency_Key="k").must(
        202
    )
    house.relay()
    house.drain("send_refund")
    house.simulate("POST", f"/simulator/refunds/{asked['out_refund_no']}", {"result": "closed"})
    assert [found["order_no"] for found in owed(house)] == [order_no]
    house.settle()
    assert owed(house) == []
    [_, second] = at_wechat(house, order_no)
    end(house, second["out_refund_no"], "success")
    assert_balanced(house)


def test_a_key_that_was_forgotten_is_refused_and_not_busy_for_ever(house: House, paid: Paid) -> None:
    first = paid.give_back(100).must(202)
    [row] = [row for row in house.rows("idempotency") if row["result_id"]["S"] == first["out_refund_no"]]
    house.dynamodb.delete_item(TableName="posthouse-idempotency", Key={"caller_key": row["caller_key"]})
    paid.give_back(100).refused(422, "idempotency_key_reused")
    assert paid.refunded == (100, 0)


def test_a_key_that_was_forgotten_is_refused_also_while_its_refund_is_owed(house: House, paid: Paid) -> None:
    first = paid.give_back(100).must(202)
    house.settle()
    paid.tell(first["out_refund_no"], "closed")
    [row] = [row for row in house.rows("idempotency") if row["result_id"]["S"] == first["out_refund_no"]]
    house.dynamodb.delete_item(TableName="posthouse-idempotency", Key={"caller_key": row["caller_key"]})
    paid.give_back(100).refused(422, "idempotency_key_reused")
    assert [found["owed"] for found in owed(house)] == [100]
