"""A house whose tables have many rows, and the costs of a list or a step there.

Its rows are multiplied in the worst way: all bookings are one guest's and one hotel's, all entries one account's. So
every list could return all rows of its table, and a step's indexes have them in one partition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from posthouse.domain.identity import Role
from posthouse.services.front_desk import guests as guests_service
from tests.integration.costs import Counted, counted
from tests.integration.flash_operations import flash_sale
from tests.integration.house import ACCOUNT, NOW, TODAY, House
from tests.integration.shopping import Shop
from tests.support.clock import clock_at

VARIED = {
    "bookings": ("order_no",),
    "lookups": ("entry",),
    "indexed-orders": ("order_no",),
    "nights": ("room_id",),
    "numbers": ("hotel_id",),
    "shop-orders": ("order_no",),
    "order-steps": ("order_no",),
    "payments": ("payment_id", "order_no"),
    "money-ledger": ("order_no",),
    "payment-log": ("entry_id",),
    "coupons": ("coupon_id",),
    "coupon-templates": ("template_id",),
    "notifications": ("order_no",),
    "account-entries": ("entry_id",),
    "goods": ("goods_id",),
    "stock": ("goods_id",),
    "stock-entries": ("entry_id",),
    "flash-sales": ("sale_id",),
    "flash-shards": ("shard",),
    "flash-claims": ("claim",),
    "flash-verdicts": ("ticket_id",),
    "guests": ("user_id", "phone_number"),
    "idempotency": ("caller_key",),
    "outbox": ("aggregate_id",),
    "inbox": ("aggregate_id",),
}
"""The attributes in which a table's rows differ from the real rows that they are copied from."""


MEASURED_AT = NOW + timedelta(seconds=30)
"""Everything is measured at this moment, so that no row becomes due during the measurement."""

PAGE = 3
"""The page size of lists: small, so that ten copies fill a page wherever they are."""


