"""The sums of a house's ledgers: nights sold, coupons used, money kept, folios. Tests end with this check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

from pynamodb.models import Model

from posthouse.domain.account import Account
from posthouse.domain.booking import AHEAD, Booking, BookingState
from posthouse.domain.flash_sale import Verdict
from posthouse.domain.folio import MONEY, Line, LineKind, charged, folio_of
from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import JSAPI, PaymentState
from posthouse.domain.refund import ABNORMAL, RefundState, Trouble
from posthouse.domain.shop_order import ShopOrder, ShopState
from posthouse.store.accounts import AccountEntryRow
from posthouse.store.audit import AuditRow
from posthouse.store.bookings import BookingRow
from posthouse.store.coupons import CouponRow, CouponTemplateRow
from posthouse.store.flash_sales import FlashClaimRow, FlashSaleRow, FlashShardRow, FlashVerdictRow, claim_of
from posthouse.store.folio_lines import FolioLineRow
from posthouse.store.goods import StockEntryRow, StockRow
from posthouse.store.guests import GuestRow
from posthouse.store.hotels import HotelRow
from posthouse.store.money_ledger import MoneyLedgerRow
from posthouse.store.nights import NightRow
from posthouse.store.numbers import NumberRow
from posthouse.store.payments import PaymentRow
from posthouse.store.refunds import RefundRow
from posthouse.store.shop_orders import ShopOrderRow
from posthouse.store.takings import TakingsRow
from tests.integration.house import House, stored_rows

M = TypeVar("M", bound=Model)
Rows = Callable[[str], list[dict[str, Any]]]
_S = BookingState
_GIVEN_UP = {ShopState.CANCELLED, ShopState.REFUNDING, ShopState.REFUNDED}
_GONE = {_S.CANCELLED, _S.REFUNDING, _S.REFUNDED}


class Books:
    """All tables at one moment."""

    def __init__(self, rows: Rows) -> None:
        """``rows`` returns a table's rows, given its full name, in DynamoDB's format."""
        self._rows = rows
        self._read: dict[str, list[Any]] = {}
        self.bookings: list[Booking] = [row.to_domain() for row in self.every(BookingRow)]
        self.orders: list[ShopOrder] = [row.to_domain() for row in self.every(ShopOrderRow)]

    def every(self, model: type[M]) -> list[M]:
        """All rows of a table, read once."""
        name = model.Meta.table_name
        if name not in self._read:
            self._read[name] = [model.from_raw_data(row) for row in self._rows(name)]
        return self._read[name]


def every(model: type[M]) -> list[M]:
    """All rows of a table on moto."""
    return [model.from_raw_data(row) for row in stored_rows(model.Meta.table_name)]


def assert_balanced(house: House) -> None:
    """Assert that every ledger's sum is the value that it stands for, once all messages have arrived.

    What a folio has received is what WeChat holds for it.
    """
    books = Books(stored_rows)
    assert_books_balance(books)
    if any(booking.paid_by for booking in books.bookings):
        trades = house.simulate("GET", "/simulator/payments")["items"]
        assert_folios_agree_with_wechat(books, trades, house.simulate("GET", "/simulator/refunds")["items"])


def assert_books_balance(books: Books) -> None:
    """Assert the same for tables from any place."""
    _nights(books)
    _numbers(books)
    _coupons(books)
    _money(books)
    _folios(books)
    _takings(books)
    _owed(books)
    _held(books)
    _stock(books)
    _accounts(books)
    _sales(books)


def _nights(books: Books) -> None:
    held: Counter[tuple[str, str]] = Counter()
    for booking in books.bookings:
        for night in booking.nights:
            if _holds(booking, night.night):
                held[night.room_id, night.night.isoformat()] += night.units
    for row in books.every(NightRow):
        assert row.sold == held.pop((row.room_id, row.night), 0), (row.room_id, row.night)
        assert row.left == row.units - (row.out_of_order or 0) - row.sold
    assert not held


def _numbers(books: Books) -> None:
    """No two stays have a number in one night; bookings and numbers agree; nights count what is out of order."""
    given = {
        (booking.hotel_id, number, booking.order_no): booking
        for booking in books.bookings
        if booking.status in AHEAD
        for number in booking.numbers
    }
    broken: Counter[tuple[str, str]] = Counter()
    for row in books.every(NumberRow):
        number = row.to_domain()
        periods = [*number.stays.values(), *(each.period for each in number.out_of_order)]
        ordered = sorted(periods, key=lambda period: period.begin)
        assert all(one.end <= two.begin for one, two in pairwise(ordered)), number
        for order_no, period in number.stays.items():
            booking = given.pop((number.hotel_id, number.number, order_no))
            assert booking.room_id == number.room_id, number
            assert period.end >= booking.stay.end, number
            assert (number.occupied_by == order_no) == (booking.status is _S.CHECKED_IN), number
        assert number.occupied_by is None or number.occupied_by in number.stays, number
        broken.update((number.room_id, str(night)) for each in number.out_of_order for night in each.period.nights)
    assert not given
    for night in books.every(NightRow):
        assert (night.out_of_order or 0) == broken[night.room_id, night.night], (night.room_id, night.night)


def _holds(booking: Booking, night: Any) -> bool:
    if booking.status in _GONE or not booking.nights_taken:
        return False
    ended = booking.timeline[-1].at
    if booking.status is _S.FINISHED:
        return bool(booking.stay.is_day_use or night < booking.clock.calendar_date(ended))
    if booking.status is _S.NO_SHOW:
        return bool(night < booking.clock.business_date(ended))
    return True


def _fee(books: Books, booking: Booking) -> Money | None:
    """The fee of a stay that was cancelled; None if that was free, or a refund or a timer ended it.

    It is the rule's for a guest; for staff what they said, and never more than the rule's.
    """
    ending = booking.ending
    cancelled = ("cancel_booking", booking.order_no)
    said = [row.after for row in books.every(AuditRow) if (row.action, row.target) == cancelled]
    if said:
        fee = Money(said[0]["fee"])
        assert fee <= booking.cancel_rule.late_fee(booking.price.payable), booking.order_no
        return fee if fee > ZERO else None
    by_guest = booking.status is _S.CANCELLED if ending is None else ending.by == booking.user_id
    was_kept = any(moment.status in {_S.PAID, _S.RESERVED} for moment in booking.timeline)
    if not by_guest or not was_kept:
        return None
    at = next(moment.at for moment in booking.timeline if moment.status in _GONE)
    return booking.cancel_rule.fee(booking.stay, booking.clock, booking.price.payable, at)


def _back(row: RefundRow) -> int:
    """What a refund gives back through WeChat; of one that failed for good, what is still owed."""
    failed = row.status == RefundState.FAILED and row.failure != ABNORMAL
    return (row.owed or 0) if failed else row.amount


def _coupons(books: Books) -> None:
    using = {
        order.coupon_id: order.order_no
        for order in books.orders
        if order.coupon_id is not None and _uses_coupon(books, order)
    }
    using |= {
        booking.coupon_id: booking.order_no
        for booking in books.bookings
        if booking.coupon_id is not None
        and (booking.status not in _GONE | {_S.NO_SHOW} or _keeps_a_fee(books, booking))
    }
    rows = list(books.every(CouponRow))
    assert {row.coupon_id: row.order_no for row in rows if row.used} == using
    assert all(row.used_at is None and row.order_no is None for row in rows if not row.used)
    issued = Counter(row.template_id for row in rows)
    for template in books.every(CouponTemplateRow):
        assert template.issued == issued[template.template_id]


def _keeps_a_fee(books: Books, booking: Booking) -> bool:
    """Whether the hotel kept some of the money when the stay ended: else the coupon came back."""
    lines = (row for row in books.every(FolioLineRow) if row.order_no == booking.order_no and row.kind == LineKind.FEE)
    ending = booking.ending
    return ending is not None and any((row.at, row.by) == (ending.at, ending.by) for row in lines)


def _uses_coupon(books: Books, order: ShopOrder) -> bool:
    return order.status not in _GIVEN_UP and (order.status is not ShopState.RETURNED or _left_of(books, order) > ZERO)


def _money(books: Books) -> None:
    rows = list(books.every(MoneyLedgerRow))
    succeeded = {row.payment_id: row for row in books.every(PaymentRow) if row.status == PaymentState.SUCCEEDED}
    came_in = {row.payment_id: row.amount for row in rows if row.kind == "payment"}
    assert came_in == {payment_id: row.payable for payment_id, row in succeeded.items()}
    refunds = list(books.every(RefundRow))
    for order in books.orders:
        money_in = sum(row.payable for row in succeeded.values() if row.order_no == order.order_no)
        refunded = sum(_back(refund) for refund in refunds if refund.order_no == order.order_no)
        # Staff decide how much of a paid order is refunded; a cancelled one is refunded in full.
        if order.status in _GIVEN_UP or order.status is ShopState.PENDING_PAYMENT:
            assert money_in == refunded, order.order_no
        from_balance = sum(refund.from_balance for refund in refunds if refund.order_no == order.order_no)
        if order.status not in {ShopState.CANCELLED, ShopState.CANCELLING, ShopState.UNCONFIRMED}:
            assert money_in <= order.price.payable.fen or money_in - refunded <= order.price.payable.fen
            assert from_balance == order.balance_refunded.fen


def _held(books: Books) -> None:
    """The room-nights that a guest's own unpaid bookings hold are counted on the guest's row."""
    held: Counter[str] = Counter()
    for booking in books.bookings:
        online = booking.made_by is None
        if booking.status in {_S.PENDING_PAYMENT, _S.RESERVED} and booking.nights_taken and online:
            held[booking.user_id] += sum(night.units for night in booking.nights)
    for row in books.every(GuestRow):
        assert (row.held or 0) == held.pop(row.user_id, 0), row.user_id
    assert not any(held.values())


def _left_of(books: Books, order: ShopOrder) -> Money:
    """The part of an order's money that has not been refunded."""
    if order.payment_id is None:
        return order.balance_left
    [payment] = (row.to_domain() for row in books.every(PaymentRow) if row.payment_id == order.payment_id)
    return order.balance_left + payment.refundable


