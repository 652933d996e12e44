"""Configuration of the WeChat simulator: ids and keys of the merchant and the mini-program, and its time scales."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from local.folders import ROOT
from local.notice_kinds import ALL_NOTICES

MINI_PROGRAM = ROOT / "web" / "mini_program" / "app.json"


def released_pages() -> frozenset[str]:
    """The pages of the mini program that is here: WeChat sends no message that opens another page."""
    return frozenset(json.loads(MINI_PROGRAM.read_text(encoding="utf-8"))["pages"])


@dataclass(frozen=True)
class SimulatorConfig:
    """Ids and keys of both sides. The merchant's private key is here only to be given to the merchant.

    Attributes
    ----------
    delivery_timeout
        Seconds that WeChat waits for the response to a notification.
    retry_scale
        Real seconds per second of WeChat's retry schedule, which spans more than a day.
    refund_seconds
        Seconds for which a refund stays PROCESSING.
    race_seconds
        Seconds after a close or an expiry in which a payment may still succeed, because the guest had the payment sheet
        open. Later the guest cannot pay.
    pages
        The pages of the released mini program.
    trade_managed
        Whether the mini program has WeChat's shipping information switched on.
    """

    app_id: str
    app_secret: str = field(repr=False)
    merchant_id: str
    merchant_serial: str
    merchant_private_key: str = field(repr=False)
    merchant_public_key: str = field(repr=False)
    api_v3_key: str = field(repr=False)
    platform_serial: str
    platform_private_key: str = field(repr=False)
    platform_public_key: str = field(repr=False)
    templates: Mapping[str, str]
    delivery_timeout: float = 5.0
    retry_scale: float = 0.01
    refund_seconds: float = 0.3
    race_seconds: float = 60.0
    pages: frozenset[str] = field(default_factory=released_pages)
    trade_managed: bool = True
    clock: Callable[[], float] = field(default=time.time, repr=False)

    @classmethod
    def generate(cls) -> "SimulatorConfig":
        """Create new ids and keys in WeChat's formats."""
        merchant_private, merchant_public = _key_pair()
        platform_private, platform_public = _key_pair()
        return cls(
            app_id=f"wx{secrets.token_hex(8)}",
            app_secret=secrets.token_hex(16),
            merchant_id=f"16{secrets.randbelow(10**8):08d}",
            merchant_serial=secrets.token_hex(20).upper(),
            merchant_private_key=merchant_private,
            merchant_public_key=merchant_public,
            api_v3_key=secrets.token_hex(16),
            platform_serial=f"PUB_KEY_ID_011{secrets.randbelow(10**25):025d}",
            platform_private_key=platform_private,
            platform_public_key=platform_public,
            templates={kind: secrets.token_urlsafe(32) for kind in ALL_NOTICES},
        )

    def secret_json(self) -> str:
        """Returns the content of the merchant's WeChat secret, as the functions read it from Secrets Manager."""
        return json.dumps(
            {
                "app_id": self.app_id,
                "app_secret": self.app_secret,
                "merchant_id": self.merchant_id,
                "merchant_serial": self.merchant_serial,
                "merchant_private_key": self.merchant_private_key,
                "api_v3_key": self.api_v3_key,
                "wechat_public_keys": {self.platform_serial: self.platform_public_key},
                "notification_templates": dict(self.templates),
            },
            indent=2,
        )


def _key_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
