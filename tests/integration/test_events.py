"""Every function accepts its sample event in events/: each is run through the handler on moto."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.house import House
from tests.support.contract import operations
from tests.support.template import ROOT, Function, functions

NO_ORDER = LookupError
"""A step that finds no order has failed."""

TAKEN: dict[str, Any] = {"batchItemFailures": []}
# The sample's order is nowhere in an empty house, so its message is reported for another try.
TO_RETRY = {"batchItemFailures": [{"itemIdentifier": "00000000-0000-0000-0000-000000000001"}]}

OUTCOMES: dict[str, Any] = {
    "create_first_admin": {"outcome": "created", "username": "admin"},
    "finish_booking": {"outcome": "refused", "reason": "There is no such booking."},
    "grant_check_out_coupon": {"outcome": "none_left"},
    "mark_booking_paid": TO_RETRY,
    "rebuild_views": {"outcome": "rebuilt", "hotels": 0, "next": None},
    "rebuild_reports": {"outcome": "rebuilt", "hotel_id": None, "next": None},
    "mark_shop_order_paid": TO_RETRY,
    # The sample's goods do not exist in an empty house, so its order is refused; the other steps then find no order.
    "save_order": {"outcome": "refused", "refusal": {"kind": "NotOnSale", "facts": {"kind": "goods"}}},
    **dict.fromkeys(("reserve_stock", "use_coupon", "deduct_balance", "confirm_order"), NO_ORDER),
    **dict.fromkeys(("restore_stock", "return_coupon", "refund_balance", "end_checkout"), NO_ORDER),
    "abandon_order": {"outcome": "nothing"},
    "close_flash_sales": {"closed": 0},
    "make_night_audits": {"audited": 0},
    "place_flash_order": TO_RETRY,
    "compare_ledger": {"day": "2026-11-14", "movements": 0, "differences": 0, "ended": True},
    "reconcile_open": {"payments": 0, "refunds": 0},
    "relay_outbox": {"relayed": 1},
    "erase_personal_data": {"forgotten": 0},
    "rotate_token_key": {"step": "createSecret"},
    "sweep_due": {"swept": 0, "woken": 0, "forgotten": 0},
}
"""The result of a step without a route for its sample. A consumer that is not listed accepts its message."""

STATUSES = {
    "create_session": 401,  # WeChat has not issued the sample's code
    "create_staff_session": 401,
    "create_staff_account": 404,  # the hotel that it names does not exist
    "change_my_password": 403,  # the caller has no account
    "claim_coupon": 401,  # the guest has no account
    "list_claimable_coupons": 401,
    "get_me": 404,  # nobody has logged in
    "delete_me": 404,
    "list_payments": 404,  # its query names an order
    "list_takings": 404,  # its query names a hotel
    "get_daily_report": 200,
    "get_pick_up": 404,  # its query names a hotel
    "reset_first_login": 204,  # no guest has that number, which is fine
    "list_stock_entries": 200,
    "get_verdict": 422,  # the sample's ticket was never issued
    "list_dead_letters": 200,
    "redrive_dead_letters": 200,
    "receive_refund_notification": 401,
    "receive_payment_notification": 401,  # without WeChat's key there is no valid signature
}
"""Statuses that differ from the usual one (see usual_status)."""


def event_of(step: str) -> tuple[Path, Any]:
    path = ROOT / "events" / functions()[step].domain / f"{step}.json"
    assert path.exists(), f"{path.relative_to(ROOT)} is missing: every function has a sample event"
    return path, json.loads(path.read_text())


def expected_outcome(function: Function) -> Any:
    """What a step without a route returns for its sample in an empty house."""
    is_consumer = any(it["Type"] == "SQS" for it in function.properties.get("Events", {}).values())
    assert function.step in OUTCOMES or is_consumer, f"say in OUTCOMES what {function.step} returns for its sample"
    return OUTCOMES.get(function.step, TAKEN)


def usual_status(step: str, event: dict[str, Any]) -> int:
    """404 if the path or the body names something, as nothing is there yet; or else the success in openapi.yaml."""
    [operation] = [it for it in operations() if it.step == step]
    names_something = operation.path_parameters or '_id"' in event.get("body", "")
    return 404 if names_something else operation.success


@pytest.mark.parametrize("step", sorted(functions()))
def test_a_sample_event_is_dealt_with(house: House, step: str) -> None:
    _, event = event_of(step)
    function = functions()[step]
    if OUTCOMES.get(step) is NO_ORDER:
        with pytest.raises(NO_ORDER, match="there is no order"):
            house.invoke(step, event)
        return
    if not function.routes:
        assert house.invoke(step, event) == expected_outcome(function)
        return
    assert event["routeKey"] == " ".join(function.routes[0])
    contract = function.handler().contract  # type: ignore[attr-defined]
    if contract.roles:
        assert house.reply(step, event).status == 401
        role = Role.GUEST if Role.GUEST in contract.roles else Role.ADMIN
        event["headers"]["authorization"] = f"Bearer {house.token(role)}"
    assert house.reply(step, event).status == STATUSES.get(step, usual_status(step, event))


def test_no_event_is_left_without_a_function() -> None:
    found = {path.stem for path in (ROOT / "events").glob("*/*.json")}
    assert found == set(functions())
