"""A folder of logs for each run. The last few runs are kept, and every run whose process is still alive."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

KEPT_RUNS = 5


def new_log_folder(logs: Path) -> Path:
    """Make this run's folder, point `latest` to it, and remove the oldest ones whose processes have ended."""
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
    """Whether the run's process is alive. If another process has its number now, the folder is only kept longer."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
