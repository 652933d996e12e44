"""The verdicts of a flash sale: every submission ends in exactly one, and a unit is sold exactly once."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta

from posthouse.domain.flash_sale import FlashSale, Shard, Ticket, Verdict
from posthouse.domain.identity import Principal
from posthouse.domain.ids import IdKind, make_id
from posthouse.domain.money import ZERO
from posthouse.domain.refusal import InvalidTransition, NotFound
from posthouse.domain.shop_order import Delivery, OrderLine, SaleUnit, ShopMoment, ShopOrder, ShopPrice, ShopState
from posthouse.services.flash_gate import gate
from posthouse.services.shop_events import tell
from posthouse.services.shop_orders import busy, for_guest
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import flash_sales, shop_orders
from posthouse.store.transaction import StoreBusy, Transaction

TRIES = 20
"""How often a verdict is tried for: each try that fails has met another buyer, or a unit that came back."""


def place(ticket: Ticket, payment_timeout: timedelta, step: Step) -> Verdict:
    """Decide a submission, once: unit, claim, order, event and verdict in one transaction, or a verdict alone.

    A repeat changes nothing. AWS calls: one transaction; for one who wins nothing also two reads.
    """
    sale = gate().sale(ticket.sale_id)
    if sale is None:
        raise LookupError(f"there is no sale {ticket.sale_id}")
    shard: int | None = _first_shard(ticket, sale)
    if sale.sold_out:
        shard = None
    for _ in range(TRIES):
        if shard is None:
            # In this order: a unit that comes back after the first read is seen in the second, or by its generation.
            sale = _surely(ticket)
            shards = flash_sales.shards_of(ticket.sale_id)
            shard = _with_units(shards, ticket)
            if shard is None:
                closed = all(each.closed for each in shards)
                verdict = Verdict.SALE_CLOSED if closed else Verdict.SOLD_OUT
                decided = _lose(ticket, verdict, sale, step)
                if decided is not None:
                    return decided
                continue
        failed = _win(ticket, sale, shard, payment_timeout, step)
        if failed is None:
            return Verdict.WON
        if flash_sales.VERDICT in failed or flash_sales.CLAIM in failed:
            return _lose(ticket, Verdict.ALREADY_BOUGHT, None, step) or Verdict.ALREADY_BOUGHT
        shard = None
    raise StoreBusy(f"{ticket.sale_id} is in great demand; try again in a moment")


def _surely(ticket: Ticket) -> FlashSale:
    sale = flash_sales.get(ticket.sale_id)
    if sale is None:
        raise LookupError(f"there is no sale {ticket.sale_id}")
    return sale


def _first_shard(ticket: Ticket, sale: FlashSale) -> int:
    return zlib.crc32(ticket.ticket_id.encode()) % sale.shards


def _with_units(shards: list[Shard], ticket: Ticket) -> int | None:
    """One of the open shards that have something left; another one for another ticket."""
    full = [shard.number for shard in shards if shard.left and not shard.closed]
    return full[zlib.crc32(ticket.ticket_id.encode()) % len(full)] if full else None


def _win(ticket: Ticket, sale: FlashSale, shard: int, payment_timeout: timedelta, step: Step) -> frozenset[str] | None:
    order = _order(ticket, sale, shard, payment_timeout, step)
    transaction = Transaction()
    flash_sales.take_unit(transaction, ticket.sale_id, shard)
    flash_sales.claim(transaction, sale, ticket.user_id, step.now)
    shop_orders.create(transaction, order)
    tell(transaction, order, ShopState.PENDING_PAYMENT, order.version, step)
    flash_sales.decide(transaction, ticket, Verdict.WON, order.order_no, step.now)
    failed = transaction.commit()
    return None if failed is None else failed.names


def _lose(ticket: Ticket, verdict: Verdict, sale: FlashSale | None, step: Step) -> Verdict | None:
    """Write a verdict that wins nothing; answers the one that stands, None if a unit has come back meanwhile.

    Without a sale, nothing of it matters to the verdict.
    """
    transaction = Transaction()
    flash_sales.decide(transaction, ticket, verdict, None, step.now)
    if sale is not None and verdict is Verdict.SOLD_OUT:
        if sale.sold_out:
            flash_sales.must_have_no_returns(transaction, sale)
        else:
            flash_sales.note_sold_out(transaction, sale)
    failed = transaction.commit()
    if failed is None:
        return verdict
    if flash_sales.VERDICT in failed:
        stands = flash_sales.verdict_of(ticket)
        return verdict if stands is None else stands.verdict
    return None


def _order(ticket: Ticket, sale: FlashSale, shard: int, payment_timeout: timedelta, step: Step) -> ShopOrder:
    return ShopOrder(
        order_no=make_id(IdKind.FLASH_ORDER, ticket.ticket_id),
        user_id=ticket.user_id,
        lines=(OrderLine(sale.goods_id, sale.goods_name, sale.price, 1),),
        price=ShopPrice.of(sale.price, ZERO, ZERO, ZERO),
        status=ShopState.PENDING_PAYMENT,
        delivery=None,
        coupon_id=None,
        caller_key=None,
        created_at=step.now,
        expires_at=step.now + payment_timeout,
        waits_until=step.now + payment_timeout,
        timeline=(ShopMoment(ShopState.PENDING_PAYMENT, step.now),),
        version=1,
        sale=SaleUnit(ticket.sale_id, shard),
    )


_ADDRESS_OPEN = frozenset({ShopState.PENDING_PAYMENT, ShopState.PAID})


def set_address(order_no: str, delivery: Delivery, caller: Principal) -> ShopOrder | NotFound | InvalidTransition:
    """Say where a flash order goes, until it is on its way."""
    for _ in range(ATTEMPTS):
        order = for_guest(order_no, caller)
        if isinstance(order, NotFound) or order.sale is None:
            return NotFound("order")
        if order.status not in _ADDRESS_OPEN:
            return InvalidTransition(order.status, ShopState.SHIPPED)
        transaction = Transaction()
        shop_orders.deliver_to(transaction, order, delivery)
        if transaction.commit() is None:
            return replace(order, delivery=delivery, version=order.version + 1)
    raise busy(order_no)
