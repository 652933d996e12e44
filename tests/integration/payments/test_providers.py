"""Providers: WeChat Pay, and one that is made up here, pass the same tests by the protocol alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from posthouse.clients.provider import Provider
from posthouse.clients.unavailable import ProviderNotSetUp, ProviderUnavailable
from posthouse.domain.identity import Principal, Role
from posthouse.domain.payment import (
    JSAPI,
    NATIVE,
    NotPayable,
    Payment,
    PaymentRefused,
    PaymentState,
    Settlement,
    SettlementMismatch,
    Way,
    compare,
)
from posthouse.domain.provider import (
    Handover,
    Opened,
    OpenRefused,
    PaymentReport,
    PaymentRequest,
    RefundRefused,
    Standing,
)
from posthouse.domain.refund import Refund, RefundReport
from posthouse.domain.refusal import Refusal
from posthouse.entry.clock import step
from posthouse.entry.payments.payment_views import open_payment_json
from posthouse.entry.providers import PROVIDERS, provider_of
from posthouse.entry.views import rfc3339
from posthouse.services.payments.payments import (
    NotClosed,
    OpenPayment,
    close_at_provider,
    look_up,
    open_payment,
    settle,
)
from posthouse.services.payments.refunds import note
from posthouse.store import payments
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.support.clock import clock_at

T = TypeVar("T")

PAGE = Way("made_up", "page")


class MadeUp:
    """A provider in memory: anybody may pay at a page, whose address is good for five minutes."""

    name = "made_up"
    title = "Made-Up Pay"
    keeps_books = True

    def __init__(self) -> None:
        self.states: dict[str, Standing] = {}
        self.amounts: dict[str, Any] = {}
        self.bodies: list[str] = []
        self.refunds: dict[str, RefundReport] = {}
        self.is_down = False
        self.refuses: OpenRefused | RefundRefused | None = None

    def _answer(self) -> None:
        if self.is_down:
            raise ProviderUnavailable(self.title, "any", "it is down")

    def binds_payer(self, _way: Way) -> bool:
        return False

    def payment_body(self, request: PaymentRequest) -> str:
        return f"{request.payment_id} {request.amount.fen} {request.subject}"

    def open(self, payment: Payment) -> Opened | OpenRefused:
        self.bodies.append(payment.request_body)
        self._answer()
        if isinstance(self.refuses, OpenRefused):
            return self.refuses
        self.states.setdefault(payment.payment_id, Standing.OPEN)
        self.amounts[payment.payment_id] = payment.payable
        return Opened(f"https://pay.example/{payment.payment_id}/{len(self.bodies)}", timedelta(minutes=5))

    def handover(self, payment: Payment) -> Handover:
        return Handover(url=payment.opened_as)

    def query(self, payment_id: str) -> PaymentReport:
        self._answer()
        standing = self.states.get(payment_id, Standing.UNKNOWN)
        return PaymentReport(standing, standing, self.settlement(payment_id) if standing is Standing.PAID else None)

    def settlement(self, payment_id: str) -> Settlement:
        return Settlement("app", "shop", payment_id, f"T{payment_id}", self.amounts[payment_id], "buyer", NOW)

    def compare(self, payment: Payment, settlement: Settlement) -> SettlementMismatch | None:
        return compare(payment, settlement, "app", "shop")

    def close(self, payment_id: str) -> None:
        self._answer()
        if self.states.get(payment_id) is Standing.OPEN:
            self.states[payment_id] = Standing.CLOSED

    def refund_body(self, refund: Refund) -> str:
        return f"{refund.out_refund_no} {refund.amount.fen}"

    def refund(self, refund: Refund, body: str) -> RefundReport | RefundRefused:
        self.bodies.append(body)
        self._answer()
        if isinstance(self.refuses, RefundRefused):
            return self.refuses
        return self.refunds.setdefault(refund.out_refund_no, self._report(refund))

    def _report(self, refund: Refund) -> RefundReport:
        number, payment_id = refund.out_refund_no, refund.payment_id
        return RefundReport(number, f"R{number}", payment_id, "PROCESSING", refund.amount, refund.total, None)

    def query_refund(self, out_refund_no: str, payment_id: str) -> RefundReport | None:
        self._answer()
        report = self.refunds.get(out_refund_no)
        assert report is None or report.payment_id == payment_id
        return report


class Counter:
    """A guest's booking of 30000 fen, and what the guest and the provider do; without a notification unless told."""

    way: Way

    def __init__(self, house: House) -> None:
        self.house = house
        session = house.log_in()
        self.token: str = session["access_token"]
        self.caller = Principal(session["user"]["user_id"], Role.GUEST)
        self.order_no: str = house.book(self.token, house.wish(house.room(), begin=3)).must(201)["order_no"]

    @property
    def provider(self) -> Provider:
        return provider_of(self.way.provider)

    def act(self, what: Callable[[], T]) -> T:
        """Run code in the environment of a function that has all of a provider's settings."""
        made: list[T] = []

        def run() -> str:
            made.append(what())
            return ""

        self.house.as_function("reconcile_open", run)
        return made[0]

    def try_to_open(self, way: Way | None = None) -> OpenPayment | Refusal:
        now = step("test")
        return self.act(lambda: open_payment(self.order_no, self.caller, way or self.way, provider_of, now))

    def open(self, way: Way | None = None) -> Payment:
        opened = self.try_to_open(way)
        assert isinstance(opened, OpenPayment)
        return opened.payment

    def pay(self, payment: Payment, *, told: bool = False) -> None:
        raise NotImplementedError

    def end_refund(self, out_refund_no: str, status: str) -> None:
        raise NotImplementedError

    def standing(self, payment: Payment) -> Standing:
        return self.act(lambda: self.provider.query(payment.payment_id).standing)

    def paid(self) -> Payment:
        payment = self.open()
        self.pay(payment, told=True)
        self.house.settle()
        assert self.status == "paid"
        return payment

    def give_back(self, key: str = "key-1") -> str:
        path = f"/api/staff/orders/{self.order_no}/refunds"
        asked = self.house.send("POST", path, {"reason": "Noise"}, self.house.admin, Idempotency_Key=key).must(202)
        self.house.settle()
        return str(asked["out_refund_no"])

    @property
    def booking(self) -> dict[str, Any]:
        return self.house.booking(self.token, self.order_no)

    @property
    def status(self) -> str:
        return str(self.booking["status"])

    def ledger(self) -> list[tuple[str, str, str]]:
        rows = self.house.rows("money-ledger")
        return sorted((row["kind"]["S"], row["channel"]["S"], row["amount"]["N"]) for row in rows)


