"""Save, certify, discard, roll back and delete metrics: each checks, writes its version and its audit entry, and changes what is in force.

A metric is a *draft* until somebody who may approve *certifies* it: only then can it be asked for. What is shipped can be overridden by a
definition of the same name; deleting that brings the shipped one back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock import definitions
from windsock.definitions import Change, Definition
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from windsock.metrics.authoring.check import check, probe, refuse
from windsock.metrics.catalogue import KIND, Catalogue, catalogue, catalogue_in, catalogue_of
from windsock.metrics.store import OWN_MAX, InForce, end_force, lock_metrics, put_in_force
from windsock.metrics.uses import uses_of

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Saying:
    """Who changes a metric, and why."""

    actor: Actor
    reason: str

    def at(self, workspace: Workspace) -> Change:
        """Return the change as the definitions keep it, with the time."""
        return Change(self.actor, self.reason, workspace.clock.now_ms())


def save(workspace: Workspace, saying: Saying, body: Mapping[str, Any], base_version: int) -> Definition:
    """Keep a definition as a draft.

    Args:
        workspace: where.
        saying: who and why; needs ``definitions.write``.
        body: the definition in the form of a library file.
        base_version: the newest version that the author saw; 0 for a new metric.

    Returns:
        The draft; the newest version unchanged where it is equal.

    Raises:
        InvalidInput: the definition has errors.
        Conflict, NotAllowed, TooLarge: as they say.
    """
    checked = probe(workspace, check(catalogue_of(workspace), body), run=True)
    refuse(checked)
    with workspace.records.write() as session:
        return save_in(session, saying.at(workspace), checked.body, base_version)


def save_in(session: Session, change: Change, body: Mapping[str, Any], base_version: int) -> Definition:
    """Keep a checked definition as a draft, in a session that is open already."""
    return definitions.save_draft(session, change, KIND, str(body["name"]), body, base_version=base_version)


def certify(workspace: Workspace, saying: Saying, versions: Mapping[str, int]) -> tuple[Definition, ...]:
    """Put drafts in force, all or none: they may name each other.

    Args:
        workspace: where.
        saying: who and why; needs ``definitions.approve``.
        versions: the version to certify, by metric.

    Raises:
        InvalidInput: a definition is wrong beside those in force now: made of itself, of what is not certified ...
        Conflict, NotAllowed, NotFound, TooLarge: as they say.
    """
    with workspace.records.write() as session:
        return certify_in(session, saying.at(workspace), versions)


def certify_in(session: Session, change: Change, versions: Mapping[str, int]) -> tuple[Definition, ...]:
    """Put drafts in force in a session that is open already; see ``certify``."""
    lock_metrics(session)
    library = catalogue_in(session)
    found = {name: definitions.read(session, KIND, name, version) for name, version in versions.items()}
    _fit(library, {name: one.body for name, one in found.items()})
    done = tuple(definitions.activate(session, change, KIND, name, version) for name, version in versions.items())
    for one in done:
        put_in_force(session, InForce(one.name, one.version, one.sha256), change.now_ms)
    return done


def _fit(library: Catalogue, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Check definitions together with all that is in force.

    Raises:
        InvalidInput: they do not fit.
        TooLarge: there would be more self-made metrics than fit.
    """
    whole = library.changed(bodies)
    for body in bodies.values():
        refuse(check(whole, body))
    if len({*library.versions, *library.broken, *bodies}) > OWN_MAX:
        raise TooLarge(f"There are {OWN_MAX} self-made metrics already.", where="metrics", fix="Delete some that nobody uses.")


def roll_back(workspace: Workspace, saying: Saying, name: str, *, to_version: int, base_version: int) -> Definition:
    """Put an old version's body in force again, as a new version.

    Raises:
        InvalidInput: it does not fit what is in force today.
        Conflict, NotAllowed, NotFound: as they say.
    """
    change = saying.at(workspace)
    with workspace.records.write() as session:
        lock_metrics(session)
        old = definitions.read(session, KIND, name, to_version)
        _fit(catalogue_in(session), {name: old.body})
        done = definitions.roll_back(session, change, KIND, name, to_version=to_version, base_version=base_version)
        put_in_force(session, InForce(done.name, done.version, done.sha256), change.now_ms)
        return done


def discard(workspace: Workspace, saying: Saying, name: str, version: int) -> Definition:
    """Throw a draft away; what is in force stays.

    Raises:
        Conflict, NotAllowed, NotFound: as they say.
    """
    with workspace.records.write() as session:
        return definitions.discard(session, saying.at(workspace), KIND, name, version)


def delete(workspace: Workspace, saying: Saying, name: str) -> Definition:
    """Take a self-made metric out of force; where it stood before a shipped one, that one holds again.

    Raises:
        Conflict: something stands on it; says what.
        InvalidInput: the metric is shipped, or what is made of it would no longer fit.
        NotAllowed, NotFound: as they say.
    """
    change = saying.at(workspace)
    with workspace.records.write() as session:
        lock_metrics(session)
        library = catalogue_in(session)
        if name not in library.versions and name not in library.broken:
            if name in library.metrics:
                raise InvalidInput(f"'{name}' is shipped and can't be deleted.", where="name", fix="Only self-made metrics can.")
            raise NotFound(f"No version of '{name[:80]}' is in force.", where="name")
        if name not in catalogue().metrics:
            _unused(session, library, name)
        elif name in library.versions:
            library.without([name])
        done = definitions.retire(session, change, KIND, name)
        end_force(session, name, change.now_ms)
        return done


def _unused(session: Session, library: Catalogue, name: str) -> None:
    """Check that nothing stands on a metric.

    Raises:
        Conflict: says what does.
    """
    names = [f"metric {other}" for other in library.used_by(name)]
    names += [f"{use.kind} {use.title.en}" for use in uses_of(session, [name])]
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise Conflict(f"'{name}' is used by {', '.join(names[:5])}{more}.", where=f"metric/{name}", fix="Change those first, then delete it.")
