"""Refunds: money on its way back to where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from posthouse.domain.money import Money


class RefundState(StrEnum):
    """Where a refund stands."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


def next_states(state: RefundState) -> frozenset[RefundState]:
    """The one table of a refund's transitions."""
    match state:
        case RefundState.REQUESTED:
            return frozenset({RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED})
        case RefundState.PROCESSING:
            return frozenset({RefundState.SUCCEEDED, RefundState.FAILED})
        case RefundState.SUCCEEDED | RefundState.FAILED:
            return frozenset()
        case _:
            assert_never(state)


def refund_no_of(payment_id: str) -> str:
    """WeChat's ``out_refund_no`` of the one refund that a payment gets without staff: whoever asks makes the same."""
    return f"{payment_id}-0"


@dataclass(frozen=True)
class Refund:
    """A part of a payment, or all of it, that goes back."""

    out_refund_no: str
    payment_id: str
    order_no: str
    user_id: str
    amount: Money
    total: Money
    reason: str
    status: RefundState
    requested_at: datetime
