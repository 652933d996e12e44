"""The bill for a thousand stays: its sums are right, and its fixed lines match the template."""

from __future__ import annotations

import pytest

from benchmarks.fixed_costs import MINUTES, SOURCES, business_metrics, fixed_costs, kms_users, resources, schedules
from benchmarks.thousand import TITLES, Month, Operation, bill, guests, rewritten
from local.folders import ROOT, TEMPLATE
from local.templates import STACK, children, read_template
from tests.integration.costs import Counted
from tests.support.template import template

RUNS = dict.fromkeys(schedules(), 2e-6)


def operations(invocations: int = 0) -> dict[str, Operation]:
    """Operations of a thousand HTTP requests each, at a dollar per million, and 2,000 bytes."""
    counted = Counted(http_requests=1, invocations=invocations)
    return {name: Operation(title, counted, 2_000) for name, title in TITLES.items()}


def test_what_guests_do_is_counted_as_often_as_they_do_it() -> None:
    lines = {line.what: line for line in guests(Month(whole_stay=2_000_000), operations())}
    stays = lines[TITLES["whole_stay"]]
    assert (stays.number, round(stays.dollars, 6)) == ("2,000,000", 2.0)


def test_logs_and_rows_are_paid_by_the_gigabyte() -> None:
    month = Month(whole_stay=1_000_000, cancelled_by_timer=0, search=0, room_read_warm=0, shop_order_paid=0)
    *_, logs, traces, rows = guests(month, operations(invocations=2))
    assert logs.dollars == pytest.approx(2_000_000 * 1_500 / 1e9 * 0.50)
    assert traces.dollars == pytest.approx(2_000_000 * 5e-6)
    assert rows.dollars == pytest.approx(1_000_000 * 2_000 * 60 / 1e9 * 0.45)


def test_the_fixed_lines_follow_the_template() -> None:
    lines = {line.what: line for line in fixed_costs(RUNS)}
    kinds = [it["Type"] for it in template()["Resources"].values()]
    assert lines["alarms, by their metrics"].dollars == pytest.approx(0.10 * kinds.count("AWS::CloudWatch::Alarm"))
    assert lines["secrets"].dollars == pytest.approx(0.40 * kinds.count("AWS::SecretsManager::Secret"))
    filters = next(line for line in lines.values() if line.what.startswith("metric filters"))
    assert (filters.number, filters.dollars) == (str(kinds.count("AWS::Logs::MetricFilter")), 0)
    consumers = [
        event
        for it in template()["Resources"].values()
        if it["Type"] == "AWS::Serverless::Function"
        for event in it["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    polls = [line.what.split()[2] for line in lines.values() if line.what.startswith("Lambda polling")]
    assert sum(map(int, polls)) == len(consumers)
    assert lines["sweep_due, every 1 min"].dollars == pytest.approx(MINUTES * 2e-6)
    assert {"BookingsCreated", "BookingsPaid"} <= business_metrics()


def test_every_nested_template_is_on_the_bill() -> None:
    """The dashboard has its own file, and was missing from the bill when only the root was read."""
    files = [TEMPLATE, *(file for _, file, _ in children(read_template(TEMPLATE), ROOT))]
    written = [it["Type"] for file in files for it in read_template(file)["Resources"].values()]
    counted = [it["Type"] for it in resources()]
    assert sorted(counted) == sorted(kind for kind in written if kind != STACK)
    lines = {line.what: line for line in fixed_costs(RUNS)}
    assert (lines["dashboards"].number, lines["dashboards"].dollars) == ("1", 3.00)
    assert lines["the pages in their bucket, GB"].dollars > 0


def test_default_encryption_asks_no_key() -> None:
    [line] = [line for line in fixed_costs(RUNS) if line.what == "requests to KMS"]
    assert (line.number, line.dollars) == ("0", 0)


@pytest.mark.parametrize(
    "properties",
    [
        {"SSESpecification": {"SSEEnabled": True}},
        {"SSESpecification": {"SSEEnabled": True, "KMSMasterKeyId": "alias/ours"}},
        {"KmsMasterKeyId": "alias/aws/sqs"},
        {"KmsKeyId": {"Ref": "Key"}},
        {"BucketEncryption": {"Rules": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}},
    ],
)
def test_a_key_of_ones_own_is_found(properties: dict[str, object]) -> None:
    plain = {"Type": "AWS::DynamoDB::Table", "Properties": {"SSESpecification": {"SSEEnabled": False}}}
    keyed = {"Type": "AWS::Some::Thing", "Properties": properties}
    assert kms_users((plain, keyed)) == [keyed]


def test_every_line_says_what_one_costs_and_whose_price_that_is() -> None:
    lines = [*guests(Month(), operations(invocations=1)), *fixed_costs(RUNS)]
    text = bill(Month(), operations(invocations=1), RUNS)
    for line in lines:
        assert line.each
        assert line.sources
        for source in line.sources:
            assert f"[{source}]({SOURCES[source]})" in text, line.what


def test_every_function_that_the_clock_starts_is_on_the_bill() -> None:
    assert schedules()["sweep_due"] == 1
    assert schedules()["compare_ledger"] == 60
    assert all(any(line.what.startswith(step) for line in fixed_costs(RUNS)) for step in schedules())


def test_the_bill_adds_up() -> None:
    text = bill(Month(), operations(), RUNS)
    sums = [float(line.split("**")[3]) for line in text.splitlines() if line.startswith("| **")]
    assert sums[2] == pytest.approx(sums[0] + sums[1], abs=0.02)
    assert sums[1] == pytest.approx(sum(line.dollars for line in fixed_costs(RUNS)), abs=0.01)


def test_the_bill_takes_its_own_place_on_the_page() -> None:
    page = "before\n<!-- thousand -->\nold\n<!-- /thousand -->\nafter\n"
    assert rewritten(page, "new\n") == "before\n<!-- thousand -->\nnew\n<!-- /thousand -->\nafter\n"
