"""What guests ask for, and what staff note of orders and of guests: who sees it, and when it is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.domain.note import MOST_NOTES
from posthouse.services.identity.account_deletion import TOKENS_ARE_DEAD
from posthouse.store import bookings
from tests.integration.costs import counted
from tests.integration.house import NOW, House, Reply
from tests.integration.shopping import Shop
from tests.support.clock import clock_at


class Desk:
    """Two hotels, a member of staff of each, and a guest who has booked in the first."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.token = house.guest()
        self.user_id: str = house.send("GET", "/api/me", token=self.token).must(200)["user_id"]
        self.here, self.there = (house.room(units=9, hotel_id=house.hotel()["hotel_id"]) for _ in range(2))
        self.clerk = house.token(Role.STAFF, self.here["hotel_id"], subject="clerk")
        self.stranger = house.token(Role.STAFF, self.there["hotel_id"], subject="stranger")
        self._keys = 0
        self.order_no = self.booked()

    def booked(self, room: Any = None, **more: Any) -> str:
        self._keys += 1
        wish = self.house.wish(room or self.here, **more)
        order_no: str = self.house.book(self.token, wish, f"key-{self._keys}").must(201)["order_no"]
        return order_no

    def note(self, path: str, text: str, token: str | None = None, **more: Any) -> Reply:
        return self.house.send("POST", f"/api/staff/{path}/notes", {"text": text, **more}, token or self.clerk)

    def note_order(self, text: str, token: str | None = None) -> Reply:
        return self.note(f"orders/{self.order_no}", text, token)

    def note_guest(self, text: str, token: str | None = None, **more: Any) -> Reply:
        return self.note(f"guests/{self.user_id}", text, token, **more)

    def in_full(self, order_no: str | None = None) -> dict[str, Any]:
        path = f"/api/staff/bookings/{order_no or self.order_no}"
        found: dict[str, Any] = self.house.send("GET", path, token=self.clerk).must(200)
        return found

    def listed(self) -> dict[str, Any]:
        path = f"/api/staff/bookings?hotel_id={self.here['hotel_id']}&limit=1"
        [found] = self.house.send("GET", path, token=self.clerk).must(200)["items"]
        booking: dict[str, Any] = found
        return booking

    def page(self, token: str | None = None) -> dict[str, Any]:
        path = f"/api/staff/guests/{self.user_id}"
        found: dict[str, Any] = self.house.send("GET", path, token=token or self.clerk).must(200)
        return found


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def texts(found: dict[str, Any], name: str = "notes") -> list[str]:
    return [note["text"] for note in found[name]]


# ---------------------------------------------------------------- who writes and reads


def test_what_the_guest_asked_for_begins_the_notes_of_the_booking(house: House, desk: Desk) -> None:
    desk.order_no = desk.booked(requests="A cot, please\nand quiet")
    mine = house.send("GET", f"/api/bookings/{desk.order_no}", token=desk.token).must(200)
    assert mine["requests"] == "A cot, please\nand quiet"
    desk.note_order("The cot is in 301").must(201)
    desk.note_order("They come by train").must(201)
    found = desk.in_full()
    assert texts(found) == ["A cot, please\nand quiet", "The cot is in 301", "They come by train"]
    assert [note["by"] for note in found["notes"]] == [desk.user_id, "clerk", "clerk"]
    assert found["user_id"] == desk.user_id
    path = f"/api/staff/bookings?order_no={desk.order_no}"
    [asked] = house.send("GET", path, token=desk.clerk).must(200)["items"]
    assert (asked["notes"], asked["guest_notes"]) == (found["notes"], [])
    assert "*" in asked["phone_number"]
    # Lists show what the booking itself knows: the wish and the newest note.
    assert texts(desk.listed()) == ["A cot, please\nand quiet", "They come by train"]
    for path in (f"/api/bookings/{desk.order_no}", "/api/bookings"):
        seen = house.send("GET", path, token=desk.token).must(200)
        assert "They come by train" not in str(seen), "guests do not see what staff note"


@pytest.mark.parametrize("text", ["", "  ", "\n", "a\x00b", "x" * 1001, "\u202eabc", 7, None])
def test_a_note_is_a_text_that_shows_something(desk: Desk, text: Any) -> None:
    desk.note_order(text).refused(422, "invalid_request")
    desk.note_guest(text).refused(422, "invalid_request")


