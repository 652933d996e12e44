"""Invoices: guests ask for them once something is paid, staff note numbers, and what goes back later is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.costs import counted
from tests.integration.crash_world import COMPANY, World, begun
from tests.integration.house import NOW, House
from tests.integration.standing import Simulator
from tests.support.clock import clock_at

PERSON = {"kind": "personal", "title": "韩梅梅", "email": "han@example.com"}
NUMBER = "26510000000012345678"
RED = "26510000000012345999"


@pytest.fixture
def world(house: House, simulator: Simulator) -> World:
    return begun(house, simulator)


def ask(world: World, order_no: str, body: Any = COMPANY) -> Any:
    return world.guest("POST", f"/orders/{order_no}/invoice-requests", body)


def listed(world: World, query: str = "", token: str | None = None) -> list[dict[str, Any]]:
    path = f"/api/staff/invoice-requests?limit=100{query}"
    items: list[dict[str, Any]] = world.house.send("GET", path, token=token or world.house.admin).must(200)["items"]
    return items


def own(world: World, order_no: str) -> dict[str, Any]:
    [found] = world.guest("GET", f"/orders/{order_no}/invoice-requests").must(200)["items"]
    return dict(found)


def issue(world: World, invoice_id: str, **more: Any) -> Any:
    return world.staff("POST", f"/invoice-requests/{invoice_id}/issued", {"number": NUMBER, **more})


def correct(world: World, invoice_id: str, **more: Any) -> Any:
    return world.staff("POST", f"/invoice-requests/{invoice_id}/corrected", {"number": RED, **more})


def refund(world: World, order_no: str, **what: Any) -> None:
    world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", **what}).must(202)
    world.house.settle()


def at_desk(world: World, order_no: str, amount: int) -> str:
    body = {"method": "cash", "amount": amount}
    made = world.staff("POST", f"/orders/{order_no}/desk-payments", body).must(201)
    return str(made["desk_payment_id"])


# ---------------------------------------------------------------- who asks, and for what


def test_a_guest_asks_for_the_invoice_of_a_paid_stay_once(world: World) -> None:
    order_no = world.paid()
    assert world.guest("GET", f"/orders/{order_no}/invoice-requests").must(200)["items"] == []
    made = ask(world, order_no, {**COMPANY, "tax_number": "91510100ma0dem0009"}).must(201)
    paid = world.guest("GET", f"/bookings/{order_no}").must(200)["payable"]
    assert (made["amount"], made["status"], made["number"]) == (paid, "requested", None)
    assert made["tax_number"] == "91510100MA0DEM0009", "in capital letters"
    assert own(world, order_no) == made
    ask(world, order_no, PERSON).refused(409, "invoice_requested")
    issue(world, made["invoice_id"]).must(200)
    ask(world, order_no).refused(409, "invoice_requested")


def test_nothing_is_invoiced_before_it_is_paid(world: World) -> None:
    for order_no in (world.booked(), world.ordered(), world.won()):
        ask(world, order_no).refused(409, "not_paid")


def test_nothing_is_invoiced_that_all_went_back(world: World) -> None:
    order_no = world.paid()
    refund(world, order_no)
    ask(world, order_no).refused(409, "not_paid")


def test_goods_are_invoiced_with_what_the_balance_paid(world: World) -> None:
    order_no = world.paid_goods()
    price = world.guest("GET", f"/shop-orders/{order_no}").must(200)
    made = ask(world, order_no, PERSON).must(201)
    assert made["amount"] == price["payable"] + price["balance_paid"]
    assert made["tax_number"] is None


def test_a_flash_order_is_invoiced_too(world: World) -> None:
    order_no = world.won()
    world.with_payment(order_no)
    world.house.settle()
    made = ask(world, order_no).must(201)
    assert made["amount"] == world.guest("GET", f"/flash-orders/{order_no}").must(200)["payable"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tax_number": None}, "tax_number"),
        ({"tax_number": "1" * 14}, "tax_number"),
        ({"tax_number": "1" * 21}, "tax_number"),
        ({"tax_number": "91510100-A0DEM0009"}, "tax_number"),
        ({"kind": "personal"}, "tax_number"),
        ({"kind": "state"}, "kind"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"email": "nobody"}, "email"),
        ({"email": "a b@example.com"}, "email"),
    ],
)
def test_what_cannot_be_on_an_invoice_is_refused_with_its_field(
    world: World, change: dict[str, Any], field: str
) -> None:
    problem = ask(world, world.paid(), {**COMPANY, **change}).refused(422, "invalid_request")
    assert [it["field"] for it in problem["errors"]] == [field]


def test_an_order_of_another_guest_is_none(world: World) -> None:
    order_no = world.paid()
    world.house.log_in("13900000002")
    stranger = world.house.guest("13900000002")
    path = f"/api/orders/{order_no}/invoice-requests"
    world.house.send("POST", path, COMPANY, stranger).refused(404, "not_found")
    world.house.send("GET", path, token=stranger).refused(404, "not_found")


# ---------------------------------------------------------------- staff


def test_staff_see_those_of_their_hotels_and_admins_all(world: World) -> None:
    stay, goods = world.invoice(), world.invoice(world.paid_goods())
    here = world.house.token(Role.STAFF, world.room["hotel_id"], subject="here")
    elsewhere = world.house.token(Role.STAFF, world.house.hotel(name="Elsewhere")["hotel_id"], subject="elsewhere")
    assert [it["invoice_id"] for it in listed(world, token=here)] == [stay]
    assert listed(world, token=elsewhere) == []
    assert [it["invoice_id"] for it in listed(world)] == [goods, stay]
    [of_goods, of_stay] = listed(world)
    assert (of_goods["hotel_id"], of_stay["hotel_id"]) == (None, world.room["hotel_id"])
    assert of_goods["subject"]
    assert [it["invoice_id"] for it in listed(world, f"&hotel_id={world.room['hotel_id']}")] == [stay]
    path = "/api/staff/invoice-requests"
    asked = f"{path}?hotel_id={world.room['hotel_id']}"
    world.house.send("GET", asked, token=elsewhere).refused(404, "not_found")
    for invoice_id in (stay, goods):
        body = {"number": NUMBER}
        world.house.send("POST", f"{path}/{invoice_id}/issued", body, elsewhere).refused(404, "not_found")
        world.house.send("POST", f"{path}/{invoice_id}/corrected", body, elsewhere).refused(404, "not_found")
    world.house.send("POST", f"{path}/{goods}/issued", {"number": NUMBER}, here).refused(404, "not_found")


def test_a_list_goes_on_where_its_page_ended(world: World) -> None:
    made = [world.invoice() for _ in range(5)]
    issue(world, made[2]).must(200)
    for query, wanted in (("", [*reversed(made)]), ("&status=requested", [it for it in made if it != made[2]])):
        found: list[str] = []
        cursor = ""
        for _ in range(5):
            page = world.staff("GET", f"/invoice-requests?limit=2{query}{cursor}").must(200)
            found += [it["invoice_id"] for it in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert found == wanted, query


def test_an_invoice_gets_its_number_once_and_the_audit_tells_who_gave_it(world: World) -> None:
    invoice_id = world.invoice()
    [waiting] = listed(world, "&status=requested")
    done = issue(world, invoice_id, amount=waiting["amount"]).must(200)
    assert (done["status"], done["number"], done["issued_by"]) == ("issued", NUMBER, "admin")
    assert listed(world, "&status=requested") == []
    assert [it["number"] for it in listed(world, "&status=issued")] == [NUMBER]
    refused = issue(world, invoice_id).refused(409, "invoice_issued")
    assert refused["number"] == NUMBER
    [entry] = [row for row in world.house.rows("audit") if row["action"]["S"] == "issue_invoice"]
    assert (entry["target"]["S"], entry["actor"]["S"]) == (invoice_id, "admin")


def test_an_invoice_says_what_is_paid_when_it_is_issued(world: World) -> None:
    """What was read before a refund is refused with what it is now."""
    order_no = world.paid()
    invoice_id = world.invoice(order_no)
    before = listed(world)[0]["amount"]
    refund(world, order_no, amount=100)
    assert listed(world)[0]["amount"] == before - 100
    refused = issue(world, invoice_id, amount=before).refused(409, "invoice_amount_changed")
    assert (refused["expected"], refused["actual"]) == (before, before - 100)
    done = issue(world, invoice_id, amount=before - 100).must(200)
    assert (done["amount"], done["refunded_since"]) == (before - 100, 0)


# ---------------------------------------------------------------- what goes back


def test_a_refund_through_wechat_is_told_and_corrected(world: World) -> None:
    order_no = world.paid()
    invoice_id = world.issued_invoice(order_no)
    correct(world, invoice_id).refused(409, "nothing_to_correct")
    refund(world, order_no, amount=300)
    assert own(world, order_no)["refunded_since"] == 300
    [found] = listed(world, "&status=to_correct")
    assert (found["invoice_id"], found["refunded_since"], found["to_correct"]) == (invoice_id, 300, 300)
    assert [it["invoice_id"] for it in listed(world, "&status=issued")] == [invoice_id], "it is issued all the same"
    correct(world, invoice_id, amount=200).refused(409, "invoice_amount_changed")
    done = correct(world, invoice_id, amount=300).must(200)
    assert [(it["number"], it["amount"]) for it in done["corrections"]] == [(RED, 300)]
    assert (done["refunded_since"], done["to_correct"]) == (300, 0)
    assert listed(world, "&status=to_correct") == []
    refund(world, order_no, amount=50)
    assert [it["to_correct"] for it in listed(world, "&status=to_correct")] == [50], "only what is not corrected"


def test_what_the_desk_gives_back_is_told(world: World) -> None:
    order_no = world.arrived()
    world.charge(order_no, "extra", 2800)
    desk_payment_id = at_desk(world, order_no, 2800)
    world.issued_invoice(order_no)
    body = {"method": "cash", "amount": 800, "reason": "Stale"}
    world.staff("POST", f"/orders/{order_no}/desk-refunds", body).must(201)
    world.house.settle()
    assert [it["refunded_since"] for it in listed(world, "&status=to_correct")] == [800]
    world.charge(order_no, "fee", 800)
    at_desk(world, order_no, 800)
    assert listed(world)[0]["refunded_since"] == 0, "it is paid again"
    assert listed(world, "&status=to_correct") == [], "nothing is to be corrected any more"
    path = f"/orders/{order_no}/desk-payments/{desk_payment_id}/reversal"
    world.staff("POST", path, {"reason": "Another card"}).must(200)
    world.house.settle()
    assert [it["refunded_since"] for it in listed(world, "&status=to_correct")] == [2800]


def test_a_line_that_changes_what_is_owed_changes_no_invoice(world: World) -> None:
    """An adjustment of the folio leaves the guest a credit; the invoice is corrected once that goes back."""
    order_no = world.paid()
    world.issued_invoice(order_no)
    world.charge(order_no, "adjustment", -500)
    world.house.settle()
    assert listed(world, "&status=to_correct") == []
    refund(world, order_no, amount=500, from_credit=True)
    assert [it["refunded_since"] for it in listed(world, "&status=to_correct")] == [500]


def test_a_cancelled_stay_is_invoiced_for_the_fee_that_was_kept(world: World) -> None:
    order_no = world.paid_with_fee()
    invoice_id = world.issued_invoice(order_no)
    amount = listed(world)[0]["amount"]
    world.guest("POST", f"/bookings/{order_no}/cancellation").must(200)
    world.house.settle()
    assert [it["refunded_since"] for it in listed(world, "&status=to_correct")] == [amount // 2]
    correct(world, invoice_id).must(200)


def test_goods_that_come_back_are_told(world: World) -> None:
    order_no = world.sent_goods()
    world.issued_invoice(order_no)
    amount = listed(world)[0]["amount"]
    world.staff("POST", f"/orders/{order_no}/return", {"reason": "Broken"}).must(200)
    world.house.settle()
    [told] = listed(world, "&status=to_correct")
    assert told["refunded_since"] == amount
    correct(world, told["invoice_id"]).must(200)
    assert listed(world, "&status=to_correct") == []


def test_what_only_the_balance_gets_back_is_told(world: World) -> None:
    order_no = world.paid_goods()
    world.issued_invoice(order_no)
    whole = listed(world)[0]["amount"]
    balance = world.guest("GET", f"/shop-orders/{order_no}").must(200)["balance_paid"]
    refund(world, order_no, amount=whole - balance)
    refund(world, order_no, amount=balance)
    assert [it["refunded_since"] for it in listed(world, "&status=to_correct")] == [whole]


def test_a_refund_that_failed_is_taken_back_off(world: World) -> None:
    order_no = world.paid()
    world.issued_invoice(order_no)
    asked = world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 100}).must(202)
    world.house.settle()
    assert listed(world, "&status=to_correct")
    world.house.simulate("POST", f"/simulator/refunds/{asked['out_refund_no']}", {"result": "closed"})
    world.house.settle()
    assert listed(world, "&status=to_correct") == []


def test_a_request_of_which_all_went_back_is_over_and_may_be_made_anew(world: World) -> None:
    order_no = world.paid_goods()
    invoice_id = world.invoice(order_no)
    whole = listed(world)[0]["amount"]
    refund(world, order_no, amount=whole)
    assert listed(world) == []
    assert own(world, order_no)["status"] == "cancelled"
    issue(world, invoice_id).refused(409, "invoice_issued")
    ask(world, order_no).refused(409, "not_paid")


def test_the_list_reads_little(world: World) -> None:
    """One read of the ended tokens, one query for a shelf, one read of the orders, one of the payments of goods."""
    for order_no in (world.paid(), world.paid_goods()):
        world.invoice(order_no)
    found = counted(lambda: listed(world, "&status=requested"))
    assert found.calls_of("list_invoice_requests") == {"GetItem": 1, "Query": 1, "BatchGetItem": 2}
    found = counted(lambda: listed(world, "&status=issued"))
    assert found.calls_of("list_invoice_requests") == {"Query": 2}


# ---------------------------------------------------------------- races


def test_two_requests_at_once_are_one(world: World, before_commit: Arrange) -> None:
    order_no = world.paid()
    before_commit(lambda: ask(world, order_no, PERSON).must(201))
    ask(world, order_no).refused(409, "invoice_requested")
    assert own(world, order_no)["kind"] == "personal"


def test_an_invoice_is_not_requested_of_money_that_just_went_back(world: World, before_commit: Arrange) -> None:
    for order_no in (world.paid(), world.paid_goods()):
        path, body = f"/orders/{order_no}/refunds", {"reason": "Noise"}
        before_commit(lambda path=path, body=body: world.staff("POST", path, body).must(202))  # type: ignore[misc]
        ask(world, order_no).refused(409, "not_paid")
        world.house.settle()


def test_an_invoice_is_issued_for_what_is_paid_at_that_moment(world: World, before_commit: Arrange) -> None:
    for order_no in (world.paid(), world.paid_goods()):
        invoice_id = world.invoice(order_no)
        amount = own(world, order_no)["amount"]
        path, body = f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 100}
        before_commit(lambda path=path, body=body: world.staff("POST", path, body).must(202))  # type: ignore[misc]
        assert issue(world, invoice_id).must(200)["amount"] == amount - 100
        world.house.settle()
        assert own(world, order_no)["refunded_since"] == 0


def test_two_numbers_at_once_are_one(world: World, before_commit: Arrange) -> None:
    invoice_id = world.invoice()
    path = f"/invoice-requests/{invoice_id}/issued"
    before_commit(lambda: world.staff("POST", path, {"number": RED}).must(200))
    assert issue(world, invoice_id).refused(409, "invoice_issued")["number"] == RED


def test_a_refund_note_does_not_overwrite_a_newer_one(world: World, before_commit: Arrange) -> None:
    """A second refund is noted between the consumer's reads and its write of the first: both are told."""
    order_no = world.paid()
    world.issued_invoice(order_no)
    path = f"/orders/{order_no}/refunds"
    world.staff("POST", path, {"reason": "Noise", "amount": 100}).must(202)
    world.house.relay()
    before_commit(lambda: world.staff("POST", path, {"reason": "Noise", "amount": 50}).must(202))
    assert world.house.drain("note_invoice_refund") == []
    assert [it["refunded_since"] for it in listed(world, "&status=to_correct")] == [150]
    [row] = world.house.rows("invoices")
    assert row["refunded_since"]["N"] == "150"


