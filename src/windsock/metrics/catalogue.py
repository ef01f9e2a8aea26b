"""The metric catalogue: the library's files and what people defined themselves, as one model, checked against each other."""

from __future__ import annotations

import datetime as dt
import functools
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from windsock import definitions
from windsock.kernel.errors import Broken, InvalidInput
from windsock.kernel.written import read_yaml
from windsock.metrics.facts import DIMENSIONS, FACTS, TIME_DIMENSIONS
from windsock.metrics.fields import measure_sql
from windsock.metrics.model import expression
from windsock.metrics.model.definition import CLOCKS, Metric, metric_from
from windsock.metrics.store import InForce, in_force

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace

KIND = "metric"
"""The kind of definition under which self-made metrics keep their versions."""
PARTS_MAX = 1_000
"""A metric may name others, which name others: so many names at most when all are written out."""
DEPTH_MAX = 20
_BUILDS_MAX = 16


@dataclass(frozen=True)
class Catalogue:
    """All metrics by name.

    Attributes:
        metrics: each metric, by name in order.
        expressions: parsed, of those that are made of others.
        bodies: what each metric was read from, as JSON: the form of the library's files.
        versions: the version in force of each self-made metric; those that are not in it are the library's own.
        broken: self-made metrics in force that can't be used any more, each with the reason.
    """

    metrics: dict[str, Metric]
    expressions: dict[str, expression.Node]
    bodies: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    versions: dict[str, int] = field(default_factory=dict[str, int])
    broken: dict[str, InvalidInput] = field(default_factory=dict[str, InvalidInput])

    def get(self, name: str) -> Metric:
        """Return a metric.

        Raises:
            InvalidInput: there is none of that name; says which come close, or why it can't be used.
        """
        metric = self.metrics.get(name)
        if metric is None:
            error = self.broken.get(name)
            if error is not None:
                raise InvalidInput(f"The metric '{name}' can't be used: {error.what}", where="metrics", fix=error.fix)
            close = get_close_matches(name, self.metrics, n=3)
            fix = f"Did you mean {' or '.join(close)}?" if close else "See `windsock metrics list` or the metric catalogue."
            raise InvalidInput(f"There is no metric '{name[:80]}'.", where="metrics", fix=fix)
        return metric

    def bases(self, names: Iterable[str]) -> tuple[Metric, ...]:
        """Return the base metrics behind metrics, each once, in order of need."""
        found: dict[str, Metric] = {}
        seen: set[str] = set()

        def walk(name: str) -> None:
            if name in seen:
                return
            seen.add(name)
            metric = self.get(name)
            if metric.expression is None:
                found[name] = metric
            else:
                for part in expression.names(self.expressions[name]):
                    walk(part)

        for name in names:
            walk(name)
        return tuple(found.values())

    def clocks(self, name: str) -> tuple[str, ...]:
        """Return the clocks on which a metric can be asked: those that all its base metrics know, but for visits, which know one."""
        bases = [base for base in self.bases([name]) if base.clocks != ("event",)]
        if not bases:
            return ("event",)
        return tuple(clock for clock in CLOCKS if all(clock in base.clocks for base in bases))

    def dimensions(self, name: str) -> tuple[str, ...]:
        """Return the dimensions by which a metric can be cut: those of all its facts on its default clock, and those of time."""
        read = [(FACTS[measure.fact], measure.clock(base.clock)) for base in self.bases([name]) for measure in base.measures]
        facts = [(fact, fact.clocks[clock]) for fact, clock in read if clock is not None]
        timed = TIME_DIMENSIONS if all(clock.kind == "ms" for _, clock in facts) else TIME_DIMENSIONS - {"hour"}
        return tuple(dimension for dimension in DIMENSIONS if dimension in timed or all(dimension in fact.dimensions for fact, _ in facts))

    def used_by(self, name: str) -> tuple[str, ...]:
        """Return the metrics whose expression names this one."""
        return tuple(other for other, node in self.expressions.items() if name in expression.names(node))

    def state(self, name: str) -> str:
        """Return ``library`` for what is shipped, ``certified`` for what people here defined and approved."""
        return "certified" if name in self.versions else "library"

    def changed(self, bodies: Mapping[str, Mapping[str, Any]], versions: Mapping[str, int] | None = None) -> Catalogue:
        """Return this catalogue with some metrics defined otherwise or anew.

        Args:
            bodies: definitions by name, in the form of a library file.
            versions: their version numbers, where they have one.

        Raises:
            InvalidInput: a definition is wrong, or metrics are made of each other in a circle; says which, and how.
        """
        read = {name: _read(body, name) for name, body in bodies.items()}
        for name, metric in read.items():
            if metric.name != name:
                raise InvalidInput(f"The definition of '{name}' calls itself '{metric.name}'.", where=f"{name}.name")
        made = {name: expression.parse(metric.expression, f"{name}.expression") for name, metric in read.items() if metric.expression}
        kept = {name: node for name, node in self.expressions.items() if name not in read}
        found = Catalogue(
            metrics=dict(sorted({**self.metrics, **read}.items())),
            expressions=dict(sorted({**kept, **made}.items())),
            bodies={**self.bodies, **{name: plain(body) for name, body in bodies.items()}},
            versions={**self.versions, **(versions or {})},
            broken={name: error for name, error in self.broken.items() if name not in read},
        )
        check_parts(found)
        for name in read:
            check_metric(found, name)
        return found

    def without(self, names: Iterable[str]) -> Catalogue:
        """Return this catalogue without some self-made metrics: where one stood before a metric of the library, that one comes back.

        Raises:
            InvalidInput: another metric is made of one of them.
        """
        gone = set(names) & set(self.versions)
        kept = {name: (self.bodies[name], version) for name, version in self.versions.items() if name not in gone}
        found = catalogue().changed({name: body for name, (body, _) in kept.items()}, {name: version for name, (_, version) in kept.items()})
        return Catalogue(found.metrics, found.expressions, found.bodies, found.versions, self.broken)


