"""See a metric as its writer needs it: body, versions, what changed between two, lineage, uses; and the words to write one with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock import definitions
from windsock.definitions import Definition, Diff, difference
from windsock.kernel.errors import NotFound
from windsock.metrics.authoring.lineage import Step, fact_words, field_words, lineage
from windsock.metrics.catalogue import KIND, catalogue, catalogue_in
from windsock.metrics.facts import DIMENSIONS, FACTS
from windsock.metrics.model.definition import Words
from windsock.metrics.uses import Use, uses_of

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace

VERSIONS_MAX = 100


@dataclass(frozen=True)
class Sheet:
    """A metric for its writer.

    Attributes:
        name: its name.
        state: ``library``, ``certified``, ``draft`` (never certified) or ``deleted``.
        version: the version in force, None for what is shipped or not in force.
        newest: the newest version's number, 0 where none was ever written here.
        body: what is in force; of a draft alone the draft's, of a deleted one the last.
        draft: the draft being worked on, where there is one.
        shipped: the library has a metric of this name.
        versions: newest first, at most 100.
        steps: what it is made of.
        made: metrics in force that are made of it.
        uses: what else stands on it.
        problem: why the version in force can't be used any more, or None.
    """

    name: str
    state: str
    version: int | None
    newest: int
    body: Mapping[str, Any]
    draft: Definition | None
    shipped: bool
    versions: tuple[Definition, ...]
    steps: tuple[Step, ...]
    made: tuple[str, ...]
    uses: tuple[Use, ...]
    problem: str | None


def sheet(workspace: Workspace, name: str) -> Sheet:
    """Return a metric with its versions.

    Raises:
        NotFound: there is no metric and no draft of that name.
    """
    with workspace.records.read() as session:
        library = catalogue_in(session)
        versions = _versions(session, name)
        uses = uses_of(session, [name])
    known = name in library.metrics
    if not known and not versions:
        raise NotFound(f"There is no metric '{name[:80]}'.", where="name", fix="See the metric catalogue.")
    draft = versions[0] if versions and versions[0].state == "draft" else None
    problem = library.broken.get(name)
    in_force = next((one for one in versions if one.state == "active"), None)
    state = library.state(name) if known else "certified" if problem else "draft" if draft else "deleted"
    return Sheet(
        name=name,
        state=state,
        version=in_force.version if in_force else None,
        newest=versions[0].version if versions else 0,
        body=library.bodies[name] if known else (in_force or versions[0]).body,
        draft=draft,
        shipped=name in catalogue().metrics,
        versions=versions,
        steps=lineage(library, name) if known else (),
        made=library.used_by(name),
        uses=uses,
        problem=None if problem is None else str(problem),
    )


def _versions(session: Session, name: str) -> tuple[Definition, ...]:
    try:
        return definitions.history(session, KIND, name, limit=VERSIONS_MAX).items
    except NotFound:
        return ()


def compare(workspace: Workspace, name: str, old: int, new: int) -> Diff:
    """Return how two versions differ; version 0 is the shipped one.

    Raises:
        NotFound: one does not exist.
    """
    with workspace.records.read() as session:
        return difference(_body(session, name, old), _body(session, name, new))


def _body(session: Session, name: str, version: int) -> Mapping[str, Any]:
    if version:
        return definitions.read(session, KIND, name, version).body
    shipped = catalogue().bodies.get(name)
    if shipped is None:
        raise NotFound(f"'{name[:80]}' is not shipped, so it has no version 0.", where="version")
    return shipped


def drafts(workspace: Workspace) -> tuple[Definition, ...]:
    """Return the metrics that are being worked on, by name."""
    with workspace.records.read() as session:
        return definitions.drafts(session, KIND)


@dataclass(frozen=True)
class FactWords:
    """A fact that can be measured: its title, its clocks, its fields with their titles, and the dimensions it can be cut by."""

    name: str
    title: Words
    source: str
    clocks: tuple[str, ...]
    fields: tuple[tuple[str, Words], ...]
    dimensions: tuple[str, ...]


def vocabulary() -> tuple[FactWords, ...]:
    """Return the facts and fields that a metric can be made of."""
    return tuple(
        FactWords(
            name=fact.name,
            title=fact_words(fact.name),
            source=fact.source,
            clocks=tuple(fact.clocks),
            fields=tuple((field, _field_title(field)) for field in sorted(fact.fields)),
            dimensions=fact.dimensions,
        )
        for fact in FACTS.values()
    )


def _field_title(name: str) -> Words:
    known = field_words(name)
    if known is not None:
        return known
    return DIMENSIONS[name].title if name in DIMENSIONS else Words(name.replace("_", " "), name)
