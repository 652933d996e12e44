"""Queue points: a guest gets a point for each yuan paid, and loses it when the yuan is refunded."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.payments.points import adjust_points
from posthouse.services.step import Step


@consumer("award_points")
def handler(event: Event, _name: str, step: Step) -> None:
    change = adjust_points(event, step)
    if change > 0:
        count("PointsAwarded", change)
