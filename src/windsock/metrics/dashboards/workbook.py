"""A dashboard as an Excel file: a sheet a panel, numbers as numbers in the format of their unit, dates as dates, safe from formulas."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs] - the library ships none

from windsock.governance import audit, safe_cell
from windsock.kernel.clock import iso
from windsock.metrics.answer import Answer, Cell
from windsock.metrics.export import header
from windsock.metrics.facts import DIMENSIONS

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics.dashboards.ask import Asked
    from windsock.metrics.dashboards.fill import Filled
    from windsock.metrics.model.definition import Words
    from windsock.metrics.tile_port import Tile
    from windsock.workspace import Workspace

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "money": "#,##0.00",
    "money_ratio": "#,##0.00",
    "count": "#,##0",
    "nights": "#,##0",
    "ratio": "0.00%",
    "number": "#,##0.00",
    "days": "#,##0.0",
    "seconds": "#,##0.0",
}
Language = Literal["zh", "en"]
_REFUSED = re.compile(r"[\[\]:*?/\\']")
_ABOUT: dict[str, tuple[str, str]] = {
    "sheet": ("About", "说明"),
    "dashboard": ("Dashboard", "看板"),
    "period": ("Period", "期间"),
    "compared": ("Compared with", "对比期间"),
    "filters": ("Filters", "筛选"),
    "currency": ("Currency", "币种"),
    "made": ("Made", "生成时间"),
    "precision": ("Precision", "精度"),
    "digits": ("Excel keeps 15 digits; the CSV export is exact.", "Excel 仅保留 15 位有效数字；CSV 导出为精确值。"),
    "total": ("Total", "合计"),
    "period_column": ("Period", "期间"),
    "before": ("before", "对比期"),
    "step": ("Step", "步骤"),
    "amount": ("Amount", "金额"),
}


def workbook(workspace: Workspace, actor: Actor, filled: Filled, title: str, language: Language) -> bytes:
    """Return panels as a workbook, and write the export into the audit trail.

    Panels without numbers keep a sheet that says why, so that nobody takes a missing sheet for nothing.
    """
    sink = io.BytesIO()
    book: Any = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = _Book(book, language)
    for asked in filled.asked:
        if asked.panel.kind != "text":
            page.panel(asked)
    page.about(workspace, filled, title)
    book.close()
    now_ms = workspace.clock.now_ms()
    detail = {"title": title, "panels": len(filled.asked), "period": str(filled.span.period), "format": "xlsx"}
    with workspace.records.write() as session:
        audit(session, actor, "dashboards.exported", "dashboard", detail, now_ms)
    return sink.getvalue()


class _Book:
    """A workbook in the making, in one language."""

    def __init__(self, book: Any, language: Language) -> None:  # noqa: ANN401 - the library has no types
        self.book, self.language = book, language
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.bold = book.add_format({"bold": True})
        self.formats = {unit: book.add_format({"num_format": shape}) for unit, shape in FORMATS.items()}
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.names: set[str] = set()

    def say(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en

    def word(self, key: str) -> str:
        return _ABOUT[key][self.language == "zh"]

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - as above
        """Return a new sheet; its name has at most 31 characters, none of those that Excel refuses, and is not used yet."""
        plain = (_REFUSED.sub(" ", name).strip() or "panel")[:28].strip() or "panel"
        unique, number = plain, 2
        while unique.lower() in self.names:
            unique, number = f"{plain[:27]} {number}", number + 1
        self.names.add(unique.lower())
        return self.book.add_worksheet(unique)

    def panel(self, asked: Asked) -> None:
        found = asked.answer
        own = asked.tile.name if asked.tile else self.say(found.metrics[0].title) if found else ", ".join(asked.panel.metrics)
        title = self.say(asked.panel.title) or own or asked.panel.kind
        sheet = self.sheet(title)
        if asked.error is not None:
            sheet.write_string(0, 0, safe_cell(str(asked.error)))
        elif asked.tree is not None:
            self._steps(sheet, asked.tree["waterfall"])
        elif asked.tile is not None:
            self._tile(sheet, asked.tile)
        elif found is not None:
            self._table(sheet, found)

    def _steps(self, sheet: Any, steps: list[dict[str, Any]]) -> None:  # noqa: ANN401 - as above
        for column, key in enumerate(("step", "amount")):
            sheet.write_string(0, column, self.word(key), self.head)
        for row, step in enumerate(steps, start=1):
            sheet.write_string(row, 0, safe_cell(str(step["label"][self.language])))
            sheet.write_number(row, 1, float(step["amount"]), self.formats["money"])
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 16)

    def _tile(self, sheet: Any, tile: Tile) -> None:  # noqa: ANN401 - as above
        sheet.write_string(0, 0, safe_cell(self.say(tile.sentence)))
        for column, label in enumerate((self.word("period_column"), self.say(tile.title))):
            sheet.write_string(2, column, safe_cell(label), self.head)
        for row, point in enumerate(tile.course, start=3):
            sheet.write_string(row, 0, safe_cell(point.bucket))
            self._cell(sheet, (row, 1), None if point.value is None else Decimal(point.value), tile.unit, "value")
        last = 3 + len(tile.course)
        sheet.write_string(last, 0, self.word("total"), self.bold)
        self._cell(sheet, (last, 1), None if tile.value is None else Decimal(tile.value), tile.unit, "value")
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 16)

    def _table(self, sheet: Any, found: Answer) -> None:  # noqa: ANN401 - as above
        names = header(found)
        units = {metric.name: metric.unit for metric in found.metrics}
        titles = {metric.name: self.say(metric.title) for metric in found.metrics}
        for column, name in enumerate(names):
            base = name.removesuffix(".previous")
            sheet.write_string(0, column, safe_cell(self._title(name, base, titles)), self.head)
            sheet.set_column(column, column, 16 if base in units else 22)
        for number, row in enumerate(found.rows, start=1):
            for column, name in enumerate(names):
                self._cell(sheet, (number, column), row.get(name), units.get(name.removesuffix(".previous")), name)
        if found.total is not None and (found.query.by or found.query.grain != "total"):
            last = len(found.rows) + 1
            sheet.write_string(last, 0, self.word("total"), self.bold)
            for column, name in enumerate(names):
                if name in units:
                    self._cell(sheet, (last, column), found.total.get(name), units[name], name)
        sheet.freeze_panes(1, 0)

    def _title(self, name: str, base: str, titles: dict[str, str]) -> str:
        if base in titles:
            return titles[base] if name == base else f"{titles[base]} ({self.word('before')})"
        if name in DIMENSIONS:
            return self.say(DIMENSIONS[name].title)
        return self.word("period_column") if name == "period" else name

    def _cell(self, sheet: Any, at: tuple[int, int], value: Cell, unit: str | None, name: str) -> None:  # noqa: ANN401 - as above
        if value is None:
            return
        if unit is not None and isinstance(value, int | Decimal):
            sheet.write_number(*at, float(value), self.formats.get(unit))
        elif name == "period" and isinstance(value, str) and "T" in value:
            sheet.write_string(*at, value)  # a date of Excel has no offset, which tells an hour that comes twice apart
        elif name == "period" and isinstance(value, str):
            sheet.write_datetime(*at, dt.datetime.combine(dt.date.fromisoformat(value), dt.time()), self.date)
        else:
            sheet.write_string(*at, safe_cell(str(value)))

    def about(self, workspace: Workspace, filled: Filled, title: str) -> None:
        sheet = self.sheet(self.word("sheet"))
        notes = {note.code: (note.zh if self.language == "zh" else note.en) for one in filled.asked if one.answer for note in one.answer.notes}
        lines = [
            (self.word("dashboard"), title),
            (self.word("period"), str(filled.span.period)),
            (self.word("compared"), str(filled.span.before)),
            (self.word("filters"), "; ".join(f"{one.field} {one.op} {one.value}" for one in filled.span.where) or "-"),
            (self.word("currency"), filled.currency),
            (self.word("made"), iso(workspace.clock.now_ms(), workspace.zone)),
            *notes.items(),
            (self.word("precision"), self.word("digits")),
        ]
        for row, (label, words) in enumerate(lines):
            sheet.write_string(row, 0, label, self.bold)
            sheet.write_string(row, 1, safe_cell(words))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 80)
