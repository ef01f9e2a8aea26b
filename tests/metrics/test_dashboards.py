"""Dashboards: their rules, the batch of their numbers, what is kept for whom, and the file they give."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.metrics.conftest import Shop
from windsock.governance import ROLES, Actor
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from windsock.kernel.period import Period
from windsock.metrics.answer import answer
from windsock.metrics.catalogue import catalogue
from windsock.metrics.dashboards import keep
from windsock.metrics.dashboards.ask import Asked, Span, ask_panels
from windsock.metrics.dashboards.fill import fill
from windsock.metrics.dashboards.first import first_dashboard
from windsock.metrics.dashboards.library import shipped
from windsock.metrics.dashboards.model import Panel, Place, compact, dashboard_from, panel_from
from windsock.metrics.dashboards.shown import panel_json
from windsock.metrics.dashboards.workbook import workbook
from windsock.metrics.kept import forget_answers
from windsock.metrics.model.definition import Words
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.query import MetricQuery
from windsock.workspace import Workspace

DAY = dt.date(2025, 12, 1)
SPAN = Span(Period(DAY, DAY + dt.timedelta(days=6)))


def actor(role: Any = "analyst", name: str = "mem_1") -> Actor:
    return Actor(name, f"Pat {name}", role, ROLES[role], "session")


def panel(name: str, kind: str, **fields: Any) -> Panel:
    return panel_from({"id": name, "kind": kind, "at": [0, 0, 6, 4], **fields}, "panel")


def board(*panels: dict[str, Any]) -> dict[str, Any]:
    placed = [{"at": {"x": 0, "y": 4 * index, "w": 6, "h": 4}, **one} for index, one in enumerate(panels)]
    return {"title": {"en": "Mine", "zh": "我的"}, "panels": placed}


def number(metric: str, name: str = "a") -> dict[str, Any]:
    return {"id": name, "kind": "number", "metrics": [metric]}


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """Two weeks: each day one order of 100 on the web, and of 10 to 40 elsewhere; ten people look each day."""
    for back in range(14):
        day = DAY - dt.timedelta(days=7) + dt.timedelta(days=back)
        shop.order(day, "web", "100.00", route="A-B")
        shop.order(day, "app", "40.00", route="A-C")
        shop.order(day, "ota_a", "10.00", route="A-D")
        shop.visits(day, 10)
    shop.source("bookings", "orders", dt.datetime(2025, 12, 7))  # noqa: DTZ001 - the shop's own zone
    shop.source("site", "events", dt.datetime(2025, 12, 7))  # noqa: DTZ001 - as above
    shop.save()
    return shop


def one(workspace: Workspace, made: Panel, span: Span = SPAN) -> tuple[Asked, dict[str, Any]]:
    (asked,) = ask_panels(workspace, [made], span)
    return asked, panel_json(workspace, asked)


def test_a_dashboard_reads_back_as_it_was_written():
    for name, dashboard in shipped().items():
        assert dashboard_from(dashboard.json()) == dashboard, name


def test_every_shipped_panel_can_be_answered(workspace: Workspace):
    themes = {dashboard.theme for dashboard in shipped().values()}
    assert themes == {"overall", "user", "goods", "platform", "marketing", "channels", "hotel", "flight", "risk"}
    for name, dashboard in shipped().items():
        for asked in ask_panels(workspace, dashboard.panels, SPAN):
            assert asked.error is None, (name, asked.panel.id, asked.error)
        for word in (dashboard.title, dashboard.description, *(p.title for p in dashboard.panels if p.kind != "number")):
            assert word.en, name
            assert any("\u4e00" <= sign <= "\u9fff" for sign in word.zh), (name, word.zh)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "gauge"}, "kind"),
        ({"metrics": []}, "metrics"),
        ({"metrics": ["uv", "revenue"]}, "metrics"),
        ({"metrics": ["DROP TABLE"]}, "metrics"),
        ({"at": {"x": 8, "y": 0, "w": 6, "h": 3}}, "at.x"),
        ({"at": {"x": 0, "y": 0, "w": 1, "h": 3}}, "at.w"),
        ({"at": {"x": 0, "y": 0, "w": 6, "h": True}}, "at.h"),
        ({"id": "A B"}, "id"),
        ({"colour": "red"}, ""),
        ({"where": [{"field": "route", "op": "; DROP", "value": 1}]}, "where"),
        ({"where": 3}, "where"),
        ({"by": ["route"]}, "by"),
        ({"top": 0}, "top"),
        ({"title": {"en": "x" * 121}}, "title"),
        ({"title": 3}, "title"),
    ],
)
def test_a_wrong_panel_is_refused_where_it_is_wrong(change: dict[str, Any], where: str):
    right = {"id": "a", "kind": "number", "metrics": ["uv"], "at": {"x": 0, "y": 0, "w": 3, "h": 3}}
    assert panel_from(right, "p").metrics == ("uv",)
    with pytest.raises(InvalidInput) as error:
        panel_from(right | change, "p")
    assert where in error.value.where


def test_panels_may_neither_cover_each_other_nor_share_an_id():
    with pytest.raises(InvalidInput, match="cover each other"):
        dashboard_from(board(number("uv"), {**number("uv", "b"), "at": [5, 3, 4, 4]}))
    with pytest.raises(InvalidInput, match="Two panels"):
        dashboard_from(board(number("uv"), number("uv")))


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 30), st.integers(2, 12), st.integers(2, 8)), max_size=12))
def test_compacting_leaves_no_two_over_each_other_and_nothing_in_the_air(places: list[tuple[int, int, int, int]]):
    panels = [Panel(f"p{i}", "text", Words("", ""), Place(min(x, 12 - w), y, w, h)) for i, (x, y, w, h) in enumerate(places)]
    found = compact(panels)
    assert {p.id for p in found} == {p.id for p in panels}
    for index, p in enumerate(found):
        assert not any(p.at.overlaps(other.at) for other in found[:index])
        above = Place(p.at.x, p.at.y - 1, p.at.w, p.at.h)
        assert p.at.y == 0 or any(above.overlaps(other.at) for other in found if other.id != p.id)


def test_a_number_equals_the_query_and_stands_beside_the_time_before(workspace: Workspace, sold: Shop):
    asked, shown = one(workspace, panel("n", "number", metrics=["revenue"]))
    assert asked.answer is not None
    alone = answer(workspace, MetricQuery(("revenue",), SPAN.period, compare="previous"))
    assert shown["answer"]["rows"] == alone.json()["rows"] == [{"revenue": "1050.00", "revenue.previous": "1050.00"}]
    assert len(shown["spark"]) == 28
    assert [point["value"] for point in shown["spark"]][-7:] == ["150.00"] * 7
    # Before the first order nothing is known, which is not zero.
    assert shown["spark"][0]["value"] is None


def test_the_day_that_is_not_over_is_marked(workspace: Workspace, sold: Shop):
    _, shown = one(workspace, panel("l", "line", metrics=["revenue"]))
    assert shown["whole_until"] == "2025-12-06"
    assert [point["partial"] for point in shown["band"]] == [False] * 6 + [True]
    assert [point["value"] for point in shown["lines"][0]["points"]] == ["150.00"] * 7


def test_a_cut_line_shows_the_largest_and_the_rest_that_sums_to_the_whole(workspace: Workspace, sold: Shop):
    _, shown = one(workspace, panel("l", "line", metrics=["revenue"], by=["sales_channel"], top=1))
    assert [(line["kind"], line["key"]) for line in shown["lines"]] == [("value", "web"), ("rest", "")]
    web, rest = ([Decimal(point["value"]) for point in line["points"]] for line in shown["lines"])
    assert [a + b for a, b in zip(web, rest, strict=True)] == [Decimal("150.00")] * 7


def test_a_rate_has_no_rest(workspace: Workspace, sold: Shop):
    _, shown = one(workspace, panel("l", "line", metrics=["average_order_value"], by=["sales_channel"], top=1))
    assert [line["kind"] for line in shown["lines"]] == ["value"]
    _, shown = one(workspace, panel("b", "bars", metrics=["average_order_value"], by=["sales_channel"], top=1))
    assert shown["rest"] is None


def test_bars_with_their_rest_sum_to_the_total(workspace: Workspace, sold: Shop):
    _, shown = one(workspace, panel("b", "bars", metrics=["revenue"], by=["route"], top=2))
    assert [row["route"] for row in shown["answer"]["rows"]] == ["A-B", "A-C"]
    assert sum(Decimal(row["revenue"]) for row in shown["answer"]["rows"]) + Decimal(shown["rest"]["revenue"]) == Decimal("1050.00")


def test_a_waterfall_sums_and_is_asked_once_for_all_panels_that_show_it(workspace: Workspace, sold: Shop, counted: Callable[[], int]):
    ask_panels(workspace, [panel("t", "tree")], SPAN)
    alone = counted()
    found = ask_panels(workspace, [panel("w", "waterfall"), panel("t", "tree")], SPAN)
    assert counted() <= alone
    assert found[0].tree is not None
    steps = [Decimal(step["amount"]) for step in found[0].tree["waterfall"]]
    assert sum(steps[:-1]) == steps[-1]


def test_panels_that_ask_the_same_share_a_statement(workspace: Workspace, sold: Shop, counted: Callable[[], int]):
    numbers = [panel(f"n{i}", "number", metrics=[name]) for i, name in enumerate(("revenue", "orders", "booked_amount", "average_order_value"))]
    ask_panels(workspace, numbers[:1], SPAN)  # sources and currencies are looked at once
    forget_answers(workspace.warehouse)
    counted()
    ask_panels(workspace, numbers[:1], SPAN)
    single = counted()
    assert single
    forget_answers(workspace.warehouse)
    found = ask_panels(workspace, [*numbers, *numbers], SPAN)
    assert counted() == single
    ask_panels(workspace, [*numbers, *numbers], SPAN)
    assert counted() == 0
    for asked in found:
        alone = answer(workspace, MetricQuery(asked.panel.metrics, SPAN.period, compare="previous", with_total=True))
        assert asked.answer is not None
        assert asked.answer.json()["rows"] == alone.json()["rows"]
        assert asked.answer.json()["notes"] == alone.json()["notes"]


def test_a_tree_and_a_table_find_their_totals_among_the_numbers(workspace: Workspace, sold: Shop, counted: Callable[[], int]):
    tree, table = panel("t", "tree"), panel("b", "table", metrics=["revenue"], by=["sales_channel"])
    numbers = [panel("n", "number", metrics=["revenue"]), panel("u", "number", metrics=["uv"])]
    statements: list[int] = []
    for panels in ([tree], [table], numbers, [tree, table, *numbers]):
        forget_answers(workspace.warehouse)
        counted()
        ask_panels(workspace, panels, SPAN)
        statements.append(counted())
    assert statements[-1] <= sum(statements[:-1]) - 4


def test_a_deleted_metric_spoils_its_own_panel_only(workspace: Workspace, sold: Shop):
    found = ask_panels(workspace, [panel("a", "number", metrics=["revenue"]), panel("b", "number", metrics=["gone_metric"])], SPAN)
    assert found[0].error is None
    assert found[0].answer is not None
    shown = panel_json(workspace, found[1])
    assert shown["error"]["code"] == "metric_gone"
    assert "gone_metric" in shown["error"]["message"]


def test_what_cannot_be_cut_spoils_its_own_panel_only(workspace: Workspace, sold: Shop):
    span = Span(SPAN.period, where=(Predicate("route", "=", "A-B"),))
    found = ask_panels(workspace, [panel("a", "number", metrics=["revenue"]), panel("b", "number", metrics=["marketing_cost"])], span)
    assert found[0].error is None
    assert found[0].answer is not None
    assert found[0].answer.json()["rows"][0]["revenue"] == "700.00"
    assert isinstance(found[1].error, InvalidInput)


def test_a_fault_spoils_the_panels_that_needed_it_and_no_others(workspace: Workspace, sold: Shop, monkeypatch: pytest.MonkeyPatch):
    from windsock.kernel.errors import QueryTimeout
    from windsock.metrics.dashboards import ask

    def late(*_: object, **__: object) -> None:
        raise QueryTimeout("It took too long.")

    monkeypatch.setattr(ask, "revenue_tree", late)
    found = ask_panels(workspace, [panel("a", "number", metrics=["revenue"]), panel("w", "waterfall")], SPAN)
    assert found[0].error is None
    assert isinstance(found[1].error, QueryTimeout)


def test_made_changed_shared_pinned_and_dropped(workspace: Workspace):
    mine, other = actor(), actor(name="mem_2")
    made = keep.make(workspace, mine, board(number("uv")), [])
    assert made.may_edit
    with pytest.raises(NotFound):
        keep.read_dashboard(workspace, other, made.id)
    changed = keep.change(workspace, mine, made.id, keep.Edit(board(number("orders")), ["analyst"], 1))
    assert changed.version == 2
    with pytest.raises(Conflict):
        keep.change(workspace, mine, made.id, keep.Edit(board(number("uv")), [], 1))
    seen = keep.read_dashboard(workspace, other, made.id)
    assert not seen.may_edit
    with pytest.raises(NotAllowed):
        keep.drop(workspace, other, made.id)
    keep.pin(workspace, other, made.id, on=True)
    assert keep.list_dashboards(workspace, other)[0].id == made.id
    assert not next(one for one in keep.list_dashboards(workspace, mine) if one.id == made.id).pinned
    keep.drop(workspace, mine, made.id)
    with pytest.raises(NotFound):
        keep.read_dashboard(workspace, mine, made.id)


def test_a_new_panel_needs_a_metric_that_exists_and_an_old_one_may_keep_its_own(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    made = keep.make(workspace, actor(), board(number("uv")), [])
    with pytest.raises(InvalidInput, match="no metric"):
        keep.change(workspace, actor(), made.id, keep.Edit(board(number("uv"), number("gone_metric", "b")), [], 1))
    monkeypatch.delitem(catalogue().metrics, "uv")
    kept = keep.change(workspace, actor(), made.id, keep.Edit(board(number("uv"), number("orders", "b")), [], 1))
    assert kept.version == 2


def test_a_shipped_one_can_be_copied_and_not_changed(workspace: Workspace):
    seen = keep.read_dashboard(workspace, actor(), "overall")
    with pytest.raises(NotAllowed):
        keep.change(workspace, actor(), "overall", keep.Edit(seen.board.json(), [], 1))
    copy = keep.make(workspace, actor(), seen.board.json(), [])
    assert copy.board == seen.board


def test_notes_are_kept_by_date_and_dropped_by_whom_may(workspace: Workspace):
    note = keep.add_note(workspace, actor(), "2025-12-03", " Fare   sale starts ")
    assert note.text == "Fare sale starts"
    assert keep.list_notes(workspace, "2025-12-01", "2025-12-07") == [note]
    assert keep.list_notes(workspace, "2025-12-04", "2025-12-07") == []
    with pytest.raises(NotAllowed):
        keep.drop_note(workspace, actor(name="mem_2"), note.id)
    keep.drop_note(workspace, actor("lead", "mem_3"), note.id)
    with pytest.raises(InvalidInput):
        keep.add_note(workspace, actor(), "2025-13-03", "x")


def test_the_first_dashboard_holds_what_the_data_can_give(workspace: Workspace, shop: Shop):
    assert first_dashboard(workspace) is None
    shop.order(DAY, "web", "100.00", take=None, property="City Hotel", nights=2)
    shop.order(DAY, "app", "100.00", take=None, property="Resort Hotel", nights=2)
    shop.source("bookings", "orders", dt.datetime(2025, 12, 7), payment_known=False)  # noqa: DTZ001 - the shop's own zone
    shop.save()
    found = first_dashboard(workspace)
    assert found is not None
    asked = {name for panel in found.panels for name in panel.metrics}
    assert "uv" not in asked
    assert {"revenue", "orders"} <= asked
    assert {by for panel in found.panels for by in panel.by} >= {"sales_channel", "property"}
    assert dashboard_from(found.json()) == found
    assert all(one.error is None for one in ask_panels(workspace, found.panels, SPAN))
    shop.visits(DAY, 3)
    shop.save()
    again = first_dashboard(workspace)
    assert again is not None
    assert "uv" in {name for panel in again.panels for name in panel.metrics}
    listed = {one.id: one for one in keep.list_dashboards(workspace, actor())}
    assert listed["first"].has_data
    assert listed["hotel"].has_data
    assert not listed["flight"].has_data


def test_the_workbook_has_numbers_as_numbers_and_no_formulas(workspace: Workspace, shop: Shop):
    shop.order(DAY, "web", "1234.50", route="=1+1")
    shop.source("bookings", "orders", dt.datetime(2025, 12, 7))  # noqa: DTZ001 - the shop's own zone
    shop.save()
    panels = [
        panel("b", "bars", metrics=["revenue"], by=["route"], title={"en": "By [route]: all/any", "zh": "按航线"}),
        panel("l", "line", metrics=["orders"]),
        panel("g", "number", metrics=["gone_metric"]),
        panel("w", "waterfall"),
    ]
    filled = fill(workspace, panels, dates=(DAY, DAY + dt.timedelta(days=6)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(workspace, actor(), filled, "Mine", "en")))
    assert book.sheet_names[0] == "By  route   all any"
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert rows[0][:2] == ["Route", "Revenue"]
    assert rows[1][:2] == ["'=1+1", 1234.5]
    assert book.get_sheet_by_name("Orders").to_python()[1][0] == DAY
    assert "does not exist" in str(book.get_sheet_by_name("gone_metric").to_python()[0][0])
    assert "About" in book.sheet_names
