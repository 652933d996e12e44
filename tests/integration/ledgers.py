"""The ledgers of a house, summed: nights sold, coupons used, money kept. A test ends with it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import PaymentState
from posthouse.domain.refund import RefundState
from posthouse.domain.stay import local_date
from posthouse.store.bookings import BookingRow
from posthouse.store.coupons import CouponRow, CouponTemplateRow
from posthouse.store.money import MoneyRow
from posthouse.store.nights import NightRow
from posthouse.store.payments import PaymentRow
from posthouse.store.refunds import RefundRow
from tests.integration.house import House

_S = BookingState
_GONE = {_S.CANCELLED, _S.REFUNDING, _S.REFUNDED}


def assert_balanced(_house: House) -> None:
    """Every sum of a ledger is the value that it stands for, once all messages have arrived."""
    bookings = [row.to_domain() for row in BookingRow.scan()]
    _nights(bookings)
    _coupons(bookings)
    _money(bookings)


def _nights(bookings: list[Booking]) -> None:
    held: Counter[tuple[str, str]] = Counter()
    for booking in bookings:
        for night in booking.nights:
            if _holds(booking, night.night):
                held[booking.room_id, night.night.isoformat()] += night.units
    for row in NightRow.scan():
        assert row.sold == held.pop((row.room_id, row.night), 0), (row.room_id, row.night)
        assert row.left == row.units - row.sold
    assert not held


def _holds(booking: Booking, night: Any) -> bool:
    if booking.status in _GONE or not booking.nights_taken:
        return False
    if booking.status in {_S.FINISHED, _S.NO_SHOW}:
        return bool(night < local_date(booking.timeline[-1].at, booking.time_zone))
    return True


def _fee(booking: Booking) -> Money | None:
    """What a cancelled booking left with the hotel; None where everything went back, or was never paid."""
    if all(moment.status is not _S.PAID for moment in booking.timeline):
        return None
    at = next(moment.at for moment in booking.timeline if moment.status in _GONE)
    return booking.cancel_rule.fee(booking.stay, booking.time_zone, booking.price.payable, at)


def _coupons(bookings: list[Booking]) -> None:
    using = {
        booking.coupon_id: booking.order_no
        for booking in bookings
        if booking.coupon_id is not None and (booking.status not in _GONE or _fee(booking) is not None)
    }
    rows = list(CouponRow.scan())
    assert {row.coupon_id: row.order_no for row in rows if row.used} == using
    assert all(row.used_at is None and row.order_no is None for row in rows if not row.used)
    issued = Counter(row.template_id for row in rows)
    for template in CouponTemplateRow.scan():
        assert template.issued == issued[template.template_id]


def _money(bookings: list[Booking]) -> None:
    rows = list(MoneyRow.scan())
    succeeded = {row.payment_id: row for row in PaymentRow.scan() if row.status == PaymentState.SUCCEEDED}
    came_in = {row.payment_id: row.amount for row in rows if row.kind == "payment"}
    assert came_in == {payment_id: row.payable for payment_id, row in succeeded.items()}
    refunds = [row for row in RefundRow.scan() if row.status != RefundState.FAILED]
    for booking in bookings:
        money_in = sum(row.payable for row in succeeded.values() if row.order_no == booking.order_no)
        refunded = sum(refund.amount for refund in refunds if refund.order_no == booking.order_no)
        assert money_in - refunded == _kept(booking).fen, booking.order_no


def _kept(booking: Booking) -> Money:
    if booking.status in _GONE:
        return _fee(booking) or ZERO
    return ZERO if booking.status is _S.PENDING_PAYMENT else booking.price.payable