@functools.cache
def catalogue() -> Catalogue:
    """Read and check the built-in library.

    Raises:
        Broken: a file of the library is wrong: ours, found by the tests.
    """
    bodies: dict[str, Mapping[str, Any]] = {}
    for folder in resources.files("windsock.metrics").joinpath("library").iterdir():
        if not folder.is_dir():
            continue
        for file in folder.iterdir():
            if not file.name.endswith(".yaml"):
                continue
            given = read_yaml(file.read_text("utf-8"))
            name = str(given.get("name"))
            if given.get("class") != folder.name or f"{name}.yaml" != file.name or name in bodies:
                raise Broken(f"'{name}' lies in the wrong place of the library.", where=f"{folder.name}/{file.name}")
            bodies[name] = given
    try:
        return Catalogue({}, {}).changed(bodies)
    except InvalidInput as error:
        raise Broken(str(error), where=error.where) from error


def catalogue_of(workspace: Workspace, as_of_ms: int | None = None) -> Catalogue:
    """Return the library together with the self-made metrics in force now, or at a time (ms UTC).

    A self-made metric that can't be used any more is left out and named in ``broken``: it takes nothing with it but what is made of it.
    """
    with workspace.records.read() as session:
        return catalogue_in(session, as_of_ms)


def catalogue_in(session: Session, as_of_ms: int | None = None) -> Catalogue:
    """Return the catalogue as one session of the records sees it; see ``catalogue_of``."""
    own = in_force(session, as_of_ms)
    if not own:
        return catalogue()
    known = _built.get(own)
    if known is None:
        found = definitions.read_many(session, KIND, [(one.name, one.version) for one in own])
        known = _with_own({one.name: (one.body, one.version) for one in found})
        with _building:
            while len(_built) >= _BUILDS_MAX:
                del _built[next(iter(_built))]
            _built[own] = known
    return known


_built: dict[tuple[InForce, ...], Catalogue] = {}
"""Catalogues by what is in force, digests included: a body never changes, so neither does what was built from it."""
_building = threading.Lock()


def _read(body: Mapping[str, Any], name: str) -> Metric:
    try:
        return metric_from(body, name)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise InvalidInput(
            f"The definition of '{name[:80]}' has the wrong form.", where=name, fix=f"Write it like a file of the library ({error})."
        ) from error


