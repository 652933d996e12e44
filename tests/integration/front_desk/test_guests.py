"""Staff find guests by their stays, and read a guest's page: of own hotels, each guest once, nothing of others."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from posthouse.domain.identity import Role
from posthouse.services.front_desk import guests as service
from tests.integration.costs import counted
from tests.integration.house import House
from tests.integration.shopping import Shop


class Desk:
    """Two hotels and a member of staff of the first."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.here, self.there = (house.room(units=900, hotel_id=house.hotel()["hotel_id"]) for _ in range(2))
        self.clerk = house.token(Role.STAFF, self.here["hotel_id"], subject="clerk")
        self._keys = 0

    def guest(self, phone: str = "13800138000") -> tuple[str, str]:
        """(user id, token) of a guest with a verified phone number."""
        made = self.house.log_in(phone, nickname="Lele")
        return made["user"]["user_id"], made["access_token"]

    def booked(self, token: str, name: str = "李雷", phone: str = "13800138000", room: Any = None) -> str:
        self._keys += 1
        wish = self.house.wish(room or self.here, guest_name=name, phone_number=phone)
        order_no: str = self.house.book(token, wish, f"key-{self._keys}").must(201)["order_no"]
        self.house.settle()
        return order_no

    def page(self, query: str, token: str | None = None, **more: Any) -> dict[str, Any]:
        asked = {"query": query, **more}
        text = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items() if value is not None)
        path = f"/api/staff/guests?{text}"
        found: dict[str, Any] = self.house.send("GET", path, token=token or self.clerk).must(200)
        return found

    def finds(self, query: str, token: str | None = None, **more: Any) -> list[str]:
        """The guests of all pages."""
        found: list[str] = []
        cursor = None
        while True:
            page = self.page(query, token, cursor=cursor, **more)
            found += [it["user_id"] for it in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def read(self, user_id: str, token: str | None = None) -> Any:
        return self.house.send("GET", f"/api/staff/guests/{user_id}", token=token or self.clerk)


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


# ---------------------------------------------------------------- finding


def test_a_guest_is_found_by_name_digits_and_number_once(desk: Desk) -> None:
    user_id, token = desk.guest()
    orders = [desk.booked(token, name, phone) for name, phone in (("欧阳娜娜", "13912345678"), ("欧阳", "13800138000"))]
    for query in ("欧阳", "娜娜", "5678", "8000", "139 1234 5678", "+86 138 0013 8000", orders[0], orders[1][-6:]):
        page = desk.page(query)
        assert [it["user_id"] for it in page["items"]] == [user_id], query
        assert page["next_cursor"] is None
        shown = [it["order_no"] for it in page["items"][0]["bookings"]]
        assert len(shown) == len(set(shown)), query
    [found] = desk.page("欧阳")["items"]
    assert (found["nickname"], found["phone_number"], found["level"]) == ("Lele", "138****8000", None)
    assert {stay["order_no"] for stay in found["bookings"]} == set(orders)
    assert found["notes"] == []
    assert "13912345678" not in str(found)
    assert desk.finds("梅梅") == desk.finds("5678 0000") == []
    desk.house.send("GET", "/api/staff/guests", token=desk.clerk).refused(422, "invalid_request")
    desk.house.send("GET", "/api/staff/guests?query=a", token=desk.clerk).refused(422, "invalid_request")


def test_the_verified_number_finds_who_booked_with_another(desk: Desk) -> None:
    user_id, token = desk.guest("13900000005")
    desk.booked(token, "Ada", "13912345678")
    assert desk.finds("13900000005") == desk.finds("13900000005", limit=1) == [user_id]
    other, token = desk.guest("13900000006")
    desk.booked(token, "Grace", "13900000005")
    assert desk.finds("13900000005", limit=1) == desk.finds("13900000005") == [user_id, other]
    assert desk.finds("13900000005", desk.house.admin) == [user_id, other]


def test_each_guest_is_shown_once_on_all_pages(desk: Desk) -> None:
    """Their stays are mixed in the order of numbers, and in two hotels."""
    guests = [desk.guest(f"1380000000{number}") for number in range(4)]
    for room in (desk.here, desk.there, desk.here):
        for _, token in guests:
            desk.booked(token, "Li Lei", room=room)
    both = desk.house.token(Role.STAFF, desk.here["hotel_id"], desk.there["hotel_id"], subject="both")
    for limit in (1, 2, 3, 4, 20):
        for who in (desk.clerk, both, desk.house.admin):
            assert sorted(desk.finds("li", who, limit=limit)) == sorted(user_id for user_id, _ in guests), limit


def test_a_search_ends_after_so_many_guests(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_FOUND", 2)
    for number in range(4):
        desk.booked(desk.guest(f"1380000000{number}")[1], "Li Lei")
    assert len(desk.finds("li", limit=1)) == 2


def test_the_cursor_of_the_longest_search_is_accepted(desk: Desk) -> None:
    desk.booked(desk.guest()[1], "Li Lei")
    desk.booked(desk.guest("13800000001")[1], "Li Lei")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_mark", lambda user_id: user_id[-8:] * (service.MOST_FOUND - 1))
        cursor = desk.page("li", limit=1)["next_cursor"]
    assert 2000 < len(cursor) <= 4096
    assert desk.page("li", limit=1, cursor=cursor)["next_cursor"] is None


def test_a_stay_that_nobody_has_claimed_has_no_guest(desk: Desk) -> None:
    wish = desk.house.wish(desk.here, 0, 2, source="phone", phone_number="13833334444", guest_name="Ada")
    desk.house.send("POST", "/api/staff/bookings", wish, desk.clerk, Idempotency_Key="k").must(201)
    desk.house.settle()
    assert desk.finds("Ada") == desk.finds("13833334444") == []
    user_id, _ = desk.guest("13833334444")
    assert desk.finds("Ada") == desk.finds("13833334444") == [user_id]


# ---------------------------------------------------------------- what is other hotels'


def test_nothing_of_other_hotels_is_found_or_read(desk: Desk) -> None:
    for number in range(6):
        desk.booked(desk.guest(f"1380013{number:04d}")[1], "李雷", f"1380013{number:04d}", room=desk.there)
    user_id, token = desk.guest("13800000009")
    desk.booked(token, "李雷", "13800000009")
    elsewhere = desk.booked(token, "李雷", "13800000009", room=desk.there)
    for query in ("李雷", "13800000009"):
        page = desk.page(query, limit=1)
        assert [it["user_id"] for it in page["items"]] == [user_id]
        assert elsewhere not in str(page)
    assert desk.page("李雷", limit=1)["next_cursor"] is None
    for query in ("0003", "13800130003", elsewhere, elsewhere[-6:]):
        page = desk.page(query, limit=1)
        assert (page["items"], page["next_cursor"]) == ([], None), query
        seen = counted(lambda query=query: desk.page(query, limit=1))  # type: ignore[misc]
        assert seen.reads.get("bookings", 0) <= (1 if query == elsewhere else 0), query
    found = desk.read(user_id).must(200)
    assert elsewhere not in str(found)
    assert len(found["bookings"]) == 1
    stays = desk.house.send("GET", f"/api/staff/bookings?user_id={user_id}", token=desk.clerk).must(200)
    assert [it["user_id"] for it in stays["items"]] == [user_id]
    nobody_here, _ = desk.guest("13800130003")
    desk.read(nobody_here).refused(404, "not_found")
    assert desk.house.send("GET", f"/api/staff/bookings?user_id={nobody_here}", token=desk.clerk).must(200) == {
        "items": [],
        "next_cursor": None,
    }


def test_a_page_of_guests_takes_five_calls_however_many_stays_there_are(desk: Desk) -> None:
    user_id, token = desk.guest()
    order_no = desk.booked(token, "Li Lei")
    [row] = [it for it in desk.house.rows("bookings") if it["order_no"]["S"] == order_no]
    [found] = [it for it in desk.house.rows("lookups") if it["entry"]["S"].startswith("nli#")]
    for number in range(60):
        other = f"B{number:026}"
        desk.house.dynamodb.put_item(
            TableName="posthouse-bookings",
            Item={**row, "order_no": {"S": other}, "hotel_order": {"S": f"{desk.here['hotel_id']}#{other}"}},
        )
        desk.house.dynamodb.put_item(TableName="posthouse-lookups", Item={**found, "entry": {"S": f"nli#{other}"}})
    seen = counted(lambda: desk.page("li"))
    assert seen.number_of_calls <= 5
    assert desk.finds("li") == [user_id]


# ---------------------------------------------------------------- the page of a guest


def test_a_guests_page_has_what_the_caller_may_know(house: House, desk: Desk) -> None:
    shop = Shop(house)
    shop.order(**shop.whole).must(201)
    for _ in range(12):
        desk.booked(shop.token)
    page = desk.read(shop.user_id).must(200)
    assert page["phone_number"] == house.send("GET", "/api/me", token=shop.token).must(200)["phone_number"]
    assert "*" not in page["phone_number"]
    assert len(page["bookings"]) == service.SHOWN
    assert page["bookings"] == sorted(page["bookings"], key=lambda it: str(it["order_no"]), reverse=True)
    assert {"balance", "points", "coupons", "orders"}.isdisjoint(page)
    whole = desk.read(shop.user_id, house.admin).must(200)
    me = house.send("GET", "/api/me", token=shop.token).must(200)
    assert (whole["balance"], whole["points"]) == (me["balance"], me["points"])
    assert [order["kind"] for order in whole["orders"]] == ["shop"]
    assert isinstance(whole["coupons"], list)
    audit = f"/api/staff/audit?target={shop.user_id}&actor=clerk"
    [entry] = house.send("GET", audit, token=house.admin).must(200)["items"]
    assert entry["action"] == "read_guest"


def test_all_stays_of_a_guest_come_page_by_page(desk: Desk) -> None:
    user_id, token = desk.guest()
    made = [desk.booked(token) for _ in range(5)]
    desk.booked(desk.guest("13900000002")[1])
    found: list[str] = []
    cursor = ""
    while True:
        path = f"/api/staff/bookings?user_id={user_id}&limit=2{cursor}"
        page = desk.house.send("GET", path, token=desk.clerk).must(200)
        found += [it["order_no"] for it in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == sorted(made, reverse=True)
    phone = desk.house.send("GET", f"/api/staff/bookings?user_id={user_id}&phone_number=13900000002", token=desk.clerk)
    assert phone.must(200)["items"] == []


def test_a_deleted_guest_has_no_page(desk: Desk) -> None:
    user_id, token = desk.guest()
    order_no = desk.booked(token, "Ada")
    desk.house.dynamodb.update_item(
        TableName="posthouse-bookings",
        Key={"order_no": {"S": order_no}},
        UpdateExpression="SET #s = :s, charges = :zero",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "cancelled"}, ":zero": {"N": "0"}},
    )
    desk.house.send("DELETE", "/api/me", token=token).must(204)
    desk.read(user_id).refused(404, "not_found")
    desk.read(user_id, desk.house.admin).refused(404, "not_found")
    assert desk.finds("Ada") == []
