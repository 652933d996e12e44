"""The life of a stay that the desk books: money there, check-in and back, cancellation with a fee, its guest's login.

One action alone has one right answer, which is worked out from the folio before it; and the folio after it is the one
before it with what the answer says. Several at once are judged as those of other orders.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.e2e.histories.desk_answers import CHANGES, GONE, Case, right_answer
from tests.e2e.histories.legal import DESK, HELD_STAY, RULES, Rules
from tests.e2e.histories.lives import DONE, HOW, PAID_SECONDS, FlashLife, GoodsLife, LeaverLife, Life, Seen, StayLife
from tests.e2e.histories.plan import Act, Script
from tests.e2e.histories.stage import NUMBERS, PLENTY, ROOMS, Answer, Person, Stage, wait_until
from tests.e2e.patience import Patient

HELD = {"soon": timedelta(seconds=12), "late": timedelta(seconds=75)}
"""How long a guest is waited for: it passes during the script, or after it."""

SURELY_HELD = timedelta(seconds=20)
"""A wait that goes on for so long does not end while one action runs."""


STATE_AFTER = {
    "check_in": {"checked_in"},
    "undo": {"reserved", "paid"},
    "drop": {"cancelled", "refunding", "refunded"},
    "no_show": {"no_show"},
}
GIVES_NUMBERS = frozenset({"check_in", "numbers"})
"""What may be refused because another stay has a number."""

LOGINS = 6
"""How often the guest tries to log in: a code works once, also for a try that got no answer."""


@dataclass(frozen=True)
class Mistake:
    """A payment at the desk that staff take back, and whether they have done so before."""

    number: str
    amount: int
    is_reversed: bool


class DeskLife(Life):
    """A stay that staff book for a guest who came, called or wrote; ``owner`` is that guest after the login."""

    kind, path = DESK, "/api/staff/bookings"

    def __init__(self, stage: Stage, script: Script, clerk: Person) -> None:
        super().__init__(stage, script, clerk)
        self.phone = f"137{script.number:08d}"
        self.held_until: datetime | None = None
        self.moved = False
        """Whether it may have another room type than at first."""
        self.owner: Person | None = None
        self.claimed_for_sure = False
        self.drawer: dict[str, dict[str, Any]] = {}
        """The answers about money at the desk, by what they made."""
        self.mistake: Mistake | None = None
        self.shown: dict[str, Any] = {}
        self.priced: Answer | None = None
        """What a change would cost, by the answer before it."""
        self.asked_numbers: list[str] | None = None
        """The numbers that the last action asked for; None if it asked for none."""
        self.answer: Answer | None = None

    @property
    def is_charged(self) -> bool:
        return True

    @property
    def rules(self) -> Rules:
        return RULES[HELD_STAY if self.script.facts["hold"] else DESK]

    @property
    def payer(self) -> Person | None:
        return self.owner if self.claimed_for_sure else None

    @property
    def at_desk(self) -> int:
        """What the desk has taken for it and not given back, by its answers."""
        return sum(int(it["amount"]) * (1 if it["way"] == "taken" else -1) for it in self.drawer.values())

    def create(self) -> bool:
        facts = self.script.facts
        room = self.stage.rooms[facts["room"]]
        wish = self.stage.world.wish(room["room_id"], facts["begin"], facts["nights"], units=facts["units"])
        wish |= {"phone_number": self.phone, "source": facts["source"], "notes": self.script.title[:60]}
        if facts["hold"]:
            self.held_until = datetime.now(UTC) + HELD[facts["hold"]]
            wish["hold_until"] = self.held_until.isoformat()
        impossible = {"sold_out"} if facts["room"] in PLENTY else set()
        return self.created("reserve", self.path, wish, frozenset(impossible))

    def look(self) -> Seen:
        shown = self.shown = self.guest.client.get(self.one)
        return Seen(shown["status"], 0, settled=False, balance=shown["balance"], desk=shown["desk"])

    def guest_had_time(self) -> bool:
        return True

    # ------------------------------------------------------------ one action alone

    def burst(self, place: int, acts: tuple[Act, ...]) -> None:
        self.mistake = self._mistake()
        is_quiet, outs = self._is_quiet(), self._check_outs
        super().burst(place, acts)
        if self._check_outs > outs:
            left = wait_until(lambda: self._state() != "checked_in", PAID_SECONDS)
            self.raced_out |= len(acts) > 1 or not left
        if is_quiet and len(acts) == 1 and not acts[0].twin:
            self._judge_alone(acts[0], self.seen)

    @property
    def _check_outs(self) -> int:
        return self.accepted["check_out"] + self.accepted["leave"]

    def _is_quiet(self) -> bool:
        """Whether nothing of WeChat's, no timer and no workflow may change it meanwhile."""
        ends = self.held_until is not None and self.held_until - datetime.now(UTC) < SURELY_HELD
        return not (ends or self.payment_ids or self.raced_out)

    def act(self, act: Act, key: str) -> Answer | None:
        self.answer = super().act(act, key)
        return self.answer

    def _judge_alone(self, act: Act, before: Seen) -> None:
        answer = self.answer
        if answer is None or answer.faults:
            return
        right = self._right_answer(act, before)
        if act.what in GIVES_NUMBERS and right == "200":
            self._judge_numbers(act, answer)
        elif right is not None and answer.code != right:
            self.fail(f"{act.what} alone got {answer.code} {answer.body}; it was {before}, right is {right}")
        if act.what == "change":
            self._judge_change(act, answer, before)
        was_charged_at_most = self.fee
        after = self.look()
        if act.what == "drop" and answer.code == "200":
            most = 0 if act.how == "free" else was_charged_at_most
            if answer.body["charges"] > most:
                self.fail(f"cancelled for at most {most} fen, and it is charged {answer.body['charges']}")
        changed = (after.balance - before.balance, after.desk - before.desk)
        if act.what in CHANGES and changed != self._change_by(act, answer, before):
            self.fail(f"{act.what} alone got {answer.code} {answer.body}; the folio was {before}, it is {after}")
        if answer.code in DONE and after.state not in STATE_AFTER.get(act.what, {after.state}):
            self.fail(f"{act.what} alone got {answer.code}, and it is {after}; it was {before}")

    def _judge_numbers(self, act: Act, answer: Answer) -> None:
        """A stay gets the numbers that it asked for, all of them, or those that another stay has are named."""
        body = self.asked_numbers if self.asked_numbers is not None else list(self.shown["numbers"])
        if answer.code == "200" and answer.body["numbers"] != body:
            self.fail(f"{act.what} asked for {body}, and got {answer.body['numbers']}")
        if answer.code not in {"200", "number_taken"}:
            self.fail(f"{act.what} alone got {answer.code} {answer.body}; it asked for {body}, and was {self.shown}")
        if answer.code == "number_taken" and not (named := set(answer.body["numbers"])) <= set(body) - (
            set(self.shown["numbers"]) if act.what == "numbers" else set()
        ):
            self.fail(
                f"{act.what} asked for {body}, and was told that {named} are taken; it had {self.shown['numbers']}"
            )

    def _change_by(self, act: Act, answer: Answer, before: Seen) -> tuple[int, int]:
        """How the balance and what the desk has taken change by an action that got this answer."""
        if answer.code not in DONE:
            return 0, 0
        of_balance, of_desk = CHANGES[act.what]
        # Money back lowers what is charged, but not for a stay that has ended; and its last money ends a paid one.
        ends = act.what == "give" and before.state in {"paid", *GONE}
        amount = answer.body.get("amount", 0)
        return (self.look().balance - before.balance if ends else of_balance * amount), of_desk * amount

    def _right_answer(self, act: Act, before: Seen) -> str | None:
        mistake = self.mistake
        case = Case(
            state=before.state,
            balance=before.balance,
            desk=before.desk,
            asked=self._asked(act) if mistake is None or act.what != "reverse" else mistake.amount,
            arrives_today=self.script.facts["begin"] == 0,
            too_much=act.how == "dear",
            was_reversed=mistake is not None and mistake.is_reversed,
        )
        return right_answer(act.what, case)

    def _asked(self, act: Act) -> int:
        """How much an action at the desk asks for, in fen: a part of the price, or all that there is."""
        whole = {"take": self.seen.balance, "give": self.seen.desk, "hand": -self.seen.balance}.get(act.what, 0)
        return max((self.amount(act) or whole), 1)

    # ------------------------------------------------------------ actions

    def own_acts(self) -> dict[str, Callable[[Act, str], Answer | None]]:
        def move(what: str, body: dict[str, Any] | None = None) -> Callable[[Act, str], Answer]:
            path = f"{self.one}/{what}"
            return lambda act, key: self.ask(act.what, self.someone(), "POST", path, body, key)

        left = {"leave_balance": True, "reason": "history"}
        return {
            "take": self._take,
            "give": self._give,
            "hand": self._give,
            "reverse": self._reverse,
            "charge": self._charge,
            "lower": self._charge,
            "check_in": self._check_in,
            "numbers": self._numbers,
            "undo": move("check-in-reversal", {"reason": "history"}),
            "check_out": move("check-out"),
            "leave": move("check-out", left),
            "no_show": move("no-show"),
            "drop": self._drop,
            "change": self._change,
            "qr": self._qr,
            "claim": lambda *_: self._claim(),
        }

    def _check_in(self, act: Act, key: str) -> Answer:
        self.asked_numbers = self._some_numbers(key, 0) if act.how == "keys" else None
        body = None if self.asked_numbers is None else {"numbers": self.asked_numbers}
        return self.ask(act.what, self.someone(), "POST", f"{self.one}/check-in", body, key)

    def _numbers(self, act: Act, key: str) -> Answer:
        """Give it numbers, or move its guest: the room types have few of them, and all desks want them."""
        fewer = {"all": 0, "some": 1, "none": self.shown["units"]}[act.how]
        self.asked_numbers = self._some_numbers(key, fewer)
        return self.ask(act.what, self.someone(), "POST", f"{self.one}/numbers", {"numbers": self.asked_numbers}, key)

    def _some_numbers(self, key: str, fewer: int) -> list[str]:
        rooms = self.stage.rooms
        there = next((NUMBERS[it] for it in NUMBERS if rooms[it]["room_id"] == self.shown["room_id"]), ())
        many = max(min(self.shown["units"] - fewer, len(there)), 0)
        return Random(f"{self.stage.record.seed}/{key}").sample(there, many)

    def _take(self, act: Act, key: str) -> Answer:
        wish = {"method": act.how, "amount": self._asked(act), "reference": f"script {self.script.number}"}
        path = f"/api/staff/orders/{self.order_no}/desk-payments"
        answer = self.ask(act.what, self.someone(), "POST", path, wish, key)
        if answer.code == "201":
            self._put(answer.body["desk_payment_id"], "taken", answer.body)
        return answer

    def _give(self, act: Act, key: str) -> Answer:
        wish = {"method": act.how, "amount": self._asked(act), "reason": "history", "from_credit": act.what == "hand"}
        path = f"/api/staff/orders/{self.order_no}/desk-refunds"
        answer = self.ask(act.what, self.someone(), "POST", path, wish, key)
        if answer.code == "201":
            self._put(answer.body["desk_refund_id"], "given_back", answer.body)
        return answer

    def _reverse(self, act: Act, key: str) -> Answer | None:
        if self.mistake is None:
            return None
        number = self.mistake.number
        path = f"/api/staff/orders/{self.order_no}/desk-payments/{number}/reversal"
        answer = self.ask(act.what, self.someone(), "POST", path, {"reason": "history"}, key)
        if answer.code == "200":
            self._put(f"{number} reversed", "given_back", answer.body)
        return answer

    def _mistake(self) -> Mistake | None:
        """The payment that staff will take back, one of those that are there now."""
        taken = [number for number, it in self.drawer.items() if it["way"] == "taken"]
        if not taken:
            return None
        number = taken[self.script.number % len(taken)]
        return Mistake(number, self.drawer[number]["amount"], f"{number} reversed" in self.drawer)

    def _put(self, made: str, way: str, body: dict[str, Any]) -> None:
        known = self.drawer.setdefault(made, {**body, "way": way})
        if known != {**body, "way": way}:
            self.fail(f"one request got two answers: {known} and {body}")

    def _charge(self, act: Act, key: str) -> Answer:
        amount, lowers = self.amount(act) or 100, act.what == "lower"
        wish = {"kind": "adjustment" if lowers else "extra", "description": "history"}
        body = {**wish, "amount": -amount if lowers else amount}
        return self.ask(act.what, self.someone(), "POST", f"{self.one}/folio-lines", body, key)

    def _drop(self, act: Act, key: str) -> Answer:
        most = self.fee
        fee = {"rule": {}, "free": {"fee": 0}, "dear": {"fee": most + 1}}[act.how]
        return self.ask("drop", self.someone(), "POST", f"{self.one}/cancellation", {"reason": "history", **fee}, key)

    @property
    def fee(self) -> int:
        """The most that may be kept when staff cancel it as it was seen last, in fen."""
        share: int = ROOMS[self.script.facts["room"]].get("cancel_fee_bp", 0)
        return -(-int(self.shown["payable"]) * share // 10_000)

    def _change(self, act: Act, key: str) -> Answer:
        wish = self._wanted(act.how)
        query = "&".join(f"{name}={value}" for name, value in wish.items())
        self.priced = self.ask("price a change", self.someone(), "GET", f"{self.one}/changes?{query}")
        # A twin sends the same twice, whatever it would cost by then.
        shown = {"expected_payable": self.priced.body["payable"]} if self.priced.code == "200" and not act.twin else {}
        self.moved |= act.how == "other_room"
        return self.ask(
            "change", self.someone(), "POST", f"{self.one}/changes", {**wish, **shown, "reason": "history"}, key
        )

    def _wanted(self, how: str) -> dict[str, Any]:
        shown, rooms = self.shown, self.stage.rooms
        end = date.fromisoformat(shown["check_out"])
        other = "fee" if shown["room_id"] == rooms["wide"]["room_id"] else "wide"
        wanted: dict[str, dict[str, Any]] = {
            "longer": {"check_out": str(end + timedelta(days=1))},
            "shorter": {"check_out": str(end - timedelta(days=1))},
            "other_room": {"room_id": rooms[other]["room_id"]},
            "more_units": {"units": shown["units"] + 1},
            "fewer_units": {"units": max(shown["units"] - 1, 1)},
            "nothing": {"check_out": str(end)},
        }
        return wanted[how]

    def _judge_change(self, act: Act, answer: Answer, before: Seen) -> None:
        """What a change costs is what was shown before; in a room whose price nobody changes it is known."""
        priced = self.priced
        if priced is not None and (priced.code == "sold_out" or "number_taken" in {priced.code, answer.code}):
            return  # another stay may take or free it meanwhile
        if priced is None or priced.code not in {answer.code, "200"}:
            self.fail(f"a change got {answer.code} {answer.body}; its price before got {priced}")
        elif priced.code == answer.code == "200":
            told = (priced.body["payable"], priced.body["balance"], before.balance + priced.body["difference"])
            done = (answer.body["payable"], answer.body["balance"], answer.body["balance"])
            if told != done:
                self.fail(f"a change was shown as {priced.body}; it became {answer.body}; before: {before}")
            night = ROOMS[self.script.facts["room"]]["price"] * self.shown["units"]
            fixed = {"longer": night, "shorter": -night}.get(act.how) if self._price_is_fixed else None
            if fixed is not None and priced.body["difference"] != fixed:
                self.fail(f"{act.how} costs {priced.body['difference']} fen; {fixed} is right")

    @property
    def _price_is_fixed(self) -> bool:
        return self.script.facts["room"] in {"fee", "cheap"} and not self.moved

    def _qr(self, act: Act, key: str) -> Answer:
        """Somebody scans WeChat's code at the desk and pays it; WeChat tells of it in some way."""
        amount = self.amount(act)
        wish = {"via": "native", **({} if amount is None else {"amount": amount})}
        opened = self.ask("qr", self.someone(), "POST", f"/api/staff/orders/{self.order_no}/payments", wish, key)
        if opened.code == "201":
            self.payment_ids.add(opened.body["payment_id"])
            self.prepay_id = opened.body["payment_id"]
            played = {"result": "fail"} if act.how == "fails" else {"result": "success", **HOW[act.how]}
            self._at_wechat(f"is scanned, {act.how}", f"/simulator/payments/{self.prepay_id}", played)
            if act.how == "looks":
                self._look_at_payment()
        return opened

    def _look_at_payment(self) -> Answer | None:
        if not self.payment_ids:
            return None
        return self.ask("look", self.someone(), "GET", f"/api/staff/payments/{max(self.payment_ids)}")

    def _claim(self) -> Answer | None:
        """The guest logs in, and WeChat says that the phone number is theirs."""
        open_before = self.seen.state in {"reserved", "paid", "checked_in"}
        for number in itertools.count():
            codes = self.stage.world.codes(self.phone)
            nobody = Person("a guest", Patient(self.stage.world.cloud.url, tally=self.stage.people.tally))
            wanted = {"login_code": codes["login_code"], "phone_code": codes["phone_code"]}
            answer = self.ask("claim", nobody, "POST", "/api/sessions", wanted)
            if answer.code == "201" or number == LOGINS or not answer.faults:
                break
        if answer.code != "201":
            self.fail(f"the guest of the stay could not log in: {answer.code} {answer.body}")
            return answer
        client = Patient(self.stage.world.cloud.url, answer.body["access_token"], tally=self.stage.people.tally)
        first = self.owner is None
        self.owner = self.owner or Person(f"guest of {self.script.number}", client, client.get("/api/me")["user_id"])
        is_theirs = self.script.facts["source"] != "agent"
        # After a fault the next login claims it. A stay that was open before and after was so meanwhile.
        open_after = self._state() in {"reserved", "paid", "checked_in"}
        self.claimed_for_sure |= first and is_theirs and open_before and open_after and not answer.faults
        return answer


def drawers(lives: Iterable[DeskLife]) -> dict[date, Counter[tuple[str, str, str]]]:
    """What the desks took and gave back by their answers: for each business date by method, person and way.

    How often is there as ``count``.
    """
    found: dict[date, Counter[tuple[str, str, str]]] = {}
    for it in (it for life in lives for it in life.drawer.values()):
        # The hotel is in China, and its day turns at six.
        day = (datetime.fromisoformat(it["at"]).astimezone(UTC) + timedelta(hours=8 - 6)).date()
        of_day = found.setdefault(day, Counter())
        of_day[it["method"], it["by"], it["way"]] += it["amount"]
        of_day[it["method"], it["by"], "count"] += 1
    return found


def life_of(stage: Stage, script: Script) -> Life:
    """The life that a script is about."""
    if script.kind == "leaver":
        return LeaverLife(stage, script, stage.new_guest(script.number))
    if script.kind == "desk":
        return DeskLife(stage, script, stage.desk[script.number % len(stage.desk)])
    kinds: dict[str, type[Life]] = {"stay": StayLife, "goods": GoodsLife, "flash": FlashLife}
    return kinds[script.kind](stage, script, stage.guests[script.guest])
