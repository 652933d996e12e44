"""`make audit` prints what it has found, and what it could not check."""

from __future__ import annotations

import json

import pytest

from local.audit import Unreachable, read

CLEAN = {"name": "boto3", "version": "1", "vulns": []}


@pytest.mark.parametrize("report", ["", "no route to host", json.dumps({"dependencies": []})])
def test_no_answer_is_not_clean(report: str) -> None:
    with pytest.raises(Unreachable):
        read(report)


def test_a_service_that_knows_no_package_has_not_answered() -> None:
    with pytest.raises(Unreachable):
        read(json.dumps({"dependencies": [{"name": "boto3", "skip_reason": "not found on PyPI"}]}))


def test_what_is_found_and_what_is_left_out_is_said() -> None:
    flawed = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-2021-66"}]}
    skipped = {"name": "ours", "skip_reason": "not found on PyPI"}
    assert read(json.dumps({"dependencies": [CLEAN, flawed, skipped]})) == [
        "ours: not found on PyPI",
        "jinja2 2.0 PYSEC-2021-66",
    ]
    assert read(json.dumps({"dependencies": [CLEAN]})) == []
