"""What must be true when everything has come to rest: each guest has what the answers promised, and all views agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from posthouse.domain import booking
from posthouse.domain.account import Account
from posthouse.domain.booking import BookingState
from posthouse.domain.money import ZERO
from posthouse.store.accounts import AccountEntryRow
from posthouse.store.coupons import CouponRow
from posthouse.store.goods import StockEntryRow
from posthouse.store.payments import PaymentRow
from tests.e2e.histories.desk_lives import DeskLife, drawers
from tests.e2e.histories.house_ends import audits_ask_once, nothing_is_sold_twice, reports_are_the_bookings
from tests.e2e.histories.legal import GOODS, is_way
from tests.e2e.histories.lives import Life, StayLife
from tests.e2e.histories.stage import ROOMS, SALE_UNITS, Stage
from tests.e2e.histories.views import goods_agree, lists_agree, nights_agree, nothing_is_dead, sales_agree
from tests.e2e.last_look import (
    each_payment_has_its_points_and_its_line_in_the_log,
    money_is_the_same_at_wechat,
    nobody_was_told_twice,
)
from tests.e2e.patience import GaveUp
from tests.integration.ledgers import Books, assert_books_balance

LIVE_STAY = frozenset({"paid", "checked_in", "finished"})
LIVE_GOODS = frozenset({"paid", "shipped", "received", "returned"})


def look_at(stage: Stage, lives: Sequence[Life], books: Books) -> None:
    """Compare everything, and record each failure."""
    checks: Sequence[Callable[[], None]] = (
        lambda: assert_books_balance(books),
        lambda: money_is_the_same_at_wechat(books, stage.world),
        lambda: _folios_are_shown_as_they_are(stage, books),
        lambda: each_payment_has_its_points_and_its_line_in_the_log(books),
        lambda: nobody_was_told_twice(books, stage.world),
        lambda: _staff_changes_counted_once(stage, books),
        lambda: _coupons_were_granted_once(stage, lives, books),
        lambda: nights_agree(stage),
        lambda: nothing_is_sold_twice(stage, books),
        lambda: reports_are_the_bookings(stage, books),
        lambda: audits_ask_once(stage, books),
        lambda: goods_agree(stage),
        lambda: sales_agree(stage),
        lambda: lists_agree(stage, lives),
        lambda: _takings_are_what_was_answered(stage, lives),
        lambda: nothing_is_dead(stage),
    )
    for check in checks:
        try:
            check()
        except (AssertionError, GaveUp) as error:
            stage.record.fail(f"{error.__traceback__ and _place(error)}: {error}")
    ends = Ends(stage, books)
    for life in lives:
        for wrong in ends.of(life):
            stage.record.fail(wrong, life.history)


def leave_in_the_end(stage: Stage, lives: Sequence[Life], books: Books) -> None:
    """A guest who could not leave because of an open order can when it is over, and is unknown then."""
    # A folio that is not even is open too: staff may charge something after the guest has left.
    open_orders = {it.user_id for it in books.bookings if it.status in booking.OPEN or not it.is_even}
    for life in (it for it in lives if it.script.kind == "leaver" and not it.left_house):
        left = stage.ask(life.history, "leave", life.guest, "DELETE", "/api/me")
        if left.code != ("orders_open" if life.guest.user_id in open_orders else "204"):
            stage.record.fail(f"leaving in the end got {left.code} {left.body}", life.history)
        if left.code == "204" and (known := life.guest.client.send("GET", "/api/me").status) not in {401, 404}:
            stage.record.fail(f"a guest who has left got {known}", life.history)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_name} line {trace.tb_lineno}"


class Ends:
    """The end of each order, by what was accepted in its life."""

    def __init__(self, stage: Stage, books: Books) -> None:
        self.stage, self.books = stage, books
        simulator = stage.world.simulator
        self._came: Counter[str] = Counter()
        payments = {it.payment_id: it.order_no for it in books.every(PaymentRow)}
        for trade in simulator.get("/simulator/payments")["items"]:
            if trade["trade_state"] in {"SUCCESS", "REFUND"}:
                self._came[payments.get(trade["out_trade_no"], "?")] += trade["amount"]
        self._went: Counter[str] = Counter()
        for refund in simulator.get("/simulator/refunds")["items"]:
            if refund["status"] == "SUCCESS":
                self._went[payments.get(refund["out_trade_no"], "?")] += refund["amount"]
        self._balance: Counter[str] = Counter()
        for row in books.every(AccountEntryRow):
            entry = row.to_domain()
            if entry.account is Account.BALANCE and entry.order_no is not None:
                self._balance[entry.order_no] -= entry.change
        self._orders: dict[str, Any] = {it.order_no: it for it in books.bookings}
        self._orders.update({it.order_no: it for it in books.orders})

    def of(self, life: Life) -> Iterator[str]:
        """What is wrong with one order."""
        if not life.order_no:
            return
        order = self._orders.get(life.order_no)
        if order is None:
            yield "the order was answered, but it does not exist"
            return
        way = [str(moment.status) for moment in order.timeline]
        times = [moment.at for moment in order.timeline]
        if not is_way(life.kind, way):
            yield f"its way is {way}"
        if times != sorted(times):
            yield f"its timeline is not in order: {[(it.status, it.at.isoformat()) for it in order.timeline]}"
        status = str(order.status)
        wanted = _ends(life, way)
        if status not in wanted:
            yield f"it ended as {status}; by the answers {dict(life.accepted)} it is one of {sorted(wanted)}"
        came, went, balance = self._came[life.order_no], self._went[life.order_no], self._balance[life.order_no]
        kept = came - went + balance
        if life.kind != GOODS:
            yield from _folio_says(life, order, came, went)
        if isinstance(life, DeskLife):
            yield from _owner(self.stage, life, order)
        told = f"{came} came, {went} went back, {balance} is of the balance"
        wanted_kept = _planned(life, status, way) if life.plan else _kept(life, status, way)
        if not life.is_charged and (allowed := set(wanted_kept)) and kept not in allowed:
            yield f"{status}: {told}; the house may keep {sorted(allowed)}"


def _planned(life: Life, status: str, way: list[str]) -> Iterator[int]:
    """What the house keeps of a stay with a rate plan that will not be: the deposit; nothing if it is not known."""
    if not life.refunds and (life.accepted["cancel"] or status == "no_show"):
        yield life.made["due_now"] if "paid" in way else 0


def _folio_says(life: Life, order: Any, came: int, went: int) -> Iterator[str]:
    at_desk = life.at_desk if isinstance(life, DeskLife) else 0
    if order.desk.fen != at_desk:
        yield f"its folio says that the desk has {order.desk.fen}; by its answers that is {at_desk}"
    if order.paid.fen != came - went + at_desk:
        yield f"its folio says that {order.paid.fen} was paid; {came} came, {went} went back, {at_desk} at the desk"


def _owner(stage: Stage, life: DeskLife, order: Any) -> Iterator[str]:
    """A stay is nobody's, or its guest's who logged in while it was open; the guest sees what staff see."""
    owner = "" if life.owner is None or life.script.facts["source"] == "agent" else life.owner.user_id
    if order.user_id not in {"", owner} or (life.claimed_for_sure and order.user_id != owner):
        yield f"it is of {order.user_id or 'nobody'}; by its logins of {owner or 'nobody'}, {life.claimed_for_sure}"
    if life.owner is not None:
        theirs = life.owner.client.send("GET", f"/api/bookings/{life.order_no}")
        shown = theirs.body.get("status") if theirs.status == 200 else None
        if shown != (str(order.status) if order.user_id else None):
            yield f"its guest sees {theirs.status} {shown}; it is {order.status}"
    found = stage.admin.client.get(f"/api/staff/bookings?query={life.order_no[-6:]}")["items"]
    if life.order_no not in {it["order_no"] for it in found}:
        yield "it is not found by the end of its number"


def _ends(life: Life, way: list[str]) -> set[str]:
    """The states that a life may have ended in, by what was accepted."""
    if isinstance(life, DeskLife):
        return _desk_ends(life, way)
    return _stay_ends(life, way) if isinstance(life, StayLife) else _goods_ends(life, way)


def _desk_ends(life: DeskLife, way: list[str]) -> set[str]:
    done, held = life.accepted, bool(life.script.facts["hold"])
    if done["drop"]:
        return {"cancelled", "refunded"}
    if done["no_show"]:
        return {"no_show"}
    came = done["check_in"] - done["undo"]
    here = {"checked_in"} if came else {"paid"} if way[-1] == "paid" else {"reserved"}
    if done["check_out"] or done["leave"]:
        return {"finished", *here} if life.raced_out else {"finished"}
    if came:
        return here
    ended = {"cancelled"} if held else set()
    if "paid" in way:
        # The desk, or staff through WeChat, gave back the last of what was paid.
        ended |= {"cancelled"} if done["give"] else set()
        ended |= {"cancelled", "refunded"} if done["refund"] else set()
    nothing_paid = not (done["take"] or done["pay"] or done["qr"] or done["check_in"])
    return {"cancelled"} if held and nothing_paid else here | ended


def _stay_ends(life: Life, way: list[str]) -> set[str]:
    done = life.accepted
    if done["check_out"]:
        # What staff charge meanwhile makes the folio uneven, and its workflow is refused.
        return {"finished", "checked_in"} if life.is_uneven else {"finished"}
    if done["check_in"]:
        return {"checked_in"}
    if done["no_show"]:
        return {"no_show"}
    if "paid" in way:
        if done["cancel"]:
            return {"cancelled", "refunded"}
        return {"refunded", "cancelled"} if "refunding" in way and (done["refund"] or done["credit"]) else {"paid"}
    # Paid in time, and nobody cancelled it: only a room that is sold on payment may be gone.
    waits = way[0] == "reserved"
    lost = life.paid_in_time and not done["cancel"] and (waits or life.script.facts.get("room") != "on_payment")
    return {"paid"} if lost else {"reserved"} if waits and not done["cancel"] else {"cancelled"}


def _goods_ends(life: Life, way: list[str]) -> set[str]:
    done = life.accepted
    if done["return"]:
        return {"returned"}
    if done["receive"]:
        return {"received"}
    if done["ship"]:
        return {"shipped"}
    if "paid" in way:
        return {"refunded"} if ({"refunding", "refunded"} & set(way)) and done["refund"] else {"paid"}
    return {"paid"} if life.paid_in_time and not done["cancel"] else {"cancelled"}


def _kept(life: Life, status: str, way: list[str]) -> Iterator[int]:
    """What the house may keep of the order's money, in fen: one amount, or several where a race decides."""
    staff = sum(life.refunds.values())
    if life.kind != GOODS and status in LIVE_STAY:
        yield life.total - staff
    elif life.kind != GOODS and "paid" in way and (life.accepted["cancel"] or status == "no_show"):
        fee = -(-life.total * ROOMS[life.script.facts["room"]].get("cancel_fee_bp", 0) // 10_000)
        # What staff gave back before counts first; what they gave back later is given on top.
        yield from range(max(fee - staff, 0), (fee if staff else max(fee - staff, 0)) + 1)
    elif life.kind == GOODS and status in LIVE_GOODS:
        returned = life.returns or [0]
        for amount in returned:
            yield 0 if amount is None else life.total - staff - amount
    else:
        yield 0


# ------------------------------------------------------------ sums


def _staff_changes_counted_once(stage: Stage, books: Books) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for row in books.every(AccountEntryRow):
        entry = row.to_domain()
        if entry.order_no is None:
            found[str(entry.account), entry.user_id] += entry.change
    for stock in books.every(StockEntryRow):
        line = stock.to_domain()
        if line.order_no is None:
            found["stock", line.goods_id] += line.change
    found.update(("coupon", it.user_id) for it in books.every(CouponRow) if it.template_id == stage.claimable)
    wanted = dict(stage.ledger.changes)
    lamps = ("stock", stage.goods["lamp"])
    wanted[lamps] -= sum(SALE_UNITS)
    different = {key: (found[key], wanted.get(key, 0)) for key in {*found, *wanted} if found[key] != wanted.get(key, 0)}
    assert not different, f"changes by staff, in the ledger and by the answers: {different}"


def _folios_are_shown_as_they_are(stage: Stage, books: Books) -> None:
    """Each folio, as staff see it, sums to its balance and to its booking's."""
    for stay in books.bookings:
        shown = stage.admin.client.get(f"/api/staff/bookings/{stay.order_no}/folio")
        sums = (shown["charges"], shown["paid"], shown["balance"])
        assert sums == (stay.charges.fen, stay.paid.fen, stay.balance.fen), (stay.order_no, sums)
        assert sum(line["amount"] for line in shown["lines"]) == shown["balance"], stay.order_no


def _takings_are_what_was_answered(stage: Stage, lives: Sequence[Life]) -> None:
    """The takings of each business date, by method and person, are the sums of what the desk was told."""
    hotel_id = stage.rooms["wide"]["hotel_id"]
    by_day = drawers(life for life in lives if isinstance(life, DeskLife))
    for day in {*by_day, stage.world.today}:
        shown = stage.admin.client.get(f"/api/staff/takings?hotel_id={hotel_id}&date={day}")
        found: Counter[tuple[str, str, str]] = Counter()
        for it in shown["items"]:
            found.update({(it["method"], it["username"], way): it[way] for way in ("taken", "given_back", "count")})
        wanted = by_day.get(day, Counter())
        assert +found == +wanted, (day, dict(found - wanted), dict(wanted - found))
        assert shown["total"] == sum(
            amount * {"taken": 1, "given_back": -1, "count": 0}[way] for (*_, way), amount in wanted.items()
        )


def _coupons_were_granted_once(stage: Stage, lives: Sequence[Life], books: Books) -> None:
    owned = Counter((str(it.source), it.user_id) for it in books.every(CouponRow))
    assert {times for (source, _), times in owned.items() if source == "welcome"} <= {1}, owned
    finished = Counter(it.user_id for it in books.bookings if it.status is BookingState.FINISHED and it.user_id)
    nothing_kept = Counter(
        it.user_id
        for it in books.bookings
        for life in lives
        if life.order_no == it.order_no and it.status is BookingState.FINISHED
        if life.total - sum(life.refunds.values()) == 0 or it.paid <= ZERO or life.is_uneven
    )
    for user_id, stays in finished.items():
        granted = owned["check_out", user_id]
        assert stays - nothing_kept[user_id] <= granted <= stays, (user_id, granted, stays)
