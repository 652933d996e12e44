"""The mini-program host: api.weixin.qq.com under `/wechat/api`. Its errors are HTTP 200 with an `errcode`."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.guests import AccessTokens, Guests, Messages
from local.wechat_simulator.message_fields import bad_field
from local.wechat_simulator.state import Faults

MOUNT = "/wechat/api"
_ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40013: "invalid appid",
    40029: "invalid code",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40097: "invalid args",
    40163: "code been used",
    41030: "invalid page",
    42001: "access_token expired",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
}
MOST_TEMPLATES = 3
"""Templates that one call of wx.requestSubscribeMessage takes, on every version of WeChat."""
Act = Callable[[web.Request, dict[str, Any]], dict[str, Any] | int]


class MiniProgramHost:
    """Serves the login, token, phone and message calls of one app."""

    def __init__(
        self, config: SimulatorConfig, faults: Faults, ship: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    ) -> None:
        self._config = config
        self._ship = ship
        self._faults = faults
        self.guests = Guests(config)
        self.tokens = AccessTokens(config)
        self.messages = Messages()
        self._kinds = {template: kind for kind, template in config.templates.items()}

    def routes(self) -> list[web.RouteDef]:
        """The routes that Posthouse and the conformance clients call."""
        return [
            web.get(f"{MOUNT}/sns/jscode2session", self._serve("jscode2session", self._code_to_session)),
            web.post(f"{MOUNT}/cgi-bin/stable_token", self._serve("stable_token", self._stable_token)),
            web.post(f"{MOUNT}/wxa/business/getuserphonenumber", self._serve("phone_number", self._phone_number)),
            web.post(f"{MOUNT}/cgi-bin/message/subscribe/send", self._serve("subscribe_send", self._send)),
            web.post(f"{MOUNT}/wxa/sec/order/is_trade_managed", self._serve("is_trade_managed", self._is_managed)),
            web.post(f"{MOUNT}/wxa/sec/order/upload_shipping_info", self._serve("upload_shipping_info", self._upload)),
        ]

    def _serve(self, api: str, act: Act) -> Callable[[web.Request], Any]:
        async def handler(request: web.Request) -> web.Response:
            raw = await request.read()
            fault = await self._faults.meet(api)
            if fault is not None and fault.http_status is not None:
                return web.Response(
                    status=fault.http_status, text="<html>gateway error</html>", content_type="text/html"
                )
            if fault is not None and isinstance(fault.errcode, int):
                return _answer(fault.errcode)
            try:
                body = json.loads(raw) if raw else {}
            except ValueError:
                return _answer(47001)
            return _answer(act(request, body) if isinstance(body, dict) else 47001)

        return handler

    def _code_to_session(self, request: web.Request, _: dict[str, Any]) -> dict[str, Any] | int:
        query = request.query
        if query.get("appid") != self._config.app_id:
            return 40013
        if query.get("secret") != self._config.app_secret:
            return 40125
        if query.get("grant_type") != "authorization_code":
            return 40002
        code = self.guests.spend(self.guests.login_codes, query.get("js_code", ""))
        if isinstance(code, int):
            return code
        unionid = self.guests.by_openid[code.openid].unionid  # only where the app belongs to an owner of several
        known = {} if unionid is None else {"unionid": unionid}
        return {"session_key": code.session_key, "openid": code.openid, **known}

    def _stable_token(self, _: web.Request, body: dict[str, Any]) -> dict[str, Any] | int:
        if body.get("appid") != self._config.app_id:
            return 40013
        if body.get("secret") != self._config.app_secret:
            return 40125
        if body.get("grant_type") != "client_credential":
            return 40002
        return self.tokens.current(force_refresh=body.get("force_refresh") is True)

    def _phone_number(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any] | int:
        complaint = self.tokens.complaint(request.query.get("access_token", ""))
        if complaint is not None:
            return complaint
        code = self.guests.spend(self.guests.phone_codes, str(body.get("code", "")))
        if isinstance(code, int):
            # Unlike the login, this API says "invalid code" for a used one too.
            return 40029
        return {"errcode": 0, "errmsg": "ok", "phone_info": self.guests.phone_info(code.openid)}

    def _is_managed(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any] | int:
        complaint = self.tokens.complaint(request.query.get("access_token", ""))
        if complaint is not None:
            return complaint
        if not body.get("appid"):
            return 40097
        if body["appid"] != self._config.app_id:
            return 40013
        return {"errcode": 0, "errmsg": "ok", "is_trade_managed": self._config.trade_managed}

    def _upload(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any] | int:
        complaint = self.tokens.complaint(request.query.get("access_token", ""))
        if complaint is not None:
            return complaint
        return 48001 if self._ship is None or not self._config.trade_managed else self._ship(body)

    def _send(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any] | int:
        template_id = str(body.get("template_id", ""))
        guest = self.guests.by_openid.get(str(body.get("touser", "")))
        kind = self._kinds.get(template_id)
        complaint = self.tokens.complaint(request.query.get("access_token", ""))
        if complaint is not None:
            return complaint
        if guest is None or kind is None:
            return 40003 if guest is None else 40037
        if not self._has_page(str(body.get("page") or "")):
            return 41030
        bad = _bad_argument(body)
        if bad is not None:
            return {"errcode": 47003, "errmsg": f"argument invalid! {bad} invalid"}
        if not guest.spend_credit(kind):
            return 43101
        self.messages.add(guest.openid, self._message(template_id, kind, body))
        return {"errcode": 0, "errmsg": "ok", "msgid": secrets.randbelow(10**18)}

    def _has_page(self, page: str) -> bool:
        return not page or urlsplit(page).path in self._config.pages

    def accept(self, openid: str, template_ids: list[str]) -> str | None:
        """Accept all templates of one question, as a guest does; returns what WeChat would not take, or None."""
        guest = self.guests.by_openid[openid]
        strange = next((it for it in template_ids if it not in self._kinds), None)
        if len(template_ids) > MOST_TEMPLATES:
            return f"wx.requestSubscribeMessage takes at most {MOST_TEMPLATES} templates"
        if strange is not None or len(set(template_ids)) < len(template_ids):
            return "a template comes twice" if strange is None else f"template_ids: {strange} is not registered"
        for template_id in template_ids:
            guest.gain_credit(self._kinds[template_id])
        return None

    def _message(self, template_id: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        page = str(body.get("page") or "")
        return {
            "template_id": template_id,
            "kind": kind,
            "order_no": _order_no(page, body["data"]),
            "data": body["data"],
            "page": page or None,
            "at": datetime.fromtimestamp(self._config.clock(), UTC).isoformat().replace("+00:00", "Z"),
        }


def _bad_argument(body: dict[str, Any]) -> str | None:
    data = body.get("data")
    if not isinstance(data, dict) or not data:
        return "data"
    if body.get("miniprogram_state", "formal") not in {"developer", "trial", "formal"}:
        return "miniprogram_state"
    bad = bad_field(data)
    return None if bad is None else f"data.{bad}.value"


def _order_no(page: str, data: dict[str, Any]) -> str | None:
    to = parse_qs(urlsplit(page).query).get("to", [""])[0]
    if "orders/" in to or "bookings/" in to:
        return to.rsplit("/", 1)[1]
    strings = (holder["value"] for name, holder in data.items() if name.startswith("character_string"))
    return next(iter(strings), None)


def _answer(content: dict[str, Any] | int) -> web.Response:
    if isinstance(content, int):
        content = {"errcode": content, "errmsg": f"{_ERRMSG.get(content, 'error')} rid: {secrets.token_hex(8)}"}
    # The real host labels its JSON text/plain on some of these calls; clients must not depend on the type.
    return web.json_response(content, dumps=lambda value: json.dumps(value, ensure_ascii=False))
