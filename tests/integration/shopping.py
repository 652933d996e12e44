"""A shop with two articles, and a guest with money on their balance and a coupon."""

from __future__ import annotations

from typing import Any

from tests.integration.house import House, Reply


class Shop:
    """Tea at 3000 fen (10 in stock), cups at 5000 fen (4); a guest with 20000 fen, and a coupon of 2000 fen."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.template(name="Shop", amount=2000, minimum_spend=5000, scope="any")
        session = house.log_in()
        self.token: str = session["access_token"]
        self.user_id: str = session["user"]["user_id"]
        house.settle()
        [self.coupon] = house.coupons(self.token)
        self.tea = self.goods("Tea", 3000, 10)
        self.cup = self.goods("Cup", 5000, 4)
        self.put_on_balance(20000)

    def goods(self, name: str, price: int, stock: int) -> dict[str, Any]:
        facts = {"name": name, "price": price, "stock": stock, "description": "", "images": []}
        made: dict[str, Any] = self.house.send("POST", "/api/staff/goods", facts, self.house.admin).must(201)
        return made

    def put_on_balance(self, change: int, key: str = "gift") -> None:
        path = f"/api/staff/users/{self.user_id}/balance-changes"
        body = {"change": change, "reason": "Gift"}
        self.house.send("POST", path, body, self.house.admin, Idempotency_Key=key).must(201)

    def wish(self, tea: int = 2, cups: int = 1, **more: Any) -> dict[str, Any]:
        """The body of an order: by default goods for 11000 fen, with free shipping."""
        wanted = ((self.tea, tea), (self.cup, cups))
        items = [{"goods_id": goods["goods_id"], "quantity": count} for goods, count in wanted if count]
        whom = {"address": "1 Test Road", "consignee": "韩梅梅", "phone_number": "13800138000"}
        return {"items": items, **whom, **more}

    def order(self, key: str = "order-1", token: str | None = None, **more: Any) -> Reply:
        body = self.wish(**more)
        return self.house.send("POST", "/api/shop-orders", body, token or self.token, Idempotency_Key=key)

    @property
    def whole(self) -> dict[str, Any]:
        """The body of an order with goods, coupon and balance."""
        return {"coupon_id": self.coupon["coupon_id"], "balance": 4000}

    def get(self, order_no: str) -> dict[str, Any]:
        found: dict[str, Any] = self.house.send("GET", f"/api/shop-orders/{order_no}", token=self.token).must(200)
        return found

    def orders(self, status: str = "") -> list[dict[str, Any]]:
        query = f"?status={status}" if status else ""
        found: list[dict[str, Any]] = self.house.send("GET", f"/api/shop-orders{query}", token=self.token).must(200)[
            "items"
        ]
        return found

    @property
    def stock(self) -> tuple[int, int]:
        tea, cup = (
            self.house.send("GET", f"/api/goods/{goods['goods_id']}").must(200)["stock"]
            for goods in (self.tea, self.cup)
        )
        return tea, cup

    @property
    def me(self) -> dict[str, Any]:
        found: dict[str, Any] = self.house.send("GET", "/api/me", token=self.token).must(200)
        return found

    @property
    def state(self) -> tuple[tuple[int, int], int, str]:
        """The stock, the balance, and the coupon's status."""
        [coupon] = self.house.coupons(self.token)
        return self.stock, self.me["balance"], coupon["status"]

    UNTOUCHED = ((10, 4), 20000, "unused")
    TAKEN = ((8, 3), 16000, "used")

    def staff(self, method: str, path: str, body: Any = None, key: str = "staff-1") -> Reply:
        return self.house.send(method, f"/api/staff{path}", body, self.house.admin, Idempotency_Key=key)
