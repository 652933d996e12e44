"""The one right answer to an action at the desk that nothing else runs beside, and what it changes in the folio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

GONE = frozenset({"cancelled", "refunding", "refunded", "no_show"})
OPEN_FOLIO = frozenset({"reserved", "paid", "checked_in", "finished", "no_show"})

CHANGES = {
    "take": (-1, 1),
    "give": (0, -1),
    "hand": (1, -1),
    "reverse": (1, -1),
    "charge": (1, 0),
    "lower": (1, 0),
    "check_in": (0, 0),
    "undo": (0, 0),
    "check_out": (0, 0),
    "leave": (0, 0),
    "numbers": (0, 0),
}
"""How often the amount of an answer changes the balance, and what the desk has taken."""


@dataclass(frozen=True)
class Case:
    """A stay before an action, and how much is asked, in fen."""

    state: str
    balance: int
    desk: int
    asked: int
    arrives_today: bool
    too_much: bool
    """The fee that staff want to keep is more than the rule allows."""
    was_reversed: bool
    """The payment that is taken back was taken back before."""

    @property
    def may_arrive(self) -> bool:
        return self.state in {"reserved", "paid"}


def right_answer(what: str, case: Case) -> str | None:
    """Returns the right answer to an action; None if it depends on more than the case."""
    return _RIGHT[what](case) if what in _RIGHT else None


def _given(case: Case, most: int) -> str:
    return "201" if case.asked <= most else "refund_exceeds_payment"


def _take(case: Case) -> str:
    if case.state not in OPEN_FOLIO:
        return "not_payable"
    return "201" if case.asked <= max(case.balance, 0) else "overpaid"


def _reverse(case: Case) -> str:
    if case.was_reversed:
        return "already_reversed"
    return "200" if case.asked <= case.desk else "refund_exceeds_payment"


def _charge(case: Case) -> str:
    return "201" if case.state in OPEN_FOLIO else "folio_closed"


def _check_in(case: Case) -> str:
    if not case.may_arrive:
        return "invalid_transition"
    return "200" if case.arrives_today else "too_early"


def _check_out(case: Case) -> str:
    if case.state == "finished":
        return "202"
    if case.state != "checked_in":
        return "invalid_transition"
    if case.balance == 0:
        return "202"
    return "balance_due" if case.balance > 0 else "credit_left"


def _drop(case: Case) -> str:
    if not case.may_arrive:
        return "invalid_transition"
    return "invalid_request" if case.too_much else "200"


_RIGHT: Mapping[str, Callable[[Case], str]] = {
    "take": _take,
    "give": lambda case: _given(case, case.desk),
    "hand": lambda case: _given(case, min(case.desk, -case.balance)),
    "reverse": _reverse,
    "charge": _charge,
    "lower": _charge,
    "check_in": _check_in,
    "undo": lambda case: "200" if case.state == "checked_in" else "invalid_transition",
    "check_out": _check_out,
    "numbers": lambda case: "200" if case.may_arrive or case.state == "checked_in" else "invalid_transition",
    "leave": lambda case: "202" if case.state in {"checked_in", "finished"} else "invalid_transition",
    "drop": _drop,
}
