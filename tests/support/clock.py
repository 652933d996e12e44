"""The clock of the tests: it stands still and only a test moves it, however slow the machine is."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import time_machine

ONE_CALL = timedelta(milliseconds=1)


def clock_at(moment: datetime) -> AbstractContextManager[time_machine.Traveller]:
    """Set the clock to this moment, until the test moves it or the block ends."""
    return time_machine.travel(moment, tick=False)  # noqa: TID251 - the one place


def go_on(by: timedelta = ONE_CALL) -> None:
    """Move a test's clock forward a little, so that later events have later times."""
    if time_machine.traveller_stack:
        time_machine.traveller_stack[-1].shift(by)


def go_to(moment: datetime) -> None:
    """Set a test's clock to another moment, which may be earlier."""
    time_machine.traveller_stack[-1].move_to(moment, tick=False)
