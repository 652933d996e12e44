"""Each run's logs in a folder of its own; the last few runs are kept."""

import os
import shutil
import time
from pathlib import Path

KEPT_RUNS = 5


def new_log_folder(logs: Path) -> Path:
    """Make the folder of this run, point `latest` at it and remove the oldest."""
    logs.mkdir(parents=True, exist_ok=True)
    run = logs / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    suffix = 0
    while run.exists():
        suffix += 1
        run = run.with_name(f"{run.name.split('.')[0]}.{suffix}")
    run.mkdir()
    fresh = logs / f".latest-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(run.name)
    fresh.replace(logs / "latest")
    runs = sorted(
        (path for path in logs.iterdir() if path.is_dir() and not path.is_symlink()), key=lambda path: path.name
    )
    for old in runs[:-KEPT_RUNS]:
        shutil.rmtree(old, ignore_errors=True)
    return run
