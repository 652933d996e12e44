"""The local cloud: MiniStack with the deployed template, the edge proxy and the WeChat simulator as one unit."""

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
from local.deploy import Prepared, Stack, deploy, find, prepare
from local.edge.settings import READY, EdgeSettings
from local.emulator import EMULATOR, StandBefore, child_environment, free_port, start_emulator, wait_for_emulator
from local.faults import LocalFault
from local.folders import LOGS, WEB
from local.keep import Keeping, KeptRun, digest_of
from local.logs import new_log_folder
from local.ports import bind_loopback, close_all
from local.processes import ProcessGroup
from local.wechat_simulator import SimulatorConfig

STACK_NAME = "posthouse"
EDGE = "The edge proxy"
EDGE_SECONDS = 20

Progress = Callable[[str], None]


class LocalCloud:
    """A running Posthouse on this machine. As a context manager it serves inside the block and leaves nothing behind.

    Attributes
    ----------
    url
        The address of pages, API and simulator, such as http://localhost:8080.
    aws_endpoint, aws_env
        MiniStack's URL, and the environment variables with which an AWS SDK calls it as root.
    stack_name, outputs
        The deployed stack and its outputs.
    log_folder
        The folder of this run's logs; functions.log has those of all functions.
    simulator_config
        Ids and keys that the WeChat simulator and the deployed secret share; each run makes new ones.
    """

    def __init__(
        self,
        port: int = 8080,
        parameters: Mapping[str, str] | None = None,
        *,
        seed: bool = True,
        keep: Path | None = None,
        stand_before: StandBefore | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        """Set what to start. Nothing starts before the context manager is entered.

        Parameters
        ----------
        port
            Of the edge; 0 takes a free one.
        parameters
            Template parameters. Those that follow from the run itself win over these.
        seed
            Whether to load the demo data.
        keep
            A folder that keeps the state over restarts; the run starts with its content. None: the run starts empty.
        stand_before
            Given the emulator's URL, returns the endpoint that functions use as AWS, such as a proxy before it.
        progress
            Called with one line for each phase that is done.
        """
        self._port = port
        self._given = dict(parameters or {})
        self._seed = seed
        self._keep = keep
        self._stand_before = stand_before
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
        """Start everything; returns when it serves.

        Raises
        ------
        LocalFault
            With one line that says what is wrong; then nothing is left running.
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
        """Make a client of one AWS service of this cloud, with root's rights."""
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
        port = sockets[0].getsockname()[1]
        self.url = f"http://localhost:{port}"
        run_folder = Path(tempfile.mkdtemp(prefix="posthouse-"))
        group = self._group = ProcessGroup(run_folder)
        self._cleanup.callback(group.stop)
        keeping = Keeping(self._keep, run_folder) if self._keep else None
        last = keeping.last() if keeping else None
        emulator_port = last.where(port) if last else free_port()
        logs = self.log_folder = new_log_folder(LOGS)
        state = keeping.emulator_state if keeping else None
        self.aws_endpoint = start_emulator(group, run_folder, logs, emulator_port, state, self._stand_before)
        self.aws_env = aws_environment(self.aws_endpoint)
        descriptors = [one.fileno() for one in sockets]
        command = [sys.executable, "-m", "local.edge", str(descriptors)]
        edge = group.spawn(EDGE, command, child_environment(run_folder), logs / "edge.log", descriptors)
        close_all(sockets)  # the edge has its own copies
        with ThreadPoolExecutor(1) as pool:
            making_keys = pool.submit(lambda: last.simulator if last else SimulatorConfig.generate())
            prepared = prepare(self._parameters())
            self._progress("layers and functions are built")
            self.simulator_config = making_keys.result()
        wait_for_emulator(self.aws_endpoint, group)
        self._progress("MiniStack is ready")
        run = KeptRun(port, emulator_port, digest_of(prepared), self.simulator_config)
        stack = self._deploy(prepared, last, run)
        self._open_edge(edge, prepared, stack, keeping.wechat_state if keeping else None)
        self._progress("the edge proxy and the WeChat simulator are ready")
        if self._seed and last is None:
            from local.seed import seed

            seed(self)
            self._progress("the demo data is loaded")
        if keeping:
            self._cleanup.callback(self._put_away, keeping, run)

    def _put_away(self, keeping: Keeping, run: KeptRun) -> None:
        """End the edge and the emulator so that they write their state; the edge goes first, to stop new requests."""
        for name in (EDGE, EMULATOR):
            if not self._running().end(name):
                raise LocalFault(f"{name} could not write its state: the state before this run is kept.")
        keeping.save(run)
        self._progress("the state is saved")

    def _parameters(self) -> dict[str, str]:
        own = {
            "Stage": "local",
            "PublicBaseUrl": self.url,
            "WechatApiBaseUrl": f"{self.url}/wechat/api",
            "WechatPayBaseUrl": f"{self.url}/wechat/pay",
            "DataRetention": "Delete",
            "Pages": "off",  # here the edge does what CloudFront does on AWS
        }
        return {**own, **self._given}

    def _deploy(self, prepared: Prepared, last: KeptRun | None, run: KeptRun) -> Stack:
        if last and last.digest == run.digest:
            stack = find(self.stack_name, self.client)
            self._progress("the kept state is loaded")
        else:
            stack = deploy(prepared, self.stack_name, self.client, anew=last is not None)
            self._progress(f"{prepared.resources} resources are deployed")
        self.outputs = stack.outputs
        secret = stack.outputs.get("WechatSecretArn")
        if secret:
            self.client("secretsmanager").put_secret_value(
                SecretId=secret, SecretString=self.simulator_config.secret_json()
            )
        return stack

    def _open_edge(self, edge: Any, prepared: Prepared, stack: Stack, memory: Path | None) -> None:
        settings = EdgeSettings(
            upstream=f"{self.aws_endpoint}/_aws/execute-api/{stack.api_id}/$default",
            routes={route.key: route.function for route in prepared.routes},
            web_folder=str(WEB),
            simulator=self.simulator_config,
            simulator_memory=str(memory) if memory else None,
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
