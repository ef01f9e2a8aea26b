"""Files that come in chunks: announced, sent piece by piece, resumed after a break, removed after a day."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.imports import store
from windsock.kernel.clock import iso
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge, TooMany

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

CHUNK = 3_000_000
FILES_MAX = 200
_HOUR_MS = 3_600_000


def folder(workspace: Workspace) -> Path:
    """Return where uploads lie; only the owner of the workspace may look."""
    path = workspace.home / "uploads"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def start(workspace: Workspace, actor: Actor, name: str, size: int) -> s.UploadAnswer:
    """Announce a file.

    Raises:
        TooLarge: it is over the bound.
        TooMany: too many files wait, or too many bytes.
        InvalidInput: the name is none.
    """
    settings = workspace.settings.imports
    shown = Path(name.replace("\\", "/")).name.strip()
    if not shown or not shown.isprintable():
        raise InvalidInput("The file needs a name.", where="name", fix="Send the name that the file has.")
    if size > settings.upload_max_bytes:
        raise TooLarge(
            f"The file has {size:,} bytes; the bound is {settings.upload_max_bytes:,}.",
            where="size",
            fix="Split it, import it with the command line, or raise imports.upload_max_bytes.",
        )
    now = workspace.clock.now_ms()
    expires = now + round(settings.upload_hours * _HOUR_MS)
    with workspace.records.write() as session:
        total, count = store.announced_bytes(session)
        if total + size > settings.uploads_max_bytes or count >= FILES_MAX:
            raise TooMany("Too many uploads wait.", retry_after_s=600, where="uploads", fix="Remove one, or wait until the oldest expire.")
        upload = store.Upload(workspace.ids.new("upload"), shown, size, 0, actor.id[:100], now, expires, None, None)
        store.add_upload(session, upload)
    path = folder(workspace) / upload.id
    path.touch(mode=0o600)
    return _answer(workspace, upload)


def answer(workspace: Workspace, actor: Actor, upload_id: str) -> s.UploadAnswer:
    """Say how much of a file is there."""
    return _answer(workspace, find(workspace, actor, upload_id))


def find(workspace: Workspace, actor: Actor, upload_id: str) -> store.Upload:
    """Return an upload of this actor; those of others only for whoever manages the system.

    Raises:
        NotFound: there is none, or it is another's.
    """
    with workspace.records.read() as session:
        found = store.upload(session, upload_id)
    if found is None or (found.actor != actor.id[:100] and not actor.may("system.manage")) or found.expires_ms <= workspace.clock.now_ms():
        raise NotFound("There is no such upload.", where=upload_id, fix="Upload the file again; uploads are removed after a day.")
    return found


def whole(workspace: Workspace, actor: Actor, upload_id: str) -> tuple[store.Upload, Path]:
    """Return an upload that is complete, and its file.

    Raises:
        NotFound: there is none.
        Conflict: bytes are missing.
    """
    upload = find(workspace, actor, upload_id)
    path = folder(workspace) / upload.id
    if upload.received < upload.size or not path.is_file() or path.stat().st_size < upload.size:
        raise Conflict(f"{upload.size - upload.received:,} bytes of the file are missing.", where=upload_id, fix="Send the rest first.")
    return upload, path


def put(workspace: Workspace, actor: Actor, upload_id: str, offset: int, chunk: bytes) -> int:
    """Write the bytes at an offset and return how many there are.

    Raises:
        NotFound: there is no such upload.
        Conflict: the chunk would leave a gap.
        TooLarge: it goes beyond the announced size, or is too large for one chunk.
        InvalidInput: it is empty.
    """
    upload = find(workspace, actor, upload_id)
    if not chunk:
        raise InvalidInput("The chunk is empty.", where="body", fix="Send at least one byte.")
    if len(chunk) > CHUNK:
        raise TooLarge(f"The chunk has {len(chunk):,} bytes.", where="body", fix=f"Send at most {CHUNK:,} at once.")
    if offset + len(chunk) > upload.size:
        raise TooLarge(f"The file was announced with {upload.size:,} bytes.", where="offset", fix="Announce it anew with its right size.")
    if offset > upload.received:
        raise Conflict(f"{upload.received:,} bytes are there; the chunk begins at {offset:,}.", where="offset", fix="Go on where received ends.")
    end = offset + len(chunk)
    if end <= upload.received:
        return upload.received
    handle = os.open(folder(workspace) / upload.id, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        written = 0
        while written < len(chunk):
            written += os.pwrite(handle, chunk[written:], offset + written)
        os.fsync(handle)
    finally:
        os.close(handle)
    with workspace.records.write() as session:
        store.set_received(session, upload.id, end)
    return end


def drop(workspace: Workspace, actor: Actor, upload_id: str) -> None:
    """Remove a file.

    Raises:
        NotFound: there is none.
    """
    upload = find(workspace, actor, upload_id)
    with workspace.records.write() as session:
        store.drop_upload(session, upload.id)
    (folder(workspace) / upload.id).unlink(missing_ok=True)


def expire(workspace: Workspace) -> int:
    """Remove the files whose time is over, and those that nobody knows of; returns how many."""
    now = workspace.clock.now_ms()
    with workspace.records.write() as session:
        gone = store.expired(session, now)
        for upload_id in gone:
            store.drop_upload(session, upload_id)
        known = store.known_uploads(session)
    for path in folder(workspace).iterdir():
        if path.name not in known:
            path.unlink(missing_ok=True)
    return len(gone)


def _answer(workspace: Workspace, upload: store.Upload) -> s.UploadAnswer:
    return s.UploadAnswer(
        id=upload.id,
        name=upload.name,
        size=upload.size,
        received=upload.received,
        chunk=CHUNK,
        whole=upload.received >= upload.size,
        created=iso(upload.created_ms, workspace.zone),
        expires=iso(upload.expires_ms, workspace.zone),
        job=upload.job,
        report=upload.report,
    )
