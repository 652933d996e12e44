"""WeChat's QR code at the desk: opened by staff, paid by whoever scans it, one open payment for each order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.costs import counted
from tests.integration.house import NOW, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE, PaidStay, reserved
from tests.support.clock import clock_at

PHONE = "13833334444"
ROOMS = 2 * PRICE


class Desk:
    """A stay that staff booked for a caller, and a member of the hotel's staff."""

    def __init__(self, house: House, *, begin: int = 0) -> None:
        self.house = house
        self.room: dict[str, Any] = house.room(price=PRICE)
        self.token = house.token(Role.STAFF, self.room["hotel_id"], subject="desk")
        wish = house.wish(self.room, begin, 2, source="phone", phone_number=PHONE, guest_name="Ada")
        path = "/api/staff/bookings"
        made = house.send("POST", path, wish, self.token, Idempotency_Key="booking").must(201)
        self.order_no: str = made["order_no"]

    def open(self, amount: int | None = None, order_no: str | None = None, **headers: str) -> Reply:
        body: dict[str, Any] = {"via": "native", **({} if amount is None else {"amount": amount})}
        path = f"/api/staff/orders/{order_no or self.order_no}/payments"
        return self.house.send("POST", path, body, self.token, **headers)

    def look(self, payment_id: str, status: int = 200) -> dict[str, Any]:
        found = self.house.send("GET", f"/api/staff/payments/{payment_id}", token=self.token).must(status)
        return dict(found)

    def staff(self, what: str, body: Any = None) -> Reply:
        key = f"{what}-{len(self.house.rows('audit'))}"
        path = f"/api/staff/bookings/{self.order_no}/{what}"
        return self.house.send("POST", path, body, self.token, Idempotency_Key=key)

    @property
    def booking(self) -> dict[str, Any]:
        found = self.house.send("GET", f"/api/staff/bookings/{self.order_no}", token=self.token).must(200)
        return dict(found)

    @property
    def row(self) -> dict[str, Any]:
        [found] = [row for row in self.house.rows("bookings") if row["order_no"]["S"] == self.order_no]
        return found

    @property
    def sums(self) -> tuple[str, int, int]:
        found = self.booking
        return found["status"], found["charges"], found["paid"]

    def scan(self, payment_id: str, **how: Any) -> list[int]:
        """Somebody scans the code and pays, whatever has happened since."""
        played = self.house.simulate("POST", f"/simulator/payments/{payment_id}", {"result": "success", **how})
        return [delivery["status"] for delivery in played["deliveries"]]


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def _states(house: House) -> dict[str, str]:
    return {row["payment_id"]["S"]: row["status"]["S"] for row in house.rows("payments")}


def _at_wechat(house: House, order_no: str) -> dict[str, str]:
    held = house.simulate("GET", f"/simulator/payments?order_no={order_no}")["items"]
    return {it["out_trade_no"]: it["trade_state"] for it in held}


# ---------------------------------------------------------------- opened and paid


