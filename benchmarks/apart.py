"""Runs the sections on moto, each in its own process: its environment and clients do not know the local cloud."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.standing import Simulator


@contextmanager
def wechat_beside_moto() -> Iterator[Simulator]:
    """Start WeChat's simulator in an environment like Lambda's, without logs, so that only the section is printed."""
    import tests.conftest  # noqa: F401 - sets the environment
    from tests.integration.standing import simulated_wechat

    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), simulated_wechat() as simulator:
        yield simulator


def apart(module: str) -> str:
    """Run ``python -m benchmarks.<module>``; returns its output."""
    ran = subprocess.run([sys.executable, "-m", f"benchmarks.{module}"], stdout=subprocess.PIPE, check=True, text=True)
    return ran.stdout
