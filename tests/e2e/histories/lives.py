"""The life of one order: it is made, then bursts of actions run at once; each answer must be a legal one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.e2e.histories.history import History, Line
from tests.e2e.histories.legal import CREATED, GOODS, RULES, STAY, UNEVEN, VERDICTS, Money, Rules
from tests.e2e.histories.plan import Act, Script
from tests.e2e.histories.stage import DEPOSIT_BP, PLENTY, Answer, Person, Stage, wait_until
from tests.e2e.patience import GaveUp

DONE = frozenset({"200", "201", "202", "204"})
PAID_SECONDS = 15.0
"""How long a script waits for its payment to be seen before it goes on; then its actions meet an unpaid order."""

HOW: dict[str, dict[str, Any]] = {
    "told": {"retry": True},
    "twice": {"deliveries": 2, "retry": True},
    "late": {"delay_seconds": 3, "retry": True},
    "lost": {"lost": True},
    "looks": {"lost": True},
    "forged": {"fault": "bad_signature"},
}


@dataclass(frozen=True)
class Seen:
    """An order as it is before a burst."""

    state: str
    left: int
    settled: bool
    """Whether the money that is left cannot grow during the burst."""
    balance: int = 0
    desk: int = 0
    """What the folio owes, and what the desk has taken and not given back; of stays of the desk."""


class Life(ABC):
    """One order and the people around it. ``accepted`` counts the actions that the product said it did."""

    kind: str
    path: str

    def __init__(self, stage: Stage, script: Script, guest: Person) -> None:
        self.stage, self.script, self.guest = stage, script, guest
        self.history = History(script.title)
        self.order_no = ""
        self.made: dict[str, Any] = {}
        self.accepted: Counter[str] = Counter()
        self.refunds: dict[str, int] = {}
        self.returns: list[int | None] = []
        self.prepay_id = ""
        self.payment_ids: set[str] = set()
        self.paid_in_time = False
        self.left_house = False
        self.seen = Seen("", 0, settled=False)
        self.raced_out = False
        """Whether something else was done while a check-out ran: its workflow may have found another folio or state."""
        self._answered: set[str] = set()

    @abstractmethod
    def create(self) -> bool:
        """Make the order; returns whether there is one."""

    @property
    def one(self) -> str:
        """The path of the guest's own view of the order."""
        return f"{self.path}/{self.order_no}"

    @property
    def total(self) -> int:
        """What was paid for it, or will be: through WeChat and from the balance."""
        return int(self.made["payable"]) + int(self.made.get("balance_paid", 0))

    @property
    def is_charged(self) -> bool:
        """Whether staff charge beside the price, or lower it: then its folio alone says what is owed."""
        return any(act.what in {"charge", "lower", "credit"} for burst in self.script.bursts for act in burst)

    @property
    def plan(self) -> str:
        """The rate plan by which it was booked, empty without one."""
        return str(self.script.facts.get("plan") or "")

    @property
    def is_uneven(self) -> bool:
        """Whether its folio may owe something after it was paid: staff charged, or a part was due later."""
        return self.is_charged or bool(self.plan)

    def live(self) -> None:
        """Play the script. A fault that stays is recorded, and ends it."""
        try:
            if self.create():
                self.history.order_no = self.order_no
                if ends := self.script.facts.get("ends"):
                    wish = {"result": ends, "order_no": self.order_no}
                    self.stage.world.simulator.send("POST", "/simulator/refunds", wish).must(204)
                for number, burst in enumerate(self.script.bursts):
                    self.burst(number, burst)
        except GaveUp:
            pass  # it is recorded already

    # ------------------------------------------------------------ making it

    def created(self, kind: str, path: str, wish: dict[str, Any], impossible: frozenset[str]) -> bool:
        """Ask for the order, perhaps again with the same key; returns whether there is one."""
        key = self.key("create")
        legal = CREATED[kind] - impossible
        answer = self.ask(kind, self.guest, "POST", path, wish, key)
        if answer.code not in legal:
            self.fail(f"{kind} got {answer.code} {answer.body}, legal is {sorted(legal)}")
        if answer.code != "201":
            return False
        self.made, self.order_no = answer.body, answer.body["order_no"]
        self.history.order_no = self.order_no
        if self.script.facts.get("again") == "same":
            repeated = self.ask(f"{kind} again", self.guest, "POST", path, wish, key)
            if repeated.code not in {"200", "201"} or repeated.body["order_no"] != self.order_no:
                self.fail(f"the same request with the same key got {repeated.code} {repeated.body}")
        if self.script.facts.get("again") == "other":
            other = {**wish, "phone_number": "13900139000"}
            refused = self.ask(f"{kind} other", self.guest, "POST", path, other, key)
            if refused.code != "idempotency_key_reused":
                self.fail(f"another request with the same key got {refused.code} {refused.body}")
        return True

    def coupon(self) -> dict[str, str]:
        """A coupon of the guest; now and then one that another order of theirs uses."""
        if not self.script.facts.get("coupon"):
            return {}
        mine = self.guest.client.get("/api/me/coupons?limit=100")["items"]
        unused = [it for it in mine if it["status"] == "unused" or self.script.number % 4 == 0]
        return {"coupon_id": unused[self.script.number % len(unused)]["coupon_id"]} if unused else {}

    # ------------------------------------------------------------ bursts

    @property
    def rules(self) -> Rules:
        """The legal answers and what may happen by itself."""
        return RULES[self.kind]

    @property
    def payer(self) -> Person | None:
        """Who pays it through WeChat; None if there is nobody."""
        return self.guest

    def burst(self, place: int, acts: tuple[Act, ...]) -> None:
        """Run all actions at once, and judge their answers."""
        seen = self.look()
        if seen is None:
            return
        self.seen = seen
        jobs = [(act, number) for number, act in enumerate(acts) for _ in range(2 if act.twin else 1)]
        with ThreadPoolExecutor(len(jobs)) as pool:
            answers = list(pool.map(lambda job: self._safely(job[0], self.key(f"{place}-{job[1]}")), jobs))
        for (act, number), answer in zip(jobs, answers, strict=True):
            if answer is not None and act.what in self.rules.legal:
                others = [it for place, it in enumerate(acts) if place != number]
                self._judge(act, answer, seen, others)
        self.raced_out |= len(jobs) > 1 and any(act.what in {"check_out", "leave"} for act in acts)
        self._twins(jobs, answers)
        if any(act.what == "pay" and act.how in {"told", "twice", "looks"} for act in acts):
            wait_until(lambda: self._state() not in {"pending_payment", "unconfirmed"}, PAID_SECONDS)

    def look(self) -> Seen | None:
        """The order as it is now; None if the guest has left and cannot see it any more."""
        state = self._state()
        if not state:
            return None
        rows = self._payments()
        pending = state in {"pending_payment", "unconfirmed"}
        left = 0 if pending else sum(it["amount"] - it["refunded"] for it in rows if it["status"] == "succeeded")
        balance = int(self.made.get("balance_paid", 0)) - sum(back["from_balance"] for back in self._refund_rows())
        # Money that comes in for a cancelled order goes back by itself.
        return Seen(state, left + (0 if pending else balance), not pending and state != "cancelled")

    def _state(self) -> str:
        found = self.guest.client.send("GET", self.one)
        if found.status in {401, 404} and self.left_house:
            return ""
        status: str = found.must(200)["status"]
        return status

    def _payments(self) -> list[dict[str, Any]]:
        path = f"/api/staff/payments?order_no={self.order_no}"
        items: list[dict[str, Any]] = self.stage.admin.client.get(path)["items"]
        return items

    def _refund_rows(self) -> list[dict[str, Any]]:
        return [back for row in self._payments() for back in row.get("refunds", [])]

    def _safely(self, act: Act, key: str) -> Answer | None:
        try:
            answer = self.act(act, key)
        except GaveUp:
            return None  # it is recorded already
        if answer is not None and answer.code in DONE:
            self._accept(act, answer, key)
        return answer

    def _accept(self, act: Act, answer: Answer, key: str) -> None:
        if act.twin and key in self._answered:
            return  # one request that was sent twice
        self._answered.add(key)
        if act.what == "refund":
            self.refunds[answer.body["out_refund_no"]] = answer.body["amount"]
        elif act.what == "return":
            self.returns.append(self.amount(act))
        self.accepted[act.what] += 1

    def _judge(self, act: Act, answer: Answer, seen: Seen, others: list[Act]) -> None:
        rules = self.rules
        also = [act.what] if act.twin or answer.faults else []
        states = rules.reachable(seen.state, [*(other.what for other in others), *also])
        legal = rules.answers(act.what, states) - (set() if self.is_uneven else UNEVEN)
        if answer.code not in legal:
            self.fail(
                f"{act.what} got {answer.code} {answer.body}; it was {seen.state}, may have been {sorted(states)}, "
                f"legal is {sorted(legal)}"
            )
        elif act.what in {"refund", "return"} and answer.code in {"202", "refund_exceeds_payment"}:
            self._judge_amount(act, answer, seen, others)

    def _judge_amount(self, act: Act, answer: Answer, seen: Seen, others: list[Act]) -> None:
        taking = [other for other in others if other.what in {"refund", "return", "cancel"}]
        taken = sum(seen.left if self.amount(other) is None else self.amount(other) or 0 for other in taking)
        again = self.amount(act) or seen.left if act.twin or answer.faults else 0
        money = Money(
            least=max(seen.left - taken - (again if act.what == "return" else 0), 0) if seen.settled else 0,
            most=seen.left if seen.settled else max(seen.left, self.total),
            unsure=self.script.facts.get("ends") == "closed"
            or self.total == 0
            or self.is_uneven
            or bool(answer.faults),
        )
        if not money.allows(answer.code, self.amount(act)):
            self.fail(f"{act.what} of {self.amount(act) or 'all'} got {answer.code} {answer.body}; left was {money}")

    def _twins(self, jobs: list[tuple[Act, int]], answers: list[Answer | None]) -> None:
        """The same request with the same key twice at once has one effect."""
        made: dict[int, set[str]] = {}
        for (act, number), answer in zip(jobs, answers, strict=True):
            if act.what == "refund" and answer is not None and answer.code == "202":
                made.setdefault(number, set()).add(answer.body["out_refund_no"])
        for numbers in made.values():
            if len(numbers) > 1:
                self.fail(f"one key made {len(numbers)} refunds: {sorted(numbers)}")

    # ------------------------------------------------------------ actions

    def act(self, act: Act, key: str) -> Answer | None:
        """Do one action; returns its answer, None if there was nothing to ask."""
        acts: dict[str, Callable[[Act, str], Answer | None]] = {
            "pay": lambda act, _: self.pay(act.how),
            "cancel": lambda *_: self.ask("cancel", self.guest, "POST", f"{self.one}/cancellation"),
            "refund": self._refund,
            "look": lambda *_: self._look_at_payment(),
            "tell_again": lambda *_: self._tell_again(),
            **self.own_acts(),
        }
        return acts[act.what](act, key)

    @abstractmethod
    def own_acts(self) -> dict[str, Callable[[Act, str], Answer | None]]:
        """The actions that only this kind of order has."""

    def amount(self, act: Act) -> int | None:
        """The amount that an action asks for, in fen; None for all that is left."""
        if act.what == "cancel" or act.part == 0:
            return None
        return 0 if act.part < 0 else max(self.total * act.part // 100, 1)

    def _refund(self, act: Act, key: str) -> Answer:
        amount = self.amount(act)
        wish = {"reason": "history", **({} if amount is None else {"amount": amount})}
        staff = self.stage.admin if self.kind == GOODS else self.someone()
        return self.ask("refund", staff, "POST", f"/api/staff/orders/{self.order_no}/refunds", wish, key)

    def pay(self, how: str) -> Answer | None:
        """Open the payment and pay it; WeChat tells of it in some way."""
        if self.payer is None:
            return None
        opened = self.ask("pay", self.payer, "POST", f"/api/orders/{self.order_no}/payments")
        if opened.code != "201":
            return opened
        self.payment_ids.add(opened.body["payment_id"])
        self.prepay_id = opened.body["wechat"]["package"].removeprefix("prepay_id=")
        due = self.made.get("due_now", self.made["payable"])
        first = self.seen.state in {"pending_payment", "unconfirmed"}
        if opened.body["amount"] != due and not (self.is_charged or (self.plan and not first)):
            self.fail(f"the payment is {opened.body['amount']}, the order {due}")
        played = {"result": "fail"} if how == "fails" else {"result": "success", **HOW[how]}
        self._at_wechat(f"pays, {how}", f"/simulator/payments/{self.prepay_id}", played, in_time=how != "fails")
        if how == "looks":
            self._look_at_payment()
        return opened

    def _look_at_payment(self) -> Answer | None:
        if not self.payment_ids or self.payer is None:
            return None
        return self.ask("look", self.payer, "GET", f"/api/payments/{max(self.payment_ids)}")

    def _tell_again(self) -> None:
        """WeChat repeats everything that it has told about this order, in any order."""
        if self.prepay_id:
            paid = {"result": "success"}
            trades = self.stage.world.simulator.get(f"/simulator/payments?order_no={self.order_no}")["items"]
            if any(it["trade_state"] in {"SUCCESS", "REFUND"} for it in trades):
                self._at_wechat("tells of the payment", f"/simulator/payments/{self.prepay_id}", paid)
        for refund in self.stage.world.simulator.get(f"/simulator/refunds?order_no={self.order_no}")["items"]:
            if refund["status"] in {"SUCCESS", "ABNORMAL", "CLOSED"}:
                path = f"/simulator/refunds/{refund['out_refund_no']}"
                self._at_wechat("tells of a refund", path, {"deliveries": 2})

    def _at_wechat(self, what: str, path: str, wish: dict[str, Any], *, in_time: bool = False) -> None:
        began = self.stage.record.now
        reply = self.stage.world.simulator.send("POST", path, wish)
        made = reply.body.get("deliveries", []) if reply.status == 200 else []
        told = " ".join(str(it["status"]) for it in made) or str(reply.status)
        self.stage.note(self.history, "wechat", Line(began, "WeChat", what, told, self.stage.record.now - began))
        if reply.status == 200 and in_time and self.guest_had_time():
            self.paid_in_time = True
        for delivery in made:
            status = delivery["status"]
            # A killed process is a 5xx or no answer, and WeChat comes again; a forged one is never believed.
            if (status in {200, 204}) if "fault" in wish else (200 < status < 500 and status != 204):
                self.fail(f"WeChat {what} and got {delivery}")

    def guest_had_time(self) -> bool:
        """Whether the order could still be paid by now."""
        if self.made["expires_at"] is None:
            return True
        expires = datetime.fromisoformat(self.made["expires_at"])
        return (expires - datetime.now(expires.tzinfo)).total_seconds() > 0

    # ------------------------------------------------------------ asking

    def someone(self) -> Person:
        """The member of staff who serves this order."""
        staff = [*self.stage.desk, self.stage.admin]
        return staff[self.script.number % len(staff)]

    def ask(self, kind: str, who: Person, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        return self.stage.ask(self.history, kind, who, method, path, body, key)

    def fail(self, what: str) -> None:
        self.stage.record.fail(what, self.history)

    def key(self, what: str) -> str:
        """A key of this run's: the same for the same action of the same script."""
        return f"h{self.stage.record.seed}-{self.script.number}-{what}"


class StayLife(Life):
    """A booking."""

    kind, path = STAY, "/api/bookings"

    def create(self) -> bool:
        facts, world = self.script.facts, self.stage.world
        room = self.stage.rooms[facts["room"]]
        wish = world.wish(room["room_id"], facts["begin"], facts["nights"], units=facts["units"], **self.coupon())
        if self.plan:
            wish["rate_plan_id"] = self.stage.plans[facts["room"], self.plan]
        if facts["expects"]:
            span = f"check_in={wish['check_in']}&check_out={wish['check_out']}&units={facts['units']}"
            shown = world.nobody.get(f"/api/hotels/{room['hotel_id']}/rooms?{span}")["items"]
            offers = next(it["offers"] for it in shown if it["room_id"] == room["room_id"])
            wanted = wish.get("rate_plan_id")
            totals = [it["total"] for it in offers if it["rate_plan_id"] == wanted]
            if totals:
                wish["expected_total"] = totals[0]
        impossible = {"sold_out"} if facts["room"] in PLENTY else set()
        impossible |= set() if "expected_total" in wish else {"price_changed"}
        impossible |= set() if "coupon_id" in wish else {"coupon_unusable"}
        return self.created("book", "/api/bookings", wish, frozenset(impossible)) and self._is_sold_by_its_plan()

    def _is_sold_by_its_plan(self) -> bool:
        payable = int(self.made["payable"])
        wanted = {"": payable, "deposit": (2 * payable * DEPOSIT_BP + 10_000) // 20_000, "at_hotel": 0}[self.plan]
        if self.made["due_now"] != wanted:
            self.fail(f"{self.made['due_now']} is due now of {payable}, by the plan {self.plan!r} it is {wanted}")
        return True

    def own_acts(self) -> dict[str, Callable[[Act, str], Answer | None]]:
        def staff(what: str) -> Callable[[Act, str], Answer]:
            path = f"/api/staff/bookings/{self.order_no}/{what.replace('_', '-')}"
            return lambda *_: self.ask(what, self.someone(), "POST", path)

        def charge(act: Act, key: str) -> Answer:
            amount = self.amount(act) or 100
            lowers = act.what == "lower"
            wish = {"kind": "adjustment" if lowers else "extra", "description": "history"}
            path = f"/api/staff/bookings/{self.order_no}/folio-lines"
            body = {**wish, "amount": -amount if lowers else amount}
            return self.ask(act.what, self.someone(), "POST", path, body, key)

        def credit(act: Act, key: str) -> Answer:
            amount = self.amount(act)
            wish = {"reason": "history", "from_credit": True, **({} if amount is None else {"amount": amount})}
            path = f"/api/staff/orders/{self.order_no}/refunds"
            return self.ask("credit", self.someone(), "POST", path, wish, key)

        acts = {what: staff(what) for what in ("check_in", "check_out", "no_show")}
        return {**acts, "charge": charge, "lower": charge, "credit": credit}


class GoodsLife(Life):
    """An order of goods."""

    kind, path = GOODS, "/api/shop-orders"

    def create(self) -> bool:
        facts, goods = self.script.facts, self.stage.goods
        wanted = {goods["pot"]: facts["pots"], goods["cup"]: facts["cups"]}
        items = [{"goods_id": goods_id, "quantity": many} for goods_id, many in wanted.items() if many]
        if not items:
            items = [{"goods_id": goods["pot"], "quantity": 1}]
        whom = {"address": "1 Test Road", "consignee": "韩梅梅", "phone_number": "13800138000"}
        wish: dict[str, Any] = {"items": items, **whom, **self.coupon(), "balance": facts["balance"]}
        impossible = set() if facts["cups"] else {"out_of_stock"}
        impossible |= set() if facts["balance"] else {"insufficient_balance"}
        impossible |= set() if "coupon_id" in wish else {"coupon_unusable"}
        return self.created("order", "/api/shop-orders", wish, frozenset(impossible))

    def own_acts(self) -> dict[str, Callable[[Act, str], Answer | None]]:
        def ship(*_: Any) -> Answer:
            parcel = {"carrier": "SF", "tracking_no": "SF1"}
            return self.ask("ship", self.stage.admin, "POST", f"/api/staff/orders/{self.order_no}/shipment", parcel)

        def take_back(act: Act, _: str) -> Answer:
            amount = self.amount(act)
            wish = {"reason": "history", **({} if amount is None else {"amount": amount})}
            return self.ask("return", self.stage.admin, "POST", f"/api/staff/orders/{self.order_no}/return", wish)

        def receive(*_: Any) -> Answer:
            return self.ask("receive", self.guest, "POST", f"/api/shop-orders/{self.order_no}/receipt")

        return {"ship": ship, "return": take_back, "receive": receive}


class FlashLife(GoodsLife):
    """A submission to a flash sale; if it wins, its order."""

    ticket: str | None = None

    @property
    def one(self) -> str:
        return f"/api/shop-orders/{self.order_no}"

    def create(self) -> bool:
        sale_id = self.stage.sales[self.script.facts["sale"]]
        pressed = self.ask("press", self.guest, "POST", f"/api/flash-sales/{sale_id}/orders", {})
        if pressed.code not in CREATED["press"]:
            self.fail(f"press got {pressed.code} {pressed.body}")
        if pressed.code != "202":
            return False
        self.ticket = pressed.body["ticket"]
        path = f"/api/flash-sales/{sale_id}/orders/mine?ticket={self.ticket}"
        wait_until(lambda: self.guest.client.get(path)["status"] != "queued", 60)
        verdict = self.ask("verdict", self.guest, "GET", path).body
        if verdict["status"] not in VERDICTS | {"queued"}:
            self.fail(f"a ticket's verdict is {verdict}")
        if verdict["status"] != "won":
            return False
        # A guest who presses again while queued gets the same ticket: then the order is the other script's.
        if not self.stage.take_over(verdict["order_no"]):
            return False
        self.order_no = verdict["order_no"]
        self.history.order_no = self.order_no
        self.made = self.guest.client.get(f"/api/flash-orders/{self.order_no}")
        return True

    def own_acts(self) -> dict[str, Callable[[Act, str], Answer | None]]:
        def address(*_: Any) -> Answer:
            whom = {"address": "2 Test Road", "consignee": "李雷", "phone_number": "13800138000"}
            return self.ask("address", self.guest, "PUT", f"/api/flash-orders/{self.order_no}/address", whom)

        return {**super().own_acts(), "address": address}


class LeaverLife(StayLife):
    """A booking of a guest who deletes the account in the end, and books once more at the same moment."""

    def live(self) -> None:
        super().live()
        with suppress(GaveUp):  # it is recorded already
            self.leave()

    def leave(self) -> None:
        wish = self.stage.world.wish(self.stage.rooms["wide"]["room_id"], 1)
        with ThreadPoolExecutor(2) as pool:
            leaving = pool.submit(self.ask, "leave", self.guest, "DELETE", "/api/me")
            booking = pool.submit(
                self.ask, "book and leave", self.guest, "POST", "/api/bookings", wish, self.key("leave")
            )
        left, booked = leaving.result(), booking.result()
        gone = {"204", "missing_token", "invalid_token", "not_found"} if left.faults else {"204"}
        if left.code not in gone | {"orders_open"} or booked.code not in {"201", "account_deleted"}:
            self.fail(f"leaving got {left.code} {left.body}, and booking {booked.code} {booked.body}")
        self.left_house = left.code in gone
        # An order that slips in at the same moment is waited for (decision 19).
        if booked.code == "account_deleted" and not self.left_house:
            self.fail("an account that was not deleted could not book")
