"""The public clients wechatpayv3 and wechatpy work against the simulator and accept what Posthouse signs."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
from aiohttp import web
from wechatpayv3 import WeChatPay as PublicPay
from wechatpayv3 import WeChatPayType
from wechatpayv3.utils import aes_decrypt, build_authorization, load_private_key, load_public_key, rsa_verify
from wechatpy import WeChatClient
from wechatpy.client.api import WeChatWxa
from wechatpy.crypto import WeChatWxaCrypto
from wechatpy.exceptions import WeChatClientException

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.in_thread import simulator_in_thread
from posthouse.clients.wechat import signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.mini_program import MiniProgram
from posthouse.clients.wechat.pay import WechatPay

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@dataclass(frozen=True)
class World:
    """A running simulator, and everything that it posted to the merchant."""

    url: str
    config: SimulatorConfig
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def steer(self, path: str, **body: Any) -> dict[str, Any]:
        answer = urllib3.request("POST", f"{self.url}/simulator{path}", json=body)
        assert answer.status < 300, answer.data
        content: dict[str, Any] = answer.json()
        return content

    def public_pay(self) -> Any:
        config = self.config
        client = PublicPay(
            wechatpay_type=WeChatPayType.MINIPROG,
            mchid=config.merchant_id,
            private_key=config.merchant_private_key,
            cert_serial_no=config.merchant_serial,
            appid=config.app_id,
            apiv3_key=config.api_v3_key,
            notify_url=f"{self.url}/notified",
            timeout=(2, 5),
            public_key=config.platform_public_key,
            public_key_id=config.platform_serial,
        )
        client._core._gate_way = f"{self.url}/wechat/pay"
        return client

    def public_order(self, client: Any, number: str, **changes: Any) -> tuple[int, Any]:
        openid = self.steer("/guests", phone_number="13800138000")["openid"]
        order: dict[str, Any] = {
            "description": "成都驿站 大床房",
            "out_trade_no": number,
            "amount": {"total": 51200, "currency": "CNY"},
            "payer": {"openid": openid},
            "attach": f"B-{number}",
        }
        status, text = client.pay(**(order | changes))
        return status, json.loads(text)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    config = replace(SimulatorConfig.generate(), refund_seconds=0.02)
    world = World("", config)

    async def take(request: web.Request) -> web.Response:
        world.posted.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    with simulator_in_thread(config, lambda app: app.router.add_post("/notified", take)) as url:
        yield replace(world, url=url)


def number() -> str:
    return f"P{secrets.token_hex(13)}"


def test_wechatpayv3_prepays_pays_and_opens_the_notification(world: World) -> None:
    client, order = world.public_pay(), number()
    status, answer = world.public_order(client, order)
    assert status == 200
    world.posted.clear()
    world.steer(f"/payments/{answer['prepay_id']}", result="success")
    ((headers, body),) = world.posted
    opened = client.callback(headers, body)
    assert opened["event_type"] == "TRANSACTION.SUCCESS"
    resource = opened["resource"]
    assert (resource["out_trade_no"], resource["attach"]) == (order, f"B-{order}")
    assert (resource["amount"]["total"], resource["trade_state"]) == (51200, "SUCCESS")
    status, text = client.query(out_trade_no=order)
    assert (status, json.loads(text)["transaction_id"]) == (200, resource["transaction_id"])
    status, text = client.query(transaction_id=resource["transaction_id"])
    assert (status, json.loads(text)["out_trade_no"]) == (200, order)


def test_wechatpayv3_shows_a_qr_code_that_anybody_pays(world: World) -> None:
    client, order = world.public_pay(), number()
    wanted = {
        "description": "成都驿站 大床房",
        "out_trade_no": order,
        "amount": {"total": 51200},
        "attach": f"B-{order}",
    }
    status, text = client.pay(**wanted, pay_type=WeChatPayType.NATIVE)
    assert status == 200
    assert re.fullmatch(r"weixin://wxpay/bizpayurl\?pr=[0-9A-Za-z_-]+", json.loads(text)["code_url"])
    status, text = client.query(out_trade_no=order)
    assert (status, json.loads(text)["trade_state"], "payer" in json.loads(text)) == (200, "NOTPAY", False)
    world.posted.clear()
    payer = world.steer("/guests", phone_number="13800138002")["openid"]
    world.steer(f"/payments/{order}", result="success", openid=payer)
    ((headers, body),) = world.posted
    resource = client.callback(headers, body)["resource"]
    assert (resource["trade_type"], resource["payer"]["openid"], resource["amount"]["total"]) == (
        "NATIVE",
        payer,
        51200,
    )
    status, text = client.query(out_trade_no=order)
    assert (status, json.loads(text)["payer"]) == (200, {"openid": payer})
    status, text = client.refund(f"R{order}", {"refund": 100, "total": 51200, "currency": "CNY"}, out_trade_no=order)
    assert status == 200


def test_wechatpayv3_cannot_make_a_qr_code_of_another_order_or_for_one_payer(world: World) -> None:
    client, order = world.public_pay(), number()
    world.public_order(client, order)
    status, text = client.pay("房", order, {"total": 51200}, pay_type=WeChatPayType.NATIVE)
    assert (status, json.loads(text)["code"]) == (400, "INVALID_REQUEST")
    payer = {"payer": {"openid": world.steer("/guests", phone_number="13800138000")["openid"]}}
    status, text = client.pay("房", number(), {"total": 1}, pay_type=WeChatPayType.NATIVE, **payer)
    assert (status, json.loads(text)["code"]) == (400, "PARAM_ERROR")


@pytest.mark.parametrize("fault", ["bad_signature", "signtest"])
def test_wechatpayv3_refuses_what_is_spoiled(world: World, fault: str) -> None:
    client = world.public_pay()
    _, answer = world.public_order(client, number())
    world.posted.clear()
    world.steer(f"/payments/{answer['prepay_id']}", result="success", fault=fault)
    ((headers, body),) = world.posted
    assert client.callback(headers, body) is None


def test_wechatpayv3_closes_and_meets_the_signed_empty_answer(world: World) -> None:
    client, order = world.public_pay(), number()
    world.public_order(client, order)
    assert client.close(order)[0] == 204
    status, text = client.query(out_trade_no=order)
    assert (status, json.loads(text)["trade_state"]) == (200, "CLOSED")
    status, text = client.query(out_trade_no="P-unknown-1")
    assert (status, json.loads(text)["code"]) == (404, "ORDER_NOT_EXIST")


def test_wechatpayv3_refunds(world: World) -> None:
    client, order = world.public_pay(), number()
    _, answer = world.public_order(client, order)
    world.steer(f"/payments/{answer['prepay_id']}", result="success")
    amount = {"refund": 100, "total": 51200, "currency": "CNY"}
    results = [client.refund(out_refund_no=f"R{order}", amount=amount, out_trade_no=order) for _ in range(2)]
    assert [status for status, _ in results] == [200, 200]
    assert json.loads(results[0][1])["refund_id"] == json.loads(results[1][1])["refund_id"]
    status, text = client.query_refund(f"R{order}")
    assert (status, json.loads(text)["amount"]["refund"]) == (200, 100)


def test_wechatpayv3_meets_the_documented_errors(world: World) -> None:
    client, order = world.public_pay(), number()
    world.public_order(client, order)
    status, answer = world.public_order(client, order, amount={"total": 1, "currency": "CNY"})
    assert (status, answer["code"]) == (400, "INVALID_REQUEST")
    client._core._cert_serial_no = "0" * 40
    status, text = client.query(out_trade_no=order)
    assert (status, json.loads(text)["code"]) == (401, "SIGN_ERROR")


def test_wechatpayv3_accepts_what_we_sign(world: World) -> None:
    credentials = WechatCredentials.parse(world.config.secret_json())
    now = datetime(2026, 11, 21, tzinfo=UTC)
    pay = WechatPay(credentials, f"{world.url}/wechat/pay", lambda: now, lambda: "n0")
    timestamp = str(int(now.timestamp()))
    merchant_key = load_public_key(world.config.merchant_public_key)

    given = pay.payment_parameters("wx123")
    public = world.public_pay()
    assert given["paySign"] == public.sign([world.config.app_id, timestamp, "n0", "prepay_id=wx123"])

    # rsa_verify's three lines are a response's, so its "timestamp" carries the first two lines of a request.
    body = '{"description":"驿站"}'
    message = signing.request_message("POST", "/v3/x?a=1", timestamp, "n0", body.encode())
    signature = signing.sign(world.config.merchant_private_key, message)
    assert rsa_verify(f"POST\n/v3/x?a=1\n{timestamp}", "n0", body, signature, merchant_key)
    assert not rsa_verify(f"POST\n/v3/x?a=2\n{timestamp}", "n0", body, signature, merchant_key)

    sealed = signing.encrypt_resource(world.config.api_v3_key, "0123456789ab", "transaction", "驿站".encode())
    assert aes_decrypt("0123456789ab", sealed, "transaction", world.config.api_v3_key) == "驿站"


def test_our_authorization_header_is_the_public_clients(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    config = world.config
    monkeypatch.setattr("wechatpayv3.utils.time", SimpleNamespace(time=lambda: 1554208460))
    key = load_private_key(config.merchant_private_key)
    theirs = build_authorization("/v3/x", "GET", config.merchant_id, config.merchant_serial, key, None, "n0")
    message = signing.request_message("GET", "/v3/x", "1554208460", "n0", b"")
    signature = signing.sign(config.merchant_private_key, message)
    ours = signing.authorization(config.merchant_id, config.merchant_serial, "1554208460", "n0", signature)

    def fields(header: str) -> tuple[str, set[str]]:
        scheme, _, rest = header.partition(" ")
        return scheme, set(rest.split(","))

    assert fields(ours) == fields(theirs)


@pytest.fixture
def public_app(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(WeChatWxa, "API_BASE_URL", f"{world.url}/wechat/api/")
    config = world.config
    token = MiniProgram(config.app_id, config.app_secret, f"{world.url}/wechat/api").stable_token()
    return WeChatClient(config.app_id, config.app_secret, access_token=token.value, timeout=5, auto_retry=False)


def test_wechatpy_logs_a_guest_in(world: World, public_app: Any) -> None:
    guest = world.steer("/guests", phone_number="13800138000")
    session = public_app.wxa.code_to_session(guest["login_code"])
    assert session["openid"] == guest["openid"]
    sealed = guest["encrypted_phone"]
    crypto = WeChatWxaCrypto(session["session_key"], sealed["iv"], world.config.app_id)
    assert crypto.decrypt_message(sealed["encrypted_data"])["purePhoneNumber"] == "13800138000"
    with pytest.raises(WeChatClientException) as raised:
        public_app.wxa.code_to_session(guest["login_code"])
    assert raised.value.errcode == 40163


def test_wechatpy_sends_a_message(world: World, public_app: Any) -> None:
    guest = world.steer("/guests", phone_number="13800138001", credits={"paid": 1})
    template = world.config.templates["paid"]
    data = {"thing1": {"value": "成都驿站"}, "amount2": {"value": "¥512.00"}}
    assert public_app.wxa.send_subscribe_message(guest["openid"], template, data)["errcode"] == 0
    with pytest.raises(WeChatClientException) as raised:
        public_app.wxa.send_subscribe_message(guest["openid"], template, data)
    assert raised.value.errcode == 43101
    listed = urllib3.request("GET", f"{world.url}/simulator/messages?openid={guest['openid']}").json()["items"]
    assert [message["data"] for message in listed] == [data]


def test_wechatpy_meets_an_expired_token(world: World, public_app: Any) -> None:
    urllib3.request("POST", f"{world.url}/simulator/access-token-expiry")
    with pytest.raises(WeChatClientException) as raised:
        public_app.wxa.send_subscribe_message("o", "t", {"thing1": {"value": "x"}})
    assert raised.value.errcode == 42001


def test_times_in_notifications_are_fresh(world: World) -> None:
    client = world.public_pay()
    _, answer = world.public_order(client, number())
    world.posted.clear()
    before = datetime.now(UTC).replace(microsecond=0)
    world.steer(f"/payments/{answer['prepay_id']}", result="success", deliveries=2)
    after = datetime.now(UTC)
    (first, _), (second, _) = world.posted
    sent = datetime.fromtimestamp(int(first["Wechatpay-Timestamp"]), UTC)
    assert before <= sent <= after
    assert first["Wechatpay-Signature"] != second["Wechatpay-Signature"]
