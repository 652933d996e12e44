"""Renews the read model of a hundred hotels, and returns where the next call continues. An operator invokes it."""

from itertools import islice
from typing import Any

from posthouse.entry.task import Facts, task
from posthouse.services.catalogue.room_views import rebuild
from posthouse.services.step import Step
from posthouse.store import hotels

AT_MOST = 100


@task
def handler(facts: Facts, step: Step) -> dict[str, Any]:
    ahead = hotels.ids_from(str(facts.get("from", "")))
    rebuilt = rebuild(islice(ahead, AT_MOST), step)
    return {"outcome": "rebuilt", "hotels": rebuilt, "next": next(ahead, None)}
