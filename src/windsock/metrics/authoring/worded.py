"""What the room found, as it travels: plain values that the shapes check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from windsock.kernel.clock import iso
from windsock.metrics.answer import cell_json, compile_of
from windsock.metrics.authoring.types import last_days
from windsock.metrics.model import definition as words
from windsock.metrics.query import MetricQuery

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windsock.definitions import Definition, Diff
    from windsock.metrics.authoring.check import Checked
    from windsock.metrics.authoring.exchange import Plan
    from windsock.metrics.authoring.lineage import Step
    from windsock.metrics.authoring.preview import Preview
    from windsock.metrics.authoring.show import FactWords, Sheet
    from windsock.metrics.catalogue import Catalogue
    from windsock.workspace import Workspace

CHOICES: dict[str, list[str]] = {
    "class": list(words.CLASSES),
    "scope": list(get_args(words.Scope)),
    "use": list(get_args(words.Use)),
    "unit": list(get_args(words.Unit)),
    "direction": list(get_args(words.Direction)),
    "additivity": list(get_args(words.Additivity)),
    "clock": list(words.CLOCKS),
    "aggregate": list(get_args(words.Aggregate)),
}


def steps_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return a lineage."""
    return [{**vars(step), "title": step.title.json()} for step in steps]


def check_json(workspace: Workspace, checked: Checked, steps: Iterable[Step]) -> dict[str, Any]:
    """Return a check, with the statement that the definition compiles to where it does."""
    library, name = checked.library, str(checked.body.get("name"))
    ok = library is not None and not checked.errors
    return {
        "ok": ok,
        "findings": [vars(one) for one in checked.findings],
        "units": list(checked.units),
        "additivity": checked.additivity,
        "clocks": list(library.clocks(name)) if library is not None and ok else [],
        "dimensions": list(library.dimensions(name)) if library is not None and ok else [],
        "steps": steps_json(steps),
        "sql": _sql(workspace, library, name) if library is not None and ok else None,
    }


def _sql(workspace: Workspace, library: Catalogue, name: str) -> str:
    query = MetricQuery(metrics=(name,), period=last_days(workspace), grain="month")
    return compile_of(workspace, query, library).sql()


def preview_json(found: Preview) -> dict[str, Any]:
    """Return a preview."""
    metric = found.whole.metrics[0]
    name, unit = metric.name, metric.unit
    row = found.whole.rows[0] if found.whole.rows else {}
    cells = None
    if found.cells is not None:
        by = found.cells.query.by[0]
        cells = [{"cell": cell_json(one[by], None), "value": cell_json(one[name], unit)} for one in found.cells.rows]
    return {
        "from": found.period.start.isoformat(),
        "to": found.period.end.isoformat(),
        "unit": unit,
        "currency": found.whole.currency if unit in ("money", "money_ratio") else None,
        "value": cell_json(row.get(name), unit),
        "previous": cell_json(row.get(f"{name}.previous"), unit),
        "points": [{"period": str(one["period"]), "value": cell_json(one[name], unit)} for one in found.days.rows],
        "cells": cells,
        "complete_until": None if found.whole.complete_until_ms is None else iso(found.whole.complete_until_ms),
        "notes": [note.json() for note in found.whole.notes],
    }


def version_json(one: Definition, zone: str) -> dict[str, Any]:
    """Return a version of the history."""
    told = {key: getattr(one, key) for key in ("version", "state", "author", "approver", "reason")}
    return {**told, "created": iso(one.created_ms, zone), "changed": iso(one.changed_ms, zone)}


def sheet_json(found: Sheet, zone: str) -> dict[str, Any]:
    """Return a metric for its writer."""
    return {
        **{key: getattr(found, key) for key in ("name", "state", "version", "newest", "shipped", "problem")},
        "body": dict(found.body),
        "draft": None if found.draft is None else found.draft.body,
        "draft_version": None if found.draft is None else found.draft.version,
        "versions": [version_json(one, zone) for one in found.versions],
        "steps": steps_json(found.steps),
        "made": list(found.made),
        "uses": [{"kind": use.kind, "id": use.id, "title": use.title.json()} for use in found.uses],
    }


def draft_json(one: Definition, zone: str, *, certified: bool) -> dict[str, Any]:
    """Return a draft of the list."""
    told = {"name": one.name, "version": one.version, "author": one.author, "reason": one.reason, "body": one.body}
    return {**told, "title": one.body["title"], "changed": iso(one.changed_ms, zone), "certified": certified}


def fact_json(fact: FactWords) -> dict[str, Any]:
    """Return a fact that can be measured."""
    fields = [{"name": name, "title": title.json()} for name, title in fact.fields]
    told = {"name": fact.name, "title": fact.title.json(), "source": fact.source, "clocks": list(fact.clocks)}
    return {**told, "fields": fields, "dimensions": list(fact.dimensions)}


def diff_json(diff: Diff | None) -> dict[str, Any]:
    """Return the differences of two bodies; none where there is nothing to compare with."""
    if diff is None:
        return {"changes": [], "complete": True}
    return {"changes": [vars(one) for one in diff.changes], "complete": diff.complete}


def plan_json(planned: Plan, written: int) -> dict[str, Any]:
    """Return what an import does."""
    entries = [
        {"name": one.name, "does": one.does, "problem": one.problem, "notes": list(one.notes), "changes": diff_json(one.diff)["changes"]}
        for one in planned.entries
    ]
    return {"entries": entries, "counts": planned.counts(), "ready": planned.ready, "written": written}
