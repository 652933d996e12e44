"""A flash sale with a crowd: how fast submissions are accepted and decided, and whether the units add up.

`python -m benchmarks.flash_sale --buyers 500 --units 50 --submissions 2000` on a local cloud of its own. Only the
loopback interface is loaded, with a bounded number of requests at once.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import random
import statistics
import sys
import threading
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt

from benchmarks.measure import percentile, table
from local.cloud import LocalCloud
from local.edge.routes import IN_FLIGHT
from local.faults import LocalFault
from local.seed import ADMIN_PASSWORD, ADMIN_USERNAME
from posthouse.entry.tokens import key_name

AT_ONCE = 64
"""Open requests of the crowd at a time; the local cloud's edge runs eight of one function and queues the rest."""

SAMPLE_SECONDS = 0.2
VERDICT_SECONDS = 120

BARE = """
from posthouse.entry import tokens

def handler(event, _context):
    caller = tokens.verify(event["headers"]["authorization"].partition(" ")[2])
    print("{}")  # the local cloud answers faster to a function that prints
    return {"statusCode": 202 if hasattr(caller, "subject") else 401, "body": "{}"}
"""

BARE_WITH_MESSAGE = """
import os
from posthouse.entry import tokens
from posthouse.clients import aws

def handler(event, _context):
    caller = tokens.verify(event["headers"]["authorization"].partition(" ")[2])
    aws.sqs().send_message(QueueUrl=os.environ["FLASH_ORDERS_QUEUE_URL"], MessageBody="{}" * 150)
    print("{}")
    return {"statusCode": 202 if hasattr(caller, "subject") else 401, "body": "{}"}
"""


@dataclass(frozen=True)
class Press:
    """One submission: the buyer, the response, and the seconds that it took."""

    buyer: int
    status: int
    ticket: str | None
    code: str | None
    seconds: float


@dataclass
class Storm:
    """The results of a crowd's submissions to a sale."""

    sale_id: str
    presses: list[Press]
    seconds: float
    verdict_seconds: float
    verdicts: Counter[str]
    peak_queue: int
    samples: list[tuple[int, int, int]] = field(default_factory=list)
    """Units left before the count, orders counted, units left after the count."""

    @property
    def tickets(self) -> dict[str, int]:
        """The tickets that were given out, with their buyers: a buyer who pressed twice may have only one."""
        return {press.ticket: press.buyer for press in self.presses if press.ticket is not None}

    @property
    def answers(self) -> Counter[str]:
        """How often each status or code was returned."""
        return Counter(press.code or str(press.status) for press in self.presses)


_SALE_KEYS = {"flash-verdicts": "claim", "flash-shards": "shard", "shop-orders": "sale_id"}
"""For each table, the attribute that begins with the sale's id."""


