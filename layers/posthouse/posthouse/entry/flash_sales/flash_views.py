"""JSON forms of flash sales, tickets and verdicts, with the names of openapi.yaml."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from posthouse.domain.flash_sale import Decided, FlashSale, SaleStatus, Shard
from posthouse.entry.views import rfc3339


def sale_json(sale: FlashSale, left: int, now: datetime) -> dict[str, Any]:
    """Returns a sale as guests see it; ``left`` is 0 once the sale has ended."""
    status = sale.status(now)
    return {
        "sale_id": sale.sale_id,
        "goods_id": sale.goods_id,
        "goods_name": sale.goods_name,
        "price": sale.price.fen,
        "starts_at": rfc3339(sale.starts_at),
        "ends_at": rfc3339(sale.ends_at),
        "stock": sale.stock,
        "left": 0 if status is SaleStatus.ENDED else left,
        "status": status,
        "per_user_limit": sale.per_user_limit,
        "challenge": sale.challenge,
    }


def staff_sale_json(sale: FlashSale, shards: list[Shard], decided: int, now: datetime) -> dict[str, Any]:
    """Returns a sale as staff see it: ``sold + left + moved_back = stock``, always; ``decided`` is an estimate."""
    left = sum(shard.left for shard in shards)
    return {
        **sale_json(sale, left, now),
        "left": left,
        "decided": decided,
        "sold": sale.stock - left - sale.moved_back,
        "returned": sale.returns,
        "moved_back": sale.moved_back,
        "state": sale.state,
        "sold_out": sale.sold_out,
        "shards": len(shards),
        "version": sale.version,
    }


def decided_json(decided: Decided) -> dict[str, Any]:
    """Returns a ticket's verdict as staff see it."""
    return {
        "ticket_id": decided.ticket_id,
        "status": decided.verdict,
        "order_no": decided.order_no,
        "submitted_at": rfc3339(decided.submitted_at),
        "decided_at": rfc3339(decided.decided_at),
    }
