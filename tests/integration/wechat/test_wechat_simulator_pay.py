"""Our payment client against the simulated WeChat Pay: each contract, each fault, each notification."""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from aiohttp import web
from msgspec.structs import replace as changed

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.in_thread import simulator_in_thread
from local.wechat_simulator.state import Fault, Faults
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.errors import WechatTimeout, WechatUnavailable
from posthouse.clients.wechat.http import WechatHttp
from posthouse.clients.wechat.notification import (
    NotificationRefused,
    PaymentNotification,
    RefundNotification,
    open_notification,
)
from posthouse.clients.wechat.pay import WechatPay
from posthouse.clients.wechat.pay_answers import (
    Closed,
    CloseRefused,
    NativePrepaid,
    Prepaid,
    PrepayRefused,
    RefundRefused,
)
from posthouse.clients.wechat.pay_bodies import PrepayRequest, RefundRequest, prepay_body, refund_body
from posthouse.clients.wechat.trade import Refund

TIMEOUT = 0.4
PATIENCE = 30.0
"""Seconds to wait for something that must come, however slow the machine is."""
DELIVERY_SECONDS = 2.0
RACE_SECONDS = 60.0


@dataclass
class Merchant:
    """The merchant's notification endpoint: opens notifications and responds as Posthouse does, or as a test says."""

    credentials: WechatCredentials
    opened: list[PaymentNotification | RefundNotification | NotificationRefused] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    seconds: float = 0.0

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.seconds)
        notice = open_notification(request.headers, body, self.credentials, datetime.now(UTC))
        self.opened.append(notice)
        status = self.answers.pop(0) if self.answers else (400 if isinstance(notice, NotificationRefused) else 204)
        if status == 204:
            return web.Response(status=204)
        return web.json_response({"code": "FAIL", "message": "no"}, status=status)

    def await_notices(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(self.opened) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.opened) >= count


