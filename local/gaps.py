"""Local answers to what MiniStack does not do as AWS does. Each is a pure function; template.yaml stays as it is.

A gap that MiniStack closes one day is one function less here.
"""

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.faults import LocalFault

Template = dict[str, Any]
ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
IN_BATCHES = {
    "sns:Publish": "sns:PublishBatch",
    "sqs:SendMessage": "sqs:SendMessageBatch",
    "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
}


def answer_gaps(template: Template) -> Template:
    """Apply every answer that concerns the template, after the SAM transform. The input is left alone."""
    answers: list[Callable[[Template], Template]] = [
        leave_routes_out,
        leave_rotation_out,
        refer_to_secrets_by_arn,
        allow_batches,
        number_concurrency,
    ]
    answered = copy.deepcopy(template)
    for answer in answers:
        answered = answer(answered)
    return answered


def leave_canaries_out(template: Template) -> Template:
    """Gap: there is no CodeDeploy, which moves an alias to a new version step by step.

    Answer, before the SAM transform: functions without an alias. Here a release is a fresh start, so an alias would
    name the only version there is.
    """
    names = ("AutoPublishAlias", "AutoPublishAliasAllProperties", "DeploymentPreference")
    resources = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = {key: value for key, value in resource["Properties"].items() if key not in names}
            resources[name] = {**resource, "Properties": properties}
        else:
            resources[name] = resource
    return {**template, "Resources": resources}


def leave_routes_out(template: Template) -> Template:
    """Gap: the OpenAPI `Body` of an HTTP API, which SAM's HttpApi events become, is ignored, so every route is 404.

    Answer: the API is deployed without it, and `local.deploy` opens its routes one by one. As resources of the stack
    they would be two each, which its limit of 500 does not allow; on AWS they are none.

    Raises
    ------
    LocalFault
        For an operation with `security`: an authorizer that is not carried over would leave the route open.
    """
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::ApiGatewayV2::Api" or "Body" not in resource["Properties"]:
            resources[name] = resource
            continue
        properties = {
            key: value for key, value in resource["Properties"].items() if key not in {"Body", "FailOnWarnings"}
        }
        body = resource["Properties"]["Body"]
        http_api_operations(body)
        properties.setdefault("Name", body.get("info", {}).get("title", name))
        resources[name] = {**resource, "Properties": {**properties, "ProtocolType": "HTTP"}}
    return {**template, "Resources": resources}


def leave_rotation_out(template: Template) -> Template:
    """Gap: a secret's `RotationSchedule` is no type that it knows, and `RotateSecret` calls no function.

    Answer: it is left out; nothing rotates by itself here. The function can be invoked as Secrets Manager would.
    """
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] != "AWS::SecretsManager::RotationSchedule"
    }
    return {**template, "Resources": kept}


def http_api_operations(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Route key ("POST /api/sessions") -> integration, of an HTTP API's OpenAPI body."""
    operations: dict[str, dict[str, Any]] = {}
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            if operation.get("security"):
                raise LocalFault(
                    f"The route {method.upper()} {path} has an authorizer, which the local cloud does not carry over."
                )
            verb = "ANY" if method == ANY_METHOD else method.upper()
            key = "$default" if path == "/$default" else f"{verb} {path}"
            operations[key] = operation[INTEGRATION]
    return operations


def refer_to_secrets_by_arn(template: Template) -> Template:
    """Gap: `Ref` of a secret gives its name where AWS gives its ARN, so that a role's statement on it never matches.

    Answer: every `Ref` of one, in `Fn::Sub` too, becomes its attribute `Id`, which is the ARN.
    """
    secrets = {name for name, it in template["Resources"].items() if it["Type"] == "AWS::SecretsManager::Secret"}
    in_sub = re.compile(r"\$\{(" + "|".join(map(re.escape, sorted(secrets))) + r")\}") if secrets else None

    def rewrite(node: Any) -> Any:
        match node:
            case {"Ref": str(name)} if name in secrets:
                return {"Fn::GetAtt": [name, "Id"]}
            case {"Fn::Sub": str(text)} if in_sub:
                return {"Fn::Sub": in_sub.sub(r"${\1.Id}", text)}
            case {"Fn::Sub": [str(text), dict(values)]} if in_sub:
                return {"Fn::Sub": [in_sub.sub(r"${\1.Id}", text), rewrite(values)]}
            case dict():
                return {key: rewrite(value) for key, value in node.items()}
            case list():
                return [rewrite(value) for value in node]
        return node

    rewritten: Template = rewrite(template)
    return rewritten


def allow_batches(template: Template) -> Template:
    """Gap: a batch asks for an action of its own name, which IAM does not have: AWS asks for that of the single call.

    Answer: who may publish, send or delete may do so in batches.
    """

    def rewrite(node: Any) -> Any:
        match node:
            case {"Action": action, **others}:
                actions = action if isinstance(action, list) else [action]
                more = [IN_BATCHES[one] for one in actions if one in IN_BATCHES]
                return {"Action": [*actions, *more], **{key: rewrite(value) for key, value in others.items()}}
            case dict():
                return {key: rewrite(value) for key, value in node.items()}
            case list():
                return [rewrite(value) for value in node]
        return node

    return {
        **template,
        "Resources": {
            name: rewrite(resource) if resource["Type"] == "AWS::IAM::Role" else resource
            for name, resource in template["Resources"].items()
        },
    }


def number_concurrency(template: Template) -> Template:
    """Gap: a parameter of type Number stays text, and a queue's poller stops at a `MaximumConcurrency` that is text.

    Answer: the parameter's default as a number.
    """
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        scaling = resource.get("Properties", {}).get("ScalingConfig", {})
        match scaling.get("MaximumConcurrency"):
            case {"Ref": str(parameter)}:
                number = int(template["Parameters"][parameter]["Default"])
                properties = {**resource["Properties"], "ScalingConfig": {"MaximumConcurrency": number}}
                resources[name] = {**resource, "Properties": properties}
            case _:
                resources[name] = resource
    return {**template, "Resources": resources}


def link_layer(folder: Path) -> bytes:
    """Gap: every worker unpacks every layer again, 0.8 s and 34 MB each, and sees the packages of MiniStack's Python.

    Answer: a zip with one .pth file, which MiniStack reads as Lambda's Python does. It puts the built layer on the path
    where it lies and takes all other site-packages off, so that what a layer lacks is missing here as well.

    Parameters
    ----------
    folder
        The built layer, which holds `python/`.
    """
    packages = str(folder / "python")
    others = f"[p for p in sys.path if 'site-packages' not in p and p != {packages!r}]"
    line = f"import sys; sys.path[:] = [{packages!r}] + {others}\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/lib/python3.13/site-packages/layer.pth"), line)
    return buffer.getvalue()


def is_handler_crash(status: int, content_type: str, body: bytes) -> bool:
    """Gap: a handler that raised, or ran out of time, answers 502 with the raw error; API Gateway: 500 without it.

    Answer: the edge proxy asks this and answers a problem. A 502 that a handler made itself has no `errorMessage`.
    """
    if status != HTTPStatus.BAD_GATEWAY or not content_type.startswith("application/json"):
        return False
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and "errorMessage" in answer
