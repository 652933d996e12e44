"""Counts a hotel's reports anew, and returns which hotel the next call continues with. An operator invokes it."""

from itertools import islice
from typing import Any

from msgspec.structs import asdict

from posthouse.entry.task import Facts, task
from posthouse.services.reports.rebuild import rebuild
from posthouse.services.step import Step
from posthouse.store import hotels


@task
def handler(facts: Facts, _step: Step) -> dict[str, Any]:
    ahead = list(islice(hotels.ids_from(str(facts.get("from", ""))), 2))
    if not ahead:
        return {"outcome": "rebuilt", "hotel_id": None, "next": None}
    rebuilt = rebuild(ahead[0])
    return {"outcome": "rebuilt", "hotel_id": ahead[0], **asdict(rebuilt), "next": ahead[1] if ahead[1:] else None}
