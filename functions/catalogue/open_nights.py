"""PUT /api/staff/rooms/{room_id}/nights: staff open or change a range of nights in one transaction."""

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.restriction import UNRESTRICTED, RulesChange
from posthouse.domain.stay import MAX_NIGHTS
from posthouse.entry.catalogue.catalogue_input import NightsQuery
from posthouse.entry.catalogue.catalogue_views import night_json
from posthouse.entry.fields import Price, Weekdays
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.calendar import NightRange, open_nights
from posthouse.store.nights import NightChange

StayAtLeast = Annotated[int, Meta(ge=1, le=MAX_NIGHTS)]
StayAtMost = Annotated[int, Meta(ge=1, le=365)]


class NightsInput(NightsQuery):
    units: Annotated[int, Meta(ge=0, le=999)] | None = None
    price: Price | None = None
    closed: bool | None = None
    weekdays: Weekdays | None = None
    min_stay: StayAtLeast | UnsetType | None = UNSET
    max_stay: StayAtMost | UnsetType | None = UNSET
    closed_to_arrival: bool | UnsetType | None = UNSET
    closed_to_departure: bool | UnsetType | None = UNSET

    @property
    def change(self) -> NightChange:
        rules = RulesChange(self.min_stay, self.max_stay, self.closed_to_arrival, self.closed_to_departure)
        return NightChange(self.units, None if self.price is None else Money(self.price), self.closed, rules)

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        broken = self.change.rules.on(UNRESTRICTED).broken_rule
        if broken is not None:
            yield broken.field, broken.message


@endpoint(STAFF, body=NightsInput)
def handler(request: Request[NightsInput, Any]) -> Answer | Refusal:
    body = request.body
    wanted = NightRange(request.path["room_id"], body.begin, body.to, body.weekdays or ())
    outcome = open_nights(wanted, body.change, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    items = [night_json(night) for night in outcome.nights]
    return Answer(200, {"items": items, "next_cursor": None, "change_id": outcome.change_id})
