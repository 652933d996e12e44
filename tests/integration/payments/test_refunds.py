"""Refunds: requested, sent to WeChat, notified, reconciled; and what staff see of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.pay import WechatPay
from posthouse.clients.wechat.pay_answers import RefundRefused
from posthouse.domain.event import EventType
from posthouse.domain.identity import Role
from posthouse.services.payments import refunds as refund_services
from posthouse.services.payments.reconciliation import ReconciliationIncomplete
from posthouse.store import refunds
from posthouse.store.outbox import OutboxRow
from tests.integration.arranged import arranged
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, TODAY, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.standing import Simulator
from tests.support.clock import clock_at


class Paid:
    """A guest's paid booking of two nights, 60000 fen with the welcome coupon of 2000 fen taken off."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.template()
        self.token = house.guest()
        house.settle()
        [coupon] = house.coupons(self.token)
        self.room = house.room(cancel_fee_bp=2500, free_cancel_hours=0)
        wish = house.wish(self.room, begin=3, nights=2, coupon_id=coupon["coupon_id"])
        self.order_no: str = house.book(self.token, wish).must(201)["order_no"]
        self.payment_id: str = house.pay(self.token, self.order_no)["payment_id"]
        house.settle()

    def give_back(self, amount: int | None = None, key: str = "key-1", token: str | None = None) -> Reply:
        body = {"reason": "Noise"} | ({} if amount is None else {"amount": amount})
        path = f"/api/staff/orders/{self.order_no}/refunds"
        return self.house.send("POST", path, body, token or self.house.admin, Idempotency_Key=key)

    def tell(self, out_refund_no: str, result: str | None = "success", **how: Any) -> list[int]:
        """Let WeChat end the refund and notify us; returns our endpoint's response."""
        wish = ({} if result is None else {"result": result}) | how
        played = self.house.simulate("POST", f"/simulator/refunds/{out_refund_no}", wish)
        self.house.settle()
        return [delivery["status"] for delivery in played["deliveries"]]

    @property
    def status(self) -> str:
        return str(self.house.booking(self.token, self.order_no)["status"])

    @property
    def refunds(self) -> list[tuple[int, str]]:
        found = self.house.booking(self.token, self.order_no)["refunds"]
        return [(refund["amount"], refund["status"]) for refund in found]

    @property
    def at_wechat(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.house.simulate("GET", f"/simulator/refunds?order_no={self.order_no}")[
            "items"
        ]
        return items

    @property
    def refunded(self) -> tuple[int, int]:
        """The amounts that the payment's row has as reserved for refunds and as refunded."""
        [row] = [row for row in self.house.rows("payments") if row["payment_id"]["S"] == self.payment_id]
        return int(row["refunded"]["N"]), int(row["returned"]["N"])


@pytest.fixture
def paid(house: House, simulator: Simulator) -> Paid:
    return arranged(house, simulator, Paid)


def test_a_whole_refund_ends_the_booking_when_the_money_has_arrived(house: House, paid: Paid) -> None:
    asked = paid.give_back().must(202)
    assert (asked["amount"], asked["status"]) == (58000, "requested")
    assert paid.status == "refunding"
    assert house.sold(paid.room, 6) == [0] * 6
    assert len(house.coupons(paid.token, "unused")) == 1
    house.settle()
    assert paid.refunds == [(58000, "processing")]
    assert paid.tell(asked["out_refund_no"]) == [204]
    assert (paid.status, paid.refunds) == ("refunded", [(58000, "succeeded")])
    [row] = [row for row in house.rows("money-ledger") if row["kind"]["S"] == "refund"]
    assert (row["amount"]["N"], row["order_no"]["S"], row["day"]["S"]) == ("58000", paid.order_no, "2026-11-21")
    assert_balanced(house)
    kinds = [message["kind"] for message in house.send("GET", "/api/me/notifications", token=paid.token).body["items"]]
    assert "cancelled" in kinds


@pytest.mark.parametrize("amount", [None, 30000])
def test_money_that_has_not_paid_its_booking_yet_is_not_given_back_by_hand(house: House, amount: int | None) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    house.pay(token, order_no)
    body = {"reason": "Noise"} | ({} if amount is None else {"amount": amount})
    path = f"/api/staff/orders/{order_no}/refunds"
    refused = house.send("POST", path, body, house.admin, Idempotency_Key="r1").refused(409, "refund_exceeds_payment")
    assert refused["refundable"] == 0
    house.settle()
    assert house.booking(token, order_no)["status"] == "paid"
    assert_balanced(house)


def test_partial_refunds_leave_the_booking_until_all_has_gone_back(house: House, paid: Paid) -> None:
    paid.give_back(20000).must(202)
    assert paid.status == "paid"
    refused = paid.give_back(38001, key="key-2").refused(409, "refund_exceeds_payment")
    assert (refused["asked"], refused["refundable"]) == (38001, 38000)
    paid.give_back(8000, key="key-2").must(202)
    assert (paid.status, paid.refunded) == ("paid", (28000, 0))
    paid.give_back(30000, key="key-3").must(202)
    assert (paid.status, paid.refunded) == ("refunding", (58000, 0))
    paid.give_back(1, key="key-4").refused(409, "refund_exceeds_payment")
    house.settle()
    numbers = [refund["out_refund_no"] for refund in paid.at_wechat]
    assert len(numbers) == 3
    for number in numbers[:2]:
        paid.tell(number)
        assert paid.status == "refunding", "more is on its way"
    paid.tell(numbers[2])
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))


