"""A browser in front of a seeded company: served as anybody would serve it, signed in through the first-run page.

Without Chromium or without built pages these tests are left out and say why; ``WINDSOCK_E2E=require`` makes that a failure.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "e2e"
EMAIL, PASSWORD = "lin.lan@gull.example", "correct horse battery"
REQUIRED = os.environ.get("WINDSOCK_E2E") == "require"
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
expect.set_options(timeout=30_000)
LOOPBACK = re.compile(r"^(https?://(127\.0\.0\.1|localhost)[:/]|about:|data:|blob:)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: Playwright holds an event loop in the main thread while its browser is open, and others want one of their own."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


def _without(reason: str) -> None:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Desk:
    """The served company and what reaches it."""

    base: str
    home: Path
    link: str
    cookies: list[Any] = field(default_factory=list)
    csrf: str = ""


@dataclass
class Visit:
    """A signed-in page that remembers everything that went wrong on it."""

    page: Page
    context: BrowserContext
    desk: Desk
    problems: list[str]

    def look(self, language: str, theme: str) -> None:
        """Choose language and theme as the account's own."""
        answer = self.context.request.patch(
            f"{self.desk.base}/api/session", data={"language": language, "theme": theme}, headers={"X-Windsock-CSRF": self.desk.csrf}
        )
        assert answer.ok, answer.text()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the server what the page should show."""
        url = f"{self.desk.base}{path}"
        answer = (
            self.context.request.get(url) if body is None else self.context.request.post(url, data=body, headers={"X-Windsock-CSRF": self.desk.csrf})
        )
        assert answer.ok, answer.text()
        return answer.json()

    def open(self, path: str, *, charts: int = 0) -> Page:
        """Go to an address and wait until its data and so many plots are drawn."""
        self.page.goto(self.desk.base + path)
        self.page.wait_for_selector("h1")
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        if charts:
            self.page.locator('[data-ready="1"]').nth(charts - 1).wait_for()
        return self.page

    def shoot(self, name: str) -> None:
        """Keep a picture for people to look at."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(ARTIFACTS / f"{name}.png"))


def _link_of(server: subprocess.Popen[str]) -> str:
    """Read what the server prints until it has named the first-run link."""
    assert server.stdout is not None
    deadline, seen = time.monotonic() + 60, ""
    while time.monotonic() < deadline and server.poll() is None:
        if select.select([server.stdout], [], [], 0.5)[0]:
            seen += os.read(server.stdout.fileno(), 65536).decode()
        found = re.search(r"(http://127\.0\.0\.1:\d+/welcome#link=[\w-]+)\s", seen)
        if found:
            return found[1]
    pytest.fail(f"The server did not come up:\n{seen[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        _without("there is no Chromium on the PATH")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=list(ARGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Seed a small company, serve it on a free port, and make its first admin in the browser."""
    from windsock.http import static

    if not (static.STATIC / "index.html").is_file():
        _without("the pages are not built (make web)")
    home = tmp_path_factory.mktemp("desk") / "gull"
    env = {name: value for name, value in os.environ.items() if not name.startswith("WINDSOCK_")}
    run = [sys.executable, "-c", "from windsock.cli.main import main; main()"]
    demo = [*run, "demo", "--home", str(home), "--people", "3000", "--days", "90", "--end", "2026-10-31", "--no-serve"]
    made = subprocess.run(demo, env=env, capture_output=True, text=True, check=False, timeout=240)
    assert made.returncode == 0, made.stderr[-3000:]
    log = home.with_suffix(".log")
    with log.open("w") as errors:
        server = subprocess.Popen(
            [*run, "serve", "--home", str(home), "--port", "0"], env=env, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1
        )
        try:
            link = _link_of(server)
            yield _first_run(browser, Desk(link.split("/welcome")[0], home, link))
        finally:
            server.terminate()
            server.wait(timeout=30)
            if server.stdout is not None:
                server.stdout.close()


def _first_run(browser: Browser, desk: Desk) -> Desk:
    context = browser.new_context(viewport={"width": 1440, "height": 810}, locale="en-GB")
    page = context.new_page()
    page.goto(desk.link)
    page.get_by_label("Name").fill("Lin Lan")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("too short")
    page.get_by_role("button", name="Make account and enter").click()
    page.get_by_text("3 more characters needed").wait_for()
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / "welcome-en.png"))
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_response("**/api/setup") as answer:
        page.get_by_role("button", name="Make account and enter").click()
    desk.csrf = answer.value.json()["csrf"]
    page.wait_for_url(f"{desk.base}/")
    desk.cookies = context.cookies()
    context.close()
    return desk


@pytest.fixture
def stranger(browser: Browser, desk: Desk) -> Iterator[Visit]:
    """A page nobody is signed in on."""
    yield from _visit(browser, desk, [])


@pytest.fixture
def visit(browser: Browser, desk: Desk) -> Iterator[Visit]:
    """A page signed in as the admin; the test fails on any error in its console and any request that leaves the machine."""
    yield from _visit(browser, desk, desk.cookies)


def _visit(browser: Browser, desk: Desk, cookies: list[Any]) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1440, "height": 810}, locale="en-GB", accept_downloads=True)
    context.set_default_timeout(30_000)
    context.add_cookies(cookies)
    problems: list[str] = []
    context.route("**/*", _guard(problems))
    page = context.new_page()

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"console {message.type}: {message.text[:400]}")

    page.on("console", said)
    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    yield Visit(page, context, desk, problems)
    context.close()
    assert problems == [], json.dumps(problems, indent=1)


def _guard(problems: list[str]) -> Callable[[Route], None]:
    def check(route: Route) -> None:
        if LOOPBACK.match(route.request.url):
            route.continue_()
        else:
            problems.append(f"request to outside: {route.request.url[:200]}")
            route.abort()

    return check
