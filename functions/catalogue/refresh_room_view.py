"""Queue catalogue-changes: a hotel or room type changed, so its views are renewed and every cache hears of it."""

from posthouse.domain.event import Event
from posthouse.entry.queue import consumer
from posthouse.services.catalogue.room_views import refresh
from posthouse.services.step import Step


@consumer("refresh_room_view")
def handler(event: Event, name: str, step: Step) -> None:
    refresh(event, name, step)
