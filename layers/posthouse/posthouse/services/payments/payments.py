"""Taking money: open one payment for an order, and settle what its provider reports as paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.clients.unavailable import ProviderUnavailable
from posthouse.domain.difference import Difference, Subject
from posthouse.domain.event import Event, EventType
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.ids import IdKind
from posthouse.domain.payment import (
    CannotSettle,
    NotPayable,
    Payment,
    PaymentRefused,
    PaymentState,
    Settlement,
    SettlementMismatch,
    Way,
)
from posthouse.domain.provider import Handover, OpenRefused, PaymentRequest, Standing
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services import orders
from posthouse.services.payments.order_payments import payment_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import differences, guests, inbox, outbox, payments
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.provider import Provider, Providers
    from posthouse.domain.booking import Booking
    from posthouse.domain.identity import Principal
    from posthouse.domain.money import Money
    from posthouse.domain.shop_order import ShopOrder


class OpenPayment(Value):
    """A payment that the client can hand to its provider."""

    payment: Payment
    handover: Handover


class _Wanted(Value):
    """A payment that somebody wants to open. ``find`` reads what it is for, ``staff`` is who opens it for a guest."""

    order_no: str
    find: Callable[[], orders.Payable | Refusal]
    way: Way
    staff: str | None = None


def open_payment(order_no: str, caller: Principal, way: Way, providers: Providers, step: Step) -> OpenPayment | Refusal:
    """Open a payment of what the order asks for in a way, or continue with the one that is open in it.

    Our row is written first, with the body that the provider gets: after a failure a retry sends the same body. A
    payment that is open in another way, or of another amount, is closed first. Raises ProviderUnavailable when a
    provider does not answer; the order stays payable.
    """
    return _open(_Wanted(order_no, lambda: orders.payable_by(order_no, caller), way), providers, step)


def open_at_desk(
    order_no: str, amount: Money | None, caller: Principal, way: Way, providers: Providers, step: Step
) -> OpenPayment | Refusal:
    """Open a payment for an order that staff see, for whoever pays it: of ``amount``, or of all that is asked for.

    It takes the place of the order's open one, as any other does. The audit log notes who has opened it. The rest is as
    ``open_payment`` says.
    """

    def find() -> orders.Payable | Refusal:
        due = orders.payable_at_desk(order_no, caller)
        return due if isinstance(due, NotFound) or amount is None else due.refusal(step.now) or due.part(amount)

    return _open(_Wanted(order_no, find, way, caller.subject), providers, step)


def opened_at_desk(payment_id: str, caller: Principal, providers: Providers, step: Step) -> OpenPayment | Refusal:
    """Returns a payment that staff have opened, as it was handed to them. Opens it if that was cut off."""
    payment = _for_staff(payment_id, caller)
    if isinstance(payment, NotFound):
        return payment
    provider = providers(payment.provider)
    if payment.status is PaymentState.CREATED:
        return _hand_over(payment, provider, step)
    return NotPayable(payment.status) if payment.opened_as is None else OpenPayment(payment, provider.handover(payment))


def _open(wanted: _Wanted, providers: Providers, step: Step) -> OpenPayment | Refusal:
    provider = providers(wanted.way.provider)
    payment = _claim(wanted, providers, step)
    return payment if isinstance(payment, Refusal) else _hand_over(payment, provider, step)


def _hand_over(payment: Payment, provider: Provider, step: Step) -> OpenPayment | Refusal:
    if payment.opened_as is None or payment.opened_until is None or payment.opened_until <= step.now:
        answer = provider.open(payment)
        if isinstance(answer, OpenRefused):
            return PaymentRefused(answer.code, provider.title)
        payment = replace(payment, opened_as=answer.opened_as, opened_until=step.now + answer.life)
        if not payments.note_opened(payment.payment_id, answer.opened_as, step.now + answer.life):
            return NotPayable("closed")
    return OpenPayment(payment, provider.handover(payment))


def _claim(wanted: _Wanted, providers: Providers, step: Step) -> Payment | Refusal:
    for _ in range(ATTEMPTS):
        due = wanted.find()
        due = due if isinstance(due, Refusal) else due.refusal(step.now) or due
        if isinstance(due, Refusal):
            return due
        current = payments.get(due.payment_id) if due.payment_id else None
        is_open = current is not None and current.status is PaymentState.CREATED
        if current is not None and is_open and _fits(current, due, wanted.way, step):
            return current
        if current is not None and not due.has_settled(current) and _came_in(current, providers, step):
            return NotPayable("paid")
        payment = _new_payment(due, wanted, providers(wanted.way.provider), step)
        if payment is None:
            return AccountDeleted()
        transaction = Transaction()
        orders.open_payment(transaction, due, payment.payment_id, step.now)
        payments.create(transaction, payment)
        if wanted.staff is not None:
            after = {"order_no": payment.order_no, "amount": payment.payable.fen, "via": payment.via}
            record(transaction, step.actor(wanted.staff), "open_payment", payment.payment_id, after=after)
        if transaction.commit() is None:
            return payment
    raise busy(wanted.order_no)


def _fits(current: Payment, due: orders.Payable, way: Way, step: Step) -> bool:
    """Whether an open payment goes on: in the same way, for the same amount and guest, and in time.

    A guest who claims a stay gets a payment of their own: they cannot look at one that is nobody's.
    """
    same = (current.way, current.payable, current.user_id) == (way, due.payable, due.user_id)
    return same and current.expires_at > step.now


def _came_in(current: Payment, providers: Providers, step: Step) -> bool:
    """Whether a payment's money came in. One that is open is closed at its provider first: another takes its place."""
    if current.status is not PaymentState.CREATED:
        return current.status is PaymentState.SUCCEEDED
    try:
        came_in = close_at_provider(current, providers, step)
    except NotClosed as fault:
        raise ProviderUnavailable(current.provider, "close", "the payment is still open") from fault
    if not came_in:  # noted at once: what is closed there must never be handed out as open
        payments.close_open(current.payment_id)
    return came_in


