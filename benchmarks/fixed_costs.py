"""The costs of a deployed stack in a month without guests, worked out from all templates, nested ones included."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.folders import TEMPLATE, WEB
from local.templates import STACK, children, read_template
from local.web_files import WebFiles
from tests.support.template import ROOT, functions, template

MINUTES = 30.4375 * 24 * 60
"""Minutes of an average month."""

SOURCES = {
    "API Gateway": "https://aws.amazon.com/api-gateway/pricing/",
    "CloudWatch": "https://aws.amazon.com/cloudwatch/pricing/",
    "DynamoDB": "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    "KMS": "https://aws.amazon.com/kms/pricing/",
    "Lambda": "https://aws.amazon.com/lambda/pricing/",
    "S3": "https://aws.amazon.com/s3/pricing/",
    "SNS": "https://aws.amazon.com/sns/pricing/",
    "SQS": "https://aws.amazon.com/sqs/pricing/",
    "Secrets Manager": "https://aws.amazon.com/secrets-manager/pricing/",
    "Step Functions": "https://aws.amazon.com/step-functions/pricing/",
    "X-Ray": "https://aws.amazon.com/xray/pricing/",
}
"""Each service's page with its prices."""


@dataclass(frozen=True)
class MonthlyPrices:
    """List prices in dollars of us-east-1 as of 2026-11, from the pages in ``SOURCES``; free tiers are left out."""

    alarm_metric: float = 0.10
    dashboard: float = 3.00
    custom_metric: float = 0.30
    secret: float = 0.40
    secret_request: float = 0.05 / 10_000
    kms_request: float = 0.03 / 10_000
    trace: float = 5.00 / 1e6
    log_gb: float = 0.50
    stored_gb: float = 0.25
    recoverable_gb: float = 0.20
    s3_gb: float = 0.023
    sqs_million: float = 0.40
    fifo_million: float = 0.50


@dataclass(frozen=True)
class Polling:
    """How Lambda polls an empty queue: the number of pollers and their wait (the page "Using Lambda with SQS")."""

    pollers: int = 5
    seconds: int = 20

    @property
    def requests(self) -> float:
        """Requests in a month for one queue."""
        return MINUTES * 60 / self.seconds * self.pollers


@dataclass(frozen=True)
class Line:
    """A line of the bill: the item, its number, the price of one, dollars for all, and the services that charge it."""

    what: str
    number: str
    each: str
    dollars: float
    sources: tuple[str, ...]


KEPT_MINUTES = {"TOKEN_SECRET_ARN": 1, "WECHAT_SECRET_ARN": 5}
"""How long a function keeps a secret that it has read, by the variable that names it (decision 30)."""

TABLE_KEY_MINUTES = 5
"""How long DynamoDB keeps a table's key before it asks KMS again."""


def fixed_costs(
    runs: Mapping[str, float], log_bytes: int = 1_500, prices: MonthlyPrices = MonthlyPrices()
) -> list[Line]:
    """The lines of the bill that do not depend on guests.

    Parameters
    ----------
    runs
        Dollars for one run of each scheduled function, by its step's name.
    log_bytes
        Bytes that one invocation writes to the log.
    """
    return [*_standing(prices), *_asking(prices), *_by_the_clock(runs, log_bytes, prices)]


def _standing(prices: MonthlyPrices) -> Iterator[Line]:
    """Items with a price per piece and month."""
    metrics = len(business_metrics()) + len(_filter_metrics())
    yield _pieces("alarms, by their metrics", sum(_alarm_metrics()), prices.alarm_metric, "CloudWatch")
    yield _pieces("metrics of our own", metrics, prices.custom_metric, "CloudWatch")
    filters = len(of_type("AWS::Logs::MetricFilter"))
    yield _pieces("metric filters (their metric is in the line above)", filters, 0, "CloudWatch")
    yield _pieces("dashboards", len(of_type("AWS::CloudWatch::Dashboard")), prices.dashboard, "CloudWatch")
    yield _pieces("secrets", len(of_type("AWS::SecretsManager::Secret")), prices.secret, "Secrets Manager")
    pages = _pages_gb()
    yield Line("the pages in their bucket, GB", f"{pages:.3f}", f"{prices.s3_gb:g}", pages * prices.s3_gb, ("S3",))


def _pieces(what: str, number: int, price: float, source: str) -> Line:
    return Line(what, str(number), f"{price:.2f}", number * price, (source,))


def _asking(prices: MonthlyPrices) -> Iterator[Line]:
    """Requests that Lambda and DynamoDB send even without guests."""
    asked = len(kms_users(resources())) * MINUTES / TABLE_KEY_MINUTES
    each = f"{prices.kms_request * 1e6:g} a million"
    yield Line("requests to KMS", f"{asked:,.0f}", each, asked * prices.kms_request, ("KMS",))
    standard, fifo = _polled()
    for kind, number, price in (("standard", standard, prices.sqs_million), ("FIFO", fifo, prices.fifo_million)):
        requests = number * Polling().requests
        what = f"Lambda polling {number} {kind} queue{'s' if number > 1 else ''}"
        yield Line(what, f"{requests:,.0f}", f"{price:.2f} a million", requests * price / 1e6, ("SQS",))


