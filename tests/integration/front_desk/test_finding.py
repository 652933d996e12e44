"""Staff find stays by what guests say: the lookup table, its consumer, and the lists of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from posthouse.domain.event import Event, EventType
from posthouse.domain.finding import FOUND_FOR
from posthouse.domain.identity import Role
from posthouse.services.identity.account_deletion import TOKENS_ARE_DEAD
from posthouse.store import lookups
from posthouse.store.lookups import READ_BEYOND
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House
from tests.support.clock import clock_at


class Desk:
    """Two hotels, a member of staff of the first, and guests who book there."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.token = house.guest()
        self.here, self.there = (house.room(units=400, hotel_id=house.hotel()["hotel_id"]) for _ in range(2))
        self.clerk = house.token(Role.STAFF, self.here["hotel_id"], subject="clerk")
        self._keys = 0

    def booked(self, name: str = "李雷", phone: str = "13800138000", room: Any = None, **more: Any) -> str:
        """A booking that the desk can find."""
        self._keys += 1
        wish = self.house.wish(room or self.here, guest_name=name, phone_number=phone, **more)
        order_no: str = self.house.book(self.token, wish, f"key-{self._keys}").must(201)["order_no"]
        self.house.settle()
        return order_no

    def paid(self, **more: Any) -> str:
        order_no = self.booked(**more)
        self.house.pay(self.token, order_no)
        self.house.settle()
        return order_no

    def finds(self, query: str = "", token: str | None = None, **filters: Any) -> list[str]:
        """The numbers of the bookings on all pages."""
        found: list[str] = []
        cursor = None
        while True:
            page = self.page(query, token, cursor=cursor, **filters)
            found += [it["order_no"] for it in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def page(self, query: str = "", token: str | None = None, **filters: Any) -> dict[str, Any]:
        asked = {"query": query or None, **filters}
        text = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items() if value is not None)
        page: dict[str, Any] = self.house.send("GET", f"/api/staff/bookings?{text}", token=token or self.clerk).must(
            200
        )
        return page

    def rows(self) -> list[str]:
        return sorted(row["entry"]["S"] for row in self.house.rows("lookups"))


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def test_a_stay_is_found_by_name_digits_and_number(desk: Desk) -> None:
    order_no = desk.booked("欧阳娜娜", "13912345678")
    latin = desk.booked("Zoë O'Hara", "+85261234567")
    for query in ("欧阳", "阳娜", "娜娜", "5678", "139 1234 5678", order_no, order_no[-6:].lower(), "娜娜 5678"):
        assert desk.finds(query) == [order_no], query
    for query in ("zo", "OHARA", "hara zoe", "4567", "+852 6123 4567", "zoe +85261234567"):
        assert desk.finds(query) == [latin], query
    for query in ("45678", "345678", "12345678", "娜娜 45678", "娜娜 +12345678"):
        assert desk.finds(query) == desk.finds(query, order_no=order_no) == [], query
    assert desk.finds("娜娜 4567") == desk.finds("梅梅") == desk.finds("🧸🧸") == []
    asked = "/api/staff/bookings?query="
    desk.house.send("GET", asked + quote("雷"), token=desk.clerk).refused(422, "invalid_request")


def test_all_filters_hold_at_once(desk: Desk) -> None:
    order_no = desk.paid(name="李雷")
    other = desk.booked("李雷", "13900000002", nights=2)
    assert set(desk.finds("李雷")) == {order_no, other}
    assert desk.finds("李雷", status="paid") == [order_no]
    assert desk.finds("李雷", departure=TODAY + timedelta(days=2)) == [other]
    assert desk.finds("李雷", phone_number="13900000002") == [other]
    assert desk.finds("李雷", order_no=other) == [other]
    assert desk.finds("韩梅", order_no=other) == []
    assert desk.finds("13900000002", phone_number="13800138000") == []
    assert desk.finds("13900000002", status="paid") == []


