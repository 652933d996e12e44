"""Local answers to what MiniStack does not do as AWS does. Each is a pure function; template.yaml itself stays as it is.

A gap that MiniStack closes one day is one function less here.
"""

import copy
import io
import json
import zipfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.faults import LocalFault

Template = dict[str, Any]
ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"


def answer_gaps(template: Template) -> Template:
    """Apply every answer that concerns the template, after the SAM transform. The input is left alone."""
    answers: list[Callable[[Template], Template]] = [expand_http_api_body]
    answered = copy.deepcopy(template)
    for answer in answers:
        answered = answer(answered)
    return answered


def expand_http_api_body(template: Template) -> Template:
    """Gap: the OpenAPI `Body` of an HTTP API, which SAM's HttpApi events become, is ignored, so every route is 404.

    Answer: one Route and one Integration resource per operation, which MiniStack supports.

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
        properties = {key: value for key, value in resource["Properties"].items() if key not in {"Body", "FailOnWarnings"}}
        body = resource["Properties"]["Body"]
        properties.setdefault("Name", body.get("info", {}).get("title", name))
        properties["ProtocolType"] = "HTTP"
        resources[name] = {**resource, "Properties": properties}
        for number, (route_key, integration) in enumerate(http_api_operations(body).items()):
            resources |= _route_resources(name, f"{name}Route{number:03}", route_key, integration)
    return {**template, "Resources": resources}


def http_api_operations(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Route key ("POST /api/sessions") -> integration, of an HTTP API's OpenAPI body."""
    operations: dict[str, dict[str, Any]] = {}
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            if operation.get("security"):
                raise LocalFault(f"The route {method.upper()} {path} has an authorizer, which the local cloud does not carry over.")
            verb = "ANY" if method == ANY_METHOD else method.upper()
            key = "$default" if path == "/$default" else f"{verb} {path}"
            operations[key] = operation[INTEGRATION]
    return operations


def _route_resources(api: str, name: str, route_key: str, integration: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{name}Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": integration.get("payloadFormatVersion", "2.0"),
            },
        },
        name: {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": api},
                "RouteKey": route_key,
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": f"{name}Integration"}]]},
            },
        },
    }


def link_layer(folder: Path) -> bytes:
    """Gap: every worker unpacks every layer again, 0.8 s and 34 MB for each, and sees the packages of MiniStack's own Python.

    Answer: a zip with one .pth file, which MiniStack reads as Lambda's Python does. It puts the built layer in place on the
    path and takes all other site-packages off it, so that what a layer lacks is missing here as well.

    Parameters
    ----------
    folder
        The built layer, which holds `python/`.
    """
    packages = str(folder / "python")
    line = f"import sys; sys.path[:] = [{packages!r}] + [p for p in sys.path if 'site-packages' not in p and p != {packages!r}]\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/lib/python3.13/site-packages/layer.pth"), line)
    return buffer.getvalue()


def is_handler_crash(status: int, content_type: str, body: bytes) -> bool:
    """Gap: a handler that raised, or ran out of time, answers 502 with the raw error; API Gateway answers 500 without it.

    Answer: the edge proxy asks this and puts a problem in its place. A 502 that a handler made itself has no `errorMessage`.
    """
    if status != HTTPStatus.BAD_GATEWAY or not content_type.startswith("application/json"):
        return False
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and "errorMessage" in answer
