"""Flash sales: the sale, the shards of its stock, the units of each guest (claims), and the verdicts of tickets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.flash_sale import Decided, FlashSale, SaleState, Shard, Ticket, Verdict, sources
from posthouse.domain.money import Money
from posthouse.domain.personal_data import NOTHING, expires
from posthouse.store.batch import read_rows
from posthouse.store.conditional import holds
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import DUE_SHARDS, IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

SALE = "sale"
"""The name of the condition on the sale's row."""

SHARD = "shard"
"""The name of the condition on a shard."""

CLAIM = "claim"
"""The name of the condition on what a guest has bought in a sale."""

VERDICT = "verdict"
"""The name of the condition on a ticket's verdict: that there is none yet."""

KEPT = timedelta(days=90)
_LISTING = "sales"


class _Listed(GlobalSecondaryIndex["FlashSaleRow"]):
    class Meta:
        index_name = "listed"
        projection = AllProjection()

    listing = UnicodeAttribute(hash_key=True)
    sale_id = UnicodeAttribute(range_key=True)


class _ByDue(GlobalSecondaryIndex["FlashSaleRow"]):
    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntAttribute(range_key=True)


class FlashSaleRow(Model):
    """One sale. ``due_shard`` and ``due_at`` exist until it has ended and its units are back in the goods' stock."""

    class Meta(TableMeta):
        table_name = TableName("flash-sales")
        personal = NOTHING

    sale_id = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(default=_LISTING)
    goods_id = UnicodeAttribute()
    goods_name = UnicodeAttribute()
    price = IntAttribute()
    stock = IntAttribute()
    starts_at = TimeAttribute()
    ends_at = TimeAttribute()
    per_user_limit = IntAttribute()
    shards = IntAttribute()
    challenge = BooleanAttribute()
    state = UnicodeAttribute()
    sold_out = BooleanAttribute()
    returns = IntAttribute()
    moved_back = IntAttribute()
    version = IntAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    listed = _Listed()
    by_due = _ByDue()

    def to_domain(self) -> FlashSale:
        return FlashSale(
            sale_id=self.sale_id,
            goods_id=self.goods_id,
            goods_name=self.goods_name,
            price=Money(self.price),
            stock=self.stock,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            per_user_limit=self.per_user_limit,
            shards=self.shards,
            challenge=self.challenge,
            state=SaleState(self.state),
            sold_out=self.sold_out,
            returns=self.returns,
            moved_back=self.moved_back,
            version=self.version,
        )


class FlashShardRow(Model):
    """A shard of a sale's stock. Each has its own partition, so that together they take more writes than one."""

    class Meta(TableMeta):
        table_name = TableName("flash-shards")
        personal = NOTHING

    shard = UnicodeAttribute(hash_key=True)
    left = IntAttribute()
    closed = BooleanAttribute()


_IS_OPEN = FlashShardRow.closed == False  # noqa: E712 - an expression
_IS_CLOSED = FlashShardRow.closed == True  # noqa: E712 - an expression


def _shard_key(sale_id: str, number: int) -> str:
    return f"{sale_id}#{number}"


class FlashTallyRow(Model):
    """One counter of a sale's verdicts. It is stored in the table of the shards, and no buyer waits for it."""

    class Meta(TableMeta):
        table_name = TableName("flash-shards")
        personal = NOTHING

    shard = UnicodeAttribute(hash_key=True)
    decided = IntAttribute()


def _tally_key(sale_id: str, number: int) -> str:
    return f"{_shard_key(sale_id, number)}#decided"


class FlashClaimRow(Model):
    """How many units of a sale a guest has bought. Each guest has a row, so that guests do not conflict."""

    class Meta(TableMeta):
        table_name = TableName("flash-claims")
        personal = expires("90 days after the sale", claim="user id")

    claim = UnicodeAttribute(hash_key=True)
    bought = IntAttribute()
    expires_at = TTLAttribute()


class FlashVerdictRow(Model):
    """The verdict of a ticket. ``claim`` is sale and guest, so that staff find all tickets of one guest."""

    class Meta(TableMeta):
        table_name = TableName("flash-verdicts")
        personal = expires("90 days", claim="user id")

    claim = UnicodeAttribute(hash_key=True)
    ticket_id = UnicodeAttribute(range_key=True)
    verdict = UnicodeAttribute()
    order_no = UnicodeAttribute(null=True)
    submitted_at = TimeAttribute()
    decided_at = TimeAttribute()
    expires_at = TTLAttribute()


def claim_of(sale_id: str, user_id: str) -> str:
    """Returns the key of a guest's claim in a sale."""
    return f"{sale_id}#{user_id}"


