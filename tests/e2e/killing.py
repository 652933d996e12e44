"""Kills the processes in which a local cloud runs its functions, as Lambda ends an environment without a warning."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path


def kill_processes(variables: Mapping[str, str]) -> list[str]:
    """Kill the processes of functions whose environment has all these variables; returns the functions' names.

    Another local cloud on this machine has functions with the same names, but another AWS_ENDPOINT_URL.
    """
    wanted, killed = {f"{name}={value}" for name, value in variables.items()}, []
    for entry in Path("/proc").iterdir():
        try:
            text = (entry / "environ").read_text(errors="replace") if entry.name.isdigit() else ""
            environment = set(text.split("\0"))
            name = next((it for it in environment if it.startswith("AWS_LAMBDA_FUNCTION_NAME=")), None)
            if name is not None and wanted <= environment:
                os.kill(int(entry.name), signal.SIGKILL)
                killed.append(name.partition("=")[2])
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
    return killed
