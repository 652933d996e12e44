"""What `make run KEEP=1` keeps over restarts: MiniStack's state, the simulated WeChat's, and what goes with both.

It is written when a run is stopped, beside what was kept before, and takes its place only when it is complete: a run
that was killed leaves the state with which it began.
"""

import hashlib
import json
import pickle  # nosec B403 # of files that we wrote ourselves
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from local.deploy import Prepared
from local.emulator import HOST
from local.faults import LocalFault
from local.wechat_simulator import SimulatorConfig

MINISTACK = "ministack"
WECHAT = "wechat.pickle"
RUN = "run.pickle"


@dataclass(frozen=True)
class KeptRun:
    """A run that ended in order.

    Attributes
    ----------
    port, emulator_port
        Where the edge and MiniStack were: the URLs of queues and notifications, which are kept, say so.
    digest
        Of the template, code and parameters that are deployed.
    simulator
        The keys that the simulated WeChat and the deployed secret share.
    """

    port: int
    emulator_port: int
    digest: str
    simulator: SimulatorConfig

    def where(self, port: int) -> int:
        """MiniStack's port.

        Raises
        ------
        LocalFault
            When the edge is elsewhere now, or MiniStack's port is taken.
        """
        if port != self.port:
            raise LocalFault(f"What is kept was made on port {self.port}: PORT={self.port} make run KEEP=1")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.emulator_port))
            except OSError:
                raise LocalFault(
                    f"Port {self.emulator_port} is in use, which what is kept needs: stop what holds it."
                ) from None
        return self.emulator_port


class Keeping:
    """A folder whose content outlives a run. The run works on a copy."""

    def __init__(self, folder: Path, run_folder: Path) -> None:
        """Copy what was kept into the run's folder."""
        self._folder = folder
        self._copy = run_folder / "kept"
        old = _old(folder)
        if not folder.exists() and old.exists():
            old.rename(folder)  # a run was killed just as it put its own in the place
        if (folder / RUN).exists():
            shutil.copytree(folder, self._copy)
            _begin_streams_anew(self._copy / MINISTACK)
        else:
            (self._copy / MINISTACK).mkdir(parents=True)
        self.emulator_state = self._copy / MINISTACK
        self.wechat_state = self._copy / WECHAT

    def last(self) -> KeptRun | None:
        """The run that was kept; None for the first one.

        Raises
        ------
        LocalFault
            When it cannot be read.
        """
        if not (self._copy / RUN).exists():
            return None
        try:
            run = pickle.loads((self._copy / RUN).read_bytes())  # noqa: S301 # nosec B301 # written by ourselves
        except Exception as error:
            raise LocalFault(f"{self._folder} cannot be read: remove it to start from nothing.") from error
        if not isinstance(run, KeptRun):
            raise LocalFault(f"{self._folder} is none of ours: remove it to start from nothing.")
        return run

    def save(self, run: KeptRun) -> None:
        """Put the run's state, which MiniStack and the simulator have written, in the place of what was kept."""
        (self._copy / RUN).write_bytes(pickle.dumps(run))
        fresh = self._folder.with_name(f"{self._folder.name}.new")
        old = _old(self._folder)
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self._copy, fresh)
        fresh.chmod(0o700)  # it holds the keys of both sides
        if self._folder.exists():
            self._folder.rename(old)
        fresh.rename(self._folder)
        shutil.rmtree(old, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.old")


def _begin_streams_anew(state: Path) -> None:
    """Gap: MiniStack keeps how far each stream has been read, but not the streams, so that new records go unread.

    Answer: their readers begin anew. What had not been read is sent by the sweeper.
    """
    file = state / "lambda.json"
    kept = json.loads(file.read_text())
    kept["payload"]["dynamodb_stream_positions"] = {}
    file.write_text(json.dumps(kept))


def digest_of(prepared: Prepared) -> str:
    """What tells one deployment from another."""
    facts = [prepared.template, sorted(prepared.uploads), sorted(prepared.parameters.items())]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
