"""Deploys template.yaml and its nested stacks to the local cloud through CloudFormation."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator import REGION
from local.faults import LocalFault
from local.folders import BUILD, ROOT, TEMPLATE
from local.gaps import answer_gaps, leave_canaries_out, link_layer
from local.layers import build_layer
from local.package import Package, expand_sam, package
from local.templates import Template, Values, read_template, routes_of

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
    """A template that is ready to deploy.

    Attributes
    ----------
    template
        The root template; the nested ones are among the uploads.
    parameters
        The root's parameters.
    resources
        The number of resources in all domains' stacks together, and in the root.
    """

    template: Template
    uploads: Mapping[str, bytes]
    routes: tuple[Route, ...]
    parameters: Mapping[str, str]
    resources: int


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its outputs and the id of its HTTP API."""

    outputs: dict[str, str]
    api_id: str


def prepare(parameters: Mapping[str, str] | None = None, template_path: Path = TEMPLATE, root: Path = ROOT) -> Prepared:
    """Build the layers, zip the functions, expand the templates. Needs no running cloud.

    Parameters
    ----------
    parameters
        Values of the root's parameters; those that the root does not declare are left out.

    Raises
    ------
    LocalFault
        When a template or a layer is broken.
    """
    written = read_template(template_path)
    declared = {name: it.get("Default") for name, it in written.get("Parameters", {}).items()}
    given = {name: value for name, value in (parameters or {}).items() if name in declared}
    counted: list[int] = []
    routes: list[Route] = []

    def finish(template: Template, values: Values) -> Template:
        finished = answer_gaps(expand_sam(leave_canaries_out(template), REGION, values), values)
        counted.append(len(finished["Resources"]))
        return finished

    def finish_child(child: Template, passed: Values) -> Template:
        """Finish a child with the root's parameters; its other values come from resources that do not exist yet."""
        for function, led_by in routes_of(child).items():
            routes.extend(Route(key=f"{method} {path}", function=function) for method, path in led_by)
        known = {name: it["Ref"] for name, it in passed.items() if isinstance(it, dict) and "Ref" in it}
        return finish(child, {name: (declared | given)[it] for name, it in known.items() if it in declared})

    packaged: Package = package(
        written,
        root,
        BUCKET,
        lambda layer, folder: link_layer(build_layer(layer, folder, "host", BUILD / "layers")),
        finish_child,
    )
    return Prepared(
        template=finish(packaged.template, declared | given),
        uploads=packaged.uploads,
        routes=tuple(routes),
        parameters=given,
        resources=sum(counted),
    )


def deploy(prepared: Prepared, stack_name: str, client: ClientMaker, *, anew: bool = False) -> Stack:
    """Create or update the stack and its nested stacks, and wait until that is done.

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
    wish = {
        "StackName": stack_name,
        "TemplateURL": f"{s3.meta.endpoint_url}/{BUCKET}/template.json",
        "Parameters": [{"ParameterKey": name, "ParameterValue": it} for name, it in prepared.parameters.items()],
        "Capabilities": CAPABILITIES,
    }
    try:
        if anew:
            cloudformation.update_stack(**wish)
        else:
            cloudformation.create_stack(**wish, OnFailure="DO_NOTHING")
    except cloudformation.exceptions.ClientError as error:
        raise LocalFault(f"Deploy failed: {_one_line(error.response['Error']['Message'])}") from error
    return find(stack_name, client)


def find(stack_name: str, client: ClientMaker) -> Stack:
    """Return the deployed stack, once it is complete.

    Raises
    ------
    LocalFault
        With the resource that failed first and its reason.
    """
    cloudformation = client("cloudformation")
    outputs = _wait(cloudformation, stack_name)
    if "HttpApiId" not in outputs:
        raise LocalFault("Deploy failed: template.yaml has no output HttpApiId.")
    return Stack(outputs=outputs, api_id=outputs["HttpApiId"])


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
    """The first failure of a stack's events (newest first) as one line; failures that follow from it are left out."""
    for event in reversed(events):
        reason = event.get("ResourceStatusReason", "no reason given")
        if event["ResourceStatus"].endswith("_FAILED") and CANCELLED not in reason.lower():
            return f"{event['LogicalResourceId']} ({event['ResourceType']}): {_one_line(reason)}"
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
