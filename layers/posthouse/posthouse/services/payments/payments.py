"""Taking money: open one payment for an order, and settle what WeChat reports as paid."""

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
from posthouse.services.payments.order_payments import payment_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import differences, guests, inbox, outbox, payments
from posthouse.store.orders import PENDING_PAYMENT
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.wechat.credentials import WechatCredentials
    from posthouse.clients.wechat.pay import WechatPay
    from posthouse.clients.wechat.trade import Trade
    from posthouse.domain.booking import Booking
    from posthouse.domain.identity import Principal
    from posthouse.domain.shop_order import ShopOrder

PREPAY_LIFE = timedelta(minutes=110)
"""WeChat keeps a prepay id for two hours. A little earlier we request a new one with the same body."""


class Merchant(Value):
    """Our merchant at WeChat Pay, and the URL for WeChat's notifications of payments."""

    credentials: WechatCredentials
    notify_url: str


class OpenPayment(Value):
    """A payment that the client can hand to wx.requestPayment."""

    payment: Payment
    parameters: Mapping[str, str]


def open_payment(
    order_no: str, caller: Principal, merchant: Merchant, wechat_pay: WechatPay, step: Step
) -> OpenPayment | Refusal:
    """Open the order's payment, or continue with the one that is open.

    Our row is written first, with the body that WeChat gets: after a failure a retry sends the same body.
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
        if due.status != PENDING_PAYMENT or due.expires_at <= step.now:
            return NotPayable("expired" if due.status == PENDING_PAYMENT else due.status)
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


def _settlement_of(trade: Trade, now: datetime) -> Settlement | None:
    """Returns what WeChat reports as paid, in a query or a notification; None if the trade is not paid."""
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


def settle_trade(
    trade: Trade | None, merchant: WechatCredentials, step: Step
) -> Payment | SettlementMismatch | NotFound | None:
    """Settle the payment that WeChat reports, in a notification or a query; None if the trade is not paid."""
    settlement = None if trade is None else _settlement_of(trade, step.now)
    return None if settlement is None else settle(settlement, merchant, step)


def settle(settlement: Settlement, merchant: WechatCredentials, step: Step) -> Payment | SettlementMismatch | NotFound:
    """Note that a payment has succeeded, once, together with its ledger row and its event. A repeat changes nothing.

    Where WeChat's report does not match our payment, the difference is kept for staff.
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
    """Returns a guest's payment. WeChat is queried until it has succeeded, in case its notification was lost."""
    payment = payments.get(payment_id)
    if payment is None or payment.user_id != caller.subject:
        return NotFound("payment")
    if payment.status is PaymentState.SUCCEEDED or payment.prepay_id is None:
        return payment
    return query(payment, PaymentChannel(merchant, wechat_pay), step)


class PaymentChannel(Value):
    """Our merchant's account at WeChat Pay, where payments are queried and closed."""

    credentials: WechatCredentials
    wechat_pay: WechatPay


def query(payment: Payment, channel: PaymentChannel, step: Step) -> Payment | SettlementMismatch | NotFound:
    """Query a payment at WeChat, and settle it if it was paid. Returns the payment as it is stored then.

    Raises WechatUnavailable.
    """
    trade = channel.wechat_pay.query(payment.payment_id)
    settled = settle_trade(trade, channel.credentials, step)
    if settled is None or isinstance(settled, Refusal):
        return settled or payment
    return payments.get(payment.payment_id) or payment


def queried_payment(order: Booking | ShopOrder, channel: PaymentChannel, step: Step) -> Payment | None:
    """Returns an order's payment; WeChat is queried first if it has not succeeded yet.

    Raises WechatUnavailable, and CannotSettle if what WeChat reports does not match our payment.
    """
    payment = payment_of(order)
    if payment is None or payment.status is PaymentState.SUCCEEDED:
        return payment
    queried = query(payment, channel, step)
    if isinstance(queried, Refusal):
        msg = f"WeChat reports another payment than our {payment.payment_id}: {queried.explanation}"
        raise CannotSettle(msg)
    return queried


class NotClosed(Exception):
    """WeChat has not closed an order, or reports other facts than ours: worth a retry, then staff look at it."""


def close(event: Event, consumer: str, channel: PaymentChannel, step: Step) -> None:
    """Close the payment of a cancelled order at WeChat, so that nobody pays it any more.

    Neither answer of WeChat to the close is final, so the payment is queried afterwards. Money that came in first is
    settled, and its event leads to a refund. Raises NotClosed or WechatUnavailable: the message is retried.
    """
    payment_id = event.payload["payment_id"]
    payment = payments.get(payment_id) if payment_id else None
    if payment is not None and payment.status is not PaymentState.SUCCEEDED:
        channel.wechat_pay.close(payment.payment_id)
        trade = channel.wechat_pay.query(payment.payment_id)
        settled = settle_trade(trade, channel.credentials, step)
        still_open = trade is not None and trade.trade_state in {"NOTPAY", "USERPAYING"}
        if still_open or isinstance(settled, Refusal):
            raise NotClosed(payment.payment_id)
    inbox.note_done(event, consumer, step.now)
