"""Dead letters on the deployed template: real queues, and roles that allow only what a redrive needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posthouse.domain.dead_letter import DEAD_LETTERS, Healing
from tests.e2e.world import World, until

pytestmark = pytest.mark.e2e


def letters(world: World) -> dict[str, dict[str, Any]]:
    return {item["queue"]: item for item in world.admin.get("/api/staff/dead-letters")["items"]}


def redrive(world: World, queue: str) -> dict[str, Any]:
    answer: dict[str, Any] = world.admin.send("POST", f"/api/staff/dead-letters/{queue}/redrive").must(200)
    return answer


def url(world: World, name: str) -> str:
    found: str = world.cloud.client("sqs").get_queue_url(QueueName=f"{world.cloud.stack_name}-{name}")["QueueUrl"]
    return found


def test_a_payment_that_lay_in_the_dead_letters_is_settled_after_a_redrive(world: World) -> None:
    guest, sqs, awslambda = world.guest(), world.cloud.client("sqs"), world.cloud.client("lambda")
    order_no = world.book(guest, world.wish(world.room(1)["room_id"])).must(201)["order_no"]
    [mapping] = awslambda.list_event_source_mappings(FunctionName=world.function("MarkBookingPaid"))[
        "EventSourceMappings"
    ]
    awslambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        world.pay(guest, order_no)
        source, dead = url(world, "paid-bookings"), url(world, "paid-bookings-dead-letters")
        [message] = until(
            lambda: sqs.receive_message(QueueUrl=source, MessageAttributeNames=["All"]).get("Messages", []), bool
        )
        sqs.send_message(QueueUrl=dead, MessageBody=message["Body"], MessageAttributes=message["MessageAttributes"])
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
    finally:
        awslambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    shown = letters(world)["paid-bookings"]
    assert (shown["waiting"], [it["order_no"] for it in shown["sample"]]) == (1, [order_no])
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "pending_payment"

    assert redrive(world, "paid-bookings") == {"queue": "paid-bookings", "moved": 1, "kept": 0, "more": False}

    world.wait_for(guest, order_no, "paid")
    assert letters(world)["paid-bookings"]["waiting"] == 0


@pytest.mark.long
def test_every_queue_can_be_seen_and_redriven(world: World) -> None:
    sqs = world.cloud.client("sqs")
    for one in DEAD_LETTERS:
        more = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if one.fifo else {}
        body = json.dumps({"DDBStreamBatchInfo": {"startSequenceNumber": "1"}})
        sqs.send_message(QueueUrl=url(world, one.name), MessageBody=body, **more)

    # Other tests may have left messages there.
    assert {queue for queue, item in letters(world).items() if item["waiting"]} == {it.queue for it in DEAD_LETTERS}

    for one in DEAD_LETTERS:
        assert redrive(world, one.queue)["moved"] >= 1, one
        if one.healing is Healing.QUEUE:  # no consumer can process it, so it would come back
            sqs.purge_queue(QueueUrl=url(world, one.source))
    assert {item["waiting"] for item in letters(world).values()} == {0}
