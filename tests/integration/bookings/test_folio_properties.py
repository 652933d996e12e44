"""A folio is right whatever is charged, paid online and at the desk, refunded, closed by WeChat and ended."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from moto import mock_aws

from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE, PaidStay
from tests.integration.planned_stay import DEPOSIT, DUE_NOW, TOTAL, planned
from tests.integration.standing import Simulator
from tests.support.clock import clock_at
from tests.support.examples import examples

FEE = PRICE // 2
"""What a late cancel costs, of two nights at a quarter. A deposit is more."""

amounts = st.sampled_from([500, 7000, 25_000, 90_000])
TAKES_LINES = {"paid", "checked_in", "finished"}
PAYABLE = {"paid", "checked_in"}


class FolioLife(RuleBasedStateMachine):
    """One stay, and by plain arithmetic what it was charged, what was paid for it, and what failed refunds owe."""

    simulator: ClassVar[Simulator]
    with_deposit: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        with ExitStack() as stack:
            stack.enter_context(mock_aws())
            stack.enter_context(clock_at(NOW))
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            house = House(self.simulator.url, self.simulator.config, patch)
            self.simulator.houses.append(house)
            stack.callback(self.simulator.houses.remove, house)
            rule: dict[str, Any] = {"free_cancel_hours": 72, "cancel_fee_bp": 2500}
            self.stay = (
                planned(house, DEPOSIT | rule, paid=True, begin=0)
                if self.with_deposit
                else PaidStay(house, begin=0, **rule)
            )
            self.house = house
            self.open = stack.pop_all()
        self.status = "paid"
        self.charges, self.paid = TOTAL, DUE_NOW if self.with_deposit else TOTAL
        self.fee = DUE_NOW if self.with_deposit else FEE
        self.desk = 0
        """What the desk has taken and not given back, a part of what was paid."""
        self.at_desk: dict[str, int] = {}
        """Payments at the desk that were not reversed."""
        self.owed: dict[str, int] = {}
        """What is owed of each refund that failed, oldest first."""
        self.under_way: dict[str, int] = {}
        self.opened: dict[str, Any] | None = None

    def teardown(self) -> None:
        with self.open:
            for number in [*self.under_way]:
                self.stay.tell(number)
            self.learn()
            self.right()
            assert_balanced(self.house)
            assert self.house.permissions.refused == set()

    @property
    def credit(self) -> int:
        return max(self.paid - self.charges, 0)

    @property
    def due(self) -> int:
        return max(self.charges - self.paid, 0)

    # ------------------------------------------------------------ steps

    @rule(kind=st.sampled_from(["fee", "extra", "adjustment", "lower"]), amount=amounts)
    def charge(self, kind: str, amount: int) -> None:
        change = -amount if kind == "lower" else amount
        reply = self.stay.charge("adjustment" if kind == "lower" else kind, change)
        if self.status in TAKES_LINES:
            reply.must(201)
            self.charges += change
        else:
            reply.refused(409, "folio_closed")

    @rule(at_once=st.booleans())
    def open_payment(self, at_once: bool) -> None:
        """Open a payment, and pay it now or after other steps."""
        reply = self.stay.open()
        if self.status not in PAYABLE or not self.due:
            reply.refused(409, "not_payable")
            return
        self.opened = reply.must(201)
        assert self.opened is not None
        assert self.opened["amount"] == self.due
        if at_once:
            self.pay(lost=False)

    @rule(lost=st.booleans())
    @precondition(lambda self: self.opened is not None)
    def pay(self, lost: bool) -> None:
        """Pay what was opened; what is not owed any more goes back. The guest may have to look for it."""
        assert self.opened is not None
        self.stay.play(self.opened, lost=lost)
        assert self.stay.payment(self.opened["payment_id"]) == "succeeded"
        self.paid += min(self.opened["amount"], self.due)
        self.opened = None
        self.house.settle()
        self.learn()

    @rule(amount=st.one_of(st.none(), amounts), from_credit=st.booleans())
    def refund(self, amount: int | None, from_credit: bool) -> None:
        online = self.paid - self.desk
        most = min(online, self.credit) if from_credit else online
        wanted = most if amount is None else amount
        reply = self.stay.refund(amount, from_credit=from_credit)
        if not 0 < wanted <= most:
            assert reply.refused(409, "refund_exceeds_payment")["refundable"] == most
            return
        assert sum(part["amount"] for part in reply.must(202)["refunds"]) == wanted
        self.charges -= 0 if from_credit else max(wanted - sum(self.owed.values()), 0)
        self.paid -= wanted
        if self.status == "paid" and self.paid == 0 and not from_credit:
            self.end("refunding", kept=0)
        self.learn()

    @rule(amount=amounts, method=st.sampled_from(["cash", "card"]))
    def pay_at_the_desk(self, amount: int, method: str) -> None:
        reply = self.stay.at_desk(amount, method)
        if self.status not in TAKES_LINES:
            reply.refused(409, "not_payable")
        elif amount > self.due:
            assert reply.refused(409, "overpaid")["balance"] == self.charges - self.paid
        else:
            self.at_desk[reply.must(201)["desk_payment_id"]] = amount
            self.paid += amount
            self.desk += amount

    @rule(number=st.integers(0, 5))
    @precondition(lambda self: self.at_desk)
    def reverse_at_the_desk(self, number: int) -> None:
        which = [*self.at_desk][number % len(self.at_desk)]
        reply = self.stay.reverse(which)
        if self.at_desk[which] > self.desk:
            assert reply.refused(409, "refund_exceeds_payment")["refundable"] == self.desk
            return
        reply.must(200)
        self.stay.reverse(which).refused(409, "already_reversed")
        amount = self.at_desk.pop(which)
        self.paid -= amount
        self.desk -= amount

    @rule(amount=amounts, from_credit=st.booleans())
    def refund_at_the_desk(self, amount: int, from_credit: bool) -> None:
        credit = max(self.credit - sum(self.owed.values()), 0)
        most = min(self.desk, credit) if from_credit else self.desk
        reply = self.stay.back_at_desk(amount, from_credit=from_credit)
        if amount > most:
            assert reply.refused(409, "refund_exceeds_payment")["refundable"] == most
            return
        reply.must(201)
        ended = self.status not in TAKES_LINES
        self.charges -= 0 if from_credit else max(amount - credit, 0) if ended else amount
        self.paid -= amount
        self.desk -= amount
        if self.status == "paid" and self.paid == 0 and not from_credit:
            self.end("cancelled", kept=0)

    @rule(number=st.integers(0, 5), how=st.sampled_from(["success", "success", "closed"]))
    @precondition(lambda self: self.under_way)
    def a_refund_ends(self, number: int, how: str) -> None:
        which = [*self.under_way][number % len(self.under_way)]
        amount = self.under_way.pop(which)
        self.stay.tell(which, how)
        if how == "closed":
            self.paid += amount
        self.learn()

    @rule(number=st.integers(0, 5))
    @precondition(lambda self: self.owed)
    def retry(self, number: int) -> None:
        which = [*self.owed][number % len(self.owed)]
        assert self.stay.retry(which).must(202)["amount"] == self.owed[which]
        self.paid -= self.owed[which]
        self.learn()

    @rule(what=st.sampled_from(["check-in", "cancel", "leave"]))
    def move_on(self, what: str) -> None:
        if what == "cancel":
            reply = self.stay.cancel()
            if self.status == "paid":
                kept = max(min(self.fee, self.paid - sum(self.owed.values())), 0)
                back = min(self.paid - kept, self.paid - self.desk)
                left = self.paid - back
                self.end(reply.must(200)["status"], kept, left)
                assert self.status == ("refunding" if back else "cancelled")
        elif what == "check-in" and self.status == "paid":
            self.status = self.stay.staff("check-in").must(200)["status"]
        elif what == "leave" and self.status == "checked_in":
            uneven = self.charges != self.paid
            if uneven:
                assert self.stay.leave()["outcome"] == "refused"
            assert self.stay.leave("So be it" if uneven else None)["given_back"] == (self.paid <= 0)
            self.status = "finished"

    def end(self, status: str, kept: int, paid: int | None = None) -> None:
        """The stay ends; ``paid`` is what stays, if only the desk can give more of it back."""
        self.status, self.charges, self.paid = status, kept, kept if paid is None else paid
        if self.opened is not None:
            assert self.stay.payment(self.opened["payment_id"]) == "closed"
        self.house.settle()
        self.opened = None
        self.learn()

    def learn(self) -> None:
        """Which refunds are under way now, and what the failed ones owe: they have names that the product makes."""
        self.house.settle()
        rows = self.house.rows("refunds")
        numbers = {row["out_refund_no"]["S"]: row for row in rows}
        ended = {"succeeded", "failed"}
        self.under_way = {no: int(row["amount"]["N"]) for no, row in numbers.items() if row["status"]["S"] not in ended}
        self.owed = {no: int(row["owed"]["N"]) for no, row in numbers.items() if int(row.get("owed", {"N": 0})["N"])}
        if self.status == "refunding" and not self.under_way and not self.owed:
            self.status = "refunded"

    # ------------------------------------------------------------ what always holds

    @invariant()
    def right(self) -> None:
        assert self.stay.status == self.status
        assert self.stay.sums == (self.charges, self.paid, self.charges - self.paid)

    @rule()
    def all_is_quiet(self) -> None:
        assert self.stay.folio["balance"] == self.charges - self.paid
        self.house.settle()
        assert_balanced(self.house)


@pytest.mark.parametrize("with_deposit", [False, True])
@pytest.mark.parametrize("number", [2, pytest.param(60, marks=pytest.mark.long)])
def test_a_folio_is_right_whatever_happens(simulator: Simulator, number: int, *, with_deposit: bool) -> None:
    FolioLife.simulator, FolioLife.with_deposit = simulator, with_deposit
    run_state_machine_as_test(FolioLife, settings=examples(number, steps=14))