def create(transaction: Transaction, sale: FlashSale, units: list[int], due_at: datetime) -> None:
    """Create a sale and its shards."""
    row = FlashSaleRow(
        sale.sale_id,
        goods_id=sale.goods_id,
        goods_name=sale.goods_name,
        price=sale.price.fen,
        stock=sale.stock,
        starts_at=sale.starts_at,
        ends_at=sale.ends_at,
        per_user_limit=sale.per_user_limit,
        shards=sale.shards,
        challenge=sale.challenge,
        state=sale.state,
        sold_out=sale.sold_out,
        returns=sale.returns,
        moved_back=sale.moved_back,
        version=sale.version,
        due_shard=due_shard(sale.sale_id),
        due_at=epoch(due_at),
    )
    transaction.put(SALE, row, FlashSaleRow.sale_id.does_not_exist())
    for number, left in enumerate(units):
        transaction.put(SHARD, FlashShardRow(_shard_key(sale.sale_id, number), left=left, closed=False))


def get(sale_id: str) -> FlashSale | None:
    """Returns the sale with this id, or None."""
    try:
        return FlashSaleRow.get(sale_id, consistent_read=True).to_domain()
    except FlashSaleRow.DoesNotExist:
        return None


def list_sales(limit: int, position: Position | None) -> Page[FlashSale]:
    """Returns a page of all sales, newest first."""
    rows = FlashSaleRow.listed.query(_LISTING, scan_index_forward=False, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, FlashSaleRow.to_domain, limit)


def shards_of(sale: FlashSale) -> list[Shard]:
    """Returns all shards of a sale. Each is read strongly consistent, but not all at one time."""
    keys = [_shard_key(sale.sale_id, number) for number in range(sale.shards)]
    rows = read_rows((FlashShardRow, (key,)) for key in keys)
    found = ((number, rows.get(FlashShardRow, key)) for number, key in enumerate(keys))
    return [Shard(number, row.left, row.closed) for number, row in found]


def shard(sale_id: str, number: int) -> Shard:
    """Returns one shard, strongly consistent."""
    row = FlashShardRow.get(_shard_key(sale_id, number), consistent_read=True)
    return Shard(number, row.left, row.closed)


def add_decided(sale_id: str, number: int, verdicts: int) -> None:
    """Add to one of the counters of a sale's verdicts."""
    FlashTallyRow(_tally_key(sale_id, number)).update(actions=[FlashTallyRow.decided.add(verdicts)])


def decided_of(sales: Iterable[FlashSale]) -> dict[str, int]:
    """How many tickets of each of these sales have a verdict, by the id of the sale; eventually consistent."""
    keys = {it.sale_id: [_tally_key(it.sale_id, number) for number in range(it.shards)] for it in sales}
    rows = read_rows(((FlashTallyRow, (key,)) for of_one in keys.values() for key in of_one), consistent=False)
    found = {sale_id: [rows.get(FlashTallyRow, key) for key in of_one] for sale_id, of_one in keys.items()}
    return {sale_id: sum(row.decided for row in of_one if row is not None) for sale_id, of_one in found.items()}


def move(transaction: Transaction, sale: FlashSale, to: SaleState, *, challenge: bool) -> None:
    """Change a sale's state and challenge; fails as ``sale`` if the sale has changed since it was read."""
    actions = [
        FlashSaleRow.state.set(to),
        FlashSaleRow.challenge.set(challenge),
        FlashSaleRow.version.set(sale.version + 1),
    ]
    if to is SaleState.ENDED:
        actions.append(FlashSaleRow.due_at.set(0))
    allowed = FlashSaleRow.state.is_in(sale.state, *sources(to)) & (FlashSaleRow.version == sale.version)
    transaction.update(SALE, FlashSaleRow(sale.sale_id), actions, allowed)


def take_unit(transaction: Transaction, sale_id: str, number: int) -> None:
    """Take one unit of a shard; fails as ``shard`` if it is empty or closed."""
    actions = [FlashShardRow.left.add(-1)]
    transaction.update(SHARD, FlashShardRow(_shard_key(sale_id, number)), actions, _IS_OPEN & (FlashShardRow.left >= 1))


def return_unit(transaction: Transaction, sale_id: str, number: int) -> None:
    """Return one unit to its shard and unmark sold out; fails as ``shard`` if the shard is closed."""
    transaction.update(SHARD, FlashShardRow(_shard_key(sale_id, number)), [FlashShardRow.left.add(1)], _IS_OPEN)
    known = [FlashSaleRow.sold_out.set(False), FlashSaleRow.returns.add(1)]
    transaction.update(SALE, FlashSaleRow(sale_id), known, FlashSaleRow.sale_id.exists())


def must_be_closed(transaction: Transaction, sale_id: str, number: int) -> None:
    """Add the condition that a shard is closed; fails as ``shard``."""
    transaction.check(SHARD, FlashShardRow, (_shard_key(sale_id, number),), _IS_CLOSED)


def note_moved_back(transaction: Transaction, sale_id: str, units: int) -> None:
    """Count units of an ended sale that went back to the goods' stock."""
    actions = [FlashSaleRow.moved_back.add(units)]
    transaction.update(SALE, FlashSaleRow(sale_id), actions, FlashSaleRow.sale_id.exists())


