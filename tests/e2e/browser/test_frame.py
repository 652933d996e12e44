"""The frame of both apps: the first page, and the message for an unknown page."""

import pytest

from tests.e2e.browser.windows import DESK, PHONE, OpenWindow

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "页面不存在"), ("en-GB", "Page not found")])
def test_a_page_that_does_not_exist_says_so_and_leads_on(open_window: OpenWindow, language: str, said: str) -> None:
    guest = open_window(f"frame-{language}", PHONE, language)
    page = guest.go("/#/nowhere")
    page.get_by_role("heading", level=1, name=said).wait_for()
    guest.look("missing")


def test_the_console_shows_nothing_before_the_login(open_window: OpenWindow) -> None:
    desk = open_window("frame-desk", DESK)
    page = desk.go("/staff/#/bookings")
    page.get_by_role("heading", level=1, name="员工登录").wait_for()
    assert page.get_by_role("navigation").count() == 0
    desk.look("login")
