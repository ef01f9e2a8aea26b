"""Import a file of orders: read and map it into a spool beside the warehouse, then load it in one transaction.

The spool keeps the one writer's turn short and the memory small however large the file is. Nothing is visible before the transaction commits, so
a process that dies in the middle leaves nothing but its spool, which the next import removes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock import definitions, governance
from windsock.catalog import touch_source
from windsock.identity import assign_dids
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.orders import import_sql as text
from windsock.orders.load import load_staged
from windsock.orders.map_rows import MAPPED
from windsock.orders.model import Batch, LoadReport
from windsock.orders.report import SHOWN, Bad, ImportReport
from windsock.orders.settle import settle
from windsock.orders.undo import close_batch
from windsock.sources import RowMapping, Spooled, open_spool, spool_file
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

Progress = Callable[[str, int, int], None]
_AT_ONCE = 300_000
_SOURCE_MAX = 80
_STAGED = pa.schema([*MAPPED, pa.field("did", pa.int64())])


@dataclass(frozen=True)
class ImportRequest:
    """What to import.

    Attributes:
        path: the file.
        mapping: how its columns become orders.
        actor: who asks.
        source: name of the source; "" is the mapping's.
        dry_run: say what would happen and change nothing.
        replaces: a batch whose rows this file takes the place of, or "".
        name: name of the file as people know it; "" is the path's.
    """

    path: Path
    mapping: RowMapping
    actor: Actor
    source: str = ""
    dry_run: bool = False
    replaces: str = ""
    name: str = ""


class _DryRunError(Exception):
    """Ends the transaction of a dry run, or of one that changes nothing, without a commit."""


def import_orders(workspace: Workspace, request: ImportRequest, progress: Progress | None = None) -> ImportReport:
    """Import a file of orders.

    Args:
        workspace: where to.
        request: what and how.
        progress: called with (stage, done, whole): ``read`` in bytes of the file so far, ``load`` in rows so far.

    Returns:
        What was done. An import that changes nothing leaves no batch.

    Raises:
        InvalidInput: the mapping does not fit the file, the file holds no row, or no row that fits.
        NotFound: there is no such file, or no batch to replace.
        Conflict: the batch to replace is not in force.
        TooLarge: the file is over its bound.
    """
    if len(request.source or request.mapping.source) > _SOURCE_MAX:
        raise InvalidInput("The name of the source is too long.", where="--source", fix=f"Use at most {_SOURCE_MAX} characters.")
    began = time.monotonic()
    now = workspace.clock.now_ms()
    batch = Batch(workspace.ids.new("batch"), request.source or request.mapping.source, now)
    with open_spool(workspace.home / "tmp", batch.batch_id) as path:
        bounds = (workspace.settings.orders.file_max_bytes, workspace.settings.orders.rejections_max)
        found = spool_file(request.path, path, request.mapping, MAPPED, workspace.zone, bounds, progress)
        report = _load(path, workspace, request, batch, found, progress)
    if report.batch_id is not None:
        with workspace.records.write() as session:
            detail = {"file": report.file_name, "sha256": report.file_sha256, "source": report.source, "rows_added": report.rows_added}
            governance.audit(session, request.actor, "orders.imported", f"import:{report.batch_id}", detail, now)
            _keep_mapping(session, request, report.batch_id, now)
    return _timed(report, time.monotonic() - began)


def _timed(report: ImportReport, seconds: float) -> ImportReport:
    return replace(report, seconds=round(seconds, 2))


def _keep_mapping(session: Session, request: ImportRequest, batch_id: str, now_ms: int) -> None:
    """Keep the mapping as a version of a definition, so that it can be seen later by what a file came in; an equal one is kept once."""
    change = definitions.Change(request.actor, f"used by the import {batch_id}", now_ms)
    try:
        base = definitions.history(session, "mapping", request.mapping.name, limit=1).items[0].version
    except NotFound:
        base = 0
    kept = definitions.save_draft(session, change, "mapping", request.mapping.name, {"yaml": request.mapping.text}, base_version=base)
    if kept.state == "draft" and request.actor.may("definitions.approve"):
        definitions.activate(session, change, "mapping", request.mapping.name, kept.version)


# --- load --------------------------------------------------------------------------------------------------------------


def _load(path: Path, workspace: Workspace, request: ImportRequest, batch: Batch, found: Spooled, progress: Progress | None) -> ImportReport:
    report: ImportReport | None = None
    try:
        with workspace.warehouse.transaction() as tx:
            closed = _replace(tx, request, batch)
            _stage(tx, path, batch, found.rows - found.rejected, progress)
            loaded = _build(tx, request.mapping, batch)
            report = _report(tx, request, batch, found, loaded, closed)
            changes = loaded.orders_added + loaded.orders_changed + closed
            if changes:
                settle(tx, batch.now_ms + 1)  # one later: what this batch closed must be told from what its payments closed
            if request.dry_run or not changes:
                raise _DryRunError
            _register(tx, request, batch, found, report, workspace.clock.now_ms())
    except _DryRunError:
        pass
    if report is None:  # pragma: no cover - the block either sets it or raises
        raise InvalidInput("The import did not run.", where=request.path.name)
    return report


def _replace(tx: Transaction, request: ImportRequest, batch: Batch) -> int:
    if not request.replaces:
        return 0
    rows = tx.query(statement(text.BATCH), {"batch": request.replaces}).to_pylist()
    if not rows:
        raise NotFound(f"There is no batch '{request.replaces[:60]}'.", where="--replace", fix="See: windsock imports list.")
    if rows[0]["state"] != "loaded":
        raise Conflict(f"The batch is {rows[0]['state']} already.", where=request.replaces, fix="Import the file without --replace.")
    if rows[0]["source"] != batch.source:
        raise InvalidInput(f"The batch is of the source '{rows[0]['source']}'.", where="--replace", fix=f"Name it: --source {rows[0]['source']}.")
    return close_batch(tx, request.replaces, "replaced", batch.now_ms)


@dataclass(frozen=True)
class MappedReport:
    """What loading mapped rows did: orders, rows, those that repeat another, those of them that count once, and until when it is whole."""

    report: LoadReport
    rows: int
    repeated: int
    dropped: int
    complete_until_ms: int | None


def load_mapped(tx: Transaction, path: Path, mapping: RowMapping, batch: Batch) -> MappedReport:
    """Load mapped rows (columns of ``MAPPED``, in a spool) in the caller's transaction, which registers the batch too."""
    with pa.memory_map(str(path)) as file:
        count = pa.ipc.open_file(file).read_all().num_rows
    _stage(tx, path, batch, count, None)
    loaded = _build(tx, mapping, batch)
    rows: dict[str, Any] = tx.query(statement(text.COUNT_ROWS)).to_pylist()[0]
    until = tx.query(statement(text.WHOLE_UNTIL), {"now": batch.now_ms}).to_pylist()[0]["until"]
    if loaded.orders_added or loaded.orders_changed:
        settle(tx, batch.now_ms + 1)
    return MappedReport(loaded, int(rows["rows"]), int(rows["repeated"]), int(rows["dropped"]), until)


