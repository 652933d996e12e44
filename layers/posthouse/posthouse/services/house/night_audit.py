"""The night audit: when a hotel's day has turned, what it left open becomes a list for the desk.

An audit is made in steps of one page each, and notes after each where it goes on. So a run that is killed, or that has
no time left, loses nothing, and the next one goes on there. A question is one row by hotel, date, kind and subject:
asked again, it is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.booking import BookingState
from posthouse.domain.house import Housekeeping
from posthouse.domain.night_audit import (
    Audit,
    Question,
    QuestionKind,
    has_not_come,
    has_not_left,
)
from posthouse.domain.value import Value
from posthouse.services.bookings.no_shows import mark_no_show_by_itself
from posthouse.store import booking_lists, hotels, night_audits, numbers
from posthouse.store.booking_lists import BookingFilter
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Hotel
    from posthouse.services.step import Step
    from posthouse.store.page import Position

PAGE = 25
"""How many rows one step of an audit looks at."""

LEFT_ALONE = timedelta(minutes=15)
"""How long a hotel is left alone whose audit has failed, so that others come first."""

HasTime = Callable[[], bool]


class Run(Value):
    """What one run has done: the dates whose audit it ended, and the first fault."""

    ended: int
    fault: Exception | None


def audit_overdue(hotel_ids: Iterable[str], has_time: HasTime, step: Step) -> Run:
    """Audit the hotels whose day has turned, as far as there is time. A fault with one does not stop the others."""
    ended = 0
    first: Exception | None = None
    for hotel_id in hotel_ids:
        if not has_time():
            break
        try:
            ended += _audit_hotel(hotel_id, has_time, step)
        except Exception as fault:  # noqa: BLE001 - raised by the caller, after the others
            first = first or fault
            night_audits.postpone(hotel_id, step.now + LEFT_ALONE)
    return Run(ended, first)


def _audit_hotel(hotel_id: str, has_time: HasTime, step: Step) -> int:
    """Audit all dates that are over. Returns of how many the audit ended."""
    ended = 0
    hotel = hotels.get_hotel(hotel_id)
    while hotel is not None and has_time():
        business_date = night_audits.next_date(hotel_id)
        if business_date is None:
            break
        if business_date >= hotel.clock.business_date(step.now):
            # Its day turns later than when this was noted.
            night_audits.postpone(hotel_id, hotel.clock.end_of(business_date))
            break
        ended += _audit_date(hotel, business_date, has_time, step)
    return ended


def _audit_date(hotel: Hotel, business_date: date, has_time: HasTime, step: Step) -> bool:
    """Whether the audit of a date has ended by this run."""
    while has_time():
        audit = night_audits.get(hotel.hotel_id, business_date)
        if audit is None:
            night_audits.begin(hotel.hotel_id, business_date, step.now)
        elif audit.stage is None:
            return False  # by another run
        elif _take_step(audit, hotel, step):
            return True
    return False


def _take_step(audit: Audit, hotel: Hotel, step: Step) -> bool:
    """Look at one page. Returns whether it was the last and this run ended the audit."""
    position = _LOOK[audit.stage](audit, hotel, step) if audit.stage is not None else None
    stage = audit.stage if position is not None else audit.following
    if stage is not None:
        night_audits.go_on(audit, stage, position)
        return False
    transaction = Transaction()
    night_audits.end(transaction, audit, hotel, step.now)
    return transaction.commit() is None


def _look_at_arrivals(audit: Audit, hotel: Hotel, step: Step) -> Position | None:
    wanted = BookingFilter(date=audit.business_date)
    page = booking_lists.list_of_hotel(hotel.hotel_id, wanted, PAGE, audit.position)
    missing = [it.order_no for it in page.items if has_not_come(it, audit.business_date)]
    _ask(audit, QuestionKind.ARRIVAL, missing, step)
    if hotel.auto_no_show:
        # A stay that cannot become one stays a question: what is in the way is told where staff press.
        for order_no in missing:
            mark_no_show_by_itself(order_no, step)
    return page.position


def _look_at_departures(audit: Audit, hotel: Hotel, step: Step) -> Position | None:
    wanted = BookingFilter(status=BookingState.CHECKED_IN)
    page = booking_lists.list_of_hotel(hotel.hotel_id, wanted, PAGE, audit.position)
    still_in = [it.order_no for it in page.items if has_not_left(it, audit.business_date)]
    _ask(audit, QuestionKind.DEPARTURE, still_in, step)
    return page.position


def _look_at_numbers(audit: Audit, hotel: Hotel, step: Step) -> None:
    today = hotel.clock.business_date(step.now)
    read = numbers.list_of_hotel(hotel.hotel_id)
    dirty = [it.number for it in read if it.state_on(today) is Housekeeping.DIRTY]
    _ask(audit, QuestionKind.NUMBER, dirty, step)


def _ask(audit: Audit, kind: QuestionKind, subjects: list[str], step: Step) -> None:
    questions = [Question(kind, subject) for subject in subjects]
    night_audits.ask_all(audit.hotel_id, audit.business_date, questions, step.now)


_LOOK: dict[QuestionKind, Callable[[Audit, Hotel, Step], Position | None]] = {
    QuestionKind.ARRIVAL: _look_at_arrivals,
    QuestionKind.DEPARTURE: _look_at_departures,
    QuestionKind.NUMBER: _look_at_numbers,
}
