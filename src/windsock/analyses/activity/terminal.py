"""Answers of stickiness and of the life cycle as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from windsock.analyses.activity.days import Behind
from windsock.analyses.activity.explain import ActivityProof
from windsock.analyses.activity.lifecycle import LifecycleAnswer
from windsock.analyses.activity.stickiness import StickinessAnswer
from windsock.analyses.model.activity import STATES
from windsock.governance import safe_cell
from windsock.kernel.clock import iso


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(f"{one:,}" if isinstance(one, int) else "" if one is None else str(one) for one in row))
    return table


def _csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if one is None else safe_cell(one) if isinstance(one, str) else one for one in row] for row in rows])
    return out.getvalue()


def _percent(share: str | None) -> str:
    return "" if share is None else f"{float(share) * 100:.2f} %"


def stickiness_tables(answer: StickinessAnswer) -> Iterator[Table]:
    """Yield a table of the buckets, of people by number of days, and of the days."""
    told = answer.json()
    title = f"{told['name']}: {told['period']['from']} to {told['period']['to']}"
    rows = [[one["bucket"], one["days"], one["people"], one["average_days"], _percent(one["ratio"])] for one in told["buckets"]]
    yield _table(title, (told["by"], "days", "people", "active days of each", "people of a day of those"), rows)
    most = max((bucket.days for bucket in answer.buckets), default=0)
    rows = [[bucket.bucket.isoformat(), *bucket.people, *[None] * (most - bucket.days)] for bucket in answer.buckets]
    yield _table("people by number of active days", (told["by"], *map(str, range(1, most + 1))), rows)
    rows = [[one["day"], one["dau"], one["wau"], one["mau"], _percent(one["dau_wau"]), _percent(one["dau_mau"])] for one in told["days"]]
    yield _table("by day", ("day", "of the day", "of 7 days", "of 30 days", "day / 7 days", "day / 30 days"), rows)


def stickiness_csv(answer: StickinessAnswer) -> str:
    """Return one row for each number of days of each bucket, and one for each day."""
    told, rows = answer.json(), list[Sequence[object]]()
    for bucket in told["buckets"]:
        rows += [("bucket", bucket["bucket"], one["days"], one["people"], one["at_least"], bucket["over"], None) for one in bucket["by_days"]]
    for day in told["days"]:
        ratios = {"dau": None, "wau": day["dau_wau"], "mau": day["dau_mau"]}
        rows += [(name, day["day"], None, day[name], None, day["over"], ratio) for name, ratio in ratios.items()]
    return _csv(("cut", "bucket", "days", "people", "at_least", "over", "ratio"), rows)


def lifecycle_table(answer: LifecycleAnswer) -> Table:
    """Return the buckets as a table."""
    told = answer.json()
    title = f"{told['name']}: {told['period']['from']} to {told['period']['to']}"
    rows = [[one["bucket"], one["active"], *(one[state] for state in STATES)] for one in told["buckets"]]
    return _table(title, (told["by"], "active", *STATES), rows)


def lifecycle_csv(answer: LifecycleAnswer) -> str:
    """Return one row for each bucket."""
    rows = [[one["bucket"], one["over"], one["active"], *(one[state] for state in STATES)] for one in answer.json()["buckets"]]
    return _csv(("bucket", "over", "active", *STATES), rows)


def people_json(found: Behind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return people with their instants in the workspace's zone."""
    rows: list[dict[str, Any]] = []
    for row in found.rows:
        instants = {key: None if row[key] is None else iso(int(row[key]), zone) for key in ("first", "before") if key in row}
        rows.append({"person": row["person"], "name": names.get(row["person"], ""), **row, **instants})
    return {"total": found.total, "people": rows, "next_cursor": found.next_cursor}


def people_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the people."""
    columns = list(told["people"][0]) if told["people"] else ["person", "name"]
    return _csv(columns, [[row[name] for name in columns] for row in told["people"]])


def people_table(told: dict[str, Any]) -> Table:
    """Return people as a table."""
    columns = list(told["people"][0]) if told["people"] else ["person", "name"]
    rows = [["" if row[name] is None else str(row[name]) for name in columns] for row in told["people"]]
    return _table(f"{told['total']:,} in all", columns, rows)


def proof_csv(proof: ActivityProof) -> str:
    """Return one row for each line of a proof."""
    return _csv(("told",), [[line] for line in proof.lines("en")])