def _stage(tx: Transaction, path: Path, batch: Batch, rows: int, progress: Progress | None) -> None:
    with pa.memory_map(str(path)) as file:
        reader = pa.ipc.open_file(file)
        if rows <= _AT_ONCE:
            whole = reader.read_all()
            tx.stage("stage_mapped", whole.append_column(_STAGED.field("did"), _dids(tx, whole, batch)))
            return
        done = 0
        for number in range(reader.num_record_batches):
            chunk = pa.Table.from_batches([reader.get_batch(number)])
            tx.stage("stage_chunk", chunk.append_column(_STAGED.field("did"), _dids(tx, chunk, batch)))
            tx.execute(statement(text.FIRST if number == 0 else text.NEXT))
            done += chunk.num_rows
            if progress is not None:
                progress("load", done, rows)


def _dids(tx: Transaction, chunk: pa.Table, batch: Batch) -> pa.Array:
    """Return the person's id of each row: the member number where there is one, else the customer's; NULL where there is neither."""
    dids = pa.nulls(chunk.num_rows, pa.int64())
    for column, namespace in (("customer", "customer"), ("member_no", "login")):
        if chunk[column].null_count < chunk.num_rows:
            found = assign_dids(tx, namespace, chunk[column], chunk["booked_ms"], batch.now_ms)
            dids = pa.compute.coalesce(found, dids)
    return dids


