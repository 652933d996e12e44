"""One conditional write outside a transaction.

It can conflict with a transaction on the same row. DynamoDB then raises TransactionConflictException, which botocore
does not retry, and which says nothing about the condition.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from pynamodb.exceptions import DeleteError, PutError, UpdateError

from posthouse.store.faults import is_busy
from posthouse.store.transaction import TRIES, StoreBusy, jitter


def holds(write: Callable[[], object]) -> bool:
    """Make a write. Returns False if its condition does not hold. Raises StoreBusy after bounded retries."""
    for attempt in range(TRIES):
        try:
            write()
        except (UpdateError, PutError, DeleteError) as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            if not is_busy(error):
                raise
        else:
            return True
        time.sleep(jitter(attempt))
    raise StoreBusy("the store is busy; try again in a moment")
