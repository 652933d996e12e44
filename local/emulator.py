"""MiniStack as a process of the local cloud: starts it, and is the child process that runs it."""

import json
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from local.faults import LocalFault
from local.processes import ProcessGroup

EMULATOR = "MiniStack"
HOST = "127.0.0.1"
REGION = "us-east-1"
START_SECONDS = 30
IDLE_SECONDS = 60
FUNCTION_LOG = "POSTHOUSE_FUNCTION_LOG"
StandBefore = Callable[[str], str]
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def start_emulator(
    group: ProcessGroup,
    run_folder: Path,
    logs: Path,
    port: int,
    state: Path | None = None,
    stand_before: StandBefore | None = None,
) -> str:
    """Start MiniStack on the loopback interface; returns its URL at once. `wait_for_emulator` waits for it.

    This makes its environment, because MiniStack passes its own environment to every function.

    Parameters
    ----------
    port
        The port that it listens on.
    state
        A folder with the state that it starts with and writes when it is asked to end. None: it keeps no state.
    stand_before
        Given its URL, returns the URL that functions use instead, such as that of a proxy. None: its own URL.
    """
    temporary = run_folder / "emulator"
    temporary.mkdir()
    environment = child_environment(temporary) | {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{temporary}/no-docker.sock",
        "MINISTACK_REGION": REGION,
        "TZ": "UTC",
        FUNCTION_LOG: str(logs / "functions.log"),
        "LAMBDA_WARM_TTL_SECONDS": str(IDLE_SECONDS),
    }
    if state is not None:
        environment |= {"PERSIST_STATE": "1", "STATE_DIR": str(state)}
    url = f"http://{HOST}:{port}"
    if stand_before is not None:
        environment["AWS_ENDPOINT_URL"] = stand_before(url)
    group.spawn(EMULATOR, [sys.executable, "-m", "local.emulator"], environment, logs / "ministack.log")
    return url


def child_environment(temporary: Path) -> dict[str, str]:
    """Environment of a child: none of the shell's AWS, proxy or Python settings, and its own temporary folder."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"HOME": str(temporary), "TMPDIR": str(temporary)}


def wait_for_emulator(url: str, group: ProcessGroup) -> None:
    """Wait until MiniStack responds.

    Raises
    ------
    LocalFault
        When it ends, or does not respond within 30 s.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        group.check()
        try:
            with opener.open(f"{url}/_ministack/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise LocalFault(f"MiniStack was not ready within {START_SECONDS} s: see {group.log_of('MiniStack')}.")


def free_port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _keep_function_logs(path: Path) -> None:
    """Write the functions' output to a file, one JSON object per line; MiniStack has it in its CloudWatch Logs only."""
    from ministack.services import lambda_svc

    emit = lambda_svc._emit_lambda_logs  # noqa: SLF001 - MiniStack has no other place to listen
    log = path.open("a", buffering=1, encoding="utf-8")

    def emit_and_keep(func: dict[str, Any], request_id: str, log_text: str, *rest: Any, **named: Any) -> None:
        emit(func, request_id, log_text, *rest, **named)
        name = (func.get("config") or func).get("Handler", "").removesuffix(".handler")
        log.writelines(f"{line}\n" for line in log_lines(log_text or "", name, request_id))

    lambda_svc._emit_lambda_logs = emit_and_keep  # noqa: SLF001


def _remember_attributes() -> None:
    """Give an update of a nested stack the attributes of unchanged resources; MiniStack forgets them there."""
    from ministack.services.cloudformation import _stacks, provisioners

    update = provisioners._update_resource  # noqa: SLF001 - MiniStack has no other place to tell it

    def update_with_attributes(*given: Any) -> Any:
        """Arguments are type, id, properties before and after, stack, logical id, and sometimes the attributes."""
        if len(given) == 6:
            *_, stack, logical_id = given
            recorded = _stacks.get(stack, {}).get("_resources", {}).get(logical_id, {})
            given = (*given, recorded.get("Attributes"))
        return update(*given)

    provisioners._update_resource = update_with_attributes  # noqa: SLF001


def _tell_handlers() -> None:
    """Set each function's handler in `_HANDLER`, as Lambda does; MiniStack leaves that variable out."""
    from ministack.core import lambda_runtime

    credentials = lambda_runtime.execution_credentials

    def with_handler(config: dict[str, Any]) -> dict[str, str]:
        return {**credentials(config), "_HANDLER": config.get("Handler", "")}

    lambda_runtime.execution_credentials = with_handler


def _end_idle_environments() -> None:
    """End every execution environment that is idle for long, as Lambda does.

    MiniStack keeps one of each function for ever: together they take several GB.
    """
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    def end_idle(idle_seconds: float = IDLE_SECONDS) -> int:
        before = time.time() - idle_seconds
        ended: list[Any] = []
        with lambda_runtime._lock:  # noqa: SLF001 - MiniStack has no other place to end them
            for key, workers in list(lambda_runtime._workers.items()):  # noqa: SLF001
                idle = [each for each in workers if not each.in_use and each.last_used < before]
                lambda_runtime._workers[key] = [each for each in workers if each not in idle]  # noqa: SLF001
                ended += idle
        lambda_runtime.kill_workers(ended)
        return len(ended)

    lambda_svc.reap_idle_workers = end_idle


def _register_sessions_in_turn() -> None:
    """Register the sessions of execution environments one after another.

    MiniStack goes through all sessions at each: one of two environments that start at once can fail there, and
    its client gets a 500.
    """
    from ministack.services import sts

    register, lock = sts.register_session, threading.Lock()

    def register_in_turn(access_key: str, session: dict[str, Any]) -> None:
        with lock:
            register(access_key, session)

    sts.register_session = register_in_turn


def log_lines(text: str, function: str, request_id: str) -> Iterator[str]:
    """One invocation's output as JSON objects, one per line; consecutive plain lines (a traceback) become one."""
    for is_object, lines in groupby(text.splitlines(), key=lambda line: line.startswith("{") and line.endswith("}")):
        if is_object:
            yield from lines
        elif plain := "\n".join(lines).strip("\n"):
            yield json.dumps(
                {"function_name": function, "function_request_id": request_id, "text": plain}, ensure_ascii=False
            )


def main() -> None:
    """Run MiniStack in this process until it is killed."""
    _keep_function_logs(Path(os.environ.pop(FUNCTION_LOG)))
    _remember_attributes()
    _tell_handlers()
    _end_idle_environments()
    _register_sessions_in_turn()
    from ministack.app import main as run_ministack

    run_ministack()


if __name__ == "__main__":
    main()
