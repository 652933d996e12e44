"""The local cloud: MiniStack with the deployed template, edge proxy and WeChat simulator, as one thing."""

import select
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.aws import aws_environment, make_client
from local.deploy import Prepared, Stack, deploy, prepare
from local.edge.settings import READY, EdgeSettings
from local.emulator import child_environment, start_emulator, wait_for_emulator
from local.faults import LocalFault
from local.folders import LOGS, WEB
from local.logs import new_log_folder
from local.ports import bind_loopback, close_all
from local.processes import ProcessGroup
from local.wechat_simulator import SimulatorConfig

STACK_NAME = "posthouse"
EDGE_SECONDS = 20

Progress = Callable[[str], None]


class LocalCloud:
    """A running Posthouse on this machine. Use it as a context manager: inside it serves, after it nothing is left.

    Attributes
    ----------
    url
        Where pages, API and simulator are, such as http://localhost:8080.
    aws_endpoint, aws_env
        MiniStack's URL, and the environment with which an AWS SDK speaks to it as root.
    stack_name, outputs
        The deployed stack and its outputs.
    log_folder
        Where this run's logs are, those of all functions in functions.log.
    simulator_config
        Ids and keys that the WeChat simulator and the deployed secret share, made anew for each run.
    """

    def __init__(
        self,
        port: int = 8080,
        parameters: Mapping[str, str] | None = None,
        *,
        seed: bool = True,
        progress: Progress = lambda _: None,
    ) -> None:
        """Say what to start; nothing happens before it is entered.

        Parameters
        ----------
        port
            Of the edge; 0 takes a free one.
        parameters
            Template parameters beside those that follow from the run itself; they win over these.
        seed
            Whether to load the demo data.
        progress
            Called with a line for each phase that is done.
        """
        self._port = port
        self._given = dict(parameters or {})
        self._seed = seed
        self._progress = progress
        self._group: ProcessGroup | None = None
        self._cleanup = ExitStack()
        self.stack_name = STACK_NAME
        self.url = ""
        self.aws_endpoint = ""
        self.aws_env: dict[str, str] = {}
        self.outputs: dict[str, str] = {}
        self.simulator_config: SimulatorConfig
        self.log_folder: Path

    def __enter__(self) -> Self:
        """Start everything and return when it serves.

        Raises
        ------
        LocalFault
            With one line that says what is wrong; nothing stays running then.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every process that was started."""
        self.stop()

    def stop(self) -> None:
        """End every process and remove what the run left on disk, its logs excepted. Stopping twice is harmless."""
        self._cleanup.close()

    def client(self, service: str) -> Any:
        """Client of an AWS service of this cloud, with root's rights."""
        return make_client(service, self.aws_endpoint)

    def wait(self, seconds: float = float("inf")) -> None:
        """Wait while everything runs; raise LocalFault when a process ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._running().check()
            time.sleep(min(0.5, max(0.0, deadline - time.monotonic())))

    def _start(self) -> None:
        sockets = bind_loopback(self._port)
        self._cleanup.callback(close_all, sockets)
        self.url = f"http://localhost:{sockets[0].getsockname()[1]}"
        run_folder = Path(tempfile.mkdtemp(prefix="posthouse-"))
        group = self._group = ProcessGroup(run_folder)
        self._cleanup.callback(group.stop)
        logs = self.log_folder = new_log_folder(LOGS)
        self.aws_endpoint = start_emulator(group, run_folder, logs)
        self.aws_env = aws_environment(self.aws_endpoint)
        descriptors = [one.fileno() for one in sockets]
        command = [sys.executable, "-m", "local.edge", str(descriptors)]
        edge = group.spawn("The edge proxy", command, child_environment(run_folder), logs / "edge.log", descriptors)
        close_all(sockets)  # the edge has its own copies
        with ThreadPoolExecutor(1) as pool:
            making_keys = pool.submit(SimulatorConfig.generate)
            prepared = prepare()
            self._progress("layers and functions are packed")
            self.simulator_config = making_keys.result()
        wait_for_emulator(self.aws_endpoint, group)
        self._progress("MiniStack answers")
        stack = self._deploy(prepared)
        self._progress(f"{len(prepared.template['Resources'])} resources are deployed")
        self._open_edge(edge, prepared, stack)
        self._progress("the edge proxy and the WeChat simulator serve")
        if self._seed:
            from local.seed import seed

            seed(self)
            self._progress("the demo data is loaded")

    def _deploy(self, prepared: Prepared) -> Stack:
        own = {
            "Stage": "local",
            "PublicBaseUrl": self.url,
            "WechatApiBaseUrl": f"{self.url}/wechat/api",
            "WechatPayBaseUrl": f"{self.url}/wechat/pay",
            "DataRetention": "Delete",
        }
        stack = deploy(prepared, self.stack_name, {**own, **self._given}, self.client)
        self.outputs = stack.outputs
        secret = stack.outputs.get("WechatSecretArn")
        if secret:
            self.client("secretsmanager").put_secret_value(
                SecretId=secret, SecretString=self.simulator_config.secret_json()
            )
        return stack

    def _open_edge(self, edge: Any, prepared: Prepared, stack: Stack) -> None:
        settings = EdgeSettings(
            upstream=f"{self.aws_endpoint}/_aws/execute-api/{stack.api_id}/$default",
            routes={route.key: route.function for route in prepared.routes},
            web_folder=str(WEB),
            simulator=self.simulator_config,
        )
        group = self._running()
        with suppress(BrokenPipeError):  # if it has died already, the check below says so
            edge.stdin.write(settings.to_line())
            edge.stdin.flush()
        deadline = time.monotonic() + EDGE_SECONDS
        while not select.select([edge.stdout], [], [], 0.2)[0]:
            group.check()
            if time.monotonic() > deadline:
                raise LocalFault(f"The edge proxy did not start: see {group.log_of('The edge proxy')}.")
        if edge.stdout.readline() != READY:
            raise LocalFault(f"The edge proxy did not start: see {group.log_of('The edge proxy')}.")

    def _running(self) -> ProcessGroup:
        if self._group is None:
            raise LocalFault("The local cloud has not been started.")
        return self._group
