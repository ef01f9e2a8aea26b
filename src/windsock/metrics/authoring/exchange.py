"""Bring definitions in: what each would change is said first, then all are saved or none; doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from windsock import definitions
from windsock.definitions import Definition, Diff, difference
from windsock.kernel.errors import InvalidInput
from windsock.metrics.authoring.check import check, probe
from windsock.metrics.authoring.keep import Saying, certify_in, save_in
from windsock.metrics.authoring.model import NAME, filled
from windsock.metrics.catalogue import DEPTH_MAX, KIND, Catalogue, catalogue_in, catalogue_of

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace

Does = Literal["new", "changed", "certify", "same", "wrong"]


@dataclass(frozen=True)
class Entry:
    """What one definition would do.

    Attributes:
        name: the metric's name.
        does: ``new``, ``changed``, ``certify`` (the equal draft would be put in force), ``same`` (nothing) or ``wrong``.
        diff: how it differs from what is there: the draft being worked on, else what is in force.
        problem: why it is wrong, or "".
        notes: what could not be carried over, or was guessed.
        base: the newest version it stands on; 0 where none was written here.
    """

    name: str
    does: Does
    diff: Diff | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    base: int = 0


@dataclass(frozen=True)
class Incoming:
    """A definition that comes in, with what its reader had to guess or leave out; ``problem`` where it could not be read at all."""

    body: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Plan:
    """What an import would do, entry by entry; ``ready`` where nothing is wrong."""

    entries: tuple[Entry, ...]
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    @property
    def ready(self) -> bool:
        """Nothing is wrong."""
        return all(entry.does != "wrong" for entry in self.entries)

    def counts(self) -> dict[str, int]:
        """How many entries do what."""
        return {kind: sum(entry.does == kind for entry in self.entries) for kind in ("new", "changed", "certify", "same", "wrong")}


def plan(workspace: Workspace, incoming: Iterable[Incoming], *, certify: bool) -> Plan:
    """Say what definitions would change; nothing is written.

    Args:
        workspace: where.
        incoming: what comes in; a name may come once.
        certify: whether they are to be put in force.
    """
    given = tuple(incoming)
    with workspace.records.read() as session:
        there = _look(session, [str(one.body.get("name")) for one in given])
    library = there.library
    bodies = {str(one.body.get("name")): filled(one.body) for one in given}
    whole, wrong = together(library, bodies)
    entries: list[Entry] = []
    seen: set[str] = set()
    for one in given:
        name = str(one.body.get("name"))
        problem = one.problem or wrong.get(name, "")
        if name in seen:
            problem = "It comes twice."
        seen.add(name)
        entry = None if problem else _entry(one, bodies[name], there, certify=certify)
        if entry is not None and entry.does not in ("same", "certify"):
            problem = "; ".join(finding.en for finding in probe(workspace, check(whole, bodies[name]), run=True).errors)
        entries.append(Entry(name, "wrong", problem=problem, notes=one.notes) if problem or entry is None else entry)
    return Plan(tuple(entries), bodies)


def apply(workspace: Workspace, saying: Saying, planned: Plan, *, certify: bool) -> tuple[Definition, ...]:
    """Save what a plan says, all or nothing.

    Args:
        workspace: where.
        saying: who and why; needs ``definitions.write``, and ``definitions.approve`` to certify.
        planned: from ``plan``.
        certify: put them in force, each with the others; else they become drafts.

    Returns:
        The versions that were written or put in force; empty where nothing had to change.

    Raises:
        InvalidInput: an entry is wrong.
        Conflict: somebody wrote a newer version since the plan was made.
        NotAllowed: a permission is missing.
    """
    for entry in planned.entries:
        if entry.does == "wrong":
            raise InvalidInput(f"'{entry.name}' can't be imported: {entry.problem}", where=entry.name, fix="Mend it; nothing was imported.")
    todo = [entry for entry in planned.entries if entry.does in ("new", "changed", "certify")]
    if not todo:
        return ()
    change = saying.at(workspace)
    with workspace.records.write() as session:
        saved = [save_in(session, change, planned.bodies[entry.name], entry.base) for entry in todo]
        return certify_in(session, change, {one.name: one.version for one in saved}) if certify else tuple(saved)


@dataclass(frozen=True)
class _There:
    """What is there already: metrics in force, drafts, and the newest version of each name."""

    library: Catalogue
    drafted: Mapping[str, Definition]
    newest: Mapping[str, int]


def _look(session: Session, names: Iterable[str]) -> _There:
    drafted = {one.name: one for one in definitions.drafts(session, KIND)}
    newest = {name: definitions.newest_version(session, KIND, name) or 0 for name in names if NAME.fullmatch(name)}
    return _There(catalogue_in(session), drafted, newest)


def together(library: Catalogue, bodies: Mapping[str, Mapping[str, Any]]) -> tuple[Catalogue, dict[str, str]]:
    """Put definitions into a catalogue: all at once, as they may name each other, or else one by one until nothing more fits.

    Returns:
        The catalogue with those that fit, and why each of the others does not.
    """
    try:
        return library.changed(bodies), {}
    except InvalidInput:
        pass
    whole, left, wrong = library, dict(bodies), dict[str, str]()
    for _ in range(DEPTH_MAX + 1):
        before = len(left)
        for name, body in list(left.items()):
            try:
                whole = whole.changed({name: body})
            except InvalidInput as error:
                wrong[name] = str(error)
            else:
                del left[name]
                wrong.pop(name, None)
        if len(left) == before:
            break
    return whole, wrong


def _entry(one: Incoming, body: Mapping[str, Any], there: _There, *, certify: bool) -> Entry:
    name = str(body["name"])
    base, draft, in_force = there.newest.get(name, 0), there.drafted.get(name), there.library.bodies.get(name)
    if in_force == body:
        return Entry(name, "same", notes=one.notes, base=base)
    if draft is not None and draft.body == body:
        return Entry(name, "certify" if certify else "same", notes=one.notes, base=base)
    before = draft.body if draft is not None else in_force
    if before is None:
        return Entry(name, "new", notes=one.notes, base=base)
    return Entry(name, "changed", difference(before, body), notes=one.notes, base=base)


def bodies_of(workspace: Workspace, names: Iterable[str] = (), *, own: bool = False) -> list[Mapping[str, Any]]:
    """Return definitions in force by name: all, those asked for, or only those made here.

    Raises:
        InvalidInput: there is no metric of a name.
    """
    library = catalogue_of(workspace)
    asked = tuple(names)
    for name in asked:
        library.get(name)
    return [library.bodies[name] for name in (asked or library.metrics) if not own or name in library.versions]
