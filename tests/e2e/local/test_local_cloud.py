"""The local cloud's life: one command starts it, and however it ends, no process, port or file is left."""

import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.cloud import LocalCloud
from local.folders import ROOT
from local.ports import bind_loopback, close_all

pytestmark = [pytest.mark.e2e, pytest.mark.long]
START_SECONDS = 120
END_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """A running `python -m local.run` with its processes and its port."""

    process: subprocess.Popen[str]
    port: int
    pids: frozenset[int]
    files: Path


def parents() -> dict[int, tuple[int, str]]:
    """Each living process's parent and command line. A zombie does not count: it has ended."""
    if Path("/proc/self/stat").exists():
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue  # ended while we looked
            if state != "Z":
                found[int(folder.name)] = (int(parent), command)
        return found
    ps = ["/bin/ps", "-A", "-o", "pid=,ppid=,args="]
    listed = subprocess.run(ps, capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines() if "<defunct>" not in line]
    return {int(row[0]): (int(row[1]), row[2] if len(row) > 2 else "") for row in rows}


def descendants(pid: int) -> frozenset[int]:
    listed = parents()
    found = {pid}
    while grown := {child for child, (parent, _) in listed.items() if parent in found} - found:
        found |= grown
    return frozenset(found)


def start(port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "local.run", "--no-seed"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port), "AWS_PROFILE": "no-such-profile", "HTTP_PROXY": "http://127.0.0.1:9"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    assert process.stderr is not None
    said = b""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not select.select([process.stdout], [], [], 1)[0]:
            continue
        piece = os.read(process.stdout.fileno(), 4096)  # not readline, whose buffer select cannot see
        said += piece
        if not piece:
            return process.stderr.read()
        if said.endswith(b"\n") and b"\nPosthouse is ready" in said:
            return said.decode().splitlines()[-1]
    return f"not ready in time: {said.decode()}"


@pytest.fixture
def running() -> Iterator[Running]:
    process = start()
    try:
        line = ready_line(process)
        match = re.fullmatch(r"Posthouse is ready: http://localhost:(\d+)", line)
        assert match, line
        port = int(match.group(1))
        assert ask(port) == 200  # so that a function's worker is among the processes
        pids = descendants(process.pid)
        commands = {pid: parents()[pid][1] for pid in pids}
        for part in ("guardian", "local.emulator", "local.edge", "_worker.py"):
            assert any(part in command for command in commands.values()), commands
        (worker,) = [command for command in commands.values() if "_worker.py" in command]
        files = next(Path(word) for word in worker.split() if word.endswith("_worker.py")).parents[2]
        assert files.is_dir()
        yield Running(process, port, pids, files)
    finally:
        process.kill()
        process.communicate()


def ask(port: int, path: str = "/api/health") -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://localhost:{port}{path}", timeout=20) as answer:
        status: int = answer.status
        return status


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + END_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def expect_nothing_left(running: Running) -> None:
    assert until(lambda: not running.pids & parents().keys()), {
        pid: command for pid, (_, command) in parents().items() if pid in running.pids
    }
    close_all(bind_loopback(running.port))
    assert until(lambda: not running.files.exists()), list(running.files.iterdir())


def test_sigterm_ends_everything_in_order(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    said, complaints = running.process.communicate(timeout=END_SECONDS)

    assert running.process.returncode == 0
    assert said.endswith("Posthouse has stopped.\n")
    assert complaints == ""
    expect_nothing_left(running)


def test_sigkill_leaves_nothing_behind(running: Running) -> None:
    running.process.kill()
    running.process.wait(END_SECONDS)

    expect_nothing_left(running)


def test_an_emulator_that_dies_ends_everything_with_one_line(running: Running) -> None:
    emulator = next(pid for pid in running.pids if "local.emulator" in parents()[pid][1])
    os.kill(emulator, signal.SIGKILL)
    _, complaints = running.process.communicate(timeout=END_SECONDS)

    assert running.process.returncode == 1
    assert re.fullmatch(r"MiniStack ended unexpectedly \(exit code -9\): see \S+/ministack\.log\.\n", complaints)
    expect_nothing_left(running)


def test_a_port_in_use_is_one_line_at_once() -> None:
    sockets = bind_loopback(0)
    port = sockets[0].getsockname()[1]
    try:
        said, complaints = start(port).communicate(timeout=START_SECONDS)
    finally:
        close_all(sockets)

    assert said == ""
    assert complaints == f"Port {port} is in use: stop what holds it or run PORT={port + 1} make run\n"


class Fault(Exception):
    """A fault while the cloud runs."""


def use_two_clouds_and_fail(ports: list[int]) -> None:
    with LocalCloud(0, seed=False) as one, LocalCloud(0, seed=False) as other:
        for cloud in (one, other):
            ports.append(int(cloud.url.rpartition(":")[2]))
            assert ask(ports[-1]) == 200
            assert cloud.client("sts").get_caller_identity()["Account"]
        raise Fault


def test_a_fault_inside_the_cloud_ends_it_and_two_clouds_live_side_by_side() -> None:
    others = descendants(os.getpid()) - {os.getpid()}
    ports: list[int] = []

    with pytest.raises(Fault):
        use_two_clouds_and_fail(ports)

    # The clouds of other tests keep running, and their schedules start new workers.
    theirs = frozenset[int]().union(*map(descendants, others))
    assert descendants(os.getpid()) <= theirs | {os.getpid()}
    assert len(set(ports)) == 2
    for port in ports:
        close_all(bind_loopback(port))


def test_pages_and_simulator_are_on_the_same_port(running: Running) -> None:
    assert ask(running.port, "/") == 200
    assert ask(running.port, "/simulator/messages?openid=nobody") == 200
