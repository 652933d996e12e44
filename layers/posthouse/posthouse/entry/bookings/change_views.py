"""A change of a stay in JSON, before it is made, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posthouse.domain.terms import BookedNight, RoomNight
    from posthouse.services.bookings.stay_changes import PricedChange


def priced_change_json(priced: PricedChange) -> dict[str, Any]:
    """Returns what a booking would be after a change, and what that costs more or less."""
    before, after = priced.booking, priced.after
    return {
        "order_no": before.order_no,
        "version": before.version,
        "check_in": after.stay.check_in.isoformat(),
        "check_out": after.stay.check_out.isoformat(),
        "room_id": after.room_id,
        "room_name": after.room_name,
        "units": after.units,
        "adults": after.adults,
        "children": after.children,
        "nights": len(after.stay),
        "total": after.price.total.fen,
        "discount": after.price.discount.fen,
        "points_discount": after.price.points_discount.fen,
        "payable": after.price.payable.fen,
        "difference": (after.price.payable - before.price.payable).fen,
        "balance": after.balance.fen,
        "status": after.status,
        "added": _nights_json(priced.change.taken, after.room_names),
        "dropped": _nights_json(priced.change.freed, after.room_names),
    }


def _nights_json(nights: Iterable[BookedNight | RoomNight], room_names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "date": each.night.isoformat(),
            "room_id": each.room_id,
            "room_name": room_names[each.room_id],
            "units": each.units,
        }
        for each in nights
    ]
