"""`make install`: the project's own virtual environment with the locked packages. Standard library only: it runs first.

A second run with the same lock only reads one file.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
# A shell's settings for other projects could install the packages elsewhere, or choose other packages.
PIP_ELSEWHERE = (
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_PYTHON",
    "PIP_CONSTRAINT",
    "PIP_REQUIRE_VIRTUALENV",
)


class InstallFault(Exception):
    """The environment cannot be made. The message is one line that says what to do."""


def main() -> int:
    """Make or update `.venv`. Exit status 1 with one line when that fails."""
    try:
        install(VENV, LOCK, "Making .venv and installing the locked packages into it (once, about 20 s) ...")
    except InstallFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def install(venv: Path, lock: Path, announcement: str) -> None:
    """Make or renew a virtual environment with the packages of a lock. If it is up to date, this only reads one file.

    Raises
    ------
    InstallFault
        When that fails.
    """
    stamp = venv / "installed.sha256"
    wanted = hashlib.sha256(f"{sys.version} {ROOT}".encode() + lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and _python(venv).exists():
        return
    _make_venv(venv, announcement)
    _fill(venv, lock)
    stamp.write_text(wanted, encoding="utf-8")


def _python(venv: Path) -> Path:
    return venv / "bin" / "python"


def _make_venv(venv: Path, announcement: str) -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise InstallFault(
            "Python's venv module is missing: apt-get install python3-venv (or your system's name for it)."
        )
    if venv.exists():
        shutil.rmtree(venv)
    print(announcement, flush=True)
    _run([sys.executable, "-m", "venv", str(venv)], f"The virtual environment {venv.name} could not be made")


def _fill(venv: Path, lock: Path) -> None:
    """Install the packages of the lock, hashes checked: with uv in seconds, or with pip where uv fails."""
    if not _pip_has_its_own_index(venv) and _fill_with_uv(venv, lock):
        return
    command = [*_pip_install(venv), "--require-hashes", "-r", str(lock)]
    _run(command, "The locked packages could not be installed")


def _pip_install(venv: Path) -> list[str]:
    options = ["--no-user", "--quiet", "--disable-pip-version-check", "--no-input"]
    return [str(_python(venv)), "-m", "pip", "install", *options]


def _fill_with_uv(venv: Path, lock: Path) -> bool:
    """Install with uv. It ignores pip's settings and, at times, system certificates: it may fail where pip works."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        uv_lock = venv / "uv.txt"
        uv_lock.write_text(_locked("uv"), encoding="utf-8")
        command = [*_pip_install(venv), "--require-hashes", "-r", str(uv_lock)]
        _run(command, "The installer uv could not be installed")
        uv = venv / "bin" / "uv"
    command = [str(uv), "pip", "install", "--quiet", "--python", str(_python(venv))]
    return _try([*command, "--require-hashes", "-r", str(lock)]).returncode == 0


def _locked(package: str) -> str:
    """One package's lines of the lock, hashes included."""
    found = re.search(rf"(?m)^{re.escape(package)}==.*(?:\n[ \t]+.*)*", LOCK.read_text(encoding="utf-8"))
    if found is None:
        raise InstallFault(f"{LOCK.name} has no {package}: run make lock.")
    return found.group() + "\n"


def _pip_has_its_own_index(venv: Path) -> bool:
    told = _try([str(_python(venv)), "-m", "pip", "config", "list"])
    return "index-url" in re.sub("extra-index-url", "", told.stdout) or bool(os.environ.get("PIP_INDEX_URL"))


def _try(command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in PIP_ELSEWHERE}
    environment["UV_HTTP_TIMEOUT"] = environment.get("UV_HTTP_TIMEOUT", "30")
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _run(command: list[str], fault: str) -> None:
    done = _try(command)
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR")] or said or ["no reason given"]
        raise InstallFault(f"{fault}: {errors[-1][:300]}")


if __name__ == "__main__":
    sys.exit(main())
