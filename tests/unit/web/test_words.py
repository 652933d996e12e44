"""No raw word of the API is shown: each value of an enum and each reason of the system has a text in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.folders import ROOT, WEB
from posthouse.domain.account import Account
from posthouse.services.bookings.booking_settlements import NIGHTS_GONE
from posthouse.services.bookings.cancellations import GUEST_CANCELLED
from posthouse.services.bookings.no_shows import NOT_COME
from posthouse.services.checkout.checkout_steps import GIVEN_UP
from posthouse.services.payments.settlements import PAID_TOO_LATE, PAID_TWICE
from posthouse.services.shop.order_holds import ORDERED
from posthouse.services.shop.shop_order_waits import NOT_PAID
from posthouse.services.shop.shop_orders import CANCELLED

TEXT = re.compile(r'^\s*"?([^"\n:]+?)"?:\s*\[\s*"(?:[^"\\]|\\.)*",\s*"(?:[^"\\]|\\.)*",?\s*\]', re.MULTILINE)
SHOWN = {
    "Booking.status": ("status.", "orders.next.", "desk.next."),
    "Booking.payment": ("offers.pay.",),
    "Booking.source": ("desk.source.",),
    "BookedExtra.per": ("book.per_", "desk.per."),
    "Extra.per": ("book.per_", "house.per."),
    "ShopOrder.kind": ("sales.order_kind.",),
    "ShopOrder.status": ("status.", "shop.next_"),
    "Payment.status": ("status.",),
    "StaffPayment.via": ("record.via.",),
    "OpenPayment.via": ("record.via.",),
    "Refund.status": ("status.",),
    "refunds.status": ("status.",),
    "TroubledRefund.trouble": ("operations.owed_",),
    "Notification.status": ("status.",),
    "Notification.reason": ("record.why.",),
    "ShippingInformation.status": ("operations.shipping_",),
    "ShippingInformation.reason": ("operations.shipping.", "operations.shipping_do."),
    "Coupon.status": ("status.", "me.coupons_"),
    "ClaimableCoupon.scope": ("coupons.for_",),
    "Coupon.scope": ("coupons.for_",),
    "CouponTemplate.kind": ("sales.kind.",),
    "CouponTemplate.scope": ("sales.scope.",),
    "VerdictAnswer.status": ("status.",),
    "Difference.kind": ("operations.",),
    "MyInvoice.kind": ("invoice.kind.", "invoices.kind."),
    "MyInvoice.status": ("invoice.", "invoice.next."),
    "FlashSale.status": ("status.",),
    "FolioLine.kind": ("folio.kind.",),
    **dict.fromkeys(
        ("DeskPayment.method", "DeskRefund.method", "DeskReversal.method", "items.method"), ("folio.method.",)
    ),
    "StaffFlashSale.state": ("status.",),
    "Hotel.opening_state": ("house.state.",),
    "NumberState.cleaning": ("board.after_",),
    "NumberState.housekeeping": ("board.",),
    "NumberState.occupancy": ("board.",),
    "NightAudit.status": ("night.",),
    "NightAuditItem.kind": ("night.",),
    "Message.state": ("record.state.",),
    "consumers.state": ("record.state.",),
    "MyAccountEntry.account": ("me.", "operations.account."),
    "MyData.kind": ("me.part_",),
    "Offer.min_level": ("offers.level.",),
    "Offer.payment": ("offers.pay.",),
    "RatePlan.min_level": ("plans.level.",),
    "RatePlan.payment": ("plans.payment.",),
    "Room.inventory_mode": ("house.mode.",),
    "StaffAccount.role": ("role.",),
    "restriction.restriction": ("restriction.",),
    "StaffMember.role": ("role.",),
    "StockEntry.move": ("sales.move.",),
}
"""Where a page shows a value: the beginnings of the keys of its texts."""
NOT_SHOWN = {
    "Coupon.source",
    "Decided.status",
    "FoundStay.status",
    "HotelFound.opening_state",
    "SaleChange.state",
    "StayRestriction.restriction",
    "TroubledRefund.trouble",
    "hotel.opening_state",
}
"""Values that decide what a page shows, but are never shown themselves."""
INPUT = re.compile(r"(Input|Change)\.")
"""What a form sends: its options are the values that its page shows."""
REASONS = [NIGHTS_GONE, GUEST_CANCELLED, GIVEN_UP, PAID_TOO_LATE, PAID_TWICE, NOT_PAID, NOT_COME, CANCELLED, "return"]


def _keys() -> set[str]:
    return {
        key for path in WEB.rglob("*texts.js") if "vendor" not in path.parts for key in TEXT.findall(path.read_text())
    }


def _enums(node: Any, owner: str = "") -> dict[str, list[str]]:
    """The enums below a schema, by the name of the nearest object and the field."""
    found: dict[str, list[str]] = {}
    for name, field in (node.get("properties") or {}).items():
        if "enum" in field:
            found[f"{owner}.{name}"] = field["enum"]
        found |= _enums(field, name) | _enums(field.get("items", {}), name)
    for part in node.get("allOf", []):
        found |= _enums(part, owner)
    return found


SCHEMAS: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text())["components"]["schemas"]
ENUMS = {place: values for name, schema in SCHEMAS.items() for place, values in _enums(schema, name).items()}
OURS = sorted(it for it in ENUMS if it not in NOT_SHOWN and not INPUT.search(it))


@pytest.mark.parametrize("place", OURS)
def test_every_value_that_a_page_shows_has_a_text(place: str) -> None:
    keys = _keys()
    assert place in SHOWN, f"say in SHOWN which texts show {place}, or put it into NOT_SHOWN"
    missing = [begin + value for begin in SHOWN[place] for value in ENUMS[place] if value and begin + value not in keys]
    assert missing == []


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_system_has_a_text(reason: str) -> None:
    assert f"reason.{reason}" in _keys()


def test_the_ledgers_name_an_order() -> None:
    assert {f"account.reason.{ORDERED}", f"sales.reason.{ORDERED}"} <= _keys()


# ---------------------------------------------------------------- the audit log

LAYERS = ROOT / "layers/posthouse/posthouse"
ELSEWHERE = {"grant_welcome_coupon", "place_flash_order", "refresh_room_view"}
"""Consumers of events that belong to no order: no order's log shows them."""


