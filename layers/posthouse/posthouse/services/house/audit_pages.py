"""What a night audit found, for staff: each question with the booking or the number that it is about, as it is now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.house import Housekeeping
from posthouse.domain.night_audit import AuditState, Question, QuestionKind, is_still_open
from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.store import booking_lists, hotels, night_audits, numbers
from posthouse.store.page import Page

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.catalogue import Hotel
    from posthouse.domain.house import Number
    from posthouse.domain.identity import Principal
    from posthouse.store.page import Position


class Answer(Value):
    """A question and what it is about, as that is now: a booking, or a number. ``is_open`` if it still waits."""

    question: Question
    is_open: bool
    booking: Booking | None = None
    number: Number | None = None


class AuditPage(Value):
    """The audit of a business date, and a page of its questions."""

    hotel_id: str
    business_date: date
    state: AuditState
    made_at: datetime | None
    answers: Page[Answer]


def read_audit(
    hotel_id: str, day: date | None, caller: Principal, limit: int, position: Position | None, now: datetime
) -> AuditPage | NotFound:
    """Returns a page of what a business date left open; without a date, of the one that was over last.

    AWS calls: three reads, and one more for each hundred bookings and numbers.
    """
    hotel = hotels.get_hotel(hotel_id) if caller.serves(hotel_id) else None
    if hotel is None:
        return NotFound("hotel")
    # A list that was begun before the day turned goes on in its own date.
    last = hotel.clock.business_date(now) - timedelta(days=1) if position is None else night_audits.date_at(position)
    wanted = day or last
    audit = night_audits.get(hotel_id, wanted)
    page = night_audits.list_questions(hotel_id, wanted, limit, position)
    answers = _answers(hotel, page.items, hotel.clock.business_date(now))
    state = AuditState.PENDING if audit is None else audit.state
    made_at = None if audit is None else audit.ended_at
    return AuditPage(hotel_id, wanted, state, made_at, Page(answers, page.position))


def _answers(hotel: Hotel, questions: list[Question], today: date) -> list[Answer]:
    of_rooms = [it.subject for it in questions if it.kind is QuestionKind.NUMBER]
    of_bookings = [it.subject for it in questions if it.kind is not QuestionKind.NUMBER]
    rooms = numbers.get_many(hotel.hotel_id, of_rooms)
    read = booking_lists.get_many(list(dict.fromkeys(of_bookings)))

    def answer(question: Question) -> Answer | None:
        number, booking = rooms.get(question.subject), read.get(question.subject)
        if question.kind is QuestionKind.NUMBER and number is not None:
            return Answer(question, is_open=number.state_on(today) is Housekeeping.DIRTY, number=number)
        if question.kind is not QuestionKind.NUMBER and booking is not None:
            return Answer(question, is_open=is_still_open(question.kind, booking), booking=booking)
        return None  # the number is not the hotel's any more

    return [it for it in map(answer, questions) if it is not None]
