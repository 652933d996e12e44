"""What a caller is told while AWS fails for longer than its clients try: come again, not that we are broken."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.integration.house import House
from tests.integration.test_stay import paid_booking

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


def test_a_check_out_that_was_started_by_a_call_whose_answer_was_lost_is_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's own second try then finds that there is an execution of that name."""
    house.template(kind="check_out", amount=3000)
    guest = house.guest()
    _, booking = paid_booking(house, guest)
    path = f"/api/staff/bookings/{booking['order_no']}"
    house.send("POST", f"{path}/check-in", token=house.admin).must(200)
    call = BaseClient._make_api_call
    started: list[str] = []

    def lose(client: Any, name: str, kwargs: Any) -> Any:
        answer = call(client, name, kwargs)
        if name == "StartExecution":
            started.append(kwargs["name"])
            raise client.exceptions.ExecutionAlreadyExists({"Error": {"Code": "ExecutionAlreadyExists"}}, name)
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", lose)
    house.send("POST", f"{path}/check-out", token=house.admin).must(202)
    assert len(started) == 1
