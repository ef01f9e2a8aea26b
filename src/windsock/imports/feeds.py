"""Imports that come again: from a database by its cursor, or each file that is put into a watch folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock import definitions, jobs
from windsock.governance import Actor
from windsock.governance.model import SYSTEM
from windsock.imports import connections, queries, saved, store, watch
from windsock.imports import shapes as s
from windsock.imports.commit import note_of, progress_of
from windsock.imports.kind import source_of
from windsock.imports.known import kind
from windsock.imports.run import Feed, ImportJob, run_import
from windsock.jobs import Schedule, latest_occurrence
from windsock.kernel.clock import iso
from windsock.kernel.counted import counted
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, UserError
from windsock.sources import Reading, open_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.definitions import Definition
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

KIND = "imports.feed"
DEFINED = "import_feed"
MOST = 200


def items(workspace: Workspace) -> list[s.ScheduleItem]:
    """List the feeds with their last turn."""
    with workspace.records.read() as session:
        found = _all(definitions.list_definitions(session, kind=DEFINED, limit=MOST).items)
        turns = store.turns(session)
    cursors = queries.cursors(workspace.warehouse)
    return [_item(workspace, one, body, turns.get(one.name), cursors.get(one.name)) for one, body in found]


def save(workspace: Workspace, actor: Actor, body: s.ScheduleRequest) -> s.SavedAnswer:
    """Set up or change a feed.

    Raises:
        InvalidInput: it says no time, or two, or its mapping or query cannot be.
        NotFound: there is no such kind, mapping or database.
    """
    if body.query is None and (body.at_local or body.every_minutes):
        raise InvalidInput("A watch folder is looked at every minute.", where="at_local", fix="Leave the time out.")
    if body.query is not None and bool(body.at_local) == bool(body.every_minutes):
        raise InvalidInput("A database needs one time.", where="at_local", fix="Give at_local, or every_minutes.")
    mapping = saved.from_body(workspace, body.kind, body.mapping, source=body.source)
    source_of(body.source, mapping)
    if body.query is not None:
        connections.first_rows(workspace, body.query, 1)
    elif body.enabled:
        watch.folder_of(workspace, body.name)
    now = workspace.clock.now_ms()
    change = definitions.Change(actor, body.reason, now)
    with workspace.records.write() as session:
        if len(definitions.list_definitions(session, kind=DEFINED, limit=MOST).items) >= MOST:
            raise Conflict(f"There are {MOST} imports that come again.", where="schedules", fix="Change one that is not used.")
        try:
            base = definitions.history(session, DEFINED, body.name, limit=1).items[0].version
        except NotFound:
            base = 0
        kept = definitions.save_draft(session, change, DEFINED, body.name, body.model_dump(exclude={"reason"}), base_version=base)
        if kept.state != "active":
            definitions.activate(session, change, DEFINED, body.name, kept.version)
        if body.name not in store.turns(session):
            store.save_turn(session, store.Turn(body.name, now, None, ""))
    return s.SavedAnswer(name=body.name, version=kept.version)


def run_now(workspace: Workspace, actor: Actor, name: str) -> str:
    """Put one turn of a feed in the queue.

    Raises:
        NotFound: there is none of that name.
    """
    _find(workspace, name)
    payload = {"feed": name, "asked_by": actor.id}
    with workspace.records.write() as session:
        return jobs.enqueue(session, KIND, payload, now_ms=workspace.clock.now_ms(), ids=workspace.ids)


def ask_due(workspace: Workspace, context: JobContext) -> None:
    """Put the feeds whose time has come in the queue, each once; of several missed turns only the last."""
    now = workspace.clock.now_ms()
    with workspace.records.read() as session:
        found = _all(definitions.list_definitions(session, kind=DEFINED, limit=MOST).items)
        turns = store.turns(session)
    asked = 0
    for one, body in found:
        if not body.enabled or one.state != "active":
            continue
        if body.query is None:
            if not watch.waiting(workspace, one.name):
                continue
            label = str(now // 60_000)
        else:
            coming = latest_occurrence(
                Schedule("imports.feed", KIND, at_local=body.at_local or None, every_s=body.every_minutes * 60 or None), now, workspace.zone
            )
            turn = turns.get(one.name)
            if turn is not None and coming.ms <= turn.last_ms:
                continue
            label = coming.label
        with workspace.records.write() as session:
            jobs.enqueue(session, KIND, {"feed": one.name}, key=f"feed:{one.name}:{label}", now_ms=now, ids=workspace.ids)
        asked += 1
    context.progress(asked, asked, f"{counted(asked, 'feed')} asked for")


def run_feed(workspace: Workspace, context: JobContext) -> None:
    """Let a feed come. A second run finds its rows there already, and goes on from the cursor that was written with them."""
    name = str(context.payload["feed"])
    body = _find(workspace, name)
    now = workspace.clock.now_ms()
    batch: str | None = None
    try:
        if body.query is None:
            batch, note = watch.take_files(workspace, context, name, body)
        else:
            batch, note = _from_database(workspace, context, name, body)
    except UserError as error:
        # The next turn tries again by itself; the note says what is to be mended.
        note = f"{error.what} {error.fix}"
    with workspace.records.write() as session:
        last = store.turns(session).get(name)
        store.save_turn(session, store.Turn(name, now, batch or (last.last_batch if last else None), note))
    context.progress(1, 1, note[:300])


def _from_database(workspace: Workspace, context: JobContext, name: str, body: s.ScheduleRequest) -> tuple[str | None, str]:
    query = body.query or s.QueryBody(connection="none")
    place = connections.place_of(workspace, query.connection)
    mapping = saved.from_body(workspace, body.kind, body.mapping, source=body.source)
    before = queries.cursors(workspace.warehouse).get(name)
    with open_query(place, connections.ask_of(query), cursor=before) as reading:
        feed = Feed(name, f"{query.connection}: {query.table or 'select'}"[:200], reading.chunks, _moved(reading, before))
        report = run_import(workspace, ImportJob(feed, mapping, SYSTEM, body.source), progress_of(context))
    return report.batch_id, note_of({**report.plain(), "error": None})


def _moved(reading: Reading, before: str | None) -> Callable[[], str | None]:
    """Return what tells, after reading, up to where the rows go; None where they go no further than before."""

    def cursor() -> str | None:
        return reading.cursor if reading.cursor != before else None

    return cursor


def _find(workspace: Workspace, name: str) -> s.ScheduleRequest:
    with workspace.records.read() as session:
        found = definitions.current(session, DEFINED, name)
    if found is None:
        raise NotFound(f"There is no import '{name[:40]}' that comes again.", where="name", fix="See the list of schedules.")
    return _body(found)


def _body(one: Definition) -> s.ScheduleRequest:
    return s.ScheduleRequest.model_validate({**one.body, "reason": one.reason})


def _all(found: tuple[Definition, ...]) -> list[tuple[Definition, s.ScheduleRequest]]:
    return [(one, _body(one)) for one in found]


def _item(workspace: Workspace, one: Definition, body: s.ScheduleRequest, turn: store.Turn | None, cursor: str | None) -> s.ScheduleItem:
    kind(body.kind)
    ran = turn is not None and (turn.last_note or turn.last_batch)
    return s.ScheduleItem(
        name=one.name,
        kind=body.kind,
        source=body.source,
        connection=body.query.connection if body.query else None,
        folder=None if body.query else str(watch.shown(workspace, one.name)),
        at_local=body.at_local,
        every_minutes=body.every_minutes,
        enabled=body.enabled and one.state == "active",
        cursor=cursor.partition(":")[2] if cursor else None,
        last_batch=turn.last_batch if turn else None,
        last_run=iso(turn.last_ms, workspace.zone) if turn and ran else None,
        last_note=turn.last_note if turn else "",
        version=one.version,
    )
