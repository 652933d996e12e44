"""`make run KEEP=1`: bookings and payments are still there after a restart, and continue."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.cloud import LocalCloud
from local.faults import LocalFault
from tests.e2e.world import Client, World

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def test_a_restart_keeps_what_there_was_and_life_goes_on(tmp_path: Path) -> None:
    keep = tmp_path / "state"
    with LocalCloud(0, keep=keep) as cloud:
        world = World(cloud)
        guest = world.guest()
        room = world.room(3)
        paid, waiting = (world.book(guest, world.wish(room["room_id"])).must(201)["order_no"] for _ in range(2))
        world.pay(guest, paid)
        world.wait_for(guest, paid, "paid")
        opened = guest.send("POST", f"/api/orders/{waiting}/payments").must(201)
        hotels = len(world.nobody.get("/api/hotels")["items"])
        port = int(cloud.url.rpartition(":")[2])
        told = world.messages(guest)

    with pytest.raises(LocalFault, match=f"made on port {port}"), LocalCloud(0, keep=keep):
        pass

    with LocalCloud(port, keep=keep) as cloud:
        world = World(cloud)
        # The old token is still valid, the demo data is loaded only once, and WeChat knows the open payment.
        again = Client(cloud.url, guest.token)
        assert {it["order_no"]: it["status"] for it in again.get("/api/bookings")["items"]} == {
            paid: "paid",
            waiting: "pending_payment",
        }
        assert len(world.nobody.get("/api/hotels")["items"]) == hotels
        assert world.messages(guest)[: len(told)] == told
        prepay_id = opened["wechat"]["package"].removeprefix("prepay_id=")
        world.simulator.send("POST", f"/simulator/payments/{prepay_id}", {"result": "success"}).must(200)
        world.wait_for(guest, waiting, "paid")
        world.admin.send("POST", f"/api/staff/bookings/{paid}/check-in").must(200)
        world.admin.send("POST", f"/api/staff/bookings/{paid}/check-out").must(202)
        world.wait_for(guest, paid, "finished")

    with LocalCloud(port, {"PaymentTimeoutSeconds": "900"}, keep=keep) as cloud:
        # Another parameter updates the existing stack.
        assert Client(cloud.url, guest.token).get(f"/api/bookings/{paid}")["status"] == "finished"
        world = World(cloud)
        world.book(guest, world.wish(room["room_id"], begin=2)).must(201)
