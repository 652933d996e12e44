"""Reads template.yaml and its nested stacks, each as it is written, or all of them as one template.

CloudFormation deploys template.yaml as the root stack, and `functions/<domain>.yaml` as a nested stack for each domain;
alarms.yaml is nested too, before them.
Drawings, tests, the bill and benchmarks read the whole: one template with the resources of all stacks, in which the
values that the root passes to a child replace the child's parameters.
"""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import intrinsics_multi_constructor

from local.faults import LocalFault
from local.folders import TEMPLATE

Template = dict[str, Any]
Values = dict[str, Any]
"""Parameter's name -> the value that is passed for it."""

STACK = "AWS::CloudFormation::Stack"
SAM_TRANSFORM = "AWS::Serverless-2016-10-31"
PATHS = ("CodeUri", "ContentUri", "DefinitionUri", "TemplateURL")
"""Properties that name a file or folder, relative to their template's folder."""


_IN_SUB = re.compile(r"\$\{(?!!)([\w:]+)((?:\.\w+)*)\}")
_NAMED = {"AWS::DynamoDB::Table": ("TableName", "table/"), "AWS::SQS::Queue": ("QueueName", "")}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A YAML loader that knows the short tags. It uses libyaml where there is one, which is ten times as fast."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_template(path: Path) -> Template:
    """Read a template, with its short tags (`!Ref`) written out.

    Raises
    ------
    LocalFault
        When the file does not exist or is not YAML.
    """
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe one
    except FileNotFoundError:
        raise LocalFault(f"There is no {path.name} in {path.parent}.") from None
    except Exception as error:
        raise LocalFault(f"{path.name} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(template, dict) or "Resources" not in template:
        raise LocalFault(f"{path.name} has no Resources.")
    return template


def uses_sam(template: Template) -> bool:
    """Whether CloudFormation applies the SAM transform: true for the domains' stacks, not for pages and dashboard."""
    declared = template.get("Transform", [])
    return SAM_TRANSFORM in ([declared] if isinstance(declared, str) else declared)


def is_of_the_house(template: Template) -> bool:
    """Whether a child is read into the whole: a domain's, or one whose resources are named after the root's stack."""
    return uses_sam(template) or "Prefix" in template.get("Parameters", {})


def children(template: Template, folder: Path) -> Iterator[tuple[str, Path, Values]]:
    """The nested stacks of a template: logical id, file, and the parameters that are passed to it.

    Raises
    ------
    LocalFault
        When a `TemplateURL` is not a file.
    """
    for name, resource in template["Resources"].items():
        if resource["Type"] == STACK:
            given = resource["Properties"].get("TemplateURL")
            if not isinstance(given, str) or not (folder / given).is_file():
                raise LocalFault(f"{name} has TemplateURL {given}, which is not a file.")
            yield name, folder / given, resource["Properties"].get("Parameters", {})


def domain_templates(path: Path = TEMPLATE) -> dict[str, Path]:
    """The domains' stacks by their logical ids in the root, in the root's order."""
    return {name: file for name, file, _ in children(read_template(path), path.parent) if uses_sam(read_template(file))}


def read_whole(path: Path = TEMPLATE) -> Template:
    """Read the root with the resources of all domains' stacks and of the alarms', as if it were one template.

    Paths are relative to the root's folder. ARNs and URLs of tables and queues become references to them. The stacks
    of the domains and of the alarms are gone; those of pages and dashboard stay.

    Raises
    ------
    LocalFault
        When two stacks have a resource of the same name, or a child gets a parameter that it does not declare.
    """
    whole = read_template(path)
    read = {name: (read_template(file), file, passed) for name, file, passed in children(whole, path.parent)}
    parts = {name: it for name, it in read.items() if is_of_the_house(it[0])}
    outputs: dict[tuple[str, str], Any] = {}
    for name, (child, file, passed) in parts.items():
        if set(passed) != set(child["Parameters"]):
            odd = ", ".join(sorted(set(passed) ^ set(child["Parameters"])))
            raise LocalFault(f"{file.name} does not declare what template.yaml passes: {odd}.")
        for output, it in child.get("Outputs", {}).items():
            outputs[name, output] = _put(it["Value"], passed)
    for name, (child, file, passed) in parts.items():
        for logical_id, resource in child["Resources"].items():
            if logical_id in whole["Resources"]:
                raise LocalFault(f"{file.name} has a resource {logical_id}, as another stack has.")
            whole["Resources"][logical_id] = _put(_from_root(resource, file.parent, path.parent), passed)
        whole.setdefault("Globals", {}).update(_put(child.get("Globals", {}), passed))
        whole["Conditions"] = {**whole.get("Conditions", {}), **_put(child.get("Conditions", {}), passed)}
        del whole["Resources"][name]
    for resource in whole["Resources"].values():
        if set(parts) & set(resource.get("DependsOn", [])):
            resource["DependsOn"] = [name for name in resource["DependsOn"] if name not in parts]
    referring: Template = _refer(_outputs_put(whole, outputs), _by_name(whole["Resources"]))
    return referring


def routes_of(whole: Template) -> dict[str, list[tuple[str, str]]]:
    """Function's logical id -> (method, path) of the routes that lead to it, in a template with its integrations."""
    resources = whole["Resources"]
    found: dict[str, list[tuple[str, str]]] = {}
    for route in resources.values():
        if route["Type"] == "AWS::ApiGatewayV2::Route":
            method, _, path = route["Properties"]["RouteKey"].partition(" ")
            [integration] = _IN_SUB.findall(route["Properties"]["Target"]["Fn::Sub"])
            match resources[integration[0]]["Properties"]["IntegrationUri"]:
                case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                    found.setdefault(name.removesuffix(".Alias"), []).append((method, path))
                case other:
                    raise LocalFault(f"{integration[0]} leads to no function of its stack: {other}")
    return found


def _from_root(resource: dict[str, Any], folder: Path, root: Path) -> dict[str, Any]:
    """A resource with its paths changed from the child's folder to the root's."""
    properties = resource.get("Properties", {})
    moved = {
        key: f"{(folder / value).relative_to(root)}{'/' if value.endswith('/') else ''}"
        for key, value in properties.items()
        if key in PATHS and isinstance(value, str)
    }
    return {**resource, "Properties": {**properties, **moved}} if moved else resource


def _put(node: Any, values: Values) -> Any:
    """A node of a child's template, with its parameters replaced by the passed values."""
    match node:
        case {"Ref": str(name)} if name in values:
            return copy.deepcopy(values[name])
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _put_in_text(text, values)}
        case {"Fn::Sub": [str(text), dict(more)]}:
            return {"Fn::Sub": [_put_in_text(text, values), _put(more, values)]}
        case dict():
            return {key: _put(value, values) for key, value in node.items()}
        case list():
            return [_put(value, values) for value in node]
    return node


