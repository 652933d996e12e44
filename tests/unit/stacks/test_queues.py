"""What the template says of queues and tables: room for throttled receives, and no long wait for a dead consumer."""

from __future__ import annotations

from typing import Any

from tests.support.template import functions, template

RECEIVES = 5
"""SQS counts a receive that Lambda throttles, too: with three, a new account sends good messages to dead letters."""

LONGEST_WAIT_SECONDS = 60
"""How long a message waits for the next try after its consumer died: a paid order is unpaid for so long at most."""

Resources = dict[str, dict[str, Any]]


def _of_type(resources: Resources, kind: str) -> Resources:
    return {name: it["Properties"] for name, it in resources.items() if it["Type"] == kind}


def _impatient(resources: Resources) -> list[str]:
    """Queues with dead letters that give a message too few tries, or let it wait too long for the next one."""
    worked = {n: it for n, it in _of_type(resources, "AWS::SQS::Queue").items() if "RedrivePolicy" in it}
    assert worked
    return [
        name
        for name, queue in worked.items()
        if queue["RedrivePolicy"]["maxReceiveCount"] < RECEIVES or queue["VisibilityTimeout"] > LONGEST_WAIT_SECONDS
    ]


def _unbounded() -> list[str]:
    """Consumers of queues that may use up all executions of an account."""
    mappings = [
        (step, event["Properties"])
        for step, function in functions().items()
        for event in function.properties.get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    assert mappings
    return [step for step, mapping in mappings if "MaximumConcurrency" not in mapping.get("ScalingConfig", {})]


def test_a_throttled_receive_uses_up_no_try_and_a_dead_consumer_costs_a_minute() -> None:
    assert _impatient(template()["Resources"]) == []


def test_every_consumer_of_a_queue_is_bounded() -> None:
    assert _unbounded() == []


def test_tables_have_the_default_encryption() -> None:
    """A key of KMS is paid for by request (docs/decisions/0029-default-encryption.md)."""
    tables = _of_type(template()["Resources"], "AWS::DynamoDB::Table")
    assert tables
    assert [name for name, table in tables.items() if "SSESpecification" in table] == []


def test_an_impatient_queue_is_found() -> None:
    for change in ({"VisibilityTimeout": 360}, {"RedrivePolicy": {"maxReceiveCount": 3}}):
        queue = {"VisibilityTimeout": 60, "RedrivePolicy": {"maxReceiveCount": 5}, **change}
        assert _impatient({"SomeQueue": {"Type": "AWS::SQS::Queue", "Properties": queue}}) == ["SomeQueue"]
