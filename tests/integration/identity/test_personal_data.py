"""Every step runs with a marked guest: each place that holds a mark is declared, and deletion treats it as declared.

Each scene of crash_scenes.py runs once, and a few more ways on top, until every text attribute of every table has been
filled. So a step, a table or an attribute that is added later is looked through too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest
from botocore.client import BaseClient
from moto.dynamodb.models import dynamodb_backends
from pynamodb.attributes import BooleanAttribute, NumberAttribute, TTLAttribute

from posthouse.domain.booking import FORGOTTEN_AFTER
from posthouse.domain.identity import Role
from posthouse.domain.personal_data import MESSAGES, Fact
from posthouse.entry import clock
from posthouse.services.front_desk.unclaimed_stays import forget_unclaimed
from posthouse.services.house import night_audit
from posthouse.services.identity.account_deletion import TOKENS_ARE_DEAD
from posthouse.store import booking_lists, night_audits
from posthouse.store.table import IntAttribute, TimeAttribute
from tests.integration.crash_scenes import LETTERS, SCENES
from tests.integration.crash_world import COMPANY, SHIPMENT, WHOM, World
from tests.integration.house import ACCOUNT, CONTEXT, NOW, House
from tests.integration.payments.test_payments import spoken_by_wechat
from tests.integration.planned_stay import make_plan
from tests.integration.standing import Simulator, house_on_moto
from tests.integration.test_crash_points import come_to_rest
from tests.support.clock import clock_at
from tests.support.personal_data import Place, declared, exported, models, table_of
from tests.support.template import ROOT, template

NICKNAME, ARRIVAL = "Countess", "18:47"
GONE = TOKENS_ARE_DEAD + timedelta(minutes=1)
QUEUES = [name for name, resource in template()["Resources"].items() if resource["Type"] == "AWS::SQS::Queue"]
NO_TEXT = (IntAttribute, BooleanAttribute, NumberAttribute, TimeAttribute, TTLAttribute)
NEVER_FILLED = {
    ("comparisons", "position"): "the key of a row of money-ledger",
    ("guests", "level"): "a level, like gold",
    ("rooms", "switches"): "dates from which a room type is sold in another way",
}
"""Attributes that no scene fills, and what they hold."""

Marks = dict[Fact, set[str]]


def found_in(value: object, marks: Marks) -> Iterator[Fact]:
    """The facts whose marks are in a value."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    yield from (fact for fact, values in marks.items() if any(mark in text for mark in values))


