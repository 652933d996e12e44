"""Checks at the end of a day: each guest has what they paid for, and WeChat has the same money as the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from posthouse.domain.account import Account
from posthouse.domain.booking import BookingState
from posthouse.domain.notice_fields import is_noticed, notice_of
from posthouse.domain.payment import PaymentState
from posthouse.domain.refund import RefundState
from posthouse.store.accounts import AccountEntryRow
from posthouse.store.coupons import CouponRow
from posthouse.store.outbox import OutboxRow
from posthouse.store.payment_log import PaymentLogRow
from posthouse.store.payments import PaymentRow
from posthouse.store.refunds import RefundRow
from tests.e2e.stories import Goods, Stay, Story
from tests.e2e.world import World
from tests.integration.ledgers import Books

STAY_ENDS = {
    "whole": {"finished"},
    "left": {"paid"},
    "partly_refunded": {"paid"},
    "cancelled": {"refunded", "cancelled"},
    "refunded": {"refunded"},
    "unpaid": {"cancelled"},
}
GOODS_END = {
    "received": {"received"},
    "returned": {"returned"},
    "left": {"paid"},
    "cancelled": {"cancelled"},
    "refunded": {"refunded"},
    "unpaid": {"cancelled"},
}


def look_at(stories: Sequence[Story], books: Books, world: World) -> None:
    """Assert all of these."""
    money_is_the_same_at_wechat(books, world)
    each_payment_has_its_points_and_its_line_in_the_log(books)
    each_order_ended_as_it_was_meant(stories, books)
    each_guest_has_their_coupons(stories, books)
    each_ticket_has_a_verdict(stories)
    nobody_was_told_twice(books, world)


def money_is_the_same_at_wechat(books: Books, world: World) -> None:
    """Each payment and each refund is the same on both sides."""
    trades = world.simulator.get("/simulator/payments")["items"]
    refunds = world.simulator.get("/simulator/refunds")["items"]
    paid = {it["out_trade_no"]: it["amount"] for it in trades if it["trade_state"] in {"SUCCESS", "REFUND"}}
    ours = {it.payment_id: it.payable for it in books.every(PaymentRow) if it.status == PaymentState.SUCCEEDED}
    assert paid == ours
    back = {it["out_refund_no"]: it["amount"] for it in refunds if it["status"] == "SUCCESS"}
    gone = {it.out_refund_no: it.amount for it in books.every(RefundRow) if it.status == RefundState.SUCCEEDED}
    assert back == {number: amount for number, amount in gone.items() if amount}
    assert not world.admin.get("/api/staff/differences")["items"]


def each_payment_has_its_points_and_its_line_in_the_log(books: Books) -> None:
    """Each payment has one point for each yuan not refunded, once, and one line in the log."""
    lines = Counter(it.payment_id for it in books.every(PaymentLogRow))
    succeeded = [it for it in books.every(PaymentRow) if it.status == PaymentState.SUCCEEDED]
    assert lines == Counter(it.payment_id for it in succeeded)
    points: Counter[str] = Counter()
    for row in books.every(AccountEntryRow):
        entry = row.to_domain()
        if entry.account is Account.POINTS and entry.order_no is not None:
            points[entry.order_no] += entry.change
    many = Counter(payment.order_no for payment in succeeded)
    kept: Counter[str] = Counter()
    for payment in (it for it in succeeded if it.user_id):  # nobody gets points for the stay of nobody
        kept[payment.order_no] += payment.payable - payment.returned
    for order_no, fen in kept.items():
        # Each payment's and each refund's points are rounded.
        assert abs(points[order_no] - fen // 100) <= many[order_no], (order_no, points[order_no], fen)


def each_order_ended_as_it_was_meant(stories: Sequence[Story], books: Books) -> None:
    """A guest who paid has what they ordered, and no guest has it twice."""
    stays = {it.order_no: str(it.status) for it in books.bookings}
    orders = {it.order_no: str(it.status) for it in books.orders}
    wrong = []
    for story in stories:
        match story:
            case Stay(order_no=str(order_no)):
                status, wanted = stays[order_no], STAY_ENDS[story.plan]
            case Goods(order_no=str(order_no)):
                status, wanted = orders[order_no], GOODS_END[story.plan]
            case _:
                continue
        # A guest who paid too late, or could not, has nothing and owes nothing: the checks above show it.
        if status not in wanted and not (status == "cancelled" and _nothing_kept(order_no, books)):
            wrong.append(f"{story.plan} {order_no} is {status}, paid: {story.paid}")
    assert not wrong, "\n".join(wrong)
    mine = Counter(it.user_id for it in books.bookings) + Counter(it.user_id for it in books.orders)
    assert set(mine.values()) <= {1}, "an order was made twice"


def _nothing_kept(order_no: str, books: Books) -> bool:
    return all(
        it.payable == it.returned
        for it in books.every(PaymentRow)
        if it.order_no == order_no and it.status == PaymentState.SUCCEEDED
    )


def each_guest_has_their_coupons(stories: Sequence[Story], books: Books) -> None:
    """Each guest has one welcome coupon, and one coupon for each finished stay."""
    guests = sum(story.guest is not None for story in stories)
    owned = Counter((str(it.source), it.user_id) for it in books.every(CouponRow))
    finished = {it.user_id for it in books.bookings if it.status is BookingState.FINISHED}
    assert set(owned.values()) <= {1}
    assert sum(source == "welcome" for source, _ in owned) == guests
    assert {user for source, user in owned if source == "check_out"} == finished


def each_ticket_has_a_verdict(stories: Sequence[Story]) -> None:
    """Each ticket has a verdict, and each purchase that was begun has ended."""
    assert not [f"{story.plan} {story.order_no}" for story in stories if story.begun and not story.done]


def nobody_was_told_twice(books: Books, world: World) -> None:
    """Each kind of notice was sent at most once for each event of its order that has it: a guest may arrive twice."""
    messages = world.simulator.get("/simulator/messages")["items"]
    told: Counter[Any] = Counter((it["order_no"], it["kind"]) for it in messages)
    events = (row.to_event() for row in books.every(OutboxRow))
    notices = (notice_of(event) for event in events if is_noticed(event))
    at_most = Counter((notice.order_no, str(notice.kind)) for notice in notices)
    assert not {whom: (times, at_most[whom]) for whom, times in told.items() if times > at_most[whom]}
