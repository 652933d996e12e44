"""Which moves the console offers for a booking: on a day use's one date its guest may arrive, and not on the next."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from local.folders import WEB

# The modules look at the browser when they are loaded.
HARNESS = """
const nothing = () => null;
Object.assign(globalThis, {
  window: globalThis,
  navigator: { language: "zh-CN" },
  document: { documentElement: {}, addEventListener: nothing, querySelector: nothing, createElement: () => ({}) },
  localStorage: { getItem: nothing, setItem: nothing, removeItem: nothing },
  sessionStorage: { getItem: nothing, setItem: nothing, removeItem: nothing },
  addEventListener: nothing,
  history: { state: null },
  location: { pathname: "/", search: "", hash: "" },
});
const { openMoves } = await import(process.argv[1] + "/staff/desk/open_moves.js");
const stays = [["2026-11-21", "2026-11-21"], ["2026-11-21", "2026-11-23"]];
const days = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"];
console.log(JSON.stringify(stays.map(([check_in, check_out]) =>
  days.map((now) => openMoves({ status: "paid", check_in, check_out, timeline: [] }, now).check_in))));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on this machine")
def test_a_guest_may_arrive_on_each_date_of_a_stay_and_on_the_one_of_a_day_use() -> None:
    run = [shutil.which("node") or "", "--input-type=module", "-e", HARNESS, str(WEB)]
    found = json.loads(subprocess.run(run, capture_output=True, check=True, text=True).stdout)
    assert found == [[False, True, False, False], [False, True, True, False]]
