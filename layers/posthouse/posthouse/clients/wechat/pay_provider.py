"""WeChat Pay behind the protocol of a provider (posthouse.clients.provider). A new way to pay has its case here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.pay_answers import NativePrepaid, PrepayRefused
from posthouse.clients.wechat.pay_answers import RefundRefused as PayRefundRefused
from posthouse.clients.wechat.pay_bodies import PrepayRequest, RefundRequest, prepay_body, refund_body
from posthouse.domain.money import Money
from posthouse.domain.payment import JSAPI, NATIVE, Payment, Settlement, SettlementMismatch, Way, compare
from posthouse.domain.provider import (
    Handover,
    Opened,
    OpenRefused,
    PaymentReport,
    PaymentRequest,
    RefundRefused,
    Standing,
)
from posthouse.domain.refund import Refund, RefundReport

if TYPE_CHECKING:
    from posthouse.clients.wechat import trade
    from posthouse.clients.wechat.credentials import WechatCredentials
    from posthouse.clients.wechat.pay import WechatPay

PREPAY_LIFE = timedelta(minutes=110)
"""WeChat keeps a prepay id or a code URL for two hours. A little earlier we request a new one with the same body."""

NOT_ENOUGH = "NOT_ENOUGH"
"""WeChat's code when the merchant's account has too little money: the refund waits, and is sent again."""

_OPEN = frozenset({"NOTPAY", "USERPAYING"})
"""WeChat's states of a trade that may still be paid."""


class WechatProvider:
    """One merchant at WeChat Pay.

    Parameters
    ----------
    pay
        Makes the client when it is needed: it imports cryptography, which a notification's comparison does not need.
    notify_base
        Returns the URL below which WeChat's notifications arrive; only a body needs it.
    clock
        The time now (aware).
    """

    name = JSAPI.provider
    title = "WeChat Pay"
    keeps_books = True

    def __init__(
        self,
        credentials: WechatCredentials,
        pay: Callable[[], WechatPay],
        notify_base: Callable[[], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._credentials = credentials
        self._pay = pay
        self._notify_base = notify_base
        self._clock = clock

    def binds_payer(self, way: Way) -> bool:
        """Whether only the guest who orders may pay: a prepay id works for one openid, a QR code for anybody."""
        return way != NATIVE

    def payment_body(self, request: PaymentRequest) -> str:
        """Returns the body of a prepay. Raises ValueError for what WeChat always refuses."""
        wanted = PrepayRequest(
            description=request.subject,
            out_trade_no=request.payment_id,
            expires_at=request.expires_at,
            notify_url=f"{self._notify_base()}/notifications",
            total=request.amount.fen,
            openid=request.payer if self.binds_payer(request.way) else None,
            attach=request.order_no,
        )
        return prepay_body(self._credentials.app_id, self._credentials.merchant_id, wanted).decode()

    def open(self, payment: Payment) -> Opened | OpenRefused:
        """Prepay a payment, in the mini program or by QR code."""
        pay, body = self._pay(), payment.request_body.encode()
        answer = pay.prepay_native(body) if payment.way == NATIVE else pay.prepay(body)
        if isinstance(answer, PrepayRefused):
            return OpenRefused(answer.code)
        return Opened(answer.code_url if isinstance(answer, NativePrepaid) else answer.prepay_id, PREPAY_LIFE)

    def handover(self, payment: Payment) -> Handover:
        """Returns the signed parameters for wx.requestPayment, or the URL for a QR code."""
        if payment.way == NATIVE:
            return Handover(code_url=payment.opened_as)
        return Handover(parameters=self._pay().payment_parameters(payment.opened_as or ""))

    def query(self, payment_id: str) -> PaymentReport:
        """Query a payment."""
        held = self._pay().query(payment_id)
        if held is None:
            return PaymentReport(Standing.UNKNOWN, "unknown")
        if held.is_paid:
            return PaymentReport(Standing.PAID, held.trade_state, settlement_of(held, self._clock()))
        return PaymentReport(Standing.OPEN if held.trade_state in _OPEN else Standing.CLOSED, held.trade_state)

    def compare(self, payment: Payment, settlement: Settlement) -> SettlementMismatch | None:
        """Returns the first field in which WeChat's report differs from our payment, or None."""
        return compare(payment, settlement, self._credentials.app_id, self._credentials.merchant_id)

    def close(self, payment_id: str) -> None:
        """Close an unpaid payment. WeChat's refusal is unsigned, and a payment under way may still succeed."""
        self._pay().close(payment_id)

    def refund_body(self, refund: Refund) -> str:
        """Returns the body of a refund. Raises ValueError for what WeChat always refuses."""
        wanted = RefundRequest(
            out_trade_no=refund.payment_id,
            out_refund_no=refund.out_refund_no,
            amount=refund.amount.fen,
            total=refund.total.fen,
            reason=refund.reason,
            notify_url=f"{self._notify_base()}/refund-notifications",
        )
        return refund_body(wanted).decode()

    def refund(self, refund: Refund, body: str) -> RefundReport | RefundRefused:  # noqa: ARG002 - the body has it all
        """Send a refund."""
        answer = self._pay().refund(body.encode())
        if isinstance(answer, PayRefundRefused):
            return RefundRefused(answer.code, may_be_sent_again=answer.code == NOT_ENOUGH)
        return report_of(answer)

    def query_refund(self, out_refund_no: str, payment_id: str) -> RefundReport | None:  # noqa: ARG002 - one key
        """Query a refund."""
        held = self._pay().query_refund(out_refund_no)
        return None if held is None else report_of(held)


def settlement_of(held: trade.Trade, now: datetime) -> Settlement:
    """Returns what WeChat reports as paid. Raises WechatUnavailable if a field is missing."""
    if held.transaction_id is None or held.total is None:
        raise WechatUnavailable("query", "a paid payment lacks a field")
    return Settlement(
        app_id=held.app_id,
        merchant_id=held.merchant_id,
        payment_id=held.out_trade_no,
        transaction_id=held.transaction_id,
        amount=Money(held.total, held.currency or "CNY"),
        payer=held.openid or "",
        succeeded_at=held.success_time or now,
    )


def report_of(held: trade.Refund) -> RefundReport:
    """Returns what WeChat reports of a refund, in an answer or a notification."""
    return RefundReport(
        out_refund_no=held.out_refund_no,
        refund_id=held.refund_id,
        payment_id=held.out_trade_no,
        status=held.status,
        amount=Money(held.amount),
        total=Money(held.total),
        at=held.success_time,
    )
