"""The permissions that the template gives each function and that calls to AWS need: (action, resource's logical id)."""

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
    """The permissions that a function's own statements allow."""
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
    """The permissions that a call needs. Raises LookupError for an operation that is not listed here."""
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
"""The permissions that functions needed in all tests of this process (and, with xdist, of the others)."""

TESTS_OWN: list[Any] = []
"""Clients of the tests themselves, which they may use also while a function runs."""

_CLOSED_PAYMENT = ("dynamodb:ConditionCheckItem", "PaymentsTable")
_CLOSED_SHARD = ("dynamodb:ConditionCheckItem", "FlashShardsTable")
_DIFFERENCE = ("dynamodb:PutItem", "DifferencesTable")
RARE: dict[str, set[Permission]] = {
    # A cancel after WeChat has closed the payment: the transaction checks its row for money.
    "cancel_shop_order": {_CLOSED_PAYMENT},
    "cancel_unpaid_booking": {_CLOSED_PAYMENT},
    # A flash order's unit returns after the sale's end: the transaction checks that its shard is closed.
    "create_refund": {_CLOSED_SHARD},
    "end_shop_order_wait": {_CLOSED_PAYMENT, _CLOSED_SHARD, _DIFFERENCE},
    # WeChat notifies a payment with a wrong amount.
    "get_payment": {_DIFFERENCE},
    "reconcile_open": {_DIFFERENCE},
    # WeChat reports a refund as arrived at once, perhaps with a wrong amount.
    "send_refund": {_DIFFERENCE, ("dynamodb:PutItem", "MoneyLedgerTable")},
    # Here the tests run the workflow themselves; on the local cloud it is started.
    "create_shop_order": {("states:StartSyncExecution", "CheckoutWorkflow")},
    # Notices of logins are off by default.
    "erase_personal_data": {("dynamodb:UpdateItem", "OutboxTable")},
    # A unit is sold in the moment in which staff end the sale: its shard is read again.
    "change_flash_sale": {("dynamodb:GetItem", "FlashShardsTable")},
    # An environment lives while the catalogue changes: tests of the cache do this, but read the log themselves.
    "get_room": {("dynamodb:Query", "CatalogueChangesTable")},
}
"""Permissions for cases that no test of a whole run reaches, each with its reason."""


def unneeded(used: set[tuple[str, Permission]]) -> set[tuple[str, Permission]]:
    """The permissions that the template allows and that nothing has needed."""
    allowed = {(step, permission) for step in functions() for permission in granted(step) - RARE.get(step, set())}
    return allowed - used


class NotPermitted(Exception):
    """AWS would refuse the call; moto does not check permissions."""


class PermissionWatch:
    """Stops calls that a function may not make, and records the permissions that were needed."""

    def __init__(self, logical_id: Callable[[str], str]) -> None:
        self._logical_id = logical_id
        self._running: list[str] = []
        self.refused: set[tuple[str, Permission]] = set()

    def begin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Check every call from now on."""
        call = BaseClient._make_api_call

        def watched(client: BaseClient, operation: str, asked: dict[str, Any]) -> Any:
            if self._running and client not in TESTS_OWN:
                self._look_at(self._running[-1], operation, asked)
            return call(client, operation, asked)

        monkeypatch.setattr(BaseClient, "_make_api_call", watched)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        """Count all calls inside the block as this function's."""
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
