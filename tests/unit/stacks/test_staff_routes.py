"""The function of every staff route may read the list of ended tokens; functions of other routes may not."""

from __future__ import annotations

import pytest

from posthouse.domain.identity import Role
from tests.support.contract import Operation, operations
from tests.support.permissions import granted


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_staff_routes_alone_read_the_list_of_ended_tokens(operation: Operation) -> None:
    reads = ("dynamodb:GetItem", "EndedTokensTable") in granted(operation.step)
    assert reads == (Role.ADMIN in operation.roles)