class WechatCounter(Counter):
    way = JSAPI

    def pay(self, payment: Payment, *, told: bool = False) -> None:
        played = {"result": "success", "lost": not told}
        self.house.simulate("POST", f"/simulator/payments/{payment.opened_as}", played)

    def end_refund(self, out_refund_no: str, status: str) -> None:
        result = {"SUCCESS": "success", "CLOSED": "closed"}[status]
        self.house.simulate("POST", f"/simulator/refunds/{out_refund_no}", {"result": result, "lost": True})


class NativeCounter(WechatCounter):
    way = NATIVE

    def pay(self, payment: Payment, *, told: bool = False) -> None:
        played = {"result": "success", "lost": not told}
        self.house.simulate("POST", f"/simulator/payments/{payment.payment_id}", played)


class MadeUpCounter(Counter):
    way = PAGE

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.made_up = MadeUp()
        house._monkeypatch.setitem(PROVIDERS, "made_up", lambda: self.made_up)

    def pay(self, payment: Payment, *, told: bool = False) -> None:
        self.made_up.states[payment.payment_id] = Standing.PAID
        if told:
            assert isinstance(settle(self.made_up.settlement(payment.payment_id), self.made_up, step("test")), Payment)

    def end_refund(self, out_refund_no: str, status: str) -> None:
        held = self.made_up.refunds[out_refund_no]
        facts = (held.payment_id, status, held.amount, held.total, datetime.now(UTC))
        self.made_up.refunds[out_refund_no] = RefundReport(out_refund_no, held.refund_id, *facts)


