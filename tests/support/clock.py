"""The clock of the tests: it stands still, and only what a test does moves it, however slow the machine is."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import time_machine

ONE_CALL = timedelta(milliseconds=1)


def clock_at(moment: datetime) -> AbstractContextManager[time_machine.Traveller]:
    """That moment, until a test goes on or leaves it."""
    return time_machine.travel(moment, tick=False)  # noqa: TID251 - the one place


def go_on(by: timedelta = ONE_CALL) -> None:
    """Let some time pass where a test's clock stands: what comes later is later."""
    if time_machine.traveller_stack:
        time_machine.traveller_stack[-1].shift(by)


def go_to(moment: datetime) -> None:
    """Set a test's clock, which stands, to another moment, an earlier one too."""
    time_machine.traveller_stack[-1].move_to(moment, tick=False)
