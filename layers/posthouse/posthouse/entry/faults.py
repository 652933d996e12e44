"""How loud a fault is: one that passes by itself is a warning, since errors in the log take a release back."""

from __future__ import annotations

from posthouse.clients.wechat.errors import WechatNotSetUp, WechatUnavailable
from posthouse.entry.logs import logger
from posthouse.store.transaction import passes


def log_fault(said: str, fault: Exception) -> None:
    """Write the fault of a message or a step that comes again. What nobody has set up yet is no fault of a release."""
    quiet = passes(fault) or isinstance(fault, (WechatUnavailable, WechatNotSetUp))
    log = logger.warning if quiet else logger.error
    log(said, exc_info=fault)
