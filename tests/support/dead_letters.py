"""Finds missing dead letter queues and alarms in a template, for every asynchronous trigger and every queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Resources = dict[str, dict[str, Any]]

LONGEST_DAYS = 14 * 24 * 3600
"""The longest retention of SQS, in seconds."""


def gaps(resources: Resources) -> list[str]:
    """One line for everything that can fail without a dead letter queue or an alarm."""
    return sorted({*_queues(resources), *_subscriptions(resources), *_functions(resources), *_alarms(resources)})


def of_type(resources: Resources, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and properties of all resources of a type."""
    return ((name, it.get("Properties", {})) for name, it in resources.items() if it["Type"] == kind)


def named(value: Any) -> str:
    """The resource that a Ref or GetAtt names."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
    return ""


def dead_letter_queues(resources: Resources) -> set[str]:
    """The queues that any resource names for its dead letters."""
    found = {_target(it) for kind in _WITH_POLICY for _, it in of_type(resources, kind)}
    for _, function in of_type(resources, "AWS::Serverless::Function"):
        found.add(named(function.get("DeadLetterQueue", {}).get("TargetArn")))
        for event in function.get("Events", {}).values():
            found.add(_on_failure(event["Properties"]))
            found.add(named(event["Properties"].get("DeadLetterConfig", {}).get("Arn")))
    return found - {""}


_WITH_POLICY = ("AWS::SQS::Queue", "AWS::SNS::Subscription")


def _target(properties: dict[str, Any]) -> str:
    return named(properties.get("RedrivePolicy", {}).get("deadLetterTargetArn"))


def _on_failure(properties: dict[str, Any]) -> str:
    return named(properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))


def _queues(resources: Resources) -> Iterator[str]:
    dead = dead_letter_queues(resources)
    for name, queue in of_type(resources, "AWS::SQS::Queue"):
        if name in dead:
            if queue.get("MessageRetentionPeriod") != LONGEST_DAYS:
                yield f"{name} does not keep its messages as long as it could"
        elif not _target(queue):
            yield f"{name} has no dead letters"
        elif queue.get("FifoQueue") != resources[_target(queue)]["Properties"].get("FifoQueue"):
            yield f"{name} and its dead letters are not of one kind"


def _subscriptions(resources: Resources) -> Iterator[str]:
    fillable = {
        named(arn)
        for _, policy in of_type(resources, "AWS::SQS::QueuePolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        for arn in (statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]])
    }
    for name, subscription in of_type(resources, "AWS::SNS::Subscription"):
        if not _target(subscription):
            yield f"{name} has no dead letters"
        elif _target(subscription) not in fillable:
            yield f"{name} may not write to its dead letters"


def _functions(resources: Resources) -> Iterator[str]:
    for name, function in of_type(resources, "AWS::Serverless::Function"):
        for event_name, event in function.get("Events", {}).items():
            for lack in _lacks(resources, name, event):
                yield f"{name}.{event_name} {lack}"


def _lacks(resources: Resources, name: str, event: dict[str, Any]) -> Iterator[str]:
    properties, function = event["Properties"], resources[name]["Properties"]
    match event["Type"]:
        case "HttpApi":
            pass
        case "SQS":
            if not _target(resources[named(properties["Queue"])]["Properties"]):
                yield "reads a queue without dead letters"
        case "DynamoDB" | "Kinesis":
            if not _on_failure(properties):
                yield "has no dead letters"
            if not _has_alarm(resources, "IteratorAge", name):
                yield "has no alarm on its age"
        case _:  # all other callers of a function do not wait for it
            if not named(properties.get("DeadLetterConfig", {}).get("Arn")):
                yield "has no dead letters for what cannot be started"
            if not named(function.get("DeadLetterQueue", {}).get("TargetArn")):
                yield "has no dead letters for what fails"


def _alarms(resources: Resources) -> Iterator[str]:
    for name in dead_letter_queues(resources):
        if not _has_alarm(resources, "ApproximateNumberOfMessagesVisible", name):
            yield f"{name} has no alarm"
    timers = {"BOOKING_WAITS_QUEUE_URL", "SHOP_ORDER_WAITS_QUEUE_URL"}
    for _, function in of_type(resources, "AWS::Serverless::Function"):
        for variable, value in function.get("Environment", {}).get("Variables", {}).items():
            if variable in timers and not _has_alarm(resources, "ApproximateAgeOfOldestMessage", named(value)):
                yield f"{named(value)} delays messages and has no alarm on their age"
    for kind in ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"):
        for name, _ in of_type(resources, kind):
            if not _has_alarm(resources, "ExecutionsFailed", name):
                yield f"{name} has no alarm on its failures"


def _has_alarm(resources: Resources, metric: str, about: str) -> bool:
    return any(
        alarm.get("MetricName") == metric
        and alarm.get("AlarmActions")
        and about in {named(dimension["Value"]) for dimension in alarm.get("Dimensions", [])}
        for _, alarm in of_type(resources, "AWS::CloudWatch::Alarm")
    )
