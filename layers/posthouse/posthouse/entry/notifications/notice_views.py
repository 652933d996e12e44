"""JSON forms of notices, which openapi.yaml calls notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.notice_reason import reason_of
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.store.notices import NoticeAttempt


def staff_notice_json(attempt: NoticeAttempt) -> dict[str, Any]:
    """Returns an attempt to send a notice as staff see it, with the reason of a failure."""
    return {**notice_json(attempt), "detail": attempt.detail}


def notice_json(attempt: NoticeAttempt) -> dict[str, Any]:
    """Returns an attempt to send a notice, with a code for why it did not arrive.

    One that has begun and not ended is ``unknown``. The notice of a login has no order number.
    """
    status = "unknown" if attempt.status == "sending" else attempt.status
    of_a_guest = has_kind(attempt.order_no, IdKind.USER)
    return {
        "kind": attempt.kind,
        "order_no": None if of_a_guest else attempt.order_no,
        "status": status,
        "sent_at": rfc3339(attempt.at),
        "reason": reason_of(attempt.status, attempt.detail),
    }
