"""Bad input at scale: schemathesis sends valid and invalid requests to every route of openapi.yaml.

No response may be a 5xx, or have a status, a type or a schema that the contract does not name. No valid request may be
refused, and no invalid one accepted. schemathesis.toml and fuzz_hooks.py list the exceptions, with their reasons.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.e2e.world import World
from tests.support.contract import METHODS, document
from tests.support.examples import WANTED
from tests.support.template import ROOT

pytestmark = pytest.mark.long

CONFIG = Path(__file__).parent / "schemathesis.toml"
EXAMPLES = 4
"""Requests to each route, half of them valid, the same in every run. ``make fuzz`` tries more and different ones."""


@dataclass(frozen=True)
class Caller:
    """A caller's token, and for each parameter the values that exist for this caller."""

    token: str
    known: dict[str, list[str]]

    def configuration(self) -> str:
        """The configuration for schemathesis: half of the values name something that exists, the others are random."""
        lists = [f"{name}.values = {json.dumps(values)}" for name, values in self.known.items()]
        lines = [f"'path.{name}' = {{dictionary = '{name}', probability = 0.5}}" for name in self.known]
        lines += [f"'query.{name}' = {{dictionary = '{name}', probability = 0.5}}" for name in self.known]
        return "\n".join(["", "[dictionaries]", *lists, "[parameters]", *lines])


def caller(world: World, role: Role) -> Caller:
    """A caller of that role, with a stay, a shop order and everything that belongs to them."""
    room, guest = world.room(units=5), world.guest()
    paid, unpaid = (world.book(guest, world.wish(room["room_id"], begin=day)).must(201)["order_no"] for day in (1, 3))
    payment_id = world.pay(guest, paid)["payment_id"]
    goods_id = world.nobody.get("/api/goods")["items"][0]["goods_id"]
    address = {"address": "1 Test Road", "consignee": "李雷", "phone_number": "13800138000"}
    order = {"items": [{"goods_id": goods_id, "quantity": 1}], **address}
    shop_order = guest.send("POST", "/api/shop-orders", order, Idempotency_Key=paid).must(201)["order_no"]
    known = {
        "order_no": [paid, unpaid, shop_order],
        "payment_id": [payment_id],
        "room_id": [room["room_id"]],
        "hotel_id": [room["hotel_id"]],
        "goods_id": [goods_id],
        "sale_id": [sale["sale_id"] for sale in world.nobody.get("/api/flash-sales")["items"][:1]],
        "user_id": [guest.get("/api/me")["user_id"]],
    }
    if role is Role.GUEST:
        return Caller(str(guest.token), known)
    # An account of its own, also for the admin: made-up passwords at POST /api/staff/me/password lock it.
    account = {"username": f"{role}-{room['room_id']}", "password": "posthouse-test"}
    facts = {**account, "role": role.value, "hotel_ids": [] if role is Role.ADMIN else [room["hotel_id"]]}
    world.admin.send("POST", "/api/staff/accounts", facts).must(201)
    return Caller(str(world.staff(**account).token), known)


def contract_for(role: Role) -> dict[str, Any]:
    """The contract without other roles' routes, which would only return 403."""
    paths = {
        path: {method: it for method, it in item.items() if method not in METHODS or _is_for(role, it["x-roles"])}
        for path, item in document()["paths"].items()
    }
    return {**document(), "paths": {path: item for path, item in paths.items() if METHODS & set(item)}}


def _is_for(role: Role, roles: list[str]) -> bool:
    return role in roles or (role is Role.GUEST and not roles)


@pytest.mark.parametrize("role", Role)
def test_answers_to_anything_are_as_the_contract_says(world: World, tmp_path: Path, role: Role) -> None:
    contract, configuration = tmp_path / "openapi.json", tmp_path / "schemathesis.toml"
    contract.write_text(json.dumps(contract_for(role)))
    asking = caller(world, role)
    configuration.write_text(CONFIG.read_text() + asking.configuration())
    command = [sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(configuration), "run"]
    command += [str(contract), "--url", world.cloud.url, "--header", f"Authorization: Bearer {asking.token}"]
    if WANTED is None:
        command += ["--phases", "fuzzing", "--max-examples", str(EXAMPLES), "--no-shrink"]
    else:
        command += ["--max-examples", WANTED, "--seed", str(int.from_bytes(os.urandom(4)))]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2000:]
