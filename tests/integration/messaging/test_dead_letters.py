"""Dead letters: staff see them without guests' data, and redrive them once they can be processed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from posthouse.clients import aws
from posthouse.domain.dead_letter import DEAD_LETTERS, Healing
from posthouse.domain.event import Event, EventType
from posthouse.domain.identity import Role
from posthouse.services.messaging import dead_letters
from posthouse.store import outbox
from tests.integration.house import NOW, House
from tests.support.clock import clock_at

PHONE = "13912345678"


def url(house: House, name: str) -> str:
    found: str = house.sqs.get_queue_url(QueueName=f"posthouse-{name}")["QueueUrl"]
    return found


def put(house: House, queue: str, *bodies: str, **more: Any) -> None:
    for body in bodies:
        house.sqs.send_message(QueueUrl=url(house, queue), MessageBody=body, **more)


def take(house: House, queue: str) -> list[dict[str, Any]]:
    """Take all messages of a queue."""
    found: list[dict[str, Any]] = []
    while messages := house.sqs.receive_message(
        QueueUrl=url(house, queue), MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
    ).get("Messages"):
        found += messages
    return found


def paid(number: int) -> str:
    payload = {"order_no": f"B-{number}", "payment_id": f"P-{number}", "phone_number": PHONE}
    return Event(EventType.PAYMENT_SUCCEEDED, f"P-{number}", 1, NOW, payload, f"c-{number}").to_json()


def shown(house: House) -> dict[str, dict[str, Any]]:
    items = house.send("GET", "/api/staff/dead-letters", token=house.admin).must(200)["items"]
    return {item["queue"]: item for item in items}


def redrive(house: House, queue: str) -> dict[str, Any]:
    path = f"/api/staff/dead-letters/{queue}/redrive"
    answer: dict[str, Any] = house.send("POST", path, token=house.admin).must(200)
    assert answer.pop("queue") == queue
    return answer


def test_an_empty_house_shows_every_queue(house: House) -> None:
    found = shown(house)
    assert set(found) == {one.queue for one in DEAD_LETTERS}
    assert all((item["waiting"], item["sample"]) == (0, []) for item in found.values())
    assert redrive(house, "points") == {"moved": 0, "kept": 0, "more": False}


def test_each_queue_gets_its_own_letters_back(house: House) -> None:
    for one in DEAD_LETTERS:
        if one.healing is Healing.QUEUE:
            put(
                house,
                one.name,
                paid(1),
                **({"MessageGroupId": "B-1", "MessageDeduplicationId": "1"} if one.fifo else {}),
            )
            assert len(shown(house)[one.queue]["sample"]) == 1
            assert redrive(house, one.queue) == {"moved": 1, "kept": 0, "more": False}
            assert [message["Body"] for message in take(house, one.source)] == [paid(1)]
            assert take(house, one.name) == []


def test_a_sample_names_order_and_tries_and_nobody(house: House) -> None:
    lost = Event(EventType.PAYMENT_SUCCEEDED, "P-1", 1, NOW, {"order_no": "B-1", "payment_id": "P-1"}, "c")
    for _ in range(3):
        house.feed("mark_booking_paid", [lost.to_json()])
    put(house, "paid-bookings-dead-letters", *(paid(number) for number in range(1, 9)))

    text = json.dumps(shown(house))
    item = shown(house)["paid-bookings"]

    assert PHONE not in text
    assert (item["waiting"], item["consumer"], len(item["sample"])) == (8, "mark_booking_paid", dead_letters.SAMPLE)
    by_order = {letter["order_no"]: letter for letter in item["sample"]}
    assert by_order["B-1"]["tries"] == 3
    assert (by_order["B-1"]["event_type"], by_order["B-1"]["event_id"]) == ("payment.succeeded", "P-1.1")
    assert by_order["B-1"]["sent_at"].endswith("Z")
    # Looking at the messages does not hide them from the next reader.
    assert len(take(house, "paid-bookings-dead-letters")) == 8


def test_a_redrive_goes_so_far_and_the_next_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "AT_MOST", 12)
    bodies = [paid(number) for number in range(30)]
    kind = {"type": {"DataType": "String", "StringValue": "payment.succeeded"}}
    put(house, "points-dead-letters", *bodies, MessageAttributes=kind)

    answers = [redrive(house, "points") for _ in range(3)]

    assert answers == [
        {"moved": 12, "kept": 0, "more": True},
        {"moved": 12, "kept": 0, "more": True},
        {"moved": 6, "kept": 0, "more": False},
    ]
    moved = take(house, "points")
    assert sorted(message["Body"] for message in moved) == sorted(bodies)
    assert {message["MessageAttributes"]["type"]["StringValue"] for message in moved} == {"payment.succeeded"}
    assert shown(house)["points"]["waiting"] == 0


def test_a_notice_goes_back_in_its_group_and_is_not_swallowed(house: House) -> None:
    body = Event(EventType.BOOKING_CREATED, "B-1", 1, NOW, {"order_no": "B-1"}, "c").to_json()
    same = {"MessageGroupId": "B-1", "MessageDeduplicationId": "B-1.1"}
    put(house, "notifications.fifo", body, **same)
    assert len(house.messages("NotificationsQueue")) == 1
    put(house, "notifications-dead-letters.fifo", body, **same)

    assert redrive(house, "notifications") == {"moved": 1, "kept": 0, "more": False}

    [message] = take(house, "notifications.fifo")
    assert message["Body"] == body
    assert message["Attributes"]["MessageGroupId"] == "B-1"
    assert message["Attributes"]["MessageDeduplicationId"] != "B-1.1"


def test_what_the_queue_does_not_take_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    put(house, "points-dead-letters", paid(1), paid(2))
    sqs = aws.sqs()
    send = sqs.send_message_batch

    def take_one(*, Entries: list[Any], **more: Any) -> Any:  # noqa: N803 - as AWS names it
        return send(Entries=Entries[:1], **more) | {"Failed": [{"Id": "1", "Code": "InternalError"}]}

    monkeypatch.setattr(sqs, "send_message_batch", take_one)

    assert redrive(house, "points") == {"moved": 1, "kept": 1, "more": False}
    assert len(take(house, "points")) == 1
    assert shown(house)["points"]["waiting"] == 1


def test_an_event_that_was_put_aside_is_relayed_once_it_can_be_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.template()
    token = house.guest()
    records = list(house.records())
    to_event = outbox.OutboxRow.to_event

    def unreadable(_row: outbox.OutboxRow) -> Event:
        raise ValueError

    monkeypatch.setattr(outbox.OutboxRow, "to_event", unreadable)
    assert house.invoke("relay_outbox", {"Records": records}) == {"relayed": 0}
    [letter] = shown(house)["relay"]["sample"]
    assert letter["event_type"] == "guest.first_login"
    assert redrive(house, "relay") == {"moved": 0, "kept": 1, "more": False}
    assert shown(house)["relay"]["waiting"] == 1

    monkeypatch.setattr(outbox.OutboxRow, "to_event", to_event)
    assert house.invoke("sweep_due", {})["swept"] == 0
    with clock_at(NOW + timedelta(seconds=dead_letters.HIDDEN_SECONDS + 1)):
        assert redrive(house, "relay") == {"moved": 1, "kept": 0, "more": False}
        assert house.invoke("sweep_due", {})["swept"] == 1
    house.drain("grant_welcome_coupon")
    assert len(house.coupons(token)) == 1


def test_a_batch_that_the_stream_gave_up_is_in_the_sweepers_sight(house: House) -> None:
    place = {"shardId": "s", "startSequenceNumber": "7", "endSequenceNumber": "9", "streamArn": "a", "batchSize": 3}
    put(house, "relay-dead-letters", json.dumps({"DDBStreamBatchInfo": place}), "no JSON at all")

    ids = {(it["event_type"], it["event_id"]) for it in shown(house)["relay"]["sample"]}
    assert ids == {("stream batch", "7"), (None, None)}
    assert redrive(house, "relay") == {"moved": 1, "kept": 1, "more": False}


ODD: dict[str, Any] = {
    "nothing": "",
    "a sequence that is no number": {"sequence": "x"},
    "a payload that is no object": {"payload": ["order_no"]},
    "an order that is no text": {"payload": {"order_no": 5}},
    "an id that is no text": {"aggregate_id": {"S": PHONE}},
    "an id that is no id": {"aggregate_id": "\ud800" * 3000},
    "no end": "[" * 5000,
}


@pytest.mark.parametrize("case", ODD)
def test_one_odd_letter_hides_no_other(house: House, case: str) -> None:
    odd = ODD[case]
    put(house, "points-dead-letters", paid(1))
    put(house, "points-dead-letters", json.dumps(json.loads(paid(2)) | odd) if isinstance(odd, dict) else odd or "{}")
    sample = shown(house)["points"]["sample"]
    assert len(sample) == 2
    assert "B-1" in {letter["order_no"] for letter in sample}
    assert PHONE not in str(sample)
    assert redrive(house, "points") == {"moved": 2, "kept": 0, "more": False}


def test_a_run_of_a_schedule_is_dropped_as_the_next_one_does_its_work(house: House) -> None:
    run = {"id": "e-1", "detail-type": "Scheduled Event", "source": "aws.events", "resources": ["rule/sweep"]}
    put(house, "scheduled-runs-dead-letters", json.dumps(run))

    [letter] = shown(house)["scheduled-runs"]["sample"]
    assert (letter["event_type"], letter["event_id"]) == ("Scheduled Event", "e-1")
    assert redrive(house, "scheduled-runs") == {"moved": 1, "kept": 0, "more": False}
    assert shown(house)["scheduled-runs"]["waiting"] == 0


def test_who_asked_for_a_redrive_is_on_record(house: House) -> None:
    redrive(house, "points")
    [row] = [it for it in house.rows("audit") if it["action"]["S"] == "redrive_dead_letters"]
    assert (row["target"]["S"], row["actor"]["S"]) == ("points", "admin")


def test_only_admin_sees_and_redrives_and_only_what_there_is(house: House) -> None:
    desk = house.token(Role.STAFF)
    house.send("GET", "/api/staff/dead-letters", token=desk).refused(403, "forbidden")
    house.send("POST", "/api/staff/dead-letters/points/redrive", token=desk).refused(403, "forbidden")
    house.send("POST", "/api/staff/dead-letters/nothing/redrive", token=house.admin).refused(404, "not_found")
