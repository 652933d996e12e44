"""The process that ends a local cloud when its starter has ended for any reason: Ctrl-C, a fault, SIGKILL.

It makes a process group for the cloud, prints the group's number, and reads from a pipe whose writing end only the
starter has. When the pipe closes, it kills the group and removes the run's folder: nothing in a run needs a slower end.
It is run as a plain file and imports little, so that it runs before anything else.
"""

import contextlib
import os
import shutil
import signal
import sys
import time

REMOVE_TRIES = 20


def main() -> None:
    """Watch stdin; the argument is the run's folder."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.chdir("/")
    group = _new_group()
    print(group, flush=True)
    sys.stdin.read()
    os.killpg(group, signal.SIGKILL)
    os.waitpid(group, 0)
    _remove(sys.argv[1])


def _new_group() -> int:
    """Fork a process that only leads a group: so the group exists even after its other members have ended."""
    leader = os.fork()
    if leader == 0:
        os.setpgid(0, 0)
        os.close(0)
        os.close(1)
        while True:
            signal.pause()
    with contextlib.suppress(PermissionError):
        os.setpgid(leader, leader)  # parent and child both do it, so that it is done whichever comes first
    return leader


def _remove(folder: str) -> None:
    for _ in range(REMOVE_TRIES):  # a dying process may still write a last file
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):  # noqa: PTH110 - pathlib would double this process's start
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main()