def test_a_stay_of_nobody_is_paid_by_whoever_scans_the_code(house: House, desk: Desk) -> None:
    opened = desk.open().must(201)
    assert (opened["amount"], opened["via"], "wechat" in opened) == (ROOMS, "native", False)
    assert opened["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert opened["expires_at"].startswith("2026-11-21T04:30:00")
    assert desk.open().must(201) == opened, "the open one goes on"
    looked = desk.look(opened["payment_id"])
    assert (looked["status"], looked["via"], looked["user_id"]) == ("created", "native", "")
    scanning = house.codes("13955556666")["openid"]
    assert desk.scan(opened["payment_id"], openid=scanning, deliveries=2) == [204, 204]
    house.settle()
    assert desk.sums == ("paid", ROOMS, ROOMS)
    assert desk.look(opened["payment_id"])["status"] == "succeeded"
    [payment], [movement] = house.rows("payments"), house.rows("money-ledger")
    assert (payment["openid"]["S"], movement["payer"]["S"]) == (scanning, scanning)
    [logged] = house.rows("payment-log")
    assert (logged["user_id"]["S"], logged["amount"]["N"]) == ("", str(ROOMS))
    lines = house.send("GET", f"/api/staff/bookings/{desk.order_no}/folio", token=desk.token).must(200)["lines"]
    paid = [(line["by"], line["method"], line["amount"]) for line in lines if line["kind"] == "payment"]
    assert paid == [("system", "wechat", -ROOMS)]
    assert house.rows("account-entries") == []
    desk.open().refused(409, "not_payable")
    assert_balanced(house)


def test_it_is_recorded_who_opened_it(house: House, desk: Desk) -> None:
    opened = desk.open(10_000).must(201)
    desk.open(10_000).must(201)
    [row] = [row for row in house.rows("audit") if row["action"]["S"] == "open_payment"]
    assert (row["actor"]["S"], row["target"]["S"]) == ("desk", opened["payment_id"])


def test_a_part_is_paid_and_then_the_rest_and_all_goes_back(house: House, desk: Desk) -> None:
    part = desk.open(20_000).must(201)
    assert part["amount"] == 20_000
    desk.scan(part["payment_id"])
    house.settle()
    assert desk.sums == ("reserved", ROOMS, 20_000)
    desk.staff("check-in").must(200)
    refused = desk.open(40_001).refused(409, "overpaid")
    assert (refused["asked"], refused["balance"]) == (40_001, 40_000)
    rest = desk.open().must(201)
    assert (rest["amount"], rest["payment_id"] != part["payment_id"]) == (40_000, True)
    desk.scan(rest["payment_id"])
    house.settle()
    assert desk.sums == ("checked_in", ROOMS, ROOMS)
    path, body = f"/api/staff/orders/{desk.order_no}/refunds", {"reason": "Noise", "amount": 45_000}
    house.send("POST", path, body, desk.token, Idempotency_Key="back").must(202)
    house.settle()
    for refund in house.simulate("GET", f"/simulator/refunds?order_no={desk.order_no}")["items"]:
        house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})
    house.settle()
    assert desk.sums == ("checked_in", ROOMS - 45_000, ROOMS - 45_000)
    assert {row["openid"]["S"] for row in house.rows("refunds")} == {
        row["openid"]["S"] for row in house.rows("payments")
    }
    with clock_at(NOW + timedelta(days=1)):
        runs = [house.invoke("compare_ledger", {}) for _ in range(7)]
    assert (sum(it["movements"] for it in runs), sum(it["differences"] for it in runs)) == (4, 0)
    assert_balanced(house)


def test_money_without_a_notification_is_found_by_looking_and_by_the_reconciliation(house: House, desk: Desk) -> None:
    first = desk.open(20_000).must(201)
    desk.scan(first["payment_id"], lost=True)
    assert desk.look(first["payment_id"])["status"] == "succeeded"
    house.settle()
    second = desk.open().must(201)
    desk.scan(second["payment_id"], lost=True)
    with clock_at(NOW + timedelta(minutes=33)):
        assert house.invoke("reconcile_open", {}) == {"payments": 1, "refunds": 0}
        house.settle()
        assert desk.sums == ("paid", ROOMS, ROOMS)
    assert_balanced(house)


def test_one_that_nobody_scans_is_closed(house: House, desk: Desk) -> None:
    opened = desk.open().must(201)
    with clock_at(NOW + timedelta(minutes=33)):
        house.invoke("reconcile_open", {})
    assert _at_wechat(house, desk.order_no) == {opened["payment_id"]: "CLOSED"}
    assert desk.look(opened["payment_id"])["status"] == "closed"
    again = desk.open().must(201)
    assert desk.staff("cancellation", {"reason": "Called us"}).must(200)["status"] == "cancelled"
    house.settle()
    assert _at_wechat(house, desk.order_no)[again["payment_id"]] == "CLOSED"


def test_money_that_races_with_a_cancel_goes_back_to_whoever_paid(house: House, desk: Desk) -> None:
    opened = desk.open().must(201)
    desk.staff("cancellation", {"reason": "Called us"}).must(200)
    desk.scan(opened["payment_id"])
    house.settle()
    [refund] = house.simulate("GET", f"/simulator/refunds?order_no={desk.order_no}")["items"]
    assert (refund["amount"], desk.booking["status"]) == (ROOMS, "cancelled")
    assert_balanced(house)


@pytest.mark.parametrize("fault", ["bad_signature", "stale", "signtest", "unknown_serial", "wrong_amount"])
def test_a_hostile_notification_of_a_code_changes_nothing(house: House, desk: Desk, fault: str) -> None:
    opened = desk.open().must(201)
    before = house.contents()
    [status] = desk.scan(opened["payment_id"], fault=fault)
    assert status in {400, 401}
    after = house.contents()
    for table in ("posthouse-money-ledger", "posthouse-outbox", "posthouse-payments", "posthouse-bookings"):
        assert after[table] == before[table]


