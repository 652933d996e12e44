"""`make run`: starts the local cloud, prints its addresses, ends it on Ctrl-C or SIGTERM."""

import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from local.cloud import LocalCloud
from local.faults import LocalFault
from local.folders import STATE

DEFAULT_PORT = 8080
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Raised when the developer stops the run; a BaseException, so that no `except Exception` catches it."""


def read_settings(environment: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Port and template parameters from `PORT` and `PAYMENT_TIMEOUT_SECONDS`.

    Raises
    ------
    LocalFault
        When one of them is not a number in its range.
    """
    port = _number(environment, "PORT", DEFAULT_PORT, 0, 65535)
    parameters = {}
    if environment.get("PAYMENT_TIMEOUT_SECONDS"):
        parameters["PaymentTimeoutSeconds"] = str(_number(environment, "PAYMENT_TIMEOUT_SECONDS", 1800, 5, 7200))
    return port, parameters


def _number(environment: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise LocalFault(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)  # ignore further signals: the run is ending
    raise Stopped


def _wait(cloud: LocalCloud) -> None:
    """Wait until a process ends. A killed make cannot signal us, so this checks whether it still runs."""
    make = os.getppid() if "MAKELEVEL" in os.environ else None
    while make in {None, os.getppid()}:
        cloud.wait(0.5)


def main() -> int:
    """Run until stopped. Exit status 0 after a stop, 1 after a fault."""
    began = time.monotonic()

    def progress(line: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    for number in STOPPING:
        signal.signal(number, _stop)
    try:
        port, parameters = read_settings(dict(os.environ))
        keep = STATE if os.environ.get("KEEP", "0") not in {"", "0"} else None
        with LocalCloud(port, parameters, seed="--no-seed" not in sys.argv, keep=keep, progress=progress) as cloud:
            print(f"Posthouse is ready: {cloud.url}", flush=True)
            _wait(cloud)
    except LocalFault as fault:
        print(fault, file=sys.stderr)
        return 1
    except Stopped:
        print("\nPosthouse has stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