def test_a_repeated_request_is_one_refund(house: House, paid: Paid) -> None:
    first, again = paid.give_back(100).must(202), paid.give_back(100).must(202)
    assert first == again
    paid.give_back(200).refused(422, "idempotency_key_reused")
    assert paid.refunded == (100, 0)


def test_two_requests_at_once_give_back_no_more_than_was_paid(house: House, paid: Paid, before_commit: Arrange) -> None:
    admin = house.admin
    before_commit(lambda: paid.give_back(50000, key="rival", token=admin).must(202))
    paid.give_back(50000).refused(409, "refund_exceeds_payment")
    assert paid.refunded == (50000, 0)


def test_the_same_request_at_once_is_one_refund(house: House, paid: Paid, before_commit: Arrange) -> None:
    admin = house.admin
    before_commit(lambda: paid.give_back(100, token=admin).must(202))
    paid.give_back(100, token=admin).must(202)
    assert paid.refunded == (100, 0)


def test_a_refund_and_the_guests_cancellation_at_once_give_back_no_more_than_was_paid(
    house: House, paid: Paid, before_commit: Arrange
) -> None:
    admin = house.admin
    before_commit(lambda: paid.give_back(40000, token=admin).must(202))
    house.send("POST", f"/api/bookings/{paid.order_no}/cancellation", token=paid.token).must(200)
    assert (paid.status, paid.refunded) == ("refunding", (58000, 0))
    assert sorted(amount for amount, _ in paid.refunds) == [18000, 40000]


def test_a_stay_in_the_house_is_refunded_in_part_or_whole_and_goes_on(house: House, paid: Paid) -> None:
    with clock_at(NOW + timedelta(days=3)):
        house.send("POST", f"/api/staff/bookings/{paid.order_no}/check-in", token=house.admin).must(200)
        paid.give_back(token=house.admin).must(202)
        assert (
            house.send("GET", f"/api/staff/bookings?hotel_id={paid.room['hotel_id']}", token=house.admin).must(200)[
                "items"
            ][0]["status"]
            == "checked_in"
        )
    assert house.sold(paid.room, 6) == [0, 0, 0, 1, 1, 0]


def test_only_the_hotels_own_staff_give_money_back(house: House, paid: Paid) -> None:
    paid.give_back(100, token=house.token(Role.STAFF, "H-other")).refused(404, "not_found")
    paid.give_back(100, token=paid.token).refused(403, "forbidden")
    paid.give_back(100, token=house.token(Role.STAFF, paid.room["hotel_id"])).must(202)
    [audit] = [row for row in house.rows("audit") if row["action"]["S"] == "refund"]
    assert audit["target"]["S"] == paid.order_no


