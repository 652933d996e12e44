"""PUT /api/staff/hotels/{hotel_id}/extras/{extra_id}: staff change an extra, given the version that was read."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_views import extra_json
from posthouse.entry.catalogue.extra_input import ExtraInput
from posthouse.entry.fields import Id, Version
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.hotel_extras import update_extra


class ExtraChange(ExtraInput, kw_only=True):
    """The client may send back everything that it has read; the ids of the path count.

    It says whether the extra is enabled: by a default one that is switched off would be sold again.
    """

    enabled: bool
    version: Version
    extra_id: Id | None = None
    hotel_id: Id | None = None


@endpoint(STAFF, body=ExtraChange)
def handler(request: Request[ExtraChange, Any]) -> Answer | Refusal:
    extra = request.body.to_extra(request.path["hotel_id"], request.path["extra_id"], request.body.version)
    outcome = update_extra(extra, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, extra_json(outcome))