@pytest.fixture(params=[WechatCounter, NativeCounter, MadeUpCounter], ids=["wechat", "native", "made_up"])
def counter(house: House, request: pytest.FixtureRequest) -> Counter:
    made: Counter = request.param(house)
    return made


@pytest.fixture
def made_up(house: House) -> MadeUpCounter:
    return MadeUpCounter(house)


def test_it_is_opened_once_in_its_way_and_paid(counter: Counter) -> None:
    first, again = counter.open(), counter.open()
    assert (again.payment_id, again.opened_as) == (first.payment_id, first.opened_as)
    assert (first.way, first.opened_until is not None) == (counter.way, True)
    assert counter.standing(first) is Standing.OPEN
    counter.pay(first, told=True)
    counter.house.settle()
    assert counter.status == "paid"
    assert counter.ledger() == [("payment", counter.way.provider, "30000")]
    assert counter.try_to_open() == NotPayable("paid")
    assert_balanced(counter.house)


def test_a_lost_report_is_made_good_by_a_query(counter: Counter) -> None:
    payment = counter.open()
    counter.pay(payment)
    now = step("test")
    found = counter.act(lambda: look_up(payment.payment_id, counter.caller, provider_of, now))
    assert isinstance(found, Payment)
    assert found.status is PaymentState.SUCCEEDED
    counter.house.settle()
    assert counter.status == "paid"


def test_a_lost_report_is_found_by_the_reconciliation(counter: Counter) -> None:
    payment = counter.open()
    counter.pay(payment)
    with clock_at(NOW + timedelta(minutes=33)):
        assert counter.house.invoke("reconcile_open", {}) == {"payments": 1, "refunds": 0}
    counter.house.settle()
    assert counter.status == "paid"


def test_a_wait_that_ends_asks_its_provider_first(counter: Counter) -> None:
    payment = counter.open()
    counter.pay(payment)
    with clock_at(NOW + timedelta(minutes=31)):
        counter.house.settle()
    assert counter.status == "paid"


def test_the_payment_of_a_cancelled_order_is_closed(counter: Counter) -> None:
    payment = counter.open()
    counter.house.send("POST", f"/api/bookings/{counter.order_no}/cancellation", token=counter.token).must(200)
    counter.house.settle()
    assert counter.standing(payment) is Standing.CLOSED


def test_money_that_came_before_the_close_goes_back_there(counter: Counter) -> None:
    payment = counter.open()
    counter.house.send("POST", f"/api/bookings/{counter.order_no}/cancellation", token=counter.token).must(200)
    counter.pay(payment)
    counter.house.settle()
    [refund] = counter.booking["refunds"]
    assert (refund["amount"], refund["status"]) == (30000, "processing")
    counter.end_refund(refund["out_refund_no"], "SUCCESS")
    with clock_at(NOW + timedelta(minutes=6)):
        assert counter.house.invoke("reconcile_open", {})["refunds"] == 1
    channel = counter.way.provider
    assert counter.ledger() == [("payment", channel, "30000"), ("refund", channel, "30000")]
    counter.house.settle()
    assert_balanced(counter.house)


def test_a_refund_that_failed_is_tried_again_and_arrives(counter: Counter) -> None:
    counter.paid()
    number = counter.give_back()
    counter.end_refund(number, "CLOSED")
    with clock_at(NOW + timedelta(minutes=6)):
        counter.house.invoke("reconcile_open", {})
        counter.house.settle()
        assert counter.booking["refund_owed"] == 30000
        again = counter.house.send("POST", f"/api/staff/refunds/{number}/retry", token=counter.house.admin).must(202)
        counter.house.settle()
    assert again["out_refund_no"] == f"{number}-r2"
    counter.end_refund(again["out_refund_no"], "SUCCESS")
    with clock_at(NOW + timedelta(minutes=13)):
        counter.house.invoke("reconcile_open", {})
        counter.house.settle()
    assert (counter.status, counter.booking["refund_owed"]) == ("refunded", 0)
    assert_balanced(counter.house)


