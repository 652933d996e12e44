"""Refunds through a provider: requested together with the change that causes them, then sent, then noted as arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.difference import Difference, Subject
from posthouse.domain.event import Event, EventType
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import Payment, SettlementMismatch
from posthouse.domain.provider import RefundRefused
from posthouse.domain.refund import (
    ABNORMAL,
    Refund,
    RefundReport,
    RefundState,
    compare,
    next_refund_no,
    next_states,
    refund_no_of,
)
from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import differences, inbox, outbox, payments, refunds
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.provider import Provider, Providers
    from posthouse.domain.booking import Booking
    from posthouse.domain.shop_order import ShopOrder


class RefundDetails(Value):
    """The reason of a refund. ``key`` is the Idempotency-Key of a request of staff.

    ``from_balance`` is what goes back to the guest's balance at the same time, for the record. ``retry_of`` is the
    refund that failed for good and is tried again under another number.
    """

    reason: str
    key: str | None = None
    from_balance: Money = ZERO
    retry_of: str | None = None

    def number(self, paid_by: str) -> str:
        """Returns the number of the refund at the provider."""
        return refund_no_of(paid_by, self.key) if self.retry_of is None else next_refund_no(self.retry_of)


def request(
    transaction: Transaction,
    payment: Payment,
    amount: Money,
    details: RefundDetails,
    step: Step,
) -> Refund:
    """Request a refund of a payment, if the transaction commits. It first pays what is owed of failed refunds.

    Fails as ``refund`` if it was requested before, as ``payment`` if something was refunded since that was read.
    """
    refund = Refund(
        out_refund_no=details.number(payment.payment_id),
        payment_id=payment.payment_id,
        order_no=payment.order_no,
        user_id=payment.user_id,
        amount=amount,
        total=payment.payable,
        reason=details.reason,
        status=RefundState.REQUESTED,
        requested_at=step.now,
        openid=payment.openid,
        from_balance=details.from_balance,
        retry_of=details.retry_of,
        provider=payment.provider,
    )
    owed = payment.owed_after(amount, details.retry_of)
    payments.reserve_refund(transaction, payment, amount, owed)
    for number, before in payment.owed_by.items():
        # A number that is requested again is one row: `create` refuses it.
        if owed[number] != before and number != refund.out_refund_no:
            refunds.take_place_of(transaction, number, before, owed[number], refund.out_refund_no)
    refunds.create(transaction, refund)
    send_event(transaction, EventType.REFUND_REQUESTED, refund, step)
    return refund


def note_done(transaction: Transaction, order: Booking | ShopOrder, details: RefundDetails, step: Step) -> Refund:
    """Note a refund of which no provider has a part: a balance or a coupon paid it. Fails as ``refund`` if it is there.

    What went to the guest's balance is told by an event.
    """
    done = Refund(
        out_refund_no=details.number(order.order_no),
        payment_id="",
        order_no=order.order_no,
        user_id=order.user_id,
        amount=ZERO,
        total=ZERO,
        reason=details.reason,
        status=RefundState.SUCCEEDED,
        requested_at=step.now,
        openid="",
        ended_at=step.now,
        from_balance=details.from_balance,
    )
    refunds.create(transaction, done)
    if done.from_balance > ZERO:
        send_event(transaction, EventType.REFUND_CREDITED, done, step)
    return done


_SEQUENCE = {
    EventType.REFUND_REQUESTED: 1,
    EventType.REFUND_FAILED: 2,
    EventType.REFUND_SUCCEEDED: 3,
    EventType.REFUND_CREDITED: 1,
}
"""If a refund both fails and succeeds, it fails first. Each further try has numbers of its own."""


def send_event(transaction: Transaction, event_type: EventType, refund: Refund, step: Step) -> None:
    """Send an event of a refund if the transaction commits."""
    sequence = refund.tries * len(_SEQUENCE) + _SEQUENCE[event_type]
    payload = {
        "out_refund_no": refund.out_refund_no,
        "payment_id": refund.payment_id,
        "order_no": refund.order_no,
        "user_id": refund.user_id,
        "amount": refund.amount.fen,
        "from_balance": refund.from_balance.fen,
    }
    outbox.send(transaction, step.event(event_type, refund.out_refund_no, sequence, payload))


def send(event: Event, consumer: str, providers: Providers, step: Step) -> None:
    """Send a requested refund to its provider, and note what that reports. One that staff try again is queried first.

    Raises ProviderUnavailable: the message is retried, with the same number and body.
    """
    refund = refunds.get(event.payload["out_refund_no"])
    if refund is not None and not refund.has_ended:
        if event.sequence > _SEQUENCE[EventType.REFUND_REQUESTED]:
            query(refund, providers(refund.provider), step)
        elif refund.status is RefundState.REQUESTED:
            _send(refund, providers(refund.provider), step)
    inbox.note_done(event, consumer, step.now)


def _send(refund: Refund, provider: Provider, step: Step) -> None:
    """Send a refund to its provider. A refusal is final only if a query then finds no such refund."""
    body = refunds.keep_body(refund.out_refund_no, provider.refund_body(refund))
    answer = provider.refund(refund, body)
    if isinstance(answer, RefundRefused):
        known = provider.query_refund(refund.out_refund_no, refund.payment_id)
        if known is not None:
            note(known, provider.name, step)
        elif answer.may_be_sent_again:
            # The refund stays requested and is sent again later; meanwhile staff see it.
            refunds.note_stuck(refund.out_refund_no, step.now, answer.code)
        else:
            _fail(refund, answer.code, step)
        return
    note(answer, provider.name, step)


def query(refund: Refund, provider: Provider, step: Step) -> None:
    """Query a refund at its provider, and note its state; one that is not known there is sent again.

    Raises ProviderUnavailable.
    """
    known = provider.query_refund(refund.out_refund_no, refund.payment_id)
    if known is None:
        _send(refund, provider, step)
    else:
        note(known, provider.name, step)


def note(report: RefundReport, provider: str, step: Step) -> Refund | SettlementMismatch | NotFound:
    """Note a provider's report of a refund, once. Repeats, and reports older than our state, change nothing."""
    for _ in range(ATTEMPTS):
        refund = refunds.get(report.out_refund_no)
        mismatch = (
            SettlementMismatch("refund", "", report.out_refund_no)
            if refund is None
            else _of_another(refund, provider) or compare(refund, report)
        )
        if mismatch is not None:
            subject = Subject("refund", report.out_refund_no, "" if refund is None else refund.order_no)
            differences.keep(Difference.of(subject, mismatch, step.now))
        if refund is None:
            return NotFound("refund")
        if mismatch is not None:
            return mismatch
        to = report.leads_to
        if _arrived_after_all(refund, to):
            differences.keep(_contradiction(refund, report, step))
        if not _follows(refund, report):
            return refund
        failure = report.status if to is RefundState.FAILED else None
        transaction = Transaction()
        refunds.move(transaction, refund, refunds.RefundMove(to, report, failure, step.now))
        if to is RefundState.SUCCEEDED:
            _note_arrival(transaction, refund, report, step)
            send_event(transaction, EventType.REFUND_SUCCEEDED, refund, step)
        elif to is RefundState.FAILED:
            _note_failure(transaction, refund, report.status, step)
        if transaction.commit() is None:
            ended = replace(refund, status=to, refund_id=report.refund_id, ended_at=report.at, failure=failure)
            return replace(ended, owed=ZERO) if to is RefundState.SUCCEEDED else ended
    raise busy(report.out_refund_no)


