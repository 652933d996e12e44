"""openapi.yaml and the code have the same routes, roles, fields and problem codes."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from msgspec.json import schema as schema_of
from openapi_spec_validator import validate

from posthouse import domain
from posthouse.domain.refusal import Refusal
from posthouse.entry import problems
from posthouse.entry.inputs import Input
from tests.support.contract import METHODS, document
from tests.support.template import Function, functions

BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "pattern", "format", "maxItems", "default", "const")

MAY_BE_NULL = {"const", "default", "example"}
"""Keys of a schema that null is a value of."""


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def routes() -> dict[tuple[str, str], Function]:
    return {route: function for function in functions().values() for route in function.routes}


def resolve(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = {**found, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def shape(node: dict[str, Any], root: dict[str, Any]) -> Any:
    """A schema in one form for a comparison: msgspec writes null as anyOf, the document as a list of types."""
    node = resolve(node, root)
    if "anyOf" in node:
        options = [shape(option, root) for option in node["anyOf"]]
        [demanded] = [option for option in options if option["types"] != {"null"}]
        return {**demanded, "types": demanded["types"] | {"null"}}
    types = node.get("type", "string" if "enum" in node else "any")
    found: dict[str, Any] = {"types": set(types) if isinstance(types, list) else {types}}
    found |= {key: node[key] for key in BOUNDS if node.get(key) is not None}
    if found.get("default") == ():
        found["default"] = []
    if "pattern" in found:
        found["pattern"] = found["pattern"].replace(r"\Z", "$")  # the end of the text, in the document's dialect
    if "enum" in node:
        found["enum"] = sorted(set(node["enum"]) - {None})
        assert (None in node["enum"]) == ("null" in found["types"]), f"an enumeration that leaves null out: {node}"
    if "items" in node:
        found["items"] = shape(node["items"], root)
    if "properties" in node:
        found["properties"] = {name: shape(field, root) for name, field in node["properties"].items()}
        found["required"] = sorted(node.get("required", []))
        found["closed"] = node.get("additionalProperties") is False
    return found


def model_shape(model: type[Input]) -> Any:
    schema = schema_of(model)
    return shape(schema, schema)


def test_the_document_is_valid_openapi() -> None:
    validate(document())


def test_no_text_is_cut_off_at_a_comma() -> None:
    """``{description: one, two}`` reads as a description and an empty key: such a text needs quotes."""
    assert list(empty_keys(document(), "")) == []


def empty_keys(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (f"{path}/{key}" for key, value in node.items() if value is None and key not in MAY_BE_NULL)
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield from empty_keys(value, f"{path}/{key}")


SCHEMA_KEYS = {
    *("type", "format", "enum", "const", "default", "examples", "description", "pattern", "minLength", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "items", "minItems", "maxItems", "properties", "required"),
    *("additionalProperties", "anyOf", "oneOf", "allOf", "$ref"),
}
"""What our schemas are made of. JSON Schema allows any other key, and no tool reads it."""


def test_a_schema_has_no_stray_keys() -> None:
    """An unquoted text in ``{description: one, two: three}`` ends at its comma, and its rest becomes a key."""
    places = [*schemas_in(document()["paths"], "paths"), *schemas_in(document()["components"], "components")]
    assert len(places) > 500
    stray = [f"{place}/{key}" for place, node in places for key in node if key not in SCHEMA_KEYS and key[:2] != "x-"]
    assert stray == []


def test_a_stray_key_is_found() -> None:
    text = "schema: {type: object, properties: {fee: {type: integer, description: Kept, cancel_fee_bp: in bp}}}"
    [_, (place, node)] = schemas_in(yaml.safe_load(text), "it")
    assert (place, set(node) - SCHEMA_KEYS) == ("it/schema/properties/fee", {"cancel_fee_bp"})


def schemas_in(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema below a part of the document, with its place."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        if key == "schema" or (key == "schemas" and isinstance(value, dict)):
            for name, schema in {"": value}.items() if key == "schema" else value.items():
                yield from parts_of(schema, f"{path}/{key}" + (f"/{name}" if name else ""))
        else:
            yield from schemas_in(value, f"{path}/{key}")


def parts_of(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and those inside it."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for name, part in schema.get("properties", {}).items():
        yield from parts_of(part, f"{path}/properties/{name}")
    for key in ("items", "additionalProperties"):
        yield from parts_of(schema.get(key), f"{path}/{key}")
    for key in ("anyOf", "oneOf", "allOf"):
        for number, part in enumerate(schema.get(key, [])):
            yield from parts_of(part, f"{path}/{key}/{number}")


def test_the_document_has_a_licence_and_says_what_each_tag_is() -> None:
    assert document()["info"]["license"]["identifier"] == "Apache-2.0"
    tags = {tag["name"]: tag.get("description") for tag in document()["tags"]}
    assert [name for name, description in tags.items() if not description] == []
    assert {tag for operation in operations().values() for tag in operation["tags"]} == set(tags)


def test_the_document_and_the_template_have_the_same_routes() -> None:
    assert set(operations()) == set(routes())


@pytest.mark.parametrize("route", sorted(routes()), ids=" ".join)
def test_an_operation_says_what_its_handler_demands(route: tuple[str, str]) -> None:
    operation, function = operations()[route], routes()[route]
    contract = function.handler().contract  # type: ignore[attr-defined]
    assert operation["operationId"] == function.step
    assert operation["x-roles"] == sorted(role.value for role in contract.roles)
    assert (operation.get("security") == []) == (not contract.roles)
    parameters = [resolve(parameter, document()) for parameter in operation.get("parameters", [])]
    in_path = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", route[1]))
    if contract.path is not None:
        shown = {p["name"]: shape(p["schema"], document()) for p in parameters if p["in"] == "path"}
        assert shown == model_shape(contract.path)["properties"]
    in_header = {p["name"]: p.get("required", False) for p in parameters if p["in"] == "header"}
    in_header.pop("If-None-Match", None)
    takes_key = contract.idempotent or contract.keyed
    assert in_header == ({"Idempotency-Key": contract.idempotent} if takes_key else {})
    if contract.body is not None:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        demanded = model_shape(contract.body)
        assert shape(schema, document()) == demanded
        assert operation["requestBody"].get("required", False) == bool(demanded["required"])


def test_every_operation_with_an_id_may_return_404() -> None:
    """A malformed id gets a 404 before the handler runs (entry/http.py)."""
    naming = {
        route: operation
        for route, operation in operations().items()
        if "{" in route[1] and routes()[route].handler().contract.path is None  # type: ignore[attr-defined]
    }
    assert [route for route, operation in naming.items() if "404" not in operation["responses"]] == []


@pytest.mark.parametrize("route", sorted(routes()), ids=" ".join)
def test_an_operation_names_the_query_that_its_handler_takes(route: tuple[str, str]) -> None:
    operation, contract = operations()[route], routes()[route].handler().contract  # type: ignore[attr-defined]
    parameters = [resolve(parameter, document()) for parameter in operation.get("parameters", [])]
    said = {p["name"]: p for p in parameters if p["in"] == "query"}
    taken = model_shape(contract.query) if contract.query is not None else {}
    demanded = taken.get("properties", {})
    assert set(said) == set(demanded)
    for name, parameter in said.items():
        expected = {**demanded[name], "types": demanded[name]["types"] - {"null"}}
        assert shape(parameter["schema"], document()) == expected, name
        assert parameter["required"] == (name in taken["required"]), name


def codes_of_the_code() -> set[str]:
    fixed = {value.code for value in vars(problems).values() if isinstance(value, problems.Problem)}
    placed = {problems._code(refusal) for refusal in problems._STATUS}
    return fixed | placed | {code for _, code in problems._LOGIN.values()}


def test_the_document_names_exactly_the_codes_that_the_code_has() -> None:
    responses = [response for operation in operations().values() for response in operation["responses"].values()]
    said = {code for response in responses for code in response.get("x-codes", [])}
    assert said == codes_of_the_code()


def test_a_problem_stands_below_its_own_status() -> None:
    statuses = {problems._code(refusal): status for refusal, status in problems._STATUS.items()}
    statuses |= {code: status for status, code in problems._LOGIN.values()}
    statuses |= {value.code: value.status for value in vars(problems).values() if isinstance(value, problems.Problem)}
    for route, operation in operations().items():
        for status, response in operation["responses"].items():
            for code in response.get("x-codes", []):
                assert statuses[code] == int(status), (route, code)


def test_every_refusal_has_its_place() -> None:
    def below(kind: type[Refusal]) -> set[type[Refusal]]:
        return {found for child in kind.__subclasses__() for found in {child, *below(child)}}

    for module in pkgutil.iter_modules(domain.__path__, "posthouse.domain."):
        importlib.import_module(module.name)
    from posthouse.domain.identity import LoginRefused

    placed = below(Refusal) - {LoginRefused}  # a login's status follows from its reason
    assert sorted(kind.__name__ for kind in placed) == sorted(problems._STATUS)
