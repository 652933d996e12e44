"""What the template allows each function, and what a call to AWS needs: (action, resource), resources by logical id."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.support.template import functions, template

Permission = tuple[str, str]
"""Such as ("dynamodb:Query", "BookingsTable/index/by_guest")."""

_OF_ITEM = {
    "GetItem": "GetItem",
    "PutItem": "PutItem",
    "UpdateItem": "UpdateItem",
    "DeleteItem": "DeleteItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_NAMED_BY = {
    "SendMessage": ("sqs:SendMessage", "QueueUrl"),
    "SendMessageBatch": ("sqs:SendMessage", "QueueUrl"),
    "ReceiveMessage": ("sqs:ReceiveMessage", "QueueUrl"),
    "DeleteMessage": ("sqs:DeleteMessage", "QueueUrl"),
    "DeleteMessageBatch": ("sqs:DeleteMessage", "QueueUrl"),
    "GetQueueAttributes": ("sqs:GetQueueAttributes", "QueueUrl"),
    "Publish": ("sns:Publish", "TopicArn"),
    "PublishBatch": ("sns:Publish", "TopicArn"),
    "GetSecretValue": ("secretsmanager:GetSecretValue", "SecretId"),
    "PutSecretValue": ("secretsmanager:PutSecretValue", "SecretId"),
    "DescribeSecret": ("secretsmanager:DescribeSecret", "SecretId"),
    "UpdateSecretVersionStage": ("secretsmanager:UpdateSecretVersionStage", "SecretId"),
    "StartExecution": ("states:StartExecution", "stateMachineArn"),
    "StartSyncExecution": ("states:StartSyncExecution", "stateMachineArn"),
}


@cache
def granted(step: str) -> frozenset[Permission]:
    """What a function's own statements allow."""
    statements = [one for policy in functions()[step].properties.get("Policies", []) for one in policy["Statement"]]
    return frozenset(
        (action, _logical(resource))
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _logical(resource: Any) -> str:
    match resource:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", text)
    return str(resource)


def needed(operation: str, asked: dict[str, Any], logical_id: Callable[[str], str]) -> Iterator[Permission]:
    """What a call needs. Raises LookupError for an operation that nobody has placed here."""
    if operation in {"Query", "Scan"}:
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield f"dynamodb:{operation}", _table(asked["TableName"]) + index
    elif operation in _OF_ITEM:
        yield f"dynamodb:{_OF_ITEM[operation]}", _table(asked["TableName"])
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from ((f"dynamodb:{operation}", _table(name)) for name in asked["RequestItems"])
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in asked["TransactItems"]:
            [(kind, of_one)] = item.items()
            yield f"dynamodb:{_OF_ITEM[kind]}", _table(of_one["TableName"])
    elif operation in _NAMED_BY:
        action, parameter = _NAMED_BY[operation]
        yield action, logical_id(asked[parameter])
    else:
        raise LookupError(f"which permission does {operation} need? Say so in tests/support/permissions.py")


@cache
def _tables() -> dict[str, str]:
    tables = {name: it for name, it in template()["Resources"].items() if it["Type"] == "AWS::DynamoDB::Table"}
    names = {name: it["Properties"]["TableName"]["Fn::Sub"] for name, it in tables.items()}
    return {text.removeprefix("${AWS::StackName}-"): name for name, text in names.items()}


def _table(name: str) -> str:
    return _tables()[name.removeprefix("posthouse-")]


USED: set[tuple[str, Permission]] = set()
"""What functions have needed in all tests of this process (and, with xdist, of the others)."""

TESTS_OWN: list[Any] = []
"""Clients with which tests look and act themselves, also while a function runs."""

_CLOSED_PAYMENT = ("dynamodb:ConditionCheckItem", "PaymentsTable")
_CLOSED_SHARD = ("dynamodb:ConditionCheckItem", "FlashShardsTable")
_DIFFERENCE = ("dynamodb:PutItem", "DifferencesTable")
RARE: dict[str, set[Permission]] = {
    # An order is cancelled whose payment WeChat has closed before: that no money came in is demanded of its row.
    "cancel_shop_order": {_CLOSED_PAYMENT},
    "cancel_unpaid_booking": {_CLOSED_PAYMENT},
    # A unit comes back from a flash order whose sale has ended: that its shard is closed is demanded.
    "create_refund": {_CLOSED_SHARD},
    "end_shop_order_wait": {_CLOSED_PAYMENT, _CLOSED_SHARD, _DIFFERENCE},
    # WeChat tells of money that is not what was asked for.
    "get_payment": {_DIFFERENCE},
    "reconcile_open": {_DIFFERENCE},
    # WeChat says of a refund at once that it has arrived, and maybe not what was asked for.
    "send_refund": {_DIFFERENCE, ("dynamodb:PutItem", "MoneyLedgerTable")},
    # Here the workflow is run by the tests themselves; on the local cloud it is started.
    "create_shop_order": {("states:StartSyncExecution", "CheckoutWorkflow")},
    # Guests are told of their logins, which is off unless a parameter says on.
    "forget_guests": {("dynamodb:UpdateItem", "OutboxTable")},
    # A unit of the sale that staff end is sold in the very moment: its shard is read again.
    "change_flash_sale": {("dynamodb:GetItem", "FlashShardsTable")},
    # An environment lives on while the catalogue changes: tests of the cache do so, but follow the log by themselves.
    "get_room": {("dynamodb:Query", "CatalogueChangesTable")},
}
"""What only those ways need on which no test of a whole run goes, each with its reason."""


def unneeded(used: set[tuple[str, Permission]]) -> set[tuple[str, Permission]]:
    """What the template allows and nothing has needed."""
    allowed = {(step, permission) for step in functions() for permission in granted(step) - RARE.get(step, set())}
    return allowed - used


class NotPermitted(Exception):
    """AWS would refuse the call; moto asks for no permission."""


class PermissionWatch:
    """Stops calls that a function may not make, and takes down what was needed."""

    def __init__(self, logical_id: Callable[[str], str]) -> None:
        self._logical_id = logical_id
        self._running: list[str] = []
        self.refused: set[tuple[str, Permission]] = set()

    def begin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look at every call from now on."""
        call = BaseClient._make_api_call

        def watched(client: BaseClient, operation: str, asked: dict[str, Any]) -> Any:
            if self._running and client not in TESTS_OWN:
                self._look_at(self._running[-1], operation, asked)
            return call(client, operation, asked)

        monkeypatch.setattr(BaseClient, "_make_api_call", watched)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        """Whatever is called inside is called by this function."""
        self._running.append(step)
        try:
            yield
        finally:
            self._running.pop()

    def _look_at(self, step: str, operation: str, asked: dict[str, Any]) -> None:
        for permission in needed(operation, asked, self._logical_id):
            USED.add((step, permission))
            if permission not in granted(step):
                self.refused.add((step, permission))
                raise NotPermitted(f"{step} may not {' on '.join(permission)}")
