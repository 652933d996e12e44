"""What a deployed stack costs in a month in which nobody comes, read from template.yaml."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.template import ROOT, template

MINUTES = 30.4375 * 24 * 60
"""Of an average month."""


@dataclass(frozen=True)
class MonthlyPrices:
    """List prices in dollars of us-east-1 as of 2026-11; free tiers are left out.

    Sources: the pages aws.amazon.com/<service>/pricing of cloudwatch, secrets-manager, dynamodb and sqs.
    """

    alarm_metric: float = 0.10
    dashboard: float = 3.00
    custom_metric: float = 0.30
    secret: float = 0.40
    log_gb: float = 0.50
    stored_gb: float = 0.25
    recoverable_gb: float = 0.20
    sqs_million: float = 0.40
    fifo_million: float = 0.50


@dataclass(frozen=True)
class Polling:
    """How Lambda asks an empty queue: so many pollers, each waiting so long (the page "Using Lambda with SQS")."""

    pollers: int = 5
    seconds: int = 20

    @property
    def requests(self) -> float:
        """In a month, for one queue."""
        return MINUTES * 60 / self.seconds * self.pollers


@dataclass(frozen=True)
class Line:
    """A line of the bill: how many of what, and dollars for all of them."""

    what: str
    number: str
    dollars: float


def fixed_costs(runs: Mapping[str, float], prices: MonthlyPrices = MonthlyPrices()) -> list[Line]:
    """The lines of the bill that do not depend on guests.

    Parameters
    ----------
    runs
        What one run of each function that the clock starts costs in dollars, by its name in the template.
    """
    alarms, queues, fifo = sum(_alarm_metrics()), *_polled()
    secrets, dashboards = len(_of_type("AWS::SecretsManager::Secret")), len(_of_type("AWS::CloudWatch::Dashboard"))
    polls = Polling().requests
    metrics = len(business_metrics()) + len(_filter_metrics())
    lines = [
        Line("alarms, by their metrics", str(alarms), alarms * prices.alarm_metric),
        Line("metrics of our own", str(metrics), metrics * prices.custom_metric),
        Line("dashboards", str(dashboards), dashboards * prices.dashboard),
        Line("secrets", str(secrets), secrets * prices.secret),
        Line("Lambda asking standard queues", str(queues), queues * polls * prices.sqs_million / 1e6),
        Line("Lambda asking FIFO queues", str(fifo), fifo * polls * prices.fifo_million / 1e6),
    ]
    for function, every in schedules().items():
        number = MINUTES / every
        lines.append(Line(f"{function}, every {every:g} min", f"{number:,.0f}", number * runs[function]))
    return [line for line in lines if line.dollars]


def schedules() -> dict[str, float]:
    """The functions that the clock starts, by their steps' names, and the minutes between two runs."""
    units = {"minute": 1, "hour": 60, "day": 24 * 60}
    found = {}
    for resource in _of_type("AWS::Serverless::Function"):
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "Schedule":
                rate = re.fullmatch(r"rate\((\d+) (\w+?)s?\)", event["Properties"]["Schedule"])
                assert rate, "only rates are counted"
                step = resource["Properties"]["Handler"].removesuffix(".handler")
                found[step] = float(int(rate[1]) * units[rate[2]])
    return found


def business_metrics() -> set[str]:
    """What the code counts, by the first argument of ``count(…)``; a computed name is one of at least one."""
    return {name for folder in ("functions", "layers/posthouse") for name in _counted_in(folder)}


def _counted_in(folder: str) -> Iterator[str]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "count" and node.args:
                yield from _metric_names(node.args[0], path.stem)


def _metric_names(name: ast.expr, step: str) -> Iterator[str]:
    match name:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_metric_names(one, step), *_metric_names(other, step))
        case _:
            yield f"{step}…"


def _of_type(kind: str) -> list[dict[str, Any]]:
    return [it for it in template()["Resources"].values() if it["Type"] == kind]


def _alarm_metrics() -> Iterator[int]:
    for alarm in _of_type("AWS::CloudWatch::Alarm"):
        yield sum("MetricStat" in it for it in alarm["Properties"].get("Metrics", [])) or 1


def _filter_metrics() -> set[str]:
    filters = _of_type("AWS::Logs::MetricFilter")
    return {str(to["MetricName"]) for it in filters for to in it["Properties"]["MetricTransformations"]}


def _polled() -> tuple[int, int]:
    """How many standard and FIFO queues Lambda polls."""
    queues = []
    for function in _of_type("AWS::Serverless::Function"):
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == "SQS":
                [name, _] = event["Properties"]["Queue"]["Fn::GetAtt"]
                queues.append(bool(template()["Resources"][name]["Properties"].get("FifoQueue")))
    return queues.count(False), queues.count(True)
