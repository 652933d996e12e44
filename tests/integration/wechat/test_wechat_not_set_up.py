"""After the first deployment WeChat's secret is empty, then perhaps half filled in; this must not count as a fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from moto.secretsmanager.models import secretsmanager_backends

from posthouse.domain.event import Event, EventType
from posthouse.entry import secrets, wechat
from tests.integration.bookings.test_stay import paid_booking
from tests.integration.deliveries import EVERY_CONSUMER
from tests.integration.house import ACCOUNT, NOW, House, client
from tests.integration.shopping import Shop
from tests.support.clock import clock_at
from tests.support.template import functions

NEED_WECHAT = (
    "cancel_unpaid_booking",
    "close_payment",
    "end_shop_order_wait",
    "send_notice",
    "send_refund",
    "upload_shipping_information",
)
KEY = "-----BEGIN PRIVATE KEY-----\nMIIE…\n-----END PRIVATE KEY-----\n"


def fill_in(house: House, **changed: Any) -> str:
    """The secret's content with some values replaced; None leaves a field out."""
    content = {**json.loads(house.config.secret_json()), **changed}
    return json.dumps({name: value for name, value in content.items() if value is not None})


UNFINISHED: dict[str, Callable[[House], str | None]] = {
    "no version at all": lambda _house: None,
    "nothing": lambda _house: "",
    "not JSON": lambda _house: "app_id = wx1",
    "no object": lambda _house: "[]",
    "a field missing": lambda house: fill_in(house, api_v3_key=None),
    "a field empty": lambda house: fill_in(house, app_secret=" "),
    "the example's ellipsis": lambda house: fill_in(house, merchant_serial="…"),
    "a line break": lambda house: fill_in(house, app_id="wx1\n"),
    "no key of ours": lambda house: fill_in(house, merchant_private_key="key"),
    "half a key of ours": lambda house: fill_in(house, merchant_private_key=KEY.replace("…", "abcd")),
    "no key of theirs": lambda house: fill_in(house, wechat_public_keys={"PUB_KEY_ID_1": "key"}),
}


def store(house: House, text: str | None) -> None:
    """Store the secret's text; None removes every version, as after CloudFormation creates the secret."""
    if text is None or not text:  # the client refuses an empty text
        secret: Any = secretsmanager_backends[ACCOUNT]["us-east-1"].secrets["WechatSecret"]
        secret.versions = {} if text is None else {"1": {"secret_string": "", "version_id": "1", "createdate": 0}}
        secret.default_version_id = None if text is None else "1"
        if text == "":
            secret.versions["1"]["version_stages"] = ["AWSCURRENT"]
    else:
        client("secretsmanager").put_secret_value(SecretId=house._refs["WechatSecret"], SecretString=text)
    secrets.forget_secrets()


@pytest.fixture(params=UNFINISHED)
def unfinished(house: House, request: pytest.FixtureRequest) -> str:
    store(house, UNFINISHED[request.param](house))
    name: str = request.param
    return name


PAYING = frozenset({"no key of ours", "half a key of ours", "no key of theirs"})
"""Secrets that lack only values for payments."""


def levels(caplog: pytest.LogCaptureFixture, said: str = "WeChat is not set up") -> list[str]:
    assert "ERROR" not in {it.levelname for it in caplog.records}, "the alarm of faults counts those"
    return [it.levelname for it in caplog.records if it.message == said]


def test_logins_and_templates_say_that_wechat_is_not_set_up(
    house: House, caplog: pytest.LogCaptureFixture, unfinished: str
) -> None:
    if unfinished in PAYING:
        house.guest()
        house.send("GET", "/api/notification-templates").must(200)
        return
    house.send("POST", "/api/sessions", {"login_code": "code"}).refused(503, "wechat_not_set_up")
    answer = house.send("GET", "/api/notification-templates")
    assert answer.refused(503, "wechat_not_set_up")["detail"]
    assert "Retry-After" in answer.headers
    assert levels(caplog) == ["WARNING", "WARNING"]


def test_what_is_wechats_own_is_told_to_come_again(
    house: House, caplog: pytest.LogCaptureFixture, unfinished: str
) -> None:
    for step in ("receive_payment_notification", "receive_refund_notification"):
        answer = house.deliver({"Wechatpay-Serial": "x"}, b"{}", to=step)
        assert (answer.status, answer.body["code"]) == (503, "FAIL")
    assert levels(caplog) == ["WARNING", "WARNING"], unfinished


def test_schedules_end_quietly(house: House, caplog: pytest.LogCaptureFixture, unfinished: str) -> None:
    asked = {
        step
        for step, function in functions().items()
        if "WECHAT_SECRET_ARN" in function.properties.get("Environment", {}).get("Variables", {})
        and not function.routes
        and step not in EVERY_CONSUMER
    }
    assert asked == {"compare_ledger", "reconcile_open"}
    for step in sorted(asked):
        assert not any(house.invoke(step, {}).values()), unfinished
    assert levels(caplog) == ["WARNING", "WARNING"]


