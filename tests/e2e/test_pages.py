"""Each page in both languages, both themes and both sizes: no error, nothing from outside, no missing word, nothing out of the frame."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
TO_DARK = {"zh": "切换到深色", "en": "Switch to dark"}
SIZES = [(1440, 810), (1280, 720)]
CJK = re.compile(r"[\u4e00-\u9fff]")
# A key that no word was found for looks like "today.title".
RAW_KEY = re.compile(
    r"\b(app|nav|top|welcome|signIn|form|state|period|clock|scope|use|unit|class|rows|order|today|tree|catalogue|chart|change)\.[a-z]\w+"
)
PAGES = {
    "today": ("/", 2, {"zh": "昨天怎么样，为什么？", "en": "How was yesterday, and why?"}, True),
    "tree": (
        "/metrics/tree?node=tracked.conversion",
        1,
        {"zh": "什么变了，是哪一段带动的？", "en": "What changed, and which driver moved it?"},
        True,
    ),
    "catalogue": ("/metrics/catalogue", 0, {"zh": "这个数字是什么意思？", "en": "What does this number mean?"}, False),
    "metric": ("/metrics/catalogue?metric=conversion", 0, {"zh": "这个数字是什么意思？", "en": "What does this number mean?"}, False),
    "rows": ("/metrics/tree?rows=revenue", 1, {"zh": "什么变了，是哪一段带动的？", "en": "What changed, and which driver moved it?"}, True),
}


def _overflow(page: Page) -> list[int]:
    return page.evaluate(
        """() => { const main = document.querySelector('.content'); const root = document.documentElement;
        return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth, root.scrollWidth - innerWidth] }"""
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_in_every_look(visit, name: str, language: str) -> None:
    path, charts, title, fits = PAGES[name]
    visit.look(language, "light")
    page = visit.open(path, charts=charts)
    assert page.locator("h1").inner_text() == title[language]
    for theme in ("light", "dark"):
        if theme == "dark":
            page.get_by_role("button", name=TO_DARK[language]).dispatch_event("click")
        expect(page.locator(f"html[data-theme={theme}]")).to_have_count(1)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            visit.shoot(f"{name}-{language}-{theme}-{width}")
            down, across, outside = _overflow(page)
            assert across <= 0
            assert outside <= 0
            assert down <= 0 or not fits, f"{name} needs {down} px more than {width}x{height}"
    text = page.locator("body").inner_text()
    assert RAW_KEY.findall(text) == []
    assert page.get_by_role("alert").count() == 0
    assert bool(CJK.search(page.get_by_role("navigation").inner_text())) is (language == "zh")
    if language == "en":
        assert not CJK.search(page.locator("main").inner_text())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_gates(stranger, language: str) -> None:
    stranger.context.add_init_script(f"localStorage.setItem('windsock.look', JSON.stringify({{language: '{language}', theme: 'light'}}))")
    page = stranger.page
    page.goto(f"{stranger.desk.base}/signin")
    page.get_by_role("button", name="登录" if language == "zh" else "Sign in").wait_for()
    stranger.shoot(f"signin-{language}")
    assert RAW_KEY.findall(page.locator("body").inner_text()) == []
    # The one-time link was used up by the first run.
    page.goto(f"{stranger.desk.base}/welcome#link=old")
    page.get_by_text("已有管理员账户" if language == "zh" else "There is an administrator already").wait_for()
    stranger.shoot(f"welcome-done-{language}")
