"""docs/operations.md says what to do about every alarm and every dead letter queue, and lists no others."""

from __future__ import annotations

import re

from posthouse.domain.dead_letter import DEAD_LETTERS
from tests.support.dead_letters import of_type
from tests.support.template import ROOT, template

PAGE = (ROOT / "docs" / "operations.md").read_text()


def test_every_alarm_is_in_the_runbook_with_what_to_do() -> None:
    rows = re.findall(r"^\| `(\w+Alarm)` \|(.*)\|$", PAGE, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(
        name for name, _ in of_type(template()["Resources"], "AWS::CloudWatch::Alarm")
    )
    assert [name for name, cells in rows if not all(cell.strip() for cell in cells.split("|"))] == []
    assert [name for name, cells in rows if len(cells.split("|")) != 3] == []


def test_every_queue_can_be_found_there_by_the_name_to_redrive_it_by() -> None:
    assert [one.queue for one in DEAD_LETTERS if f"`{one.queue}`" not in PAGE] == []


def test_every_alarm_tells_somebody_and_why() -> None:
    for name, alarm in of_type(template()["Resources"], "AWS::CloudWatch::Alarm"):
        assert alarm["AlarmActions"] == [{"Ref": "AlarmsTopic"}], name
        assert alarm["AlarmDescription"], name
