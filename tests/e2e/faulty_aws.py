"""An AWS that fails: a proxy between the functions and the local cloud's emulator, which makes calls fail by a plan.

The plan comes from a seed. The fate of each operation's n-th call does not depend on other calls, so the same seed
gives the same faults, as far as the same calls are made.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.aws import ACCESS_KEY, SECRET_KEY
from local.edge.proxy import HOP_BY_HOP
from local.emulator import REGION
from tests.e2e.failed_entries import forward_some
from tests.e2e.killing import kill_processes

START_SECONDS = 10.0
SLOW_SECONDS = (0.1, 0.8)
TOO_SLOW_SECONDS = 2.5
"""Longer than the functions wait for a response, so that they repeat a call which may have had its effect already."""


class Fate(StrEnum):
    """What happens to a call."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server error"
    CONFLICT = "transaction conflict"
    SOME_FAILED = "some entries failed"
    SLOW = "slow"
    TOO_SLOW = "too slow, answer lost"
    CUT_BEFORE = "cut before the call"
    CUT_AFTER = "cut after the call, answer lost"
    KILLED_BEFORE = "caller killed before the call"
    KILLED_AFTER = "caller killed after the call"


_LOST = frozenset({Fate.CUT_BEFORE, Fate.CUT_AFTER, Fate.KILLED_BEFORE, Fate.KILLED_AFTER})
Shares = Mapping[Fate, float]

_EVERYWHERE: Shares = {
    Fate.THROTTLED: 0.02,
    Fate.SERVER_ERROR: 0.01,
    Fate.SLOW: 0.02,
    Fate.TOO_SLOW: 0.002,
    Fate.CUT_BEFORE: 0.006,
    Fate.CUT_AFTER: 0.006,
    Fate.KILLED_BEFORE: 0.003,
    Fate.KILLED_AFTER: 0.003,
}
_CONFLICTING: Shares = {**_EVERYWHERE, Fate.CONFLICT: 0.04}
_SENDING: Shares = {**_EVERYWHERE, Fate.THROTTLED: 0.06, Fate.SERVER_ERROR: 0.04}
PLAN: Mapping[str, Shares] = {
    "dynamodb.TransactWriteItems": _CONFLICTING,
    "dynamodb.PutItem": _CONFLICTING,
    "dynamodb.UpdateItem": _CONFLICTING,
    "dynamodb.DeleteItem": _CONFLICTING,
    "dynamodb": _EVERYWHERE,
    "sqs.SendMessageBatch": {**_SENDING, Fate.SOME_FAILED: 0.1},
    "sqs": _SENDING,
    "sns.PublishBatch": {**_SENDING, Fate.SOME_FAILED: 0.1},
    "sns": _SENDING,
    "secretsmanager": _EVERYWHERE,
    "states": _EVERYWHERE,
}
"""For an operation, or a service's other operations: the share of calls that fail in each way."""

OUTAGE_BLOCK, OUTAGE_CALLS, OUTAGES, OUTAGE_SHARE = 40, 12, 0.2, 0.85
"""Of each 40 calls of an operation, with this chance the first 12 meet an outage, in which this share of them fails.
The clients' own three tries are enough for single faults, but not for an outage."""