def test_an_unpaid_order_has_nothing_to_give_back(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    path = f"/api/staff/orders/{order_no}/refunds"
    refused = house.send("POST", path, {"reason": "x"}, house.admin, Idempotency_Key="k")
    refused.refused(409, "refund_exceeds_payment")
    for bad in ({}, {"reason": ""}, {"reason": "x", "amount": 0}, {"reason": "x", "amount": 1.5}):
        house.send("POST", path, bad, house.admin, Idempotency_Key="k").refused(422, "invalid_request")
    house.send("POST", path, {"reason": "x"}, house.admin).refused(422, "idempotency_key_required")


# ---------------------------------------------------------------- at WeChat


def test_a_refund_handed_in_twice_is_one_refund_at_wechat(house: House, paid: Paid) -> None:
    paid.give_back(100).must(202)
    house.relay()
    url = house.value({"Ref": "RequestedRefundsQueue"})
    [message] = house.sqs.receive_message(QueueUrl=url)["Messages"]
    for _ in range(2):
        assert house.feed("send_refund", [message["Body"]]) == []
    assert [(refund["amount"], refund["requests"]) for refund in paid.at_wechat] == [(100, 1)]


def test_a_crash_after_wechats_yes_is_made_good_by_the_same_request(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    paid.give_back(100).must(202)
    house.relay()
    url = house.value({"Ref": "RequestedRefundsQueue"})
    [message] = house.sqs.receive_message(QueueUrl=url)["Messages"]
    with monkeypatch.context() as patch:
        patch.setattr(refunds, "move", dies)
        assert house.feed("send_refund", [message["Body"]]) != []
    assert paid.refunds == [(100, "requested")]
    assert house.feed("send_refund", [message["Body"]]) == []
    assert [(refund["amount"], refund["requests"]) for refund in paid.at_wechat] == [(100, 2)]
    assert paid.refunds == [(100, "processing")]


def test_while_wechat_is_down_the_message_comes_again(house: House, paid: Paid) -> None:
    paid.give_back(100).must(202)
    house.relay()
    url = house.value({"Ref": "RequestedRefundsQueue"})
    [message] = house.sqs.receive_message(QueueUrl=url)["Messages"]
    house.simulate("POST", "/simulator/faults", {"api": "refund", "http_status": 500, "times": 1})
    assert house.feed("send_refund", [message["Body"]]) != []
    assert house.feed("send_refund", [message["Body"]]) == []
    assert paid.refunds == [(100, "processing")]


def test_a_refund_that_wechat_closed_can_be_asked_for_again(house: House, paid: Paid) -> None:
    first = paid.give_back(58000).must(202)["out_refund_no"]
    house.settle()
    assert paid.tell(first, "closed") == [204]
    assert (paid.status, paid.refunds, paid.refunded) == ("refunding", [(58000, "failed")], (0, 0))
    second = paid.give_back(58000, key="key-2").must(202)["out_refund_no"]
    house.settle()
    paid.tell(second)
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))
    assert_balanced(house)


def test_an_abnormal_refund_keeps_its_amount_until_it_is_sent_by_hand(house: House, paid: Paid) -> None:
    number = paid.give_back(58000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "abnormal")
    assert (paid.refunds, paid.refunded) == ([(58000, "failed")], (58000, 0))
    paid.give_back(1, key="key-2").refused(409, "refund_exceeds_payment")
    paid.tell(number, "success")
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))


def test_repeats_and_reorderings_of_what_wechat_says_change_nothing(house: House, paid: Paid) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    assert paid.tell(number, deliveries=3) == [204, 204, 204]
    before = house.contents()
    assert paid.tell(number, None, deliveries=2) == [204, 204]
    assert house.contents() == before
    assert paid.refunded == (100, 100)


