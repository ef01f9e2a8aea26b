"""People at the desk: found, seen from all sides, followed, joined and parted, over the doors that the pages use."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pyarrow as pa
import pytest
from fastapi import FastAPI, Request

from tests.orders.make import line, lines
from tests.tracking.make import event, table
from windsock.governance import ROLES, Actor
from windsock.governance.audit import read_audit
from windsock.http import errors
from windsock.identity import add_edges, add_traits, assign_dids, rebuild_aliases
from windsock.identity.jobs import JOB_KINDS
from windsock.identity.model import Suggestion, SuggestionReason
from windsock.identity.routes import router as identity_router
from windsock.identity.store import add_suggestions
from windsock.jobs import JobContext
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Cancelled
from windsock.orders import Batch, OrderFacts, load_orders
from windsock.tracking import load_events
from windsock.tracking.people.routes import router as people_router
from windsock.workspace import Workspace

HOUR = 3_600_000
ADMIN = Actor("mem_1", "Ada", "admin", ROLES["admin"], "session")
LEAD = Actor("mem_2", "Lee", "lead", ROLES["lead"], "session")
ANALYST = Actor("mem_3", "Ann", "analyst", ROLES["analyst"], "session")


class Desk:
    """The room's doors over a workspace where Anna searched at 23:50, signed in at 00:10 and booked; Otto has a device of his own."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.actor = workspace, ADMIN
        app = FastAPI()
        app.state.workspace = workspace
        errors.install(app)

        @app.middleware("http")
        async def _actor(request: Request, go_on: Any) -> Any:
            request.state.actor = self.actor
            request.state.request_id = "req_1"
            return await go_on(request)

        for router in (identity_router, people_router):
            app.include_router(router)
        self.app = app

    def send(self, method: str, path: str, body: object = None, *, as_: Actor = ADMIN, status: int = 200) -> Any:
        self.actor = as_

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
                return await client.request(method, path, json=body)

        answer = asyncio.run(ask())
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, **given: Any) -> Any:
        return self.send("GET", path, **given)

    def post(self, path: str, body: object, **given: Any) -> Any:
        return self.send("POST", path, body, **given)

    def found(self, query: str, **given: Any) -> list[int]:
        return [item["pid"] for item in self.get(f"/api/people?q={query}", **given)["items"]]


@pytest.fixture
def desk(workspace: Workspace, clock: FixedClock) -> Desk:
    now = clock.now_ms()
    night = [
        event(message_id="1", anonymous_id="anna-phone", event="search", client_ms=now - 10 * 60_000, channel="app", session_id=1, route="SHA-BJS",
              properties=json.dumps({"city": "Beijing", "email": "anna@example.com"})),
        event(message_id="2", anonymous_id="anna-phone", user_id="GA10023455", client_ms=now + 10 * 60_000, channel="app", session_id=2),
        event(message_id="3", anonymous_id="ottos-phone", event="page_view", client_ms=now, channel="web", session_id=3),
        event(message_id="4", anonymous_id=None, user_id="GA10023455", event="payment_succeeded", client_ms=now + 20 * 60_000, order_ref="A1",
              channel="app"),
    ]  # fmt: skip
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "app", "b1", table(night), now + HOUR, trust="server")
        anna = assign_dids(tx, "login", pa.array(["GA10023455"]), pa.array([now]), now)[0].as_py()
        mail = assign_dids(tx, "email", pa.array(["anna@example.com"]), pa.array([now]), now)[0].as_py()
        guest = assign_dids(tx, "customer", pa.array(["C-777"]), pa.array([now]), now)[0].as_py()
        edge = {"did_a": [anna], "did_b": [mail], "kind": ["email"], "evidence_ms": [now], "source": ["crm"]}
        rebuild_aliases(tx, add_edges(tx, pa.table(edge), now + HOUR), now + HOUR)
        add_traits(tx, pa.Table.from_pylist([
            {"did": anna, "name": "name", "value": "Anna Li", "source": "crm", "at_ms": now},
            {"did": anna, "name": "tier", "value": "silver", "source": "crm", "at_ms": now},
            {"did": anna, "name": "tier", "value": "gold", "source": "app", "at_ms": now + 1},
            {"did": 1, "name": "tier", "value": "none", "source": "app", "at_ms": now - HOUR},
        ]), now + HOUR)  # fmt: skip
        facts = OrderFacts(
            lines(line("A1", did=anna, member_no="GA10023455", kind="flight", pax=2), line("B2", did=guest)),
            passengers=pa.Table.from_pylist([
                {"order_ref": "A1", "pax_no": 1, "did": anna, "kind": "adult"}, {"order_ref": "A1", "pax_no": 2, "did": guest, "kind": "adult"},
            ]),
        )  # fmt: skip
        load_orders(tx, Batch("b2", "air", now + HOUR), facts)
    clock.advance(seconds=7200)
    return Desk(workspace)


