"""Keep known events: each is a definition of the kind ``known_event``; one saved under the name of a shipped entry stands in its place.

An edit is tried on history before it is kept: it may lose no window that the library names rightly (refused as ``recall_lost``), name none
wrongly that it did not before (``false_alarm``), and has to be recognised in its own new ones (``not_recognised``); the refusal's place names them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from windsock import definitions
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.metrics import catalogue
from windsock.monitoring.event_library.model import KnownEvent, Window, lost_by, record_of
from windsock.monitoring.event_library.read import NAME, read_event
from windsock.monitoring.event_library.shipped import shipped
from windsock.monitoring.event_library.write import event_json

if TYPE_CHECKING:
    from windsock.definitions import Change, Definition
    from windsock.records import Session
    from windsock.workspace import Workspace

KIND = "known_event"
MOST = 200
SHOWN = 5
"""So many windows of history are named in a refusal."""
Origin = Literal["shipped", "made"]


@dataclass(frozen=True)
class Entry:
    """An entry with what is known of its version; of those that ship the version is 0.

    Attributes:
        event: what it says.
        origin: shipped, or made (also: changed).
        version: the one that is shown.
        newest: the newest one, which may be a draft.
        state: active, draft, trial or retired.
        author: who wrote the version.
        changed_ms: when it last changed.
    """

    event: KnownEvent
    origin: Origin
    version: int = 0
    newest: int = 0
    state: str = "active"
    author: str = ""
    changed_ms: int | None = None


def list_entries(workspace: Workspace) -> list[Entry]:
    """Return the library by name: what people made or changed, and what ships; retired entries say so."""
    with workspace.records.read() as session:
        return _entries(session)


def find_entry(workspace: Workspace, name: str, version: int | None = None) -> Entry:
    """Return an entry; without a version the one in force, else the newest.

    Raises:
        NotFound: there is none of that name or version.
    """
    missing = NotFound(f"There is no known event '{name[:60]}'.", where="known_event", fix="See windsock known-events list.")
    if not NAME.fullmatch(name):
        raise missing
    with workspace.records.read() as session:
        newest = definitions.newest_version(session, KIND, name)
        if newest is not None and version != 0:
            return _made(definitions.read(session, KIND, name, version), newest)
    if name not in shipped() or version:
        raise missing
    return Entry(shipped()[name], "shipped", newest=newest or 0)


def active_events(workspace: Workspace) -> list[KnownEvent]:
    """Return the entries in force, by name: what alerts are held against."""
    return [entry.event for entry in list_entries(workspace) if entry.state == "active"]


def trial_entries(workspace: Workspace) -> list[Entry]:
    """Return the entries on trial, by name: alerts are held against them too, and nothing acts on it."""
    with workspace.records.read() as session:
        return [_made(one, one.version) for one in definitions.trials(session, KIND)]


def in_force(workspace: Workspace, name: str) -> Entry:
    """Return the entry in force, one that ships where only a draft of another version is there.

    Raises:
        NotFound: there is none in force.
    """
    found = next((entry for entry in list_entries(workspace) if entry.event.name == name and entry.state == "active"), None)
    if found is None:
        raise NotFound(f"No known event '{name[:60]}' is in force.", where="known_event", fix="See windsock known-events list.")
    return found


def save_entry(workspace: Workspace, change: Change, given: object, base_version: int | None = None, *, as_draft: bool = False) -> Entry:
    """Write an entry as the next version; in force at once where the actor may approve definitions and does not want a draft.

    Args:
        workspace: where.
        change: who and why; needs ``definitions.write``.
        given: the entry as it was written.
        base_version: the newest version that the author saw, 0 for a new one; None: whatever is the newest.
        as_draft: it is to stay a draft, to be tried first.

    Raises:
        InvalidInput: it is none, names a metric or a dimension that is not there, or does worse on history than what it replaces.
        Conflict: there is a newer version than the author saw.
        TooMany: there are 200.
        NotAllowed: the actor may not.
    """
    event = read_event(given)
    _check_names(event)
    with workspace.records.write() as session:
        entries = _entries(session)
        if not any(entry.event.name == event.name for entry in entries) and len(entries) >= MOST:
            raise TooMany("There are too many known events.", retry_after_s=0, where="known_event", fix="Retire one that never matched.")
        _check_history(entries, event)
        newest = definitions.newest_version(session, KIND, event.name) or 0
        seen = newest if base_version is None else base_version
        kept = definitions.save_draft(session, change, KIND, event.name, event_json(event), base_version=seen)
        approved = change.actor.may("definitions.approve") and not as_draft
        if approved and kept.state == "draft":
            kept = definitions.activate(session, change, KIND, event.name, kept.version)
        elif approved and kept.state == "retired":
            kept = definitions.roll_back(session, change, KIND, event.name, to_version=kept.version, base_version=kept.version)
    return _made(kept, kept.version)


def try_entry(workspace: Workspace, change: Change, name: str, version: int) -> Entry:
    """Put a draft on trial: it is held against alerts beside the one in force, and nothing acts on it. Needs ``definitions.approve``.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as definitions say.
    """
    with workspace.records.write() as session:
        kept = definitions.start_trial(session, change, KIND, name, version)
    return _made(kept, kept.version)


def approve_entry(workspace: Workspace, change: Change, name: str, version: int) -> Entry:
    """Put a draft or a trial in force, when it still does no worse on history; needs ``definitions.approve``.

    Raises:
        NotFound, Conflict, NotAllowed: as definitions say.
        InvalidInput: it does worse than the library as it is now.
    """
    with workspace.records.write() as session:
        _check_history(_entries(session), read_event(definitions.read(session, KIND, name, version).body))
        kept = definitions.activate(session, change, KIND, name, version)
    return _made(kept, kept.version)


def roll_back_entry(workspace: Workspace, change: Change, name: str, versions: tuple[int, int]) -> Entry:
    """Put an old version in force again, as a new one, when it does no worse on history; needs ``definitions.approve``.

    Args:
        workspace: where.
        change: who and why.
        name: which.
        versions: whose body comes back, and the newest one that the actor saw.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as definitions say.
    """
    with workspace.records.write() as session:
        _check_history(_entries(session), read_event(definitions.read(session, KIND, name, versions[0]).body))
        kept = definitions.roll_back(session, change, KIND, name, to_version=versions[0], base_version=versions[1])
    return _made(kept, kept.version)


def retire_entry(workspace: Workspace, change: Change, name: str) -> None:
    """Take an entry out of force; its versions stay. One that ships becomes a version first, so that it can come back. Needs ``definitions.approve``.

    Raises:
        NotFound, NotAllowed, InvalidInput: as definitions say.
    """
    with workspace.records.write() as session:
        if definitions.newest_version(session, KIND, name) is None and name in shipped():
            kept = definitions.save_draft(session, change, KIND, name, event_json(shipped()[name]), base_version=0)
            definitions.activate(session, change, KIND, name, kept.version)
        definitions.retire(session, change, KIND, name)


def _entries(session: Session) -> list[Entry]:
    kept = definitions.list_definitions(session, kind=KIND, limit=MOST).items
    waiting = {one.name: one.version for one in definitions.drafts(session, KIND)}
    found = {one.name: _made(one, waiting.get(one.name, one.version)) for one in kept}
    for name, event in shipped().items():
        # A draft of a shipped entry changes nothing before it is in force.
        if name not in found or found[name].state in ("draft", "trial"):
            found[name] = Entry(event, "shipped", newest=found[name].newest if name in found else 0)
    return [found[name] for name in sorted(found)]


def _check_names(event: KnownEvent) -> None:
    known, signature = catalogue(), event.signature
    metrics: Sequence[tuple[str, str]] = [
        *((move.metric, f"signature.moves[{at}].metric") for at, move in enumerate(signature.moves, start=1)),
        *((metric, "signature.steady") for metric in signature.steady),
        *((check.metric, f"checks[{at}].metric") for at, check in enumerate(event.checks, start=1) if check.metric is not None),
    ]
    for metric, where in metrics:
        if metric not in known.metrics:
            raise InvalidInput(f"There is no metric '{metric[:60]}'.", where=where, fix="See windsock metrics list.")
    cuts = {dimension for move in signature.moves for dimension in known.dimensions(move.metric)}
    for dimension in (*signature.named, *signature.values):
        if dimension not in cuts:
            fix = f"Its metrics are cut by: {', '.join(sorted(cuts))}."
            raise InvalidInput(f"No metric that moves is cut by '{dimension[:60]}'.", where="signature.named / values", fix=fix)
    for at, check in enumerate(event.checks, start=1):
        missing = [] if check.metric is None else [dimension for dimension in check.by if dimension not in known.dimensions(check.metric)]
        if missing:
            fix = f"It is cut by: {', '.join(known.dimensions(str(check.metric)))}."
            raise InvalidInput(f"{check.metric} is not cut by '{missing[0][:60]}'.", where=f"checks[{at}].by", fix=fix)


def _check_history(entries: Sequence[Entry], event: KnownEvent) -> None:
    before: Mapping[str, KnownEvent] = {entry.event.name: entry.event for entry in entries if entry.state == "active"}
    after = {**before, event.name: event}
    windows = [(name, window) for name, one in {**before, event.name: _with_all(before.get(event.name), event)}.items() for window in one.tests]
    lost, wrong = lost_by(record_of([*before.values()], windows), record_of([*after.values()], windows))
    fresh = {f"{event.name}/{window.name}" for window in event.tests if window.expect}
    unseen = sorted(fresh - record_of([*after.values()], windows).right)
    if lost or wrong or unseen:
        told = [*(f"{key} is not recognised any more" for key in lost), *(f"{key} is taken for {name}" for key, name in wrong)]
        told += [f"{key} is not recognised" for key in unseen if key not in lost and key not in {key for key, _ in wrong}]
        what = f"On its history the library would do worse: {'; '.join(told[:SHOWN])}."
        code = "recall_lost" if lost else "false_alarm" if wrong else "not_recognised"
        where = f"tests: {'; '.join((lost or [key for key, _ in wrong] or unseen)[:SHOWN])}"
        raise InvalidInput(what, where=where, fix="Change the signature, or correct a window that is labelled wrongly.", code=code)


def _with_all(old: KnownEvent | None, new: KnownEvent) -> KnownEvent:
    """Return an entry with the windows of the version before as well: leaving one out is no way past it. One of the same name is the new one."""
    names = {window.name for window in new.tests}
    kept: tuple[Window, ...] = () if old is None else tuple(window for window in old.tests if window.name not in names)
    return replace(new, tests=(*new.tests, *kept))


def _made(one: Definition, newest: int) -> Entry:
    return Entry(read_event(one.body), "made", one.version, max(newest, one.version), one.state, one.author, one.changed_ms)