@pytest.mark.parametrize("step", NEED_WECHAT)
def test_a_message_that_needs_wechat_waits_for_it(house: House, caplog: pytest.LogCaptureFixture, step: str) -> None:
    # Given the event of an order with an open payment, or with a refund, and WeChat's secret taken away
    facts = {**_order(house, step), "expires_at": NOW.isoformat()}
    facts["user_id"] = house.rows("guests")[0]["user_id"]["S"]
    event = Event(_HEARD[step], facts["order_no"], 1, NOW, facts, "c")
    store(house, None)
    before = house.contents()
    caplog.clear()
    # When it comes, then it stays in its queue (or goes to the dead letter queue), and nothing has changed
    with clock_at(NOW + timedelta(minutes=31)):
        assert house.feed(step, [event.to_json()]) == [{"itemIdentifier": "0"}]
    assert levels(caplog, "the event has failed") == ["WARNING"]
    after = house.contents()
    assert {name for name in after if after[name] != before[name]} == {"posthouse-inbox"}


def _order(house: House, step: str) -> dict[str, str]:
    """An order of the kind that the step hears of: its number, its payment's and its refund's."""
    if step == "send_refund":
        token = house.guest()
        order_no = paid_booking(house, token)[1]["order_no"]
        path = f"/api/staff/orders/{order_no}/refunds"
        refund = house.send("POST", path, {"reason": "Noise"}, house.admin, Idempotency_Key="r1").must(202)
        return {name: refund[name] for name in ("order_no", "payment_id", "out_refund_no")}
    if step == "end_shop_order_wait":
        shop = Shop(house)
        token, order_no = shop.token, shop.order().must(201)["order_no"]
    else:
        token = house.guest()
        order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    payment = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    return {"order_no": order_no, "payment_id": payment["payment_id"]}


_HEARD = {
    "cancel_unpaid_booking": EventType.BOOKING_CREATED,
    "close_payment": EventType.BOOKING_CANCELLED,
    "end_shop_order_wait": EventType.SHOP_ORDER_CREATED,
    "send_notice": EventType.BOOKING_PAID,
    "send_refund": EventType.REFUND_REQUESTED,
    "upload_shipping_information": EventType.BOOKING_CHECKED_IN,
}


def test_these_are_all_consumers_that_need_wechat() -> None:
    asked = {
        step
        for step in EVERY_CONSUMER
        if "WECHAT_SECRET_ARN" in functions()[step].properties.get("Environment", {}).get("Variables", {})
    }
    assert asked == set(NEED_WECHAT)


def test_guests_go_on_where_no_wechat_is_needed_and_payments_say_it(house: House) -> None:
    token = house.guest()
    _, booking = paid_booking(house, token)
    order_no = house.book(token, house.wish(house.room()), "another").must(201)["order_no"]
    store(house, "{}")
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(503, "wechat_not_set_up")
    assert house.booking(token, booking["order_no"])["status"] == "paid"


def test_what_is_filled_in_holds_within_seconds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an environment that has found nothing, and then half of it
    for content in (None, fill_in(house, app_id="")):
        store(house, content)
        house.send("GET", "/api/notification-templates").refused(503, "wechat_not_set_up")
    asked: list[str] = []
    call = BaseClient._make_api_call

    def counted(it: Any, name: str, kwargs: Any) -> Any:
        asked.append(name)
        return call(it, name, kwargs)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    # When the rest is filled in, it is read within seconds; but forged notifications do not cause a read each
    client("secretsmanager").put_secret_value(SecretId="WechatSecret", SecretString=house.config.secret_json())
    asked.clear()
    for _ in range(5):
        house.send("GET", "/api/notification-templates").refused(503, "wechat_not_set_up")
    assert asked == []
    with clock_at(NOW + timedelta(seconds=wechat.NOT_SET_UP_SECONDS + 2)):
        house.send("GET", "/api/notification-templates").must(200)
        house.send("GET", "/api/notification-templates").must(200)
    assert asked == ["GetSecretValue"]


def test_the_token_key_is_never_just_missing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """The template generates this key: if it is missing, something is broken, and an alarm must go off."""
    token = house.guest()
    secret: Any = secretsmanager_backends[ACCOUNT]["us-east-1"].secrets["TokenSecret"]
    secret.versions = {}
    secrets.forget_secrets()
    house.send("GET", "/api/me", token=token).refused(500, "internal_error")
    assert [it.levelname for it in caplog.records if it.message == "unexpected fault"] == ["ERROR"]
