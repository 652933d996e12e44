"""Batches of SQS and SNS of which AWS accepts only some entries: the others are reported as failed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape

from aiohttp import web

Forward = Callable[[bytes], Awaitable[web.Response]]
_MEMBER = "PublishBatchRequestEntries.member."


async def forward_some(body: bytes, forward: Forward) -> web.Response:
    """Pass on every second entry, starting with the second; the first always fails."""
    return await (_some_messages if body.startswith(b"{") else _some_publications)(body, forward)


async def _some_messages(body: bytes, forward: Forward) -> web.Response:
    call = json.loads(body)
    taken, failed = call["Entries"][1::2], call["Entries"][0::2]
    answer: dict[str, list[object]] = {"Successful": []}
    if taken:
        passed = await forward(json.dumps({**call, "Entries": taken}).encode())
        if passed.status != 200:
            return passed
        assert isinstance(passed.body, bytes)
        answer = json.loads(passed.body)
    told = [{"Id": it["Id"], "SenderFault": False, "Code": "InternalError", "Message": "Try again"} for it in failed]
    return web.json_response({**answer, "Failed": [*answer.get("Failed", []), *told]})


async def _some_publications(body: bytes, forward: Forward) -> web.Response:
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    numbers = sorted({_number(name) for name, _ in fields if name.startswith(_MEMBER)})
    taken = {number: place for place, number in enumerate(numbers[1::2], 1)}
    failed = [dict(fields)[f"{_MEMBER}{number}.Id"] for number in numbers[0::2]]
    text = (
        "<PublishBatchResponse><PublishBatchResult><Successful/><Failed/></PublishBatchResult></PublishBatchResponse>"
    )
    if taken:
        passed = await forward(urlencode([_renumbered(it, taken) for it in fields if _stays(it[0], taken)]).encode())
        if passed.status != 200:
            return passed
        assert isinstance(passed.body, bytes)
        text = passed.body.decode()
    told = "".join(
        f"<member><Id>{escape(it)}</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>"
        for it in failed
    )
    text = text.replace("<Failed/>", "<Failed></Failed>").replace("<Failed></Failed>", f"<Failed>{told}</Failed>")
    assert told in text, text
    return web.Response(text=text, content_type="text/xml")


def _number(name: str) -> int:
    return int(name.removeprefix(_MEMBER).partition(".")[0])


def _stays(name: str, taken: dict[int, int]) -> bool:
    return not name.startswith(_MEMBER) or _number(name) in taken


def _renumbered(pair: tuple[str, str], taken: dict[int, int]) -> tuple[str, str]:
    name, value = pair
    if not name.startswith(_MEMBER):
        return pair
    number, _, rest = name.removeprefix(_MEMBER).partition(".")
    return f"{_MEMBER}{taken[int(number)]}.{rest}", value