@pytest.mark.parametrize("fault", ["bad_signature", "stale", "signtest", "unknown_serial"])
def test_a_hostile_refund_notification_changes_nothing(house: House, paid: Paid, fault: str) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    assert paid.tell(number, fault=fault) == [401]
    assert paid.refunds == [(100, "processing")]


def test_a_refund_of_which_wechat_says_another_amount_is_a_difference(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    house.dynamodb.update_item(
        TableName="posthouse-refunds",
        Key={"out_refund_no": {"S": number}},
        UpdateExpression="SET amount = :other",
        ExpressionAttributeValues={":other": {"N": "99"}},
    )
    assert paid.tell(number) == [400]
    assert paid.tell(number, None) == [400]
    [found] = house.send("GET", "/api/staff/differences", token=house.admin).must(200)["items"]
    assert (found["kind"], found["number"], found["order_no"]) == ("refund", number, paid.order_no)
    assert (found["field"], found["ours"], found["theirs"]) == ("amount", "99", "100")


def test_staff_see_payments_with_their_refunds(house: House, paid: Paid) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number)
    path = f"/api/staff/payments?order_no={paid.order_no}"
    [payment] = house.send("GET", path, token=house.admin).must(200)["items"]
    assert (payment["payment_id"], payment["status"], payment["refunded"]) == (paid.payment_id, "succeeded", 100)
    assert payment["wechat_transaction_id"]
    [refund] = payment["refunds"]
    assert (refund["out_refund_no"], refund["amount"], refund["status"]) == (number, 100, "succeeded")
    assert refund["wechat_refund_id"]
    house.send("GET", path, token=house.token(Role.STAFF, "H-other")).refused(404, "not_found")


# ---------------------------------------------------------------- reconciliation


def reconcile(house: House, minutes: int) -> dict[str, int]:
    with clock_at(NOW + timedelta(minutes=minutes)):
        found: dict[str, int] = house.invoke("reconcile_open", {})
        house.settle()
    return found


def test_a_payment_whose_notification_was_lost_is_settled(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    house.pay(token, order_no, lost=True)
    with clock_at(NOW + timedelta(minutes=31)):
        assert house.invoke("reconcile_open", {}) == {"payments": 0, "refunds": 0}, "its time is not over"
    assert reconcile(house, 33) == {"payments": 1, "refunds": 0}
    assert house.booking(token, order_no)["status"] == "paid"
    assert reconcile(house, 60) == {"payments": 0, "refunds": 0}


def test_a_refund_whose_notification_was_lost_is_noted(house: House, paid: Paid) -> None:
    number = paid.give_back(58000).must(202)["out_refund_no"]
    house.settle()
    assert paid.tell(number, lost=True) == []
    assert paid.status == "refunding"
    assert reconcile(house, 6) == {"payments": 0, "refunds": 1}
    assert paid.status == "refunded"
    assert reconcile(house, 30) == {"payments": 0, "refunds": 0}


def test_a_refund_that_never_reached_wechat_is_handed_in_again(house: House, paid: Paid) -> None:
    paid.give_back(100).must(202)
    assert paid.at_wechat == []
    assert reconcile(house, 6) == {"payments": 0, "refunds": 0}
    assert [refund["amount"] for refund in paid.at_wechat] == [100]
    assert paid.refunds == [(100, "processing")]


def test_one_that_wechat_does_not_answer_about_holds_back_no_other(house: House, paid: Paid) -> None:
    numbers = [paid.give_back(100, key=f"key-{n}").must(202)["out_refund_no"] for n in range(2)]
    house.settle()
    for number in numbers:
        paid.tell(number, lost=True)
    house.simulate("POST", "/simulator/faults", {"api": "query_refund", "http_status": 500, "times": 1})
    found = reconcile(house, 6)["refunds"] + reconcile(house, 17)["refunds"]
    assert found == 2
    assert paid.refunded == (200, 200)


def test_the_daily_comparison_finds_every_difference_once(house: House, paid: Paid) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number)
    rows = house.rows("money-ledger")
    assert len(rows) == 2
    for row in rows:
        wrong = {**row, "amount": {"N": "1"}} if row["kind"]["S"] == "refund" else {**row, "transaction_id": {"S": "x"}}
        house.dynamodb.put_item(TableName="posthouse-money-ledger", Item=wrong)
    with clock_at(NOW + timedelta(days=1)):
        runs = [house.invoke("compare_ledger", {}) for _ in range(9)]
        assert [run["movements"] for run in runs] == [0] * 6 + [2, 0, 0], "the oldest of seven days comes first"
        assert (runs[6]["day"], runs[6]["differences"], runs[6]["ended"]) == (str(TODAY), 2, True)
        found = house.send("GET", "/api/staff/differences?limit=1", token=house.admin).must(200)
        rest = house.send("GET", f"/api/staff/differences?cursor={found['next_cursor']}&limit=1", token=house.admin)
        kinds = {(it["kind"], it["field"], it["ours"]) for it in found["items"] + rest.must(200)["items"]}
    assert kinds == {("refund", "amount", "1"), ("payment", "transaction", "x")}


