"""SAM CLI in its own virtual environment, made on first use: it is large and pins other versions of packages."""

import fcntl
from pathlib import Path

from local.faults import LocalFault
from local.folders import BUILD, ROOT
from local.install import InstallFault, install

LOCK = ROOT / "local" / "sam_cli.txt"
VENV = BUILD / "sam-cli"
ANNOUNCEMENT = f"Installing SAM CLI into {VENV.relative_to(ROOT)} (once, about 40 s) ..."


def sam_cli() -> Path:
    """The folder with its `sam` and `python`. The first call installs them; later calls only read one file.

    Raises
    ------
    LocalFault
        When SAM CLI cannot be installed.
    """
    VENV.parent.mkdir(parents=True, exist_ok=True)
    with VENV.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits here, and then finds it installed
        try:
            install(VENV, LOCK, ANNOUNCEMENT)
        except InstallFault as fault:
            raise LocalFault(f"SAM CLI cannot be installed. {fault}") from fault
    return VENV / "bin"
