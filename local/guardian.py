"""The process that ends a local cloud when the one that started it is gone, however it went: Ctrl-C, a fault, SIGKILL.

It makes a process group for the cloud to live in, says its number, and holds the reading end of a pipe whose writing
end only the starter has. When that ends, the group is killed and the run's folder is removed: nothing of a run is worth
a slower end. It is run as a plain file and imports little, so that it is there before anything else.
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
    """Fork a process that does nothing but lead a group, which so outlives each of its members."""
    leader = os.fork()
    if leader == 0:
        os.setpgid(0, 0)
        os.close(0)
        os.close(1)
        while True:
            signal.pause()
    with contextlib.suppress(PermissionError):
        os.setpgid(leader, leader)  # both do it: neither may come too late
    return leader


def _remove(folder: str) -> None:
    for _ in range(REMOVE_TRIES):  # a dying process may still write a last file
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):  # noqa: PTH110 - pathlib would double this process's start
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main()