def test_a_comparison_that_ran_out_of_time_goes_on_where_it_stopped(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posthouse.services.payments.ledger_comparison.PAGE", 1)
    for n in range(2):
        number = paid.give_back(100, key=f"key-{n}").must(202)["out_refund_no"]
        house.settle()
        paid.tell(number)
    monkeypatch.setattr("tests.integration.house.CONTEXT.get_remaining_time_in_millis", lambda: 1000)
    with clock_at(NOW + timedelta(days=1)):
        runs = [house.invoke("compare_ledger", {}) for _ in range(9)]
    assert [(run["movements"], run["ended"]) for run in runs[6:]] == [(1, False), (1, False), (1, True)]


def test_a_day_that_wechat_did_not_answer_about_is_gone_on_with_the_next_day(house: House, paid: Paid) -> None:
    with clock_at(NOW + timedelta(days=1)):
        for _ in range(6):
            house.invoke("compare_ledger", {})
        house.simulate("POST", "/simulator/faults", {"api": "query", "http_status": 500, "times": 1})
        with pytest.raises(WechatUnavailable):
            house.invoke("compare_ledger", {})
    with clock_at(NOW + timedelta(days=2)):
        assert house.invoke("compare_ledger", {})["day"] == str(TODAY)


def test_two_parts_at_once_that_make_the_whole_end_the_booking(
    house: House, paid: Paid, before_commit: Arrange
) -> None:
    admin = house.admin
    before_commit(lambda: paid.give_back(29000, key="rival", token=admin).must(202))
    paid.give_back(29000, token=admin).must(202)
    assert (paid.status, paid.refunded) == ("refunding", (58000, 0))
    assert house.sold(paid.room, 6) == [0] * 6


def test_a_part_that_failed_is_owed_until_it_has_been_asked_for_again(house: House, paid: Paid) -> None:
    part = paid.give_back(20000).must(202)["out_refund_no"]
    rest = paid.give_back(key="key-2").must(202)["out_refund_no"]
    house.settle()
    paid.tell(part, "closed")
    paid.tell(rest)
    assert (paid.status, paid.refunded) == ("refunding", (38000, 38000))
    again = paid.give_back(key="key-3").must(202)
    assert again["amount"] == 20000
    house.settle()
    paid.tell(again["out_refund_no"])
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))


