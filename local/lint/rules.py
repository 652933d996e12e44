"""House rules of template.yaml: no wildcards in roles, no scans, dead letter queues for triggers, no endless logs."""

from collections.abc import Iterator
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

UNBOUND = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}
"""Actions that IAM does not bind to a resource, so they need "*" (Service Authorization Reference)."""

Found = Iterator[tuple[list[Any], str]]


class HouseRule(CloudFormationLintRule):
    """A rule over the resources as the template declares them, SAM's resources included."""

    tags = ["posthouse"]  # noqa: RUF012 - as cfn-lint's own rules have it
    parameters: set[str] = set()  # noqa: RUF012 - set anew for each template

    def look(self, resources: dict[str, Any]) -> Found:
        """Find the places where the template breaks the rule, each with the reason."""
        raise NotImplementedError

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Return the findings that cfn-lint reports."""
        functions = cfn.template.get("Globals", {}).get("Function", {})
        self.parameters = set(cfn.template.get("Parameters", {}))
        found = self.look({name: _whole(it, functions) for name, it in cfn.template.get("Resources", {}).items()})
        return [RuleMatch(["Resources", *path], message) for path, message in found]


def _whole(resource: dict[str, Any], functions: dict[str, Any]) -> dict[str, Any]:
    """A resource together with what Globals add to it."""
    if resource.get("Type") != "AWS::Serverless::Function":
        return resource
    return {**resource, "Properties": {**functions, **resource.get("Properties", {})}}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _of_type(resources: dict[str, Any], *kinds: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in resources.items():
        if resource.get("Type") in kinds:
            yield name, resource.get("Properties", {})


def _statements(resources: dict[str, Any]) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Every statement of a role, with its path in the template."""
    kinds = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine", "AWS::IAM::Role")
    for name, properties in _of_type(resources, *kinds):
        for number, policy in enumerate(properties.get("Policies", [])):
            document = policy.get("PolicyDocument", policy) if isinstance(policy, dict) else {}
            for place, statement in enumerate(_listed(document.get("Statement", []))):
                inside = ["PolicyDocument"] if "PolicyDocument" in policy else []
                yield [name, "Properties", "Policies", number, *inside, "Statement", place], statement
    for name, properties in _of_type(resources, "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for place, statement in enumerate(_listed(properties["PolicyDocument"]["Statement"])):
            yield [name, "Properties", "PolicyDocument", "Statement", place], statement


class NoWildcard(HouseRule):
    """Each statement names its actions and its resources."""

    id = "E9001"
    shortdesc = "A role allows named actions on named resources"
    description = "No * in actions or resources, but for actions that IAM binds to no resource"

    def look(self, resources: dict[str, Any]) -> Found:
        """Find wildcards."""
        for path, statement in _statements(resources):
            actions = _listed(statement.get("Action", "*"))
            if any("*" in action for action in actions):
                yield path, "the statement allows actions by a wildcard"
            if set(actions) <= UNBOUND:
                continue
            if any("*" in str(resource) for resource in _listed(statement.get("Resource", "*"))):
                yield path, "the statement allows resources by a wildcard"


class NoScan(HouseRule):
    """No function may scan a table: the cost of a request must not grow with the table."""

    id = "E9002"
    shortdesc = "No function scans a table"
    description = "Each access path has a key or an index"

    def look(self, resources: dict[str, Any]) -> Found:
        """Find scans."""
        for path, statement in _statements(resources):
            if {"dynamodb:Scan", "dynamodb:PartiQLSelect"} & set(_listed(statement.get("Action", []))):
                yield path, "the statement allows to scan a table"


class DeadLetters(HouseRule):
    """Every asynchronous trigger has a dead letter queue, so that no message is lost after its last retry."""

    id = "E9003"
    shortdesc = "Every asynchronous trigger has a dead letter queue"
    description = "Queues, streams, schedules and subscriptions that wake a function keep what it could not deal with"

    def look(self, resources: dict[str, Any]) -> Found:
        """Find triggers that would drop a failed message."""
        for name, properties in _of_type(resources, "AWS::Lambda::EventSourceMapping"):
            if not _keeps(resources, properties, properties.get("EventSourceArn")):
                yield [name, "Properties"], "what fails has no dead letter queue"
        for name, event, of_event in _events(resources, "SQS", "DynamoDB", "Kinesis", "SNS"):
            if not _keeps(resources, of_event, of_event.get("Queue")) and "RedrivePolicy" not in of_event:
                yield [name, "Properties", "Events", event], "what fails has no dead letter queue"
        for name, properties in _of_type(resources, "AWS::SNS::Subscription"):
            if properties.get("Protocol") == "lambda" and "RedrivePolicy" not in properties:
                yield [name, "Properties"], "the subscription has no dead letter queue"


def _events(resources: dict[str, Any], *kinds: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The events below functions and workflows: the owner's logical id, the event's name, the event."""
    for name, properties in _of_type(resources, "AWS::Serverless::Function", "AWS::Serverless::StateMachine"):
        for event, it in properties.get("Events", {}).items():
            if it.get("Type") in kinds:
                yield name, event, it.get("Properties", {})


def _keeps(resources: dict[str, Any], trigger: dict[str, Any], source: Any) -> bool:
    """Whether a trigger, or its queue, names a destination for failures."""
    queue = resources.get(_logical_id(source), {})
    return "OnFailure" in trigger.get("DestinationConfig", {}) or "RedrivePolicy" in queue.get("Properties", {})


class ScheduleDeadLetters(HouseRule):
    """Every schedule has a dead letter queue for runs that could not start."""

    id = "E9004"
    shortdesc = "Every schedule has a dead letter queue"
    description = "Targets of rules and schedules name a DeadLetterConfig"

    def look(self, resources: dict[str, Any]) -> Found:
        """Find schedules that would lose a run which could not start."""
        for name, event, of_event in _events(resources, "Schedule", "ScheduleV2", "EventBridgeRule", "CloudWatchEvent"):
            if "DeadLetterConfig" not in of_event:
                yield [name, "Properties", "Events", event], "the schedule has no dead letter queue"
        for name, properties in _of_type(resources, "AWS::Events::Rule"):
            for number, target in enumerate(properties.get("Targets", [])):
                if "DeadLetterConfig" not in target:
                    yield [name, "Properties", "Targets", number], "the target has no dead letter queue"
        for name, properties in _of_type(resources, "AWS::Scheduler::Schedule"):
            if "DeadLetterConfig" not in properties.get("Target", {}):
                yield [name, "Properties", "Target"], "the schedule has no dead letter queue"


class LogsEnd(HouseRule):
    """Every log group has a retention, so that no log is kept for ever."""

    id = "E9005"
    shortdesc = "Every log group has a retention, and every function writes to one"
    description = "A group that Lambda makes by itself keeps everything for ever"

    def look(self, resources: dict[str, Any]) -> Found:
        """Find log groups without a retention."""
        for name, properties in _of_type(resources, "AWS::Logs::LogGroup"):
            if "RetentionInDays" not in properties:
                yield [name, "Properties"], "the log group keeps everything for ever"
        # A domain's stack gets the root's log group, which this rule checks in the root.
        groups = {name for name, _ in _of_type(resources, "AWS::Logs::LogGroup")} | (self.parameters & {"FunctionsLog"})
        for name, properties in _of_type(resources, "AWS::Serverless::Function", "AWS::Lambda::Function"):
            if _logical_id(properties.get("LoggingConfig", {}).get("LogGroup")) not in groups:
                yield [name, "Properties"], "the function's own log group would keep everything for ever"


def _logical_id(value: Any) -> str:
    """The logical id that a Ref or a GetAtt names."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::GetAtt": str(text)}:
            return text.partition(".")[0]
    return str(value)