def _stock(books: Books) -> None:
    entries = [row.to_domain() for row in books.every(StockEntryRow)]
    sums: Counter[str] = Counter()
    held: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        sums[entry.goods_id] += entry.change
        if entry.order_no is not None and has_kind(entry.order_no, IdKind.SHOP_ORDER):
            held[entry.order_no, entry.goods_id] -= entry.change
    for row in books.every(StockRow):
        assert row.stock == sums[row.goods_id] >= 0, row.goods_id
    for order in books.orders:
        gone = order.status in _GIVEN_UP or order.status is ShopState.RETURNED or order.sale is not None
        for line in order.lines:
            assert held.pop((order.order_no, line.goods_id), 0) == (0 if gone else line.quantity), order.order_no
    assert not any(held.values())


def _sales(books: Books) -> None:
    sold = Counter(order.sale.sale_id for order in books.orders if order.sale and order.status not in _GIVEN_UP)
    bought = Counter(
        claim_of(order.sale.sale_id, order.user_id)
        for order in books.orders
        if order.sale and order.status not in _GIVEN_UP
    )
    left: Counter[str] = Counter()
    for shard in books.every(FlashShardRow):
        if shard.shard.endswith("#decided"):  # an estimate, not a part of the stock
            continue
        assert shard.left >= 0
        assert not (shard.closed and shard.left)
        left[shard.shard.split("#")[0]] += shard.left
    for sale in books.every(FlashSaleRow):
        assert sold[sale.sale_id] + left[sale.sale_id] + sale.moved_back == sale.stock, sale.sale_id
        if sale.sold_out:
            assert left[sale.sale_id] == 0
    assert {row.claim: row.bought for row in books.every(FlashClaimRow) if row.bought} == bought
    won = {row.order_no for row in books.every(FlashVerdictRow) if row.verdict == Verdict.WON}
    assert won == {order.order_no for order in books.orders if order.sale}


