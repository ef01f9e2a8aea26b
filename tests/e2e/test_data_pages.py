"""The data pages on a served company: what is sent is seen, what is refused is mended, and the balance on the page is the interface's."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import looks_of

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(400)]
SITE, NAME = "website", "Gull shop"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
PAGES = {
    "sources": ("/data/sources", 0, {"zh": "数据进来了吗？", "en": "Is data coming in?"}, False),
    "source": (f"/data/sources/{SITE}", 0, {"zh": f"{NAME}正在送来什么？", "en": f"What is {NAME} sending?"}, True),
    "plan": ("/data/plan", 0, {"zh": "该采集什么，采到的对吗？", "en": "What should arrive, and does it?"}, False),
    "plan-event": ("/data/plan?event=search", 0, {"zh": "该采集什么，采到的对吗？", "en": "What should arrive, and does it?"}, False),
    "quarantine": ("/data/quarantine", 0, {"zh": "哪些数据没有收下，为什么？", "en": "What was refused, and why?"}, False),
    "quality": ("/data/quality", 1, {"zh": "数据可信吗？", "en": "Can the data be trusted?"}, False),
    "quality-source": (f"/data/quality?open={SITE}", 1, {"zh": "数据可信吗？", "en": "Can the data be trusted?"}, False),
}


def _change(visit: Any, path: str, body: dict[str, Any]) -> Any:
    answer = visit.context.request.post(f"{visit.desk.base}{path}", data=body, headers={"X-Windsock-CSRF": visit.desk.csrf})
    assert answer.ok, answer.text()
    return answer.json()


def _until(true: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.25)
    pytest.fail(f"It did not come to pass within 60 s: {what}")


def _track(event: str, seconds_ago: float = 1, **properties: Any) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return {
        "type": "track", "messageId": str(uuid.uuid4()), "anonymousId": "visitor-5f2d91", "timestamp": at.isoformat(), "event": event,
        "properties": properties,
    }  # fmt: skip


def _send(base: str, key: str, events: list[dict[str, Any]]) -> None:
    body = {"batch": events, "writeKey": key, "sentAt": datetime.now(UTC).isoformat()}
    request = urllib.request.Request(f"{base}/v1/batch", json.dumps(body).encode(), {"Content-Type": "application/json", "User-Agent": BROWSER})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        assert answer.status == 200


@pytest.fixture
def fed(visit) -> str:
    """Return the key of a source that has sent good events, a repeated batch, and two that are refused."""
    known = [source["source"] for source in visit.ask("/api/sources")["sources"]]
    if SITE in known:
        return visit.ask(f"/api/keys?source={SITE}")["items"][0]["secret"]
    _change(visit, "/api/sources", {"source": SITE, "name": NAME, "kind": "web"})
    key = _change(visit, "/api/keys", {"source": SITE, "name": "Browser", "kind": "public"})["secret"]
    good = [_track(name, 600 - 2 * place, route="SHA-PEK", price="680.00", pax=2) for place, name in enumerate(["search", "detail_view"] * 60)]
    _send(visit.desk.base, key, good)
    _send(visit.desk.base, key, good[:20])
    _send(visit.desk.base, key, [_track("detail_view", route="SHA-PEK", price="-5"), _track("payment_succeeded", order_ref="GA1", price="10")])
    _until(lambda: (_source(visit)["balance"] or {"received": 0})["received"] >= 142, "the events are loaded")
    return key


def _source(visit: Any) -> dict[str, Any]:
    return next(source for source in visit.ask("/api/sources")["sources"] if source["source"] == SITE)


test_page_in_every_look = pytest.mark.usefixtures("fed")(looks_of(PAGES))


def test_a_new_source_listens_until_its_first_event(visit, fed) -> None:
    visit.look("en", "light")
    page = visit.open("/data/sources")
    page.get_by_role("button", name="Add source").click()
    page.get_by_label("Name").fill("Second shop")
    expect(page.get_by_label("Code")).to_have_value("second-shop")
    page.get_by_role("button", name="Add and listen").click()
    page.wait_for_url("**/data/sources/second-shop")
    page.get_by_text("Listening for the first event").wait_for()
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Used where").fill("Pages")
    page.get_by_role("button", name="Make key").click()
    snippet = page.locator(".snippets .copy:not(.copy-small) pre")
    snippet.wait_for()
    key = visit.ask("/api/keys?source=second-shop")["items"][0]["secret"]
    assert key in snippet.inner_text()
    visit.shoot("listening-en")
    _send(visit.desk.base, key, [_track("search", route="SHA-PEK", sort="price"), _track("payment_succeeded", order_ref="GA2")])
    rows = page.locator(".arriving tbody tr.can-open")
    expect(rows).to_have_count(2, timeout=30_000)  # they are loaded by the stream, not by the request
    expect(rows.filter(has_text="search")).to_contain_text("Stored")
    expect(rows.filter(has_text="payment_succeeded")).to_contain_text("not by a public key")
    rows.filter(has_text="search").click()
    expect(page.get_by_test_id("event")).to_contain_text('"sort": "price"')
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "event=" not in url)


def test_the_balance_on_the_page_is_the_interfaces(visit, fed) -> None:
    visit.look("en", "light")
    asked = visit.ask(f"/api/intake/balance?source={SITE}&bucket=hour")
    totals = asked["totals"]
    assert totals["received"] == totals["stored"] + totals["duplicate"] + totals["quarantined"]
    page = visit.open(f"/data/quality?source={SITE}")
    equation = page.get_by_test_id("equation")
    equation.wait_for()
    shown = [int(text.replace(",", "")) for text in equation.locator("strong").all_inner_texts()]
    assert shown == [totals["received"], totals["stored"], totals["duplicate"], totals["quarantined"]]
    assert equation.get_attribute("data-holds") == "true"


def test_what_was_refused_is_mended_and_stored_in_its_minute(visit, fed) -> None:
    visit.look("en", "light")
    before = visit.ask(f"/api/intake/balance?source={SITE}")["totals"]
    page = visit.open(f"/data/quarantine?source={SITE}&reason=negative_price")
    page.locator("tbody tr.can-open").first.click()
    pane = page.get_by_test_id("group")
    pane.locator("summary").first.click()
    expect(pane.locator("pre").first).to_contain_text("-5")
    pane.get_by_label("What to do").click()
    page.get_by_title("set a value").click()
    pane.get_by_label("Property").fill("price")
    pane.get_by_label("Value to set").fill("5")
    pane.get_by_role("button", name="Try on 100 first").click()
    expect(pane.get_by_test_id("tried")).to_contain_text("1 of 1 tried would pass")
    visit.shoot("quarantine-tried-en")
    pane.get_by_role("button", name="Mend and replay 1").click()
    page.get_by_test_id("reason").get_by_role("button", name="Mend and replay 1").click()
    page.get_by_text("1 stored, 0 duplicates, 0 still quarantined").wait_for()
    after = visit.ask(f"/api/intake/balance?source={SITE}")
    assert after["holds"]
    assert after["totals"]["received"] == before["received"]
    assert after["totals"]["stored"] == before["stored"] + 1
    assert after["totals"]["quarantined"] == before["quarantined"] - 1


def test_a_group_is_discarded_with_a_reason_and_stays_counted(visit, fed) -> None:
    visit.look("en", "light")
    before = visit.ask(f"/api/intake/balance?source={SITE}")["totals"]
    page = visit.open(f"/data/quarantine?source={SITE}&reason=untrusted_event")
    page.locator("tbody tr.can-open").first.click()
    page.get_by_test_id("group").get_by_role("button", name="Discard").click()
    ask = page.get_by_test_id("reason")
    expect(ask.get_by_role("button", name="Discard the group")).to_be_disabled()
    ask.get_by_role("textbox").fill("Sent by a test page")
    ask.get_by_role("button", name="Discard the group").click()
    page.get_by_text("Events discarded: 1").wait_for()
    assert visit.ask(f"/api/intake/balance?source={SITE}")["totals"] == before
    assert not [group for group in visit.ask(f"/api/quarantine?source={SITE}")["groups"] if group["reason"] == "untrusted_event"]


def test_a_plan_is_learned_and_frozen(visit, fed) -> None:
    visit.look("en", "light")
    page = visit.open("/data/plan")
    held = visit.ask("/api/plan")["version"]
    page.get_by_role("button", name="Learn from data").click()
    pane = page.get_by_test_id("learn")
    pane.get_by_role("button", name="Compare").click()
    pane.get_by_text("Events read").wait_for()
    visit.shoot("plan-learn-en")
    pane.get_by_role("textbox").fill("First plan of our own")
    pane.get_by_role("button", name="Freeze as a new version").click()
    page.get_by_text(f"Version {held + 1} is in force").first.wait_for()
    expect(page.get_by_text(f"Version {held + 1} in force")).to_be_visible()
    assert visit.ask("/api/plan")["version"] == held + 1


def test_who_may_only_read_is_offered_nothing_more(visit, fed) -> None:
    visit.look("en", "light")
    session = visit.ask("/api/session")
    may = {**session, "user": {**session["user"], "permissions": ["session.own", "metrics.read", "sources.read"]}}
    visit.page.route("**/api/session", lambda route: route.fulfill(json=may))
    page = visit.open(f"/data/sources/{SITE}")
    expect(page.get_by_role("navigation").get_by_text("Members")).to_have_count(0)
    expect(page.get_by_role("navigation").get_by_text("Imports")).to_have_count(0)
    expect(page.get_by_role("button", name="Stop receiving")).to_have_count(0)
    expect(page.get_by_role("button", name="New key")).to_have_count(0)
    page.get_by_text('"events.see"').wait_for()
