"""Warm CPU: what a step spends beyond its calls to AWS, against a bare handler that makes the same calls.

A step runs once against the local cloud, which records its calls and what AWS said. Then both run on the recording, so
that neither the emulator's time nor the network's counts.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from typing import Any

from botocore import xform_name

from benchmarks.house import CONTEXT, request
from benchmarks.measure import percentile, table
from functions.bookings import create_booking, list_bookings
from functions.catalogue import search_hotels
from local.cloud import LocalCloud
from posthouse.domain.identity import Principal, Role
from posthouse.entry import tokens
from posthouse.store.connection import aws_client

ROUNDS = 200
BUDGET_MS = 1.0
AIM_MS = 0.5

Call = tuple[str, dict[str, Any]]


class Recording:
    """Calls of one step to DynamoDB, and AWS's answers, which it can give again."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._answers: list[Any] = []
        self._next = 0
        self._recorded = False
        self._client = aws_client("dynamodb")

    @contextmanager
    def attached(self) -> Iterator[None]:
        """While this lasts, no answer comes from elsewhere."""
        events = self._client.meta.events
        events.register("before-parameter-build.dynamodb.*", self._note)
        events.register_first("before-send.dynamodb.*", self._answer)
        try:
            yield
        finally:
            events.unregister("before-parameter-build.dynamodb.*", self._note)
            events.unregister("before-send.dynamodb.*", self._answer)

    def finish(self) -> None:
        """From now on the recording plays."""
        self._recorded = True
        self._next = 0

    def repeat_bare(self) -> None:
        """The same calls by the client alone."""
        for operation, parameters in self.calls:
            getattr(self._client, xform_name(operation))(**parameters)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if not self._recorded:
            self.calls.append((model.name, dict(params)))

    def _answer(self, request: Any, **_: Any) -> Any:
        if not self._recorded:
            self._answers.append(self._client._endpoint.http_session.send(request))  # noqa: SLF001 - no public way
            return self._answers[-1]
        answer = self._answers[self._next % len(self._answers)]
        self._next += 1
        return answer


def warm(cloud: LocalCloud) -> str:
    """The section on warm CPU."""
    print("warm steps against bare handlers", flush=True)
    rows = [_row(name, act) for name, act in _steps(cloud).items()]
    shown = table(["step", "calls", "CPU ms beyond the calls", "p95 ms"], rows)
    return f"""## Warm CPU

{shown}

Median of {ROUNDS} runs of each, taken in turns with a bare handler that makes the same calls to DynamoDB with the same
client; both get recorded answers. The budget is {BUDGET_MS} ms, the aim {AIM_MS} ms.
"""


def _row(name: str, act: Callable[[], object]) -> list[str]:
    recording = Recording()
    with redirect_stdout(StringIO()):
        act()
    with recording.attached(), redirect_stdout(StringIO()):  # metrics are lines of a function's log
        act()
        recording.finish()
        beyond = _beyond(act, recording.repeat_bare)
    return [name, str(len(recording.calls)), f"{statistics.median(beyond):.2f}", f"{percentile(beyond, 95):.2f}"]


def _beyond(act: Callable[[], object], bare: Callable[[], object]) -> list[float]:
    gc.disable()
    try:
        return [_cpu_ms(act) - _cpu_ms(bare) for _ in range(ROUNDS)]
    finally:
        gc.enable()


def _cpu_ms(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _steps(cloud: LocalCloud) -> dict[str, Callable[[], object]]:
    """Steps with the requests that they get."""
    room = cloud.client("dynamodb").scan(TableName=f"{cloud.stack_name}-room-views", Limit=1)["Items"][0]
    token = tokens.issue(Principal("U-bench", Role.GUEST), datetime.now(UTC)).value
    guest = {"authorization": f"Bearer {token}"}
    keys = count()
    first = datetime.now(UTC).date() + timedelta(days=10)
    stay = {
        "room_id": room["room_id"]["S"],
        "check_in": first.isoformat(),
        "check_out": (first + timedelta(days=2)).isoformat(),
        "units": 1,
        "guest_name": "Bench",
        "phone_number": "13800000000",
    }

    def book() -> None:
        headers = guest | {"idempotency_key": f"bench-{next(keys)}"}
        event = request("POST /api/bookings", {}, None, **headers) | {"body": json.dumps(stay)}
        _well(create_booking.handler(event, CONTEXT))

    mine = request("GET /api/bookings", {}, None, **guest)
    search = request("GET /api/hotels", {}, None)
    return {
        "create_booking": book,
        "list_bookings": lambda: _well(list_bookings.handler(mine, CONTEXT)),
        "search_hotels": lambda: _well(search_hotels.handler(search, CONTEXT)),
    }


def _well(answer: dict[str, Any]) -> None:
    assert answer["statusCode"] < 300, answer
