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
    RESERVED = "reserved"
    CHANGED = "changed"
    CHECKED_IN = "checked_in"
    FINISHED = "finished"
    SHIPPED = "shipped"
    REFUNDED = "refunded"
    LOGIN = "login"


OPTIONAL_NOTICES = frozenset({NoticeKind.RESERVED, NoticeKind.CHANGED, NoticeKind.LOGIN})
"""Kinds that a deployment may do without: the secret is complete without their message templates.

Without a template nothing is sent to WeChat, and the notice is recorded as ``refused``, reason ``no_template``.
``login`` is for stacks with LoginNotices on. A secret that is older than ``reserved`` and ``changed`` stays valid.
"""