def _new_payment(due: orders.Payable, wanted: _Wanted, provider: Provider, step: Step) -> Payment | None:
    """Returns a new payment; None if its guest has no account any more. What staff open for anybody needs no guest."""
    way, payer = wanted.way, ""
    binds = provider.binds_payer(way)
    if binds or wanted.staff is None:
        guest = guests.get(due.user_id, consistent=False)
        if guest is None:
            return None
        payer = guest.openid if binds else ""
    request = PaymentRequest(
        payment_id=step.new_id(IdKind.PAYMENT),
        order_no=due.order_no,
        way=way,
        subject=due.subject,
        amount=due.payable,
        payer=payer,
        expires_at=due.until(step.now),
    )
    return Payment(
        payment_id=request.payment_id,
        order_no=due.order_no,
        user_id=due.user_id,
        openid=request.payer,
        total=due.total,
        discount=due.discount,
        payable=due.payable,
        status=PaymentState.CREATED,
        request_body=provider.payment_body(request),
        created_at=step.now,
        expires_at=due.until(step.now),
        provider=way.provider,
        via=way.via,
    )


def settle(settlement: Settlement, provider: Provider, step: Step) -> Payment | SettlementMismatch | NotFound:
    """Note that a payment has succeeded, once, together with its ledger row and its event. A repeat changes nothing.

    Where the provider's report does not match our payment, the difference is kept for staff.
    AWS calls: one read, one transaction.
    """
    payment = payments.get(settlement.payment_id)
    if payment is None:
        unknown = SettlementMismatch("payment", "", settlement.payment_id)
        differences.keep(Difference.of(Subject("payment", settlement.payment_id, ""), unknown, step.now))
        return NotFound("payment")
    mismatch = _of_another(payment, provider) or provider.compare(payment, settlement)
    if mismatch is not None:
        subject = Subject("payment", payment.payment_id, payment.order_no)
        differences.keep(Difference.of(subject, mismatch, step.now))
        return mismatch
    if payment.status is PaymentState.SUCCEEDED:
        return payment
    transaction = Transaction()
    payments.succeed(transaction, payment, settlement, step.now)
    payload = {
        "order_no": payment.order_no,
        "payment_id": payment.payment_id,
        "user_id": payment.user_id,
        "amount": settlement.amount.fen,
        "transaction_id": settlement.transaction_id,
        "succeeded_at": settlement.succeeded_at.isoformat(),
    }
    outbox.send(transaction, step.event(EventType.PAYMENT_SUCCEEDED, payment.payment_id, 1, payload))
    if transaction.commit() is not None:
        now_stored = payments.get(payment.payment_id)
        if now_stored is None or now_stored.status is not PaymentState.SUCCEEDED:
            msg = f"the money of payment {payment.payment_id} could not be recorded"
            raise RuntimeError(msg)
    return payment


