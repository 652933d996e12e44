"""An invoice from its request to its correction, on the deployed templates: roles, queue and indexes are real."""

from __future__ import annotations

from tests.e2e.world import World, until

COMPANY = {
    "kind": "company",
    "title": "成都示例科技有限公司",
    "tax_number": "91510100MA0DEM0009",
    "email": "finance@example.com",
}


def test_a_company_gets_the_invoice_of_its_stay_and_what_goes_back_is_corrected(world: World) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"], begin=5)).must(201)["order_no"]
    asked = f"/api/orders/{order_no}/invoice-requests"
    assert guest.send("POST", asked, COMPANY).status == 409, "nothing is paid yet"
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    invoice_id = guest.send("POST", asked, COMPANY).must(201)["invoice_id"]
    queue = f"/api/staff/invoice-requests?hotel_id={room['hotel_id']}&status="
    [waits] = until(lambda: world.admin.get(f"{queue}requested")["items"], lambda items: len(items) == 1)
    assert (waits["invoice_id"], waits["amount"], waits["title"]) == (invoice_id, 30000, COMPANY["title"])
    path = f"/api/staff/invoice-requests/{invoice_id}"
    number = {"number": "26510000000012345678", "amount": 30000}
    world.admin.send("POST", f"{path}/issued", number, Idempotency_Key=f"issue-{order_no}").must(200)
    [told] = guest.get(asked)["items"]
    assert (told["status"], told["number"]) == ("issued", number["number"])
    wish = {"amount": 1000, "reason": "Noise"}
    world.admin.send("POST", f"/api/staff/orders/{order_no}/refunds", wish, Idempotency_Key=f"back-{order_no}").must(
        202
    )
    [outdated] = until(lambda: world.admin.get(f"{queue}to_correct")["items"], lambda items: len(items) == 1)
    assert outdated["to_correct"] == 1000
    red = {"number": "26510000000012345999", "amount": 1000}
    world.admin.send("POST", f"{path}/corrected", red, Idempotency_Key=f"correct-{order_no}").must(200)
    until(lambda: world.admin.get(f"{queue}to_correct")["items"], lambda items: items == [])
    [told] = guest.get(asked)["items"]
    assert [(it["number"], it["amount"]) for it in told["corrections"]] == [(red["number"], 1000)]
