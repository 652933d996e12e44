"""Modules that functions load at the start: a module that a step does not need makes each cold start slower."""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from functools import cache

import pytest

import posthouse
from tests.support.template import ROOT, Function, functions

LOADER = """
import importlib.util, json, sys

WATCHED = ("posthouse", "jwt", "phonenumbers", "pydantic", "boto3")
loaded = {}
for step, source in json.load(sys.stdin).items():
    for name in [name for name in sys.modules if name.split(".")[0] in WATCHED]:
        del sys.modules[name]
    spec = importlib.util.spec_from_file_location(step, source)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    loaded[step] = sorted(name for name in sys.modules if name.split(".")[0] in WATCHED)
print(json.dumps(loaded))
"""
FOREIGN_STORES = {
    "bookings": {"accounts", "flash_sales", "goods", "order_steps", "staff"},
    "catalogue": {"accounts", "coupons", "flash_sales", "goods", "guests", "payments", "refunds", "shop_orders"},
    "coupons": {"accounts", "bookings", "flash_sales", "goods", "hotels", "nights", "payments", "rooms", "shop_orders"},
    "flash_sales": {"bookings", "hotels", "nights", "order_steps", "rooms", "staff"},
    "front_desk": {
        "accounts",
        "flash_sales",
        "goods",
        "order_steps",
        "rooms",
        "staff",
    },
    "house": {"accounts", "coupons", "flash_sales", "goods", "guests", "order_steps", "payments", "refunds", "staff"},
    "notifications": {
        "accounts",
        "coupons",
        "flash_sales",
        "goods",
        "hotels",
        "nights",
        "refunds",
        "rooms",
    },
    "shop": {"hotels", "nights", "rooms", "staff"},
}
"""Stores that no function of the domain uses."""
BUT_THESE = {
    "change_stay": {"rooms"},
    "preview_stay_change": {"rooms"},
    "make_night_audits": {"coupons", "guests", "payments", "refunds"},
}
"""Functions that do, with what they use: a stay may get another room type, the night audit makes no-shows."""
COMPILED = {"AccessToken", "HotelSummary", "PhoneNumber", "WechatCredentials", "WechatSession"}
"""Values that are dataclasses, because a field must not show in a repr or is computed from others."""


@cache
def loads() -> dict[str, frozenset[str]]:
    """For each step, the watched modules that an import of its function loads in a new process."""
    sources = {step: _source(function) for step, function in functions().items()}
    environment = {**os.environ, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "TABLE_PREFIX": "unit"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the same modules are read again and again
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "layers/posthouse"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", LOADER],
        check=False,
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return {step: frozenset(names) for step, names in json.loads(done.stdout).items()}


def _source(function: Function) -> str:
    return str(ROOT / function.properties["CodeUri"] / f"{function.step}.py")


def test_every_function_is_looked_at() -> None:
    assert set(loads()) == set(functions())
    assert all("posthouse" in names for names in loads().values())


@pytest.mark.parametrize("package", ["phonenumbers", "pydantic", "boto3"])
def test_no_function_loads_a_package_that_none_needs_at_its_start(package: str) -> None:
    assert [step for step, names in loads().items() if package in names] == []


def test_what_has_no_route_loads_nothing_of_http() -> None:
    routeless = {step for step, function in functions().items() if not function.routes}
    of_http = {"jwt", "posthouse.entry.http", "posthouse.entry.tokens"}
    assert {step: names & of_http for step, names in loads().items() if step in routeless and names & of_http} == {}


def test_a_route_that_takes_nothing_loads_no_inputs() -> None:
    for step, function in functions().items():
        if function.routes:
            contract = function.handler().contract  # type: ignore[attr-defined]
            takes = any(part is not None for part in (contract.body, contract.query, contract.path))
            assert takes or "posthouse.entry.inputs" not in loads()[step], step


@pytest.mark.parametrize("step", sorted(functions()))
def test_a_function_loads_no_stores_of_other_domains(step: str) -> None:
    foreign = FOREIGN_STORES.get(functions()[step].domain, set()) - BUT_THESE.get(step, set())
    assert loads()[step] & {f"posthouse.store.{store}" for store in foreign} == set()


def test_a_value_is_a_structure_and_no_dataclass() -> None:
    found = set()
    for module in pkgutil.walk_packages(posthouse.__path__, "posthouse."):
        members = vars(importlib.import_module(module.name)).values()
        own = [member for member in members if isinstance(member, type) and member.__module__ == module.name]
        found |= {kind.__name__ for kind in own if dataclasses.is_dataclass(kind)}
    assert found == COMPILED
