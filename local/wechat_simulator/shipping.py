"""WeChat's shipping information: it holds the money of a payment until the merchant has said what was sent.

Source: developers.weixin.qq.com, "order shipping" (发货信息管理), with its error codes.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.wechat_simulator.trades import Merchant, Trade

EXPRESS = 1
CARRIERS = frozenset(
    [
        "DBL",
        "EMS",
        "HTKY",
        "JD",
        "JDKY",
        "JTSD",
        "KYSY",
        "SF",
        "SFKY",
        "STO",
        "UC",
        "YD",
        "YDKY",
        "YTO",
        "YZPY",
        "ZJS",
        "ZTO",
        "ZTOKY",
    ]
)
"""Codes of carriers, some of get_delivery_list's."""
_MASKED = re.compile(r"[0-9*+\-]*\*[0-9*+\-]*[0-9]{4}")
_ERRMSG = {
    10060001: "支付单不存在",
    10060003: "支付单已使用重新发货机会",
    10060004: "支付单处于不可发货的状态",
    10060005: "物流类型有误",
    10060006: "非快递发货时不允许分拆发货",
    10060007: "分拆发货模式下必须填写 is_all_delivered 字段",
    10060008: "商品描述 item_desc 字段不能为空",
    10060009: "商品描述 item_desc 字段太长",
    10060014: "参数错误",
    10060023: "发货信息未更新",
    10060024: "物流信息列表太长",
    10060025: "物流公司编码太长",
    10060026: "物流单号太长",
    10060031: "该笔支付单不属于 openid 所指定的用户",
    268485194: "订单单号类型非法",
    268485195: "微信支付单号形式下 transaction_id 字段不能为空",
    268485196: "商户侧单号形式下 mchid 字段不能为空",
    268485197: "商户侧单号形式下 out_trade_no 字段不能为空",
    268485216: "上传时间非法，请按照 RFC 3339 格式填写",
    268485224: "发货模式非法",
    268485226: "物流单号不能为空",
    268485227: "物流公司编码不能为空",
    268485228: "统一发货模式下，物流信息列表长度必须为 1",
}


def settlement_of(trade: Trade) -> str | None:
    """Whether WeChat holds a payment's money; None for one that is not paid."""
    if trade.state != "SUCCESS":
        return None
    return "held" if trade.shipping is None else "released"


def upload(body: Mapping[str, Any], merchant: Merchant, merchant_id: str) -> dict[str, Any]:
    """Take the shipping information of a payment; returns WeChat's answer. A second, different one is the last."""
    trade = _trade_of(body, merchant, merchant_id)
    error = trade if isinstance(trade, int) else _error(body, trade)
    if isinstance(trade, int) or error:
        return _refused(error if isinstance(error, int) else 10060014)
    said = {name: body[name] for name in ("logistics_type", "delivery_mode", "shipping_list")}
    before = trade.shipping
    if before is None:
        trade.shipping = {**said, "upload_time": body["upload_time"], "corrections": 0}
        return {"errcode": 0, "errmsg": "ok"}
    if all(before[name] == said[name] for name in said):
        return _refused(10060023)
    if before["corrections"]:
        return _refused(10060003)
    if datetime.fromisoformat(body["upload_time"]) <= datetime.fromisoformat(before["upload_time"]):
        return _refused(268485216)
    trade.shipping = {**said, "upload_time": body["upload_time"], "corrections": 1}
    return {"errcode": 0, "errmsg": "ok"}


def _refused(errcode: int) -> dict[str, Any]:
    return {"errcode": errcode, "errmsg": _ERRMSG[errcode]}


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _trade_of(body: Mapping[str, Any], merchant: Merchant, merchant_id: str) -> Trade | int:
    key = _part(body, "order_key")
    if key.get("order_number_type") == 1:
        if not key.get("mchid"):
            return 268485196
        if not key.get("out_trade_no"):
            return 268485197
        trade = merchant.trades.get(str(key["out_trade_no"])) if key["mchid"] == merchant_id else None
    elif key.get("order_number_type") == 2:
        if not key.get("transaction_id"):
            return 268485195
        trade = merchant.trade_of_transaction(str(key["transaction_id"]))
    else:
        return 268485194
    return 10060001 if trade is None or trade.state != "SUCCESS" else trade


def _error(body: Mapping[str, Any], trade: Trade) -> int | None:
    if _part(body, "payer").get("openid") != trade.payer:
        return 10060031
    returned = sum(refund.amount for refund in trade.refunds if refund.status in {"PROCESSING", "SUCCESS"})
    if returned >= trade.total:
        return 10060004
    if body.get("logistics_type") not in {1, 2, 3, 4}:
        return 10060005
    if not _is_moment(body.get("upload_time")):
        return 268485216
    parcels = body.get("shipping_list")
    if not isinstance(parcels, list) or not parcels or not all(isinstance(parcel, dict) for parcel in parcels):
        return 10060014
    errors = (_mode_error(body, len(parcels)), *(_parcel_error(parcel, body["logistics_type"]) for parcel in parcels))
    return next((error for error in errors if error), None)


def _mode_error(body: Mapping[str, Any], parcels: int) -> int | None:
    mode = body.get("delivery_mode")
    if mode not in {1, 2}:
        return 268485224
    if mode == 1:
        return None if parcels == 1 else 268485228
    if body["logistics_type"] != EXPRESS:
        return 10060006
    if not isinstance(body.get("is_all_delivered"), bool):
        return 10060007
    return None if parcels <= 15 else 10060024


def _parcel_error(parcel: Mapping[str, Any], logistics_type: int) -> int | None:
    text = parcel.get("item_desc")
    if not isinstance(text, str) or not text.strip():
        return 10060008
    if len(text) > 120:
        return 10060009
    return _express_error(parcel) if logistics_type == EXPRESS else None


def _express_error(parcel: Mapping[str, Any]) -> int | None:
    number, carrier = str(parcel.get("tracking_no") or ""), str(parcel.get("express_company") or "")
    contact = str(_part(parcel, "contact").get("receiver_contact") or "")
    checks = {
        268485226: bool(number),
        10060026: len(number) <= 128,
        268485227: bool(carrier),
        10060025: len(carrier) <= 128,
        # It says "parameter error" of a carrier that is none of its own, and of a contact that is not masked.
        10060014: carrier in CARRIERS and (not contact or _MASKED.fullmatch(contact) is not None),
    }
    wrong = next((code for code, holds in checks.items() if not holds), None)
    return wrong or (10060014 if carrier == "SF" and not contact else None)


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
