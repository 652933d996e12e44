"""Giving money back: the refund is written with whatever makes it necessary; its event then takes it to WeChat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.clients.wechat.pay_answers import RefundRefused
from posthouse.clients.wechat.pay_bodies import RefundRequest, refund_body
from posthouse.domain.difference import Difference, Subject
from posthouse.domain.event import Event, EventType
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import Payment, SettlementMismatch
from posthouse.domain.refund import (
    ABNORMAL,
    Refund,
    RefundState,
    RefundWord,
    compare,
    next_states,
    refund_no_of,
)
from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import differences, inbox, outbox, payments, refunds
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.wechat import trade
    from posthouse.clients.wechat.pay import WechatPay


class Why(Value):
    """Why money goes back. ``key`` is the Idempotency-Key of a request of staff.

    ``from_balance`` is what goes back to the guest's balance at the same time, for the record.
    """

    reason: str
    key: str | None = None
    from_balance: Money = ZERO


def request(
    transaction: Transaction,
    payment: Payment,
    amount: Money,
    why: Why,
    step: Step,
) -> Refund:
    """Ask for the refund if the transaction commits.

    It fails as ``refund`` if that was asked for before, as ``payment`` if something went back since it was read.
    """
    refund = Refund(
        out_refund_no=refund_no_of(payment.payment_id, why.key),
        payment_id=payment.payment_id,
        order_no=payment.order_no,
        user_id=payment.user_id,
        amount=amount,
        total=payment.payable,
        reason=why.reason,
        status=RefundState.REQUESTED,
        requested_at=step.now,
        openid=payment.openid,
        from_balance=why.from_balance,
    )
    payments.reserve_refund(transaction, payment, amount)
    refunds.create(transaction, refund)
    tell(transaction, EventType.REFUND_REQUESTED, refund, step)
    return refund


_SEQUENCE = {EventType.REFUND_REQUESTED: 1, EventType.REFUND_FAILED: 2, EventType.REFUND_SUCCEEDED: 3}
"""A refund fails before it succeeds, if it does both."""


def tell(transaction: Transaction, event_type: EventType, refund: Refund, step: Step) -> None:
    """Send an event of a refund if the transaction commits."""
    payload = {
        "out_refund_no": refund.out_refund_no,
        "payment_id": refund.payment_id,
        "order_no": refund.order_no,
        "user_id": refund.user_id,
        "amount": refund.amount.fen,
    }
    outbox.send(transaction, step.event(event_type, refund.out_refund_no, _SEQUENCE[event_type], payload))


class Cashier(Value):
    """Through whom money goes back, and where WeChat tells us that it arrived."""

    wechat_pay: WechatPay
    notify_url: str


def send(event: Event, consumer: str, cashier: Cashier, step: Step) -> None:
    """Take a refund to WeChat, and note what it says.

    Raises WechatUnavailable: the message comes again, with the same number and body.
    """
    refund = refunds.get(event.payload["out_refund_no"])
    if refund is not None and refund.status is RefundState.REQUESTED:
        hand_in(refund, cashier, step)
    transaction = Transaction()
    inbox.done(transaction, event, consumer, step.now)
    transaction.commit()


def hand_in(refund: Refund, cashier: Cashier, step: Step) -> None:
    """Ask WeChat for the refund; a no is believed only if WeChat does not know the refund after all."""
    wish = RefundRequest(
        out_trade_no=refund.payment_id,
        out_refund_no=refund.out_refund_no,
        amount=refund.amount.fen,
        total=refund.total.fen,
        reason=refund.reason,
        notify_url=cashier.notify_url,
    )
    body = refunds.keep_body(refund.out_refund_no, refund_body(wish).decode())
    said = cashier.wechat_pay.refund(body.encode())
    if isinstance(said, RefundRefused):
        known = cashier.wechat_pay.query_refund(refund.out_refund_no)
        if known is not None:
            note(word_of(known), step)
        elif said.code != "NOT_ENOUGH":
            _give_up(refund, said.code, step)
        # Else the merchant's account is empty: the refund stays asked for, and is handed in again later.
        return
    note(word_of(said), step)


def ask(refund: Refund, cashier: Cashier, step: Step) -> None:
    """Ask WeChat how a refund stands; one that it does not know is handed in again. Raises WechatUnavailable."""
    said = cashier.wechat_pay.query_refund(refund.out_refund_no)
    if said is None:
        hand_in(refund, cashier, step)
    else:
        note(word_of(said), step)


def word_of(said: trade.Refund) -> RefundWord:
    """What WeChat's answer says."""
    return RefundWord(
        out_refund_no=said.out_refund_no,
        refund_id=said.refund_id,
        payment_id=said.out_trade_no,
        status=said.status,
        amount=Money(said.amount),
        total=Money(said.total),
        at=said.success_time,
    )


def note(word: RefundWord, step: Step) -> Refund | SettlementMismatch | NotFound:
    """Note what WeChat says of a refund, once; repeats and what is older than what we know change nothing."""
    for _ in range(ATTEMPTS):
        refund = refunds.get(word.out_refund_no)
        mismatch = SettlementMismatch("refund", "", word.out_refund_no) if refund is None else compare(refund, word)
        if mismatch is not None:
            subject = Subject("refund", word.out_refund_no, "" if refund is None else refund.order_no)
            differences.keep(Difference.of(subject, mismatch, step.now))
        if refund is None:
            return NotFound("refund")
        if mismatch is not None:
            return mismatch
        to = word.leads_to
        final = refund.status is RefundState.FAILED and refund.failure != ABNORMAL
        if to not in next_states(refund.status) or final:
            return refund
        transaction = Transaction()
        refunds.move(transaction, refund, to, word, word.status if to is RefundState.FAILED else None)
        if to is RefundState.SUCCEEDED:
            payments.note_returned(transaction, refund, word, step.now)
            tell(transaction, EventType.REFUND_SUCCEEDED, refund, step)
        elif to is RefundState.FAILED:
            if word.status != ABNORMAL:
                payments.release_refund(transaction, refund.payment_id, refund.amount)
            tell(transaction, EventType.REFUND_FAILED, refund, step)
        if transaction.commit() is None:
            return replace(refund, status=to, refund_id=word.refund_id, ended_at=word.at)
    raise busy(word.out_refund_no)


def _give_up(refund: Refund, code: str, step: Step) -> None:
    transaction = Transaction()
    refunds.move(transaction, refund, RefundState.FAILED, None, code)
    payments.release_refund(transaction, refund.payment_id, refund.amount)
    tell(transaction, EventType.REFUND_FAILED, refund, step)
    transaction.commit()
