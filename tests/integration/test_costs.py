"""Operations keep their budgets of calls and dollars; and the rules for counting units."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration import flash_operations, operations
from tests.integration.budgets import OPERATIONS, Operation
from tests.integration.costs import Counted
from tests.integration.house import House
from tests.integration.units import item_size, read_units, tables, write_units

_found: dict[Any, Counted] = {}


def counted(operation: Any, house: House) -> Counted:
    """The use of an operation, counted once for all tests."""
    if operation not in _found:
        _found[operation] = operation(house)
    return _found[operation]


@pytest.mark.parametrize("operation", [it for it in OPERATIONS if it.budget is not None], ids=lambda it: it.title)
def test_a_budget_is_kept(house: House, operation: Operation) -> None:
    found = counted(operation.run, house)
    assert operation.budget is not None
    assert found.total <= operation.budget, found.dollars()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it.title)
def test_no_operation_gets_dearer(house: House, operation: Operation) -> None:
    found = counted(operation.run, house)
    assert found.total <= operation.kept_below, found.dollars()


def test_calls_to_aws_of_the_main_steps(house: House) -> None:
    booked = counted(operations.booked_and_paid, house)
    assert booked.calls_of("create_booking") == {"BatchGetItem": 2, "TransactWriteItems": 1}
    assert booked.calls_of("receive_payment_notification") == {"GetItem": 1, "TransactWriteItems": 1}


def test_calls_to_aws_of_a_flash_order(house: House) -> None:
    won = counted(flash_operations.won_and_paid, house)
    assert won.calls_of("place_flash_order") == {"TransactWriteItems": 1, "UpdateItem": 1}


def test_calls_to_aws_of_a_warm_room_read(house: House) -> None:
    assert counted(operations.room_read_warm, house).number_of_calls <= 1


def test_sizes_are_those_of_dynamodb() -> None:
    item = {
        "id": {"S": "驿"},  # 2 + 3
        "price": {"N": "12800"},  # 5 + 1 + 3 significant digits in 2
        "on": {"BOOL": True},  # 2 + 1
        "none": {"NULL": True},  # 4 + 1
        "list": {"L": [{"S": "ab"}, {"N": "-1"}]},  # 4 + 3 + (1 + 2) + (1 + 3)
        "map": {"M": {"k": {"S": "v"}}},  # 3 + 3 + (1 + 1 + 1)
        "set": {"SS": ["a", "bc"]},  # 3 + 3
    }
    assert item_size(item) == 5 + 8 + 3 + 5 + 14 + 9 + 6
    assert [write_units(size) for size in (0, 1024, 1025)] == [1, 1, 2]
    assert [read_units(size, factor) for size, factor in ((0, 0.5), (4096, 1.0), (4097, 2.0))] == [0.5, 1.0, 4.0]


def test_an_index_is_written_when_its_part_of_an_item_changes() -> None:
    waiting = {"sale_id": {"S": "L1"}, "listing": {"S": "sales"}, "due_shard": {"S": "1"}, "due_at": {"N": "1"}}
    indexes = {index.name: index for index in tables()["flash-sales"].indexes}
    listed, due = indexes["listed"], indexes["by_due"]
    assert (listed.units(None, waiting), due.units(None, waiting)) == (1, 1)
    renamed = {**waiting, "goods_name": {"S": "Tea"}}
    assert (listed.units(waiting, renamed), due.units(waiting, renamed)) == (1, 0)
    later = {**waiting, "due_at": {"N": "2"}}
    assert (listed.units(waiting, later), due.units(waiting, later)) == (1, 2)
    done = {name: waiting[name] for name in ("sale_id", "listing")}
    assert due.units(waiting, done) == 1
    assert due.units(done, done) == 0
