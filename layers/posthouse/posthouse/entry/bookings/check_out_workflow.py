"""Starting the check-out workflow, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.clients import workflows
from posthouse.entry.settings import Settings, read_settings

if TYPE_CHECKING:
    from posthouse.services.step import Step


class CheckOutSettings(Settings):
    """The workflow that finishes a stay and grants the check-out coupon."""

    check_out_workflow_arn: str


def start_check_out(order_no: str, actor: str, left: str | None, step: Step) -> None:
    """Start an execution of the workflow. Raises the error of Step Functions if nothing was started.

    ``left`` is the reason why an uneven folio is left so, or None.
    """
    facts = {"order_no": order_no, "actor": actor, "left": left, "correlation_id": step.correlation_id}
    workflows.start(read_settings(CheckOutSettings).check_out_workflow_arn, f"{order_no}-{step.new_ulid()}", facts)
