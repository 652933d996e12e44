"""After a day on a local cloud: finishes all open work, as schedules and operators would do."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from posthouse.domain.booking import BookingState
from posthouse.domain.dead_letter import DEAD_LETTERS
from posthouse.domain.payment import PaymentState
from posthouse.domain.refund import RefundState
from posthouse.domain.shop_order import ShopState
from posthouse.store.outbox import OutboxRow
from posthouse.store.payments import PaymentRow
from posthouse.store.refunds import RefundRow
from tests.e2e.patience import Patient
from tests.e2e.world import World
from tests.integration.ledgers import Books

OPEN_STAYS = {BookingState.PENDING_PAYMENT, BookingState.REFUNDING}
OPEN_GOODS = {ShopState.UNCONFIRMED, ShopState.PENDING_PAYMENT, ShopState.CANCELLING, ShopState.REFUNDING}
OPEN_REFUNDS = {RefundState.REQUESTED, RefundState.PROCESSING}
HURRIED = ("outbox", "payments", "refunds")
"""Tables whose rows wait for minutes until a schedule processes them: the cloud's clock cannot be moved."""

SCHEDULED = ("SweepDueFunction", "ReconcileOpenFunction")
_NUMBERS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


class Unsettled(AssertionError):
    """Work stays open, whatever schedules and operators do."""


class Settling:
    """Looks at a cloud's queues and tables, and finishes their open work."""

    def __init__(self, world: World, admin: Patient) -> None:
        self._cloud = world.cloud
        self._admin = admin
        self._functions = {name: world.function(name) for name in SCHEDULED}
        self._queues: dict[str, str] = {}
        for url in self._cloud.client("sqs").list_queues()["QueueUrls"]:
            self._queues[url.rsplit("/", 1)[1].removeprefix(f"{self._cloud.stack_name}-")] = url
        self.redriven: Counter[str] = Counter()
        self.swept: Counter[str] = Counter()
        self.checked_out_again: set[str] = set()

    def shorten_visibility(self, seconds: int) -> None:
        """Let failed messages come again after so many seconds instead of minutes."""
        for name, url in self._queues.items():
            if "dead-letters" not in name:
                self._cloud.client("sqs").set_queue_attributes(
                    QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)}
                )

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, given its full name."""
        pages = self._cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [row for page in pages for row in page["Items"]]

    def books(self) -> Books:
        return Books(self.rows)

    def settle(self, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> Books:
        """Finish all open work; returns the books.

        Raises Unsettled if for so many seconds nothing more gets done: a slow machine may take its time.
        ``meanwhile`` is called in each round, for what others do then.
        """
        fewest, since = 10**9, time.monotonic()
        while True:
            self._hurry()
            self._run_schedules()
            self._redrive()
            self._check_out_again()
            meanwhile()
            waiting, books = self._waiting(), self.books()
            left = [*waiting, *unfinished(books)]
            if not left and not self._waiting():
                return books
            if len(left) < fewest:
                fewest, since = len(left), time.monotonic()
            idle = time.monotonic() - since
            if idle > seconds:
                raise Unsettled(f"for {idle:.0f} s nothing got done, {len(left)} still wait: {left[:20]}")
            time.sleep(1)

    def _hurry(self) -> None:
        """Make all waiting rows due now, as if the minutes had passed."""
        dynamodb, now = self._cloud.client("dynamodb"), int(time.time())
        for model in (OutboxRow, PaymentRow, RefundRow):
            name = model.Meta.table_name
            keys = [it["AttributeName"] for it in dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]]
            for row in self.rows(name):
                if "due_at" in row and int(row["due_at"]["N"]) > now:
                    self._make_due(name, {key: row[key] for key in keys}, row["due_at"], now)

    def _make_due(self, table: str, key: dict[str, Any], was: Any, now: int) -> None:
        dynamodb = self._cloud.client("dynamodb")
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):  # it has changed meanwhile
            dynamodb.update_item(
                TableName=table,
                Key=key,
                UpdateExpression="SET due_at = :now",
                ConditionExpression="due_at = :was",
                ExpressionAttributeValues={":now": {"N": str(now)}, ":was": was},
            )

    def _run_schedules(self) -> None:
        for name, function in self._functions.items():
            answer = self._cloud.client("lambda").invoke(FunctionName=function, Payload=b"{}")
            told = answer["Payload"].read()
            assert "FunctionError" not in answer, (name, told)
            self.swept.update({key: number for key, number in json.loads(told).items() if number})

    def _redrive(self) -> None:
        for one in DEAD_LETTERS:
            if self._count(one.name):
                told = self._admin.send("POST", f"/api/staff/dead-letters/{one.queue}/redrive").must(200)
                self.redriven[one.queue] += told["moved"]

    def _check_out_again(self) -> None:
        """Repeat failed check-out workflows, as the runbook says."""
        workflows, arn = self._cloud.client("stepfunctions"), self._cloud.outputs["CheckOutWorkflowArn"]
        listed = workflows.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]
        for execution in (it for it in listed if it["name"] not in self.checked_out_again):
            said = workflows.describe_execution(executionArn=execution["executionArn"])["input"]
            path = f"/api/staff/bookings/{json.loads(said)['order_no']}/check-out"
            self._admin.send("POST", path).must(202)
            self.checked_out_again.add(execution["name"])

    def _count(self, queue: str) -> int:
        found = self._cloud.client("sqs").get_queue_attributes(QueueUrl=self._queues[queue], AttributeNames=_NUMBERS)
        return sum(int(found["Attributes"].get(name, 0)) for name in _NUMBERS)

    def _waiting(self) -> list[str]:
        queues = [f"{number} in {name}" for name in self._queues if (number := self._count(name))]
        workflows = self._cloud.client("stepfunctions")
        arn = self._cloud.outputs["CheckOutWorkflowArn"]
        running = workflows.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
        return queues + [f"check-out {it['name']} runs" for it in running]


def unfinished(books: Books) -> Iterator[str]:
    """All rows in a state that is not final."""
    yield from (f"{it.order_no} {it.status}" for it in books.bookings if it.status in OPEN_STAYS)
    now = datetime.now(UTC)
    overdue = (it for it in books.bookings if it.status is BookingState.RESERVED and it.ends_at is not None)
    yield from (f"{it.order_no} was held until {it.ends_at}" for it in overdue if it.ends_at and it.ends_at <= now)
    yield from (f"{it.order_no} {it.status}" for it in books.orders if it.status in OPEN_GOODS)
    yield from (f"{it.payment_id} {it.status}" for it in books.every(PaymentRow) if it.status == PaymentState.CREATED)
    yield from (f"{it.out_refund_no} {it.status}" for it in books.every(RefundRow) if it.status in OPEN_REFUNDS)
    for event in books.every(OutboxRow):
        if event.relayed_at is None:
            yield f"{event.aggregate_id} {event.sequence} {event.type} was not relayed"
