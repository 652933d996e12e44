"""All templates as data, read without AWS: intrinsic functions are not resolved."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from local.templates import read_whole, routes_of

ROOT = Path(__file__).parents[2]


class TemplateLoader(yaml.SafeLoader):
    """Reads short tags such as !Ref into their long forms."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


TemplateLoader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    """template.yaml with the resources of every domain's stack in it."""
    return read_whole()


@cache
def routes() -> dict[str, list[tuple[str, str]]]:
    """Function's logical id -> (method, path) of its routes."""
    return routes_of(template())


@dataclass(frozen=True)
class Function:
    """A function of the template."""

    logical_id: str
    domain: str
    step: str
    properties: dict[str, Any]

    @property
    def routes(self) -> list[tuple[str, str]]:
        """(method, path) of each route that leads to it."""
        return routes().get(self.logical_id, [])

    def module(self) -> ModuleType:
        """The function's code."""
        return load_step(self.domain, self.step)

    def handler(self) -> Callable[[Any, Any], Any]:
        """The handler that Lambda calls."""
        found: Callable[[Any, Any], Any] = self.module().handler
        return found


@cache
def functions() -> dict[str, Function]:
    """All functions by their step's name."""
    found = {}
    for logical_id, resource in template()["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            domain = properties["CodeUri"].split("/")[1]
            step = properties["Handler"].removesuffix(".handler")
            found[step] = Function(logical_id, domain, step, properties)
    return found


def load_step(domain: str, step: str) -> ModuleType:
    """The module of a step, loaded once; step names are unique."""
    if step not in sys.modules:
        spec = importlib.util.spec_from_file_location(step, ROOT / "functions" / domain / f"{step}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[step] = module
        spec.loader.exec_module(module)
    return sys.modules[step]
