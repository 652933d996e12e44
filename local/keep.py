"""The state that `make run KEEP=1` keeps over restarts: MiniStack's, the simulated WeChat's, and the run's settings.

It is written beside the earlier state when a run is stopped, and replaces it only when it is complete: a run that was
killed leaves the state with which it started.
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
    """A run that ended normally.

    Attributes
    ----------
    port, emulator_port
        The ports of the edge and of MiniStack: the kept URLs of queues and notifications contain them.
    digest
        The digest of the deployed template, code and parameters (`digest_of`).
    simulator
        The keys that the simulated WeChat and the deployed secret share.
    """

    port: int
    emulator_port: int
    digest: str
    simulator: SimulatorConfig

    def where(self, port: int) -> int:
        """Return MiniStack's port.

        Raises
        ------
        LocalFault
            When the edge has another port now, or MiniStack's port is in use.
        """
        if port != self.port:
            raise LocalFault(f"What is kept was made on port {self.port}: PORT={self.port} make run KEEP=1")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.emulator_port))
            except OSError:
                raise LocalFault(
                    f"Port {self.emulator_port} is in use, but the kept state needs it: stop what holds it."
                ) from None
        return self.emulator_port


class Keeping:
    """A folder that keeps its content between runs. A run works on a copy."""

    def __init__(self, folder: Path, run_folder: Path) -> None:
        """Copy what was kept into the run's folder."""
        self._folder = folder
        self._copy = run_folder / "kept"
        old = _old(folder)
        if not folder.exists() and old.exists():
            old.rename(folder)  # a run was killed while it replaced the folder
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
            raise LocalFault(f"{self._folder} is not a kept state: remove it to start from nothing.")
        return run

    def save(self, run: KeptRun) -> None:
        """Replace the kept state by this run's, which MiniStack and the simulator have written."""
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
    """Gap: MiniStack keeps how far each stream has been read, but not the streams; so it would skip new records.

    Workaround: forget the positions, so reading starts at the beginning. The sweeper sends what had not been read.
    """
    file = state / "lambda.json"
    kept = json.loads(file.read_text())
    kept["payload"]["dynamodb_stream_positions"] = {}
    file.write_text(json.dumps(kept))


def digest_of(prepared: Prepared) -> str:
    """A digest that changes whenever the deployment would."""
    facts = [prepared.template, sorted(prepared.uploads), sorted(prepared.parameters.items())]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
