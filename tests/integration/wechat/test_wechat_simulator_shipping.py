"""The simulator's shipping information: what WeChat takes, once, and corrects once."""

from __future__ import annotations

from typing import Any

import pytest

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.shipping import settlement_of, upload
from local.wechat_simulator.trades import Merchant, Trade

AT = "2026-11-21T10:00:00.000+08:00"


class World:
    """A merchant with one paid payment."""

    def __init__(self) -> None:
        self.config = SimulatorConfig.generate()
        self.merchant = Merchant(self.config)
        body = {"out_trade_no": "P01", "amount": {"total": 100}, "payer": {"openid": "oGuest"}}
        self.merchant.prepay(body)
        self.trade: Trade = self.merchant.trades["P01"]
        self.merchant.pay(self.trade)

    def body(self, parcel: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        whole = {"item_desc": "茶", "tracking_no": "Z1", "express_company": "ZTO"} | (parcel or {})
        return {
            "order_key": {"order_number_type": 1, "mchid": self.config.merchant_id, "out_trade_no": "P01"},
            "logistics_type": 1,
            "delivery_mode": 1,
            "shipping_list": [{name: value for name, value in whole.items() if value is not None}],
            "upload_time": AT,
            "payer": {"openid": "oGuest"},
        } | changes

    def upload(self, parcel: dict[str, Any] | None = None, **changes: Any) -> int:
        return int(upload(self.body(parcel, **changes), self.merchant, self.config.merchant_id)["errcode"])


@pytest.fixture(scope="module")
def config() -> SimulatorConfig:
    return SimulatorConfig.generate()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, config: SimulatorConfig) -> World:
    monkeypatch.setattr(SimulatorConfig, "generate", lambda: config)
    return World()


@pytest.mark.parametrize(
    ("parcel", "changes", "errcode"),
    [
        ({}, {"order_key": {"order_number_type": 3}}, 268485194),
        ({}, {"order_key": {"order_number_type": 2}}, 268485195),
        ({}, {"order_key": {"order_number_type": 1, "out_trade_no": "P01"}}, 268485196),
        ({}, {"order_key": {"order_number_type": 1, "mchid": "1"}}, 268485197),
        ({}, {"order_key": {"order_number_type": 1, "mchid": "1", "out_trade_no": "P01"}}, 10060001),
        ({}, {"payer": {"openid": "oOther"}}, 10060031),
        ({}, {"logistics_type": 9}, 10060005),
        ({}, {"upload_time": "yesterday"}, 268485216),
        ({}, {"delivery_mode": 3}, 268485224),
        ({}, {"shipping_list": []}, 10060014),
        ({}, {"logistics_type": 4, "delivery_mode": 2}, 10060006),
        ({}, {"delivery_mode": 2}, 10060007),
        ({"item_desc": " "}, {}, 10060008),
        ({"item_desc": "茶" * 121}, {}, 10060009),
        ({"tracking_no": None}, {}, 268485226),
        ({"tracking_no": "1" * 129}, {}, 10060026),
        ({"express_company": None}, {}, 268485227),
        ({"express_company": "顺丰速运"}, {}, 10060014),
        ({"express_company": "SHUNFENG"}, {}, 10060014),
        ({"express_company": "SF"}, {}, 10060014),
        ({"express_company": "SF", "contact": {"receiver_contact": "13800138000"}}, {}, 10060014),
    ],
)
def test_what_wechat_refuses(world: World, parcel: dict[str, Any], changes: dict[str, Any], errcode: int) -> None:
    assert world.upload(parcel, **changes) == errcode
    assert settlement_of(world.trade) == "held"


def test_it_is_taken_once_and_corrected_once(world: World) -> None:
    assert world.upload({"express_company": "SF", "contact": {"receiver_contact": "138****8000"}}) == 0
    assert settlement_of(world.trade) == "released"
    assert world.upload({"express_company": "SF", "contact": {"receiver_contact": "138****8000"}}) == 10060023
    assert world.upload() == 268485216, "a correction must be later"
    assert world.upload(upload_time="2026-11-21T10:00:01+08:00") == 0
    assert world.upload({"tracking_no": "Z2"}, upload_time="2026-11-21T10:00:02+08:00") == 10060003


def test_what_is_given_back_whole_or_not_paid_has_nothing_to_settle(world: World) -> None:
    world.merchant.refund({"out_trade_no": "P01", "out_refund_no": "R1", "amount": {"refund": 100, "total": 100}})
    assert world.upload() == 10060004
    world.merchant.prepay({"out_trade_no": "P02", "amount": {"total": 1}, "payer": {"openid": "oGuest"}})
    unpaid = {"order_number_type": 1, "mchid": world.config.merchant_id, "out_trade_no": "P02"}
    assert world.upload(order_key=unpaid) == 10060001
    assert settlement_of(world.merchant.trades["P02"]) is None
