"""Signed tokens of callers, and the keys that sign them. HS256; two keys are accepted."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt

from posthouse.domain.identity import GUEST_TOKEN_LIFE, STAFF_TOKEN_LIFE, Principal, Role
from posthouse.domain.value import Value
from posthouse.entry.secrets import read_secret, reload_secret
from posthouse.entry.settings import Settings, read_settings

ALGORITHM = "HS256"
ISSUER = "posthouse"
_CALLER = "caller"

KEPT_SECONDS = 60.0
"""How old the cached keys may be: for this long a revoked key still signs and is still accepted."""

LEEWAY_SECONDS = 60.0
"""How far a host's clock may be behind the host that issued a token. Applies only to ``iat``.

``exp`` has no leeway, and neither has ``nbf``, which we never set.
"""


class TokenSettings(Settings):
    """The secret with the signing keys: ``{"current": …, "previous": …}``."""

    token_secret_arn: str


class InvalidToken(Value):
    """The token is not ours, or has expired."""

    expired: bool


class IssuedToken(Value):
    """A token and its lifetime in seconds."""

    value: str
    expires_in: int


def _keys() -> dict[str, str]:
    """Returns the keys by their names; the first one signs."""
    return _named(read_secret(read_settings(TokenSettings).token_secret_arn, KEPT_SECONDS))


def _keys_as_of(signed_at: float) -> dict[str, str]:
    """Returns the keys, read again if the last read was before ``signed_at`` (Unix seconds)."""
    return _named(reload_secret(read_settings(TokenSettings).token_secret_arn, signed_at + LEEWAY_SECONDS))


def _named(text: str) -> dict[str, str]:
    keys = json.loads(text)
    return {key_name(key): key for key in (keys["current"], keys.get("previous")) if key}


def key_name(key: str) -> str:
    """Returns the name of a key for a token's header (``kid``): a digest, which does not reveal the key."""
    return hashlib.sha256(f"posthouse token key {key}".encode()).hexdigest()[:12]


def signing_key() -> tuple[str, str]:
    """Returns the current key with its name."""
    return next(iter(_keys().items()))


def key_named(name: str) -> str | None:
    """Returns the key of that name; None if there is none, also after the secret was read again."""
    keys = _keys()
    if name not in keys:
        keys = _keys_as_of(math.inf)
    return keys.get(name)


def sign(claims: dict[str, Any]) -> str:
    """Returns a token with these claims, signed by the current key."""
    name, key = signing_key()
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": name})


def issue(principal: Principal, now: datetime) -> IssuedToken:
    """Returns an access token for an authenticated caller."""
    life = GUEST_TOKEN_LIFE if principal.role is Role.GUEST else STAFF_TOKEN_LIFE
    claims = {
        "iss": ISSUER,
        "aud": _CALLER,
        "sub": principal.subject,
        "role": principal.role,
        "hotels": sorted(principal.hotel_ids),
        "iat": now,
        "exp": now + life,
    }
    if principal.role is not Role.GUEST:
        claims["version"] = principal.version
    return IssuedToken(sign(claims), int(life.total_seconds()))


def verify(token: str) -> Principal | InvalidToken:
    """Returns the caller of an access token. A token of another release with other claims is invalid, not a fault."""
    claims = decode(token, _CALLER)
    if isinstance(claims, InvalidToken):
        return claims
    try:
        role, hotels = Role(claims["role"]), frozenset(claims["hotels"])
        return Principal(claims["sub"], role, hotels, int(claims.get("version", 0)), _issued_at(claims, 0.0))
    except (KeyError, TypeError, ValueError):
        return InvalidToken(expired=False)


def decode(token: str, audience: str, required: list[str] | None = None) -> dict[str, Any] | InvalidToken:
    """Returns the claims of a token that was signed for this audience."""
    options: Any = {"require": required or ["exp", "sub", "aud"], "verify_iat": False}
    for key in _keys_for(token):
        try:
            claims = jwt.decode(token, key, [ALGORITHM], options=options, audience=audience, issuer=ISSUER)
            return claims if _issued_at(claims, 0.0) <= time.time() + LEEWAY_SECONDS else InvalidToken(expired=False)
        except jwt.ExpiredSignatureError:
            return InvalidToken(expired=True)
        except jwt.InvalidTokenError:
            continue
    return InvalidToken(expired=False)


def _issued_at(claims: Mapping[str, Any], default: float) -> float:
    """Returns when the token was signed by its own account (Unix seconds); infinity for a value that is no time."""
    issued_at = claims.get("iat", default)
    try:
        return float(issued_at) if isinstance(issued_at, (int, float)) else math.inf
    except OverflowError:
        return math.inf


def _keys_for(token: str) -> list[str]:
    """Returns the key that the token names; all keys for a token without a name.

    An unknown key may be new after a rotation. Then the secret is read again, unless it was read after the token was
    signed. A stranger can claim any time of signing, so the number of these reads is limited (entry.secrets).
    """
    try:
        name = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError:
        return []
    keys = _keys()
    if name is None:
        return list(keys.values())
    if name not in keys:
        try:
            unverified = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return []
        keys = _keys_as_of(_issued_at(unverified, math.inf))
    return [keys[name]] if name in keys else []
