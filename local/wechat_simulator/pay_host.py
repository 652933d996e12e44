"""The payment host: api.mch.weixin.qq.com under `/wechat/pay`. It signs every 2xx response and no error."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any, Literal

from aiohttp import web

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.crypto import RequestVerifier, Signer
from local.wechat_simulator.deliveries import Deliveries, refund_notice
from local.wechat_simulator.pay_rules import prepay_error, refund_error
from local.wechat_simulator.state import Fault, Faults, RefundEnds
from local.wechat_simulator.trades import Merchant, PayError, Product, Refund, RefundStatus

MOUNT = "/wechat/pay"
_CODE_OF_STATUS = {
    400: "PARAM_ERROR",
    401: "SIGN_ERROR",
    403: "NO_AUTH",
    404: "RESOURCE_NOT_EXISTS",
    429: "FREQUENCY_LIMITED",
}
_STATUS_OF_CODE = {
    "PARAM_ERROR": 400,
    "INVALID_REQUEST": 400,
    "APPID_MCHID_NOT_MATCH": 400,
    "ORDER_CLOSED": 400,
    "ORDERPAID": 400,
    "SIGN_ERROR": 401,
    "NO_AUTH": 403,
    "NOT_ENOUGH": 403,
    "OUT_TRADE_NO_USED": 403,
    "ORDER_NOT_EXIST": 404,
    "RESOURCE_NOT_EXISTS": 404,
    "FREQUENCY_LIMITED": 429,
}
# A response's JSON, None for an empty 204, or an error.
Act = Callable[[web.Request, Any], dict[str, Any] | PayError | None]


class PayHost:
    """Serves WeChat Pay's calls for one merchant."""

    def __init__(
        self,
        config: SimulatorConfig,
        faults: Faults,
        signer: Signer,
        deliveries: Deliveries,
        knows_openid: Callable[[str], bool],
    ) -> None:
        self._config = config
        self._faults = faults
        self._deliveries = deliveries
        self._knows_openid = knows_openid
        self._signer = signer
        self._verifier = RequestVerifier(config.merchant_public_key, config.merchant_id, config.merchant_serial)
        self.merchant = Merchant(config)
        self.refund_ends = RefundEnds()

    def routes(self) -> list[web.RouteDef]:
        """The routes of the JSAPI and Native products that Posthouse calls."""
        trades, refunds = f"{MOUNT}/v3/pay/transactions", f"{MOUNT}/v3/refund/domestic/refunds"
        return [
            web.post(f"{trades}/jsapi", self._serve("jsapi", self._prepay)),
            web.post(f"{trades}/native", self._serve("native", self._prepay_native)),
            web.get(f"{trades}/out-trade-no/{{number}}", self._serve("query", self._query)),
            web.get(f"{trades}/id/{{number}}", self._serve("query", self._query_transaction)),
            web.post(f"{trades}/out-trade-no/{{number}}/close", self._serve("close", self._close)),
            web.post(refunds, self._serve("refund", self._refund)),
            web.get(f"{refunds}/{{number}}", self._serve("query_refund", self._query_refund)),
        ]

    def _serve(self, api: str, act: Act) -> Callable[[web.Request], Any]:
        async def handler(request: web.Request) -> web.Response:
            raw = await request.read()
            error = self._request_error(request, raw)
            if error is not None:
                return _refuse(error)
            fault = await self._faults.meet(api)
            if fault is not None:
                return _fail(fault)
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                return _refuse(PayError(400, "PARAM_ERROR", "请求body不是合法的JSON"))
            result = act(request, body)
            return _refuse(result) if isinstance(result, PayError) else self._signed(result)

        return handler

    def _request_error(self, request: web.Request, raw: bytes) -> PayError | None:
        path = request.raw_path.removeprefix(MOUNT)
        header = request.headers.get("Authorization", "")
        complaint = self._verifier.complaint(header, request.method, path, raw, self._config.clock())
        if complaint is not None:
            return PayError(401, "SIGN_ERROR", f"签名错误: {complaint}")
        if "application/json" not in request.headers.get("Accept", ""):
            return PayError(406, "PARAM_ERROR", "Accept must be application/json")
        if raw and request.content_type != "application/json":
            return PayError(415, "PARAM_ERROR", "Content-Type must be application/json")
        if request.headers.get("Wechatpay-Serial", self._config.platform_serial) != self._config.platform_serial:
            return PayError(400, "PARAM_ERROR", "Wechatpay-Serial is not WeChat's key")
        return None

    def _signed(self, content: dict[str, Any] | None) -> web.Response:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = self._signer.sign(body, int(self._config.clock())).headers() | _request_id()
        if content is None:
            return web.Response(status=204, headers=headers)
        return web.Response(body=body, headers=headers, content_type="application/json", charset="utf-8")

    def _prepay(self, _: web.Request, body: Any) -> dict[str, Any] | PayError:
        return self._opened("jsapi", "prepay_id", body)

    def _prepay_native(self, _: web.Request, body: Any) -> dict[str, Any] | PayError:
        return self._opened("native", "code_url", body)

    def _opened(self, product: Product, name: str, body: Any) -> dict[str, Any] | PayError:
        error = prepay_error(body, self._config, self._knows_openid, product)
        result = error or self.merchant.prepay(body, product)
        return {name: result} if isinstance(result, str) else result

    def _query(self, request: web.Request, _: Any) -> dict[str, Any] | PayError:
        if request.query.get("mchid") != self._config.merchant_id:
            return PayError(400, "PARAM_ERROR", "参数错误: mchid")
        trade = self.merchant.trades.get(request.match_info["number"])
        return PayError(404, "ORDER_NOT_EXIST", "订单不存在") if trade is None else trade.content(trade.trade_state)

    def _query_transaction(self, request: web.Request, _: Any) -> dict[str, Any] | PayError:
        if request.query.get("mchid") != self._config.merchant_id:
            return PayError(400, "PARAM_ERROR", "参数错误: mchid")
        trade = self.merchant.trade_of_transaction(request.match_info["number"])
        return PayError(404, "ORDER_NOT_EXIST", "订单不存在") if trade is None else trade.content(trade.trade_state)

    def _close(self, request: web.Request, body: Any) -> PayError | None:
        if not isinstance(body, dict) or body.get("mchid") != self._config.merchant_id:
            return PayError(400, "PARAM_ERROR", "参数错误: mchid")
        return self.merchant.close(request.match_info["number"])

    def _refund(self, _: web.Request, body: Any) -> dict[str, Any] | PayError:
        error = refund_error(body)
        if error is not None:
            return error
        known = body["out_refund_no"] in self.merchant.refunds
        refund = self.merchant.refund(body)
        if isinstance(refund, PayError) or known:
            return refund if isinstance(refund, PayError) else refund.content()
        match self.refund_ends.of_next(str(refund.trade.body.get("attach", ""))):
            case "not_enough":
                self.merchant.forget_refund(refund)
                return PayError(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
            case "hold":
                pass
            case end:
                self._deliveries.in_background(self._end_refund(refund, end))
        return refund.content()

    def _query_refund(self, request: web.Request, _: Any) -> dict[str, Any] | PayError:
        refund = self.merchant.refunds.get(request.match_info["number"])
        return PayError(404, "RESOURCE_NOT_EXISTS", "退款单不存在") if refund is None else refund.content()

    async def _end_refund(self, refund: Refund, end: Literal["success", "abnormal", "closed"]) -> None:
        await asyncio.sleep(self._config.refund_seconds)
        if refund.status != "PROCESSING":
            return
        self.merchant.end_refund(refund, refund_status(end))
        notice = refund_notice(refund, self._config.merchant_id)
        if notice is not None:
            await self._deliveries.deliver(notice)


def refund_status(end: Literal["success", "abnormal", "closed"]) -> RefundStatus:
    """WeChat's status for the result of a refund."""
    statuses: dict[str, RefundStatus] = {"success": "SUCCESS", "abnormal": "ABNORMAL", "closed": "CLOSED"}
    return statuses[end]


def _fail(fault: Fault) -> web.Response:
    code = fault.errcode if isinstance(fault.errcode, str) else None
    status = fault.http_status or _STATUS_OF_CODE.get(code or "", 500)
    return _refuse(PayError(status, code or _CODE_OF_STATUS.get(status, "SYSTEM_ERROR"), "系统异常，请稍后重试"))


def _refuse(error: PayError) -> web.Response:
    content = {"code": error.code, "message": error.message}
    if error.status == 204:
        return web.Response(status=204, headers=_request_id())
    return web.json_response(content, status=error.status, headers=_request_id())


def _request_id() -> dict[str, str]:
    return {"Request-ID": f"08{secrets.token_hex(16).upper()}-0"}