def test_nothing_of_other_hotels_is_found_or_read(desk: Desk) -> None:
    for number in range(8):
        desk.booked("李雷", f"1380013{number:04d}", room=desk.there)
    own = desk.booked("李雷")
    nowhere = desk.house.token(Role.STAFF, "H-none", subject="stranger")
    for query in ("李雷", "0003", "13800130003"):
        reads = []
        for token in (desk.clerk, nowhere):
            seen = counted(lambda query=query, token=token: desk.page(query, token, limit=2))  # type: ignore[misc]
            reads.append(seen.reads.get("bookings", 0))
        assert reads[1] == 0
        page = desk.page(query, limit=2)
        assert [it["order_no"] for it in page["items"]] == ([own] if query == "李雷" else []), query
        assert page["next_cursor"] is None
    assert desk.finds("李雷", hotel_id=desk.there["hotel_id"]) == []
    assert desk.page("李雷", limit=2, hotel_id=desk.there["hotel_id"])["next_cursor"] is None


def test_an_admin_finds_in_all_hotels_page_by_page(desk: Desk) -> None:
    made = {desk.booked("Li Lixia", room=room) for room in (desk.here, desk.there) for _ in range(3)}
    found = desk.finds("li", desk.house.admin, limit=2)
    assert (len(found), set(found)) == (6, made)


def test_a_stay_is_found_once_by_two_of_its_words(desk: Desk) -> None:
    twice = desk.booked("Lila Lilienthal")
    desk.booked("Lilibet Other")
    assert len(desk.finds("lil", limit=1)) == 2
    assert desk.finds("lilien", limit=1) == [twice]


def test_one_page_in_one_hotel_reads_a_bounded_number_of_stays(desk: Desk) -> None:
    """Many guests of one name in one hotel, and a word that only the last of them fits."""
    wanted = desk.booked("Li Aaron")
    [row] = [it for it in desk.house.rows("lookups") if it["entry"]["S"].startswith("nli#")]
    for number in range(2 * READ_BEYOND):
        item = {**row, "entry": {"S": f"nli#Z{number:026}"}}
        desk.house.dynamodb.put_item(TableName="posthouse-lookups", Item=item)
    pages, cursor = [], None
    while True:
        seen = counted(lambda cursor=cursor: pages.append(desk.page("li 8000 li", limit=20, cursor=cursor)))  # type: ignore[misc]
        assert seen.number_of_calls <= 5
        cursor = pages[-1]["next_cursor"]
        if cursor is None:
            break
    assert [it["order_no"] for page in pages for it in page["items"]] == [wanted]


@pytest.mark.parametrize("query", ["李雷", "8000", "李雷 8000"])
def test_a_page_of_twenty_in_one_hotel_takes_five_calls_at_most(desk: Desk, query: str) -> None:
    """Where the caller serves several hotels, it takes a call more for each further hotel and beginning."""
    for _ in range(25):
        desk.booked()
    desk.house.forget_caches()
    seen = counted(lambda: desk.page(query, limit=20))
    assert seen.number_of_calls <= 5
    assert len(desk.page(query, limit=20)["items"]) == 20
    assert len(desk.finds(query)) == 25


def test_a_stay_has_three_rows_and_says_which(desk: Desk) -> None:
    order_no = desk.booked()
    backwards = order_no.lower()[::-1]
    assert desk.rows() == sorted(f"{token}#{order_no}" for token in ("n李雷", "p0008310083168", f"o{backwards}"))
    [noted] = desk.house.rows("indexed-orders")
    assert sorted(it["S"] for it in noted["tokens"]["L"]) == sorted(it.split("#")[0] for it in desk.rows())
    until = int(noted["expires_at"]["N"])
    assert until == int((NOW.replace(hour=0, minute=0, second=0) + timedelta(days=1) + FOUND_FOR).timestamp())


def test_an_older_event_changes_nothing_of_a_newer_stay(desk: Desk) -> None:
    """A later issue changes names; here the row is changed as it will do it."""
    order_no = desk.booked("Li Lei")
    [created] = [row for row in desk.house.rows("outbox") if row["type"]["S"] == "booking.created"]
    assert created["sequence"]["N"] == "1"
    rename(desk, order_no, "Han Meimei", 2)
    feed(desk, order_no, "booking.changed", 2)
    assert desk.finds("han") == [order_no]
    assert desk.finds("lei") == []
    for _ in range(2):
        feed(desk, order_no, "booking.created", 1)
    assert [it for it in desk.rows() if it[0] == "n"] == sorted([f"nhan#{order_no}", f"nmeimei#{order_no}"])
    rename(desk, order_no, "Li Lei", 3)
    feed(desk, order_no, "booking.changed", 3)
    assert desk.finds("lei") == [order_no]
    assert desk.finds("han") == []


