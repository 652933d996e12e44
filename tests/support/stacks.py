"""Every stack as CloudFormation gets it: packaged, SAM expanded, for a region and a set of parameters."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from local.folders import ROOT, TEMPLATE
from local.package import expand_sam, package
from local.templates import STACK, Template, Values, children, read_template, uses_sam

ROOT_STACK = "root"


@dataclass(frozen=True)
class Stack:
    """A stack, with the values of its parameters as far as they are known before a deployment."""

    name: str
    file: Path
    template: Template
    values: Values

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources by logical id."""
        return self.template["Resources"]  # type: ignore[no-any-return]


def expand(
    region: str = "us-east-1", parameters: Mapping[str, str] | None = None, changed: str = ""
) -> dict[str, Stack]:
    """All stacks by their names: the root is ``root``, a child has its logical id in the root.

    Parameters
    ----------
    region
        The region of the deployment: ARNs of AWS's own policies differ.
    parameters
        The root's parameters that differ from the defaults.
    changed
        A layer that has a new version.
    """
    return _expand(region, tuple(sorted((parameters or {}).items())), changed)


@cache
def _expand(region: str, parameters: tuple[tuple[str, str], ...], changed: str) -> dict[str, Stack]:
    written = read_template(TEMPLATE)
    values = {name: it.get("Default") for name, it in written["Parameters"].items()} | dict(parameters)
    values |= {"AWS::Region": region, "AWS::Partition": "aws-cn" if region.startswith("cn-") else "aws"}
    conditions = {name: truth(it, values, {}) for name, it in written["Conditions"].items()}
    stacks = {ROOT_STACK: _expanded(ROOT_STACK, TEMPLATE, written, region, values)}
    for name, file, passed in children(written, ROOT):
        if "Condition" in written["Resources"][name] and not conditions[written["Resources"][name]["Condition"]]:
            continue
        known = {key: known_value(it, values, conditions, changed) for key, it in passed.items()}
        known = {key: it for key, it in known.items() if it is not None}
        stacks[name] = _expanded(name, file, read_template(file), region, known)
    return stacks


def _expanded(name: str, file: Path, written: Template, region: str, values: Values) -> Stack:
    packed = package(written, file.parent, "bucket", lambda *_: b"")
    return Stack(name, file, _by_sam(packed.template, region, values) if uses_sam(written) else written, values)


def _by_sam(template: Template, region: str, values: Values) -> Template:
    """The expanded template. It is cached in a file, for later calls and for other processes."""
    code = Path(inspect.getfile(expand_sam)).read_bytes()
    asked = json.dumps([template, region, values, version("aws-sam-translator"), code.decode()])
    kept = ROOT / ".build" / "expanded" / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(expand_sam(template, region, values)))
        fresh.replace(kept)
    expanded: Template = json.loads(kept.read_text())
    return expanded


def known_value(expression: Any, values: Values, conditions: Mapping[str, bool], changed: str = "") -> Any:
    """The value of an expression of the root; None if only a deployment shows it. A layer has version 1 or 2."""
    match expression:
        case {"Ref": str(layer)} if layer.endswith("Layer"):
            return f"arn:aws:lambda:us-east-1:123456789012:layer:{layer}:{2 if layer == changed else 1}"
        case {"Ref": str(name)}:
            return values.get(name)
        case {"Fn::If": [condition, yes, no]}:
            return known_value(yes if conditions[condition] else no, values, conditions, changed)
        case str():
            return expression
    return None


def truth(expression: Any, values: Values, conditions: Mapping[str, bool]) -> bool:
    """Whether a condition, or an assertion of a rule, holds for these values."""
    match expression:
        case {"Condition": str(name)}:
            return conditions[name]
        case {"Fn::Equals": [left, right]}:
            return str(_plain(left, values)) == str(_plain(right, values))
        case {"Fn::Not": [inner]}:
            return not truth(inner, values, conditions)
        case {"Fn::And": inner}:
            return all(truth(one, values, conditions) for one in inner)
        case {"Fn::Or": inner}:
            return any(truth(one, values, conditions) for one in inner)
        case {"Fn::Contains": [list(among), one]}:
            return _plain(one, values) in among
    raise AssertionError(f"which truth is {expression}?")


def _plain(node: Any, values: Values) -> Any:
    return values[node["Ref"]] if isinstance(node, dict) else node


def of_type(kind: str, stacks: Mapping[str, Stack]) -> Iterator[tuple[Stack, str, dict[str, Any]]]:
    """(stack, logical id, properties) of every resource of a kind."""
    for stack in stacks.values():
        for logical_id, resource in stack.resources.items():
            if resource["Type"] == kind:
                yield stack, logical_id, resource.get("Properties", {})


def nested(stacks: Mapping[str, Stack]) -> dict[str, dict[str, Any]]:
    """The root's resources that are stacks."""
    return {name: it for name, it in stacks[ROOT_STACK].resources.items() if it["Type"] == STACK}
