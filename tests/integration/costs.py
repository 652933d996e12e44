"""AWS's charges for business operations, counted while they run through the handlers on moto.

This counts the requests from and to functions, not those of the test itself. It does not count secrets (read once in an
execution environment), logs, traces, and traffic from AWS to the internet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from posthouse.clients import workflows
from tests.integration import units
from tests.integration.house import House
from tests.support import workflow
from tests.support.template import functions, template


@dataclass(frozen=True)
class Prices:
    """List prices in dollars of us-east-1, arm64, as of 2026-11.

    Sources: the pages aws.amazon.com/<service>/pricing of dynamodb (on-demand), lambda, api-gateway (HTTP APIs), sqs,
    sns and step-functions. Free tiers are left out.
    """

    write_unit: float = 0.625e-6
    read_unit: float = 0.125e-6
    invocation: float = 0.20e-6
    gb_second: float = 0.0000133334
    http_request: float = 1.00e-6
    sqs_request: float = 0.40e-6
    fifo_request: float = 0.50e-6
    sns_message: float = 0.50e-6
    transition: float = 25e-6
    express_run: float = 1.00e-6
    express_gb_second: float = 0.0000166667


@dataclass(frozen=True)
class Assumptions:
    """What moto cannot measure: how long a function runs, and the time and size of an Express workflow."""

    seconds: float = 0.1
    express_memory_gb: float = 64 / 1024
    express_seconds: float = 0.5


BATCHED = {"index_booking": 10, "count_booking": 10}
"""Consumers whose queue gathers messages for a while, and how many come together where many are sent."""


@dataclass
class Counted:
    """An operation's use of AWS. ``calls`` are those that functions make, as (function, call).

    ``memory_gb`` is the template's memory of all invocations together; ``waiting_gb`` is that of the invocations which
    waited for an Express workflow.
    """

    http_requests: int = 0
    invocations: float = 0
    memory_gb: float = 0.0
    waiting_gb: float = 0.0
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    reads: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    items_read: int = 0
    sqs_requests: float = 0
    fifo_requests: float = 0
    sns_messages: int = 0
    transitions: int = 0
    express_runs: int = 0
    express_transitions: int = 0

    @property
    def write_units(self) -> int:
        """Of all tables and indexes."""
        return sum(self.writes.values())

    @property
    def read_units(self) -> float:
        """Of all tables and indexes."""
        return sum(self.reads.values())

    @property
    def number_of_calls(self) -> int:
        """Of all functions."""
        return sum(self.calls.values())

    def calls_of(self, function: str) -> dict[str, int]:
        """How often a function made each call."""
        return {call: times for (caller, call), times in self.calls.items() if caller == function}

    def dollars(self, prices: Prices = Prices(), assumed: Assumptions = Assumptions()) -> dict[str, float]:
        """The cost of a million of them, by service. A function that runs an Express workflow waits for its end."""
        gb_seconds = self.memory_gb * assumed.seconds + self.waiting_gb * assumed.express_seconds
        express = prices.express_run + assumed.express_seconds * assumed.express_memory_gb * prices.express_gb_second
        one = {
            "HTTP API": self.http_requests * prices.http_request,
            "Lambda": self.invocations * prices.invocation + gb_seconds * prices.gb_second,
            "DynamoDB writes": self.write_units * prices.write_unit,
            "DynamoDB reads": self.read_units * prices.read_unit,
            "SQS": self.sqs_requests * prices.sqs_request + self.fifo_requests * prices.fifo_request,
            "SNS": self.sns_messages * prices.sns_message,
            "Step Functions": self.transitions * prices.transition + self.express_runs * express,
        }
        return {service: dollars * 1e6 for service, dollars in one.items()}

    @property
    def total(self) -> float:
        """Dollars for a million of them."""
        return sum(self.dollars().values())


_CALL = BaseClient._make_api_call
"""A client method without the house's permission check: a lookup for the count is not the function's own call."""


class Meter:
    """Counts into ``counted`` everything that happens while it runs.

    A message counts as a batch of one: one invocation, one receipt, one deletion; of a queue that gathers messages
    (``BATCHED``) as a part of its batch. Sending it is a call if a function
    sends it, and free if SNS does. An event in the outbox's stream is one invocation of the relay; Lambda's reads of
    the stream are free.
    """

    def __init__(self) -> None:
        self.counted = Counted()
        self._callers: list[str] = []
        self._in_express = False
        self._real = _CALL
        self._invoke = House.invoke
        self._run = workflows.run

    @contextmanager
    def running(self) -> Iterator[Counted]:
        """Count until the end of the block."""

        def call(client: Any, operation: str, request: Mapping[str, Any]) -> Any:
            return self._call(client, operation, request)

        def invoke(house: House, step: str, event: Any) -> Any:
            return self._invocation(house, step, event)

        states = {kind: self._entering(act) for kind, act in workflow._KINDS.items()}
        with (
            patch.object(BaseClient, "_make_api_call", call),
            patch.object(House, "invoke", invoke),
            patch.object(workflows, "run", self._express),
            patch.dict(workflow._KINDS, states),
        ):
            yield self.counted

    def _invocation(self, house: House, step: str, event: Any) -> Any:
        messages = (len(event["Records"]) if isinstance(event, dict) and "Records" in event else 1) / BATCHED.get(
            step, 1
        )
        self.counted.invocations += messages
        self.counted.memory_gb += messages * _memory_gb(step)
        self.counted.http_requests += isinstance(event, dict) and "routeKey" in event
        match _queue_of(step):
            case "standard":
                self.counted.sqs_requests += 2 * messages
            case "fifo":
                self.counted.fifo_requests += 2 * messages
        self._callers.append(step)
        try:
            return self._invoke(house, step, event)
        finally:
            self._callers.pop()

    def _express(self, arn: str, name: str, facts: Mapping[str, Any]) -> Any:
        self.counted.calls[self._callers[-1], "StartSyncExecution"] += 1
        self.counted.express_runs += 1
        self.counted.waiting_gb += _memory_gb(self._callers[-1])
        self._in_express = True
        try:
            return self._run(arn, name, facts)
        finally:
            self._in_express = False

    def _entering(self, act: Any) -> Any:
        def enter(*state: Any) -> Any:
            if self._in_express:
                self.counted.express_transitions += 1
            else:
                self.counted.transitions += 1
            return act(*state)

        return enter

    def _call(self, client: Any, operation: str, request: Mapping[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if not self._callers or service == "secretsmanager":
            return self._real(client, operation, request)
        self.counted.calls[self._callers[-1], operation] += 1
        match service, operation:
            case "dynamodb", _:
                return self._store_call(client, operation, request)
            case "sqs", "SendMessage" if ".fifo" in request["QueueUrl"]:
                self.counted.fifo_requests += 1
            case "sqs", _:
                self.counted.sqs_requests += 1
            case "sns", _:
                self.counted.sns_messages += len(request["PublishBatchRequestEntries"])
        return self._real(client, operation, request)

    def _store_call(self, client: Any, operation: str, request: Mapping[str, Any]) -> Any:
        def uncounted(name: str, wanted: Mapping[str, Any]) -> Any:
            return self._real(client, name, wanted)

        found = units.reading(operation, request, uncounted)
        for source, number in found.units.items():
            self.counted.reads[source] += number
        self.counted.items_read += found.items
        written = units.writings(operation, request)
        before = [it.stored(uncounted) for it in written]
        try:
            return uncounted(operation, request)
        finally:
            for one, old in zip(written, before, strict=True):
                for name, number in one.units(old, one.stored(uncounted)):
                    self.counted.writes[name] += number


def counted(act: Callable[[], object]) -> Counted:
    """Count everything that happens during a call."""
    with Meter().running() as found:
        act()
    return found


def _memory_gb(step: str) -> float:
    """A function's memory in the template."""
    default = template()["Globals"]["Function"]["MemorySize"]
    return float(functions()[step].properties.get("MemorySize", default)) / 1024


def _queue_of(step: str) -> str | None:
    """The kind of queue that a function consumes, if any."""
    for event in functions()[step].properties.get("Events", {}).values():
        if event["Type"] == "SQS":
            queue = template()["Resources"][event["Properties"]["Queue"]["Fn::GetAtt"][0]]["Properties"]
            return "fifo" if queue.get("FifoQueue") else "standard"
    return None
