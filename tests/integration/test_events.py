"""Every function accepts its sample event in events/: each is run through the handler on moto."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.house import House
from tests.support.template import ROOT, functions

NO_ORDER = LookupError
"""A step that finds no order has failed."""

OUTCOMES: dict[str, Any] = {
    "cancel_unpaid_booking": {"batchItemFailures": []},
    "close_payment": {"batchItemFailures": []},
    "create_first_admin": {"outcome": "created", "username": "admin"},
    "finish_booking": {"outcome": "refused", "reason": "There is no such booking."},
    "grant_check_out_coupon": {"outcome": "none_left"},
    "grant_welcome_coupon": {"batchItemFailures": []},
    # The sample's order does not exist in an empty house, so its message is reported for another try.
    "mark_booking_paid": {"batchItemFailures": [{"itemIdentifier": "00000000-0000-0000-0000-000000000001"}]},
    "refresh_room_view": {"batchItemFailures": []},
    "rebuild_views": {"outcome": "rebuilt", "hotels": 0, "next": None},
    "send_notice": {"batchItemFailures": []},
    "send_refund": {"batchItemFailures": []},
    "mark_booking_refunded": {"batchItemFailures": []},
    "award_points": {"batchItemFailures": []},
    "record_payment_log": {"batchItemFailures": []},
    "mark_shop_order_paid": {"batchItemFailures": [{"itemIdentifier": "00000000-0000-0000-0000-000000000001"}]},
    "mark_shop_order_refunded": {"batchItemFailures": []},
    "end_shop_order_wait": {"batchItemFailures": []},
    # The sample's goods do not exist in an empty house, so its order is refused; the other steps then find no order.
    "save_order": {"outcome": "refused", "refusal": {"kind": "NotOnSale", "facts": {"kind": "goods"}}},
    **dict.fromkeys(("reserve_stock", "use_coupon", "deduct_balance", "confirm_order"), NO_ORDER),
    **dict.fromkeys(("restore_stock", "return_coupon", "refund_balance", "end_checkout"), NO_ORDER),
    "abandon_order": {"outcome": "nothing"},
    "close_flash_sales": {"closed": 0},
    "place_flash_order": {"batchItemFailures": [{"itemIdentifier": "00000000-0000-0000-0000-000000000001"}]},
    "compare_ledger": {"day": "2026-11-14", "movements": 0, "differences": 0, "ended": True},
    "reconcile_open": {"payments": 0, "refunds": 0},
    "relay_outbox": {"relayed": 1},
    "forget_guests": {"forgotten": 0},
    "rotate_token_key": {"step": "createSecret"},
    "sweep_due": {"swept": 0, "woken": 0},
}
STATUSES = {
    "get_health": 200,
    "create_session": 401,  # WeChat has not issued the sample's code
    "create_staff_session": 401,
    "create_staff_account": 404,
    "create_coupon_template": 201,
    "create_hotel": 201,
    "reset_first_login": 204,
    "search_hotels": 200,
    "list_staff_hotels": 200,
    "get_my_data": 200,
    "list_audit": 200,
    "list_differences": 200,
    "list_goods": 200,
    "list_staff_goods": 200,
    "create_goods": 201,
    "list_stock_entries": 200,
    "list_account_entries": 200,
    "list_my_account_entries": 200,
    "list_my_coupons": 200,
    "list_coupon_templates": 200,
    "list_flash_sales": 200,
    "list_staff_flash_sales": 200,
    "list_flash_orders": 200,
    "get_verdict": 422,  # the sample's ticket was never issued
    "list_bookings": 200,
    "list_shop_orders": 200,
    "list_staff_shop_orders": 200,
    "list_payment_log": 200,
    "list_dead_letters": 200,
    "redrive_dead_letters": 200,
    "list_staff_bookings": 200,
    "list_my_notifications": 200,
    "list_notification_templates": 200,
    "receive_refund_notification": 401,
    "receive_payment_notification": 401,  # without WeChat's key there is no valid signature
}


def event_of(step: str) -> tuple[Path, Any]:
    path = ROOT / "events" / functions()[step].domain / f"{step}.json"
    assert path.exists(), f"{path.relative_to(ROOT)} is missing: every function has a sample event"
    return path, json.loads(path.read_text())


@pytest.mark.parametrize("step", sorted(functions()))
def test_a_sample_event_is_dealt_with(house: House, step: str) -> None:
    _, event = event_of(step)
    function = functions()[step]
    if OUTCOMES.get(step) is NO_ORDER:
        with pytest.raises(NO_ORDER, match="there is no order"):
            house.invoke(step, event)
        return
    if not function.routes:
        assert house.invoke(step, event) == OUTCOMES[step]
        return
    assert event["routeKey"] == " ".join(function.routes[0])
    contract = function.handler().contract  # type: ignore[attr-defined]
    if contract.roles:
        assert house.reply(step, event).status == 401
        role = Role.GUEST if Role.GUEST in contract.roles else Role.ADMIN
        event["headers"]["authorization"] = f"Bearer {house.token(role)}"
    # The objects do not exist, so they are not found; everything else in the sample is accepted.
    assert house.reply(step, event).status == STATUSES.get(step, 404)


def test_no_event_is_left_without_a_function() -> None:
    found = {path.stem for path in (ROOT / "events").glob("*/*.json")}
    assert found == set(functions())
