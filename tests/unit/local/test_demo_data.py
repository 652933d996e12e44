"""The demo data: values that the API accepts, pictures that exist and are safe, weekends that cost more."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec import convert

from local.folders import ROOT
from local.seed.demo import FLASH_SALE, GOODS, GUESTS, HOTELS, NIGHTS_OPEN, OWN, UPCOMING_SALE
from local.seed.load import long_weekend, weekends
from posthouse.domain.money import Money
from posthouse.entry.catalogue.catalogue_input import HotelInput, RoomInput
from posthouse.entry.catalogue.rate_plan_input import RatePlanInput
from posthouse.entry.shop.goods_input import GoodsText

IMAGES = ROOT / "web" / "images"
PICTURES = sorted(IMAGES.glob("*.svg"))
ROOMS = [room for demo in HOTELS for room in demo["rooms"]]
SHOWN: list[dict[str, Any]] = [*(demo["hotel"] for demo in HOTELS), *ROOMS, *GOODS]
DRAWING = {
    *("svg", "defs", "g", "clipPath", "linearGradient", "radialGradient", "stop"),
    *("path", "rect", "circle", "ellipse", "polygon", "polyline"),
}
KILOBYTES = 25


def drawn(picture: Path) -> ElementTree.Element:
    return ElementTree.parse(picture).getroot()  # noqa: S314 - drawings of our own


@pytest.mark.parametrize("thing", SHOWN, ids=lambda thing: thing["name"])
def test_everything_that_is_shown_has_pictures_and_words_in_both_languages(thing: dict[str, Any]) -> None:
    assert thing["images"]
    for image in thing["images"]:
        assert image.startswith("/images/")
        assert (IMAGES / image.removeprefix("/images/")).is_file(), image
    for text in (thing["name"], thing["description"]):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text), text
        assert any(letter.isascii() and letter.isalpha() for letter in text), text


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_a_picture_is_a_small_drawing_that_a_strict_policy_lets_through(picture: Path) -> None:
    assert picture.stat().st_size < KILOBYTES * 1000
    root = drawn(picture)
    assert root.get("viewBox")
    for element in root.iter():
        space, _, tag = element.tag.removeprefix("{").partition("}")
        assert (space, tag in DRAWING) == ("http://www.w3.org/2000/svg", True), element.tag
        for name, value in element.attrib.items():
            assert "href" not in name, "nothing from elsewhere"
            assert name != "style", "presentation attributes only"
            assert not name.startswith("on"), "no scripts"
            assert not value.startswith("url(") or value.startswith("url(#"), value
            assert "None" not in value, name


def test_a_picture_refers_only_to_what_it_defines() -> None:
    for picture in PICTURES:
        root = drawn(picture)
        named = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(named) == len(set(named)), picture
        used = {v[5:-1] for element in root.iter() for v in element.attrib.values() if v.startswith("url(#")}
        assert used <= set(named), picture


def test_hotels_rooms_and_goods_are_what_the_api_takes() -> None:
    for demo in HOTELS:
        convert(demo["hotel"], HotelInput)
    for room in ROOMS:
        facts = {name: value for name, value in room.items() if name not in OWN}
        taken = convert({**facts, "hotel_id": "H1"}, RoomInput)
        assert taken.list_price is not None
        assert taken.price < room.get("weekend_price", taken.price + 1) < taken.list_price
    for article in GOODS:
        convert({name: value for name, value in article.items() if name != "stock"}, GoodsText)


@pytest.mark.parametrize("demo", HOTELS, ids=lambda demo: demo["staff"])
def test_rate_plans_are_what_the_api_takes_and_do_not_undercut_the_cheapest_room(demo: dict[str, Any]) -> None:
    """Who knows no plans finds a hotel for the price that they book: the cheapest offer is a standard one."""
    cheapest = min(room["price"] for room in demo["rooms"] if "day_use" not in room)
    for room in demo["rooms"]:
        for given in room.get("plans", []):
            plan = convert(given, RatePlanInput).to_plan("R1", "P1", 1)
            assert plan.broken_rule(Money(room["price"])) is None
            assert plan.night_price(Money(room["price"])).fen >= cheapest
    assert {given["payment"] for room in demo["rooms"] for given in room.get("plans", [])} == {
        "full",
        "deposit",
        "at_hotel",
    }


def test_flash_sales_take_less_than_there_is_and_cost_less() -> None:
    for sale, article in zip((FLASH_SALE, UPCOMING_SALE), GOODS, strict=False):
        assert sale["price"] < article["price"]
        assert sale["stock"] < article["stock"]


def test_demo_guests_differ() -> None:
    assert len({guest["phone_number"] for guest in GUESTS}) == len(GUESTS) == 3


@pytest.mark.parametrize("weekday", range(7))
def test_weekends_are_the_fridays_and_saturdays_among_the_open_nights(weekday: int) -> None:
    today = date(2026, 11, 16) + timedelta(days=weekday)
    nights = [today + timedelta(days=n) for n in range(NIGHTS_OPEN)]
    ranges = list(weekends(today))
    priced = [begin + timedelta(days=n) for begin, end in ranges for n in range((end - begin).days)]
    assert priced == [night for night in nights if night.weekday() in {4, 5}]


@pytest.mark.parametrize("weekday", range(7))
def test_the_long_weekend_begins_on_a_saturday_and_not_soon(weekday: int) -> None:
    today = date(2026, 11, 16) + timedelta(days=weekday)
    saturday = long_weekend(today)
    assert saturday.isoweekday() == 6
    assert 14 <= (saturday - today).days < 21