def test_wechat_is_told_who_paid_and_the_payer_is_forgotten_with_the_stay(house: House, desk: Desk) -> None:
    payer = house.codes("13955556666")["openid"]
    opened = desk.open().must(201)
    desk.scan(opened["payment_id"], openid=payer)
    house.settle()
    desk.staff("check-in").must(200)
    house.settle()
    path, body = f"/api/staff/orders/{desk.order_no}/refunds", {"reason": "Noise", "amount": 100}
    house.send("POST", path, body, desk.token, Idempotency_Key="back").must(202)
    house.settle()
    [told] = house.rows("shipping-information")
    assert (told["payment_id"]["S"], told["status"]["S"]) == (opened["payment_id"], "uploaded")
    with clock_at(NOW + timedelta(days=190)):
        house.invoke("sweep_due", {})
    assert desk.row["guest_name"]["S"] != "Ada"
    assert payer not in str(house.contents())


def test_a_report_that_does_not_fit_is_kept_for_staff(house: House, desk: Desk) -> None:
    opened = desk.open(10_000).must(201)
    key = {"payment_id": {"S": opened["payment_id"]}}
    change: dict[str, Any] = {
        "UpdateExpression": "SET payable = :less",
        "ExpressionAttributeValues": {":less": {"N": "9999"}},
    }
    house.dynamodb.update_item(TableName="posthouse-payments", Key=key, **change)
    desk.scan(opened["payment_id"], lost=True)
    desk.look(opened["payment_id"], 400)
    desk.open(8_000).refused(503, "provider_unavailable")
    assert {row["number"]["S"] for row in house.rows("differences")} == {opened["payment_id"]}
    assert _states(house) == {opened["payment_id"]: "created"}


# ---------------------------------------------------------------- one open payment


def test_the_code_takes_the_place_of_the_guests_payment_and_the_other_way_round(house: House) -> None:
    stay = reserved(house)
    desk = _at(stay)
    mine = stay.open().must(201)
    code = desk.open().must(201)
    assert (code["amount"], code["payment_id"] != mine["payment_id"]) == (mine["amount"], True)
    assert _states(house)[mine["payment_id"]] == "closed"
    again = stay.open().must(201)
    assert _states(house)[code["payment_id"]] == "closed"
    other = desk.open(10_000).must(201)
    smaller = desk.open(9_000).must(201)
    assert [_states(house)[it["payment_id"]] for it in (again, other, smaller)] == ["closed", "closed", "created"]
    assert sorted(_at_wechat(house, stay.order_no).values()) == ["CLOSED"] * 4 + ["NOTPAY"]
    desk.scan(smaller["payment_id"])
    house.settle()
    assert stay.sums == (ROOMS, 9_000, ROOMS - 9_000)
    assert_balanced(house)


def test_one_that_was_paid_meanwhile_is_not_replaced(house: House) -> None:
    stay = reserved(house)
    desk = _at(stay)
    mine = stay.open().must(201)
    stay.play(mine, lost=True)
    desk.open().refused(409, "not_payable")
    house.settle()
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    second = reserved(house, token=house.guest("13900000002"))
    code = _at(second).open().must(201)
    desk.scan(code["payment_id"], lost=True)
    second.open().refused(409, "not_payable")
    house.settle()
    assert second.status == "paid"
    assert_balanced(house)


def test_two_desks_at_once_open_one_code(house: House, desk: Desk, before_commit: Arrange) -> None:
    first: list[Any] = []
    before_commit(lambda: first.append(desk.open().must(201)))
    second = desk.open().must(201)
    assert first[0]["payment_id"] == second["payment_id"]
    assert len(house.rows("payments")) == 1


def test_the_guest_and_the_desk_at_once_leave_one_open(house: House, before_commit: Arrange) -> None:
    stay = reserved(house)
    desk = _at(stay)
    mine: list[Any] = []
    before_commit(lambda: mine.append(stay.open().must(201)))
    code = desk.open().must(201)
    assert _states(house) == {mine[0]["payment_id"]: "closed", code["payment_id"]: "created"}
    assert _at_wechat(house, stay.order_no) == {mine[0]["payment_id"]: "CLOSED", code["payment_id"]: "NOTPAY"}


def test_a_guest_who_claims_the_stay_gets_a_payment_of_their_own(house: House, desk: Desk) -> None:
    code = desk.open().must(201)
    token = house.guest(PHONE)
    path = f"/api/orders/{desk.order_no}/payments"
    mine = house.send("POST", path, {"via": "native"}, token).must(201)
    assert mine["payment_id"] != code["payment_id"]
    assert house.send("GET", f"/api/payments/{mine['payment_id']}", token=token).must(200)["status"] == "created"
    desk.scan(mine["payment_id"])
    house.settle()
    assert desk.sums == ("paid", ROOMS, ROOMS)
    assert house.send("GET", "/api/me", token=token).must(200)["points"] == ROOMS // 100


