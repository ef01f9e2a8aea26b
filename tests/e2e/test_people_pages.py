"""People, identity, imports and administration in a browser: found, joined, parted, tried, brought in, let in and kept out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]
PAGES = {
    "people": ("/people", {"zh": "要找的是谁？", "en": "Who are you looking for?"}, False),
    "person": ("/people/{did}", {"zh": "这个人是谁，走过哪些路？", "en": "Who is this, and where have they been?"}, True),
    "evidence": ("/people/{did}?tab=evidence", {"zh": "这个人是谁，走过哪些路？", "en": "Who is this, and where have they been?"}, True),
    "review": ("/people/review", {"zh": "这是同一个人吗？", "en": "Is this one person?"}, True),
    "policy": ("/people/policy", {"zh": "什么样的证据算同一个人？", "en": "What counts as one person?"}, True),
    "imports": ("/data/imports", {"zh": "导入了哪些文件？", "en": "Which files came in?"}, False),
    "wizard": ("/data/imports?step=file", {"zh": "这个文件里是什么？", "en": "What is in this file?"}, True),
    "members": ("/admin/members", {"zh": "谁在这里工作？", "en": "Who works here?"}, False),
    "access": ("/admin/access", {"zh": "谁能做什么，哪些程序能进来？", "en": "Who may do what, and which programs may come in?"}, False),
    "tokens": ("/admin/access?tab=tokens", {"zh": "谁能做什么，哪些程序能进来？", "en": "Who may do what, and which programs may come in?"}, False),
    "keys": ("/admin/access?tab=keys", {"zh": "谁能做什么，哪些程序能进来？", "en": "Who may do what, and which programs may come in?"}, False),
}


def _busy(visit: Any) -> dict[str, Any]:
    """Somebody with orders and several ids, among the members: whoever came last may be a visitor that another test sent."""
    people = visit.ask("/api/people?q=GU9&limit=100")["items"]
    return max(people, key=lambda person: (person["orders"] > 0, len(person["ids"]), person["orders"]))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_in_every_look(visit, name: str, language: str) -> None:
    path, title, fits = PAGES[name]
    path = path.replace("{did}", str(_busy(visit)["did"]) if "{did}" in path else "")
    every_look(visit, name, path, language, title, fits=fits)


def test_a_person_is_found_by_an_id_and_followed_to_an_order(visit) -> None:
    visit.look("en", "light")
    busy = _busy(visit)
    login = next(entry["shown"] for entry in busy["ids"] if entry["namespace"] == "login")
    page = visit.open("/people")
    page.get_by_role("textbox").fill(login)
    page.wait_for_url(f"**q={login}**")
    page.locator("tbody tr.can-open", has_text=login).first.click()
    page.get_by_test_id("person").wait_for()
    profile = visit.ask(f"/api/people/{busy['did']}")
    expect(page.get_by_test_id("stat-orders")).to_contain_text(str(profile["summary"]["orders"]))
    expect(page.locator(".id-card")).to_have_count(len(profile["graph"]["nodes"]))
    moments = visit.ask(f"/api/people/{busy['did']}/timeline?limit=100")["items"]
    shown = page.locator(".moment")
    expect(shown).to_have_count(min(50, len(moments)))
    for _ in range(20):
        order = page.locator(".moment button.textlink")
        if order.count():
            break
        page.get_by_role("button", name="50 earlier ones").click()
        page.wait_for_timeout(300)
    order.first.click()
    page.get_by_test_id("order").get_by_role("heading", name="Lines").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "order=" not in url)


def test_two_people_are_joined_with_a_reason_and_parted_again(visit) -> None:
    visit.look("en", "light")
    people = visit.ask("/api/people?q=GU9&limit=100")["items"]
    one, other = [person for person in people if any(entry["namespace"] == "login" for entry in person["ids"])][:2]
    # Two members stay two, unless somebody says otherwise: that is what is said here.
    target = next(entry["shown"] for entry in other["ids"] if entry["namespace"] == "login")
    before = visit.ask(f"/api/people/{one['did']}")
    page = visit.open(f"/people/{one['did']}")
    page.get_by_role("button", name="Join with somebody").click()
    pane = page.get_by_test_id("merge")
    pane.get_by_role("textbox").fill(target)
    pane.locator("tbody tr.can-open", has_text=target).first.click()
    ask = page.get_by_test_id("reason")
    ask.get_by_label("Reason").fill("The desk saw both cards")
    ask.get_by_role("button", name="Join into one person").click()
    page.get_by_text(re.compile(r"^Joined; \d+ ids? changed")).wait_for()
    joined = visit.ask(f"/api/people/{one['did']}")
    assert joined["summary"]["orders"] == one["orders"] + other["orders"]
    assert len(joined["ids"]) == len(one["ids"]) + len(other["ids"])
    said = next(edge for edge in joined["graph"]["edges"] if edge["kind"] == "accepted")
    page.goto(f"{visit.desk.base}/people/{one['did']}?tab=evidence")
    page.locator("tbody tr.can-open", has_text="Accepted by a person").first.click()
    pair = page.get_by_test_id("pair")
    pair.get_by_role("button", name="Part into two people").first.click()
    ask = page.get_by_test_id("reason")
    ask.get_by_label("Reason").fill("It was the wrong card")
    ask.get_by_role("button", name="Part into two people").click()
    page.get_by_text(re.compile(r"^Parted; \d+ ids? changed")).wait_for()
    after = visit.ask(f"/api/people/{one['did']}")
    assert said["edge_id"]
    assert after["pid"] == before["pid"]
    assert after["summary"] == before["summary"]
    assert after["ids"] == before["ids"]


def test_a_policy_is_tried_without_changing_anything(visit) -> None:
    visit.look("en", "light")
    before = visit.ask("/api/identity/policy")
    page = visit.open("/people/policy")
    expect(page.get_by_role("button", name="Switch on")).to_be_disabled()
    page.get_by_role("switch", name="Signed in, seen by a server: May join").click()
    page.get_by_role("button", name="Try it").click()
    found = page.get_by_test_id("preview")
    found.wait_for()
    expect(found).to_contain_text("Ids that would leave their person")
    visit.shoot("policy-tried-en")
    expect(page.get_by_role("button", name="Switch on")).to_be_enabled()
    assert visit.ask("/api/identity/policy") == before


def test_a_token_is_shown_once_opens_the_interface_and_is_revoked(visit, stranger) -> None:
    visit.look("en", "light")
    page = visit.open("/admin/access?tab=tokens")
    page.get_by_role("button", name="Make a token").first.click()
    pane = page.get_by_test_id("new-token")
    pane.get_by_label("What for").fill("Nightly report")
    pane.get_by_role("button", name="Make token").click()
    secret = page.get_by_test_id("secret").locator("code").inner_text()
    visit.shoot("token-made-en")
    program = {"Authorization": f"Bearer {secret}"}
    url = f"{visit.desk.base}/api/metrics/catalogue"
    assert stranger.context.request.get(url, headers=program).status == 200
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.locator("tbody tr", has_text="Nightly report").get_by_role("button", name="Revoke").click()
    page.get_by_test_id("reason").get_by_role("button", name="Revoke").click()
    expect(page.locator("tbody tr", has_text="Nightly report")).to_contain_text("Revoked")
    assert stranger.context.request.get(url, headers=program).status == 401


def test_a_new_member_comes_in_with_the_first_password_and_sees_only_their_pages(visit, stranger) -> None:
    visit.look("en", "light")
    page = visit.open("/admin/members")
    page.get_by_role("button", name="Add a member").click()
    pane = page.get_by_test_id("add-member")
    pane.get_by_label("Name").fill("Mei Viewer")
    pane.get_by_label("E-mail").fill("mei@gull.example")
    pane.get_by_role("button", name="Add member").click()
    password = page.get_by_test_id("secret").locator("code").inner_text()
    page.get_by_role("button", name="I have kept it").click()
    expect(page.locator("tbody tr", has_text="mei@gull.example")).to_contain_text("Viewer")
    theirs = stranger.page
    theirs.goto(f"{visit.desk.base}/signin")
    theirs.get_by_label("E-mail").fill("mei@gull.example")
    theirs.get_by_label("Password").fill(password)
    theirs.get_by_role("button", name="Sign in").click()
    theirs.wait_for_url(f"{visit.desk.base}/")
    rail = theirs.get_by_role("navigation")
    rail.get_by_role("button", name="Metrics").click()
    expect(rail.get_by_text("Metric tree")).to_be_visible()
    expect(rail.get_by_text("Members")).to_have_count(0)
    expect(rail.get_by_text("Find a person")).to_have_count(0)
    theirs.goto(f"{visit.desk.base}/people")
    expect(theirs.locator('[data-state="forbidden"]')).to_contain_text("people.see")
    page.locator("tbody tr", has_text="mei@gull.example").click()
    page.get_by_role("button", name="Disable account").click()
    page.get_by_test_id("reason").get_by_role("button", name="Disable account").click()
    expect(page.locator("tbody tr", has_text="mei@gull.example")).to_contain_text("Disabled")
    assert stranger.context.request.get(f"{visit.desk.base}/api/session").status == 401
    # The refusals are what this test asks for; the browser writes each into its console.
    stranger.problems[:] = [line for line in stranger.problems if "status of 403" not in line and "status of 401" not in line]


def _orders() -> bytes:
    """Forty orders as a Chinese desk writes them: one in ten thousands, one whose amount nobody knows yet."""
    head = "订单编号,下单时间,订单金额,支付时间,支付金额,销售渠道,酒店名称,入住日期,间夜"
    rows = [head]
    for number in range(1, 41):
        amount = {7: "1.2万", 12: "待定"}.get(number, f"￥{400 + number}")
        day = number % 28 + 1
        rows.append(f"E2E{number:03d},2026年10月{day}日 上午9:30,{amount},2026-10-{day:02d} 18:30:00,{amount},官网,海鸥酒店,2026-11-{day:02d},2")
    return "\r\n".join(rows).encode("gb18030")


def test_a_chinese_file_is_matched_looked_at_tried_brought_in_and_undone(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/data/imports?step=file")
    page.locator("input[type=file]").set_input_files({"name": "october.csv", "mimeType": "text/csv", "buffer": _orders()})
    page.wait_for_url("**step=map**")
    expect(page.locator(".match-columns .ant-table-row")).to_have_count(9)
    expect(page.get_by_text("Everything required is matched.")).to_be_visible()
    visit.shoot("wizard-map-en")
    page.get_by_role("button", name="Look at 100 rows").click()
    expect(page.get_by_text("39 rows are fine")).to_be_visible()
    expect(page.locator(".check-rows .ant-table-row").nth(6)).to_contain_text("12000.00")
    visit.shoot("wizard-check-en")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Name of the source").fill("e2e")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_test_id("report")).to_contain_text("Kept apart1")
    assert all(batch["source"] != "e2e" for batch in visit.ask("/api/imports")["items"])
    page.get_by_role("button", name="Import 39 rows").click()
    page.get_by_role("button", name="Open the batch").click()
    pane = page.get_by_test_id("batch")
    expect(pane).to_contain_text("e2e")
    expect(pane.locator(".ant-table-row")).to_have_count(1)
    visit.shoot("batch-en")
    (batch,) = [one for one in visit.ask("/api/imports")["items"] if one["source"] == "e2e"]
    assert (batch["rows_read"], batch["rows_added"], batch["rows_rejected"]) == (40, 39, 1)
    pane.get_by_role("button", name="Undo this batch").click()
    page.get_by_test_id("reason").get_by_role("button", name="Undo this batch").click()
    page.get_by_text("Undone: 39 rows taken back").wait_for()
    expect(page.locator("tbody tr", has_text="october.csv")).to_contain_text("Undone")
