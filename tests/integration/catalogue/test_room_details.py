"""Room details on three cache levels: what an environment may serve, and how it learns of a room's change."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from msgspec.structs import replace
from pynamodb.exceptions import GetError, QueryError

from posthouse.domain.catalogue_view import RoomView
from posthouse.services.catalogue.change_follower import LONGEST_PAUSE_SECONDS, REPLAYED
from posthouse.services.catalogue.room_cache import FLIGHTS, HARD_LIFE_SECONDS, MISSING_LIFE_SECONDS, Found, RoomCache
from posthouse.store import connection, room_views
from posthouse.store.change_log import CatalogueChangeRow
from posthouse.store.transaction import StoreBusy
from tests.integration.conftest import Arrange
from tests.integration.house import House


class Clock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calls(house: House) -> Iterator[list[str]]:
    """Record every call of ours to DynamoDB."""
    made: list[str] = []
    events = connection.dynamodb().meta.events
    events.register("before-call.dynamodb.*", lambda model, **_: made.append(model.name), unique_id="counted")
    yield made
    events.unregister("before-call.dynamodb.*", unique_id="counted")


def price_of(found: Found) -> int | None:
    return found.view.room.price.fen if found.view else None


def seen(found: Found) -> tuple[int | None, str]:
    return price_of(found), found.level


def reprice(house: House, room: dict[str, Any], price: int) -> dict[str, Any]:
    path = f"/api/staff/rooms/{room['room_id']}"
    changed: dict[str, Any] = house.send("PUT", path, {**room, "price": price}, house.admin).must(200)
    return changed


def broadcasts(house: House) -> list[str]:
    """Take the messages that wait for the refresher."""
    house.relay()
    url = house.value({"Ref": "CatalogueChangesQueue"})
    found: list[str] = []
    while messages := house.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in messages]
        for message in messages:
            house.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def log_rows(house: House) -> list[int]:
    return sorted(int(row["number"]["N"]) for row in house.rows("catalogue-changes") if row["number"]["N"] != "0")


def forget_view(house: House, room_id: str) -> None:
    house.dynamodb.delete_item(TableName="posthouse-room-views", Key={"room_id": {"S": room_id}})


def test_a_read_comes_from_the_nearest_level(house: House, clock: Clock, calls: list[str]) -> None:
    room_id = house.room(price=100)["room_id"]
    house.settle()
    reader = RoomCache(clock)
    calls.clear()
    assert (seen(reader.read(room_id)), calls) == ((100, "l2"), ["GetItem", "GetItem"])
    calls.clear()
    assert (seen(reader.read(room_id)), calls) == ((100, "l1"), [])
    clock.sleep(1)
    assert (seen(reader.read(room_id)), calls) == ((100, "l1"), ["GetItem"])


def test_without_a_view_the_source_answers_and_heals(house: House, clock: Clock, calls: list[str]) -> None:
    room_id = house.room(price=100)["room_id"]
    house.settle()
    forget_view(house, room_id)
    calls.clear()
    assert seen(RoomCache(clock).read(room_id)) == (100, "source")
    assert calls == ["GetItem", "GetItem", "GetItem", "TransactGetItems", "PutItem"]
    assert seen(RoomCache(clock).read(room_id)) == (100, "l2")


@pytest.mark.parametrize("fault", [StoreBusy("busy"), EndpointConnectionError(endpoint_url="https://aws")], ids=repr)
def test_a_store_that_cannot_heal_just_now_still_answers(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def busy(_: RoomView) -> None:
        raise fault

    room_id = house.room(price=100)["room_id"]
    monkeypatch.setattr(room_views, "heal", busy)
    assert seen(RoomCache(clock).read(room_id)) == (100, "source")


def test_a_change_reaches_every_environment_within_a_second(house: House, clock: Clock) -> None:
    room = house.room(price=100)
    house.settle()
    environments = [RoomCache(clock) for _ in range(3)]
    assert {seen(reader.read(room["room_id"])) for reader in environments} == {(100, "l2")}
    reprice(house, room, 200)
    house.settle()
    clock.sleep(0.99)
    assert {seen(reader.read(room["room_id"])) for reader in environments} == {(100, "l1")}
    clock.sleep(0.02)
    assert {seen(reader.read(room["room_id"])) for reader in environments} == {(200, "l2")}


def test_a_change_of_the_hotel_reaches_the_details_of_its_rooms(house: House, clock: Clock) -> None:
    hotel, other = house.hotel(), house.room()
    room_id = house.room(hotel_id=hotel["hotel_id"])["room_id"]
    house.settle()
    reader = RoomCache(clock)
    reader.read(room_id)
    reader.read(other["room_id"])
    changed = {**hotel, "name": "Renamed", "opening_state": "opening_soon"}
    house.send("PUT", f"/api/staff/hotels/{hotel['hotel_id']}", changed, house.admin).must(200)
    house.settle()
    clock.sleep(1)
    found = reader.read(room_id)
    assert (found.view and found.view.hotel_name, found.level) == ("Renamed", "l2")
    assert reader.read(other["room_id"]).level == "l1"


def test_broadcasts_may_come_twice_and_in_any_order(house: House, clock: Clock) -> None:
    room = house.room(price=100)
    for price in range(200, 700, 100):
        room = reprice(house, room, price)
    hotel = house.send("GET", f"/api/hotels/{room['hotel_id']}").must(200)
    renamed = house.send("PUT", f"/api/staff/hotels/{room['hotel_id']}", {**hotel, "name": "New"}, house.admin).must(
        200
    )
    messages = broadcasts(house)
    assert len(messages) == 9, "the nights of the room type too"
    shuffled = messages * 3
    random.Random(7).shuffle(shuffled)
    assert house.feed("refresh_room_view", shuffled) == []
    found = RoomCache(clock).read(room["room_id"])
    assert (seen(found), found.view and found.view.hotel_name) == ((600, "l2"), renamed["name"])
    assert log_rows(house) == list(range(1, 10)), "each broadcast has one row in the log, whatever was repeated"


def test_a_slow_refresher_never_replaces_what_a_faster_one_wrote(house: House, before_commit: Arrange) -> None:
    room = house.room(price=100)
    house.settle()
    reprice(house, room, 200)
    [late] = broadcasts(house)
    revisions: list[int] = []

    def overtake() -> None:
        reprice(house, {**room, "version": 2}, 300)
        assert house.feed("refresh_room_view", broadcasts(house)) == []
        revisions.append(revision(house, room["room_id"]))

    before_commit(overtake)
    assert house.feed("refresh_room_view", [late]) == []
    revisions.append(revision(house, room["room_id"]))
    assert revisions == [4, 4]
    assert log_rows(house) == [1, 2, 3, 4, 5], "the late one is in the log as well: somebody may have the old value"


def revision(house: House, room_id: str) -> int:
    [row] = [row for row in house.rows("room-views") if row["room_id"]["S"] == room_id]
    return int(row["revision"]["N"])


def test_a_slow_refresher_never_replaces_a_newer_summary(house: House, before_commit: Arrange) -> None:
    hotel = house.hotel(name="Old")
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    late = broadcasts(house)

    def overtake() -> None:
        house.send("PUT", path, {**hotel, "name": "New"}, house.admin).must(200)
        assert house.feed("refresh_room_view", broadcasts(house)) == []

    before_commit(overtake)
    assert house.feed("refresh_room_view", late) == []
    assert [found["name"] for found in house.send("GET", "/api/hotels").must(200)["items"]] == ["New"]


def test_a_view_that_an_old_snapshot_would_replace_stays(house: House) -> None:
    room_id = house.room(price=100)["room_id"]
    house.settle()
    stored = room_views.get_view(room_id)
    assert stored is not None
    assert stored.view is not None
    old = replace(stored.view, revision=stored.view.revision - 1, hotel_name="old")
    room_views.heal(old)
    again = room_views.get_view(room_id)
    assert again == stored


def test_a_missing_room_is_remembered_briefly(house: House, clock: Clock, calls: list[str]) -> None:
    reader = RoomCache(clock)
    assert seen(reader.read("R-unknown")) == (None, "source")
    calls.clear()
    assert seen(reader.read("R-unknown")) == (None, "l1")
    assert calls == []
    clock.sleep(MISSING_LIFE_SECONDS)
    assert seen(reader.read("R-unknown")) == (None, "source")


def test_a_deleted_room_is_gone_and_no_late_broadcast_brings_it_back(house: House, clock: Clock) -> None:
    room = house.room(price=100)
    early = broadcasts(house)
    assert house.feed("refresh_room_view", early) == []
    reader = RoomCache(clock)
    assert seen(reader.read(room["room_id"])) == (100, "l2")
    house.send("DELETE", f"/api/staff/rooms/{room['room_id']}", token=house.admin).must(204)
    house.settle()
    clock.sleep(1)
    assert seen(reader.read(room["room_id"])) == (None, "l2")
    assert house.feed("refresh_room_view", early) == []
    assert seen(RoomCache(clock).read(room["room_id"])) == (None, "l2")


def test_a_hundred_cold_readers_make_one_read(house: House, clock: Clock, calls: list[str]) -> None:
    room_id = house.room(price=100)["room_id"]
    house.settle()
    forget_view(house, room_id)
    reader = RoomCache(clock)
    calls.clear()
    together = Barrier(100)

    def read(_: int) -> tuple[int | None, str]:
        together.wait(timeout=30)
        return seen(reader.read(room_id))

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(read, range(100)))
    assert sorted(answers) == [(100, "l1")] * 99 + [(100, "source")]
    assert calls.count("TransactGetItems") == 1


def test_an_old_value_cannot_slip_in_behind_the_change(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one thread reads the old value, another sees the change in the log: the old value must not be cached."""
    room = house.room(price=100)
    house.settle()
    reader = RoomCache(clock)
    get_view = room_views.get_view
    # The rival reads on this thread, so it must not wait for this thread's own read.
    flight = hash(room["room_id"]) % FLIGHTS
    other = next(name for name in map("R-other-{}".format, range(FLIGHTS)) if hash(name) % FLIGHTS != flight)

    def slow(room_id: str) -> room_views.StoredView | None:
        stored = get_view(room_id)
        if room_id == room["room_id"]:
            monkeypatch.setattr(room_views, "get_view", get_view)
            reprice(house, room, 200)
            house.settle()
            clock.sleep(1)
            reader.read(other)
        return stored

    monkeypatch.setattr(room_views, "get_view", slow)
    reader.read(room["room_id"])
    assert seen(reader.read(room["room_id"])) == (200, "l2")


