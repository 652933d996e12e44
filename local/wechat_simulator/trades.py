"""One merchant's orders and refunds at WeChat Pay, and their changes of state."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.state import Bounded

PREPAY_SECONDS = 7200
REFUNDS_A_TRADE = 50
CHINA = timezone(timedelta(hours=8))
Product = Literal["jsapi", "native"]
"""How the guest comes to pay: in the mini program, or by scanning a QR code."""
RefundStatus = Literal["PROCESSING", "SUCCESS", "ABNORMAL", "CLOSED"]


@dataclass(frozen=True)
class PayError:
    """An error response of WeChat Pay; it is sent unsigned."""

    status: int
    code: str
    message: str


@dataclass
class Refund:
    """One refund of a payment; `amount` is in fen."""

    out_refund_no: str
    trade: "Trade"
    body: Mapping[str, Any]
    created_at: float
    refund_id: str = field(default_factory=lambda: f"503{secrets.randbelow(10**25):025d}")
    status: RefundStatus = "PROCESSING"
    ended_at: float | None = None
    requests: int = 1

    @property
    def amount(self) -> int:
        """The amount of the refund, in fen."""
        return int(self.body["amount"]["refund"])

    def content(self) -> dict[str, Any]:
        """The refund object of WeChat's responses."""
        total = self.trade.total
        content = {
            "refund_id": self.refund_id,
            "out_refund_no": self.out_refund_no,
            "transaction_id": self.trade.transaction_id,
            "out_trade_no": self.trade.out_trade_no,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": china_time(self.created_at),
            "status": self.status,
            "funds_account": "AVAILABLE",
            "amount": {
                "total": total,
                "refund": self.amount,
                "payer_total": total,
                "payer_refund": self.amount,
                "settlement_refund": self.amount,
                "settlement_total": total,
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        return content | ({"success_time": china_time(self.ended_at)} if self._succeeded() else {})

    def notice(self, merchant_id: str) -> dict[str, Any]:
        """The plaintext of a refund notification."""
        content = {
            "mchid": merchant_id,
            "transaction_id": self.trade.transaction_id,
            "out_trade_no": self.trade.out_trade_no,
            "refund_id": self.refund_id,
            "out_refund_no": self.out_refund_no,
            "refund_status": self.status,
            "user_received_account": "支付用户零钱",
            "amount": {
                "total": self.trade.total,
                "refund": self.amount,
                "payer_total": self.trade.total,
                "payer_refund": self.amount,
            },
        }
        return content | ({"success_time": china_time(self.ended_at)} if self._succeeded() else {})

    def _succeeded(self) -> bool:
        return self.status == "SUCCESS"


@dataclass
class Trade:
    """One order of the merchant; `total` is in fen. `payer` is the openid of who may pay it, or has."""

    body: Mapping[str, Any]
    created_at: float
    product: Product = "jsapi"
    payer: str | None = None
    opened_as: list[str] = field(default_factory=list)
    """Its prepay ids, or its code URLs."""
    state: Literal["NOTPAY", "SUCCESS", "CLOSED"] = "NOTPAY"
    transaction_id: str = ""
    paid_at: float | None = None
    closed_at: float | None = None
    requests: int = 0
    refunds: list[Refund] = field(default_factory=list)
    shipping: dict[str, Any] | None = None
    """What the merchant has said of the shipment; WeChat holds the money until then."""

    @property
    def out_trade_no(self) -> str:
        """The merchant's number of the order."""
        return str(self.body["out_trade_no"])

    @property
    def total(self) -> int:
        """The amount to pay, in fen."""
        return int(self.body["amount"]["total"])

    @property
    def trade_state(self) -> str:
        """WeChat's state of the order: REFUND as soon as it has accepted a refund."""
        if self.state == "SUCCESS" and any(refund.status in {"PROCESSING", "SUCCESS"} for refund in self.refunds):
            return "REFUND"
        return self.state

    def content(self, trade_state: str, total: int | None = None) -> dict[str, Any]:
        """The transaction object of queries and notifications; `total` replaces the true amount by a wrong one."""
        content: dict[str, Any] = {
            "appid": self.body["appid"],
            "mchid": self.body["mchid"],
            "out_trade_no": self.out_trade_no,
            "trade_state": trade_state,
            "trade_state_desc": {"SUCCESS": "支付成功", "CLOSED": "已关闭", "REFUND": "转入退款"}.get(
                trade_state, "未支付"
            ),
            "attach": self.body.get("attach", ""),
            **({} if self.payer is None else {"payer": {"openid": self.payer}}),
        }
        amount = self.total if total is None else total
        if self.paid_at is None:
            return content | {"amount": {"total": amount, "currency": "CNY"}}
        return content | {
            "transaction_id": self.transaction_id,
            "trade_type": self.product.upper(),
            "bank_type": "OTHERS",
            "success_time": china_time(self.paid_at),
            "amount": {"total": amount, "payer_total": amount, "currency": "CNY", "payer_currency": "CNY"},
        }


class Merchant:
    """All orders and refunds of the merchant."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._config = config
        self.trades: Bounded[Trade] = Bounded()
        self.refunds: Bounded[Refund] = Bounded()
        self._by_opened_as: Bounded[Trade] = Bounded()
        self._by_transaction_id: Bounded[Trade] = Bounded()

    def prepay(self, body: Mapping[str, Any], product: Product = "jsapi") -> str | PayError:
        """Open an order, or give an order that is open another prepay_id or code_url."""
        number = str(body["out_trade_no"])
        trade = self.trades.get(number)
        if trade is None:
            payer = body["payer"]["openid"] if "payer" in body else None
            trade = self.trades[number] = Trade(body, self._config.clock(), product, payer)
        trade.requests += 1
        if (trade.product, trade.body) != (product, body):
            return PayError(400, "INVALID_REQUEST", "201 商户订单号重复")
        if trade.state == "SUCCESS":
            return PayError(400, "INVALID_REQUEST", "该订单已支付")
        if trade.state == "CLOSED":
            return PayError(400, "ORDER_CLOSED", "订单已关闭")
        opened_as = self._new_prepay_id() if product == "jsapi" else _new_code_url()
        trade.opened_as.append(opened_as)
        self._by_opened_as[opened_as] = trade
        return opened_as

    def _new_prepay_id(self) -> str:
        return f"wx{datetime.fromtimestamp(self._config.clock(), CHINA):%d%H%M%S}{secrets.token_hex(13)}"

    def trade_to_pay(self, name: str) -> Trade | None:
        """The order of a prepay_id or a code_url, or by the merchant's number."""
        return self._by_opened_as.get(name) or self.trades.get(name)

    def trade_of_transaction(self, transaction_id: str) -> Trade | None:
        """The order of a transaction."""
        return self._by_transaction_id.get(transaction_id)

    def pay(self, trade: Trade, payer: str | None = None) -> str | None:
        """Take the guest's money; returns the reason if that is not possible. A paid order does not change.

        `payer` scans the QR code; without one a stranger does. Nobody else pays what a guest has opened.
        """
        if trade.state == "SUCCESS":
            return None
        if trade.payer is not None and payer not in {None, trade.payer}:
            return "the prepay_id is another guest's"
        now = self._config.clock()
        if trade.closed_at is not None and now - trade.closed_at > self._config.race_seconds:
            return "the order is closed at WeChat"
        if now - trade.created_at > PREPAY_SECONDS:
            return f"the {'prepay_id' if trade.product == 'jsapi' else 'code_url'} is older than two hours"
        expires = trade.body.get("time_expire")
        if expires and now - datetime.fromisoformat(expires).timestamp() > self._config.race_seconds:
            return "the order's time_expire has passed"
        trade.state, trade.paid_at, trade.payer = "SUCCESS", now, trade.payer or payer or _stranger()
        trade.transaction_id = f"4200{secrets.randbelow(10**24):024d}"
        self._by_transaction_id[trade.transaction_id] = trade
        return None

    def close(self, number: str) -> PayError | None:
        """Close an unpaid order; a closed one does not change."""
        trade = self.trades.get(number)
        if trade is None:
            return PayError(404, "ORDER_NOT_EXIST", "订单不存在")
        if trade.state == "SUCCESS":
            return PayError(400, "ORDERPAID", "订单已支付")
        if trade.state == "NOTPAY":
            trade.state, trade.closed_at = "CLOSED", self._config.clock()
        return None

    def refund(self, body: Mapping[str, Any]) -> Refund | PayError:
        """Accept a refund; the same number with the same parameters is the same refund."""
        number = str(body["out_refund_no"])
        known = self.refunds.get(number)
        if known is not None:
            known.requests += 1
            if known.body != body:
                return PayError(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
            return known
        trade = self._paid_trade(body)
        if isinstance(trade, PayError):
            return trade
        obstacle = _refund_obstacle(trade, body["amount"])
        if obstacle is not None:
            return obstacle
        refund = self.refunds[number] = Refund(number, trade, body, self._config.clock())
        trade.refunds.append(refund)
        return refund

    def forget_refund(self, refund: Refund) -> None:
        """Take back a refund that was accepted a moment ago: the merchant's account has too little money for it."""
        del self.refunds[refund.out_refund_no]
        refund.trade.refunds.remove(refund)

    def end_refund(self, refund: Refund, status: RefundStatus) -> None:
        """End a refund with this status."""
        refund.status, refund.ended_at = status, self._config.clock()

    def _paid_trade(self, body: Mapping[str, Any]) -> Trade | PayError:
        if "transaction_id" in body:
            trade = self.trade_of_transaction(body["transaction_id"])
        else:
            trade = self.trades.get(body["out_trade_no"])
        if trade is None:
            return PayError(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if trade.state != "SUCCESS":
            return PayError(400, "INVALID_REQUEST", "订单未支付")
        return trade


def _new_code_url() -> str:
    return f"weixin://wxpay/bizpayurl?pr={secrets.token_urlsafe(8)}"


def _stranger() -> str:
    """The openid of somebody who has never logged in to the mini program."""
    return f"o{secrets.token_urlsafe(20)}"


def _refund_obstacle(trade: Trade, amount: Mapping[str, int]) -> PayError | None:
    if amount["total"] != trade.total:
        return PayError(400, "PARAM_ERROR", "订单总金额与原订单不一致")
    taken = sum(refund.amount for refund in trade.refunds if refund.status in {"PROCESSING", "SUCCESS"})
    if taken + amount["refund"] > trade.total:
        return PayError(400, "INVALID_REQUEST", "申请退款金额大于订单可退金额")
    if len(trade.refunds) >= REFUNDS_A_TRADE:
        return PayError(400, "INVALID_REQUEST", "部分退款次数超过限制")
    return None


def china_time(at: float | None) -> str:
    """The time in China in RFC 3339 format, as WeChat writes it."""
    return datetime.fromtimestamp(at or 0, CHINA).isoformat(timespec="seconds")
