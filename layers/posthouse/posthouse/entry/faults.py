"""How loud a fault is: one that passes by itself is a warning, since errors in the log take a release back."""

from __future__ import annotations

from posthouse.clients.wechat.errors import WechatNotSetUp, WechatUnavailable
from posthouse.entry.logs import logger
from posthouse.store.faults import is_busy, is_down
from posthouse.store.transaction import StoreBusy


def passes(fault: Exception) -> bool:
    """Whether the same may go well in a while though nobody mends anything: AWS or WeChat did not answer."""
    return isinstance(fault, (WechatUnavailable, StoreBusy)) or is_busy(fault) or is_down(fault)


def log_fault(said: str, fault: Exception) -> None:
    """Write the fault of a message or a step that comes again. What nobody has set up yet is no fault of a release."""
    log = logger.warning if passes(fault) or isinstance(fault, WechatNotSetUp) else logger.error
    log(said, exc_info=fault)
