"""The browser SDKs of Segment, RudderStack and Sensors Data, as they were released, in a real browser and from another origin."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.sdks.conftest import HERE, MODULES, Served, without

pytestmark = pytest.mark.e2e
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")
SEARCH = {"route": "SHA-PEK", "price": 1280.5, "currency": "CNY", "pax": 2, "城市": "北京 🛫", "legs": [{"from": "SHA", "n": 1}]}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
REST = {"legs": [{"from": "SHA", "n": 1}], "pax": 2, "城市": "北京 🛫"}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The origin of the pages: the packages' own files from another port than the server's."""
    if not MODULES.is_dir():
        without("the packages are not installed (make test-sdks installs them)")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(HERE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        without("there is no Chromium on the PATH")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=list(ARGS))
        yield opened
        opened.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that reaches nothing outside of the machine, and fails the test on an error of its own."""
    # Without this the browser says of itself that it is headless, and is marked as a robot.
    context = chromium.new_context(locale="zh-CN", user_agent=AGENT)
    problems: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            problems.append(f"outside: {route.request.url}")
            route.abort()

    context.route("**/*", guard)
    opened = context.new_page()
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert problems == []


def _known_set(served: Served, source: str, count: int) -> dict[str, dict[str, Any]]:
    assert served.wait(source, count) == {"received": count, "stored": count, "duplicate": 0, "quarantined": 0}
    rows = served.events(source)
    assert {row["trust"] for row in rows} == {"public"}
    assert not any(row["bot"] for row in rows)
    return {row["event"]: row for row in rows}


@pytest.mark.parametrize("strategy", ["standard", "batching"])
def test_analytics_js_of_segment(served: Served, shop: str, page: Page, strategy: str):
    line = served.line()
    host = served.base.removeprefix("http://")
    ours = {"apiHost": f"{host}/v1", "protocol": "http", "deliveryStrategy": {"strategy": strategy, "config": {"size": 3, "timeout": 500}}}
    asked = {"key": line.public, "base": served.base, "options": json.dumps({"integrations": {"Segment.io": ours}})}
    page.goto(f"{shop}/pages/segment.html?{urlencode({**asked, 'utm_source': 'baidu', 'utm_campaign': '春'})}")
    page.wait_for_function("window.analytics && window.analytics.initialized")
    page.evaluate(
        """async ([user, search]) => {
            const sdk = window.analytics;
            await sdk.page("Home", "首页", { section: "hero" });
            await sdk.identify(user, { name: "李雷", email: user + "@example.com", points: 1200 });
            await sdk.track("search", search);
            await sdk.track("Product Viewed", { product_id: "MU5101", price: 899 });
            await sdk.group("corp-7", { name: "海鸥航空" });
        }""",
        [f"u-{line.source}", SEARCH],
    )
    page.wait_for_timeout(1_500)
    found = _known_set(served, line.source, 5)
    assert sorted(found) == ["detail_view", "group", "identify", "page_view", "search"]
    assert (found["search"]["route"], found["search"]["properties"]) == ("SHA-PEK", {**REST, "campaign": "春", "utm_source": "baidu"})
    assert (found["search"]["platform"], found["search"]["device"]) == ("web", "desktop")
    shown = found["page_view"]["properties"]
    assert (shown["name"], shown["path"], shown["title"], shown["section"]) == ("首页", "/pages/segment.html", "首页", "hero")
    claimed = {(one, other) for one, other, kind in served.edges(line.source) if kind == "claim"}
    assert any(f"login u-{line.source}" in pair and any(end.startswith("anon ") for end in pair) for pair in claimed)
    assert served.traits(line.source)["name"] == "李雷"


def test_browser_sdk_of_rudderstack(served: Served, shop: str, page: Page):
    line = served.line()
    page.goto(f"{shop}/pages/rudder.html")
    page.evaluate(
        """async ([key, base, user, search]) => {
            const { RudderAnalytics } = window.rudderanalytics;
            const sdk = new RudderAnalytics();
            window.sdk = sdk;
            sdk.load(key, base, { configUrl: base, sendAdblockPage: false, sessions: { autoTrack: true } });
            await new Promise((done) => sdk.ready(done));
            sdk.page("Home", "首页", { section: "hero" });
            sdk.identify(user, { name: "李雷", email: user + "@example.com", points: 1200 });
            sdk.track("search", search);
            sdk.track("Product Viewed", { product_id: "MU5101", price: 899 });
            sdk.group("corp-7", { name: "海鸥航空" });
            sdk.alias("other-" + user, user);
        }""",
        [line.public, served.base, f"u-{line.source}", SEARCH],
    )
    page.wait_for_timeout(1_500)
    found = _known_set(served, line.source, 6)
    assert sorted(found) == ["alias", "detail_view", "group", "identify", "page_view", "search"]
    assert (found["search"]["route"], found["search"]["properties"]) == ("SHA-PEK", REST)
    assert found["search"]["session_id"] == found["detail_view"]["session_id"] is not None
    assert found["page_view"]["properties"]["path"] == "/pages/rudder.html"
    assert served.traits(line.source)["name"] == "李雷"


@pytest.mark.parametrize("way", ["image", "ajax", "beacon", "batch"])
def test_web_sdk_of_sensors_data(served: Served, shop: str, page: Page, way: str):
    batch = {"send_type": "ajax", "batch_send": {"send_interval": 500, "datasend_timeout": 3000, "storage_length": 200}}
    settings = batch if way == "batch" else {"send_type": way}
    line = served.line()
    page.goto(f"{shop}/pages/sensors.html?utm_source=baidu&utm_campaign=spring")
    page.evaluate(
        """async ([url, user, search, settings]) => {
            const sdk = window.sensorsDataAnalytic201505;
            const heatmap = { clickmap: "not_collect", scroll_notice_map: "not_collect" };
            sdk.init({ server_url: url, show_log: false, is_track_single_page: false, heatmap, ...settings });
            sdk.quick("autoTrackSinglePage", { section: "hero" });
            sdk.track("search", search);
            sdk.login(user);
            sdk.track("detail_view", { item_id: "MU5101", price: 899 });
            sdk.setProfile({ name: "李雷", points: 1200 });
        }""",
        [
            f"{served.base}/sa?project=default&token={line.public}",
            f"u-{line.source}",
            {"route": "SHA-PEK", "price": 1280.5, "pax": 2, "city": "北京 🛫"},
            settings,
        ],
    )
    page.wait_for_timeout(2_500)
    rows = served.events(line.source)
    found = _known_set(served, line.source, 6)
    assert {"page_view", "search", "identify", "detail_view"} <= set(found)
    assert len([row for row in rows if row["event"] == "search"]) == 1
    assert found["search"]["route"] == "SHA-PEK"
    assert (found["search"]["properties"]["city"], found["search"]["properties"]["pax"]) == ("北京 🛫", 2)
    assert (found["page_view"]["properties"]["path"], found["page_view"]["properties"]["section"]) == ("/pages/sensors.html", "hero")
    assert served.traits(line.source)["name"] == "李雷"
