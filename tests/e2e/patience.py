"""Guests and staff as good clients: they repeat a failed request with the same key, for a bounded time."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import urllib3

from tests.e2e.world import Guest, Reply, World

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0, 2.5, 3.0, 3.0, 3.0)
"""Seconds between tries."""


class GaveUp(Exception):
    """Every try failed with a fault."""


@dataclass
class Patient(Guest):
    """A client that repeats a request after a fault, or if the same request is still running."""

    tally: Counter[str] = field(default_factory=Counter)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        told = ""
        for pause in (*PAUSES, None):
            try:
                reply = super().send(method, path, body, **headers)
            except urllib3.exceptions.HTTPError as error:
                told = type(error).__name__
            else:
                code = (reply.body or {}).get("code", "") if isinstance(reply.body, dict) else ""
                if reply.status < 500 and code != "in_progress":
                    return reply
                told = f"{reply.status} {code}"
            self.tally[told] += 1
            if pause is not None:
                time.sleep(pause)
        raise GaveUp(f"{method} {path}: {told}")


@dataclass
class People:
    """The people of a day; their failed tries are counted."""

    world: World
    tally: Counter[str] = field(default_factory=Counter)

    @property
    def admin(self) -> Patient:
        return Patient(self.world.cloud.url, self.world.admin.token, tally=self.tally)

    def guest(self) -> Patient:
        """Log in a new guest. A code works for one try, so each try gets a new one, as in the mini-program."""
        codes = self.world.codes()
        nobody = Patient(self.world.cloud.url, tally=self.tally)
        for _ in PAUSES:
            wanted = {"login_code": codes["login_code"], "phone_code": codes["phone_code"]}
            reply = nobody.send("POST", "/api/sessions", wanted)
            if reply.status != 401:
                token = reply.must(201)["access_token"]
                return Patient(
                    self.world.cloud.url, token, phone=codes["phone"], openid=codes["openid"], tally=self.tally
                )
            self.tally["401 used_login_code"] += 1
            codes = self.world.codes(codes["phone"])
        raise GaveUp("POST /api/sessions: 401")

    def pay(self, guest: Patient, order_no: str, *, lost: bool) -> bool:
        """Open a payment and pay it; False if it is too late for that."""
        opened = guest.send("POST", f"/api/orders/{order_no}/payments")
        if opened.status == 409:
            return False
        prepay_id = opened.must(201)["wechat"]["package"].removeprefix("prepay_id=")
        how = {"result": "success", "lost": lost, "retry": not lost}
        played = self.world.simulator.send("POST", f"/simulator/payments/{prepay_id}", how)
        assert played.status in {200, 409}, played
        return played.status == 200


def new_key() -> str:
    """A new Idempotency-Key."""
    return uuid.uuid4().hex
