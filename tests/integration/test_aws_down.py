"""What a caller is told while AWS fails for longer than its clients try: come again, not that we are broken."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.integration.house import House

_URL = "https://dynamodb.us-east-1.amazonaws.com/"


def _error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Injected")


@pytest.mark.parametrize(
    "fault",
    [
        _error("InternalServerError", 500),
        _error("ServiceUnavailable", 503),
        _error("RequestThrottled", 403),
        _error("Throttled", 429),
        ConnectionClosedError(endpoint_url=_URL),
        ReadTimeoutError(endpoint_url=_URL),
    ],
    ids=str,
)
def test_who_asks_while_aws_is_down_is_told_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    guest = house.guest()
    call = BaseClient._make_api_call

    def fail(client: Any, name: str, kwargs: Any) -> Any:
        if name in {"GetItem", "TransactWriteItems"}:
            raise fault
        return call(client, name, kwargs)

    monkeypatch.setattr(BaseClient, "_make_api_call", fail)
    house.send("GET", "/api/bookings/B01", token=guest).refused(503, "busy")


def test_a_mistake_of_ours_is_no_outage_of_theirs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    guest = house.guest()
    call = BaseClient._make_api_call

    def fail(client: Any, name: str, kwargs: Any) -> Any:
        if name == "GetItem":
            raise _error("AccessDeniedException", 400)
        return call(client, name, kwargs)

    monkeypatch.setattr(BaseClient, "_make_api_call", fail)
    house.send("GET", "/api/bookings/B01", token=guest).refused(500, "internal_error")
