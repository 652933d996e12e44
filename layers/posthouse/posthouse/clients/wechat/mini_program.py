"""The mini-program API (api.weixin.qq.com): login, access token, phone number, subscribe messages.

Errors are HTTP 200 with an `errcode`; a missing one or 0 is success. Codes: developers.weixin.qq.com, "server API".
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.http import WechatHttp, default_http
from posthouse.clients.wechat.phone import PhoneNumber, PhoneRefused, phone_from
from posthouse.domain.value import Value

BASE_URL = "https://api.weixin.qq.com"
BUSY = -1
BUSY_TRIES = 3
BUSY_PAUSE_SECONDS = 0.1
TOKEN_ERRORS = frozenset({40001, 40014, 42001})
FINAL_SEND_ERRORS = frozenset({43101, 40003, 40037, 47003, 41030, 43107, 45168})
DEFERRED_SEND_ERRORS = frozenset({BUSY, 43108, 45011, 45009})

LoginRefusal = Literal["invalid_code", "used_code", "high_risk", "rate_limited"]
_LOGIN_REFUSALS: dict[int, LoginRefusal] = {
    40029: "invalid_code",
    40163: "used_code",
    40226: "high_risk",
    45011: "rate_limited",
}


@dataclass(frozen=True)
class WechatSession:
    """The WeChat session of a guest. The session key never leaves the server."""

    openid: str
    session_key: str = field(repr=False)
    unionid: str | None = None


class LoginRefused(Value):
    """WeChat refuses this login. After `invalid_code` and `used_code` the client must call wx.login again."""

    reason: LoginRefusal


@dataclass(frozen=True)
class AccessToken:
    """A shared access token, valid for `expires_in` more seconds; may be longer than 512 characters."""

    value: str = field(repr=False)
    expires_in: int


class TokenRejected(Value):
    """The access token is not valid: refresh it once and retry."""

    errcode: int


class Sent(Value):
    """WeChat has accepted the message."""


class SendRefused(Value):
    """WeChat has refused the message; `final`: by WeChat's documentation a retry cannot help."""

    errcode: int
    errmsg: str
    final: bool = True


class SendDeferred(Value):
    """WeChat is busy or a limit is reached (45009: until the next day): the same message may be sent later."""

    errcode: int


