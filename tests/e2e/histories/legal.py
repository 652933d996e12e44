"""Which answers are legal for an action on an order, given the states that the order may have at that moment.

An answer is a problem's code or a status. What is not listed here is a failure of the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from posthouse.domain import booking, shop_order
from posthouse.domain.booking import BookingState
from posthouse.domain.shop_order import ShopState

STAY, GOODS, DESK, HELD_STAY = "stay", "goods", "desk", "held"
Codes = frozenset[str]
Move = tuple[str, str]

_GONE = ("cancelled", "refunding", "refunded")


def _moves(*pairs: str) -> frozenset[Move]:
    found = [pair.split(" > ") for pair in pairs]
    return frozenset((before, after) for before, after in found)


@dataclass(frozen=True)
class Rules:
    """The rules of one kind of order: what each action may change, what happens by itself, and the legal answers."""

    moves: Mapping[str, frozenset[Move]]
    by_itself: frozenset[Move]
    legal: Mapping[str, Mapping[str, Codes]]

    def reachable(self, state: str, actions: Iterable[str]) -> set[str]:
        """The states that an order may come to while these actions run, from this state on."""
        moves = self.by_itself.union(*(self.moves.get(action, frozenset()) for action in actions))
        found = {state}
        while more := {after for before, after in moves if before in found} - found:
            found |= more
        return found

    def answers(self, action: str, states: Iterable[str]) -> set[str]:
        """The legal answers to an action on an order in one of these states."""
        by_state = self.legal[action]
        return {code for state in states for code in by_state.get(state, by_state["*"])}


def _codes(**by_state: str) -> Mapping[str, Codes]:
    """Codes by state, ``rest`` for all other states."""
    return {"*" if state == "rest" else state: frozenset(codes.split()) for state, codes in by_state.items()}


_REFUND = _codes(
    pending_payment="refund_exceeds_payment",
    unconfirmed="refund_exceeds_payment",
    rest="202 refund_exceeds_payment",
)
_PAY = _codes(pending_payment="201 not_payable", cancelled="not_payable payment_refused", rest="not_payable")
_PAY_STAY = _codes(
    pending_payment="201 not_payable",
    # What is paid at the hotel, the rest after a deposit, and what staff charged beside may be owed.
    reserved="201 not_payable payment_refused",
    paid="201 not_payable payment_refused",
    checked_in="201 not_payable payment_refused",
    cancelled="not_payable payment_refused",
    rest="not_payable payment_refused",
)
_LINE = _codes(reserved="201", paid="201", checked_in="201", finished="201", no_show="201", rest="folio_closed")

_STAY = Rules(
    moves={
        "cancel": _moves("pending_payment > cancelled", "reserved > cancelled", "paid > cancelled", "paid > refunding"),
        "check_in": _moves("reserved > checked_in", "paid > checked_in"),
        "check_out": _moves("checked_in > finished"),
        "no_show": _moves("reserved > no_show", "paid > no_show"),
        "refund": _moves("paid > refunding", "paid > cancelled", "paid > refunded"),
        "credit": _moves("paid > refunding", "paid > refunded"),
    },
    # The timer, the payment's message, nights that somebody else has got meanwhile, and the refund's arrival.
    by_itself=_moves(
        "pending_payment > paid",
        "pending_payment > cancelled",
        "reserved > paid",
        "refunding > refunded",
        "checked_in > finished",
    ),
    legal={
        "pay": _PAY_STAY,
        "charge": _LINE,
        "lower": _LINE,
        "credit": _REFUND,
        # Money that has just come in is not cancelled by the way; the arrival day may have passed.
        "cancel": _codes(
            pending_payment="200 not_cancellable",
            reserved="200",
            paid="200",
            cancelled="200",
            refunding="200",
            refunded="200",
            rest="not_cancellable",
        ),
        "check_in": _codes(reserved="200 too_early", paid="200 too_early", rest="invalid_transition"),
        # What staff charged beside may be owed.
        "check_out": _codes(
            checked_in="202 balance_due credit_left",
            finished="202",
            rest="invalid_transition",
        ),
        "no_show": _codes(reserved="too_early 200", paid="too_early 200", rest="invalid_transition"),
        "refund": _REFUND,
    },
)

_AT_DESK = _codes(
    reserved="201 overpaid",
    paid="201 overpaid",
    checked_in="201 overpaid",
    finished="201 overpaid",
    no_show="201 overpaid",
    rest="not_payable",
)
_GIVEN = _codes(rest="201 refund_exceeds_payment")
_DESK = Rules(
    moves={
        "take": _moves("reserved > paid"),
        "pay": _moves("reserved > paid"),
        "qr": _moves("reserved > paid"),
        "give": _moves("paid > cancelled"),
        "check_in": _moves("reserved > checked_in", "paid > checked_in"),
        "undo": _moves("checked_in > reserved", "checked_in > paid"),
        "check_out": _moves("checked_in > finished"),
        "leave": _moves("checked_in > finished"),
        "drop": _moves("reserved > cancelled", "paid > cancelled", "paid > refunding"),
        "no_show": _moves("reserved > no_show", "paid > no_show"),
        "refund": _moves("paid > refunding", "paid > cancelled", "paid > refunded"),
    },
    # The claimed guest's payment, a workflow that has begun, and a refund's arrival.
    by_itself=_moves("reserved > paid", "checked_in > finished", "refunding > refunded"),
    legal={
        "take": _AT_DESK,
        "give": _GIVEN,
        "hand": _GIVEN,
        "reverse": _codes(rest="200 already_reversed refund_exceeds_payment"),
        "charge": _LINE,
        "lower": _LINE,
        # Another stay may have the number; a change at the same time may leave it fewer rooms, or another room type.
        "check_in": _codes(
            reserved="200 too_early number_taken number_unknown invalid_request",
            paid="200 too_early number_taken number_unknown invalid_request",
            rest="invalid_transition",
        ),
        "numbers": _codes(
            reserved="200 number_taken number_unknown invalid_request",
            paid="200 number_taken number_unknown invalid_request",
            checked_in="200 number_taken number_unknown invalid_request",
            rest="invalid_transition",
        ),
        "undo": _codes(checked_in="200", rest="invalid_transition"),
        "check_out": _codes(
            checked_in="202 balance_due credit_left",
            finished="202",
            rest="invalid_transition",
        ),
        "leave": _codes(checked_in="202", finished="202", rest="invalid_transition"),
        "drop": _codes(reserved="200 invalid_request", paid="200 invalid_request", rest="invalid_transition"),
        "no_show": _codes(reserved="200 too_early", paid="200 too_early", rest="invalid_transition"),
        "pay": _codes(
            reserved="201 not_payable payment_refused",
            paid="201 not_payable payment_refused",
            checked_in="201 not_payable payment_refused",
            rest="not_payable payment_refused",
        ),
        "qr": _codes(
            reserved="201 not_payable overpaid payment_refused",
            paid="201 not_payable overpaid payment_refused",
            checked_in="201 not_payable overpaid payment_refused",
            rest="not_payable payment_refused",
        ),
        "change": _codes(
            reserved="200 sold_out invalid_request price_changed number_taken number_unknown",
            paid="200 sold_out invalid_request price_changed number_taken number_unknown",
            checked_in="200 sold_out invalid_request price_changed number_taken number_unknown",
            rest="invalid_transition",
        ),
        "refund": _codes(rest="202 refund_exceeds_payment"),
    },
)

_HELD = Rules(_DESK.moves, _DESK.by_itself | _moves("reserved > cancelled"), _DESK.legal)
"""A stay of the desk whose time to be waited for passes."""

_GOODS = Rules(
    moves={
        "cancel": _moves("pending_payment > cancelled"),
        "ship": _moves("paid > shipped"),
        "receive": _moves("shipped > received"),
        "return": _moves("shipped > returned", "received > returned"),
        "refund": _moves("paid > refunding", "paid > refunded"),
    },
    by_itself=_moves(
        "unconfirmed > pending_payment",
        "unconfirmed > paid",
        "unconfirmed > cancelling",
        "cancelling > cancelled",
        "pending_payment > paid",
        "pending_payment > cancelled",
        "refunding > refunded",
    ),
    legal={
        "pay": _PAY,
        "cancel": _codes(
            pending_payment="200 not_cancellable",
            cancelled="200",
            refunding="200",
            refunded="200",
            rest="not_cancellable",
        ),
        "ship": _codes(paid="200 address_missing", shipped="200", rest="invalid_transition"),
        "receive": _codes(shipped="200", received="200", rest="invalid_transition"),
        "return": _codes(
            shipped="200 refund_exceeds_payment",
            received="200 refund_exceeds_payment",
            returned="200",
            rest="invalid_transition",
        ),
        "refund": _REFUND,
        "address": _codes(pending_payment="200", paid="200", rest="invalid_transition"),
    },
)

UNEVEN = frozenset({"balance_due", "credit_left"})
"""What a check-out gets whose folio is not even."""

RULES: Mapping[str, Rules] = {STAY: _STAY, GOODS: _GOODS, DESK: _DESK, HELD_STAY: _HELD}

CREATED: Mapping[str, Codes] = {
    # What a guest books and pays at the hotel counts as unpaid, and many such stays are too many.
    "book": frozenset({"201", "sold_out", "coupon_unusable", "price_changed", "too_many_held"}),
    "reserve": frozenset({"201", "sold_out"}),
    "order": frozenset(
        {"201", "out_of_stock", "coupon_unusable", "price_changed", "insufficient_balance", "overtaken"}
    ),
    "press": frozenset({"202", "sold_out", "already_bought", "sale_not_open"}),
}
"""The legal answers to a new order. Where there is plenty of it, the scripts take out what says that it is short."""

VERDICTS = frozenset({"won", "sold_out", "already_bought", "sale_closed"})


def is_way(kind: str, states: Iterable[str]) -> bool:
    """Whether an order may have gone through these states, by the product's own tables of transitions."""
    way = list(states)
    if kind != GOODS:
        return all(BookingState(after) in booking.next_states(BookingState(before)) for before, after in _pairs(way))
    return all(ShopState(after) in shop_order.next_states(ShopState(before)) for before, after in _pairs(way))


def _pairs(way: list[str]) -> list[Move]:
    return list(pairwise(way))


@dataclass
class Money:
    """What of an order's money may still be refunded, in fen: at least and at most, while others refund too."""

    least: int
    most: int
    unsure: bool = False
    """A refund may fail at WeChat: its amount can be refunded again."""

    def allows(self, code: str, amount: int | None) -> bool:
        """Whether a refund of this amount, or of all that is left, may get this answer."""
        if self.unsure:
            return True
        if code == "202":
            return self.most > 0 if amount is None else amount <= self.most
        return self.least <= 0 if amount is None else amount > self.least
