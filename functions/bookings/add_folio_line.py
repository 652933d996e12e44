"""POST /api/staff/bookings/{order_no}/folio-lines: staff charge an extra or a fee, or adjust what is owed."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta

from posthouse.domain.folio import LineKind
from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.folio_views import line_json
from posthouse.entry.fields import Id, Reason, SignedAmount
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.bookings.folio_charges import ChargeRequest, add_charge


class FolioLineInput(Input):
    kind: Literal["extra", "fee", "adjustment"]
    description: Reason | None = None
    amount: SignedAmount | None = None
    extra_id: Id | None = None
    quantity: Annotated[int, Meta(ge=1, le=99)] = 1

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.kind != "extra" and self.extra_id is not None:
            yield "extra_id", "belongs to kind extra only"
        if self.extra_id is None and self.description is None:
            yield "description", "is required: the guest reads what this is for"
        if self.extra_id is None and self.amount is None:
            yield "amount", "is required"
        if self.amount == 0:
            yield "amount", "must not be 0"
        if self.amount is not None and self.amount < 0 and self.kind != "adjustment":
            yield "amount", "must be positive; only an adjustment lowers what is owed"


@endpoint(STAFF, body=FolioLineInput, idempotent=True)
def handler(request: Request[FolioLineInput, Any]) -> Answer | Refusal:
    body = request.body
    wanted = ChargeRequest(
        order_no=request.path["order_no"],
        kind=LineKind(body.kind),
        description=body.description,
        amount=None if body.amount is None else Money(body.amount),
        extra_id=body.extra_id,
        quantity=body.quantity,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
    )
    outcome = add_charge(wanted, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("FolioLines")
    return Answer(201, line_json(outcome))
