"""Notices to guests as WeChat subscribe messages: one class for each kind.

WeChat refuses a message whose fields break its limits (errcode 47003). So these limits are enforced here: `thing` 20
characters, `character_string` 32, `amount` one currency sign and at most ten digits, no control characters. The names
of the fields are those of the message templates that the merchant registers (listed in docs/wechat.md).
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from posthouse.domain.days import HOME_TIME_ZONE, local
from posthouse.domain.event import Event, EventType
from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.money import ZERO, Money, yuan
from posthouse.domain.notice_kind import NoticeKind
from posthouse.domain.wechat_text import fit_characters

THING_CHARACTERS = 20
STRING_CHARACTERS = 32
BEYOND_STATES = 1 << 40
"""Places of notices at and above this one are not of an order's states: no newer state makes them out of date."""

SHELL_PAGE = "pages/web/web"
"""The page of the mini program (web/mini_program/app.json) that shows the guest's pages. WeChat refuses a message that
names a page that is not in app.json (errcode 41030), and wants no slash before it."""


def shell_page(path: str) -> str:
    """Returns the mini program's page that opens a path of the guest's pages."""
    return f"{SHELL_PAGE}?to={quote(path, safe='')}"


def thing(text: str) -> str:
    """Returns free text, cut to the length of a `thing` field. WeChat refuses an empty field, so it gives "-"."""
    return fit_characters(text, THING_CHARACTERS) or "-"


def character_string(text: str) -> str:
    """Returns the printable ASCII characters of a text, cut to the length of a `character_string` field."""
    return "".join(c for c in text if c.isascii() and c.isprintable())[:STRING_CHARACTERS] or "-"


def amount(money: Money) -> str:
    """Returns a currency sign and the yuan with two decimals."""
    return yuan(money)


def time(moment: datetime, time_zone: str) -> str:
    """Returns a time in the hotel's time zone, in WeChat's 24-hour form."""
    return f"{local(moment, time_zone):%Y年%m月%d日 %H:%M}"


def day(text: str) -> str:
    """Returns a date in WeChat's form."""
    return f"{date.fromisoformat(text):%Y年%m月%d日}"


class Notice(ABC):
    """A notice to a guest. Each subclass is one kind and fills the fields of its message template."""

    kind: ClassVar[NoticeKind]

    def __init__(self, event: Event) -> None:
        self.event = event
        self.facts: Mapping[str, Any] = event.payload

    @abstractmethod
    def fields(self) -> dict[str, str]:
        """Returns the fields of the template, within WeChat's limits."""

    @property
    def page(self) -> str:
        """The page of the mini program that a tap on the notice opens: the order's own."""
        area = "bookings" if has_kind(self.order_no, IdKind.BOOKING) else "shop-orders"
        return shell_page(f"/{area}/{self.order_no}")

    @property
    def order_no(self) -> str:
        """The number of the order that the notice is about; of a login's notice, the guest's id."""
        return self.event.aggregate_id

    @property
    def position(self) -> int:
        """The place of the notice among those of its order: later states have higher ones."""
        return self.event.sequence

    @property
    def payable(self) -> Money:
        return Money(self.facts["payable"])

    @property
    def zone(self) -> str:
        return str(self.facts["time_zone"])

    def begins(self) -> str:
        """Returns the date on which a stay begins; of a day use with the hour."""
        return self._with_hour(day(self.facts["check_in"]), "arrives_at")

    def ends(self) -> str:
        """Returns the date on which a stay ends; of a day use with the hour by which the guest leaves."""
        return self._with_hour(day(self.facts["check_out"]), "leaves_at")

    def _with_hour(self, on: str, name: str) -> str:
        return f"{on} {self.facts[name]}" if name in self.facts else on

    def place(self) -> str:
        """Returns hotel and room, or what was ordered; a long text loses its end."""
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
            "amount3": amount(Money(self.facts.get("due_now", self.payable.fen))),
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
    """The order is paid, or as much of it as is due with it."""

    kind = NoticeKind.PAID

    def fields(self) -> dict[str, str]:
        arrival = self.facts.get("check_in")
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "amount3": amount(Money(self.facts.get("paid", self.payable.fen))),
            "time4": time(self.event.occurred_at, self.zone) if arrival is None else self.begins(),
        }


class Reserved(Notice):
    """The stay is held without a payment. A stay that belongs to nobody yet has no such notice."""

    kind = NoticeKind.RESERVED

    def fields(self) -> dict[str, str]:
        return _of_stay(self)


