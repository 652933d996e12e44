"""Containers for the simulator's state, bounded so that its memory does not grow in a long run."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
KEPT = 100_000
APIS = (
    "subscribe_send",
    "jscode2session",
    "stable_token",
    "phone_number",
    "is_trade_managed",
    "upload_shipping_info",
    "jsapi",
    "native",
    "refund",
    "close",
    "query",
    "query_refund",
)


class Bounded(OrderedDict[str, T], Generic[T]):
    """A dictionary with a limit: beyond it, the entry that was set longest ago is removed."""

    def __init__(self, limit: int = KEPT) -> None:
        super().__init__()
        self._limit = limit

    def __setitem__(self, key: str, value: T) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self._limit:
            self.popitem(last=False)


@dataclass(frozen=True)
class Fault:
    """How one call fails: a delay, WeChat's error code, an HTTP status. After a delay alone the call succeeds."""

    errcode: int | str | None = None
    http_status: int | None = None
    delay_seconds: float = 0.0

    @property
    def fails(self) -> bool:
        """Whether the call gets an error."""
        return self.errcode is not None or self.http_status is not None


RefundEnd = Literal["success", "abnormal", "closed", "hold", "not_enough"]


class RefundEnds:
    """How the next refunds end, of one order or of any, in the order in which it was planned; else they succeed."""

    def __init__(self) -> None:
        self._waiting: dict[str | None, deque[RefundEnd]] = {}

    def plan(self, end: RefundEnd, times: int, order_no: str | None) -> None:
        """Let the next `times` refunds of this order end so, or of any order if it is None."""
        self._waiting.setdefault(order_no, deque()).extend([end] * times)

    def clear(self) -> None:
        """Let all refunds to come succeed."""
        self._waiting.clear()

    def of_next(self, order_no: str) -> RefundEnd:
        """How the next refund of this order ends; what was planned for this order comes first."""
        waiting = self._waiting.get(order_no) or self._waiting.get(None)
        return waiting.popleft() if waiting else "success"


class Faults:
    """The faults for the next calls of each API, in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {api: deque() for api in APIS}

    def add(self, api: str, fault: Fault, times: int) -> None:
        """Give this fault to the next `times` calls, after the faults that wait already."""
        self._waiting[api].extend([fault] * times)

    def clear(self) -> None:
        """Remove all faults that wait."""
        for waiting in self._waiting.values():
            waiting.clear()

    async def meet(self, api: str) -> Fault | None:
        """Wait for the delay of this call's fault; returns the fault if the call must fail, else None."""
        if not self._waiting[api]:
            return None
        fault = self._waiting[api].popleft()
        if fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        return fault if fault.fails else None
