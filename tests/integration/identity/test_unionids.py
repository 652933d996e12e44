"""A unionid leads to the account of the first login that brings it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from posthouse.store import unionids
from posthouse.store.transaction import StoreBusy
from tests.integration.house import House

ONE, OTHER = "13900000001", "13900000002"


def led(house: House) -> dict[str, str]:
    return {row["unionid"]["S"]: row["user_id"]["S"] for row in house.rows("unionids")}


def held(house: House) -> dict[str, str | None]:
    return {row["user_id"]["S"]: row.get("unionid", {}).get("S") for row in house.rows("guests")}


def log_in(house: House, phone: str = ONE, **more: Any) -> str:
    user_id: str = house.log_in(phone, **more)["user"]["user_id"]
    return user_id


def test_the_first_login_that_brings_one_writes_it_also_of_a_known_guest(house: House) -> None:
    user_id = log_in(house)
    assert led(house) == {}
    assert log_in(house, unionid="union-a") == user_id
    assert led(house) == {"union-a": user_id}
    before = house.rows("unionids")
    log_in(house, unionid="union-a")
    log_in(house)
    assert house.rows("unionids") == before
    assert held(house) == {user_id: "union-a"}


def test_a_second_openid_of_the_person_does_not_take_it_over(house: House) -> None:
    first = log_in(house, unionid="union-a")
    second = log_in(house, OTHER, unionid="union-a")
    assert second != first
    assert led(house) == {"union-a": first}
    assert held(house) == {first: "union-a", second: None}


def test_two_logins_at_once_of_one_person_leave_one_row(house: House, before_commit: Callable[..., Any]) -> None:
    first, second = log_in(house), log_in(house, OTHER)
    # The rival's whole login runs after our look at the row, before our transaction.
    before_commit(lambda: log_in(house, OTHER, unionid="union-a"))
    assert log_in(house, unionid="union-a") == first
    assert led(house) == {"union-a": second}
    assert held(house) == {first: None, second: "union-a"}


def test_an_account_that_is_deleted_meanwhile_gets_none(house: House, before_commit: Callable[..., Any]) -> None:
    session = house.log_in()
    leave = house.send
    before_commit(lambda: leave("DELETE", "/api/me", token=session["access_token"]).must(204))
    log_in(house, unionid="union-a")
    assert led(house) == {}
    assert held(house) == {session["user"]["user_id"]: None}


def test_it_is_exported_and_goes_with_the_account_and_leads_to_the_next_one(house: House) -> None:
    session = house.log_in(unionid="union-a")
    token = session["access_token"]
    [account] = [
        it["data"]
        for it in house.send("GET", "/api/me/data", token=token).must(200)["items"]
        if it["kind"] == "account"
    ]
    assert account["wechat_unionid"] == "union-a"
    house.send("DELETE", "/api/me", token=token).must(204)
    assert led(house) == {}
    assert held(house) == {session["user"]["user_id"]: None}
    back = log_in(house, unionid="union-a")
    assert back != session["user"]["user_id"]
    assert led(house) == {"union-a": back}


@pytest.mark.parametrize("step", ["is_known", "lead"])
def test_a_busy_store_leaves_it_to_the_next_login_and_the_guest_is_in(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(unionids, step, _raising(StoreBusy("busy")))
        session = house.log_in(unionid="union-a")
    assert session["is_first_login"]
    assert led(house) == {}
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "the unionid or stays of the guest are left to the next login"
    ]
    assert not house.log_in(unionid="union-a")["is_first_login"]
    assert led(house) == {"union-a": session["user"]["user_id"]}
    # A fault that does not pass is one.
    with monkeypatch.context() as patch:
        patch.setattr(unionids, step, _raising(KeyError("bug")))
        with pytest.raises(AssertionError, match="internal_error"):
            house.log_in(OTHER, unionid="union-b")


def _raising(fault: Exception) -> Callable[..., Any]:
    def raise_it(*_: Any, **__: Any) -> Any:
        raise fault

    return raise_it


def test_an_app_that_has_moved_to_another_owner_brings_another_one(house: House) -> None:
    user_id = log_in(house, unionid="union-a")
    log_in(house, unionid="union-b")
    assert led(house) == {"union-b": user_id}
    assert held(house) == {user_id: "union-b"}
