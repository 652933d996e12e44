"""Starting Step Functions executions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from posthouse.store.connection import aws_client


def start(state_machine_arn: str, name: str, facts: Mapping[str, Any]) -> None:
    """Start an execution under a name of its own. Raises the service's error if nothing was started."""
    aws_client("stepfunctions").start_execution(stateMachineArn=state_machine_arn, name=name, input=json.dumps(facts))
