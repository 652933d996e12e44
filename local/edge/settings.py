"""What the edge is told by the process that starts it.

Settings come through a pipe because they are known only after the deploy and hold the simulator's keys, which belong on
no command line.
"""

import base64
import pickle  # nosec B403
from dataclasses import dataclass

from local.wechat_simulator import SimulatorConfig

READY = b"ready\n"
"""What the edge says on stdout when it serves."""


@dataclass(frozen=True)
class EdgeSettings:
    """What the edge needs to know; sent from the process that starts it."""

    upstream: str
    routes: dict[str, str]
    web_folder: str
    simulator: SimulatorConfig
    simulator_memory: str | None = None

    def to_line(self) -> bytes:
        """One line that `from_line` reads back."""
        return base64.b64encode(pickle.dumps(self)) + b"\n"

    @staticmethod
    def from_line(line: bytes) -> "EdgeSettings":
        """Read what `to_line` wrote; both ends are this project's own processes."""
        settings = pickle.loads(base64.b64decode(line))  # noqa: S301 - written by our parent process # nosec B301
        if not isinstance(settings, EdgeSettings):
            raise TypeError("not edge settings")
        return settings
