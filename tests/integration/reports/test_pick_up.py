"""What was sold lately: by hotel and hour, for a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from posthouse.domain.identity import Role
from posthouse.domain.report import PICK_UP_DAYS
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House
from tests.integration.paid_stay import PRICE, PaidStay
from tests.support.clock import clock_at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def pick_up(house: House, hotel_id: str | None = None, token: str | None = None) -> list[dict[str, Any]]:
    query = f"?hotel_id={hotel_id}" if hotel_id else ""
    answer = house.send("GET", f"/api/staff/reports/pick-up{query}", token=token or house.admin).must(200)
    found: list[dict[str, Any]] = answer["items"]
    assert len(found) == PICK_UP_DAYS
    return found


def books(sold: int) -> dict[str, int]:
    return {"sold": sold, "revenue": sold * PRICE}


def test_what_was_sold_shows_for_a_day_and_for_a_week(house: House) -> None:
    stay = PaidStay(house, begin=1, units=4, nights=40)
    hotel_id = stay.room["hotel_id"]
    [today, first, *_] = pick_up(house, hotel_id)
    assert today == {"date": str(TODAY), **books(0), "left": 4, "since_day": books(0), "since_week": books(0)}
    tomorrow = str(TODAY + DAY)
    assert first == {"date": tomorrow, **books(1), "left": 3, "since_day": books(1), "since_week": books(1)}
    for later, in_a_day, in_a_week in (
        (DAY - HOUR, 1, 1),
        (DAY + HOUR, 0, 1),
        (7 * DAY - HOUR, 0, 1),
        (7 * DAY + HOUR, 0, 0),
    ):
        with clock_at(NOW + later):
            found = pick_up(house, hotel_id)
        nights = [it for it in found if it["date"] in {tomorrow, str(TODAY + 2 * DAY)}]
        for night in nights:
            assert (night["since_day"], night["since_week"]) == (books(in_a_day), books(in_a_week)), later


def test_what_is_given_back_is_a_loss_of_the_day(house: House) -> None:
    stay = PaidStay(house, begin=4, units=4)
    with clock_at(NOW + 2 * DAY):
        back = house.send("POST", f"/api/bookings/{stay.order_no}/cancellation", token=house.guest())
        back.must(200)
        house.settle()
        [night] = [it for it in pick_up(house, stay.room["hotel_id"]) if it["date"] == str(TODAY + 4 * DAY)]
    assert (night["sold"], night["since_day"], night["since_week"]) == (0, books(-1), books(0))


def test_a_check_in_is_no_pick_up(house: House) -> None:
    stay = PaidStay(house, begin=0)
    before = house.rows("pick-ups")
    stay.staff("check-in").must(200)
    house.settle()
    assert house.rows("pick-ups") == before


def test_rebuilding_is_no_pick_up(house: House) -> None:
    stay = PaidStay(house, begin=0)
    for row in house.rows("report-sources"):
        key = {name: row[name] for name in ("hotel_id", "source")}
        house.dynamodb.delete_item(TableName="posthouse-report-sources", Key=key)
    before = house.rows("pick-ups")
    assert house.invoke("rebuild_reports", {"from": stay.room["hotel_id"]})["bookings"] == 1
    assert house.rows("pick-ups") == before


def test_a_stay_far_ahead_is_in_no_pick_up(house: House) -> None:
    stay = PaidStay(house, begin=60, nights=70)
    assert house.rows("pick-ups") == []
    assert [it["sold"] for it in pick_up(house, stay.room["hotel_id"])] == [0] * PICK_UP_DAYS


def test_the_group_is_what_the_caller_serves(house: House) -> None:
    one, other = (PaidStay(house, begin=0, token=house.guest(f"1390000000{n}")) for n in (1, 2))
    clerk = house.token(Role.STAFF, one.room["hotel_id"], subject="clerk")
    both = house.token(Role.STAFF, one.room["hotel_id"], other.room["hotel_id"], subject="area manager")
    assert pick_up(house, token=clerk)[0]["since_day"] == books(1)
    assert pick_up(house, token=both)[0]["since_day"] == books(2)
    assert pick_up(house)[0]["since_day"] == books(2)
    path = f"/api/staff/reports/pick-up?hotel_id={other.room['hotel_id']}"
    house.send("GET", path, token=clerk).refused(404, "not_found")


def test_a_pick_up_of_a_hotel_is_three_reads(house: House) -> None:
    stay = PaidStay(house, begin=0)
    pick_up(house)
    found = counted(lambda: pick_up(house, stay.room["hotel_id"])).calls_of("get_pick_up")
    assert found == {"GetItem": 1, "BatchGetItem": 1, "Query": 1}