@dataclass
class Left:
    """What was seen while the guests were here, and what is left of it."""

    marks: Marks
    seen: set[Place] = field(default_factory=set)
    filled: set[tuple[str, str]] = field(default_factory=set)
    messages: list[dict[str, Any]] = field(default_factory=list)
    export: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    of_guest: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    after: dict[Place, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    known: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Look through every attribute of every row that is new or has changed."""
        for table, row in every_row():
            written = f"{table} {row}"
            if written not in self.known:
                self.known.add(written)
                self.filled |= {(table, attribute) for attribute in row}
                self.seen |= set(places(table, row, self.marks))


def every_row() -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, row) of all that is stored; the rows are moto's own."""
    for table, stored in dynamodb_backends[ACCOUNT]["us-east-1"].tables.items():
        yield from ((table.removeprefix("posthouse-"), it.to_json()["Attributes"]) for it in stored.all_items())


def places(table: str, row: dict[str, Any], marks: Marks) -> Iterator[Place]:
    """The places of a row that hold a mark."""
    for fact in found_in(row, marks):
        of_fact: Marks = {fact: marks[fact]}
        yield from ((table, name, fact) for name, value in row.items() if any(found_in(value, of_fact)))


@pytest.fixture(scope="module")
def left(simulator: Simulator) -> Iterator[Left]:
    """A house in which every step has run, and from which every guest has gone."""
    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        yield _lived_through(house, simulator, patch)


def _lived_through(house: House, simulator: Simulator, patch: pytest.MonkeyPatch) -> Left:
    left = Left(_mark_guests(house, patch))
    _listen(left, patch)
    house.log_in(nickname=NICKNAME)
    world = World(house, simulator)
    for scene in chain((it.arrange for it in SCENES.values()), MORE):
        come_to_rest(house)
        for queue in QUEUES:
            house.messages(queue)
        with clock_at(NOW):
            scene(world)()
        left.look()
    _export(world, left)
    _everybody_leaves(house)
    for table, row in every_row():
        for place in places(table, row, left.marks):
            left.after[place].append(row)
    return left


def _mark_guests(house: House, patch: pytest.MonkeyPatch) -> Marks:
    """Take down who logs in, and give every stay a name and a time of arrival that can be recognised."""
    marks: Marks = {
        "name": {WHOM["consignee"], "lovelace"},
        "nickname": {NICKNAME},
        "address": {WHOM["address"]},
        "time of arrival": {ARRIVAL},
        "tracking number": {SHIPMENT["tracking_no"]},
        "note": {"High floor"},
        "invoice title": {COMPANY["title"]},
        "tax number": {COMPANY["tax_number"]},
        "e-mail address": {COMPANY["email"]},
        "phone number": {WHOM["phone_number"], WHOM["phone_number"][::-1]},
        "openid": set(),
        "unionid": set(),
        "user id": set(),
    }
    codes, wish, rows = house.codes, house.wish, house.rows

    def noted(phone: str = "13900000001", **more: Any) -> dict[str, Any]:
        unionid = f"union-{phone.translate(LETTERS)}"  # so that it holds no other mark
        found = codes(phone, **{"unionid": unionid, **more})
        marks["unionid"].add(more.get("unionid", unionid))
        marks["phone number"] |= {phone, phone[::-1]}
        marks["openid"].add(found["openid"])
        marks["user id"] |= {house.user_id(found["openid"])} | {row["user_id"]["S"] for row in rows("guests")}
        return found

    def of_known(*args: Any, **more: Any) -> dict[str, Any]:
        return {**wish(*args, **more), "guest_name": WHOM["consignee"], "arrival_time": ARRIVAL}

    patch.setattr(house, "codes", noted)
    patch.setattr(house, "wish", of_known)
    patch.setitem(house._refs, "LoginNotices", "on")
    return marks


def _listen(left: Left, patch: pytest.MonkeyPatch) -> None:
    """Take down every message that is sent."""
    call = BaseClient._make_api_call

    def listening(client: BaseClient, operation: str, asked: dict[str, Any]) -> Any:
        entries = [asked, *asked.get("Entries", []), *asked.get("PublishBatchRequestEntries", [])]
        bodies = [it.get("MessageBody") or it.get("Message") for it in entries]
        left.messages.extend(json.loads(body) for body in bodies if body)
        return call(client, operation, asked)

    patch.setattr(BaseClient, "_make_api_call", listening)


# ---------------------------------------------------------------- what no scene does


def _with_coupon(world: World) -> Callable[[], Any]:
    [coupon_id] = world.fresh_coupon()
    return lambda: world.booked(coupon_id=coupon_id)


def _with_requests(world: World) -> Callable[[], Any]:
    return lambda: world.booked(requests="High floor, and quiet")


def _with_plan(world: World) -> Callable[[], Any]:
    plan = make_plan(world.house, world.room)
    return lambda: world.booked(rate_plan_id=plan["rate_plan_id"])


def _by_the_hour(world: World) -> Callable[[], Any]:
    hours = {"hours": 4, "from": "08:00", "to": "20:00"}
    return lambda: world.house.room(day_use=hours)


def _with_avatar(world: World) -> Callable[[], Any]:
    return lambda: world.house.hotel(avatar="https://example.com/a.jpg")


def _in_a_room_with_a_picture(world: World) -> Callable[[], Any]:
    wish = world.house.wish(world.house.room(images=["/images/a.svg"]))
    return lambda: world.guest("POST", "/bookings", wish).must(201)


def _paid_by_somebody_else(world: World) -> Callable[[], Any]:
    payment_id = world.guest("POST", f"/orders/{world.booked()}/payments").must(201)["payment_id"]
    said = {
        "appid": world.house.config.app_id,
        "mchid": world.house.config.merchant_id,
        "out_trade_no": payment_id,
        "transaction_id": "4200001",
        "trade_state": "SUCCESS",
        "success_time": "2026-11-21T12:00:00+08:00",
        "payer": {"openid": world.house.codes("13900000009")["openid"]},
        "amount": {"total": 60000, "currency": "CNY"},
    }
    return lambda: spoken_by_wechat(world.house, said)


def _order_nowhere(world: World) -> Callable[[], Any]:
    event = json.loads((ROOT / "events/bookings/mark_booking_paid.json").read_text())
    return lambda: world.house.invoke("mark_booking_paid", event)


def _notice_refused(world: World) -> Callable[[], Any]:
    token = world.house.log_in("13900000008", credits={})["access_token"]
    world.house.book(token, world.house.wish(world.room, begin=3), world.key()).must(201)
    return world.house.settle


def _shipping_refused(world: World) -> Callable[[], Any]:
    """WeChat does not know the payment of goods that were sent."""
    order_no = world.paid_goods()
    fault = {"api": "upload_shipping_info", "errcode": 10060031}
    world.house.simulate("POST", "/simulator/faults", fault)
    world.staff("POST", f"/orders/{order_no}/shipment", SHIPMENT).must(200)
    return world.house.settle


def _refund_failed(world: World) -> Callable[[], Any]:
    order_no = world.paid()
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise"}).must(202)
    world.house.settle()
    [refund] = world.house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]
    path = f"/simulator/refunds/{refund['out_refund_no']}"
    return lambda: world.house.simulate("POST", path, {"result": "abnormal"})