def _by_the_clock(runs: Mapping[str, float], log_bytes: int, prices: MonthlyPrices) -> Iterator[Line]:
    """The runs of scheduled functions, with their logs, their traces and the secrets that they read."""
    number = {function: MINUTES / every for function, every in schedules().items()}
    for function, every in schedules().items():
        dollars = number[function] * runs[function]
        each = f"{runs[function] * 1e6:.2f} a million"
        what = f"{function}, every {every:g} min"
        yield Line(what, f"{number[function]:,.0f}", each, dollars, ("Lambda", "DynamoDB"))
    all_runs = sum(number.values())
    yield logged("the log of these runs, GB", all_runs, log_bytes, prices)
    yield traced("traces of these runs", all_runs, prices)
    read = sum(min(MINUTES / KEPT_MINUTES[it], runs) for step, runs in number.items() for it in _secrets_of(step))
    each = f"{prices.secret_request * 1e6:g} a million"
    yield Line("secrets that these runs read", f"{read:,.0f}", each, read * prices.secret_request, ("Secrets Manager",))


def logged(what: str, invocations: float, log_bytes: int, prices: MonthlyPrices) -> Line:
    """The line for what invocations write to the log."""
    gigabytes = invocations * log_bytes / 1e9
    return Line(what, f"{gigabytes:.2f}", f"{prices.log_gb:.2f}", gigabytes * prices.log_gb, ("CloudWatch",))


def traced(what: str, invocations: float, prices: MonthlyPrices) -> Line:
    """The line for traces. Lambda samples the first invocation of each second, which is every one if they are few."""
    number = invocations if template()["Parameters"]["Tracing"]["Default"] == "Active" else 0
    return Line(what, f"{number:,.0f}", f"{prices.trace * 1e6:.2f} a million", number * prices.trace, ("X-Ray",))


def schedules() -> dict[str, float]:
    """The scheduled functions by their steps' names, each with the minutes between two runs."""
    units = {"minute": 1, "hour": 60, "day": 24 * 60}
    found = {}
    for resource in of_type("AWS::Serverless::Function"):
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "Schedule":
                rate = re.fullmatch(r"rate\((\d+) (\w+?)s?\)", event["Properties"]["Schedule"])
                assert rate, "only rates are counted"
                step = resource["Properties"]["Handler"].removesuffix(".handler")
                found[step] = float(int(rate[1]) * units[rate[2]])
    return found


def business_metrics() -> set[str]:
    """The code's metrics: the first arguments of ``count(…)``. A computed name stands for one metric or more."""
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


@cache
def resources() -> tuple[dict[str, Any], ...]:
    """The resources of the root, of the domains' stacks, and of the other nested stacks."""
    whole = template()
    nested = [read_template(file)["Resources"].values() for _, file, _ in children(whole, TEMPLATE.parent)]
    own = [it for it in whole["Resources"].values() if it["Type"] != STACK]
    return (*own, *(it for stack in nested for it in stack))


def of_type(kind: str) -> list[dict[str, Any]]:
    """All resources of a kind."""
    return [it for it in resources() if it["Type"] == kind]


def kms_users(among: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """The resources that are encrypted with a KMS key, and so pay for its use.

    A table uses KMS only with ``SSEEnabled``; by default it uses DynamoDB's own key, which costs nothing. Queues use
    keys that SQS owns, and the bucket uses keys that S3 owns. A secret without a key of its own uses
    ``aws/secretsmanager``, which is free.
    """
    return [it for it in among if _names_a_key(it.get("Properties", {}))]


def _names_a_key(node: Any) -> bool:
    match node:
        case {"SSEEnabled": enabled} if enabled is not False:
            return True
        case {"SSEAlgorithm": str(algorithm)} if algorithm.startswith("aws:kms"):
            return True
        case dict():
            named = ("KmsKeyId", "KmsMasterKeyId", "KMSMasterKeyID", "KMSMasterKeyId", "KmsKeyArn")
            return any(key in node for key in named) or any(map(_names_a_key, node.values()))
        case list():
            return any(map(_names_a_key, node))
    return False


def _alarm_metrics() -> Iterator[int]:
    for alarm in of_type("AWS::CloudWatch::Alarm"):
        yield sum("MetricStat" in it for it in alarm["Properties"].get("Metrics", [])) or 1


def _filter_metrics() -> set[str]:
    filters = of_type("AWS::Logs::MetricFilter")
    return {str(to["MetricName"]) for it in filters for to in it["Properties"]["MetricTransformations"]}


def _secrets_of(step: str) -> list[str]:
    """The variables that name the secrets of a function."""
    variables = functions()[step].properties.get("Environment", {}).get("Variables", {})
    return [name for name in variables if name.endswith("_SECRET_ARN")]


def _pages_gb() -> float:
    """Gigabytes that `make deploy-web` uploads to the bucket, if the stack has one."""
    if not of_type("AWS::S3::Bucket"):
        return 0.0
    return sum(file.stat().st_size for _, file in WebFiles(WEB).all()) / 1e9


def _polled() -> tuple[int, int]:
    """How many standard and FIFO queues Lambda polls."""
    queues = []
    for function in of_type("AWS::Serverless::Function"):
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == "SQS":
                [name, _] = event["Properties"]["Queue"]["Fn::GetAtt"]
                queues.append(bool(template()["Resources"][name]["Properties"].get("FifoQueue")))
    return queues.count(False), queues.count(True)
