"""The state that the simulated WeChat keeps over a restart: guests, codes, tokens, messages, payments and refunds.

It does not keep retries of deliveries: WeChat may lose notifications too, and reconciliation asks for the results.
"""

import pickle  # nosec B403 # of a file that we wrote ourselves
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from local.wechat_simulator.mini_program import MiniProgramHost
from local.wechat_simulator.pay_host import PayHost


@dataclass(frozen=True)
class Memory:
    """The simulator's whole state."""

    guests: Any
    tokens: Any
    messages: Any
    merchant: Any
    refund_ends: Any


@dataclass(frozen=True)
class Hosts:
    """The two hosts that have state."""

    mini: MiniProgramHost
    pay: PayHost

    def memory(self) -> bytes:
        """The state of both hosts, as bytes."""
        mini, pay = self.mini, self.pay
        return pickle.dumps(Memory(mini.guests, mini.tokens, mini.messages, pay.merchant, pay.refund_ends))

    def remember(self, memory: bytes) -> None:
        """Replace the state of both hosts by this one."""
        it: Memory = pickle.loads(memory)  # noqa: S301 # nosec B301 # written by `memory`
        self.mini.guests, self.mini.tokens, self.mini.messages = it.guests, it.tokens, it.messages
        self.pay.merchant, self.pay.refund_ends = it.merchant, it.refund_ends


HOSTS = web.AppKey("wechat_hosts", Hosts)
"""The key of the hosts in an application."""


def read(file: Path | None, hosts: Hosts) -> None:
    """Read the state into the hosts, if the file exists."""
    if file is not None and file.exists():
        hosts.remember(file.read_bytes())


def write(file: Path, hosts: Hosts) -> None:
    """Write the state, completely or not at all."""
    fresh = file.with_suffix(".new")
    fresh.write_bytes(hosts.memory())
    fresh.replace(file)
