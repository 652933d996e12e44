"""The operations of flash sales whose costs are counted."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.costs import Counted, counted
from tests.integration.house import NOW, House
from tests.integration.operations import let_time_pass


def flash_sale(house: House, stock: int = 2) -> str:
    """Create a sale that is open for an hour; returns its id."""
    goods = {"name": "Candle", "price": 12800, "stock": stock, "description": "", "images": []}
    wish = {
        "goods_id": house.send("POST", "/api/staff/goods", goods, house.admin).must(201)["goods_id"],
        "price": 9900,
        "stock": stock,
        "starts_at": NOW.isoformat(),
        "ends_at": (NOW + timedelta(hours=1)).isoformat(),
    }
    sale_id: str = house.send("POST", "/api/staff/flash-sales", wish, house.admin).must(201)["sale_id"]
    return sale_id


def refused_at_the_gateway(house: House) -> Counted:
    """A refusal by an environment that read within the last second that the sale is sold out, as usual in a crowd."""
    sale_id = flash_sale(house, stock=1)
    token = house.guest()
    path = f"/api/flash-sales/{sale_id}/orders"
    # The first wins; the second loses in the queue, which marks the sale as sold out.
    for number in (1, 2):
        house.forget_caches()
        house.send("POST", path, token=house.guest(f"1390000001{number}")).must(202)
        assert house.drain("place_flash_order") == []
    house.forget_caches()
    house.send("POST", path, token=token).refused(409, "sold_out")
    return counted(lambda: house.send("POST", path, token=token).refused(409, "sold_out"))


def won(house: House) -> Counted:
    """From the submission to the order that waits for payment, with relay and consumers."""
    sale_id, token = flash_sale(house), house.guest()
    house.settle()
    return counted(lambda: _win(house, sale_id, token))


def won_and_paid(house: House) -> Counted:
    """The same, paid, to the end of its timer."""
    sale_id, token = flash_sale(house), house.guest()
    house.settle()

    def act() -> None:
        house.pay(token, _win(house, sale_id, token))
        house.settle()
        let_time_pass(house, "end_shop_order_wait")

    return counted(act)


def _win(house: House, sale_id: str, token: str) -> str:
    path = f"/api/flash-sales/{sale_id}/orders"
    ticket = house.send("POST", path, token=token).must(202)["ticket"]
    assert house.drain("place_flash_order") == []
    verdict = house.send("GET", f"{path}/mine?ticket={ticket}", token=token).must(200)
    assert verdict["status"] == "won"
    house.settle()
    order_no: str = verdict["order_no"]
    return order_no
