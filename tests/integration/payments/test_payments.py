"""Payments: one open payment per order, and notifications that cannot be forged, repeated or mixed up."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posthouse.clients.wechat import signing
from posthouse.entry import http
from posthouse.store import connection
from tests.integration.deliveries import Wire
from tests.integration.house import NOW, House, Reply
from tests.support.clock import clock_at


def booked(house: House) -> tuple[str, str]:
    token = house.guest()
    return token, house.book(token, house.wish(house.room())).must(201)["order_no"]


def statuses(played: dict[str, Any]) -> list[int]:
    return [delivery["status"] for delivery in played["deliveries"]]


def test_a_payment_is_opened_once_and_handed_out_again(house: House) -> None:
    token, order_no = booked(house)
    first = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    again = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    assert again["payment_id"] == first["payment_id"]
    assert again["wechat"]["package"] == first["wechat"]["package"]
    [held] = house.simulate("GET", f"/simulator/payments?order_no={order_no}")["items"]
    assert (held["out_trade_no"], held["amount"]) == (first["payment_id"], 30000)


def test_a_guest_whom_a_replica_does_not_know_yet_may_pay_and_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, order_no = booked(house)
    wire = Wire(monkeypatch)

    def meet(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        behind = name == "GetItem" and kwargs["TableName"] == "posthouse-guests" and not kwargs.get("ConsistentRead")
        return {} if behind else wire.send(client, name, kwargs)

    wire.meet = meet
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    house.settle()
    [note] = house.send("GET", "/api/me/notifications", token=token).must(200)["items"]
    assert note["status"] == "sent"


@pytest.mark.parametrize(
    ("hotel", "room", "told"), [("🧸", "🛏", "订单"), ("🧸", "𠮷", "〓"), ("驿站 🧸", "𠮷房", "驿站 〓房")]
)
def test_a_name_of_any_characters_can_be_paid_and_refunded(house: House, hotel: str, room: str, told: str) -> None:
    """WeChat takes no emoji and no Han character beyond the basic plane; the order must not hold a room for nothing."""
    made = house.room(hotel_id=house.hotel(name=hotel)["hotel_id"], name=room)
    codes = house.codes("13900009137")
    token = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]}).must(201)["access_token"]
    order_no = house.book(token, house.wish(made)).must(201)["order_no"]
    paid = house.pay(token, order_no)
    assert statuses(paid) == [204]
    [row] = house.rows("payments")
    assert json.loads(row["request_body"]["S"])["description"] == told
    house.settle()
    back = {"reason": "🧸 𠮷\n", "amount": 100}
    house.send("POST", f"/api/staff/orders/{order_no}/refunds", back, house.admin, Idempotency_Key="emoji").must(202)
    house.settle()
    assert house.booking(token, order_no)["status"] == "paid"
    [refund] = house.rows("refunds")
    assert refund["status"]["S"] in {"processing", "succeeded"}
    messages = house.simulate("GET", f"/simulator/messages?openid={codes['openid']}")["items"]
    assert messages[-1]["data"]["thing2"]["value"] in {told, "-"}


def test_wechat_down_at_prepay_leaves_the_order_payable(house: House) -> None:
    token, order_no = booked(house)
    house.simulate("POST", "/simulator/faults", {"api": "jsapi", "http_status": 500, "times": 1})
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(503, "wechat_unavailable")
    paid = house.pay(token, order_no)
    assert statuses(paid) == [204]
    assert len(house.rows("payments")) == 1


def test_an_expired_order_is_not_payable(house: House) -> None:
    token, order_no = booked(house)
    with clock_at(NOW + timedelta(minutes=31)):
        house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(409, "not_payable")


def test_a_notification_settles_once_however_often_it_comes(house: House) -> None:
    token, order_no = booked(house)
    paid = house.pay(token, order_no, deliveries=3)
    assert statuses(paid) == [204, 204, 204]
    assert len(house.rows("money-ledger")) == 1
    assert sum(row["type"]["S"] == "payment.succeeded" for row in house.rows("outbox")) == 1
    house.settle()
    booking = house.booking(token, order_no)
    assert [moment["status"] for moment in booking["timeline"]] == ["pending_payment", "paid"]
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(409, "not_payable")
    [row] = house.rows("money-ledger")
    assert (row["amount"]["N"], row["order_no"]["S"], row["channel"]["S"]) == ("30000", order_no, "wechat")


@pytest.mark.parametrize("fault", ["bad_signature", "stale", "signtest", "unknown_serial", "wrong_amount"])
def test_a_hostile_notification_changes_nothing(house: House, fault: str) -> None:
    token, order_no = booked(house)
    before = house.contents()
    [delivery] = house.pay(token, order_no, fault=fault)["deliveries"]
    assert delivery["status"] in {400, 401}
    assert '"FAIL"' in str(delivery["body"]).replace("'", '"')
    after = house.contents()
    for table in ("posthouse-money-ledger", "posthouse-outbox"):
        assert after[table] == before[table]
    assert house.booking(token, order_no)["status"] == "pending_payment"


def test_the_very_bytes_are_verified_in_base64_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token, order_no = booked(house)
    caught: list[tuple[dict[str, str], bytes]] = []
    deliver = house.deliver

    def catch(headers: dict[str, str], body: bytes, to: str) -> Reply:
        caught.append((headers, body))
        return Reply(500, None, {}, "")

    monkeypatch.setattr(house, "deliver", catch)
    house.pay(token, order_no)
    [(headers, body)] = caught
    assert deliver(headers, body.replace(b'"', b'" ', 1)).status == 401
    assert deliver(headers, b"").status == 401
    assert deliver({}, body).status == 401
    assert deliver(headers, body, in_base64=True).status == 204
    assert len(house.rows("money-ledger")) == 1


def test_a_lost_notification_is_made_good_by_asking(house: House) -> None:
    token, order_no = booked(house)
    paid = house.pay(token, order_no, lost=True)
    found = house.send("GET", f"/api/payments/{paid['payment_id']}", token=token).must(200)
    assert (found["status"], found["amount"], found["order_no"]) == ("succeeded", 30000, order_no)
    house.settle()
    assert house.booking(token, order_no)["status"] == "paid"
    other = house.guest("13900000002")
    house.send("GET", f"/api/payments/{paid['payment_id']}", token=other).refused(404, "not_found")


def test_an_open_payment_that_nobody_paid_stays_open(house: House) -> None:
    token, order_no = booked(house)
    payment = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    found = house.send("GET", f"/api/payments/{payment['payment_id']}", token=token).must(200)
    assert found["status"] == "created"


def test_calls_to_aws_are_counted(house: House) -> None:
    """The budget: three calls to create a booking, two to receive a notification."""
    calls: list[str] = []
    token, room = house.guest(), house.room()
    client = connection.dynamodb()
    client.meta.events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name))
    order_no = house.book(token, house.wish(room)).must(201)["order_no"]
    assert calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    payment = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    calls.clear()
    prepay_id = payment["wechat"]["package"].removeprefix("prepay_id=")
    house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success"})
    assert calls == ["GetItem", "TransactWriteItems"]


def test_an_unforeseen_fault_is_a_500_without_a_stack_trace(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(http, "_read", broken)
    answer = house.send("GET", "/api/health")
    assert "secret" not in answer.raw
    answer.refused(500, "internal_error")


def spoken_by_wechat(house: House, content: dict[str, Any], **resource: str) -> Reply:
    """Make a notification with any content, signed and encrypted by WeChat."""
    config, nonce = house.config, "0123456789ab"
    sealed = {
        "original_type": "transaction",
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": "",
        "ciphertext": signing.encrypt_resource(config.api_v3_key, nonce, "", json.dumps(content).encode()),
        **resource,
    }
    body = json.dumps({"id": "n1", "event_type": "TRANSACTION.SUCCESS", "resource": sealed}).encode()
    timestamp = str(int(datetime.now(UTC).timestamp()))
    message = signing.response_message(timestamp, "n", body)
    headers = {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": "n",
        "Wechatpay-Serial": config.platform_serial,
        "Wechatpay-Signature": signing.sign(config.platform_private_key, message),
    }
    return house.deliver(headers, body)


@pytest.fixture
def said(house: House) -> dict[str, Any]:
    """WeChat's content of a notification for a booking's open payment."""
    token, order_no = booked(house)
    payment = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    [row] = house.rows("payments")
    return {
        "appid": house.config.app_id,
        "mchid": house.config.merchant_id,
        "out_trade_no": payment["payment_id"],
        "transaction_id": "4200001",
        "trade_state": "SUCCESS",
        "attach": order_no,
        "success_time": "2026-11-21T12:00:00+08:00",
        "payer": {"openid": row["openid"]["S"]},
        "amount": {"total": 30000, "currency": "CNY"},
    }


def test_an_empty_associated_data_is_authentic(house: House, said: dict[str, Any]) -> None:
    assert spoken_by_wechat(house, said).status == 204
    assert len(house.rows("money-ledger")) == 1


@pytest.mark.parametrize(
    ("change", "status", "differs"),
    [
        ({"appid": "wx-other"}, 400, "app"),
        ({"mchid": "1600000000"}, 400, "merchant"),
        ({"payer": {"openid": "o-somebody-else"}}, 400, "payer"),
        ({"amount": {"total": 1, "currency": "CNY"}}, 400, "amount"),
        ({"amount": {"total": 30000, "currency": "USD"}}, 400, "amount"),
        ({"out_trade_no": "P01KAHJ3W8Q6F2M9N4T7XBZC5DH"}, 404, "payment"),
    ],
)
def test_an_authentic_notification_that_does_not_fit_is_refused_and_kept(
    house: House, said: dict[str, Any], change: dict[str, Any], status: int, differs: str
) -> None:
    for _ in range(2):
        reply = spoken_by_wechat(house, {**said, **change})
        assert (reply.status, reply.body["code"]) == (status, "FAIL")
    assert house.rows("money-ledger") == []
    [found] = house.send("GET", "/api/staff/differences", token=house.admin).must(200)["items"]
    assert (found["kind"], found["field"]) == ("payment", differs)


@pytest.mark.parametrize("state", ["NOTPAY", "CLOSED", "REFUND"])
def test_only_a_payment_that_succeeded_is_taken(house: House, said: dict[str, Any], state: str) -> None:
    assert spoken_by_wechat(house, {**said, "trade_state": state}).status == 401
    assert house.rows("money-ledger") == []


def test_a_notification_sealed_with_another_key_is_refused(house: House, said: dict[str, Any]) -> None:
    sealed = signing.encrypt_resource("k" * 32, "0123456789ab", "", json.dumps(said).encode())
    assert spoken_by_wechat(house, said, ciphertext=sealed).status == 401
    assert house.rows("money-ledger") == []


def test_no_key_is_ever_fetched_for_an_unknown_serial(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token, order_no = booked(house)
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    called: list[object] = []
    monkeypatch.setattr("posthouse.clients.wechat.http.WechatHttp.send", lambda *call, **_: called.append(call))
    headers = {f"Wechatpay-{name}": "x" for name in ("Timestamp", "Nonce", "Signature")}
    assert house.deliver({**headers, "Wechatpay-Serial": "PUB_KEY_ID_UNKNOWN"}, b"{}").status == 401
    assert called == []