class Clock:
    """The simulator's: it goes like any other, and a test may set it ahead."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass(frozen=True)
class World:
    """A running simulator, its clock, our client and our endpoint."""

    url: str
    config: SimulatorConfig
    clock: Clock
    credentials: WechatCredentials
    merchant: Merchant
    pay: WechatPay

    def steer(self, method: str, path: str, **body: Any) -> Any:
        answer = urllib3.request(method, f"{self.url}/simulator{path}", json=body or None)
        assert answer.status < 300, answer.data
        return answer.json() if answer.data else None

    def guest(self) -> str:
        return str(self.steer("POST", "/guests", phone_number="13800138000")["openid"])

    def wish(self, **changes: Any) -> PrepayRequest:
        wish = PrepayRequest(
            description="成都驿站 大床房",
            out_trade_no=f"P{secrets.token_hex(13)}",
            expires_at=datetime.now(UTC) + timedelta(minutes=30),
            notify_url=f"{self.url}/notified",
            total=51200,
            openid=self.guest(),
            attach=f"B{secrets.token_hex(13)}",
        )
        return changed(wish, **changes)

    def body(self, wish: PrepayRequest) -> bytes:
        return prepay_body(self.config.app_id, self.config.merchant_id, wish)

    def prepaid(self, wish: PrepayRequest) -> str:
        result = self.pay.prepay(self.body(wish))
        assert isinstance(result, Prepaid)
        return result.prepay_id

    def pays(self, prepay_id: str, **how: Any) -> list[dict[str, Any]]:
        answer = self.steer("POST", f"/payments/{prepay_id}", **({"result": "success"} | how))
        return list(answer["deliveries"])

    def client(self, credentials: WechatCredentials | None = None, **changes: Any) -> WechatPay:
        settings: dict[str, Any] = {
            "base_url": f"{self.url}/wechat/pay",
            "clock": lambda: datetime.now(UTC),
            "nonce": lambda: secrets.token_hex(16),
            "http": WechatHttp(connect_timeout=PATIENCE, read_timeout=PATIENCE),
        }
        return WechatPay(credentials or self.credentials, **(settings | changes))


@pytest.fixture(scope="module")
def module_world() -> Iterator[World]:
    clock = Clock()
    config = replace(
        SimulatorConfig.generate(),
        delivery_timeout=DELIVERY_SECONDS,
        retry_scale=0.002,
        refund_seconds=0.02,
        race_seconds=RACE_SECONDS,
        clock=clock,
    )
    credentials = WechatCredentials.parse(config.secret_json())
    merchant = Merchant(credentials)

    def add_endpoint(app: web.Application) -> None:
        app.router.add_post("/notified", merchant.take)
        app.router.add_post("/refund-notified", merchant.take)

    with simulator_in_thread(config, add_endpoint) as url:
        world = World(url, config, clock, credentials, merchant, None)  # type: ignore[arg-type]
        yield replace(world, pay=world.client())


@pytest.fixture
def world(module_world: World) -> World:
    module_world.merchant.opened.clear()
    module_world.merchant.answers.clear()
    module_world.merchant.seconds = 0.0
    module_world.clock.ahead = 0.0
    module_world.steer("DELETE", "/faults")
    return module_world


def test_prepay_opens_an_order_and_a_repeat_gets_another_id(world: World) -> None:
    wish = world.wish()
    first, second = world.prepaid(wish), world.prepaid(wish)
    assert first != second
    assert world.steer("GET", f"/payments?order_no={wish.attach}")["items"] == [
        {
            "out_trade_no": wish.out_trade_no,
            "prepay_id": second,
            "trade_state": "NOTPAY",
            "amount": 51200,
            "requests": 2,
            "settlement": None,
            "shipping": None,
        }
    ]


def test_the_same_number_with_another_body_is_refused(world: World) -> None:
    wish = world.wish()
    world.prepaid(wish)
    refused = world.pay.prepay(world.body(changed(wish, total=51201)))
    assert refused == PrepayRefused("INVALID_REQUEST", "201 商户订单号重复")


@pytest.mark.parametrize(
    "change",
    [
        {"notify_url": "http://hotel.example/n"},
        {"notify_url": "https://hotel.example/n?a=b"},
        {"openid": "oStranger"},
        {"currency": "USD"},
        {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_prepay_bodies_that_wechat_refuses(world: World, change: dict[str, Any]) -> None:
    refused = world.pay.prepay(world.body(world.wish(**change)))
    assert isinstance(refused, PrepayRefused)
    assert refused.code == "PARAM_ERROR"


@pytest.mark.parametrize("spoil", [{"attach": None}, {"description": "🏨"}, {"description": "x" * 128}, {"mchid": "1"}])
def test_raw_bodies_that_wechat_refuses(world: World, spoil: dict[str, Any]) -> None:
    body = json.dumps(json.loads(world.body(world.wish())) | spoil, ensure_ascii=False).encode()
    refused = world.pay.prepay(body)
    assert isinstance(refused, PrepayRefused)
    assert refused.code == "PARAM_ERROR"


@pytest.mark.parametrize(
    "spoil",
    [
        {"attach": None},
        {"description": "🏨"},
        {"description": "x" * 128},
        {"attach": "x" * 129},
        {"mchid": "1"},
        {"notify_url": "https://hotel.example/n?a=b"},
        {"time_expire": "2020-01-01T00:00:00+00:00"},
        {"amount": {"total": 0}},
        {"payer": {"openid": "oAnybody"}},
    ],
)
def test_bodies_of_qr_codes_that_wechat_refuses(world: World, spoil: dict[str, Any]) -> None:
    body = json.dumps(json.loads(world.body(world.wish(openid=None))) | spoil, ensure_ascii=False).encode()
    refused = world.pay.prepay_native(body)
    assert isinstance(refused, PrepayRefused)
    assert refused.code == "PARAM_ERROR"


def test_a_qr_code_is_opened_again_and_paid_by_whoever_scans_it(world: World) -> None:
    wish, body = world.wish(openid=None), world.body(world.wish(openid=None, attach="B-native-1"))
    number = json.loads(body)["out_trade_no"]
    first, second = world.pay.prepay_native(body), world.pay.prepay_native(body)
    assert isinstance(first, NativePrepaid)
    assert isinstance(second, NativePrepaid)
    assert first.code_url != second.code_url
    assert first.code_url.startswith("weixin://wxpay/bizpayurl?pr=")
    [held] = world.steer("GET", "/payments?order_no=B-native-1")["items"]
    assert (held["code_url"], held["requests"], "prepay_id" in held) == (second.code_url, 2, False)
    unpaid = world.pay.query(number)
    assert unpaid is not None
    assert (unpaid.trade_state, unpaid.openid) == ("NOTPAY", None)
    scanning = world.guest()
    assert world.pays(number, openid=scanning) == [{"status": 204, "body": ""}]
    (notice,) = world.merchant.opened
    assert isinstance(notice, PaymentNotification)
    assert (notice.trade.openid, notice.trade.total) == (scanning, 51200)
    assert isinstance(world.pay.prepay_native(world.body(wish)), NativePrepaid)
    world.pays(wish.out_trade_no)
    stranger = world.pay.query(wish.out_trade_no)
    assert stranger is not None
    assert stranger.openid not in {None, scanning}
    assert isinstance(world.pay.prepay_native(body), PrepayRefused), "a paid one is not opened again"


def test_a_qr_code_is_closed_and_too_late_after_two_hours(world: World) -> None:
    closed, old = world.wish(openid=None), world.wish(openid=None, expires_at=datetime.now(UTC) + timedelta(hours=9))
    for wish in (closed, old):
        assert isinstance(world.pay.prepay_native(world.body(wish)), NativePrepaid)
    assert world.pay.close(closed.out_trade_no) == Closed()
    world.clock.ahead = 7300
    for wish in (closed, old):
        answer = urllib3.request(
            "POST", f"{world.url}/simulator/payments/{wish.out_trade_no}", json={"result": "success"}
        )
        assert (answer.status, answer.json()["code"]) == (409, "not_payable")


def test_only_a_guest_who_is_known_scans_and_nobody_pays_for_another(world: World) -> None:
    wish = world.wish()
    prepay_id, other = world.prepaid(wish), str(world.steer("POST", "/guests", phone_number="13800138009")["openid"])
    for openid, status in (("oNobody", 404), (other, 409)):
        body = {"result": "success", "openid": openid}
        assert urllib3.request("POST", f"{world.url}/simulator/payments/{prepay_id}", json=body).status == status
    assert world.pays(wish.out_trade_no, openid=wish.openid) == [{"status": 204, "body": ""}]


def test_a_foreign_app_is_refused(world: World) -> None:
    refused = world.pay.prepay(prepay_body("wx0000000000000000", world.config.merchant_id, world.wish()))
    assert isinstance(refused, PrepayRefused)
    assert refused.code == "APPID_MCHID_NOT_MATCH"


def test_a_payment_is_notified_opened_and_found(world: World) -> None:
    wish = world.wish()
    deliveries = world.pays(world.prepaid(wish))
    assert deliveries == [{"status": 204, "body": ""}]
    (notice,) = world.merchant.opened
    assert isinstance(notice, PaymentNotification)
    told = notice.trade
    assert (told.app_id, told.merchant_id) == (world.config.app_id, world.config.merchant_id)
    assert (told.out_trade_no, told.attach, told.openid) == (wish.out_trade_no, wish.attach, wish.openid)
    assert (told.total, told.currency, told.trade_state) == (51200, "CNY", "SUCCESS")
    trade = world.pay.query(wish.out_trade_no)
    assert trade is not None
    assert trade.is_paid
    assert (trade.transaction_id, trade.total, trade.success_time) == (
        told.transaction_id,
        51200,
        told.success_time,
    )


def test_unpaid_unknown_and_closed_orders(world: World) -> None:
    wish = world.wish()
    assert world.pay.query("P-unknown-1") is None
    assert world.pay.close("P-unknown-1") == CloseRefused("ORDER_NOT_EXIST", "订单不存在")
    prepay_id = world.prepaid(wish)
    trade = world.pay.query(wish.out_trade_no)
    assert trade is not None
    assert (trade.trade_state, trade.is_paid, trade.transaction_id) == ("NOTPAY", False, None)
    assert world.pays(prepay_id, result="fail") == []
    assert [world.pay.close(wish.out_trade_no) for _ in range(2)] == [Closed(), Closed()]
    trade = world.pay.query(wish.out_trade_no)
    assert trade is not None
    assert trade.trade_state == "CLOSED"
    refused = world.pay.prepay(world.body(wish))
    assert refused == PrepayRefused("ORDER_CLOSED", "订单已关闭")


def test_a_paid_order_is_neither_closed_nor_opened_again(world: World) -> None:
    wish = world.wish()
    world.pays(world.prepaid(wish), lost=True)
    assert world.merchant.opened == []
    assert world.pay.close(wish.out_trade_no) == CloseRefused("ORDERPAID", "订单已支付")
    assert world.pay.prepay(world.body(wish)) == PrepayRefused("INVALID_REQUEST", "该订单已支付")


def test_a_payment_that_races_with_a_close_wins_for_a_while(world: World) -> None:
    racing, late = world.wish(), world.wish()
    racing_id, late_id = world.prepaid(racing), world.prepaid(late)
    assert [world.pay.close(wish.out_trade_no) for wish in (racing, late)] == [Closed(), Closed()]
    world.pays(racing_id)
    trade = world.pay.query(racing.out_trade_no)
    assert trade is not None
    assert trade.trade_state == "SUCCESS"
    world.clock.ahead += RACE_SECONDS + 1
    answer = urllib3.request("POST", f"{world.url}/simulator/payments/{late_id}", json={"result": "success"})
    assert (answer.status, answer.json()["code"]) == (409, "not_payable")
    trade = world.pay.query(late.out_trade_no)
    assert trade is not None
    assert trade.trade_state == "CLOSED"


def test_an_order_past_its_time_cannot_be_paid(world: World) -> None:
    # WeChat's times have whole seconds.
    wish = world.wish(expires_at=datetime.now(UTC) + timedelta(minutes=1))
    prepay_id = world.prepaid(wish)
    world.clock.ahead += 61 + RACE_SECONDS
    answer = urllib3.request("POST", f"{world.url}/simulator/payments/{prepay_id}", json={"result": "success"})
    assert (answer.status, answer.json()["detail"]) == (409, "the order's time_expire has passed")


def test_a_close_that_is_held_up_meets_a_payment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = world.wish()
    prepay_id = world.prepaid(wish)
    held, paid = threading.Event(), threading.Event()
    meet = Faults.meet

    async def hold(faults: Faults, api: str) -> Fault | None:
        if api == "close":
            held.set()
            await asyncio.to_thread(paid.wait, PATIENCE)
        return await meet(faults, api)

    monkeypatch.setattr(Faults, "meet", hold)
    with ThreadPoolExecutor(1) as threads:
        closing = threads.submit(world.pay.close, wish.out_trade_no)
        assert held.wait(PATIENCE)
        world.pays(prepay_id)
        paid.set()
        assert closing.result(PATIENCE) == CloseRefused("ORDERPAID", "订单已支付")


def test_duplicates_carry_one_id_and_fresh_signatures(world: World) -> None:
    deliveries = world.pays(world.prepaid(world.wish()), deliveries=3)
    assert [delivery["status"] for delivery in deliveries] == [204, 204, 204]
    assert len(world.merchant.opened) == 3
    assert len({repr(notice) for notice in world.merchant.opened}) == 1


def test_a_lost_notification_can_come_later_and_out_of_order(world: World) -> None:
    first, second = world.wish(), world.wish()
    first_id, second_id = world.prepaid(first), world.prepaid(second)
    assert world.pays(first_id, lost=True) == []
    world.pays(second_id)
    world.pays(first_id)
    numbers = [notice.trade.out_trade_no for notice in world.merchant.opened if isinstance(notice, PaymentNotification)]
    assert numbers == [second.out_trade_no, first.out_trade_no]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("bad_signature", "signature"),
        ("stale", "stale"),
        ("signtest", "signtest"),
        ("unknown_serial", "unknown_serial"),
    ],
)
def test_spoiled_notifications_are_refused(world: World, fault: str, reason: str) -> None:
    wish = world.wish()
    deliveries = world.pays(world.prepaid(wish), fault=fault)
    assert [(delivery["status"], json.loads(delivery["body"])["code"]) for delivery in deliveries] == [(400, "FAIL")]
    assert [notice.reason for notice in world.merchant.opened if isinstance(notice, NotificationRefused)] == [reason]
    trade = world.pay.query(wish.out_trade_no)
    assert trade is not None
    assert trade.is_paid


def test_a_wrong_amount_is_authentic_and_the_query_says_the_right_one(world: World) -> None:
    wish = world.wish()
    world.pays(world.prepaid(wish), fault="wrong_amount")
    (notice,) = world.merchant.opened
    assert isinstance(notice, PaymentNotification)
    assert notice.trade.total != wish.total
    trade = world.pay.query(wish.out_trade_no)
    assert trade is not None
    assert trade.total == wish.total


def test_a_slow_endpoint_is_given_up(world: World) -> None:
    world.merchant.seconds = DELIVERY_SECONDS + 0.2
    deliveries = world.pays(world.prepaid(world.wish()))
    assert deliveries == [{"status": 0, "body": "", "error": "no answer within 2 s"}]
    world.merchant.await_notices(1)


def test_no_endpoint_is_one_line(world: World) -> None:
    deliveries = world.pays(world.prepaid(world.wish(notify_url="http://127.0.0.1:9/n")))
    assert deliveries == [{"status": 0, "body": "", "error": "not delivered: ClientConnectorError"}]


def test_nothing_is_repeated_unless_asked_for(world: World) -> None:
    world.merchant.answers.extend([500])
    world.pays(world.prepaid(world.wish()))
    time.sleep(0.2)
    assert len(world.merchant.opened) == 1


def test_retries_follow_the_schedule_until_the_merchant_is_content(world: World) -> None:
    world.merchant.answers.extend([500, 503, 400])
    deliveries = world.pays(world.prepaid(world.wish()), retry=True)
    assert [delivery["status"] for delivery in deliveries] == [500]
    world.merchant.await_notices(4)
    time.sleep(0.5)
    assert len(world.merchant.opened) == 4


def test_a_refund_is_accepted_arrives_and_is_notified(world: World) -> None:
    wish = world.wish()
    world.pays(world.prepaid(wish), lost=True)
    request = RefundRequest(wish.out_trade_no, "R-1" + wish.out_trade_no, 20000, wish.total, "提前取消")
    body = refund_body(changed(request, notify_url=f"{world.url}/refund-notified"))
    accepted = world.pay.refund(body)
    assert isinstance(accepted, Refund)
    assert (accepted.status, accepted.amount, accepted.total) == ("PROCESSING", 20000, 51200)
    again = world.pay.refund(body)
    assert isinstance(again, Refund)
    assert again.refund_id == accepted.refund_id
    world.merchant.await_notices(1)
    (notice,) = world.merchant.opened
    assert isinstance(notice, RefundNotification)
    assert (notice.refund.status, notice.refund.amount, notice.refund.out_refund_no) == (
        "SUCCESS",
        20000,
        request.out_refund_no,
    )
    found, trade = world.pay.query_refund(request.out_refund_no), world.pay.query(wish.out_trade_no)
    assert found is not None
    assert trade is not None
    assert (found.status, trade.trade_state, trade.is_paid) == ("SUCCESS", "REFUND", True)
    assert world.steer("GET", f"/refunds?order_no={wish.attach}")["items"] == [
        {
            "out_refund_no": request.out_refund_no,
            "out_trade_no": wish.out_trade_no,
            "status": "SUCCESS",
            "amount": 20000,
            "requests": 2,
        }
    ]


def test_refunds_that_wechat_refuses(world: World) -> None:
    paid, unpaid = world.wish(), world.wish()
    world.pays(world.prepaid(paid), lost=True)
    world.prepaid(unpaid)

    def refund(number: str, trade: str, amount: int, total: int = 51200) -> Any:
        return world.pay.refund(refund_body(RefundRequest(trade, number + trade, amount, total)))

    assert isinstance(refund("A", paid.out_trade_no, 30000), Refund)
    assert refund("A", paid.out_trade_no, 30001).code == "INVALID_REQUEST"
    assert refund("B", paid.out_trade_no, 21201).code == "INVALID_REQUEST"
    assert refund("B", paid.out_trade_no, 100, 51199).code == "PARAM_ERROR"
    assert refund("C", unpaid.out_trade_no, 100).code == "INVALID_REQUEST"
    assert refund("D", "P-unknown-1", 100) == RefundRefused("RESOURCE_NOT_EXISTS", "订单不存在")
    assert isinstance(refund("B", paid.out_trade_no, 21200), Refund)
    assert world.pay.query_refund("R-unknown") is None


def test_refunds_can_be_held_and_fail(world: World) -> None:
    wish = world.wish()
    world.pays(world.prepaid(wish), lost=True)
    world.steer("POST", "/refunds", result="hold")
    number = f"R{wish.out_trade_no}"
    body = refund_body(
        RefundRequest(wish.out_trade_no, number, 51200, 51200, notify_url=f"{world.url}/refund-notified")
    )
    assert isinstance(world.pay.refund(body), Refund)
    time.sleep(0.1)
    held = world.pay.query_refund(number)
    assert held is not None
    assert held.status == "PROCESSING"
    answer = world.steer("POST", f"/refunds/{number}", result="abnormal", deliveries=2)
    assert [delivery["status"] for delivery in answer["deliveries"]] == [204, 204]
    assert [notice.refund.status for notice in world.merchant.opened if isinstance(notice, RefundNotification)] == [
        "ABNORMAL"
    ] * 2
    trade = world.pay.query(wish.out_trade_no)
    assert trade is not None
    assert trade.trade_state == "SUCCESS"


CALLS: dict[str, Callable[[WechatPay], Any]] = {
    "jsapi": lambda pay: pay.prepay(b"{}"),
    "native": lambda pay: pay.prepay_native(b"{}"),
    "query": lambda pay: pay.query("P000001"),
    "close": lambda pay: pay.close("P000001"),
    "refund": lambda pay: pay.refund(b"{}"),
    "query_refund": lambda pay: pay.query_refund("R1"),
}


@pytest.mark.parametrize("api", CALLS)
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"http_status": 500}, "HTTP 500 SYSTEM_ERROR"),
        ({"errcode": "FREQUENCY_LIMITED"}, "HTTP 429 FREQUENCY_LIMITED"),
        ({"http_status": 401}, "HTTP 401 SIGN_ERROR"),
        ({"http_status": 200}, "answer is not signed"),
        ({"http_status": 204}, "answer is not signed"),
        ({"http_status": 404, "errcode": "NOT_FOUND"}, "HTTP 404 NOT_FOUND"),
    ],
)
def test_faults_are_no_verdict(world: World, api: str, fault: dict[str, Any], reason: str) -> None:
    world.steer("POST", "/faults", api=api, times=1, **fault)
    with pytest.raises(WechatUnavailable) as raised:
        CALLS[api](world.pay)
    assert raised.value.reason == reason


def test_a_late_answer_is_a_timeout_of_its_own_kind(world: World) -> None:
    world.steer("POST", "/faults", api="query", delay_seconds=TIMEOUT + 0.2, times=1)
    impatient = world.client(http=WechatHttp(connect_timeout=PATIENCE, read_timeout=TIMEOUT))
    with pytest.raises(WechatTimeout):
        impatient.query("P000001")
    assert world.pay.query("P000001") is None


def test_a_signature_of_ours_that_does_not_fit_is_refused(world: World) -> None:
    other = SimulatorConfig.generate()
    spoiled = [
        replace(world.credentials, merchant_private_key=other.merchant_private_key),
        replace(world.credentials, merchant_serial=other.merchant_serial),
        replace(world.credentials, merchant_id="1600000001"),
    ]
    clients = [world.client(credentials) for credentials in spoiled]
    clients.append(world.client(clock=lambda: datetime.now(UTC) - timedelta(seconds=302)))
    for client in clients:
        with pytest.raises(WechatUnavailable, match="HTTP 401 SIGN_ERROR"):
            client.query("P000001")


def test_an_answer_that_is_not_wechats_is_refused(world: World) -> None:
    other = SimulatorConfig.generate()
    wish = world.wish()
    world.prepaid(wish)
    wrong_key = replace(world.credentials, wechat_public_keys={world.config.platform_serial: other.platform_public_key})
    with pytest.raises(WechatUnavailable, match="signature is wrong"):
        world.client(wrong_key).query(wish.out_trade_no)
    # The request names a key that WeChat does not have; WeChat's error is unsigned.
    foreign = replace(world.credentials, wechat_public_keys={other.platform_serial: other.platform_public_key})
    with pytest.raises(WechatUnavailable, match="HTTP 400 PARAM_ERROR"):
        world.client(foreign).query(wish.out_trade_no)


def test_no_connection_is_no_timeout(world: World) -> None:
    with pytest.raises(WechatUnavailable, match="cannot connect") as raised:
        world.client(base_url="http://127.0.0.1:9").query("P000001")
    assert not isinstance(raised.value, WechatTimeout)


def test_payment_parameters_sign_what_they_say(world: World) -> None:
    from posthouse.clients.wechat import signing

    now = datetime(2026, 11, 21, tzinfo=UTC)
    given = world.pay.payment_parameters("wx123", now, "n0")
    assert given | {"paySign": ""} == {
        "timeStamp": str(int(now.timestamp())),
        "nonceStr": "n0",
        "package": "prepay_id=wx123",
        "signType": "RSA",
        "paySign": "",
    }
    message = f"{world.config.app_id}\n{given['timeStamp']}\nn0\nprepay_id=wx123\n".encode()
    assert signing.verify(world.config.merchant_public_key, message, given["paySign"])
