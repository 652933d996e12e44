"""HTTP: checks the caller and the request, and writes the answer. One function serves one route.

API Gateway does the routing, so there is no resolver here, which would cost 70 ms of each cold start: see
docs/decisions/0003-no-http-resolver.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import unquote

from msgspec import UNSET, field
from msgspec.json import encode
from msgspec.structs import asdict

from posthouse.clients.unavailable import ProviderNotSetUp, ProviderUnavailable
from posthouse.clients.wechat.errors import WechatNotSetUp, WechatUnavailable
from posthouse.domain.identity import Principal, Role
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value
from posthouse.entry import clock, problems
from posthouse.entry.logs import flush_metrics, log_as, logger
from posthouse.entry.problems import Problem, problem_of
from posthouse.store.faults import is_busy, is_down
from posthouse.store.transaction import StoreBusy

if TYPE_CHECKING:
    from posthouse.entry.inputs import Input
    from posthouse.services.step import Step

MAX_BODY_BYTES = 64 * 1024
_TOKENS = "posthouse.entry.tokens"
"""Loaded only by routes that need a token: its JWT library takes a tenth of a cold start."""
_STAFF_TOKENS = "posthouse.entry.staff_tokens"
"""Loaded only by routes of staff."""
_PATH_PARAMETER = re.compile(r"[0-9A-Za-z_+.#@-]{1,128}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

OPEN: frozenset[Role] = frozenset()
GUEST = frozenset({Role.GUEST})
STAFF = frozenset({Role.STAFF, Role.ADMIN})
ADMIN = frozenset({Role.ADMIN})

Event = dict[str, Any]
LambdaAnswer = dict[str, Any]


B = TypeVar("B")
Q = TypeVar("Q")


class Request(Value, Generic[B, Q]):
    """A checked request. On an open route ``caller`` has no name; ``body`` and ``query`` may be None."""

    body: B
    query: Q
    path: Mapping[str, str]
    headers: Mapping[str, str]
    raw_body: bytes
    caller: Principal
    route: str
    idempotency_key: str
    step: Step

    @property
    def body_hash(self) -> str:
        """A digest of the path parameters and the decoded body, so that the spelling of the JSON does not matter.

        It has nothing of the body's secrets: passwords are short enough to be found by their digests.
        """
        sent: Any = self.body
        facts = {} if sent is None else asdict(sent)
        told = (name for name in facts if name not in sent.secrets and facts[name] is not UNSET)
        body = encode({name: facts[name] for name in told}).decode()
        content = json.dumps([sorted(self.path.items()), body])
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def caller_key(self) -> str:
        """The Idempotency-Key with its caller and route: each caller may use the same key, and on each route."""
        return f"{self.caller.subject}#{self.route}#{self.idempotency_key}"


class Answer(Value):
    """The HTTP answer to the client; it has no body where ``body`` is None."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Contract(Value):
    """What a route takes and who may call it. A test compares it with openapi.yaml."""

    body: type[Input] | None
    query: type[Input] | None
    roles: frozenset[Role]
    idempotent: bool
    path: type[Input] | None = None
    keyed: bool = False


Answering = Callable[[Request[Any, Any]], Answer | Refusal | Problem]
Failure = Callable[[Problem, str], LambdaAnswer]
Repeat = Callable[[Request[Any, Any], str], Answer | Refusal]


def problem_answer(problem: Problem, request_id: str) -> LambdaAnswer:
    """Returns a problem in the form that API Gateway expects."""
    headers = {"Content-Type": "application/problem+json", **problem.headers}
    return {"statusCode": problem.status, "headers": headers, "body": problem.body(request_id)}


