"""Signing in and out, the keyboard, and the language and theme switches."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
EMAIL, PASSWORD = "lin.lan@gull.example", "correct horse battery"


def test_sign_in_leads_back_and_sign_out_ends(stranger) -> None:
    page = stranger.page
    page.goto(f"{stranger.desk.base}/metrics/catalogue?q=uv")
    page.wait_for_url("**/signin?back=**")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("wrong horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/metrics/catalogue?q=uv")
    page.get_by_role("button", name="Lin Lan").or_(page.get_by_role("button", name="Account")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url("**/signin**")
    page.goto(f"{stranger.desk.base}/")
    page.wait_for_url("**/signin**")
    # The refusals are what this test asks for; the browser writes each into its console.
    stranger.problems[:] = [line for line in stranger.problems if "status of 401" not in line]


def test_language_and_theme_change_at_once_and_are_kept(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/metrics/catalogue")
    page.get_by_text("中文").click()
    page.get_by_role("heading", name="这个数字是什么意思？").wait_for()
    page.get_by_role("button", name="切换到深色").click()
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
    page.wait_for_timeout(300)
    assert visit.ask("/api/session")["user"]["language"] == "zh"
    assert visit.ask("/api/session")["user"]["theme"] == "dark"
    page.reload()
    page.get_by_role("heading", name="这个数字是什么意思？").wait_for()


def test_the_keyboard_is_enough(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/metrics/catalogue")
    page.locator("tbody tr.can-open").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.locator("tbody tr.can-open").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**metric=**")
    page.get_by_test_id("live").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "metric=" not in url)


def test_an_unknown_address_says_so(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/nowhere")
    page.get_by_text("There is no such page").wait_for()


def test_the_policy_holds_and_nothing_is_inline(visit) -> None:
    page = visit.page
    answer = page.goto(f"{visit.desk.base}/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert page.locator("script:not([src])").count() == 0
