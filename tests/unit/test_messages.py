"""Who hears of what: the code's list of subscribers, and the template's queues with their filter policies."""

from __future__ import annotations

from typing import Any

from posthouse.domain.event import SUBSCRIBERS
from tests.support.template import functions, template


def _consumer_of(queue: str) -> str:
    for step, function in functions().items():
        for event in function.properties.get("Events", {}).values():
            if event["Type"] == "SQS" and event["Properties"]["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}:
                return step
    raise AssertionError(f"nobody reads {queue}")


def test_the_code_knows_the_subscribers_that_the_template_makes() -> None:
    made: dict[str, tuple[list[str], list[str]]] = {}
    for resource in template()["Resources"].values():
        properties: dict[str, Any] = resource.get("Properties", {})
        if resource["Type"] == "AWS::SNS::Subscription" and properties["TopicArn"] == {"Ref": "EventsTopic"}:
            policy = properties["FilterPolicy"]
            assert set(policy) <= {"type", "order_kind"}
            queue = properties["Endpoint"]["Fn::GetAtt"][0]
            made[_consumer_of(queue)] = (sorted(policy["type"]), sorted(policy.get("order_kind", [])))
    said = {it.consumer: (sorted(it.types), sorted(it.order_kinds)) for it in SUBSCRIBERS}
    assert said == made
