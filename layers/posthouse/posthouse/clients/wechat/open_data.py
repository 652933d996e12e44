"""WeChat's "open data": data that the mini-program sends, encrypted or signed with the session key."""

import hashlib
import hmac
import json
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import datetime, timedelta
from typing import Any

from posthouse.clients.wechat.phone import PhoneNumber, PhoneRefused, phone_from


def decrypt_phone(
    session_key: str, encrypted_data: str, iv: str, app_id: str, now: datetime, max_age: timedelta
) -> PhoneNumber | PhoneRefused:
    """Decrypt the guest's phone number from `encryptedData` and `iv` of the older phone button."""
    data = decrypt_open_data(session_key, encrypted_data, iv, app_id, now, max_age)
    return data if isinstance(data, PhoneRefused) else phone_from(data)


def decrypt_open_data(
    session_key: str, encrypted_data: str, iv: str, app_id: str, now: datetime, max_age: timedelta
) -> dict[str, Any] | PhoneRefused:
    """Decrypt AES-128-CBC with PKCS#7. The watermark must name our app and differ from `now` by at most `max_age`."""
    plaintext = _decrypt(session_key, encrypted_data, iv)
    if plaintext is None:
        return PhoneRefused("undecryptable")
    try:
        data = json.loads(plaintext)
    except ValueError:
        return PhoneRefused("undecryptable")
    watermark = data.get("watermark") if isinstance(data, dict) else None
    if not isinstance(watermark, dict):
        return PhoneRefused("undecryptable")
    if watermark.get("appid") != app_id:
        return PhoneRefused("foreign_app")
    timestamp = watermark.get("timestamp")
    if not isinstance(timestamp, int) or abs(int(now.timestamp()) - timestamp) > max_age.total_seconds():
        return PhoneRefused("stale")
    return dict(data)


def verify_raw_data(raw_data: str, session_key: str, signature: str) -> bool:
    """Whether wx.getUserInfo's `signature` is sha1(rawData + session_key); SHA-1 is WeChat's choice."""
    expected = hashlib.sha1((raw_data + session_key).encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def _decrypt(session_key: str, encrypted_data: str, iv: str) -> bytes | None:
    # Imported here, because most logins have a phone code and need no cipher.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    try:
        key, vector = b64decode(session_key, validate=True), b64decode(iv, validate=True)
        ciphertext = b64decode(encrypted_data, validate=True)
        if len(key) != 16:
            return None
        decryptor = Cipher(algorithms.AES128(key), modes.CBC(vector)).decryptor()
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        unpadder = PKCS7(128).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (Base64Error, ValueError):
        return None