def test_people_are_found_by_whatever_somebody_has_in_hand(desk: Desk) -> None:
    (anna,) = desk.found("anna@example.com")
    for query in ("GA10023455", "ANNA@example.com", "GA100", "anna-ph", "Anna"):
        assert desk.found(query)[0] == anna, query
    assert desk.found("A1")[0] == anna, "who booked comes before who travels"
    assert len(desk.found("A1")) == 2
    assert desk.found("nobody") == []
    assert set(desk.found("")) >= {anna}, "without a query: who was seen last"
    row = desk.get("/api/people?q=GA10023455")["items"][0]
    assert (row["name"], row["orders"], row["value"], row["currency"]) == ("Anna Li", 1, "100.00", "CNY")
    assert [one["namespace"] for one in row["ids"]] == ["login", "email", "anon"]
    masked = desk.get("/api/people?q=GA10023455", as_=LEAD)["items"][0]
    assert (masked["name"], masked["ids"][0]["shown"]) == ("A***", "GA***55")
    for query in ("anna@exam", "Anna L"):
        assert (desk.found(query), desk.found(query, as_=LEAD)) == ([anna], []), "what is masked is not told letter by letter"
    assert desk.found("anna@example.com", as_=LEAD) == desk.found("anna li", as_=LEAD) == [anna]
    page = desk.get("/api/people?q=A1&limit=1")
    rest = desk.get(f"/api/people?q=A1&limit=1&cursor={page['next']}")
    assert [len(page["items"]), len(rest["items"]), rest["next"]] == [1, 1, None]
    assert desk.get("/api/people?q=A1&cursor=xyz", status=422)["error"]["where"] == "cursor"


def test_a_person_is_seen_from_all_sides(desk: Desk) -> None:
    pid = desk.found("GA10023455")[0]
    person = desk.get(f"/api/people/{pid}")
    assert person["name"] == "Anna Li"
    tier = next(trait for trait in person["traits"] if trait["name"] == "tier")
    assert (tier["value"], tier["source"], [other["value"] for other in tier["others"]]) == ("gold", "app", ["silver", "none"])
    assert {role["role"]: role["orders"] for role in person["roles"]} == {"booker": 1, "traveller": 1, "payer": 1, "member": 1}
    summary = person["summary"]
    assert (summary["events"], summary["sessions"], summary["orders"], summary["amount"]) == (3, 2, 1, "100.00")
    assert {channel["channel"]: channel["events"] for channel in summary["channels"]}["app"] == 3
    assert {edge["kind"]: edge["why"] for edge in person["graph"]["edges"]} == {"login": "applied", "email": "applied"}
    assert {node["namespace"] for node in person["graph"]["nodes"]} == {"anon", "login", "email"}
    assert [merged["by"] for merged in person["merged_from"]] == ["login · app", "email · crm"]
    assert "Anna" not in json.dumps(desk.get(f"/api/people/{pid}", as_=LEAD))
    assert "anna@example.com" not in json.dumps(desk.get(f"/api/people/{pid}", as_=LEAD))
    assert desk.get("/api/people/9999", status=404)["error"]["code"] == "not_found"
    assert desk.get(f"/api/people/{pid}?as_of=yesterday", status=422)["error"]["where"] == "as_of"
    early = desk.get(f"/api/people/{pid}?as_of=2026-01-01T08:00:01%2B08:00")
    assert ([len(early["ids"]), early["graph"]["edges"]], early["summary"]["events"]) == ([1, []], 0), "nothing of it was known then"


