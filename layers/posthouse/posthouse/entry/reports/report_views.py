"""Reports in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posthouse.domain.report import Tally
    from posthouse.services.reports.reading import PickUp, ReportDay


def report_day_json(day: ReportDay) -> dict[str, Any]:
    """Returns the figures of a date; money in fen."""
    tally = day.tally
    return {
        "date": day.day.isoformat(),
        "units": tally.units,
        "out_of_order": tally.out_of_order,
        "sold": tally.sold,
        "occupancy_bp": tally.occupancy_bp,
        "room_revenue": tally.room_revenue,
        "day_use_revenue": tally.day_use_revenue,
        "adr": tally.adr,
        "revpar": tally.revpar,
        "arrivals": tally.arrivals,
        "departures": tally.departures,
        "in_house": tally.in_house,
        "no_shows": tally.no_shows,
        "cancelled": tally.cancelled,
    }


def pick_up_json(pick_up: PickUp) -> dict[str, Any]:
    """Returns a date of a pick-up report."""
    return {
        "date": pick_up.day.isoformat(),
        **_on_the_books(pick_up.tally),
        "left": max(pick_up.tally.left, 0),
        "since_day": _on_the_books(pick_up.in_a_day),
        "since_week": _on_the_books(pick_up.in_a_week),
    }


def _on_the_books(tally: Tally) -> dict[str, Any]:
    return {"sold": tally.sold, "revenue": tally.room_revenue}
