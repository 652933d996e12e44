"""Handlers on moto. Tables, queues, topics, secrets and each function's environment come from template.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from posthouse.store.transaction import Transaction
from tests.integration.house import House
from tests.integration.standing import Simulator, house_on_moto, simulated_wechat
from tests.support.permissions import USED, unneeded


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    """WeChat's simulator; it delivers to the newest house."""
    with simulated_wechat() as running:
        yield running


@pytest.fixture
def house(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A deployed Posthouse with nothing in it, at a fixed time."""
    with house_on_moto(simulator, monkeypatch) as built:
        yield built


class Arrange(Protocol):
    """The type of `before_commit`, with which a rival acts just before a transaction is written."""

    def __call__(self, rival: Callable[[], object], *, skip: int = 0) -> None: ...


@pytest.fixture
def before_commit(monkeypatch: pytest.MonkeyPatch) -> Arrange:
    """Let a rival act once, just before the next transaction is written, or after ``skip`` more of them."""

    def arrange(rival: Callable[[], object], *, skip: int = 0) -> None:
        commit = Transaction.commit
        waiting = [rival]
        ahead = [None] * skip

        def late(self: Transaction) -> Any:
            if ahead:
                ahead.pop()
            elif waiting:
                waiting.pop()()
            return commit(self)

        monkeypatch.setattr(Transaction, "commit", late)

    return arrange


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the number of crash points, and how many of them passed."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    counted: Counter[str] = Counter()
    for report in reports:
        counted.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    if counted["crash_points"]:
        terminalreporter.write_line(f"crash points: {counted['crash_points']}, survived: {counted['survived']}")
    if _whole_run(terminalreporter.config):
        for step, (action, resource) in sorted(unneeded(USED)):
            terminalreporter.write_line(
                f"nothing needs that {step} may {action} on {resource}: template.yaml allows it"
            )


def _whole_run(config: pytest.Config) -> bool:
    """Whether all of these tests were selected; the long ones may be left out, as they need no other permissions."""
    here = Path(__file__).parent
    given = {Path(argument).resolve() for argument in config.args}
    return (
        bool(given & {here, here.parent}) and not config.option.keyword and config.option.markexpr in {"", "not long"}
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a whole run if a role allows more than was needed; a process of xdist passes on what it has seen."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["permissions"] = [(step, *permission) for step, permission in USED]
    elif exitstatus == pytest.ExitCode.OK and _whole_run(session.config) and unneeded(USED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect the permissions that functions needed in each of xdist's processes."""
    found = getattr(node, "workeroutput", {}).get("permissions", [])
    USED.update((step, (action, resource)) for step, action, resource in found)
