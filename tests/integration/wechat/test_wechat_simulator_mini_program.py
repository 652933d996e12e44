"""Our mini-program client against the simulated api.weixin.qq.com, and the steering calls around guests."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import urllib3

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.in_thread import simulator_in_thread
from posthouse.clients.wechat.errors import WechatTimeout, WechatUnavailable
from posthouse.clients.wechat.http import WechatHttp
from posthouse.clients.wechat.mini_program import (
    LoginRefused,
    MiniProgram,
    SendDeferred,
    SendRefused,
    Sent,
    TokenRejected,
    WechatSession,
)
from posthouse.clients.wechat.open_data import decrypt_phone
from posthouse.clients.wechat.phone import PhoneNumber, PhoneRefused

TIMEOUT = 0.4
PATIENCE = 30.0
"""Seconds to wait for a response that must come, however slow the machine is."""
DATA = {"thing1": "成都驿站", "character_string2": "B01JD0000000000000000000001", "amount3": "¥512.00"}
START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC).timestamp()


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class World:
    """A running simulator, its clock and our client."""

    url: str
    config: SimulatorConfig
    clock: Clock
    pauses: list[float]

    def steer(self, method: str, path: str, **body: Any) -> Any:
        answer = urllib3.request(method, f"{self.url}/simulator{path}", json=body or None)
        assert answer.status < 300, answer.data
        return answer.json() if answer.data else None

    def guest(self, **wish: Any) -> dict[str, Any]:
        guest: dict[str, Any] = self.steer("POST", "/guests", **({"phone_number": "13800138000"} | wish))
        return guest

    def client(self, *, seconds: float = PATIENCE, **changes: str) -> MiniProgram:
        settings = {"app_id": self.config.app_id, "app_secret": self.config.app_secret} | changes
        base_url = settings.pop("base_url", f"{self.url}/wechat/api")
        return MiniProgram(
            settings["app_id"],
            settings["app_secret"],
            base_url,
            http=WechatHttp(connect_timeout=PATIENCE, read_timeout=seconds),
            sleep=self.pauses.append,
        )

    @property
    def token(self) -> str:
        return self.client().stable_token().value

    def send(self, openid: str, kind: str = "paid", *, seconds: float = PATIENCE, **data: str) -> Any:
        template = self.config.templates[kind]
        page = "pages/web/web?to=%2Fbookings%2FB-of-page"
        client = self.client(seconds=seconds)
        return client.send_subscribe_message(self.token, openid, template, data or DATA, page=page)


@cache
def ids_and_keys() -> SimulatorConfig:
    """The same for all simulators: making keys takes longer than a test does."""
    return SimulatorConfig.generate()


def running() -> Iterator[World]:
    clock, config = Clock(), ids_and_keys()
    with simulator_in_thread(replace(config, clock=clock)) as url:
        yield World(url, config, clock, [])


@pytest.fixture
def world() -> Iterator[World]:
    yield from running()


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    """One world for the many small cases that change no state."""
    yield from running()


def test_login_codes_work_once_and_belong_to_one_guest(world: World) -> None:
    first, again = world.guest(), world.guest()
    other = world.guest(phone_number="13900139000")
    assert first["openid"] == again["openid"] != other["openid"]
    sessions = [world.client().code_to_session(guest["login_code"]) for guest in (again, first, other)]
    assert [session.openid for session in sessions if isinstance(session, WechatSession)] == [
        first["openid"],
        first["openid"],
        other["openid"],
    ]
    assert "session_key" not in repr(sessions[0])
    assert world.client().code_to_session(first["login_code"]) == LoginRefused("used_code")
    assert world.client().code_to_session("nonsense & more") == LoginRefused("invalid_code")


def test_login_codes_live_five_minutes(world: World) -> None:
    early, late = world.guest()["login_code"], world.guest()["login_code"]
    world.clock.now += 300
    assert isinstance(world.client().code_to_session(early), WechatSession)
    world.clock.now += 1
    assert world.client().code_to_session(late) == LoginRefused("invalid_code")


@pytest.mark.parametrize(
    ("errcode", "reason"),
    [(40029, "invalid_code"), (40163, "used_code"), (40226, "high_risk"), (45011, "rate_limited")],
)
def test_login_refusals(shared_world: World, errcode: int, reason: Any) -> None:
    shared_world.steer("POST", "/faults", api="jscode2session", errcode=errcode, times=1)
    guest = shared_world.guest()
    assert shared_world.client().code_to_session(guest["login_code"]) == LoginRefused(reason)
    assert isinstance(shared_world.client().code_to_session(guest["login_code"]), WechatSession)


def test_busy_is_retried_a_bounded_number_of_times(world: World) -> None:
    world.steer("POST", "/faults", api="jscode2session", errcode=-1, times=2)
    assert isinstance(world.client().code_to_session(world.guest()["login_code"]), WechatSession)
    assert world.pauses == [0.1, 0.2]
    world.steer("POST", "/faults", api="jscode2session", errcode=-1, times=4)
    with pytest.raises(WechatUnavailable, match="busy after 3 tries"):
        world.client().code_to_session("x")


def test_faults_name_no_secret(world: World) -> None:
    world.steer("POST", "/faults", api="jscode2session", http_status=502, times=1)
    with pytest.raises(WechatUnavailable, match=r"^WeChat jscode2session: HTTP 502$"):
        world.client().code_to_session("x")
    for client, line in (
        (world.client(app_secret="0" * 32), "errcode 40125"),
        (world.client(app_id="wx0"), "errcode 40013"),
        (world.client(base_url="http://127.0.0.1:9"), "cannot connect"),
        (world.client(base_url=f"{world.url}/wechat/nowhere"), "HTTP 404"),
    ):
        with pytest.raises(WechatUnavailable) as raised:
            client.code_to_session("x")
        assert raised.value.reason == line
        assert raised.value.__cause__ is None
    world.steer("POST", "/faults", api="jscode2session", delay_seconds=TIMEOUT + 0.2, times=1)
    with pytest.raises(WechatTimeout):
        world.client(seconds=TIMEOUT).code_to_session("x")


def test_a_token_never_lives_longer_than_wechats(world: World) -> None:
    world.clock.now += 5 * 86_400
    later = world.client().stable_token()
    world.clock.now -= 5 * 86_400
    now = world.client().stable_token()
    assert (now.expires_in, now.value != later.value) == (7200, True)


def test_the_token_is_shared_until_it_expires(world: World) -> None:
    first = world.client().stable_token()
    world.clock.now += 100
    second = world.client().stable_token()
    assert first.value == second.value
    assert (first.expires_in, second.expires_in) == (7200, 7100)
    assert first.value not in repr(first)
    world.clock.now += 7100
    assert world.client().stable_token().value != first.value
    assert world.client().phone_number(first.value, "x") == TokenRejected(42001)


def test_a_forced_refresh_ends_the_old_token_and_is_rationed(world: World) -> None:
    first = world.token
    second = world.client().stable_token(force_refresh=True).value
    assert first != second
    assert world.client().phone_number(first, "x") == TokenRejected(42001)
    assert world.client().phone_number("stranger", "x") == TokenRejected(40001)
    for _ in range(19):
        world.client().stable_token(force_refresh=True)
    with pytest.raises(WechatUnavailable, match="errcode 45009"):
        world.client().stable_token(force_refresh=True)


def test_phone_codes_work_once(world: World) -> None:
    guest = world.guest()
    assert world.client().phone_number(world.token, guest["phone_code"]) == PhoneNumber("13800138000", "86")
    assert world.client().phone_number(world.token, guest["phone_code"]) == PhoneRefused("invalid_code")
    assert world.client().phone_number(world.token, guest["login_code"]) == PhoneRefused("invalid_code")


@pytest.mark.parametrize(("errcode", "reason"), [(45011, "rate_limited"), (40013, "foreign_app")])
def test_phone_refusals(shared_world: World, errcode: int, reason: Any) -> None:
    shared_world.steer("POST", "/faults", api="phone_number", errcode=errcode, times=1)
    assert shared_world.client().phone_number(shared_world.token, "x") == PhoneRefused(reason)


def test_the_old_phone_button_decrypts_with_its_session(world: World) -> None:
    guest = world.guest()
    session = world.client().code_to_session(guest["login_code"])
    assert isinstance(session, WechatSession)
    sealed, now = guest["encrypted_phone"], datetime.fromtimestamp(world.clock.now, UTC)
    given = (session.session_key, sealed["encrypted_data"], sealed["iv"], world.config.app_id)
    assert decrypt_phone(*given, now, timedelta(minutes=5)) == PhoneNumber("13800138000", "86")


def test_the_guests_whom_wechat_knows_are_listed_without_codes(world: World) -> None:
    assert world.steer("GET", "/guests") == {"items": [], "next_cursor": None}
    meimei = world.guest(nickname="韩梅梅")["openid"]
    anna = world.guest(phone_number="13700137000", nickname="Anna Bell")["openid"]
    listed = [
        {"openid": anna, "phone_number": "13700137000", "nickname": "Anna Bell"},
        {"openid": meimei, "phone_number": "13800138000", "nickname": "韩梅梅"},
    ]
    assert world.steer("GET", "/guests")["items"] == listed
    world.guest(phone_number="13700137000", nickname="Anna Bell")
    assert world.steer("GET", "/guests")["items"] == listed, "who comes again is listed once, in the same place"


def test_messages_are_kept_in_order(world: World) -> None:
    openid = world.guest()["openid"]
    assert [world.send(openid, kind) for kind in ("wait_for_payment", "paid")] == [Sent(), Sent()]
    other = world.guest(phone_number="13900139000")["openid"]
    assert world.send(other) == Sent()
    items = world.steer("GET", f"/messages?openid={openid}")["items"]
    assert [item["kind"] for item in items] == ["wait_for_payment", "paid"]
    assert items[1]["template_id"] == world.config.templates["paid"]
    assert items[1]["order_no"] == "B-of-page"
    assert items[1]["data"]["thing1"] == {"value": "成都驿站"}
    assert items[1]["at"] == "2026-11-21T02:00:00Z"


def test_the_order_number_is_found_without_a_page_too(world: World) -> None:
    openid = world.guest()["openid"]
    template = world.config.templates["paid"]
    assert world.client().send_subscribe_message(world.token, openid, template, DATA) == Sent()
    (item,) = world.steer("GET", f"/messages?openid={openid}")["items"]
    assert item["order_no"] == "B01JD0000000000000000000001"


def accept(world: World, openid: str, *kinds: str) -> int:
    templates = [world.config.templates.get(kind, kind) for kind in kinds]
    url = f"{world.url}/simulator/guests/{openid}/acceptances"
    return urllib3.request("POST", url, json={"template_ids": templates}).status


def test_a_guest_accepts_three_templates_at_a_time(world: World) -> None:
    openid = world.guest(credits={})["openid"]
    assert accept(world, openid, "paid", "cancelled", "finished") == 204
    assert accept(world, openid, "paid") == 204
    assert [world.send(openid, "paid") for _ in range(2)] == [Sent(), Sent()]
    assert world.send(openid, "paid").errcode == 43101
    assert world.send(openid, "checked_in").errcode == 43101


@pytest.mark.parametrize(
    "kinds", [("paid", "cancelled", "finished", "checked_in"), ("paid", "of-nobody"), ("paid", "paid")]
)
def test_a_question_that_wechat_does_not_show(world: World, kinds: tuple[str, ...]) -> None:
    openid = world.guest(credits={})["openid"]
    assert accept(world, openid, *kinds) == 400
    assert world.send(openid, "paid").errcode == 43101, "nothing of it is accepted"
    assert accept(world, "nobody", "paid") == 404


def test_who_comes_again_keeps_what_they_accepted(world: World) -> None:
    openid = world.guest(credits={}, keep=True)["openid"]
    assert world.send(openid, "paid").errcode == 43101
    accept(world, openid, "paid")
    world.guest(credits={}, keep=True)
    assert world.send(openid, "paid") == Sent()
    assert world.guest()["accepts_everything"]
    assert world.guest(credits={}, keep=True)["accepts_everything"]
    assert world.send(openid, "paid") == Sent(), "one who accepts everything goes on doing so"


@pytest.mark.parametrize("page", ["pages/order/order?order_no=B1", "pages/me/me", "/pages/web/web", "pages/web"])
def test_a_page_that_the_released_mini_program_has_not(world: World, page: str) -> None:
    openid = world.guest(credits={"paid": 1})["openid"]
    template = world.config.templates["paid"]
    refused = world.client().send_subscribe_message(world.token, openid, template, DATA, page=page)
    assert isinstance(refused, SendRefused)
    assert (refused.errcode, refused.final) == (41030, True)
    assert world.send(openid) == Sent(), "the acceptance is still there"


def test_one_acceptance_is_one_message(world: World) -> None:
    openid = world.guest(credits={"paid": 1})["openid"]
    assert world.send(openid, "paid") == Sent()
    for kind in ("paid", "cancelled"):
        refused = world.send(openid, kind)
        assert isinstance(refused, SendRefused)
        assert (refused.errcode, refused.final) == (43101, True)
    world.guest(credits={})
    assert world.send(openid).errcode == 43101
    world.guest()
    assert world.send(openid) == Sent()


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        ({"thing1": "二十个字" * 5}, True),
        ({"thing1": "二十个字" * 5 + "一"}, False),
        ({"thing1": ""}, False),
        ({"thing1": "a\nb"}, False),
        ({"thing": "no number"}, False),
        ({"colour1": "red"}, False),
        ({"character_string1": "B" * 32}, True),
        ({"character_string1": "B" * 33}, False),
        ({"character_string1": "订单"}, False),
        ({"number1": "12.5"}, True),
        ({"number1": "twelve"}, False),
        ({"letter1": "ABC"}, True),
        ({"phrase1": "已经入住了"}, True),
        ({"phrase1": "已经入住了吗"}, False),
        ({"phrase1": "paid"}, False),
        ({"name1": "张" * 10}, True),
        ({"name1": "张" * 11}, False),
        ({"name1": "Alexander Hamilton"}, True),
        ({"phone_number1": "+86-0766-66888866"}, True),
        ({"phone_number1": "+86-0766-668888660"}, False),
        ({"amount1": "¥1234567890.00"}, True),
        ({"amount1": "￥512.00元"}, True),
        ({"amount1": "¥¥5"}, False),
        ({"amount1": "12345678901"}, False),
        ({"time1": "2026年11月21日 14:00"}, True),
        ({"time1": "14:00"}, True),
        ({"time1": "25:00"}, False),
        ({"date1": "2026-11-21"}, True),
        ({"date1": "2026年11月21日 14:00~2026年11月23日 12:00"}, True),
        ({"date1": "tomorrow"}, False),
    ],
)
def test_field_limits(shared_world: World, data: Any, fits: bool) -> None:
    result = shared_world.send(shared_world.guest()["openid"], **data)
    assert isinstance(result, Sent if fits else SendRefused)
    if isinstance(result, SendRefused):
        assert (result.errcode, result.final) == (47003, True)


def test_unknown_guest_and_template(world: World) -> None:
    assert world.send("oStranger").errcode == 40003
    refused = world.client().send_subscribe_message(world.token, world.guest()["openid"], "t" * 43, DATA)
    assert isinstance(refused, SendRefused)
    assert refused.errcode == 40037


@pytest.mark.parametrize(
    ("errcode", "matches"),
    [
        *((code, lambda result: result.final is True) for code in (43101, 40003, 40037, 47003, 41030, 43107, 45168)),
        *((code, lambda result: isinstance(result, TokenRejected)) for code in (40001, 40014, 42001)),
        *((code, lambda result: isinstance(result, SendDeferred)) for code in (-1, 43108, 45011, 45009)),
        (48001, lambda result: isinstance(result, SendRefused) and not result.final),
    ],
)
def test_send_errors_by_what_comes_next(shared_world: World, errcode: int, matches: Callable[[Any], bool]) -> None:
    openid = shared_world.guest()["openid"]
    shared_world.steer("POST", "/faults", api="subscribe_send", errcode=errcode, times=1)
    result = shared_world.send(openid)
    assert matches(result), result
    assert result.errcode == errcode
    assert shared_world.pauses == []
    assert shared_world.send(openid) == Sent()


def test_a_message_that_times_out_was_perhaps_delivered(world: World) -> None:
    openid = world.guest(credits={"paid": 1})["openid"]
    world.steer("POST", "/faults", api="subscribe_send", delay_seconds=TIMEOUT + 0.1, times=1)
    with pytest.raises(WechatTimeout):
        world.send(openid, seconds=TIMEOUT)
    deadline = time.monotonic() + PATIENCE
    while not world.steer("GET", f"/messages?openid={openid}")["items"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert world.send(openid).errcode == 43101


def test_an_expired_token_is_rejected_and_the_next_one_works(world: World) -> None:
    openid, old = world.guest()["openid"], world.token
    world.steer("POST", "/access-token-expiry")
    template = world.config.templates["paid"]
    assert world.client().send_subscribe_message(old, openid, template, DATA) == TokenRejected(42001)
    assert world.client().send_subscribe_message(world.token, openid, template, DATA) == Sent()


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/guests", b"{", "Invalid JSON"),
        ("/guests", b"{}", "phone_number"),
        ("/guests", b'{"phone_number": 138}', "phone_number"),
        ("/guests", b'{"phone_number": "13800138000", "credit": 1}', "credit"),
        ("/guests", b'{"phone_number": "13800138000", "credits": {"paid": -1}}', "credits.paid"),
        ("/guests", b'{"phone_number": "13800138000", "credits": {"login": 1}}', "credits.login"),
        ("/payments/wx1", b'{"result": "maybe"}', "result"),
        ("/payments/wx1", b'{"result": "success", "fault": "late"}', "fault"),
        ("/payments/wx1", b'{"result": "success", "deliveries": 101}', "deliveries"),
        ("/faults", b'{"api": "login", "errcode": 1}', "api"),
        ("/faults", b'{"api": "jsapi"}', "give errcode, http_status or delay_seconds"),
        ("/faults", b'{"api": "jsapi", "errcode": -1}', "errcode of jsapi is text"),
        ("/faults", b'{"api": "subscribe_send", "errcode": "BUSY"}', "errcode of subscribe_send is a number"),
        ("/faults", b'{"api": "jsapi", "http_status": 99}', "http_status"),
        ("/faults", b'{"api": "jsapi", "http_status": 500, "times": 0}', "times"),
        ("/refunds", b'{"result": "never"}', "result"),
    ],
)
def test_bad_steering_is_one_clear_line(shared_world: World, path: str, body: bytes, place: str) -> None:
    answer = urllib3.request("POST", f"{shared_world.url}/simulator{path}", body=body)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json; charset=utf-8")
    problem = answer.json()
    assert problem["code"] == "invalid_input"
    assert place in problem["detail"]
    assert "\n" not in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/payments/wx1"), ("POST", "/refunds/R1"), ("GET", "/nowhere"), ("PUT", "/guests")],
)
def test_what_is_not_there_is_404(shared_world: World, method: str, path: str) -> None:
    body = b'{"result": "success"}' if method == "POST" else None
    answer = urllib3.request(method, f"{shared_world.url}/simulator{path}", body=body)
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
