"""Attempts to send notices to guests: one row for each event, with its result."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.personal_data import SUPERVISION, kept
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.pointers import read_pointed_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.page import Page, Position


class _ByGuest(GlobalSecondaryIndex["NoticeRow"]):
    class Meta:
        index_name = "by_guest"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class NoticeRow(Model):
    """The notice of one event. ``sending`` is written before the call to WeChat: then the result is not known yet."""

    class Meta(TableMeta):
        table_name = TableName("notifications")
        personal = kept(SUPERVISION, user_id="user id", order_no="user id", position="user id")
        exported_as = "notification"

    order_no = UnicodeAttribute(hash_key=True)
    sequence = IntAttribute(range_key=True)
    user_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    status = UnicodeAttribute()
    detail = UnicodeAttribute(null=True)
    at = TimeAttribute()
    position = UnicodeAttribute()

    by_guest = _ByGuest()


class NoticeAttempt(Value):
    """An attempt to send a notice. ``status``: sending, sent, refused, failed, unknown or superseded."""

    order_no: str
    sequence: int
    kind: str
    status: str
    detail: str | None
    at: datetime


def _to_domain(row: NoticeRow) -> NoticeAttempt:
    return NoticeAttempt(row.order_no, row.sequence, row.kind, row.status, row.detail, row.at)


def find(order_no: str, sequence: int) -> NoticeAttempt | None:
    """Returns the attempt for this event, or None."""
    try:
        return _to_domain(NoticeRow.get(order_no, sequence, consistent_read=True))
    except NoticeRow.DoesNotExist:
        return None


def latest(order_no: str, below: int) -> NoticeAttempt | None:
    """Returns the attempt of an order with the highest sequence number below this one, or None."""
    states = NoticeRow.sequence < below
    rows = NoticeRow.query(order_no, states, scan_index_forward=False, limit=1, consistent_read=True)
    return next((_to_domain(row) for row in rows), None)


def begin(attempt: NoticeAttempt, user_id: str) -> bool:
    """Write an attempt before it is made, or replace a failed one. Returns False if it was begun before."""
    row = NoticeRow(
        attempt.order_no,
        attempt.sequence,
        user_id=user_id,
        kind=attempt.kind,
        status=attempt.status,
        detail=attempt.detail,
        at=attempt.at,
        position=f"{attempt.at:%Y-%m-%dT%H:%M:%S.%f}#{attempt.order_no}#{attempt.sequence}",
    )
    untried = NoticeRow.order_no.does_not_exist() | (NoticeRow.status == "failed")
    return holds(lambda: row.save(condition=untried))


def finish(order_no: str, sequence: int, status: str, detail: str | None, now: datetime) -> bool:
    """Write the result of an attempt. Returns False if it has a result already."""
    actions: list[Any] = [NoticeRow.status.set(status), NoticeRow.at.set(now)]
    if detail is not None:
        actions.append(NoticeRow.detail.set(detail[:300]))
    begun = NoticeRow.status == "sending"
    return holds(lambda: NoticeRow(order_no, sequence).update(actions=actions, condition=begun))


def list_of_order(order_no: str) -> list[NoticeAttempt]:
    """Returns all notices of an order, oldest first. Their number is limited by the states of an order and its refunds.

    The place of a refund's notice says nothing of its time.
    """
    found = [_to_domain(row) for row in NoticeRow.query(order_no)]
    return sorted(found, key=lambda attempt: (attempt.at, attempt.sequence))


def list_of_guest(user_id: str, limit: int, position: Position | None) -> Page[NoticeAttempt]:
    """Returns a page of a guest's notices, newest first."""
    found = NoticeRow.by_guest.query(
        user_id, scan_index_forward=False, page_size=limit + 1, last_evaluated_key=position
    )
    return read_pointed_page(found, _to_domain, limit)