def endpoint(
    roles: frozenset[Role],
    *,
    body: type[Input] | None = None,
    query: type[Input] | None = None,
    path: type[Input] | None = None,
    idempotent: bool | Repeat = False,
    failure: Failure = problem_answer,
) -> Callable[[Answering], Callable[[Event, Any], LambdaAnswer]]:
    """Make a Lambda handler of a function that takes a checked request and returns an answer.

    Parameters
    ----------
    roles
        Who may call. OPEN: everybody, without a token.
    path
        The path parameters, if they are more than ids: what is no id leads to 404.
    idempotent
        Whether the request must have an Idempotency-Key. A function: it may have one, and is done once then
        (entry/repeats.py); the function returns its answer again, given the target of the change's audit row.
    failure
        How a problem is written; callbacks of WeChat need another form.
    """
    repeat = None if isinstance(idempotent, bool) else idempotent
    contract = Contract(body, query, roles, idempotent is True, path, repeat is not None)
    if roles:
        import_module(_TOKENS)  # at the start of the environment, so that the first request does not wait for it
    if roles & STAFF:
        import_module(_STAFF_TOKENS)

    def decorate(once: Answering) -> Callable[[Event, Any], LambdaAnswer]:
        answer = once if repeat is None else _repeatable(once, repeat)

        def handler(event: Event, context: Any) -> LambdaAnswer:
            request_id = event["requestContext"]["requestId"]
            log_as(request_id, route=event.get("routeKey"))
            try:
                result = _answer(event, contract, _in_its_form(answer, contract, context), clock.step(request_id))
                written = failure(result, request_id) if isinstance(result, Problem) else _written(result)
                _log_answer(event, result, written["statusCode"])
                return written
            finally:
                flush_metrics()

        handler.contract = contract  # type: ignore[attr-defined]
        return handler

    return decorate


def _in_its_form(answer: Answering, contract: Contract, context: Any) -> Answering:
    """Returns what answers a list of staff as CSV where that is asked for."""
    if not contract.roles or not contract.roles <= STAFF:
        return answer

    def in_its_form(request: Request[Any, Any]) -> Answer | Refusal | Problem:
        if not (request.route.startswith("GET ") and "text/csv" in request.headers.get("accept", "").lower()):
            return answer(request)
        from posthouse.entry import csv_lists

        if not csv_lists.asks_for_csv(request.headers["accept"]):
            return answer(request)
        return csv_lists.csv_answer(request, answer, context.get_remaining_time_in_millis)

    return in_its_form


def _repeatable(answer: Answering, repeat: Repeat) -> Answering:
    def answer_once(request: Request[Any, Any]) -> Answer | Refusal | Problem:
        if not request.idempotency_key:
            return answer(request)
        from posthouse.entry import repeats

        return repeats.answer_once(request, answer, repeat)

    return answer_once


def _answer(event: Event, contract: Contract, answer: Answering, step: Step) -> Answer | Problem:
    try:
        request = _read(event, contract, step)
        result = request if isinstance(request, Problem) else answer(request)
    except Exception as fault:  # noqa: BLE001 - no stack trace may leave the function
        return _problem_of_fault(fault)
    if isinstance(result, Refusal):
        logger.info("refused", refusal=type(result).__name__)
        return problem_of(result)
    return result


def _log_answer(event: Event, result: Answer | Problem, status: int) -> None:
    """Log one line for each request, except for a GET that succeeded."""
    if event.get("routeKey", "").startswith("GET ") and isinstance(result, Answer):
        return
    body = result.body if isinstance(result, Answer) and isinstance(result.body, dict) else {}
    order_no = (event.get("pathParameters") or {}).get("order_no") or body.get("order_no")
    known = {"order_no": order_no} if order_no else {}
    logger.info("answered", status=status, **known)


