"""The reports in the console: the daily figures and the pick-up agree with the bookings, and a list becomes a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.test_till import SMALL_PHONE, fits
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import until

pytestmark = pytest.mark.e2e
__all__ = ["desk"]


def reported(desk: Desk, sold: int) -> None:
    """Wait until the report has counted so many units of tonight."""
    today = desk.world.today
    path = f"/api/staff/reports/daily?hotel_id={desk.room['hotel_id']}&from={today}&to={today + timedelta(days=1)}"
    until(lambda: desk.world.admin.get(path)["items"][0]["sold"], lambda found: found == sold)


def rows(page: Page, button: str, kept: Path) -> list[dict[str, str]]:
    """The rows of the file that the button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    download.value.save_as(kept)
    text = kept.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_days_figures_are_drawn_listed_and_saved(desk: Desk, open_window: OpenWindow, tmp_path: Path) -> None:
    desk.paid("李雷", nights=2)
    reported(desk, 1)
    window = open_window("reports", DESK)
    page = desk.log_in(window, "/reports")
    today = page.get_by_role("table").get_by_role("row").last
    expect(today).to_contain_text("20.0%")
    expect(today).to_contain_text("¥400")
    expect(page.get_by_role("img", name="出租率与客房收入")).to_be_visible()
    window.look("daily")
    found = rows(page, "导出 CSV", tmp_path / "daily.csv")
    assert (len(found), found[-1]["date"], found[-1]["sold"]) == (30, str(desk.world.today), "1")
    expect(page.get_by_role("status").filter(has_text="已保存")).to_contain_text("daily-")
    page.get_by_role("button", name="预订进度").click()
    first = page.get_by_role("table").get_by_role("row").nth(1)
    expect(first).to_contain_text("+1")
    expect(first).to_contain_text("+¥400")
    window.look("pick-up")


@pytest.mark.long
def test_reports_on_a_small_phone(desk: Desk, open_window: OpenWindow) -> None:
    desk.paid("Ada")
    reported(desk, 1)
    window = open_window("reports-phone", SMALL_PHONE, "en-GB")
    page = desk.log_in(window, "/reports", "Log in")
    expect(page.get_by_role("table").get_by_role("row").last).to_contain_text("20.0%")
    fits(page, SMALL_PHONE[0])
    window.look("daily")
    page.get_by_role("button", name="Next 90 days").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(91)
    page.get_by_label("From").fill(str(desk.world.today + timedelta(days=200)))
    expect(page.get_by_role("alert")).to_contain_text("92 days at most")
    page.get_by_role("button", name="Pick-up").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(31)
    fits(page, SMALL_PHONE[0])
    window.look("pick-up")


@pytest.mark.long
def test_a_list_of_bookings_is_saved_as_it_is_filtered(desk: Desk, open_window: OpenWindow, tmp_path: Path) -> None:
    desk.paid("李雷")
    desk.paid("=1+1", begin=1)
    window = open_window("bookings-file", DESK, expected=("422",))
    page = desk.log_in(window, "/bookings")
    found = rows(page, "导出 CSV", tmp_path / "bookings.csv")
    assert sorted(row["guest_name"] for row in found) == ["'=1+1", "李雷"]
    assert {row["phone_number"] for row in found} == {"138****8000"}
    window.look("saved")
    # Too much of it: the page says what to do.
    refusal = {"status": 422, "code": "too_many_rows", "detail": "Too much.", "request_id": "r"}
    page.route("**/api/staff/bookings*", lambda route: route.fulfill(status=422, json=refusal))
    page.get_by_role("button", name="导出 CSV").click()
    expect(page.get_by_text("内容太多")).to_be_visible()
