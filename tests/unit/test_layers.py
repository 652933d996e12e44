"""The layers of the code: imports point inward, nothing runs in a circle, and each folder has a domain's name.

entry -> services -> clients -> store -> domain. Functions import entry, services, values of the domain, and plain reads
of the store.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.template import ROOT, functions

LAYERS = ("entry", "services", "clients", "store", "domain")
"""The layers from the outside inward."""

SHARED = ROOT / "layers/posthouse/posthouse"
FUNCTIONS = ROOT / "functions"
DOMAINS = {path.name for path in FUNCTIONS.iterdir() if path.is_dir()}
BESIDE_DOMAINS = {
    "unit": {"local", "stacks", "web", "wechat"},
    "integration": {"rooms_by_number", "wechat"},
    "e2e": {"browser", "histories", "local"},
}
"""Folders of tests that are not named as a domain: the local cloud, the templates, the pages, WeChat, random histories.

The integration tests of `house` are in `rooms_by_number`: `house.py` beside them is the deployed Posthouse.
"""

OUTSIDE = {"boto3", "botocore", "pynamodb", "os", "time", "random", "secrets", "uuid", "aws_lambda_powertools"}
"""Modules that the domain must not import: AWS, the environment, clocks, randomness."""

WRITES = {"save", "update", "delete", "commit"}


@cache
def parsed(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"))


@cache
def modules() -> dict[str, Path]:
    """Our modules' files by the modules' names."""
    found = {}
    for source in SHARED.rglob("*.py"):
        parts = ("posthouse", *source.relative_to(SHARED).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = source
    return found


def imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[str]:
    """The modules that these statements import; our own by the name of the module itself."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in modules() else node.module for name in whole)


def at_import_time(source: Path) -> set[str]:
    """The imports that run when a module is imported: not those inside functions or only for types."""
    return set(imported(parsed(source).body))


def layer_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "posthouse" and len(parts) > 1 else None


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_inward(layer: str) -> None:
    inner = {None, *LAYERS[LAYERS.index(layer) :]}
    outward = [
        f"{name} imports {other}"
        for name, source in modules().items()
        if layer_of(name) == layer
        for other in imported(ast.walk(parsed(source)))
        if layer_of(other) not in inner
    ]
    assert outward == []


def test_every_module_is_in_a_layer() -> None:
    assert {layer_of(name) for name in modules()} == {None, *LAYERS}


def test_the_domain_is_pure() -> None:
    impure = [
        f"{name} imports {other}"
        for name, source in modules().items()
        if layer_of(name) == "domain"
        for other in imported(ast.walk(parsed(source)))
        if other.split(".")[0] in OUTSIDE
    ]
    clocks = [
        f"{name} reads a clock"
        for name, source in modules().items()
        if layer_of(name) == "domain"
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and _is_call(node, source)
    ]
    assert impure + clocks == []


def _is_call(attribute: ast.Attribute, source: Path) -> bool:
    return any(isinstance(node, ast.Call) and node.func is attribute for node in ast.walk(parsed(source)))


def test_no_circle_at_import_time() -> None:
    graph = {name: at_import_time(source) & set(modules()) - {name} for name, source in modules().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" imports ".join(circle.args[1]))


def test_only_the_store_names_a_table_and_only_clients_another_service() -> None:
    strangers = [
        f"{name} imports {other}"
        for name, source in modules().items()
        for other in at_import_time(source)
        if (other == "posthouse.store.connection" and layer_of(name) not in {"store", "clients"})
        or (other.startswith("pynamodb") and layer_of(name) != "store")
    ]
    assert strangers == []


def test_store_makes_clients_of_dynamodb_alone() -> None:
    made = [
        f"{name}: {call.args[0].value!r}"
        for name, source in modules().items()
        if layer_of(name) == "store"
        for call in ast.walk(parsed(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"create_client", "new_client", "client"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value != "dynamodb"
    ]
    assert made == []


def test_the_services_of_payments_know_no_provider_by_name() -> None:
    of_payments = {name: source for name, source in modules().items() if name.startswith("posthouse.services.payments")}
    imports = [
        f"{name} imports {other}"
        for name, source in of_payments.items()
        for other in imported(ast.walk(parsed(source)))
        if layer_of(other) == "clients" and other not in {"posthouse.clients.provider", "posthouse.clients.unavailable"}
    ]
    named = [
        f"{name}: {node.value!r}"
        for name, source in of_payments.items()
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Constant) and node.value in {"wechat", "jsapi"}
    ]
    assert imports + named == []


def steps() -> list[Path]:
    return sorted(FUNCTIONS.glob("*/*.py"))


def test_functions_import_entry_services_values_and_reads() -> None:
    allowed = {None, "entry", "services", "domain", "store"}
    found = [
        f"{source.name} imports {other}"
        for source in steps()
        for other in imported(ast.walk(parsed(source)))
        if layer_of(other) not in allowed or other.split(".")[0] in {"boto3", "botocore", "pynamodb"}
    ]
    assert found == []


def test_functions_write_through_services() -> None:
    found = [f"{source.name} calls {name}" for source in steps() for name in _of_store(source) if name in _writers()]
    assert found == []


def _of_store(source: Path) -> Iterator[str]:
    """The store's functions that a function uses: ``bookings.overdue``."""
    names: dict[str, str] = {}
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "posthouse.store":
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and layer_of(node.module or "") == "store":
            yield from (f"{(node.module or '').split('.')[-1]}.{alias.name}" for alias in node.names)
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            yield f"{names[node.value.id]}.{node.attr}"


@cache
def _writers() -> set[str]:
    """The store's functions that write: they save, update or delete a row, add to a transaction, or call such one."""
    found = set()
    for name, source in modules().items():
        if layer_of(name) == "store":
            own = {node.name: node for node in parsed(source).body if isinstance(node, ast.FunctionDef)}
            found |= {f"{name.split('.')[-1]}.{each}" for each in own if _writes(each, own)}
    return found


def _writes(name: str, own: dict[str, ast.FunctionDef]) -> bool:
    if any(argument.arg == "transaction" for argument in own[name].args.args):
        return True
    inside = list(ast.walk(own[name]))
    called = {node.func.id for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    directly = any(isinstance(node, ast.Attribute) and node.attr in WRITES for node in inside)
    return directly or any(_writes(other, own) for other in called & set(own) - {name})


def test_the_writers_are_known() -> None:
    assert {"bookings.create", "payment_log.record", "outbox.put_aside"} <= _writers()
    assert "bookings.get" not in _writers()


def test_folders_have_the_names_of_the_domains() -> None:
    assert {function.domain for function in functions().values()} == DOMAINS
    for layer in ("entry", "services"):
        assert {path.name for path in (SHARED / layer).iterdir() if _is_package(path)} <= DOMAINS
    for layer in ("domain", "store"):
        assert [path.name for path in (SHARED / layer).iterdir() if _is_package(path)] == []
    assert {path.name for path in (ROOT / "events").iterdir() if path.is_dir()} == DOMAINS
    for level, beside in BESIDE_DOMAINS.items():
        assert {path.name for path in (ROOT / "tests" / level).iterdir() if _has_tests(path)} <= DOMAINS | beside


def _is_package(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.py"))


def _has_tests(path: Path) -> bool:
    return path.is_dir() and any(path.glob("test_*.py"))


def test_names_of_modules_are_unique_in_their_layer() -> None:
    names = [
        (layer_of(name), name.split(".")[-1]) for name, source in modules().items() if source.name != "__init__.py"
    ]
    twice = {name for name in names if names.count(name) > 1}
    assert twice == set()
