"""How notices look in JSON, where they are called notifications; the names are those of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.ids import IdKind, has_kind
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.store.notices import NoticeAttempt


def staff_notice_json(notification: NoticeAttempt) -> dict[str, Any]:
    """An attempt to notify, as staff see it: why it did not succeed too."""
    return {**notice_json(notification), "detail": notification.detail}


def notice_json(notification: NoticeAttempt) -> dict[str, Any]:
    """An attempt to notify; one that has begun and not ended is unknown until it has. A login's is of no order."""
    status = "unknown" if notification.status == "sending" else notification.status
    of_a_guest = has_kind(notification.order_no, IdKind.USER)
    return {
        "kind": notification.kind,
        "order_no": None if of_a_guest else notification.order_no,
        "status": status,
        "sent_at": rfc3339(notification.at),
    }
