"""Which Python `make test-lambda-python` uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local import lambda_python
from local.lambda_python import PROGRAM, VERSION, Interpreter, PythonFault, find, in_trixie
from tests.support.template import template


@pytest.fixture(autouse=True)
def nothing_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither pyenv nor uv has a Python."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(lambda_python, "UV", program(tmp_path / "uv", "exit 2"))


def program(path: Path, does: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path


def test_it_is_the_python_of_the_template() -> None:
    assert template()["Globals"]["Function"]["Runtime"] == PROGRAM


def test_the_first_one_that_runs_is_taken(tmp_path: Path) -> None:
    program(tmp_path / "shims" / PROGRAM, "echo no version is chosen >&2; exit 127")
    program(tmp_path / "old" / PROGRAM, "echo 3.12")
    good = program(tmp_path / "good" / PROGRAM, f"echo {VERSION}")
    folders = [str(tmp_path / name) for name in ("none", "shims", "old", "good")]
    assert find(folders) == Interpreter(str(good))
    assert find(folders[:3]) is None


def test_pyenv_has_one_that_it_does_not_run_by_itself(tmp_path: Path) -> None:
    good = program(tmp_path / "pyenv" / "versions" / f"{VERSION}.1" / "bin" / PROGRAM, f"echo {VERSION}")
    assert find([]) == Interpreter(str(good))


def test_uv_is_asked_without_the_one_that_does_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = program(tmp_path / "shims" / PROGRAM, "exit 127").parent
    good = program(tmp_path / "managed" / PROGRAM, f"echo {VERSION}")
    uv = program(tmp_path / "uv", f'case "$PATH" in *{broken}*) exit 2;; esac; echo {good}')
    monkeypatch.setattr(lambda_python, "UV", uv)
    assert find([str(broken), str(tmp_path)]) == Interpreter(str(good))


def test_where_there_is_none_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lambda_python, "find", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert lambda_python.main() == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert all(way in told for way in (PROGRAM, f"uv python install {VERSION}", "debootstrap"))


def test_a_trixie_needs_its_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PythonFault, match="debootstrap"):
        in_trixie()
