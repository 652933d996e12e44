"""Finds what CloudFormation, IAM, Lambda and API Gateway would refuse in a stack. Each finding is one line.

Limits: the quotas pages of CloudFormation, IAM, Lambda and API Gateway (HTTP APIs), as of November 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.templates import STACK
from tests.support.stacks import ROOT_STACK, Stack, of_type

Stacks = Mapping[str, Stack]

RESOURCES = 300
"""CloudFormation's limit is 500 per stack; a domain needs room to grow."""
OUTPUTS = PARAMETERS = 200
BODY_BYTES = 1_000_000
"""Bytes of a template in S3."""
POLICY_CHARACTERS = 10_240
"""Characters of all inline policies of a role together, without white space."""
ROUTES = INTEGRATIONS = 300
ENVIRONMENT_BYTES = 4_096
LAYERS = 5
LINES = 1_200
ROOT_LINES = 600

_PART = re.compile(r"\{[\w.-]+\+?\}|[a-zA-Z0-9._-]+")
_IN_SUB = re.compile(r"\$\{(?!!)([A-Za-z0-9]+)[.}]")
_ARN_CHARACTERS = 110
"""Stands for an ARN or a name that only a deployment shows."""


def too_large(stacks: Stacks) -> Iterator[str]:
    """Find stacks that have too much of something."""
    for stack in stacks.values():
        template = stack.template
        body = len(json.dumps(template).encode())
        counted = {
            "resources": (len(stack.resources), RESOURCES),
            "outputs": (len(template.get("Outputs", {})), OUTPUTS),
            "parameters": (len(template.get("Parameters", {})), PARAMETERS),
            "bytes": (body, BODY_BYTES),
            "lines": (stack.file.read_text().count("\n"), ROOT_LINES if stack.name == ROOT_STACK else LINES),
        }
        yield from (f"{stack.name}: {n} {what}, {most} at most" for what, (n, most) in counted.items() if n > most)


def bad_routes(stacks: Stacks) -> Iterator[str]:
    """Find routes that API Gateway refuses, and settings for routes that do not exist when the stage is created."""
    keys: list[str] = []
    for stack, name, route in of_type("AWS::ApiGatewayV2::Route", stacks):
        method, _, path = route["RouteKey"].partition(" ")
        keys.append(route["RouteKey"])
        if method not in {"GET", "POST", "PUT", "DELETE"} or not path.startswith("/api/"):
            yield f"{stack.name} {name}: {route['RouteKey']} is no route of ours"
        if not all(_PART.fullmatch(part) for part in path[1:].split("/")):
            yield f"{stack.name} {name}: API Gateway takes no path {path}"
    yield from (f"{key} is there twice" for key in set(keys) if keys.count(key) > 1)
    if len(keys) > ROUTES:
        yield f"{len(keys)} routes, {ROUTES} at most"
    if (number := sum(1 for _ in of_type("AWS::ApiGatewayV2::Integration", stacks))) > INTEGRATIONS:
        yield f"{number} integrations, {INTEGRATIONS} at most"
    where = {it["RouteKey"]: stack.name for stack, _, it in of_type("AWS::ApiGatewayV2::Route", stacks)}
    for stack, name, stage in of_type("AWS::ApiGatewayV2::Stage", stacks):
        waits = stack.resources[name].get("DependsOn", [])
        for key in stage.get("RouteSettings", {}):
            if where.get(key) not in waits:
                yield f"{name} has settings for {key}, which does not exist yet"


def strangers_at_the_door(stacks: Stacks) -> Iterator[str]:
    """Find domains whose role does not let API Gateway call exactly the functions of their routes."""
    for stack in stacks.values():
        alone = {stack.name: stack}
        integrations = [it for _, _, it in of_type("AWS::ApiGatewayV2::Integration", alone)]
        led_to = [json.dumps(it["IntegrationUri"]) for it in integrations]
        roles = {json.dumps(it.get("CredentialsArn")) for it in integrations}
        for role in roles:
            name = json.loads(role)["Fn::GetAtt"][0] if role != "null" else ""
            properties = stack.resources.get(name, {}).get("Properties", {})
            if len(roles) != 1 or not properties:
                yield f"{stack.name}: its routes have not one role"
                continue
            trusted = properties["AssumeRolePolicyDocument"]["Statement"]
            if [it["Principal"] for it in trusted] != [{"Service": "apigateway.amazonaws.com"}]:
                yield f"{stack.name} {name}: others than API Gateway may take it on"
            statements = [it for policy in properties["Policies"] for it in policy["PolicyDocument"]["Statement"]]
            if any(it["Action"] != "lambda:InvokeFunction" for it in statements):
                yield f"{stack.name} {name}: it may do more than call functions"
            may = sorted(json.dumps(one) for it in statements for one in it["Resource"])
            if may != sorted(led_to):
                yield f"{stack.name} {name}: routes and role differ in {sorted(set(may) ^ set(led_to))}"


