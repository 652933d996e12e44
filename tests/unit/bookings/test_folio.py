"""The folio of a stay: its lines sum to what the booking keeps, whatever happens to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, first_state
from posthouse.domain.cancellation import CancelRule, kept_of
from posthouse.domain.days import HotelClock
from posthouse.domain.folio import Entry, Line, LineKind, folio_of
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Per, Price
from posthouse.domain.stay import Stay
from posthouse.domain.terms import BookedNight
from tests.support.examples import examples

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
DAY = date(2026, 12, 1)
fen = st.integers(0, 1_000_000).map(Money)
signed = st.integers(-1_000_000, 1_000_000).map(Money)


def a_booking(discount: int = 0, extras: tuple[BookedExtra, ...] = (), guests: int = 0) -> Booking:
    """Two nights of 100 and 150 yuan in two units, and what else is booked with them."""
    prices = enumerate((10_000, 15_000))
    nights = tuple(
        BookedNight(DAY + timedelta(days=n), 2, Money(price), "R1", Money(guests // 2)) for n, price in prices
    )
    extra = sum((it.amount for it in extras), ZERO)
    total = Money(50_000 + guests) + extra
    payable = total - Money(discount)
    price = Price(Money(50_000), Money(guests), extra, total, Money(discount), ZERO, payable, payable, ZERO)
    return Booking(
        order_no="B1",
        user_id="U1",
        hotel_id="H1",
        hotel_name="Inn",
        room_id="R1",
        room_name="Twin",
        clock=HotelClock("Asia/Shanghai"),
        stay=Stay(DAY, DAY + timedelta(days=2)),
        nights=nights,
        price=price,
        status=BookingState.PENDING_PAYMENT,
        guest_name="Li Lei",
        phone_number="",
        arrival_time=None,
        coupon_id=None,
        created_at=NOW,
        expires_at=NOW,
        timeline=(Moment(BookingState.PENDING_PAYMENT, NOW),),
        version=1,
        nights_taken=True,
        cancel_rule=CancelRule(18, 5000),
        charges=payable,
        extras=extras,
    )


def a_line(kind: LineKind, amount: Money, number: int = 0) -> Line:
    return Line(f"{number:04}", kind, "", amount, NOW + timedelta(minutes=number), "desk")


def test_what_was_booked_is_on_the_folio_line_by_line() -> None:
    tea = BookedExtra("E1", "Tea", Per.STAY, Money(300), 2, Money(600))
    folio = folio_of(a_booking(discount=2000, extras=(tea,), guests=1600), [])
    assert [(line.kind, line.amount.fen, line.night) for line in folio.lines] == [
        ("room", 20_000, DAY),
        ("room", 30_000, DAY + timedelta(days=1)),
        ("room", 1600, None),
        ("extra", 600, None),
        ("discount", -2000, None),
    ]
    assert (folio.charges.fen, folio.paid.fen, folio.balance.fen) == (50_200, 0, 50_200)


def test_a_cancel_with_a_fee_leaves_the_fee() -> None:
    paid = a_booking().entered(Entry((a_line(LineKind.PAYMENT, Money(-50_000), 1),), settles="P1"), NOW)
    lines = (a_line(LineKind.REFUND, Money(25_000), 2), a_line(LineKind.FEE, Money(25_000), 3))
    moved = paid.moved(BookingState.REFUNDING, NOW + timedelta(minutes=2))
    ended = moved.entered(Entry(lines, undone=paid.charges, by="U1"), NOW)
    folio = folio_of(ended, [a_line(LineKind.PAYMENT, Money(-50_000), 1), *lines])
    assert [line.kind for line in folio.lines[2:]] == ["payment", "change", "refund", "fee"]
    assert (folio.charges, folio.paid, folio.balance) == (ended.charges, ended.paid, ZERO)
    assert ended.charges.fen == 25_000
    change = folio.lines[3]
    assert (change.description, change.by, change.amount.fen) == ("refunding", "U1", -50_000)


@given(st.lists(st.tuples(st.sampled_from([*LineKind]), signed), max_size=12), st.booleans(), fen)
@examples(100)
def test_lines_sum_to_what_the_booking_keeps(added: list[tuple[LineKind, Money]], ends: bool, discount: Money) -> None:
    booking = a_booking(discount=min(discount.fen, 50_000))
    lines = []
    for number, (kind, amount) in enumerate(added):
        line = a_line(kind, amount, number)
        booking = replace(booking.entered(Entry((line,)), NOW), version=booking.version + 1)
        lines.append(line)
    if ends:
        undone = booking.charges
        booking = booking.moved(BookingState.CANCELLED, NOW).entered(Entry(undone=undone, by="desk"), NOW)
    folio = folio_of(booking, lines)
    assert (folio.charges, folio.paid) == (booking.charges, booking.paid)
    assert folio.balance == booking.balance == sum((line.amount for line in folio.lines), ZERO)


@given(fen, fen, fen)
@examples(100)
def test_what_is_kept_is_the_fee_and_never_more_than_what_stays_paid(fee: Money, paid: Money, owed: Money) -> None:
    kept = kept_of(fee, paid, owed)
    assert ZERO <= kept <= fee
    assert kept <= max(paid - owed, ZERO)
    assert kept == fee or kept == max(paid - owed, ZERO)


@pytest.mark.parametrize(
    ("due_now", "due_later", "state"),
    [(1, 0, "pending_payment"), (1, 9, "pending_payment"), (0, 9, "reserved"), (0, 0, "paid")],
)
def test_the_first_state_goes_by_what_is_due(due_now: int, due_later: int, state: str) -> None:
    total = Money(due_now + due_later)
    assert first_state(Price(total, ZERO, ZERO, total, ZERO, ZERO, total, Money(due_now), Money(due_later))) == state


def test_only_what_is_due_makes_it_paid_and_money_takes_no_check_in_back() -> None:
    waiting = a_booking()
    assert not waiting.becomes_paid_by(Money(49_999))
    assert waiting.becomes_paid_by(Money(50_000))
    reserved = replace(waiting, status=BookingState.RESERVED, paid=Money(20_000))
    assert not reserved.becomes_paid_by(Money(29_999))
    assert reserved.becomes_paid_by(Money(30_000))
    assert not replace(waiting, status=BookingState.CHECKED_IN).becomes_paid_by(Money(50_000))


def test_a_stay_is_given_back_when_nothing_of_its_price_stays_paid() -> None:
    paid = replace(a_booking(), paid=Money(1))
    assert not paid.was_given_back
    assert replace(paid, paid=ZERO).was_given_back
    assert not replace(a_booking(discount=50_000), paid=ZERO).was_given_back
