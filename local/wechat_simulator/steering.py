"""The calls under `/simulator/` that create guests, pay for them, and make WeChat fail."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web
from pydantic import ValidationError

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.deliveries import Deliveries, Notice, payment_notice, refund_notice
from local.wechat_simulator.guests import Guest
from local.wechat_simulator.mini_program import MiniProgramHost
from local.wechat_simulator.pay_host import PayHost, refund_status
from local.wechat_simulator.phones import read_number
from local.wechat_simulator.shipping import settlement_of
from local.wechat_simulator.state import Fault, Faults
from local.wechat_simulator.steering_input import (
    AcceptancesWish,
    DeliveryWish,
    FaultWish,
    GuestWish,
    PaymentWish,
    RefundEndsWish,
    RefundWish,
    Steering,
)
from local.wechat_simulator.trades import Refund, Trade

MOUNT = "/simulator"
Wish = TypeVar("Wish", bound=Steering)


class SteeringCalls:
    """Handlers of the steering calls. A call sends its deliveries before it responds."""

    def __init__(
        self,
        config: SimulatorConfig,
        faults: Faults,
        deliveries: Deliveries,
        mini_program: MiniProgramHost,
        pay: PayHost,
    ) -> None:
        self._config = config
        self._faults = faults
        self._deliveries = deliveries
        self._mini_program = mini_program
        self._pay = pay

    def routes(self) -> list[web.RouteDef]:
        """The routes of all steering calls."""
        return [
            web.post(f"{MOUNT}/guests", _with(GuestWish, self._enter_guest)),
            web.get(f"{MOUNT}/guests", self._list_guests),
            web.post(f"{MOUNT}/guests/{{openid}}/acceptances", _with(AcceptancesWish, self._accept)),
            web.post(f"{MOUNT}/payments/{{name}}", _with(PaymentWish, self._pay_order)),
            web.get(f"{MOUNT}/payments", self._list_payments),
            web.post(f"{MOUNT}/refunds/{{out_refund_no}}", _with(RefundWish, self._steer_refund)),
            web.post(f"{MOUNT}/refunds", _with(RefundEndsWish, self._plan_refunds)),
            web.delete(f"{MOUNT}/refunds", self._clear_refunds),
            web.get(f"{MOUNT}/refunds", self._list_refunds),
            web.get(f"{MOUNT}/messages", self._list_messages),
            web.post(f"{MOUNT}/faults", _with(FaultWish, self._add_fault)),
            web.delete(f"{MOUNT}/faults", self._clear_faults),
            web.post(f"{MOUNT}/access-token-expiry", self._expire_token),
        ]

    async def _enter_guest(self, _: web.Request, wish: GuestWish) -> web.Response:
        credits_by_kind = None if wish.credits is None else {str(kind): count for kind, count in wish.credits.items()}
        number = read_number(wish.phone_number)
        guest = self._mini_program.guests.enter(
            number, wish.nickname, credits_by_kind, keep=wish.keep, unionid=wish.unionid
        )
        return web.json_response(guest, status=201)

    async def _accept(self, request: web.Request, wish: AcceptancesWish) -> web.Response:
        openid = request.match_info["openid"]
        if openid not in self._mini_program.guests.by_openid:
            return problem(404, "not_found", "no such openid")
        complaint = self._mini_program.accept(openid, wish.template_ids)
        return web.Response(status=204) if complaint is None else problem(400, "not_accepted", complaint)

    async def _pay_order(self, request: web.Request, wish: PaymentWish) -> web.Response:
        trade = self._pay.merchant.trade_to_pay(request.match_info["name"])
        if trade is None:
            return problem(404, "not_found", "no such prepay_id or out_trade_no")
        if wish.openid is not None and wish.openid not in self._mini_program.guests.by_openid:
            return problem(404, "not_found", "no such openid")
        if wish.result == "fail":
            return web.json_response({"deliveries": []})
        obstacle = self._pay.merchant.pay(trade, wish.openid)
        if obstacle is not None:
            return problem(409, "not_payable", obstacle)
        return await self._deliver(payment_notice(trade, wish.fault), wish)

    async def _steer_refund(self, request: web.Request, wish: RefundWish) -> web.Response:
        refund = self._pay.merchant.refunds.get(request.match_info["out_refund_no"])
        if refund is None:
            return problem(404, "not_found", "no such out_refund_no")
        if wish.result is not None:
            self._pay.merchant.end_refund(refund, refund_status(wish.result))
        if refund.status == "PROCESSING":
            return problem(409, "not_ended", "the refund is still PROCESSING; give a result")
        notice = refund_notice(refund, self._config.merchant_id)
        return web.json_response({"deliveries": []}) if notice is None else await self._deliver(notice, wish)

    async def _deliver(self, notice: Notice, wish: DeliveryWish) -> web.Response:
        # The money has moved already; the delay is before the notification.
        await asyncio.sleep(wish.delay_seconds)
        made = [] if wish.lost else [await self._deliveries.deliver(notice, wish.fault) for _ in range(wish.deliveries)]
        if wish.retry and not any(delivery["status"] in {200, 204} for delivery in made):
            self._deliveries.retry(notice, wish.fault)
        return web.json_response({"deliveries": made})

    async def _plan_refunds(self, _: web.Request, wish: RefundEndsWish) -> web.Response:
        self._pay.refund_ends.plan(wish.result, wish.times, wish.order_no)
        return web.Response(status=204)

    async def _clear_refunds(self, _: web.Request) -> web.Response:
        self._pay.refund_ends.clear()
        return web.Response(status=204)

    async def _add_fault(self, _: web.Request, wish: FaultWish) -> web.Response:
        self._faults.add(wish.api, Fault(wish.errcode, wish.http_status, wish.delay_seconds), wish.times)
        return web.Response(status=204)

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return web.Response(status=204)

    async def _expire_token(self, _: web.Request) -> web.Response:
        self._mini_program.tokens.rotate()
        return web.Response(status=204)

    async def _list_guests(self, _: web.Request) -> web.Response:
        # Sorted by number, so that a guest's place in the list does not change at a login.
        known = sorted(self._mini_program.guests.by_openid.values(), key=lambda guest: guest.phone_number.shown)
        return _items([_guest_row(guest) for guest in known])

    async def _list_messages(self, request: web.Request) -> web.Response:
        return _items(self._mini_program.messages.to(request.query.get("openid")))

    async def _list_payments(self, request: web.Request) -> web.Response:
        order_no = request.query.get("order_no")
        trades = self._pay.merchant.trades.values()
        return _items([_payment_row(trade) for trade in trades if _is_of(trade, order_no)])

    async def _list_refunds(self, request: web.Request) -> web.Response:
        order_no = request.query.get("order_no")
        refunds = self._pay.merchant.refunds.values()
        return _items([_refund_row(refund) for refund in refunds if _is_of(refund.trade, order_no)])


def problem(status: int, code: str, detail: str) -> web.Response:
    """An error of the steering calls, in the format of RFC 9457."""
    content = {"type": "about:blank", "title": code.replace("_", " "), "status": status, "code": code, "detail": detail}
    return web.json_response(content, status=status, content_type="application/problem+json")


def _with(
    model: type[Wish], act: Callable[[web.Request, Wish], Awaitable[web.Response]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        try:
            wish = model.model_validate_json(await request.read() or b"{}")
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            return problem(422, "invalid_input", f"{place}: {first['msg']}" if place else first["msg"])
        return await act(request, wish)

    return handler


def _items(rows: list[dict[str, Any]]) -> web.Response:
    return web.json_response({"items": rows, "next_cursor": None})


def _is_of(trade: Trade, order_no: str | None) -> bool:
    return order_no is None or trade.body.get("attach") == order_no


def _guest_row(guest: Guest) -> dict[str, Any]:
    return {"openid": guest.openid, "phone_number": guest.phone_number.shown, "nickname": guest.nickname}


def _payment_row(trade: Trade) -> dict[str, Any]:
    return {
        "out_trade_no": trade.out_trade_no,
        "prepay_id" if trade.product == "jsapi" else "code_url": trade.opened_as[-1],
        "trade_state": trade.trade_state,
        "amount": trade.total,
        "requests": trade.requests,
        "settlement": settlement_of(trade),
        "shipping": trade.shipping,
    }


def _refund_row(refund: Refund) -> dict[str, Any]:
    return {
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": refund.trade.out_trade_no,
        "status": refund.status,
        "amount": refund.amount,
        "requests": refund.requests,
    }
