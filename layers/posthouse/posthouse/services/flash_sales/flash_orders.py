"""The verdicts of a flash sale: every submission gets exactly one, and every unit is sold exactly once."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.flash_sale import FlashSale, Shard, Ticket, Verdict
from posthouse.domain.ids import IdKind, make_id
from posthouse.domain.money import ZERO
from posthouse.domain.refusal import InvalidTransition, NotFound
from posthouse.domain.shop_order import Delivery, OrderLine, SaleUnit, ShopMoment, ShopOrder, ShopPrice, ShopState
from posthouse.services.flash_sales.flash_tally import tally
from posthouse.services.flash_sales.sale_cache import sale_cache
from posthouse.services.shop.shop_events import send_state
from posthouse.services.shop.shop_orders import for_guest
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import flash_sales, shop_orders
from posthouse.store.transaction import StoreBusy, Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal

TRIES = 20
"""How often a verdict is tried. A try fails because of another buyer, or because a unit came back."""


def place(ticket: Ticket, payment_timeout: timedelta, step: Step) -> Verdict:
    """Decide a submission, once. A winner: unit, claim, order, event and verdict in one transaction. Others: a verdict.

    A repeat changes nothing; a new verdict is counted in the tally. AWS calls: one transaction for a winner, two reads
    and a write for others.
    """
    sale = sale_cache().sale(ticket.sale_id)
    if sale is None:
        raise LookupError(f"there is no sale {ticket.sale_id}")
    shard = None if sale.sold_out else _first_shard(ticket, sale)
    for _ in range(TRIES):
        if shard is None:
            sale = _existing_sale(ticket)
            shards = flash_sales.shards_of(sale)
            shard = _with_units(shards, ticket)
            if shard is None:
                verdict = _lose(ticket, sale, shards, step)
                if verdict is not None:
                    return verdict
                continue
        failed = _win(ticket, sale, shard, payment_timeout, step)
        if failed is None:
            tally().note(sale, ticket)
            return Verdict.WON
        if flash_sales.VERDICT in failed or flash_sales.CLAIM in failed:
            return _decide_alone(ticket, sale, Verdict.ALREADY_BOUGHT, step)
        shard = None
    raise busy(ticket.sale_id)


def _existing_sale(ticket: Ticket) -> FlashSale:
    sale = flash_sales.get(ticket.sale_id)
    if sale is None:
        raise LookupError(f"there is no sale {ticket.sale_id}")
    return sale


def _first_shard(ticket: Ticket, sale: FlashSale) -> int:
    return zlib.crc32(ticket.ticket_id.encode()) % sale.shards


def _with_units(shards: list[Shard], ticket: Ticket) -> int | None:
    """Returns an open shard with units; which one depends on the ticket, so that buyers spread."""
    full = [shard.number for shard in shards if shard.left and not shard.closed]
    return full[zlib.crc32(ticket.ticket_id.encode()) % len(full)] if full else None


def _win(ticket: Ticket, sale: FlashSale, shard: int, payment_timeout: timedelta, step: Step) -> frozenset[str] | None:
    order = _order(ticket, sale, shard, payment_timeout, step)
    transaction = Transaction()
    flash_sales.take_unit(transaction, ticket.sale_id, shard)
    flash_sales.claim(transaction, sale, ticket.user_id, step.now)
    shop_orders.create(transaction, order)
    send_state(transaction, order, ShopState.PENDING_PAYMENT, order.version, step)
    flash_sales.decide(transaction, ticket, Verdict.WON, order.order_no, step.now)
    failed = transaction.commit()
    return None if failed is None else failed.names


def _lose(ticket: Ticket, sale: FlashSale, shards: list[Shard], step: Step) -> Verdict | None:
    """Write a losing verdict. Returns None if a unit has come back, so that the caller tries again.

    The first loser also marks the sale as sold out. All later ones, the many, write only their own verdict, so they do
    not conflict on the sale's row.
    """
    if all(shard.closed for shard in shards):
        return _decide_alone(ticket, sale, Verdict.SALE_CLOSED, step)
    if sale.sold_out:
        return _decide_alone(ticket, sale, Verdict.SOLD_OUT, step)
    transaction = Transaction()
    flash_sales.decide(transaction, ticket, Verdict.SOLD_OUT, None, step.now)
    flash_sales.note_sold_out(transaction, sale)
    try:
        failed = transaction.commit()
    except StoreBusy:
        # Others do the same at this moment, and one of them will mark the sale.
        return _decide_alone(ticket, sale, Verdict.SOLD_OUT, step)
    if failed is None:
        tally().note(sale, ticket)
        return Verdict.SOLD_OUT
    if flash_sales.VERDICT in failed:
        return _decide_alone(ticket, sale, Verdict.SOLD_OUT, step)
    return None


def _decide_alone(ticket: Ticket, sale: FlashSale, verdict: Verdict, step: Step) -> Verdict:
    """Write a losing verdict. Returns the existing one if the ticket had a verdict already."""
    stands = flash_sales.decide_alone(ticket, verdict, step.now)
    if stands is None:
        tally().note(sale, ticket)
        return verdict
    return stands


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
    """Set the address of a flash order, until it is shipped."""
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
