"""Goods, stock and guests' accounts: each change has a ledger row, nothing gets negative, nothing happens twice."""

from __future__ import annotations

from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.services.shop import goods_cache as reader_service
from posthouse.store import connection
from tests.integration.conftest import Arrange
from tests.integration.house import House, Reply

TEXT = {"name": "Candle", "price": 12800, "description": "Cedar", "images": ["/candle.svg"]}


def goods(house: House, stock: int = 10, **more: Any) -> dict[str, Any]:
    body = {**TEXT, "stock": stock, **more}
    made: dict[str, Any] = house.send("POST", "/api/staff/goods", body, house.admin).must(201)
    return made


def restock(house: House, article: dict[str, Any], change: int, token: str | None = None) -> Reply:
    path = f"/api/staff/goods/{article['goods_id']}/stock-changes"
    return house.send("POST", path, {"change": change, "reason": "Counted"}, token or house.admin)


def ledger(house: House, article: dict[str, Any]) -> list[tuple[str, int, int]]:
    path = f"/api/staff/goods/{article['goods_id']}/stock-entries"
    items = house.send("GET", path, token=house.admin).must(200)["items"]
    return [(entry["move"], entry["change"], entry["after"]) for entry in reversed(items)]


def test_a_stock_is_the_sum_of_its_ledger_and_never_below_nothing(house: House) -> None:
    article = goods(house, stock=5)
    assert restock(house, article, 3).must(200)["stock"] == 8
    assert restock(house, article, -8).must(200)["stock"] == 0
    refused = restock(house, article, -1).refused(409, "insufficient_stock")
    assert (refused["stock"], refused["change"]) == (0, -1)
    assert ledger(house, article) == [("initial", 5, 5), ("change", 3, 8), ("change", -8, 0)]
    restock(house, {"goods_id": "G-unknown"}, 1).refused(404, "not_found")
    restock(house, article, 0).refused(422, "invalid_request")


def test_two_changes_of_a_stock_at_once_both_count(house: House, before_commit: Arrange) -> None:
    article, admin = goods(house, stock=5), house.admin
    before_commit(lambda: restock(house, article, -3, admin).must(200))
    assert restock(house, article, -2, admin).must(200)["stock"] == 0
    assert ledger(house, article) == [("initial", 5, 5), ("change", -3, 2), ("change", -2, 0)]


def test_two_changes_at_once_do_not_take_more_than_there_is(house: House, before_commit: Arrange) -> None:
    article, admin = goods(house, stock=5), house.admin
    before_commit(lambda: restock(house, article, -3, admin).must(200))
    restock(house, article, -3, admin).refused(409, "insufficient_stock")
    assert ledger(house, article) == [("initial", 5, 5), ("change", -3, 2)]


def test_an_articles_text_changes_and_its_stock_does_not(house: House) -> None:
    article = goods(house)
    path = f"/api/staff/goods/{article['goods_id']}"
    changed = house.send("PUT", path, {**article, "price": 9900, "stock": 99}, house.admin).must(200)
    assert (changed["price"], changed["stock"], changed["version"]) == (9900, 10, 2)
    house.send("PUT", path, article, house.admin).refused(409, "version_conflict")
    assert house.send("PUT", path, TEXT, house.admin).must(200)["version"] == 3
    house.send("PUT", "/api/staff/goods/G-unknown", TEXT, house.admin).refused(404, "not_found")
    for bad in ({"price": 0}, {"name": ""}, {"images": ["no url"]}, {"price": 1.5}):
        house.send("PUT", path, {**TEXT, **bad}, house.admin).refused(422, "invalid_request")


def test_goods_are_the_admins(house: House) -> None:
    for role in (Role.STAFF, Role.GUEST):
        token = house.token(role, "H-1")
        house.send("POST", "/api/staff/goods", {**TEXT, "stock": 1}, token).refused(403, "forbidden")


def test_guests_see_what_is_on_sale_with_the_stock_of_this_moment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [goods(house, name=name) for name in ("a", "b", "c")]
    hidden = house.send(
        "PUT", f"/api/staff/goods/{articles[1]['goods_id']}", {**articles[1], "on_sale": False}, house.admin
    ).must(200)
    first = house.send("GET", "/api/goods?limit=1").must(200)
    rest = house.send("GET", f"/api/goods?limit=1&cursor={first['next_cursor']}").must(200)
    assert [each["name"] for each in first["items"] + rest["items"]] == ["a", "c"]
    assert first["shipping"] == rest["shipping"] == {"fee": 1000, "free_from": 9900}, "as the template has it"
    house.send("GET", f"/api/goods/{hidden['goods_id']}").refused(404, "not_found")
    house.send("GET", "/api/goods/G-unknown").refused(404, "not_found")
    every = house.send("GET", "/api/staff/goods", token=house.admin).must(200)["items"]
    assert [(each["name"], each["on_sale"]) for each in every] == [("a", True), ("b", False), ("c", True)]

    path = f"/api/goods/{articles[0]['goods_id']}"
    assert house.send("GET", path).must(200)["stock"] == 10
    restock(house, articles[0], -4).must(200)
    house.send("PUT", f"/api/staff/goods/{articles[0]['goods_id']}", {**TEXT, "name": "new"}, house.admin).must(200)
    calls: list[str] = []
    events = connection.dynamodb().meta.events
    events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name), unique_id="counted")
    shown = house.send("GET", path).must(200)
    events.unregister("before-call.dynamodb.*", unique_id="counted")
    assert (shown["stock"], shown["name"], calls) == (6, "a", ["BatchGetItem"]), "the text may be ten seconds old"
    reader_service.goods_cache.cache_clear()
    assert house.send("GET", path).must(200)["name"] == "new"


