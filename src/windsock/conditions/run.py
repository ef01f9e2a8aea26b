"""A search as a run beside the engine (``warehouse.runs``), where one pass over keys finds what the parts of ``chain`` find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.conditions.chain import Search
from windsock.conditions.events import counted, is_among, tested
from windsock.conditions.model.rows import Rows
from windsock.conditions.plan import Frame, Plan, known
from windsock.kernel import hours
from windsock.warehouse import DAY_MS, DAYS_MOST, Asked, Count, Hops, Kind, Params, Run

if TYPE_CHECKING:
    from windsock.warehouse import Value


def run_of(search: Search, frame: Frame, count: Count, among: tuple[Plan, exp.Select] | None) -> Run | None:
    """Return the run of a search, without cuts; None where it has no such form, and the statement's parts are to be used.

    It has one where no event can be two steps, no step may be left out, no field is held, and not one person alone is asked for (whose few events
    the engine finds sooner).

    Args:
        search: what is looked for; ``among`` and ``value`` of it are the caller's.
        frame: the circumstances.
        count: which entries are wanted.
        among: a plan and a SELECT of ``person`` from its parts: those people only.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    low, high, until, chain = search.low_ms, search.high_ms, search.latest_ms, search.chain
    if low is None or high is None or until is None or frame.person is not None or frame.people is not None:
        return None
    if chain.hold is not None or chain.shares or any(step.optional for step in chain.steps):
        return None
    if low < 0 or not low < high <= until or (until - low) // DAY_MS > DAYS_MOST:
        return None
    params = Params() if among is None else among[0].params
    tests = [tested(test, f"{search.place.partition('.')[0]}.where", params) for test in search.where]
    every = exp.and_(*counted(frame, params), *tests)
    rows = (*(step.rows for step in chain.steps), *(one.rows for one in chain.breakers))
    alias = exp.column("did", "al"), exp.column("pid", "al")
    merged = exp.select(*alias).from_(exp.to_table("alias").as_("al")).where(known("al", frame, params))
    zone = hours.offsets(*frame.days(low, max(until, frame.now_ms)).bounds_ms(frame.zone), frame.zone)
    bare = not any(_conditions(every, rows, search.place))
    return Run(
        _asked(every),
        _key(every, params.values),
        tuple(_kind(one, search.place, params) for one in rows),
        _asked(merged),
        None if among is None else _asked(among[0].statement(among[1])),
        low,
        high,
        until,
        Hops(
            len(chain.steps), chain.window_ms, tuple(step.within_ms for step in chain.steps), tuple((one.first, one.last) for one in chain.breakers)
        ),
        count,
        tuple(zone),
        params.values,
        frame.as_of_ms is None and bare,
    )


def _conditions(every: exp.Expr, rows: Sequence[Rows], place: str) -> list[exp.Table]:
    """Return the tables that conditions name: what was read with one of them is not void with events alone."""
    trees = [every, *(is_among(one, place, Params()) for one in rows)]
    return [table for tree in trees for table in tree.find_all(exp.Table)]


def _kind(rows: Rows, place: str, params: Params) -> Kind:
    tree = is_among(rows, place, params)
    names = [params.bind(name).name for name in rows.events]
    return Kind(_asked(tree), tuple(names), _key(tree, params.values))


def _asked(tree: exp.Expr) -> Asked:
    return Asked(tree.sql(dialect="duckdb"), _names(tree))


def _names(tree: exp.Expr) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.name for node in tree.find_all(exp.Placeholder)))


def _key(tree: exp.Expr, values: dict[str, Value]) -> str:
    """Return what tells a condition from every other, whatever its values are called."""
    names = _names(tree)
    tree = tree.copy()
    for node in tree.find_all(exp.Placeholder):
        node.set("this", f"v{names.index(node.name)}")
    return repr((tree.sql(dialect="duckdb"), [values[name] for name in names]))
