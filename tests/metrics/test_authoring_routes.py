"""The doors of whoever writes metrics: each with its permission, and errors that say what to mend."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.make import Client, bearer
from tests.metrics.conftest import Shop
from tests.metrics.test_authoring import DAY, big
from tests.metrics.test_authoring_model import made
from windsock.http import create_app

BASE = "/api/metrics/authoring"


@pytest.fixture
def client(shop: Shop) -> Client:
    for amount in ("50", "100", "300"):
        shop.order(DAY, "web", amount)
    shop.save()
    return Client(create_app(shop.workspace))


def test_a_metric_is_written_over_http(shop: Shop, client: Client):
    lead, viewer = bearer(shop.workspace, "lead"), bearer(shop.workspace, "viewer")

    def post(path: str, body: dict[str, Any], who: Any = lead) -> Any:
        return client.post(f"{BASE}{path}", json=body, headers=who)

    checked = post("/check", {"definition": made("orders / 0")}, viewer).json()
    assert (checked["ok"], checked["sql"], checked["findings"][0]["zh"]) == (False, None, "除数为零。")
    checked = post("/check", {"definition": big()}, viewer).json()
    assert (checked["ok"], checked["clocks"], checked["steps"][1]["kind"]) == (True, ["booking", "arrival"], "measure")
    assert "order_line" in checked["sql"]
    shown = post("/preview", {"definition": big(), "by": "sales_channel"}, viewer).json()
    assert (shown["value"], shown["previous"], shown["to"]) == (2, None, "2025-12-20")
    assert shown["cells"] == [{"cell": "web", "value": 2}]
    assert post("/drafts", {"definition": big(), "reason": "because"}, viewer).status_code == 403
    assert post("/drafts", {"definition": big(), "reason": "because"}).json() == {"name": "big_orders", "version": 1, "state": "draft"}
    assert [one["certified"] for one in client.get(f"{BASE}/drafts", headers=viewer).json()["items"]] == [False]
    assert post("/certify", {"name": "big_orders", "version": 1, "reason": "because"}).json()["state"] == "active"
    sheet = client.get(f"{BASE}/metrics/big_orders", headers=viewer).json()
    assert (sheet["state"], sheet["newest"], sheet["draft"], sheet["versions"][0]["reason"]) == ("certified", 1, None, "because")
    listed = client.get("/api/metrics/catalogue", headers=viewer).json()["metrics"]
    assert [(one["state"], one["version"]) for one in listed if one["name"] in ("big_orders", "uv")] == [("certified", 1), ("library", None)]
    assert post("/drafts", {"definition": big("booked_value > 1"), "base_version": 1, "reason": "because"}).json()["version"] == 2
    assert client.get(f"{BASE}/metrics/big_orders/diff?old=1&new=2", headers=viewer).json()["changes"][0]["path"] == "/measures/0/where"
    assert post("/discard", {"name": "big_orders", "version": 2, "reason": "because"}).json()["state"] == "retired"
    assert post("/roll-back", {"name": "big_orders", "to_version": 1, "base_version": 2, "reason": "because"}).json()["version"] == 3
    out = client.get(f"{BASE}/export?own=true&format=ossie", headers=viewer)
    assert "semantic_model" in out.text
    back = post("/import", {"text": out.text, "format": "ossie"}).json()
    assert (back["counts"]["same"], back["written"]) == (1, 0)
    assert post("/delete", {"name": "big_orders", "reason": "because"}).json()["state"] == "retired"


def test_what_can_stand_in_a_metric_is_listed(shop: Shop, client: Client):
    found = client.get(f"{BASE}/vocabulary", headers=bearer(shop.workspace, "viewer")).json()
    facts = {fact["name"]: fact for fact in found["facts"]}
    assert {"booking", "arrival", "cancel"} <= set(facts["order_line"]["clocks"])
    assert {"name": "booked_value", "title": {"en": "Booked value in home currency", "zh": "预订金额（本位币）"}} in facts["order_line"]["fields"]
    assert found["choices"]["class"][0] == "overall"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/drafts", {"definition": {}, "reason": "because"}),
        ("/drafts", {"definition": {"name": 7, "measures": "x"}, "reason": "because"}),
        ("/drafts", {"definition": made("orders / uv"), "reason": ""}),
        ("/preview", {"definition": made("orders / uv"), "from": "2025-01-01"}),
        ("/preview", {"definition": made("orders / uv"), "by": "nothing"}),
        ("/certify", {"name": "none_such", "version": 1, "reason": "because"}),
        ("/roll-back", {"name": "none_such", "to_version": 1, "base_version": 1, "reason": "because"}),
        ("/delete", {"name": "revenue", "reason": "because"}),
        ("/import", {"text": "a: *x"}),
        ("/import", {"text": "name: 'a\\0b'", "dry_run": False, "reason": "x"}),
    ],
)
def test_bad_input_is_told_and_nothing_is_kept(shop: Shop, client: Client, path: str, body: dict[str, Any]):
    reply = client.post(f"{BASE}{path}", json=body, headers=bearer(shop.workspace, "lead"))
    assert 400 <= reply.status_code < 500, reply.text
    assert reply.json()["error"]["message"]
    assert client.get(f"{BASE}/drafts", headers=bearer(shop.workspace, "viewer")).json()["items"] == []


def test_a_check_of_anything_answers(shop: Shop, client: Client):
    for body in ({}, {"name": None}, {"name": "x" * 500}, {"measures": [7]}, {"title": 3}, made("(" * 300), {"measures": [{"value": {}}] * 9}):
        reply = client.post(f"{BASE}/check", json={"definition": body}, headers=bearer(shop.workspace, "viewer"))
        assert reply.status_code == 200, reply.text
        assert reply.json()["ok"] is False
