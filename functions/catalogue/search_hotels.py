"""GET /api/hotels: search for hotels by words, city, dates and distance."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta

from posthouse.domain.catalogue_view import Search
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.entry.catalogue.catalogue_input import stay_of_query
from posthouse.entry.catalogue.catalogue_views import found_hotel_json
from posthouse.entry.fields import Words
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.catalogue.hotel_index import hotel_index
from posthouse.services.catalogue.search import find_hotels


class HotelsQuery(ListQuery):
    keyword: Words | None = None
    city: Words | None = None
    check_in: date | None = None
    check_out: date | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    sort: Literal["price", "distance", "name"] | None = None


@endpoint(OPEN, query=HotelsQuery)
def handler(request: Request[Any, HotelsQuery]) -> Answer | Refusal:
    query = request.query
    if (query.latitude is None) != (query.longitude is None):
        return InvalidRequest("longitude" if query.longitude is None else "latitude", "needs the other one")
    near = None if query.latitude is None or query.longitude is None else (query.latitude, query.longitude)
    if query.sort == "distance" and near is None:
        return InvalidRequest("sort", "by distance needs latitude and longitude")
    stay = stay_of_query(query.check_in, query.check_out, request.step.now.date() - timedelta(days=1))
    if isinstance(stay, Refusal):
        return stay
    after = position_of(request, "hotels")
    if isinstance(after, Refusal):
        return after
    search = Search(query.keyword, query.city, stay, near, query.sort)
    page = find_hotels(hotel_index().summaries(), search, query.limit, after)
    return list_answer(request, "hotels", [found_hotel_json(found) for found in page.items], page.after)
