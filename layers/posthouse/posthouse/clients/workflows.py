"""Starting Step Functions executions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from posthouse.clients import aws
from posthouse.store.faults import is_busy, is_down

LONGEST_SECONDS = 26.0
"""How long an execution is waited for; the workflows that are run so end earlier by themselves."""


class NoAnswer(Exception):
    """A workflow was not run, or its answer did not come: nobody knows here what it did."""


def start(state_machine_arn: str, name: str, facts: Mapping[str, Any]) -> None:
    """Start an execution under a name that nobody else gives. Raises the service's error if nothing was started."""
    client = aws.step_functions()
    # The client tries again when an answer is lost, and then meets what it has started itself.
    with suppress(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(stateMachineArn=state_machine_arn, name=name, input=json.dumps(facts))


def run(state_machine_arn: str, name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Run an Express workflow to its end and return its output. Raises NoAnswer, or the error of Step Functions."""
    client = aws.patient_step_functions(LONGEST_SECONDS)
    try:
        ended = client.start_sync_execution(stateMachineArn=state_machine_arn, name=name, input=json.dumps(facts))
    except (BotoCoreError, ClientError) as fault:
        if not (is_busy(fault) or is_down(fault)):
            raise  # no right to run it, or no such workflow: asking again would hide it for ever
        raise NoAnswer(str(fault)) from fault
    if ended["status"] != "SUCCEEDED":
        raise NoAnswer(f"{ended['status']} {ended.get('error', '')} {ended.get('cause', '')}")
    output: dict[str, Any] = json.loads(ended["output"])
    return output
