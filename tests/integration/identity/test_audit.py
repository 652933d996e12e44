"""Every change by staff writes a row with who, what, before and after: every write route is tested."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import yaml

from posthouse.store.transaction import Transaction
from tests.integration.crash_scenes import SCENES
from tests.integration.crash_world import begun
from tests.integration.house import NOW, TODAY, House
from tests.integration.standing import Simulator
from tests.support.clock import clock_at
from tests.support.template import ROOT

STAFF = {"staff", "admin"}
BY_ITS_WORKFLOW = {"check_out": "finish_booking"}
"""Routes that start a workflow, each with the workflow's step that makes the change."""


CHANGES_AN_ORDER = {"create_refund", "create_desk_payment", "create_desk_refund"}
"""Steps whose row says how the order was before, although they create something."""


def _written_by() -> list[str]:
    """The step that writes, for each route that only staff may call and that changes something."""
    paths = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
    operations = [found for item in paths.values() for method, found in item.items() if method != "get"]
    steps = [it["operationId"] for it in operations if it["x-roles"] and set(it["x-roles"]) <= STAFF]
    return sorted(BY_ITS_WORKFLOW.get(step, step) for step in steps)


def _names(transaction: Transaction) -> list[str]:
    return [name for group in transaction._groups.values() for name, _ in group]


@pytest.mark.parametrize("step", _written_by())
def test_a_write_of_staff_leaves_its_row_with_what_it_changes(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    # Given everything that the step needs
    act = SCENES[step].arrange(begun(house, simulator))
    before = {row["entry_id"]["S"] for row in house.rows("audit")}
    written: list[list[str]] = []
    commit = Transaction.commit

    def watched(self: Transaction) -> Any:
        failed = commit(self)
        if failed is None:
            written.append(_names(self))
        return failed

    monkeypatch.setattr(Transaction, "commit", watched)
    # When staff make the change
    act()
    # Then one row records it, written in the same transaction
    [row] = [row for row in house.rows("audit") if row["entry_id"]["S"] not in before]
    assert row["target"]["S"]
    assert row["actor"]["S"] == (row["target"]["S"] if step == "change_my_password" else "admin")
    creates = step.startswith(("create_", "grant_")) and step not in CHANGES_AN_ORDER
    assert ("before" in row) == (not creates), row
    assert ("after" in row) == (step not in {"delete_room", "redrive_dead_letters"}), row
    [together] = [names for names in written if "audit" in names]
    # A redrive changes queues, so its row is written first and says that the redrive was requested.
    assert len(together) > 1 or step == "redrive_dead_letters"


def test_it_finds_the_routes() -> None:
    steps = _written_by()
    assert len(steps) == len(set(steps)) >= 20
    assert {"create_hotel", "finish_booking", "create_refund", "reset_first_login"} <= set(steps)
    assert "create_booking" not in steps


def _audit(house: House, query: str = "", status: int = 200) -> Any:
    return house.send("GET", f"/api/staff/audit{query}", token=house.admin).must(status)


def test_the_list_of_a_day_comes_newest_first_page_by_page(house: House) -> None:
    room = house.room()
    path = f"/api/staff/rooms/{room['room_id']}"
    house.send("PUT", path, {**room, "price": 1}, house.admin).must(200)
    first = _audit(house, "?limit=3")
    assert [entry["action"] for entry in first["items"]] == ["update_room", "open_nights", "create_room"]
    changed = first["items"][0]
    assert (changed["actor"], changed["target"]) == ("admin", room["room_id"])
    assert (changed["before"]["price"], changed["after"]["price"]) == (30000, 1)
    rest = _audit(house, f"?limit=3&cursor={first['next_cursor']}")
    assert ([entry["action"] for entry in rest["items"]], rest["next_cursor"]) == (["create_hotel"], None)
    assert _audit(house, f"?day={TODAY - timedelta(days=1)}")["items"] == []
    with clock_at(NOW + timedelta(days=1)):
        assert _audit(house)["items"] == []
        assert len(_audit(house, f"?day={TODAY}")["items"]) == 4
    house.send("GET", "/api/staff/audit", token=house.guest()).refused(403, "forbidden")


def test_a_list_that_began_before_midnight_goes_on_after_it(house: House) -> None:
    house.room()
    first = _audit(house, "?limit=1")
    with clock_at(NOW + timedelta(days=1)):
        rest = _audit(house, f"?limit=10&cursor={first['next_cursor']}")
    assert [entry["action"] for entry in rest["items"]] == ["create_room", "create_hotel"]


def test_the_list_is_filtered_by_actor_and_target(house: House) -> None:
    rooms = [house.room() for _ in range(2)]
    wanted = rooms[1]["room_id"]
    found = _audit(house, f"?target={wanted}&actor=admin&limit=1")
    assert [entry["action"] for entry in found["items"]] == ["open_nights"]
    following = _audit(house, f"?target={wanted}&actor=admin&limit=1&cursor={found['next_cursor']}")
    assert [entry["action"] for entry in following["items"]] == ["create_room"]
    assert following["next_cursor"] is None
    assert _audit(house, "?actor=nobody")["items"] == []


def test_no_secret_and_no_phone_number_in_full_is_kept(house: House) -> None:
    account = {"username": "desk", "password": "a-long-password", "role": "admin", "hotel_ids": []}
    house.send("POST", "/api/staff/accounts", account, house.admin).must(201)
    house.guest("13955556666")
    guest = house.send("GET", "/api/me", token=house.guest("13955556666")).must(200)
    change = {"change": 5, "reason": "Rang 13955556666 about it"}
    path = f"/api/staff/users/{guest['user_id']}/balance-changes"
    house.send("POST", path, change, house.admin, Idempotency_Key="k").must(201)
    told = str(_audit(house))
    assert "a-long-password" not in told
    assert "scrypt" not in told
    assert "13955556666" not in told
    assert "139****6666" in told


def test_the_nights_before_are_those_that_were_changed(house: House, before_commit: Any) -> None:
    room = house.room(nights=2)
    path = f"/api/staff/rooms/{room['room_id']}/nights"
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=3))}
    # A rival of the same staff sets another price between our reading and our writing.
    before_commit(lambda: house.send("PUT", path, {**span, "price": 7}, house.admin).must(200))
    house.send("PUT", path, {**span, "price": 9}, house.admin).must(200)
    ours, rivals = _audit(house)["items"][:2]
    assert (ours["after"]["price"], rivals["after"]["price"]) == (9, 7)
    assert [night["price"] for night in ours["before"]["nights"]] == [7, 7, 7]
    assert [night["price"] for night in rivals["before"]["nights"]] == [30000, 30000]
