"""`make logs ORDER=…` prints the story of one order, and says clearly if there is none."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from local.story import main

ORDER, OTHER = "B01KAHJ3W8Q6F2M9N4T7XBZC5DK", "B01KAHJ3W8Q6F2M9N4T7XBZC5DL"


def line(second: int, message: str, correlation_id: str, **facts: Any) -> dict[str, Any]:
    timestamp = f"2026-11-21 04:00:{second:02d},250+0000"
    function = facts.pop("function", "create_booking")
    return {
        "level": "INFO",
        "message": message,
        "timestamp": timestamp,
        "correlation_id": correlation_id,
        "function": function,
        **facts,
    }


def run(logs: Path, name: str, *lines: dict[str, Any]) -> None:
    (logs / name).mkdir(parents=True)
    (logs / name / "functions.log").write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_the_story_follows_the_order_through_its_requests_and_over_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    relayed = line(3, "relayed", "r-1", event_id=f"{ORDER}.1", function="relay_outbox")
    run(tmp_path, "20261121T040100.0-1", line(9, "answered", "r-2", route="POST /pay", order_no=ORDER))
    run(
        tmp_path,
        "20261121T040000.0-1",
        relayed,
        line(1, "refused", "r-9", order_no=OTHER),
        line(2, "it goes along", "r-1", refusal="SoldOut"),
        line(2, "a sweep's other order", "r-1", order_no=OTHER),
        line(4, "of nobody", ""),
        {"_aws": {}, "order_no": ORDER},
        {"function_name": "sweep_due", "text": f"Traceback of {ORDER}\nValueError"},
    )
    (tmp_path / "latest").symlink_to("20261121T040100.0-1")

    assert main([ORDER], tmp_path) == 0

    told = capsys.readouterr().out.splitlines()
    assert [each.split()[2] for each in told[:-1]] == ["create_booking", "relay_outbox", "sweep_due", "create_booking"]
    assert told[0].startswith("2026-11-21 04:00:02.250  create_booking")
    assert "refusal=SoldOut" in told[0]
    assert "Traceback of" in told[2]
    assert "route=POST /pay" in told[3]
    assert told[-1] == "4 lines of 2 requests."


def test_what_is_missing_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([""], tmp_path) == 1
    assert capsys.readouterr().err == "Say which order: make logs ORDER=B…\n"
    assert main([ORDER], tmp_path) == 1
    assert capsys.readouterr().err == "There are no logs yet: start Posthouse with `make run`.\n"
    run(tmp_path, "20261121T040000.0-999999999", line(1, "answered", "r"))
    assert main([ORDER], tmp_path) == 1
    assert capsys.readouterr().err == (
        f"Nothing in the logs of the last 1 runs tells of {ORDER}."
        " Posthouse does not run now: start it with `make run`.\n"
    )
    run(tmp_path, f"20261121T040000.0-{os.getpid()}", line(1, "answered", "r"))
    assert main([ORDER], tmp_path) == 1
    assert capsys.readouterr().err == f"Nothing in the logs of the last 2 runs tells of {ORDER}.\n"
