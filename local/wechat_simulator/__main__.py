"""Runs the simulator alone: `python -m local.wechat_simulator --port 8090 --secret-file wechat.json`."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from local.wechat_simulator import SimulatorConfig, add_simulator


def main() -> int:
    """Parse the command line and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.wechat_simulator", description="Simulate WeChat locally.")
    parser.add_argument("--port", type=int, default=8090, help="loopback port (default 8090)")
    parser.add_argument("--secret-file", type=Path, help="write the merchant's WeChat secret (JSON) to this file")
    options = parser.parse_args()
    config = SimulatorConfig.generate()
    try:
        if options.secret_file is not None:
            _write_private(options.secret_file, config.secret_json())
        asyncio.run(_serve(config, options.port))
    except (OSError, OverflowError) as error:
        print(f"WeChat simulator: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(config: SimulatorConfig, port: int) -> None:
    app = web.Application()
    add_simulator(app, config)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(f"WeChat simulator is ready: http://127.0.0.1:{port}", flush=True)
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await ended.wait()
    finally:
        await runner.cleanup()


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
