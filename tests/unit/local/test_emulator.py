"""What the local cloud changes in MiniStack."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

from local import emulator


class Environment:
    """Stands for an execution environment: idle for so many seconds, or busy."""

    def __init__(self, idle: float, *, in_use: bool = False) -> None:
        self.last_used = time.time() - idle
        self.in_use = in_use


def test_idle_environments_end_and_also_the_only_one_of_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    idle, busy, warm, second = Environment(61), Environment(99, in_use=True), Environment(5), Environment(70)
    environments: dict[str, list[Any]] = {"idle": [idle], "busy": [busy], "warm": [warm, second]}
    killed: list[Any] = []
    monkeypatch.setattr(lambda_runtime, "_workers", environments)
    monkeypatch.setattr(lambda_runtime, "kill_workers", killed.extend)
    monkeypatch.setattr(lambda_svc, "reap_idle_workers", None)

    emulator._end_idle_environments()

    assert lambda_svc.reap_idle_workers() == 2
    assert killed == [idle, second]
    assert environments == {"idle": [], "busy": [busy], "warm": [warm]}


def test_environments_that_start_at_once_register_their_sessions_one_after_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    under_way: list[str] = []
    most: list[int] = []

    def register(access_key: str, _session: dict[str, Any]) -> None:
        under_way.append(access_key)
        time.sleep(0.002)  # another thread gets its turn
        most.append(len(under_way))
        under_way.remove(access_key)

    monkeypatch.setattr(sts, "register_session", register)
    emulator._register_sessions_in_turn()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: sts.register_session(str(key), {}), range(16)))
    assert set(most) == {1}
    assert len(most) == 16
