"""Why a notice did not reach its guest: a code that pages have words for, from what was noted about the attempt."""

from __future__ import annotations

import re
from enum import StrEnum

ACCOUNT_DELETED = "the guest's account is deleted"
NO_TEMPLATE = "no message template of this kind is registered"
INTERRUPTED = "an earlier attempt was interrupted"


class NoticeReason(StrEnum):
    """Why a notice did not arrive, or may not have arrived."""

    NOT_ACCEPTED = "not_accepted"
    """WeChat sends one message for each time that the guest accepts its template; none is left."""
    ACCOUNT_DELETED = "account_deleted"
    NO_TEMPLATE = "no_template"
    WRONG_TEMPLATE = "wrong_template"
    WRONG_GUEST = "wrong_guest"
    WRONG_PAGE = "wrong_page"
    WRONG_FIELDS = "wrong_fields"
    BLOCKED = "blocked"
    TOO_MANY = "too_many"
    WECHAT_DOWN = "wechat_down"
    UNCERTAIN = "uncertain"
    OTHER = "other"


_OF_ERRCODES = {
    -1: NoticeReason.WECHAT_DOWN,
    40003: NoticeReason.WRONG_GUEST,
    40037: NoticeReason.WRONG_TEMPLATE,
    41030: NoticeReason.WRONG_PAGE,
    43101: NoticeReason.NOT_ACCEPTED,
    43107: NoticeReason.BLOCKED,
    43108: NoticeReason.TOO_MANY,
    45009: NoticeReason.TOO_MANY,
    45011: NoticeReason.TOO_MANY,
    45168: NoticeReason.WRONG_FIELDS,
    47003: NoticeReason.WRONG_FIELDS,
}
"""WeChat's codes for `subscribeMessage.send`."""

_OF_DETAILS = {
    ACCOUNT_DELETED: NoticeReason.ACCOUNT_DELETED,
    NO_TEMPLATE: NoticeReason.NO_TEMPLATE,
    INTERRUPTED: NoticeReason.UNCERTAIN,
}
_ERRCODE = re.compile(r"(?:errcode )?(-?\d+)\b")


def reason_of(status: str, detail: str | None) -> NoticeReason | None:
    """Returns why a notice with this status did not arrive; None if it was sent, or was not to be sent any more."""
    if status in {"sent", "superseded"}:
        return None
    if detail in _OF_DETAILS:
        return _OF_DETAILS[detail]
    code = _ERRCODE.match(detail or "")
    if code is not None:
        return _OF_ERRCODES.get(int(code.group(1)), NoticeReason.OTHER)
    return NoticeReason.UNCERTAIN if status in {"unknown", "sending"} else NoticeReason.WECHAT_DOWN