def _of_another(refund: Refund, provider: str) -> SettlementMismatch | None:
    """Returns a mismatch if a provider reports a refund that was sent to another one."""
    return None if refund.provider == provider else SettlementMismatch("provider", refund.provider, provider)


def _follows(refund: Refund, report: RefundReport) -> bool:
    """Whether a report moves a refund on."""
    to = report.leads_to
    if refund.has_ended:  # what another refund has paid since is not moved: only staff can say what is right
        return _arrived_after_all(refund, to) and refund.owed == refund.amount
    closed_after_all = refund.failure == ABNORMAL and to is RefundState.FAILED and report.status != ABNORMAL
    return closed_after_all or to in next_states(refund.status)


def _arrived_after_all(refund: Refund, to: RefundState) -> bool:
    return refund.has_ended and refund.status is RefundState.FAILED and to is RefundState.SUCCEEDED


def _contradiction(refund: Refund, report: RefundReport, step: Step) -> Difference:
    """Returns that a provider paid a refund which it had said it never would. It may have been paid again meanwhile."""
    ours = str(refund.failure) if refund.retried_by is None else f"{refund.failure}, {refund.retried_by}"
    mismatch = SettlementMismatch("status", ours, report.status)
    return Difference.of(Subject("refund", refund.out_refund_no, refund.order_no), mismatch, step.now)


def _note_arrival(transaction: Transaction, refund: Refund, report: RefundReport, step: Step) -> None:
    """Note that a refund has arrived. One that had failed for good is not owed any more: nobody pays it again."""
    if refund.has_ended:
        payments.note_returned_after_all(transaction, _payment_of(refund), refund, report, step.now)
    else:
        payments.note_returned(transaction, refund, report, step.now)


def _payment_of(refund: Refund) -> Payment:
    payment = payments.get(refund.payment_id)
    if payment is None:
        msg = f"the refund {refund.out_refund_no} has no payment"
        raise LookupError(msg)
    return payment


def _fail(refund: Refund, code: str, step: Step) -> None:
    """Note that the provider refused a refund that it does not know."""
    for _ in range(ATTEMPTS):
        transaction = Transaction()
        refunds.move(transaction, refund, refunds.RefundMove(RefundState.FAILED, None, code, step.now))
        _note_failure(transaction, refund, code, step)
        if transaction.commit() is None:
            return
        refund = refunds.get(refund.out_refund_no) or refund
        if refund.status is not RefundState.REQUESTED:
            return
    raise busy(refund.out_refund_no)


def _note_failure(transaction: Transaction, refund: Refund, failure: str, step: Step) -> None:
    """Owe the guest what failed for good; what is ABNORMAL stays set aside, since it may still be paid."""
    if failure != ABNORMAL:
        payments.release_refund(transaction, _payment_of(refund), refund.out_refund_no, refund.amount)
    if refund.status is not RefundState.FAILED:
        send_event(transaction, EventType.REFUND_FAILED, refund, step)
