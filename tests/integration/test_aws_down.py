"""While AWS fails for longer than its clients try, a caller is told to come again, not that Posthouse is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.exceptions
import pytest
from botocore.client import BaseClient
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from pynamodb.exceptions import GetError, PutError, QueryError, TransactGetError, TransactWriteError, UpdateError

from posthouse.clients import workflows
from posthouse.domain.event import Event, EventType
from posthouse.entry import secrets
from posthouse.store.faults import is_down
from tests.integration.bookings.test_stay import paid_booking
from tests.integration.flash_operations import flash_sale
from tests.integration.house import NOW, House

_URL = "https://dynamodb.us-east-1.amazonaws.com/"
NO_CONNECTION = [
    EndpointConnectionError(endpoint_url=_URL),
    ConnectTimeoutError(endpoint_url=_URL),
    SSLError(endpoint_url=_URL, error="handshake"),
    ProxyConnectionError(proxy_url="http://proxy"),
]
NO_CREDENTIALS = [CredentialRetrievalError(provider="env", error_msg="gone"), NoCredentialsError()]


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
        *NO_CONNECTION,
        *NO_CREDENTIALS,
    ],
    ids=str,
)
def test_who_asks_while_aws_is_down_is_told_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    guest = house.guest()
    with failing(monkeypatch, fault, "GetItem", "TransactWriteItems"):
        house.send("GET", "/api/bookings/B01", token=guest).refused(503, "busy")


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, fault: Exception, *names: str) -> Iterator[None]:
    """Let every call of an operation fail in this way."""
    call = BaseClient._make_api_call

    def fail(client: Any, name: str, kwargs: Any) -> Any:
        if name in names:
            raise fault
        return call(client, name, kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", fail)
        yield


def test_every_way_in_which_there_is_no_connection_is_an_outage() -> None:
    """By botocore's own list: an error that a later version adds as a subclass counts too."""
    below = botocore.exceptions.ConnectionError.__subclasses__() + botocore.exceptions.HTTPClientError.__subclasses__()
    assert {kind.__name__ for kind in below} >= {"EndpointConnectionError", "SSLError", "ConnectTimeoutError"}
    for kind in below:
        assert is_down(kind(endpoint_url=_URL, proxy_url=_URL, error="x"))


@pytest.mark.parametrize("wrapped", [GetError, PutError, QueryError, UpdateError, TransactGetError, TransactWriteError])
def test_what_pynamodb_wraps_is_seen_through(wrapped: Callable[..., Exception]) -> None:
    for fault in (*NO_CONNECTION, *NO_CREDENTIALS):
        assert is_down(wrapped("it says", fault))
    assert not is_down(wrapped("it says", _error("ValidationException", 400)))


@pytest.mark.parametrize("fault", [*NO_CONNECTION, *NO_CREDENTIALS, _error("InternalServiceError", 500)], ids=str)
def test_other_services_without_a_connection_are_told_alike(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    # Given a guest who has checked in, and a flash sale
    house.template(kind="check_out", amount=3000)
    guest = house.guest()
    _, booking = paid_booking(house, guest)
    path = f"/api/staff/bookings/{booking['order_no']}"
    house.send("POST", f"{path}/check-in", token=house.admin).must(200)
    sale_id, admin = flash_sale(house), house.admin
    caplog.clear()
    # When SQS, Step Functions or Secrets Manager cannot be reached, then all callers are told to come again
    with failing(monkeypatch, fault, "SendMessage"):
        house.send("POST", f"/api/flash-sales/{sale_id}/orders", token=guest).refused(503, "busy")
    with failing(monkeypatch, fault, "StartExecution"):
        house.send("POST", f"{path}/check-out", token=admin).refused(503, "busy")
    secrets.forget_secrets()
    with failing(monkeypatch, fault, "GetSecretValue"):
        house.send("GET", "/api/me", token=guest).refused(503, "busy")
        house.send("POST", "/api/sessions", {"login_code": "code"}).refused(503, "busy")
    assert "ERROR" not in {it.levelname for it in caplog.records}, "the alarm of faults counts those"


@pytest.mark.parametrize("fault", [*NO_CONNECTION, _error("ThrottlingException", 400)], ids=str)
def test_a_workflow_that_cannot_be_reached_gives_no_answer(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    with failing(monkeypatch, fault, "StartSyncExecution"), pytest.raises(workflows.NoAnswer):
        workflows.run("arn:aws:states:us-east-1:123456789012:stateMachine:any", "S1", {})


def test_a_workflow_that_we_may_not_run_is_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = _error("AccessDeniedException", 400)
    with failing(monkeypatch, mine, "StartSyncExecution"), pytest.raises(ClientError, match="AccessDenied"):
        workflows.run("arn:aws:states:us-east-1:123456789012:stateMachine:any", "S1", {})


@pytest.mark.parametrize(
    ("fault", "level"), [(NO_CONNECTION[0], "WARNING"), (_error("AccessDeniedException", 400), "ERROR")], ids=str
)
def test_a_message_that_aws_did_not_let_through_comes_again_and_takes_no_release_back(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception, level: str
) -> None:
    house.template()
    event = Event(EventType.GUEST_FIRST_LOGIN, "U1", 1, NOW, {"user_id": "U1"}, "c")
    with failing(monkeypatch, fault, "TransactWriteItems"):
        assert house.feed("grant_welcome_coupon", [event.to_json()]) == [{"itemIdentifier": "0"}]
    assert [it.levelname for it in caplog.records if it.message == "the event has failed"] == [level]
    assert house.feed("grant_welcome_coupon", [event.to_json()]) == []


def test_a_step_that_aws_did_not_let_through_is_tried_again_and_is_no_error(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        failing(monkeypatch, NO_CONNECTION[0], "TransactGetItems", "Query", "GetItem"),
        pytest.raises(Exception, match="connect"),
    ):
        house.invoke("rebuild_views", {})
    assert [it.levelname for it in caplog.records if it.message == "the step has failed"] == ["WARNING"]


def test_a_mistake_of_ours_is_no_outage_of_theirs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    guest = house.guest()
    with failing(monkeypatch, _error("AccessDeniedException", 400), "GetItem"):
        house.send("GET", "/api/bookings/B01", token=guest).refused(500, "internal_error")


def test_a_check_out_that_was_started_by_a_call_whose_answer_was_lost_is_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's own second try finds that an execution of this name exists."""
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