def _accounts(books: Books) -> None:
    entries = [row.to_domain() for row in books.every(AccountEntryRow)]
    sums: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        sums[entry.user_id, entry.account] += entry.change
    for row in books.every(GuestRow):
        assert (row.balance or 0) == sums.pop((row.user_id, Account.BALANCE), 0) >= 0
        assert (row.points or 0) == sums.pop((row.user_id, Account.POINTS), 0) >= 0
    assert not any(sums.values())
    for order in books.orders:
        taken = -sum(it.change for it in entries if it.order_no == order.order_no and it.account is Account.BALANCE)
        gone = order.status is ShopState.CANCELLED
        assert taken == (0 if gone else order.balance_left.fen), order.order_no


def _folios(books: Books) -> None:
    """Each folio's lines sum to what the booking says, and its money is what the payments and refunds say."""
    lines: dict[str, list[Line]] = {}
    for row in books.every(FolioLineRow):
        lines.setdefault(row.order_no, []).append(row.to_domain())
    for booking in books.bookings:
        added = lines.pop(booking.order_no, [])
        folio = folio_of(booking, added)
        assert (folio.charges, folio.paid) == (booking.charges, booking.paid), booking.order_no
        assert sum((line.amount for line in folio.lines), ZERO) == booking.balance, booking.order_no
        _money_of(books, booking, added)
        if booking.ending is not None:
            _ended(books, booking, added)
    assert not lines, "lines without a booking"


