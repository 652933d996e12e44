"""Shipping information (发货信息): what WeChat must be told of a paid order before it settles the merchant's money.

Source: developers.weixin.qq.com, "order shipping", with its error codes.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.payment import Payment
from posthouse.domain.value import Value
from posthouse.domain.wechat_text import NEUTRAL, fit_characters

if TYPE_CHECKING:
    from posthouse.domain.shop_order import ShopOrder

ITEM_CHARACTERS = 120
EXPRESS, VIRTUAL, PICKED_UP = 1, 3, 4
"""WeChat's kinds of delivery: by a carrier, of something without a body, and taken at the house itself."""
SF = "SF"
"""The carrier whose parcels need the receiver's phone number, masked."""

_CARRIERS = {
    "SF": ("顺丰", "顺丰速运", "顺丰快递", "sfexpress"),
    "YTO": ("圆通", "圆通速递", "圆通快递"),
    "ZTO": ("中通", "中通快递", "中通速递"),
    "STO": ("申通", "申通快递"),
    "YD": ("韵达", "韵达速递", "韵达快递", "yunda"),
    "JD": ("京东", "京东物流", "京东快递", "jdl"),
    "DBL": ("德邦", "德邦快递", "德邦物流", "deppon"),
    "JTSD": ("极兔", "极兔速递", "j&t", "jt"),
    "YZPY": ("邮政", "中国邮政", "邮政快递包裹", "邮政包裹", "chinapost"),
    "EMS": ("ems", "邮政ems", "邮政特快专递"),
}
"""WeChat's codes (get_delivery_list) of the carriers of nearly all parcels in China, and what people call them."""

_CODES = {name: code for code, names in _CARRIERS.items() for name in (code.lower(), *names)}
_CODE = re.compile(r"[A-Z0-9_]{2,32}")
CARRIERS = tuple(_CARRIERS)


class ShippingStatus(StrEnum):
    """What became of the shipping information of a payment."""

    WAITING = "waiting"
    UPLOADED = "uploaded"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"
    """WeChat has nothing to settle any more, or only its own console can take it."""


ENDED = frozenset({ShippingStatus.UPLOADED, ShippingStatus.NOT_NEEDED})
"""After these nobody is told anything more."""


class ShippingReason(StrEnum):
    """Why WeChat did not take it, for pages that have words for it."""

    UNKNOWN_CARRIER = "unknown_carrier"
    WRONG_TRACKING_NUMBER = "wrong_tracking_number"
    UNKNOWN_PAYMENT = "unknown_payment"
    NOT_SHIPPABLE = "not_shippable"
    WRONG_PAYER = "wrong_payer"
    NO_PAYER = "no_payer"
    WECHAT_DOWN = "wechat_down"
    OTHER = "other"


_REASONS = {
    10060001: ShippingReason.UNKNOWN_PAYMENT,
    10060004: ShippingReason.NOT_SHIPPABLE,
    10060025: ShippingReason.UNKNOWN_CARRIER,
    10060026: ShippingReason.WRONG_TRACKING_NUMBER,
    10060031: ShippingReason.WRONG_PAYER,
    268485226: ShippingReason.WRONG_TRACKING_NUMBER,
    268485227: ShippingReason.UNKNOWN_CARRIER,
}


PARAMETER_ERROR = 10060014
"""WeChat says no more than this of a carrier's code that is none of its own."""


def reason_of(errcode: int, logistics_type: int | None = None) -> ShippingReason:
    """Returns the reason that one of WeChat's codes stands for, for that kind of delivery."""
    if errcode == PARAMETER_ERROR and logistics_type == EXPRESS:
        return ShippingReason.UNKNOWN_CARRIER
    return _REASONS.get(errcode, ShippingReason.OTHER)


class ShippingInformation(Value):
    """The shipping information of one payment. ``carrier`` is WeChat's code; ``words`` are WeChat's own."""

    payment_id: str
    order_no: str
    status: ShippingStatus
    at: datetime
    tries: int = 1
    logistics_type: int | None = None
    carrier: str | None = None
    reason: ShippingReason | None = None
    words: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nobody is told anything more."""
        return self.status in ENDED


class Unsendable(Value):
    """What keeps us from telling WeChat: it would refuse it."""

    reason: ShippingReason


def carrier_code(name: str) -> str | None:
    """Returns WeChat's code of a carrier, from what staff have typed: a name or a code. None for an unknown name."""
    bare = "".join(name.split())
    known = _CODES.get(bare.lower())
    return known or (bare if _CODE.fullmatch(bare) else None)


def masked_contact(phone_number: str) -> str:
    """Returns a phone number as WeChat wants it: the last four digits, and of a mainland number the first three."""
    digits = "".join(char for char in phone_number if char.isdigit())
    domestic = digits.removeprefix("86") if len(digits) == 13 else digits
    return f"{domestic[:3] if len(domestic) == 11 else ''}****{domestic[-4:]}"


def body_of(
    order: Booking | ShopOrder, payment: Payment, merchant_id: str, now: datetime, carrier: str | None
) -> dict[str, Any] | Unsendable:
    """Returns the body for WeChat. ``carrier`` is the code that staff chose, if the shipment's name says none."""
    if not payment.openid:
        return Unsendable(ShippingReason.NO_PAYER)
    parcel = _parcel_of(order, carrier)
    if isinstance(parcel, Unsendable):
        return parcel
    logistics_type, shipping = parcel
    return {
        "order_key": {"order_number_type": 1, "mchid": merchant_id, "out_trade_no": payment.payment_id},
        "logistics_type": logistics_type,
        "delivery_mode": 1,
        "shipping_list": [shipping],
        "upload_time": now.isoformat(timespec="milliseconds"),
        "payer": {"openid": payment.openid},
    }


def _parcel_of(order: Booking | ShopOrder, carrier: str | None) -> tuple[int, dict[str, Any]] | Unsendable:
    if isinstance(order, Booking):
        item = fit_characters(f"{order.hotel_name} {order.room_name}", ITEM_CHARACTERS) or NEUTRAL
        came = order.status in {BookingState.CHECKED_IN, BookingState.FINISHED}
        return PICKED_UP if came else VIRTUAL, {"item_desc": item}
    code = carrier or (None if order.shipment is None else carrier_code(order.shipment.carrier))
    if order.shipment is None or code is None:
        return Unsendable(ShippingReason.UNKNOWN_CARRIER)
    parcel: dict[str, Any] = {
        "tracking_no": order.shipment.tracking_no,
        "express_company": code,
        "item_desc": fit_characters(order.subject, ITEM_CHARACTERS) or NEUTRAL,
    }
    if code == SF and order.delivery is not None:
        parcel["contact"] = {"receiver_contact": masked_contact(order.delivery.phone_number)}
    return EXPRESS, parcel
