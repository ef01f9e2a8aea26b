"""Run an import of any kind: read, map, load, register; all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock import definitions, governance, orders
from windsock.catalog import touch_source
from windsock.imports import queries
from windsock.imports.kind import Kind, Load, Loaded, Mapped, source_of
from windsock.imports.known import kind
from windsock.imports.model import Bad, BatchReport, from_orders
from windsock.imports.take_back import take_back_in
from windsock.kernel.counted import counted
from windsock.kernel.errors import Broken, Cancelled, Conflict, InvalidInput, NotFound
from windsock.sources import Chunk, RowMapping, Spooled, check_found, open_spool, spool_chunks, spool_file
from windsock.warehouse import schema

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

Progress = Callable[[str, int, int], None]
SHOWN = 20


@dataclass(frozen=True)
class Feed:
    """Rows that come from a database: what they are called, the rows, and up to where they go.

    Attributes:
        name: the feed.
        shown: what stands in the place of a file's name.
        chunks: the rows, of which the first tells the columns.
        cursor: gives, after the rows were read, up to where they go; written with them. None: the feed has no cursor.
    """

    name: str
    shown: str
    chunks: Iterator[Chunk]
    cursor: Callable[[], str | None] = field(default=lambda: None)


@dataclass(frozen=True)
class ImportJob:
    """What to import.

    Attributes:
        given: a file, or rows of a database.
        mapping: how; it says of which kind the rows are.
        actor: who asks.
        source: name of the source; "" is the mapping's.
        name: name of the file as people know it; "" is the path's.
        dry_run: say what would happen and change nothing.
        replaces: a batch whose place this one takes, or "".
    """

    given: Path | Feed
    mapping: RowMapping
    actor: Actor
    source: str = ""
    name: str = ""
    dry_run: bool = False
    replaces: str = ""

    @property
    def shown(self) -> str:
        """What the batch calls the file."""
        return self.given.shown if isinstance(self.given, Feed) else self.name or self.given.name


class _NothingWrittenError(Exception):
    """Ends the transaction of a dry run, or of one that changes nothing, without a commit."""


def run_import(workspace: Workspace, job: ImportJob, progress: Progress | None = None) -> BatchReport:
    """Import a file, or rows of a database.

    Args:
        workspace: where to.
        job: what and how.
        progress: called with (stage, done, whole); may raise ``Cancelled``, and then nothing is changed.

    Returns:
        What was done. An import that changes nothing leaves no batch.

    Raises:
        InvalidInput: the mapping does not fit the file, the file holds no row, or no row that fits.
        NotFound: there is no such file, or no batch to replace.
        Conflict: the batch to replace is not in force.
        TooLarge: the file is over its bound.
        Cancelled: ``progress`` said so.
    """
    began = time.monotonic()
    source = source_of(job.source, job.mapping)
    if job.mapping.form.kind == "orders" and isinstance(job.given, Path):
        report = _orders(workspace, job, job.given, source, progress)
    else:
        report = _any(workspace, job, source, progress)
    return replace(report, seconds=round(time.monotonic() - began, 2))


def _orders(workspace: Workspace, job: ImportJob, path: Path, source: str, progress: Progress | None) -> BatchReport:
    """Orders have their own load of files, which numbers lines and keeps versions."""
    request = orders.ImportRequest(path, job.mapping, job.actor, source, dry_run=job.dry_run, replaces=job.replaces, name=job.name)
    return from_orders(orders.import_orders(workspace, request, progress).plain())


def _any(workspace: Workspace, job: ImportJob, source: str, progress: Progress | None) -> BatchReport:
    found_kind = kind(job.mapping.form.kind)
    batch_id = workspace.ids.new("batch")
    wanted = found_kind.columns
    limits = workspace.settings.orders
    with open_spool(workspace.home / "tmp", batch_id) as path:
        if isinstance(job.given, Feed):
            found = spool_chunks(job.given.chunks, path, job.mapping, wanted, workspace.zone, limits.rejections_max)
            if found.rows:
                check_found(found, job.shown)
        else:
            bounds = (limits.file_max_bytes, limits.rejections_max)
            found = spool_file(job.given, path, job.mapping, wanted, workspace.zone, bounds, progress)
        if progress is not None:
            progress("load", 0, found.rows)
        report = _load(workspace, job, found_kind, (batch_id, source), found, Mapped(path))
    if report.batch_id is not None:
        _tell(workspace, job, report)
    return report


def _load(workspace: Workspace, job: ImportJob, found_kind: Kind, who: tuple[str, str], found: Spooled, rows: Mapped) -> BatchReport:
    batch_id, source = who
    report: BatchReport | None = None
    try:
        with workspace.warehouse.transaction() as tx:
            now = max(workspace.clock.now_ms(), queries.last_started(tx) + 1)
            closed = _replace(tx, job, source, now)
            load = Load(workspace, tx, batch_id, source, now, job.mapping, rows)
            loaded = found_kind.load(load) if found.rows > found.rejected else Loaded()
            changes = loaded.added + loaded.changed + closed
            cursor = job.given.cursor() if isinstance(job.given, Feed) else None
            report = _report(job, who, found, loaded, written=bool(changes) and not job.dry_run)
            if job.dry_run or not (changes or cursor):
                raise _NothingWrittenError
            if changes:
                _register(tx, job, report, found, loaded, now)
            if isinstance(job.given, Feed) and cursor is not None:
                queries.save_cursor(tx, job.given.name, cursor, batch_id, now)
    except _NothingWrittenError:
        pass
    if report is None:  # pragma: no cover - the block either sets it or raises
        raise Broken("The import did not run.", where=job.shown)
    return report


def _replace(tx: Transaction, job: ImportJob, source: str, now_ms: int) -> int:
    if not job.replaces:
        return 0
    batch = queries.batch_in(tx, job.replaces)
    if batch is None:
        raise NotFound(f"There is no batch '{job.replaces[:60]}'.", where="replaces", fix="See: windsock imports list.")
    if batch["state"] != "loaded":
        raise Conflict(f"The batch is {batch['state']} already.", where=job.replaces, fix="Import the file without replacing.")
    if (batch["kind"], batch["source"]) != (job.mapping.form.kind, source):
        raise InvalidInput(f"The batch holds {batch['kind']} of '{batch['source']}'.", where="replaces", fix="Name its kind and its source.")
    undone = take_back_in(tx, batch, "replaced", now_ms)
    return undone.taken_back + undone.restored


def _report(job: ImportJob, who: tuple[str, str], found: Spooled, loaded: Loaded, *, written: bool) -> BatchReport:
    told = list(loaded.notes)
    if found.left_out:
        told.append(f"{counted(found.left_out, 'row was', 'rows were')} left out by the mapping.")
    if not written and not job.dry_run:
        told.insert(0, "Everything was there already: nothing was changed.")
    bad = [*found.kept, *loaded.rejections]
    return BatchReport(
        batch_id=who[0] if written else None,
        kind=job.mapping.form.kind,
        source=who[1],
        file_name=job.shown,
        file_sha256=found.sha256,
        mapping=job.mapping.name,
        dry_run=job.dry_run,
        rows_read=found.rows,
        rows_added=loaded.added,
        rows_changed=loaded.changed,
        rows_known=loaded.known,
        rows_rejected=found.rejected + loaded.rejected,
        rows_repeated=loaded.repeated,
        counts=loaded.counts,
        flags=loaded.flags,
        rejections=tuple(Bad(one.line, one.column, one.reason, one.value) for one in bad[:SHOWN]),
        notes=tuple(told),
        replaces=job.replaces or None,
    )


def _register(tx: Transaction, job: ImportJob, report: BatchReport, found: Spooled, loaded: Loaded, now_ms: int) -> None:
    row: dict[str, Any] = {name: getattr(report, name) for name in ("batch_id", "source", "kind", "file_name", "file_sha256", "mapping", "replaces")}
    row |= {name: getattr(report, name) for name in ("rows_read", "rows_known", "rows_rejected", "rows_repeated")}
    row |= {"rows_added": report.rows_added + report.rows_changed, "orders_added": report.counts.get("orders", 0)}
    row |= {"mapping_sha256": job.mapping.sha256, "state": "loaded", "started_ms": now_ms, "finished_ms": now_ms, "actor": job.actor.id}
    tx.append("import_batch", pa.Table.from_pylist([row], schema=schema.BY_NAME["import_batch"].arrow()))
    kept = [*found.kept, *loaded.rejections][: found.rejections_max]
    if kept:
        rows = [
            {"batch_id": report.batch_id, "line": bad.line, "column_name": bad.column, "reason": bad.reason, "value": bad.value, "raw": bad.raw}
            for bad in kept
        ]
        tx.append("import_rejection", pa.Table.from_pylist(rows, schema=schema.BY_NAME["import_rejection"].arrow()))
    if report.kind != "events":  # the load of events says itself until when its source is whole
        touch_source(tx, report.source, report.kind, job.mapping.source_title, loaded.complete_until_ms, None, now_ms)


def _tell(workspace: Workspace, job: ImportJob, report: BatchReport) -> None:
    now = workspace.clock.now_ms()
    detail = {"kind": report.kind, "file": report.file_name, "sha256": report.file_sha256, "source": report.source, "rows_added": report.rows_added}
    with workspace.records.write() as session:
        governance.audit(session, job.actor, "imports.loaded", f"import:{report.batch_id}", detail, now)
        change = definitions.Change(job.actor, f"used by the import {report.batch_id}", now)
        keep_mapping(session, change, job.mapping)


def keep_mapping(session: Any, change: definitions.Change, mapping: RowMapping) -> int:  # noqa: ANN401 - a write session of the records
    """Keep a mapping as a version of a definition, so that it can be seen later by what rows came in; an equal one is kept once."""
    if not change.actor.may("definitions.write"):
        return 0
    try:
        base = definitions.history(session, "mapping", mapping.name, limit=1).items[0].version
    except NotFound:
        base = 0
    kept = definitions.save_draft(session, change, "mapping", mapping.name, {"yaml": mapping.text}, base_version=base)
    if kept.state == "draft" and change.actor.may("definitions.approve"):
        definitions.activate(session, change, "mapping", mapping.name, kept.version)
    return kept.version


__all__ = ["Cancelled", "Feed", "ImportJob", "Progress", "keep_mapping", "run_import"]
