"""A request with an Idempotency-Key, on a route that does not require one: it is done once, and its repeats get the
same answer.

The key is claimed in the transaction that makes the change, beside its audit row. Loaded only by such requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.refusal import IdempotencyKeyReused, Refusal
from posthouse.services.step import busy
from posthouse.store import idempotency
from posthouse.store.idempotency import Claim
from posthouse.store.transaction import KeyTaken

if TYPE_CHECKING:
    from posthouse.entry.http import Answer, Request
    from posthouse.entry.problems import Problem

Asked = Callable[["Request[Any, Any]"], "Answer | Refusal | Problem"]
Repeat = Callable[["Request[Any, Any]", str], "Answer | Refusal"]


def answer_once(request: Request[Any, Any], answer: Asked, repeat: Repeat) -> Answer | Refusal | Problem:
    """Answer a request once. ``repeat`` returns the answer again, by the target of the change's audit row."""
    before = _answer_again(request, repeat)
    if before is not None:
        return before
    claim = Claim(request.caller_key, request.body_hash)
    try:
        result = answer(replace(request, step=replace(request.step, claim=claim)))
    except KeyTaken:
        return _answer_again(request, repeat) or _gone(request)
    # A first request with the same key may have committed meanwhile, and be the reason of the refusal.
    return (_answer_again(request, repeat) or result) if isinstance(result, Refusal) else result


def _answer_again(request: Request[Any, Any], repeat: Repeat) -> Answer | Refusal | None:
    target = idempotency.result_for(request.caller_key, request.body_hash)
    if target is None or isinstance(target, IdempotencyKeyReused):
        return target
    return repeat(request, target)


def _gone(request: Request[Any, Any]) -> Refusal:
    raise busy(request.route)