def test_a_row_that_is_left_over_finds_nothing(desk: Desk) -> None:
    order_no = desk.booked("Li Lei")
    rename(desk, order_no, "Han Meimei", 2)
    assert f"nlei#{order_no}" in desk.rows()
    assert desk.finds("lei") == []


def test_rows_that_a_crash_left_out_are_written_by_the_next_delivery(desk: Desk) -> None:
    order_no = desk.booked()
    for row in desk.house.rows("lookups"):
        key = {"hotel_id": row["hotel_id"], "entry": row["entry"]}
        desk.house.dynamodb.delete_item(TableName="posthouse-lookups", Key=key)
    feed(desk, order_no, "booking.changed", 2)
    assert desk.rows() == []
    feed(desk, order_no, "booking.created", 1)
    assert desk.finds("李雷") == [order_no]


def test_a_payment_is_no_matter_of_the_index(desk: Desk) -> None:
    order_no = desk.booked()
    desk.house.pay(desk.token, order_no)
    seen = counted(desk.house.settle)
    assert seen.calls_of("index_booking") == {}
    feed(desk, order_no, "booking.changed", 2)
    assert desk.finds("李雷", status="paid") == [order_no]


def test_a_stay_that_costs_nothing_is_found_too(desk: Desk) -> None:
    desk.house.template(name="All", amount=30000, minimum_spend=0)
    guest = desk.house.guest("13922220077")
    desk.house.settle()
    [coupon] = desk.house.coupons(guest)
    wish = desk.house.wish(desk.here, coupon_id=coupon["coupon_id"])
    booking = desk.house.book(guest, wish, "free").must(201)
    assert booking["status"] == "paid"
    desk.house.settle()
    assert desk.finds("李雷") == [booking["order_no"]]


def test_whose_account_is_deleted_leaves_no_row(desk: Desk) -> None:
    order_no = desk.booked()
    desk.house.send("POST", f"/api/bookings/{order_no}/cancellation", token=desk.token).must(200)
    desk.house.settle()
    desk.house.send("DELETE", "/api/me", token=desk.token).must(204)
    desk.house.invoke("erase_personal_data", {})
    assert (desk.rows(), desk.house.rows("indexed-orders")) == ([], [])
    feed(desk, order_no, "booking.created", 1)
    with clock_at(NOW + TOKENS_ARE_DEAD + timedelta(minutes=1)):
        desk.house.invoke("erase_personal_data", {})
    assert (desk.rows(), desk.house.rows("indexed-orders")) == ([], [])


def test_rows_that_are_written_while_an_account_is_deleted_go_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The consumer has noted the tokens; the whole deletion comes before it writes their rows."""
    order_no = desk.booked()
    desk.house.send("POST", f"/api/bookings/{order_no}/cancellation", token=desk.token).must(200)
    desk.house.settle()
    lookups.forget(order_no)
    write, noted = lookups.write_rows, []

    def late(indexed: lookups.IndexedOrder) -> None:
        monkeypatch.setattr(lookups, "write_rows", write)
        noted.extend(desk.house.rows("indexed-orders"))
        desk.house.send("DELETE", "/api/me", token=desk.token).must(204)
        desk.house.invoke("erase_personal_data", {})
        write(indexed)

    monkeypatch.setattr(lookups, "write_rows", late)
    feed(desk, order_no, "booking.created", 1)
    assert len(noted) == 1
    assert (desk.rows(), desk.house.rows("indexed-orders")) == ([], [])


def test_rows_that_are_written_before_a_note_is_deleted_go_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deletion has deleted the rows; the event comes again before it deletes the note."""
    order_no = desk.booked()
    delete = lookups.IndexedOrderRow.delete
    fed: list[str] = []

    def late(row: lookups.IndexedOrderRow, *arguments: Any, **more: Any) -> Any:
        if not fed:
            fed.append(order_no)
            feed(desk, order_no, "booking.created", 1)
        return delete(row, *arguments, **more)

    monkeypatch.setattr(lookups.IndexedOrderRow, "delete", late)
    lookups.forget(order_no)
    assert fed == [order_no]
    assert (desk.rows(), desk.house.rows("indexed-orders")) == ([], [])