def test_one_that_cannot_be_dealt_with_holds_back_no_other(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [paid.give_back(100, key=f"key-{n}").must(202)["out_refund_no"] for n in range(2)]
    house.settle()
    for number in numbers:
        paid.tell(number, lost=True)
    note = refund_services.note

    def broken(word: Any, provider: str, step: Any) -> Any:
        if word.out_refund_no == numbers[0]:
            raise RuntimeError("a row that cannot be read")
        return note(word, provider, step)

    monkeypatch.setattr(refund_services, "note", broken)
    with clock_at(NOW + timedelta(minutes=6)), pytest.raises(ReconciliationIncomplete):
        house.invoke("reconcile_open", {})
    assert paid.refunded == (200, 100)


def test_money_for_a_closed_payment_is_found_and_goes_back(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    payment = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).must(200)
    prepay_id = payment["wechat"]["package"].removeprefix("prepay_id=")
    house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success", "lost": True})
    assert reconcile(house, 33)["payments"] == 1
    [refund] = house.booking(token, order_no)["refunds"]
    assert (refund["amount"], refund["status"]) == (30000, "processing")


def test_a_closed_payment_that_nobody_paid_is_asked_about_once(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).must(200)
    house.settle()
    assert reconcile(house, 33) == {"payments": 0, "refunds": 0}
    [row] = house.rows("payments")
    assert "due_at" not in row


def test_an_abnormal_refund_that_was_sent_by_hand_is_found(house: House, paid: Paid) -> None:
    number = paid.give_back(58000).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "abnormal")
    assert reconcile(house, 6) == {"payments": 0, "refunds": 0}
    paid.tell(number, "success", lost=True)
    assert reconcile(house, 20) == {"payments": 0, "refunds": 1}
    assert paid.status == "refunded"


def test_an_authentic_payment_of_another_amount_is_kept_for_staff(house: House) -> None:
    token, room = house.guest(), house.room()
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    [delivery] = house.pay(token, order_no, fault="wrong_amount")["deliveries"]
    assert delivery["status"] == 400
    [found] = house.send("GET", "/api/staff/differences", token=house.admin).must(200)["items"]
    assert (found["kind"], found["order_no"], found["field"]) == ("payment", order_no, "amount")
    assert found["ours"] != found["theirs"]
    house.send("GET", "/api/staff/differences", token=house.token(Role.STAFF, "H")).refused(403, "forbidden")


def test_a_refund_arrives_while_another_is_asked_for(house: House, paid: Paid, before_commit: Arrange) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    admin = house.admin
    before_commit(lambda: paid.give_back(200, key="key-2", token=admin).must(202))
    paid.tell(number)
    assert paid.refunded == (300, 100)


def test_a_whole_that_failed_is_owed_in_whole_also_when_it_is_asked_for_in_parts(house: House, paid: Paid) -> None:
    whole = paid.give_back().must(202)["out_refund_no"]
    house.settle()
    paid.tell(whole, "closed")
    part = paid.give_back(30000, key="key-2").must(202)["out_refund_no"]
    house.settle()
    paid.tell(part)
    assert (paid.status, paid.refunded) == ("refunding", (30000, 30000))
    rest = paid.give_back(key="key-3").must(202)["out_refund_no"]
    house.settle()
    paid.tell(rest)
    assert (paid.status, paid.refunded) == ("refunded", (58000, 58000))


def test_a_repeat_sends_the_very_body_that_was_sent_first(house: House, paid: Paid) -> None:
    paid.give_back(100).must(202)
    house.relay()
    url = house.value({"Ref": "RequestedRefundsQueue"})
    [message] = house.sqs.receive_message(QueueUrl=url)["Messages"]
    house.simulate("POST", "/simulator/faults", {"api": "refund", "http_status": 500, "times": 1})
    assert house.feed("send_refund", [message["Body"]]) != []
    [row] = house.rows("refunds")
    first = row["request_body"]["S"]
    house._refs["PublicBaseUrl"] = "http://moved.invalid"
    assert house.feed("send_refund", [message["Body"]]) == []
    [row] = house.rows("refunds")
    assert row["request_body"]["S"] == first
    assert paid.refunds == [(100, "processing")]


def test_what_wechat_closed_and_then_pays_is_noted_as_arrived(house: House, paid: Paid) -> None:
    number = paid.give_back(100).must(202)["out_refund_no"]
    house.settle()
    paid.tell(number, "closed")
    for _ in range(2):
        assert paid.tell(number, "success") == [204]
        assert (paid.refunds, paid.refunded) == ([(100, "succeeded")], (100, 100))


