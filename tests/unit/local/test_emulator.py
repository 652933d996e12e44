"""What the local cloud changes in MiniStack."""

import time
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

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
