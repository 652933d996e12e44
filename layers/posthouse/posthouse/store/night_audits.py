"""Night audits: what each business date of a hotel left open, how far its audit is, and which date is next.

docs/decisions/0063-the-night-audit.md says why it is stored so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.night_audit import STAGES, Audit, Question, QuestionKind
from posthouse.domain.personal_data import NOTHING
from posthouse.store import due
from posthouse.store.conditional import holds
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.domain.catalogue import Hotel
    from posthouse.store.transaction import Transaction

KEPT = timedelta(days=400)
"""How long an audit is kept."""

DUE = "due"
"""The entry that says which date is next, and the name of the condition on it."""

AUDIT = "audit"
"""The name of the condition on the audit of a date."""

QUESTION = "question"
"""The name of the write of a question. It has no condition: the same one may be asked again."""


class NightAuditRow(Model):
    """One row of a hotel. ``entry`` is ``due``, ``day#<date>`` or ``open#<date>#<kind>#<subject>``."""

    class Meta(TableMeta):
        table_name = TableName("night-audits")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    business_date = UnicodeAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)
    stage = UnicodeAttribute(null=True)
    position = JSONAttribute(null=True)
    begun_at = TimeAttribute(null=True)
    ended_at = TimeAttribute(null=True)
    version = IntAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)

    by_due = due.DueIndex()

    def to_audit(self) -> Audit:
        return Audit(
            hotel_id=self.hotel_id,
            business_date=date.fromisoformat(self.business_date),
            stage=None if self.stage is None else QuestionKind(self.stage),
            position=self.position,
            begun_at=self.begun_at,
            version=self.version,
            ended_at=self.ended_at,
        )

    def to_question(self) -> Question:
        return Question(QuestionKind(self.kind), self.subject)


def _day(business_date: date) -> str:
    return f"day#{business_date}"


def _open(business_date: date) -> str:
    return f"open#{business_date}#"


def begin_days(transaction: Transaction, hotel: Hotel, now: datetime) -> None:
    """Let a new hotel's business date be audited when it is over."""
    today = hotel.clock.business_date(now)
    row = NightAuditRow(
        hotel.hotel_id,
        DUE,
        business_date=today.isoformat(),
        due_shard=due_shard(hotel.hotel_id),
        due_at=epoch(hotel.clock.end_of(today)),
    )
    transaction.put(DUE, row, NightAuditRow.entry.does_not_exist())


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the ids of hotels whose day has turned, the longest ago first in each shard; ``at_most`` a shard."""
    return (row.hotel_id for row in due.overdue(NightAuditRow, now, at_most))


def postpone(hotel_id: str, until: datetime) -> None:
    """Look at a hotel again then."""
    due.postpone(NightAuditRow(hotel_id, DUE), until)


def next_date(hotel_id: str) -> date | None:
    """Returns the business date that is audited next; None for a hotel that is not there."""
    row = _get(hotel_id, DUE)
    return None if row is None else date.fromisoformat(row.business_date)


def get(hotel_id: str, business_date: date) -> Audit | None:
    """Returns the audit of a date; None if it has not begun."""
    row = _get(hotel_id, _day(business_date))
    return None if row is None else row.to_audit()


def _get(hotel_id: str, entry: str) -> NightAuditRow | None:
    try:
        return NightAuditRow.get(hotel_id, entry, consistent_read=True)
    except NightAuditRow.DoesNotExist:
        return None


def begin(hotel_id: str, business_date: date, now: datetime) -> Audit | None:
    """Begin the audit of a date. Returns None if it has begun already."""
    row = NightAuditRow(
        hotel_id,
        _day(business_date),
        business_date=business_date.isoformat(),
        stage=STAGES[0],
        begun_at=now,
        version=1,
        expires_at=now + KEPT,
    )
    return row.to_audit() if holds(lambda: row.save(NightAuditRow.entry.does_not_exist())) else None


def go_on(audit: Audit, stage: QuestionKind, position: Position | None) -> bool:
    """Note where an audit goes on. Returns False if another run has done this step meanwhile."""
    row = NightAuditRow(audit.hotel_id, _day(audit.business_date))
    actions: list[Action] = [
        NightAuditRow.stage.set(stage),
        NightAuditRow.position.remove() if position is None else NightAuditRow.position.set(position),
        NightAuditRow.version.set(audit.version + 1),
    ]
    return holds(lambda: row.update(actions, NightAuditRow.version == audit.version))


def end(transaction: Transaction, audit: Audit, hotel: Hotel, now: datetime) -> None:
    """End an audit: the day after it is next. Fails as ``audit`` or ``due`` if another run has done so."""
    day = NightAuditRow(audit.hotel_id, _day(audit.business_date))
    actions = [
        NightAuditRow.stage.remove(),
        NightAuditRow.position.remove(),
        NightAuditRow.ended_at.set(now),
        NightAuditRow.version.set(audit.version + 1),
    ]
    transaction.update(AUDIT, day, actions, NightAuditRow.version == audit.version)
    following = audit.business_date + timedelta(days=1)
    ahead = [
        NightAuditRow.business_date.set(following.isoformat()),
        NightAuditRow.due_at.set(epoch(hotel.clock.end_of(following))),
    ]
    unchanged = NightAuditRow.business_date == audit.business_date.isoformat()
    transaction.update(DUE, NightAuditRow(audit.hotel_id, DUE), ahead, unchanged)


def ask(transaction: Transaction, hotel_id: str, business_date: date, question: Question, now: datetime) -> None:
    """Note what a date leaves open, in the transaction that leaves it so."""
    transaction.put(QUESTION, _question(hotel_id, business_date, question, now))


def ask_all(hotel_id: str, business_date: date, questions: list[Question], now: datetime) -> None:
    """Note what a date left open. The same question again changes nothing."""
    with NightAuditRow.batch_write() as batch:
        for question in questions:
            batch.save(_question(hotel_id, business_date, question, now))


def _question(hotel_id: str, business_date: date, question: Question, now: datetime) -> NightAuditRow:
    return NightAuditRow(
        hotel_id,
        f"{_open(business_date)}{question.kind}#{question.subject}",
        business_date=business_date.isoformat(),
        kind=question.kind,
        subject=question.subject,
        expires_at=now + KEPT,
    )


def date_at(position: Position) -> date:
    """Returns the business date in whose questions a position lies."""
    return date.fromisoformat(position["entry"]["S"].split("#")[1])


def list_questions(hotel_id: str, business_date: date, limit: int, position: Position | None) -> Page[Question]:
    """Returns a page of what a date left open, by kind and subject. AWS calls: one query."""
    rows = NightAuditRow.query(
        hotel_id,
        NightAuditRow.entry.startswith(_open(business_date)),
        limit=limit + 1,
        last_evaluated_key=position,
        consistent_read=True,
    )
    return read_page(rows, NightAuditRow.to_question, limit)
