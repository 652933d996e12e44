"""Tells WeChat of what was sent or used, so that it settles the money: once for each payment that keeps some."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.shipping import ShippingClient, Uploaded, UploadRefused
from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.payment import JSAPI, Payment, PaymentState
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.shipping_information import (
    ShippingInformation,
    ShippingReason,
    ShippingStatus,
    Unsendable,
    body_of,
    reason_of,
)
from posthouse.domain.value import Value
from posthouse.services import orders
from posthouse.services.step import busy
from posthouse.services.wechat_token import with_access_token
from posthouse.store import inbox, payments, shipping_information
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.wechat.mini_program import MiniProgram
    from posthouse.domain.event import Event
    from posthouse.domain.identity import Principal
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.services.step import Step

MANAGED_FOR = {True: timedelta(hours=1), False: timedelta(minutes=5)}
"""How long an environment remembers that WeChat asks for shipping information, or does not: of what is sent while it
believes wrongly that it does not, WeChat is never told."""
INDEXED_AFTER = timedelta(minutes=3)
"""WeChat knows a payment here only some time after it was made: "wait a minute and try again"."""

known_managed: dict[str, tuple[bool, datetime]] = {}

_STAYS_OVER = frozenset(
    {
        BookingState.CHECKED_IN,
        BookingState.FINISHED,
        BookingState.NO_SHOW,
        BookingState.CANCELLED,
        BookingState.REFUNDING,
        BookingState.REFUNDED,
    }
)
"""States in which nothing more goes back to the guest by rule."""


class ShippingChannel(Value):
    """The mini program and the merchant in whose name WeChat is told."""

    client: ShippingClient
    mini_program: MiniProgram
    app_id: str
    merchant_id: str


class UploadLater(WechatUnavailable):
    """WeChat does not know the payment yet: the queue tries again."""


def upload(event: Event, consumer: str, channel: ShippingChannel, step: Step) -> list[str]:
    """Tell WeChat of the payments of an event's order. Returns what became of each. Raises WechatUnavailable."""
    statuses = upload_for_order(event.payload["order_no"], event.occurred_at, channel, step)
    inbox.note_done(event, consumer, step.now)
    return statuses


def upload_for_order(order_no: str, happened_at: datetime, channel: ShippingChannel, step: Step) -> list[str]:
    """Tell WeChat of all payments of an order that keep money. Returns what became of each; none if it does not ask.

    Raises WechatUnavailable, for a retry.
    """
    order = orders.find(order_no)
    if order is None or (isinstance(order, Booking) and order.status not in _STAYS_OVER):
        return []
    found = [(it, shipping_information.get(it.payment_id)) for it in payments.list_of_order(order_no)]
    still_open = [(it, noted) for it, noted in found if noted is None or not noted.has_ended]
    ended = [_end(noted, None, step) for it, noted in still_open if noted is not None and not _keeps_money(it)]
    kept = [(it, None if noted is None else noted.carrier) for it, noted in still_open if _keeps_money(it)]
    fresh = step.now - happened_at < INDEXED_AFTER
    if kept and _is_managed(channel, step):
        ended += [_upload(order, it, channel, step, carrier, fresh=fresh) for it, carrier in kept]
    return [it.status for it in ended]


def retry(
    payment_id: str, carrier: str | None, caller: Principal, channel: ShippingChannel, step: Step
) -> ShippingInformation | Refusal:
    """Tell WeChat again of a payment, for staff who may have chosen the carrier. What has ended stays as it is.

    It ends without WeChat if all the money goes back, and if staff press although they were told that only WeChat's
    own console takes it. Raises WechatUnavailable.
    """
    noted = shipping_information.get(payment_id)
    payment = payments.get(payment_id)
    order = None if noted is None else orders.find(noted.order_no)
    if noted is None or payment is None or order is None:
        return NotFound("payment")
    if noted.has_ended:
        return noted
    wanted = replace(noted, status=ShippingStatus.WAITING, carrier=carrier or noted.carrier, at=step.now)
    if step.claim is not None or (noted.status, noted.carrier) != (wanted.status, wanted.carrier):
        transaction = Transaction()
        shipping_information.wait(transaction, noted, wanted)
        before, after = ({"status": it.status, "carrier": it.carrier} for it in (noted, wanted))
        record(transaction, step.actor(caller.subject), "retry_shipping", payment_id, before=before, after=after)
        if transaction.commit() is not None:
            raise busy(payment_id)
    if not _keeps_money(payment):
        return _end(wanted, None, step)
    if not payment.openid and noted.reason is ShippingReason.NO_PAYER:
        return _end(wanted, ShippingReason.NO_PAYER, step)
    return _upload(order, payment, channel, step, wanted.carrier, fresh=False)


