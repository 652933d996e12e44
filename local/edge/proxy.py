"""`/api/*`: passes requests to the deployed HTTP API and its responses back, byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.edge.problems import problem
from local.edge.routes import Lanes, RouteTable, TooManyWaitingError
from local.gaps import is_handler_crash

BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's limit for a request's body, in bytes."""
TIMEOUT_SECONDS = 30.0
"""API Gateway's limit for a request, in seconds; here it includes the wait for a free place."""
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
NOT_FORWARDED = HOP_BY_HOP | {"host", "content-length", "expect", "x-forwarded-for", "x-forwarded-proto"}
NOT_INVENTED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
NOT_RETURNED = HOP_BY_HOP | {"content-length", "date", "server"}


class ApiProxy:
    """Forwards to one deployed HTTP API."""

    def __init__(self, upstream: str, routes: RouteTable, timeout: float = TIMEOUT_SECONDS) -> None:
        """Forward requests to `upstream` + the request's path. `timeout` is in seconds."""
        self._upstream = upstream
        self._routes = routes
        self._timeout = timeout
        self._lanes = Lanes()
        self._session: aiohttp.ClientSession | None = None

    async def session_context(self, _: web.Application) -> AsyncIterator[None]:
        """Keep one pool of connections for the application's life (an aiohttp `cleanup_ctx`)."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            self._session = session
            yield
        self._session = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request; a failure on the way becomes a problem response."""
        path = request.raw_path.partition("?")[0]
        function = self._routes.function_for(request.method, path)
        if function is None:
            return problem(HTTPStatus.NOT_FOUND, "not_found", f"There is no {request.method} {path}.")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            detail = f"A request's body may have {BODY_BYTES} bytes."
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "payload_too_large", detail)
        try:
            async with asyncio.timeout(self._timeout), self._lanes.enter(function):
                return await self._forward(request, body, function)
        except TooManyWaitingError:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", "Too many requests are waiting; try again.")
        except TimeoutError:
            detail = f"The API did not answer within {self._timeout:g} s."
            return problem(HTTPStatus.GATEWAY_TIMEOUT, "gateway_timeout", detail)
        except aiohttp.ClientError:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "service_unavailable", "The API cannot be reached.")

    async def _forward(self, request: web.Request, body: bytes, function: str) -> web.Response:
        if self._session is None:
            raise aiohttp.ClientConnectionError
        url = URL(self._upstream + request.raw_path, encoded=True)
        headers = _forwarded_headers(request)
        async with self._session.request(
            request.method,
            url,
            headers=headers,
            data=body or None,
            allow_redirects=False,
            skip_auto_headers=NOT_INVENTED,
        ) as answer:
            content = await answer.read()
            content_type = answer.headers.get("Content-Type", "")
            if is_handler_crash(answer.status, content_type, content):
                request_id = answer.headers.get("apigw-requestid")
                detail = f"{function} crashed: .local/logs/latest/functions.log says why."
                return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail, request_id)
            kept = CIMultiDict(
                (name, value) for name, value in answer.headers.items() if name.lower() not in NOT_RETURNED
            )
            return web.Response(status=answer.status, reason=answer.reason, headers=kept, body=content)


def _forwarded_headers(request: web.Request) -> CIMultiDict[str]:
    named = {token.strip().lower() for token in request.headers.get("Connection", "").split(",")}
    dropped = NOT_FORWARDED | named
    headers = CIMultiDict((name, value) for name, value in request.headers.items() if name.lower() not in dropped)
    hops = [*request.headers.getall("X-Forwarded-For", []), request.remote or "unknown"]
    headers["X-Forwarded-For"] = ", ".join(hops)
    headers["X-Forwarded-Proto"] = request.scheme
    return headers