def _of_another(payment: Payment, provider: Provider) -> SettlementMismatch | None:
    """Returns a mismatch if a provider reports a payment that was opened at another one."""
    if payment.provider == provider.name:
        return None
    return SettlementMismatch("provider", payment.provider, provider.name)


def look_up(payment_id: str, caller: Principal, providers: Providers, step: Step) -> Payment | Refusal:
    """Returns a guest's payment. Its provider is queried until it has succeeded, in case its notification was lost."""
    payment = payments.get(payment_id)
    if payment is None or payment.user_id != caller.subject:
        return NotFound("payment")
    return _queried(payment, providers, step)


def look_up_for_staff(payment_id: str, caller: Principal, providers: Providers, step: Step) -> Payment | Refusal:
    """Returns a payment of an order that staff may see. Its provider is queried until it has succeeded."""
    payment = _for_staff(payment_id, caller)
    return payment if isinstance(payment, NotFound) else _queried(payment, providers, step)


def _for_staff(payment_id: str, caller: Principal) -> Payment | NotFound:
    payment = payments.get(payment_id)
    seen = payment is not None and orders.may_see(payment.order_no, caller)
    return payment if payment is not None and seen else NotFound("payment")


def _queried(payment: Payment, providers: Providers, step: Step) -> Payment | SettlementMismatch | NotFound:
    if payment.status is PaymentState.SUCCEEDED or payment.opened_as is None:
        return payment
    return query(payment, providers, step)


def query(payment: Payment, providers: Providers, step: Step) -> Payment | SettlementMismatch | NotFound:
    """Query a payment at its provider, and settle it if it was paid. Returns the payment as it is stored then.

    Raises ProviderUnavailable.
    """
    provider = providers(payment.provider)
    settlement = provider.query(payment.payment_id).settlement
    settled = None if settlement is None else settle(settlement, provider, step)
    if settled is None or isinstance(settled, Refusal):
        return settled or payment
    return payments.get(payment.payment_id) or payment


def queried_payment(order: Booking | ShopOrder, providers: Providers, step: Step) -> Payment | None:
    """Returns an order's payment; its provider is queried first if it has not succeeded yet.

    Raises ProviderUnavailable, and CannotSettle if what the provider reports does not match our payment.
    """
    payment = payment_of(order)
    if payment is None or payment.status is PaymentState.SUCCEEDED:
        return payment
    queried = query(payment, providers, step)
    if isinstance(queried, Refusal):
        msg = f"{payment.provider} reports another payment than our {payment.payment_id}: {queried.explanation}"
        raise CannotSettle(msg)
    return queried


class NotClosed(Exception):
    """A provider has not closed a payment, or reports other facts than ours: worth a retry, then staff look at it."""


def close_at_provider(payment: Payment, providers: Providers, step: Step) -> bool:
    """Close a payment at its provider, so that nobody pays it any more. Returns whether its money came in before.

    No answer of the provider to the close is final, so the payment is queried afterwards. Money that came in first is
    settled. Our row is the caller's to close. Raises NotClosed or ProviderUnavailable.
    """
    if payment.status is PaymentState.SUCCEEDED:
        return True
    provider = providers(payment.provider)
    provider.close(payment.payment_id)
    report = provider.query(payment.payment_id)
    if report.settlement is None:
        if report.standing is Standing.OPEN:
            raise NotClosed(payment.payment_id)
        return False
    if isinstance(settle(report.settlement, provider, step), Refusal):
        raise NotClosed(payment.payment_id)
    return True


def close(event: Event, consumer: str, providers: Providers, step: Step) -> None:
    """Close the payment of a cancelled order, or one that asks for more than is owed, so that nobody pays it any more.

    Money that came in first is settled: what is too much of it goes back. Raises NotClosed or ProviderUnavailable: the
    message is retried.
    """
    payment_id = event.payload["payment_id"]
    payment = payments.get(payment_id) if payment_id else None
    if payment is not None and not _is_still_owed(payment, event):
        came_in = close_at_provider(payment, providers, step)
        if not came_in and payment.status is PaymentState.CREATED:
            payments.close_open(payment_id)
    inbox.note_done(event, consumer, step.now)


def _is_still_owed(payment: Payment, event: Event) -> bool:
    """Whether all that an open payment brings is owed, although it became less: it may have been for a part."""
    return event.type is EventType.PAYMENT_OUTDATED and payment.payable.fen <= event.payload["owed"]