def retried(payment_id: str, caller: Principal, channel: ShippingChannel, step: Step) -> ShippingInformation | Refusal:
    """Returns what became of a retry. One that ended before WeChat was told goes on, by the carrier that is noted."""
    noted = shipping_information.get(payment_id)
    if noted is None or noted.status is ShippingStatus.WAITING:
        return retry(payment_id, None, caller, channel, step)
    return noted


def _keeps_money(payment: Payment) -> bool:
    """Whether WeChat has some of it to settle: what failed to go back is still owed to the guest."""
    is_kept = payment.status is PaymentState.SUCCEEDED and not payment.is_promised_wholly
    return is_kept and payment.provider == JSAPI.provider


def _is_managed(channel: ShippingChannel, step: Step) -> bool:
    known = known_managed.get(channel.app_id)
    if known is None or step.now - known[1] > MANAGED_FOR[known[0]]:
        managed = with_access_token(channel.mini_program, channel.app_id, step, channel.client.is_managed)
        known = known_managed[channel.app_id] = (managed is True, step.now)
    return known[0]


def _upload(
    order: Booking | ShopOrder,
    payment: Payment,
    channel: ShippingChannel,
    step: Step,
    carrier: str | None,
    *,
    fresh: bool,
) -> ShippingInformation:
    body = body_of(order, payment, channel.merchant_id, step.now, carrier)
    told = ShippingInformation(payment.payment_id, order.order_no, ShippingStatus.WAITING, step.now, carrier=carrier)
    if isinstance(body, Unsendable):
        return _note(told, ShippingStatus.REFUSED, body.reason, None)
    told = _with_body(told, body)
    try:
        answer = with_access_token(
            channel.mini_program, channel.app_id, step, lambda token: channel.client.upload(token, body)
        )
    except WechatUnavailable as fault:
        _note(told, ShippingStatus.WAITING, ShippingReason.WECHAT_DOWN, fault.reason)
        raise
    match answer:
        case Uploaded(errcode, errmsg):
            return _note(told, ShippingStatus.UPLOADED, None, f"{errcode} {errmsg}" if errcode else None)
        case UploadRefused(errcode, errmsg):
            reason = reason_of(errcode, told.logistics_type)
            if fresh and reason is ShippingReason.UNKNOWN_PAYMENT:
                _note(told, ShippingStatus.WAITING, reason, f"{errcode} {errmsg}")
                raise UploadLater("upload_shipping_info", "the payment is not known yet")
            return _note(told, ShippingStatus.REFUSED, reason, f"{errcode} {errmsg}")
        case _:
            raise TypeError(answer)


def _with_body(told: ShippingInformation, body: dict[str, Any]) -> ShippingInformation:
    """Returns it with what of the body is kept: no tracking number, which leads to the guest's address."""
    [parcel] = body["shipping_list"]
    return replace(told, logistics_type=body["logistics_type"], carrier=parcel.get("express_company"))


def _note(
    told: ShippingInformation, status: ShippingStatus, reason: ShippingReason | None, words: str | None
) -> ShippingInformation:
    ended = replace(told, status=status, reason=reason, words=None if words is None else words[:300])
    return shipping_information.note(ended)


def _end(noted: ShippingInformation, reason: ShippingReason | None, step: Step) -> ShippingInformation:
    return _note(replace(noted, at=step.now), ShippingStatus.NOT_NEEDED, reason, None)
