"""Tokens that Posthouse signs: who a caller is, and where a list goes on. HS256; two keys are accepted."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from posthouse.domain.identity import GUEST_TOKEN_LIFE, Principal, Role
from posthouse.domain.value import Value
from posthouse.entry.secrets import read_secret, reload_secret
from posthouse.entry.settings import Settings, read_settings

ALGORITHM = "HS256"
ISSUER = "posthouse"
STAFF_LIFE = timedelta(hours=8)
_CALLER = "caller"

KEPT_SECONDS = 60.0
"""How old the keys may be that sign and verify: how long a key that was ended may live on, and be signed with."""

LEEWAY_SECONDS = 60.0
"""How far a host's clock may be behind the one that issued a token. Only ``iat`` has it: what has expired has expired,
and what is not to be used before a time (``nbf``, which we never set) is not."""


class TokenSettings(Settings):
    """Where the signing keys are: a secret ``{"current": …, "previous": …}``."""

    token_secret_arn: str


class InvalidToken(Value):
    """The token is not one of ours, or not any more."""

    expired: bool


class IssuedToken(Value):
    """A token and its life in seconds."""

    value: str
    expires_in: int


def _keys() -> dict[str, str]:
    """The keys by their names, the one that signs first."""
    return _named(read_secret(read_settings(TokenSettings).token_secret_arn, KEPT_SECONDS))


def _keys_as_of(signed_at: float) -> dict[str, str]:
    """The keys, read anew if they were read before something was signed (Unix seconds)."""
    return _named(reload_secret(read_settings(TokenSettings).token_secret_arn, signed_at + LEEWAY_SECONDS))


def _named(text: str) -> dict[str, str]:
    keys = json.loads(text)
    return {key_name(key): key for key in (keys["current"], keys.get("previous")) if key}


def key_name(key: str) -> str:
    """The name of a key in a token's header (``kid``): it tells keys apart, and tells nothing of them."""
    return hashlib.sha256(f"posthouse token key {key}".encode()).hexdigest()[:12]


def sign(claims: dict[str, Any]) -> str:
    """A token with these claims, signed by the current key."""
    name, key = next(iter(_keys().items()))
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": name})


def issue(principal: Principal, now: datetime) -> IssuedToken:
    """A token for a caller who has proved who they are."""
    life = GUEST_TOKEN_LIFE if principal.role is Role.GUEST else STAFF_LIFE
    claims = {
        "iss": ISSUER,
        "aud": _CALLER,
        "sub": principal.subject,
        "role": principal.role,
        "hotels": sorted(principal.hotel_ids),
        "iat": now,
        "exp": now + life,
    }
    return IssuedToken(sign(claims), int(life.total_seconds()))


def verify(token: str) -> Principal | InvalidToken:
    """Who the token's bearer is. One of another release, which says less or other things, is invalid and no fault."""
    claims = decode(token, _CALLER)
    if isinstance(claims, InvalidToken):
        return claims
    try:
        return Principal(claims["sub"], Role(claims["role"]), frozenset(claims["hotels"]))
    except (KeyError, TypeError, ValueError):
        return InvalidToken(expired=False)


def sign_cursor(position: Any, listing: str) -> str:
    """An opaque cursor: the position, bound to one list of one caller."""
    return sign({"iss": ISSUER, "aud": f"cursor {listing}", "at": position})


def read_cursor(cursor: str, listing: str) -> Any | InvalidToken:
    """The position in a cursor, if it was made for this list."""
    claims = decode(cursor, f"cursor {listing}", required=["aud", "at"])
    return claims if isinstance(claims, InvalidToken) else claims["at"]


def decode(token: str, audience: str, required: list[str] | None = None) -> dict[str, Any] | InvalidToken:
    """The claims of a token that was signed for this audience."""
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


def _issued_at(claims: Mapping[str, Any], unless_said: float) -> float:
    """When a token says that it was signed; what is no time is never."""
    said = claims.get("iat", unless_said)
    try:
        return float(said) if isinstance(said, (int, float)) else math.inf
    except OverflowError:
        return math.inf


def _keys_for(token: str) -> list[str]:
    """The key that the token names, every key for one without a name.

    A key that is not known may be one to which the secret has just been rotated: then it is read anew, unless it was
    read since the token was signed. A stranger can say what they like of that, so it is also counted (entry.secrets).
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
            said = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return []
        keys = _keys_as_of(_issued_at(said, math.inf))
    return [keys[name]] if name in keys else []
