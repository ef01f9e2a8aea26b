"""The table in the documentation says what the suite of all engines wrote down; OUTCOMES=1 writes it anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from tests.engines.golden import FILES

PAGE = Path(__file__).parents[2] / "docs/concepts/engines.md"
OUTCOMES = Path(__file__).parent / "outcomes.yaml"
BEGIN, END = "<!-- conformance: written by tests/engines/test_table.py -->\n", "<!-- end of conformance -->"
FAMILIES = [*FILES, "conditions", "metrics", "values", "attribution"]


def table() -> str:
    """Return the table of what came: a family a line, an engine a column, and below it why something was refused."""
    known: dict[str, dict[str, Any]] = yaml.safe_load(OUTCOMES.read_text("utf-8"))
    lines, reasons = ["| family | DuckDB | ClickHouse | Spark |", "|---|---|---|---|"], dict[str, list[str]]()
    for family in FAMILIES:
        cells = [f"{known[f'{family} on ClickHouse']['cases']} cases"]
        for engine in ("ClickHouse", "Spark"):
            found = known.get(f"{family} on {engine}")
            if found is None:
                cells.append("not asked yet")
                continue
            refused: dict[str, str] = found["refused"]
            for name, why in sorted(refused.items()):
                reasons.setdefault(why, []).append(name)
            part = "" if found["cases"] == known[f"{family} on ClickHouse"]["cases"] else f" (only {found['cases']} asked)"
            equal = f"{found['cases'] - len(refused)} equal{part}"
            cells.append(f"{equal}, {len(refused)} refused" if refused else equal)
        lines.append(f"| {family} | {' | '.join(cells)} |")
    told = [f"- {why} ({', '.join(sorted(set(names)))})" for why, names in sorted(reasons.items())]
    return "\n".join([*lines, "", "Refused, in the words of the answer:", "", *told]) + "\n"


def test_the_table_is_what_the_suite_wrote_down():
    page = PAGE.read_text("utf-8")
    head, rest = page.split(BEGIN)
    told, tail = rest.split(END)
    if "OUTCOMES" in os.environ:
        PAGE.write_text(f"{head}{BEGIN}{table()}{END}{tail}", "utf-8")
        return
    assert told == table()
