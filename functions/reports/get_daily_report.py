"""GET /api/staff/reports/daily?hotel_id=&from=&to=: the figures of each date, of one hotel or of all of the caller."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.domain.report import MAX_DAYS
from posthouse.entry.catalogue.catalogue_input import NightsQuery, range_refusal
from posthouse.entry.fields import Id
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.reports.report_views import report_day_json
from posthouse.services.reports.reading import daily


class DailyReportQuery(NightsQuery):
    hotel_id: Id | None = None


@endpoint(STAFF, query=DailyReportQuery)
def handler(request: Request[Any, DailyReportQuery]) -> Answer | Refusal:
    asked = request.query
    refused = range_refusal(asked.begin, asked.to, MAX_DAYS)
    found = refused or daily(asked.hotel_id, asked.begin, asked.to, request.caller)
    if isinstance(found, Refusal):
        return found
    return Answer(200, {"items": [report_day_json(day) for day in found], "next_cursor": None})