class _Kept:
    """A value that never changes, so moto need not copy it before each transaction for a rollback."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self


class _Value(_Kept, DynamoType):
    """A value of an attribute."""


class _Attributes(dict[str, Any]):
    """The attributes in which a row differs; all others are those of the real row, which many rows share."""

    def __init__(self, real: dict[str, Any], own: dict[str, Any]) -> None:
        super().__init__(own)
        self._real = real

    def get(self, name: str, default: Any = None) -> Any:
        found = super().get(name)
        return self._real.get(name, default) if found is None else found

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._real

    def __missing__(self, name: str) -> Any:
        return self._real[name]

    def items(self) -> Any:
        return {**self._real, **self}.items()


class _Copy(_Kept, Item):
    """A row like a real one."""

    def __init__(self, attributes: _Attributes) -> None:
        self.attrs: Any = attributes


def _all_items(table: Table) -> list[Any]:
    """All rows of a table, unsorted. moto would sort them by key, and a query would sort them again."""
    if table.range_key_attr is None:
        return list(table.items.values())
    return [row for rows in table.items.values() for row in rows.values()]


def _sorted_items(table: Table, hash_names: list[str], range_names: list[str | None], rows: list[Any]) -> list[Any]:
    """Rows in their index's order, compared as plain values: ten times as fast as moto's own comparison."""
    names = table._generate_attr_to_sort_by(hash_names, range_names)
    rows.sort(key=lambda row: [row.attrs[name].cast_value for name in names])
    return rows


@dataclass(frozen=True)
class Seen:
    """The costs of a request: it is flat if they do not depend on the number of rows."""

    calls: int
    read_units: float
    write_units: int
    items_read: int

    @classmethod
    def of(cls, found: Counted) -> Seen:
        return cls(found.number_of_calls, found.read_units, found.write_units, found.items_read)


class Crowd:
    """A guest with one row of every kind; ``grow`` multiplies them."""

    def __init__(self, house: House) -> None:
        self.house = house
        house._monkeypatch.setattr(Table, "all_items", _all_items)
        house._monkeypatch.setattr(Table, "sorted_items", _sorted_items)
        house._monkeypatch.setattr(guests_service, "SHOWN", PAGE)
        self.shop = Shop(house)
        self.room = house.room(units=50)
        self.order_no: str = self.shop.order(**self.shop.whole).must(201)["order_no"]
        house.pay(self.shop.token, self.order_no)
        self.shop.order("unpaid", tea=1, cups=0).must(201)
        self.sale_id = flash_sale(house, stock=50)
        self.buy(house.token(Role.GUEST, subject=self.shop.user_id))
        house.book(self.shop.token, house.wish(self.room)).must(201)
        self._give_a_number()
        house.settle()
        # A sale's tally is read by the sale's key, so it is not copied like its shards.
        self._real = {table: [row for row in house.rows(table) if "decided" not in row] for table in VARIED}
        self.size = 0

    def _give_a_number(self) -> None:
        """A stay that staff have booked has a number: the board is read among other hotels' numbers."""
        numbers = {"numbers": ["301"]}
        self.house.send("PUT", f"/api/staff/rooms/{self.room['room_id']}/numbers", numbers, self.house.admin).must(200)
        wish = {**self.house.wish(self.room), "source": "phone"}
        made = self.house.send("POST", "/api/staff/bookings", wish, self.house.admin, Idempotency_Key="numbered")
        path = f"/api/staff/bookings/{made.must(201)['order_no']}/numbers"
        self.house.send("POST", path, numbers, self.house.admin).must(200)

    def buy(self, token: str) -> None:
        """Submit an order to the sale and get the verdict."""
        self.house.send("POST", f"/api/flash-sales/{self.sale_id}/orders", token=token).must(202)
        assert self.house.drain("place_flash_order") == []

    def grow(self, size: int) -> None:
        """Fill every table up to about so many rows."""
        for name, varied in VARIED.items():
            table: Any = dynamodb_backends[ACCOUNT]["us-east-1"].tables[f"posthouse-{name}"]
            real = [Item(_Value({"NULL": True}), None, row) for row in self._real[name]]
            assert real, name
            for number in range(self.size, size):
                row = _copied(real[number % len(real)], varied, number)
                key = row.hash_key = row.attrs[table.hash_key_attr]
                row.range_key = None if table.range_key_attr is None else row.attrs[table.range_key_attr]
                if row.range_key is None:
                    table.items[key] = row
                else:
                    table.items[key][row.range_key] = row
        self.size = size

    def lists(self) -> Iterator[tuple[str, Seen]]:
        """The costs of one page of every list."""
        # A staff request every half minute reads the list of ended tokens too.
        self._seen(lambda: self._page("/api/staff/goods"))
        for path in self._paths():
            yield f"GET {self._anonymous(path)}", self._seen(lambda path=path: self._page(path))  # type: ignore[misc]

    def _seen(self, act: Callable[[], object]) -> Seen:
        self.house.forget_caches()
        with clock_at(MEASURED_AT):
            return Seen.of(counted(act))

    def _page(self, path: str) -> None:
        token = self.house.admin if "/staff/" in path else self.shop.token
        one_page = f"{path}{'&' if '?' in path else '?'}limit={PAGE}"
        items = self.house.send("GET", one_page, token=token).must(200)["items"]
        assert len(items) == PAGE, path

    def _paths(self) -> list[str]:
        return [
            "/api/bookings",
            "/api/shop-orders",
            "/api/flash-sales",
            "/api/goods",
            "/api/me/coupons",
            "/api/me/notifications",
            "/api/me/account-entries",
            f"/api/staff/bookings?hotel_id={self.room['hotel_id']}",
            f"/api/staff/bookings?status=pending_payment&date={TODAY}",
            "/api/staff/bookings?phone_number=13800138000",
            f"/api/staff/bookings?hotel_id={self.room['hotel_id']}&departure={TODAY + timedelta(days=1)}",
            f"/api/staff/bookings?hotel_id={self.room['hotel_id']}&query=8000",
            f"/api/staff/bookings?query={quote('李雷')}",
            f"/api/staff/bookings?user_id={self.shop.user_id}",
            "/api/staff/shop-orders",
            "/api/staff/shop-orders?status=paid&oldest_first=true",
            "/api/staff/flash-sales",
            f"/api/staff/flash-orders?sale_id={self.sale_id}",
            "/api/staff/goods",
            f"/api/staff/goods/{self.shop.tea['goods_id']}/stock-entries",
            "/api/staff/coupon-templates",
            f"/api/staff/payment-log?day={NOW:%Y-%m-%d}",
            f"/api/staff/users/{self.shop.user_id}/account-entries",
        ]

    def _anonymous(self, path: str) -> str:
        """The path for a table: without its ids."""
        for given, name in (
            (self.room["hotel_id"], "…"),
            (self.sale_id, "…"),
            (self.shop.user_id, "…"),
            (self.shop.tea["goods_id"], "…"),
        ):
            path = path.replace(given, name)
        return path

    def steps(self) -> Iterator[tuple[str, Seen]]:
        """The costs of the main steps, each at its first call; the sweep has nothing to do."""
        acts: dict[str, Callable[[], object]] = {
            "GET /api/staff/payments?order_no=…": self._payments,
            "GET /api/staff/guests/…": self._guest,
            "GET /api/staff/hotels/…/house": self._board,
            "sweep_due": lambda: self.house.invoke("sweep_due", {}),
            "create_booking": lambda: self._book(f"booking-{self.size}"),
            "create_shop_order": lambda: self.shop.order(f"order-{self.size}", tea=1, cups=0, balance=100).must(201),
            "place_flash_order": lambda: self.buy(self.house.token(Role.GUEST, subject=f"U{self.size:026}")),
        }
        for name, act in acts.items():
            yield name, self._seen(act)

    def _guest(self) -> None:
        path = f"/api/staff/guests/{self.shop.user_id}"
        assert len(self.house.send("GET", path, token=self.house.admin).must(200)["bookings"]) == PAGE

    def only_claimed(self) -> None:
        """Leave out the stay that no guest has, with what finds it: all other copies are different guests' stays."""
        [order_no] = [row["order_no"]["S"] for row in self._real["bookings"] if "user_id" not in row]
        for row in self._real["lookups"]:
            if order_no in str(row):
                key = {name: row[name] for name in ("hotel_id", "entry")}
                self.house.dynamodb.delete_item(TableName="posthouse-lookups", Key=key)
        for table in ("bookings", "lookups"):
            self._real[table] = [row for row in self._real[table] if order_no not in str(row)]

    def guests(self) -> Seen:
        """The costs of a page of guests who are found by a name; VARIED must make the bookings those of many guests."""
        self._seen(lambda: self._page("/api/staff/goods"))
        return self._seen(lambda: self._page(f"/api/staff/guests?query={quote('李雷')}"))

    def _payments(self) -> None:
        path = f"/api/staff/payments?order_no={self.order_no}"
        assert len(self.house.send("GET", path, token=self.house.admin).must(200)["items"]) == 1

    def _board(self) -> None:
        path = f"/api/staff/hotels/{self.room['hotel_id']}/house"
        [door] = self.house.send("GET", path, token=self.house.admin).must(200)["items"]
        assert door["occupancy"] == "arriving"

    def _book(self, key: str) -> None:
        self.house.book(self.shop.token, self.house.wish(self.room), key=key).must(201)


def _copied(real: Item, varied: tuple[str, ...], number: int) -> _Copy:
    """A copy of a row with other keys: a number of six digits is added to each key."""
    own = {}
    for name in varied:
        if name not in real.attrs:
            continue
        first, mark, rest = real.attrs[name].value.partition("#")
        inside = name in {"shard", "claim"}  # a key that begins with the sale's id
        value = f"{first}{number:06}{mark}{rest}" if inside else f"{first}{mark}{rest}{number:06}"
        own[name] = _Value({"S": value})
    return _Copy(_Attributes(real.attrs, own))
