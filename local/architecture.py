"""Reads the architecture from the templates: who calls, reads, writes, sends and consumes what.

Nothing here is written by hand. A function's tables, queues and topics are those that its IAM statements name, so a
picture shows what IAM allows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.templates import Template, read_whole, routes_of

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
_IN_SUB = re.compile(r"\$\{(\w+)[.}]")


@dataclass(frozen=True)
class Subscription:
    """A queue's subscription to a topic: which types of events and kinds of orders it takes; none means all."""

    topic: str
    types: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A function under its step's name: what invokes it and what it may use, by names without the stack's."""

    name: str
    domain: str
    routes: tuple[str, ...]
    queues: tuple[str, ...]
    streams: tuple[str, ...]
    schedules: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    sends: tuple[str, ...]
    publishes: tuple[str, ...]
    starts: tuple[str, ...]

    @property
    def is_reader(self) -> bool:
        """Whether it serves requests and changes nothing."""
        return bool(self.routes) and not (self.writes or self.sends or self.publishes or self.starts)


@dataclass(frozen=True)
class Workflow:
    """A state machine and the steps that it calls."""

    name: str
    domain: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Architecture:
    """The whole architecture. ``subscriptions`` has queues' names as keys; ``fifo`` has the queues that keep order."""

    steps: tuple[Step, ...]
    workflows: tuple[Workflow, ...]
    subscriptions: dict[str, Subscription]
    fifo: frozenset[str]

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains, in the template's order."""
        return tuple(dict.fromkeys(step.domain for step in self.steps))

    def of(self, domain: str) -> tuple[Step, ...]:
        """The steps of a domain."""
        return tuple(step for step in self.steps if step.domain == domain)

    def consumers(self, queue: str) -> tuple[Step, ...]:
        """The steps that a queue invokes; none for a dead letter queue."""
        return tuple(step for step in self.steps if queue in step.queues)


def read_architecture(template: Template | None = None) -> Architecture:
    """Read the architecture of a template; without one, that of template.yaml with all its stacks."""
    found = read_whole() if template is None else template
    resources: dict[str, Any] = found["Resources"]
    names = dict(_names(resources))
    routes = routes_of(found)
    queues = {name: it for name, it in resources.items() if it["Type"] == "AWS::SQS::Queue"}
    return Architecture(
        steps=tuple(
            _step(it, routes.get(name, []), resources, names)
            for name, it in resources.items()
            if it["Type"] == "AWS::Serverless::Function"
        ),
        workflows=tuple(
            _workflow(name, it, names)
            for name, it in resources.items()
            if it["Type"] == "AWS::Serverless::StateMachine"
        ),
        subscriptions=dict(_subscriptions(resources, names)),
        fifo=frozenset(names[name] for name, it in queues.items() if it["Properties"].get("FifoQueue")),
    )


def _names(resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The name of each resource, without the stack's name before it."""
    keys = {"AWS::DynamoDB::Table": "TableName", "AWS::SQS::Queue": "QueueName", "AWS::SNS::Topic": "TopicName"}
    for logical_id, resource in resources.items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                yield logical_id, properties["Handler"].removesuffix(".handler")
            case "AWS::Serverless::StateMachine":
                yield logical_id, properties["DefinitionUri"].rsplit("/", 1)[1].removesuffix(".asl.json")
            case kind if kind in keys:
                yield logical_id, properties[keys[kind]]["Fn::Sub"].removeprefix("${AWS::StackName}-")


def _step(
    function: dict[str, Any], routes: list[tuple[str, str]], resources: dict[str, Any], names: dict[str, str]
) -> Step:
    properties = function["Properties"]
    events = [(event["Type"], event["Properties"]) for event in properties.get("Events", {}).values()]
    allowed = list(_allowed(properties))

    def touched(service: str, kind: str, actions: set[str]) -> tuple[str, ...]:
        found = [
            names[name]
            for action, name in allowed
            if action.split(":")[0] == service and action.split(":")[1] in actions and resources[name]["Type"] == kind
        ]
        return tuple(sorted(set(found)))

    return Step(
        name=properties["Handler"].removesuffix(".handler"),
        domain=properties["CodeUri"].split("/")[1],
        routes=tuple(f"{method} {path}" for method, path in routes),
        queues=tuple(names[name] for kind, it in events if kind == "SQS" for name in _logical_ids(it["Queue"])),
        streams=tuple(names[name] for kind, it in events if kind == "DynamoDB" for name in _logical_ids(it["Stream"])),
        schedules=tuple(it["Schedule"] for kind, it in events if kind == "Schedule"),
        reads=touched("dynamodb", "AWS::DynamoDB::Table", READS),
        writes=touched("dynamodb", "AWS::DynamoDB::Table", WRITES),
        sends=touched("sqs", "AWS::SQS::Queue", {"SendMessage"}),
        publishes=touched("sns", "AWS::SNS::Topic", {"Publish"}),
        starts=touched("states", "AWS::Serverless::StateMachine", {"StartExecution", "StartSyncExecution"}),
    )


def _allowed(properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every pair of an action and a resource that a function's statements allow."""
    for policy in properties.get("Policies", []):
        for statement in policy["Statement"]:
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                yield from ((action, name) for name in _logical_ids(statement["Resource"]))


def _workflow(logical_id: str, machine: dict[str, Any], names: dict[str, str]) -> Workflow:
    properties = machine["Properties"]
    called = _logical_ids(properties.get("DefinitionSubstitutions", {}))
    return Workflow(names[logical_id], properties["DefinitionUri"].split("/")[1], tuple(names[it] for it in called))


def _subscriptions(resources: dict[str, Any], names: dict[str, str]) -> Iterator[tuple[str, Subscription]]:
    for resource in resources.values():
        if resource["Type"] == "AWS::SNS::Subscription" and resource["Properties"]["Protocol"] == "sqs":
            properties = resource["Properties"]
            [topic], [queue] = _logical_ids(properties["TopicArn"]), _logical_ids(properties["Endpoint"])
            wanted = properties.get("FilterPolicy", {})
            yield (
                names[queue],
                Subscription(names[topic], tuple(wanted.get("type", ())), tuple(wanted.get("order_kind", ()))),
            )


def _logical_ids(node: Any) -> list[str]:
    """The resources that an expression refers to, in the expression's order."""
    match node:
        case {"Ref": str(name)}:
            return [name]
        case {"Fn::GetAtt": [str(name), *_]}:
            return [name]
        case {"Fn::Sub": str(text)}:
            return _IN_SUB.findall(text)
        case dict():
            return [name for value in node.values() for name in _logical_ids(value)]
        case list():
            return [name for value in node for name in _logical_ids(value)]
    return []