def close_shard(transaction: Transaction, sale_id: str, shard: Shard) -> None:
    """Close a shard and empty it; fails as ``shard`` if it has changed since it was read."""
    actions = [FlashShardRow.closed.set(True), FlashShardRow.left.set(0)]
    as_read = FlashShardRow.left == shard.left
    transaction.update(SHARD, FlashShardRow(_shard_key(sale_id, shard.number)), actions, _IS_OPEN & as_read)


def remove_due(transaction: Transaction, sale_id: str) -> None:
    """Take a sale off the index of due sales: all its shards are closed."""
    actions = [FlashSaleRow.due_at.remove(), FlashSaleRow.due_shard.remove()]
    transaction.update(SALE, FlashSaleRow(sale_id), actions, FlashSaleRow.state == SaleState.ENDED)


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the ids of sales that are over and not closed; at most ``at_most`` of each partition."""
    for shard in range(DUE_SHARDS):
        for row in FlashSaleRow.by_due.query(str(shard), FlashSaleRow.due_at <= epoch(now), limit=at_most):
            yield row.sale_id


def claim(transaction: Transaction, sale: FlashSale, user_id: str, now: datetime) -> None:
    """Count one more unit of a guest; fails as ``claim`` if the guest has reached the limit."""
    fewer = FlashClaimRow.bought.does_not_exist() | (FlashClaimRow.bought < sale.per_user_limit)
    actions = [FlashClaimRow.bought.add(1), FlashClaimRow.expires_at.set(max(sale.ends_at, now) + KEPT)]
    transaction.update(CLAIM, FlashClaimRow(claim_of(sale.sale_id, user_id)), actions, fewer)


def release_claim(transaction: Transaction, sale_id: str, user_id: str) -> None:
    """Count one unit less of a guest; fails as ``claim`` if the guest has none, which is a fault."""
    actions = [FlashClaimRow.bought.add(-1)]
    transaction.update(CLAIM, FlashClaimRow(claim_of(sale_id, user_id)), actions, FlashClaimRow.bought >= 1)


def _verdict_row(ticket: Ticket, verdict: Verdict, order_no: str | None, now: datetime) -> FlashVerdictRow:
    return FlashVerdictRow(
        claim_of(ticket.sale_id, ticket.user_id),
        ticket.ticket_id,
        verdict=verdict,
        order_no=order_no,
        submitted_at=ticket.submitted_at,
        decided_at=now,
        expires_at=now + KEPT,
    )


def decide(transaction: Transaction, ticket: Ticket, verdict: Verdict, order_no: str | None, now: datetime) -> None:
    """Write a ticket's verdict and the number of its order; fails as ``verdict`` if the ticket has one."""
    row = _verdict_row(ticket, verdict, order_no, now)
    transaction.put(VERDICT, row, FlashVerdictRow.ticket_id.does_not_exist())


def decide_alone(ticket: Ticket, verdict: Verdict, now: datetime) -> Verdict | None:
    """Write a losing verdict. Returns None if it was written, or the existing verdict of the ticket."""
    row = _verdict_row(ticket, verdict, None, now)
    if holds(lambda: row.save(condition=FlashVerdictRow.ticket_id.does_not_exist())):
        return None
    stands = verdict_of(ticket)
    return verdict if stands is None else stands.verdict


def note_sold_out(transaction: Transaction, sale: FlashSale) -> None:
    """Mark a sale as sold out.

    Fails as ``sale`` if a unit has come back since the sale was read, as ``shard`` if an open shard has a unit.
    """
    actions = [FlashSaleRow.sold_out.set(True)]
    transaction.update(SALE, FlashSaleRow(sale.sale_id), actions, FlashSaleRow.returns == sale.returns)
    nothing = (FlashShardRow.left == 0) | _IS_CLOSED
    for number in range(sale.shards):
        transaction.check(SHARD, FlashShardRow, (_shard_key(sale.sale_id, number),), nothing)


def verdict_of(ticket: Ticket) -> Decided | None:
    """Returns the verdict of a ticket; None while it is queued."""
    try:
        row = FlashVerdictRow.get(claim_of(ticket.sale_id, ticket.user_id), ticket.ticket_id, consistent_read=True)
    except FlashVerdictRow.DoesNotExist:
        return None
    return _decided(row)


def verdicts_of(sale_id: str, user_id: str, limit: int, position: Position | None) -> Page[Decided]:
    """Returns a page of a guest's tickets with verdicts, newest first."""
    rows = FlashVerdictRow.query(
        claim_of(sale_id, user_id), scan_index_forward=False, limit=limit + 1, last_evaluated_key=position
    )
    return read_page(rows, _decided, limit)


def bought_by(sale_id: str, user_id: str) -> int:
    """Returns how many units of a sale a guest has bought."""
    try:
        return int(FlashClaimRow.get(claim_of(sale_id, user_id), consistent_read=True).bought)
    except FlashClaimRow.DoesNotExist:
        return 0


def _decided(row: Any) -> Decided:
    return Decided(row.ticket_id, Verdict(row.verdict), row.order_no, row.submitted_at, row.decided_at)