def test_a_key_shows_the_code_again_also_after_it_was_paid(house: House, desk: Desk) -> None:
    opened = desk.open(Idempotency_Key="k").must(201)
    desk.scan(opened["payment_id"])
    house.settle()
    assert desk.open(Idempotency_Key="k").must(201) == opened
    desk.open(1, Idempotency_Key="k").refused(422, "idempotency_key_reused")
    assert len(house.rows("payments")) == 1


# ---------------------------------------------------------------- who and what


def test_guests_choose_their_way_too(house: House) -> None:
    stay = PaidStay(house, paid=False)
    path = f"/api/orders/{stay.order_no}/payments"
    code = house.send("POST", path, {"via": "native"}, stay.token).must(201)
    assert (code["via"], code["amount"]) == ("native", ROOMS)
    mine = house.send("POST", path, {"via": "jsapi"}, stay.token).must(201)
    assert (mine["via"], "code_url" in mine) == ("jsapi", False)
    assert stay.open().must(201)["payment_id"] == mine["payment_id"], "without a body it is the mini program's"
    for wrong in ({"via": "h5"}, {"via": None}, {"amount": 1}):
        house.send("POST", path, wrong, stay.token).refused(422, "invalid_request")
    stay.play(mine)
    house.settle()
    assert stay.status == "paid"
    assert_balanced(house)


def test_an_unpaid_order_is_paid_at_the_desk_as_a_whole(house: House) -> None:
    stay = PaidStay(house, paid=False)
    desk = _at(stay)
    assert desk.open(ROOMS - 1).refused(409, "whole_amount_only")["amount"] == ROOMS
    desk.open(ROOMS + 1).refused(409, "overpaid")
    code = desk.open(ROOMS).must(201)
    assert code["expires_at"] == stay.booking["expires_at"]
    desk.scan(code["payment_id"])
    house.settle()
    assert stay.status == "paid"
    assert_balanced(house)


def test_a_code_for_a_stay_that_is_held_for_days_is_good_for_half_an_hour(house: House) -> None:
    held = reserved(house, hold_until=NOW + timedelta(days=5), begin=6)
    assert _at(held).open().must(201)["expires_at"] < "2026-11-21T04:31"
    soon = reserved(house, hold_until=NOW + timedelta(minutes=10), token=house.guest("13900000002"))
    assert _at(soon).open().must(201)["expires_at"].startswith("2026-11-21T04:10")


def test_what_cannot_be_opened(house: House, desk: Desk) -> None:
    for wrong in ({}, {"via": "jsapi"}, {"via": "native", "amount": 0}, {"via": "native", "more": 1}):
        path = f"/api/staff/orders/{desk.order_no}/payments"
        house.send("POST", path, wrong, desk.token).refused(422, "invalid_request")
    code = desk.open().must(201)
    stranger = house.token(Role.STAFF, "H-other")
    house.send("POST", path, {"via": "native"}, stranger).refused(404, "not_found")
    house.send("GET", f"/api/staff/payments/{code['payment_id']}", token=stranger).refused(404, "not_found")
    desk.look("P01KAHJ3W8Q6F2M9N4T7XBZC5DH", 404)
    desk.staff("cancellation", {"reason": "Called us"}).must(200)
    desk.open().refused(409, "not_payable")


def test_goods_are_paid_by_a_code_that_an_admin_opens(house: House) -> None:
    token = house.guest()
    goods = {"name": "Tea", "price": 3000, "stock": 5, "description": "", "images": []}
    goods_id = house.send("POST", "/api/staff/goods", goods, house.admin).must(201)["goods_id"]
    whom = {"address": "12 St James Square", "consignee": "Ada Lovelace", "phone_number": "13800138000"}
    wish = {"items": [{"goods_id": goods_id, "quantity": 2}], **whom}
    order = house.send("POST", "/api/shop-orders", wish, token, Idempotency_Key="goods").must(201)
    path = f"/api/staff/orders/{order['order_no']}/payments"
    desk_token = house.token(Role.STAFF, house.room()["hotel_id"])
    house.send("POST", path, {"via": "native"}, desk_token).refused(404, "not_found")
    house.send("POST", path, {"via": "native", "amount": 1}, house.admin).refused(409, "whole_amount_only")
    code = house.send("POST", path, {"via": "native"}, house.admin).must(201)
    assert code["amount"] == order["payable"]
    house.simulate("POST", f"/simulator/payments/{code['payment_id']}", {"result": "success", "lost": True})
    looked = house.send("GET", f"/api/staff/payments/{code['payment_id']}", token=house.admin).must(200)
    assert looked["status"] == "succeeded"
    house.settle()
    assert house.send("GET", f"/api/shop-orders/{order['order_no']}", token=token).must(200)["status"] == "paid"
    assert_balanced(house)


