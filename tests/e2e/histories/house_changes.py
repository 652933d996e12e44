"""What the house does beside the desk: numbers go out of order and back, housekeeping works, nights are audited."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

from tests.e2e.histories.history import Line
from tests.e2e.histories.staff_changes import StaffChange
from tests.e2e.histories.stage import NUMBERS, Stage


class HouseChange(StaffChange):
    """One change of the house, of a stage; the staff of both desks make them."""

    def _break(self) -> None:
        """Put a number out of order, perhaps twice at once with the same key: that is one period."""
        first = self.stage.world.today + timedelta(days=self.dice.randint(0, 2))
        wish = {"from": str(first), "to": str(first + timedelta(days=self.dice.randint(1, 3))), "reason": "history"}
        path, key = f"{self._number}/out-of-order", f"h{self.stage.record.seed}-{self.script.number}"
        with ThreadPoolExecutor(2) as pool:
            times = range(2 if self.script.facts["twin"] else 1)
            answers = list(pool.map(lambda _: self._ask("POST", path, wish, "201 sold_out overlaps", key), times))
        made = {answer.body["out_of_order_id"] for answer in answers if answer.code == "201"}
        if len(made) > 1 or len({answer.code for answer in answers}) > 1:
            told = [f"{answer.code} {answer.body}" for answer in answers]
            self.stage.record.fail(f"one key put a number out of order as {told}", self.history)
        self.stage.broken.extend(f"{path}/{out_of_order_id}" for out_of_order_id in made)

    def _mend(self) -> None:
        """Let a number be used again that was out of order; another may have done so before."""
        if self.stage.broken:
            self._ask("DELETE", self.dice.choice(self.stage.broken), None, "204 not_found")

    def _clean(self) -> None:
        self._ask("PUT", self._number, {"housekeeping": self.dice.choice(["clean", "dirty", "inspected"])}, "200")

    def _look(self) -> None:
        """Look at the board: each number is there once, and nobody comes to one that is out of order."""
        day = self.stage.world.today + timedelta(days=self.dice.randint(0, 2))
        doors = self._ask("GET", f"{self._hotel}/house?date={day}", None, "200").body["items"]
        if sorted(it["number"] for it in doors) != sorted(number for of_room in NUMBERS.values() for number in of_room):
            self.stage.record.fail(f"the board has {[it['number'] for it in doors]}", self.history)
        for it in doors:
            if it["out_of_order"] and (it["occupancy"] in {"arriving", "occupied"} or it["following"]):
                self.stage.record.fail(f"{it['number']} is out of order and given to somebody: {it}", self.history)

    def _audit(self) -> None:
        """Two runs at once audit the night again. One whose process is killed leaves it to the next."""
        began = self.stage.record.now
        turn_the_day_again(self.stage)
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(lambda _: make_audits(self.stage), range(2)))
        line = Line(began, "the day", "turns, and two audit it", str(told), self.stage.record.now - began)
        self.stage.note(self.history, "audit", line)

    @property
    def _hotel(self) -> str:
        return f"/api/staff/hotels/{self.stage.rooms['wide']['hotel_id']}"

    @property
    def _number(self) -> str:
        return f"{self._hotel}/numbers/{self.dice.choice([it for of_room in NUMBERS.values() for it in of_room])}"


def turn_the_day_again(stage: Stage) -> None:
    """Let yesterday be audited anew, as if it had turned now: the cloud's clock cannot be moved."""
    hotel_id, yesterday = stage.rooms["wide"]["hotel_id"], str(stage.world.today - timedelta(days=1))
    table = f"{stage.world.cloud.stack_name}-night-audits"
    day = {"hotel_id": {"S": hotel_id}, "entry": {"S": f"day#{yesterday}"}}
    due = {"hotel_id": {"S": hotel_id}, "entry": {"S": "due"}}
    ahead: dict[str, Any] = {
        "UpdateExpression": "SET business_date = :day, due_at = :now",
        "ExpressionAttributeValues": {":day": {"S": yesterday}, ":now": {"N": "1"}},
    }
    dynamodb = stage.world.cloud.client("dynamodb")
    with suppress(dynamodb.exceptions.TransactionCanceledException):  # two at once
        dynamodb.transact_write_items(
            TransactItems=[
                {"Delete": {"TableName": table, "Key": day}},
                {"Update": {"TableName": table, "Key": due, **ahead}},
            ]
        )


def make_audits(stage: Stage) -> str:
    """Run the night audit once; returns the fault, or an empty string."""
    function = stage.function("MakeNightAuditsFunction")
    answer = stage.world.cloud.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    told = answer["Payload"].read()
    return json.dumps(told.decode()) if "FunctionError" in answer else ""
