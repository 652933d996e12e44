"""WeChat Pay's rules for the bodies of prepay and refund requests."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.trades import PayError, Product

_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_REFUND_NO = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def prepay_error(
    body: Any, config: SimulatorConfig, knows_openid: Callable[[str], bool], product: Product = "jsapi"
) -> PayError | None:
    """The error for a prepay body, or None if WeChat accepts it. Who scans a QR code is not known before."""
    if not isinstance(body, dict):
        return _bad("body")
    if body.get("appid") != config.app_id:
        return PayError(400, "APPID_MCHID_NOT_MATCH", "AppID和mch_id不匹配")
    checks = {
        "mchid": body.get("mchid") == config.merchant_id,
        "description": _is_text(body.get("description"), 127),
        "out_trade_no": _fits(_TRADE_NO, body.get("out_trade_no")),
        "time_expire": "time_expire" not in body or _is_future(body["time_expire"], config.clock()),
        "attach": "attach" not in body or _is_text(body["attach"], 128),
        "notify_url": takes_notifications(body.get("notify_url")),
        "amount.total": _is_fen(_part(body, "amount").get("total")),
        "amount.currency": _part(body, "amount").get("currency", "CNY") == "CNY",
        "payer.openid": _names_payer(body, product, knows_openid),
    }
    return _first_bad(checks) or _encoding_error(body)


def _names_payer(body: Mapping[str, Any], product: Product, knows_openid: Callable[[str], bool]) -> bool:
    if product == "native":
        return "payer" not in body
    return knows_openid(str(_part(body, "payer").get("openid", "")))


def refund_error(body: Any) -> PayError | None:
    """The error for a refund body, or None if it is well formed; the payment that it names is not checked here."""
    if not isinstance(body, dict):
        return _bad("body")
    amount = _part(body, "amount")
    checks = {
        "transaction_id": ("transaction_id" in body) != ("out_trade_no" in body),
        "out_refund_no": _fits(_REFUND_NO, body.get("out_refund_no")),
        "reason": "reason" not in body or _is_text(body["reason"], 80),
        "notify_url": "notify_url" not in body or takes_notifications(body["notify_url"]),
        "amount.refund": _is_fen(amount.get("refund")),
        "amount.total": _is_fen(amount.get("total")),
        "amount.currency": amount.get("currency") == "CNY",
    }
    return _first_bad(checks) or _encoding_error(body)


def takes_notifications(url: Any) -> bool:
    """Whether WeChat would call this URL: https without a query; here also http on this machine."""
    if not isinstance(url, str) or len(url) > 255:
        return False
    try:
        parts = urlsplit(url)
        is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        return False
    return (parts.scheme == "https" or is_local) and bool(parts.hostname) and not parts.query and not parts.fragment


def _first_bad(checks: Mapping[str, bool]) -> PayError | None:
    return next((_bad(name) for name, fits in checks.items() if not fits), None)


def _encoding_error(value: Any) -> PayError | None:
    if value is None:
        return PayError(400, "PARAM_ERROR", "请求参数不能为null")
    if isinstance(value, str):
        beyond = any(ord(char) > 0xFFFF for char in value)
        return PayError(400, "PARAM_ERROR", "输入源含有不支持的字符") if beyond else None
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return next((error for item in value if (error := _encoding_error(item))), None)
    return None


def _bad(name: str) -> PayError:
    return PayError(400, "PARAM_ERROR", f"参数错误: {name}")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest


def _fits(shape: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and shape.fullmatch(value) is not None


def _is_fen(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_future(value: Any, now: float) -> bool:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return at.tzinfo is not None and at.timestamp() > now