def test_the_timeline_tells_everything_once_in_pages_of_any_size(desk: Desk) -> None:
    pid = desk.found("GA10023455")[0]
    whole = desk.get(f"/api/people/{pid}/timeline?limit=100")
    assert whole["next"] is None
    assert {moment["kind"] for moment in whole["items"]} == {"event", "order", "identity"}
    assert [moment["at"] for moment in whole["items"]] == sorted((moment["at"] for moment in whole["items"]), reverse=True)
    search = next(moment for moment in whole["items"] if moment["detail"].get("event") == "search")
    assert (search["title_zh"], search["channel"], search["detail"]["city"], search["detail"]["email"]) == (
        "搜索",
        "app",
        "Beijing",
        "anna@example.com",
    )
    paid = next(moment for moment in whole["items"] if moment["detail"].get("event") == "payment_succeeded")
    assert paid["order_key"] == 1, "an event opens the order that it names"
    for limit in (1, 2, 3):
        told: list[Any] = []
        cursor = ""
        while True:
            page = desk.get(f"/api/people/{pid}/timeline?limit={limit}{cursor}")
            told += page["items"]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert told == whole["items"]
    assert "anna@example.com" not in json.dumps(desk.get(f"/api/people/{pid}/timeline", as_=LEAD))


def test_people_are_joined_and_parted_with_a_reason_and_all_of_it_comes_back(desk: Desk, clock: FixedClock) -> None:
    anna, otto = desk.found("GA10023455")[0], desk.found("ottos-phone")[0]
    before = desk.get(f"/api/people/{anna}")
    done = desk.post("/api/people/merge", {"did_a": anna, "did_b": otto, "reason": "Same voice on the phone."})
    assert (done["changed"], done["pids"]) == (1, sorted([anna, otto]))
    assert desk.get(f"/api/people/{otto}")["summary"]["events"] == 4, "history follows at once"
    edge = next(edge for edge in desk.get(f"/api/people/{anna}")["graph"]["edges"] if edge["kind"] == "accepted")
    clock.advance(seconds=60)
    assert desk.post("/api/people/split", {"edge_id": edge["edge_id"], "reason": "It was his wife."})["changed"] == 1
    after = desk.get(f"/api/people/{anna}")
    assert {key: before[key] for key in ("ids", "traits", "summary", "roles", "merged_from")} == {
        key: after[key] for key in ("ids", "traits", "summary", "roles", "merged_from")
    }
    assert {edge["why"] for edge in after["graph"]["edges"]} == {"applied", "rejected"}
    with desk.workspace.records.read() as session:
        told = [entry.action for entry in read_audit(session, 10, None, {}).items]
    assert told == ["identity.parted", "identity.merged"]
    assert desk.post("/api/people/merge", {"did_a": anna, "did_b": 999, "reason": "x"}, status=404)["error"]["code"] == "not_found"
    assert desk.post("/api/people/merge", {"did_a": anna, "did_b": anna, "reason": "x"}, status=422)["error"]["where"] == "did"
    assert desk.post("/api/people/merge", {"did_a": anna, "did_b": otto, "reason": "  "}, status=422)["error"]["where"] == "reason"
    assert desk.post("/api/people/merge", {"did_a": anna, "did_b": otto, "reason": "x"}, as_=ANALYST, status=403)["error"]["code"] == "not_allowed"


