"""Warm CPU: the time of a step beyond its calls to AWS, compared with a bare handler that makes the same calls.

A step first runs on moto, and its calls and AWS's responses are recorded. Then both handlers run on the recording, so
that neither the emulator nor the network counts: ``python -m benchmarks.warm``.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import time_machine
from botocore import xform_name
from moto.core.models import botocore_stubber

from benchmarks.apart import wechat_beside_moto
from benchmarks.measure import percentile, table
from posthouse.clients import aws
from posthouse.domain.identity import Role
from posthouse.store.connection import dynamodb

if TYPE_CHECKING:
    from tests.integration.crash_world import World
    from tests.integration.house import House
    from tests.integration.standing import Simulator

ROUNDS = 200
BUDGET_MS = 1.0
AIM_MS = 0.5
CLIENTS: dict[str, Callable[[], Any]] = {"dynamodb": dynamodb, "sqs": aws.sqs}
STEPS = (
    "create_booking",
    "list_bookings",
    "search_hotels",
    "get_room",
    "receive_payment_notification",
    "mark_booking_paid",
    "reserve_stock",
    "confirm_order",
    "submit_flash_order",
    "place_flash_order",
)

Call = tuple[str, str, dict[str, Any]]


class Recording:
    """The calls of one step to AWS with the responses, which it can replay."""

    def __init__(self, event: Any) -> None:
        self.event = event
        self.calls: list[Call] = []
        self._answers: list[Any] = []
        self._next = 0
        self._recorded = False

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Attach the recording to botocore, and turn moto off in a call: botocore asks moto even after another hook."""
        hooks = {"before-parameter-build": self._note, "before-send": self._answer, "response-received": self._let_moto}
        emitters = [(client().meta.events, service) for service, client in CLIENTS.items()]
        for events, service in emitters:
            for name, hook in hooks.items():
                events.register_first(f"{name}.{service}.*", hook)
        try:
            yield
        finally:
            for events, service in emitters:
                for name, hook in hooks.items():
                    events.unregister(f"{name}.{service}.*", hook)

    @staticmethod
    def _let_moto(**_: Any) -> None:
        botocore_stubber.enabled = True

    def finish(self) -> None:
        """End the recording and start to replay."""
        self._recorded = True
        self._next = 0

    def repeat_bare(self) -> None:
        """Make the same calls with the client alone."""
        for service, operation, parameters in self.calls:
            getattr(CLIENTS[service](), xform_name(operation))(**parameters)

    def must_be_at_its_end(self) -> None:
        """Check that the replay used exactly the recorded calls."""
        assert self._next % max(len(self.calls), 1) == 0
        assert bool(self._next) == bool(self.calls)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if not self._recorded:
            self.calls.append((model.service_model.service_name, model.name, dict(params)))

    def _answer(self, request: Any, event_name: str, **more: Any) -> Any:
        if not self._recorded:
            self._answers.append(botocore_stubber(event_name, request, **more))
        answer = self._answers[self._next % len(self._answers)]
        self._next += 1
        botocore_stubber.enabled = False
        return answer


def warm() -> str:
    """The section on warm CPU."""
    with wechat_beside_moto() as simulator:
        rows = list(_rows(simulator))
    shown = table(["step", "calls", "CPU ms beyond the calls", "p95 ms"], rows)
    return f"""## Warm CPU

{shown}

Median of {ROUNDS} runs of each, taken in turns with a bare handler that makes the same calls to AWS with the same
client; both get recorded responses. The step's own log lines and metrics are included. The budget is {BUDGET_MS} ms,
the aim {AIM_MS} ms.
"""


def _rows(simulator: Simulator) -> Iterator[list[str]]:
    import pytest

    from posthouse.services.flash_sales import sale_cache
    from tests.integration.standing import house_on_moto

    with (
        pytest.MonkeyPatch.context() as patch,
        house_on_moto(simulator, patch) as house,
        time_machine.travel(time.time(), tick=False),  # noqa: TID251 - so no entry with a lifetime expires
    ):
        patch.setattr(sale_cache, "FRESH_SECONDS", 3600)
        for step, recording in _recorded(house, simulator, patch).items():
            beyond = _beyond(house, step, recording)
            median, worst = statistics.median(beyond), percentile(beyond, 95)
            yield [step, str(len(recording.calls)), f"{median:.2f}", f"{worst:.2f}"]


def _recorded(house: House, simulator: Simulator, patch: Any) -> dict[str, Recording]:
    """Run all operations twice, so that nothing is new; record each step's first run of the second time."""
    from tests.integration.crash_world import World

    world = World(house, simulator)
    sale_id = world.sale()
    _happen(world, sale_id, "U-first")
    found: dict[str, Recording] = {}
    invoke = house.invoke

    def take_down(step: str, event: Any) -> Any:
        if step not in STEPS or step in found:
            return invoke(step, event)
        found[step] = Recording(event)
        with found[step].attached():
            return invoke(step, event)

    patch.setattr(house, "invoke", take_down)
    _happen(world, sale_id, "U-second")
    for recording in found.values():
        recording.finish()
    assert set(found) == set(STEPS)
    return {step: found[step] for step in STEPS}


def _happen(world: World, sale_id: str, buyer: str) -> None:
    house = world.house
    order_no = world.booked()
    world.with_payment(order_no)
    world.guest("GET", "/bookings").must(200)
    world.guest("GET", f"/rooms/{world.room['room_id']}").must(200)
    world.guest("GET", "/hotels").must(200)
    world.ordered()
    house.settle()
    house.send("POST", f"/api/flash-sales/{sale_id}/orders", token=house.token(Role.GUEST, subject=buyer)).must(202)
    assert house.feed("place_flash_order", house.messages("FlashOrdersQueue")[:1]) == []
    house.settle()


def _beyond(house: House, step: str, recording: Recording) -> list[float]:
    from posthouse.services.flash_sales import sale_cache
    from tests.integration.house import CONTEXT
    from tests.support.template import functions

    function = functions()[step]
    handler = function.handler()

    def beyond() -> float:
        sale_cache.sale_cache()._tickets.clear()  # noqa: SLF001 - a second press gets another response
        of_step = _cpu_ms(lambda: handler(recording.event, CONTEXT))
        recording.must_be_at_its_end()
        return of_step - _cpu_ms(recording.repeat_bare)

    with house._environment(function), recording.attached():  # noqa: SLF001 - as AWS would give it
        beyond()
        gc.disable()
        try:
            return [beyond() for _ in range(ROUNDS)]
        finally:
            gc.enable()


def _cpu_ms(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    print(warm(), end="")
