"""WeChat's ids and keys, parsed from one secret."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posthouse.domain.notice_kind import OPTIONAL_NOTICES, NoticeKind

API_V3_KEY_BYTES = 32
_TEXT_FIELDS = (
    "app_id",
    "app_secret",
    "merchant_id",
    "merchant_serial",
    "merchant_private_key",
    "api_v3_key",
)


@dataclass(frozen=True)
class WechatCredentials:
    """The content of the secret; its `repr` shows no key.

    Attributes
    ----------
    merchant_private_key
        PKCS#8 PEM of the merchant's API certificate; `merchant_serial` is that certificate's serial number.
    api_v3_key
        32 bytes; decrypts the resources of notifications.
    wechat_public_keys
        Serial -> PEM (public key or platform certificate). No other keys are trusted.
    notification_templates
        Kind of notice (domain.notice_kind) -> id of its subscribe message template.
    """

    app_id: str
    app_secret: str = field(repr=False)
    merchant_id: str
    merchant_serial: str
    merchant_private_key: str = field(repr=False)
    api_v3_key: str = field(repr=False)
    wechat_public_keys: Mapping[str, str] = field(repr=False, hash=False)
    notification_templates: Mapping[str, str] = field(hash=False)

    @classmethod
    def parse(cls, text: str) -> "WechatCredentials":
        """Parse the secret's JSON. Raises ValueError with one line that names the field and never its value."""
        secret = _json_object(text)
        texts = {name: _text(secret, name) for name in _TEXT_FIELDS}
        if len(texts["api_v3_key"].encode()) != API_V3_KEY_BYTES:
            raise ValueError(f"WeChat secret: api_v3_key must have {API_V3_KEY_BYTES} bytes")
        keys = _text_map(secret, "wechat_public_keys")
        if not keys:
            raise ValueError("WeChat secret: wechat_public_keys needs at least one key")
        templates = _text_map(secret, "notification_templates")
        missing = [kind for kind in NoticeKind if kind not in templates and kind not in OPTIONAL_NOTICES]
        if missing:
            raise ValueError(f"WeChat secret: notification_templates lacks {', '.join(missing)}")
        return cls(**texts, wechat_public_keys=keys, notification_templates=templates)


def _json_object(text: str) -> dict[str, Any]:
    try:
        secret = json.loads(text)
    except ValueError:
        # The parser's message may quote the secret, so it is dropped.
        raise ValueError("WeChat secret: not JSON") from None
    if not isinstance(secret, dict):
        raise ValueError("WeChat secret: not a JSON object")  # noqa: TRY004 - one kind of error for one kind of problem
    return secret


def _text(secret: Mapping[str, Any], name: str) -> str:
    value = secret.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"WeChat secret: {name} must be a non-empty string")
    if not value.isascii() or (name != "merchant_private_key" and not value.isprintable()):
        # Finds the ellipsis of an example, or a line break: headers and addresses cannot contain them.
        raise ValueError(f"WeChat secret: {name} must be one line of ASCII characters")
    return value


def _text_map(secret: Mapping[str, Any], name: str) -> dict[str, str]:
    value = secret.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"WeChat secret: {name} must be an object")  # noqa: TRY004 - as above
    for key, item in value.items():
        if not isinstance(item, str) or not item.strip():
            raise ValueError(f"WeChat secret: {name}.{key} must be a non-empty string")
    return dict(value)
