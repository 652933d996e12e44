"""Business ids: a letter for the kind, then a ULID, or a digest where the id must be derived from other facts."""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum


class IdKind(StrEnum):
    """The first letter of an id."""

    BOOKING = "B"
    SHOP_ORDER = "S"
    FLASH_ORDER = "F"
    PAYMENT = "P"
    HOTEL = "H"
    ROOM = "R"
    USER = "U"
    COUPON = "C"
    COUPON_TEMPLATE = "T"
    GOODS = "G"
    FLASH_SALE = "L"
    EXTRA = "E"
    RATE_PLAN = "A"
    NOTE = "N"
    OUT_OF_ORDER = "O"
    INVOICE = "I"
    CALENDAR_CHANGE = "K"


def make_id(kind: IdKind, ulid: str) -> str:
    """Returns an id of 27 characters, sortable by time and valid as WeChat's ``out_trade_no``."""
    return f"{kind}{ulid}"


def derived_id(kind: IdKind, *parts: str) -> str:
    """Returns an id derived from ``parts``: two requests at the same time get the same id."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{kind}{base64.b32encode(digest).decode()[:26]}"


def has_kind(identifier: str, kind: IdKind) -> bool:
    """Whether the id is of this kind."""
    return identifier.startswith(kind)
