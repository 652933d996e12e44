"""The edge's settings, which it gets from the process that starts it.

They come through a pipe because they are known only after the deploy, and because they hold the simulator's keys, which
must not appear on a command line.
"""

import base64
import pickle  # nosec B403
from dataclasses import dataclass

from local.wechat_simulator import SimulatorConfig

READY = b"ready\n"
"""The edge prints this on stdout as soon as it serves."""


@dataclass(frozen=True)
class EdgeSettings:
    """The settings of the edge."""

    upstream: str
    routes: dict[str, str]
    web_folder: str
    simulator: SimulatorConfig
    simulator_memory: str | None = None

    def to_line(self) -> bytes:
        """Write the settings as one line, which `from_line` reads."""
        return base64.b64encode(pickle.dumps(self)) + b"\n"

    @staticmethod
    def from_line(line: bytes) -> "EdgeSettings":
        """Read a line of `to_line`; both ends are this project's own processes."""
        settings = pickle.loads(base64.b64decode(line))  # noqa: S301 - written by our parent process # nosec B301
        if not isinstance(settings, EdgeSettings):
            raise TypeError("not edge settings")
        return settings
