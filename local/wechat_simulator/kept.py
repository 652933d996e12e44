"""The state that the simulated WeChat keeps over a restart: guests, codes, tokens, messages, payments and refunds.

It does not keep retries of deliveries: WeChat may lose notifications too, and reconciliation asks for the results.
"""

import pickle  # nosec B403 # of a file that we wrote ourselves
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def read(file: Path | None) -> Memory | None:
    """Read the state; None if there is no file."""
    if file is None or not file.exists():
        return None
    memory: Memory = pickle.loads(file.read_bytes())  # noqa: S301 # nosec B301 # written by `write`
    return memory


def write(file: Path, mini: MiniProgramHost, pay: PayHost) -> None:
    """Write the state, completely or not at all."""
    memory = Memory(mini.guests, mini.tokens, mini.messages, pay.merchant, pay.refund_ends)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(memory))
    fresh.replace(file)
