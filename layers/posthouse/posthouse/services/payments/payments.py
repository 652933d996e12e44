"""Taking money: open one payment for an order, and settle what WeChat says has been paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from posthouse.clients.wechat.pay_answers import PrepayRefused
from posthouse.clients.wechat.pay_bodies import PrepayRequest, prepay_body
from posthouse.domain.difference import Difference, Subject
from posthouse.domain.event import Event, EventType
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.ids import IdKind
from posthouse.domain.money import Money
from posthouse.domain.payment import (
    CannotSettle,
    NotPayable,
    Payment,
    PaymentRefused,
    PaymentState,
    Settlement,
    SettlementMismatch,
    compare,
)
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services import orders
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import differences, guests, inbox, outbox, payments
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.wechat.credentials import WechatCredentials
    from posthouse.clients.wechat.pay import WechatPay
    from posthouse.clients.wechat.trade import Trade
    from posthouse.domain.identity import Principal

PREPAY_LIFE = timedelta(minutes=110)
"""WeChat keeps a prepay id for two hours; a little earlier we ask for a new one with the same body."""


class Merchant(Value):
    """Who is paid, and where WeChat tells us that it happened."""

    credentials: WechatCredentials
    notify_url: str


class OpenPayment(Value):
    """A payment that the client can hand to wx.requestPayment."""

    payment: Payment
    parameters: Mapping[str, str]


def open_payment(
    order_no: str, caller: Principal, merchant: Merchant, wechat_pay: WechatPay, step: Step
) -> OpenPayment | Refusal:
    """Open the order's payment, or go on with the one that is open.

    Our row comes first, with the very body that WeChat will get: whatever fails after it, a repeat sends the same.
    Raises WechatUnavailable when WeChat does not answer; the order stays payable.
    """
    payment = _claim(order_no, caller, merchant, step)
    if isinstance(payment, Refusal):
        return payment
    prepay_id = payment.prepay_id
    if prepay_id is None or payment.created_at + PREPAY_LIFE <= step.now:
        answer = wechat_pay.prepay(payment.request_body.encode())
        if isinstance(answer, PrepayRefused):
            return PaymentRefused(answer.code)
        prepay_id = answer.prepay_id
        if not payments.note_prepay(payment.payment_id, prepay_id):
            return NotPayable("closed")
    return OpenPayment(payment, wechat_pay.payment_parameters(prepay_id))


def _claim(order_no: str, caller: Principal, merchant: Merchant, step: Step) -> Payment | Refusal:
    for _ in range(ATTEMPTS):
        due = orders.payable_by(order_no, caller)
        if isinstance(due, NotFound):
            return due
        if due.status != orders.WAITS or due.expires_at <= step.now:
            return NotPayable("expired" if due.status == orders.WAITS else due.status)
        current = payments.get(due.payment_id) if due.payment_id else None
        if current is not None and current.status is PaymentState.SUCCEEDED:
            return NotPayable("paid")
        if current is not None and current.status is PaymentState.CREATED:
            return current
        payment = _new_payment(due, merchant, step)
        if payment is None:
            return AccountDeleted()
        transaction = Transaction()
        orders.open_payment(transaction, due, payment.payment_id, step.now)
        payments.create(transaction, payment)
        if transaction.commit() is None:
            return payment
    raise busy(order_no)


def _new_payment(due: orders.Payable, merchant: Merchant, step: Step) -> Payment | None:
    guest = guests.get(due.user_id, consistent=False)
    if guest is None:
        return None
    payment_id = step.new_id(IdKind.PAYMENT)
    request = PrepayRequest(
        description=due.subject,
        out_trade_no=payment_id,
        expires_at=due.expires_at,
        notify_url=merchant.notify_url,
        total=due.payable.fen,
        openid=guest.openid,
        attach=due.order_no,
    )
    body = prepay_body(merchant.credentials.app_id, merchant.credentials.merchant_id, request)
    return Payment(
        payment_id=payment_id,
        order_no=due.order_no,
        user_id=due.user_id,
        openid=guest.openid,
        total=due.total,
        discount=due.discount,
        payable=due.payable,
        status=PaymentState.CREATED,
        request_body=body.decode(),
        created_at=step.now,
        expires_at=due.expires_at,
    )


def settlement_of(trade: Trade, now: datetime) -> Settlement | None:
    """What WeChat says was paid; None if the trade is not a payment that went through."""
    if not trade.is_paid or trade.transaction_id is None or trade.total is None:
        return None
    return Settlement(
        app_id=trade.app_id,
        merchant_id=trade.merchant_id,
        payment_id=trade.out_trade_no,
        transaction_id=trade.transaction_id,
        amount=Money(trade.total, trade.currency or "CNY"),
        openid=trade.openid or "",
        succeeded_at=trade.success_time or now,
    )


def settle(settlement: Settlement, merchant: WechatCredentials, step: Step) -> Payment | SettlementMismatch | NotFound:
    """Note that a payment has succeeded, once, together with its ledger row and its event. A repeat changes nothing.

    What WeChat says and does not fit is kept as a difference for staff.
    AWS calls: one read, one transaction.
    """
    payment = payments.get(settlement.payment_id)
    if payment is None:
        unknown = SettlementMismatch("payment", "", settlement.payment_id)
        differences.keep(Difference.of(Subject("payment", settlement.payment_id, ""), unknown, step.now))
        return NotFound("payment")
    mismatch = compare(payment, settlement, merchant.app_id, merchant.merchant_id)
    if mismatch is not None:
        subject = Subject("payment", payment.payment_id, payment.order_no)
        differences.keep(Difference.of(subject, mismatch, step.now))
        return mismatch
    if payment.status is PaymentState.SUCCEEDED:
        return payment
    transaction = Transaction()
    payments.succeed(transaction, payment, settlement, step.now)
    payload = {
        "order_no": payment.order_no,
        "payment_id": payment.payment_id,
        "user_id": payment.user_id,
        "amount": settlement.amount.fen,
        "transaction_id": settlement.transaction_id,
        "succeeded_at": settlement.succeeded_at.isoformat(),
    }
    outbox.send(transaction, step.event(EventType.PAYMENT_SUCCEEDED, payment.payment_id, 1, payload))
    if transaction.commit() is not None:
        now_stored = payments.get(payment.payment_id)
        if now_stored is None or now_stored.status is not PaymentState.SUCCEEDED:
            msg = f"the money of payment {payment.payment_id} could not be recorded"
            raise RuntimeError(msg)
    return payment


def look_up(
    payment_id: str, caller: Principal, merchant: WechatCredentials, wechat_pay: WechatPay, step: Step
) -> Payment | Refusal:
    """A guest's payment; until it has succeeded WeChat is asked, in case its notification has been lost."""
    payment = payments.get(payment_id)
    if payment is None or payment.user_id != caller.subject:
        return NotFound("payment")
    if payment.status is PaymentState.SUCCEEDED or payment.prepay_id is None:
        return payment
    return ask(payment, Till(merchant, wechat_pay), step)


