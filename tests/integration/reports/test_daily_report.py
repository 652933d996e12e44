"""Daily reports: counted by a consumer from the bookings and the open nights, of one hotel and of all of a caller."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.event import Event
from posthouse.domain.identity import Role
from posthouse.services.reports import reading
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House
from tests.integration.numbered_house import Doors
from tests.integration.paid_stay import PRICE, PaidStay, reserved
from tests.support.clock import clock_at

WRONG = {"reason": "Wrong guest"}


def report(house: House, hotel_id: str | None = None, days: int = 4, token: str | None = None) -> list[dict[str, Any]]:
    query = f"from={TODAY}&to={TODAY + timedelta(days=days)}" + (f"&hotel_id={hotel_id}" if hotel_id else "")
    answer = house.send("GET", f"/api/staff/reports/daily?{query}", token=token or house.admin).must(200)
    assert answer["next_cursor"] is None
    found: list[dict[str, Any]] = answer["items"]
    assert [it["date"] for it in found] == [str(TODAY + timedelta(days=n)) for n in range(days)]
    return found


def column(found: list[dict[str, Any]], name: str) -> list[int]:
    return [it[name] for it in found]


def test_a_stay_is_in_the_report_from_its_payment_to_its_end(house: House) -> None:
    stay = PaidStay(house, begin=0, paid=False, units=3)
    hotel_id = stay.room["hotel_id"]
    house.settle()
    assert column(report(house, hotel_id), "sold") == [0, 0, 0, 0]
    stay.pay()
    [first, second, third, fourth] = report(house, hotel_id)
    assert first == {
        "date": str(TODAY),
        "units": 3,
        "out_of_order": 0,
        "sold": 1,
        "occupancy_bp": 3333,
        "room_revenue": PRICE,
        "day_use_revenue": 0,
        "adr": PRICE,
        "revpar": PRICE // 3,
        "arrivals": 1,
        "departures": 0,
        "in_house": 0,
        "no_shows": 0,
        "cancelled": 0,
    }
    assert (second["sold"], second["arrivals"], third["sold"], third["departures"]) == (1, 0, 0, 1)
    assert fourth["sold"] == fourth["departures"] == 0
    for what, body, inside in (
        ("check-in", None, [1, 1, 0, 0]),
        ("check-in-reversal", WRONG, [0] * 4),
        ("check-in", None, [1, 1, 0, 0]),
    ):
        stay.staff(what, body).must(200)
        house.settle()
        assert column(report(house, hotel_id), "in_house") == inside
    assert stay.leave()["outcome"] == "finished"
    house.settle()
    found = report(house, hotel_id)
    assert (column(found, "sold"), column(found, "in_house")) == ([1, 1, 0, 0], [0] * 4), "gone on the day of arrival"


def test_a_reserved_stay_counts_and_no_more_once_it_is_cancelled(house: House) -> None:
    stay = reserved(house, hold_until=NOW + timedelta(days=1), begin=1)
    house.settle()
    hotel_id = stay.room["hotel_id"]
    assert column(report(house, hotel_id), "sold") == [0, 1, 1, 0]
    with clock_at(NOW + timedelta(hours=17, minutes=59)):
        stay.staff("cancellation", {"reason": "Ill", "fee": 0}).must(200)
        house.settle()
    found = report(house, hotel_id)
    for name in ("sold", "arrivals", "departures", "room_revenue"):
        assert column(found, name) == [0, 0, 0, 0]
    # The one before it was never paid.
    assert column(found, "cancelled") == [2, 0, 0, 0], "by the business date, which turns at six in China"


def test_a_no_show_keeps_its_first_night(house: House) -> None:
    stay = PaidStay(house, begin=0)
    with clock_at(NOW + timedelta(days=1)):
        stay.staff("no-show").must(200)
        house.settle()
        found = report(house, stay.room["hotel_id"])
    assert (column(found, "sold"), column(found, "no_shows")) == ([1, 0, 0, 0], [1, 0, 0, 0])
    assert (column(found, "arrivals"), column(found, "departures")) == ([0] * 4, [0] * 4)
    assert column(found, "room_revenue") == [PRICE, 0, 0, 0]


def test_the_discount_is_shared_by_the_nights(house: House) -> None:
    house.template(amount=2001)
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = PaidStay(house, begin=0, token=token, coupon_id=coupon["coupon_id"])
    assert column(report(house, stay.room["hotel_id"]), "room_revenue") == [PRICE - 1001, PRICE - 1000, 0, 0]


def test_units_follow_the_open_nights_and_the_deletion_of_a_room_type(house: House) -> None:
    room = house.room(units=5, nights=3)
    other = house.room(units=2, nights=1, hotel_id=room["hotel_id"])
    house.settle()
    assert column(report(house, room["hotel_id"]), "units") == [7, 5, 5, 0]
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=2)), "units": 4, "closed": True}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span, house.admin).must(200)
    house.settle()
    assert column(report(house, room["hotel_id"]), "units") == [6, 4, 5, 0]
    house.send("DELETE", f"/api/staff/rooms/{other['room_id']}", token=house.admin).must(204)
    house.settle()
    assert column(report(house, room["hotel_id"]), "units") == [4, 4, 5, 0]


def test_what_is_out_of_order_is_so_until_it_is_in_order_again(house: House) -> None:
    doors = Doors(house)
    period = doors.close("301", begin=1, nights=2).must(201)["out_of_order_id"]
    house.settle()
    found = report(house, doors.hotel_id)
    assert (column(found, "units"), column(found, "out_of_order")) == ([5] * 4, [0, 1, 1, 0])
    doors.reserve(begin=1, nights=1, units=2)
    house.settle()
    assert report(house, doors.hotel_id)[1]["occupancy_bp"] == 5000, "two of the four that can be used"
    assert report(house, doors.hotel_id)[1]["revpar"] == PRICE // 2
    doors.reopen("301", period).must(204)
    house.settle()
    assert column(report(house, doors.hotel_id), "out_of_order") == [0] * 4


def test_a_stay_that_is_changed_counts_as_it_is_then(house: House) -> None:
    stay = PaidStay(house, begin=0, units=3)
    change = {"check_out": str(TODAY + timedelta(days=1)), "units": 2, "reason": "A friend comes"}
    stay.staff("changes", change).must(200)
    house.settle()
    found = report(house, stay.room["hotel_id"])
    assert (column(found, "sold"), column(found, "departures")) == ([2, 0, 0, 0], [0, 1, 0, 0])
    assert (column(found, "room_revenue"), column(found, "arrivals")) == ([2 * PRICE, 0, 0, 0], [1, 0, 0, 0])


def test_the_group_is_what_the_caller_serves(house: House) -> None:
    token = house.guest()
    stays = [PaidStay(house, begin=0, token=token, units=2)]
    stays.append(PaidStay(house, begin=0, token=house.guest("13900000002"), units=3))
    mine, others = (stay.room["hotel_id"] for stay in stays)
    clerk = house.token(Role.STAFF, mine, subject="clerk")
    both = house.token(Role.STAFF, mine, others, subject="area manager")
    assert column(report(house, token=clerk), "units") == [2, 2, 2, 2]
    for caller in (both, house.admin):
        found = report(house, token=caller)
        assert (column(found, "units"), column(found, "sold")) == ([5] * 4, [2, 2, 0, 0])
        assert found[0]["adr"] == PRICE
    path = f"/api/staff/reports/daily?from={TODAY}&to={TODAY + timedelta(days=2)}"
    house.send("GET", f"{path}&hotel_id={others}", token=clerk).refused(404, "not_found")
    house.send("GET", f"{path}&hotel_id=H1", token=house.admin).refused(404, "not_found")


def test_a_report_has_92_dates_at_most(house: House) -> None:
    assert len(report(house, days=92)) == 92
    for days in (93, 0, -1):
        path = f"/api/staff/reports/daily?from={TODAY}&to={TODAY + timedelta(days=days)}"
        house.send("GET", path, token=house.admin).refused(422, "invalid_request")


def test_a_report_has_any_dates_of_the_calendar(house: House) -> None:
    for dates in ("from=0001-01-01&to=0001-01-02", "from=9999-12-30&to=9999-12-31"):
        found = house.send("GET", f"/api/staff/reports/daily?{dates}", token=house.admin).must(200)["items"]
        assert [it["sold"] for it in found] == [0]


def test_too_many_hotels_are_not_added_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.hotel()
    house.hotel()
    monkeypatch.setattr(reading, "HOTELS_TOGETHER", 1)
    path = f"/api/staff/reports/daily?from={TODAY}&to={TODAY + timedelta(days=2)}"
    [error] = house.send("GET", path, token=house.admin).refused(422, "invalid_request")["errors"]
    assert error["field"] == "hotel_id"


def test_92_dates_of_a_hotel_are_two_reads_whatever_there_is(house: House) -> None:
    stay = PaidStay(house, begin=0, units=9)
    hotel_id = stay.room["hotel_id"]
    few = counted(lambda: report(house, hotel_id, days=92))
    for n in range(5):
        PaidStay(house, begin=n, room=stay.room, token=house.guest(f"1390000010{n}"))
    many = counted(lambda: report(house, hotel_id, days=92))
    assert few.calls_of("get_daily_report") == many.calls_of("get_daily_report")
    assert many.calls_of("get_daily_report") == {"GetItem": 1, "BatchGetItem": 1}


def test_an_event_that_changes_nothing_writes_nothing(house: House) -> None:
    stay = PaidStay(house, begin=0)
    before = house.rows("report-periods")
    [row] = [row for row in house.rows("outbox") if row["type"]["S"] == "booking.paid"]
    message = _message(row)
    found = counted(lambda: house.feed("count_booking", [message]))
    assert found.calls_of("count_booking") == {"BatchGetItem": 1}
    assert house.rows("report-periods") == before
    assert stay.status == "paid"


def test_messages_of_an_order_show_what_is_counted(house: House) -> None:
    stay = PaidStay(house, begin=0)
    path = f"/api/staff/orders/{stay.order_no}/messages"
    found = house.send("GET", path, token=house.admin).must(200)["items"]
    states = [
        (it["type"], one["state"]) for it in found for one in it["consumers"] if one["consumer"] == "count_booking"
    ]
    assert states == [("booking.paid", "done")]
    house.dynamodb.delete_item(
        TableName="posthouse-report-sources",
        Key={"hotel_id": {"S": stay.room["hotel_id"]}, "source": {"S": stay.order_no}},
    )
    found = house.send("GET", path, token=house.admin).must(200)["items"]
    states = [
        (it["type"], one["state"]) for it in found for one in it["consumers"] if one["consumer"] == "count_booking"
    ]
    assert states == [("booking.paid", "in_progress")]


def _message(row: dict[str, Any]) -> str:
    from posthouse.store.outbox import OutboxRow

    event: Event = OutboxRow.from_raw_data(row).to_event()
    return event.to_json()