def _forgotten_in_part(world: World) -> Callable[[], Any]:
    token = world.house.guest("13900000007")
    world.house.send("DELETE", "/api/me", token=token).must(204)

    def forget() -> None:
        turns = iter([9000, 0] + [0] * 100)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: next(turns))
            world.house.invoke("erase_personal_data", {})

    return forget


def _back_again(world: World) -> Callable[[], Any]:
    return lambda: world.house.guest("13900000007")


def _refund_closed(world: World) -> Callable[[], Any]:
    world.closed_refund()
    return lambda: None


def _known_by_another_name(world: World) -> Callable[[], Any]:
    order_no = world.booked()
    world.house.relay()
    found = world.house.messages("BookingIndexQueue")

    def act() -> None:
        world.house.feed("index_booking", found)
        only = {"order_no": {"S": order_no}}
        changed = {":name": {"S": "Grace Hopper"}, ":phone": {"S": "+85261234567"}}
        change = "SET guest_name = :name, phone_number = :phone"
        world.house.dynamodb.update_item(
            TableName="posthouse-bookings",
            Key=only,
            UpdateExpression=change,
            ExpressionAttributeValues=changed,
        )
        world.house.feed("index_booking", found)

    return act


def _booked_by_staff(world: World) -> Callable[[], Any]:
    world.house.guest("13900000006")
    wish = world.house.wish(world.room, begin=3, source="walk_in", phone_number="13900000006")
    return lambda: world.staff("POST", "/bookings", wish, world.key()).must(201)


def _audited_in_part(world: World) -> Callable[[], Any]:
    """A night audit that has looked at one of two arrivals: its row keeps where it goes on."""
    hotel_id = world.room["hotel_id"]
    day = night_audits.next_date(hotel_id)
    assert day is not None
    other = {"guest_name": "Katherine Johnson", "phone_number": "+85298765432", "source": "agent"}
    for _ in range(2):
        wish = {**world.house.wish(world.room, begin=(day - NOW.date()).days), **other}
        world.staff("POST", "/bookings", wish, world.key()).must(201)

    def act() -> None:
        time_left = chain([True] * 4, repeat(False))
        with pytest.MonkeyPatch.context() as patch, clock_at(NOW + timedelta(days=9)):
            patch.setattr(night_audit, "PAGE", 1)
            run = night_audit.audit_overdue([hotel_id], lambda: next(time_left), clock.step("in-part"))
        assert (run.ended, run.fault) == (0, None)

    return act


def _claimed(world: World) -> Callable[[], Any]:
    return lambda: world.house.guest("13900000006")


MORE = (
    _booked_by_staff,
    _audited_in_part,
    _claimed,
    _known_by_another_name,
    _with_coupon,
    _with_requests,
    _with_plan,
    _by_the_hour,
    _with_avatar,
    _in_a_room_with_a_picture,
    _paid_by_somebody_else,
    _order_nowhere,
    _notice_refused,
    _shipping_refused,
    _refund_failed,
    _refund_closed,
    _forgotten_in_part,
    _back_again,
)

# ---------------------------------------------------------------- leaving


def _export(world: World, left: Left) -> None:
    cursor = ""
    while True:
        page = world.guest("GET", f"/me/data?limit=100{cursor}").must(200)
        for item in page["items"]:
            left.export[item["kind"]].append(item["data"])
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    own: Marks = {"user id": {world.user_id}}
    for table, row in every_row():
        if any(found_in(row, own)):
            left.of_guest[table].append(dict(row))