class MiniProgram:
    """The client of one mini-program; one per execution environment.

    Every call raises WechatUnavailable on a fault, and WechatTimeout if the outcome is unknown. "Busy" (-1) is retried
    at most twice. For messages it returns SendDeferred instead, because the caller keeps their order.
    """

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        base_url: str = BASE_URL,
        http: WechatHttp | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._base_url = base_url.rstrip("/")
        self._http = http or default_http()
        self._sleep = sleep

    def code_to_session(self, js_code: str) -> WechatSession | LoginRefused:
        """Exchange the code of wx.login, which is valid once and for five minutes."""
        api = "jscode2session"
        query = {
            "appid": self._app_id,
            "secret": self._app_secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        answer = self._call(api, "GET", f"/sns/jscode2session?{urlencode(query)}")
        errcode = _errcode(api, answer)
        if errcode in _LOGIN_REFUSALS:
            return LoginRefused(_LOGIN_REFUSALS[errcode])
        _fail_on(api, errcode)
        unionid = answer.get("unionid")
        return WechatSession(
            _text(api, answer, "openid"),
            _text(api, answer, "session_key"),
            unionid if isinstance(unionid, str) and unionid else None,
        )

    def stable_token(self, *, force_refresh: bool = False) -> AccessToken:
        """Get the shared access token. A forced refresh is allowed 20 times a day. The caller caches the token."""
        api = "stable_token"
        wish: dict[str, Any] = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._app_secret,
            "force_refresh": force_refresh,
        }
        answer = self._call(api, "POST", "/cgi-bin/stable_token", wish)
        _fail_on(api, _errcode(api, answer))
        expires_in = answer.get("expires_in")
        if not isinstance(expires_in, int):
            raise WechatUnavailable(api, "answer without expires_in")
        return AccessToken(_text(api, answer, "access_token"), expires_in)

    def phone_number(self, access_token: str, code: str) -> PhoneNumber | PhoneRefused | TokenRejected:
        """Exchange the code of the phone button (not the login code) for the guest's number."""
        api = "getuserphonenumber"
        path = f"/wxa/business/getuserphonenumber?{urlencode({'access_token': access_token})}"
        answer = self._call(api, "POST", path, {"code": code})
        errcode = _errcode(api, answer)
        if errcode in TOKEN_ERRORS:
            return TokenRejected(errcode)
        if errcode in {40029, 40163}:
            return PhoneRefused("invalid_code")
        if errcode == 40013:
            return PhoneRefused("foreign_app")
        if errcode == 45011:
            return PhoneRefused("rate_limited")
        _fail_on(api, errcode)
        info = answer.get("phone_info")
        if not isinstance(info, dict):
            raise WechatUnavailable(api, "answer without phone_info")
        watermark = info.get("watermark")
        if not isinstance(watermark, dict) or watermark.get("appid") != self._app_id:
            return PhoneRefused("foreign_app")
        return phone_from(info)

    def send_subscribe_message(  # noqa: PLR0913 - WeChat's own fields
        self,
        access_token: str,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        *,
        page: str | None = None,
        miniprogram_state: Literal["developer", "trial", "formal"] = "formal",
        lang: str = "zh_CN",
    ) -> Sent | SendRefused | TokenRejected | SendDeferred:
        """Send one message, once. The guest has permitted one message, so do not retry after a WechatTimeout."""
        api = "subscribe_send"
        message: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "miniprogram_state": miniprogram_state,
            "lang": lang,
            "data": {key: {"value": value} for key, value in data.items()},
        }
        if page is not None:
            message["page"] = page
        path = f"/cgi-bin/message/subscribe/send?{urlencode({'access_token': access_token})}"
        answer = self._call_once(api, "POST", path, message)
        errcode = _errcode(api, answer)
        if errcode == 0:
            return Sent()
        if errcode in TOKEN_ERRORS:
            return TokenRejected(errcode)
        if errcode in DEFERRED_SEND_ERRORS:
            return SendDeferred(errcode)
        return SendRefused(errcode, str(answer.get("errmsg", "")), final=errcode in FINAL_SEND_ERRORS)

    def post(self, api: str, path: str, access_token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Call an API of this mini program once; returns its JSON with its `errcode`, whatever that is."""
        return self._call_once(api, "POST", f"{path}?{urlencode({'access_token': access_token})}", body)

    def _call(self, api: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        for attempt in range(BUSY_TRIES):
            if attempt:
                self._sleep(BUSY_PAUSE_SECONDS * 2 ** (attempt - 1))
            answer = self._call_once(api, method, path, body)
            if answer.get("errcode") != BUSY:
                return answer
        raise WechatUnavailable(api, f"busy after {BUSY_TRIES} tries")

    def _call_once(self, api: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if payload is not None else {})
        answer = self._http.send(api, method, f"{self._base_url}{path}", headers=headers, body=payload)
        if answer.status != 200:
            raise WechatUnavailable(api, f"HTTP {answer.status}")
        try:
            parsed = json.loads(answer.body)
        except ValueError:
            raise WechatUnavailable(api, "answer is not JSON") from None
        if not isinstance(parsed, dict):
            raise WechatUnavailable(api, "answer is not a JSON object")
        return parsed


def _errcode(api: str, answer: Mapping[str, Any]) -> int:
    errcode = answer.get("errcode", 0)
    if not isinstance(errcode, int):
        raise WechatUnavailable(api, "errcode is not a number")
    return errcode


def _fail_on(api: str, errcode: int) -> None:
    if errcode:
        raise WechatUnavailable(api, f"errcode {errcode}")


def _text(api: str, answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise WechatUnavailable(api, f"answer without {name}")
    return value
