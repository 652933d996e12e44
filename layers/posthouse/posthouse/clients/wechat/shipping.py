"""WeChat's shipping information (发货信息管理): whether a mini program needs it, and its upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.mini_program import TOKEN_ERRORS, MiniProgram, TokenRejected
from posthouse.domain.value import Value

NOT_CHANGED, ALL_SENT, CORRECTED_ONCE = 10060023, 10060002, 10060003
_HAS_IT = frozenset({0, NOT_CHANGED, ALL_SENT, CORRECTED_ONCE})
"""After these WeChat has shipping information of the payment: ours, the same again, or what staff entered by hand."""

_LATER = frozenset({-1, 10060012, 10060019, 44990, 45009, 45011})
"""WeChat is busy, or a limit is reached."""


class Uploaded(Value):
    """WeChat has it. ``errmsg`` tells if it had it before."""

    errcode: int
    errmsg: str


class UploadRefused(Value):
    """WeChat does not take it."""

    errcode: int
    errmsg: str


class ShippingClient:
    """The calls of one mini program. Each raises WechatUnavailable on a fault; all may be repeated."""

    def __init__(self, mini_program: MiniProgram, app_id: str) -> None:
        self._mini_program = mini_program
        self._app_id = app_id

    def is_managed(self, access_token: str) -> bool | TokenRejected:
        """Whether WeChat holds this mini program's money until it has the shipping information."""
        api = "is_trade_managed"
        answer = self._mini_program.post(api, f"/wxa/sec/order/{api}", access_token, {"appid": self._app_id})
        errcode = answer.get("errcode", 0)
        if errcode in TOKEN_ERRORS:
            return TokenRejected(errcode)
        if errcode:
            raise WechatUnavailable(api, f"errcode {errcode}")
        return answer.get("is_trade_managed") is True

    def upload(self, access_token: str, body: Mapping[str, Any]) -> Uploaded | UploadRefused | TokenRejected:
        """Upload the shipping information of one payment."""
        api = "upload_shipping_info"
        answer = self._mini_program.post(api, f"/wxa/sec/order/{api}", access_token, body)
        errcode, errmsg = answer.get("errcode", 0), str(answer.get("errmsg", ""))
        if errcode in TOKEN_ERRORS:
            return TokenRejected(errcode)
        if errcode in _LATER or not isinstance(errcode, int):
            raise WechatUnavailable(api, f"errcode {errcode}")
        return (Uploaded if errcode in _HAS_IT else UploadRefused)(errcode, errmsg)
