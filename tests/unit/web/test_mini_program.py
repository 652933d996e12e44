"""The mini program: the pages that notices name, and which places it opens."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from local.wechat_simulator.config import released_pages
from posthouse.domain.event import Event, EventType
from posthouse.domain.ids import IdKind
from posthouse.domain.notice_fields import Notice
from tests.support.template import ROOT

SHELL = ROOT / "web/mini_program/pages/web"
ULID = "01KAHJ3W8Q6F2M9N4T7XBZC5DG"
STATE = "0123456789abcdef0123456789abcdef"
# A mini program without WeChat: its page's `onLoad` gets the query as WeChat gives it, still encoded.
HARNESS = """
globalThis.getApp = () => ({ globalData: { site: "" } });
globalThis.wx = { login: async () => ({ code: "a code" }) };
let page = null;
globalThis.Page = (made) => { page = made; page.setData = (data) => Object.assign(page.data, data); };
require(process.argv[1] + "/web.js");
(async () => {
  page.onLoad(JSON.parse(process.argv[2]));
  if (!page.data.src) await page.withPhone({ detail: { code: "a phone" } });
  console.log(page.data.src);
})();
"""


def guest_routes() -> list[str]:
    """The paths of the guest's pages, as web/guest/*/routes.js register them."""
    files = sorted((ROOT / "web/guest").glob("*/routes.js"))
    return [path for file in files for path in re.findall(r'\["(/[^"]*)", ', file.read_text())]


@cache
def shell() -> Path:
    """The shell's page in a folder of its own: node takes all files below `web/` for ES modules, WeChat does not."""
    folder = Path(tempfile.mkdtemp()) / "web"
    shutil.copytree(SHELL, folder)
    atexit.register(shutil.rmtree, folder.parent)
    return folder


