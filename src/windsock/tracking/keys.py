"""Create sources that collect over HTTP, give them write keys, stop and revoke them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from windsock.governance import audit
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from windsock.kernel.ids import digest
from windsock.tracking import store
from windsock.tracking.store import IntakeSource, WriteKey

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

SourceKind = Literal["web", "app", "server", "mini_program", "sensors", "import"]
KeyKind = Literal["public", "server"]
SOURCES_MAX = 1_000
KEYS_MAX = 10_000
PREFIX: dict[str, str] = {"public": "wsp_", "server": "wss_"}
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)
_HINT = 8
_TEXT_MAX = 80


@dataclass(frozen=True)
class IntakeView:
    """A source that collects; ``channel`` is the sales channel of events that name none."""

    source: str
    name: str
    kind: SourceKind
    channel: str | None
    created_ms: int
    created_by: str
    stopped_ms: int | None


@dataclass(frozen=True)
class KeyView:
    """A write key; ``secret`` is the key itself where it is public, else None."""

    id: str
    source: str
    name: str
    kind: KeyKind
    secret: str | None
    hint: str
    sensors_default: bool
    created_ms: int
    created_by: str
    used_ms: int | None
    revoked_ms: int | None


def create_source(workspace: Workspace, actor: Actor, source: str, name: str, kind: str, channel: str | None = None) -> IntakeView:
    """Make a source that can be given keys.

    Args:
        workspace: the open workspace.
        actor: who makes it.
        source: its code: small letters, digits, ``-`` and ``_``; it stands on every event and never changes.
        name: what people read.
        kind: web, app, server, mini_program, sensors or import.
        channel: code of the sales channel of events that name none.

    Raises:
        InvalidInput: code, name, kind or channel are wrong.
        Conflict: the code is taken.
        TooLarge: there are 1,000 sources.
    """
    if not _CODE.fullmatch(source):
        raise InvalidInput(f"'{source[:60]}' is no code of a source.", where="source", fix="Use small letters, digits, - and _, 60 at most.")
    if kind not in get_args(SourceKind):
        raise InvalidInput(f"There is no kind of source '{kind[:40]}'.", where="kind", fix=f"Use one of: {', '.join(get_args(SourceKind))}.")
    name = _text(name, "name")
    channel = _text(channel, "channel") if channel else None
    now = workspace.clock.now_ms()
    row = {"source": source, "name": name, "kind": kind, "channel": channel, "created_ms": now, "created_by": actor.name[:80], "stopped_ms": None}
    with workspace.records.write() as session:
        if store.count_sources(session) >= SOURCES_MAX:
            raise TooLarge(f"There are {SOURCES_MAX} sources already.", where="source")
        if not store.insert_source(session, **row):
            raise Conflict(f"There is a source '{source}' already.", where="source", fix="Take another code.")
        audit(session, actor, "source.created", f"source:{source}", {"name": name, "kind": kind, "channel": channel}, now)
        made = store.source_by_code(session, source)
        return _source(made) if made is not None else _missing(source)


def set_running(workspace: Workspace, actor: Actor, source: str, *, running: bool) -> IntakeView:
    """Stop a source, or start it again; what a stopped one sends is refused with 404.

    Raises:
        NotFound: there is no such source.
    """
    now = workspace.clock.now_ms()
    with workspace.records.write() as session:
        if not store.set_stopped(session, source, None if running else now):
            _missing(source)
        audit(session, actor, "source.started" if running else "source.stopped", f"source:{source}", {}, now)
        found = store.source_by_code(session, source)
        return _source(found) if found is not None else _missing(source)


def list_intake(workspace: Workspace) -> list[IntakeView]:
    """Return the sources that collect, by code; 1,000 at most."""
    with workspace.records.read() as session:
        return [_source(row) for row in store.sources(session, SOURCES_MAX)]


def default_channels(workspace: Workspace) -> dict[str, str]:
    """Return the sales channel of each source that has one for events that name none."""
    return {one.source: one.channel for one in list_intake(workspace) if one.channel}


def read_intake(workspace: Workspace, source: str) -> IntakeView:
    """Return a source that collects.

    Raises:
        NotFound: there is no such source.
    """
    with workspace.records.read() as session:
        found = store.source_by_code(session, source)
        return _source(found) if found is not None else _missing(source)


def create_key(workspace: Workspace, actor: Actor, source: str, name: str, kind: str, *, sensors_default: bool = False) -> tuple[str, KeyView]:
    """Make a write key; of a server key the secret is returned once and only its digest is kept.

    Args:
        workspace: the open workspace.
        actor: who makes it.
        source: code of a source that collects.
        name: what it is for.
        kind: ``public`` for pages and apps, where anybody can read it; ``server`` for what is secret.
        sensors_default: what ``/sa?project=<source>`` without a token comes in with; only a public one, the former one stops being it.

    Raises:
        InvalidInput: name or kind are wrong, or a server key shall be the default.
        NotFound: there is no such source.
        TooLarge: 10,000 keys work already.
    """
    name = _text(name, "name")
    if kind not in PREFIX:
        raise InvalidInput(f"There is no kind of key '{kind[:40]}'.", where="kind", fix="Use public or server.")
    if sensors_default and kind != "public":
        raise InvalidInput("A server key can't be what comes in without a token.", where="sensors_default", fix="Make a public key for it.")
    secret = PREFIX[kind] + workspace.ids.secret()
    now = workspace.clock.now_ms()
    with workspace.records.write() as session:
        if store.source_by_code(session, source) is None:
            _missing(source)
        if sum(store.count_live_keys(session).values()) >= KEYS_MAX:
            raise TooLarge(f"{KEYS_MAX} keys work already.", fix="Revoke one that is not used.")
        if sensors_default:
            store.unset_sensors_default(session, source)
        row = WriteKey(
            id=workspace.ids.new("key"),
            source=source,
            name=name,
            kind=kind,
            secret=secret if kind == "public" else None,
            digest=digest(secret),
            hint=secret[:_HINT],
            sensors_default=sensors_default,
            created_ms=now,
            created_by=actor.name[:80],
            used_ms=None,
            revoked_ms=None,
        )
        store.insert_key(session, row)
        audit(session, actor, "key.created", f"key:{row.id}", {"source": source, "name": name, "kind": kind}, now)
        return secret, _key(row)


def list_keys(workspace: Workspace, source: str | None = None) -> list[KeyView]:
    """Return keys, the newest first, without the secrets of server keys; 1,000 at most."""
    with workspace.records.read() as session:
        return [_key(row) for row in store.keys(session, source, 1_000)]


def count_keys(workspace: Workspace) -> dict[str, int]:
    """Count the keys that work, by source."""
    with workspace.records.read() as session:
        return store.count_live_keys(session)


def revoke_key(workspace: Workspace, actor: Actor, key_id: str) -> None:
    """Make a key stop working, everywhere within two seconds.

    Raises:
        NotFound: none works under this id.
    """
    now = workspace.clock.now_ms()
    with workspace.records.write() as session:
        if not store.revoke_key(session, key_id, now):
            raise NotFound("There is no such key, or it is revoked already.", where="id")
        audit(session, actor, "key.revoked", f"key:{key_id}", {}, now)


def _text(text: str, where: str) -> str:
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > _TEXT_MAX or not cleaned.isprintable():
        raise InvalidInput(f"The {where} can't be '{cleaned[:40]}'.", where=where, fix=f"Write 1 to {_TEXT_MAX} characters.")
    return cleaned


def _missing(source: str) -> IntakeView:
    raise NotFound(f"There is no source '{source[:60]}'.", where="source", fix="Make it first.")


def _source(row: IntakeSource) -> IntakeView:
    return IntakeView(**{name: getattr(row, name) for name in IntakeView.__dataclass_fields__})


def _key(row: WriteKey) -> KeyView:
    return KeyView(**{name: getattr(row, name) for name in KeyView.__dataclass_fields__})
