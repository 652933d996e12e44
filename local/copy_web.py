"""Copies the pages into a folder, for your own web server: `python -m local.copy_web FOLDER`.

`pages.nginx.conf` serves such a folder where CloudFront is not available (AWS China).
"""

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from local.faults import LocalFault
from local.folders import WEB
from local.web_files import WebFiles


def copy_web(folder: Path, files: WebFiles) -> int:
    """Write every page below `folder` under its path in a URL; returns the number of pages.

    Raises
    ------
    LocalFault
        When the folder is not empty: a web server serves every file in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LocalFault(f"{folder} is not empty: remove it, or name another folder.")
    number = 0
    for name, file in files.all():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        number += 1
    return number


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command; exit status 0 when the pages are there, 1 after one line that says what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m local.copy_web", description="Copy the pages into a folder.")
    parser.add_argument("folder", type=Path, help="a folder that is empty or does not exist yet")
    folder = parser.parse_args(None if arguments is None else list(arguments)).folder
    try:
        number = copy_web(folder, WebFiles(WEB))
    except (LocalFault, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"{number} files are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
