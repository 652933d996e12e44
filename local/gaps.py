"""Workarounds for what MiniStack does not do as AWS does. Each is a pure function; the templates stay as they are.

When MiniStack closes a gap, its function here can go.
"""

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.templates import Template, Values

ALIASED = re.compile(r"(\w+)\.Alias")
IN_BATCHES = {
    "sns:Publish": "sns:PublishBatch",
    "sqs:SendMessage": "sqs:SendMessageBatch",
    "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
}


def answer_gaps(template: Template, parameters: Values) -> Template:
    """Apply every workaround that concerns a template, after the SAM transform. The input is not changed.

    Parameters
    ----------
    template
        The root template, or that of a nested stack.
    parameters
        Its parameters, as far as they are known before it is deployed.
    """
    answers: list[Callable[[Template], Template]] = [
        leave_rotation_out,
        refer_to_secrets_by_arn,
        allow_batches,
        partial(number_concurrency, parameters=parameters),
    ]
    answered = copy.deepcopy(template)
    for answer in answers:
        answered = answer(answered)
    return answered


def leave_canaries_out(template: Template) -> Template:
    """Gap: there is no CodeDeploy, which moves an alias to a new version step by step.

    Workaround, before the SAM transform: functions without an alias, called by their own ARN. Here a release is a fresh
    start, so an alias would name the only version there is.
    """
    names = ("AutoPublishAlias", "AutoPublishAliasAllProperties", "DeploymentPreference", "VersionDescription")

    def rewrite(node: Any) -> Any:
        match node:
            case {"Ref": str(name)} if aliased := ALIASED.fullmatch(name):
                return {"Fn::GetAtt": [aliased[1], "Arn"]}
            case dict():
                return {key: rewrite(value) for key, value in node.items()}
            case list():
                return [rewrite(value) for value in node]
        return node

    resources = {}
    for name, resource in rewrite(template["Resources"]).items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = {key: value for key, value in resource["Properties"].items() if key not in names}
            resources[name] = {**resource, "Properties": properties}
        else:
            resources[name] = resource
    return {**template, "Resources": resources}


def leave_rotation_out(template: Template) -> Template:
    """Gap: MiniStack does not know the type `RotationSchedule`, and its `RotateSecret` calls no function.

    Workaround: it is left out; nothing rotates by itself here. The function can be invoked as Secrets Manager would.
    """
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] != "AWS::SecretsManager::RotationSchedule"
    }
    return {**template, "Resources": kept}


def refer_to_secrets_by_arn(template: Template) -> Template:
    """Gap: `Ref` of a secret gives its name where AWS gives its ARN, so that a role's statement on it never matches.

    Workaround: every `Ref` of one, in `Fn::Sub` too, becomes its attribute `Id`, which is the ARN. The root then passes
    that ARN to a child.
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
    """Gap: a batch call needs an action of its own name, which IAM does not have; AWS checks that of the single call.

    Workaround: a role that may publish, send or delete may do so in batches.
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


def number_concurrency(template: Template, parameters: Values) -> Template:
    """Gap: a parameter of type Number stays text, and a queue's poller fails if its `MaximumConcurrency` is text.

    Workaround: the value that is given for the parameter, as a number.
    """
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        scaling = resource.get("Properties", {}).get("ScalingConfig", {})
        match scaling.get("MaximumConcurrency"):
            case {"Ref": str(parameter)}:
                number = int(parameters[parameter])
                properties = {**resource["Properties"], "ScalingConfig": {"MaximumConcurrency": number}}
                resources[name] = {**resource, "Properties": properties}
            case _:
                resources[name] = resource
    return {**template, "Resources": resources}


def link_layer(folder: Path) -> bytes:
    """Gap: every worker unpacks every layer again, 0.8 s and 34 MB each, and sees the packages of MiniStack's Python.

    Workaround: a zip with one .pth file, which MiniStack reads as Lambda's Python does. This adds the built layer's
    folder to the path and removes all other site-packages, so a package that the layer lacks is missing here as well.

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
    """Gap: a handler that raised or timed out gives a 502 with the raw error; API Gateway gives a 500 without it.

    Workaround: the edge proxy asks this and returns a problem. A 502 that a handler made itself has no `errorMessage`.
    """
    if status != HTTPStatus.BAD_GATEWAY or not content_type.startswith("application/json"):
        return False
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and "errorMessage" in answer