def test_the_invoice_of_a_guest_who_has_left_stays_and_is_issued(world: World) -> None:
    """Bookkeeping needs it. Who has left asks for nothing more."""
    guest = world.house.guest("13900000003")
    wish = world.house.wish(world.room, begin=3, nights=1)
    order_no = world.house.book(guest, wish, world.key()).must(201)["order_no"]
    world.house.pay(guest, order_no)
    world.house.settle()
    path = f"/api/orders/{order_no}/invoice-requests"
    made = world.house.send("POST", path, PERSON, guest).must(201)
    exported = world.house.send("GET", "/api/me/data?limit=100", token=guest).must(200)
    while exported["next_cursor"] and not any(it["kind"] == "booking" for it in exported["items"]):
        cursor = exported["next_cursor"]
        exported = world.house.send("GET", f"/api/me/data?limit=100&cursor={cursor}", token=guest).must(200)
    [stay] = [it["data"] for it in exported["items"] if it["kind"] == "booking"]
    assert stay["invoice"] == made
    body = {"reason": "Moved"}
    world.staff("POST", f"/bookings/{order_no}/cancellation", body).must(200)
    world.house.settle()
    for refund in world.house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]:
        world.house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})
    world.house.settle()
    assert own_row(world, made["invoice_id"])["status"]["S"] == "cancelled"
    world.house.send("DELETE", "/api/me", token=guest).must(204)
    with clock_at(NOW + timedelta(days=1)):
        world.house.invoke("erase_personal_data", {})
    assert own_row(world, made["invoice_id"])["title"]["S"] == "韩梅梅"


def own_row(world: World, invoice_id: str) -> dict[str, Any]:
    [row] = [row for row in world.house.rows("invoices") if row["invoice_id"]["S"] == invoice_id]
    return dict(row)
