"""What staff do with a stay at the desk: check in and take that back, check out with an even folio, cancel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.store.transaction import StoreBusy
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE, PaidStay, reserved
from tests.support.clock import clock_at

ROOMS = 2 * PRICE
LATE: dict[str, Any] = {"free_cancel_hours": 72, "cancel_fee_bp": 2500}
"""A rule by which cancelling costs a quarter of the price: 15000 fen."""

WRONG = {"reason": "Wrong guest"}


def _audited(house: House, action: str) -> list[dict[str, Any]]:
    found = house.send("GET", "/api/staff/audit?limit=100", token=house.admin).must(200)["items"]
    return [entry for entry in found if entry["action"] == action]


def _events(house: House, kind: str) -> int:
    return sum(row["type"]["S"] == kind for row in house.rows("outbox"))


# ---------------------------------------------------------------- taking a check-in back


def test_a_check_in_is_taken_back_to_the_state_before_it(house: House) -> None:
    paid, held = PaidStay(house, begin=0), reserved(house, begin=0, token=house.guest("13900000002"))
    for stay, before in ((paid, "paid"), (held, "reserved")):
        stay.staff("check-in-reversal", WRONG).refused(409, "invalid_transition")
        stay.staff("check-in").must(200)
        stay.charge("fee", 900).must(201)
        back = stay.staff("check-in-reversal", WRONG).must(200)
        assert (back["status"], back["balance"]) == (before, stay.sums[2]), "lines that were added stay"
        assert ("fee", 900) in stay.lines
        assert [it["status"] for it in stay.booking["timeline"]][-2:] == ["checked_in", before]
        assert stay.staff("check-in").must(200)["status"] == "checked_in", "and again, with the right guest"
        assert stay.staff("check-in-reversal", WRONG).must(200)["status"] == before
    entry = _audited(house, "check_in_reversal")[-1]
    assert (entry["before"], entry["after"]) == ({"status": "checked_in"}, {"status": "paid", **WRONG})
    assert _events(house, "booking.check_in_reversed") == 4
    assert_balanced(house)


def test_a_check_in_is_taken_back_on_its_business_date_only(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    # The hotel's day turns at six: 05:59 in China on the next calendar date, and a minute later.
    early = NOW.replace(hour=21, minute=59)
    with clock_at(early + timedelta(minutes=1)):
        stay.staff("check-in-reversal", WRONG).refused(409, "too_late")
    with clock_at(early):
        assert stay.staff("check-in-reversal", WRONG).must(200)["status"] == "paid"


def test_a_stay_that_was_paid_in_the_house_goes_back_with_its_money(house: House) -> None:
    stay = reserved(house, begin=0)
    stay.staff("check-in").must(200)
    assert stay.pay() == ROOMS
    assert stay.staff("check-in-reversal", WRONG).must(200)["status"] == "reserved"
    assert stay.sums == (ROOMS, ROOMS, 0)
    assert stay.cancel().must(200)["status"] == "cancelled"
    house.settle()
    assert (stay.sums, stay.at_wechat) == ((0, 0, 0), [ROOMS])
    assert_balanced(house)


def test_a_stay_whose_payment_has_come_in_is_not_finished_before_it_is_settled(house: House) -> None:
    house.template(kind="check_out")
    stay = reserved(house, begin=0)
    stay.staff("check-in").must(200)
    stay.play(stay.open().must(201))
    with pytest.raises(StoreBusy, match="settled"):
        stay.leave("Pays by phone")
    assert stay.status == "checked_in"
    house.settle()
    finished = stay.leave("Pays by phone")
    assert (finished["outcome"], finished["given_back"]) == ("finished", False)
    facts = {"order_no": stay.order_no, "finished": finished, "correlation_id": ""}
    assert house.invoke("grant_check_out_coupon", facts)["outcome"] == "granted"
    # A payment that nobody has paid keeps no one.
    other = reserved(house, begin=0, token=house.guest("13900000002"))
    other.staff("check-in").must(200)
    other.open().must(201)
    assert other.leave("An agency pays")["given_back"] is True
    assert_balanced(house)


@pytest.mark.parametrize("passed", [False, True])
def test_a_hold_that_has_not_passed_holds_again(house: House, *, passed: bool) -> None:
    until = NOW + timedelta(hours=2)
    stay = reserved(house, hold_until=until, begin=0)
    stay.staff("check-in").must(200)
    with clock_at(until + timedelta(minutes=1 if passed else -1)):
        assert stay.staff("check-in-reversal", WRONG).must(200)["status"] == "reserved"
        house.drain("cancel_unpaid_booking")
        [row] = [it for it in house.rows("bookings") if it["order_no"]["S"] == stay.order_no]
        assert ("due_at" in row) == (not passed), "and the sweeper knows"
    with clock_at(until + timedelta(minutes=10)):
        house.invoke("sweep_due", {})
        assert house.drain("cancel_unpaid_booking") == []
        stay.token = house.guest()
        assert stay.status == ("reserved" if passed else "cancelled")
        assert (stay.booking["expires_at"] is None) == passed
        assert_balanced(house)


def test_staff_elsewhere_and_guests_take_nothing_back(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    path = f"/api/staff/bookings/{stay.order_no}/check-in-reversal"
    elsewhere = house.token(Role.STAFF, house.hotel()["hotel_id"])
    house.send("POST", path, WRONG, elsewhere).refused(404, "not_found")
    house.send("POST", path, WRONG, stay.token).refused(403, "forbidden")
    house.send("POST", path, {}, house.admin).refused(422, "invalid_request")
    assert stay.status == "checked_in"


# ---------------------------------------------------------------- check-out


@pytest.mark.parametrize(("amount", "code"), [(1200, "balance_due"), (-700, "credit_left")])
def test_a_stay_ends_with_an_even_folio_or_with_a_reason(house: House, amount: int, code: str) -> None:
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    stay.charge("adjustment", amount).must(201)
    assert stay.staff("check-out").refused(409, code)["balance"] == amount
    assert stay.staff("check-out", {"reason": "Later"}).refused(409, code)["balance"] == amount
    stay.staff("check-out", {"leave_balance": True}).refused(422, "invalid_request")
    assert stay.leave()["outcome"] == "refused"
    assert stay.status == "checked_in"
    left = {"leave_balance": True, "reason": "To the company"}
    stay.staff("check-out", left).must(202)
    assert stay.leave("To the company")["outcome"] == "finished"
    assert (stay.status, stay.sums[2]) == ("finished", amount)
    stay.staff("check-out").must(202)  # of a finished stay: the workflow may run again
    [entry] = _audited(house, "check_out")
    assert entry["after"] == {"status": "finished", "balance": amount, "reason": "To the company"}


def test_the_workflow_decides_by_the_folio_that_it_reads(house: House, before_commit: Arrange) -> None:
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    stay.staff("check-out").must(202)
    # Given that the minibar is charged between the read of the last step and its transaction
    before_commit(lambda: stay.charge("fee", 1500).must(201))
    assert stay.leave()["outcome"] == "refused"
    assert stay.status == "checked_in"
    assert _audited(house, "check_out") == []
    # When that is paid the stay ends
    assert stay.pay() == 1500
    assert stay.leave()["outcome"] == "finished"
    assert_balanced(house)


# ---------------------------------------------------------------- cancelling


@pytest.mark.parametrize(("fee", "kept"), [(None, 15_000), (4000, 4000), (0, 0)])
def test_staff_cancel_for_the_fee_by_the_rule_or_less(house: House, fee: int | None, kept: int) -> None:
    stay = PaidStay(house, **LATE)
    body = {"reason": "Called us", "fee": fee}
    stay.staff("cancellation", {**body, "fee": 15_001}).refused(422, "invalid_request")
    ended = stay.staff("cancellation", body, "key").must(200)
    assert ended["status"] == "refunding"
    assert stay.staff("cancellation", body, "key").must(200)["order_no"] == stay.order_no
    stay.staff("cancellation", body, "other").refused(409, "invalid_transition")
    stay.staff("cancellation", {"reason": "Else"}, "key").refused(422, "idempotency_key_reused")
    house.settle()
    assert (stay.at_wechat, stay.sums) == ([ROOMS - kept], (kept, kept, 0))
    assert house.sold(stay.room, 3) == [0, 0, 0]
    [entry] = _audited(house, "cancel_booking")
    assert entry["after"] == {"status": "refunding", "fee": kept, "kept": kept, "reason": "Called us"}
    assert_balanced(house)


@pytest.mark.parametrize(("fee", "state"), [(None, "used"), (0, "unused")])
def test_the_coupon_comes_back_if_staff_keep_nothing(house: House, fee: int | None, state: str) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = PaidStay(house, token=token, coupon_id=coupon["coupon_id"], **LATE)
    stay.staff("cancellation", {"reason": "Called us", "fee": fee}).must(200)
    assert [it["status"] for it in house.coupons(token)] == [state]


def test_what_was_owed_goes_back_when_staff_cancel(house: House) -> None:
    stay = PaidStay(house, **LATE)
    stay.tell(stay.refund(5000).must(202)["out_refund_no"], "closed")
    stay.staff("cancellation", {"reason": "Called us", "fee": 0}).must(200)
    house.settle()
    assert (stay.sums, stay.at_wechat) == ((0, 0, 0), [5000, ROOMS])
    assert_balanced(house)


def test_staff_cancel_after_the_arrival_day_too_and_what_nothing_was_paid_for(house: House) -> None:
    late, held = PaidStay(house, begin=0), reserved(house, **LATE, token=house.guest("13900000002"))
    held.staff("cancellation", {"reason": "Fully booked"}).must(200)
    assert (held.status, held.sums) == ("cancelled", (0, 0, 0)), "a fee is never more than was paid"
    with clock_at(NOW + timedelta(days=1)):
        late.token = house.guest()
        late.cancel().refused(409, "not_cancellable")
        late.staff("cancellation", {"reason": "Strike"}).must(200)
        house.settle()
        assert late.sums == (0, 0, 0)
        assert_balanced(house)


@pytest.mark.parametrize("state", ["pending_payment", "checked_in"])
def test_staff_cancel_nothing_else(house: House, state: str) -> None:
    stay = PaidStay(house, begin=0, paid=state == "checked_in")
    if state == "checked_in":
        stay.staff("check-in").must(200)
    stay.staff("cancellation", {"reason": "Called us"}).refused(409, "invalid_transition")
    assert stay.status == state
