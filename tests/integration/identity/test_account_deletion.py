"""Deleted accounts: what is refused, what is removed, what stays, and what a new login finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.services.identity import account_deletion
from posthouse.store import account_deletions as store
from tests.integration.flash_sales.test_flash_sales import Sale
from tests.integration.house import CONTEXT, NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PaidStay
from tests.support.clock import clock_at

PHONE, NAME, ROAD, CONSIGNEE = "13977778888", "Ada Lovelace", "12 St James Square", "Charles Babbage"
ENOUGH = timedelta(days=1, hours=2)
GONE = account_deletion.TOKENS_ARE_DEAD + timedelta(minutes=1)


def leave(house: House, token: str) -> Any:
    return house.send("DELETE", "/api/me", token=token)


def me(house: House, token: str) -> dict[str, Any]:
    found: dict[str, Any] = house.send("GET", "/api/me", token=token).must(200)
    return found


def booked(house: House, token: str, key: str = "stay", **more: Any) -> str:
    wish = house.wish(house.room(), begin=3, guest_name=NAME, phone_number=PHONE, arrival_time="18:00", **more)
    order_no: str = house.book(token, wish, key).must(201)["order_no"]
    return order_no


def article(house: House, stock: int = 3) -> str:
    body = {"name": "Tea", "price": 3000, "stock": stock}
    goods_id: str = house.send("POST", "/api/staff/goods", body, house.admin).must(201)["goods_id"]
    return goods_id


def bought(house: House, token: str) -> str:
    wish = {
        "items": [{"goods_id": article(house), "quantity": 1}],
        "address": ROAD,
        "consignee": CONSIGNEE,
        "phone_number": PHONE,
    }
    made = house.send("POST", "/api/shop-orders", wish, token, Idempotency_Key="goods").must(201)
    order_no: str = made["order_no"]
    return order_no


def cancel(house: House, token: str, order_no: str) -> None:
    path = "bookings" if order_no.startswith("B") else "shop-orders"
    house.send("POST", f"/api/{path}/{order_no}/cancellation", token=token).must(200)
    house.settle()


def paid_and_ended(house: House, token: str) -> tuple[str, str]:
    """A stay that was paid and then cancelled with a refund, and a shop order that was received."""
    stay, goods = booked(house, token), bought(house, token)
    for order_no in (stay, goods):
        house.pay(token, order_no)
        house.settle()
    cancel(house, token, stay)
    for refund in house.simulate("GET", f"/simulator/refunds?order_no={stay}")["items"]:
        house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})
    house.settle()
    shipment = {"carrier": "SF", "tracking_no": "SF-777"}
    house.send("POST", f"/api/staff/orders/{goods}/shipment", shipment, house.admin).must(200)
    house.send("POST", f"/api/shop-orders/{goods}/receipt", token=token).must(200)
    house.settle()
    return stay, goods


LEDGERS = ("bookings", "shop-orders", "payments", "refunds", "money-ledger", "payment-log")
COUNTED = {"amount", "payable", "total", "order_no", "status", "transaction_id"}


def amounts(house: House) -> dict[str, list[str]]:
    """The values of each row that bookkeeping needs."""
    return {
        name: sorted(str({key: row[key] for key in sorted(row) if key in COUNTED}) for row in house.rows(name))
        for name in LEDGERS
    }


def test_open_orders_and_money_keep_an_account(house: House) -> None:
    token = house.guest(PHONE)
    stay, goods = booked(house, token), bought(house, token)
    assert set(leave(house, token).refused(409, "orders_open")["order_nos"]) == {stay, goods}
    cancel(house, token, stay)
    assert leave(house, token).refused(409, "orders_open")["order_nos"] == [goods]
    cancel(house, token, goods)
    path = f"/api/staff/users/{me(house, token)['user_id']}/balance-changes"
    house.send("POST", path, {"change": 5, "reason": "Gift"}, house.admin, Idempotency_Key="a").must(201)
    assert leave(house, token).refused(409, "balance_left")["balance"] == 5
    house.send("POST", path, {"change": -5, "reason": "Paid out"}, house.admin, Idempotency_Key="b").must(201)
    leave(house, token).must(204)
    leave(house, token).must(204)


def test_a_stay_that_is_over_keeps_an_account_while_its_folio_is_uneven(house: House) -> None:
    token = house.guest(PHONE)
    # Given a stay that is over, and a guest who owes something
    stay = PaidStay(house, begin=0, token=token)
    stay.staff("check-in").must(200)
    stay.charge("fee", 1000).must(201)
    stay.leave(left="Pays by transfer")
    assert (stay.status, stay.sums) == ("finished", (61_000, 60_000, 1000))
    assert leave(house, token).refused(409, "orders_open")["order_nos"] == [stay.order_no]
    # Or who has a credit
    stay.charge("adjustment", -1500).must(201)
    assert (stay.status, stay.sums) == ("finished", (59_500, 60_000, -500))
    assert leave(house, token).refused(409, "orders_open")["order_nos"] == [stay.order_no]
    # Then nobody owes anybody anything, and the account can be deleted
    stay.charge("fee", 500).must(201)
    leave(house, token).must(204)


def test_who_the_guest_was_is_forgotten_and_what_bookkeeping_needs_stays(house: House) -> None:
    # Given a guest with a past
    session = house.log_in(PHONE, nickname="Countess")
    openid = house.codes(PHONE)["openid"]
    token, user_id = session["access_token"], session["user"]["user_id"]
    stay, goods = paid_and_ended(house, token)
    before = amounts(house)
    assert all(before.values())
    secrets = (PHONE, NAME, ROAD, CONSIGNEE, openid, "Countess", "18:00", "SF-777")
    known = str(house.contents())
    assert [secret for secret in secrets if secret not in known] == []
    # When they delete the account, and the scheduled work runs
    leave(house, token).must(204)
    assert house.invoke("erase_personal_data", {}) == {"forgotten": 1}
    # Then no row identifies them
    kept = str(house.contents())
    assert [secret for secret in secrets if secret in kept] == []
    # But every number and amount stays, and the books balance
    assert amounts(house) == before
    assert {stay, goods} <= {row["order_no"]["S"] for row in house.rows("money-ledger")}
    assert user_id in kept
    assert_balanced(house)
    # And it is checked once more when no token can still add rows, and never again
    assert house.invoke("erase_personal_data", {}) == {"forgotten": 0}
    with clock_at(NOW + ENOUGH):
        assert house.invoke("erase_personal_data", {}) == {"forgotten": 1}
        assert house.invoke("erase_personal_data", {}) == {"forgotten": 0}
    assert not [row for row in house.rows("guests") if "due_at" in row]


def test_a_token_that_is_left_over_adds_nothing(house: House) -> None:
    token = house.guest(PHONE)
    room, goods = house.room(), article(house)
    waiting = booked(house, token)
    cancel(house, token, waiting)
    leave(house, token).must(204)
    house.send("GET", "/api/me", token=token).refused(404, "not_found")
    order = {"address": ROAD, "consignee": NAME, "phone_number": PHONE, "items": [{"goods_id": goods, "quantity": 1}]}
    for hours in (0, 1, 23):
        with clock_at(NOW + timedelta(hours=hours)):
            house.book(token, house.wish(room, begin=3), f"late-{hours}").refused(401, "account_deleted")
            late = house.send("POST", "/api/shop-orders", order, token, Idempotency_Key=f"goods-{hours}")
            late.refused(401, "account_deleted")
    house.settle()
    assert ROAD not in str(house.contents())


def test_an_order_that_slipped_in_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a booking that the search for open ones did not see (an index lags behind its table)
    token = house.guest(PHONE)
    order_no = booked(house, token)
    with monkeypatch.context() as patch:
        patch.setattr("posthouse.store.account_deletions.open_orders_of", lambda *_: [])
        leave(house, token).must(204)
    house.invoke("erase_personal_data", {})
    assert NAME in str(house.rows("bookings"))
    # It can no longer be paid; its timer cancels it, and then its personal data is removed
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(401, "account_deleted")
    with clock_at(NOW + ENOUGH):
        house.settle()
        for body in house.messages("BookingWaitsQueue"):
            house.feed("cancel_unpaid_booking", [body])
        house.settle()
        house.invoke("erase_personal_data", {})
    assert NAME not in str(house.rows("bookings"))


def test_one_that_does_not_end_keeps_being_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token = house.guest(PHONE)
    booked(house, token)
    with monkeypatch.context() as patch:
        patch.setattr("posthouse.store.account_deletions.open_orders_of", lambda *_: [])
        leave(house, token).must(204)
    for days in (2, 3, 4):
        with clock_at(NOW + timedelta(days=days)):
            assert house.invoke("erase_personal_data", {}) == {"forgotten": 1}
            assert house.invoke("erase_personal_data", {}) == {"forgotten": 0}


def test_many_orders_are_gone_through_in_pages_over_runs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token = house.guest(PHONE)
    room = house.room(units=100)
    for number in range(7):
        wish = house.wish(room, begin=3, guest_name=NAME, phone_number=PHONE)
        cancel(house, token, house.book(token, wish, f"k{number}").must(201)["order_no"])
    leave(house, token).must(204)
    monkeypatch.setattr(account_deletion, "PAGE", 3)
    named = []
    for _ in range(3):
        turns = iter([9000, 0])
        with monkeypatch.context() as patch:
            patch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda turns=turns: next(turns))
            assert house.invoke("erase_personal_data", {}) == {"forgotten": 0}
        named.append(sum(row["guest_name"]["S"] == NAME for row in house.rows("bookings")))
    assert named == [4, 1, 0]
    assert house.invoke("erase_personal_data", {}) == {"forgotten": 1}


def test_one_who_cannot_be_forgotten_holds_back_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        leave(house, house.guest(f"1397777000{number}")).must(204)
    soon = NOW + timedelta(minutes=5)  # however long the departures took on a slow machine
    broken = next(store.due(soon, 20))
    progress = store.progress_of

    def fail(user_id: str) -> Any:
        if user_id == broken:
            raise RuntimeError("unreadable")
        return progress(user_id)

    with monkeypatch.context() as patch:
        patch.setattr(store, "progress_of", fail)
        with pytest.raises(account_deletion.ErasureIncomplete, match="unreadable"):
            house.invoke("erase_personal_data", {})
    assert list(store.due(soon, 20)) == [broken]
    assert house.invoke("erase_personal_data", {}) == {"forgotten": 1}


def test_who_comes_back_begins_anew_and_is_not_welcomed_twice(house: House) -> None:
    house.template()
    room, ids = house.room(), []
    for visit in range(4):
        with clock_at(NOW + visit * GONE):
            session = house.log_in(PHONE)
            house.settle()
            ids.append(session["user"]["user_id"])
            assert session["is_first_login"]
            assert not house.log_in(PHONE)["is_first_login"]
            token = session["access_token"]
            assert len(house.coupons(token)) == (1 if visit == 0 else 0)
            assert house.send("GET", "/api/bookings", token=token).must(200)["items"] == []
            wish = house.wish(room, begin=9)
            cancel(house, token, house.book(token, wish, f"visit-{visit}").must(201)["order_no"])
        with clock_at(NOW + (visit + 1) * GONE):
            leave(house, house.guest(PHONE)).must(204)
            house.invoke("erase_personal_data", {})
    assert len(set(ids)) == 4
    # Not even after a reset of the first login
    house.guest(PHONE)
    house.send("DELETE", f"/api/staff/users/{PHONE}/first-login", token=house.admin).must(204)
    token = house.guest(PHONE)
    house.settle()
    assert house.coupons(token) == []


def test_nobody_becomes_many_buyers_by_leaving_again_and_again(house: House) -> None:
    sale = Sale(house, stock=9)
    tokens = [house.guest(PHONE)]
    leave(house, tokens[0]).must(204)
    # Given a guest who came back at once
    tokens.append(house.guest(PHONE))
    early = leave(house, tokens[1])
    early.refused(429, "too_many_requests")
    assert 0 < int(early.headers["Retry-After"]) <= GONE.total_seconds()
    bought = [sale.buy(token) for token in tokens]
    # Then the old token gets one unit, which cannot be paid, and the guest who came back gets one
    assert [verdict for verdict, _ in bought] == ["won", "won"]
    sale.press(house.guest(PHONE)).refused(409, "already_bought")
    path = f"/api/orders/{bought[0][1]}/payments"
    house.send("POST", path, token=tokens[0]).refused(401, "account_deleted")
    with clock_at(NOW + GONE):
        leave(house, house.guest(PHONE)).refused(409, "orders_open")


def test_two_who_leave_at_once_leave_once(house: House, before_commit: Any) -> None:
    token = house.guest(PHONE)
    before_commit(lambda: leave(house, token).must(204))
    leave(house, token).must(204)
    house.guest(PHONE)
    assert [int(row["generation"]["N"]) for row in house.rows("guests")] == [2, 2]


def test_a_guest_has_all_that_is_kept_of_them(house: House) -> None:
    house.template()
    session = house.log_in(PHONE, nickname="Countess")
    token = session["access_token"]
    stay, goods = paid_and_ended(house, token)
    path = f"/api/staff/users/{session['user']['user_id']}/points-changes"
    house.send("POST", path, {"change": 5, "reason": "Gift"}, house.admin, Idempotency_Key="a").must(201)
    items: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(40):
        page = house.send("GET", f"/api/me/data?limit=1{cursor}", token=token).must(200)
        assert len(page["items"]) <= 1
        items += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(item["kind"], []).append(item["data"])
    assert (found["account"][0]["phone_number"], found["account"][0]["nickname"]) == (PHONE, "Countess")
    [booking], [order] = found["booking"], found["order"]
    assert (booking["order_no"], booking["guest_name"], booking["phone_number"]) == (stay, NAME, PHONE)
    assert booking["payments"][0]["refunds"][0]["status"] == "succeeded"
    assert (order["order_no"], order["address"], len(order["payments"])) == (goods, ROAD, 1)
    assert len(found["coupon"]) == 1
    assert any(entry["reason"] == "Gift" for entry in found["points_entry"])
    assert len(found["notification"]) >= 4
    other = house.guest("13900009999")
    assert NAME not in str(house.send("GET", "/api/me/data?limit=100", token=other).must(200))
    house.send("GET", f"/api/me/data?limit=1{cursor}", token=other).refused(422, "invalid_request")


def test_a_checkout_that_came_to_nothing_keeps_no_address(house: House) -> None:
    token = house.guest(PHONE)
    wish = {
        "items": [{"goods_id": article(house), "quantity": 1}],
        "address": ROAD,
        "consignee": CONSIGNEE,
        "phone_number": PHONE,
    }

    def fail(when: str, at: str) -> None:
        if (when, at) == ("before", "confirm_order"):
            raise RuntimeError("broken")

    house.workflow_faults = fail
    house.send("POST", "/api/shop-orders", wish, token, Idempotency_Key="none").refused(503, "busy")
    assert [row["status"]["S"] for row in house.rows("shop-orders")] == ["cancelled"]
    assert ROAD not in str(house.contents())
