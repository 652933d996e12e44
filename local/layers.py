"""Builds Lambda layers with the Makefiles that `sam build` uses, once per content."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from local.faults import LocalFault

Target = Literal["host", "aws"]
KEPT_BUILDS = 5
"""How many builds of one layer are kept: a running cloud still reads the build that it started with."""


def build_layer(logical_id: str, source: Path, target: Target, builds: Path) -> Path:
    """Build one layer; returns its folder, which holds `python/`. The same content is built only once.

    Parameters
    ----------
    logical_id
        The layer's name in template.yaml; its Makefile's target is `build-<logical_id>`.
    source
        The layer's folder (`ContentUri`).
    target
        `host` for the Python that runs this, `aws` for Lambda (python3.13, arm64).
    builds
        Folder for finished builds.

    Raises
    ------
    LocalFault
        When the build fails, with the last line that it printed.
    """
    finished = builds / target / f"{logical_id}-{layer_digest(source, target)}"
    if finished.is_dir():
        os.utime(finished)
        return finished
    finished.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=finished.parent, prefix=".building-") as scratch:
        artifacts = Path(scratch) / "layer"
        artifacts.mkdir()
        _run_make(logical_id, source, target, artifacts)
        try:
            artifacts.rename(finished)
        except OSError:
            if not finished.is_dir():  # if it exists, another run has built the same content meanwhile
                raise
    _prune(finished.parent, logical_id)
    return finished


def layer_digest(source: Path, target: Target) -> str:
    """A digest of a layer's inputs: its files, the files that all layers share, the target, the host's Python."""
    digest = hashlib.sha256(target.encode())
    if target == "host":
        digest.update(f"{sys.implementation.cache_tag} {platform.machine()} {sys.platform}".encode())
    else:
        chosen = (os.environ.get(name, "") for name in ("POSTHOUSE_WITHOUT_BYTECODE", "LAYER_ARCHITECTURE"))
        digest.update(" ".join(chosen).encode())
    shared = [path for path in source.parent.iterdir() if path.is_file()]
    for path in [*sorted(_content(source)), *sorted(shared)]:
        digest.update(path.relative_to(source.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _content(source: Path) -> Iterator[Path]:
    return (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _run_make(logical_id: str, source: Path, target: Target, artifacts: Path) -> None:
    command = ["make", "--no-print-directory", "-C", str(source), f"build-{logical_id}"]
    command += [f"ARTIFACTS_DIR={artifacts}", f"PYTHON={sys.executable}", f"LAYER_TARGET={target}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment_of_another_make())
    except FileNotFoundError:
        raise LocalFault("make is not installed: it builds the layers (on Debian: apt-get install make).") from None
    for line in done.stderr.splitlines():
        if line.startswith("warning:"):
            print(line, file=sys.stderr)
    if done.returncode != 0:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip() and not line.startswith("make")]
        errors = [line for line in said if line.startswith("ERROR")] or said or ["no reason given"]
        raise LocalFault(f"The layer {logical_id} could not be built: {errors[-1][:300]}")


def environment_of_another_make() -> dict[str, str]:
    """The environment for a `make` of our own: without the flags and variables of a `make` that runs this process."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}


def _prune(folder: Path, logical_id: str) -> None:
    builds = sorted(folder.glob(f"{logical_id}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in builds[KEPT_BUILDS:]:
        shutil.rmtree(old, ignore_errors=True)
