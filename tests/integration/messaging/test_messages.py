"""The outbox, the relay, the inbox, the sweeper, and the order of notices."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from posthouse.domain.event import Event, EventType, hearer
from posthouse.domain.identity import Role
from posthouse.entry import secrets
from posthouse.store import connection
from posthouse.store.bookings import BookingRow
from posthouse.store.guests import GuestRow
from posthouse.store.outbox import OutboxRow
from tests.integration.deliveries import EVERY_CONSUMER
from tests.integration.house import NOW, TODAY, House
from tests.integration.ledgers import every
from tests.integration.paid_stay import PRICE, reserved
from tests.support.clock import clock_at

PHONES = (f"139{number:08d}" for number in itertools.count(50))


def notes(house: House, token: str) -> list[tuple[str, str]]:
    items = house.send("GET", "/api/me/notifications", token=token).must(200)["items"]
    return [(note["kind"], note["status"]) for note in reversed(items)]


def told(house: House, openid: str) -> list[str]:
    return [m["kind"] for m in house.simulate("GET", f"/simulator/messages?openid={openid}")["items"]]


def book(house: House, **guest: Any) -> tuple[str, str, str]:
    """A guest who has booked: token, openid and order number."""
    # The simulator lives longer than a test and keeps its guests, so each test uses a guest of its own.
    codes = house.codes(next(PHONES), **guest)
    token = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]}).must(201)["access_token"]
    order_no = house.book(token, house.wish(house.room())).must(201)["order_no"]
    return token, codes["openid"], order_no


def test_the_relay_marks_what_it_sent_and_repeats_do_no_harm(house: House) -> None:
    house.template()
    token = house.guest()
    records = list(house.records())
    assert house.relay() == 1
    assert list(house.records()) == []
    house.invoke("relay_outbox", {"Records": records})
    assert house.drain("grant_welcome_coupon") == []
    assert len(house.coupons(token)) == 1
    [row] = house.rows("inbox")
    assert (row["state"]["S"], row["tries"]["N"]) == ("done", "1")


def test_the_sweeper_sends_what_the_stream_lost(house: House) -> None:
    house.template()
    token = house.guest()
    assert house.invoke("sweep_due", {})["swept"] == 0
    with clock_at(NOW + timedelta(seconds=62)):
        assert house.invoke("sweep_due", {})["swept"] == 1
        assert house.invoke("sweep_due", {})["swept"] == 0
    house.drain("grant_welcome_coupon")
    assert len(house.coupons(token)) == 1


def test_the_sweeper_tells_of_a_changed_catalogue_too(house: House) -> None:
    """What tells of the catalogue goes to a topic of its own, which the sweeper must be allowed to publish to."""
    hotel = house.hotel()
    with clock_at(NOW + timedelta(seconds=62)):
        assert house.invoke("sweep_due", {})["swept"] == 1
    [body] = house.messages("CatalogueChangesQueue")
    assert json.loads(body)["aggregate_id"] == hotel["hotel_id"]


def test_what_can_never_be_relayed_is_put_aside(house: House) -> None:
    house.guest()
    poison = {"eventName": "INSERT", "dynamodb": {"NewImage": {"aggregate_id": {"S": "x"}, "type": {"S": "unheard"}}}}
    records = [poison, *house.records()]
    assert house.invoke("relay_outbox", {"Records": records}) == {"relayed": 1}
    found = house.sqs.receive_message(QueueUrl=house._refs["RelayDeadLetters"])
    assert "unheard" in found["Messages"][0]["Body"]


def test_a_failing_consumer_reports_its_message_and_the_inbox_counts(house: House) -> None:
    house.template()
    house.guest()
    house.relay()
    lost = Event(EventType.PAYMENT_SUCCEEDED, "P-1", 1, NOW, {"order_no": "B-unknown", "payment_id": "P-1"}, "c")
    for tries in ("1", "2"):
        assert house.feed("mark_booking_paid", [lost.to_json()]) == [{"itemIdentifier": "0"}]
        [row] = [row for row in house.rows("inbox") if row["consumer"]["S"] == "mark_booking_paid"]
        assert (row["state"]["S"], row["tries"]["N"]) == ("failed", tries)
    assert "CannotSettle" in row["error"]["S"]


def test_a_bad_message_does_not_hold_back_the_good_one(house: House) -> None:
    house.template()
    token = house.guest()
    user_id = house.rows("guests")[0]["user_id"]["S"]
    good = Event(EventType.GUEST_FIRST_LOGIN, user_id, 1, NOW, {"user_id": user_id}, "c")
    broken = good.to_json().replace("guest.first_login", "unheard.of")
    assert house.feed("grant_welcome_coupon", [broken, good.to_json()]) == [{"itemIdentifier": "0"}]
    assert len(house.coupons(token)) == 1


@pytest.mark.parametrize("step", EVERY_CONSUMER)
def test_an_event_that_is_not_for_a_consumer_is_passed_over(
    house: House, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    """SNS applies a changed filter only after some minutes."""
    # Given events of every type, about orders of every kind, which look like those that the consumer processes
    house.template()
    _, _, order_no = book(house)
    [guest] = house.rows("guests")
    created = next(row.to_event() for row in every(OutboxRow) if row.aggregate_id == order_no)
    facts = {
        **created.payload,
        "user_id": guest["user_id"]["S"],
        "payment_id": "P1",
        "hotel_id": "H1",
        "room_id": "R1",
        "sale_id": "FS1",
    }
    mine = hearer(step)
    strange = [
        Event(kind, guest["user_id"]["S"], 9, NOW, {**facts, "order_no": number}, "c")
        for kind in EventType
        for number in (order_no, "S01", "F01", None)
        if not mine.hears(kind, number or "")
    ]
    assert len(strange) > len(EventType)
    before = house.contents()
    caplog.clear()
    # When they come in spite of the filter
    assert house.feed(step, [event.to_json() for event in strange]) == []
    # Then nothing changes, and the log says so
    assert house.contents() == before
    said = [it.message for it in caplog.records if it.levelname == "WARNING"]
    assert said == ["skipped an event that is not for this consumer"] * len(strange)


def conflicts(times: int) -> Any:
    """Raise TransactionConflict so many times, which local clouds never do by themselves."""
    left = [times]

    def inject(model: Any, **_: Any) -> Any:
        if model.name == "TransactWriteItems" and left[0]:
            left[0] -= 1
            error = {"Code": "TransactionCanceledException", "Message": "conflict"}
            reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}]
            raise ClientError({"Error": error, "CancellationReasons": reasons}, model.name)
        return None

    return inject


def test_a_conflict_is_retried_and_never_a_false_sold_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posthouse.store.transaction.time.sleep", lambda _: None)
    token, room = house.guest(), house.room(units=1)
    events = connection.dynamodb().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", conflicts(3), unique_id="conflict")
    house.book(token, house.wish(room)).must(201)
    events.unregister("before-call.dynamodb.TransactWriteItems", unique_id="conflict")
    room = house.room(units=1)
    events.register("before-call.dynamodb.TransactWriteItems", conflicts(100), unique_id="conflict")
    answer = house.book(token, house.wish(room), key="key-2")
    events.unregister("before-call.dynamodb.TransactWriteItems", unique_id="conflict")
    answer.refused(503, "busy")
    assert house.sold(room, 1) == [0]


def test_all_models_share_one_client(house: House) -> None:
    house.book(house.guest(), house.wish(house.room())).must(201)
    clients = {id(model._get_connection().connection.client) for model in (BookingRow, GuestRow)}
    assert clients == {id(connection.dynamodb())}


def test_notices_go_out_in_order_and_once(house: House) -> None:
    token, openid, order_no = book(house)
    house.pay(token, order_no)
    house.settle()
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=house.admin).must(200)
    house.invoke("finish_booking", {"order_no": order_no, "actor": "admin", "correlation_id": ""})
    house.settle()
    kinds = ["wait_for_payment", "paid", "checked_in", "finished"]
    assert told(house, openid) == kinds
    assert notes(house, token) == [(kind, "sent") for kind in kinds]
    events = [row for row in house.rows("outbox") if row["aggregate_id"]["S"] == order_no]
    repeated = [
        json.dumps(
            {
                "type": row["type"]["S"],
                "aggregate_id": order_no,
                "sequence": int(row["sequence"]["N"]),
                "occurred_at": row["occurred_at"]["S"],
                "correlation_id": "again",
                "payload": json.loads(row["payload"]["S"]),
            }
        )
        for row in events
    ]
    assert house.feed("send_notice", repeated) == []
    assert told(house, openid) == kinds


def test_a_guest_without_credit_is_recorded_and_blocks_nothing(house: House) -> None:
    token, openid, order_no = book(house, credits={"paid": 1})
    house.pay(token, order_no)
    house.settle()
    assert notes(house, token) == [("wait_for_payment", "refused"), ("paid", "sent")]
    assert told(house, openid) == ["paid"]


def test_a_fault_is_tried_again_in_its_place(house: House) -> None:
    token, openid, _ = book(house)
    house.simulate("POST", "/simulator/faults", {"api": "subscribe_send", "errcode": 45011, "times": 1})
    house.relay()
    [failure] = house.drain("send_notice")
    assert failure
    assert notes(house, token) == [("wait_for_payment", "failed")]
    [row] = [row for row in house.rows("outbox") if row["type"]["S"] == "booking.created"]
    house.invoke("relay_outbox", {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": row}}]})
    event = Event(EventType.BOOKING_CREATED, row["aggregate_id"]["S"], 1, NOW, json.loads(row["payload"]["S"]), "c")
    assert house.feed("send_notice", [event.to_json()]) == []
    assert notes(house, token) == [("wait_for_payment", "sent")]
    assert told(house, openid) == ["wait_for_payment"]


def test_an_expired_access_token_is_replaced_once(house: House) -> None:
    token, openid, order_no = book(house)
    house.settle()
    house.simulate("POST", "/simulator/access-token-expiry")
    house.pay(token, order_no)
    house.settle()
    assert told(house, openid) == ["wait_for_payment", "paid"]
    assert len(house.rows("wechat-tokens")) == 1


def test_a_try_that_broke_off_is_unknown_and_not_sent_again(house: House) -> None:
    token, openid, order_no = book(house)
    row = {
        "order_no": {"S": order_no},
        "sequence": {"N": "1"},
        "user_id": {"S": house.user_id(openid)},
        "kind": {"S": "wait_for_payment"},
        "status": {"S": "sending"},
        "at": {"S": NOW.isoformat(timespec="microseconds")},
        "position": {"S": "x"},
    }
    house.dynamodb.put_item(TableName="posthouse-notifications", Item=row)
    house.settle()
    assert notes(house, token) == [("wait_for_payment", "unknown")]
    assert told(house, openid) == []


def test_an_older_event_that_comes_late_is_superseded(house: House) -> None:
    token, openid, order_no = book(house)
    house.pay(token, order_no)
    payload = json.loads(next(r for r in house.rows("outbox") if r["type"]["S"] == "booking.created")["payload"]["S"])
    late = Event(EventType.BOOKING_CREATED, order_no, 1, NOW, payload, "c")
    newer = Event(EventType.BOOKING_PAID, order_no, 2, NOW, payload, "c")
    assert house.feed("send_notice", [newer.to_json()]) == []
    assert house.feed("send_notice", [late.to_json()]) == []
    assert told(house, openid) == ["paid"]
    assert ("wait_for_payment", "superseded") in notes(house, token)


def test_a_guest_is_told_that_a_room_is_held_and_of_changes(house: House) -> None:
    codes = house.codes(next(PHONES))
    token = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]}).must(201)["access_token"]
    stay = reserved(house, hold_until=NOW + timedelta(hours=6), begin=0, token=token)
    house.settle()
    assert told(house, codes["openid"])[-1] == "reserved"
    # Each of two changes is told of, as the stay is after it.
    for nights in (3, 4):
        wish = {"check_out": str(TODAY + timedelta(days=nights)), "reason": "Called us"}
        stay.staff("changes", wish).must(200)
        house.settle()
    messages = house.simulate("GET", f"/simulator/messages?openid={codes['openid']}")["items"]
    assert [it["kind"] for it in messages[-3:]] == ["reserved", "changed", "changed"]
    fields = {name: field["value"] for name, field in messages[-1]["data"].items()}
    last = TODAY + timedelta(days=4)
    assert (fields["time4"], fields["amount5"]) == (f"{last:%Y年%m月%d日}", f"¥{4 * PRICE / 100:.2f}")
    # A change that is told of late is not: the guest knows a newer state.
    rows = sorted((int(it["sequence"]["N"]), it) for it in house.rows("outbox") if it["type"]["S"] == "booking.changed")
    house.dynamodb.delete_item(
        TableName="posthouse-notifications",
        Key={"order_no": {"S": stay.order_no}, "sequence": {"N": str(rows[0][0])}},
    )
    event = next(it.to_event() for it in every(OutboxRow) if it.sequence == rows[0][0] and "changed" in it.type)
    assert house.feed("send_notice", [event.to_json()]) == []
    assert ("changed", "superseded") in notes(house, token)


def test_a_stay_of_nobody_is_told_to_nobody(house: House) -> None:
    """Staff booked it for a caller. Nothing is queued: no function starts, and nothing can fail."""
    room = house.room()
    wish = {**house.wish(room), "phone_number": next(PHONES), "source": "phone", "hold_until": "2026-11-21T12:00:00Z"}
    made = house.send("POST", "/api/staff/bookings", wish, house.admin, Idempotency_Key="call-1").must(201)
    house.relay()
    cancel = {"reason": "Called us"}
    path = f"/api/staff/bookings/{made['order_no']}/cancellation"
    house.send("POST", path, cancel, house.admin, Idempotency_Key="call-2").must(200)
    house.relay()
    assert house.messages("NotificationsQueue") == []
    shown = house.send("GET", f"/api/staff/orders/{made['order_no']}/messages", token=house.admin).must(200)["items"]
    assert "send_notice" not in {it["consumer"] for message in shown for it in message["consumers"]}


def test_a_kind_without_a_template_is_recorded_and_holds_back_nothing(house: House) -> None:
    """The secret of a deployment may be older than the kind."""
    secret = json.loads(house.config.secret_json())
    del secret["notification_templates"]["reserved"], secret["notification_templates"]["changed"]
    boto3.client("secretsmanager").put_secret_value(
        SecretId=house._refs["WechatSecret"], SecretString=json.dumps(secret)
    )
    secrets.forget_secrets()
    codes = house.codes(next(PHONES))
    token = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]}).must(201)["access_token"]
    stay = reserved(house, hold_until=NOW + timedelta(hours=6), begin=0, token=token)
    house.settle()
    stay.staff("check-in").must(200)
    house.settle()
    assert told(house, codes["openid"])[-1] == "checked_in"
    items = house.send("GET", f"/api/staff/orders/{stay.order_no}/notifications", token=house.admin).must(200)["items"]
    [held] = [it for it in items if it["kind"] == "reserved"]
    assert (held["status"], held["reason"]) == ("refused", "no_template")


def busy(operation: str, code: str, times: int) -> Any:
    """Let an operation fail with an error so many times."""
    left = [times]

    def inject(model: Any, **_: Any) -> None:
        if model.name == operation and left[0]:
            left[0] -= 1
            raise ClientError({"Error": {"Code": code, "Message": "injected"}}, operation)

    return inject


@pytest.mark.parametrize(
    ("operation", "code", "times", "status"),
    [
        ("UpdateItem", "TransactionConflictException", 2, 201),
        ("UpdateItem", "TransactionConflictException", 100, 503),
        ("GetItem", "ProvisionedThroughputExceededException", 100, 503),
        ("GetItem", "ValidationException", 1, 500),
    ],
)
def test_single_calls_that_meet_a_busy_store(
    house: House, monkeypatch: pytest.MonkeyPatch, operation: str, code: str, times: int, status: int
) -> None:
    monkeypatch.setattr("posthouse.store.conditional.time.sleep", lambda _: None)
    codes = house.codes(next(PHONES))
    events = connection.dynamodb().meta.events
    events.register(f"before-call.dynamodb.{operation}", busy(operation, code, times), unique_id="busy")
    answer = house.send("POST", "/api/sessions", {"login_code": codes["login_code"]})
    events.unregister(f"before-call.dynamodb.{operation}", unique_id="busy")
    assert answer.status == status


def test_an_unreadable_row_neither_stops_the_sweeper_nor_waits_for_ever(house: House) -> None:
    house.template()
    token = house.guest()
    [good] = house.rows("outbox")
    bad = {**good, "aggregate_id": {"S": "A-0"}, "type": {"S": "unheard.of"}}
    house.dynamodb.put_item(TableName="posthouse-outbox", Item=bad)
    with clock_at(NOW + timedelta(seconds=62)):
        assert house.invoke("sweep_due", {})["swept"] == 1
    house.drain("grant_welcome_coupon")
    assert len(house.coupons(token)) == 1
    keys = {"aggregate_id": bad["aggregate_id"], "sequence": bad["sequence"]}
    record = {"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": bad}}
    assert house.invoke("relay_outbox", {"Records": [record]}) == {"relayed": 0}
    assert list(house.records()) == []


@pytest.mark.parametrize("failing", ["stable_token", "guests"])
def test_a_fault_before_the_send_is_tried_again(house: House, failing: str) -> None:
    token, openid, _ = book(house)
    house.relay()
    events = connection.dynamodb().meta.events
    if failing == "stable_token":
        house.simulate("POST", "/simulator/faults", {"api": "stable_token", "http_status": 500, "times": 1})
    else:
        fault = busy("GetItem", "InternalServerError", 1)
        events.register("before-call.dynamodb.GetItem", fault, unique_id="fault")
    assert house.drain("send_notice")
    events.unregister("before-call.dynamodb.GetItem", unique_id="fault")
    [row] = [row for row in house.rows("outbox") if row["type"]["S"] == "booking.created"]
    event = Event(EventType.BOOKING_CREATED, row["aggregate_id"]["S"], 1, NOW, json.loads(row["payload"]["S"]), "c")
    assert house.feed("send_notice", [event.to_json()]) == []
    assert notes(house, token) == [("wait_for_payment", "sent")]
    assert told(house, openid) == ["wait_for_payment"]


def test_a_login_is_told_of_only_where_that_is_switched_on(house: House) -> None:
    phone = next(PHONES)
    openid = house.codes(phone)["openid"]
    for switch, expected in (("off", []), ("on", ["login"]), ("on", ["login", "login"])):
        house._refs["LoginNotices"] = switch
        session = house.log_in(phone)
        house.settle()
        told = house.simulate("GET", f"/simulator/messages?openid={openid}")["items"]
        assert [message["kind"] for message in told] == expected
        templates = house.send("GET", "/api/notification-templates").must(200)
        assert ("login" in templates) == (switch == "on")
    mine = house.send("GET", "/api/me/notifications", token=session["access_token"]).must(200)["items"]
    assert [(notice["kind"], notice["order_no"]) for notice in mine] == [("login", None)] * 2


def test_a_first_login_is_told_of_by_its_coupon_also_where_notices_are_on(house: House) -> None:
    house._refs["LoginNotices"] = "on"
    phone = next(PHONES)
    first = house.log_in(phone)
    house.settle()
    house.send("DELETE", f"/api/staff/users/{phone}/first-login", token=house.admin).must(204)
    again = house.log_in(phone)
    assert (first["is_first_login"], again["is_first_login"]) == (True, True)
    assert house.log_in(phone)["is_first_login"] is False
    types = sorted(row["type"]["S"] for row in house.rows("outbox"))
    assert types == ["guest.first_login", "guest.first_login", "guest.logged_in"]


def test_staff_see_every_attempt_to_tell_of_an_order(house: House) -> None:
    _, _, order_no = book(house)
    house.settle()
    path = f"/api/staff/orders/{order_no}/notifications"
    [attempt] = house.send("GET", path, token=house.admin).must(200)["items"]
    assert (attempt["kind"], attempt["status"], attempt["detail"]) == ("wait_for_payment", "sent", None)
    house.send("GET", path, token=house.token(Role.STAFF, "H-other")).refused(404, "not_found")
