"""Compiles a built layer to the .pyc files of Lambda's Python, or prints one line that says why it cannot.

layer.mk runs it with the Python that builds the layers, also in `sam build`. Standard library only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAMBDA_PYTHON = "3.13"
"""The minor version of `Runtime` in the templates; a test compares them."""
LAMBDA_BYTECODE = "cpython-313 f30d0d0a"
"""The tag in its .pyc files' names, and their first bytes. Python ignores others and compiles at every cold start."""
UV_PYTHONS = ROOT / ".build" / "python"
"""Where uv installs a Python just for this; `make clean` removes it."""
SWITCH = "POSTHOUSE_WITHOUT_BYTECODE"
FAULT = (
    f"No Python {LAMBDA_PYTHON} compiles the layers for Lambda here: install it (apt-get install python{LAMBDA_PYTHON},"
    f" brew install python@{LAMBDA_PYTHON} or uv python install {LAMBDA_PYTHON}) or name one in LAYER_PYTHON;"
    f" {SWITCH}=1 builds without .pyc, for three times the CPU of a cold start."
)


class BytecodeFault(Exception):
    """The layer cannot be compiled. The message is one line that says what to do."""


def find_compiler(environment: dict[str, str], uv_pythons: Path = UV_PYTHONS) -> str:
    """Find a Python whose bytecode Lambda loads; returns its path.

    It is the one in `LAYER_PYTHON`, if that is set. Else it is the first that runs and has Lambda's version among: this
    Python, `python3.13` on `PATH`, that of pyenv, one that uv finds or installs. A shim on `PATH` may fail both tests.

    Raises
    ------
    BytecodeFault
        When there is none.
    """
    if chosen := environment.get("LAYER_PYTHON"):
        if _compiles_for_lambda(chosen, environment):
            return chosen
        raise BytecodeFault(f"LAYER_PYTHON is {chosen}, which does not run or is no Python {LAMBDA_PYTHON}.")
    for python in _candidates(environment, uv_pythons):
        if _compiles_for_lambda(python, environment):
            return python
    raise BytecodeFault(FAULT)


def _candidates(environment: dict[str, str], uv_pythons: Path) -> Iterator[str]:
    name = f"python{LAMBDA_PYTHON}"
    folders = [Path(folder) for folder in environment.get("PATH", "").split(os.pathsep) if folder]
    yield sys.executable
    yield from _existing(folder / name for folder in folders)
    # pyenv's shim runs only the version that was chosen for the folder; the others are here.
    pyenv = Path(environment.get("PYENV_ROOT") or Path(environment.get("HOME", "/")) / ".pyenv")
    yield from _existing(sorted(pyenv.glob(f"versions/{LAMBDA_PYTHON}*/bin/{name}")))
    yield from _existing(sorted(uv_pythons.glob(f"*/bin/{name}")))
    for uv in _existing([ROOT / ".venv" / "bin" / "uv", *(folder / "uv" for folder in folders)]):
        yield from _asked_of_uv(uv, environment, uv_pythons)


def _existing(paths: Iterator[Path] | list[Path]) -> Iterator[str]:
    return (str(path) for path in paths if path.is_file())


def _asked_of_uv(uv: str, environment: dict[str, str], uv_pythons: Path) -> Iterator[str]:
    found = _run([uv, "python", "find", LAMBDA_PYTHON], environment)
    if found:
        yield found
    print(f"Installing Python {LAMBDA_PYTHON} with uv, which compiles the layers (once) ...", flush=True)
    settings = {"UV_HTTP_RETRIES": "1", **environment}
    settings |= {"UV_PYTHON_INSTALL_DIR": str(uv_pythons), "UV_PYTHON_INSTALL_BIN": "0"}
    if _run([uv, "python", "install", LAMBDA_PYTHON], settings, seconds=300) is not None:
        yield from _existing(sorted(uv_pythons.glob(f"*/bin/python{LAMBDA_PYTHON}")))


def _compiles_for_lambda(python: str, environment: dict[str, str]) -> bool:
    asked = "import sys, importlib.util as it; print(sys.implementation.cache_tag, it.MAGIC_NUMBER.hex())"
    return _run([python, "-I", "-S", "-c", asked], environment) == LAMBDA_BYTECODE


def _run(command: list[str], environment: dict[str, str], seconds: int = 30) -> str | None:
    """Run a command in an empty folder, away from project settings; returns its output, or None if it fails."""
    with tempfile.TemporaryDirectory() as nowhere:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env=environment, cwd=nowhere, timeout=seconds
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    return done.stdout.strip() if done.returncode == 0 else None


def compile_layer(compiler: str, artifacts: Path, seen_as: str | None = None) -> None:
    """Write a .pyc beside each module below `artifacts`/python.

    Python never checks them against the source: the zip dates every file to 1980, and nobody edits a deployed layer.

    Parameters
    ----------
    compiler
        The Python that compiles.
    artifacts
        The built layer.
    seen_as
        The layer's later folder, for the paths in tracebacks; the present folder if None.

    Raises
    ------
    BytecodeFault
        When a module does not compile.
    """
    moved = ["-s", str(artifacts), "-p", seen_as] if seen_as else []
    command = [compiler, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", *moved]
    done = subprocess.run([*command, str(artifacts / "python")], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise BytecodeFault(f"The layer does not compile: {' '.join(said)[:300] or 'no reason given'}")


def main() -> int:
    """Find a compiler and compile. Exit status 1 and one line on standard error if either fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=["aws", "host"], required=True)
    parser.add_argument("artifacts", nargs="?", type=Path, help="what to compile; without it, only look for a compiler")
    given = parser.parse_args()
    environment = dict(os.environ)
    without = given.target == "aws" and environment.get(SWITCH, "0") not in {"", "0"}
    try:
        if without:
            if given.artifacts:
                print(f"warning: {SWITCH} is set, so this layer ships without .pyc.", file=sys.stderr)
            return 0
        compiler = sys.executable if given.target == "host" else find_compiler(environment)
        if given.artifacts:
            compile_layer(compiler, given.artifacts, "/opt" if given.target == "aws" else None)
    except BytecodeFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
