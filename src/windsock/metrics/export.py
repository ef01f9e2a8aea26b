"""An answer as a file: CSV or Excel, safe from formulas, with what it means beside it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from windsock.governance import audit, safe_cell
from windsock.kernel.clock import iso
from windsock.metrics.answer import Answer, Cell, answer, cell_json
from windsock.metrics.query import LIMIT_MAX, MetricQuery

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

MIME = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def export(workspace: Workspace, actor: Actor, query: MetricQuery, kind: Literal["csv", "xlsx"]) -> bytes:
    """Answer a question as a file, and write the export into the audit trail.

    Raises:
        InvalidInput: the question cannot be answered as asked.
    """
    found = answer(workspace, replace(query, limit=LIMIT_MAX, cursor=0))
    detail = {"metrics": list(query.metrics), "by": list(query.by), "period": str(query.period), "rows": len(found.rows), "format": kind}
    with workspace.records.write() as session:
        audit(session, actor, "metrics.exported", f"metrics:{query.metrics[0]}", detail, workspace.clock.now_ms())
    return csv_bytes(found) if kind == "csv" else _xlsx_bytes(found)


def header(found: Answer) -> list[str]:
    """Return the column names of an answer in their order."""
    names = [*found.query.by, *(["period"] if found.query.grain != "total" else [])]
    for name in found.query.metrics:
        names += [name, *([f"{name}.previous"] if found.query.compare else [])]
    return names


def csv_bytes(found: Answer) -> bytes:
    """Return an answer as CSV with a byte-order mark, so that Excel reads Chinese right."""
    units = {metric.name: metric.unit for metric in found.metrics}
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    names = header(found)
    writer.writerow(names)
    for row in found.rows:
        writer.writerow([_plain(cell_json(row.get(name), units.get(name.removesuffix(".previous")))) for name in names])
    return b"\xef\xbb\xbf" + sink.getvalue().encode()


def _plain(value: Cell) -> str:
    return "" if value is None else safe_cell(str(value))


def _xlsx_bytes(found: Answer) -> bytes:
    sink = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - it ships none; few starts ever write a workbook

    book: Any = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("data")
    names = header(found)
    units = {metric.name: metric.unit for metric in found.metrics}
    for column, name in enumerate(names):
        sheet.write_string(0, column, name)
    for number, row in enumerate(found.rows, start=1):
        for column, name in enumerate(names):
            value = row.get(name)
            if value is None:
                continue
            if name.removesuffix(".previous") in units and not isinstance(value, str):
                sheet.write_number(number, column, float(value))
            else:
                sheet.write_string(number, column, safe_cell(str(value)))
    about = book.add_worksheet("about")
    lines = [
        ("metrics", ", ".join(found.query.metrics)),
        ("period", str(found.query.period)),
        ("clock", found.query.clock or "each metric's own"),
        ("currency", found.currency),
        ("as of", iso(found.as_of_ms)),
        ("complete until", "" if found.complete_until_ms is None else iso(found.complete_until_ms)),
        *((note.code, note.en) for note in found.notes),
        ("precision", "Excel keeps 15 digits; the CSV export is exact."),
    ]
    for number, (label, words) in enumerate(lines):
        about.write_string(number, 0, label)
        about.write_string(number, 1, safe_cell(words))
    book.close()
    return sink.getvalue()
