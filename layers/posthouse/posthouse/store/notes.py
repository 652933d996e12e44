"""Notes of staff: of an order, or of a guest in one hotel. Each list has its newest note in a row with a known key.

The next note takes that row, on condition that it is still the newest, and the one before moves to a row of its own. So
notes are numbered without a gap, lists of guests show their newest notes without a query, and none is stored twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.note import Note
from posthouse.domain.personal_data import forgotten
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

NEWEST = "newest_note"
"""The name of the condition that no other note was written since."""

FORMER = "former_note"


class NoteRow(Model):
    """One note. ``subject`` is an order or a guest; ``entry`` is the hotel, ``#`` and the number of a former note."""

    class Meta(TableMeta):
        table_name = TableName("notes")
        personal = (*forgotten(subject="user id"), *forgotten(text="note"))
        exported_as = "booking, order, note"

    subject = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    note_id = UnicodeAttribute()
    number = IntAttribute()
    text = UnicodeAttribute()
    at = TimeAttribute()
    by = UnicodeAttribute()

    def to_domain(self) -> Note:
        hotel_id = str(self.entry.partition("#")[0])
        return Note(self.note_id, self.number, hotel_id, self.text, self.at, self.by)


def newest_key(subject: str, hotel_id: str) -> tuple[str, str]:
    """Returns the key of a list's newest note."""
    return subject, f"{hotel_id}#"


def newest(subject: str, hotel_id: str) -> Note | None:
    """Returns the newest note of an order, or of a guest in a hotel."""
    try:
        return NoteRow.get(*newest_key(subject, hotel_id), consistent_read=True).to_domain()
    except NoteRow.DoesNotExist:
        return None


def add(transaction: Transaction, subject: str, note: Note, before: Note | None) -> None:
    """Write a note after the newest one. Fails as ``newest_note`` if another was written since that was read."""
    free = NoteRow.subject.does_not_exist() if before is None else NoteRow.number == before.number
    transaction.put(NEWEST, _row(newest_key(subject, note.hotel_id), note), free)
    if before is not None:
        former = (subject, f"{before.hotel_id}#{before.number:03}")
        transaction.put(FORMER, _row(former, before), NoteRow.subject.does_not_exist())


def _row(key: tuple[str, str], note: Note) -> NoteRow:
    return NoteRow(*key, note_id=note.note_id, number=note.number, text=note.text, at=note.at, by=note.by)


def list_of(subject: str, hotel_id: str | None = None) -> list[Note]:
    """Returns the notes of an order or a guest, oldest first: those of one hotel, or all."""
    own = None if hotel_id is None else NoteRow.entry.startswith(f"{hotel_id}#")
    return sorted((row.to_domain() for row in NoteRow.query(subject, own)), key=_written)


def _written(note: Note) -> tuple[datetime, int]:
    return note.at, note.number


def forget(subject: str) -> None:
    """Delete all notes of an order or a guest."""
    with NoteRow.batch_write() as batch:
        for row in NoteRow.query(subject, consistent_read=True):
            batch.delete(row)


def page_of(subject: str, limit: int, position: Position | None) -> Page[Note]:
    """Returns a page of the notes of a guest in all hotels, for the guest's own export."""
    rows: Any = NoteRow.query(subject, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, NoteRow.to_domain, limit)
