"""The daily comparison of our money ledger with the providers, movement by movement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from posthouse.domain.days import local_date
from posthouse.domain.difference import Difference, Subject
from posthouse.domain.value import Value
from posthouse.store import differences, money_ledger
from posthouse.store.money_ledger import WECHAT_TIME_ZONE, Movement

if TYPE_CHECKING:
    from posthouse.clients.provider import Provider, Providers
    from posthouse.services.step import Step

PAGE = 20

DAYS_BACK = 7
"""How many days back a day is compared that could not be finished, because a provider was unavailable."""


class Compared(Value):
    """The result of one run; ``ended`` if the whole day has been compared."""

    day: str
    movements: int
    differences: int
    ended: bool


def compare_ledger(providers: Providers, may_go_on: Callable[[], bool], step: Step) -> Compared:
    """Compare the oldest day that has not been finished, from where the last run stopped.

    Raises ProviderUnavailable; the pages compared before that are kept.
    """
    today = local_date(step.now, WECHAT_TIME_ZONE)
    day, begun = str(today), None
    for days_ago in range(DAYS_BACK, 0, -1):
        day = str(today - timedelta(days=days_ago))
        begun = differences.comparison_of(day)
        if begun is None or begun.position is not None:
            break
    else:
        return Compared(day, 0, 0, ended=True)
    position = None if begun is None else begun.position
    movements = found = 0
    while True:
        page = money_ledger.ledger_of(day, PAGE, position)
        for movement in page.items:
            found += _compare(movement, providers(movement.provider), step)
        movements += len(page.items)
        position = page.position
        differences.note_comparison(day, position)
        if position is None or not may_go_on():
            return Compared(day, movements, found, ended=position is None)


def _compare(movement: Movement, provider: Provider, step: Step) -> int:
    if not provider.keeps_books:
        return 0
    theirs = _payment(movement, provider) if movement.kind == "payment" else _refund(movement, provider)
    ours = {"state": "SUCCESS", "amount": str(movement.amount.fen), "transaction": movement.transaction_id}
    subject = Subject(movement.kind, movement.number, movement.order_no)
    kept = [
        differences.keep(Difference(subject, field, ours[field], said, step.now))
        for field, said in theirs.items()
        if said != ours[field]
    ]
    return sum(kept)


def _payment(movement: Movement, provider: Provider) -> dict[str, str]:
    report = provider.query(movement.number)
    if report.settlement is None:
        return {"state": report.said}
    return {"amount": str(report.settlement.amount.fen), "transaction": report.settlement.transaction_id}


def _refund(movement: Movement, provider: Provider) -> dict[str, str]:
    refund = provider.query_refund(movement.number, movement.payment_id)
    if refund is None:
        return {"state": "unknown"}
    return {"state": refund.status, "amount": str(refund.amount.fen), "transaction": refund.refund_id}
