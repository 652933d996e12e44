"""WeChat Pay v3's signatures (RSA-SHA256, PKCS#1 v1.5) and resource encryption (AES-GCM).

Source: pay.weixin.qq.com, "signature generation", "signature verification" and "decrypting callbacks".
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

SCHEME = "WECHATPAY2-SHA256-RSA2048"
SIGNTEST_PREFIX = "WECHATPAY/SIGNTEST/"
MAX_SKEW_SECONDS = 300
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm)


def request_message(method: str, path: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """Returns the signed text of a request. `path` includes the query; an empty body keeps its line end."""
    return f"{method}\n{path}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def response_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """Returns the signed text of WeChat's responses and notifications, with the exact bytes of the body."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def pay_sign_message(app_id: str, timestamp: str, nonce: str, package: str) -> bytes:
    """Returns the signed text of `paySign`. `package` is `prepay_id=...`, exactly as given to wx.requestPayment."""
    return f"{app_id}\n{timestamp}\n{nonce}\n{package}\n".encode()


def authorization(merchant_id: str, serial: str, timestamp: str, nonce: str, signature: str) -> str:
    """Returns the value of the `Authorization` header."""
    return (
        f'{SCHEME} mchid="{merchant_id}",nonce_str="{nonce}",timestamp="{timestamp}",'
        f'serial_no="{serial}",signature="{signature}"'
    )


def sign(private_key_pem: str, message: bytes) -> str:
    """Returns the base64 signature by the merchant's key. Raises ValueError if the PEM has no RSA key."""
    return b64encode(_private_key(private_key_pem).sign(message, PKCS1v15(), SHA256())).decode()


def verify(public_key_pem: str, message: bytes, signature: str) -> bool:
    """Whether the base64 signature is WeChat's; the PEM is a public key or a platform certificate.

    Raises ValueError if the PEM has no RSA key: then the configuration is wrong, not the signature.
    """
    key = _public_key(public_key_pem)
    try:
        key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (Base64Error, ValueError, InvalidSignature):
        return False
    return True


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Whether a signature's Unix time differs from `now` by less than five minutes."""
    is_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    return is_time and abs(int(timestamp) - now.timestamp()) < MAX_SKEW_SECONDS


def decrypt_resource(api_v3_key: str, nonce: str, associated_data: str, ciphertext: str) -> bytes | None:
    """Decrypt the resource of a notification (base64 ciphertext with tag). Returns None if that fails."""
    try:
        sealed = b64decode(ciphertext, validate=True)
        return AESGCM(api_v3_key.encode()).decrypt(nonce.encode(), sealed, associated_data.encode())
    except (Base64Error, ValueError, InvalidTag):
        return None


def encrypt_resource(api_v3_key: str, nonce: str, associated_data: str, plaintext: bytes) -> str:
    """Encrypt a resource as WeChat does. Returns the base64 of ciphertext and tag."""
    return b64encode(AESGCM(api_v3_key.encode()).encrypt(nonce.encode(), plaintext, associated_data.encode())).decode()


def load_keys(private_key_pem: str, public_key_pems: Iterable[str]) -> None:
    """Load and cache all keys. Raises ValueError, which shows no key, if one cannot be read."""
    try:
        _private_key(private_key_pem)
    except _UNREADABLE:
        raise ValueError("WeChat secret: merchant_private_key is not the PEM of an RSA key") from None
    try:
        for pem in public_key_pems:
            _public_key(pem)
    except _UNREADABLE:
        raise ValueError("WeChat secret: wechat_public_keys has what is not the PEM of an RSA key") from None


@lru_cache(maxsize=4)
def _private_key(pem: str) -> RSAPrivateKey:
    # The full check takes 29 ms of a cold start; `local.check_wechat_secret` does it before the deployment.
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("the merchant's private key is not an RSA key")  # noqa: TRY004 - a wrong value, not a bug
    return key


@lru_cache(maxsize=8)
def _public_key(pem: str) -> RSAPublicKey:
    if "BEGIN CERTIFICATE" in pem:
        from cryptography.x509 import load_pem_x509_certificate

        key: object = load_pem_x509_certificate(pem.encode()).public_key()
    else:
        key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("WeChat's public key is not an RSA key")  # noqa: TRY004 - as above
    return key
