"""What staff change while guests book and buy: prices, stock, units, nights, balances, points, a sale's state."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from tests.e2e.histories.history import History, Line
from tests.e2e.histories.plan import Script
from tests.e2e.histories.stage import DESK_PASSWORD, OPEN_DAYS, POT_PRICE, ROOMS, Answer, Person, Stage
from tests.e2e.killing import kill_processes
from tests.e2e.patience import GaveUp, Patient


class StaffChange:
    """One change by staff, of a stage; some are sent twice at once with the same key."""

    def __init__(self, stage: Stage, script: Script) -> None:
        self.stage, self.script = stage, script
        self.dice = Random(f"{stage.record.seed}/{script.number}/staff")
        self.history = History(script.title)

    def make(self) -> None:
        """Make the change, and judge the answer."""
        with suppress(GaveUp):  # it is recorded already
            getattr(self, f"_{self.script.facts['change']}")()

    def _ask(
        self, method: str, path: str, body: Any, legal: str, key: str | None = None, who: Person | None = None
    ) -> Answer:
        kind = self.script.facts["change"]
        answer = self.stage.ask(self.history, kind, who or self.stage.admin, method, path, body, key)
        if answer.code not in legal.split():
            self.stage.record.fail(f"{method} {path} {body} got {answer.code} {answer.body}", self.history)
        return answer

    # ------------------------------------------------------------ goods

    def _stock(self) -> None:
        name = self.dice.choice(["pot", "cup", "cup"])
        goods_id, change = self.stage.goods[name], self.dice.choice([-3, -1, 2, 4])
        wish = {"change": change, "reason": "history"}
        self._counted(
            "stock", goods_id, f"/api/staff/goods/{goods_id}/stock-changes", wish, "200 201 insufficient_stock"
        )

    def _goods_price(self) -> None:
        path = f"/api/staff/goods/{self.stage.goods['pot']}"
        now = self.stage.world.nobody.get(f"/api/goods/{self.stage.goods['pot']}")
        price = POT_PRICE + self.dice.choice([-500, 0, 700])
        wish = {"name": "pot", "price": price, "description": "", "images": [], "version": now["version"]}
        self._ask("PUT", path, wish, "200 version_conflict")

    # ------------------------------------------------------------ rooms

    def _nights(self, names: list[str], change: dict[str, Any], legal: str) -> None:
        room = self.stage.rooms[self.dice.choice(names)]
        begin = self.stage.world.today + timedelta(days=self.dice.randint(0, 3))
        span = {"from": str(begin), "to": str(begin + timedelta(days=self.dice.randint(1, 3)))}
        self._ask("PUT", f"/api/staff/rooms/{room['room_id']}/nights", {**span, **change}, legal)

    def _night_price(self) -> None:
        self._nights(["wide", "narrow", "unlimited"], {"price": 20000 + 100 * self.dice.randrange(100)}, "200")

    def _units(self) -> None:
        self._nights(["narrow", "on_payment"], {"units": self.dice.randint(1, 5)}, "200 units_below_sold")

    def _close_nights(self) -> None:
        self._nights(["narrow", "on_payment"], {"closed": True}, "200")

    def _open_nights(self) -> None:
        for room in (self.stage.rooms["narrow"], self.stage.rooms["on_payment"]):
            begin = self.stage.world.today
            span = {"from": str(begin), "to": str(begin + timedelta(days=OPEN_DAYS)), "closed": False}
            self._ask("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span, "200")

    def _room(self) -> None:
        name = self.dice.choice(["wide", "narrow", "fee"])
        room_id = self.stage.rooms[name]["room_id"]
        now = self.stage.world.nobody.get(f"/api/rooms/{room_id}")
        facts = {"hotel_id": now["hotel_id"], "name": name, "area": self.dice.randint(15, 60), "bed": "King"}
        wish = {**facts, **ROOMS[name], "version": now["version"]}
        # The room's view may be older than the room.
        self._ask("PUT", f"/api/staff/rooms/{room_id}", wish, "200 version_conflict")

    # ------------------------------------------------------------ guests and sales

    def _account(self, what: str, changes: list[int]) -> None:
        user_id = self._user.user_id
        wish = {"change": self.dice.choice(changes), "reason": "history"}
        self._counted(what, user_id, f"/api/staff/users/{user_id}/{what}-changes", wish, "201 insufficient_balance")

    def _balance(self) -> None:
        self._account("balance", [-900, 3000, 6000, 9000])

    def _points(self) -> None:
        self._account("points", [-20, 30])

    def _counted(
        self, what: str, whose: str, path: str, wish: dict[str, Any], legal: str, who: Person | None = None
    ) -> None:
        """Make a change that counts, perhaps twice at once with the same key: it counts once."""
        sent = {name: value for name, value in wish.items() if what != "coupon" or name != "change"} or None
        key = f"h{self.stage.record.seed}-{self.script.number}"
        with ThreadPoolExecutor(2) as pool:
            many = 2 if self.script.facts["twin"] else 1
            answers = list(pool.map(lambda _: self._ask("POST", path, sent, legal, key, who), range(many)))
        if any(answer.code in {"200", "201"} for answer in answers):
            self.stage.ledger.add(what, whose, wish["change"])
        if len({answer.code for answer in answers}) > 1:
            told = [answer.code for answer in answers]
            self.stage.record.fail(f"one change with one key got {told}", self.history)

    def _gift(self) -> None:
        user_id, wish = self._user.user_id, {"template_id": self.stage.claimable, "change": 1}
        self._counted("coupon", user_id, f"/api/staff/users/{user_id}/coupons", wish, "201 none_left")

    def _claim(self) -> None:
        path = f"/api/coupons/{self.stage.claimable}/claims"
        self._counted("coupon", self._user.user_id, path, {"change": 1}, "201 none_left already_claimed", self._user)

    @property
    def _user(self) -> Person:
        return self.stage.guests[self.script.guest]

    def _pause_sale(self) -> None:
        self._sale("paused")

    def _resume_sale(self) -> None:
        self._sale("active")

    def _sale(self, state: str) -> None:
        sale_id = self.stage.sales[1]
        self._ask("PUT", f"/api/staff/flash-sales/{sale_id}", {"state": state}, "200 invalid_transition")

    def _read_lists(self) -> None:
        sale = f"flash-orders?sale_id={self.stage.sales[0]}"
        for path in ("bookings", "shop-orders", sale, "audit", "dead-letters", "differences", "flash-sales"):
            self._ask("GET", f"/api/staff/{path}", None, "200")


TOKEN_ENDS_SECONDS = 150.0
"""More than the promised minute, since a slow machine may answer late."""


EVERYWHERE_SECONDS = 35.0
"""Each environment of a function looks every 30 s who is dismissed: one may know it, and another not yet."""


def _is_refused_everywhere(refused: Callable[[], bool]) -> bool:
    """Whether a request is refused, without a break, for as long as the slowest environment takes to look."""
    deadline = time.monotonic() + TOKEN_ENDS_SECONDS
    since = time.monotonic()
    while time.monotonic() < deadline:
        if not refused():
            since = time.monotonic()
        elif time.monotonic() - since > EVERYWHERE_SECONDS:
            return True
        time.sleep(1)
    return False


def dismiss_a_clerk(stage: Stage, script: Script) -> None:
    """Create an account of staff, work with it, and disable it in the middle: its token ends, and it cannot log in."""
    history, name = History(script.title), f"clerk-{script.number}"
    hotel_ids = [stage.rooms["wide"]["hotel_id"]]
    account = {"username": name, "password": DESK_PASSWORD, "role": "staff", "hotel_ids": hotel_ids}
    login = {"username": name, "password": DESK_PASSWORD}
    nobody = Person("clerk", Patient(stage.world.cloud.url, tally=stage.people.tally))

    def ask(who: Person, method: str, path: str, body: Any, legal: str) -> Answer:
        answer = stage.ask(history, "clerk", who, method, path, body)
        if answer.code not in legal.split():
            stage.record.fail(f"{method} {path} got {answer.code} {answer.body}, legal is {legal}", history)
        return answer

    with suppress(GaveUp):  # it is recorded already
        # After a fault the account may be there already.
        ask(stage.admin, "POST", "/api/staff/accounts", account, "201 already_exists")
        session = ask(nobody, "POST", "/api/staff/sessions", login, "201")
        clerk = Person(name, Patient(stage.world.cloud.url, session.body.get("access_token")))
        path = f"/api/staff/bookings?hotel_id={hotel_ids[0]}"
        ask(clerk, "GET", path, None, "200")
        every = ask(stage.admin, "GET", "/api/staff/accounts?limit=100", None, "200").body["items"]
        version = next(it["version"] for it in every if it["username"] == name)
        change = {"role": "staff", "hotel_ids": hotel_ids, "enabled": False, "version": version}
        ask(stage.admin, "PUT", f"/api/staff/accounts/{name}", change, "200")
        ended = _is_refused_everywhere(lambda: clerk.client.send("GET", path).status == 401)
        ask(clerk, "GET", path, None, "token_ended")
        ask(nobody, "POST", "/api/staff/sessions", login, "account_disabled")
        if not ended:
            stage.record.fail("the token of a disabled account goes on working", history)


def kill(stage: Stage, script: Script) -> None:
    """Kill the processes of a few functions, at work or not."""
    history = History(script.title)
    began = stage.record.now
    for name in script.facts["functions"]:
        variables = {
            "AWS_ENDPOINT_URL": stage.world.cloud.aws_endpoint,
            "AWS_LAMBDA_FUNCTION_NAME": stage.function(name),
        }
        told = f"{len(kill_processes(variables))} processes"
        stage.note(history, "kill", Line(began, "the day", name, told, stage.record.now - began))