class Changed(Notice):
    """The stay has other dates, another room or other guests: the fields tell of it as it is now."""

    kind = NoticeKind.CHANGED

    def fields(self) -> dict[str, str]:
        return _of_stay(self)


def _of_stay(notice: Notice) -> dict[str, str]:
    """Returns the fields for a stay with its dates and its price."""
    return {
        "character_string1": character_string(notice.order_no),
        "thing2": notice.place(),
        "time3": notice.begins(),
        "time4": notice.ends(),
        "amount5": amount(notice.payable),
    }


class CheckedIn(Notice):
    """The guest has arrived."""

    kind = NoticeKind.CHECKED_IN

    def fields(self) -> dict[str, str]:
        return {
            "character_string1": character_string(self.event.aggregate_id),
            "thing2": self.place(),
            "time3": time(self.event.occurred_at, self.zone),
            "time4": self.ends(),
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


class Shipped(Notice):
    """The goods are on their way. The event has no ``carrier`` and ``tracking_no``: the sender adds them."""

    kind = NoticeKind.SHIPPED

    def fields(self) -> dict[str, str]:
        return {
            "character_string1": character_string(self.order_no),
            "thing2": self.place(),
            "thing3": thing(self.facts.get("carrier", "")),
            "character_string4": character_string(self.facts.get("tracking_no", "")),
        }


class Refunded(Notice):
    """A refund has arrived. It is an event of the refund, not of the order, and says nothing of the order's state."""

    kind = NoticeKind.REFUNDED

    def fields(self) -> dict[str, str]:
        to_wechat, to_balance = Money(self.facts["amount"]), Money(self.facts.get("from_balance", 0))
        return {
            "character_string1": character_string(self.order_no),
            "amount2": amount(to_wechat + to_balance),
            "thing3": thing(_where(to_wechat, to_balance)),
            "time4": time(self.event.occurred_at, HOME_TIME_ZONE),
        }

    @property
    def order_no(self) -> str:
        return str(self.facts["order_no"])

    @property
    def position(self) -> int:
        """A place beyond those of the order's states, from the refund's number: an order has many refunds."""
        digest = hashlib.sha256(self.event.aggregate_id.encode()).hexdigest()
        return BEYOND_STATES + int(digest[:10], 16)


def _where(to_wechat: Money, to_balance: Money) -> str:
    """Returns the words for where a refund went."""
    if to_balance == ZERO:
        return "原路退回微信支付"
    return "退回账户余额" if to_wechat == ZERO else f"余额 {yuan(to_balance)}，其余退回微信"


class LoggedIn(Notice):
    """Somebody has logged in to the guest's account. Off unless the stack's parameter LoginNotices is on."""

    kind = NoticeKind.LOGIN

    def fields(self) -> dict[str, str]:
        return {
            "thing1": thing(self.facts["nickname"]),
            "time2": time(self.event.occurred_at, HOME_TIME_ZONE),
        }

    @property
    def page(self) -> str:
        return shell_page("/me")


_KINDS: dict[EventType, type[Notice]] = {
    EventType.GUEST_LOGGED_IN: LoggedIn,
    EventType.BOOKING_CREATED: WaitForPayment,
    EventType.BOOKING_CANCELLED: Cancelled,
    EventType.BOOKING_RESERVED: Reserved,
    EventType.BOOKING_PAID: Paid,
    EventType.BOOKING_CHANGED: Changed,
    EventType.BOOKING_CHECKED_IN: CheckedIn,
    EventType.BOOKING_FINISHED: Finished,
    EventType.SHOP_ORDER_CREATED: WaitForPayment,
    EventType.SHOP_ORDER_PAID: Paid,
    EventType.SHOP_ORDER_CANCELLED: Cancelled,
    EventType.SHOP_ORDER_SHIPPED: Shipped,
    EventType.REFUND_SUCCEEDED: Refunded,
    EventType.REFUND_CREDITED: Refunded,
}


def has_notice(event_type: EventType) -> bool:
    """Whether guests get a notice of events of this type."""
    return event_type in _KINDS


def is_noticed(event: Event) -> bool:
    """Whether this event leads to a notice: a stay that staff booked has no guest until one claims it."""
    return has_notice(event.type) and event.payload.get("user_id") != ""


def notice_of(event: Event) -> Notice:
    """Returns the notice of an event. Raises KeyError for an event without a notice."""
    return _KINDS[event.type](event)
