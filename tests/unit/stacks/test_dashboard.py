"""The dashboard shows only what exists: metrics that the code counts, and queues and resources of the template."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from posthouse.domain.dead_letter import DEAD_LETTERS, Healing
from posthouse.domain.flash_sale import Verdict
from posthouse.domain.shipping_information import ShippingStatus
from posthouse.domain.shop_order import ShopState
from tests.support.template import ROOT, TemplateLoader, template

MADE_UP = {
    "place_flash_order": ["Flash" + it.title().replace("_", "") for it in Verdict],
    "end_shop_order_wait": [f"ShopOrdersTimedOut{it.capitalize()}" for it in ShopState],
    "upload_shipping_information": ["ShippingInformation" + it.title().replace("_", "") for it in ShippingStatus],
    "send_notice": [f"Notifications{it}" for it in ("Sent", "Refused", "Failed", "Unknown", "Superseded", "Repeat")],
}
"""Metric names that the code computes."""

WANTED = ("Bookings", "Payment", "Refund", "Coupons", "Flash", "Notifications")
"""Metrics that the dashboard must show."""


@cache
def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "dashboard.yaml").read_text(), TemplateLoader)  # noqa: S506 - a SafeLoader
    return loaded


def metrics() -> Iterator[list[Any]]:
    body = dashboard()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::ToJsonString"]
    for widget in body["widgets"]:
        yield from widget["properties"]["metrics"]


def drawn() -> set[str]:
    return {metric[1] for metric in metrics() if metric[0] == "Posthouse"}


def counted() -> set[str]:
    """Every name that a function counts."""
    found = set()
    for path in (ROOT / "functions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "count":
                found |= set(_names(node.args[0], path.stem))
    return found


def _names(name: ast.expr, step: str) -> list[str]:
    match name:
        case ast.Constant(value=str(value)):
            return [value]
        case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))):
            return [one, other]
    assert step in MADE_UP, f"{step} puts a metric's name together: say which there can be"
    return MADE_UP[step]


def test_what_is_drawn_is_counted() -> None:
    assert drawn() - counted() == set()


def test_everything_that_matters_is_drawn() -> None:
    assert [begin for begin in WANTED if not any(name.startswith(begin) for name in drawn())] == []
    notices = {name for name in MADE_UP["send_notice"] if name != "NotificationsRepeat"}
    assert {*MADE_UP["place_flash_order"], *notices} <= drawn()


def test_every_queue_and_its_dead_letters_are_drawn() -> None:
    names = {
        (metric[1], metric[3]["Fn::Sub"].removeprefix("${ServiceName}-"))
        for metric in metrics()
        if metric[0] == "AWS/SQS"
    }
    ages = {("ApproximateAgeOfOldestMessage", one.source) for one in DEAD_LETTERS if one.healing is Healing.QUEUE}
    dead = {("ApproximateNumberOfMessagesVisible", one.name) for one in DEAD_LETTERS}
    assert names == ages | dead


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "IteratorAge", "5xx"])
def test_what_alarms_watch_is_drawn(metric: str) -> None:
    assert metric in {drawn[1] for drawn in metrics()}


def test_the_dashboard_gets_what_it_asks_for() -> None:
    given = template()["Resources"]["DashboardStack"]["Properties"]
    assert given["TemplateURL"] == "dashboard.yaml"
    assert set(given["Parameters"]) == set(dashboard()["Parameters"])


def test_metrics_are_told_apart_by_their_stack() -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
    assert {metric[2] for metric in metrics() if metric[0] == "Posthouse"} == {"service"}