def test_every_step_in_an_orders_log_has_a_text() -> None:
    named = re.compile(r'@consumer\("(\w+)"')
    steps = {name for path in (ROOT / "functions").rglob("*.py") for name in named.findall(path.read_text())}
    steps |= {"cancel_unpaid_booking", "end_shop_order_wait"}
    texts = {key.removeprefix(begin) for key in _keys() if key.startswith(begin := "record.consumer.")}
    assert {"count_booking", "index_booking", "send_notice"} <= steps
    assert steps - ELSEWHERE - texts == set()


COMPOSED = {"f'change_{request.account}'": {f"change_{account}" for account in Account}}
"""Actions whose names are put together."""


def _recorded() -> dict[str, str]:
    """The actions that the audit log gets, each with a module that records it."""
    return {
        action: path.relative_to(ROOT).as_posix()
        for path in sorted(LAYERS.rglob("*.py"))
        if "store.audit import record" in path.read_text() or "audit.record(" in path.read_text()
        for action in _actions(path)
    }


def _actions(path: Path) -> Iterator[str]:
    """The third argument of each call of ``record``: a text, or what the module's own calls hand over as ``action``."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        if ast.unparse(call.func) in {"record", "audit.record"}:
            action = call.args[2]
            if isinstance(action, ast.Constant):
                yield str(action.value)
            elif ast.unparse(action) in COMPOSED:
                yield from COMPOSED[ast.unparse(action)]
            else:
                assert ast.unparse(action).split(".")[-1] == "action", f"{path}: how is {ast.unparse(action)} made?"
                found = [*_handed_over(tree, calls)]
                assert found, f"{path}: who gives the action?"
                yield from found


def _handed_over(tree: ast.Module, calls: list[ast.Call]) -> Iterator[str]:
    """What this module's calls give as the argument, or the field, that is called ``action``."""
    places: dict[str, int] = {}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
        elif isinstance(node, ast.ClassDef):
            names = [
                it.target.id for it in node.body if isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Name)
            ]
        if "action" in names and isinstance(node, ast.FunctionDef | ast.ClassDef):
            places[node.name] = names.index("action")
    for call in calls:
        name = ast.unparse(call.func)
        if name in places:
            named = {it.arg: it.value for it in call.keywords}
            given = named.get("action") or call.args[places[name]]
            assert isinstance(given, ast.Constant), f"{name}: an action that is no text"
            yield str(given.value)


def test_every_action_in_the_audit_log_has_a_text() -> None:
    recorded = _recorded()
    assert {"check_in", "check_out", "update_extra", "set_staff_password", "change_points"} <= set(recorded)
    texts = {key.removeprefix(begin) for key in _keys() if key.startswith(begin := "operations.action.")}
    assert {action: path for action, path in recorded.items() if action not in texts} == {}
    assert texts - set(recorded) == set(), "nothing records these"