def _with_own(own: Mapping[str, tuple[Mapping[str, Any], int]]) -> Catalogue:
    bodies = {name: body for name, (body, _) in own.items()}
    versions = {name: version for name, (_, version) in own.items()}
    try:
        return catalogue().changed(bodies, versions)
    except InvalidInput:
        return _one_by_one(bodies, versions)


def _one_by_one(bodies: dict[str, Mapping[str, Any]], versions: dict[str, int]) -> Catalogue:
    """Add what can be added, until nothing more can: each round takes those whose parts are there."""
    found, left, broken = catalogue(), dict(bodies), dict[str, InvalidInput]()
    while True:
        before = len(left)
        for name, body in list(left.items()):
            try:
                found = found.changed({name: body}, {name: versions[name]})
            except InvalidInput as error:
                broken[name] = error
            else:
                del left[name]
        if not left or len(left) == before:
            return Catalogue(found.metrics, found.expressions, found.bodies, found.versions, {name: broken[name] for name in left})


def check_parts(found: Catalogue) -> None:
    """Check that metrics are made of metrics that exist, never of themselves, not too many and not too deep.

    Raises:
        InvalidInput: says which, and the circle where there is one.
    """
    known: dict[str, tuple[int, int]] = {}
    path: list[str] = []

    def measure(name: str) -> tuple[int, int]:
        if name in path:
            circle = " -> ".join([*path[path.index(name) :], name])
            raise InvalidInput(f"'{name}' is made of itself: {circle}.", where=f"{name}.expression", fix="Take one of them out of the formula.")
        if name not in known:
            path.append(name)
            parts = [measure(part) for part in _parts(found, name)] if len(path) <= DEPTH_MAX else []
            size, depth = 1 + sum(one for one, _ in parts), 1 + max((one for _, one in parts), default=0)
            if size > PARTS_MAX or depth > DEPTH_MAX or len(path) > DEPTH_MAX:
                bound = f"{PARTS_MAX} parts or {DEPTH_MAX} levels"
                raise InvalidInput(f"'{path[0]}' is made of more than {bound}.", where=f"{path[0]}.expression", fix="Make it of fewer.")
            path.pop()
            known[name] = size, depth
        return known[name]

    for name in found.expressions:
        measure(name)


def _parts(found: Catalogue, name: str) -> tuple[str, ...]:
    node = found.expressions.get(name)
    if node is None:
        return ()
    parts = expression.names(node)
    if not parts:
        raise InvalidInput(f"'{name}' names no metric.", where=f"{name}.expression", fix="Name at least one metric.")
    for part in parts:
        if part not in found.metrics:
            _no_part(found, name, part)
    return parts


def _no_part(found: Catalogue, name: str, part: str) -> None:
    close = get_close_matches(part, found.metrics, n=3)
    fix = f"Did you mean {' or '.join(close)}?" if close else "See the metric catalogue for the names that can stand in a formula."
    raise InvalidInput(f"'{name}' is made of '{part[:80]}', which is no metric.", where=f"{name}.expression", fix=fix)


def check_metric(found: Catalogue, name: str) -> None:
    """Check one definition against the facts.

    Raises:
        InvalidInput: an unknown fact, clock or field, or an expression that is not allowed.
    """
    metric = found.get(name)
    for measure in metric.measures:
        fact = FACTS.get(measure.fact)
        if fact is None:
            raise InvalidInput(f"There is no fact '{measure.fact[:80]}'.", where=f"{name}.measures", fix=f"Facts: {', '.join(FACTS)}.")
        for _, own in measure.clocks:
            if own not in fact.clocks:
                raise InvalidInput(f"'{fact.name}' has no {own} clock.", where=f"{name}.measures", fix=f"It knows: {', '.join(fact.clocks)}.")
        measure_sql(measure, fact)
    if metric.measures and metric.clock not in metric.clocks:
        raise InvalidInput(
            f"'{name}' has a default clock that it does not know: {metric.clock}.",
            where=f"{name}.clock",
            fix=f"It knows: {', '.join(metric.clocks)}.",
        )


def plain(value: Any) -> Any:  # noqa: ANN401 - YAML or JSON
    """Return a definition as JSON: a date that YAML read as one becomes its text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in cast("list[Any]", value)]
    return value.isoformat() if isinstance(value, dt.date) else value