class Crowd:
    """Buyers of a running cloud. Their tokens are signed with the cloud's own key, because logins are not measured."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["TokenSecretArn"])
        self._key: str = json.loads(secret["SecretString"])["current"]
        self._dynamodb = cloud.client("dynamodb")
        self._sqs = cloud.client("sqs")
        self._queue_url: str = self._sqs.get_queue_url(QueueName=f"{cloud.stack_name}-flash-orders")["QueueUrl"]

    def token(self, number: int) -> str:
        """Make a buyer's access token."""
        now = datetime.now(UTC)
        claims = {
            "iss": "posthouse",
            "aud": "caller",
            "sub": f"U{number:026}",
            "role": "guest",
            "hotels": [],
            "iat": now,
            "exp": now + timedelta(hours=2),
        }
        return jwt.encode(claims, self._key, "HS256", headers={"kid": key_name(self._key)})

    def begin_sale(self, units: int, **more: Any) -> str:
        """Create a sale of so many units that is open now."""
        admin = self._post("/api/staff/sessions", {"username": ADMIN_USERNAME, "password": ADMIN_PASSWORD})
        token = admin["access_token"]
        goods = {"name": "Flash candle", "price": 9900, "stock": units, "description": "", "images": []}
        goods_id = self._post("/api/staff/goods", goods, token)["goods_id"]
        now = datetime.now(UTC)
        window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
        wish = {"goods_id": goods_id, "price": 4900, "stock": units, **window, **more}
        return str(self._post("/api/staff/flash-sales", wish, token)["sale_id"])

    def _post(self, path: str, body: Any, token: str | None = None) -> Any:
        async def post() -> Any:
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            async with (
                aiohttp.ClientSession(self.cloud.url, headers=headers) as session,
                session.post(path, json=body) as answer,
            ):
                if answer.status >= 300:
                    raise LocalFault(f"{path} answers {answer.status}: {await answer.text()}")
                return await answer.json()

        return asyncio.run(post())

    def storm(
        self, sale_id: str, buyers: int, submissions: int, seed: int, meanwhile: Callable[[], None] = lambda: None
    ) -> Storm:
        """Let every buyer press once, and some of them repeatedly, until there are so many submissions.

        ``meanwhile`` is called once, when half of them are under way.
        """
        dice = random.Random(seed)  # noqa: S311 - a load, no secret
        order = list(range(buyers)) + [dice.randrange(buyers // 5 + 1) for _ in range(submissions - buyers)]
        dice.shuffle(order)
        watch = _Watch(self, sale_id)
        with watch:
            begin = time.perf_counter()
            presses = asyncio.run(self._press(sale_id, order, meanwhile))
            seconds = time.perf_counter() - begin
            storm = Storm(sale_id, presses, seconds, 0, Counter(), 0)
            storm.verdicts = self._await_verdicts(sale_id, set(storm.tickets.values()), len(storm.tickets))
            storm.verdict_seconds = time.perf_counter() - begin
        storm.peak_queue, storm.samples = watch.peak, watch.samples
        return storm

    async def _press(self, sale_id: str, order: Sequence[int], meanwhile: Callable[[], None]) -> list[Press]:
        gate = asyncio.Semaphore(AT_ONCE)
        tokens = {number: self.token(number) for number in set(order)}
        done: list[Press] = []
        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(self.cloud.url, connector=connector) as session:

            async def press(buyer: int) -> None:
                async with gate:
                    headers = {"Authorization": f"Bearer {tokens[buyer]}"}
                    begin = time.perf_counter()
                    async with session.post(f"/api/flash-sales/{sale_id}/orders", json={}, headers=headers) as answer:
                        body = await answer.json(content_type=None)
                    seconds = time.perf_counter() - begin
                    done.append(Press(buyer, answer.status, body.get("ticket"), body.get("code"), seconds))
                    if len(done) == len(order) // 2:
                        await asyncio.to_thread(meanwhile)

            await asyncio.gather(*(press(buyer) for buyer in order))
        return done

    def _await_verdicts(self, sale_id: str, buyers: set[int], tickets: int) -> Counter[str]:
        deadline = time.monotonic() + VERDICT_SECONDS
        while True:
            verdicts = Counter(row["verdict"]["S"] for row in self._rows("flash-verdicts", sale_id))
            if verdicts.total() >= tickets:
                return verdicts
            if time.monotonic() > deadline:
                raise LocalFault(f"{tickets - verdicts.total()} of {tickets} tickets of {len(buyers)} have no verdict")
            time.sleep(SAMPLE_SECONDS)

    def _rows(self, name: str, sale_id: str) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=f"{self.cloud.stack_name}-{name}",
            FilterExpression="begins_with(#key, :sale)",
            ExpressionAttributeNames={"#key": _SALE_KEYS[name]},
            ExpressionAttributeValues={":sale": {"S": sale_id}},
            ConsistentRead=True,
        )
        return [row for page in pages for row in page["Items"]]

    def sold(self, sale_id: str) -> int:
        """Orders of the sale that hold a unit."""
        given_back = {"cancelled", "refunding", "refunded"}
        return sum(row["status"]["S"] not in given_back for row in self._rows("shop-orders", sale_id))

    def left(self, sale_id: str) -> int:
        """Units that are left in the sale's shards."""
        return sum(int(row["left"]["N"]) for row in self._rows("flash-shards", sale_id) if "left" in row)

    def queued(self) -> int:
        """The number of submissions that wait for their verdict."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def forget_queued(self) -> None:
        """Delete the submissions that wait: they were only made for the measurement."""
        self._sqs.purge_queue(QueueUrl=self._queue_url)


class _Watch:
    """Samples a sale's numbers while the crowd presses."""

    def __init__(self, crowd: Crowd, sale_id: str) -> None:
        self._crowd, self._sale_id = crowd, sale_id
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak = 0
        self.samples: list[tuple[int, int, int]] = []

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            before = self._crowd.left(self._sale_id)
            sold = self._crowd.sold(self._sale_id)
            self.samples.append((before, sold, self._crowd.left(self._sale_id)))
            self.peak = max(self.peak, self._crowd.queued())


class Switch:
    """Points the route of submissions to the gateway or to another function."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._api = cloud.client("apigatewayv2")
        self._api_id = cloud.outputs["HttpApiId"]
        self._functions = cloud.client("lambda")
        routes = self._api.get_routes(ApiId=self._api_id, MaxResults="500")["Items"]
        [route] = [it for it in routes if it["RouteKey"] == "POST /api/flash-sales/{sale_id}/orders"]
        self._route_id: str = route["RouteId"]
        self.gateway: str = route["Target"]

    def add(self, code: str) -> str:
        """Add a function with the gateway's layers, role and settings but other code; returns the route's target."""
        pages = self._functions.get_paginator("list_functions").paginate()
        [gateway] = [it for page in pages for it in page["Functions"] if it["Handler"] == "submit_flash_order.handler"]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("bare.py", code)
        made = self._functions.create_function(
            FunctionName=f"bare-{uuid.uuid4().hex[:8]}",
            Runtime=gateway["Runtime"],
            Role=gateway["Role"],
            Handler="bare.handler",
            Code={"ZipFile": buffer.getvalue()},
            Timeout=gateway["Timeout"],
            MemorySize=gateway["MemorySize"],
            Layers=[layer["Arn"] for layer in gateway["Layers"]],
            Environment={"Variables": gateway["Environment"]["Variables"]},
        )
        integration = self._api.create_integration(
            ApiId=self._api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=made["FunctionArn"],
            PayloadFormatVersion="2.0",
        )
        return f"integrations/{integration['IntegrationId']}"

    def to(self, target: str) -> None:
        """Point the route to this target."""
        self._api.update_route(ApiId=self._api_id, RouteId=self._route_id, Target=target)


def rate(crowd: Crowd, sale_id: str, requests: int) -> float:
    """Measure submissions per second, each by another buyer, as many at once as the edge lets through."""

    async def run() -> float:
        gate = asyncio.Semaphore(IN_FLIGHT)
        tokens = [crowd.token(random.randrange(10**9)) for _ in range(requests)]  # noqa: S311 - a load, no secret
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        async with aiohttp.ClientSession(crowd.cloud.url, connector=connector) as session:

            async def ask(token: str) -> int:
                async with gate:
                    headers = {"Authorization": f"Bearer {token}"}
                    async with session.post(f"/api/flash-sales/{sale_id}/orders", json={}, headers=headers) as answer:
                        await answer.read()
                        return answer.status

            begin = time.perf_counter()
            statuses = await asyncio.gather(*(ask(token) for token in tokens))
            seconds = time.perf_counter() - begin
        if set(statuses) != {202}:
            raise LocalFault(f"submissions were answered {dict(Counter(statuses))}")
        return requests / seconds

    return asyncio.run(run())


@dataclass(frozen=True)
class Rates:
    """Requests per second of each function in each round, on the same route."""

    bare: list[float]
    bare_with_message: list[float]
    gateway: list[float]


def compare_rates(crowd: Crowd, rounds: int = 7, requests: int = 250) -> Rates:
    """Measure the rates of the bare functions and the gateway in turns, after all have warmed up."""
    switch = Switch(crowd.cloud)
    sale_id = crowd.begin_sale(1_000_000)
    targets = [switch.add(BARE), switch.add(BARE_WITH_MESSAGE), switch.gateway]
    found: list[list[float]] = [[], [], []]
    with consumer_stands_still(crowd):
        for _ in range(rounds + 1):
            for target, rates in zip(targets, found, strict=True):
                switch.to(target)
                rates.append(rate(crowd, sale_id, requests))
        crowd.forget_queued()
    return Rates(*(rates[1:] for rates in found))


@contextmanager
def consumer_stands_still(crowd: Crowd) -> Iterator[None]:
    """Stop the consumer: on this machine it would take CPU from the gateway, which is measured."""
    functions = crowd.cloud.client("lambda")
    mappings = functions.get_paginator("list_event_source_mappings").paginate()
    [mapping] = [
        it["UUID"]
        for page in mappings
        for it in page["EventSourceMappings"]
        if it["EventSourceArn"].endswith("-flash-orders")
    ]
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping, Enabled=True)


def report(storm: Storm, units: int, rates: Rates) -> str:
    """The section of docs/benchmarks.md."""
    waits = [press.seconds * 1000 for press in storm.presses]
    rows = [
        ["submissions", str(len(storm.presses))],
        ["submissions/s", f"{len(storm.presses) / storm.seconds:.0f}"],
        ["tickets", str(len(storm.tickets))],
        ["verdicts/s, to the last one", f"{storm.verdicts.total() / storm.verdict_seconds:.0f}"],
        ["gateway p50 / p95 / p99, ms", " / ".join(f"{percentile(waits, p):.0f}" for p in (50, 95, 99))],
        ["responses", ", ".join(f"{name} ×{times}" for name, times in storm.answers.most_common())],
        ["verdicts", ", ".join(f"{name} ×{times}" for name, times in storm.verdicts.most_common())],
        ["units / sold / left", f"{units} / {storm.samples[-1][1]} / {storm.samples[-1][2]}"],
        ["longest queue", str(storm.peak_queue)],
    ]
    ceiling = [
        [name, f"{statistics.median(found):.0f}", *(f"{_ratio(found, floor):.2f}" for floor in floors)]
        for floors in [(rates.bare, rates.bare_with_message)]
        for name, found in (
            ("bare: the same token check", rates.bare),
            ("bare, with one message sent", rates.bare_with_message),
            ("submit_flash_order", rates.gateway),
        )
    ]
    parts = [
        "## Flash sale",
        "A crowd of buyers on the local cloud, through its edge (eight requests of a function at once).",
        table(["", "measured"], rows),
        (
            "Rates of one route with three functions behind it, in turns, eight requests at once; medians of rounds.\n"
            "The consumer is stopped, because on AWS it runs elsewhere. The cost of a message here is the emulator's."
        ),
        table(["behind the same route", "requests/s", "of bare", "of bare with message"], ceiling),
    ]
    return "\n\n".join(parts) + "\n"


def _ratio(found: Sequence[float], floor: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(mine / theirs for mine, theirs in zip(found, floor, strict=True))


def flash_sale(cloud: LocalCloud, buyers: int = 500, units: int = 50, submissions: int = 2000) -> str:
    """Run the crowd and the comparison; returns the section."""
    crowd = Crowd(cloud)
    sale_id = crowd.begin_sale(units)
    storm = crowd.storm(sale_id, buyers, submissions, seed=1)
    return report(storm, units, compare_rates(crowd))


def main() -> int:
    """Print the section. Exit status 1 and one line if something fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--buyers", type=int, default=500)
    parser.add_argument("--units", type=int, default=50)
    parser.add_argument("--submissions", type=int, default=2000)
    given = parser.parse_args()
    try:
        with LocalCloud(0, seed=True, progress=lambda line: print(line, file=sys.stderr, flush=True)) as cloud:
            print(flash_sale(cloud, given.buyers, given.units, given.submissions))
    except LocalFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
