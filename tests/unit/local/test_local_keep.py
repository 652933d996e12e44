"""A run's state replaces the kept state, and one of the two is there whenever the run is killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.keep import MINISTACK, Keeping, KeptRun


class _Killed(BaseException):
    """Raised where the run is killed."""


def _run(folder: Path, run_folder: Path) -> Keeping:
    run_folder.mkdir()
    keeping = Keeping(folder, run_folder)
    streams: dict[str, Any] = {"payload": {"dynamodb_stream_positions": {"a": 1}}}
    (keeping.emulator_state / "lambda.json").write_text(json.dumps(streams))
    return keeping


def _kept(name: str) -> KeptRun:
    return KeptRun(port=8080, emulator_port=4566, digest=name, simulator=None)  # type: ignore[arg-type]


def test_a_run_goes_on_from_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    first = _run(folder, tmp_path / "1")
    assert first.last() is None
    first.save(_kept("first"))
    second = Keeping(folder, tmp_path / "2")
    assert second.last() == _kept("first")
    assert json.loads((second.emulator_state / "lambda.json").read_text())["payload"] == {
        "dynamodb_stream_positions": {}
    }
    assert (folder / MINISTACK / "lambda.json").exists()


@pytest.mark.parametrize("renames", range(3))
def test_a_run_that_is_killed_while_it_saves_leaves_one_of_the_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    folder = tmp_path / "state"
    _run(folder, tmp_path / "1").save(_kept("first"))
    second = Keeping(folder, tmp_path / "2")
    rename, done = Path.rename, iter(range(9))

    def killed(self: Path, target: Path) -> Path:
        if next(done) == renames:
            raise _Killed
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        try:
            second.save(_kept("second"))
        except _Killed:
            assert renames < 2
    last = Keeping(folder, tmp_path / "3").last()
    assert last == _kept("first" if renames < 2 else "second")
