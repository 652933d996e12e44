"""A house with little in it, so that few steps are enough to reach its limits; and the requests of its people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from posthouse.domain.identity import Role
from tests.integration.expected import FEE_BP, FLASH_PRICE, FREE_HOURS, NIGHT_PRICE, PRICES, Order
from tests.integration.house import ACCOUNT, NOW, TODAY, House, Reply
from tests.support.template import functions

ADDRESS = {"address": "1 Test Road", "consignee": "韩梅梅", "phone_number": "13800138000"}


class SmallHouse:
    """Two units for three nights, four teas and three cups, a tea in a flash sale, two guests with some balance."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.keys = 0
        house.template(name="Hello", amount=2000, minimum_spend=5000, scope="any", valid_days=3650)
        sessions = [house.log_in(phone) for phone in ("13900000001", "13900000002")]
        self.users: list[str] = [session["user"]["user_id"] for session in sessions]
        house.relay()
        assert house.drain("grant_welcome_coupon") == []
        self.coupons: list[str] = [house.coupons(it["access_token"])[0]["coupon_id"] for it in sessions]
        for guest in (0, 1):
            self.change_balance(guest, 20_000).must(201)
        rule = {"cancel_fee_bp": FEE_BP, "free_cancel_hours": FREE_HOURS}
        self.room = house.room(units=2, price=NIGHT_PRICE, nights=3, **rule)
        self.goods = {name: self._article(name, stock) for name, stock in (("tea", 5), ("cup", 3))}
        self.sale_ends: datetime = NOW + timedelta(hours=1)
        self.sale_id = self._sale()

    def _article(self, name: str, stock: int) -> str:
        facts = {"name": name, "price": PRICES[name], "stock": stock, "description": "", "images": []}
        made: str = self._staff("POST", "/goods", facts).must(201)["goods_id"]
        return made

    def _sale(self) -> str:
        wish = {"goods_id": self.goods["tea"], "price": FLASH_PRICE, "stock": 1}
        times = {"starts_at": NOW.isoformat(), "ends_at": self.sale_ends.isoformat()}
        made: str = self._staff("POST", "/flash-sales", {**wish, **times}).must(201)["sale_id"]
        return made

    # ------------------------------------------------------------ asking

    def _key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def _guest(self, guest: int, method: str, path: str, body: object = None) -> Reply:
        # A new token each time: the last one may be days old.
        token = self.house.token(Role.GUEST, subject=self.users[guest])
        return self.house.send(method, f"/api{path}", body, token, Idempotency_Key=self._key())

    def _staff(self, method: str, path: str, body: object = None) -> Reply:
        return self.house.send(method, f"/api/staff{path}", body, self.house.admin, Idempotency_Key=self._key())

    def book(self, guest: int, begin: int, nights: int, units: int, *, coupon: bool) -> Reply:
        more = {"coupon_id": self.coupons[guest]} if coupon else {}
        wish = self.house.wish(self.room, begin=begin, nights=nights, units=units, **more)
        return self._guest(guest, "POST", "/bookings", wish)

    def order(self, guest: int, tea: int, cup: int, *, coupon: bool, balance: int) -> Reply:
        wanted = {"tea": tea, "cup": cup}
        items = [{"goods_id": self.goods[name], "quantity": count} for name, count in wanted.items() if count]
        more = {"coupon_id": self.coupons[guest]} if coupon else {}
        return self._guest(guest, "POST", "/shop-orders", {"items": items, "balance": balance, **ADDRESS, **more})

    def press(self, guest: int) -> Reply:
        # The cache of sales is one second old at most; here no second passes.
        self.house.forget_caches()
        return self._guest(guest, "POST", f"/flash-sales/{self.sale_id}/orders")

    def open_payment(self, order: Order) -> Reply:
        return self._guest(order.guest, "POST", f"/orders/{order.order_no}/payments")

    def cancel(self, order: Order) -> Reply:
        kind = "bookings" if order.kind == "B" else "shop-orders"
        return self._guest(order.guest, "POST", f"/{kind}/{order.order_no}/cancellation")

    def receive(self, order: Order) -> Reply:
        return self._guest(order.guest, "POST", f"/shop-orders/{order.order_no}/receipt")

    def stay(self, order: Order, what: str) -> bool:
        """Check in, check out or mark as no-show; returns whether that was possible."""
        if what == "check-out":
            facts = {"order_no": order.order_no, "actor": "admin", "correlation_id": ""}
            return bool(self.house.invoke("finish_booking", facts)["outcome"] == "finished")
        reply = self._staff("POST", f"/bookings/{order.order_no}/{what}")
        assert reply.status in {200, 409}, reply.body
        return reply.status == 200

    def refund(self, order: Order, part: int | None) -> Reply:
        body = {"reason": "Noise"} | ({} if part is None else {"amount": part})
        return self._staff("POST", f"/orders/{order.order_no}/refunds", body)

    def ship(self, order: Order) -> Reply:
        if order.kind == "F" and order.status == "paid":
            self._guest(order.guest, "PUT", f"/flash-orders/{order.order_no}/address", ADDRESS).must(200)
        return self._staff("POST", f"/orders/{order.order_no}/shipment", {"carrier": "SF", "tracking_no": "SF1"})

    def take_back(self, order: Order, part: int | None) -> Reply:
        return self._staff("POST", f"/orders/{order.order_no}/return", {} if part is None else {"amount": part})

    def change_stock(self, article: str, change: int) -> Reply:
        body = {"change": change, "reason": "Counted"}
        return self._staff("POST", f"/goods/{self.goods[article]}/stock-changes", body)

    def change_balance(self, guest: int, change: int) -> Reply:
        body = {"change": change, "reason": "Gift"}
        return self._staff("POST", f"/users/{self.users[guest]}/balance-changes", body)

    def change_units(self, night: int, units: int) -> Reply:
        begin = TODAY + timedelta(days=night)
        body = {"from": str(begin), "to": str(begin + timedelta(days=1)), "units": units}
        return self._staff("PUT", f"/rooms/{self.room['room_id']}/nights", body)

    # ------------------------------------------------------------ looking

    def queue(self, step: str) -> str:
        """The name of a consumer's queue in the template."""
        [event] = [it for it in functions()[step].properties["Events"].values() if it["Type"] == "SQS"]
        name: str = event["Properties"]["Queue"]["Fn::GetAtt"][0]
        return name

    def waiting(self, step: str) -> list[str]:
        """Take the messages for a consumer out of its queue."""
        return self.house.messages(self.queue(step))

    def _rows(self, table: str) -> list[dict[str, Any]]:
        # Read from moto's memory: a scan of every table after every step would take longer than the steps.
        items = dynamodb_backends[ACCOUNT]["us-east-1"].tables[f"posthouse-{table}"].all_items()
        return [item.to_json()["Attributes"] for item in items]

    def relay(self) -> None:
        """Invoke the relay by the stream, if there is anything to send."""
        if any("due_at" in row for row in self._rows("outbox")):
            self.house.relay()

    def statuses(self) -> dict[str, str]:
        """Every order's stored state."""
        rows = self._rows("bookings") + self._rows("shop-orders")
        return {row["order_no"]["S"]: row["status"]["S"] for row in rows}

    def nights(self) -> tuple[list[int], list[int]]:
        """Units and units sold, night by night."""
        rows = sorted(self._rows("nights"), key=lambda row: str(row["night"]["S"]))
        return [int(row["units"]["N"]) for row in rows], [int(row["sold"]["N"]) for row in rows]

    def stock(self) -> dict[str, int]:
        left = {row["goods_id"]["S"]: int(row["stock"]["N"]) for row in self._rows("stock")}
        return {name: left[goods_id] for name, goods_id in self.goods.items()}

    def on_sale(self) -> int:
        return sum(int(row["left"]["N"]) for row in self._rows("flash-shards") if "left" in row)

    def account(self, name: str) -> list[int]:
        """Each guest's balance or points."""
        rows = {row["user_id"]["S"]: row for row in self._rows("guests")}
        return [int(rows[user].get(name, {"N": "0"})["N"]) for user in self.users]

    def coupons_left(self) -> list[bool]:
        used = {row["coupon_id"]["S"]: bool(row["used"].get("BOOL")) for row in self._rows("coupons")}
        return [not used[coupon] for coupon in self.coupons]

    def refunds(self) -> dict[str, tuple[int, str]]:
        """Amount and state of each refund through WeChat, by its number."""
        rows = [row for row in self._rows("refunds") if row["amount"]["N"] != "0" and row["payment_id"]["S"]]
        return {row["out_refund_no"]["S"]: (int(row["amount"]["N"]), row["status"]["S"]) for row in rows}