def _problem_of_fault(fault: Exception) -> Problem:
    if isinstance(fault, WechatUnavailable):
        logger.warning("WeChat is unavailable", api=fault.api, reason=fault.reason)
        return problems.WECHAT_UNAVAILABLE
    if isinstance(fault, WechatNotSetUp):
        logger.warning("WeChat is not set up", reason=fault.reason)
        return problems.WECHAT_NOT_SET_UP
    if isinstance(fault, (ProviderUnavailable, ProviderNotSetUp)):
        logger.warning("a provider of payments is unavailable", reason=fault.reason)
        return problems.PROVIDER_UNAVAILABLE
    if isinstance(fault, StoreBusy) or is_busy(fault):
        logger.warning("the store is busy", exc_info=fault)
        return problems.BUSY
    if is_down(fault):
        logger.warning("AWS is down", exc_info=fault)
        return problems.BUSY
    logger.error("unexpected fault", exc_info=fault)
    return problems.INTERNAL_ERROR


def _read(event: Event, contract: Contract, step: Step) -> Request[Any, Any] | Problem:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    caller = _caller(headers, contract)
    if isinstance(caller, Problem):
        return caller
    path = _path(event, contract)
    if isinstance(path, Problem):
        return path
    key = headers.get("idempotency-key", "")
    # An empty key is a wrong one: its client means that a repeat does nothing.
    needs_key = contract.idempotent or (contract.keyed and "idempotency-key" in headers)
    if needs_key and not _IDEMPOTENCY_KEY.fullmatch(key):
        return problems.KEY_REQUIRED
    raw = _raw_body(event)
    if raw is None or len(raw) > MAX_BODY_BYTES:
        return problems.MALFORMED_JSON if raw is None else problems.BODY_TOO_LARGE
    query = _query(event, contract)
    body = None if isinstance(query, Problem) else _body(raw, contract)
    for part in (query, body):
        if isinstance(part, Problem):
            return part
    return Request(body, query, path, headers, raw, caller, event.get("routeKey", ""), key, step)


def _path(event: Event, contract: Contract) -> Mapping[str, str] | Problem:
    sent: Mapping[str, str] = event.get("pathParameters") or {}
    if contract.path is None:
        are_ids = all(_PATH_PARAMETER.fullmatch(value) for value in sent.values())
        return sent if are_ids else Problem(404, "not_found", "There is nothing of that name.")
    from posthouse.entry.inputs import read_facts

    path = read_facts(contract.path, {name: unquote(value) for name, value in sent.items()})
    return path if isinstance(path, Problem) else asdict(path)


def _query(event: Event, contract: Contract) -> Input | Problem | None:
    sent = event.get("queryStringParameters") or {}
    if contract.query is None:
        return problems.invalid((name, "This route takes no such parameter") for name in sent) if sent else None
    from posthouse.entry.inputs import read_query

    return read_query(contract.query, sent)


def _body(raw: bytes, contract: Contract) -> Input | Problem | None:
    if contract.body is None:
        return None
    from posthouse.entry.inputs import read_body

    return read_body(contract.body, raw)


def _caller(headers: Mapping[str, str], contract: Contract) -> Principal | Problem:
    if not contract.roles:
        return Principal("", Role.GUEST)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return problems.MISSING_TOKEN
    from posthouse.entry import tokens

    caller = tokens.verify(token.strip())
    if isinstance(caller, tokens.InvalidToken):
        return problems.EXPIRED_TOKEN if caller.expired else problems.INVALID_TOKEN
    if caller.role not in contract.roles:
        return problems.FORBIDDEN
    return problems.ENDED_TOKEN if caller.role in STAFF and _has_ended(caller) else caller


def _has_ended(caller: Principal) -> bool:
    from posthouse.entry import staff_tokens

    return staff_tokens.has_ended(caller)


def _raw_body(event: Event) -> bytes | None:
    """Returns the exact bytes that the client sent. API Gateway encodes some bodies in base64."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None


def _written(answer: Answer) -> LambdaAnswer:
    if answer.body is None:
        return {"statusCode": answer.status, "headers": dict(answer.headers)}
    if isinstance(answer.body, str):  # a file, with a content type of its own
        return {"statusCode": answer.status, "headers": dict(answer.headers), "body": answer.body}
    headers = {"Content-Type": "application/json", **answer.headers}
    body = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return {"statusCode": answer.status, "headers": headers, "body": body}