def _money_of(books: Books, booking: Booking, added: list[Line]) -> None:
    """Each settled payment is one line, and each refund too, whose lines sum to zero if it failed for good."""
    payments = {it.payment_id: it for it in books.every(PaymentRow) if it.order_no == booking.order_no}
    at_desk = [line for line in added if line.is_desk_money]
    added = [line for line in added if line not in at_desk]
    _desk_money_of(booking, at_desk)
    came_in = Counter({line.number: -line.amount.fen for line in added if line.kind is LineKind.PAYMENT})
    assert came_in == {number: payments[number].payable for number in booking.paid_by}, booking.order_no
    unsettled = {number for number, it in payments.items() if it.status == PaymentState.SUCCEEDED} - {*came_in}
    assert not unsettled, (booking.order_no, "money that no folio has", unsettled)
    went: Counter[str] = Counter()
    for line in added:
        if line.kind is LineKind.REFUND:
            went[str(line.number)] += line.amount.fen
    refunds = [row for row in books.every(RefundRow) if row.order_no == booking.order_no and row.payment_id]
    assert +went == {row.out_refund_no: row.amount for row in refunds if not _failed(row)}, booking.order_no
    held = sum(payments[number].payable - payments[number].refunded for number in booking.paid_by)
    assert booking.paid.fen - booking.desk.fen == held >= 0, (booking.order_no, booking.paid.fen, held)


def _desk_money_of(booking: Booking, at_desk: list[Line]) -> None:
    """What the desk took and did not give back is what the booking says; a payment was taken back at most once."""
    assert -sum(line.amount.fen for line in at_desk) == booking.desk.fen >= 0, (booking.order_no, booking.desk.fen)
    payments: dict[str | None, list[int]] = {}
    for line in at_desk:
        if line.kind is LineKind.PAYMENT:
            payments.setdefault(line.number, []).append(line.amount.fen)
    assert all(len(amounts) == 1 or sum(amounts[:2]) == 0 == len(amounts) - 2 for amounts in payments.values())


def _takings(books: Books) -> None:
    """What was taken on a business date is what the lines of that date say."""
    bookings = {booking.order_no: booking for booking in books.bookings}
    clocks = {row.hotel_id: row.to_domain().clock for row in books.every(HotelRow)}
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in books.every(FolioLineRow):
        line = row.to_domain()
        if line.is_desk_money:
            hotel_id = bookings[row.order_no].hotel_id
            day = f"{hotel_id}#{clocks[hotel_id].business_date(line.at)}"
            counted[day, f"{line.method}#{line.by}", "taken"] += max(-line.amount.fen, 0)
            counted[day, f"{line.method}#{line.by}", "given_back"] += max(line.amount.fen, 0)
            counted[day, f"{line.method}#{line.by}", "movements"] += 1
    kept = {
        (row.day, row.entry, name): getattr(row, name)
        for row in books.every(TakingsRow)
        for name in ("taken", "given_back", "movements")
    }
    assert kept == dict(counted)


