"""Delivers notifications to the merchant: each delivery has a new signature, and a fault if one was asked for."""

import asyncio
import json
import secrets
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.crypto import Signer, sealed_resource
from local.wechat_simulator.trades import Refund, Trade, china_time

NoticeFault = Literal["bad_signature", "stale", "signtest", "wrong_amount", "unknown_serial"]
MINUTE, HOUR = 60, 3600
# Seconds before the second and every later delivery (pay.weixin.qq.com, "payment notification").
RETRY_SECONDS = (
    *(15, 15, 30),
    *(3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, 60 * MINUTE),
    *(3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR),
)
STALE_SECONDS = 600


@dataclass(frozen=True)
class Notice:
    """One notification; every delivery of it has the same id."""

    url: str
    event_type: str
    original_type: Literal["transaction", "refund"]
    summary: str
    content: Mapping[str, Any]
    created_at: float
    notice_id: str = field(default_factory=lambda: str(uuid.uuid4()))


def payment_notice(trade: Trade, fault: NoticeFault | None) -> Notice:
    """The notification of a payment; its id depends only on the transaction."""
    total = trade.total + 1 if fault == "wrong_amount" else None
    return Notice(
        url=str(trade.body["notify_url"]),
        event_type="TRANSACTION.SUCCESS",
        original_type="transaction",
        summary="支付成功",
        content=trade.content("SUCCESS", total),
        created_at=trade.paid_at or 0,
        notice_id=str(uuid.uuid5(uuid.NAMESPACE_OID, trade.transaction_id)),
    )


def refund_notice(refund: Refund, merchant_id: str) -> Notice | None:
    """The notification of a refund that has ended; None if the refund has no notify_url."""
    if "notify_url" not in refund.body:
        return None
    summary = {"SUCCESS": "退款成功", "ABNORMAL": "退款异常", "CLOSED": "退款关闭"}[refund.status]
    return Notice(
        url=str(refund.body["notify_url"]),
        event_type=f"REFUND.{refund.status}",
        original_type="refund",
        summary=summary,
        content=refund.notice(merchant_id),
        created_at=refund.ended_at or 0,
        notice_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{refund.refund_id} {refund.status}")),
    )


class Deliveries:
    """Posts notifications and remembers only their retries."""

    def __init__(self, config: SimulatorConfig, signer: Signer) -> None:
        self._config = config
        self._signer = signer
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Make the HTTP client, inside the running loop."""
        timeout = aiohttp.ClientTimeout(total=self._config.delivery_timeout)
        self._session = aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "Mozilla/4.0"})

    async def close(self) -> None:
        """End the retries and the HTTP client."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def deliver(self, notice: Notice, fault: NoticeFault | None = None) -> dict[str, Any]:
        """Post once; returns the response of the merchant's endpoint, with status 0 if none came in time."""
        if self._session is None:
            raise RuntimeError("deliveries are not open")
        body, headers = self._signed(notice, fault)
        try:
            async with self._session.post(notice.url, data=body, headers=headers, allow_redirects=False) as answer:
                return {"status": answer.status, "body": await answer.text(errors="replace")}
        except TimeoutError:
            return {"status": 0, "body": "", "error": f"no answer within {self._config.delivery_timeout:g} s"}
        except aiohttp.ClientError as error:
            return {"status": 0, "body": "", "error": f"not delivered: {type(error).__name__}"}

    def retry(self, notice: Notice, fault: NoticeFault | None = None) -> None:
        """Repeat the delivery on WeChat's schedule, scaled, until the merchant responds with 200 or 204."""
        self.in_background(self._retry(notice, fault))

    def in_background(self, work: Any) -> None:
        """Run a coroutine in the background; it is cancelled when the simulator ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry(self, notice: Notice, fault: NoticeFault | None) -> None:
        for pause in RETRY_SECONDS:
            await asyncio.sleep(pause * self._config.retry_scale)
            if (await self.deliver(notice, fault))["status"] in {200, 204}:
                return

    def _signed(self, notice: Notice, fault: NoticeFault | None) -> tuple[bytes, dict[str, str]]:
        envelope = {
            "id": notice.notice_id,
            "create_time": china_time(notice.created_at),
            "resource_type": "encrypt-resource",
            "event_type": notice.event_type,
            "summary": notice.summary,
            "resource": sealed_resource(self._config.api_v3_key, notice.original_type, notice.content),
        }
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = int(self._config.clock()) - (STALE_SECONDS if fault == "stale" else 0)
        signer = _stranger() if fault == "unknown_serial" else self._signer
        headers = signer.sign(body + b" " if fault == "bad_signature" else body, timestamp).headers()
        if fault == "signtest":
            headers["Wechatpay-Signature"] = f"WECHATPAY/SIGNTEST/{b64encode(secrets.token_bytes(256)).decode()}"
        return body, headers | {"Content-Type": "application/json", "Accept": "*/*"}


def _stranger() -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Signer(pem, f"PUB_KEY_ID_099{secrets.randbelow(10**25):025d}")