def _put_in_text(text: str, values: Values) -> str:
    def put(found: re.Match[str]) -> str:
        match values.get(found[1]) if not found[2] else None:
            case None:
                return found[0]
            case {"Ref": str(name)}:
                return f"${{{name}}}"
            case {"Fn::GetAtt": parts}:
                return f"${{{'.'.join(parts)}}}"
            case {"Fn::Sub": str(inner)}:
                return inner
            case str(literal):
                return literal
            case other:
                raise LocalFault(f"The value for {found[1]} cannot be part of a text: {other}")

    return _IN_SUB.sub(put, text)


def _outputs_put(node: Any, outputs: dict[tuple[str, str], Any]) -> Any:
    """A node in which each reference to a child's output is replaced by that output."""
    match node:
        case {"Fn::GetAtt": [str(stack), str(attribute)]} if (stack, attribute.removeprefix("Outputs.")) in outputs:
            return outputs[stack, attribute.removeprefix("Outputs.")]
        case dict():
            return {key: _outputs_put(value, outputs) for key, value in node.items()}
        case list():
            return [_outputs_put(value, outputs) for value in node]
    return node


def _by_name(resources: dict[str, Any]) -> dict[str, str]:
    """ARN (or URL) of each table and queue whose name begins with the stack's -> its logical id."""
    found = {}
    for logical_id, resource in resources.items():
        if resource["Type"] in _NAMED:
            key, before = _NAMED[resource["Type"]]
            name = resource["Properties"][key]["Fn::Sub"]
            service = resource["Type"].split("::")[1].lower()
            found[f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{before}{name}"] = logical_id
            if service == "sqs":
                found[f"https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{name}"] = logical_id
    return found


def _refer(node: Any, by_name: dict[str, str]) -> Any:
    """A node in which spelled-out ARNs and URLs of resources are replaced by references."""
    match node:
        case {"Fn::Sub": str(text)} if text in by_name:
            name = by_name[text]
            return {"Ref": name} if text.startswith("https:") else {"Fn::GetAtt": [name, "Arn"]}
        case {"Fn::Sub": str(text)} if (head := text.partition("/index/"))[0] in by_name and head[1]:
            return {"Fn::Sub": f"${{{by_name[head[0]]}.Arn}}/index/{head[2]}"}
        case dict():
            return {key: _refer(value, by_name) for key, value in node.items()}
        case list():
            return [_refer(value, by_name) for value in node]
    return node
