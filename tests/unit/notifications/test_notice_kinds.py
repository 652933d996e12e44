"""Lists of the kinds of notices in files that cannot import the enumeration: documents, pages, WeChat's simulator."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import get_args

import pytest

from local import notice_kinds
from local.wechat_simulator.mini_program import MOST_TEMPLATES
from posthouse.domain.event import Event, EventType
from posthouse.domain.notice_fields import Notice
from posthouse.domain.notice_kind import OPTIONAL_NOTICES, NoticeKind
from posthouse.domain.notice_reason import NoticeReason
from tests.support.template import ROOT

ORDER_NOTICES = [kind for kind in NoticeKind if kind is not NoticeKind.LOGIN]
FACTS = {
    "nickname": "小雨",
    "order_no": "B1",
    "amount": 100,
    "subject": "茶",
    "time_zone": "Asia/Shanghai",
    "check_in": "2026-11-21",
    "check_out": "2026-11-23",
    "payable": 100,
    "expires_at": "2026-11-21T16:30:00+00:00",
}


def words_of(path: str, pattern: str) -> set[str]:
    """All matches of the pattern's group in a file."""
    return set(re.findall(pattern, (ROOT / path).read_text(), re.MULTILINE))


def test_each_kind_has_one_class() -> None:
    assert sorted(each.kind for each in Notice.__subclasses__()) == sorted(NoticeKind)


def test_wechats_side_of_the_local_cloud_knows_the_same() -> None:
    assert list(notice_kinds.ALL_NOTICES) == list(NoticeKind)
    assert list(get_args(notice_kinds.OrderNotice)) == ORDER_NOTICES
    assert set(notice_kinds.OPTIONAL_NOTICES) == OPTIONAL_NOTICES
    assert set(notice_kinds.NEEDED_NOTICES) == set(NoticeKind) - OPTIONAL_NOTICES


def test_the_documented_templates_have_the_fields_that_are_sent() -> None:
    rows = re.findall(
        r"^\| `(\w+)`[^|]*\| (`(?:thing|character_string|amount|time).*) \|$", wechat_page(), re.MULTILINE
    )
    documented = {kind: re.findall(r"`(\w+)`", fields) for kind, fields in rows}
    marked = re.findall(r"^\| `(\w+)` \((?:optional|only where)", wechat_page(), re.MULTILINE)
    assert set(marked) == OPTIONAL_NOTICES
    event = Event(EventType.BOOKING_CREATED, "B1", 1, datetime(2026, 11, 21, tzinfo=UTC), FACTS, "c")
    assert documented == {each.kind: list(each(event).fields()) for each in Notice.__subclasses__()}


def test_the_documented_secret_has_a_template_for_each_kind() -> None:
    [example] = re.findall(r'"notification_templates": (\{[^}]*\})', wechat_page())
    assert list(json.loads(example)) == list(NoticeKind)


def wechat_page() -> str:
    return (ROOT / "docs/wechat.md").read_text()


@pytest.mark.parametrize(
    ("path", "pattern", "kinds"),
    [
        (
            "web/guest/me/texts.js",
            r'"me\.notice_(\w+?)"',
            [*NoticeKind, *(f"{kind}_more" for kind in NoticeKind), "unasked", "missed"],
        ),
        ("web/guest/me/notices.js", r'^  (\w+): "\w+",$', list(NoticeKind)),
        ("web/staff/order_record/texts.js", r'"record\.notice\.(\w+)"', list(NoticeKind)),
    ],
)
def test_the_pages_have_a_text_for_each_kind(path: str, pattern: str, kinds: list[str]) -> None:
    assert words_of(path, pattern) == set(kinds)


def asked() -> dict[str, list[str]]:
    """The kinds that the pages ask for, by the moment."""
    [table] = re.findall(r"KINDS = \{(.*?)\};", (ROOT / "web/guest/consent.js").read_text(), re.DOTALL)
    return {moment: json.loads(kinds) for moment, kinds in re.findall(r"(\w+): (\[[^\]]*\])", table)}


def test_the_pages_ask_as_wechat_allows() -> None:
    """Three templates at a time; together they cover all that an order of each sort may bring."""
    assert all(0 < len(kinds) <= MOST_TEMPLATES and len(set(kinds)) == len(kinds) for kinds in asked().values())
    moments = ("stay_ordered", "stay_paid", "stay_held", "stay_coming")
    stays = {kind for moment in moments for kind in asked()[moment]}
    assert stays == set(ORDER_NOTICES) - {NoticeKind.SHIPPED}
    assert set(asked()["goods_ordered"]) == {NoticeKind.PAID, NoticeKind.SHIPPED, NoticeKind.REFUNDED}
    assert set(asked()["flash_paid"]) < set(asked()["goods_ordered"])


def test_each_kind_that_is_asked_for_has_words() -> None:
    wanted = {kind for kinds in asked().values() for kind in kinds}
    assert wanted <= words_of("web/guest/texts.js", r'"consent\.(\w+)"')
    assert wanted == words_of("web/mini_program/pages/notices/ask.js", r"^  (\w+): \"")


def test_staff_have_words_for_every_reason() -> None:
    assert words_of("web/staff/order_record/texts.js", r'"record\.why\.(\w+)"') == set(NoticeReason)