def test_rows_of_an_older_note_go_if_another_notes_other_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order_no = desk.booked("Li Lei")
    lookups.forget(order_no)
    write = lookups.write_rows

    def late(indexed: lookups.IndexedOrder) -> None:
        monkeypatch.setattr(lookups, "write_rows", write)
        rename(desk, order_no, "Li Meimei", 2)
        feed(desk, order_no, "booking.changed", 2)
        write(indexed)

    monkeypatch.setattr(lookups, "write_rows", late)
    feed(desk, order_no, "booking.created", 1)
    assert [it for it in desk.rows() if it[0] == "n"] == sorted([f"nli#{order_no}", f"nmeimei#{order_no}"])


def test_after_ninety_days_only_whole_numbers_find_a_stay(desk: Desk) -> None:
    order_no = desk.booked()
    end = NOW.replace(hour=0, minute=0, second=0) + timedelta(days=1) + FOUND_FOR
    with clock_at(end - timedelta(seconds=1)):
        clerk = desk.house.token(Role.STAFF, desk.here["hotel_id"], subject="clerk")
        assert desk.finds("李雷", clerk) == [order_no]
    with clock_at(end + timedelta(seconds=1)):
        clerk = desk.house.token(Role.STAFF, desk.here["hotel_id"], subject="clerk")
        assert desk.finds("李雷", clerk) == desk.finds("8000", clerk) == []
        assert desk.finds("13800138000", clerk) == desk.finds(order_no, clerk) == [order_no]
        feed(desk, order_no, "booking.created", 1)
    assert desk.rows() == []


def test_departures_and_guests_in_house_are_lists_of_their_own(desk: Desk) -> None:
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    leaving, staying = desk.paid(nights=1), desk.paid(nights=2)
    unpaid = desk.booked(nights=1)
    desk.paid(nights=1, room=desk.there)
    hotel_id = desk.here["hotel_id"]
    assert desk.finds(hotel_id=hotel_id, departure=tomorrow) == [unpaid, leaving]
    assert desk.finds(hotel_id=hotel_id, departure=tomorrow, status="paid") == [leaving]
    assert desk.finds(hotel_id=hotel_id, in_house="true") == []
    for order_no in (leaving, staying):
        desk.house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=desk.clerk).must(200)
    assert set(desk.finds(hotel_id=hotel_id, in_house="true")) == {leaving, staying}
    assert desk.finds(hotel_id=hotel_id, in_house="true", departure=later) == [staying]
    assert desk.finds(hotel_id=hotel_id, in_house="true", date=tomorrow) == []
    assert desk.finds(departure=later) == [staying]
    path = f"/api/staff/bookings?hotel_id={hotel_id}&in_house="
    desk.house.send("GET", f"{path}true&status=paid", token=desk.clerk).refused(422, "invalid_request")
    desk.house.send("GET", f"{path}false", token=desk.clerk).refused(422, "invalid_request")


def test_staff_see_that_a_booking_can_be_found(desk: Desk) -> None:
    order_no = desk.paid()
    found = desk.house.send("GET", f"/api/staff/orders/{order_no}/messages", token=desk.clerk).must(200)["items"]
    states = {
        (it["type"], one["state"]) for it in found for one in it["consumers"] if one["consumer"] == "index_booking"
    }
    assert states == {("booking.created", "done")}


def rename(desk: Desk, order_no: str, name: str, version: int) -> None:
    desk.house.dynamodb.update_item(
        TableName="posthouse-bookings",
        Key={"order_no": {"S": order_no}},
        UpdateExpression="SET guest_name = :name, version = :version",
        ExpressionAttributeValues={":name": {"S": name}, ":version": {"N": str(version)}},
    )


def feed(desk: Desk, order_no: str, kind: str, sequence: int) -> None:
    """Deliver an event of a booking to the consumer."""
    facts = {"order_no": order_no, "user_id": "U", "hotel_id": desk.here["hotel_id"]}
    assert desk.house.feed("index_booking", [event_of(order_no, kind, sequence, facts)]) == []


def event_of(order_no: str, kind: str, sequence: int, facts: dict[str, Any]) -> str:
    return Event(EventType(kind), order_no, sequence, NOW, facts, "test").to_json()