@pytest.mark.parametrize("text", ["", "  ", "x" * 501, "a\x00b"])
def test_a_request_is_a_text_that_shows_something(house: House, desk: Desk, text: str) -> None:
    wish = house.wish(desk.here, requests=text)
    house.book(desk.token, wish, "other").refused(422, "invalid_request")


def test_orders_of_goods_have_notes_for_admins_alone(house: House, desk: Desk) -> None:
    shop = Shop(house)
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    made = desk.note(f"orders/{order_no}", "Two parcels", house.admin).must(201)
    assert (made["text"], made["by"], made["hotel_id"]) == ("Two parcels", "admin", None)
    desk.note(f"orders/{order_no}", "No").refused(404, "not_found")
    path = f"/api/staff/shop-orders?order_no={order_no}"
    [found] = house.send("GET", path, token=house.admin).must(200)["items"]
    assert texts(found) == ["Two parcels"]
    assert "Two parcels" not in str(house.send("GET", "/api/shop-orders", token=shop.token).must(200))


def test_a_note_of_a_guest_belongs_to_the_hotel_of_their_last_stay(desk: Desk) -> None:
    made = desk.note_guest("Allergic to feathers").must(201)
    assert (made["hotel_id"], made["by"]) == (desk.here["hotel_id"], "clerk")
    desk.note_guest("Elsewhere", desk.stranger).refused(404, "not_found")
    desk.booked(desk.there)
    desk.note_guest("Sings", desk.stranger).must(201)
    assert texts(desk.page()) == ["Allergic to feathers"]
    assert texts(desk.page(desk.stranger)) == ["Sings"]
    assert set(texts(desk.page(desk.house.admin))) == {"Allergic to feathers", "Sings"}
    assert texts(desk.in_full(), "guest_notes") == ["Allergic to feathers"]


def test_who_serves_two_hotels_says_to_which_a_note_belongs(desk: Desk) -> None:
    here, there = desk.here["hotel_id"], desk.there["hotel_id"]
    both = desk.house.token(Role.STAFF, here, there, subject="both")
    desk.booked(desk.there)
    assert desk.note_guest("Late riser", both).must(201)["hotel_id"] == there
    assert desk.note_guest("Early bird", both, hotel_id=here).must(201)["hotel_id"] == here
    assert texts(desk.page()) == ["Early bird"]
    desk.note_guest("No", hotel_id=there).refused(404, "not_found")
    elsewhere = desk.house.hotel()["hotel_id"]
    desk.note_guest("No", desk.house.admin, hotel_id=elsewhere).refused(404, "not_found")


def test_an_admin_notes_of_a_guest_who_has_never_booked(desk: Desk) -> None:
    user_id = desk.house.log_in("13900000042")["user"]["user_id"]
    assert desk.note(f"guests/{user_id}", "Wants an invoice", desk.house.admin).must(201)["hotel_id"] is None
    desk.note(f"guests/{user_id}", "No").refused(404, "not_found")
    desk.note("guests/Unobody", "No", desk.house.admin).refused(404, "not_found")


# ---------------------------------------------------------------- one list, whoever writes


def test_two_who_write_at_once_both_stand(desk: Desk, before_commit: Any) -> None:
    desk.note_order("First").must(201)
    before_commit(lambda: desk.note_order("Rival").must(201))
    desk.note_order("Mine").must(201)
    assert texts(desk.in_full()) == ["First", "Rival", "Mine"]
    assert texts(desk.listed()) == ["Mine"]


def test_a_list_is_full_at_its_most(desk: Desk) -> None:
    newest = {"subject": desk.order_no, "entry": f"{desk.here['hotel_id']}#", "number": MOST_NOTES - 1}
    facts = {"note_id": "N1", "text": "Old", "by": "clerk", "at": NOW.isoformat(timespec="microseconds")}
    item = {name: {"N" if isinstance(it, int) else "S": str(it)} for name, it in {**newest, **facts}.items()}
    desk.house.dynamodb.put_item(TableName="posthouse-notes", Item=item)
    desk.note_order("The last").must(201)
    refused = desk.note_order("One too many").refused(409, "too_many_notes")
    assert refused["at_most"] == MOST_NOTES
    desk.note_guest("Another list").must(201)


