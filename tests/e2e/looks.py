"""A page in every look: both themes and both sizes in a language, no error, no missing word, nothing out of the frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

TO_DARK = {"zh": "切换到深色", "en": "Switch to dark"}
SIZES = [(1440, 810), (1280, 720)]
CJK = re.compile(r"[\u4e00-\u9fff]")
SETTLED_MS = 400
# Keys that no word was found for look like "today.title" or "plan.rule.wrong_type"; permissions, which pages may show, look like "people.see".
_ANY = "app|nav|top|welcome|signIn|form|state|period|clock|scope|use|unit|class|rows|order|today|tree|catalogue|chart|change"
_PEOPLE = "people|person|review|policy|identity|imports|wizard|feeds|members|access|secret|reason|job"
_DATA = "sources|source|plan|quarantine|quality|balance"
_METRICS = (
    "nav|reconcile|restate|authoring|boards|reports|targets|standup|assess|decompose|channels|matrix|below|reach|funnel|retention|activity|analysis"
    "|paths|attribution|spread|trend|growth|correlation|drivers|seasons|lifetime|rfm|basket|recipes|pin"
)
RAW_KEY = re.compile(
    rf"\b(?:(?:{_ANY})\.[a-z]\w+|(?:{_PEOPLE})\.(?!(?:see|merge|erase|unmask|manage)\b)[a-z]\w+|(?:{_DATA})\.[a-z]+[A-Z.]\w+"
    rf"|(?:{_METRICS})\.[a-z]+[\w.]*)"
)


def overflow(page: Page) -> list[int]:
    """Return by how many pixels the page is too high, too wide, and wider than the window."""
    return page.evaluate(
        """() => { const main = document.querySelector('.content'); const root = document.documentElement;
        return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth, root.scrollWidth - innerWidth] }"""
    )


def every_look(visit: Any, name: str, path: str, language: str, title: dict[str, str], *, charts: int = 0, fits: bool = False) -> Page:
    """Open a page and look at it; pictures are kept for people.

    Args:
        visit: the fixture.
        name: of the pictures.
        path: the page's address.
        language: zh or en.
        title: what the page asks, by language.
        charts: how many plots are waited for.
        fits: the page needs no scrolling.
    """
    visit.look(language, "light")
    page = visit.open(path, charts=charts)
    expect(page.locator("h1")).to_have_text(title[language])
    for theme in ("light", "dark"):
        if theme == "dark":
            page.get_by_role("button", name=TO_DARK[language]).dispatch_event("click")
        expect(page.locator(f"html[data-theme={theme}]")).to_have_count(1)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(SETTLED_MS)
            visit.shoot(f"{name}-{language}-{theme}-{width}")
            down, across, outside = overflow(page)
            assert across <= 0
            assert outside <= 0
            assert down <= 0 or not fits, f"{name} needs {down} px more than {width}x{height}"
    assert RAW_KEY.findall(page.locator("body").inner_text()) == []
    assert page.get_by_role("alert").count() == 0
    assert bool(CJK.search(page.get_by_role("navigation").first.inner_text())) is (language == "zh")
    if language == "en":
        assert not CJK.search(page.locator("main").inner_text())
    return page


def looks_of(pages: Mapping[str, tuple[str, int, dict[str, str], bool]], slow: Collection[str] = ()) -> Callable[..., None]:
    """Return the test of pages in every look.

    Args:
        pages: name -> address, plots that are waited for, what the page asks by language, and whether it needs no scrolling.
        slow: names of those that are looked at among the slow tests: the fast ones have ten minutes.
    """

    @pytest.mark.parametrize("language", ["zh", "en"])
    @pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] if name in slow else []) for name in pages])
    def test_page_in_every_look(visit: Any, name: str, language: str) -> None:
        path, charts, title, fits = pages[name]
        every_look(visit, name, path, language, title, charts=charts, fits=fits)

    return test_page_in_every_look
