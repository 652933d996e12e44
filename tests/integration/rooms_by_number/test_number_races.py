"""Many desks at once: no key is handed out twice, no night of a number is shared, and what is refused says why."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from posthouse.store.transaction import Transaction
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.numbered_house import Doors
from tests.integration.standing import Simulator, house_on_moto
from tests.support.clock import go_to
from tests.support.examples import examples


def test_twelve_desks_want_one_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """All twelve have read that it is free before the first of them writes."""
    doors = Doors(house, ("301",), units=12)
    orders = [doors.reserve() for _ in range(12)]
    outcomes = _at_once(monkeypatch, [lambda order_no=order_no: doors.check_in(order_no, "301") for order_no in orders])
    assert Counter(outcomes) == {(200, None): 1, (409, "number_taken"): 11}
    assert doors.board()["301"]["order_no"] in orders
    assert_balanced(house)


def test_desks_that_give_it_ahead_for_overlapping_nights(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = Doors(house, ("301",), units=12)
    orders = [doors.reserve(begin=begin, nights=2) for begin in (0, 1, 2, 3, 4, 5)]
    outcomes = _at_once(monkeypatch, [lambda order_no=order_no: doors.give(order_no, "301") for order_no in orders])
    assert (409, "number_taken") in outcomes
    assert_balanced(house)


def _at_once(monkeypatch: pytest.MonkeyPatch, acts: list[Any]) -> list[tuple[int, str | None]]:
    """Let each act come in just before the previous one writes: so all have read the same rows."""
    commit, waiting = Transaction.commit, list(acts)
    outcomes: list[tuple[int, str | None]] = []

    def ask() -> None:
        reply = waiting.pop()()
        outcomes.append((reply.status, None if reply.status == 200 else reply.body["code"]))

    def late(self: Transaction) -> Any:
        if waiting:
            ask()
        return commit(self)

    monkeypatch.setattr(Transaction, "commit", late)
    ask()
    monkeypatch.setattr(Transaction, "commit", commit)
    return outcomes


def test_a_move_meets_a_check_out(house: House, before_commit: Arrange) -> None:
    doors = Doors(house)
    order_no = doors.reserve()
    doors.check_in(order_no, "301").must(200)
    before_commit(lambda: doors.leave(order_no))
    doors.give(order_no, "302").refused(409, "invalid_transition")
    board = doors.board()
    assert [board[number]["occupancy"] for number in ("301", "302")] == ["vacant", "vacant"]
    assert (board["301"]["housekeeping"], board["302"]["housekeeping"]) == ("dirty", "clean")
    assert_balanced(house)


def test_a_check_out_meets_a_move(house: House, before_commit: Arrange) -> None:
    doors = Doors(house)
    order_no = doors.reserve()
    doors.check_in(order_no, "301").must(200)
    before_commit(lambda: doors.give(order_no, "302").must(200))
    doors.leave(order_no)
    board = doors.board()
    assert [board[number]["housekeeping"] for number in ("301", "302")] == ["dirty", "dirty"]
    assert doors.numbers_of(order_no) == ["302"]
    assert_balanced(house)


def test_a_number_that_goes_meets_an_assignment(house: House, before_commit: Arrange) -> None:
    doors = Doors(house)
    order_no, other = doors.reserve(), doors.reserve()
    before_commit(lambda: doors.give(order_no, "303").must(200))
    assert doors.put("301", "302").refused(409, "number_in_use")["numbers"] == ["303"]
    before_commit(lambda: doors.put("301", "303").must(200))
    doors.give(other, "302").refused(409, "number_unknown")
    assert sorted(doors.board()) == ["301", "303"]
    assert_balanced(house)


def test_two_room_types_want_one_number(house: House, before_commit: Arrange) -> None:
    doors = Doors(house, ())
    suite = Doors(house, (), hotel_id=doors.hotel_id)
    before_commit(lambda: suite.put("401").must(200))
    doors.put("301", "401").refused(409, "number_in_use")
    assert [it["room_id"] for it in doors.board().values()] == [suite.room_id]


def test_a_repair_meets_an_assignment(house: House, before_commit: Arrange) -> None:
    doors = Doors(house)
    order_no, other = doors.reserve(), doors.reserve()
    before_commit(lambda: doors.give(order_no, "301").must(200))
    assert doors.close("301").refused(409, "overlaps")["order_nos"] == [order_no]
    before_commit(lambda: doors.close("302").must(201))
    doors.give(other, "302").refused(409, "number_taken")
    assert_balanced(house)


def test_housekeeping_meets_a_check_out(house: House, before_commit: Arrange) -> None:
    doors = Doors(house)
    order_no = doors.reserve()
    doors.check_in(order_no, "301").must(200)
    before_commit(lambda: doors.leave(order_no))
    doors.clean("301", "inspected").must(200)
    assert (doors.board()["301"]["housekeeping"], doors.board()["301"]["occupancy"]) == ("inspected", "vacant")


# ---------------------------------------------------------------- any order of anything

numbers = st.sampled_from(["301", "302"])
begins = st.integers(0, 4)
lengths = st.integers(1, 3)


class Desk(RuleBasedStateMachine):
    """Two numbers, and whatever a desk does with them; after each step no night of a number has two owners."""

    simulator: ClassVar[Simulator]

    def __init__(self) -> None:
        super().__init__()
        with ExitStack() as stack:
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            self.house = stack.enter_context(house_on_moto(self.simulator, patch))
            self.open = stack.pop_all()
        self.doors = Doors(self.house, ("301", "302"), units=4)
        self.orders: list[str] = []
        self.closed: list[tuple[str, str]] = []
        self.day = 0

    def _known(self, reply: Any, *codes: str) -> Any:
        assert reply.status < 300 or (reply.status == 409 and reply.body["code"] in codes), reply.body
        return reply

    @rule(begin=begins, nights=lengths)
    def reserve(self, begin: int, nights: int) -> None:
        body = {**self.house.wish(self.doors.room, begin=self.day + begin, nights=nights), "source": "phone"}
        reply = self._known(self.doors.send("POST", "/bookings", body), "sold_out")
        if reply.status == 201:
            self.orders.append(reply.body["order_no"])

    @rule(which=st.integers(0, 20), number=numbers)
    def give(self, which: int, number: str) -> None:
        if self.orders:
            order_no = self.orders[which % len(self.orders)]
            self._known(self.doors.give(order_no, number), "number_taken", "invalid_transition", "too_late")

    @rule(which=st.integers(0, 20), number=st.one_of(st.none(), numbers))
    def check_in(self, which: int, number: str | None) -> None:
        if self.orders:
            codes = ("number_taken", "invalid_transition", "too_early", "too_late")
            given = () if number is None else (number,)
            self._known(self.doors.check_in(self.orders[which % len(self.orders)], *given), *codes)

    @rule(which=st.integers(0, 20), how=st.sampled_from(["check-in-reversal", "cancellation", "no-show", "leave"]))
    def end(self, which: int, how: str) -> None:
        if not self.orders:
            return
        order_no = self.orders[which % len(self.orders)]
        if how == "leave":
            facts = {"order_no": order_no, "actor": "admin", "left": "Later", "correlation_id": ""}
            self.house.invoke("finish_booking", facts)
            return
        body = None if how == "no-show" else {"reason": "Changed"}
        path = f"/bookings/{order_no}/{how}"
        self._known(self.doors.send("POST", path, body), "invalid_transition", "too_early", "too_late")

    @rule(number=numbers, begin=begins, nights=lengths)
    def close(self, number: str, begin: int, nights: int) -> None:
        reply = self._known(self.doors.close(number, begin=self.day + begin, nights=nights), "overlaps", "sold_out")
        if reply.status == 201:
            self.closed.append((number, reply.body["out_of_order_id"]))

    @rule(which=st.integers(0, 20))
    def reopen(self, which: int) -> None:
        if self.closed:
            number, out_of_order_id = self.closed[which % len(self.closed)]
            assert self.doors.reopen(number, out_of_order_id).status in {204, 404}

    @rule()
    def a_day_passes(self) -> None:
        self.day += 1
        go_to(NOW + timedelta(days=self.day))

    @invariant()
    def no_night_is_shared(self) -> None:
        assert_balanced(self.house)

    def teardown(self) -> None:
        self.open.close()


@pytest.mark.parametrize("number", [5, pytest.param(100, marks=pytest.mark.long)])
def test_no_night_of_a_number_is_shared_whatever_happens(simulator: Simulator, number: int) -> None:
    Desk.simulator = simulator
    run_state_machine_as_test(Desk, settings=examples(number, steps=25))