def test_the_ledger_is_compared_with_its_own_provider(counter: Counter) -> None:
    counter.paid()
    number = counter.give_back()
    counter.end_refund(number, "SUCCESS")
    with clock_at(NOW + timedelta(minutes=6)):
        counter.house.invoke("reconcile_open", {})
    with clock_at(NOW + timedelta(days=1)):
        runs = [counter.house.invoke("compare_ledger", {}) for _ in range(7)]
    assert sum(run["movements"] for run in runs) == 2
    assert sum(run["differences"] for run in runs) == 0


def test_what_the_provider_has_otherwise_is_a_difference(made_up: MadeUpCounter) -> None:
    payment = made_up.paid()
    del made_up.made_up.states[payment.payment_id]
    with clock_at(NOW + timedelta(days=1)):
        for _ in range(7):
            made_up.house.invoke("compare_ledger", {})
    [found] = made_up.house.send("GET", "/api/staff/differences", token=made_up.house.admin).must(200)["items"]
    assert (found["number"], found["field"], found["theirs"]) == (payment.payment_id, "state", "unknown")


def test_one_that_keeps_no_books_is_not_compared(made_up: MadeUpCounter) -> None:
    payment = made_up.paid()
    del made_up.made_up.states[payment.payment_id]
    made_up.made_up.keeps_books = False
    with clock_at(NOW + timedelta(days=1)):
        assert sum(made_up.house.invoke("compare_ledger", {})["differences"] for _ in range(7)) == 0


def test_what_the_client_gets_is_of_its_way(made_up: MadeUpCounter) -> None:
    opened = made_up.try_to_open()
    assert isinstance(opened, OpenPayment)
    address = f"https://pay.example/{opened.payment.payment_id}/1"
    facts = {"payment_id": opened.payment.payment_id, "amount": 30000, "via": "page", "url": address}
    shown = open_payment_json(opened)
    assert shown.pop("expires_at") == rfc3339(opened.payment.expires_at)
    assert (shown, opened.payment.openid) == (facts, "")
    with clock_at(NOW + timedelta(minutes=6)):
        assert made_up.open().opened_as == f"https://pay.example/{opened.payment.payment_id}/2"
    assert len(set(made_up.made_up.bodies)) == 1, "the body that was kept is sent again"


def test_a_provider_that_is_down_or_refuses_leaves_the_order_payable(made_up: MadeUpCounter) -> None:
    made_up.made_up.is_down = True
    with pytest.raises(ProviderUnavailable):
        made_up.try_to_open()
    made_up.made_up.is_down = False
    made_up.made_up.refuses = OpenRefused("CLOSED_SHOP")
    assert made_up.try_to_open() == PaymentRefused("CLOSED_SHOP", "Made-Up Pay")
    made_up.made_up.refuses = None
    made_up.pay(made_up.open(), told=True)
    made_up.house.settle()
    assert (made_up.status, len(made_up.house.rows("payments"))) == ("paid", 1)


def test_a_request_says_that_the_provider_is_not_there(
    made_up: MadeUpCounter, caplog: pytest.LogCaptureFixture
) -> None:
    payment = made_up.open()
    path = f"/api/payments/{payment.payment_id}"
    made_up.made_up.is_down = True
    made_up.house.send("GET", path, token=made_up.token).refused(503, "provider_unavailable")

    def missing() -> Provider:
        raise ProviderNotSetUp("made_up: key is missing")

    made_up.house._monkeypatch.setitem(PROVIDERS, "made_up", missing)
    made_up.house.send("GET", path, token=made_up.token).refused(503, "provider_unavailable")
    with clock_at(NOW + timedelta(minutes=33)):
        made_up.house.invoke("reconcile_open", {})
    assert "ERROR" not in {it.levelname for it in caplog.records}


