"""Bad texts in every field of every request: no fault, and nothing of them is stored."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from posthouse.domain.identity import Role
from tests.integration.house import House
from tests.integration.test_events import event_of
from tests.support.bad_texts import BAD_TEXTS, fault_of
from tests.support.template import functions

TAKING = sorted(
    step
    for step, function in functions().items()
    if function.routes and function.handler().contract.body is not None  # type: ignore[attr-defined]
)


def changed(facts: Any, text: str) -> Iterator[Any]:
    """The facts with one text changed, for each text in them."""
    parts = facts.items() if isinstance(facts, dict) else enumerate(facts)
    for key, part in parts:
        if isinstance(part, dict | list):
            for other in changed(part, text):
                yield type(facts)({**facts, key: other} if isinstance(facts, dict) else [other])
        elif isinstance(part, str):
            for sent in (text, part + text):
                yield {**facts, key: sent} if isinstance(facts, dict) else [*facts[:key], sent, *facts[key + 1 :]]


def assert_clean(house: House) -> None:
    faults = []
    for table, rows in house.contents().items():
        for row in rows:
            for name, value in row.items():
                found = [fault_of(text, lines=True) for text in strings(value)]
                faults += [f"{table}.{name}: {fault}" for fault in found if fault]
    assert faults == []


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value[:1] in {"{", "["}:
            try:
                yield from strings(json.loads(value))
            except ValueError:
                return
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


@pytest.mark.parametrize("step", TAKING)
def test_a_bad_text_in_any_field_is_no_fault_and_not_stored(house: House, step: str) -> None:
    _, event = event_of(step)
    contract = functions()[step].handler().contract  # type: ignore[attr-defined]
    role = Role.GUEST if Role.GUEST in contract.roles else Role.ADMIN
    event["headers"]["authorization"] = f"Bearer {house.token(role)}"
    whole = json.loads(event.get("body") or "{}")
    for number, (what, text) in enumerate(BAD_TEXTS.items()):
        for nth, body in enumerate(changed(whole, text)):
            event["headers"]["idempotency-key"] = f"key-{number}-{nth}"
            reply = house.reply(step, {**event, "body": json.dumps(body)})
            assert reply.status < 500 or reply.body["code"].startswith("wechat"), (what, body, reply.body)
    assert_clean(house)


def test_names_and_addresses_of_orders_are_cleaned_or_refused_by_their_field(house: House) -> None:
    token, room = house.guest(), house.room(units=9)
    for text in ("\u200b\u200d", "Li\0Lei", "Li\nLei", "Li\u202eieL"):
        refused = house.book(token, house.wish(room, guest_name=text), key=f"key-{text!r}").refused(
            422, "invalid_request"
        )
        assert [error["field"] for error in refused["errors"]] == ["guest_name"]
    booking = house.book(token, house.wish(room, guest_name=" Zoe\u0308\u200b 👩‍🚀 \n"), key="key-good").must(201)
    assert booking["guest_name"] == "Zoë 👩‍🚀"
    goods = house.send("POST", "/api/staff/goods", {"name": "Tea", "price": 100, "stock": 9}, house.admin).must(201)
    order = {"consignee": "Re\u0301my", "phone_number": "13800138000", "address": " 1 Road\r\nChengdu\u200b\n"}
    order["items"] = [{"goods_id": goods["goods_id"], "quantity": 1}]  # type: ignore[assignment]
    made = house.send("POST", "/api/shop-orders", order, token, Idempotency_Key="k").must(201)
    assert (made["consignee"], made["address"]) == ("Rémy", "1 Road\nChengdu")
    assert_clean(house)


def test_a_nickname_of_wechat_is_cleaned(house: House) -> None:
    assert house.log_in(nickname="\u202eLi\nLei\0\u200b")["user"]["nickname"] == "Li Lei"
    assert house.log_in(nickname="\u200b\u3164")["user"]["nickname"] == "Li Lei", "nothing to see is no nickname"
    assert len(house.log_in(nickname="李" * 300)["user"]["nickname"]) == 100


@pytest.mark.parametrize("spelling", ["café", "cafe\u0301", "ＣＡＦÉ", "ca\u200bfé", "café\n"])
def test_a_hotel_is_found_by_every_spelling_of_its_name(house: House, spelling: str) -> None:
    hotel = house.hotel(name="Cafe\u0301 Inn", city="Orle\u0301ans")
    house.room(hotel_id=hotel["hotel_id"])
    house.settle()
    for query in (
        f"keyword={quote(spelling)}",
        f"city={quote('Orléans')}",
        f"city={quote(unicodedata.normalize('NFD', 'Orléans'))}",
    ):
        found = house.send("GET", f"/api/hotels?{query}").must(200)["items"]
        assert [it["name"] for it in found] == ["Café Inn"], query
