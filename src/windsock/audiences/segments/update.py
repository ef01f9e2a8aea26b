"""Evaluate segments: whole in a transaction each, or only the persons whose answer can have changed, several in one short transaction.

A person's answer changes by something that was told, taken back or joined since the last evaluation, by a segment inside that took them in or let
them go, or by time alone (``moved``). Whoever is none of these is judged as before, so that judging the others is exact. What can't be followed
that way (rows changed in place, another condition, a restart in between) is judged whole.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import structlog
from sqlglot import exp

from windsock.audiences.segments import queries as q
from windsock.audiences.segments.keep import InForce, segments_in_force
from windsock.audiences.segments.listed import add_listed
from windsock.audiences.segments.moved import add_moved, shifts
from windsock.conditions import Frame, Plan, add_condition, frame_of, named_in, ours
from windsock.warehouse import schema

if TYPE_CHECKING:
    from windsock.warehouse import Changes, Transaction
    from windsock.workspace import Workspace

Kind = Literal["full", "touched", "check"]
MARGIN_MS = 120_000
"""Rows bear the instant at which their load began: so long before its end at the most."""
IMPORT_MOST_MS = 86_400_000
"""The same of an import."""
HELD_MOST_S = 1.0
"""A transaction takes no further segment after this: other writers wait for it."""
TOUCHED_SHARE = 0.25
TOUCHED_LEAST = 20_000
"""Where more people than both are touched, judging everybody is quicker."""
_IN_PLACE = frozenset({"event", "alias"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Run:
    """An evaluation of a segment: how many are in it, came and went, and how many persons were judged (None: everybody)."""

    segment: str
    version: int
    run: int
    at_ms: int
    kind: Kind
    members: int
    entered: int
    left: int
    judged: int | None
    took_ms: int


@dataclass(frozen=True)
class _Cursor:
    body: str
    at_ms: int
    seen: int
    run: int
    members: int


@dataclass
class _Work:
    """A transaction in which segments are evaluated, and what is staged in it.

    Attributes:
        tx: the transaction.
        frame: the moment of asking.
        kind: what was asked for.
        whole: whether everybody was judged for the last segment.
        since: since when the ids of ``stage_changed`` changed, and whether imports are among what changed them.
        plain: how many persons are staged where they are those of ``stage_changed`` alone.
    """

    tx: Transaction
    frame: Frame
    kind: Kind
    whole: bool = False
    since: tuple[int, bool] | None = None
    plain: int | None = None


def update(
    workspace: Workspace, *, kind: Kind = "touched", only: str | None = None, tell: Callable[[int, int, str], None] | None = None
) -> list[Run]:
    """Evaluate the segments in force, each after those that it stands on.

    Args:
        workspace: where.
        kind: ``touched`` judges everybody only where it must; ``full`` always; ``check`` as full, and says in the log what differed.
        only: this segment alone; those that it stands on are taken as they are.
        tell: called before each with its number, how many there are, and its name; it may raise to stop between two.

    Returns:
        One run for each segment that was looked at.
    """
    found = [one for one in segments_in_force(workspace) if only in (None, one.segment.name)]
    runs: list[Run] = []
    place = 0
    while place < len(found):
        cursors = _cursors(workspace)
        # Before the transaction: what is committed between is then seen by it, and once more the next time.
        changes = {seen: workspace.warehouse.changes(seen) for seen in {-1, *(cursor.seen for cursor in cursors.values())}}
        with workspace.warehouse.transaction() as tx:
            work = _Work(tx, frame_of(workspace), kind)
            until = time.monotonic() + HELD_MOST_S
            while place < len(found) and not work.whole and time.monotonic() < until:
                if tell is not None:
                    tell(place, len(found), found[place].segment.name)
                cursor = cursors.get(found[place].segment.name)
                run = _evaluate(work, found[place], cursor, changes[-1 if cursor is None else cursor.seen])
                runs += [] if run is None else [run]
                place += 1
    for run in runs:
        if kind == "check" and run.entered + run.left:
            _log.warning("a segment differed from its whole evaluation", segment=run.segment, entered=run.entered, left=run.left)
    return runs


def close_retired(workspace: Workspace) -> int:
    """End the stays in segments that are no longer in force; returns how many segments."""
    active = {one.segment.name for one in segments_in_force(workspace)}
    gone = [name for name, cursor in _cursors(workspace).items() if name not in active and cursor.body]
    for name in gone:
        with workspace.warehouse.transaction() as tx:
            run, now = _next_run(tx), workspace.clock.now_ms()
            tx.execute(q.CLOSE, {"segment": name, "at": now, "run": run})
            tx.execute(q.DROP_CURSOR, {"segment": name})
            _save_cursor(tx, name, _Cursor("", now, 0, run, 0))
    return len(gone)


def _cursors(workspace: Workspace) -> dict[str, _Cursor]:
    rows = workspace.warehouse.query(q.CURSORS).to_pylist()
    return {row["segment"]: _Cursor(row["body"], row["at_ms"], row["seen"], row["run"], row["members"]) for row in rows}


def _evaluate(work: _Work, one: InForce, cursor: _Cursor | None, changes: Changes) -> Run | None:
    begun = time.monotonic()
    tx, frame = work.tx, work.frame
    name, body = one.segment.name, _digest(one, frame)
    if one.segment.kind == "snapshot" and cursor is not None and cursor.body == body:
        return None
    run = _next_run(tx)
    judged = None
    known = cursor is not None and work.kind == "touched" and cursor.body == body
    if cursor is not None and known and _followed(one, changes) and frame.now_ms >= cursor.at_ms:
        judged = _touched(work, one, cursor, imported="import_batch" in changes.tables)
    work.whole = judged is None
    entered, left = (0, 0) if judged == 0 else _change(tx, one, frame, run, restricted=judged is not None)
    same = known and not entered + left
    members = cursor.members if same and cursor is not None else int(tx.query(q.MEMBERS, {"segment": name}).to_pylist()[0]["members"])
    told: Kind = "touched" if judged is not None else "check" if work.kind == "check" else "full"
    took_ms = round((time.monotonic() - begun) * 1000)
    done = Run(name, one.version, run, frame.now_ms, told, members, entered, left, judged, took_ms)
    if not same:
        tx.append("segment_run", _run_row(done))
    tx.execute(q.DROP_CURSOR, {"segment": name})
    _save_cursor(tx, name, _Cursor(body, frame.now_ms, changes.version, run, members))
    return done


def _followed(one: InForce, changes: Changes) -> bool:
    """Whether all that changed can be told from rows that say when they became known; what other rooms say of people, such as tags, can't."""
    named = () if one.segment.condition is None else named_in(one.segment.condition)
    return not changes.everything and _IN_PLACE.isdisjoint(changes.tables) and all(leaf.kind == "segment" for leaf in named)


