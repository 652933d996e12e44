"""The AWS that fails by a plan: the same seed gives the same faults; a batch that is taken in part loses the rest."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from tests.e2e.failed_entries import forward_some
from tests.e2e.faulty_aws import PLAN, Call, Fate, Plan

PUT = Call("dynamodb", "PutItem", "key", {}, "/", b"{}")
SEND = Call("sqs", "SendMessage", "key", {}, "/", b"{}")


def test_a_seed_brings_the_same_faults_whatever_other_operations_do() -> None:
    alone, among, other = Plan(7, active=True), Plan(7, active=True), Plan(8, active=True)
    fates = [alone.next_fate(PUT) for _ in range(2000)]
    mixed = [(among.next_fate(SEND), among.next_fate(PUT))[1] for _ in range(2000)]
    assert fates == mixed
    assert fates != [other.next_fate(PUT) for _ in range(2000)]
    assert {fate for fate in fates if fate} == set(PLAN["dynamodb.PutItem"])


def test_nothing_fails_before_it_begins() -> None:
    plan = Plan(7)
    assert not any(plan.next_fate(PUT) for _ in range(500))


def test_an_outage_outlasts_the_tries_of_a_client() -> None:
    plan = Plan(7, active=True)
    fates = [plan.next_fate(PUT) for _ in range(2000)]
    down = [fate in {Fate.THROTTLED, Fate.SERVER_ERROR} for fate in fates]
    assert any(all(down[at : at + 4]) for at in range(len(down)))


def test_a_batch_of_messages_is_passed_on_in_part() -> None:
    entries = [{"Id": name, "MessageBody": "{}"} for name in "abc"]
    passed: list[bytes] = []

    async def forward(body: bytes) -> web.Response:
        passed.append(body)
        return web.json_response({"Successful": [{"Id": "b"}]})

    answer = asyncio.run(forward_some(json.dumps({"QueueUrl": "q", "Entries": entries}).encode(), forward))
    assert [entry["Id"] for entry in json.loads(passed[0])["Entries"]] == ["b"]
    assert isinstance(answer.body, bytes)
    told = json.loads(answer.body)
    assert ([it["Id"] for it in told["Successful"]], [it["Id"] for it in told["Failed"]]) == (["b"], ["a", "c"])


def test_a_batch_of_publications_is_passed_on_in_part_and_numbered_anew() -> None:
    member = "PublishBatchRequestEntries.member."
    fields = [("Action", "PublishBatch"), ("TopicArn", "t")]
    fields += [(f"{member}{at}.{name}", f"{at}") for at in (1, 2, 3) for name in ("Id", "Message")]
    passed: list[bytes] = []

    async def forward(body: bytes) -> web.Response:
        passed.append(body)
        return web.Response(text="<r><Successful><member><Id>2</Id></member></Successful><Failed></Failed></r>")

    answer = asyncio.run(forward_some(urlencode(fields).encode(), forward))
    assert parse_qsl(passed[0].decode())[2:] == [(f"{member}1.Id", "2"), (f"{member}1.Message", "2")]
    assert answer.text is not None
    assert [f"<Id>{at}</Id>" in answer.text.partition("<Failed>")[2] for at in (1, 2, 3)] == [True, False, True]
