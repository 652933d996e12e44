"""PUT /api/staff/rooms/{room_id}/numbers: staff say which numbers a room type has."""

from collections.abc import Iterator
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_views import staff_room_json
from posthouse.entry.fields import Numbers
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.house.room_numbers import set_numbers


class NumbersInput(Input):
    numbers: Numbers

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if len(set(self.numbers)) < len(self.numbers):
            yield "numbers", "must name each number once"


@endpoint(STAFF, body=NumbersInput)
def handler(request: Request[NumbersInput, Any]) -> Answer | Refusal:
    outcome = set_numbers(request.path["room_id"], request.body.numbers, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, staff_room_json(outcome))