def _failed(row: RefundRow) -> bool:
    """Whether a refund failed for good: nobody gets its money by it."""
    return bool(row.status == RefundState.FAILED and row.failure != ABNORMAL)


def _ended(books: Books, booking: Booking, added: list[Line]) -> None:
    """A stay that will not be was charged its fee by the rule at most, and is even but for refunds that failed.

    What only the desk can give back is a credit: then all has gone back that a provider could give.
    What staff charged by hand may be before the end or after it: then only the fee is known.
    """
    ending = booking.ending
    assert ending is not None
    kept = [line for line in added if line.kind is LineKind.FEE and (line.at, line.by) == (ending.at, ending.by)]
    fee = booking.cancel_rule.late_fee(booking.price.payable) if booking.status is _S.NO_SHOW else _fee(books, booking)
    assert charged(kept) <= (fee or ZERO), (booking.order_no, kept, fee)
    back = {line.at for line in added if line.kind is LineKind.REFUND}
    by_hand = [line for line in added if line.kind not in MONEY and line.at not in back and line not in kept]
    if not by_hand:
        owed = [
            row.to_domain().owed_by.values() for row in books.every(PaymentRow) if row.payment_id in booking.paid_by
        ]
        credit = ZERO - booking.balance - sum((amount for each in owed for amount in each), ZERO)
        taken_back = any(line.is_desk_money and line.kind is LineKind.PAYMENT and line.amount > ZERO for line in added)
        at_most = max(booking.desk - booking.charges, ZERO)
        assert credit in {ZERO, at_most} or taken_back, (booking.order_no, credit, at_most)


def assert_folios_agree_with_wechat(
    books: Books, trades: list[dict[str, Any]], given_back: list[dict[str, Any]]
) -> None:
    """Assert that WeChat holds for each booking what its folio has received, but for refunds that we still send.

    Bookings that were paid through another provider are left out.
    """
    elsewhere = {it.payment_id for it in books.every(PaymentRow) if it.provider != JSAPI.provider}
    came_in = {it["out_trade_no"]: it["amount"] for it in trades if it["trade_state"] in {"SUCCESS", "REFUND"}}
    at_wechat = {it["out_refund_no"]: it for it in given_back}
    for booking in books.bookings:
        if elsewhere & {*booking.paid_by}:
            continue
        held = sum(came_in[number] for number in booking.paid_by)
        for row in books.every(RefundRow):
            if row.order_no != booking.order_no or not row.payment_id:
                continue
            known = at_wechat.get(row.out_refund_no)
            assert known is not None or row.status == RefundState.REQUESTED or _failed(row), row.out_refund_no
            under_way = known["status"] != "CLOSED" if known is not None else not _failed(row)
            held -= row.amount if under_way else 0
        at_wechat_still = booking.paid - booking.desk
        assert held == at_wechat_still.fen, (booking.order_no, held, at_wechat_still.fen)


def _owed(books: Books) -> None:
    """What failed for good is owed until another refund takes its place: payments and refunds say the same."""
    owed = {row.out_refund_no: row.owed for row in books.every(RefundRow) if row.owed}
    for row in books.every(PaymentRow):
        payment = row.to_domain()
        assert sum((payment.owed_by.values()), ZERO) == payment.promised - payment.refunded, payment.payment_id
        for number, amount in payment.owed_by.items():
            assert owed.pop(number) == amount.fen
    assert not owed
    for refund in (row.to_domain() for row in books.every(RefundRow)):
        assert (refund.stopped > ZERO) == (refund.trouble is Trouble.FAILED), refund.out_refund_no
        assert (refund.trouble is None) == (refund.trouble_since is None)
