"""The kinds of notices that Posthouse sends to guests.

A module of its own, because every function that reads WeChat's secret needs the names and not the rest.
"""

from __future__ import annotations

from enum import StrEnum


class NoticeKind(StrEnum):
    """The kinds of notices. Each has one message template at WeChat and one class in ``domain.notice_fields``."""

    WAIT_FOR_PAYMENT = "wait_for_payment"
    CANCELLED = "cancelled"
    PAID = "paid"
    CHECKED_IN = "checked_in"
    FINISHED = "finished"
    SHIPPED = "shipped"
    REFUNDED = "refunded"
    LOGIN = "login"


OPTIONAL_NOTICES = frozenset({NoticeKind.LOGIN})
"""Kinds that need a message template only where they are switched on (the stack's parameter LoginNotices)."""
