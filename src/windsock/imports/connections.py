"""Databases to read from: kept with a sealed password, looked at once before they are kept."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from windsock import governance
from windsock.imports import shapes as s
from windsock.imports import store
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.sources import Ask, Place, open_query

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

_PURPOSE = "import-connection"
_FILES = ("sqlite", "duckdb")
MOST = 100


def items(workspace: Workspace) -> list[s.ConnectionItem]:
    """List the databases; never their passwords."""
    with workspace.records.read() as session:
        return [_item(workspace, one) for one in store.connections(session)]


def save(workspace: Workspace, actor: Actor, body: s.ConnectionRequest) -> s.ConnectionItem:
    """Keep a database, after it has answered once; one of the same name is changed.

    Raises:
        InvalidInput: it does not answer, or the file is the workspace's own.
        TooMany: there are too many.
    """
    place = Place(body.kind, body.database, body.host, body.port, body.user, body.password)
    _check_file(workspace, place)
    with open_query(place, Ask(select="SELECT 1 AS one"), most=1, cut=True) as reading:
        for _ in reading.chunks:
            pass
    now = workspace.clock.now_ms()
    sealed = base64.b64encode(workspace.seal.shut(_PURPOSE, body.password.encode())).decode()
    kept = store.Connection(body.name, body.kind, body.host, body.port, body.database, body.user, sealed, now, actor.id[:100])
    with workspace.records.write() as session:
        if store.connection(session, body.name) is None and len(store.connections(session)) >= MOST:
            raise TooMany(f"There are {MOST} databases already.", retry_after_s=0, where="connections", fix="Remove one that is not used.")
        store.save_connection(session, kept)
        detail = {"kind": body.kind, "host": body.host, "database": body.database, "user": body.user}
        governance.audit(session, actor, "imports.connection_saved", f"connection:{body.name}", detail, now)
    return _item(workspace, kept)


def drop(workspace: Workspace, actor: Actor, name: str) -> None:
    """Forget a database.

    Raises:
        NotFound: there is none of that name.
    """
    with workspace.records.write() as session:
        if not store.drop_connection(session, name):
            raise NotFound(f"There is no database '{name[:40]}'.", where="name", fix="See the list of databases.")
        governance.audit(session, actor, "imports.connection_dropped", f"connection:{name}", {}, workspace.clock.now_ms())


def place_of(workspace: Workspace, name: str) -> Place:
    """Return where a database is, with its password.

    Raises:
        NotFound: there is none of that name.
    """
    with workspace.records.read() as session:
        found = store.connection(session, name)
    if found is None:
        raise NotFound(f"There is no database '{name[:40]}'.", where="connection", fix="Set it up first.")
    password = workspace.seal.open(_PURPOSE, base64.b64decode(found.sealed)).decode()
    place = Place(found.kind, found.database, found.host, found.port, found.user, password)
    _check_file(workspace, place)
    return place


def ask_of(body: s.QueryBody) -> Ask:
    """Return what is to be read."""
    return Ask(body.table, body.select, body.cursor_column, body.overlap)


def first_rows(workspace: Workspace, body: s.QueryBody, most: int) -> pa.Table:
    """Return the first rows of a query.

    Raises:
        NotFound: there is no such database.
        InvalidInput: the query is none, or is not answered.
    """
    with open_query(place_of(workspace, body.connection), ask_of(body), most=most, cut=True) as reading:
        return pa.concat_tables([chunk.rows for chunk in reading.chunks])


def _check_file(workspace: Workspace, place: Place) -> None:
    """A file must be somewhere else than the workspace, whose own stores hold what no import may read."""
    if place.kind not in _FILES:
        return
    path = Path(place.database)
    if not path.is_absolute() or not path.is_file():
        raise InvalidInput("There is no such file on the server.", where="database", fix="Give the whole path of a file that is there.")
    if path.resolve().is_relative_to(workspace.home.resolve()):
        raise InvalidInput("That file is the workspace's own.", where="database", fix="Name another database.")


def _item(workspace: Workspace, one: store.Connection) -> s.ConnectionItem:
    return s.ConnectionItem(
        name=one.name,
        kind=one.kind,
        host=one.host,
        port=one.port,
        database=one.database,
        user=one.user,
        created=iso(one.created_ms, workspace.zone),
        created_by=one.created_by,
    )
