"""Payments, refunds and differences in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.money import ZERO
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.difference import Difference
    from posthouse.domain.payment import Payment
    from posthouse.domain.refund import Refund
    from posthouse.services.payments.payments import OpenPayment
    from posthouse.store.payment_log import LoggedPayment


def payment_json(payment: Payment) -> dict[str, Any]:
    """Returns a payment."""
    return {
        "payment_id": payment.payment_id,
        "order_no": payment.order_no,
        "amount": payment.payable.fen,
        "status": payment.status,
        "succeeded_at": None if payment.succeeded_at is None else rfc3339(payment.succeeded_at),
    }


def open_payment_json(opened: OpenPayment) -> dict[str, Any]:
    """Returns an open payment with what the client needs to pay it in its way."""
    handover = opened.handover
    ways = {"wechat": handover.parameters, "code_url": handover.code_url, "url": handover.url}
    return {
        "payment_id": opened.payment.payment_id,
        "amount": opened.payment.payable.fen,
        "via": opened.payment.via,
        "expires_at": rfc3339(opened.payment.expires_at),
        **{name: value for name, value in ways.items() if value is not None},
    }


def refund_json(refund: Refund) -> dict[str, Any]:
    """Returns a refund; ``failure`` is the provider's code if it failed, ``owed`` what nobody sends to the guest."""
    return {
        "out_refund_no": refund.out_refund_no,
        "order_no": refund.order_no,
        "payment_id": refund.payment_id or None,
        "amount": (refund.amount + refund.from_balance).fen,
        "from_balance": refund.from_balance.fen,
        "reason": refund.reason,
        "status": refund.status,
        "failure": refund.failure,
        "owed": refund.stopped.fen,
        "retry_of": refund.retry_of,
        "retried_by": refund.retried_by,
        "wechat_refund_id": refund.refund_id,
        "requested_at": rfc3339(refund.requested_at),
        "ended_at": None if refund.ended_at is None else rfc3339(refund.ended_at),
    }


def made_refunds_json(refunds: list[Refund]) -> dict[str, Any]:
    """Returns the refunds that one request made: the first one's fields, and all of them."""
    named = ("out_refund_no", "payment_id", "amount", "status")
    shown = [refund_json(refund) for refund in refunds]
    return {**shown[0], "refunds": [{name: refund[name] for name in named} for refund in shown]}


def refunds_json(refunds: list[Refund]) -> dict[str, Any]:
    """Returns an order's refunds, and what is owed of those that failed: so that no order looks finished meanwhile."""
    owed = sum(refund.stopped.fen for refund in refunds)
    return {"refunds": [refund_json(refund) for refund in refunds], "refund_owed": owed}


def troubled_refund_json(refund: Refund) -> dict[str, Any]:
    """Returns a refund that does not reach its guest, for staff; ``owed`` is all that waits, also what is stuck."""
    return {
        **refund_json(refund),
        "user_id": refund.user_id,
        "owed": (refund.stopped if refund.stopped > ZERO else refund.amount).fen,
        "trouble": refund.trouble,
        "since": None if refund.trouble_since is None else rfc3339(refund.trouble_since),
        "tried_at": None if refund.tried_at is None else rfc3339(refund.tried_at),
    }


def staff_payment_json(payment: Payment, refunds: list[Refund]) -> dict[str, Any]:
    """Returns a payment for staff, with its refunds."""
    return {
        **payment_json(payment),
        "user_id": payment.user_id,
        "total": payment.total.fen,
        "discount": payment.discount.fen,
        "via": payment.via,
        "refunded": payment.refunded.fen,
        "wechat_transaction_id": payment.transaction_id,
        "created_at": rfc3339(payment.created_at),
        "expires_at": rfc3339(payment.expires_at),
        **refunds_json(refunds),
    }


def logged_payment_json(payment: LoggedPayment) -> dict[str, Any]:
    """Returns a payment of the payment log."""
    return {
        "payment_id": payment.payment_id,
        "order_no": payment.order_no,
        "user_id": payment.user_id,
        "amount": payment.amount.fen,
        "wechat_transaction_id": payment.transaction_id,
        "succeeded_at": rfc3339(payment.succeeded_at),
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    """Returns a difference between our rows and the providers' reports."""
    return {
        "kind": difference.subject.kind,
        "number": difference.subject.number,
        "order_no": difference.subject.order_no or None,
        "field": difference.field,
        "ours": difference.ours,
        "theirs": difference.theirs,
        "found_at": rfc3339(difference.found_at),
    }