_TARGETS = {
    "DynamoDB": "dynamodb",
    "AmazonSQS": "sqs",
    "secretsmanager": "secretsmanager",
    "AWSStepFunctions": "states",
}
_THROTTLING = {
    "dynamodb": (400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"),
    "sqs": (403, "com.amazonaws.sqs#RequestThrottled"),
}
_CANCELED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"


@dataclass(frozen=True)
class Call:
    """A call that a function makes."""

    service: str
    operation: str
    access_key: str
    headers: Mapping[str, str]
    path: str
    body: bytes

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"


@dataclass
class Plan:
    """Decides which calls fail, and how."""

    seed: int
    shares: Mapping[str, Shares] = field(default_factory=lambda: PLAN)
    active: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    injected: Counter[tuple[str, Fate]] = field(default_factory=Counter)

    def next_fate(self, call: Call) -> Fate | None:
        """The fate of the next call of this operation; None if it does not fail."""
        if not self.active:
            return None
        number = self.seen[call.name]
        self.seen[call.name] += 1
        dice = random.Random(f"{self.seed}/{call.name}/{number}").random()
        shares = self.shares.get(call.name, self.shares.get(call.service, {}))
        if self._is_outage(call, number):
            shares = {Fate.THROTTLED: OUTAGE_SHARE / 2, Fate.SERVER_ERROR: OUTAGE_SHARE / 2}
        for fate, share in shares.items():
            if dice < share:
                self.injected[call.service, fate] += 1
                return fate
            dice -= share
        return None

    def _is_outage(self, call: Call, number: int) -> bool:
        block, place = divmod(number, OUTAGE_BLOCK)
        chance = random.Random(f"{self.seed}/{call.name}/outage/{block}").random()
        return place < OUTAGE_CALLS and chance < OUTAGES

    def report(self) -> str:
        """The injected faults, one line for each service."""
        calls: Counter[str] = Counter()
        for name, times in self.seen.items():
            calls[name.partition(".")[0]] += times
        lines = []
        for service, total in sorted(calls.items()):
            fates = {fate: self.injected[service, fate] for fate in Fate if self.injected[service, fate]}
            told = ", ".join(f"{fate} ×{times}" for fate, times in fates.items())
            lines.append(f"  {service}: {sum(fates.values())} of {total} calls: {told}")
        return "\n".join(lines)


class FaultyAws:
    """The proxy. The local cloud gets `stand_before`, so that its functions call the proxy."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.url = ""
        self.killed: Counter[str] = Counter()
        self._upstream = ""
        self._session: aiohttp.ClientSession | None = None

    def stand_before(self, endpoint: str) -> str:
        """Pass calls on to this endpoint; returns the proxy's own address."""
        self._upstream = endpoint
        return self.url

    async def session_context(self, _: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            self._session = session
            yield

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle one call according to its fate."""
        try:
            call = await _read(request)
        except ConnectionResetError:  # the caller was killed during the call
            return web.Response(status=400)
        fate = self.plan.next_fate(call)
        if fate in _LOST:
            return await self._lose(request, call, fate)
        return await self._answer(call, fate)

    async def _answer(self, call: Call, fate: Fate | None) -> web.Response:
        match fate:
            case Fate.THROTTLED | Fate.SERVER_ERROR | Fate.CONFLICT:
                return _refusal(call, fate)
            case Fate.SOME_FAILED:
                return await forward_some(call.body, lambda body: self._forward(call, body))
            case Fate.SLOW:
                await asyncio.sleep(random.uniform(*SLOW_SECONDS))
        answer = await self._forward(call)
        if fate is Fate.TOO_SLOW:
            await asyncio.sleep(TOO_SLOW_SECONDS)
        return answer

    async def _lose(self, request: web.Request, call: Call, fate: Fate) -> web.Response:
        """Break the connection, before or after the call is passed on; also kill the caller if its fate says so."""
        if fate in {Fate.CUT_AFTER, Fate.KILLED_AFTER}:
            await self._forward(call)
        if fate in {Fate.KILLED_BEFORE, Fate.KILLED_AFTER}:
            self.killed.update(await asyncio.to_thread(self.kill, call.access_key))
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)  # nobody reads it

    async def _forward(self, call: Call, body: bytes | None = None) -> web.Response:
        assert self._session is not None
        sent, headers = (call.body, call.headers) if body is None else (body, _signed_anew(call, body))
        async with self._session.post(self._upstream + call.path, data=sent, headers=headers) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _NOT_RETURNED}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    def kill(self, access_key: str) -> list[str]:
        """Kill the processes that run the function of this key and call this proxy; returns the function's name."""
        return kill_processes({"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": access_key})


@contextmanager
def faulty_aws(plan: Plan) -> Iterator[FaultyAws]:
    """Run the proxy on a free loopback port, in a thread of this process."""
    proxy = FaultyAws(plan)
    loop = asyncio.new_event_loop()
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    app.cleanup_ctx.append(proxy.session_context)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    thread = threading.Thread(target=loop.run_forever, name="faulty-aws", daemon=True)
    thread.start()
    try:
        proxy.url = asyncio.run_coroutine_threadsafe(_serve(runner), loop).result(START_SECONDS)
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(START_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_SECONDS)
        loop.close()


async def _serve(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


_NOT_FORWARDED = HOP_BY_HOP | {"content-length", "expect"}  # the signature includes the host
_NOT_RETURNED = HOP_BY_HOP | {"content-length"}


async def _read(request: web.Request) -> Call:
    body = await request.read()
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_FORWARDED}
    _, _, credential = request.headers.get("Authorization", "").partition("Credential=")
    key, _, scope = credential.partition("/")
    service, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
    if operation:
        service = _TARGETS.get(service.partition("_")[0], service)
    else:
        service = scope.split("/")[2] if scope.count("/") > 2 else "unknown"
        operation = dict(parse_qsl(body.decode(errors="replace"))).get("Action", "unknown")
    return Call(service, operation, key, headers, request.raw_path, body)


def _signed_anew(call: Call, body: bytes) -> dict[str, str]:
    """Sign a changed body. The function's own keys are not known here, so root's keys sign it."""
    request = AWSRequest("POST", f"http://{call.headers['Host']}{call.path}", data=body)
    request.headers["Content-Type"] = call.headers["Content-Type"]
    if "X-Amz-Target" in call.headers:
        request.headers["X-Amz-Target"] = call.headers["X-Amz-Target"]
    SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), call.service, REGION).add_auth(request)
    return {"Host": call.headers["Host"], **dict(request.headers.items())}


def _refusal(call: Call, fate: Fate) -> web.Response:
    match fate:
        case Fate.CONFLICT if call.operation == "TransactWriteItems":
            items = len(json.loads(call.body)["TransactItems"])
            reasons = [{"Code": "TransactionConflict", "Message": "Transaction is ongoing"}]
            reasons += [{"Code": "None"}] * (items - 1)
            told = ", ".join(reason["Code"] for reason in reasons)
            message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{told}]"
            return _error(call, 400, _CANCELED, message, CancellationReasons=reasons)
        case Fate.CONFLICT:
            code = "com.amazonaws.dynamodb.v20120810#TransactionConflictException"
            return _error(call, 400, code, "Transaction is ongoing for the item")
        case Fate.THROTTLED:
            return _error(call, *_THROTTLING.get(call.service, (400, "ThrottlingException")), "Rate exceeded")
    return _error(call, 500, "InternalServerError", "The server encountered an internal error")


def _error(call: Call, status: int, code: str, message: str, **more: object) -> web.Response:
    if call.service == "sns":
        text = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        return web.Response(status=status, text=text, content_type="text/xml")
    body = json.dumps({"__type": code, "message": message, **more}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
    return web.Response(status=status, body=body, headers=headers)
