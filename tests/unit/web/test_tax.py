"""The tax that is contained in what was charged, as the printed folio tells it: to the fen, half a fen rounded up."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from decimal import ROUND_FLOOR, Decimal

import pytest

from local.folders import WEB
from posthouse.domain.money import Money

HARNESS = """
const { taxIn } = await import(process.argv[1] + "/shared/tax.js");
let given = "";
for await (const part of process.stdin) given += part;
console.log(JSON.stringify(JSON.parse(given).map(([fen, rate]) => taxIn(fen, rate))));
"""
KNOWN = {
    (10_600, 600): 600,
    (10_000, 600): 566,  # 566.04 fen
    (100, 300): 3,  # 2.91 fen
    (3, 10_000): 2,  # 1.5 fen
    (-3, 10_000): -1,
    (0, 600): 0,
    (500_000_000, 1_300): 57_522_124,
    (10_000, 0): 0,
}


def _in_exact_numbers(fen: int, rate: int) -> int:
    exact = Decimal(fen) * rate / (10_000 + rate)
    return int((exact + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def test_the_tax_in_an_amount_is_right_to_the_fen() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, which runs the page's own code")
    chance = random.Random(6)  # the same cases in each run
    cases = [*KNOWN, *((chance.randrange(-1_000_000, 10**9), chance.randrange(10_001)) for _ in range(2000))]
    ran = subprocess.run(
        [node, "--input-type=module", "-e", HARNESS, str(WEB)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    shown = json.loads(ran.stdout)
    assert shown[: len(KNOWN)] == list(KNOWN.values())
    assert shown == [_in_exact_numbers(*case) for case in cases]
    assert shown == [Money(fen).tax_contained(rate).fen for fen, rate in cases], "the API tells the same"
