"""What somebody who writes a statement may want to know: the views with their columns, examples, and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.analyses.sql.catalogue import VIEWS
from windsock.analyses.sql.check import TEXT_MOST
from windsock.analyses.sql.examples import EXAMPLES
from windsock.analyses.sql.fields import fields_of
from windsock.analyses.sql.run import limits_of
from windsock.analyses.sql.views import FIELDS, Column, View

if TYPE_CHECKING:
    from windsock.workspace import Workspace


def book_of(workspace: Workspace) -> dict[str, Any]:
    """Return it; of events the properties that were seen and name nobody."""
    found = fields_of(workspace, None, asked=True).names
    limits = limits_of(workspace)
    settings = workspace.settings.sql
    return {
        "views": [_view(view, found) for view in VIEWS],
        "examples": [{"title": {"en": one.en, "zh": one.zh}, "sql": one.sql} for one in EXAMPLES],
        "limits": {
            "seconds": limits.seconds,
            "rows": settings.rows_max,
            "file_rows": settings.export_rows_max,
            "memory_bytes": limits.memory_bytes,
            "fresh_s": settings.fresh_s,
            "characters": TEXT_MOST,
        },
    }


def _view(view: View, fields: tuple[str, ...]) -> dict[str, Any]:
    columns = [one for column in view.columns for one in (_fields(column, fields) if column.name == FIELDS else [_column(column)])]
    return {"name": view.name, "about": {"en": view.en, "zh": view.zh}, "columns": columns}


def _column(column: Column) -> dict[str, Any]:
    return {"name": column.name, "kind": column.kind, "about": {"en": column.en, "zh": column.zh}}


def _fields(column: Column, names: tuple[str, ...]) -> list[dict[str, Any]]:
    about = {"en": "Property of the event, as text", "zh": "事件属性（文本）"}
    return [{"name": f"{column.name}.{name}", "kind": "text", "about": about} for name in names]
