"""The edge: routes, bounded queues, what it passes on and what it changes, pages. Served on the loopback interface."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from local.edge.headers import SECURITY_HEADERS
from local.edge.pages import Pages
from local.edge.proxy import BODY_BYTES, ApiProxy
from local.edge.routes import Lanes, RouteTable, TooManyWaitingError
from local.faults import LocalFault
from local.folders import ROOT
from local.ports import bind_loopback, close_all
from local.run import read_settings

ROUTES = RouteTable(
    {
        "GET /api/rooms/{room_id}": "GetRoom",
        "GET /api/rooms/best": "GetBestRoom",
        "POST /api/rooms": "CreateRoom",
        "ANY /api/echo/{rest+}": "Echo",
        "GET /api/crash": "Crash",
        "GET /api/slow": "Slow",
    }
)


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("GET", "/api/rooms/R1", "GetRoom"),
        ("GET", "/api/rooms/best", "GetBestRoom"),
        ("GET", "/api/rooms/", None),
        ("GET", "/api/rooms", None),
        ("GET", "/api/rooms/R1/nights", None),
        ("DELETE", "/api/rooms/R1", None),
        ("PUT", "/api/echo/a/b", "Echo"),
        ("PUT", "/api/echo", None),
        ("GET", "/api", None),
    ],
)
def test_a_request_goes_to_the_most_specific_route(method: str, path: str, function: str | None) -> None:
    assert ROUTES.function_for(method, path) == function


def test_a_lane_lets_in_so_many_keeps_so_many_waiting_and_turns_the_rest_away() -> None:
    async def scenario() -> None:
        lanes = Lanes(in_flight=2, waiting=1)
        inside: list[int] = []
        gate = asyncio.Event()

        async def visit(number: int) -> None:
            async with lanes.enter("f"):
                inside.append(number)
                await gate.wait()

        visits = [asyncio.create_task(visit(number)) for number in range(3)]
        await asyncio.sleep(0)
        assert inside == [0, 1]
        with pytest.raises(TooManyWaitingError):
            await asyncio.wait_for(visit(3), 30)
        async with asyncio.timeout(30), lanes.enter("another function"):
            pass
        gate.set()
        await asyncio.wait_for(asyncio.gather(*visits), 30)
        assert inside == [0, 1, 2]

    asyncio.run(scenario())


TIMEOUT = 2.0
"""In seconds: all responses but one come long before, also on a busy machine."""
Scenario = Callable[[aiohttp.ClientSession, str], Awaitable[None]]


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _upstream(request: web.Request) -> web.Response:
    if request.path.endswith("/crash"):
        return web.json_response(
            {"errorMessage": "secret", "errorType": "x"}, status=502, headers={"apigw-requestid": "id-7"}
        )
    if request.path.endswith("/slow"):
        await asyncio.sleep(TIMEOUT + 0.5)
    seen = {
        "path": request.raw_path,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": (await request.read()).hex(),
    }
    headers = {"X-Cache": "l1", "Connection": "close", "Content-Type": "application/json; x=y"}
    answer = web.Response(body=json.dumps(seen).encode(), status=418, headers=headers)
    answer.headers.add("Set-Cookie", "a=1")
    answer.headers.add("Set-Cookie", "b=2")
    return answer


def run_behind_the_proxy(scenario: Scenario, *, upstream: str | None = None) -> None:
    async def run() -> None:
        back = web.Application()
        back.router.add_route("*", "/{path:.*}", _upstream)
        back_runner, back_url = await _serve(back)
        proxy = ApiProxy(upstream or f"{back_url}/base", ROUTES, timeout=TIMEOUT)
        front = web.Application(client_max_size=BODY_BYTES)
        front.cleanup_ctx.append(proxy.session_context)
        front.router.add_route("*", "/{path:.*}", proxy.handle)
        front_runner, front_url = await _serve(front)
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            await scenario(session, front_url)
        await front_runner.cleanup()
        await back_runner.cleanup()

    asyncio.run(run())


async def expect_problem(answer: aiohttp.ClientResponse, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = json.loads(await answer.read())
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem.keys() == {"type", "title", "status", "detail", "code", "request_id"}
    return problem


def test_path_body_and_headers_pass_as_they_are_but_for_hop_by_hop_ones() -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        raw = b'{ "a":\xe4\xbd\xa0, "b": 1.0 }\r\n\x00'
        sent = {
            "Authorization": "Bearer x.y.z",
            "Content-Type": "application/json",
            "Wechatpay-Signature": "a+/=",
            "X-Forwarded-For": "203.0.113.9",
            "Connection": "keep-alive, X-Secret-Hop",
            "X-Secret-Hop": "1",
            "TE": "trailers",
        }
        target = URL(f"{url}/api/echo/a%2Fb%20c/%e4%bd%a0%7E?q=1&q=%2B+2&empty=", encoded=True)
        async with session.put(target, data=raw, headers=sent, skip_auto_headers=["User-Agent", "Accept"]) as answer:
            seen = json.loads(await answer.read())

        assert seen["path"] == "/base/api/echo/a%2Fb%20c/%e4%bd%a0%7E?q=1&q=%2B+2&empty="
        assert bytes.fromhex(seen["body"]) == raw
        headers = seen["headers"]
        assert headers["authorization"] == "Bearer x.y.z"
        assert headers["wechatpay-signature"] == "a+/="
        assert headers["content-type"] == "application/json"
        assert headers["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
        assert not {"x-secret-hop", "te", "user-agent", "accept"} & headers.keys()
        assert answer.status == 418
        assert answer.headers["X-Cache"] == "l1"
        assert answer.headers["Content-Type"] == "application/json; x=y"
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
        assert answer.headers.get("Connection") != "close"

    run_behind_the_proxy(scenario)


def test_a_crashed_handler_is_a_problem_without_its_error() -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}/api/crash") as answer:
            problem = await expect_problem(answer, 500, "internal_error")
            assert problem["request_id"] == "id-7"
            assert "secret" not in json.dumps(problem)

    run_behind_the_proxy(scenario)


def test_what_goes_wrong_on_the_way_is_a_problem() -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}/api/none") as answer:
            await expect_problem(answer, 404, "not_found")
        async with session.delete(f"{url}/api/rooms/R1") as answer:
            await expect_problem(answer, 404, "not_found")
        async with session.get(f"{url}/api/slow") as answer:
            await expect_problem(answer, 504, "gateway_timeout")
        async with session.post(f"{url}/api/rooms", data=b"x" * (BODY_BYTES + 1)) as answer:
            await expect_problem(answer, 413, "payload_too_large")

    run_behind_the_proxy(scenario)


def test_an_api_that_is_down_is_503() -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}/api/rooms/R1") as answer:
            await expect_problem(answer, 503, "service_unavailable")

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        run_behind_the_proxy(scenario, upstream=f"http://127.0.0.1:{unused.getsockname()[1]}")


PAGES = ("index.html", "guest/app.js", "staff/index.html", "shared/base.css", "docs/index.html", "vendor/a/LICENSE.txt")
NO_PAGES = (
    "package.json",
    "vendor.mjs",
    "openapi_lint.mjs",
    "node_modules/a/index.js",
    "mini_program/app.js",
    ".env.txt",
    "notes.md",
)


@pytest.fixture
def web_folder(tmp_path: Path) -> Path:
    for name in (*PAGES, *NO_PAGES, "config.json"):
        (tmp_path / "web" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "web" / name).write_text(name, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "web" / "guest" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path / "web"


def run_with_pages(web_folder: Path, scenario: Scenario) -> None:
    async def run() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", Pages(web_folder).handle)
        runner, url = await _serve(app)
        async with aiohttp.ClientSession() as session:
            await scenario(session, url)
        await runner.cleanup()

    asyncio.run(run())


def test_pages_come_from_where_they_lie_with_their_type(web_folder: Path) -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        for path, text, kind in [
            ("/", "index.html", "text/html"),
            ("/index.html", "index.html", "text/html"),
            ("/guest/app.js", "guest/app.js", "text/javascript"),
            ("/staff/", "staff/index.html", "text/html"),
            ("/staff", "staff/index.html", "text/html"),
            ("/docs", "docs/index.html", "text/html"),
            ("/shared/base.css", "shared/base.css", "text/css"),
            ("/vendor/a/LICENSE.txt", "vendor/a/LICENSE.txt", "text/plain"),
        ]:
            async with session.get(url + path) as answer:
                assert (await answer.text(), answer.content_type) == (text, kind)
        async with session.get(f"{url}/staff", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (301, "/staff/")
        async with session.get(f"{url}/docs/openapi.yaml") as answer:
            assert (await answer.read(), answer.content_type) == (
                (ROOT / "openapi.yaml").read_bytes(),
                "application/yaml",
            )

    run_with_pages(web_folder, scenario)


def test_a_page_is_compressed_for_a_browser_that_takes_gzip(web_folder: Path) -> None:
    text = "body { color: red }\n" * 200
    sheet = web_folder / "shared" / "base.css"
    sheet.write_text(text, encoding="utf-8")

    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        path = f"{url}/shared/base.css"
        seen: dict[str, tuple[str | None, str, int]] = {}
        for takes in ("gzip, br", "gzip;q=0", "br", "*"):
            async with session.get(path, headers={"Accept-Encoding": takes}) as answer:
                assert (answer.status, answer.headers["Vary"], await answer.text()) == (200, "Accept-Encoding", text)
                length = int(answer.headers["Content-Length"])
                seen[takes] = answer.headers.get("Content-Encoding"), answer.headers["ETag"], length
        assert [it[0] for it in seen.values()] == ["gzip", None, None, "gzip"]
        packed, plain = seen["gzip, br"], seen["br"]
        assert packed[2] < len(text) / 5
        assert packed[1] != plain[1], "a cache must not take one for the other"
        for takes, tag in (("gzip", packed[1]), ("br", plain[1])):
            known = {"Accept-Encoding": takes, "If-None-Match": tag}
            async with session.get(path, headers=known) as answer:
                assert (answer.status, answer.headers["Vary"]) == (304, "Accept-Encoding")
        sheet.write_text(text.replace("red", "tan"), encoding="utf-8")
        async with session.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed[1]}) as answer:
            assert (answer.status, "tan" in await answer.text()) == (200, True)
        # What is small stays as it is.
        async with session.get(f"{url}/guest/app.js", headers={"Accept-Encoding": "gzip"}) as answer:
            assert "Content-Encoding" not in answer.headers

    run_with_pages(web_folder, scenario)


def test_what_is_no_page_or_lies_outside_is_not_served(web_folder: Path) -> None:
    async def scenario(_: aiohttp.ClientSession, url: str) -> None:
        for path in (
            *(f"/{name}" for name in NO_PAGES),
            "/guest",
            "/guest/",
            "/nowhere",
            "/../secret.txt",
            "/staff/../../secret.txt",
            "/staff/../index.html",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            f"/{web_folder}/index.html",
            f"/{web_folder}/staff",
            "/guest/link.txt",
            "/%00",
            "/%00.html",
        ):
            status, content = await _raw_get(url, path)
            assert (status, b"no such page" in content) == (404, True), path

    run_with_pages(web_folder, scenario)


def test_pages_are_told_that_wechat_is_a_simulator(web_folder: Path) -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}/config.json") as answer:
            assert await answer.json() == {"simulator": True}

    run_with_pages(web_folder, scenario)


def test_every_page_says_what_a_browser_may_do_with_it(web_folder: Path) -> None:
    async def scenario(session: aiohttp.ClientSession, url: str) -> None:
        for path in ("/", "/staff/", "/guest/app.js", "/docs/openapi.yaml", "/config.json", "/staff", "/nowhere"):
            async with session.get(url + path, allow_redirects=False) as answer:
                assert answer.headers.items() >= SECURITY_HEADERS.items(), path
                assert answer.headers["Cache-Control"] == "no-cache"

    run_with_pages(web_folder, scenario)


async def _raw_get(url: str, path: str) -> tuple[int, bytes]:
    """Request a path exactly as it is written; client libraries would remove dots."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), content