def opened(page: str) -> str:
    """The address, without its host, that the shell's page shows for a `page` of a notice or of `reLaunch`."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, which runs the mini program's page")
    query = dict(pair.split("=", 1) for pair in urlsplit(page).query.split("&") if pair)
    ran = subprocess.run(
        [node, "-e", HARNESS, str(shell()), json.dumps(query)], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def notice(kind: type[Notice], order_no: str) -> Notice:
    facts: dict[str, Any] = {"order_no": order_no}
    return kind(Event(EventType.BOOKING_PAID, order_no, 1, datetime(2026, 11, 21, tzinfo=UTC), facts, "c"))


def is_route(path: str) -> bool:
    return any(
        re.fullmatch(re.sub(r"/:\w+", r"/[^/]+", re.sub(r"/:\w+\?", r"(/[^/]+)?", it)), path) for it in guest_routes()
    )


@pytest.mark.parametrize("order", [IdKind.BOOKING, IdKind.SHOP_ORDER, IdKind.FLASH_ORDER])
@pytest.mark.parametrize("kind", Notice.__subclasses__(), ids=lambda kind: str(kind.kind))
def test_a_notice_opens_the_orders_page(kind: type[Notice], order: IdKind) -> None:
    """WeChat refuses a page that is not in app.json (41030), and a slash before it."""
    order_no = f"{order}{ULID}"
    page = notice(kind, order_no).page
    assert urlsplit(page).path in json.loads((ROOT / "web/mini_program/app.json").read_text())["pages"]
    [path] = parse_qs(urlsplit(page).query)["to"]
    assert is_route(path)
    assert path == "/me" or path.endswith(f"/{order_no}")
    assert opened(page) == f"/#{path}"


def test_every_page_of_the_mini_program_is_there() -> None:
    for page in released_pages():
        assert all((ROOT / f"web/mini_program/{page}.{kind}").is_file() for kind in ("js", "json", "wxml")), page


@pytest.mark.parametrize("route", [route for route in guest_routes() if route != "/login"])
def test_the_shell_opens_every_page_of_the_guests(route: str) -> None:
    whole = re.sub(r":check_\w+\?", "2026-11-21", route).replace(":party?", "2-3-1")
    for path in (re.sub(r":\w+\??", f"B{ULID}", it) for it in {whole, re.sub(r"/:\w+\?", "", route)}):
        assert opened(f"pages/web/web?to={quote(path, safe='')}") == f"/#{path}"
    with_dates = f"{path}?check_in=2026-11-21&city=%E6%88%90%E9%83%BD"
    assert opened(f"pages/web/web?to={quote(with_dates, safe='')}") == f"/#{with_dates}"


@pytest.mark.parametrize(
    "to",
    [
        "/login?login_code=of-somebody-else&to=/",
        "/login",
        "/login/?login_code=x",
        "//elsewhere.example/",
        "/orders#/login?login_code=x",
        "https://elsewhere.example/",
        "/orders/<script>",
        "orders",
    ],
)
def test_the_shell_opens_nothing_else(to: str) -> None:
    assert opened(f"pages/web/web?to={quote(to, safe='')}") == "/#/"


def test_the_shell_does_not_stumble_over_a_broken_link() -> None:
    assert opened("pages/web/web?to=%E6%zz") == "/#/"


def test_a_login_carries_what_the_page_asked_with() -> None:
    shown = opened(f"pages/web/web?login=1&state={STATE}&to=%2Forders")
    path, query = shown.removeprefix("/#").split("?")
    assert path == "/login"
    assert parse_qs(query) == {
        "login_code": ["a code"],
        "state": [STATE],
        "to": ["/orders"],
        "phone_code": ["a phone"],
    }


@pytest.mark.parametrize("state", ["", "&state=", "&state=x%26login_code%3Dy"])
def test_a_login_that_no_page_asked_for_is_none(state: str) -> None:
    assert opened(f"pages/web/web?login=1{state}&to=%2Forders") == "/#/orders"


# WeChat shows its question only within the tap or right after the payment, and not after anything that was awaited
# in between.
QUESTIONS = """
const asked = [];
let inTap = false;
globalThis.getApp = () => ({ globalData: { site: "" } });
globalThis.wx = {
  request: ({ success }) => setTimeout(() => success({ data: JSON.parse(process.argv[3]) })),
  requestPayment: async () => {
    inTap = true;
    Promise.resolve().then(() => Promise.resolve()).then(() => { inTap = false; });
  },
  requestSubscribeMessage: async ({ tmplIds }) => { asked.push({ tmplIds, inTap }); return {}; },
  navigateBack: () => asked.push("back"),
};
let page = null;
globalThis.Page = (made) => { page = made; page.setData = (data) => Object.assign(page.data, data); };
require(process.argv[1]);
(async () => {
  await page.onLoad(JSON.parse(process.argv[2]));
  if (page.ask) { inTap = true; const end = page.ask(); inTap = false; await end; }
  await new Promise((done) => setTimeout(done, 20));
  console.log(JSON.stringify({ asked, words: page.data.words }));
})();
"""
TEMPLATES = {"paid": "T-paid", "shipped": "T-shipped", "refunded": "T-refunded", "finished": "T-finished"}


def questions(page: str, query: dict[str, str]) -> list[Any]:
    """What the page asks WeChat for, and when."""
    return list(shown(page, query)["asked"])


def shown(page: str, query: dict[str, str]) -> dict[str, Any]:
    """What the page asks WeChat for, and which notices it names."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, which runs the mini program's page")
    source = shell().parent / "pages" / page
    if not source.parent.exists():
        shutil.copytree(ROOT / "web/mini_program/pages", source.parent)
    file = next(source.glob(f"{page}.js"))
    ran = subprocess.run(
        [node, "-e", QUESTIONS, str(file), json.dumps(query), json.dumps(TEMPLATES)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(ran.stdout))


@pytest.mark.parametrize(
    ("kinds", "ids"),
    [
        ("paid%2Cshipped%2Crefunded", ["T-paid", "T-shipped", "T-refunded"]),
        ("paid,shipped,refunded,finished", ["T-paid", "T-shipped", "T-refunded"]),
        ("finished,checked_in,of_nobody", ["T-finished"]),
    ],
)
def test_a_tap_asks_for_three_at_most_and_at_once(kinds: str, ids: list[str]) -> None:
    assert questions("notices", {"kinds": kinds}) == [{"tmplIds": ids, "inTap": True}, "back"]


def test_nothing_is_asked_where_nothing_is_registered() -> None:
    assert questions("notices", {"kinds": "checked_in"}) == ["back"]


def test_only_notices_that_are_asked_for_are_named() -> None:
    """A merchant may do without some message templates."""
    assert shown("notices", {"kinds": "reserved,changed,refunded"})["words"] == ["退款到账通知"]


def test_a_payment_is_followed_by_the_question() -> None:
    assert questions("pay", {"kinds": "finished%2Crefunded", "package": "prepay_id%3D1"}) == [
        {"tmplIds": ["T-finished", "T-refunded"], "inTap": True},
        "back",
    ]
