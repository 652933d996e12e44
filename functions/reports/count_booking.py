"""Queue report-counts: the reports are kept in step with the bookings and the open nights."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.reports.counting import count_event
from posthouse.services.step import Step


@consumer("count_booking")
def handler(event: Event, _name: str, step: Step) -> None:
    if count_event(event, step):
        count("ReportsChanged")
