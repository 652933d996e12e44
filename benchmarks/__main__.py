"""`make bench`: runs all benchmarks on one local cloud, prints their tables and writes docs/benchmarks.md."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.apart import apart
from benchmarks.house import running_house
from local.faults import LocalFault

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> int:
    """Run all benchmarks. Exit status 1 and one line if the local cloud does not start."""
    try:
        with running_house() as cloud:
            from benchmarks.cold_start import cold_starts
            from benchmarks.flash_sale import flash_sale
            from benchmarks.room_read import room_reads
            from benchmarks.search import searches
            from benchmarks.sizes import sizes

            os.environ.setdefault("PAYMENT_TIMEOUT_SECONDS", "1800")
            sections = [room_reads(cloud), searches(cloud), flash_sale(cloud)]
        sections += [apart("warm"), apart("costs"), apart("growth"), cold_starts(), sizes()]
    except LocalFault as fault:
        print(fault, file=sys.stderr)
        return 1
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    text = "\n".join([f"# Benchmarks\n\n`make bench` on {machine}, {datetime.now(UTC):%Y-%m-%d}.\n", *sections])
    print(text)
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
