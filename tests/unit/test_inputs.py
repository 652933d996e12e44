"""Bodies and queries of requests: what is read from them, and that a problem names all errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, ValidationError, convert, field

from posthouse.entry import problems
from posthouse.entry.fields import LINE, NOT_BLANK, Id, Image, Name, Phone, Price, SoughtPhone
from posthouse.entry.inputs import MAX_DEPTH, Input, read_body, read_query
from posthouse.entry.listing import ListQuery
from posthouse.entry.problems import Problem


class Part(Input):
    name: Name
    phone: Phone | None = None
    units: Annotated[int, Meta(ge=1)] = 1


class Thing(Input):
    price: Price
    name: Name = "it"
    nickname: Name | None = None
    tags: Annotated[tuple[Annotated[str, LINE, Meta(pattern=NOT_BLANK)], ...], Meta(max_length=2)] = ()
    parts: tuple[Part, ...] = ()
    secret: str = ""
    rate: float = 0.0
    kind: Literal["a", "b"] = "a"
    day: date | None = field(default=None, name="date")
    facts: dict[str, Any] | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.secret == "wrong":
            yield "secret", "must not be wrong"


class Query(ListQuery):
    status: Literal["open", "closed"] | None = None
    day: date | None = field(default=None, name="date")
    phone: SoughtPhone | None = None


def read(text: str | bytes) -> Thing:
    found = read_body(Thing, text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Thing), found
    return found


def wrong(text: str | bytes) -> dict[str, str]:
    problem = read_body(Thing, text.encode() if isinstance(text, str) else text)
    assert isinstance(problem, Problem)
    assert (problem.status, problem.code) == (422, "invalid_request"), problem
    return {error["field"]: error["message"] for error in problem.facts["errors"]}


def test_lines_lose_the_white_space_around_them_and_nothing_else_does() -> None:
    thing = read(
        '{"price":1,"name":" Tea\\n","nickname":"\\tT ","tags":[" x "],"parts":[{"name":" P "}],"secret":" s "}'
    )
    assert (thing.name, thing.nickname, thing.tags, thing.parts[0].name) == ("Tea", "T", ("x",), "P")
    assert thing.secret == " s "


def test_a_phone_number_in_any_spelling_is_read_in_its_one_form_and_a_wrong_one_named_by_its_place() -> None:
    sent = '{"price":1,"parts":[{"name":"a","phone":"(+86) 138-0013 8000"},{"name":"b","phone":"+852 6123 4567"}]}'
    assert [part.phone for part in read(sent).parts] == ["+8613800138000", "+85261234567"]
    wrong_one = sent.replace("+852 6123 4567", "call me")
    assert wrong(wrong_one) == {"parts.1.phone": "must be a phone number, like 138 0013 8000 or +852 6123 4567"}
    assert set(wrong(wrong_one.replace('"price":1', '"price":0'))) == {"price", "parts.1.phone"}


def test_what_is_not_sent_has_its_default() -> None:
    assert read('{"price":5}') == Thing(price=5)


def test_a_whole_number_is_as_good_a_rate_but_a_broken_one_no_price() -> None:
    assert read('{"price":1,"rate":104}').rate == 104.0
    assert set(wrong('{"price":1.0}')) == {"price"}


@pytest.mark.parametrize("price", ["true", '"1"', "0", "100000001", "1e3", "9" * 40, "null", "[]"])
def test_nothing_is_converted_silently(price: str) -> None:
    assert set(wrong(f'{{"price":{price}}}')) == {"price"}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    sent = '{"name":" ","tags":["a"," "],"parts":[{"name":"P","units":0}],"kind":"c","date":"2026-02-30","more":1}'
    assert set(wrong(sent)) == {"price", "name", "tags.1", "parts.0.units", "kind", "date", "more"}


def test_a_rule_beyond_types_is_told_like_a_type() -> None:
    assert wrong('{"price":1,"secret":"wrong"}') == {"secret": "must not be wrong"}


@pytest.mark.parametrize("sent", ["[]", "null", "3", '"x"'])
def test_a_body_is_an_object(sent: str) -> None:
    assert set(wrong(sent)) == {"body"}


def test_an_empty_body_is_an_empty_object() -> None:
    assert set(wrong(b"")) == {"price"}


@pytest.mark.parametrize(
    "sent",
    [b"{", b'{"price":1}x', b'{"price":NaN}', b'{"name":"\xff"}', b'{"name":"\\ud800"}', b'{"a":' * 9000, b"[" * 60000],
)
def test_what_is_no_json_is_malformed(sent: bytes) -> None:
    assert read_body(Thing, sent) == problems.MALFORMED_JSON


@pytest.mark.parametrize(("opens", "closes"), [(b'{"a":', b"}"), (b"[", b"]")])
def test_facts_that_nest_without_end_are_malformed_too(opens: bytes, closes: bytes) -> None:
    # The body and its facts count as two more.
    for levels in (MAX_DEPTH - 1, 500, 9000, 60_000):
        sent = b'{"price":1,"facts":{"a":' + opens * levels + b"1" + closes * levels + b"}}"
        assert read_body(Thing, sent) == problems.MALFORMED_JSON, levels


def test_facts_may_nest_as_deep_as_anybody_needs() -> None:
    levels = MAX_DEPTH - 2
    sent = b'{"price":1,"facts":{"a":' + b"[" * levels + b"1" + b"]" * levels + b"}}"
    assert isinstance(read_body(Thing, sent), Thing)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Id, "R-1_a", ["", "a b", "ä", "a\n", "x" * 65]),
        (Image, "/a.svg", ["no url", "//x", "/a b", "ftp://x", "https://", "/a\n"]),
        (Image, "https://h.example/a.png?x=1", ["http:// x", "javascript:1"]),
    ],
)
def test_a_pattern_holds_for_the_whole_text(kind: Any, good: str, bad: list[str]) -> None:
    assert convert(good, kind) == good
    for text in bad:
        with pytest.raises(ValidationError):
            convert(text, kind)


def test_a_query_brings_numbers_and_dates_as_text() -> None:
    assert read_query(Query, {"limit": "7", "date": "2026-11-21"}) == Query(limit=7, day=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("query", "field_name"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"status": "null"}, "status"),
        ({"date": "NULL"}, "date"),
        ({"date": "1763683200"}, "date"),
        ({"day": "2026-11-21"}, "day"),
        ({"phone": "call me"}, "phone"),
    ],
)
def test_a_query_is_refused_by_the_name_that_it_came_with(query: dict[str, str], field_name: str) -> None:
    problem = read_query(Query, query)
    assert isinstance(problem, Problem)
    assert [error["field"] for error in problem.facts["errors"]] == [field_name]


def test_a_list_is_named_after_what_its_filters_mean() -> None:
    spellings = ("13800138000", "+86 138 0013 8000")
    first, second = (read_query(Query, {"phone": text}) for text in spellings)
    assert isinstance(first, Query)
    assert first == second


def test_a_list_is_named_after_its_filters_and_not_after_its_place() -> None:
    here, there = Query(limit=3, status="open", cursor="x"), Query(limit=5, status="open")
    assert here.name == there.name != Query(status="closed").name