def _everybody_leaves(house: House) -> None:
    """End all that is open, delete every account, and let the work be done until nothing is left to do."""
    _set(house, "bookings", "order_no", status="finished")
    _set(house, "bookings", "order_no", charges=0)
    _set(house, "bookings", "order_no", paid=0)
    _set(house, "shop-orders", "order_no", status="received")
    _set(house, "payments", "payment_id", status="closed")
    _set(house, "guests", "user_id", balance=0)
    with clock_at(NOW + 2 * GONE):
        for row in house.rows("guests"):
            if "deleted_at" not in row:
                token = house.token(Role.GUEST, subject=row["user_id"]["S"])
                house.send("DELETE", "/api/me", token=token).must(204)
        _forget(house)
    with clock_at(NOW + 4 * GONE):
        _forget(house)
    assert [row for row in house.rows("guests") if "due_at" in row] == []
    with clock_at(NOW + FORGOTTEN_AFTER + timedelta(days=30)):
        # The sweeper forgets who was booked for, and never came to claim it.
        step = clock.step("sweep")
        forget_unclaimed(booking_lists.to_forget(step.now, 100), step)


def _set(house: House, table: str, key: str, **facts: Any) -> None:
    [(name, value)] = facts.items()
    for row in house.rows(table):
        house.dynamodb.update_item(
            TableName=f"posthouse-{table}",
            Key={key: row[key]},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"N" if isinstance(value, int) else "S": str(value)}},
        )


def _forget(house: House) -> None:
    while house.invoke("erase_personal_data", {})["forgotten"]:
        pass


# ---------------------------------------------------------------- what must hold


@pytest.mark.long
def test_the_scenes_fill_every_attribute_that_can_hold_text(left: Left) -> None:
    wanted = {
        (table_of(model), name)
        for model in models()
        for name, attribute in model.get_attributes().items()
        if not isinstance(attribute, NO_TEXT)
    }
    unseen = wanted - left.filled
    assert unseen == set(NEVER_FILLED), "give the step that fills it a scene: crash_scenes.py, or MORE here"


def test_every_place_that_holds_something_of_a_guest_is_declared(left: Left) -> None:
    undeclared = left.seen - set(declared())
    assert undeclared == set(), "say in the model's Meta what becomes of it when the guest deletes the account"
    assert set(declared()) - left.seen == set(), "declared, but no scene ever put it there"


def test_messages_hold_of_a_guest_what_is_declared(left: Left) -> None:
    found = {
        (name, fact) for body in left.messages for name, value in body.items() for fact in found_in(value, left.marks)
    }
    assert found == {(it.attribute, it.fact) for it in MESSAGES}


def test_what_is_declared_forgotten_is_gone_and_what_is_declared_kept_is_there(left: Left) -> None:
    fates = {place: it.fate for place, it in declared().items()}
    assert {place for place in left.after if fates[place] == "forgotten"} == set()
    assert {place for place, fate in fates.items() if fate != "forgotten"} - set(left.after) == set()


def test_what_is_declared_to_expire_has_its_time(left: Left) -> None:
    for place, it in declared().items():
        if it.fate == "expires":
            assert all("expires_at" in row for row in left.after[place]), place


@pytest.mark.parametrize("table", sorted(exported()))
def test_the_export_shows_what_is_declared_exported(left: Left, table: str) -> None:
    facts = {fact for place, _, fact in declared() if place == table and fact != "user id"}
    parts, whole = ([left.export[part] for part in names] for names in (exported()[table], left.export))
    for row in left.of_guest[table]:
        held = {mark for fact in facts for mark in left.marks[fact] if mark in str(row)}
        assert {mark for mark in held if mark not in str(whole)} == set(), row
        if held or not facts:
            assert any(key in str(parts) for key in keys_of(table, row)), row


def keys_of(table: str, row: dict[str, Any]) -> set[str]:
    """What a row of its own is found by, not what many share; the last part of a key that is put together."""
    attributes = [it for model in models() if table_of(model) == table for it in model.get_attributes().items()]
    ranges = {name for name, attribute in attributes if attribute.is_range_key}
    if not ranges or table == "notifications":  # a notice is shown by its order and its kind
        ranges |= {name for name, attribute in attributes if attribute.is_hash_key}
    names = ranges
    return {next(iter(row[name].values())).split("#")[-1] for name in names if len(names) == 1 or name != "user_id"}


def test_every_part_of_the_export_is_declared(left: Left) -> None:
    assert set(left.export) == {part for parts in exported().values() for part in parts}
