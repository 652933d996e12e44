"""The guests whom WeChat knows: their one-use codes, their credits for messages, and the messages they received."""

import base64
import hashlib
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.crypto import encrypted_open_data
from local.wechat_simulator.phones import PhoneNumber
from local.wechat_simulator.state import KEPT, Bounded

CODE_SECONDS = 300
TOKEN_SECONDS = 7200
FORCED_REFRESHES_A_DAY = 20


@dataclass
class Guest:
    """One WeChat account; `credits` is None for a guest who accepts every message."""

    openid: str
    phone_number: PhoneNumber
    nickname: str
    credits: dict[str, int] | None
    unionid: str | None = None

    def gain_credit(self, kind: str) -> None:
        """Add one acceptance of a kind of message."""
        if self.credits is not None:
            self.credits[kind] = self.credits.get(kind, 0) + 1

    def spend_credit(self, kind: str) -> bool:
        """Use one of the guest's acceptances of a kind of message; False if none is left."""
        if self.credits is None:
            return True
        if self.credits.get(kind, 0) < 1:
            return False
        self.credits[kind] -= 1
        return True


@dataclass
class Code:
    """A login or phone code, which works once and for five minutes."""

    openid: str
    made_at: float
    session_key: str = ""
    used: bool = False


class Guests:
    """Accounts and codes; an openid depends only on the app and the phone number."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._config = config
        self.by_openid: Bounded[Guest] = Bounded()
        self.login_codes: Bounded[Code] = Bounded()
        self.phone_codes: Bounded[Code] = Bounded()

    def enter(
        self,
        phone_number: PhoneNumber,
        nickname: str,
        credits_by_kind: Mapping[str, int] | None,
        *,
        keep: bool = False,
        unionid: str | None = None,
    ) -> dict[str, Any]:
        """Let a guest open the mini-program; returns the openid, new codes, and the phone number encrypted.

        With `keep`, a guest who is known already keeps what they have accepted, as at WeChat.
        """
        digest = hashlib.sha256(f"{self._config.app_id}:{phone_number.shown}".encode()).digest()
        openid = "o" + base64.urlsafe_b64encode(digest).decode()[:27]
        allowed = None if credits_by_kind is None else dict(credits_by_kind)
        if keep and openid in self.by_openid:
            allowed = self.by_openid[openid].credits
        self.by_openid[openid] = Guest(openid, phone_number, nickname, allowed, unionid)
        now = self._config.clock()
        session_key = base64.b64encode(secrets.token_bytes(16)).decode()
        login_code, phone_code = f"0{secrets.token_hex(15)}a", secrets.token_hex(32)
        self.login_codes[login_code] = Code(openid, now, session_key)
        self.phone_codes[phone_code] = Code(openid, now)
        return {
            "openid": openid,
            "accepts_everything": allowed is None,
            "login_code": login_code,
            "phone_code": phone_code,
            "encrypted_phone": encrypted_open_data(session_key, self.phone_info(openid)),
        }

    def phone_info(self, openid: str) -> dict[str, Any]:
        """WeChat's `phone_info` of a guest, with the present time."""
        return {
            **self.by_openid[openid].phone_number.info,
            "watermark": {"timestamp": int(self._config.clock()), "appid": self._config.app_id},
        }

    def spend(self, codes: Bounded[Code], code: str) -> Code | int:
        """Use up a code; returns WeChat's error code if it is unknown or too old (40029) or used before (40163)."""
        found = codes.get(code)
        if found is None or self._config.clock() - found.made_at > CODE_SECONDS:
            return 40029
        if found.used:
            return 40163
        found.used = True
        return found


class AccessTokens:
    """The stable token: the same for every caller until it expires or a caller forces a new one."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._config = config
        self._value = ""
        self._expires_at = 0.0
        self._spent: Bounded[float] = Bounded(1000)
        self._forced_at: deque[float] = deque(maxlen=FORCED_REFRESHES_A_DAY)

    def current(self, *, force_refresh: bool) -> dict[str, Any] | int:
        """Return the token and its remaining seconds, or 45009 after too many forced refreshes within a day."""
        now = self._config.clock()
        if force_refresh:
            if len(self._forced_at) == FORCED_REFRESHES_A_DAY and now - self._forced_at[0] < 86_400:
                return 45009
            self._forced_at.append(now)
        # A clock that was set back must not give a token a longer life than WeChat does.
        if force_refresh or not now < self._expires_at <= now + TOKEN_SECONDS:
            self.rotate()
        return {"access_token": self._value, "expires_in": int(self._expires_at - now)}

    def rotate(self) -> None:
        """Expire the token now and make the next one."""
        now = self._config.clock()
        if self._value:
            self._spent[self._value] = now
        # WeChat asks callers to reserve 512 characters; real tokens have about 130 and grow.
        self._value = f"{len(self._spent)}_{secrets.token_urlsafe(120)}"
        self._expires_at = now + TOKEN_SECONDS

    def complaint(self, token: str) -> int | None:
        """WeChat's error code for a token: 42001 expired, 40001 unknown; None when it is good."""
        if token and secrets.compare_digest(token.encode(), self._value.encode()):
            return None if self._config.clock() < self._expires_at else 42001
        return 42001 if token in self._spent else 40001


class Messages:
    """The subscribe messages that guests received, in order."""

    def __init__(self) -> None:
        self._all: deque[tuple[str, dict[str, Any]]] = deque(maxlen=KEPT)

    def add(self, openid: str, message: dict[str, Any]) -> None:
        """Record one message."""
        self._all.append((openid, message))

    def to(self, openid: str | None) -> list[dict[str, Any]]:
        """The messages of one guest, or all."""
        return [message for owner, message in self._all if openid in {None, owner}]
