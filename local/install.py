"""`make install`: the project's own virtual environment with the locked packages. Standard library only: it runs first.

A second run with the same lock costs one look at a file.
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
STAMP = VENV / "installed.sha256"
# A shell's settings for other projects would send the packages elsewhere, or change which are taken.
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
    """The environment cannot be made; the message is one line that says what to do."""


def main() -> int:
    """Make or update `.venv`. Exit status 1 with one line when that fails."""
    wanted = _fingerprint(LOCK)
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted and _python().exists():
        return 0
    try:
        _make_venv()
        _install()
    except InstallFault as fault:
        print(fault, file=sys.stderr)
        return 1
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(f"{sys.version} {ROOT}".encode() + lock.read_bytes()).hexdigest()


def _python() -> Path:
    return VENV / "bin" / "python"


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise InstallFault(
            "Python's venv module is missing: apt-get install python3-venv (or your system's name for it)."
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    print("Making .venv and installing the locked packages into it (once, about 20 s) ...", flush=True)
    _run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment .venv could not be made")


def _install() -> None:
    """Install what the lock says, and nothing whose hash differs: with uv in seconds, with pip where uv cannot."""
    if not _pip_has_its_own_index() and _install_with_uv():
        return
    pip = [str(_python()), "-m", "pip", "install", "--no-user", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "--require-hashes", "-r", str(LOCK)], "The locked packages could not be installed")


def _install_with_uv() -> bool:
    """Uv reads neither pip's configuration nor always the system's certificates, so a failure is no fault yet."""
    uv_lock = VENV / "uv.txt"
    uv_lock.write_text(_locked("uv"), encoding="utf-8")
    pip = [str(_python()), "-m", "pip", "install", "--no-user", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "--require-hashes", "-r", str(uv_lock)], "The installer uv could not be installed")
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(_python())]
    return _try([*uv, "--require-hashes", "-r", str(LOCK)]).returncode == 0


def _locked(package: str) -> str:
    """One package's lines of the lock, hashes included."""
    found = re.search(rf"(?m)^{re.escape(package)}==.*(?:\n[ \t]+.*)*", LOCK.read_text(encoding="utf-8"))
    if found is None:
        raise InstallFault(f"{LOCK.name} has no {package}: run make lock.")
    return found.group() + "\n"


def _pip_has_its_own_index() -> bool:
    told = _try([str(_python()), "-m", "pip", "config", "list"])
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
