"""See definitions: the one in force, any version, the history, the difference of two."""

from __future__ import annotations

from collections.abc import Iterable

from windsock.definitions import store
from windsock.definitions.model import KIND, Definition, Diff, check_place, difference
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.records import Page, Session, decode, take

PAGE_MAX = 200
DRAFTS_MAX = 1_000


def current(session: Session, kind: str, name: str) -> Definition | None:
    """Return the version in force, or None."""
    check_place(kind, name)
    row = store.active(session, kind, name)
    return None if row is None else store.frozen(row)


def read(session: Session, kind: str, name: str, version: int | None = None) -> Definition:
    """Return a version; without a number the one in force, else the newest.

    Raises:
        NotFound: there is none.
    """
    check_place(kind, name)
    if version is not None:
        row = store.version(session, kind, name, version) if 0 < version < 1 << 31 else None
    else:
        row = store.active(session, kind, name) or next(iter(store.versions_before(session, kind, name, None, 1)), None)
    if row is None:
        raise NotFound(f"There is no such {kind}.", where=f"{kind}/{name}" + ("" if version is None else f" version {version}"))
    return store.frozen(row)


def list_definitions(session: Session, *, kind: str | None = None, limit: int = 50, cursor: str | None = None) -> Page[Definition]:
    """Return each definition once, by kind and name: its version in force, else its newest.

    Raises:
        InvalidInput: a bound, kind or cursor is wrong.
    """
    if kind is not None and not KIND.fullmatch(kind):
        raise InvalidInput(f"'{kind[:60]}' is no kind of definition.", where="kind", fix="Use lower case letters, digits and _.")
    _check_limit(limit)
    scope = f"definitions {kind}"
    after = None
    if cursor is not None:
        last_kind, last_name = decode(cursor, length=2, scope=scope)
        after = (str(last_kind), str(last_name))
    rows = store.names_after(session, kind, after, limit + 1)
    return take([store.frozen(row) for row in rows], limit, lambda one: (one.kind, one.name), scope=scope)


def history(session: Session, kind: str, name: str, *, limit: int = 50, cursor: str | None = None) -> Page[Definition]:
    """Return the versions of a definition, newest first.

    Raises:
        NotFound: there is no such definition.
        InvalidInput: a bound or cursor is wrong.
    """
    check_place(kind, name)
    _check_limit(limit)
    scope = f"history {kind}/{name}"
    before = None
    if cursor is not None:
        (last,) = decode(cursor, length=1, scope=scope)
        if not isinstance(last, int) or abs(last) >= 1 << 63:
            raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
        before = last
    rows = store.versions_before(session, kind, name, before, limit + 1)
    if not rows and before is None:
        raise NotFound(f"There is no such {kind}.", where=f"{kind}/{name}")
    return take([store.frozen(row) for row in rows], limit, lambda one: (one.version,), scope=scope)


def drafts(session: Session, kind: str) -> tuple[Definition, ...]:
    """Return what is being worked on: of each definition the newest version where it is a draft, by name, at most 1,000."""
    return tuple(store.frozen(row) for row in store.newest_drafts(session, kind, DRAFTS_MAX))


def trials(session: Session, kind: str) -> tuple[Definition, ...]:
    """Return what is tried out: the versions of a kind that are on trial, by name, at most 1,000."""
    return tuple(store.frozen(row) for row in store.on_trial(session, kind, DRAFTS_MAX))


def newest_version(session: Session, kind: str, name: str) -> int | None:
    """Return the number of the newest version, or None where there is none."""
    row = next(iter(store.versions_before(session, kind, name, None, 1)), None)
    return None if row is None else row.version


def read_many(session: Session, kind: str, versions: Iterable[tuple[str, int]]) -> tuple[Definition, ...]:
    """Return versions of one kind by (name, version), in the order asked; the unknown are left out."""
    asked = tuple(versions)
    found = {(row.name, row.version): row for row in store.versions_of(session, kind, asked)}
    return tuple(store.frozen(found[one]) for one in asked if one in found)


def diff(session: Session, kind: str, name: str, old: int, new: int) -> Diff:
    """Return how two versions differ.

    Raises:
        NotFound: one does not exist.
    """
    return difference(read(session, kind, name, old).body, read(session, kind, name, new).body)


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= PAGE_MAX:
        raise InvalidInput(f"A page of {limit} can't be shown.", where="limit", fix=f"Use 1 to {PAGE_MAX}.")