def test_a_port_in_use_is_one_clear_line() -> None:
    sockets = bind_loopback(0)
    port = sockets[0].getsockname()[1]
    try:
        with pytest.raises(
            LocalFault, match=f"^Port {port} is in use: stop what holds it or run PORT={port + 1} make run$"
        ):
            bind_loopback(port)
    finally:
        close_all(sockets)
    close_all(bind_loopback(port))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "http"}, "PORT must be a whole number from 0 to 65535, not 'http'."),
        ({"PORT": "70000"}, "PORT must be"),
        ({"PAYMENT_TIMEOUT_SECONDS": "0"}, "PAYMENT_TIMEOUT_SECONDS must be a whole number from 5 to 7200, not '0'."),
        ({"PAYMENT_TIMEOUT_SECONDS": "1e3"}, "PAYMENT_TIMEOUT_SECONDS must be"),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_clear_line(environment: dict[str, str], said: str) -> None:
    with pytest.raises(LocalFault, match=said):
        read_settings(environment)


def test_settings_come_from_the_environment() -> None:
    assert read_settings({}) == (8080, {})
    assert read_settings({"PORT": "", "PAYMENT_TIMEOUT_SECONDS": ""}) == (8080, {})
    assert read_settings({"PORT": "8081", "PAYMENT_TIMEOUT_SECONDS": "20"}) == (8081, {"PaymentTimeoutSeconds": "20"})