class Till(Value):
    """Whom to ask for money that may have come in."""

    credentials: WechatCredentials
    wechat_pay: WechatPay


def ask(payment: Payment, till: Till, step: Step) -> Payment | SettlementMismatch | NotFound:
    """Ask WeChat for a payment, and settle it if it was paid; answers it as it stands then.

    Raises WechatUnavailable.
    """
    trade = till.wechat_pay.query(payment.payment_id)
    settlement = settlement_of(trade, step.now) if trade is not None else None
    if settlement is None:
        return payment
    settled = settle(settlement, till.credentials, step)
    return settled if isinstance(settled, Refusal) else payments.get(payment.payment_id) or payment


def ask_surely(payment: Payment, till: Till, step: Step) -> Payment:
    """The payment as it stands when WeChat was asked. Raises CannotSettle where it has money that is not ours."""
    answer = ask(payment, till, step)
    if isinstance(answer, Refusal):
        msg = f"WeChat has money for payment {payment.payment_id} that is not ours: {answer.explanation}"
        raise CannotSettle(msg)
    return answer


class NotClosed(Exception):
    """WeChat has not closed an order, or says other things of it than we know: worth another try, then a look."""


def close(event: Event, consumer: str, till: Till, step: Step) -> None:
    """Close the payment of a cancelled order at WeChat, so that nobody pays it any more.

    Neither WeChat's yes nor its no is the last word, so it is asked afterwards; money that won the race is settled, and
    its event has it refunded. Raises NotClosed or WechatUnavailable: the message comes again.
    """
    payment_id = event.payload["payment_id"]
    payment = payments.get(payment_id) if payment_id else None
    if payment is not None and payment.status is not PaymentState.SUCCEEDED:
        till.wechat_pay.close(payment.payment_id)
        trade = till.wechat_pay.query(payment.payment_id)
        settlement = settlement_of(trade, step.now) if trade is not None else None
        settled = settle(settlement, till.credentials, step) if settlement is not None else None
        still_open = trade is not None and trade.trade_state in {"NOTPAY", "USERPAYING"}
        if still_open or isinstance(settled, Refusal):
            raise NotClosed(payment.payment_id)
    transaction = Transaction()
    inbox.done(transaction, event, consumer, step.now)
    transaction.commit()
