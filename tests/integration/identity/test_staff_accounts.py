"""Accounts of staff: they are listed, changed, disabled and given passwords, and their tokens end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from posthouse.entry import staff_tokens
from posthouse.services.identity import staff_accounts
from tests.integration.arranged import arranged
from tests.integration.house import NOW, House, Reply
from tests.integration.standing import Simulator
from tests.support.clock import clock_at

PASSWORD = "a-long-password"


def log_in(house: House, username: str, password: str = PASSWORD) -> Reply:
    return house.send("POST", "/api/staff/sessions", {"username": username, "password": password})


def token_of(house: House, username: str, password: str = PASSWORD) -> str:
    token: str = log_in(house, username, password).must(201)["access_token"]
    return token


@pytest.fixture
def boss(house: House, simulator: Simulator) -> str:
    """The token of the first admin."""
    return arranged(house, simulator, first_admin)


def first_admin(house: House) -> str:
    assert house.invoke("create_first_admin", {"username": "boss", "password": PASSWORD})["outcome"] == "created"
    return token_of(house, "boss")


def created(house: House, boss: str, username: str, role: str = "admin", *hotel_ids: str) -> dict[str, Any]:
    body = {"username": username, "password": PASSWORD, "role": role, "hotel_ids": list(hotel_ids)}
    account: dict[str, Any] = house.send("POST", "/api/staff/accounts", body, boss).must(201)
    return account


def put(house: House, token: str, account: dict[str, Any], **changes: Any) -> Reply:
    return house.send("PUT", f"/api/staff/accounts/{account['username']}", {**account, **changes}, token)


def listed(house: House, token: str) -> dict[str, dict[str, Any]]:
    items = house.send("GET", "/api/staff/accounts?limit=100", token=token).must(200)["items"]
    return {it["username"]: it for it in items}


def use(house: House, token: str) -> Reply:
    return house.send("GET", "/api/staff/hotels", token=token)


@contextmanager
def later(seconds: float) -> Iterator[None]:
    with clock_at(NOW + timedelta(seconds=seconds)):
        yield


# ---------------------------------------------------------------- the list


def test_accounts_are_listed_page_by_page_with_what_an_admin_must_know(house: House, boss: str) -> None:
    hotel_id = house.hotel()["hotel_id"]
    for name in ("zoe", "amy", "desk@example.com"):
        created(house, boss, name, "staff", hotel_id)
    found, cursor = [], ""
    while True:
        page = house.send("GET", f"/api/staff/accounts?limit=2{cursor}", token=boss).must(200)
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert [it["username"] for it in found] == ["amy", "boss", "desk@example.com", "zoe"]
    assert found[0]["created_at"].startswith("2026-11-21T04:00:00.")
    assert found[0] == {
        "username": "amy",
        "role": "staff",
        "hotel_ids": [hotel_id],
        "enabled": True,
        "created_at": found[0]["created_at"],
        "last_login_at": None,
        "version": 1,
    }
    assert found[1]["last_login_at"].startswith("2026-11-21T04:00:00.")
    assert "password" not in str(found)


def test_an_account_whose_name_is_an_address_can_be_changed(house: House, boss: str) -> None:
    account = created(house, boss, "desk@example.com")
    assert not put(house, boss, account, enabled=False).must(200)["enabled"]


# ---------------------------------------------------------------- changes


def test_an_account_is_changed_by_the_version_that_was_seen(house: House, boss: str) -> None:
    hotel_id = house.hotel()["hotel_id"]
    account = created(house, boss, "amy", "staff", hotel_id)
    changed = put(house, boss, account, role="admin", hotel_ids=[]).must(200)
    assert changed == {**account, "role": "admin", "hotel_ids": [], "version": 2}
    put(house, boss, account, enabled=False).refused(409, "version_conflict")
    put(house, boss, {**account, "username": "nobody"}).refused(404, "not_found")
    put(house, boss, {**account, "username": "%23admins"}).refused(404, "not_found")
    put(house, boss, changed, role="staff").refused(422, "invalid_request")
    put(house, boss, changed, role="staff", hotel_ids=["H-unknown"]).refused(404, "not_found")
    # What changes nothing is no change: no audit row, and no token ends
    assert put(house, boss, changed).must(200) == changed
    actions = Counter(row["action"]["S"] for row in house.rows("audit"))
    assert actions["change_staff_account"] == 1


def test_a_disabled_account_cannot_log_in_and_does_not_tell_a_stranger(house: House, boss: str) -> None:
    account = put(house, boss, created(house, boss, "amy"), enabled=False).must(200)
    log_in(house, "amy").refused(401, "account_disabled")
    log_in(house, "amy", "wrong-password").refused(401, "wrong_credentials")
    put(house, boss, account, enabled=True).must(200)
    log_in(house, "amy").must(201)


@pytest.mark.parametrize("change", [{"enabled": False}, {"role": "staff"}], ids=str)
def test_the_last_enabled_admin_stays(house: House, boss: str, change: dict[str, Any]) -> None:
    if "role" in change:
        change["hotel_ids"] = [house.hotel()["hotel_id"]]
    account = listed(house, boss)["boss"]
    put(house, boss, account, **change).refused(409, "last_admin")
    other = created(house, boss, "amy")
    disabled = put(house, boss, other, enabled=False).must(200)
    put(house, boss, account, **change).refused(409, "last_admin")
    put(house, boss, disabled, enabled=True).must(200)
    put(house, boss, account, **change).must(200)
    assert admins_at_work(house) == counted(house) == 1


def admins_at_work(house: House) -> int:
    rows = [row for row in house.rows("staff") if "listing" in row]
    return sum(row["role"]["S"] == "admin" and row["enabled"]["BOOL"] for row in rows)


def counted(house: House) -> int:
    [row] = [row for row in house.rows("staff") if row["username"]["S"] == "#admins"]
    return int(row["admins"]["N"])


def test_two_admins_who_disable_each_other_at_once(house: House, boss: str, before_commit: Any) -> None:
    amy = created(house, boss, "amy")
    token = token_of(house, "amy")
    before_commit(lambda: put(house, token, listed(house, token)["boss"], enabled=False).must(200))
    put(house, boss, amy, enabled=False).refused(409, "last_admin")
    assert admins_at_work(house) == counted(house) == 1


def test_rivals_who_change_one_account_at_once(house: House, boss: str, before_commit: Any) -> None:
    amy = created(house, boss, "amy")
    before_commit(lambda: put(house, boss, amy, enabled=False).must(200))
    put(house, boss, amy, role="staff", hotel_ids=[house.hotel()["hotel_id"]]).refused(409, "version_conflict")


def test_changes_of_two_accounts_at_once_are_both_listed(house: House, boss: str, before_commit: Any) -> None:
    amy, zoe = created(house, boss, "amy"), created(house, boss, "zoe")
    tokens = [token_of(house, "amy"), token_of(house, "zoe")]
    before_commit(lambda: put(house, boss, zoe, enabled=False).must(200))
    put(house, boss, amy, enabled=False).must(200)
    with later(31):
        for token in tokens:
            use(house, token).refused(401, "token_ended")


# ---------------------------------------------------------------- tokens


def changes() -> dict[str, Callable[[House, str, dict[str, Any]], Reply]]:
    return {
        "disabled": lambda house, boss, account: put(house, boss, account, enabled=False),
        "of another role": lambda house, boss, account: put(house, boss, account, role="admin", hotel_ids=[]),
        "of other hotels": lambda house, boss, account: put(
            house, boss, account, hotel_ids=[house.hotel()["hotel_id"]]
        ),
        "with another password": lambda house, boss, account: house.send(
            "POST", f"/api/staff/accounts/{account['username']}/password", {"password": "another-password"}, boss
        ),
    }


@pytest.mark.parametrize("change", changes())
def test_the_tokens_of_a_changed_account_end_within_a_minute(house: House, boss: str, change: str) -> None:
    account = created(house, boss, "amy", "staff", house.hotel()["hotel_id"])
    token = token_of(house, "amy")
    use(house, token).must(200)
    assert changes()[change](house, boss, account).status in {200, 204}
    with later(31):
        use(house, token).refused(401, "token_ended")
        use(house, boss).must(200)
        password = "another-password" if "password" in change else PASSWORD
        again = log_in(house, "amy", password)
        if change != "disabled":
            use(house, again.must(201)["access_token"]).must(200)
    # Until the token would have expired by itself
    with later(8 * 3600 - 1):
        use(house, token).refused(401, "token_ended")
    with later(8 * 3600 + 1):
        use(house, token).refused(401, "token_expired")


def test_a_token_of_the_same_second_as_the_change_is_told_apart(house: House, boss: str) -> None:
    account = created(house, boss, "amy")
    before = token_of(house, "amy")
    put(house, boss, account, role="staff", hotel_ids=[house.hotel()["hotel_id"]]).must(200)
    after = token_of(house, "amy")
    staff_tokens.forget_ended_tokens()
    use(house, before).refused(401, "token_ended")
    use(house, after).must(200)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch, fails: Callable[[], bool] = lambda: False) -> Iterator[list[str]]:
    """The reads of the list of ended tokens."""
    reads: list[str] = []
    call = BaseClient._make_api_call

    def watched(self: BaseClient, name: str, kwargs: Any) -> Any:
        if kwargs.get("TableName") == "posthouse-ended-tokens" and name == "GetItem":
            reads.append(name)
            if fails():
                raise ClientError({"Error": {"Code": "InternalServerError"}}, name)
        return call(self, name, kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", watched)
        yield reads


def test_an_environment_reads_the_list_every_half_minute_and_only_for_staff(
    house: House, boss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = house.guest()
    house.begin_environment()
    with counting(monkeypatch) as reads:
        house.send("GET", "/api/me", token=guest).must(200)
        use(house, guest).refused(403, "forbidden")
        use(house, "no-token").refused(401, "invalid_token")
        assert reads == []
        for second in (0, 10, 29):
            with later(second):
                use(house, boss).must(200)
        assert len(reads) == 1
        with later(30):
            use(house, boss).must(200)
        assert len(reads) == 2


def test_a_list_that_cannot_be_read_counts_for_a_minute_and_then_lets_nobody_in(
    house: House, boss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = created(house, boss, "amy")
    token = token_of(house, "amy")
    staff_tokens.forget_ended_tokens()
    use(house, token).must(200)
    put(house, boss, account, enabled=False).must(200)
    down = [True]
    with counting(monkeypatch, lambda: down[0]) as reads:
        for second in (31, 33, 59):
            with later(second):
                use(house, token).must(200)
        tries = len(reads)
        with later(61):
            use(house, token).refused(503, "busy")
        assert len(reads) > tries
        down[0] = False
        with later(62):
            use(house, token).refused(401, "token_ended")
            use(house, boss).must(200)


# ---------------------------------------------------------------- passwords


def test_an_admin_gives_an_account_a_new_password(house: House, boss: str) -> None:
    created(house, boss, "amy")
    path = "/api/staff/accounts/amy/password"
    house.send("POST", path, {"password": "short"}, boss).refused(422, "invalid_request")
    house.send("POST", path, {"password": "another-password"}, boss).must(204)
    house.send("POST", "/api/staff/accounts/nobody/password", {"password": PASSWORD}, boss).refused(404, "not_found")
    log_in(house, "amy").refused(401, "wrong_credentials")
    log_in(house, "amy", "another-password").must(201)
    assert "another-password" not in str(house.contents())
    assert "scrypt" not in str(house.rows("audit"))


def test_everybody_changes_their_own_password(house: House, boss: str) -> None:
    created(house, boss, "amy", "staff", house.hotel()["hotel_id"])
    token = token_of(house, "amy")
    path, new = "/api/staff/me/password", "another-password"
    wrong = {"current_password": "wrong-password", "new_password": new}
    house.send("POST", path, wrong, token).refused(403, "wrong_password")
    house.send("POST", path, {**wrong, "current_password": PASSWORD}, token).must(204)
    log_in(house, "amy").refused(401, "wrong_credentials")
    fresh = token_of(house, "amy", new)
    with later(31):
        use(house, token).refused(401, "token_ended")
        use(house, fresh).must(200)


def test_wrong_current_passwords_lock_the_account_as_at_the_login(house: House, boss: str) -> None:
    created(house, boss, "amy")
    token = token_of(house, "amy")
    wrong = {"current_password": "wrong-password", "new_password": "another-password"}
    for _ in range(3):
        house.send("POST", "/api/staff/me/password", wrong, token).refused(403, "wrong_password")
    for _ in range(2):
        log_in(house, "amy", "wrong-password").refused(401, "wrong_credentials")
    right = {**wrong, "current_password": PASSWORD}
    house.send("POST", "/api/staff/me/password", right, token).refused(429, "account_locked")
    log_in(house, "amy").refused(429, "account_locked")
    with later(16 * 60):
        house.send("POST", "/api/staff/me/password", right, token).must(204)


# ---------------------------------------------------------------- logins at once


@pytest.fixture
def at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[bool]], list[Reply]]:
    """Log in with right and wrong passwords at once: each try has read the account before any of them is counted.

    The replies come in the order in which the tries are counted.
    """
    monkeypatch.setattr(staff_accounts, "hash_password", lambda password, _salt=None: f"hash of {password}")

    def all_log_in(tries: list[bool]) -> list[Reply]:
        waiting, replies = list(reversed(tries)), []

        def check(password: str, _stored: str) -> bool:
            if waiting:
                log_in_next()
            return password == PASSWORD

        def log_in_next() -> None:
            replies.append(log_in(house, "boss", PASSWORD if waiting.pop() else "wrong-password"))

        with monkeypatch.context() as patch:
            patch.setattr(staff_accounts, "check_password", check)
            log_in_next()
        return replies

    return all_log_in


def test_sixteen_right_logins_at_once_all_succeed(house: House, boss: str, at_once: Any) -> None:
    assert [reply.status for reply in at_once([True] * 16)] == [201] * 16
    log_in(house, "boss", "wrong-password").refused(401, "wrong_credentials")


def test_any_number_of_wrong_tries_at_once_get_five_verdicts(boss: str, at_once: Any) -> None:
    statuses = [reply.status for reply in at_once([False] * 40)]
    assert statuses == [401] * 5 + [429] * 35


def test_a_right_guess_among_wrong_ones_is_not_told_once_the_account_is_locked(boss: str, at_once: Any) -> None:
    # The last to begin is the first to be counted.
    tries = [True] + [False] * 39
    assert [reply.status for reply in at_once(tries)] == [401] * 5 + [429] * 35


@pytest.mark.parametrize("seed", range(12))
def test_tries_at_once_end_as_if_they_came_one_after_the_other(boss: str, at_once: Any, seed: int) -> None:
    chance = random.Random(seed)
    tries = [chance.random() < 0.25 for _ in range(24)]
    failures, expected = 0, []
    for is_right in reversed(tries):
        if failures == 5:
            expected.append(429)
        else:
            failures = 0 if is_right else failures + 1
            expected.append(201 if is_right else 401)
    assert [reply.status for reply in at_once(tries)] == expected


@pytest.mark.parametrize("seed", range(4))
def test_the_number_of_enabled_admins_is_always_right(house: House, boss: str, seed: int) -> None:
    hotel_id = house.hotel()["hotel_id"]
    for name in ("amy", "zoe"):
        created(house, boss, name)
    chance = random.Random(seed)
    for _ in range(25):
        account = chance.choice([*listed(house, house.admin).values()])
        role = chance.choice(["staff", "admin"])
        wanted = {"role": role, "hotel_ids": [hotel_id] if role == "staff" else [], "enabled": chance.random() < 0.5}
        reply = put(house, house.admin, account, **wanted)
        assert reply.status == 200 or reply.body["code"] == "last_admin"
        assert counted(house) == admins_at_work(house) >= 1
