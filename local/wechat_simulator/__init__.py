"""Simulates WeChat on this machine: the mini-program API, WeChat Pay v3, and steering calls that act for the guests.

`add_simulator(app, config)` mounts it on an aiohttp application; `python -m local.wechat_simulator` runs it alone.
"""

from local.wechat_simulator.application import add_simulator
from local.wechat_simulator.config import SimulatorConfig

__all__ = ["SimulatorConfig", "add_simulator"]