def _digest(one: InForce, frame: Frame) -> str:
    """Return what tells a segment from all that are judged otherwise: what it says, its uploads, and where days and weeks begin."""
    text = json.dumps([one.segment.kind, one.segment.given, one.uploads, frame.zone, frame.week_start], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _next_run(tx: Transaction) -> int:
    return int(tx.query(q.LAST_RUN).to_pylist()[0]["run"]) + 1


def _save_cursor(tx: Transaction, name: str, cursor: _Cursor) -> None:
    row: dict[str, Any] = {"segment": name, **asdict(cursor)}
    tx.append("segment_cursor", pa.Table.from_pylist([row], schema=schema.BY_NAME["segment_cursor"].arrow()))


def _run_row(run: Run) -> pa.Table:
    row = {
        "run": run.run, "segment": run.segment, "version": run.version, "at_ms": run.at_ms, "kind": run.kind, "members": run.members,
        "entered": run.entered, "lost": run.left, "judged": run.judged, "took_ms": run.took_ms,
    }  # fmt: skip
    return pa.Table.from_pylist([row], schema=schema.BY_NAME["segment_run"].arrow())


def _touched(work: _Work, one: InForce, cursor: _Cursor, *, imported: bool) -> int | None:
    """Stage the persons who may be judged otherwise, and their ids; returns how many, or None where it is quicker to judge everybody.

    What is the same for the segments of a transaction is staged once.
    """
    tx, frame, condition = work.tx, work.frame, one.segment.condition
    if work.since != (cursor.at_ms, imported):
        began = tx.query(q.LOW, {"since": cursor.at_ms - IMPORT_MOST_MS}).to_pylist()[0]["low"] if imported else None
        low = min(cursor.at_ms, began if began is not None else cursor.at_ms) - MARGIN_MS
        tx.execute(q.DROP_CHANGED)
        tx.execute(q.CHANGED, {"low": low})
        work.since, work.plain = (cursor.at_ms, imported), None
    found = [] if condition is None else shifts(condition, replace(frame, now_ms=cursor.at_ms), frame)
    plain = not found and not one.segment.uses
    if not plain or work.plain is None:
        for drop in (q.DROP_MOVED, q.DROP_FLIPPED, q.DROP_PERSONS, q.DROP_DIDS):
            tx.execute(drop)
        plan = Plan(frame)
        tx.execute(_make("stage_moved", add_moved(plan, found)), plan.params.values)
        plan = Plan(frame)
        tx.execute(_make("stage_flipped", _flipped(plan, one.segment.uses, cursor.run)), plan.params.values)
        tx.execute(q.PERSONS)
        tx.execute(q.DIDS_OF)
        people = int(tx.query(q.COUNT_PERSONS).to_pylist()[0]["people"])
        work.plain = people if plain else None
    else:
        people = work.plain
    if people > TOUCHED_LEAST and people > TOUCHED_SHARE * int(tx.query(q.PEOPLE).to_pylist()[0]["people"]):
        return None
    return people


def _flipped(plan: Plan, uses: tuple[str, ...], run: int) -> exp.Expr:
    """Return a SELECT of ``did``: whom the segments inside this one took in or let go since it was evaluated."""
    if not uses:
        return ours("SELECT CAST(0 AS BIGINT) AS did WHERE FALSE")
    select = ours(f"SELECT DISTINCT m.person AS did FROM segment_member AS m WHERE (m.entered_run > {run} OR m.left_run > {run})")  # noqa: S608 - a number of ours
    return select.where(exp.In(this=exp.column("segment", "m"), expressions=[plan.params.bind(name) for name in uses]))


def _change(tx: Transaction, one: InForce, frame: Frame, run: int, *, restricted: bool) -> tuple[int, int]:
    """Judge everybody, or those that are staged, and write down who came and who went."""
    plan = Plan(replace(frame, people="stage_dids_of") if restricted else frame)
    who = add_listed(plan, one.uploads) if one.segment.condition is None else add_condition(plan, one.segment.condition)
    among = " WHERE w.person IN (SELECT p.did FROM stage_persons AS p)" if restricted else ""
    select = plan.statement(ours(f"SELECT DISTINCT w.person FROM {who} AS w{among}"))  # noqa: S608 - names of ours
    tx.execute(q.DROP_FOUND)
    tx.execute(_make("stage_found", select), plan.params.values)
    given: dict[str, Any] = {"segment": one.segment.name, "at": frame.now_ms, "run": run}
    left = tx.execute(q.LEAVE_TOUCHED if restricted else q.LEAVE, given)
    return tx.execute(q.ENTER, given), left


def _make(name: str, select: exp.Expr) -> exp.Create:
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=exp.to_table(name), kind="TABLE", expression=select, properties=temporary)