def refusing(monkeypatch: pytest.MonkeyPatch, code: str, *, after_all: bool = False) -> None:
    """Let WeChat refuse refunds; with ``after_all`` it has accepted them in spite of that."""
    take = WechatPay.refund

    def refuse(self: WechatPay, body: bytes) -> RefundRefused:
        if after_all:
            take(self, body)
        return RefundRefused(code, "no")

    monkeypatch.setattr(WechatPay, "refund", refuse)


def test_a_final_no_of_wechats_frees_the_amount(house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        refusing(patch, "NO_AUTH")
        paid.give_back().must(202)
        house.settle()
    assert (paid.status, paid.refunds, paid.refunded) == ("refunding", [(58000, "failed")], (0, 0))
    [payment] = house.send("GET", f"/api/staff/payments?order_no={paid.order_no}", token=house.admin).must(200)["items"]
    assert payment["refunds"][0]["failure"] == "NO_AUTH"
    assert paid.give_back(key="key-2").must(202)["amount"] == 58000


def test_a_no_is_not_believed_where_wechat_knows_the_refund(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, "PARAM_ERROR", after_all=True)
    paid.give_back(100).must(202)
    house.settle()
    assert (paid.refunds, paid.refunded) == ([(100, "processing")], (100, 0))


def test_while_the_merchants_account_is_empty_a_refund_waits(
    house: House, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        refusing(patch, "NOT_ENOUGH")
        paid.give_back(100).must(202)
        house.settle()
        assert (paid.refunds, paid.refunded) == ([(100, "requested")], (100, 0))
        assert reconcile(house, 6) == {"payments": 0, "refunds": 0}
    assert reconcile(house, 10) == {"payments": 0, "refunds": 0}
    assert paid.refunds == [(100, "requested")], "it was asked for six minutes ago, and is again in ten"
    reconcile(house, 17)
    assert paid.refunds == [(100, "processing")]


def test_the_refund_of_another_payment_does_not_end_the_booking(house: House, paid: Paid) -> None:
    paid.give_back().must(202)
    house.settle()
    [row] = [row for row in house.rows("outbox") if row["type"]["S"] == "refund.requested"]
    other = OutboxRow.from_raw_data(row).to_event()
    payload = {**other.payload, "payment_id": "P-other"}
    event = replace(other, type=EventType.REFUND_SUCCEEDED, sequence=3, payload=payload)
    assert house.feed("mark_booking_refunded", [event.to_json()]) == []
    assert paid.status == "refunding"


@pytest.mark.parametrize("whole", [True, False])
def test_a_stay_whose_money_has_all_gone_back_earns_no_coupon(house: House, paid: Paid, whole: bool) -> None:
    house.template(kind="check_out", name="Bye")
    with clock_at(NOW + timedelta(days=3)):
        house.send("POST", f"/api/staff/bookings/{paid.order_no}/check-in", token=house.admin).must(200)
        paid.give_back(20000).must(202)
        paid.give_back(None if whole else 37999, key="key-2").must(202)
        facts = {"order_no": paid.order_no, "actor": "admin", "correlation_id": ""}
        finished = house.invoke("finish_booking", facts)
        granted = house.invoke("grant_check_out_coupon", {**facts, "finished": finished})
        assert granted["outcome"] == ("given_back" if whole else "granted")
        assert house.invoke("finish_booking", facts) == finished
    assert [row for row in house.rows("coupons") if row["source"]["S"] == "check_out"] == [] or not whole


def test_a_check_out_at_the_moment_of_the_whole_refund_knows_of_it(
    house: House, paid: Paid, before_commit: Arrange
) -> None:
    with clock_at(NOW + timedelta(days=3)):
        house.send("POST", f"/api/staff/bookings/{paid.order_no}/check-in", token=house.admin).must(200)
        admin = house.admin
        before_commit(lambda: paid.give_back(token=admin).must(202))
        facts = {"order_no": paid.order_no, "actor": "admin", "correlation_id": ""}
        assert house.invoke("finish_booking", facts)["given_back"] is True
