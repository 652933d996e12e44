"""WeChat Pay v3's cryptography on WeChat's side.

It shares no code with the project's own client on purpose: shared code would make both wrong in the same way.
"""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCHEME = "WECHATPAY2-SHA256-RSA2048"
SKEW_SECONDS = 300
_FIELD = re.compile(r'([a-z_]+)="([^"]*)"')


@dataclass(frozen=True)
class Signed:
    """The signature of a body, with the values for WeChat's headers."""

    timestamp: str
    nonce: str
    signature: str
    serial: str

    def headers(self) -> dict[str, str]:
        """All five headers of responses and notifications."""
        return {
            "Wechatpay-Timestamp": self.timestamp,
            "Wechatpay-Nonce": self.nonce,
            "Wechatpay-Signature": self.signature,
            "Wechatpay-Serial": self.serial,
            "Wechatpay-Signature-Type": SCHEME,
        }


class Signer:
    """Signs with one private key under one serial."""

    def __init__(self, private_key: str, serial: str) -> None:
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("WeChat's key must be an RSA key")
        self._key = key
        self.serial = serial

    def sign(self, body: bytes, timestamp: int) -> Signed:
        """Sign a body that is sent at this Unix time."""
        nonce = secrets.token_hex(16)
        message = b"\n".join((str(timestamp).encode(), nonce.encode(), body, b""))
        signature = self._key.sign(message, rsa_padding.PKCS1v15(), hashes.SHA256())
        return Signed(str(timestamp), nonce, base64.b64encode(signature).decode(), self.serial)


class RequestVerifier:
    """Checks the `Authorization` header of one merchant's requests."""

    def __init__(self, public_key: str, merchant_id: str, serial: str) -> None:
        key = serialization.load_pem_public_key(public_key.encode())
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the merchant's key must be an RSA key")
        self._key = key
        self._merchant_id = merchant_id
        self._serial = serial

    def complaint(self, header: str, method: str, raw_path: str, body: bytes, now: float) -> str | None:
        """The problem with the signature in one line, or None."""
        scheme, _, rest = header.partition(" ")
        if scheme != SCHEME:
            return f"Authorization must begin with {SCHEME}"
        fields = dict(_FIELD.findall(rest))
        missing = {"mchid", "nonce_str", "timestamp", "serial_no", "signature"} - fields.keys()
        if missing:
            return f"Authorization lacks {', '.join(sorted(missing))}"
        if fields["mchid"] != self._merchant_id:
            return "mchid is not the merchant's"
        if fields["serial_no"] != self._serial:
            return "serial_no is not the merchant's certificate"
        if not fields["timestamp"].isdigit() or abs(now - int(fields["timestamp"])) > SKEW_SECONDS:
            return "timestamp is more than 300 s away"
        parts = (method, raw_path, fields["timestamp"], fields["nonce_str"])
        message = "".join(f"{part}\n" for part in parts).encode() + body + b"\n"
        return None if self._verifies(fields["signature"], message) else "signature does not fit the request"

    def _verifies(self, signature: str, message: bytes) -> bool:
        try:
            raw = base64.b64decode(signature, validate=True)
            self._key.verify(raw, message, rsa_padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True


def sealed_resource(api_v3_key: str, original_type: str, content: Mapping[str, Any]) -> dict[str, str]:
    """Encrypt a notification's content with AES-256-GCM."""
    nonce = secrets.token_hex(6)
    plaintext = json.dumps(content, ensure_ascii=False).encode()
    ciphertext = AESGCM(api_v3_key.encode()).encrypt(nonce.encode(), plaintext, original_type.encode())
    return {
        "original_type": original_type,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(ciphertext).decode(),
        "associated_data": original_type,
        "nonce": nonce,
    }


def encrypted_open_data(session_key: str, content: Mapping[str, Any]) -> dict[str, str]:
    """Encrypt open data with a session key (AES-128-CBC, PKCS#7), as the old phone button passes it to the client."""
    vector = secrets.token_bytes(16)
    padder = padding.PKCS7(128).padder()
    padded = padder.update(json.dumps(content, ensure_ascii=False).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES128(base64.b64decode(session_key)), modes.CBC(vector)).encryptor()
    ciphertext = encryptor.update(padded) + encryptor.finalize()
    return {"encrypted_data": base64.b64encode(ciphertext).decode(), "iv": base64.b64encode(vector).decode()}