def test_a_booking_without_notes_costs_what_it_did(desk: Desk) -> None:
    before = set(desk.house.contents())
    seen = counted(lambda: desk.booked(requests="A cot"))
    assert seen.number_of_calls == 3
    assert set(desk.house.contents()) == before
    assert desk.house.rows("notes") == []


# ---------------------------------------------------------------- forgetting


def _leave(desk: Desk) -> None:
    desk.house.dynamodb.update_item(
        TableName="posthouse-bookings",
        Key={"order_no": {"S": desk.order_no}},
        UpdateExpression="SET #s = :s, paid = :zero, charges = :zero",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "cancelled"}, ":zero": {"N": "0"}},
    )
    desk.house.send("DELETE", "/api/me", token=desk.token).must(204)


def test_notes_go_with_the_guest_and_none_follows(desk: Desk) -> None:
    for number in range(3):
        desk.note_order(f"Stay {number}").must(201)
        desk.note_guest(f"Guest {number}").must(201)
    data = desk.house.send("GET", "/api/me/data?limit=100", token=desk.token).must(200)
    while data["next_cursor"]:
        more = desk.house.send("GET", f"/api/me/data?limit=100&cursor={data['next_cursor']}", token=desk.token)
        data = {**more.must(200), "items": data["items"] + more.body["items"]}
    [booking] = [it["data"] for it in data["items"] if it["kind"] == "booking"]
    assert texts(booking) == ["Stay 0", "Stay 1", "Stay 2"]
    told = [it["data"] for it in data["items"] if it["kind"] == "note"]
    assert {it["text"] for it in told} == {"Guest 0", "Guest 1", "Guest 2"}
    assert "clerk" not in str(data), "no name of an account of staff is told"
    _leave(desk)
    # Between the deletion and the erasure nothing is noted any more.
    desk.note_order("Late").refused(409, "guest_forgotten")
    desk.note_guest("Late").refused(409, "guest_forgotten")
    with clock_at(NOW + TOKENS_ARE_DEAD + timedelta(minutes=1)):
        while desk.house.invoke("erase_personal_data", {})["forgotten"]:
            pass
        assert desk.house.rows("notes") == []
        assert "last_note" not in str(desk.house.rows("bookings"))
        clerk = desk.house.token(Role.STAFF, desk.here["hotel_id"], subject="clerk")
        desk.note_order("Later", clerk).refused(409, "guest_forgotten")


def _unclaimed(desk: Desk) -> str:
    wish = desk.house.wish(desk.here, 0, 2, source="phone", phone_number="13833334444", notes="Wants a cot")
    path = "/api/staff/bookings"
    made = desk.house.send("POST", path, wish, desk.clerk, Idempotency_Key="desk").must(201)
    order_no: str = made["order_no"]
    return order_no


def test_notes_of_a_stay_that_nobody_claims_are_forgotten_with_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.order_no = _unclaimed(desk)
    desk.note_order("First").must(201)
    desk.note_order("Second").must(201)
    assert texts(desk.in_full()) == ["Wants a cot", "First", "Second"]
    with clock_at(NOW + timedelta(days=184)), monkeypatch.context() as patch:
        # The sweeper ends after its first write: the next run goes on.
        patch.setattr("posthouse.store.notes.forget", lambda _: (_ for _ in ()).throw(RuntimeError("ended")))
        with pytest.raises(RuntimeError):
            desk.house.invoke("sweep_due", {})
    with clock_at(NOW + timedelta(days=184)):
        clerk = desk.house.token(Role.STAFF, desk.here["hotel_id"], subject="clerk")
        desk.note_order("Between", clerk).refused(409, "guest_forgotten")
        desk.house.invoke("sweep_due", {})
        assert desk.house.rows("notes") == []
        assert desk.house.invoke("sweep_due", {})["forgotten"] == 0
    assert "Second" not in str(desk.house.rows("bookings"))


def test_a_note_meets_the_guest_who_claims_the_stay(desk: Desk, before_commit: Any) -> None:
    desk.order_no = _unclaimed(desk)
    before_commit(lambda: bookings.claim(desk.order_no, "+8613833334444", desk.user_id))
    desk.note_order("Called twice").must(201)
    assert texts(desk.in_full()) == ["Wants a cot", "Called twice"]