def too_much_for_iam(stacks: Stacks) -> Iterator[str]:
    """Find roles whose inline policies are longer than IAM allows."""
    for stack, name, role in of_type("AWS::IAM::Role", stacks):
        policies = [it["PolicyDocument"] for it in role.get("Policies", [])]
        length = sum(len(json.dumps(_measured(it), separators=(",", ":"))) for it in policies)
        if length > POLICY_CHARACTERS:
            yield f"{stack.name} {name}: its policies have {length} characters, {POLICY_CHARACTERS} at most"


def too_much_for_lambda(stacks: Stacks) -> Iterator[str]:
    """Find functions with an environment or layers that Lambda refuses."""
    for stack, name, function in of_type("AWS::Lambda::Function", stacks):
        variables = _measured(function.get("Environment", {}).get("Variables", {}))
        size = sum(len(key) + len(str(value)) for key, value in variables.items())
        if size > ENVIRONMENT_BYTES:
            yield f"{stack.name} {name}: its environment has {size} bytes, {ENVIRONMENT_BYTES} at most"
        if len(function.get("Layers", [])) > LAYERS:
            yield f"{stack.name} {name}: it has more than {LAYERS} layers"


def _measured(node: Any) -> Any:
    """A node in which values that only a deployment shows are replaced by texts of a likely length."""
    match node:
        case {"Fn::Sub": text}:
            inner = text if isinstance(text, str) else text[0]
            return re.sub(r"\$\{[^}]+\}", "x" * (_ARN_CHARACTERS // 2), inner)
        case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::If": _} | {"Fn::Join": _}:
            return "x" * _ARN_CHARACTERS
        case dict():
            return {key: _measured(value) for key, value in node.items()}
        case list():
            return [_measured(value) for value in node]
    return node


def circles(stacks: Stacks) -> Iterator[str]:
    """Find resources that wait for each other: all references count, also those in `UpdatePolicy` and conditions.

    A nested stack waits for its parameters; a reference to anything in it waits for the whole stack.
    """
    for stack in stacks.values():
        conditions = stack.template.get("Conditions", {})
        graph = {name: _awaited(it, stack.resources, conditions) for name, it in stack.resources.items()}
        if found := _circle(graph):
            yield f"{stack.name}: {' -> '.join(found)}"


def _awaited(resource: dict[str, Any], resources: Mapping[str, Any], conditions: Mapping[str, Any]) -> set[str]:
    """Every resource that CloudFormation creates first."""
    depends = resource.get("DependsOn", [])
    named = {depends} if isinstance(depends, str) else set(depends)
    for part in ("Properties", "UpdatePolicy", "CreationPolicy", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"):
        named |= set(_named(resource.get(part)))
    if "Condition" in resource:
        named |= set(_named(conditions.get(resource["Condition"])))
    return named & set(resources)


def _named(node: Any) -> Iterator[str]:
    match node:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(text)}:
            yield text.partition(".")[0]
        case {"Fn::Sub": str(text)}:
            yield from _IN_SUB.findall(text)
        case {"Fn::Sub": [str(text), dict(more)]}:
            yield from _IN_SUB.findall(text)
            yield from _named(more)
        case dict():
            for value in node.values():
                yield from _named(value)
        case list():
            for value in node:
                yield from _named(value)


def _circle(graph: Mapping[str, set[str]]) -> list[str]:
    """A circle's members in their order, with the first again at the end; empty if there is no circle."""
    done: set[str] = set()
    path: list[str] = []

    def visit(name: str) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        path.append(name)
        for other in sorted(graph[name]):
            if found := visit(other):
                return found
        path.pop()
        done.add(name)
        return []

    for name in graph:
        if found := visit(name):
            return found
    return []


def unlike_passed(stacks: Stacks) -> Iterator[str]:
    """Find parameters that the root passes but a child does not declare, and outputs that it reads but do not exist."""
    root = stacks[ROOT_STACK]
    for name, resource in root.resources.items():
        if resource["Type"] == STACK and name in stacks:
            passed = set(resource["Properties"].get("Parameters", {}))
            declared = stacks[name].template.get("Parameters", {})
            needed = {key for key, it in declared.items() if "Default" not in it}
            if odd := (passed - set(declared)) | (needed - passed):
                yield f"{name}: {', '.join(sorted(odd))} is passed or declared alone"
    text = json.dumps(root.template)
    for name, output in re.findall(r'"Fn::GetAtt": \["(\w+)", "Outputs\.(\w+)"\]', text):
        if name in stacks and output not in stacks[name].template.get("Outputs", {}):
            yield f"{name} has no output {output}"
