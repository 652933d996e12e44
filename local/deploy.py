"""Deploy template.yaml to the local cloud through CloudFormation."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator import REGION
from local.faults import LocalFault
from local.folders import BUILD, ROOT, TEMPLATE
from local.gaps import Template, answer_gaps, http_api_operations, leave_canaries_out, link_layer
from local.layers import build_layer
from local.package import Package, expand_sam, package, read_template

BUCKET = "posthouse-artifacts"
DEPLOY_SECONDS = 120
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
RUNNING = "IN_PROGRESS"
CANCELLED = "cancelled"

ClientMaker = Callable[[str], Any]


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API and the function behind it, by its name in the template."""

    key: str
    function: str


@dataclass(frozen=True)
class Prepared:
    """A template that is ready to deploy."""

    template: Template
    uploads: Mapping[str, bytes]
    routes: tuple[Route, ...]
    parameters: frozenset[str]


@dataclass(frozen=True)
class Stack:
    """What a deployed stack tells about itself."""

    outputs: dict[str, str]
    api_id: str


def prepare(template_path: Path = TEMPLATE, root: Path = ROOT) -> Prepared:
    """Build the layers, zip the functions, expand the template. Needs no running cloud.

    Raises
    ------
    LocalFault
        When the template or a layer is broken.
    """
    packaged: Package = package(
        read_template(template_path),
        root,
        BUCKET,
        lambda layer, folder: link_layer(build_layer(layer, folder, "host", BUILD / "layers")),
    )
    expanded = expand_sam(leave_canaries_out(packaged.template), REGION)
    return Prepared(
        template=answer_gaps(expanded),
        uploads=packaged.uploads,
        routes=tuple(_routes(expanded)),
        parameters=frozenset(expanded.get("Parameters", {})),
    )


def _routes(expanded: Template) -> list[Route]:
    functions = [
        name for name, resource in expanded["Resources"].items() if resource["Type"] == "AWS::Lambda::Function"
    ]
    routes = []
    for resource in expanded["Resources"].values():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        for key, integration in http_api_operations(resource["Properties"].get("Body", {})).items():
            uri = json.dumps(integration["uri"])
            routes.append(Route(key=key, function=next((name for name in functions if f"${{{name}.Arn}}" in uri), key)))
    return routes


def deploy(
    prepared: Prepared, stack_name: str, parameters: Mapping[str, str], client: ClientMaker, *, anew: bool = False
) -> Stack:
    """Create the stack, or change the one that is there already, and wait until it is done.

    Parameters that the template does not declare are left out. A changed stack gets all its routes anew.

    Raises
    ------
    LocalFault
        With the resource that failed first and its reason.
    """
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key, data in prepared.uploads.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=data)
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(prepared.template).encode())
    cloudformation = client("cloudformation")
    given = [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in parameters.items()
        if name in prepared.parameters
    ]
    wish = {
        "StackName": stack_name,
        "TemplateURL": f"{s3.meta.endpoint_url}/{BUCKET}/template.json",
        "Parameters": given,
        "Capabilities": CAPABILITIES,
    }
    try:
        if anew:
            cloudformation.update_stack(**wish)
        else:
            cloudformation.create_stack(**wish, OnFailure="DO_NOTHING")
    except cloudformation.exceptions.ClientError as error:
        raise LocalFault(f"Deploy failed: {_one_line(error.response['Error']['Message'])}") from error
    stack, functions = _made(stack_name, client)
    if anew:
        _close_routes(stack.api_id, client)
    _open_routes(prepared.routes, stack.api_id, functions, client)
    return stack


def find(stack_name: str, client: ClientMaker) -> Stack:
    """The stack that is there already."""
    return _made(stack_name, client)[0]


def _made(stack_name: str, client: ClientMaker) -> tuple[Stack, dict[str, str]]:
    """The stack once it is there, and the full names of its functions."""
    cloudformation = client("cloudformation")
    outputs = _wait(cloudformation, stack_name)
    made = _resources(cloudformation, stack_name)
    if "AWS::ApiGatewayV2::Api" not in made:
        raise LocalFault("Deploy failed: template.yaml has no HTTP API.")
    [api_id] = made["AWS::ApiGatewayV2::Api"].values()
    return Stack(outputs=outputs, api_id=api_id), made["AWS::Lambda::Function"]


def _close_routes(api_id: str, client: ClientMaker) -> None:
    gateway = client("apigatewayv2")
    for route in gateway.get_routes(ApiId=api_id, MaxResults="1000")["Items"]:
        gateway.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    for integration in gateway.get_integrations(ApiId=api_id, MaxResults="1000")["Items"]:
        gateway.delete_integration(ApiId=api_id, IntegrationId=integration["IntegrationId"])


def _open_routes(routes: Iterable[Route], api_id: str, names: Mapping[str, str], client: ClientMaker) -> None:
    """One route and one integration for each operation of the HTTP API (`local.gaps.leave_routes_out` says why)."""
    account = client("sts").get_caller_identity()["Account"]
    gateway = client("apigatewayv2")
    for route in routes:
        integration = gateway.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=f"arn:aws:lambda:{REGION}:{account}:function:{names[route.function]}",
            PayloadFormatVersion="2.0",
        )
        target = f"integrations/{integration['IntegrationId']}"
        gateway.create_route(ApiId=api_id, RouteKey=route.key, Target=target)


def _wait(cloudformation: Any, stack_name: str) -> dict[str, str]:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        status = stack["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if RUNNING not in status:
            events = cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
            raise LocalFault(f"Deploy failed: {failure_of(events) or stack.get('StackStatusReason', status)}")
        time.sleep(0.05)
    raise LocalFault(f"Deploy failed: not done within {DEPLOY_SECONDS} s.")


def failure_of(events: list[dict[str, Any]]) -> str | None:
    """The first failure of a stack's events (newest first) as one line; what it pulled along does not count."""
    for event in reversed(events):
        reason = event.get("ResourceStatusReason", "no reason given")
        if event["ResourceStatus"].endswith("_FAILED") and CANCELLED not in reason.lower():
            return f"{event['LogicalResourceId']} ({event['ResourceType']}): {_one_line(reason)}"
    return None


def _resources(cloudformation: Any, stack_name: str) -> dict[str, dict[str, str]]:
    """The stack's resources by type: logical id -> physical id."""
    found: dict[str, dict[str, str]] = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name):
        for resource in page["StackResourceSummaries"]:
            of_type = found.setdefault(resource["ResourceType"], {})
            of_type[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