@pytest.fixture
def broken_log(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Make the change log unreadable or readable."""
    whole = CatalogueChangeRow.get

    def unreadable(*_: object, **__: object) -> None:
        raise GetError("the log is unreachable")

    def arrange(broken: bool) -> None:
        monkeypatch.setattr(CatalogueChangeRow, "get", unreadable if broken else whole)

    return arrange


def test_without_the_change_log_nothing_older_than_the_hard_bound_is_served(
    house: House, clock: Clock, broken_log: Callable[[bool], None]
) -> None:
    room = house.room(price=100)
    house.settle()
    reader = RoomCache(clock)
    reader.read(room["room_id"])
    broken_log(True)
    reprice(house, room, 200)
    clock.sleep(HARD_LIFE_SECONDS - 0.1)
    found = reader.read(room["room_id"])
    assert (seen(found), found.behind) == ((100, "l1"), True)
    clock.sleep(0.1)
    forget_view(house, room["room_id"])
    assert seen(reader.read(room["room_id"])) == (200, "source")
    assert seen(reader.read(room["room_id"])) == (200, "l1"), (
        "still one read in so many seconds, not one for each guest"
    )


def test_an_environment_that_never_saw_the_log_keeps_nothing(
    house: House, clock: Clock, broken_log: Callable[[bool], None]
) -> None:
    room_id = house.room(price=100)["room_id"]
    house.settle()
    broken_log(True)
    reader = RoomCache(clock)
    assert [seen(reader.read(room_id)) for _ in range(2)] == [(100, "l2")] * 2
    broken_log(False)
    clock.sleep(LONGEST_PAUSE_SECONDS)
    assert [reader.read(room_id).level for _ in range(2)] == ["l2", "l1"]


def test_when_the_log_is_back_what_was_missed_is_dropped(
    house: House, clock: Clock, broken_log: Callable[[bool], None]
) -> None:
    room = house.room(price=100)
    house.settle()
    reader = RoomCache(clock)
    reader.read(room["room_id"])
    reprice(house, room, 200)
    house.settle()
    broken_log(True)
    clock.sleep(1)
    assert seen(reader.read(room["room_id"])) == (100, "l1")
    broken_log(False)
    clock.sleep(2)
    found = reader.read(room["room_id"])
    assert (seen(found), found.behind) == ((200, "l2"), False)


def test_changes_that_could_not_be_read_are_not_passed_over(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object, **__: object) -> None:
        raise QueryError("the log is unreachable")

    room = house.room(price=100)
    house.settle()
    reader = RoomCache(clock)
    reader.read(room["room_id"])
    reprice(house, room, 200)
    house.settle()
    with monkeypatch.context() as patch:
        patch.setattr(CatalogueChangeRow, "query", unreadable)
        clock.sleep(1)
        assert seen(reader.read(room["room_id"])) == (100, "l1")
    clock.sleep(2)
    assert seen(reader.read(room["room_id"])) == (200, "l2")


@pytest.mark.parametrize("missed", [1, 3])
def test_a_gap_in_the_log_makes_an_environment_forget_everything(house: House, clock: Clock, missed: int) -> None:
    room, other = house.room(price=100), house.room(price=50)
    house.settle()
    reader = RoomCache(clock)
    reader.read(room["room_id"])
    before = log_rows(house)
    for price in range(missed):
        other = reprice(house, other, 60 + price)
    house.settle()
    [lost] = set(log_rows(house)[: len(before) + 1]) - set(before)
    house.dynamodb.delete_item(
        TableName="posthouse-catalogue-changes", Key={"log": {"S": "catalogue"}, "number": {"N": str(lost)}}
    )
    clock.sleep(1)
    assert reader.read(room["room_id"]).level == "l2"


def test_after_very_many_changes_everything_is_read_anew(house: House, clock: Clock, calls: list[str]) -> None:
    room_id = house.room(price=100)["room_id"]
    house.settle()
    reader = RoomCache(clock)
    reader.read(room_id)
    house.dynamodb.update_item(
        TableName="posthouse-catalogue-changes",
        Key={"log": {"S": "catalogue"}, "number": {"N": "0"}},
        UpdateExpression="ADD #last :n",
        ExpressionAttributeNames={"#last": "last"},
        ExpressionAttributeValues={":n": {"N": str(REPLAYED + 1)}},
    )
    calls.clear()
    clock.sleep(1)
    assert reader.read(room_id).level == "l2"
    assert "Query" not in calls


def test_a_clock_that_goes_back_does_not_stop_the_looks_at_the_log(house: House, clock: Clock) -> None:
    room = house.room(price=100)
    house.settle()
    reader = RoomCache(clock)
    reader.read(room["room_id"])
    reprice(house, room, 200)
    house.settle()
    clock.sleep(-600)
    assert seen(reader.read(room["room_id"])) == (200, "l2")


def test_refreshers_that_meet_at_the_log_try_again(house: House, before_commit: Arrange) -> None:
    one, two = house.room(), house.room()
    messages = broadcasts(house)
    before_commit(lambda: house.feed("refresh_room_view", messages[2:]))
    assert house.feed("refresh_room_view", messages[:2]) == []
    assert log_rows(house) == list(range(1, len(messages) + 1))
    assert {row["room_id"]["S"] for row in house.rows("room-views")} == {one["room_id"], two["room_id"]}


def test_a_read_model_that_was_lost_is_built_anew(house: House) -> None:
    rooms = [house.room(), house.room()]
    house.settle()
    before = house.rows("room-views"), house.rows("hotel-summaries")
    for room in rooms:
        forget_view(house, room["room_id"])
        house.dynamodb.delete_item(TableName="posthouse-hotel-summaries", Key=summary_key(house, room["hotel_id"]))
    assert house.invoke("rebuild_views", {}) == {"outcome": "rebuilt", "hotels": 2, "next": None}
    assert (house.rows("room-views"), house.rows("hotel-summaries")) == before


def summary_key(house: House, hotel_id: str) -> dict[str, Any]:
    [row] = [row for row in house.rows("hotel-summaries") if row["hotel_id"]["S"] == hotel_id]
    return {"shard": row["shard"], "hotel_id": row["hotel_id"]}


# ---------------------------------------------------------------- over HTTP


def test_the_answer_says_where_it_came_from_and_can_be_asked_about_again(house: House) -> None:
    room = house.room(price=100)
    path = f"/api/rooms/{room['room_id']}"
    first = house.send("GET", path)
    assert first.must(200)["units"] == room["units"]
    assert first.body["hotel"]["name"] == "驿站 Test"
    levels = [house.send("GET", path).headers["X-Cache"] for _ in range(2)]
    assert (first.headers["X-Cache"], levels) == ("source", ["l1", "l1"])
    tag = first.headers["ETag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = house.send("GET", path, If_None_Match=header)
        assert (again.status, again.raw, again.headers["ETag"]) == (304, "", tag)
    assert house.send("GET", path, If_None_Match='"other"').status == 200
    reprice(house, room, 200)
    house.settle()
    house.forget_caches()
    changed = house.send("GET", path, If_None_Match=tag)
    assert (changed.must(200)["price"], changed.headers["ETag"] == tag) == (200, False)
    assert house.send("PUT", f"/api/staff/rooms/{room['room_id']}", changed.body, house.admin).must(200)["version"] == 3


def test_a_missing_room_is_not_found(house: House) -> None:
    levels = itertools.repeat("/api/rooms/R-unknown", 2)
    found = [house.send("GET", path) for path in levels]
    assert [reply.refused(404, "not_found") and reply.headers["X-Cache"] for reply in found] == ["source", "l1"]


def test_a_message_that_is_no_event_is_reported(house: House) -> None:
    broken = json.dumps({"aggregate_id": "H", "type": "room.changed"})
    assert house.feed("refresh_room_view", [broken]) == [{"itemIdentifier": "0"}]
