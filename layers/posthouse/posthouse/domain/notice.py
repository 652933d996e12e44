"""Notices to guests as WeChat subscribe messages: one class per kind, one way to build their bodies.

WeChat refuses a message whose fields break its limits (errcode 47003), so they are enforced here: `thing` 20
characters, `character_string` 32, `amount` one currency sign and at most ten digits, no control characters. The names
of the fields are those of the message templates that the merchant registers (docs/wechat.md lists them).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from posthouse.domain.event import Event, EventType
from posthouse.domain.money import Money, yuan
from posthouse.domain.notice_kind import NoticeKind

THING_CHARACTERS = 20
STRING_CHARACTERS = 32
HOME_TIME_ZONE = "Asia/Shanghai"
"""Whose clock a notice goes by that is about no hotel."""


def thing(text: str) -> str:
    """Free text, cut to what a `thing` field may hold; WeChat counts characters, and refuses an empty field."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not clean:
        return "-"
    return clean if len(clean) <= THING_CHARACTERS else clean[: THING_CHARACTERS - 1] + "…"


def character_string(text: str) -> str:
    """Digits, letters and symbols."""
    return "".join(c for c in text if c.isascii() and c.isprintable())[:STRING_CHARACTERS] or "-"


def amount(money: Money) -> str:
    """A currency sign and the yuan with two decimals."""
    return yuan(money)


def time(moment: datetime, time_zone: str) -> str:
    """A moment on the hotel's clock, in WeChat's 24-hour form."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%Y年%m月%d日 %H:%M}"


def day(text: str) -> str:
    """A date in WeChat's form."""
    return f"{date.fromisoformat(text):%Y年%m月%d日}"


class Notice(ABC):
    """What a guest is told about an order. A kind says which fields it fills; the body is built here for all."""

    kind: ClassVar[NoticeKind]

    def __init__(self, event: Event) -> None:
        self.event = event
        self.facts: Mapping[str, Any] = event.payload

    @abstractmethod
    def fields(self) -> dict[str, str]:
        """The template's fields, already within WeChat's limits."""

    @property
    def page(self) -> str:
        """Where a tap on the notice leads."""
        return f"pages/order/order?order_no={self.event.aggregate_id}"

    @property
    def payable(self) -> Money:
        return Money(self.facts["payable"])

    @property
    def zone(self) -> str:
        return str(self.facts["time_zone"])

    def place(self) -> str:
        """Hotel and room, or what was ordered; the end first to go when it is too long."""
        if "subject" in self.facts:
            return thing(self.facts["subject"])
        return thing(f"{self.facts['hotel_name']} {self.facts['room_name']}")


class WaitForPayment(Notice):
    """The order waits for its payment."""

    kind = NoticeKind.WAIT_FOR_PAYMENT

    def fields(self) -> dict[str, str]:
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "amount3": amount(self.payable),
            "time4": time(datetime.fromisoformat(self.facts["expires_at"]), self.zone),
        }


class Cancelled(Notice):
    """The order was cancelled."""

    kind = NoticeKind.CANCELLED

    def fields(self) -> dict[str, str]:
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "amount3": amount(self.payable),
            "time4": time(self.event.occurred_at, self.zone),
        }


class Paid(Notice):
    """The order is paid."""

    kind = NoticeKind.PAID

    def fields(self) -> dict[str, str]:
        arrival = self.facts.get("check_in")
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "amount3": amount(self.payable),
            "time4": time(self.event.occurred_at, self.zone) if arrival is None else day(arrival),
        }


class CheckedIn(Notice):
    """The guest has arrived."""

    kind = NoticeKind.CHECKED_IN

    def fields(self) -> dict[str, str]:
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "time3": time(self.event.occurred_at, self.zone),
            "time4": day(self.facts["check_out"]),
        }


class Finished(Notice):
    """The stay is over."""

    kind = NoticeKind.FINISHED

    def fields(self) -> dict[str, str]:
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "time3": time(self.event.occurred_at, self.zone),
            "thing4": thing("感谢入住，优惠券将存入您的账户"),
        }


class LoggedIn(Notice):
    """Somebody has logged in to the guest's account. Off unless the template's parameter LoginNotices says on."""

    kind = NoticeKind.LOGIN

    def fields(self) -> dict[str, str]:
        return {
            "thing1": thing(self.facts["nickname"]),
            "time2": time(self.event.occurred_at, HOME_TIME_ZONE),
        }

    @property
    def page(self) -> str:
        return "pages/me/me"


_KINDS: dict[EventType, type[Notice]] = {
    EventType.GUEST_LOGGED_IN: LoggedIn,
    EventType.BOOKING_CREATED: WaitForPayment,
    EventType.BOOKING_CANCELLED: Cancelled,
    EventType.BOOKING_PAID: Paid,
    EventType.BOOKING_CHECKED_IN: CheckedIn,
    EventType.BOOKING_FINISHED: Finished,
    EventType.SHOP_ORDER_CREATED: WaitForPayment,
    EventType.SHOP_ORDER_PAID: Paid,
    EventType.SHOP_ORDER_CANCELLED: Cancelled,
}


def has_notice(event_type: EventType) -> bool:
    """Whether guests are told of events of this type."""
    return event_type in _KINDS


def notice_of(event: Event) -> Notice:
    """The notice that tells of an event. Raises KeyError for one that guests are not told of."""
    return _KINDS[event.type](event)
