"""Each page in both languages, both themes and both sizes: no error, nothing from outside, no missing word, nothing out of the frame."""

from __future__ import annotations

import pytest

from tests.e2e.looks import RAW_KEY, looks_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
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


test_page_in_every_look = looks_of(PAGES, slow=("tree", "catalogue", "metric", "rows"))


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
