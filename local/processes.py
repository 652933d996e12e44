"""The processes of one local cloud, in one process group that ends as a whole, however the run ends."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from local.faults import LocalFault
from local.folders import ROOT

GUARDIAN = Path(__file__).with_name("guardian.py")
STOP_SECONDS = 60


class ProcessGroup:
    """Starts processes, notices when one ends, and ends them all.

    A guardian process kills them, so that they end even after a SIGKILL of this process.
    """

    def __init__(self, run_folder: Path) -> None:
        """Start the guardian, which also removes `run_folder` at the end."""
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: dict[str, Path] = {}
        command = [sys.executable, "-I", "-S", str(GUARDIAN), str(run_folder)]
        self._guardian = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
        assert self._guardian.stdout is not None  # noqa: S101 - it was opened with a pipe
        self._group = int(self._guardian.stdout.readline())

    def spawn(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, pass_fds: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a process from the project's root; one that gets file descriptors also gets pipes as stdin and stdout.

        Parameters
        ----------
        name
            Its name for a developer; used in faults.
        log
            File for stderr, and for stdout unless it is a pipe.
        """
        piped = bool(pass_fds)
        with log.open("ab") as sink:
            process = subprocess.Popen(
                list(command),
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else sink,
                stderr=sink,
                pass_fds=pass_fds,
                process_group=self._group,
            )
        self._processes[name] = process
        self._logs[name] = log
        return process

    def log_of(self, name: str) -> str:
        """Path of a process's log, relative to the project's folder."""
        return os.path.relpath(self._logs[name])

    def check(self) -> None:
        """Raise LocalFault if a process that should be running has ended."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise LocalFault(
                    f"{name} ended unexpectedly (exit code {process.returncode}): see {self.log_of(name)}."
                )

    def end(self, name: str) -> bool:
        """Ask a process to end, so that it saves its state; False if it was dead or does not end within 10 s."""
        process = self._processes[name]
        if process.poll() is not None:
            return False
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End every process and return when they are gone. Stopping twice is harmless."""
        for process in (self._guardian, *self._processes.values()):
            if process.stdin is not None:
                with suppress(BrokenPipeError):  # it may have died before it read our last line
                    process.stdin.close()
        for process in (*self._processes.values(), self._guardian):
            process.wait(STOP_SECONDS)
            if process.stdout is not None:
                process.stdout.close()
