"""A hotel whose room type has numbers: what tests do with them, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.integration.house import TODAY, House, Reply
from tests.integration.paid_stay import PRICE


class Doors:
    """A room type of five units with the numbers 301 to 305."""

    def __init__(
        self, house: House, numbers: tuple[str, ...] = ("301", "302", "303", "304", "305"), **more: Any
    ) -> None:
        self.house = house
        self.keys = 0
        self.room: dict[str, Any] = house.room(price=PRICE, **{"units": 5, **more})
        self.room_id: str = self.room["room_id"]
        self.hotel_id: str = self.room["hotel_id"]
        if numbers:
            self.put(*numbers).must(200)

    def send(self, method: str, path: str, body: Any = None, key: str | None = None) -> Reply:
        """A request of the hotel's staff; a POST has a key of its own."""
        self.keys += 1
        headers = {"Idempotency_Key": key or f"{self.room_id}-{self.keys}"} if method == "POST" else {}
        return self.house.send(method, f"/api/staff{path}", body, self.house.admin, **headers)

    def put(self, *numbers: str) -> Reply:
        return self.send("PUT", f"/rooms/{self.room_id}/numbers", {"numbers": list(numbers)})

    def reserve(self, begin: int = 0, nights: int = 2, **more: Any) -> str:
        """The desk takes a booking; returns its number."""
        body = {**self.house.wish(self.room, begin=begin, nights=nights), "source": "phone", **more}
        made = self.send("POST", "/bookings", body).must(201)
        return str(made["order_no"])

    def give(self, order_no: str, *numbers: str, key: str | None = None) -> Reply:
        return self.send("POST", f"/bookings/{order_no}/numbers", {"numbers": list(numbers)}, key)

    def check_in(self, order_no: str, *numbers: str) -> Reply:
        return self.send("POST", f"/bookings/{order_no}/check-in", {"numbers": list(numbers)} if numbers else None)

    def leave(self, order_no: str) -> None:
        """The step of the check-out workflow that ends the stay, whatever its folio says."""
        facts = {"order_no": order_no, "actor": "admin", "left": "Later", "correlation_id": ""}
        assert self.house.invoke("finish_booking", facts)["outcome"] == "finished"

    def numbers_of(self, order_no: str) -> list[str]:
        found = self.send("GET", f"/bookings/{order_no}").must(200)
        return list(found["numbers"])

    def board(self, day: int | None = None) -> dict[str, dict[str, Any]]:
        """The board by number; of a date if ``day`` says how many days from today."""
        query = "" if day is None else f"?date={TODAY + timedelta(days=day)}"
        found = self.send("GET", f"/hotels/{self.hotel_id}/house{query}").must(200)
        assert found["next_cursor"] is None
        return {item["number"]: item for item in found["items"]}

    def clean(self, number: str, state: str = "clean") -> Reply:
        return self.send("PUT", f"/hotels/{self.hotel_id}/numbers/{number}", {"housekeeping": state})

    def close(self, number: str, begin: int = 0, nights: int = 2, key: str | None = None, **more: Any) -> Reply:
        """Put a number out of order."""
        first = TODAY + timedelta(days=begin)
        body = {"from": str(first), "to": str(first + timedelta(days=nights)), "reason": "The bath leaks", **more}
        return self.send("POST", f"/hotels/{self.hotel_id}/numbers/{number}/out-of-order", body, key)

    def reopen(self, number: str, out_of_order_id: str) -> Reply:
        return self.send("DELETE", f"/hotels/{self.hotel_id}/numbers/{number}/out-of-order/{out_of_order_id}")

    def nights(self, begin: int = 0, nights: int = 4) -> list[tuple[int, int, int]]:
        """Units, sold and out of order of each open night."""
        first = TODAY + timedelta(days=begin)
        query = f"from={first}&to={first + timedelta(days=nights)}"
        found = self.send("GET", f"/rooms/{self.room_id}/nights?{query}").must(200)["items"]
        return [(night["units"], night["sold"], night["out_of_order"]) for night in found]
