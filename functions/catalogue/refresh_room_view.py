"""Queue catalogue-changes: after a change of a hotel or room type, renews its views and informs every cache."""

from posthouse.domain.event import Event
from posthouse.entry.queue import consumer
from posthouse.services.catalogue.room_views import refresh
from posthouse.services.step import Step


@consumer("refresh_room_view")
def handler(event: Event, name: str, step: Step) -> None:
    refresh(event, name, step)
