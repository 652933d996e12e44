"""What WeChat and staff do in the evening with refunds that did not arrive: held, abnormal, and failed ones."""

from __future__ import annotations

from tests.e2e.histories.stage import Stage


def evening(stage: Stage) -> None:
    """End the refunds that WeChat holds; send abnormal ones by hand, as one does on the merchant platform."""
    simulator = stage.world.simulator
    simulator.send("DELETE", "/simulator/refunds").must(204)
    for refund in simulator.get("/simulator/refunds")["items"]:
        if refund["status"] in {"PROCESSING", "ABNORMAL"}:
            path = f"/simulator/refunds/{refund['out_refund_no']}"
            simulator.send("POST", path, {"result": "success"}).must(200)
