"""Hand over or forget a person, in every room that holds something of them.

Each room says how (``Eraser``); ``rooms.py`` plugs all of them in, lowest room first. Forgetting begins at the top, as the rooms above look ids
up in identity, which forgets last: it may be interrupted at any place and run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.governance.audit import audit
from windsock.kernel.errors import Broken
from windsock.warehouse import schema

if TYPE_CHECKING:
    from windsock.governance.model import Actor, Eraser
    from windsock.workspace import Workspace

NAMED_LEAST = 6
"""Shorter texts are found in everything; nobody is searched for by them."""
ASKED_MOST = 200
"""Texts that are looked for at once."""
_TEXTS = ("VARCHAR", "JSON")
_erasers: list[Callable[[], Sequence[Eraser]]] = []


def plug_erasers(erasers: Callable[[], Sequence[Eraser]]) -> None:
    """Say what gives how each room forgets, the lowest room first; it is called when a person is handed over or forgotten."""
    _erasers[:] = [erasers]


def _plugged() -> Sequence[Eraser]:
    found = _erasers[0]() if _erasers else ()
    if not found:
        raise Broken("No room says how it forgets a person.", where="plug_erasers()", fix="Do it where the rooms are assembled.")
    return found


def hand_over(workspace: Workspace, actor: Actor, subject: str, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return all that every room holds of some ids, by ``room.table``; the trail says that it was handed over, not what.

    Raises:
        Broken: the rooms were not assembled.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for eraser in _plugged():
        found |= {f"{eraser.room}.{table}": rows for table, rows in eraser.export(workspace, dids).items()}
    with workspace.records.write() as session:
        counts = {table: len(rows) for table, rows in found.items()}
        audit(session, actor, "person.exported", subject, {"rows": counts}, workspace.clock.now_ms())
    return found


def forget(workspace: Workspace, actor: Actor, subject: str, dids: Sequence[int], reason: str) -> dict[str, int]:
    """Forget some ids in every room; returns by room how many rows it touched. May be run again after an interruption.

    Raises:
        Broken: the rooms were not assembled.
    """
    touched = {eraser.room: eraser.erase(workspace, dids) for eraser in reversed(_plugged())}
    with workspace.records.write() as session:
        audit(session, actor, "person.erased", subject, {"reason": reason, "rows": touched}, workspace.clock.now_ms())
    return touched


def search(workspace: Workspace, texts: Sequence[str]) -> dict[str, int]:
    """Return by table how many rows hold one of some texts, in any column of any table that may name a person; {} is the proof of forgetting.

    Texts under ``NAMED_LEAST`` signs are left out; a row that holds texts of two parts of ``ASKED_MOST`` counts for both.
    """
    wanted = sorted({text for text in texts if len(text) >= NAMED_LEAST})
    found: Counter[str] = Counter()
    for start in range(0, len(wanted), ASKED_MOST):
        params = {f"t{place}": text for place, text in enumerate(wanted[start : start + ASKED_MOST])}
        for table in schema.TABLES:
            columns = [name for name, kind in table.columns if kind in _TEXTS]
            if table.personal and columns:
                found[table.name] += int(workspace.warehouse.query(_naming(table.name, columns, list(params)), params).column("rows")[0].as_py())
    return {name: rows for name, rows in found.items() if rows}


def _naming(table: str, columns: Sequence[str], places: Sequence[str]) -> exp.Select:
    # Not as SQLGlot's own function, which is NULL as soon as one column is.
    whole = exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string(" "), *(exp.column(name) for name in columns)])
    holds = [exp.func("CONTAINS", whole.copy(), exp.Placeholder(this=place)) for place in places]
    return exp.select(exp.alias_(exp.Count(this=exp.Star()), "rows")).from_(table).where(exp.or_(*holds))
