"""WeChat Pay v3 (api.mch.weixin.qq.com): prepay, query, close and refund.

Every 2xx answer must carry WeChat's signature. Errors are unsigned: only documented codes about the request itself are
believed, and in all other cases the caller queries.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from posthouse.clients.wechat import signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.http import Answer, WechatHttp, default_http
from posthouse.clients.wechat.pay_answers import (
    Closed,
    CloseRefused,
    NativePrepaid,
    Prepaid,
    PrepayRefused,
    RefundRefused,
)
from posthouse.clients.wechat.pay_bodies import canonical_json, check_refund_no, check_trade_no
from posthouse.clients.wechat.trade import MalformedError, Refund, Trade, refund_from, trade_from
from posthouse.domain.value import Value

T = TypeVar("T")

BASE_URL = "https://api.mch.weixin.qq.com"
_FINAL_CODES: dict[str, dict[int, frozenset[str]]] = {
    "prepay": {
        400: frozenset({"PARAM_ERROR", "INVALID_REQUEST", "APPID_MCHID_NOT_MATCH", "MCH_NOT_EXISTS", "ORDER_CLOSED"}),
        403: frozenset({"NO_AUTH", "OUT_TRADE_NO_USED", "RULE_LIMIT"}),
    },
    "query": {404: frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"})},
    "close": {
        400: frozenset({"PARAM_ERROR", "INVALID_REQUEST", "ORDERPAID", "ORDER_CLOSED"}),
        404: frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"}),
    },
    "refund": {
        400: frozenset({"PARAM_ERROR", "INVALID_REQUEST"}),
        403: frozenset({"NO_AUTH", "NOT_ENOUGH", "USER_ACCOUNT_ABNORMAL"}),
        404: frozenset({"RESOURCE_NOT_EXISTS", "MCH_NOT_EXISTS"}),
    },
    "query_refund": {404: frozenset({"RESOURCE_NOT_EXISTS"})},
}


class _Refusal(Value):
    code: str
    message: str


class WechatPay:
    """The client of one merchant; make one for each execution environment.

    Every call raises WechatUnavailable on a fault, and WechatTimeout when the outcome is unknown. All calls may be
    repeated with the same arguments.

    Parameters
    ----------
    base_url
        Scheme and host, with a prefix where the simulator is mounted below one; the prefix is not signed.
    clock, nonce
        The time now (aware), and a fresh random text of at most 32 characters.
    """

    def __init__(
        self,
        credentials: WechatCredentials,
        base_url: str,
        clock: Callable[[], datetime],
        nonce: Callable[[], str],
        http: WechatHttp | None = None,
    ) -> None:
        self._credentials = credentials
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._nonce = nonce
        self._http = http or default_http()

    def prepay(self, body: bytes) -> Prepaid | PrepayRefused:
        """Open a payment with a body from `prepay_body`; a retry must send the same bytes."""
        opened = self._prepay("jsapi", "prepay_id", body)
        return opened if isinstance(opened, PrepayRefused) else Prepaid(opened)

    def prepay_native(self, body: bytes) -> NativePrepaid | PrepayRefused:
        """Open a payment by QR code with a body from `prepay_body`; a retry must send the same bytes."""
        opened = self._prepay("native", "code_url", body)
        return opened if isinstance(opened, PrepayRefused) else NativePrepaid(opened)

    def _prepay(self, product: str, name: str, body: bytes) -> str | PrepayRefused:
        answer = self._call("prepay", "POST", f"/v3/pay/transactions/{product}", body)
        if isinstance(answer, _Refusal):
            return PrepayRefused(answer.code, answer.message)
        opened_as = answer.get(name)
        if not isinstance(opened_as, str) or not opened_as:
            raise WechatUnavailable("prepay", f"answer without {name}")
        return opened_as

    def payment_parameters(
        self, prepay_id: str, now: datetime | None = None, nonce: str | None = None
    ) -> dict[str, str]:
        """Returns the parameters for wx.requestPayment."""
        timestamp = str(int((now or self._clock()).timestamp()))
        nonce = nonce or self._nonce()
        package = f"prepay_id={prepay_id}"
        message = signing.pay_sign_message(self._credentials.app_id, timestamp, nonce, package)
        return {
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signing.sign(self._credentials.merchant_private_key, message),
        }

    def query(self, out_trade_no: str) -> Trade | None:
        """Query a payment. Returns None if WeChat knows no payment of that number."""
        check_trade_no(out_trade_no)
        path = f"/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={self._credentials.merchant_id}"
        answer = self._call("query", "GET", path)
        if isinstance(answer, _Refusal):
            return None
        trade = _read("query", answer, trade_from)
        if trade.out_trade_no != out_trade_no:
            raise WechatUnavailable("query", "answer is about another order")
        return trade

    def close(self, out_trade_no: str) -> Closed | CloseRefused:
        """Close an unpaid payment. May be repeated."""
        check_trade_no(out_trade_no)
        body = canonical_json({"mchid": self._credentials.merchant_id})
        answer = self._call("close", "POST", f"/v3/pay/transactions/out-trade-no/{out_trade_no}/close", body)
        return CloseRefused(answer.code, answer.message) if isinstance(answer, _Refusal) else Closed()

    def refund(self, body: bytes) -> Refund | RefundRefused:
        """Send a refund with a body from `refund_body`. The answer only tells that WeChat accepted it."""
        answer = self._call("refund", "POST", "/v3/refund/domestic/refunds", body)
        if isinstance(answer, _Refusal):
            return RefundRefused(answer.code, answer.message)
        return _read("refund", answer, refund_from)

    def query_refund(self, out_refund_no: str) -> Refund | None:
        """Query a refund. Returns None if WeChat knows no refund of that number."""
        check_refund_no(out_refund_no)
        answer = self._call("query_refund", "GET", f"/v3/refund/domestic/refunds/{out_refund_no}")
        return None if isinstance(answer, _Refusal) else _read("query_refund", answer, refund_from)

    def _call(self, api: str, method: str, path: str, body: bytes = b"") -> dict[str, Any] | _Refusal:
        answer = self._http.send(
            api, method, f"{self._base_url}{path}", headers=self._headers(method, path, body), body=body or None
        )
        if 200 <= answer.status < 300:
            self._verify(api, answer)
            return _json(api, answer.body) if answer.body else {}
        code, message = _error(answer.body)
        if code in _FINAL_CODES[api].get(answer.status, frozenset()):
            return _Refusal(code, message)
        raise WechatUnavailable(api, f"HTTP {answer.status} {code}".rstrip())

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        credentials = self._credentials
        timestamp, nonce = str(int(self._clock().timestamp())), self._nonce()
        message = signing.request_message(method, path, timestamp, nonce, body)
        signature = signing.sign(credentials.merchant_private_key, message)
        headers = {
            "Accept": "application/json",
            "Authorization": signing.authorization(
                credentials.merchant_id, credentials.merchant_serial, timestamp, nonce, signature
            ),
            "User-Agent": "Posthouse",
            # Tells WeChat which of its keys to sign the answer with.
            "Wechatpay-Serial": _preferred_serial(credentials.wechat_public_keys),
        }
        return headers | ({"Content-Type": "application/json"} if body else {})

    def _verify(self, api: str, answer: Answer) -> None:
        fields = [answer.headers.get(f"wechatpay-{name}", "") for name in ("timestamp", "nonce", "serial", "signature")]
        if not all(fields):
            raise WechatUnavailable(api, "answer is not signed")
        timestamp, nonce, serial, signature = fields
        key = self._credentials.wechat_public_keys.get(serial)
        if key is None:
            raise WechatUnavailable(api, "answer is signed with an unknown serial")
        if not signing.is_fresh(timestamp, self._clock()):
            raise WechatUnavailable(api, "answer's signature is stale")
        if not signing.verify(key, signing.response_message(timestamp, nonce, answer.body), signature):
            raise WechatUnavailable(api, "answer's signature is wrong")


def _preferred_serial(keys: Mapping[str, str]) -> str:
    # During a migration a merchant has a certificate's serial too. The public key is the one that stays.
    return next((serial for serial in keys if serial.startswith("PUB_KEY_ID_")), next(iter(keys)))


def _json(api: str, body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        raise WechatUnavailable(api, "answer is not JSON") from None
    if not isinstance(content, dict):
        raise WechatUnavailable(api, "answer is not a JSON object")
    return content


def _error(body: bytes) -> tuple[str, str]:
    try:
        content = json.loads(body)
    except ValueError:
        return "", ""
    if not isinstance(content, dict):
        return "", ""
    return str(content.get("code", "")), str(content.get("message", ""))


def _read(api: str, content: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        return read(content)
    except MalformedError as error:
        raise WechatUnavailable(api, f"answer is malformed: {error}") from None
