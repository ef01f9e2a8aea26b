"""Uploaded lists: rows of ids are read, kept as they are meant, and resolved to persons when the list is evaluated; the last upload can be undone."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
from sqlglot import exp

from windsock import governance
from windsock.audiences.segments import queries as q
from windsock.audiences.segments import store
from windsock.audiences.segments.store import Upload
from windsock.conditions import Plan, person_sql, with_person
from windsock.identity import NAMESPACES, normalise
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from windsock.warehouse import schema

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

IDS_MOST = 5_000_000
REJECTED_MOST = 100
BATCH = 100_000
Mode = Literal["replace", "add"]


@dataclass(frozen=True)
class Given:
    """A file of ids: its lines, the namespace of its one column (None: a file with the columns namespace and id), its name."""

    lines: Iterable[str]
    namespace: str | None
    file_name: str = ""


@dataclass
class _Read:
    """What has been read so far."""

    rows: int = 0
    ids: int = 0
    rejected: int = 0
    rejections: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def reject(self, line: int, why: str, value: str) -> None:
        self.rejected += 1
        if len(self.rejections) < REJECTED_MOST:
            self.rejections.append({"line": line, "reason": why, "length": len(value)})


def add_listed(plan: Plan, uploads: tuple[int, ...]) -> str:
    """Add the part with the persons of some uploads, as their ids are known now; returns its name."""
    did = exp.column("did", "i")
    select = exp.select(exp.alias_(person_sql(did), "person")).from_(exp.to_table("segment_listed").as_("s"), copy=False)
    same = exp.and_(
        exp.EQ(this=exp.column("namespace", "i"), expression=exp.column("namespace", "s")),
        exp.EQ(this=exp.column("id", "i"), expression=exp.column("id", "s")),
    )
    select = select.join(exp.to_table("identity").as_("i"), on=same, join_type="inner", copy=False)
    numbers = [plan.params.bind(number) for number in uploads or (0,)]
    select = select.where(exp.In(this=exp.column("upload", "s"), expressions=numbers), copy=False)
    return plan.add(plan.fresh("u"), with_person(select, did, plan.frame, plan.params))


def upload(workspace: Workspace, actor: Actor, name: str, given: Given, mode: Mode = "replace") -> Upload:
    """Keep the ids of a file as a version of a list; nothing else changes before it is whole.

    Args:
        workspace: where.
        actor: who; needs ``audiences.write`` (asked by the door).
        name: a list in force.
        given: the file.
        mode: it replaces what the list was, or is added to it.

    Raises:
        InvalidInput: an unknown namespace, or a file without the columns.
        TooLarge: more than 5 million ids.
    """
    if given.namespace is not None and given.namespace not in NAMESPACES:
        raise InvalidInput(f"There is no namespace '{given.namespace[:40]}'.", where="namespace", fix=f"Write one of: {', '.join(NAMESPACES)}.")
    with workspace.records.read() as session:
        number = store.next_number(session)
    found = _Read()
    with workspace.warehouse.transaction() as tx:
        tx.execute(q.FORGET_UPLOAD, {"upload": number})  # of one that broke off between the two stores
        for batch in _batches(given, found):
            table = pa.table({"segment": pa.repeat(name, len(batch[0])), "upload": pa.repeat(pa.scalar(number, pa.int64()), len(batch[0])),
                              "namespace": pa.array(batch[0], pa.string()), "id": pa.array(batch[1], pa.string())})  # fmt: skip
            tx.append("segment_listed", table.select(schema.BY_NAME["segment_listed"].names))
        twice = tx.execute(q.TWICE, {"upload": number})
        known = tx.query(q.KNOWN_LISTED, {"upload": number}).to_pylist()[0]
    new = Upload(
        number, name, mode, "in_force", given.file_name[:200], found.rows, int(known["ids"]), int(known["unknown"]), twice, found.rejected,
        found.rejections, actor.id[:100], workspace.clock.now_ms(),
    )  # fmt: skip
    with workspace.records.write() as session:
        if not store.add(session, new):
            raise Conflict("Somebody else uploaded a list at the same moment.", where=name, fix="Upload it again.")
        told = {"upload": number, "mode": mode, "ids": new.ids, "unknown": new.unknown, "rejected": new.rejected}
        governance.audit(session, actor, "segments.uploaded", f"segment/{name}", told, new.created_ms)
    return new


def uploads_of(workspace: Workspace, name: str) -> list[Upload]:
    """Return the uploads of a list, the newest first."""
    with workspace.records.read() as session:
        return store.uploads(session, name, 100)


def undo_upload(workspace: Workspace, actor: Actor, name: str) -> Upload:
    """Take the last upload of a list back: the list is what it was before.

    Raises:
        NotFound: nothing is left to take back.
    """
    with workspace.records.write() as session:
        last = next((one for one in store.uploads(session, name) if one.state == "in_force"), None)
        if last is None:
            raise NotFound(f"Nothing was uploaded to '{name}' that could be taken back.", where="upload", fix="See windsock segment list.")
        store.undo(session, last.number)
        governance.audit(session, actor, "segments.upload_undone", f"segment/{name}", {"upload": last.number}, workspace.clock.now_ms())
    return replace(last, state="undone")


def _batches(given: Given, found: _Read) -> Iterator[tuple[list[str], list[str]]]:
    namespaces: list[str] = []
    ids: list[str] = []
    for namespace, one in _ids(given, found):
        namespaces.append(namespace)
        ids.append(one)
        if len(ids) >= BATCH:
            yield namespaces, ids
            namespaces, ids = [], []
    if ids:
        yield namespaces, ids


def _ids(given: Given, found: _Read) -> Iterator[tuple[str, str]]:
    rows = csv.reader(given.lines)
    fixed = given.namespace
    for line, row in enumerate(_safe(rows), start=1):
        cells = [cell.strip() for cell in row]
        if line == 1 and cells:
            cells[0] = cells[0].removeprefix("\ufeff").strip('"')
            if [cell.lower() for cell in cells] in (["namespace", "id"], ["id"]):
                continue
        if not any(cells):
            continue
        found.rows += 1
        if len(cells) != (2 if fixed is None else 1):
            found.reject(line, "columns", ",".join(cells))
            continue
        namespace, text = (cells[0], cells[1]) if fixed is None else (fixed, cells[0])
        if namespace not in NAMESPACES:
            found.reject(line, "namespace", namespace)
            continue
        one = normalise(namespace, text)
        if one is None:
            found.reject(line, "id", text)
            continue
        found.ids += 1
        if found.ids > IDS_MOST:
            raise TooLarge(f"The file has more than {IDS_MOST:,} ids.", where="file", fix="Split it into several lists.")
        yield namespace, one


def _safe(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows; one that is no CSV becomes a row of its own that is kept apart."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield ["", "", "no csv"]
