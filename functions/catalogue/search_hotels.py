"""GET /api/hotels: search for hotels by words, city, dates, price and distance."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from posthouse.domain.catalogue_view import Search, first_date
from posthouse.domain.days import business_dates
from posthouse.domain.level import Level
from posthouse.domain.refusal import Refusal
from posthouse.domain.stay import Stay
from posthouse.entry.catalogue.catalogue_views import dates_json, found_hotel_json
from posthouse.entry.catalogue.stay_query import StayQuery
from posthouse.entry.fields import WORDS, Fen, Latitude, Longitude, Words
from posthouse.entry.guest_level import caller_level
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import list_answer, position_of
from posthouse.services.catalogue.hotel_index import hotel_index
from posthouse.services.catalogue.search import find_hotels


class HotelsQuery(StayQuery):
    keyword: Words | None = None
    city: Words | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius_km: Annotated[float, Meta(gt=0, le=20_100)] | None = None
    price_min: Fen | None = None
    price_max: Fen | None = None
    tags: Annotated[str, WORDS, Meta(max_length=200)] | None = None
    sort: Literal["price", "distance", "name"] | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if (self.latitude is None) != (self.longitude is None):
            yield "longitude" if self.longitude is None else "latitude", "needs the other one"
        elif self.latitude is None and self.sort == "distance":
            yield "sort", "by distance needs latitude and longitude"
        elif self.latitude is None and self.radius_km is not None:
            yield "radius_km", "needs latitude and longitude"

    def to_search(self, stay: Stay | None, now: datetime, level: Level | None) -> Search:
        """Returns the search for a stay, at that moment, by a guest of that level."""
        return Search(
            now=now,
            keyword=self.keyword,
            city=self.city,
            stay=stay,
            party=self.party,
            near=None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude),
            radius_km=self.radius_km,
            price_min=self.price_min,
            price_max=self.price_max,
            tags=tuple(tag.strip() for tag in (self.tags or "").split(",") if tag.strip()),
            sort=self.sort,
            level=level,
        )


@endpoint(OPEN, query=HotelsQuery)
def handler(request: Request[Any, HotelsQuery]) -> Answer | Refusal:
    query, now = request.query, request.step.now
    stay = query.stay(*business_dates(now))
    if isinstance(stay, Refusal):
        return stay
    after = position_of(request, "hotels")
    if isinstance(after, Refusal):
        return after
    catalogue = hotel_index().catalogue(dated=stay is not None)
    level = None if stay is None else caller_level(request.headers, catalogue.levels)
    search = query.to_search(stay, now, level)
    page = find_hotels(catalogue, search, query.limit, after)
    items = [found_hotel_json(found) for found in page.items]
    dates = dates_json(first_date(catalogue.hotels, now), page.open_dates, page.restricted)
    return list_answer(request, "hotels", items, page.after, dates)