# ---------------------------------------------------------------- accounts


def put_on(house: House, user_id: str, change: int, key: str = "key-1", **how: Any) -> Reply:
    path = f"/api/staff/users/{user_id}/{how.get('account', 'balance')}-changes"
    body = {"change": change, "reason": "Goodwill"}
    return house.send("POST", path, body, how.get("token") or house.admin, Idempotency_Key=key)


@pytest.fixture
def someone(house: House) -> tuple[str, str]:
    """Make a guest; returns id and token."""
    session = house.log_in()
    return session["user"]["user_id"], session["access_token"]


def on_it(house: House, token: str) -> tuple[int, int]:
    me = house.send("GET", "/api/me", token=token).must(200)
    return me["balance"], me["points"]


@pytest.mark.parametrize("account", ["balance", "points"])
def test_an_account_is_the_sum_of_its_ledger_and_never_below_nothing(
    house: House, someone: tuple[str, str], account: str
) -> None:
    user_id, token = someone
    assert put_on(house, user_id, 500, account=account).must(201)["after"] == 500
    assert put_on(house, user_id, -200, "key-2", account=account).must(201)["after"] == 300
    refused = put_on(house, user_id, -301, "key-3", account=account).refused(409, "insufficient_balance")
    assert (refused["account"], refused["left"]) == (account, 300)
    assert on_it(house, token) == ((300, 0) if account == "balance" else (0, 300))
    mine = house.send("GET", f"/api/me/account-entries?account={account}", token=token).must(200)["items"]
    assert [(entry["change"], entry["after"]) for entry in mine] == [(-200, 300), (500, 500)]
    assert "actor" not in mine[0]
    path = f"/api/staff/users/{user_id}/account-entries?account={account}"
    [last, _] = house.send("GET", path, token=house.admin).must(200)["items"]
    assert (last["actor"], last["user_id"], last["reason"]) == ("admin", user_id, "Goodwill")
    other = "points" if account == "balance" else "balance"
    assert house.send("GET", f"/api/me/account-entries?account={other}", token=token).must(200)["items"] == []


def test_a_guest_who_is_nobody_has_no_ledger(house: House, someone: tuple[str, str]) -> None:
    user_id, _ = someone
    for asked, status in ((user_id, 200), ("13800138000", 404), ("U-nobody", 404)):
        path = f"/api/staff/users/{asked}/account-entries"
        assert house.send("GET", path, token=house.admin).status == status


def test_a_repeated_change_counts_once(house: House, someone: tuple[str, str], before_commit: Arrange) -> None:
    user_id, token = someone
    first = put_on(house, user_id, 500).must(201)
    assert put_on(house, user_id, 500).must(201) == first
    put_on(house, user_id, 400).refused(422, "idempotency_key_reused")
    admin = house.admin
    before_commit(lambda: put_on(house, user_id, 7, "key-2", token=admin).must(201))
    put_on(house, user_id, 7, "key-2", token=admin).must(201)
    assert on_it(house, token) == (507, 0)


def test_two_changes_of_an_account_at_once_both_count(
    house: House, someone: tuple[str, str], before_commit: Arrange
) -> None:
    user_id, token = someone
    admin = house.admin
    before_commit(lambda: put_on(house, user_id, 100, "rival", token=admin).must(201))
    assert put_on(house, user_id, 50, token=admin).must(201)["after"] == 150
    assert on_it(house, token) == (150, 0)


def test_accounts_are_changed_by_admins_for_guests_who_exist(house: House, someone: tuple[str, str]) -> None:
    user_id, token = someone
    put_on(house, user_id, 1, token=token).refused(403, "forbidden")
    put_on(house, "U-unknown", 1).refused(404, "not_found")
    put_on(house, user_id, 0).refused(422, "invalid_request")
    path = f"/api/staff/users/{user_id}/balance-changes"
    house.send("POST", path, {"change": 1, "reason": "x"}, house.admin).refused(422, "idempotency_key_required")
