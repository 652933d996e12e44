"""What WeChat and staff do in the evening with refunds that did not arrive: held, abnormal, and failed ones."""

from __future__ import annotations

from tests.e2e.histories.history import History
from tests.e2e.histories.stage import Stage

RETRIED = {"202", "nothing_owed"}


class Evening:
    """Staff retry what is on their list of money owed, and only that: what the list leaves out stays with the house."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._history = History("the evening")

    def work(self) -> None:
        """End the refunds that WeChat holds, send abnormal ones by hand at WeChat, and retry those that failed."""
        simulator = self._stage.world.simulator
        simulator.send("DELETE", "/simulator/refunds").must(204)
        for refund in simulator.get("/simulator/refunds")["items"]:
            if refund["status"] in {"PROCESSING", "ABNORMAL"}:
                path = f"/simulator/refunds/{refund['out_refund_no']}"
                simulator.send("POST", path, {"result": "success"}).must(200)
        for owed in self.owed("failed"):
            path = f"/api/staff/refunds/{owed}/retry"
            answer = self._stage.ask(self._history, "retry", self._stage.admin, "POST", path)
            if answer.code not in RETRIED:
                self._stage.record.fail(f"the retry of {owed} got {answer.code} {answer.body}", self._history)

    def owed(self, status: str) -> list[str]:
        """The numbers of the refunds on the list."""
        found = self._stage.admin.client.get(f"/api/staff/refunds?status={status}&limit=100")["items"]
        return [it["out_refund_no"] for it in found]