def test_a_refund_waits_while_there_is_too_little_money_and_fails_by_a_refusal(made_up: MadeUpCounter) -> None:
    made_up.paid()
    made_up.made_up.refuses = RefundRefused("NO_FUNDS", may_be_sent_again=True)
    made_up.give_back()
    [refund] = made_up.booking["refunds"]
    assert (refund["status"], refund["failure"]) == ("requested", "NO_FUNDS")
    made_up.made_up.refuses = RefundRefused("BLOCKED")
    with clock_at(NOW + timedelta(minutes=6)):
        made_up.house.invoke("reconcile_open", {})
    [refund] = made_up.booking["refunds"]
    assert (refund["status"], refund["failure"], refund["owed"]) == ("failed", "BLOCKED", 30000)


@pytest.mark.parametrize(
    ("first", "then"), [(JSAPI, PAGE), (PAGE, JSAPI), (JSAPI, NATIVE), (NATIVE, JSAPI), (NATIVE, PAGE)]
)
def test_another_way_takes_the_place_of_the_open_one(made_up: MadeUpCounter, first: Way, then: Way) -> None:
    old, new = made_up.open(first), made_up.open(then)
    assert (new.way, new.payment_id != old.payment_id) == (then, True)
    assert made_up.act(lambda: provider_of(old.provider).query(old.payment_id)).standing is Standing.CLOSED
    stored = {row["payment_id"]["S"]: row["status"]["S"] for row in made_up.house.rows("payments")}
    assert stored == {old.payment_id: "closed", new.payment_id: "created"}


def test_one_that_was_paid_meanwhile_is_not_replaced(made_up: MadeUpCounter) -> None:
    made_up.pay(made_up.open(PAGE))
    assert made_up.try_to_open(JSAPI) == NotPayable("paid")
    made_up.house.settle()
    assert (made_up.status, len(made_up.house.rows("payments"))) == ("paid", 1)


def test_one_that_cannot_be_closed_just_now_is_not_replaced(made_up: MadeUpCounter) -> None:
    payment = made_up.open(PAGE)
    made_up.house._monkeypatch.setattr(made_up.made_up, "close", lambda _: None)
    with pytest.raises(NotClosed):
        close_at_provider(payment, provider_of, step("test"))
    with pytest.raises(ProviderUnavailable):
        made_up.try_to_open(JSAPI)
    assert [row["status"]["S"] for row in made_up.house.rows("payments")] == ["created"]


def test_a_provider_cannot_settle_what_was_opened_at_another(made_up: MadeUpCounter) -> None:
    payment = made_up.open(JSAPI)
    made_up.made_up.amounts[payment.payment_id] = payment.payable
    forged = made_up.made_up.settlement(payment.payment_id)
    refused = settle(forged, made_up.made_up, step("test"))
    assert refused == SettlementMismatch("provider", "wechat", "made_up")
    assert made_up.house.rows("money-ledger") == []


def test_a_provider_cannot_report_a_refund_of_another(made_up: MadeUpCounter) -> None:
    made_up.paid()
    number = made_up.give_back()
    made_up.end_refund(number, "SUCCESS")
    refused = note(made_up.made_up.refunds[number], "wechat", step("test"))
    assert refused == SettlementMismatch("provider", "made_up", "wechat")
    assert made_up.booking["refunds"][0]["status"] == "processing"


def test_a_payment_without_a_way_is_of_the_mini_program(house: House) -> None:
    """Rows of an earlier release have no provider."""
    counter = WechatCounter(house)
    payment = counter.open()
    key = {"payment_id": {"S": payment.payment_id}}
    house.dynamodb.update_item(TableName="posthouse-payments", Key=key, UpdateExpression="REMOVE provider, via")
    stored = payments.get(payment.payment_id)
    assert stored is not None
    assert stored.way == JSAPI


def test_only_wechat_is_told_of_the_stays_that_it_was_paid_for(counter: Counter) -> None:
    counter.paid()
    with clock_at(NOW + timedelta(days=3)):
        path = f"/api/staff/bookings/{counter.order_no}/check-in"
        counter.house.send("POST", path, token=counter.house.admin).must(200)
        counter.house.settle()
    assert len(counter.house.rows("shipping-information")) == (1 if counter.way.provider == "wechat" else 0)
