"""See batches and their rejected rows, and take one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.imports import queries
from windsock.imports import shapes as s
from windsock.imports.take_back import take_back
from windsock.imports.words import reason_zh
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.records import decode, take

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

PAGE_MAX = 200


def list_batches(workspace: Workspace, *, kind: str | None, limit: int, cursor: str | None) -> s.BatchesAnswer:
    """Return a page of batches, the newest first.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    scope = f"imports {kind or ''}"
    before: tuple[int, str] | None = None
    if cursor:
        started, batch_id = decode(cursor, length=2, scope=scope)
        before = (_number(started), str(batch_id))
    rows = queries.batches(workspace.warehouse, limit + 1, before, kind or "")
    page = take(rows, limit, lambda row: (row["started_ms"], row["batch_id"]), scope=scope)
    return s.BatchesAnswer(items=[_batch(row, workspace.zone) for row in page.items], next=page.next_cursor)


def read_batch(workspace: Workspace, batch_id: str) -> s.BatchDetail:
    """Return a batch with its doubts.

    Raises:
        NotFound: there is no such batch.
    """
    return s.BatchDetail(batch=_batch(_find(workspace, batch_id), workspace.zone), flags=queries.batch_flags(workspace.warehouse, batch_id))


def rejections(workspace: Workspace, actor: Actor, batch_id: str, limit: int, cursor: str | None) -> s.RejectionsAnswer:
    """Return a page of the rows that were kept apart; value and raw text only with ``people.see``.

    Raises:
        NotFound: there is no such batch.
        InvalidInput: the cursor is of another list.
    """
    _find(workspace, batch_id)
    scope = f"rejections {batch_id}"
    after = _number(decode(cursor, length=1, scope=scope)[0]) if cursor else 0
    page = take(queries.rejections(workspace.warehouse, batch_id, limit + 1, after), limit, lambda row: (row["line"],), scope=scope)
    seen = actor.may("people.see")
    items = [
        s.RejectionAnswer(
            line=row["line"],
            column=row["column_name"] or "",
            reason_zh=reason_zh(row["reason"] or ""),
            reason_en=row["reason"] or "",
            value=row["value"] if seen else None,
            raw=row["raw"] if seen else None,
        )
        for row in page.items
    ]
    return s.RejectionsAnswer(items=items, next=page.next_cursor)


def undo(workspace: Workspace, actor: Actor, batch_id: str) -> s.UndoAnswer:
    """Take a batch back.

    Raises:
        NotFound: there is no such batch.
        Conflict: it is undone or replaced already.
    """
    done = take_back(workspace, actor, batch_id)
    return s.UndoAnswer(batch_id=batch_id, taken_back=done.taken_back, restored=done.restored, left=done.left)


def _find(workspace: Workspace, batch_id: str) -> dict[str, Any]:
    found = queries.batch(workspace.warehouse, batch_id)
    if found is None:
        raise NotFound(f"There is no batch '{batch_id[:60]}'.", where="batch_id", fix="See the list of imports.")
    return found


def _batch(row: Mapping[str, Any], zone: str) -> s.BatchAnswer:
    told: dict[str, Any] = {name: int(row[name] or 0) for name in ("rows_read", "rows_added", "rows_known", "rows_rejected", "rows_repeated")}
    told |= {name: row[name] or "" for name in ("batch_id", "kind", "source", "file_name", "mapping", "actor")}
    told |= {"state": row["state"], "replaces": row["replaces"], "undoable": row["state"] == "loaded"}
    return s.BatchAnswer.model_validate(told | {"started": iso(row["started_ms"], zone), "finished": iso(row["finished_ms"], zone)})


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 62:
        return value
    raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