def _build(tx: Transaction, mapping: RowMapping, batch: Batch) -> LoadReport:
    has_id = any(name == "order_ref" for name, _ in mapping.fields)
    tx.execute(statement(text.NUMBER if has_id else text.NUMBER_WITHOUT_ID))
    tx.execute(statement(text.BUILD_LINES), {"payments": mapping.payment_known is True})
    children: list[str] = []
    if mapping.payment_known:
        tx.execute(statement(text.BUILD_POSTINGS))
        children.append("posting")
    return load_staged(tx, batch, children)


def _report(tx: Transaction, request: ImportRequest, batch: Batch, found: Spooled, loaded: LoadReport, closed: int) -> ImportReport:
    rows: dict[str, Any] = tx.query(statement(text.COUNT_ROWS)).to_pylist()[0]
    until = tx.query(statement(text.WHOLE_UNTIL), {"now": batch.now_ms}).to_pylist()[0]["until"]
    written = not request.dry_run and bool(loaded.orders_added + loaded.orders_changed + closed)
    return ImportReport(
        batch_id=batch.batch_id if written else None,
        source=batch.source,
        file_name=request.name or request.path.name,
        file_sha256=found.sha256,
        mapping=request.mapping.name,
        dry_run=request.dry_run,
        rows_read=found.rows,
        rows_added=loaded.lines_added,
        rows_known=int(rows["rows"]) - int(rows["dropped"]) - loaded.lines_added,
        rows_rejected=found.rejected,
        rows_repeated=int(rows["repeated"]),
        rows_dropped=int(rows["dropped"]),
        orders_added=loaded.orders_added,
        orders_changed=loaded.orders_changed,
        orders_known=loaded.orders_known,
        orders_closed=closed,
        flags=dict(loaded.flags or {}),
        known_in=tuple(tx.query(statement(text.KNOWN_IN)).to_pylist()) if loaded.orders_known else (),
        rejections=tuple(Bad(bad.line, bad.column, bad.reason, bad.value) for bad in found.kept[:SHOWN]),
        rejections_kept=len(found.kept),
        complete_until_ms=until,
        replaces=request.replaces or None,
    )


def _register(tx: Transaction, request: ImportRequest, batch: Batch, found: Spooled, report: ImportReport, started_ms: int) -> None:
    row: dict[str, Any] = {name: getattr(report, name) for name in ("batch_id", "source", "file_name", "file_sha256", "replaces")}
    row |= {name: getattr(report, name) for name in ("rows_read", "rows_added", "rows_known", "rows_rejected", "rows_repeated", "orders_added")}
    row |= {"kind": "orders", "mapping": request.mapping.name, "mapping_sha256": request.mapping.sha256, "state": "loaded"}
    row |= {"started_ms": batch.now_ms, "finished_ms": max(started_ms, batch.now_ms), "actor": request.actor.id}
    tx.append("import_batch", pa.Table.from_pylist([row], schema=schema.BY_NAME["import_batch"].arrow()))
    if found.kept:
        rows = [
            {"batch_id": batch.batch_id, "line": bad.line, "column_name": bad.column, "reason": bad.reason, "value": bad.value, "raw": bad.raw}
            for bad in found.kept
        ]
        tx.append("import_rejection", pa.Table.from_pylist(rows, schema=schema.BY_NAME["import_rejection"].arrow()))
    mapping = request.mapping
    touch_source(tx, batch.source, "orders", mapping.source_title, report.complete_until_ms, mapping.payment_known, batch.now_ms)
