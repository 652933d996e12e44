"""Cursors of lists, sealed: a client can neither read nor change the position in one.

XChaCha20-Poly1305 by libsodium, with keys that are derived from the keys of tokens. A cursor is bound to one list of
one caller (docs/decisions/0045-sealed-cursors.md).
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any

from msgspec.json import decode, encode

from posthouse.domain.value import Value
from posthouse.entry import tokens

NONCE_BYTES = 24
"""Random nonces of this size never meet, however many cursors a key seals."""

NAME_BYTES = 6
"""The name of the key, by which a cursor begins."""


class InvalidCursor(Value):
    """The cursor is not one of this list."""


def seal_cursor(position: Any, listing: str) -> str:
    """Returns an opaque cursor: the position, bound to one list of one caller."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

    name, key = tokens.signing_key()
    nonce = os.urandom(NONCE_BYTES)
    sealed = encrypt(encode(position), listing.encode(), nonce, _key_of_cursors(key))
    return urlsafe_b64encode(bytes.fromhex(name) + nonce + sealed).rstrip(b"=").decode()


def open_cursor(cursor: str, listing: str) -> Any | InvalidCursor:
    """Returns the position in a cursor, if the cursor belongs to this list."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    try:
        content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (NotBase64, ValueError):
        return InvalidCursor()
    name, nonce = content[:NAME_BYTES], content[NAME_BYTES : NAME_BYTES + NONCE_BYTES]
    key = tokens.key_named(name.hex())
    if key is None or len(nonce) < NONCE_BYTES:
        return InvalidCursor()
    try:
        sealed = content[NAME_BYTES + NONCE_BYTES :]
        return decode(decrypt(sealed, listing.encode(), nonce, _key_of_cursors(key)))
    except CryptoError:
        return InvalidCursor()


def _key_of_cursors(key: str) -> bytes:
    """Returns a key for this purpose alone: it opens no token, and a token's key opens no cursor."""
    return hmac.digest(key.encode(), b"posthouse cursors", "sha256")