def test_wechat_down_leaves_the_stay_payable(house: House, desk: Desk) -> None:
    house.simulate("POST", "/simulator/faults", {"api": "native", "http_status": 500, "times": 1})
    desk.open(Idempotency_Key="k").refused(503, "wechat_unavailable")
    opened = desk.open(Idempotency_Key="k").must(201)
    assert len(house.rows("payments")) == 1
    desk.scan(opened["payment_id"])
    house.settle()
    assert desk.sums == ("paid", ROOMS, ROOMS)


def test_calls_to_aws_are_counted(desk: Desk) -> None:
    opening = counted(lambda: desk.open().must(201))
    assert opening.calls_of("create_staff_payment") == {"GetItem": 1, "TransactWriteItems": 1, "UpdateItem": 1}
    opened = desk.open().must(201)
    looking = counted(lambda: desk.look(opened["payment_id"]))
    assert looking.calls_of("get_staff_payment") == {"GetItem": 2, "Query": 1}


# ---------------------------------------------------------------- less is owed meanwhile


def test_what_the_desk_takes_closes_the_open_payment_that_asks_for_more(house: House) -> None:
    stay = reserved(house)
    desk = _at(stay)
    mine = stay.open().must(201)
    stay.at_desk(5_000).must(201)
    house.settle()
    assert _states(house) == {mine["payment_id"]: "closed"}
    assert _at_wechat(house, stay.order_no) == {mine["payment_id"]: "CLOSED"}
    code = desk.open().must(201)
    assert code["amount"] == ROOMS - 5_000
    stay.at_desk(ROOMS - 5_000).must(201)
    house.settle()
    assert (stay.status, _states(house)[code["payment_id"]]) == ("paid", "closed")
    assert_balanced(house)


def test_a_code_for_a_part_stays_open_while_all_of_it_is_owed(house: House) -> None:
    stay = reserved(house)
    desk = _at(stay)
    code = desk.open(10_000).must(201)
    stay.at_desk(ROOMS - 10_000).must(201)
    house.settle()
    assert _states(house) == {code["payment_id"]: "created"}
    desk.scan(code["payment_id"])
    house.settle()
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    assert house.simulate("GET", f"/simulator/refunds?order_no={stay.order_no}")["items"] == []


def test_an_adjustment_closes_the_open_payment_too(house: House) -> None:
    stay = reserved(house)
    mine = stay.open().must(201)
    stay.charge("adjustment", -1_000).must(201)
    stay.charge("fee", 400).must(201)
    house.settle()
    assert _at_wechat(house, stay.order_no) == {mine["payment_id"]: "CLOSED"}
    assert stay.open().must(201)["amount"] == ROOMS - 600


def test_money_that_came_before_the_close_is_settled_and_what_is_too_much_goes_back_once(house: House) -> None:
    stay = reserved(house)
    mine = stay.open().must(201)
    stay.at_desk(5_000).must(201)
    stay.play(mine, lost=True)
    house.settle()
    assert (stay.status, stay.sums, stay.at_wechat) == ("paid", (ROOMS, ROOMS, 0), [5_000])
    assert_balanced(house)


def test_an_older_payment_that_comes_in_closes_the_newer_one_at_wechat(house: House) -> None:
    stay = reserved(house)
    desk = _at(stay)
    code = desk.open().must(201)
    # The simulator lets a payment race with its close for a moment, as WeChat does.
    newer = stay.open().must(201)
    desk.scan(code["payment_id"])
    house.settle()
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    assert _at_wechat(house, stay.order_no)[newer["payment_id"]] == "CLOSED"
    assert_balanced(house)


def test_the_common_payment_at_the_desk_sends_nothing_more(house: House) -> None:
    stay = reserved(house)
    stay.at_desk(5_000).must(201)
    paid = PaidStay(house, token=house.guest("13900000002"))
    paid.charge("fee", 1_000).must(201)
    paid.at_desk(1_000).must(201)
    assert [row for row in house.rows("outbox") if row["type"]["S"] == "payment.outdated"] == []


def _at(stay: PaidStay) -> Desk:
    """The desk of a guest's stay."""
    desk = Desk.__new__(Desk)
    desk.house, desk.room, desk.order_no = stay.house, stay.room, stay.order_no
    desk.token = stay.house.token(Role.STAFF, stay.room["hotel_id"], subject="desk")
    return desk
