"""The wizard through its doors: chunks, sniff, preview, dry run, import, undo."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request

from tests.http.make import Client
from tests.imports.make import ask
from windsock import jobs
from windsock.governance import ROLES, Actor
from windsock.http import errors
from windsock.imports import commit, routes, uploads
from windsock.imports.known import kinds
from windsock.imports.words import kind_words
from windsock.jobs import JobContext
from windsock.kernel.clock import FixedClock
from windsock.workspace import Workspace

LEAD = Actor("mem_1", "Lee", "lead", ROLES["lead"], "session")
OTHER = Actor("mem_2", "Ann", "analyst", ROLES["analyst"], "session")
BOOKINGS = """订单编号,酒店名称,下单时间,入住日期,间夜,订单总额（元）,手机号,备注
B-1,海景酒店,2026年1月3日 下午3:05,2026/2/14,2,"1,200.00",13912345678,
B-2,海景酒店,2026-01-04 09:00:00,2026/2/20,１,1.2万,13912345679,晚到
B-3,古城酒店,2026-01-05 10:00:00,2026/2/31,3,￥900,13912345670,
"""


@pytest.fixture
def doors(workspace: Workspace) -> Client:
    app = FastAPI()
    app.include_router(routes.router)
    app.state.workspace = workspace
    app.state.actor = LEAD
    errors.install(app)

    @app.middleware("http")
    async def signed_in(request: Request, call_next: Any) -> Any:
        request.state.actor = app.state.actor
        request.state.request_id = "r"
        return await call_next(request)

    return Client(app)


def send(doors: Client, name: str, content: bytes, chunk: int = 3_000_000) -> str:
    made = doors.post("/api/imports/uploads", {"name": name, "size": len(content)}).json()
    for start in range(0, len(content), chunk):
        answer = doors.request("PUT", f"/api/imports/uploads/{made['id']}?offset={start}", content=content[start : start + chunk])
        assert answer.status_code == 200, answer.text
    return made["id"]


def do(workspace: Workspace, job: str) -> None:
    """Run a job as the worker would."""
    with workspace.records.read() as session:
        found = jobs.read(session, job)
    assert found.kind == commit.KIND
    commit.run_upload(workspace, JobContext(found.payload))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_chinese_file_goes_all_the_way(workspace: Workspace, doors: Client, encoding: str):
    upload = send(doors, "订单.csv", BOOKINGS.encode(encoding), chunk=50)
    seen = doors.post(f"/api/imports/uploads/{upload}/sniff", {}).json()
    assert (seen["encoding"], seen["delimiter"], seen["header_line"], seen["rows_about"]) == (encoding, ",", 1, 3)
    assert seen["kind"] == "orders"
    assert seen["mapping"]["columns"] == {
        "订单编号": "order_ref", "酒店名称": "property", "下单时间": "booked_at",
        "入住日期": "arrival_date", "间夜": "nights", "订单总额（元）": "booked_amount",
    }  # fmt: skip
    assert seen["mapping"]["constants"] == {"currency": "CNY", "kind": "hotel"}
    assert {column["name"]: column["pii"] for column in seen["columns"]}["手机号"] == "phone"
    shown = doors.post(f"/api/imports/uploads/{upload}/preview", {"kind": "orders", "mapping": seen["mapping"]}).json()
    assert (shown["good"], shown["bad"]) == (2, 1)
    assert shown["rows"][0]["mapped"]["booked_at"] == "2026-01-03T15:05:00+08:00"
    assert [row["mapped"].get("booked_amount") for row in shown["rows"]] == ["1200.00", "12000.00", "900.00"]
    error = shown["rows"][2]["errors"][0]
    assert (error["column"], error["value"], error["reason_zh"][:8]) == ("入住日期", "2026/2/31", "不是日期或时间，")
    asked = {"kind": "orders", "mapping": seen["mapping"], "source": "pms", "save_as": "pms-orders"}
    do(workspace, doors.post(f"/api/imports/uploads/{upload}/dry-run", asked).json()["job"])
    report = doors.get(f"/api/imports/uploads/{upload}").json()["report"]
    assert (report["dry_run"], report["batch_id"], report["rows_added"], report["rows_rejected"]) == (True, None, 2, 1)
    assert doors.get("/api/imports").json()["items"] == []
    do(workspace, doors.post(f"/api/imports/uploads/{upload}/commit", asked).json()["job"])
    batch = doors.get("/api/imports?kind=orders").json()["items"][0]
    assert (batch["file_name"], batch["rows_added"], batch["source"], batch["undoable"]) == ("订单.csv", 2, "pms", True)
    bad = doors.get(f"/api/imports/{batch['batch_id']}/rejections").json()["items"]
    assert [(row["line"], row["column"], row["value"]) for row in bad] == [(4, "入住日期", "2026/2/31")]
    assert {"name": "pms-orders", "kind": "orders"}.items() <= next(
        item for item in doors.get("/api/imports/mappings").json()["items"] if not item["built_in"]
    ).items()
    do(workspace, doors.post(f"/api/imports/uploads/{upload}/commit", asked).json()["job"])
    assert doors.get(f"/api/imports/uploads/{upload}").json()["report"]["rows_known"] == 2
    assert doors.post(f"/api/imports/{batch['batch_id']}/undo").json()["taken_back"] == 2
    assert doors.post(f"/api/imports/{batch['batch_id']}/undo").status_code == 409
    assert ask(workspace, "SELECT 1 FROM orders WHERE known_to_ms IS NULL") == []


def test_chunks_are_checked_and_resumed(workspace: Workspace, doors: Client, clock: FixedClock):
    made = doors.post("/api/imports/uploads", {"name": "../../a.csv", "size": 6}).json()
    assert made["name"] == "a.csv"
    url = f"/api/imports/uploads/{made['id']}"
    assert doors.request("PUT", f"{url}?offset=0", content=b"a,b").json() == {"received": 3}
    assert doors.request("PUT", f"{url}?offset=4", content=b"x").status_code == 409, "a gap"
    assert doors.request("PUT", f"{url}?offset=0", content=b"a,b").json() == {"received": 3}, "the same again"
    assert doors.request("PUT", f"{url}?offset=3", content=b"\n1,2,").status_code == 413, "more than announced"
    assert doors.request("PUT", f"{url}?offset=3", content=b"").status_code == 422
    assert doors.post(f"{url}/sniff", {}).status_code == 409, "not whole yet"
    assert doors.get(url).json()["received"] == 3
    assert doors.request("PUT", f"{url}?offset=2", content=b"b\n1,").status_code == 200, "an overlap"
    doors.app.state.actor = OTHER
    assert doors.get(url).status_code == 404, "another's upload"
    doors.app.state.actor = LEAD
    clock.ms += 25 * 3_600_000
    assert doors.get(url).status_code == 404, "expired"
    (uploads.folder(workspace) / "stray").write_text("x")
    assert uploads.expire(workspace) == 1
    assert list(uploads.folder(workspace).iterdir()) == []


def test_what_cannot_be_is_told_and_never_breaks(workspace: Workspace, doors: Client):
    upload = send(doors, "a.csv", b"a,b\n1,2\n")
    for body, code in (
        ({"kind": "orders", "mapping": {"columns": {"a": "nosuch"}}}, 422),
        ({"kind": "weather", "mapping": {}}, 404),
        ({"kind": "prices", "mapping": {"use": "nosuch"}}, 404),
        (
            {
                "kind": "prices",
                "mapping": {"columns": {"nosuch": "goods_id"}, "expressions": {"travel_date": "date(2026,1,1)", "price": "1", "currency": "'CNY'"}},
            },
            422,
        ),
        ({"kind": "prices", "mapping": {"expressions": {"goods_id": "(select 1)"}}}, 422),
    ):
        answer = doors.post(f"/api/imports/uploads/{upload}/preview", body)
        assert answer.status_code == code, answer.text
        assert answer.json()["error"]["message"]
    for content in (b"\x00\x01\x02\x03" * 100, b"PK\x03\x04 no archive", b"\x1f\x8b nothing packed", b"\n\n\n", "价格".encode("utf-16"), b'{"a": '):
        broken = send(doors, "b.csv", content)
        assert doors.post(f"/api/imports/uploads/{broken}/sniff", {}).status_code in (200, 422), content[:10]
    assert doors.get("/api/imports/nosuch").status_code == 404
    assert doors.get("/api/imports/nosuch/rejections").status_code == 404
    assert doors.get("/api/imports?cursor=xx").status_code == 422
    assert doors.post("/api/imports/uploads", {"name": "x", "size": 10**12}).status_code == 413
    # A job whose mapping does not fit says so in its report and is done.
    asked = {
        "kind": "prices",
        "mapping": {"columns": {"a": "goods_id"}, "expressions": {"travel_date": "date(2026,2,31)", "price": "1", "currency": "'CNY'"}},
    }
    do(workspace, doors.post(f"/api/imports/uploads/{upload}/commit", asked).json()["job"])
    assert "The only row cannot" in doors.get(f"/api/imports/uploads/{upload}").json()["report"]["error"]["what"]


def test_a_cancelled_import_leaves_nothing(workspace: Workspace, doors: Client):
    upload = send(doors, "订单.csv", BOOKINGS.encode())
    seen = doors.post(f"/api/imports/uploads/{upload}/sniff", {}).json()
    job = doors.post(f"/api/imports/uploads/{upload}/commit", {"kind": "orders", "mapping": seen["mapping"]}).json()["job"]
    with workspace.records.read() as session:
        context = JobContext(jobs.read(session, job).payload)
    context.stop()
    from windsock.kernel.errors import Cancelled

    with pytest.raises(Cancelled):
        commit.run_upload(workspace, context)
    assert ask(workspace, "SELECT 1 FROM orders") == []
    assert list((workspace.home / "tmp").glob("import-*")) == []


def test_every_field_has_its_words(doors: Client):
    answer = doors.get("/api/imports/kinds").json()["items"]
    assert {one["kind"] for one in answer} == set(kinds())
    for name, one in kinds().items():
        assert set(kind_words(name).fields) == set(one.form.targets), name


def test_mappings_are_kept_by_name(doors: Client):
    text = "{mapping: fares, kind: prices, constants: {currency: CNY}, fields: {goods_id: a, travel_date: b, price: c}}"
    assert doors.post("/api/imports/mappings", {"name": "fares", "kind": "prices", "yaml": text, "reason": "new"}).json() == {
        "name": "fares",
        "version": 1,
    }
    assert doors.post("/api/imports/mappings", {"name": "other", "kind": "prices", "yaml": text, "reason": "new"}).status_code == 422
    assert doors.post("/api/imports/mappings", {"name": "fares", "reason": "nothing"}).status_code == 422
    again = {
        "name": "fares",
        "kind": "prices",
        "reason": "wizard",
        "mapping": {"columns": {"x": "goods_id", "y": "travel_date", "z": "price"}, "constants": {"currency": "EUR"}},
    }
    assert doors.post("/api/imports/mappings", again).json()["version"] == 2
    assert [item["version"] for item in doors.get("/api/imports/mappings?kind=prices").json()["items"] if item["name"] == "fares"] == [2]


def test_a_workbook_with_talk_above_its_table_is_read(doors: Client):
    import io

    import xlsxwriter

    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        made.add_worksheet("说明").write(0, 0, "没有数据")
        sheet = made.add_worksheet("房价")
        for number, row in enumerate(
            [["房价表"], ["导出时间", "2026-01-05"], [], ["商品编号", "日期", "价格"], ["R1", "2026年5月1日", "￥1.2万"], ["R2", "2026/5/2", 300]]
        ):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    upload = send(doors, "房价.xlsx", book.getvalue())
    assert doors.post(f"/api/imports/uploads/{upload}/sniff", {}).json()["sheets"] == ["说明", "房价"]
    seen = doors.post(f"/api/imports/uploads/{upload}/sniff", {"file": {"sheet": "房价"}}).json()
    assert (seen["format"], seen["header_line"], seen["kind"]) == ("excel", 4, "prices")
    assert seen["mapping"]["columns"] == {"商品编号": "goods_id", "日期": "travel_date", "价格": "price"}
    shown = doors.post(f"/api/imports/uploads/{upload}/preview", {"kind": "prices", "mapping": seen["mapping"]}).json()
    assert shown["rows"][0]["mapped"] == {"goods_id": "R1", "travel_date": "2026-05-01", "price": "12000.00", "currency": "CNY"}


def test_a_statement_is_known_for_what_it_is(doors: Client):
    from tests.imports.test_settlements import A1, alipay, wechat

    for name, content, mapping in (
        ("支付宝.csv", alipay(A1), "alipay"),
        ("微信.csv", wechat(("42", "B-1", "SUCCESS", "2026-01-05 10:00:00", "9.00")), "wechat-pay"),
    ):
        upload = send(doors, name, content)
        seen = doors.post(f"/api/imports/uploads/{upload}/sniff", {}).json()
        assert (seen["kind"], seen["mapping"]["use"]) == ("settlements", mapping)
        shown = doors.post(f"/api/imports/uploads/{upload}/preview", {"kind": "settlements", "mapping": seen["mapping"]}).json()
        assert (shown["good"], shown["bad"]) == (1, 0), shown