def test_a_policy_is_tried_then_switched_on_and_off_again(desk: Desk) -> None:
    held = desk.get("/api/identity/policy")
    assert (held["version"], held["pending"], held["merged_ids"], held["body"]["limits"]["login"]) == (0, None, 2, 1)
    strict = {"kinds": {"email": {"joins": False}}}
    tried = desk.post("/api/identity/policy/preview", {"body": strict})
    assert (tried["persons_after"] - tried["persons_before"], tried["join"], tried["split"]) == (1, 0, 1)
    assert [(sample["what"], len(sample["ids"])) for sample in tried["samples"]] == [("split", 3)]
    assert desk.get("/api/identity/policy") == held, "nothing was written"
    wrong = desk.post("/api/identity/policy/preview", {"body": {"ids_max": "many"}}, status=422)
    assert wrong["error"]["where"] == "ids_max"
    switched = desk.post("/api/identity/policy", {"body": strict, "reason": "Shared mailboxes."})
    assert (switched["version"], desk.get("/api/identity/policy")["pending"]) == (1, 1)
    stopped = JobContext({}, stopping=lambda: True)
    with pytest.raises(Cancelled):
        JOB_KINDS[0].run(desk.workspace, stopped)
    assert desk.get("/api/identity/policy")["version"] == 0, "a cancelled switch leaves the old policy in force"
    JOB_KINDS[0].run(desk.workspace, JobContext({}))
    now = desk.get("/api/identity/policy")
    assert (now["version"], now["pending"], now["merged_ids"], now["body"]["kinds"]["email"]["joins"]) == (1, None, 1, False)
    pid = desk.found("GA10023455")[0]
    assert {edge["kind"]: edge["why"] for edge in desk.get(f"/api/people/{pid}")["graph"]["edges"]} == {"login": "applied", "email": "not_joining"}
    desk.post("/api/identity/policy", {"body": held["body"], "reason": "Back."})
    JOB_KINDS[0].run(desk.workspace, JobContext({}))
    JOB_KINDS[0].run(desk.workspace, JobContext({}))
    assert desk.get("/api/identity/policy")["merged_ids"] == 2


def test_suggestions_are_reviewed_and_accepted_with_their_score(desk: Desk) -> None:
    anna, otto, guest = desk.found("GA10023455")[0], desk.found("ottos-phone")[0], desk.found("C-777")[0]
    why = (SuggestionReason("name", "相同", "equal", 6.5), SuggestionReason("birth_date", "不同", "differs", -2.0))
    pairs = [(min(anna, other), max(anna, other), share) for other, share in ((otto, 0.987), (guest, 0.6))]
    with desk.workspace.records.write() as session:
        some = [Suggestion(a, b, share, "m1", why) for a, b, share in pairs]
        assert [add_suggestions(session, some, desk.workspace.ids, 1) for _ in range(2)] == [2, 0]
    listed = desk.get("/api/identity/suggestions?limit=1")
    (first,) = listed["items"]
    assert (first["probability"], first["reasons"][0]["weight"], listed["counts"]["open"]) == (0.987, 6.5, 2)
    assert {first["a"]["name"], first["b"]["name"]} == {"Anna Li", None}
    (second,) = desk.get(f"/api/identity/suggestions?limit=1&cursor={listed['next']}")["items"]
    done = desk.post(f"/api/identity/suggestions/{first['id']}", {"decision": "accept", "reason": "Checked."})
    assert done["changed"] == 1
    edge = next(edge for edge in desk.get(f"/api/people/{anna}")["graph"]["edges"] if edge["kind"] == "accepted")
    assert (edge["source"], edge["decided_by"]) == ("match:0.987", "mem_1")
    assert desk.post(f"/api/identity/suggestions/{second['id']}", {"decision": "reject", "reason": "No."})["changed"] == 0
    again = desk.post(f"/api/identity/suggestions/{second['id']}", {"decision": "accept", "reason": "Yes."}, status=409)
    assert "rejected already" in json.dumps(again)
    assert desk.get("/api/identity/suggestions")["items"] == []
    assert {one["state"] for one in desk.get("/api/identity/suggestions?state=accepted")["items"]} == {"accepted"}
    assert desk.post("/api/identity/suggestions/none", {"decision": "accept", "reason": "x"}, status=404)["error"]["code"] == "not_found"
