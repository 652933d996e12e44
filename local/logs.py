"""Each run's logs in a folder of its own; the last few runs are kept, and those of processes that live."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

KEPT_RUNS = 5


def new_log_folder(logs: Path) -> Path:
    """Make the folder of this run, point `latest` at it and remove the oldest whose processes have ended."""
    run = logs / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}"
    run.mkdir(parents=True)
    fresh = logs / f".{run.name}"
    fresh.symlink_to(run.name)
    fresh.replace(logs / "latest")
    runs = sorted(path for path in logs.iterdir() if path.is_dir() and not path.is_symlink())
    for old in runs[:-KEPT_RUNS]:
        if not _lives(int(old.name.rpartition("-")[2])):
            shutil.rmtree(old, ignore_errors=True)
    return run


def _lives(pid: int) -> bool:
    """Whether a process still writes there; another one that has got its number since does no harm."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
