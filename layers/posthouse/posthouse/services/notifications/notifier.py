"""Sends notices to guests about orders: at most once for each event, and in the order of the events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from posthouse.clients.wechat.errors import WechatTimeout, WechatUnavailable
from posthouse.clients.wechat.mini_program import MiniProgram, SendDeferred, SendRefused, Sent, TokenRejected
from posthouse.domain.event import EventType
from posthouse.domain.notice_fields import BEYOND_STATES, Notice, notice_of
from posthouse.domain.notice_reason import ACCOUNT_DELETED, INTERRUPTED, NO_TEMPLATE
from posthouse.domain.value import Value
from posthouse.services.wechat_token import with_access_token
from posthouse.store import guests, notices
from posthouse.store.notices import NoticeAttempt

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step


class NotSentYet(WechatUnavailable):
    """WeChat did not accept the notice now, but may accept it later: the queue retries it in order."""


_MAY_BE_SENT = frozenset({"sending", "sent", "unknown"})


class _Message(Value):
    openid: str
    template_id: str
    fields: Mapping[str, str]
    page: str


class Notifier:
    """Sends notices through one mini-program and its message templates."""

    def __init__(self, mini_program: MiniProgram, app_id: str, templates: Mapping[str, str]) -> None:
        self._mini_program = mini_program
        self._app_id = app_id
        self._templates = templates

    def notify(self, event: Event, step: Step) -> str:
        """Send the notice of an event. Returns the status of the attempt. Raises NotSentYet if a retry may succeed.

        A ``sending`` row is written before the call. A retry that finds such a row cannot know whether WeChat accepted
        the message, and a second send could cost the guest's only permission. So it does not send again.
        """
        notice = notice_of(_with_shipment(event))
        guest = guests.get(notice.facts["user_id"], consistent=False)
        fields, template_id = notice.fields(), self._templates.get(notice.kind)
        latest = notices.latest(notice.order_no, BEYOND_STATES)
        of_a_state = notice.position < BEYOND_STATES
        newer = of_a_state and latest is not None and latest.sequence > notice.position
        outdated = newer and latest is not None and latest.status in _MAY_BE_SENT
        begun = NoticeAttempt(notice.order_no, notice.position, notice.kind, "sending", None, step.now)
        if not notices.begin(begun, notice.facts["user_id"]):
            return _close(notice, "unknown", INTERRUPTED, step)
        if outdated:
            return _close(notice, "superseded", None, step)
        if guest is None:
            return _close(notice, "refused", ACCOUNT_DELETED, step)
        if template_id is None:
            return _close(notice, "refused", NO_TEMPLATE, step)
        message = _Message(guest.openid, template_id, fields, notice.page)
        try:
            status, detail = self._send(message, step)
        except Exception as fault:
            # Nothing was sent: _send handles the faults of WeChat, and the response of a send is read at once.
            _close(notice, "failed", type(fault).__name__, step)
            raise
        _close(notice, status, detail, step)
        if status == "failed":
            raise NotSentYet("subscribe_send", detail or "not taken")
        return status

    def _send(self, message: _Message, step: Step) -> tuple[str, str | None]:
        def call(token: str) -> Sent | SendRefused | SendDeferred | TokenRejected:
            return self._mini_program.send_subscribe_message(
                token, message.openid, message.template_id, message.fields, page=message.page
            )

        try:
            answer = with_access_token(self._mini_program, self._app_id, step, call)
        except WechatUnavailable as fault:
            # Only a timeout of the send itself is unknown; a timeout of the token means that nothing was sent.
            lost = isinstance(fault, WechatTimeout) and fault.api == "subscribe_send"
            return "unknown" if lost else "failed", fault.reason
        match answer:
            case Sent():
                return "sent", None
            case SendRefused(errcode, errmsg):
                return "refused", f"{errcode} {errmsg}"
            case SendDeferred(errcode) | TokenRejected(errcode):
                return "failed", f"errcode {errcode}"
            case _:
                assert_never(answer)


def _with_shipment(event: Event) -> Event:
    """Returns an event with the shipment that it tells of. Only the order has it, which is forgotten with its guest."""
    if event.type is not EventType.SHOP_ORDER_SHIPPED:
        return event
    from posthouse.store import shop_orders

    order = shop_orders.get(event.aggregate_id)
    sent = None if order is None else order.shipment
    facts = {} if sent is None else {"carrier": sent.carrier, "tracking_no": sent.tracking_no}
    return replace(event, payload={**event.payload, **facts})


def _close(notice: Notice, status: str, detail: str | None, step: Step) -> str:
    """Write the result of the attempt. Its row serves as the inbox row."""
    ended = notices.finish(notice.order_no, notice.position, status, detail, step.now)
    return status if ended else "repeat"
